/*
 * route — choose the warehouse and the carrier.
 *
 *   orders.screened ──► LOOK ──► decide ──► PLAN ──► journal ──► orders.routed
 *                                                            ──► shipments.planned
 *                          no warehouse ──► orders.changes, alerts.raised
 *
 * What there is to choose from, and what is wished, is data: the rule set in force, taken between
 * two batches. LOOK is not a reservation: PLAN checks and takes the units, and a plan that finds
 * them gone is made anew. A plan is noted in the order's record before it is announced and stays.
 * README.md has the rules and failures.
 */
#include "base/crash.h"
#include "route/route_decide.h"
#include "route/route_effects.h"
#include "runtime/worker.h"

#define ROUTE_SCRATCH_MAX ((size_t)512 << 20) /* bytes: the largest order there can be */

static const struct metric_row route_metrics[] = {
    [ROUTE_PLANNED] = { .name = "route_planned_total", .kind = METRIC_COUNTER,
                        .help = "Orders planned" },
    [ROUTE_PARCELS] = { .name = "route_parcels_total", .kind = METRIC_COUNTER,
                        .help = "Parcels planned" },
    [ROUTE_STOPS] = { .name = "route_stops_total", .kind = METRIC_COUNTER,
                      .help = "Parcels asked to stop" },
    [ROUTE_FULL] = { .name = "route_full_total", .kind = METRIC_COUNTER,
                     .help = "Plans whose units or capacity were gone, planned anew" },
    [ROUTE_UNROUTABLE] = { .name = "route_unroutable_total", .kind = METRIC_COUNTER,
                           .help = "Orders that no warehouse can send" },
    [ROUTE_SUPERSEDED] = { .name = "route_superseded_total", .kind = METRIC_COUNTER,
                           .help = "Verdicts whose order had moved on" },
    [ROUTE_UNPROVEN] = { .name = "route_unproven_total", .kind = METRIC_COUNTER,
                         .help = "Plans of orders too large to compare all ways of sending them" },
    [ROUTE_RULES_VERSION] = { .name = "route_rules_version", .kind = METRIC_GAUGE,
                              .help = "Version of the rule set in force; 0 the shipped one" },
    [ROUTE_RULES_BROKEN] = { .name = "route_rules_broken", .kind = METRIC_GAUGE,
                             .help = "Rule sets this process met and could not use" },
    { .name = NULL },
};

static bool route_make(void *state, struct arena *arena, const struct rule_set *set,
                       struct err *err)
{
    struct route *self = state;

    return route_policy_make(arena, set, &self->policy, err);
}

static bool route_open(void *state, const struct config *config, struct err *err)
{
    struct route *self = state;
    const char *pg_url = config_str(config, "pg_url");

    self->scratch = arena_open(ROUTE_SCRATCH_MAX);
    if (!stock_store_open(&self->stock, config_str(config, "redis_url"), err)
        || !journal_store_open(&self->journal, pg_url, "route", err)
        || !rules_store_open(&self->rules, pg_url, err)
        || !sku_store_open(&self->skus, pg_url, err))
        return false;
    self->keeper = rules_keeper_open(route_rules_language(), rules_store_source(self->rules),
                                     route_make, self);
    return true;
}

static void route_note_rules(const struct route *self, struct batch *batch)
{
    metrics_set(batch->metrics, ROUTE_RULES_VERSION, rules_keeper_version(self->keeper));
    metrics_set(batch->metrics, ROUTE_RULES_BROKEN, rules_keeper_broken(self->keeper));
}

static bool route_handle(void *state, struct batch *batch, struct err *err)
{
    struct route *self = state;
    struct route_work work;
    struct stock_trace trace;

    route_note_rules(self, batch);
    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !route_stir(self, batch, err))
        return false;
    work = route_sort(batch);
    if (!route_plan(self, batch, &work, &trace, err))
        return false;
    crash_point("route.after_redis");

    if (!journal_store_put(self->journal, batch->arena, &trace, work.bodies, work.body_count, err))
        return false;
    crash_point("route.after_journal");

    route_announce(batch, &work);
    return true;
}

/* Rules that came while no order did. */
static bool route_tick(void *state, struct batch *batch, struct err *err)
{
    struct route *self = state;

    route_note_rules(self, batch);
    return route_stir(self, batch, err);
}

static bool route_rules(void *state, struct err *err)
{
    struct route *self = state;

    bool changed = false;

    if (!sku_store_refresh(self->skus, err) || !rules_keeper_take(self->keeper, &changed, err))
        return false;
    self->is_new |= changed;
    return true;
}

static bool route_generation(void *state, int64_t *generation_out, struct err *err)
{
    struct route *self = state;
    int64_t epoch;

    return journal_store_epoch(self->journal, &epoch, generation_out, err);
}

static void route_close(void *state)
{
    struct route *self = state;

    sku_store_close(self->skus);
    rules_keeper_close(self->keeper);
    rules_store_close(self->rules);
    journal_store_close(self->journal);
    stock_store_close(self->stock);
    arena_close(self->scratch);
}

static const struct worker route_worker = {
    .name = "route",
    .reads = (const enum topic[]){ TOPIC_ORDERS_SCREENED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_ROUTED, TOPIC_SHIPMENTS_PLANNED,
                                    TOPIC_ORDERS_CHANGES, TOPIC_ALERTS_RAISED, TOPIC_END },
    .metrics = route_metrics,
    .crash_points = (const char *const[]){ "route.after_redis", "route.after_journal", NULL },
    .state_size = sizeof(struct route),
    .open = route_open,
    .handle = route_handle,
    .tick = route_tick,
    .rules = route_rules,
    .generation = route_generation,
    .close = route_close,
};

int main(int argc, char **argv)
{
    return worker_main(&route_worker, argc, argv);
}
