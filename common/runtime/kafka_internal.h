/*
 * kafka_internal — what kafka.c (the consumer), kafka_conf.c and kafka_publish.c share.
 */
#ifndef SLUICE_RUNTIME_KAFKA_INTERNAL_H
#define SLUICE_RUNTIME_KAFKA_INTERNAL_H

#include <librdkafka/rdkafka.h>

#include "runtime/kafka.h"

#define KAFKA_OWNED_MAX        4096 /* partitions */
#define KAFKA_METADATA_WAIT_MS 1000

/* Delivery reports of one kafka_publish(): a report of an earlier one is not counted. */
struct kafka_reports {
    uint32_t round;
    size_t waiting;
    size_t failed_index;
    rd_kafka_resp_err_t failure; /* the worst so far */
};

struct kafka_commits {
    uint32_t round;
    bool answered;
    rd_kafka_resp_err_t failure;
};

#define KAFKA_NEXT_UNKNOWN      INT64_C(-1)
#define KAFKA_NEXT_FROM_THE_LOW INT64_C(-2) /* nothing committed yet */

struct kafka {
    struct arena *arena; /* for the life of the process */
    struct kafka_setup setup;
    rd_kafka_t *consumer; /* NULL when the worker reads nothing */
    rd_kafka_t *producer;
    rd_kafka_topic_t *handles[TOPIC_COUNT]; /* of the producer, for what is read or written */
    int32_t partition_counts[TOPIC_COUNT];
    int64_t delivery_timeout_ms, commit_timeout_ms;
    bool joined, assigned, paused;
    int64_t rebalances;
    struct batch_partition *owned; /* [KAFKA_OWNED_MAX] */
    int64_t *next;                 /* beside owned: first not committed, or KAFKA_NEXT_… */
    int64_t *high;                 /* beside owned: the end as it was last asked for */
    size_t owned_count;
    int64_t ahead_due_us;
    struct kafka_reports reports;
    struct kafka_commits commits;
};

/* Own properties first, then the config's kafka.*; FATAL names the one refused. The callbacks
 * get `kafka` as their opaque. */
bool kafka_conf_consumer(struct kafka *kafka, rd_kafka_conf_t **conf_out,
                         struct err *err) MUST_CHECK;
bool kafka_conf_producer(struct kafka *kafka, rd_kafka_conf_t **conf_out,
                         struct err *err) MUST_CHECK;

void kafka_on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *report, void *opaque);
void kafka_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t event,
                        rd_kafka_topic_partition_list_t *partitions, void *opaque);

/* Key, value and headers go into the arena; the origin's generation is left 0. */
void kafka_copy_message(struct arena *arena, const rd_kafka_message_t *from,
                        struct message *message_out);

/* Asks how many partitions each topic has. RETRY: no answer, or one is missing. */
bool kafka_read_counts(struct kafka *kafka, int64_t wait_ms, struct err *err) MUST_CHECK;

/* The caller destroys it. */
rd_kafka_topic_partition_list_t *kafka_owned_list(const struct kafka *kafka);

enum err_class kafka_class(rd_kafka_t *client, rd_kafka_resp_err_t code);

/* The one place where librdkafka's errors become a class. Returns false. */
bool kafka_fail(rd_kafka_t *client, rd_kafka_resp_err_t code, const char *doing, struct err *err);

#endif
