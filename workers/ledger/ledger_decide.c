/* ledger_decide — see ledger_decide.h: orders, after-sales, offsets, and who handles the rest. */
#include "ledger/ledger_decide.h"

#include "ledger/ledger_build_decide.h"

/* ---- orders ---- */

static void ledger_decide_snapshot(struct ledger_build *build, const struct event *event)
{
    const struct order *order = &event->snapshot.order;
    struct ledger_order *row = ledger_list_add(&build->orders);

    *row = (struct ledger_order){
        .order_id = order->order_id,
        .channel = order->channel,
        .shop = order->shop,
        .platform_id = order->platform_id,
        .at = event->time_ms,
        .entered_at = event->entered_ms,
        .digest = order->digest,
        .paid = ledger_is_paid(order),
        .raw_offset = event->snapshot.raw_offset,
        .order = order,
    };
    ledger_gates_snapshot(build, event);
}

/* "douyin:shop:123", when the answer came without a body. */
static void ledger_decide_names(struct ledger_order *row)
{
    struct str rest = row->order_id;

    row->channel = str_cut(&rest, ':');
    row->shop = str_cut(&rest, ':');
    row->platform_id = rest;
}

static int64_t ledger_decide_short(const struct answer_body *answer)
{
    int64_t units = 0;

    for (size_t i = 0; i < answer->short_count; i++) {
        int64_t there = answer->shorts[i].free > 0 ? answer->shorts[i].free : 0;

        if (answer->shorts[i].needed > there)
            units += answer->shorts[i].needed - there;
    }
    return units;
}

static struct ledger_claim *ledger_decide_claims(struct arena *arena, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    struct ledger_claim *claims = ARENA_ARRAY(arena, struct ledger_claim,
                                              answer->claimed_count + 1);

    for (size_t i = 0; i < answer->claimed_count; i++)
        claims[i] = (struct ledger_claim){
            .sku = answer->claimed[i].sku,
            .units = answer->claimed[i].units,
            .granted_at = ledger_seen_at(event),
        };
    return claims;
}

static void ledger_decide_reserved(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    struct ledger_order *row = ledger_list_add(&build->orders);

    *row = (struct ledger_order){
        .order_id = answer->order_id,
        .rev = answer->rev,
        .at = event->time_ms,
        .entered_at = event->entered_ms,
        .state = answer->state,
        .reason = answer->reason,
        .digest = answer->digest,
        .paid = answer->paid,
        .hold_until = answer->hold_until,
        .short_units = ledger_decide_short(answer),
        .order = answer->order.json.size > 0 ? &answer->order : NULL,
        .claims = ledger_decide_claims(build->arena, event),
        .claim_count = answer->claimed_count,
    };
    ledger_decide_names(row);
    ledger_gates_reserved(build, event);
}

/* Older first: rev, then what orders snapshots among themselves (STOCK.md, Which facts count). */
static int ledger_decide_compare_orders(const void *a, const void *b)
{
    const struct ledger_order *x = a, *y = b;
    int order = str_compare(x->order_id, y->order_id);

    if (order == 0)
        order = ledger_compare_int(x->rev, y->rev);
    if (order == 0 && x->order && y->order)
        order = ledger_compare_int(x->order->version, y->order->version);
    if (order == 0 && x->order && y->order)
        order = ledger_compare_int((int64_t)x->order->stage, (int64_t)y->order->stage);
    return order == 0 ? ledger_compare_int(x->raw_offset, y->raw_offset) : order;
}

static bool ledger_decide_same_order(const void *a, const void *b)
{
    const struct ledger_order *x = a, *y = b;

    return str_eq(x->order_id, y->order_id);
}

/* What the older rev held as well, and no less of it, was granted then. */
static void ledger_decide_fold_claim(struct ledger_claim *claim, const struct ledger_order *old)
{
    for (size_t i = 0; i < old->claim_count; i++) {
        const struct ledger_claim *before = &old->claims[i];

        if (!str_eq(before->sku, claim->sku) || before->units < claim->units)
            continue;
        if (before->granted_at < claim->granted_at)
            claim->granted_at = before->granted_at;
        claim->anew = before->anew;
        return;
    }
    claim->anew = true;
}

