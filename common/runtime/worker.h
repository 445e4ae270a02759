/*
 * worker — what a worker gives the runtime: a table and four functions.
 *
 * The runtime is the process: configuration, signals, probes, the consumer's cycle (fill,
 * handle, publish, commit), dead letters, parking, back-off. A worker is the sentence
 * events in → decide → effects → events out, and nothing else.
 */
#ifndef SLUICE_RUNTIME_WORKER_H
#define SLUICE_RUNTIME_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/message.h"
#include "domain/topic.h"
#include "runtime/batch.h"
#include "runtime/config.h"
#include "runtime/metrics.h"
#include "runtime/outbox.h"

struct worker {
    const char *name;                 /* group id, log tag, metric prefix */
    const enum topic *reads, *writes; /* publishing elsewhere is a bug and aborts */
    const struct config_row *config;  /* this worker's rows, added to the common ones */
    const struct metric_row *metrics; /* likewise; may be NULL */
    const char *const *crash_points;  /* its own, beside the cycle's; NULL-ended; may be NULL */
    size_t state_size;                /* zeroed by the runtime before open */

    /* Stores need not be up: open must not block on them. */
    bool (*open)(void *state, const struct config *config, struct err *err);
    bool (*handle)(void *state, struct batch *batch, struct err *err);
    bool (*tick)(void *state, struct batch *batch, struct err *err);
                                      /* optional, at least every tick_ms between batches: an
                                         empty batch, its outbox published as usual */
    bool (*told)(void *state, struct batch *batch, struct err *err);
                                      /* optional, with the tick's own batch: all that the tick
                                         put into its outbox has reached the broker */
    const struct park_ops *park;      /* optional: load and put parked events */
    void (*close)(void *state);       /* accepts half-opened state */
    bool (*generation)(void *state, int64_t *generation_out, struct err *err);
                                      /* optional: of the set of topics; 1 without it */
    bool (*rules)(void *state, struct err *err);
                                      /* optional: takes the rule sets in force. Before the first
                                         batch, and between two batches once something was
                                         published. A set that cannot be used is logged and the
                                         one at hand kept; RETRY while it cannot be read */
};

/* Parks what waits behind a rejected event of the same key (store/park_store does it). */
struct park_ops {
    /* All parked messages of the key, or (empty key) of the partitions now owned. */
    bool (*get)(void *state, struct arena *arena, enum topic topic, struct str key,
                const int32_t *partitions, size_t partition_count,
                struct parked **parked_out, size_t *count_out, struct err *err);
    bool (*put)(void *state, struct arena *arena, const struct message *message, bool poison,
                struct str reason, struct err *err);
    bool (*remove)(void *state, struct arena *arena, enum topic topic, struct str key,
                   struct err *err);
};

/* The whole process. Exit codes: 0 clean stop, 1 fatal (a supervisor restarts it), 2 bad
 * configuration or usage. */
int worker_main(const struct worker *worker, int argc, char **argv);

#endif
