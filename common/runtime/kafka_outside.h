/*
 * kafka_outside — a consumer that belongs to no group: it is told what to read and commits
 * nothing.
 *
 * For kafka_read.c and kafka_tail.c. It has the settings of a handle's own consumer, but tells
 * where a partition ends.
 */
#ifndef SLUICE_RUNTIME_KAFKA_OUTSIDE_H
#define SLUICE_RUNTIME_KAFKA_OUTSIDE_H

#include <librdkafka/rdkafka.h>

#include "runtime/kafka_internal.h"

/* `group`: whose committed offsets it may ask for; NULL: nobody's. It never joins. */
bool kafka_outside_open(struct kafka *kafka, const char *group, rd_kafka_t **consumer_out,
                        struct err *err) MUST_CHECK;
void kafka_outside_close(rd_kafka_t *consumer); /* NULL is fine */

/* Partitions of a topic; *count_out is 0 when there is no such topic. RETRY: no answer. */
bool kafka_outside_partitions(rd_kafka_t *consumer, const char *topic, int64_t wait_ms,
                              int32_t *count_out, struct err *err) MUST_CHECK;

#endif