/* An order entered when its first payload did. Of a snapshot nothing is claimed yet. */
static void ledger_decide_fold_order(void *newer, const void *older)
{
    const struct ledger_order *old = older;
    struct ledger_order *row = newer;

    if (old->entered_at > 0 && (row->entered_at == 0 || old->entered_at < row->entered_at))
        row->entered_at = old->entered_at;
    for (size_t i = 0; i < row->claim_count && old->rev > 0; i++)
        ledger_decide_fold_claim(&row->claims[i], old);
}

/* ---- after-sales ---- */

static void ledger_decide_refund(struct ledger_build *build, const struct event *event)
{
    const struct fact_body *fact = &event->fact;
    struct ledger_aftersale *row = ledger_list_add(&build->aftersales);

    *row = (struct ledger_aftersale){
        .order_id = fact->order_id,
        .line_id = fact->line_id,
        .refund_id = fact->refund.id,
        .version = fact->refund.version,
        .quantity = fact->refund.quantity,
        .amount_fen = fact->refund.amount_fen,
        .at = event->time_ms,
        .state = fact->refund.state,
    };
    ledger_gates_refund(build, event);
}

/* Of one version the first said stays: in SQL too. */
static int ledger_decide_compare_refunds(const void *a, const void *b)
{
    const struct ledger_aftersale *x = a, *y = b;
    int order = str_compare(x->order_id, y->order_id);

    if (order == 0)
        order = str_compare(x->refund_id, y->refund_id);
    if (order == 0)
        order = ledger_compare_int(x->version, y->version);
    return order == 0 ? ledger_compare_int(y->at, x->at) : order;
}

static bool ledger_decide_same_refund(const void *a, const void *b)
{
    const struct ledger_aftersale *x = a, *y = b;

    return str_eq(x->order_id, y->order_id) && str_eq(x->refund_id, y->refund_id);
}

/* ---- offsets ---- */

static void ledger_decide_offset(struct ledger_build *build, const struct event *event)
{
    struct ledger_offset *row = ledger_list_add(&build->offsets);

    *row = (struct ledger_offset){
        .topic = event->origin.topic,
        .generation = event->origin.generation,
        .partition = event->origin.partition,
        .next = event->origin.offset + 1,
    };
}

static int ledger_decide_compare_offset_keys(const struct ledger_offset *x,
                                             const struct ledger_offset *y)
{
    int order = ledger_compare_int((int64_t)x->topic, (int64_t)y->topic);

    if (order == 0)
        order = ledger_compare_int(x->generation, y->generation);
    return order == 0 ? ledger_compare_int(x->partition, y->partition) : order;
}

static int ledger_decide_compare_offsets(const void *a, const void *b)
{
    const struct ledger_offset *x = a, *y = b;
    int order = ledger_decide_compare_offset_keys(x, y);

    return order == 0 ? ledger_compare_int(x->next, y->next) : order;
}

static bool ledger_decide_same_offset(const void *a, const void *b)
{
    return ledger_decide_compare_offset_keys(a, b) == 0;
}

/* ---- the batch ---- */

static void ledger_decide_screened(struct ledger_build *build, const struct event *event)
{
    ledger_gates_screened(build, event);
    ledger_people_verdict(build, event);
}

static void ledger_decide_routed(struct ledger_build *build, const struct event *event)
{
    ledger_gates_routed(build, event);
    ledger_parcels_routed(build, event);
}

typedef void (*ledger_part_fn)(struct ledger_build *build, const struct event *event);

