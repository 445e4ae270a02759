/*
 * kafka_commit — next offsets to the group's coordinator, and the lag from there.
 */
#include "runtime/kafka_internal.h"

#include "base/clock.h"
#include "base/log.h"

#define KAFKA_COMMIT_SLICE_MS 100

/* Queues are polled for events, never for callbacks: 2.0.2 aborts when what it finds there has
 * none (a message, an error). */

/* An answer to a commit that was given up names another round. */
static void kafka_commit_take(struct kafka_commits *commits, rd_kafka_event_t *event)
{
    if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_OFFSET_COMMIT
        || (uintptr_t)rd_kafka_event_opaque(event) != (uintptr_t)commits->round)
        return;
    const rd_kafka_topic_partition_list_t *offsets = rd_kafka_event_topic_partition_list(event);

    commits->answered = true;
    commits->failure = rd_kafka_event_error(event);
    for (int i = 0; offsets != NULL && i < offsets->cnt; i++)
        if (commits->failure == RD_KAFKA_RESP_ERR_NO_ERROR)
            commits->failure = offsets->elems[i].err;
}

/* rd_kafka_commit() would wait for a lost coordinator for minutes: wait on a queue of our own. */
static void kafka_commit_wait(struct kafka *kafka, const rd_kafka_topic_partition_list_t *list)
{
    struct kafka_commits *commits = &kafka->commits;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->consumer);
    int64_t deadline_us = clock_monotonic_us() + kafka->commit_timeout_ms * 1000;

    *commits = (struct kafka_commits){ .round = commits->round + 1 };
    rd_kafka_resp_err_t code = rd_kafka_commit_queue(kafka->consumer, list, queue, NULL,
                                                     (void *)(uintptr_t)commits->round);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        commits->answered = true;
        commits->failure = code;
    }
    while (!commits->answered && clock_monotonic_us() < deadline_us) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, KAFKA_COMMIT_SLICE_MS);
        if (event != NULL)
            kafka_commit_take(commits, event);
        rd_kafka_event_destroy(event);
    }
    if (!commits->answered)
        commits->failure = RD_KAFKA_RESP_ERR__TIMED_OUT;
    rd_kafka_queue_destroy(queue);
}

static void kafka_commit_note(struct kafka *kafka, const struct batch_offset *offset)
{
    for (size_t i = 0; i < kafka->owned_count; i++)
        if (kafka->owned[i].topic == offset->topic
            && kafka->owned[i].partition == offset->partition)
            kafka->next[i] = offset->next;
}

bool kafka_commit(struct kafka *kafka, const struct batch_offset *offsets, size_t count,
                  struct err *err)
{
    if (count == 0)
        return true;
    if (rd_kafka_assignment_lost(kafka->consumer))
        return err_set(err, ERR_RETRY, "Kafka, committing: the partitions were lost meanwhile");

    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, topic_name(offsets[i].topic),
                                          offsets[i].partition)
            ->offset = offsets[i].next;
    kafka_commit_wait(kafka, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (kafka->commits.failure != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fail(kafka->consumer, kafka->commits.failure, "committing", err);
    for (size_t i = 0; i < count; i++)
        kafka_commit_note(kafka, &offsets[i]);
    return true;
}

/* The marks are what the last fetch or look ahead told: no question to the broker. */
static int64_t kafka_lag_of(const struct kafka *kafka, size_t i)
{
    int64_t low = 0, high = 0, from = kafka->next[i];
    rd_kafka_resp_err_t code =
        rd_kafka_get_watermark_offsets(kafka->consumer, topic_name(kafka->owned[i].topic),
                                       kafka->owned[i].partition, &low, &high);

    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || from == KAFKA_NEXT_UNKNOWN)
        return 0;
    if (high < kafka->high[i])
        high = kafka->high[i];
    if (from == KAFKA_NEXT_FROM_THE_LOW || from < low)
        from = low > 0 ? low : 0;
    return high > from ? high - from : 0;
}

int64_t kafka_lag(const struct kafka *kafka, enum topic topic)
{
    int64_t lag = 0;

    for (size_t i = 0; i < kafka->owned_count; i++)
        if (kafka->owned[i].topic == topic)
            lag += kafka_lag_of(kafka, i);
    return lag;
}

/* ---- the end ---- */

void kafka_leave(struct kafka *kafka, int64_t wait_ms)
{
    int64_t deadline_us = clock_monotonic_us() + wait_ms * 1000;
    bool leaves_now = kafka->joined;

    kafka->joined = false;
    if (kafka->consumer == NULL || (leaves_now && rd_kafka_unsubscribe(kafka->consumer) != 0))
        return;
    do {
        rd_kafka_message_t *late = rd_kafka_consumer_poll(kafka->consumer, KAFKA_COMMIT_SLICE_MS);
        if (late != NULL)
            rd_kafka_message_destroy(late);
    } while (clock_monotonic_us() < deadline_us && (!leaves_now || kafka->owned_count > 0));
}
