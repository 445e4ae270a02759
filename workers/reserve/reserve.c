/*
 * reserve — promise stock to orders.
 *
 *   orders.changes ──► decide ──► one script call ──► journal ──► orders.reserved
 *   stock.feed     ──►                                        ──► alerts.raised
 *            tick  ──► sweep, levels                          ──► orders.changes, stock.levels
 *
 * Every answer comes from the order's record and is journaled before it is announced, so a
 * replay says again what was said. README.md has the config, metrics and failure table.
 */
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "reserve/reserve_decide.h"
#include "reserve/reserve_effects.h"
#include "runtime/worker.h"

enum reserve_metric {
    RESERVE_PROMISED,
    RESERVE_WAITING,
    RESERVE_MOVED_ON,
    RESERVE_SHORTFALLS,
    RESERVE_REBUILDS,
};

static const struct metric_row reserve_metrics[] = {
    [RESERVE_PROMISED] = { .name = "reserve_promised_total", .kind = METRIC_COUNTER,
                           .help = "Orders whose claim was granted" },
    [RESERVE_WAITING] = { .name = "reserve_short_total", .kind = METRIC_COUNTER,
                          .help = "Answers that found too little stock" },
    [RESERVE_MOVED_ON] = { .name = "reserve_moved_on_total", .kind = METRIC_COUNTER,
                           .help = "Facts ignored because their subject had moved on" },
    [RESERVE_SHORTFALLS] = { .name = "reserve_shortfalls_total", .kind = METRIC_COUNTER,
                             .help = "Counts that fell below what was promised" },
    [RESERVE_REBUILDS] = { .name = "reserve_rebuilds_total", .kind = METRIC_COUNTER,
                           .help = "Rebuilds of the stock store done by this process" },
    { .name = NULL },
};

static const struct config_row reserve_config[] = {
    { .name = "hold_minutes", .type = CONFIG_INT, .fallback = "30", .min = 1, .max = 10080,
      .help = "How long an unpaid order holds stock when its channel names no end" },
    { .name = "vip_level", .type = CONFIG_TEXT, .fallback = "vip",
      .help = "Buyer level that goes first among the orders that wait" },
    { .name = "sweep_count_max", .type = CONFIG_INT, .fallback = "500", .min = 1, .max = 5000,
      .help = "Most nudges of one sweep" },
    { .name = NULL },
};

static bool reserve_open(void *state, const struct config *config, struct err *err)
{
    struct reserve *self = state;

    self->policy.hold_ms = config_int(config, "hold_minutes") * 60000;
    self->policy.vip = str_of(config_str(config, "vip_level"));
    self->sweep_count_max = (size_t)config_int(config, "sweep_count_max");
    return stock_store_open(&self->stock, config_str(config, "redis_url"), err)
        && journal_store_open(&self->journal, config_str(config, "pg_url"), "reserve", err)
        && park_store_open(&self->parked, config_str(config, "pg_url"), "reserve", err)
        && sku_store_open(&self->skus, config_str(config, "pg_url"), err);
}

static bool reserve_ready(struct reserve *self, struct metrics *metrics, struct err *err)
{
    bool rebuilt = false;
    int64_t started_us = clock_monotonic_us();

    if (!stock_recover(self->stock, self->journal, true, &rebuilt, err))
        return false;
    if (rebuilt) {
        metrics_add(metrics, RESERVE_REBUILDS, 1);
        log_warn("the stock store was rebuilt",
                 LOG_INT("epoch", stock_store_epoch(self->stock)),
                 LOG_INT("took_ms", (clock_monotonic_us() - started_us) / 1000));
    }
    return true;
}

static void reserve_count(struct metrics *metrics, const struct stock_answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        const struct stock_answer *answer = &answers->items[i];

        if (answer->outcome == STOCK_OUTCOME_MOVED_ON)
            metrics_add(metrics, RESERVE_MOVED_ON, 1);
        if (answer->outcome != STOCK_OUTCOME_SAID)
            continue;
        if (answer->state == STOCK_STATE_RESERVED)
            metrics_add(metrics, RESERVE_PROMISED, 1);
        if (answer->state == STOCK_STATE_WAIT)
            metrics_add(metrics, RESERVE_WAITING, 1);
    }
    metrics_add(metrics, RESERVE_SHORTFALLS, (int64_t)answers->shortfall_count);
}

static bool reserve_handle(void *state, struct batch *batch, struct err *err)
{
    struct reserve *self = state;
    struct stock_ask *asks;
    struct stock_answers answers;
    struct reserve_said said;

    if (!reserve_ready(self, batch->metrics, err)
        || !reserve_ask(self, batch, &asks, err)
        || !stock_store_change(self->stock, batch->arena, asks, batch->count, batch->now_ms,
                               &answers, err))
        return false;
    crash_point("reserve.after_redis");

    if (!reserve_complete(self, batch, &answers, &said, err)
        || !journal_store_put(self->journal, batch->arena, &answers.trace, said.bodies,
                              said.body_count, err)) /* nothing is said before this */
        return false;
    crash_point("reserve.after_journal");

    reserve_announce(batch, &answers, &said);
    reserve_count(batch->metrics, &answers);
    return true;
}

static bool reserve_tick(void *state, struct batch *batch, struct err *err)
{
    struct reserve *self = state;

    return reserve_ready(self, batch->metrics, err)
        && reserve_sweep(self, batch, err)
        && reserve_levels(self, batch, err);
}

static bool reserve_told(void *state, struct batch *batch, struct err *err)
{
    return reserve_forget_levels(state, batch, err);
}

static bool reserve_generation(void *state, int64_t *generation_out, struct err *err)
{
    struct reserve *self = state;
    int64_t epoch;

    return journal_store_epoch(self->journal, &epoch, generation_out, err);
}

/* The codes of the shops as they are mapped now. */
static bool reserve_rules(void *state, struct err *err)
{
    struct reserve *self = state;
    int64_t version = sku_map_version(self->policy.map);

    if (!sku_store_refresh(self->skus, err))
        return false;
    self->policy.map = sku_store_map(self->skus);
    if (sku_map_version(self->policy.map) != version)
        log_info("the SKU mapping is taken",
                 LOG_INT("version", sku_map_version(self->policy.map)));
    return true;
}

static void reserve_close(void *state)
{
    struct reserve *self = state;

    sku_store_close(self->skus);
    park_store_close(self->parked);
    journal_store_close(self->journal);
    stock_store_close(self->stock);
}

static const struct park_ops reserve_park = {
    .get = reserve_park_get,
    .put = reserve_park_put,
    .remove = reserve_park_remove,
};

static const struct worker reserve_worker = {
    .name = "reserve",
    .reads = (const enum topic[]){ TOPIC_ORDERS_CHANGES, TOPIC_STOCK_FEED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_RESERVED, TOPIC_ORDERS_CHANGES,
                                    TOPIC_STOCK_LEVELS, TOPIC_ALERTS_RAISED, TOPIC_END },
    .config = reserve_config,
    .metrics = reserve_metrics,
    .crash_points = (const char *const[]){ "reserve.after_redis", "reserve.after_journal",
                                           "rebuild.after_raise", "rebuild.after_begin",
                                           "rebuild.after_load", NULL },
    .state_size = sizeof(struct reserve),
    .open = reserve_open,
    .handle = reserve_handle,
    .tick = reserve_tick,
    .told = reserve_told,
    .generation = reserve_generation,
    .rules = reserve_rules,
    .park = &reserve_park,
    .close = reserve_close,
};

int main(int argc, char **argv)
{
    return worker_main(&reserve_worker, argc, argv);
}
