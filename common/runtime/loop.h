/*
 * loop — the cycle's turns: fill, attempt, wait, tick.
 *
 *   fill ──► attempt ──► fill …           a batch is closed before it is acted on
 *               │ retry
 *               ▼
 *             wait ──► attempt            paused and polling: we keep our place in the group
 *               │ rebalance
 *               ▼
 *             fill                        the batch is dropped, its new owner reads it again
 *
 * While the operator has paused this worker (control.h) it is out of the group and only turns.
 *
 * A turn takes a bounded time and then returns, so that whoever turns the loop (worker_main, or
 * a simulator with a model of Kafka) can look at other things. Only the waiting is a poll: the
 * loop sleeps nowhere else once it has joined.
 *
 * The batch that failed stays in memory and is tried again as it was; nothing is read twice for
 * it, and what a rebalance takes away is simply forgotten.
 */
#ifndef SLUICE_RUNTIME_LOOP_H
#define SLUICE_RUNTIME_LOOP_H

#include <stdbool.h>

#include "base/err.h"
#include "runtime/config.h"
#include "runtime/control.h"
#include "runtime/kafka.h"
#include "runtime/metrics.h"
#include "runtime/probe.h"
#include "runtime/worker.h"

struct loop;

struct loop_setup {
    const struct worker *worker;
    void *state; /* opened */
    const struct config *config;
    struct kafka *kafka;
    struct metrics *metrics;
    struct control *control;   /* what the operator says; NULL: nothing */
    struct probe_facts *facts; /* what the loop tells the probes */
    uint64_t seed;             /* of the back-off's jitter */
};

struct loop *loop_open(const struct loop_setup *setup);

/* Drops what is not committed: it is read again. NULL is fine. */
void loop_close(struct loop *loop);

/* One turn. FATAL only. */
bool loop_turn(struct loop *loop, struct err *err) MUST_CHECK;

#endif
