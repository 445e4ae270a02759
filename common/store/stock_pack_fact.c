/* stock_pack_fact — what CHANGE is given of each fact, kind by kind (stock_pack.h). */
#include "base/hash.h"
#include "store/stock_pack.h"
#include "store/stock_stranger.h"

/* ---- snapshots ---- */

struct str stock_body_hash(struct arena *arena, struct str json)
{
    return HASH_ID(arena, json);
}

/* Do the order's own lines make this demand? Not when something else made it. */
static bool stock_pack_lines_match(struct arena *arena, const struct order *order,
                                   const struct stock_ask *ask)
{
    struct stock_units *units = NULL;
    size_t count = 0;
    struct err err = { 0 };

    if (!stock_demand(arena, ask->map, order, &units, &count, &err) || count != ask->demand_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!str_eq(units[i].sku, ask->demand[i].sku) || units[i].units != ask->demand[i].units)
            return false;
    return true;
}

/* One line as it was ordered: what the shop says of its refunds and of its being sent comes by
 * facts of their own. A mapped line names the code its SKUs come from, a bundle in each row. */
static void stock_pack_line(struct buf *buf, const struct sku_map *map, const struct order *order,
                            const struct order_line *line)
{
    const struct sku_parts *parts = sku_map_find(map, order->channel, order->shop, line);
    struct str plain = sku_map_plain(line);

    for (size_t i = 0; i < (parts ? parts->count : 1); i++) {
        int64_t units = parts ? parts->items[i].units : 1;

        stock_pack_put(buf, line->line_id, STOCK_GS);
        stock_pack_put_int(buf, line->quantity, STOCK_GS);
        stock_pack_put(buf, parts ? parts->items[i].sku : plain, STOCK_GS);
        stock_pack_put_int(buf, line->quantity * units, parts ? STOCK_GS : STOCK_RS);
        if (parts)
            stock_pack_put(buf, plain, STOCK_RS);
    }
}

/* "line GS quantity GS sku GS units RS…", of a mapped line "… units GS code RS". */
struct str stock_lines_text(struct arena *arena, const struct sku_map *map,
                            const struct order *order)
{
    struct buf buf;

    buf_init(&buf, arena, order->line_count * 64 + 1);
    for (size_t i = 0; i < order->line_count; i++)
        stock_pack_line(&buf, map, order, &order->lines[i]);
    return buf_str(&buf);
}

/* Empty when the lines say nothing of the demand. */
static struct str stock_pack_lines(struct arena *arena, const struct order *order,
                                   const struct stock_ask *ask)
{
    return stock_pack_lines_match(arena, order, ask) ? stock_lines_text(arena, ask->map, order)
                                                     : STR_NONE;
}

/* Higher first, then older first, in one number that a double holds exactly: 12 bits of
 * priority over 41 bits of time. */
static int64_t stock_pack_place(int64_t priority, int64_t placed_at)
{
    const int64_t span = INT64_C(1) << 41;
    int64_t rank = priority < 0 ? 0 : priority > 4000 ? 4000 : priority;
    int64_t age = placed_at < 0 ? 0 : placed_at >= span ? span - 1 : placed_at;

    return rank * span - age;
}

static bool stock_pack_is_paid(const struct order *order)
{
    if (order->stage == ORDER_STAGE_SHIPPED || order->stage == ORDER_STAGE_FINISHED)
        return order->paid_at > 0 || order->paid_fen > 0 || order->total_fen == 0;
    return order_stage_is_paid(order->stage);
}

/* The first fields of the record a first snapshot makes: up to the digest. */
static struct str stock_pack_head(struct arena *arena, const struct event *event)
{
    const struct snapshot_body *body = &event->snapshot;
    struct buf buf;

    buf_init(&buf, arena, 256);
    buf_put(&buf, STR("1\x1d"));
    stock_pack_put(&buf, stock_body_hash(arena, body->order.json), STOCK_US);
    stock_pack_put_int(&buf, event->origin.generation, STOCK_US);
    stock_pack_put_int(&buf, event->origin.offset, STOCK_US);
    buf_put(&buf, STR("1\x1f" "1\x1f")); /* seq, rev */
    stock_pack_put_int(&buf, event->time_ms, STOCK_US);
    stock_pack_put_int(&buf, event->origin.generation, STOCK_GS);
    stock_pack_put_int(&buf, event->origin.offset, STOCK_US); /* the maker */
    stock_pack_put_int(&buf, body->order.version, STOCK_US);
    stock_pack_put_int(&buf, body->order.stage, STOCK_US);
    stock_pack_put_int(&buf, body->raw_generation, STOCK_GS);
    stock_pack_put_int(&buf, body->raw_offset, STOCK_US);
    stock_pack_put(&buf, body->order.digest, STOCK_US);
    return buf_str(&buf);
}

/* A snapshot that finds no record and its units free becomes one by joining these texts, which
 * is what most of them do at a peak (SNAPSHOT in stock.lua). */
static void stock_pack_snapshot(struct stock_args *args, const struct stock_ask *ask)
{
    const struct order *order = &ask->event->snapshot.order;
    bool paid = stock_pack_is_paid(order);
    bool plain = ask->demand_count > 0 && order->stage != ORDER_STAGE_CLOSED
        && order->stage != ORDER_STAGE_SHIPPED && order->stage != ORDER_STAGE_FINISHED;

    stock_args_put_text(args, order->order_id);
    stock_args_put(args, plain ? STR("1") : STR_NONE);
    stock_args_put(args, stock_pack_head(args->arena, ask->event));
    stock_args_put(args, paid ? STR("1") : STR_NONE);
    stock_args_put_int(args, ask->hold_until);
    stock_args_put_int(args, stock_pack_place(ask->priority, order->placed_at));
    stock_args_put(args, stock_pack_units(args->arena, ask->demand, ask->demand_count));
    stock_args_put(args, stock_pack_lines(args->arena, order, ask));
}

