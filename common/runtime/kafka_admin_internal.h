/*
 * kafka_admin_internal — what kafka_admin.c, kafka_topic.c, kafka_group.c and kafka_read.c
 * share.
 */
#ifndef SLUICE_RUNTIME_KAFKA_ADMIN_INTERNAL_H
#define SLUICE_RUNTIME_KAFKA_ADMIN_INTERNAL_H

#include <librdkafka/rdkafka.h>

#include "runtime/kafka_admin.h"
#include "runtime/kafka_internal.h"

struct kafka_admin {
    struct kafka *kafka; /* a producer that never produces */
    const struct config *config;
    int64_t timeout_ms;
};

/* One request and its answer: begin, hand `queue` and `options` to librdkafka, wait, end. */
struct kafka_admin_call {
    struct kafka_admin *admin;
    const char *doing;
    rd_kafka_queue_t *queue;
    rd_kafka_AdminOptions_t *options;
    rd_kafka_event_t *event; /* the answer */
};

void kafka_admin_begin(struct kafka_admin_call *call, struct kafka_admin *admin,
                       rd_kafka_admin_op_t operation, const char *doing);
bool kafka_admin_wait(struct kafka_admin_call *call, struct err *err);
void kafka_admin_end(struct kafka_admin_call *call);

rd_kafka_t *kafka_admin_client(const struct kafka_admin *admin);

/* The first offset there is and one past the last; waits for a partition that has no leader at
 * the moment. */
bool kafka_admin_ends(struct kafka_admin *admin, const char *topic, int32_t partition,
                      int64_t *low_out, int64_t *high_out, struct err *err) MUST_CHECK;

/* Class and advice for an error; `detail` is the broker's own text or NULL. Returns false. */
bool kafka_admin_fail(const struct kafka_admin *admin, rd_kafka_resp_err_t code, const char *detail,
                      const char *doing, struct err *err);

#endif
