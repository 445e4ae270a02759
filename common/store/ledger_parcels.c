/* ledger_parcels — parcels, their items, and plans (ledger_inner.h). */
#include <stddef.h>

#include "store/ledger_inner.h"

static const char *ledger_parcels_check_name(int value)
{
    return check_kind_name((enum check_kind)value);
}

static const struct pg_field ledger_parcels_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, shipment_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, warehouse),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, carrier),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, waybill),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, plan_number),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, rev),
    PG_FIELD(PG_FIELD_BOOL, ledger_parcel, stop),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, planned_at),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, packed_at),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, left_at),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, stopped_at),
    PG_FIELD_ENUM(ledger_parcel, check, ledger_parcels_check_name),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcel, check_reason),
    PG_FIELD(PG_FIELD_INT, ledger_parcel, checked_at),
};

#define LEDGER_PARCELS_TEXT(column) column " = greatest(t." column ", excluded." column ")"
/* A time once said stays; of two the earlier. 0: not said. */
#define LEDGER_PARCELS_TIME(column) \
    column " = coalesce(least(nullif(t." column ", 0), nullif(excluded." column ", 0)), 0)"
#define LEDGER_PARCELS_CHECK(column) \
    column " = case when (excluded.verdict_at, excluded.verdict) > (t.verdict_at, t.verdict)" \
           " then excluded." column " else t." column " end"

/* Four topics fill a row, each its part, whichever comes first. Whose parcel it is, a plan
 * knows better than a scan. */
static const struct ledger_table ledger_parcels_table = {
    .sql = "insert into shipments as t (shipment_id, order_id, warehouse, carrier, waybill,"
           "    plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
           "    verdict_reason, verdict_at)"
           " select id, order_id, warehouse, carrier, waybill, plan_number, rev, stop = 1,"
           "    planned_at, packed_at, left_at, stopped_at, verdict, reason, verdict_at"
           " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
           "    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],"
           "    $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bigint[])"
           "    as u(id, order_id, warehouse, carrier, waybill, plan_number, rev, stop,"
           "         planned_at, packed_at, left_at, stopped_at, verdict, reason, verdict_at)"
           " order by id"
           " on conflict (shipment_id) do update set"
           "    order_id = case when (excluded.rev > 0 or excluded.plan_number > 0)"
           "                      = (t.rev > 0 or t.plan_number > 0)"
           "                    then greatest(t.order_id, excluded.order_id)"
           "                    when excluded.rev > 0 or excluded.plan_number > 0"
           "                    then excluded.order_id else t.order_id end, "
           LEDGER_PARCELS_TEXT("warehouse") ", " LEDGER_PARCELS_TEXT("carrier") ", "
           LEDGER_PARCELS_TEXT("waybill") ","
           " plan_number = greatest(t.plan_number, excluded.plan_number),"
           " rev = greatest(t.rev, excluded.rev),"
           " stop = case when excluded.rev > t.rev then excluded.stop else t.stop end, "
           LEDGER_PARCELS_TIME("planned_at") ", " LEDGER_PARCELS_TIME("packed_at") ", "
           LEDGER_PARCELS_TIME("left_at") ", " LEDGER_PARCELS_TIME("stopped_at") ", "
           LEDGER_PARCELS_CHECK("verdict") ", " LEDGER_PARCELS_CHECK("verdict_reason") ", "
           LEDGER_PARCELS_CHECK("verdict_at")
           " where (excluded.rev > t.rev or excluded.plan_number > t.plan_number"
           "     or (excluded.verdict_at, excluded.verdict) > (t.verdict_at, t.verdict)"
           "     or excluded.warehouse > t.warehouse or excluded.carrier > t.carrier"
           "     or excluded.waybill > t.waybill or excluded.order_id <> t.order_id"
           "     or " "(excluded.planned_at > 0 and (t.planned_at = 0"
           "                                   or excluded.planned_at < t.planned_at))"
           "     or (excluded.packed_at > 0 and (t.packed_at = 0"
           "                                   or excluded.packed_at < t.packed_at))"
           "     or (excluded.left_at > 0 and (t.left_at = 0 or excluded.left_at < t.left_at))"
           "     or (excluded.stopped_at > 0 and (t.stopped_at = 0"
           "                                   or excluded.stopped_at < t.stopped_at)))",
    .row_size = sizeof(struct ledger_parcel),
    LEDGER_FIELDS(ledger_parcels_fields),
};

