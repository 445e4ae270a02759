#include "notify/notify_decide.h"

#include <stdlib.h>

#include "base/hash.h"

/* ---- which alerts ---- */

static size_t notify_decide_urgent(const struct notify_queue *queue)
{
    size_t count = 0;

    for (size_t i = 0; i < queue->count; i++) {
        if (queue->items[i].level == NOTIFY_LEVEL_URGENT && !queue->items[i].digest_only)
            count++;
    }
    return count;
}

static bool notify_decide_old_enough(const struct notify_policy *policy,
                                     const struct notify_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->now_ms - queue->items[i].waits_since >= policy->digest_after_ms)
            return true;
    }
    return false;
}

/* The first of the queue that may be a message of its own; the queue's count when there is none. */
static size_t notify_decide_first(const struct notify_queue *queue, bool urgent)
{
    size_t at = 0;

    while (at < queue->count
           && (queue->items[at].digest_only
               || (queue->items[at].level == NOTIFY_LEVEL_URGENT) != urgent))
        at++;
    return at;
}

enum notify_form { NOTIFY_FORM_NONE, NOTIFY_FORM_SINGLE, NOTIFY_FORM_DIGEST };

/* In *at_out, of SINGLE: which. */
static enum notify_form notify_decide_form(const struct notify_policy *policy,
                                           const struct notify_queue *queue, size_t *at_out)
{
    int64_t room = queue->minute_max - queue->minute_count;
    int64_t singles = policy->singles_per_minute - queue->minute_count;
    size_t urgent = notify_decide_urgent(queue);

    *at_out = 0;
    if (queue->count == 0 || room <= 0 || queue->now_ms < queue->paused_until)
        return NOTIFY_FORM_NONE;
    if (queue->doubt)
        return NOTIFY_FORM_SINGLE;
    if (urgent > 0) {
        *at_out = notify_decide_first(queue, true);
        return (int64_t)urgent <= room ? NOTIFY_FORM_SINGLE : NOTIFY_FORM_DIGEST;
    }
    if ((int64_t)queue->count <= (singles < room ? singles : room)) {
        *at_out = notify_decide_first(queue, false);
        if (*at_out < queue->count)
            return NOTIFY_FORM_SINGLE;
    }
    return notify_decide_old_enough(policy, queue) ? NOTIFY_FORM_DIGEST : NOTIFY_FORM_NONE;
}

/* ---- the message ---- */

static size_t notify_decide_size(const struct notify_queue *queue, const struct notify_item *item)
{
    size_t half = queue->size_max / 2 > NOTIFY_SIZE_MIN ? queue->size_max / 2 : NOTIFY_SIZE_MIN;

    return item->cut ? half : queue->size_max;
}

static struct notify_plan notify_decide_single(struct arena *arena,
                                               const struct notify_queue *queue, size_t at)
{
    const struct notify_item *item = &queue->items[at];
    struct notify_plan plan = { .picks = ARENA_NEW(arena, size_t), .count = 1 };

    plan.picks[0] = at;
    plan.content =
        notify_message_single(arena, item, notify_decide_size(queue, item), queue->mentions);
    return plan;
}

/* All that are of one size: those refused as too long do not shorten the others' digest. */
static struct notify_plan notify_decide_digest(struct arena *arena,
                                               const struct notify_policy *policy,
                                               const struct notify_queue *queue)
{
    const struct notify_item **items = ARENA_ARRAY(arena, const struct notify_item *, queue->count);
    struct notify_plan plan = { .picks = ARENA_ARRAY(arena, size_t, queue->count) };
    bool all = (int64_t)queue->count > policy->names_max;
    size_t count = 0;

    for (size_t i = 0; i < queue->count; i++) {
        if (queue->items[i].cut == queue->items[0].cut)
            items[count++] = &queue->items[i];
    }
    qsort(items, count, sizeof(items[0]), notify_message_compare);
    if (count == 1)
        return notify_decide_single(arena, queue, (size_t)(items[0] - queue->items));
    plan.count = notify_message_digest(arena, items, count, notify_decide_size(queue, items[0]),
                                       queue->mentions, all, &plan.content);
    for (size_t i = 0; i < plan.count; i++)
        plan.picks[i] = (size_t)(items[i] - queue->items);
    return plan;
}

struct notify_plan notify_decide(struct arena *arena, const struct notify_policy *policy,
                                 const struct notify_queue *queue)
{
    size_t at;

    switch (notify_decide_form(policy, queue, &at)) {
    case NOTIFY_FORM_SINGLE:
        return notify_decide_single(arena, queue, at);
    case NOTIFY_FORM_DIGEST:
        return notify_decide_digest(arena, policy, queue);
    case NOTIFY_FORM_NONE:
        break;
    }
    return (struct notify_plan){ .count = 0 };
}

struct event notify_conclude(struct arena *arena, const struct sent_body *sent, struct str trace,
                             int64_t entered_ms)
{
    return (struct event){
        .kind = EVENT_ALERT_SENT,
        .id = HASH_ID(arena, sent->alert_id, str_of(event_kind_name(EVENT_ALERT_SENT))),
        .source = STR("/sluice/notify"),
        .key = sent->alert_id,
        .time_ms = sent->at,
        .trace = trace,
        .entered_ms = entered_ms,
        .sent = *sent,
    };
}
