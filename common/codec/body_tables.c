/*
 * body_tables — the fields of every body but the order's own, shape by shape in the order of
 * domain/event.h. schemas/events/ says the same in JSON Schema; tests hold the two together.
 */
#include "base/num.h"
#include "codec/body.h"
#include "codec/order_codec.h"
#include "codec/order_fields.h"

/* ---- words ---- */

static const char *body_stock_state(int value)
{
    return stock_state_name((enum stock_state)value);
}

static const char *body_parcel_state(int value)
{
    return parcel_state_name((enum parcel_state)value);
}

static const char *body_verdict_kind(int value)
{
    return verdict_kind_name((enum verdict_kind)value);
}

static const char *body_check_verdict(int value)
{
    return check_kind_name((enum check_kind)value);
}

static const char *const body_fates[] = { "packed", "left", "stopped", NULL };
static const char *const body_levels[] = { "info", "warn", "urgent", NULL };
static const char *const body_outcomes[] = { "delivered", "digested", "given_up", NULL };

/* ---- the order within a body: its canonical bytes, unchanged ---- */

static bool body_order_decode(struct arena *arena, const struct json *value, void *slot,
                              struct err *err)
{
    return order_decode(arena, value, slot, err);
}

static void body_order_encode(const void *slot, const char *name, struct json_out *out)
{
    json_out_raw(out, name, ((const struct order *)slot)->json);
}

static bool body_order_is_set(const void *slot)
{
    return ((const struct order *)slot)->json.size > 0;
}

static const struct field_custom body_order = {
    .decode = body_order_decode,
    .encode = body_order_encode,
    .is_set = body_order_is_set,
};

/* ---- parts ---- */

static const struct field body_units_rows[] = {
    FIELD(TEXT, struct stock_units, sku, .required = true),
    FIELD(INT, struct stock_units, units, .required = true),
};
static const struct field_table body_units = FIELD_TABLE(body_units_rows);

static const struct field body_short_rows[] = {
    FIELD(TEXT, struct stock_short, sku, .required = true),
    FIELD(INT, struct stock_short, needed, .required = true),
    FIELD(INT, struct stock_short, free, .required = true, .min = -NUM_MAX, .max = NUM_MAX),
};
static const struct field_table body_short = FIELD_TABLE(body_short_rows);

static const struct field body_parcel_rows[] = {
    FIELD(TEXT, struct parcel, shipment_id, .required = true),
    FIELD(TEXT, struct parcel, warehouse, .required = true),
    FIELD(TEXT, struct parcel, carrier),
    FIELD_LIST(struct parcel, items, item_count, struct stock_units, .table = &body_units),
    FIELD(ENUM, struct parcel, state, .max = PARCEL_STATE_SHIPPED, .word = body_parcel_state),
};
static const struct field_table body_parcel = FIELD_TABLE(body_parcel_rows);

static const struct field body_reason_rows[] = {
    FIELD(TEXT, struct verdict_reason, rule, .required = true),
    FIELD(TEXT, struct verdict_reason, text),
};
static const struct field_table body_reason = FIELD_TABLE(body_reason_rows);

static const struct field body_verdict_rows[] = {
    FIELD(ENUM, struct verdict, kind, .required = true, .max = VERDICT_KIND_REJECTED,
          .word = body_verdict_kind),
    FIELD(TEXT, struct verdict, rules_version),
    FIELD_LIST(struct verdict, reasons, reason_count, struct verdict_reason, .table = &body_reason),
};
static const struct field_table body_verdict = FIELD_TABLE(body_verdict_rows);

static const struct field body_plan_rows[] = {
    FIELD(INT, struct plan, number, .required = true, .min = 1, .max = NUM_MAX),
    FIELD(INT, struct plan, noted_rev),
    FIELD(TEXT, struct plan, rules_version),
    FIELD(TEXT, struct plan, reason),
    FIELD(TEXT, struct plan, runner_up),
    FIELD_LIST(struct plan, parcels, parcel_count, struct parcel, .table = &body_parcel),
};
static const struct field_table body_plan = FIELD_TABLE(body_plan_rows);

/* ---- orders ---- */

