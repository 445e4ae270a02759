/*
 * kafka_poll — one message at a time, and what is looked up between them.
 *
 * Never the batch calls: with seeks, pauses and rebalances 2.0.2 loses messages in them.
 */
#include "runtime/kafka_internal.h"

#include "base/clock.h"
#include "base/log.h"

#define KAFKA_COMMITTED_WAIT_MS 2000
#define KAFKA_AHEAD_EVERY_US    5000000 /* while idle */

static struct str kafka_copy(struct arena *arena, const void *data, size_t size)
{
    return size == 0 ? STR_NONE : arena_copy(arena, (struct str){ .data = data, .size = size });
}

/* No message of ours has as many headers as fit; of a foreign one's the rest is left behind. */
static void kafka_copy_headers(struct arena *arena, const rd_kafka_message_t *from,
                               struct message *message)
{
    rd_kafka_headers_t *headers = NULL;
    const char *name;
    const void *value;
    size_t size;

    if (rd_kafka_message_headers(from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    for (size_t i = 0; i < MESSAGE_HEADERS_MAX
                       && rd_kafka_header_get_all(headers, i, &name, &value, &size)
                              == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++)
        message_put_header(message, arena_copy(arena, str_of(name)),
                           kafka_copy(arena, value, size));
}

void kafka_copy_message(struct arena *arena, const rd_kafka_message_t *from,
                        struct message *message_out)
{
    enum topic topic = topic_of(str_of(rd_kafka_topic_name(from->rkt)));
    rd_kafka_timestamp_type_t type;
    struct message message = {
        .topic = topic,
        .key = kafka_copy(arena, from->key, from->key_len),
        .value = kafka_copy(arena, from->payload, from->len),
        .time_ms = rd_kafka_message_timestamp(from, &type),
        .origin = { .topic = topic, .partition = from->partition, .offset = from->offset },
    };

    kafka_copy_headers(arena, from, &message);
    *message_out = message;
}

/* Best effort: how far the partitions reach. While none is fetched (paused, or stuck) nothing
 * else would tell that there is lag. */
static void kafka_look_ahead(struct kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list = kafka_owned_list(kafka);

    kafka->ahead_due_us = clock_monotonic_us() + KAFKA_AHEAD_EVERY_US;
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END; /* asked as a time: the end */
    if (list->cnt > 0
        && rd_kafka_offsets_for_times(kafka->consumer, list, KAFKA_METADATA_WAIT_MS)
               == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (int i = 0; i < list->cnt && (size_t)i < kafka->owned_count; i++)
            if (list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
                kafka->high[i] = list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
}

/* After a rebalance, best effort: from where lag is counted, and topics that have grown. */
static void kafka_look_up(struct kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list = kafka_owned_list(kafka);
    struct err err = { 0 };
    bool grown = false;

    if (list->cnt > 0
        && rd_kafka_committed(kafka->consumer, list, KAFKA_COMMITTED_WAIT_MS)
               == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (int i = 0; i < list->cnt && (size_t)i < kafka->owned_count; i++)
            kafka->next[i] =
                list->elems[i].offset >= 0 ? list->elems[i].offset : KAFKA_NEXT_FROM_THE_LOW;
    rd_kafka_topic_partition_list_destroy(list);
    for (size_t i = 0; i < kafka->owned_count; i++)
        grown = grown || kafka->owned[i].partition >= kafka->owned[i].partition_count;
    if (grown && kafka_read_counts(kafka, KAFKA_METADATA_WAIT_MS, &err))
        for (size_t i = 0; i < kafka->owned_count; i++)
            kafka->owned[i].partition_count = kafka->partition_counts[kafka->owned[i].topic];
}

/* What stands in a message's place: most of it librdkafka mends by itself. */
static bool kafka_poll_error(struct kafka *kafka, const rd_kafka_message_t *from, struct err *err)
{
    if (kafka_class(kafka->consumer, from->err) == ERR_FATAL)
        return kafka_fail(kafka->consumer, from->err, "polling", err);
    log_warn("kafka poll", LOG_TEXT("code", str_of(rd_kafka_err2name(from->err))),
             LOG_TEXT("text", str_of(rd_kafka_message_errstr(from))));
    return true;
}

bool kafka_poll(struct kafka *kafka, int64_t wait_ms, struct arena *arena,
                struct message *message_out, bool *got_out, struct err *err)
{
    int64_t rebalances = kafka->rebalances;
    bool fine = true;

    *got_out = false;
    if (kafka->consumer == NULL || !kafka->joined) {
        (void)rd_kafka_poll(kafka->producer, (int)wait_ms);
        return true;
    }
    rd_kafka_message_t *from = rd_kafka_consumer_poll(kafka->consumer, (int)wait_ms);
    if (from != NULL && from->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_copy_message(arena, from, message_out);
        *got_out = true;
    } else if (from != NULL) {
        fine = kafka_poll_error(kafka, from, err);
    }
    if (from != NULL)
        rd_kafka_message_destroy(from);
    if (kafka->rebalances != rebalances)
        kafka_look_up(kafka);
    if (from == NULL && clock_monotonic_us() >= kafka->ahead_due_us)
        kafka_look_ahead(kafka);
    return fine;
}
