/*
 * park_store — events that wait behind a parked event of the same order (table parked).
 *
 * Read at assignment, put before the dead letter is published, removed once a later valid
 * snapshot has superseded them. A worker that
 * parks hands these three calls to the runtime (worker.h, park_ops); the rooms do not meet.
 */
#ifndef SLUICE_STORE_PARK_STORE_H
#define SLUICE_STORE_PARK_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/message.h"

struct park_store;

bool park_store_open(struct park_store **store_out, const char *pg_url, const char *worker,
                     struct err *err) MUST_CHECK;
void park_store_close(struct park_store *store);

/* Idempotent by (worker, topic, generation, partition, offset). `poison`: it is the event that was
 * rejected, for `reason`; else a good one that waits behind it. */
bool park_store_put(struct park_store *store, struct arena *arena, const struct message *message,
                    bool poison, struct str reason, struct err *err) MUST_CHECK;

/* All parked events of one key on one topic by (generation, offset), or of all keys of the given
 * partitions when key is empty. */
bool park_store_get(struct park_store *store, struct arena *arena, enum topic topic,
                    struct str key, const int32_t *partitions, size_t partition_count,
                    struct parked **parked_out, size_t *count_out, struct err *err) MUST_CHECK;

bool park_store_remove(struct park_store *store, struct arena *arena, enum topic topic,
                       struct str key, struct err *err) MUST_CHECK;

#endif
