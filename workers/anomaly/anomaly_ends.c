/* anomaly_ends — the end of holds nobody decided: the tick (anomaly_effects.h). */
#include "anomaly/anomaly_effects.h"
#include "anomaly/anomaly_rules_decide.h"

#define ANOMALY_AGAIN_MS      INT64_C(3600000) /* a hold whose end was told */
#define ANOMALY_PRUNE_MS      INT64_C(10000)
#define ANOMALY_PRUNE_MAX     20000 /* rows at a time */
#define ANOMALY_KEEP_MS       ((ANOMALY_HOURS_MAX + 24) * INT64_C(3600000))
#define ANOMALY_PARTITION_MAX 4096

/* ---- which holds ---- */

/* The partitions of orders.reserved this process owns; 0: none. */
static size_t anomaly_owned(const struct batch *batch, int32_t *partitions, int32_t *count_out)
{
    size_t owned = 0;

    for (size_t i = 0; i < batch->owned_count && owned < ANOMALY_PARTITION_MAX; i++) {
        if (batch->owned[i].topic != TOPIC_ORDERS_RESERVED)
            continue;
        partitions[owned++] = batch->owned[i].partition;
        *count_out = batch->owned[i].partition_count;
    }
    return owned;
}

/* Does the order stand as it was held? */
static bool anomaly_stands(const struct hold *hold, const struct stock_order_view *view)
{
    return view->known && view->rev == hold->rev && view->verdict_rev == hold->rev
           && view->verdict.kind == VERDICT_KIND_HELD && view->state == STOCK_STATE_RESERVED
           && str_eq(view->digest, hold->digest);
}

/* ---- their end ---- */

static struct hold_look anomaly_end(struct batch *batch, const struct hold *hold,
                                    const struct stock_order_view *view)
{
    struct hold_look look = { .order_id = hold->order_id, .rev = hold->rev };
    struct event event;

    if (!anomaly_stands(hold, view))
        return look;
    look.again_at = batch->now_ms + ANOMALY_AGAIN_MS;
    if (hold->told > 0 && hold->ends == HOLD_END_ESCALATE)
        return look;
    look.told = batch->now_ms;
    event = anomaly_conclude_end(batch->arena, hold, &view->verdict);
    outbox_put(batch->out, &event);
    metrics_add(batch->metrics, hold->ends == HOLD_END_ESCALATE ? ANOMALY_ESCALATED : ANOMALY_ENDED,
                1);
    return look;
}

static bool anomaly_end_all(struct anomaly *self, struct batch *batch, const struct hold *holds,
                            size_t count, struct err *err)
{
    struct stock_order_view *views = ARENA_ARRAY(batch->arena, struct stock_order_view, count);
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, count);

    for (size_t i = 0; i < count; i++)
        ids[i] = holds[i].order_id;
    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !stock_store_orders(self->stock, batch->arena, ids, count, views, err))
        return false;
    self->looks = ARENA_ARRAY(batch->arena, struct hold_look, count);
    for (size_t i = 0; i < count; i++)
        self->looks[i] = anomaly_end(batch, &holds[i], &views[i]);
    self->look_count = count;
    return true;
}

static bool anomaly_prune(struct anomaly *self, struct batch *batch, struct err *err)
{
    if (batch->now_ms < self->prune_due_ms)
        return true;
    self->prune_due_ms = batch->now_ms + ANOMALY_PRUNE_MS;
    return habit_store_prune(self->habits, batch->arena, batch->now_ms - ANOMALY_KEEP_MS,
                             ANOMALY_PRUNE_MAX, err);
}

bool anomaly_look(struct anomaly *self, struct batch *batch, struct err *err)
{
    int32_t partitions[ANOMALY_PARTITION_MAX];
    int32_t partition_count = 1;
    size_t owned = anomaly_owned(batch, partitions, &partition_count);
    struct hold *holds;
    size_t count;

    self->look_count = 0;
    if (owned == 0)
        return true;
    if (!hold_store_due(self->holds, batch->arena, batch->now_ms, partitions, owned,
                        partition_count, self->look_count_max, &holds, &count, err))
        return false;
    if (count > 0 && !anomaly_end_all(self, batch, holds, count, err))
        return false;
    return anomaly_prune(self, batch, err);
}

bool anomaly_note_looks(struct anomaly *self, struct batch *batch, struct err *err)
{
    return hold_store_looked(self->holds, batch->arena, self->looks, self->look_count, err);
}
