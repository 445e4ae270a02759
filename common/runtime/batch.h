/*
 * batch — the events of one turn of the cycle, closed before they are acted on.
 */
#ifndef SLUICE_RUNTIME_BATCH_H
#define SLUICE_RUNTIME_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "runtime/metrics.h"
#include "runtime/outbox.h"

/* A partition this process owns while the batch lasts. */
struct batch_partition {
    enum topic topic;
    int32_t partition;
    int32_t partition_count; /* of the topic */
};

struct batch {
    const struct event *events; /* in the order of each partition */
    size_t count;
    int64_t now_ms;
    struct arena *arena;
    struct outbox *out;
    struct metrics *metrics;
    const struct batch_partition *owned;
    size_t owned_count;
    struct batch_reject {
        size_t index;
        struct str reason;
    } *rejects; /* filled by batch_reject() */
    size_t reject_count;
};

/* Gives up one event of the batch: it goes to dead.<worker> with the reason, the rest goes on.
 * For workers whose events stand alone; `why` is copied. */
void batch_reject(struct batch *batch, size_t index, const struct err *why);

/* Next offset per partition: last event + 1, from the events themselves. Writes at most
 * count_max rows, returns how many. */
struct batch_offset {
    enum topic topic;
    int32_t partition;
    int64_t next;
};
size_t batch_next_offsets(const struct event *events, size_t count, struct batch_offset *out,
                          size_t count_max);

#endif
