/*
 * kafka_tail — one topic read whole, outside the group: from its first message on and for ever.
 *
 * Every process reads all of it (`rules`: what all replicas must know), so there are no offsets
 * to commit: a restart begins at the beginning. The simulator links a model in its place.
 * Used by the working thread only.
 */
#ifndef SLUICE_RUNTIME_KAFKA_TAIL_H
#define SLUICE_RUNTIME_KAFKA_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/message.h"
#include "domain/topic.h"
#include "runtime/kafka.h"

struct kafka_tail;

/* A consumer beside the handle's own, with its settings; closed before it. Does not wait for a
 * broker. */
bool kafka_tail_open(struct kafka_tail **tail_out, struct kafka *kafka, enum topic topic,
                     struct err *err) MUST_CHECK;
void kafka_tail_close(struct kafka_tail *tail); /* NULL is fine */

/* One message, copied into the arena; *got_out false when none came within wait_ms. RETRY: no
 * broker; FATAL: the client is broken. */
bool kafka_tail_poll(struct kafka_tail *tail, int64_t wait_ms, struct arena *arena,
                     struct message *message_out, bool *got_out, struct err *err) MUST_CHECK;

/* True once everything that was there at the start has been polled; also for a topic that does
 * not exist (it is looked for again every few seconds). */
bool kafka_tail_is_current(const struct kafka_tail *tail);

#endif
