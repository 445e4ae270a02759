/* order_window — see order_window.h. */
#include "store/order_window.h"

#include <stddef.h>

#include "store/order_inner.h"

static const struct pg_field order_window_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_window_view, order_id),
    PG_FIELD(PG_FIELD_TEXT, order_window_view, state),
    PG_FIELD(PG_FIELD_TEXT, order_window_view, reason),
    PG_FIELD(PG_FIELD_TEXT, order_window_view, digest),
    PG_FIELD(PG_FIELD_TEXT, order_window_view, body),
    PG_FIELD(PG_FIELD_INT, order_window_view, rev),
    PG_FIELD(PG_FIELD_INT, order_window_view, entered_at),
    PG_FIELD(PG_FIELD_INT, order_window_view, at),
    PG_FIELD_VALUE(order_window_view, anomaly, order_inner_gate_state),
    PG_FIELD(PG_FIELD_TEXT, order_window_view, verdict),
};

/* Judged: the anomaly gate was passed or is stopped. */
static const struct order_question order_window_orders = {
    .sql = "select o.order_id, o.state, o.reason, o.digest, o.body, o.rev, o.entered_at, o.at,"
           "  (g.anomaly).state, (g.anomaly).reason"
           " from orders o join gates g using (order_id)"
           " where o.order_id > $3 and o.entered_at >= $1::bigint and o.entered_at < $2::bigint"
           "  and o.body is not null and o.rev > 0 and (g.anomaly).state <> 'open'"
           " order by o.order_id limit $4::bigint",
    .row_size = sizeof(struct order_window_view),
    ORDER_FIELDS(order_window_fields),
};

static const struct pg_field order_window_item_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_window_item, order_id),
    PG_FIELD(PG_FIELD_TEXT, order_window_item, warehouse),
    PG_FIELD(PG_FIELD_TEXT, order_window_item, carrier),
    PG_FIELD(PG_FIELD_TEXT, order_window_item, sku),
    PG_FIELD(PG_FIELD_INT, order_window_item, units),
};

/* The newest plan's parcels; an order without one has what is promised to it. */
static const struct order_question order_window_items = {
    .sql = "with wanted as (select unnest($1::text[]) as order_id),"
           " newest as (select s.order_id, max(s.plan_number) as plan_number"
           "   from shipments s join wanted using (order_id) group by s.order_id),"
           " planned as (select s.order_id, s.warehouse, s.carrier, i.sku, sum(i.units) as units"
           "   from newest n join shipments s using (order_id, plan_number)"
           "   join shipment_items i using (shipment_id)"
           "   group by s.order_id, s.warehouse, s.carrier, i.sku)"
           " select order_id, warehouse, carrier, sku, units::bigint from planned"
           " union all"
           " select r.order_id, '', '', r.sku, r.units from reservations r join wanted"
           "   using (order_id) where r.order_id not in (select order_id from newest)"
           " order by 1, 2, 4",
    .row_size = sizeof(struct order_window_item),
    ORDER_FIELDS(order_window_item_fields),
};

/* Both lists are in the order of the ids, but by the database's collation: walk by equality. */
static void order_window_give(struct order_window_view *rows, size_t count,
                              const struct order_window_item *items, size_t item_count)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        rows[i].items = &items[at];
        while (at < item_count && str_eq(items[at].order_id, rows[i].order_id))
            at++;
        rows[i].item_count = (size_t)(&items[at] - rows[i].items);
    }
}

bool order_window_page(struct order_store *store, struct arena *arena, int64_t from_ms,
                       int64_t to_ms, struct str after, size_t count_max,
                       struct order_window_view **rows_out, size_t *count_out, struct err *err)
{
    struct str params[] = {
        arena_format(arena, "%lld", (long long)from_ms),
        arena_format(arena, "%lld", (long long)to_ms),
        after.data ? after : STR(""),
        arena_format(arena, "%zu", count_max),
    };
    void *rows, *items;
    size_t count, item_count;

    if (!order_inner_ask(store->pg, arena, &order_window_orders, params, 4, &rows, &count, err))
        return false;
    struct order_window_view *views = rows;
    struct str *ids = ARENA_ARRAY(arena, struct str, count + 1);

    for (size_t i = 0; i < count; i++)
        ids[i] = views[i].order_id;
    struct str wanted = pg_text_array(arena, ids, count);

    if (!order_inner_ask(store->pg, arena, &order_window_items, &wanted, 1, &items, &item_count,
                         err))
        return false;
    order_window_give(views, count, items, item_count);
    *rows_out = views;
    *count_out = count;
    return true;
}