/* ---- facts, kind by kind: FIELDS in stock.lua ---- */

static void stock_pack_refund(struct stock_args *args, const struct stock_ask *ask)
{
    const struct fact_body *fact = &ask->event->fact;

    stock_args_put_text(args, fact->refund.id);
    stock_args_put_int(args, fact->refund.version);
    stock_args_put(args, str_of(refund_state_name(fact->refund.state)));
    stock_args_put_text(args, fact->line_id);
    stock_args_put_int(args, fact->refund.quantity);
}

static void stock_pack_judged(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_text(args, ask->event->fact.digest);
    stock_args_put_text(args, ask->event->fact.rule);
}

static void stock_pack_address(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_text(args, ask->event->fact.digest);
    stock_args_put_text(args, ask->corrected);
}

static void stock_pack_rev(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_int(args, ask->event->fact.rev);
}

static void stock_pack_unroutable(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_int(args, ask->event->fact.rev);
    stock_args_put_text(args, ask->event->fact.reason);
}

static void stock_pack_number(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_int(args, ask->event->fact.plan_number);
}

static void stock_pack_fate(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_text(args, ask->event->fact.shipment_id);
    stock_args_put_int(args, ask->event->fact.at);
}

static void stock_pack_payment(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_text(args, ask->event->fact.transaction_id);
}

static void stock_pack_retry(struct stock_args *args, const struct stock_ask *ask)
{
    bool mapped = ask->order && ask->demand_count > 0;

    stock_args_put(args, mapped ? stock_pack_units(args->arena, ask->demand, ask->demand_count)
                                : STR_NONE);
    stock_args_put(args, mapped ? stock_pack_lines(args->arena, ask->order, ask) : STR_NONE);
    stock_args_put_text(args, mapped ? ask->order->digest : STR_NONE);
}

static void stock_pack_count(struct stock_args *args, const struct stock_ask *ask)
{
    stock_args_put_text(args, ask->event->feed.warehouse);
    stock_args_put_int(args, ask->event->feed.quantity);
}

static void stock_pack_move(struct stock_args *args, const struct stock_ask *ask)
{
    stock_pack_count(args, ask);
    stock_args_put_text(args, ask->event->feed.movement_id);
}

/* The script's name of each kind, and what it is given beside the head. */
static const struct stock_pack_kind {
    const char *name;
    void (*put)(struct stock_args *args, const struct stock_ask *ask);
} stock_pack_kinds[EVENT_KIND_COUNT] = {
    [EVENT_ORDER_SNAPSHOT_TAKEN] = { "snapshot", NULL },
    [EVENT_ORDER_CANCELLED] = { "cancel", NULL },
    [EVENT_ORDER_APPROVED] = { "approve", stock_pack_judged },
    [EVENT_ORDER_DECLINED] = { "decline", stock_pack_judged },
    [EVENT_ORDER_REJECTED] = { "reject", stock_pack_rev },
    [EVENT_ORDER_UNROUTABLE] = { "unroutable", stock_pack_unroutable },
    [EVENT_ORDER_PARCEL_SHIPPED] = { "shipped", stock_pack_fate },
    [EVENT_ORDER_PARCEL_STOPPED] = { "stopped", stock_pack_fate },
    [EVENT_ORDER_REFUND_CHANGED] = { "refund", stock_pack_refund },
    [EVENT_ORDER_PAYMENT_MADE] = { "payment", stock_pack_payment },
    [EVENT_ORDER_ADDRESS_CORRECTED] = { "address", stock_pack_address },
    [EVENT_ORDER_RESCREEN] = { "rescreen", stock_pack_rev },
    [EVENT_ORDER_REPLAN] = { "replan", stock_pack_number },
    [EVENT_ORDER_RETRY] = { "retry", stock_pack_retry },
    [EVENT_ORDER_HOLD_DUE] = { "hold_due", NULL },
    [EVENT_ORDER_REROUTE] = { "reroute", stock_pack_rev },
    [EVENT_STOCK_COUNTED] = { "count", stock_pack_count },
    [EVENT_STOCK_MOVED] = { "move", stock_pack_move },
};

/* Whom the fact is about, and its time: of a parcel or a count, the warehouse's. */
static struct str stock_pack_subject(const struct event *event, int64_t *time_out)
{
    *time_out = event->time_ms;
    if (event->kind != EVENT_STOCK_COUNTED && event->kind != EVENT_STOCK_MOVED)
        return event->fact.order_id;
    *time_out = event->feed.at;
    return event->feed.sku;
}

bool stock_pack_ask(struct stock_args *args, const struct stock_ask *ask, struct err *err)
{
    const struct event *event = ask->event;
    const struct stock_pack_kind *kind = &stock_pack_kinds[event->kind];
    int64_t time = 0;

    if (kind->name == NULL)
        return err_set(err, ERR_REJECT, "stock store: %s is no fact of an order or of stock",
                       event_kind_name(event->kind));
    stock_args_put(args, str_of(kind->name));
    if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN) {
        stock_pack_snapshot(args, ask);
        return true;
    }
    stock_args_put_text(args, stock_pack_subject(event, &time));
    stock_args_put_int(args, event->origin.generation);
    stock_args_put_int(args, event->origin.offset);
    stock_args_put_int(args, time);
    if (kind->put != NULL)
        kind->put(args, ask);
    return true;
}