/* ---- items ---- */

struct ledger_parcels_item {
    struct str shipment_id, sku;
    int64_t units;
};

static const struct pg_field ledger_parcels_item_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_parcels_item, shipment_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_parcels_item, sku),
    PG_FIELD(PG_FIELD_INT, ledger_parcels_item, units),
};

/* The plan's number is in a parcel's id: its items are said once for all. */
static const struct ledger_table ledger_parcels_items = {
    .sql = "insert into shipment_items (shipment_id, sku, units)"
           " select id, sku, sum(units) from unnest($1::text[], $2::text[], $3::bigint[])"
           "    as u(id, sku, units)"
           " group by id, sku order by id, sku on conflict do nothing",
    .row_size = sizeof(struct ledger_parcels_item),
    LEDGER_FIELDS(ledger_parcels_item_fields),
};

static bool ledger_parcels_put_items(struct pg *pg, struct arena *arena,
                                     const struct ledger_rows *rows, struct err *err)
{
    struct ledger_parcels_item *items;
    size_t count = 0;

    for (size_t i = 0; i < rows->parcel_count; i++)
        count += rows->parcels[i].item_count;
    items = ARENA_ARRAY(arena, struct ledger_parcels_item, count + 1);
    count = 0;
    for (size_t i = 0; i < rows->parcel_count; i++) {
        const struct ledger_parcel *parcel = &rows->parcels[i];

        for (size_t j = 0; j < parcel->item_count; j++)
            items[count++] = (struct ledger_parcels_item){
                .shipment_id = parcel->shipment_id,
                .sku = parcel->items[j].sku,
                .units = parcel->items[j].units,
            };
    }
    return ledger_inner_put(pg, arena, &ledger_parcels_items, items, count, err);
}

/* ---- plans ---- */

static const struct pg_field ledger_parcels_plan_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_plan, order_id),
    PG_FIELD(PG_FIELD_INT, ledger_plan, number),
    PG_FIELD(PG_FIELD_INT, ledger_plan, rev),
    PG_FIELD(PG_FIELD_TEXT, ledger_plan, rules_version),
    PG_FIELD(PG_FIELD_TEXT, ledger_plan, reason),
    PG_FIELD(PG_FIELD_TEXT, ledger_plan, runner_up),
    PG_FIELD(PG_FIELD_INT, ledger_plan, parcel_count),
    PG_FIELD(PG_FIELD_INT, ledger_plan, entered_at),
    PG_FIELD(PG_FIELD_INT, ledger_plan, made_at),
};

static const struct ledger_table ledger_parcels_plans = {
    .sql = "insert into plans as t (order_id, number, rev, rules_version, reason, runner_up,"
           "    parcels, entered_at, made_at)"
           " select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[],"
           "    $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])"
           " order by 1, 2"
           " on conflict (order_id, number) do update"
           " set made_at = excluded.made_at, entered_at = excluded.entered_at"
           " where excluded.made_at < t.made_at",
    .row_size = sizeof(struct ledger_plan),
    LEDGER_FIELDS(ledger_parcels_plan_fields),
};

bool ledger_parcels_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                        struct err *err)
{
    return ledger_inner_put(pg, arena, &ledger_parcels_table, rows->parcels, rows->parcel_count,
                            err)
        && ledger_parcels_put_items(pg, arena, rows, err)
        && ledger_inner_put(pg, arena, &ledger_parcels_plans, rows->plans, rows->plan_count, err);
}