/* A kind without a row leaves no trace but its offset: nudges, and what a later answer says. */
static const ledger_part_fn ledger_decide_parts[EVENT_KIND_COUNT] = {
    [EVENT_ORDER_SNAPSHOT_TAKEN] = ledger_decide_snapshot,
    [EVENT_ORDER_CANCELLED] = ledger_people_decision,
    [EVENT_ORDER_APPROVED] = ledger_people_decision,
    [EVENT_ORDER_DECLINED] = ledger_people_decision,
    [EVENT_ORDER_ADDRESS_CORRECTED] = ledger_people_decision,
    [EVENT_ORDER_RESCREEN] = ledger_people_decision,
    [EVENT_ORDER_REPLAN] = ledger_people_decision,
    [EVENT_ORDER_UNROUTABLE] = ledger_gates_unroutable,
    [EVENT_ORDER_REFUND_CHANGED] = ledger_decide_refund,
    [EVENT_ORDER_RESERVED] = ledger_decide_reserved,
    [EVENT_ORDER_SCREENED] = ledger_decide_screened,
    [EVENT_ORDER_ROUTED] = ledger_decide_routed,
    [EVENT_SHIPMENT_PACK_REQUESTED] = ledger_parcels_planned,
    [EVENT_SHIPMENT_STOP_REQUESTED] = ledger_parcels_planned,
    [EVENT_SHIPMENT_PACKED] = ledger_parcels_scanned,
    [EVENT_SHIPMENT_LEFT] = ledger_parcels_scanned,
    [EVENT_SHIPMENT_STOPPED] = ledger_parcels_scanned,
    [EVENT_SHIPMENT_VERIFIED] = ledger_parcels_verified,
    [EVENT_STOCK_COUNTED] = ledger_stock_feed,
    [EVENT_STOCK_MOVED] = ledger_stock_feed,
    [EVENT_STOCK_LEVEL_SET] = ledger_stock_level,
    [EVENT_ALERT_RAISED] = ledger_people_alert,
    [EVENT_ALERT_SENT] = ledger_people_sent,
};

static void ledger_decide_init(struct ledger_build *build, struct arena *arena)
{
    build->arena = arena;
    ledger_list_init(&build->marks, arena, sizeof(struct gate_mark));
    ledger_list_init(&build->trail, arena, sizeof(struct gate_mark));
    ledger_list_init(&build->orders, arena, sizeof(struct ledger_order));
    ledger_list_init(&build->parcels, arena, sizeof(struct ledger_parcel));
    ledger_list_init(&build->plans, arena, sizeof(struct ledger_plan));
    ledger_list_init(&build->aftersales, arena, sizeof(struct ledger_aftersale));
    ledger_list_init(&build->decisions, arena, sizeof(struct ledger_decision));
    ledger_list_init(&build->alerts, arena, sizeof(struct ledger_alert));
    ledger_list_init(&build->dead, arena, sizeof(struct ledger_dead));
    ledger_list_init(&build->feed, arena, sizeof(struct ledger_feed));
    ledger_list_init(&build->levels, arena, sizeof(struct level_body));
    ledger_list_init(&build->offsets, arena, sizeof(struct ledger_offset));
}

static void ledger_decide_reduce(struct ledger_build *build)
{
    ledger_gates_reduce(build);
    ledger_parcels_reduce(build);
    ledger_people_reduce(build);
    ledger_stock_reduce(build);
    ledger_list_reduce(&build->orders, ledger_decide_compare_orders, ledger_decide_same_order,
                       ledger_decide_fold_order);
    ledger_list_reduce(&build->aftersales, ledger_decide_compare_refunds,
                       ledger_decide_same_refund, NULL);
    ledger_list_reduce(&build->offsets, ledger_decide_compare_offsets, ledger_decide_same_offset,
                       NULL);
}

#define LEDGER_ROWS(field, list) \
    .field##s = (void *)build.list.items, .field##_count = build.list.count

struct ledger_rows ledger_decide(struct arena *arena, const struct event *events, size_t count,
                                 const struct event *const *originals)
{
    struct ledger_build build;

    ledger_decide_init(&build, arena);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &events[i];
        ledger_part_fn part = ledger_decide_parts[event->kind];

        if (event->kind == EVENT_NONE)
            ledger_people_dead(&build, event, originals[i]);
        else if (part)
            part(&build, event);
        ledger_decide_offset(&build, event);
    }
    ledger_decide_reduce(&build);
    return (struct ledger_rows){
        LEDGER_ROWS(mark, marks),
        .trail = (void *)build.trail.items, .trail_count = build.trail.count,
        LEDGER_ROWS(order, orders),
        LEDGER_ROWS(parcel, parcels),
        LEDGER_ROWS(plan, plans),
        LEDGER_ROWS(aftersale, aftersales),
        LEDGER_ROWS(decision, decisions),
        LEDGER_ROWS(alert, alerts),
        .dead = (void *)build.dead.items, .dead_count = build.dead.count,
        .feed = (void *)build.feed.items, .feed_count = build.feed.count,
        LEDGER_ROWS(level, levels),
        LEDGER_ROWS(offset, offsets),
    };
}
