/*
 * probe — /healthz, /readyz and /metrics, answered by a thread of its own from atomics only.
 *
 * Alive: the cycle turns, and offsets move while there is lag. A store that is down does not
 * make a worker dead: it waits. Ready: it has joined the group (a spare without partitions is
 * ready), its stores are open and it is not waiting for one.
 */
#ifndef SLUICE_RUNTIME_PROBE_H
#define SLUICE_RUNTIME_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/err.h"
#include "runtime/metrics.h"

/* Written by the working thread, zero at first. */
struct probe_facts {
    struct counter joined;   /* 1: a member of the group, with its share */
    struct counter retrying; /* 1: the last attempt must be tried again */
    struct counter paused;   /* 1: the operator has paused this worker */
    struct counter moved_us; /* monotonic: when offsets last moved or had no need to */
};

struct probe;

struct probe_setup {
    const char *address;
    int64_t port; /* 0: any free one; -1: no probes */
    int64_t stale_ms;
    const struct metrics *metrics;
    const struct probe_facts *facts;
};

/* *probe_out is NULL when the port is -1. */
bool probe_open(struct probe **probe_out, const struct probe_setup *setup,
                struct err *err) MUST_CHECK;
void probe_close(struct probe *probe); /* NULL is fine */
uint16_t probe_port(const struct probe *probe);

/* The sentence why not; NULL: fine. May be called from the probe thread. */
const char *probe_unhealthy(const struct probe_setup *setup, int64_t now_us);
const char *probe_unready(const struct probe_setup *setup);

#endif