static const struct field body_snapshot_rows[] = {
    FIELD(TEXT, struct body_snapshot_parts, order_id, .required = true),
    FIELD(TEXT, struct body_snapshot_parts, digest, .required = true),
    FIELD(CUSTOM, struct body_snapshot_parts, order, .required = true, .custom = &body_order),
};
const struct field_table body_snapshot = FIELD_TABLE(body_snapshot_rows);

static const struct field body_fact_rows[] = {
    FIELD(TEXT, struct fact_body, order_id, .required = true),
    FIELD(INT, struct fact_body, rev),
    FIELD(TEXT, struct fact_body, digest),
    FIELD(TEXT, struct fact_body, request_id),
    FIELD(TEXT, struct fact_body, by),
    FIELD(TEXT, struct fact_body, reason),
    FIELD(TEXT, struct fact_body, rule),
    FIELD(TEXT, struct fact_body, shipment_id),
    FIELD(INT, struct fact_body, at),
    FIELD(INT, struct fact_body, plan_number),
    FIELD(TEXT, struct fact_body, line_id),
    FIELD(OBJECT, struct fact_body, refund, .table = &order_fields_refund),
    FIELD(TEXT, struct fact_body, transaction_id),
    FIELD(INT, struct fact_body, amount_fen),
    FIELD(OBJECT, struct fact_body, receiver, .table = &order_fields_receiver, .has_flag = true,
          .flag_offset = offsetof(struct fact_body, has_receiver)),
};
const struct field_table body_fact = FIELD_TABLE(body_fact_rows);

static const struct field body_answer_rows[] = {
    FIELD(TEXT, struct answer_body, order_id, .required = true),
    FIELD(INT, struct answer_body, rev, .required = true, .min = 1, .max = NUM_MAX),
    FIELD(TEXT, struct answer_body, digest, .required = true),
    FIELD(ENUM, struct answer_body, state, .required = true, .max = STOCK_STATE_SHIPPED,
          .word = body_stock_state),
    FIELD(TEXT, struct answer_body, reason),
    FIELD(BOOL, struct answer_body, paid),
    FIELD(INT, struct answer_body, hold_until),
    FIELD_LIST(struct answer_body, claimed, claimed_count, struct stock_units,
               .table = &body_units),
    FIELD_LIST(struct answer_body, shorts, short_count, struct stock_short, .table = &body_short),
    FIELD_LIST(struct answer_body, stopping, stopping_count, struct parcel, .table = &body_parcel),
    FIELD(OBJECT, struct answer_body, verdict, .table = &body_verdict),
    FIELD(OBJECT, struct answer_body, plan, .table = &body_plan),
    FIELD(CUSTOM, struct answer_body, order, .required = true, .custom = &body_order),
};
const struct field_table body_answer = FIELD_TABLE(body_answer_rows);

/* ---- parcels ---- */

static const struct field body_shipment_rows[] = {
    FIELD(TEXT, struct shipment_body, shipment_id, .required = true),
    FIELD(TEXT, struct shipment_body, order_id, .required = true),
    FIELD(TEXT, struct shipment_body, warehouse, .required = true),
    FIELD(TEXT, struct shipment_body, carrier),
    FIELD(INT, struct shipment_body, rev, .required = true, .min = 1, .max = NUM_MAX),
    FIELD_LIST(struct shipment_body, items, item_count, struct stock_units, .table = &body_units),
    FIELD(TEXT, struct shipment_body, channel),
    FIELD(TEXT, struct shipment_body, shop),
    FIELD(OBJECT, struct shipment_body, receiver, .table = &order_fields_receiver),
    FIELD(INT, struct shipment_body, due_at),
    FIELD(TEXT, struct shipment_body, buyer_remark),
    FIELD(TEXT, struct shipment_body, seller_remark),
    FIELD(TEXT, struct shipment_body, gift_note),
};
const struct field_table body_shipment = FIELD_TABLE(body_shipment_rows);

static const struct field body_scan_rows[] = {
    FIELD(TEXT, struct scan_body, shipment_id, .required = true),
    FIELD(TEXT, struct scan_body, order_id, .required = true),
    FIELD(TEXT, struct scan_body, warehouse, .required = true),
    FIELD(TEXT, struct scan_body, carrier),
    FIELD(TEXT, struct scan_body, waybill),
    FIELD(INT, struct scan_body, at, .required = true, .min = 1, .max = NUM_MAX),
    FIELD_LIST(struct scan_body, items, item_count, struct stock_units, .table = &body_units),
};
const struct field_table body_scan = FIELD_TABLE(body_scan_rows);

