/*
 * anomaly — stop the orders that a person must look at.
 *
 *   orders.reserved ──► habits ──► decide ──► SCREEN ──► journal, holds ──► orders.screened
 *                                                                      ──► alerts.raised
 *                tick ──► holds nobody decided ────────────────────────► orders.changes
 *
 * What the checks are is data: the rule set in force, taken between two batches. The verdict is
 * noted in the order's record before it is announced and the first one stays, so a replay under
 * newer rules says again what was said. README.md has the config and failures.
 */
#include "anomaly/anomaly_effects.h"
#include "anomaly/anomaly_rules_decide.h"
#include "base/crash.h"
#include "runtime/worker.h"

static const struct metric_row anomaly_metrics[] = {
    [ANOMALY_CLEAR] = { .name = "anomaly_clear_total",
                        .kind = METRIC_COUNTER,
                        .help = "Orders let through" },
    [ANOMALY_HELD] = { .name = "anomaly_held_total",
                       .kind = METRIC_COUNTER,
                       .help = "Orders held for a person" },
    [ANOMALY_REJECTED] = { .name = "anomaly_rejected_total",
                           .kind = METRIC_COUNTER,
                           .help = "Orders rejected by rule" },
    [ANOMALY_SUPERSEDED] = { .name = "anomaly_superseded_total",
                             .kind = METRIC_COUNTER,
                             .help = "Answers whose order had moved on" },
    [ANOMALY_NOT_JUDGED] = { .name = "anomaly_not_judged_total",
                             .kind = METRIC_COUNTER,
                             .help =
                                 "Rules that could not judge an order: hidden or never measured" },
    [ANOMALY_ESCALATED] = { .name = "anomaly_escalated_total",
                            .kind = METRIC_COUNTER,
                            .help = "Holds told again because nobody decided in time" },
    [ANOMALY_ENDED] = { .name = "anomaly_ended_total",
                        .kind = METRIC_COUNTER,
                        .help = "Holds ended by rule: let pass or rejected" },
    [ANOMALY_RULES_VERSION] = { .name = "anomaly_rules_version",
                                .kind = METRIC_GAUGE,
                                .help = "Version of the rule set in force; 0 the shipped one" },
    [ANOMALY_RULES_BROKEN] = { .name = "anomaly_rules_broken",
                               .kind = METRIC_GAUGE,
                               .help = "Rule sets this process met and could not use" },
    { .name = NULL },
};

static const struct config_row anomaly_config[] = {
    { .name = "look_count_max",
      .type = CONFIG_INT,
      .fallback = "500",
      .min = 1,
      .max = 5000,
      .help = "Most holds that a tick looks at" },
    { .name = NULL },
};

static bool anomaly_make(void *state, struct arena *arena, const struct rule_set *set,
                         struct err *err)
{
    struct anomaly *self = state;

    (void)err;
    self->policy = anomaly_facts_policy(arena, set);
    return true;
}

static bool anomaly_open(void *state, const struct config *config, struct err *err)
{
    struct anomaly *self = state;
    const char *pg_url = config_str(config, "pg_url");

    self->look_count_max = (size_t)config_int(config, "look_count_max");
    if (!stock_store_open(&self->stock, config_str(config, "redis_url"), err)
        || !journal_store_open(&self->journal, pg_url, "anomaly", err)
        || !habit_store_open(&self->habits, pg_url, err)
        || !hold_store_open(&self->holds, pg_url, err)
        || !sku_store_open(&self->skus, pg_url, err)
        || !rules_store_open(&self->rules, pg_url, err))
        return false;
    self->keeper = rules_keeper_open(anomaly_rules_language(), rules_store_source(self->rules),
                                     anomaly_make, self);
    return true;
}

static void anomaly_note_rules(struct anomaly *self, struct batch *batch)
{
    metrics_set(batch->metrics, ANOMALY_RULES_VERSION, rules_keeper_version(self->keeper));
    metrics_set(batch->metrics, ANOMALY_RULES_BROKEN, rules_keeper_broken(self->keeper));
}

static bool anomaly_handle(void *state, struct batch *batch, struct err *err)
{
    struct anomaly *self = state;
    struct stock_screen_answer *answers =
        ARENA_ARRAY(batch->arena, struct stock_screen_answer, batch->count);
    struct order_body *bodies = ARENA_ARRAY(batch->arena, struct order_body, batch->count);
    struct anomaly_asks asks;
    struct stock_trace trace;
    struct hold *holds;

    anomaly_note_rules(self, batch);
    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !anomaly_ask(self, batch, &asks, err))
        return false;
    crash_point("anomaly.after_habits");

    if (!stock_store_screen(self->stock, batch->arena, asks.items, asks.count, answers, &trace,
                            err))
        return false;
    crash_point("anomaly.after_redis");

    if (!journal_store_put(self->journal, batch->arena, &trace, bodies,
                           anomaly_bodies(batch, &asks, answers, bodies), err))
        return false;
    crash_point("anomaly.after_journal");

    if (!anomaly_hold(self, batch, &asks, answers, &holds, err)) /* no alert before its hold */
        return false;
    crash_point("anomaly.after_holds");

    anomaly_announce(batch, &asks, answers, holds);
    return true;
}

static bool anomaly_tick(void *state, struct batch *batch, struct err *err)
{
    anomaly_note_rules(state, batch);
    return anomaly_look(state, batch, err);
}

static bool anomaly_told(void *state, struct batch *batch, struct err *err)
{
    return anomaly_note_looks(state, batch, err);
}

static bool anomaly_rules(void *state, struct err *err)
{
    struct anomaly *self = state;

    if (!sku_store_refresh(self->skus, err) || !rules_keeper_take(self->keeper, NULL, err))
        return false;
    self->policy.map = sku_store_map(self->skus);
    return true;
}

static bool anomaly_generation(void *state, int64_t *generation_out, struct err *err)
{
    struct anomaly *self = state;
    int64_t epoch;

    return journal_store_epoch(self->journal, &epoch, generation_out, err);
}

static void anomaly_close(void *state)
{
    struct anomaly *self = state;

    rules_keeper_close(self->keeper);
    rules_store_close(self->rules);
    sku_store_close(self->skus);
    hold_store_close(self->holds);
    habit_store_close(self->habits);
    journal_store_close(self->journal);
    stock_store_close(self->stock);
}

static const struct worker anomaly_worker = {
    .name = "anomaly",
    .reads = (const enum topic[]){ TOPIC_ORDERS_RESERVED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_SCREENED, TOPIC_ORDERS_CHANGES,
                                    TOPIC_ALERTS_RAISED, TOPIC_END },
    .config = anomaly_config,
    .metrics = anomaly_metrics,
    .crash_points = (const char *const[]){ "anomaly.after_habits", "anomaly.after_redis",
                                           "anomaly.after_journal", "anomaly.after_holds", NULL },
    .state_size = sizeof(struct anomaly),
    .open = anomaly_open,
    .handle = anomaly_handle,
    .tick = anomaly_tick,
    .told = anomaly_told,
    .generation = anomaly_generation,
    .rules = anomaly_rules,
    .close = anomaly_close,
};

int main(int argc, char **argv)
{
    return worker_main(&anomaly_worker, argc, argv);
}
