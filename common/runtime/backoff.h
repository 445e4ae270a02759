/*
 * backoff — how long to wait before trying again: growing, capped, jittered by a seed.
 *
 * Pure: it reads no clock and no random source, so that a run can be repeated from its seed.
 */
#ifndef SLUICE_RUNTIME_BACKOFF_H
#define SLUICE_RUNTIME_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t first_ms, max_ms;
    uint64_t seed; /* moves on with every draw */
    int attempt;   /* how often backoff_next() was asked since the last reset */
};

/* 0 < first_ms <= max_ms. */
void backoff_init(struct backoff *backoff, int64_t first_ms, int64_t max_ms, uint64_t seed);

/* The next delay: between half and the whole of min(first × 2^attempt, max). */
int64_t backoff_next(struct backoff *backoff);

/* It worked: the next trouble starts small again. */
void backoff_reset(struct backoff *backoff);

#endif
