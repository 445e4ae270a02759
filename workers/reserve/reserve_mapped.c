#include "reserve/reserve_mapped.h"

#include <string.h>

#include "base/map.h"
#include "codec/event_codec.h"
#include "store/stock_stranger.h"

/* ---- a nudge comes back as a fact ---- */

static bool reserve_mapped_is(const struct event *event)
{
    return event->kind == EVENT_ORDER_RETRY && str_is(event->fact.rule, RESERVE_MAPPED);
}

/* The order of a kept body; false when there is none that can be read. */
static bool reserve_mapped_order(struct arena *arena, const struct order_body *body,
                                 struct order *order_out)
{
    struct err err;

    return body->json.size > 0 && event_decode_order(arena, body->json, order_out, &err);
}

static void reserve_mapped_give(struct reserve *self, struct arena *arena,
                                const struct order_body *body, struct stock_ask *ask)
{
    struct order *order = ARENA_NEW(arena, struct order);
    struct err err;

    if (reserve_mapped_order(arena, body, order)
        && stock_demand(arena, self->policy.map, order, &ask->demand, &ask->demand_count, &err))
        ask->order = order;
}

bool reserve_mapped_ask(struct reserve *self, struct batch *batch, struct stock_ask *asks,
                        struct err *err)
{
    struct stock_ask **wanted = ARENA_ARRAY(batch->arena, struct stock_ask *, batch->count);
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, batch->count);
    size_t count = 0;

    for (size_t i = 0; i < batch->count; i++) {
        if (!reserve_mapped_is(&batch->events[i]))
            continue;
        ids[count] = batch->events[i].fact.order_id;
        wanted[count++] = &asks[i];
    }
    if (count == 0)
        return true;
    struct order_body *bodies = ARENA_ARRAY(batch->arena, struct order_body, count);

    if (!journal_store_bodies(self->journal, batch->arena, ids, count, bodies, err))
        return false;
    for (size_t i = 0; i < count; i++)
        reserve_mapped_give(self, batch->arena, &bodies[i], wanted[i]);
    return true;
}

/* ---- the walk ---- */

/* Where the next page begins; no SKU ends the walk. */
static void reserve_mapped_turn(struct reserve *self, const struct stock_waiter_cursor *cursor)
{
    self->walk.walking = cursor->sku.size > 0 && cursor->sku.size < sizeof(self->walk_sku);
    self->walk_sku[0] = '\0';
    self->walk_rank = cursor->rank;
    if (self->walk.walking) {
        memcpy(self->walk_sku, cursor->sku.data, cursor->sku.size);
        self->walk_sku[cursor->sku.size] = '\0';
    }
}

/* Each order once: it may wait for two unknown SKUs. */
static size_t reserve_mapped_once(struct arena *arena, struct stock_waiter *waiters, size_t count)
{
    struct map *seen = map_open(arena);
    size_t once = 0;

    for (size_t i = 0; i < count; i++) {
        if (map_get(seen, waiters[i].order_id))
            continue;
        map_put(seen, waiters[i].order_id, &waiters[i]);
        waiters[once++] = waiters[i];
    }
    return once;
}

/* Does the map say otherwise of this order than its record? */
static bool reserve_mapped_differs(struct reserve *self, struct arena *arena,
                                   const struct stock_waiter *waiter, const struct order_body *body)
{
    struct order order;

    return reserve_mapped_order(arena, body, &order) && str_eq(order.digest, waiter->digest)
           && !str_eq(stock_lines_text(arena, self->policy.map, &order), waiter->lines);
}

static bool reserve_mapped_nudge(struct reserve *self, struct batch *batch,
                                 const struct stock_waiter *waiters, size_t count, struct err *err)
{
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, count);
    struct order_body *bodies = ARENA_ARRAY(batch->arena, struct order_body, count);

    for (size_t i = 0; i < count; i++)
        ids[i] = waiters[i].order_id;
    if (count > 0 && !journal_store_bodies(self->journal, batch->arena, ids, count, bodies, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct stock_nudge nudge = { .kind = EVENT_ORDER_RETRY,
                                     .order_id = waiters[i].order_id,
                                     .rev = waiters[i].rev };

        if (!reserve_mapped_differs(self, batch->arena, &waiters[i], &bodies[i]))
            continue;
        reserve_nudge(batch, &nudge, STR(RESERVE_MAPPED));
        self->walk.found = true;
    }
    return true;
}

bool reserve_mapped_sweep(struct reserve *self, struct batch *batch, struct err *err)
{
    struct stock_waiter_cursor cursor;
    struct stock_waiter *waiters;
    bool is_fresh;
    size_t count;

    if (!reserve_decide_walk(&self->walk, sku_map_version(self->policy.map), batch->now_ms,
                             &is_fresh))
        return true;
    cursor = (struct stock_waiter_cursor){ .sku = str_of(is_fresh ? "" : self->walk_sku),
                                           .rank = is_fresh ? 0 : self->walk_rank };
    if (!stock_store_strangers(self->stock, batch->arena, self->sweep_count_max, &cursor, &waiters,
                               &count, err))
        return false;
    count = reserve_mapped_once(batch->arena, waiters, count);
    if (!reserve_mapped_nudge(self, batch, waiters, count, err))
        return false;
    reserve_mapped_turn(self, &cursor);
    return true;
}
