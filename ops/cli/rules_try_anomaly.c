/* rules_try_anomaly — what would have been held, released, rejected (rules_try.h). */
#include "anomaly/anomaly_decide.h"
#include "anomaly/anomaly_facts_decide.h"
#include "anomaly/anomaly_rules_decide.h"
#include "cli/rules_try.h"
#include "store/habit_store.h"
#include "store/journal_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

#define TRY_HOUR_MS INT64_C(3600000)

struct try_anomaly {
    struct habit_store *habits;
    struct stock_store *stock;
    struct journal_store *journal;
};

/* What the worker judged: the order as it stood, promised and paid. */
static struct answer_body try_anomaly_answer(const struct order_window_view *row,
                                             const struct order *order)
{
    return (struct answer_body){
        .order_id = row->order_id,
        .rev = row->rev,
        .digest = row->digest,
        .state = STOCK_STATE_RESERVED,
        .reason = row->reason,
        .paid = true,
        .order = *order,
    };
}

/* The windows are settings of the set, so each side counts its own. */
static bool try_anomaly_habits(const struct rules_page *page, struct habit_store *store,
                               const struct anomaly_policy *policy, struct anomaly_known *known,
                               struct err *err)
{
    struct habit_ask *asks = ARENA_ARRAY(page->arena, struct habit_ask, page->count);
    struct habit_count *counts = ARENA_ARRAY(page->arena, struct habit_count, page->count);
    int64_t receiver_ms = anomaly_facts_setting(policy, ANOMALY_SETTING_RECEIVER_HOURS);
    int64_t buyer_ms = anomaly_facts_setting(policy, ANOMALY_SETTING_BUYER_HOURS);

    for (size_t i = 0; i < page->count; i++) {
        struct anomaly_keys keys =
            anomaly_facts_keys(page->arena, &page->orders[i], page->rows[i].entered_at);

        asks[i] = (struct habit_ask){ .order_id = page->rows[i].order_id,
                                      .receiver = keys.receiver,
                                      .buyer = keys.buyer,
                                      .at = keys.at };
    }
    if (!habit_store_look(store, page->arena, asks, page->count, receiver_ms * TRY_HOUR_MS,
                          buyer_ms * TRY_HOUR_MS, counts, err))
        return false;
    for (size_t i = 0; i < page->count; i++)
        known[i] = (struct anomaly_known){
            .receiver_known = asks[i].receiver.size > 0,
            .buyer_known = asks[i].receiver.size > 0 && asks[i].buyer.size > 0,
            .receiver_orders = counts[i].orders,
            .buyer_receivers = counts[i].receivers,
        };
    return true;
}

/* As the worker: of the refunds the order's record has all, its body perhaps none. */
static bool try_anomaly_refunds(const struct rules_page *page, struct stock_store *stock,
                                struct anomaly_known *known, struct err *err)
{
    struct stock_order_view *views = ARENA_ARRAY(page->arena, struct stock_order_view, page->count);
    struct str *ids = ARENA_ARRAY(page->arena, struct str, page->count);

    for (size_t i = 0; i < page->count; i++)
        ids[i] = page->rows[i].order_id;
    if (page->count > 0 && !stock_store_orders(stock, page->arena, ids, page->count, views, err))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        known[i].refunds = views[i].refunds;
        known[i].refund_count = views[i].refund_count;
    }
    return true;
}

static struct rules_outcome try_anomaly_outcome(struct arena *arena, const struct verdict *verdict)
{
    struct str *rules = ARENA_ARRAY(arena, struct str, verdict->reason_count);

    for (size_t i = 0; i < verdict->reason_count; i++)
        rules[i] = verdict->reasons[i].rule;
    return (struct rules_outcome){
        .word = str_of(verdict_kind_name(verdict->kind)),
        .why = verdict->reason_count > 0 ? verdict->reasons[0].text : STR_NONE,
        .rules = rules,
        .rule_count = verdict->reason_count,
    };
}

static size_t try_anomaly_lines_most(const struct rules_page *page)
{
    size_t most = 1;

    for (size_t i = 0; i < page->count; i++)
        most = page->orders[i].line_count > most ? page->orders[i].line_count : most;
    return most;
}

static bool try_anomaly_side(const struct rules_page *page, const struct try_anomaly *desk,
                             enum rules_side side, struct err *err)
{
    struct anomaly_policy policy = anomaly_facts_policy(page->arena, page->sets[side]);
    struct anomaly_known *known = ARENA_ARRAY(page->arena, struct anomaly_known, page->count);
    struct anomaly_facts *facts = anomaly_facts_open(page->arena, try_anomaly_lines_most(page));

    if (!try_anomaly_habits(page, desk->habits, &policy, known, err)
        || !try_anomaly_refunds(page, desk->stock, known, err))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        struct answer_body answer = try_anomaly_answer(&page->rows[i], &page->orders[i]);
        const struct rule_facts *values =
            anomaly_facts_of(facts, page->arena, &answer, &policy, &known[i]);
        size_t not_judged;
        struct verdict verdict = anomaly_decide(page->arena, &policy, values, &not_judged);

        page->outcomes[side][i] = try_anomaly_outcome(page->arena, &verdict);
    }
    return true;
}

static bool try_anomaly_open(struct try_anomaly *desk, struct cli *cli, struct err *err)
{
    *desk = (struct try_anomaly){ .habits = NULL };
    return habit_store_open(&desk->habits, cli->pg_url, err)
           && stock_store_open(&desk->stock, cli->redis_url, err)
           && journal_store_open(&desk->journal, cli->pg_url, "cli", err)
           && stock_recover(desk->stock, desk->journal, false, NULL, err);
}

static void try_anomaly_close(struct try_anomaly *desk)
{
    journal_store_close(desk->journal);
    stock_store_close(desk->stock);
    habit_store_close(desk->habits);
}

bool rules_try_anomaly(const struct rules_page *page, struct err *err)
{
    struct try_anomaly desk;

    for (size_t i = 0; i < page->count; i++)
        page->actual[i] = page->rows[i].verdict;

    bool fine = try_anomaly_open(&desk, page->cli, err)
                && try_anomaly_side(page, &desk, RULES_SIDE_NOW, err)
                && try_anomaly_side(page, &desk, RULES_SIDE_DRAFT, err);

    try_anomaly_close(&desk);
    return fine;
}
