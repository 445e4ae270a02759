/*
 * What route announces of a plan, a stop or a dead end.
 */
#include "base/hash.h"
#include "route/route_decide.h"

static struct event route_conclude_base(const struct event *cause, enum event_kind kind,
                                        struct str id, struct str key, int64_t at)
{
    struct event event = {
        .kind = kind,
        .id = id,
        .source = STR("/sluice/route"),
        .key = key,
        .time_ms = at,
    };

    event_follow(&event, cause);
    return event;
}

struct event route_conclude(struct arena *arena, const struct event *cause,
                            const struct plan *plan, int64_t at)
{
    const struct answer_body *screened = &cause->answer;
    struct event event = route_conclude_base(
        cause, EVENT_ORDER_ROUTED,
        event_answer_id(arena, screened->order_id, plan->noted_rev, EVENT_ORDER_ROUTED),
        screened->order_id, at);

    event.answer = *screened;
    event.answer.rev = plan->noted_rev;
    event.answer.plan = *plan;
    /* What was noted, never what became of it: one (order, rev) has one content. */
    for (size_t i = 0; i < plan->parcel_count; i++)
        plan->parcels[i].state = PARCEL_STATE_PLANNED;
    return event;
}

/* hash(shipment id, rev, action) */
static struct str route_shipment_event_id(struct arena *arena, struct str shipment_id, int64_t rev,
                                          const char *action)
{
    return HASH_ID(arena, shipment_id, arena_format(arena, "%lld", (long long)rev),
                   str_of(action));
}

struct event route_conclude_pack(struct arena *arena, const struct event *cause,
                                 const struct plan *plan, size_t parcel_index, int64_t at)
{
    const struct order *order = &cause->answer.order;
    const struct parcel *parcel = &plan->parcels[parcel_index];
    struct event event = route_conclude_base(
        cause, EVENT_SHIPMENT_PACK_REQUESTED,
        route_shipment_event_id(arena, parcel->shipment_id, plan->noted_rev, "pack"),
        parcel->shipment_id, at);

    event.shipment = (struct shipment_body){
        .shipment_id = parcel->shipment_id,
        .order_id = order->order_id,
        .warehouse = parcel->warehouse,
        .carrier = parcel->carrier,
        .rev = plan->noted_rev,
        .items = parcel->items,
        .item_count = parcel->item_count,
        .channel = order->channel,
        .shop = order->shop,
        .receiver = order->receiver,
        .due_at = order->due_at,
        .buyer_remark = order->buyer_remark,
        .seller_remark = order->seller_remark,
        .gift_note = order->gift_note,
    };
    return event;
}

struct event route_conclude_stop(struct arena *arena, const struct event *cause,
                                 const struct parcel *parcel)
{
    const struct answer_body *answer = &cause->answer;
    struct event event = route_conclude_base(
        cause, EVENT_SHIPMENT_STOP_REQUESTED,
        route_shipment_event_id(arena, parcel->shipment_id, answer->rev, "stop"),
        parcel->shipment_id, cause->time_ms);

    event.shipment = (struct shipment_body){
        .shipment_id = parcel->shipment_id,
        .order_id = answer->order_id,
        .warehouse = parcel->warehouse,
        .carrier = parcel->carrier,
        .rev = answer->rev,
    };
    return event;
}

struct event route_conclude_unroutable(struct arena *arena, const struct event *cause,
                                       struct str why)
{
    const struct answer_body *answer = &cause->answer;
    struct str which = arena_format(arena, "%lld/unroutable", (long long)answer->rev);
    struct event event = route_conclude_base(
        cause, EVENT_ORDER_UNROUTABLE,
        event_fact_id(arena, answer->order_id, EVENT_ORDER_UNROUTABLE, which), answer->order_id,
        cause->time_ms);

    event.fact = (struct fact_body){
        .order_id = answer->order_id,
        .rev = answer->rev,
        .reason = why,
    };
    return event;
}

struct event route_conclude_alert(struct arena *arena, const struct event *cause, struct str why)
{
    const struct answer_body *answer = &cause->answer;
    struct str which = arena_format(arena, "%lld", (long long)answer->rev);
    struct str alert_id = event_alert_id(arena, answer->order_id, STR("route"), which);
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);
    struct event event = route_conclude_base(
        cause, EVENT_ALERT_RAISED,
        HASH_ID(arena, alert_id, str_of(event_kind_name(EVENT_ALERT_RAISED))), alert_id,
        cause->time_ms);

    *reason = (struct verdict_reason){ .rule = STR("unroutable"), .text = why };
    event.alert = (struct alert_body){
        .alert_id = alert_id,
        .subject = answer->order_id,
        .gate = STR("route"),
        .rev = answer->rev,
        .title = STR("订单没有仓可发 No warehouse can send this order"),
        .reasons = reason,
        .reason_count = 1,
        .order_id = answer->order_id,
    };
    return event;
}
