/*
 * kafka_open — how the consumer and the producer begin, and how they end.
 */
#include "runtime/kafka_internal.h"

#include "base/clock.h"
#include "base/log.h"

#define KAFKA_ARENA_MAX     (4u << 20)
#define KAFKA_TEXT_SIZE     512
#define KAFKA_OPEN_SLICE_MS 100

/* ---- open ---- */

static bool kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **client_out,
                      struct err *err)
{
    char text[KAFKA_TEXT_SIZE];
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));

    if (client == NULL) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, ERR_FATAL, "the Kafka client refuses its settings: %s", text);
    }
    *client_out = client;
    return true;
}

/* A handle made now spares the first message to a topic a second (librdkafka #5032). */
static bool kafka_handle(struct kafka *kafka, enum topic topic, struct err *err)
{
    if (topic == TOPIC_END || kafka->handles[topic] != NULL)
        return true;
    kafka->handles[topic] = rd_kafka_topic_new(kafka->producer, topic_name(topic), NULL);
    if (kafka->handles[topic] == NULL)
        return kafka_fail(kafka->producer, rd_kafka_last_error(), topic_name(topic), err);
    return true;
}

static bool kafka_handles(struct kafka *kafka, struct err *err)
{
    const enum topic *lists[] = { kafka->setup.reads, kafka->setup.writes };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (const enum topic *t = lists[i]; t != NULL && *t != TOPIC_END; t++)
            if (!kafka_handle(kafka, *t, err))
                return false;
    return !kafka->consumer || kafka_handle(kafka, topic_dead(kafka->setup.worker), err);
}

static bool kafka_open_consumer(struct kafka *kafka, struct err *err)
{
    rd_kafka_conf_t *conf = NULL;

    if (kafka->setup.reads == NULL || kafka->setup.reads[0] == TOPIC_END)
        return true;
    if (!kafka_conf_consumer(kafka, &conf, err)
        || !kafka_new(RD_KAFKA_CONSUMER, conf, &kafka->consumer, err))
        return false;
    /* one queue: errors and logs are served by the consumer's poll too */
    (void)rd_kafka_poll_set_consumer(kafka->consumer);
    return true;
}

bool kafka_open(struct kafka **kafka_out, const struct kafka_setup *setup, struct err *err)
{
    struct arena *arena = arena_open(KAFKA_ARENA_MAX);
    struct kafka *kafka = ARENA_NEW(arena, struct kafka);
    rd_kafka_conf_t *conf = NULL;

    kafka->arena = arena;
    kafka->setup = *setup;
    kafka->delivery_timeout_ms = config_int(setup->config, "delivery_timeout_ms");
    kafka->commit_timeout_ms = config_int(setup->config, "commit_timeout_ms");
    kafka->owned = ARENA_ARRAY(arena, struct batch_partition, KAFKA_OWNED_MAX);
    kafka->next = ARENA_ARRAY(arena, int64_t, KAFKA_OWNED_MAX);
    kafka->high = ARENA_ARRAY(arena, int64_t, KAFKA_OWNED_MAX);
    if (!kafka_conf_producer(kafka, &conf, err)
        || !kafka_new(RD_KAFKA_PRODUCER, conf, &kafka->producer, err)
        || !kafka_open_consumer(kafka, err) || !kafka_handles(kafka, err)) {
        kafka_close(kafka, 0);
        return false;
    }
    *kafka_out = kafka;
    return true;
}

/* ---- close ---- */

/* What comes while closing: the last revocation must be answered, the rest is dropped. */
static void kafka_close_take(struct kafka *kafka, rd_kafka_event_t *event)
{
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
        kafka_on_rebalance(kafka->consumer, rd_kafka_event_error(event),
                           rd_kafka_event_topic_partition_list(event), kafka);
}

/* True when the consumer has left the group. librdkafka's own close may hang (#4187, #4528). */
static bool kafka_close_consumer(struct kafka *kafka, int64_t wait_ms)
{
    int64_t deadline_us = clock_monotonic_us() + wait_ms * 1000;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->consumer);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(kafka->consumer, queue);
    bool closed = error == NULL;

    rd_kafka_error_destroy(error);
    while (closed && !rd_kafka_consumer_closed(kafka->consumer)) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, KAFKA_OPEN_SLICE_MS);
        if (event != NULL)
            kafka_close_take(kafka, event);
        rd_kafka_event_destroy(event);
        if (clock_monotonic_us() >= deadline_us)
            closed = false;
    }
    rd_kafka_queue_destroy(queue);
    return closed;
}

void kafka_close(struct kafka *kafka, int64_t wait_ms)
{
    if (kafka == NULL)
        return;
    if (kafka->consumer != NULL && kafka_close_consumer(kafka, wait_ms))
        rd_kafka_destroy_flags(kafka->consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    else if (kafka->consumer != NULL)
        /* the process ends anyway: better a client left behind than one that hangs */
        log_warn("the group was not left in time, the session will run out");
    for (int topic = 0; topic < TOPIC_COUNT; topic++)
        if (kafka->handles[topic] != NULL)
            rd_kafka_topic_destroy(kafka->handles[topic]);
    if (kafka->producer != NULL) {
        (void)rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_flush(kafka->producer, 0);
        rd_kafka_destroy(kafka->producer);
    }
    arena_close(kafka->arena);
}
