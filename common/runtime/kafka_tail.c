#include "runtime/kafka_tail.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/kafka_outside.h"

#define KAFKA_TAIL_LOOK_WAIT_MS  200     /* for the broker's answer, within a turn of the loop */
#define KAFKA_TAIL_LOOK_EVERY_US 2000000 /* after no answer, or none such */

struct kafka_tail {
    rd_kafka_t *consumer;
    enum topic topic;
    int32_t partition_count; /* 0: not begun */
    bool *ended;             /* [partition_count]: its end was seen once */
    int32_t ended_count;
    bool is_missing; /* no such topic when last looked for */
    int64_t look_due_us;
};

bool kafka_tail_open(struct kafka_tail **tail_out, struct kafka *kafka, enum topic topic,
                     struct err *err)
{
    rd_kafka_t *consumer = NULL;

    if (!kafka_outside_open(kafka, NULL, &consumer, err))
        return false;
    struct kafka_tail *tail = MEM_NEW(struct kafka_tail);
    tail->consumer = consumer;
    tail->topic = topic;
    *tail_out = tail;
    return true;
}

void kafka_tail_close(struct kafka_tail *tail)
{
    if (tail == NULL)
        return;
    kafka_outside_close(tail->consumer);
    mem_free(tail->ended);
    mem_free(tail);
}

static bool kafka_tail_assign(struct kafka_tail *tail, int32_t count, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);

    for (int32_t p = 0; p < count; p++)
        rd_kafka_topic_partition_list_add(list, topic_name(tail->topic), p)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t code = rd_kafka_assign(tail->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fail(tail->consumer, code, "reading outside the group", err);
    tail->ended = MEM_ARRAY(bool, (size_t)count);
    tail->partition_count = count;
    return true;
}

/* Looks for the topic now and then until it is there, and begins at its first message. */
static bool kafka_tail_begin(struct kafka_tail *tail, struct err *err)
{
    int64_t now_us = clock_monotonic_us();
    int32_t count = 0;

    if (now_us < tail->look_due_us)
        return true;
    tail->look_due_us = now_us + KAFKA_TAIL_LOOK_EVERY_US;
    if (!kafka_outside_partitions(tail->consumer, topic_name(tail->topic), KAFKA_TAIL_LOOK_WAIT_MS,
                                  &count, err))
        return false;
    if (count > 0)
        return kafka_tail_assign(tail, count, err);
    if (!tail->is_missing)
        log_warn("a topic is missing: run `sluice topics apply`",
                 LOG_TEXT("topic", str_of(topic_name(tail->topic))));
    tail->is_missing = true;
    return true;
}

static void kafka_tail_end(struct kafka_tail *tail, int32_t partition)
{
    if (partition < 0 || partition >= tail->partition_count || tail->ended[partition])
        return;
    tail->ended[partition] = true;
    tail->ended_count++;
}

/* False: an error that ends the process; the others librdkafka mends by itself. */
static bool kafka_tail_take(struct kafka_tail *tail, const rd_kafka_message_t *from,
                            struct arena *arena, struct message *message_out, bool *got_out,
                            struct err *err)
{
    if (from->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_copy_message(arena, from, message_out);
        *got_out = true;
        return true;
    }
    if (from->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        kafka_tail_end(tail, from->partition);
        return true;
    }
    if (from->err == RD_KAFKA_RESP_ERR__FATAL)
        return kafka_fail(tail->consumer, from->err, "reading outside the group", err);
    log_debug("kafka tail", LOG_TEXT("code", str_of(rd_kafka_err2name(from->err))));
    return true;
}

bool kafka_tail_poll(struct kafka_tail *tail, int64_t wait_ms, struct arena *arena,
                     struct message *message_out, bool *got_out, struct err *err)
{
    bool fine;

    *got_out = false;
    if (tail->partition_count == 0 && !kafka_tail_begin(tail, err))
        return false;
    rd_kafka_message_t *from = rd_kafka_consumer_poll(tail->consumer, (int)wait_ms);
    if (from == NULL)
        return true;
    fine = kafka_tail_take(tail, from, arena, message_out, got_out, err);
    rd_kafka_message_destroy(from);
    return fine;
}

bool kafka_tail_is_current(const struct kafka_tail *tail)
{
    if (tail->partition_count == 0)
        return tail->is_missing;
    return tail->ended_count == tail->partition_count;
}
