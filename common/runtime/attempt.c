#include "runtime/attempt.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"

#define ATTEMPT_OFFSETS_MAX 4096 /* partitions in one batch */

/* Sums the time of a step. */
static void attempt_spent(struct cycle *cycle, enum metric_common which, int64_t *since_us)
{
    int64_t now_us = clock_monotonic_us();

    metrics_common_add(cycle->metrics, which, now_us - *since_us);
    *since_us = now_us;
}

static struct batch attempt_batch(struct cycle *cycle, const struct event *events, size_t count)
{
    struct batch batch = {
        .events = events,
        .count = count,
        .now_ms = cycle->now_ms,
        .arena = cycle->arena,
        .out = cycle->outbox,
        .metrics = cycle->metrics,
    };

    batch.owned = kafka_owned(cycle->kafka, &batch.owned_count);
    return batch;
}

/* ---- publish ---- */

/* A dead letter the broker finds too large goes without its bytes: they are where it was read. */
static bool attempt_strip(struct cycle *cycle, struct message *message)
{
    if (message->topic != topic_dead(cycle->worker->name) || message->value.size == 0)
        return false;
    log_error("dead letter too large, sent without its bytes: read them at dead_offset",
              LOG_TEXT("key", message->key), LOG_INT("bytes", (int64_t)message->value.size));
    message->value = STR_NONE;
    return true;
}

static bool attempt_publish(struct cycle *cycle, size_t from, struct err *err)
{
    size_t count = outbox_count(cycle->outbox) - from, culprit = 0;
    struct message *messages = outbox_messages(cycle->outbox);

    if (count == 0)
        return true;
    messages += from;
    while (!kafka_publish(cycle->kafka, messages, count, &culprit, err))
        if (err->class != ERR_REJECT || !attempt_strip(cycle, &messages[culprit]))
            return false;
    return true;
}

/* ---- handle ---- */

static void attempt_accuse(struct closed *closed, const struct event *event, const char *why)
{
    struct culprit *culprit = ARENA_NEW(closed->arena, struct culprit);

    CHECK(event->message != NULL);
    culprit->origin = event->message->origin;
    culprit->reason = arena_copy(closed->arena, str_of(why[0] ? why : "rejected"));
    culprit->next = closed->culprits;
    closed->culprits = culprit;
}

/* What the worker gave up by batch_reject(): the rest of the batch stands. */
static bool attempt_bury(struct cycle *cycle, struct judged *judged, const struct batch *batch,
                         struct err *err)
{
    for (size_t i = 0; i < batch->reject_count; i++)
        if (!judge_bury(cycle, judged, batch->events[batch->rejects[i].index].message,
                        batch->rejects[i].reason, err))
            return false;
    return true;
}

/* One event alone, published at once when its size may be what is wrong with it. */
static bool attempt_alone(struct cycle *cycle, const struct event *event, bool publish,
                          struct err *err)
{
    struct batch batch = attempt_batch(cycle, event, 1);
    size_t mark = outbox_count(cycle->outbox);

    if (!cycle->worker->handle(cycle->state, &batch, err))
        return false;
    return !publish || attempt_publish(cycle, mark, err);
}

/* An event of an order whose earlier event was just found guilty must not overtake it. */
static bool attempt_is_behind(const struct cycle *cycle, const struct judged *judged, size_t index,
                              const struct culprit *culprits)
{
    const struct message *message = judged->events[index].message;

    if (!park_is_for(cycle->park, message))
        return false;
    for (size_t i = 0; i < index; i++)
        if (str_eq(judged->events[i].message->key, message->key)
            && judge_find_culprit(culprits, &judged->events[i].message->origin).size > 0)
            return true;
    return false;
}

/* The batch was rejected and nobody knows for which event's sake. What a single one publishes
 * does not matter here: the batch is handled again without the culprits. */
static bool attempt_isolate(struct cycle *cycle, struct closed *closed,
                            const struct judged *judged, bool publish, struct err *err)
{
    const struct culprit *before = closed->culprits;

    for (size_t i = 0; i < judged->count; i++) {
        const struct event *event = &judged->events[i];
        size_t mark = outbox_count(cycle->outbox);

        if (judge_find_culprit(closed->culprits, &event->message->origin).size > 0
            || attempt_is_behind(cycle, judged, i, closed->culprits))
            continue;
        if (!attempt_alone(cycle, event, publish, err)) {
            if (err->class != ERR_REJECT)
                return false;
            attempt_accuse(closed, event, err->text);
        }
        outbox_cut(cycle->outbox, mark);
    }
    if (closed->culprits == before)
        return err_in(err, "no single event is to blame"), err->class = ERR_RETRY, false;
    return true;
}

/* *again_out: culprits were found, the attempt must begin anew. */
static bool attempt_handle(struct cycle *cycle, struct closed *closed, struct judged *judged,
                           bool *again_out, struct err *err)
{
    struct batch batch = attempt_batch(cycle, judged->events, judged->count);

    *again_out = false;
    if (judged->count == 0)
        return true;
    if (cycle->worker->handle(cycle->state, &batch, err))
        return attempt_bury(cycle, judged, &batch, err);
    if (err->class != ERR_REJECT)
        return false;
    *again_out = true;
    if (judged->count == 1) {
        attempt_accuse(closed, &judged->events[0], err->text);
        return true;
    }
    return attempt_isolate(cycle, closed, judged, false, err);
}

