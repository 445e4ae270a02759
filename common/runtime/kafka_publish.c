/*
 * kafka_publish — sends an outbox and waits until every message's fate is known.
 *
 * A report carries the round of the kafka_publish() it belongs to and the message's index: so a
 * report that comes late, of a round that was given up, is told from one of this round.
 */
#include "runtime/kafka_internal.h"

#include "base/clock.h"

#define KAFKA_PUBLISH_SLICE_MS 100
#define KAFKA_PUBLISH_GRACE_MS 5000 /* librdkafka looks at time-outs about once a second */

static void *kafka_publish_ticket(uint32_t round, size_t index)
{
    return (void *)((uintptr_t)round << 32 | (uintptr_t)(uint32_t)index);
}

/* A message that no retry will bring in outweighs one that may still come in. */
static bool kafka_publish_is_worse(rd_kafka_resp_err_t code, rd_kafka_resp_err_t than)
{
    return than == RD_KAFKA_RESP_ERR_NO_ERROR
        || (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && code != than);
}

static void kafka_publish_note(struct kafka_reports *reports, size_t index,
                               rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || !kafka_publish_is_worse(code, reports->failure))
        return;
    reports->failure = code;
    reports->failed_index = index;
}

/* Called from rd_kafka_poll() and rd_kafka_flush() on the working thread. */
void kafka_on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *report, void *opaque)
{
    struct kafka *kafka = opaque;
    uintptr_t ticket = (uintptr_t)report->_private;

    (void)producer;
    if ((uint32_t)(ticket >> 32) != kafka->reports.round)
        return;
    CHECK(kafka->reports.waiting > 0);
    kafka->reports.waiting--;
    kafka_publish_note(&kafka->reports, (size_t)(uint32_t)ticket, report->err);
}

static rd_kafka_headers_t *kafka_publish_headers(const struct message *message)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);

    for (size_t i = 0; i < message->header_count; i++) {
        const struct header *header = &message->headers[i];
        /* an empty value stays a value: NULL would make it a null */
        rd_kafka_resp_err_t code = rd_kafka_header_add(
            headers, header->name.data, (ssize_t)header->name.size,
            header->value.data != NULL ? header->value.data : "", (ssize_t)header->value.size);
        CHECK(code == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    return headers;
}

/* The message is copied; on failure the headers are still ours. */
static rd_kafka_resp_err_t kafka_publish_one(struct kafka *kafka, const struct message *message,
                                             size_t index)
{
    rd_kafka_topic_t *handle = kafka->handles[message->topic];
    rd_kafka_headers_t *headers = kafka_publish_headers(message);
    const void *key = message->key.size > 0 ? message->key.data : NULL;
    void *value = (void *)(uintptr_t)message->value.data; /* copied, not changed */

    CHECK(handle != NULL);
    rd_kafka_resp_err_t code = rd_kafka_producev(
        kafka->producer, RD_KAFKA_V_RKT(handle),
        RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(key, message->key.size),
        RD_KAFKA_V_VALUE(value, message->value.size),
        RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(kafka_publish_ticket(kafka->reports.round, index)), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return code;
}

/* A full queue empties as reports come in: wait for some, as long as there is time. */
static rd_kafka_resp_err_t kafka_publish_put(struct kafka *kafka, const struct message *message,
                                             size_t index, int64_t deadline_us)
{
    rd_kafka_resp_err_t code = kafka_publish_one(kafka, message, index);

    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && clock_monotonic_us() < deadline_us) {
        (void)rd_kafka_flush(kafka->producer, KAFKA_PUBLISH_SLICE_MS);
        code = kafka_publish_one(kafka, message, index);
    }
    return code;
}

static void kafka_publish_wait(struct kafka *kafka, int64_t deadline_us)
{
    while (kafka->reports.waiting > 0 && clock_monotonic_us() < deadline_us)
        (void)rd_kafka_flush(kafka->producer, KAFKA_PUBLISH_SLICE_MS);
    if (kafka->reports.waiting == 0)
        return;
    /* Should not be: their own time-out has passed. Nothing may stay behind. */
    (void)rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    (void)rd_kafka_flush(kafka->producer, KAFKA_PUBLISH_SLICE_MS);
    if (kafka->reports.waiting > 0)
        kafka_publish_note(&kafka->reports, 0, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
}

bool kafka_publish(struct kafka *kafka, const struct message *messages, size_t count,
                   size_t *culprit_out, struct err *err)
{
    struct kafka_reports *reports = &kafka->reports;
    int64_t deadline_us = clock_monotonic_us()
                        + (kafka->delivery_timeout_ms + KAFKA_PUBLISH_GRACE_MS) * 1000;

    CHECK(count <= UINT32_MAX);
    *reports = (struct kafka_reports){ .round = reports->round + 1 };
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = kafka_publish_put(kafka, &messages[i], i, deadline_us);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_publish_note(reports, i, code);
            break;
        }
        reports->waiting++;
    }
    kafka_publish_wait(kafka, deadline_us);
    if (reports->failure == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    *culprit_out = reports->failed_index;
    (void)kafka_fail(kafka->producer, reports->failure, "publishing", err);
    return err_in(err, "%s", topic_name(messages[reports->failed_index].topic));
}
