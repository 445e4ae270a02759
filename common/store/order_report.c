/* order_report — where the orders are, and the figures of a report (order_store.h). */
#include <stddef.h>

#include "base/check.h"
#include "store/order_inner.h"
#include "store/order_store.h"

/* ---- where ---- */

static const struct pg_field order_report_where_fields[] = {
    PG_FIELD_VALUE(order_where_view, gate, order_inner_gate),
    PG_FIELD(PG_FIELD_INT, order_where_view, open),
    PG_FIELD(PG_FIELD_INT, order_where_view, passed),
    PG_FIELD(PG_FIELD_INT, order_where_view, stopped),
    PG_FIELD(PG_FIELD_INT, order_where_view, here),
    PG_FIELD(PG_FIELD_INT, order_where_view, oldest_at),
    PG_FIELD(PG_FIELD_INT, order_where_view, due_soon),
    PG_FIELD(PG_FIELD_INT, order_where_view, overdue),
};

#define ORDER_REPORT_GATE(gate) \
    "count(*) filter (where (" gate ").state = 'open')," \
    "count(*) filter (where (" gate ").state = 'passed')," \
    "count(*) filter (where (" gate ").state = 'stopped')"

/* Seven gates × three states in one pass over the gates; and who stands where. */
static const struct order_question order_report_where = {
    .sql = "with c as (select"
           "   array[" ORDER_REPORT_GATE("payment") ", " ORDER_REPORT_GATE("stock") ", "
           ORDER_REPORT_GATE("anomaly") ", " ORDER_REPORT_GATE("warehouse") ", "
           ORDER_REPORT_GATE("carrier") ", " ORDER_REPORT_GATE("shipment") ", "
           ORDER_REPORT_GATE("aftersale") "] as n"
           "   from gates_now),"
           " h as (select gate, count(*) as here, min(nullif(entered_at, 0)) as oldest,"
           "         count(*) filter (where due_at > $1::bigint"
           "                            and due_at <= $1::bigint + $2::bigint) as soon,"
           "         count(*) filter (where due_at > 0 and due_at <= $1::bigint) as over"
           "       from order_standing group by gate)"
           " select g.gate, n[g.place * 3 - 2], n[g.place * 3 - 1], n[g.place * 3],"
           "        coalesce(here, 0), coalesce(oldest, 0), coalesce(soon, 0), coalesce(over, 0)"
           " from unnest('{payment,stock,anomaly,warehouse,carrier,shipment,aftersale}'::text[])"
           "      with ordinality as g(gate, place)"
           " cross join c left join h on h.gate = g.gate order by g.place",
    .row_size = sizeof(struct order_where_view),
    ORDER_FIELDS(order_report_where_fields),
};

bool order_store_where(struct order_store *store, struct arena *arena, int64_t now_ms,
                       int64_t due_ms, struct order_where_view rows_out[GATE_COUNT - 1],
                       struct err *err)
{
    struct str params[] = {
        arena_format(arena, "%lld", (long long)now_ms),
        arena_format(arena, "%lld", (long long)due_ms),
    };
    struct order_where_view *where;
    size_t count;
    void *rows;

    if (!order_inner_ask(store->pg, arena, &order_report_where, params, 2, &rows, &count, err))
        return false;
    CHECK(count == GATE_COUNT - 1);
    where = rows;
    for (size_t i = 0; i < count; i++)
        rows_out[i] = where[i];
    return true;
}

/* ---- single figures ---- */

static const struct pg_field order_report_order_fields[] = {
    PG_FIELD(PG_FIELD_INT, order_report, orders),
    PG_FIELD(PG_FIELD_INT, order_report, short_orders),
    PG_FIELD(PG_FIELD_INT, order_report, short_units),
    PG_FIELD(PG_FIELD_INT, order_report, first_entered_at),
    PG_FIELD(PG_FIELD_INT, order_report, promised_orders),
    PG_FIELD(PG_FIELD_INT, order_report, promised_units),
    PG_FIELD(PG_FIELD_INT, order_report, oversold_orders),
    PG_FIELD(PG_FIELD_INT, order_report, oversold_units),
    PG_FIELD(PG_FIELD_INT, order_report, promised_twice),
    PG_FIELD(PG_FIELD_INT, order_report, shortfall_units),
    PG_FIELD(PG_FIELD_INT, order_report, packed_beyond),
    PG_FIELD(PG_FIELD_INT, order_report, planned_twice),
    PG_FIELD(PG_FIELD_INT, order_report, dead_letters),
    PG_FIELD(PG_FIELD_INT, order_report, parked),
    PG_FIELD(PG_FIELD_INT, order_report, judged_orders),
    PG_FIELD(PG_FIELD_INT, order_report, held_orders),
};

