/*
 * cycle — what the parts of the runtime share about one worker's process.
 */
#ifndef SLUICE_RUNTIME_CYCLE_H
#define SLUICE_RUNTIME_CYCLE_H

#include <stdint.h>

#include "base/arena.h"
#include "runtime/kafka.h"
#include "runtime/metrics.h"
#include "runtime/outbox.h"
#include "runtime/park.h"
#include "runtime/worker.h"

struct cycle {
    const struct worker *worker;
    void *state;
    struct kafka *kafka;
    struct metrics *metrics;
    struct outbox *outbox;
    struct park *park;   /* NULL: this worker does not park */
    struct arena *arena; /* of one attempt: reset when the next one begins */
    int64_t generation;  /* of the topics; put into every origin */
    int64_t now_ms;      /* read once an attempt */
};

/* Between any two effects of a batch; see base/crash.h. Named here, so that --crash-points and
 * the tests know them. */
#define CYCLE_CRASH_FILLED    "cycle.filled"    /* nothing has happened yet */
#define CYCLE_CRASH_JUDGED    "cycle.judged"    /* what must wait is parked */
#define CYCLE_CRASH_HANDLED   "cycle.handled"   /* the worker's effects are done */
#define CYCLE_CRASH_PUBLISHED "cycle.published" /* the outbox is confirmed */
#define CYCLE_CRASH_SETTLED   "cycle.settled"   /* superseded parked events are removed */
#define CYCLE_CRASH_COMMITTED "cycle.committed" /* the offsets are committed */
#define CYCLE_CRASH_TICKED    "tick.handled"    /* a tick's effects are done */
#define CYCLE_CRASH_TOLD      "tick.published"  /* a tick's outbox is confirmed */

#endif
