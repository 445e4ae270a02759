/* anomaly_effects — see anomaly_effects.h. Here: a batch. */
#include "anomaly/anomaly_effects.h"

#include "anomaly/anomaly_rules_decide.h"

#define ANOMALY_HOUR_MS INT64_C(3600000)

/* ---- what is known beside the body ---- */

static struct anomaly_asks anomaly_pick(struct batch *batch)
{
    struct anomaly_asks asks = {
        .items = ARENA_ARRAY(batch->arena, struct stock_screen_ask, batch->count),
        .event_index = ARENA_ARRAY(batch->arena, size_t, batch->count),
    };

    for (size_t i = 0; i < batch->count; i++)
        if (anomaly_decide_way(&batch->events[i].answer) == ANOMALY_WAY_JUDGE)
            asks.event_index[asks.count++] = i;
    return asks;
}

static const struct event *anomaly_cause(const struct batch *batch, const struct anomaly_asks *asks,
                                         size_t i)
{
    return &batch->events[asks->event_index[i]];
}

static bool anomaly_habits(struct anomaly *self, struct batch *batch,
                           const struct anomaly_asks *asks, struct anomaly_known *known,
                           struct err *err)
{
    struct habit_ask *rows = ARENA_ARRAY(batch->arena, struct habit_ask, asks->count);
    struct habit_count *counts = ARENA_ARRAY(batch->arena, struct habit_count, asks->count);
    int64_t receiver_hours = anomaly_facts_setting(&self->policy, ANOMALY_SETTING_RECEIVER_HOURS);
    int64_t buyer_hours = anomaly_facts_setting(&self->policy, ANOMALY_SETTING_BUYER_HOURS);

    for (size_t i = 0; i < asks->count; i++) {
        const struct event *cause = anomaly_cause(batch, asks, i);
        struct anomaly_keys keys =
            anomaly_facts_keys(batch->arena, &cause->answer.order, cause->entered_ms);

        rows[i] = (struct habit_ask){
            .order_id = cause->answer.order_id,
            .receiver = keys.receiver,
            .buyer = keys.buyer,
            .at = keys.at,
        };
    }
    if (!habit_store_count(self->habits, batch->arena, rows, asks->count,
                           receiver_hours * ANOMALY_HOUR_MS, buyer_hours * ANOMALY_HOUR_MS, counts,
                           err))
        return false;
    for (size_t i = 0; i < asks->count; i++) {
        known[i].receiver_known = rows[i].receiver.size > 0;
        known[i].buyer_known = rows[i].receiver.size > 0 && rows[i].buyer.size > 0;
        known[i].receiver_orders = counts[i].orders;
        known[i].buyer_receivers = counts[i].receivers;
    }
    return true;
}

/* A refund raises no rev and is in no body but a snapshot's: the record has them all. What is
 * decided by it is noted before it is said, so a replay says the same. */
static bool anomaly_refunds(struct anomaly *self, struct batch *batch,
                            const struct anomaly_asks *asks, struct anomaly_known *known,
                            struct err *err)
{
    struct stock_order_view *views =
        ARENA_ARRAY(batch->arena, struct stock_order_view, asks->count);
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, asks->count);

    if (asks->count == 0)
        return true;
    for (size_t i = 0; i < asks->count; i++)
        ids[i] = anomaly_cause(batch, asks, i)->answer.order_id;
    if (!stock_store_orders(self->stock, batch->arena, ids, asks->count, views, err))
        return false;
    for (size_t i = 0; i < asks->count; i++) {
        known[i].refunds = views[i].refunds;
        known[i].refund_count = views[i].refund_count;
    }
    return true;
}

/* ---- judging ---- */

static size_t anomaly_lines_most(const struct batch *batch, const struct anomaly_asks *asks)
{
    size_t most = 1;

    for (size_t i = 0; i < asks->count; i++) {
        const struct order *order = &anomaly_cause(batch, asks, i)->answer.order;

        most = order->line_count > most ? order->line_count : most;
    }
    return most;
}

bool anomaly_ask(struct anomaly *self, struct batch *batch, struct anomaly_asks *asks_out,
                 struct err *err)
{
    struct anomaly_asks asks = anomaly_pick(batch);
    struct anomaly_known *known = ARENA_ARRAY(batch->arena, struct anomaly_known, asks.count);
    struct anomaly_facts *facts =
        anomaly_facts_open(batch->arena, anomaly_lines_most(batch, &asks));

