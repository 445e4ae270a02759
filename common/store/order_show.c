/* order_show — one order with all that is known of it (order_store.h). */
#include <stddef.h>

#include "base/check.h"
#include "store/order_inner.h"
#include "store/order_store.h"

/* An order may be known by its gates alone: its first payload is parked. */
static const struct pg_field order_show_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_view, order_id),
    PG_FIELD(PG_FIELD_TEXT, order_view, channel),
    PG_FIELD(PG_FIELD_TEXT, order_view, shop),
    PG_FIELD(PG_FIELD_TEXT, order_view, platform_id),
    PG_FIELD(PG_FIELD_INT, order_view, rev),
    PG_FIELD(PG_FIELD_TEXT, order_view, state),
    PG_FIELD(PG_FIELD_TEXT, order_view, stage),
    PG_FIELD(PG_FIELD_TEXT, order_view, reason),
    PG_FIELD(PG_FIELD_TEXT, order_view, digest),
    PG_FIELD(PG_FIELD_BOOL, order_view, paid),
    PG_FIELD(PG_FIELD_INT, order_view, total_fen),
    PG_FIELD(PG_FIELD_INT, order_view, paid_fen),
    PG_FIELD(PG_FIELD_INT, order_view, placed_at),
    PG_FIELD(PG_FIELD_INT, order_view, paid_at),
    PG_FIELD(PG_FIELD_INT, order_view, due_at),
    PG_FIELD(PG_FIELD_INT, order_view, hold_until),
    PG_FIELD(PG_FIELD_INT, order_view, entered_at),
    PG_FIELD(PG_FIELD_INT, order_view, at),
    PG_FIELD_VALUE(order_view, standing, order_inner_gate),
    PG_FIELD(PG_FIELD_TEXT, order_view, hold_owner),
    PG_FIELD(PG_FIELD_TEXT, order_view, hold_ends),
    PG_FIELD(PG_FIELD_INT, order_view, hold_due_at),
};

static const struct order_question order_show_order = {
    .sql = "select k.order_id, coalesce(o.channel, split_part(k.order_id, ':', 1)),"
           "  coalesce(o.shop, split_part(k.order_id, ':', 2)),"
           "  coalesce(o.platform_id, split_part(k.order_id, ':', 3)), coalesce(o.rev, 0),"
           "  o.state, o.stage, o.reason, o.digest, coalesce(o.paid, false), o.total_fen,"
           "  o.paid_fen, o.placed_at, o.paid_at, o.due_at, o.hold_until, o.entered_at, o.at,"
           "  (select gate from order_standing s where s.order_id = k.order_id),"
           "  h.owner, h.ends, h.due_at"
           " from (select order_id from gates where order_id = $1"
           "       union select order_id from orders where order_id = $1) k"
           " left join orders o using (order_id) left join gates g using (order_id)"
           " left join holds h on h.order_id = k.order_id and h.rev = (g.anomaly).rev"
           "   and (g.anomaly).state = 'stopped'",
    .row_size = sizeof(struct order_view),
    ORDER_FIELDS(order_show_fields),
};

static const struct pg_field order_show_gate_fields[] = {
    PG_FIELD_VALUE(order_gate_view, gate, order_inner_gate),
    PG_FIELD_VALUE(order_gate_view, state, order_inner_gate_state),
    PG_FIELD(PG_FIELD_TEXT, order_gate_view, reason),
    PG_FIELD(PG_FIELD_INT, order_gate_view, at),
    PG_FIELD(PG_FIELD_INT, order_gate_view, rev),
};

static const struct order_question order_show_gates = {
    .sql = "select gate, state, reason, at, rev from order_gates where order_id = $1"
           " order by place",
    .row_size = sizeof(struct order_gate_view),
    ORDER_FIELDS(order_show_gate_fields),
};

static const struct pg_field order_show_trail_fields[] = {
    PG_FIELD_VALUE(order_trail_view, gate, order_inner_gate),
    PG_FIELD_VALUE(order_trail_view, state, order_inner_gate_state),
    PG_FIELD(PG_FIELD_TEXT, order_trail_view, reason),
    PG_FIELD(PG_FIELD_TEXT, order_trail_view, event_id),
    PG_FIELD(PG_FIELD_INT, order_trail_view, at),
    PG_FIELD(PG_FIELD_INT, order_trail_view, rev),
};

static const struct order_question order_show_trail = {
    .sql = "select gate, state, reason, event_id, at, rev from gate_trail where order_id = $1"
           " order by seen_at, rev, array_position('{payment,stock,anomaly,warehouse,carrier,"
           "shipment,aftersale}'::text[], gate), event_id limit 1000",
    .row_size = sizeof(struct order_trail_view),
    ORDER_FIELDS(order_show_trail_fields),
};

static const struct pg_field order_show_parcel_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, shipment_id),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, warehouse),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, carrier),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, waybill),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, state),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, check),
    PG_FIELD(PG_FIELD_TEXT, order_parcel_view, check_reason),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, plan_number),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, rev),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, planned_at),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, left_at),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, stopped_at),
    PG_FIELD(PG_FIELD_INT, order_parcel_view, units),
};

static const struct order_question order_show_parcels = {
    .sql = "select shipment_id, warehouse, carrier, waybill, state, verdict, verdict_reason,"
           "  plan_number, rev, planned_at, left_at, stopped_at,"
           "  (select coalesce(sum(units), 0) from shipment_items i"
           "   where i.shipment_id = s.shipment_id)"
           " from shipments s where order_id = $1 order by plan_number, planned_at, shipment_id",
    .row_size = sizeof(struct order_parcel_view),
    ORDER_FIELDS(order_show_parcel_fields),
};

