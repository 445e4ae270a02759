#include "runtime/judge.h"

#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "codec/event_codec.h"

struct str judge_find_culprit(const struct culprit *culprits, const struct origin *origin)
{
    for (const struct culprit *culprit = culprits; culprit != NULL; culprit = culprit->next)
        if (culprit->origin.topic == origin->topic
            && culprit->origin.partition == origin->partition
            && park_compare_origins(&culprit->origin, origin) == 0)
            return culprit->reason;
    return STR_NONE;
}

static void judge_add_event(struct cycle *cycle, struct judged *judged, const struct event *event)
{
    if (judged->count == judged->capacity) {
        size_t capacity = judged->capacity * 2 + 1;
        struct event *events = ARENA_ARRAY(cycle->arena, struct event, capacity);

        if (judged->count > 0)
            memcpy(events, judged->events, judged->count * sizeof(*events));
        judged->events = events;
        judged->capacity = capacity;
    }
    judged->events[judged->count++] = *event;
}

static void judge_add_dead(struct cycle *cycle, struct judged *judged,
                           const struct message *message, struct str reason)
{
    if (judged->dead_count == judged->dead_capacity) {
        size_t capacity = judged->dead_capacity * 2 + 8;
        struct judge_dead *dead = ARENA_ARRAY(cycle->arena, struct judge_dead, capacity);

        if (judged->dead_count > 0)
            memcpy(dead, judged->dead, judged->dead_count * sizeof(*dead));
        judged->dead = dead;
        judged->dead_capacity = capacity;
    }
    judged->dead[judged->dead_count++] =
        (struct judge_dead){ .message = message, .reason = reason };
}

bool judge_bury(struct cycle *cycle, struct judged *judged, const struct message *message,
                struct str reason, struct err *err)
{
    struct message letter = { .topic = TOPIC_END };

    if (topic_dead(cycle->worker->name) == TOPIC_END)
        return err_set(err, ERR_FATAL, "an event was rejected and there is no topic dead.%s: %.*s",
                       cycle->worker->name, STR_ARG(reason));
    if (park_is_for(cycle->park, message)
        && !park_put(cycle->park, cycle->arena, message, true, reason, err))
        return false;
    event_encode_dead(cycle->arena, message, cycle->worker->name, reason, cycle->now_ms, &letter);
    outbox_put_message(cycle->outbox, &letter);
    judge_add_dead(cycle, judged, message, reason);
    return true;
}

/* False with a reason when the message cannot be handled: undecodable, or found guilty before. */
static bool judge_decode(struct cycle *cycle, const struct message *message,
                         const struct culprit *culprits, struct event *event, struct str *reason)
{
    struct err why = { 0 };
    struct str found = judge_find_culprit(culprits, &message->origin);

    if (found.size > 0) {
        *reason = found;
        return false;
    }
    if (!event_decode(cycle->arena, message, event, &why)) {
        *reason = arena_copy(cycle->arena, str_of(why.text));
        return false;
    }
    event->origin = message->origin;
    event->message = message;
    return true;
}

/* One that was put aside comes back; at a rejected one's place stands the snapshot. */
static bool judge_bring_back(struct cycle *cycle, const struct parked *parked,
                             const struct event *snapshot, const struct culprit *culprits,
                             struct judged *judged, struct err *err)
{
    struct event event = *snapshot;
    struct str reason = STR_NONE;

    if (parked->poison)
        event.origin = parked->message.origin;
    else if (!judge_decode(cycle, &parked->message, culprits, &event, &reason))
        return judge_bury(cycle, judged, &parked->message, reason, err);
    judge_add_event(cycle, judged, &event);
    return true;
}

static bool judge_supersede(struct cycle *cycle, const struct message *message,
                            const struct event *snapshot, const struct culprit *culprits,
                            struct judged *judged, struct err *err)
{
    struct parked *parked = NULL;
    size_t count = 0;

    if (!park_supersede(cycle->park, cycle->arena, message, &parked, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!judge_bring_back(cycle, &parked[i], snapshot, culprits, judged, err))
            return false;
    judge_add_event(cycle, judged, snapshot);
    return true;
}

static bool judge_hold(struct cycle *cycle, const struct message *message, struct judged *judged,
                       struct err *err)
{
    judged->held++;
    return park_put(cycle->park, cycle->arena, message, false, STR("behind a rejected event"),
                    err);
}

/* *taken_out false: this message must wait for the next attempt. */
static bool judge_one(struct cycle *cycle, const struct message *message,
                      const struct culprit *culprits, struct judged *judged, bool *taken_out,
                      struct err *err)
{
    struct event event = { .kind = EVENT_NONE };
    struct str reason = STR_NONE;
    enum park_place place = park_place(cycle->park, message);

    *taken_out = true;
    if (!judge_decode(cycle, message, culprits, &event, &reason)) {
        /* parking its key again and freeing it in one attempt would free it for good */
        if (place == PARK_PLACE_SUPERSEDED) {
            *taken_out = false;
            return true;
        }
        return judge_bury(cycle, judged, message, reason, err);
    }
    if (place != PARK_PLACE_BEHIND) {
        judge_add_event(cycle, judged, &event);
        return true;
    }
    if (event.kind == EVENT_ORDER_SNAPSHOT_TAKEN)
        return judge_supersede(cycle, message, &event, culprits, judged, err);
    return judge_hold(cycle, message, judged, err);
}

bool judge_messages(struct cycle *cycle, const struct message *messages, size_t count,
                    const struct culprit *culprits, struct judged *judged_out, struct err *err)
{
    struct judged judged = { .capacity = count };
    bool taken = true;

    judged.events = ARENA_ARRAY(cycle->arena, struct event, count);
    park_begin(cycle->park);
    while (judged.taken < count) {
        if (!judge_one(cycle, &messages[judged.taken], culprits, &judged, &taken, err))
            return false;
        if (!taken)
            break;
        judged.taken++;
    }
    *judged_out = judged;
    return true;
}