    if (!anomaly_refunds(self, batch, &asks, known, err)
        || !anomaly_habits(self, batch, &asks, known, err))
        return false;
    for (size_t i = 0; i < asks.count; i++) {
        const struct answer_body *answer = &anomaly_cause(batch, &asks, i)->answer;
        const struct rule_facts *values =
            anomaly_facts_of(facts, batch->arena, answer, &self->policy, &known[i]);
        size_t not_judged;

        asks.items[i] = (struct stock_screen_ask){
            .order_id = answer->order_id,
            .rev = answer->rev,
            .digest = answer->digest,
            .verdict = anomaly_decide(batch->arena, &self->policy, values, &not_judged),
        };
        asks.not_judged += not_judged;
    }
    *asks_out = asks;
    return true;
}

/* ---- keeping ---- */

static bool anomaly_stops(const struct stock_screen_answer *answer)
{
    return answer->outcome == STOCK_SCREEN_NOTED && answer->verdict.kind != VERDICT_KIND_CLEAR;
}

size_t anomaly_bodies(struct batch *batch, const struct anomaly_asks *asks,
                      const struct stock_screen_answer *answers, struct order_body *bodies)
{
    size_t count = 0;

    for (size_t i = 0; i < asks->count; i++) {
        const struct answer_body *answer = &anomaly_cause(batch, asks, i)->answer;

        if (!anomaly_stops(&answers[i]))
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

bool anomaly_hold(struct anomaly *self, struct batch *batch, const struct anomaly_asks *asks,
                  const struct stock_screen_answer *answers, struct hold **holds_out,
                  struct err *err)
{
    struct hold *holds = ARENA_ARRAY(batch->arena, struct hold, asks->count);
    struct hold *kept = ARENA_ARRAY(batch->arena, struct hold, asks->count);
    size_t *place = ARENA_ARRAY(batch->arena, size_t, asks->count);
    size_t count = 0;

    for (size_t i = 0; i < asks->count; i++) {
        if (!anomaly_stops(&answers[i]) || answers[i].verdict.kind != VERDICT_KIND_HELD)
            continue;
        place[count] = i;
        kept[count++] =
            anomaly_decide_hold(batch->arena, &self->policy, &anomaly_cause(batch, asks, i)->answer,
                                &answers[i].verdict, batch->now_ms);
    }
    if (!hold_store_put(self->holds, batch->arena, kept, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        holds[place[i]] = kept[i];
    *holds_out = holds;
    return true;
}

/* ---- saying ---- */

static void anomaly_say(struct batch *batch, const struct event *cause,
                        const struct verdict *verdict, const struct hold *hold)
{
    struct event event = anomaly_conclude(batch->arena, cause, verdict);

    outbox_put(batch->out, &event);
    if (verdict->kind == VERDICT_KIND_HELD) {
        event = anomaly_conclude_alert(batch->arena, cause, verdict, hold);
        outbox_put(batch->out, &event);
    }
    if (verdict->kind == VERDICT_KIND_REJECTED) {
        event = anomaly_conclude_rejection(batch->arena, cause, verdict);
        outbox_put(batch->out, &event);
    }
}

static void anomaly_tally(struct batch *batch, const struct stock_screen_answer *answer)
{
    static const enum anomaly_metric rows[] = {
        [VERDICT_KIND_NONE] = ANOMALY_CLEAR,
        [VERDICT_KIND_CLEAR] = ANOMALY_CLEAR,
        [VERDICT_KIND_HELD] = ANOMALY_HELD,
        [VERDICT_KIND_REJECTED] = ANOMALY_REJECTED,
    };

    metrics_add(
        batch->metrics,
        answer->outcome == STOCK_SCREEN_NOTED ? rows[answer->verdict.kind] : ANOMALY_SUPERSEDED, 1);
}

void anomaly_announce(struct batch *batch, const struct anomaly_asks *asks,
                      const struct stock_screen_answer *answers, const struct hold *holds)
{
    size_t asked = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const struct event *cause = &batch->events[i];

        if (anomaly_decide_way(&cause->answer) == ANOMALY_WAY_PASS)
            anomaly_say(batch, cause, &(struct verdict){ .kind = VERDICT_KIND_NONE }, NULL);
        if (asked == asks->count || asks->event_index[asked] != i)
            continue;
        anomaly_tally(batch, &answers[asked]);
        if (answers[asked].outcome == STOCK_SCREEN_NOTED)
            anomaly_say(batch, cause, &answers[asked].verdict, &holds[asked]);
        asked++;
    }
    metrics_add(batch->metrics, ANOMALY_NOT_JUDGED, (int64_t)asks->not_judged);
}