static const struct field body_check_rows[] = {
    FIELD(TEXT, struct check_body, shipment_id, .required = true),
    FIELD(TEXT, struct check_body, order_id, .required = true),
    FIELD(TEXT, struct check_body, warehouse),
    FIELD(TEXT, struct check_body, carrier),
    FIELD(TEXT, struct check_body, waybill),
    FIELD(TEXT, struct check_body, fate, .required = true, .words = body_fates),
    FIELD(ENUM, struct check_body, verdict, .required = true, .max = CHECK_KIND_WRONG,
          .word = body_check_verdict),
    FIELD(TEXT, struct check_body, reason),
    FIELD(INT, struct check_body, at),
};
const struct field_table body_check = FIELD_TABLE(body_check_rows);

/* ---- stock ---- */

static const struct field body_feed_rows[] = {
    FIELD(TEXT, struct feed_body, sku, .required = true),
    FIELD(TEXT, struct feed_body, warehouse, .required = true),
    FIELD(INT, struct feed_body, quantity, .required = true, .min = -BODY_QUANTITY_MAX,
          .max = BODY_QUANTITY_MAX),
    FIELD(INT, struct feed_body, at, .required = true, .min = 1, .max = NUM_MAX),
    FIELD(TEXT, struct feed_body, movement_id),
    FIELD(TEXT, struct feed_body, reason),
};
const struct field_table body_feed = FIELD_TABLE(body_feed_rows);

static const struct field body_level_rows[] = {
    FIELD(TEXT, struct level_body, sku, .required = true),
    FIELD(INT, struct level_body, epoch, .required = true),
    FIELD(INT, struct level_body, srev, .required = true),
    FIELD(INT, struct level_body, physical, .required = true, .min = -NUM_MAX, .max = NUM_MAX),
    FIELD(INT, struct level_body, promised, .required = true),
    FIELD(INT, struct level_body, free, .required = true, .min = -NUM_MAX, .max = NUM_MAX),
};
const struct field_table body_level = FIELD_TABLE(body_level_rows);

/* ---- people ---- */

static const struct field body_alert_rows[] = {
    FIELD(TEXT, struct alert_body, alert_id, .required = true),
    FIELD(TEXT, struct alert_body, subject, .required = true),
    FIELD(TEXT, struct alert_body, gate, .required = true),
    FIELD(INT, struct alert_body, rev),
    FIELD(TEXT, struct alert_body, title, .required = true),
    FIELD_LIST(struct alert_body, reasons, reason_count, struct verdict_reason,
               .table = &body_reason),
    FIELD(TEXT, struct alert_body, order_id),
    FIELD(TEXT, struct alert_body, owner),
    FIELD(TEXT, struct alert_body, level, .words = body_levels),
};
const struct field_table body_alert = FIELD_TABLE(body_alert_rows);

static const struct field body_sent_rows[] = {
    FIELD(TEXT, struct sent_body, alert_id, .required = true),
    FIELD(TEXT, struct sent_body, outcome, .required = true, .words = body_outcomes),
    FIELD(TEXT, struct sent_body, reason),
    FIELD(INT, struct sent_body, attempts),
    FIELD(INT, struct sent_body, at),
};
const struct field_table body_sent = FIELD_TABLE(body_sent_rows);

/* ---- the fleet itself ---- */

static const struct field body_fleet_rows[] = {
    FIELD(TEXT, struct fleet_body, worker, .required = true),
    FIELD(INT, struct fleet_body, until_ms),
    FIELD(TEXT, struct fleet_body, by),
};
const struct field_table body_fleet = FIELD_TABLE(body_fleet_rows);

static const struct field body_rules_rows[] = {
    FIELD(TEXT, struct rules_body, set, .required = true),
    FIELD(INT, struct rules_body, version, .required = true, .min = 1, .max = NUM_MAX),
    FIELD(TEXT, struct rules_body, by),
    FIELD(TEXT, struct rules_body, reason),
};
const struct field_table body_rules = FIELD_TABLE(body_rules_rows);
