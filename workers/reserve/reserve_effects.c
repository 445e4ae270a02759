#include "reserve/reserve_effects.h"

#include "base/hash.h"
#include "base/map.h"
#include "codec/event_codec.h"
#include "reserve/reserve_mapped.h"

#define RESERVE_LEVELS_MAX 200

bool reserve_ask(struct reserve *self, struct batch *batch, struct stock_ask **asks_out,
                 struct err *err)
{
    struct stock_ask *asks = ARENA_ARRAY(batch->arena, struct stock_ask, batch->count);

    for (size_t i = 0; i < batch->count; i++) {
        struct reserve_claim claim;

        if (!reserve_decide_claim(batch->arena, &batch->events[i], &self->policy, &claim, err))
            return false;
        asks[i] = (struct stock_ask){
            .event = &batch->events[i],
            .demand = claim.demand,
            .demand_count = claim.demand_count,
            .hold_until = claim.hold_until,
            .priority = claim.priority,
            .map = self->policy.map,
        };
    }
    if (!reserve_mapped_ask(self, batch, asks, err))
        return false;
    *asks_out = asks;
    return true;
}

static struct answer_body reserve_said_of(struct str order_id, const struct stock_answer *answer)
{
    return (struct answer_body){
        .order_id = order_id,
        .rev = answer->rev,
        .digest = answer->digest,
        .state = answer->state,
        .reason = answer->reason,
        .paid = answer->paid,
        .hold_until = answer->hold_until,
        .claimed = answer->claimed,
        .claimed_count = answer->claimed_count,
        .shorts = answer->shorts,
        .short_count = answer->short_count,
        .stopping = answer->stopping,
        .stopping_count = answer->stopping_count,
    };
}

/* Has this event brought the body its order's record stands for? */
static bool reserve_brought_body(const struct event *event, enum stock_outcome outcome)
{
    return event->kind == EVENT_ORDER_SNAPSHOT_TAKEN
        && (outcome == STOCK_OUTCOME_SAID || outcome == STOCK_OUTCOME_BODY);
}

/* Takes the body from an earlier event of the batch when it is the one the rev was made with. */
static bool reserve_body_at_hand(struct arena *arena, const struct map *bodies, struct str hash,
                                 struct answer_body *said)
{
    const struct order *order = map_get(bodies, said->order_id);

    if (!order || !str_eq(stock_body_hash(arena, order->json), hash))
        return false;
    said->order = *order;
    return true;
}

static bool reserve_body_kept(struct arena *arena, const struct order_body *kept, struct str hash,
                              struct answer_body *said, struct err *err)
{
    if (kept->json.size == 0 || !str_eq(stock_body_hash(arena, kept->json), hash))
        return err_set(err, ERR_RETRY,
                       "the body of order %.*s at rev %lld is not in PostgreSQL yet: waiting for "
                       "the ledger",
                       STR_ARG(said->order_id), (long long)said->rev);
    return event_decode_order(arena, kept->json, &said->order, err);
}

/* One query for all bodies that did not come with the batch. */
static bool reserve_fetch(struct reserve *self, struct arena *arena, struct answer_body **wanted,
                          const struct str *hashes, size_t count, struct err *err)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, count);
    struct order_body *kept = ARENA_ARRAY(arena, struct order_body, count);

    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        ids[i] = wanted[i]->order_id;
    if (!journal_store_bodies(self->journal, arena, ids, count, kept, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!reserve_body_kept(arena, &kept[i], hashes[i], wanted[i], err))
            return false;
    }
    return true;
}

static void reserve_keep(struct reserve_said *said, const struct answer_body *answer)
{
    said->bodies[said->body_count++] = (struct order_body){
        .order_id = answer->order_id,
        .rev = answer->rev,
        .digest = answer->digest,
        .json = answer->order.json,
    };
}

bool reserve_complete(struct reserve *self, struct batch *batch,
                      const struct stock_answers *answers, struct reserve_said *said_out,
                      struct err *err)
{
    struct reserve_said said = {
        .answers = ARENA_ARRAY(batch->arena, struct answer_body, batch->count),
        .bodies = ARENA_ARRAY(batch->arena, struct order_body, batch->count),
    };
    struct answer_body **wanted = ARENA_ARRAY(batch->arena, struct answer_body *, batch->count);
    struct str *hashes = ARENA_ARRAY(batch->arena, struct str, batch->count);
    struct map *at_hand = map_open(batch->arena);
    size_t wanted_count = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const struct stock_answer *answer = &answers->items[i];

        if (reserve_brought_body(&batch->events[i], answer->outcome))
            map_put(at_hand, batch->events[i].key, (void *)&batch->events[i].snapshot.order);
        if (answer->outcome == STOCK_OUTCOME_BODY)
            reserve_keep(&said, &(struct answer_body){
                                    .order_id = batch->events[i].key,
                                    .rev = answer->rev,
                                    .digest = answer->digest,
                                    .order = batch->events[i].snapshot.order });
        /* A cancel of an order we never saw leaves a record without a body: nothing to say. */
        if (answer->outcome != STOCK_OUTCOME_SAID || answer->digest.size == 0)
            continue;
        said.answers[i] = reserve_said_of(batch->events[i].key, answer);
        if (reserve_body_at_hand(batch->arena, at_hand, answer->body, &said.answers[i]))
            continue;
        hashes[wanted_count] = answer->body;
        wanted[wanted_count++] = &said.answers[i];
    }
    if (!reserve_fetch(self, batch->arena, wanted, hashes, wanted_count, err))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        if (said.answers[i].order_id.size > 0 && reserve_decide_stops(&said.answers[i]))
            reserve_keep(&said, &said.answers[i]);
    }
    *said_out = said;
    return true;
}

