/*
 * counter — numbers one thread writes and the probe thread reads.
 */
#ifndef SLUICE_BASE_COUNTER_H
#define SLUICE_BASE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

struct counter {
    _Atomic int64_t value;
};

static inline void counter_add(struct counter *counter, int64_t n)
{
    atomic_fetch_add_explicit(&counter->value, n, memory_order_relaxed);
}

static inline void counter_set(struct counter *counter, int64_t n)
{
    atomic_store_explicit(&counter->value, n, memory_order_relaxed);
}

/* May be called from the probe thread. */
static inline int64_t counter_get(const struct counter *counter)
{
    return atomic_load_explicit(&counter->value, memory_order_relaxed);
}

#endif
