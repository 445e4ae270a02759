/*
 * route_effects — LOOK and PLAN for a batch, and what is said of the outcome; the rules in force.
 */
#ifndef SLUICE_ROUTE_ROUTE_EFFECTS_H
#define SLUICE_ROUTE_ROUTE_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "route/route_decide.h"
#include "runtime/batch.h"
#include "runtime/rules_keeper.h"
#include "store/journal_store.h"
#include "store/rules_store.h"
#include "store/sku_store.h"
#include "store/stock_recover.h"
#include "store/stock_ask.h"

struct route {
    struct stock_store *stock;
    struct journal_store *journal;
    struct rules_store *rules;
    struct sku_store *skus; /* which SKUs a pre-sale line's code is */

    struct arena *scratch;   /* of one decision */
    struct rules_keeper *keeper;
    struct route_policy policy; /* of the keeper's set */
    bool is_new;     /* rules were taken: orders without a warehouse are looked at again … */
    int64_t stir_at; /* … and once more at this time, ms; 0: done */
};

enum route_metric {
    ROUTE_PLANNED,
    ROUTE_PARCELS,
    ROUTE_STOPS,
    ROUTE_FULL,
    ROUTE_UNROUTABLE,
    ROUTE_SUPERSEDED,
    ROUTE_UNPROVEN,
    ROUTE_RULES_VERSION,
    ROUTE_RULES_BROKEN,
};

/* After other rules were taken: has the sweep look again at orders without a warehouse, at once
 * and a while later, for those whose dead end was still on its way. */
bool route_stir(struct route *self, struct batch *batch, struct err *err) MUST_CHECK;

/* One order of the batch that wants a plan. */
struct route_job {
    const struct event *cause;
    struct stock_plan_answer answer;
    struct str why; /* set: no warehouse, and why */
    bool done;
};

struct route_work {
    struct route_job *jobs;
    size_t job_count;
    struct order_body *bodies; /* of the orders that stop here */
    size_t body_count;
};

/* The orders of the batch that want a plan. */
struct route_work route_sort(struct batch *batch);

/* LOOK, decide, PLAN; what is FULL is looked at again, a bounded number of times. */
bool route_plan(struct route *self, struct batch *batch, struct route_work *work,
                struct stock_trace *trace_out, struct err *err) MUST_CHECK;

/* In the order of the batch: stops, plans, dead ends. */
void route_announce(struct batch *batch, const struct route_work *work);

#endif