/* Judge, handle, publish. *again_out as above. */
static bool attempt_once(struct cycle *cycle, struct closed *closed, struct judged *judged,
                         bool *again_out, struct err *err)
{
    int64_t since_us = clock_monotonic_us();

    arena_reset(cycle->arena);
    outbox_reset(cycle->outbox, cycle->arena);
    if (!judge_messages(cycle, closed->messages + closed->done, closed->count - closed->done,
                        closed->culprits, judged, err))
        return false;
    crash_point(CYCLE_CRASH_JUDGED);
    if (!attempt_handle(cycle, closed, judged, again_out, err))
        return false;
    attempt_spent(cycle, METRIC_HANDLE_US, &since_us);
    if (*again_out)
        return true;
    crash_point(CYCLE_CRASH_HANDLED);
    if (!attempt_publish(cycle, 0, err)) {
        if (err->class != ERR_REJECT)
            return false;
        *again_out = true;
        return attempt_isolate(cycle, closed, judged, true, err);
    }
    attempt_spent(cycle, METRIC_PUBLISH_US, &since_us);
    crash_point(CYCLE_CRASH_PUBLISHED);
    return true;
}

/* ---- commit ---- */

static bool attempt_commit(struct cycle *cycle, const struct message *messages, size_t count,
                           struct err *err)
{
    struct batch_offset *offsets = ARENA_ARRAY(cycle->arena, struct batch_offset,
                                               ATTEMPT_OFFSETS_MAX);
    struct event *read = ARENA_ARRAY(cycle->arena, struct event, count);
    int64_t since_us = clock_monotonic_us();

    for (size_t i = 0; i < count; i++)
        read[i].origin = messages[i].origin;
    size_t rows = batch_next_offsets(read, count, offsets, ATTEMPT_OFFSETS_MAX);
    if (!kafka_commit(cycle->kafka, offsets, rows, err))
        return false;
    attempt_spent(cycle, METRIC_COMMIT_US, &since_us);
    return true;
}

/* Each failure is logged once, when it is settled. */
static void attempt_tell(const struct judged *judged)
{
    for (size_t i = 0; i < judged->dead_count; i++) {
        const struct message *message = judged->dead[i].message;

        log_warn("event rejected", LOG_TEXT("topic", str_of(topic_name(message->topic))),
                 LOG_INT("partition", message->origin.partition),
                 LOG_INT("offset", message->origin.offset),
                 LOG_TEXT("event_id", message_header(message, "ce_id")),
                 LOG_TEXT("reason", judged->dead[i].reason));
    }
    if (judged->held > 0)
        log_warn("events parked behind a rejected one", LOG_INT("count", (int64_t)judged->held));
}

static void attempt_count(struct cycle *cycle, const struct judged *judged)
{
    struct metrics *metrics = cycle->metrics;

    metrics_common_add(metrics, METRIC_EVENTS_IN, (int64_t)judged->taken);
    metrics_common_add(metrics, METRIC_EVENTS_OUT,
                       (int64_t)(outbox_count(cycle->outbox) - judged->dead_count));
    metrics_common_add(metrics, METRIC_REJECTED, (int64_t)judged->dead_count);
    metrics_common_add(metrics, METRIC_PARKED, (int64_t)judged->held);
    metrics_common_add(metrics, METRIC_BATCHES, 1);
    metrics_common_set(metrics, METRIC_BATCH_SIZE, (int64_t)judged->taken);
}

bool attempt_run(struct cycle *cycle, struct closed *closed, struct err *err)
{
    struct judged judged = { .count = 0 };
    bool again = true;

    cycle->now_ms = clock_now_ms();
    for (size_t i = closed->done; i < closed->count; i++)
        closed->messages[i].origin.generation = cycle->generation;
    crash_point(CYCLE_CRASH_FILLED);
    while (again)
        if (!attempt_once(cycle, closed, &judged, &again, err))
            return false;
    if (!park_settle(cycle->park, cycle->arena, err))
        return false;
    crash_point(CYCLE_CRASH_SETTLED);
    if (!attempt_commit(cycle, closed->messages + closed->done, judged.taken, err))
        return false;
    crash_point(CYCLE_CRASH_COMMITTED);
    attempt_tell(&judged);
    attempt_count(cycle, &judged);
    closed->done += judged.taken;
    return true;
}

bool attempt_tick(struct cycle *cycle, struct err *err)
{
    arena_reset(cycle->arena);
    outbox_reset(cycle->outbox, cycle->arena);
    cycle->now_ms = clock_now_ms();

    struct batch batch = attempt_batch(cycle, NULL, 0);
    if (!cycle->worker->tick(cycle->state, &batch, err))
        return false;
    crash_point(CYCLE_CRASH_TICKED);
    if (!attempt_publish(cycle, 0, err))
        return false;
    crash_point(CYCLE_CRASH_TOLD);
    metrics_common_add(cycle->metrics, METRIC_EVENTS_OUT, (int64_t)outbox_count(cycle->outbox));
    return cycle->worker->told == NULL || cycle->worker->told(cycle->state, &batch, err);
}
