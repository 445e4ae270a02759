/*
 * anomaly — stop the orders that a person must look at.
 *
 *   orders.reserved ──► decide ──► SCREEN ──► journal ──► orders.screened
 *                                                     ──► alerts.raised, orders.changes
 *
 * The verdict is noted in the order's record before it is announced and the first one stays, so
 * a replay under newer rules says again what was said. README.md has the config and failures.
 */
#include "anomaly/anomaly_decide.h"
#include "base/crash.h"
#include "codec/rules_codec.h"
#include "runtime/worker.h"
#include "store/journal_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

struct anomaly {
    struct stock_store *stock;
    struct journal_store *journal;
    struct arena *rules; /* as long as the process: what the policy points into */
    struct anomaly_policy policy;
};

enum anomaly_metric {
    ANOMALY_CLEAR,
    ANOMALY_HELD,
    ANOMALY_SUPERSEDED,
};

static const struct metric_row anomaly_metrics[] = {
    [ANOMALY_CLEAR] = { .name = "anomaly_clear_total", .kind = METRIC_COUNTER,
                        .help = "Orders let through" },
    [ANOMALY_HELD] = { .name = "anomaly_held_total", .kind = METRIC_COUNTER,
                       .help = "Orders held or rejected" },
    [ANOMALY_SUPERSEDED] = { .name = "anomaly_superseded_total", .kind = METRIC_COUNTER,
                             .help = "Answers whose order had moved on" },
    { .name = NULL },
};

static const struct config_row anomaly_config[] = {
    { .name = "prices_file", .type = CONFIG_TEXT, .fallback = "",
      .help = "JSON {\"sku\": fen} of reference prices; empty: prices are not judged" },
    { .name = "floor_percent", .type = CONFIG_INT, .fallback = "30", .min = 1, .max = 100,
      .help = "A line cheaper than this part of its reference price is held" },
    { .name = "quantity_max", .type = CONFIG_INT, .fallback = "50", .min = 1, .max = 1000000,
      .help = "More units than this in one line are held" },
    { .name = NULL },
};

static bool anomaly_open(void *state, const struct config *config, struct err *err)
{
    struct anomaly *self = state;
    struct rules_price *prices;

    self->rules = arena_open(64u << 20);
    if (!rules_load_prices(self->rules, config_str(config, "prices_file"), &prices,
                           &self->policy.price_count, err))
        return false;
    struct anomaly_price *rows = ARENA_ARRAY(self->rules, struct anomaly_price,
                                             self->policy.price_count);
    for (size_t i = 0; i < self->policy.price_count; i++)
        rows[i] = (struct anomaly_price){ .sku = prices[i].sku, .price_fen = prices[i].price_fen };
    self->policy.prices = rows;
    self->policy.floor_percent = config_int(config, "floor_percent");
    self->policy.quantity_max = config_int(config, "quantity_max");
    self->policy.rules_version = STR("plain-1");
    return stock_store_open(&self->stock, config_str(config, "redis_url"), err)
        && journal_store_open(&self->journal, config_str(config, "pg_url"), "anomaly", err);
}

/* The events to be judged, one ask each; the index of its event beside it. */
struct anomaly_asks {
    struct stock_screen_ask *items;
    size_t *event_index;
    size_t count;
};

static struct anomaly_asks anomaly_ask(struct anomaly *self, struct batch *batch)
{
    struct anomaly_asks asks = {
        .items = ARENA_ARRAY(batch->arena, struct stock_screen_ask, batch->count),
        .event_index = ARENA_ARRAY(batch->arena, size_t, batch->count),
    };

    for (size_t i = 0; i < batch->count; i++) {
        const struct answer_body *answer = &batch->events[i].answer;

        if (anomaly_decide_way(answer) != ANOMALY_WAY_JUDGE)
            continue;
        asks.event_index[asks.count] = i;
        asks.items[asks.count++] = (struct stock_screen_ask){
            .order_id = answer->order_id,
            .rev = answer->rev,
            .digest = answer->digest,
            .verdict = anomaly_decide(batch->arena, answer, &self->policy),
        };
    }
    return asks;
}