/* Promised: what is promised now, and what was and has left. */
static const struct order_question order_report_orders = {
    .sql = "select count(*),"
           "  count(*) filter (where short_units > 0 and state in ('WAIT', 'REFUSED')),"
           "  coalesce(sum(short_units) filter (where state in ('WAIT', 'REFUSED')), 0),"
           "  coalesce(min(nullif(entered_at, 0)), 0),"
           "  count(*) filter (where state in ('RESERVED', 'CANCELLING', 'REPLANNING', 'SHIPPED')),"
           "  (select coalesce(sum(units), 0) from stock_promised)"
           "  + (select coalesce(sum(i.units), 0) from shipments s join shipment_items i"
           "     using (shipment_id) where s.left_at > 0 and s.rev > 0),"
           "  (select coalesce(sum(orders), 0) from oversold_in_shop),"
           "  (select coalesce(sum(units), 0) from oversold_in_shop),"
           "  (select coalesce(sum(units), 0) from promised_twice),"
           "  (select coalesce(sum(shortfall), 0) from promised_twice),"
           "  (select count(distinct order_id) from packed_beyond),"
           "  (select count(*) from planned_twice),"
           "  (select count(*) from dead_letters), (select count(*) from parked),"
           "  (select count(*) from gates where (anomaly).state in ('passed', 'stopped')"
           "                                 and (anomaly).step = 1),"
           "  (select count(distinct order_id) from decisions where kind like 'verdict.%')"
           " from orders",
    .row_size = sizeof(struct order_report),
    ORDER_FIELDS(order_report_order_fields),
};

static const struct pg_field order_report_plan_fields[] = {
    PG_FIELD(PG_FIELD_INT, order_report, planned_orders),
    PG_FIELD(PG_FIELD_INT, order_report, last_planned_at),
    PG_FIELD(PG_FIELD_INT, order_report, parcels_planned),
    PG_FIELD(PG_FIELD_INT, order_report, parcels_left),
    PG_FIELD(PG_FIELD_INT, order_report, plans_measured),
    PG_FIELD(PG_FIELD_INT, order_report, plan_p50_ms),
    PG_FIELD(PG_FIELD_INT, order_report, plan_p99_ms),
    PG_FIELD(PG_FIELD_INT, order_report, plan_max_ms),
    PG_FIELD(PG_FIELD_INT, order_report, alerts_raised),
    PG_FIELD(PG_FIELD_INT, order_report, alerts_delivered),
    PG_FIELD(PG_FIELD_INT, order_report, alerts_digested),
    PG_FIELD(PG_FIELD_INT, order_report, alerts_given_up),
    PG_FIELD(PG_FIELD_TEXT, order_report, sample_planned),
    PG_FIELD(PG_FIELD_TEXT, order_report, sample_stopped),
    PG_FIELD(PG_FIELD_TEXT, order_report, sample_trail),
};

static const struct order_question order_report_plans = {
    .sql = "select (select count(distinct order_id) from plans),"
           "  (select coalesce(max(made_at), 0) from plans),"
           "  (select count(*) from shipments where rev > 0 and state in ('planned', 'shipped')),"
           "  (select count(*) from shipments where left_at > 0 and rev > 0),"
           "  t.measured, t.p50, t.p99, t.longest,"
           "  (select count(*) from alerts where raised_at > 0),"
           "  (select count(*) from alerts where state in ('delivered', 'digested')),"
           "  (select count(*) from alerts where state = 'digested'),"
           "  (select count(*) from alerts where state = 'given_up'),"
           "  (select order_id from plans order by made_at desc, order_id limit 1),"
           "  (select order_id from order_standing where state = 'stopped'"
           "   order by gate <> 'anomaly', entered_at, order_id limit 1),"
           "  coalesce((select p.order_id from decisions d join plans p using (order_id)"
           "            where d.kind = 'order.approved' order by p.made_at desc, p.order_id"
           "            limit 1),"
           "           (select order_id from order_standing where state = 'stopped'"
           "            and gate = 'anomaly' order by entered_at, order_id limit 1),"
           "           (select order_id from plans order by made_at desc, order_id limit 1))"
           " from (select count(*) as measured,"
           "   coalesce(percentile_disc(0.5) within group (order by took_ms), 0) as p50,"
           "   coalesce(percentile_disc(0.99) within group (order by took_ms), 0) as p99,"
           "   coalesce(max(took_ms), 0) as longest from plan_times) t",
    .row_size = sizeof(struct order_report),
    ORDER_FIELDS(order_report_plan_fields),
};

/* All parts in one snapshot, so that the figures add up. */
bool order_store_report(struct order_store *store, struct arena *arena, int64_t now_ms,
                        int64_t due_ms, struct order_report *report_out, struct err *err)
{
    struct order_report report = { .orders = 0 };
    struct pg *pg = store->pg;
    bool ok = pg_begin(pg, err)
        && pg_query(pg, "set transaction isolation level repeatable read, read only", NULL, 0,
                    NULL, err)
        && order_inner_ask_one(pg, arena, &order_report_orders, NULL, 0, &report, err)
        && order_inner_ask_one(pg, arena, &order_report_plans, NULL, 0, &report, err)
        && order_counts_fill(pg, arena, &report, err)
        && order_store_where(store, arena, now_ms, due_ms, report.gates, err)
        && pg_commit(pg, err);

    pg_rollback(pg);
    if (ok)
        *report_out = report;
    return ok;
}
