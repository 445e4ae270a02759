/*
 * stock_ask — LOOK and PLAN: what route asks of the stock store.
 *
 * A plan is noted in the order's record before it is announced, and the first one stays: who
 * asks again is told what was noted. Epochs, conditions and arenas are as in stock_store.h.
 */
#ifndef SLUICE_STORE_STOCK_ASK_H
#define SLUICE_STORE_STOCK_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/stock.h"
#include "store/stock_store.h"
#include "store/stock_trace.h"

/* A warehouse on one day: days since 1970-01-01 in China time. */
struct stock_day {
    struct str warehouse;
    int64_t day;
};

/* Every warehouse that has, or had, each of the SKUs; and for each of `days` how many parcels
 * are planned to leave there, into used_out[day_count]. Nothing of it is reserved. */
bool stock_store_look(struct stock_store *store, struct arena *arena, const struct str *skus,
                      size_t count, const struct stock_day *days, size_t day_count,
                      struct stock_look **looks_out, size_t *look_count_out, int64_t *used_out,
                      struct err *err) MUST_CHECK;

/* Parcels a warehouse can send a day, 0 or more. */
struct stock_capacity {
    struct str warehouse;
    int64_t per_day;
};

struct stock_plan_ask {
    struct str order_id;
    int64_t rev; /* of the screened event it was planned from */
    struct str digest;
    int64_t at;  /* the ce_time of the screened event: becomes the plan's time */
    struct plan plan; /* parcels with warehouse, carrier, day, items; number, ids: given back */
    bool unroutable;  /* no warehouse found: ask only what stands (SAME, SUPERSEDED) */
};

enum stock_plan_outcome {
    STOCK_PLAN_NONE = 0,
    STOCK_PLAN_NOTED,      /* plan: as noted now */
    STOCK_PLAN_SAME,       /* plan: noted before, from this very rev: announce it again */
    STOCK_PLAN_SUPERSEDED, /* say nothing */
    STOCK_PLAN_UNPAID,     /* say nothing */
    STOCK_PLAN_FULL,       /* a warehouse lacks units or capacity: look again */
};

struct stock_plan_answer {
    enum stock_plan_outcome outcome;
    int64_t at; /* the plan's time */
    struct plan plan; /* number, noted_rev, parcels with ids, reason, runner_up */
};

/* Each warehouse is listed once in `capacities`, or sends any number of parcels. */
bool stock_store_plan(struct stock_store *store, struct arena *arena,
                      const struct stock_plan_ask *asks, size_t count,
                      const struct stock_capacity *capacities, size_t capacity_count,
                      struct stock_plan_answer *answers_out, struct stock_trace *trace_out,
                      struct err *err) MUST_CHECK;

/* Route looks by the rules of this version: if they are others than at the last call, the sweep
 * nudges every order without a warehouse once more. `again`: and once more after that, for those
 * whose dead end was noted since. Told by every replica, each is done once a version. */
bool stock_store_stir(struct stock_store *store, struct arena *arena, struct str rules_version,
                      bool again, struct err *err) MUST_CHECK;

#endif
