#include "verify/verify_decide.h"

#include "base/hash.h"

struct str verify_fate(const struct event *scan)
{
    if (scan->kind == EVENT_SHIPMENT_LEFT)
        return STR("left");
    if (scan->kind == EVENT_SHIPMENT_STOPPED)
        return STR("stopped");
    return STR("packed");
}

static int64_t verify_units(const struct stock_units *items, size_t count, struct str sku)
{
    int64_t units = 0;

    for (size_t i = 0; i < count; i++) {
        if (str_eq(items[i].sku, sku))
            units += items[i].units;
    }
    return units;
}

/* The first SKU whose units differ between what was scanned and what was planned. */
static bool verify_differs(const struct scan_body *scan, const struct parcel *parcel,
                           struct str *sku_out)
{
    for (size_t i = 0; i < parcel->item_count; i++) {
        struct str sku = parcel->items[i].sku;

        if (verify_units(scan->items, scan->item_count, sku)
            != verify_units(parcel->items, parcel->item_count, sku)) {
            *sku_out = sku;
            return true;
        }
    }
    for (size_t i = 0; i < scan->item_count; i++) {
        if (verify_units(parcel->items, parcel->item_count, scan->items[i].sku) == 0) {
            *sku_out = scan->items[i].sku;
            return true;
        }
    }
    return false;
}

static struct verify_verdict verify_wrong(struct str reason)
{
    return (struct verify_verdict){ .kind = CHECK_KIND_WRONG, .reason = reason };
}

static struct verify_verdict verify_decide_packed(struct arena *arena,
                                                  const struct scan_body *scan,
                                                  const struct parcel *parcel)
{
    struct str sku;

    if (parcel->state == PARCEL_STATE_STOPPING || parcel->state == PARCEL_STATE_STOPPED)
        return (struct verify_verdict){
            .kind = CHECK_KIND_STOP,
            .reason = STR("订单已取消或改动，请拦下这个包裹 (stop this parcel)"),
        };
    if (!str_eq(scan->warehouse, parcel->warehouse))
        return verify_wrong(STR("包裹不在计划的仓库 (another warehouse than planned)"));
    if (verify_differs(scan, parcel, &sku))
        return verify_wrong(arena_format(arena, "%.*s 的件数与计划不符 (units differ from the plan)",
                                         STR_ARG(sku)));
    return (struct verify_verdict){ .kind = CHECK_KIND_GO };
}

struct verify_verdict verify_decide(struct arena *arena, const struct event *scan,
                                    const struct verify_facts *facts)
{
    if (!facts->known)
        return verify_wrong(STR("没有这个包裹的计划 (no plan for this parcel)"));
    if (scan->kind == EVENT_SHIPMENT_PACKED)
        return verify_decide_packed(arena, &scan->scan, facts->parcel);
    if (scan->kind == EVENT_SHIPMENT_LEFT && facts->parcel->state == PARCEL_STATE_STOPPED)
        return verify_wrong(STR("已拦截的包裹又出库了 (left after it was stopped)"));
    if (scan->kind == EVENT_SHIPMENT_STOPPED)
        return (struct verify_verdict){ .kind = CHECK_KIND_STOP, .reason = STR("已拦截 (stopped)") };
    return (struct verify_verdict){ .kind = CHECK_KIND_GO };
}

static struct str verify_number(struct arena *arena, int64_t number)
{
    return arena_format(arena, "%lld", (long long)number);
}

struct event verify_conclude(struct arena *arena, const struct event *scan,
                             const struct verify_verdict *verdict)
{
    const struct scan_body *body = &scan->scan;
    struct event event = {
        .kind = EVENT_SHIPMENT_VERIFIED,
        .id = HASH_ID(arena, body->shipment_id, verify_fate(scan), verify_number(arena, body->at)),
        .source = STR("/sluice/verify"),
        .key = body->shipment_id,
        .time_ms = body->at,
        .check = {
            .shipment_id = body->shipment_id,
            .order_id = body->order_id,
            .warehouse = body->warehouse,
            .carrier = body->carrier,
            .waybill = body->waybill,
            .fate = verify_fate(scan),
            .verdict = verdict->kind,
            .reason = verdict->reason,
            .at = body->at,
        },
    };

    event_follow(&event, scan);
    return event;
}

bool verify_conclude_fact(struct arena *arena, const struct event *scan, struct event *fact_out)
{
    const struct scan_body *body = &scan->scan;
    enum event_kind kind = scan->kind == EVENT_SHIPMENT_LEFT ? EVENT_ORDER_PARCEL_SHIPPED
                                                             : EVENT_ORDER_PARCEL_STOPPED;

    if (scan->kind == EVENT_SHIPMENT_PACKED)
        return false;
    struct str cause = arena_format(arena, "%.*s/%.*s", STR_ARG(body->shipment_id),
                                    STR_ARG(verify_fate(scan)));
    *fact_out = (struct event){
        .kind = kind,
        .id = event_fact_id(arena, body->order_id, kind, cause),
        .source = STR("/sluice/verify"),
        .key = body->order_id,
        .time_ms = body->at,
        .fact = {
            .order_id = body->order_id,
            .shipment_id = body->shipment_id,
            .at = body->at,
        },
    };
    event_follow(fact_out, scan);
    return true;
}

bool verify_conclude_alert(struct arena *arena, const struct event *scan,
                           const struct verify_verdict *verdict, struct event *alert_out)
{
    const struct scan_body *body = &scan->scan;
    struct str which = arena_format(arena, "%.*s/%lld", STR_ARG(verify_fate(scan)),
                                    (long long)body->at);

    if (verdict->kind != CHECK_KIND_WRONG)
        return false;
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);
    *reason = (struct verdict_reason){ .rule = STR("parcel_wrong"), .text = verdict->reason };
    struct str alert_id = event_alert_id(arena, body->shipment_id, STR("shipment"), which);
    *alert_out = (struct event){
        .kind = EVENT_ALERT_RAISED,
        .id = HASH_ID(arena, alert_id, str_of(event_kind_name(EVENT_ALERT_RAISED))),
        .source = STR("/sluice/verify"),
        .key = alert_id,
        .time_ms = body->at,
        .alert = {
            .alert_id = alert_id,
            .subject = body->shipment_id,
            .gate = STR("shipment"),
            .rev = body->at,
            .title = STR("包裹与计划不符 Parcel differs from its plan"),
            .reasons = reason,
            .reason_count = 1,
            .order_id = body->order_id,
        },
    };
    event_follow(alert_out, scan);
    return true;
}