void reserve_announce(struct batch *batch, const struct stock_answers *answers,
                      const struct reserve_said *said)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *cause = &batch->events[i];
        struct event event;

        if (said->answers[i].order_id.size > 0) {
            event = reserve_conclude(batch->arena, cause, &said->answers[i],
                                     answers->items[i].at);
            outbox_put(batch->out, &event);
        }
        if (answers->items[i].outcome == STOCK_OUTCOME_MOVED_ON
            && reserve_conclude_moved_on(batch->arena, cause, &event))
            outbox_put(batch->out, &event);
    }
    for (size_t i = 0; i < answers->shortfall_count; i++) {
        struct event event = reserve_conclude_shortfall(
            batch->arena, answers->shortfalls[i].sku, answers->shortfalls[i].missing,
            answers->shortfalls[i].as_of, answers->shortfalls[i].orders,
            answers->shortfalls[i].order_count);

        outbox_put(batch->out, &event);
    }
}

static bool reserve_owns(const struct batch *batch, enum topic topic, int32_t partition)
{
    for (size_t i = 0; i < batch->owned_count; i++) {
        if (batch->owned[i].topic == topic && batch->owned[i].partition == partition)
            return true;
    }
    return false;
}

void reserve_nudge(struct batch *batch, const struct stock_nudge *nudge, struct str rule)
{
    /* A nudge repeated by a later sweep is another nudge: its time is part of its id. */
    struct str cause = arena_format(batch->arena, "%lld/%lld%.*s", (long long)nudge->rev,
                                    (long long)batch->now_ms, STR_ARG(rule));
    struct event event = {
        .kind = nudge->kind,
        .id = event_fact_id(batch->arena, nudge->order_id, nudge->kind, cause),
        .source = STR("/sluice/reserve"),
        .key = nudge->order_id,
        .time_ms = batch->now_ms,
        .fact = { .order_id = nudge->order_id, .rev = nudge->rev, .rule = rule },
    };

    outbox_put(batch->out, &event);
}

bool reserve_sweep(struct reserve *self, struct batch *batch, struct err *err)
{
    struct stock_nudge *nudges;
    size_t count;

    if (!reserve_owns(batch, TOPIC_ORDERS_CHANGES, 0))
        return true;
    if (!stock_store_sweep(self->stock, batch->arena, batch->now_ms, self->sweep_count_max,
                           &nudges, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        reserve_nudge(batch, &nudges[i], STR_NONE);
    return reserve_mapped_sweep(self, batch, err);
}

static void reserve_put_level(struct reserve *self, struct batch *batch,
                              const struct stock_sku_view *view)
{
    struct str epoch = arena_format(batch->arena, "%lld",
                                    (long long)stock_store_epoch(self->stock));
    struct str srev = arena_format(batch->arena, "%lld", (long long)view->srev);
    struct event event = {
        .kind = EVENT_STOCK_LEVEL_SET,
        .id = HASH_ID(batch->arena, view->sku, epoch, srev),
        .source = STR("/sluice/reserve"),
        .key = view->sku,
        .time_ms = batch->now_ms,
        .level = {
            .sku = view->sku,
            .epoch = stock_store_epoch(self->stock),
            .srev = view->srev,
            .physical = view->physical,
            .promised = view->held,
            .free = view->free > 0 ? view->free : 0,
        },
    };

    outbox_put(batch->out, &event);
}

/* The changed SKUs of one owned partition: appended to self->told. */
static bool reserve_levels_of(struct reserve *self, struct batch *batch,
                              const struct batch_partition *owned, struct err *err)
{
    struct stock_sku_view *views = self->told + self->told_count;
    struct str *skus;
    size_t count;

    if (!stock_store_dirty(self->stock, batch->arena, owned->partition, owned->partition_count,
                           RESERVE_LEVELS_MAX, &skus, &count, err)
        || !stock_store_skus(self->stock, batch->arena, skus, count, views, err))
        return false;
    for (size_t i = 0; i < count; i++)
        reserve_put_level(self, batch, &views[i]);
    self->told_count += count;
    return true;
}

bool reserve_levels(struct reserve *self, struct batch *batch, struct err *err)
{
    self->told_count = 0;
    self->told = ARENA_ARRAY(batch->arena, struct stock_sku_view,
                             batch->owned_count * RESERVE_LEVELS_MAX);
    for (size_t p = 0; p < batch->owned_count; p++) {
        if (batch->owned[p].topic == TOPIC_STOCK_FEED
            && !reserve_levels_of(self, batch, &batch->owned[p], err))
            return false;
    }
    return true;
}

bool reserve_forget_levels(struct reserve *self, struct batch *batch, struct err *err)
{
    return stock_store_clean(self->stock, batch->arena, self->told, self->told_count, err);
}

bool reserve_park_get(void *state, struct arena *arena, enum topic topic, struct str key,
                      const int32_t *partitions, size_t partition_count,
                      struct parked **parked_out, size_t *count_out, struct err *err)
{
    struct reserve *self = state;

    return park_store_get(self->parked, arena, topic, key, partitions, partition_count,
                          parked_out, count_out, err);
}

bool reserve_park_put(void *state, struct arena *arena, const struct message *message, bool poison,
                      struct str reason, struct err *err)
{
    struct reserve *self = state;

    return park_store_put(self->parked, arena, message, poison, reason, err);
}

bool reserve_park_remove(void *state, struct arena *arena, enum topic topic, struct str key,
                         struct err *err)
{
    struct reserve *self = state;

    return park_store_remove(self->parked, arena, topic, key, err);
}