/* Held orders stop here: their bodies are kept for the decision that moves them on. */
static size_t anomaly_keep(struct batch *batch, const struct anomaly_asks *asks,
                           const struct stock_screen_answer *answers, struct order_body *bodies)
{
    size_t count = 0;

    for (size_t i = 0; i < asks->count; i++) {
        const struct answer_body *answer = &batch->events[asks->event_index[i]].answer;

        if (answers[i].outcome != STOCK_SCREEN_NOTED
            || answers[i].verdict.kind == VERDICT_KIND_CLEAR)
            continue;
        bodies[count++] = (struct order_body){
            .order_id = answer->order_id,
            .rev = answer->rev,
            .digest = answer->digest,
            .json = answer->order.json,
        };
    }
    return count;
}

static void anomaly_say(struct batch *batch, const struct event *cause,
                        const struct verdict *verdict)
{
    struct event event = anomaly_conclude(batch->arena, cause, verdict);

    outbox_put(batch->out, &event);
    if (verdict->kind == VERDICT_KIND_HELD) {
        event = anomaly_conclude_alert(batch->arena, cause, verdict);
        outbox_put(batch->out, &event);
    }
    if (verdict->kind == VERDICT_KIND_REJECTED) {
        event = anomaly_conclude_rejection(batch->arena, cause, verdict);
        outbox_put(batch->out, &event);
    }
}

static void anomaly_announce(struct batch *batch, const struct anomaly_asks *asks,
                             const struct stock_screen_answer *answers)
{
    size_t asked = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const struct event *cause = &batch->events[i];

        if (anomaly_decide_way(&cause->answer) == ANOMALY_WAY_PASS)
            anomaly_say(batch, cause, &(struct verdict){ .kind = VERDICT_KIND_NONE });
        if (asked == asks->count || asks->event_index[asked] != i)
            continue;
        const struct stock_screen_answer *answer = &answers[asked++];
        if (answer->outcome != STOCK_SCREEN_NOTED) {
            metrics_add(batch->metrics, ANOMALY_SUPERSEDED, 1);
            continue;
        }
        anomaly_say(batch, cause, &answer->verdict);
        metrics_add(batch->metrics,
                    answer->verdict.kind == VERDICT_KIND_CLEAR ? ANOMALY_CLEAR : ANOMALY_HELD, 1);
    }
}

static bool anomaly_handle(void *state, struct batch *batch, struct err *err)
{
    struct anomaly *self = state;
    struct stock_screen_answer *answers = ARENA_ARRAY(batch->arena, struct stock_screen_answer,
                                                      batch->count);
    struct order_body *bodies = ARENA_ARRAY(batch->arena, struct order_body, batch->count);
    struct anomaly_asks asks = anomaly_ask(self, batch);
    struct stock_trace trace;

    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !stock_store_screen(self->stock, batch->arena, asks.items, asks.count, answers, &trace,
                               err))
        return false;
    crash_point("anomaly.after_redis");

    if (!journal_store_put(self->journal, batch->arena, &trace, bodies,
                           anomaly_keep(batch, &asks, answers, bodies), err))
        return false;
    crash_point("anomaly.after_journal");

    anomaly_announce(batch, &asks, answers);
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

    journal_store_close(self->journal);
    stock_store_close(self->stock);
    arena_close(self->rules);
}

static const struct worker anomaly_worker = {
    .name = "anomaly",
    .reads = (const enum topic[]){ TOPIC_ORDERS_RESERVED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_SCREENED, TOPIC_ORDERS_CHANGES,
                                    TOPIC_ALERTS_RAISED, TOPIC_END },
    .config = anomaly_config,
    .metrics = anomaly_metrics,
    .crash_points = (const char *const[]){ "anomaly.after_redis", "anomaly.after_journal", NULL },
    .state_size = sizeof(struct anomaly),
    .open = anomaly_open,
    .handle = anomaly_handle,
    .generation = anomaly_generation,
    .close = anomaly_close,
};

int main(int argc, char **argv)
{
    return worker_main(&anomaly_worker, argc, argv);
}