static const struct pg_field order_show_alert_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, alert_id),
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, gate),
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, title),
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, state),
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, reasons),
    PG_FIELD(PG_FIELD_TEXT, order_alert_view, send_reason),
    PG_FIELD(PG_FIELD_INT, order_alert_view, rev),
    PG_FIELD(PG_FIELD_INT, order_alert_view, raised_at),
    PG_FIELD(PG_FIELD_INT, order_alert_view, sent_at),
    PG_FIELD(PG_FIELD_INT, order_alert_view, attempts),
};

static const struct order_question order_show_alerts = {
    .sql = "select alert_id, gate, title, state, reasons, send_reason, rev, raised_at, sent_at,"
           "  attempts from alerts"
           " where order_id = $1 and order_id <> '' order by raised_at, alert_id",
    .row_size = sizeof(struct order_alert_view),
    ORDER_FIELDS(order_show_alert_fields),
};

static const struct pg_field order_show_decision_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_decision_view, kind),
    PG_FIELD(PG_FIELD_TEXT, order_decision_view, by),
    PG_FIELD(PG_FIELD_TEXT, order_decision_view, reason),
    PG_FIELD(PG_FIELD_TEXT, order_decision_view, rules_version),
    PG_FIELD(PG_FIELD_INT, order_decision_view, rev),
    PG_FIELD(PG_FIELD_INT, order_decision_view, at),
};

static const struct order_question order_show_decisions = {
    .sql = "select kind, by, reason, rules_version, rev, at from decisions where order_id = $1"
           " order by at, event_id",
    .row_size = sizeof(struct order_decision_view),
    ORDER_FIELDS(order_show_decision_fields),
};

static const struct pg_field order_show_claim_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_claim_view, sku),
    PG_FIELD(PG_FIELD_INT, order_claim_view, units),
};

static const struct order_question order_show_claims = {
    .sql = "select sku, units from reservations where order_id = $1 order by sku",
    .row_size = sizeof(struct order_claim_view),
    ORDER_FIELDS(order_show_claim_fields),
};

static const struct pg_field order_show_plan_fields[] = {
    PG_FIELD(PG_FIELD_INT, order_plan_view, number),
    PG_FIELD(PG_FIELD_INT, order_plan_view, rev),
    PG_FIELD(PG_FIELD_INT, order_plan_view, parcels),
    PG_FIELD(PG_FIELD_INT, order_plan_view, made_at),
    PG_FIELD(PG_FIELD_TEXT, order_plan_view, reason),
    PG_FIELD(PG_FIELD_TEXT, order_plan_view, runner_up),
    PG_FIELD(PG_FIELD_TEXT, order_plan_view, rules_version),
};

static const struct order_question order_show_plans = {
    .sql = "select number, rev, parcels, made_at, reason, runner_up, rules_version from plans"
           " where order_id = $1 order by number",
    .row_size = sizeof(struct order_plan_view),
    ORDER_FIELDS(order_show_plan_fields),
};

/* What every gate is until somebody says something of it. */
static void order_show_empty_gates(struct order_view *view)
{
    for (int i = 0; i < GATE_COUNT - 1; i++)
        view->gates[i] = (struct order_gate_view){
            .gate = (enum gate)(i + 1),
            .state = GATE_STATE_OPEN,
            .reason = STR(""),
        };
}

static bool order_show_gates_of(struct pg *pg, struct arena *arena, const struct str *id,
                                struct order_view *view, struct err *err)
{
    struct order_gate_view *gates;
    size_t count;
    void *rows;

    if (!order_inner_ask(pg, arena, &order_show_gates, id, 1, &rows, &count, err))
        return false;
    gates = rows;
    order_show_empty_gates(view);
    CHECK(count <= GATE_COUNT - 1);
    for (size_t i = 0; i < count; i++)
        view->gates[i] = gates[i];
    return true;
}

static bool order_show_lists(struct pg *pg, struct arena *arena, const struct str *id,
                             struct order_view *view, struct err *err)
{
    void *trail, *parcels, *alerts, *decisions, *claims, *plans;

    if (!order_inner_ask(pg, arena, &order_show_trail, id, 1, &trail, &view->trail_count, err)
        || !order_inner_ask(pg, arena, &order_show_parcels, id, 1, &parcels, &view->parcel_count,
                            err)
        || !order_inner_ask(pg, arena, &order_show_alerts, id, 1, &alerts, &view->alert_count, err)
        || !order_inner_ask(pg, arena, &order_show_decisions, id, 1, &decisions,
                            &view->decision_count, err)
        || !order_inner_ask(pg, arena, &order_show_claims, id, 1, &claims, &view->claim_count,
                            err)
        || !order_inner_ask(pg, arena, &order_show_plans, id, 1, &plans, &view->plan_count, err))
        return false;
    view->trail = trail;
    view->parcels = parcels;
    view->alerts = alerts;
    view->decisions = decisions;
    view->claims = claims;
    view->plans = plans;
    return true;
}

bool order_store_show(struct order_store *store, struct arena *arena, struct str order_id,
                      struct order_view *view_out, bool *found_out, struct err *err)
{
    struct order_view *view;
    size_t count;
    void *rows;

    if (!order_inner_ask(store->pg, arena, &order_show_order, &order_id, 1, &rows, &count, err))
        return false;
    view = rows;
    if (count > 0
        && (!order_show_gates_of(store->pg, arena, &order_id, view, err)
            || !order_show_lists(store->pg, arena, &order_id, view, err)))
        return false;
    if (count > 0)
        *view_out = *view;
    *found_out = count > 0;
    return true;
}
