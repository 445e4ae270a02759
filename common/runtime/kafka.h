/*
 * kafka — all the cycle needs of Kafka, as plain data.
 *
 * One consumer in the worker's group and one idempotent producer. The cycle calls nothing else
 * of Kafka, so that a simulator can link a model in place of kafka*.c.
 *
 *  1. Everything returns within the time it was given, but for kafka_open().
 *  2. Partitions come and go only inside kafka_poll(), kafka_leave() and kafka_close().
 *     kafka_rebalances() has then moved on, and what was polled before and not committed is no
 *     longer ours: it will be polled again by whoever has the partition.
 *  3. What is polled is in the order of each partition and begins at the committed offset, or
 *     at the first message there is.
 *  4. No offset moves but by kafka_commit().
 *
 * Used by the working thread only.
 */
#ifndef SLUICE_RUNTIME_KAFKA_H
#define SLUICE_RUNTIME_KAFKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/message.h"
#include "domain/topic.h"
#include "runtime/batch.h"
#include "runtime/config.h"

struct kafka;

struct kafka_setup {
    const char *worker;               /* the group; borrowed like the rest */
    const enum topic *reads, *writes; /* TOPIC_END-ended; reads may be empty or NULL */
    const struct config *config;
};

/* Does not wait for a broker. FATAL: a setting that librdkafka refuses. */
bool kafka_open(struct kafka **kafka_out, const struct kafka_setup *setup,
                struct err *err) MUST_CHECK;

/* Leaves the group within wait_ms, or lets the session time out. NULL is fine. */
void kafka_close(struct kafka *kafka, int64_t wait_ms);

/* Waits at most wait_ms until every topic of the setup is known, then joins the group. RETRY:
 * no broker, or a topic is missing; ask again. */
bool kafka_join(struct kafka *kafka, int64_t wait_ms, struct err *err) MUST_CHECK;

/* Leaves the group until the next kafka_join(). What was polled and not committed will be polled
 * again. A rebalance may be under way and give partitions once more: whoever stays away calls it
 * again and again, each call serves what is left of that for wait_ms. */
void kafka_leave(struct kafka *kafka, int64_t wait_ms);

/* One message, copied into the arena; *got_out false when none came within wait_ms. The origin's
 * generation is left 0. Serves the group even while partitions are paused. FATAL only. */
bool kafka_poll(struct kafka *kafka, int64_t wait_ms, struct arena *arena,
                struct message *message_out, bool *got_out, struct err *err) MUST_CHECK;

/* Counts assignments and revocations. */
int64_t kafka_rebalances(const struct kafka *kafka);

/* Has it been given its share of the partitions (which may be none)? False before it joined and
 * between a revocation and the next assignment. Always true when it reads nothing. */
bool kafka_is_member(const struct kafka *kafka);

/* Valid until the next poll. */
const struct batch_partition *kafka_owned(const struct kafka *kafka, size_t *count_out);

/* Nothing owned is polled until kafka_resume(); what is assigned meanwhile is paused too. */
void kafka_pause(struct kafka *kafka);
void kafka_resume(struct kafka *kafka);

/* The next polls of these partitions begin there. What is not owned is left alone. */
void kafka_seek(struct kafka *kafka, const struct batch_offset *offsets, size_t count);

/* Sends all and waits for every delivery report. RETRY: some may have arrived, some not. REJECT:
 * the broker will never take messages[*culprit_out] (too large). FATAL: the producer is broken,
 * nothing may be committed. */
bool kafka_publish(struct kafka *kafka, const struct message *messages, size_t count,
                   size_t *culprit_out, struct err *err) MUST_CHECK;

/* RETRY: not known to be committed, or the partitions are no longer ours. FATAL: fenced. */
bool kafka_commit(struct kafka *kafka, const struct batch_offset *offsets, size_t count,
                  struct err *err) MUST_CHECK;

/* Messages of the topic's owned partitions that are not committed, as far as is known. */
int64_t kafka_lag(const struct kafka *kafka, enum topic topic);

#endif
