/*
 * alert_inner — what alert_store.c, alert_take.c and alert_send.c share. Nobody else includes it.
 */
#ifndef SLUICE_STORE_ALERT_INNER_H
#define SLUICE_STORE_ALERT_INNER_H

#include <stdint.h>

#include "base/arena.h"
#include "store/alert_store.h"
#include "store/pg.h"

struct alert_store {
    struct pg *pg;
};

/* A number as a parameter. */
static inline struct str alert_inner_int(struct arena *arena, int64_t value)
{
    return arena_format(arena, "%lld", (long long)value);
}

#endif
