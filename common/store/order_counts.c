/* order_counts — the lists of a report: names, and how many orders and units (order_store.h). */
#include <stddef.h>

#include "store/order_inner.h"

/* ---- names and how many ---- */

static const struct pg_field order_counts_count_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_count_view, name),
    PG_FIELD(PG_FIELD_INT, order_count_view, orders),
    PG_FIELD(PG_FIELD_INT, order_count_view, units),
};

#define ORDER_COUNTS_LIST(sql_) \
    { .sql = (sql_), .row_size = sizeof(struct order_count_view), \
      ORDER_FIELDS(order_counts_count_fields) }

static const struct order_question order_counts_channels =
    ORDER_COUNTS_LIST("select channel, count(*), sum(units) from orders group by channel"
                      " order by 2 desc, 1");

static const struct order_question order_counts_states =
    ORDER_COUNTS_LIST("select coalesce(nullif(state, ''), 'ENTERED'), count(*), sum(units)"
                      " from orders group by 1 order by 2 desc, 1");

static const struct pg_field order_counts_hold_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_hold_view, name),
    PG_FIELD(PG_FIELD_INT, order_hold_view, orders),
    PG_FIELD(PG_FIELD_INT, order_hold_view, units),
    PG_FIELD(PG_FIELD_TEXT, order_hold_view, sentence),
};

/* Orders whose present verdict stops them, by the first rule that it names, with what the rule
 * said of one of them. */
static const struct order_question order_counts_holds = {
    .sql = "with held as (select g.order_id, coalesce(o.units, 0) as units,"
           "    split_part(split_part((g.anomaly).reason, ': ', 2), ', ', 1) as rule"
           "  from gates g left join orders o using (order_id)"
           "  where (g.anomaly).state = 'stopped')"
           " select rule, count(*), sum(units), coalesce((select"
           "    split_part(split_part(d.reason, h.rule || ': ', 2), '; ', 1) from decisions d"
           "    where d.order_id = min(h.order_id) and d.kind like 'verdict.%'"
           "    order by d.at desc, d.event_id limit 1), '')"
           " from held h group by rule order by 2 desc, 1",
    .row_size = sizeof(struct order_hold_view),
    ORDER_FIELDS(order_counts_hold_fields),
};

static const struct order_question order_counts_stops =
    ORDER_COUNTS_LIST("select s.gate || ': ' || split_part(s.reason, ':', 1), count(*),"
                      " coalesce(sum(o.units), 0)"
                      " from order_standing s left join orders o using (order_id)"
                      " where s.state = 'stopped' group by 1 order by 2 desc, 1 limit 50");

static const struct order_question order_counts_warehouses =
    ORDER_COUNTS_LIST("select s.warehouse, count(*), coalesce(sum(i.units), 0)"
                      " from shipments s left join (select shipment_id, sum(units) as units"
                      "     from shipment_items group by shipment_id) i using (shipment_id)"
                      " where s.state in ('planned', 'shipped') and s.rev > 0"
                      " group by 1 order by 2 desc, 1");

static const struct order_question order_counts_carriers =
    ORDER_COUNTS_LIST("select s.warehouse || ' ' || coalesce(nullif(s.carrier, ''), '-'), count(*),"
                      " coalesce(sum(i.units), 0)"
                      " from shipments s left join (select shipment_id, sum(units) as units"
                      "     from shipment_items group by shipment_id) i using (shipment_id)"
                      " where s.state in ('planned', 'shipped') and s.rev > 0"
                      " group by 1 order by 2 desc, 1");

/* Routing says why in a sentence or a word; it is the one reason of its gate that has the name. */
static const struct order_question order_counts_unroutable =
    ORDER_COUNTS_LIST("select substr(s.reason, length('unroutable: ') + 1), count(*),"
                      " coalesce(sum(o.units), 0)"
                      " from order_standing s left join orders o using (order_id)"
                      " where s.state = 'stopped' and s.reason like 'unroutable: %'"
                      " group by 1 order by 2 desc, 1 limit 50");

static const struct pg_field order_counts_rules_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_rules_view, set),
    PG_FIELD(PG_FIELD_INT, order_rules_view, version),
    PG_FIELD(PG_FIELD_INT, order_rules_view, at),
    PG_FIELD(PG_FIELD_TEXT, order_rules_view, by),
    PG_FIELD(PG_FIELD_TEXT, order_rules_view, reason),
};

static const struct order_question order_counts_rules = {
    .sql = "select * from (select distinct on (set) set, version, at, \"by\", reason"
           "   from rule_versions order by set, version desc) r"
           " union all select * from (select 'sku', version, at, \"by\", reason from sku_maps"
           "   order by version desc limit 1) m order by 1",
    .row_size = sizeof(struct order_rules_view),
    ORDER_FIELDS(order_counts_rules_fields),
};

static const struct order_question order_counts_oversold =
    ORDER_COUNTS_LIST("select channel || ':' || shop, orders, units from oversold_in_shop"
                      " order by 3 desc, 1");

/* ---- all of them ---- */

static bool order_counts_list(struct pg *pg, struct arena *arena,
                              const struct order_question *question,
                              struct order_count_view **rows_out, size_t *count_out,
                              struct err *err)
{
    void *rows;

    if (!order_inner_ask(pg, arena, question, NULL, 0, &rows, count_out, err))
        return false;
    *rows_out = rows;
    return true;
}

/* Those with rows of their own kind. */
static bool order_counts_named(struct pg *pg, struct arena *arena, struct order_report *report,
                               struct err *err)
{
    void *holds, *rules;

    if (!order_inner_ask(pg, arena, &order_counts_holds, NULL, 0, &holds, &report->hold_count, err)
        || !order_inner_ask(pg, arena, &order_counts_rules, NULL, 0, &rules, &report->rules_count,
                            err))
        return false;
    report->holds = holds;
    report->rules = rules;
    return true;
}

bool order_counts_fill(struct pg *pg, struct arena *arena, struct order_report *report,
                       struct err *err)
{
    const struct {
        const struct order_question *question;
        struct order_count_view **rows;
        size_t *count;
    } lists[] = {
        { &order_counts_channels, &report->channels, &report->channel_count },
        { &order_counts_states, &report->states, &report->state_count },
        { &order_counts_stops, &report->stops, &report->stop_count },
        { &order_counts_warehouses, &report->warehouses, &report->warehouse_count },
        { &order_counts_carriers, &report->carriers, &report->carrier_count },
        { &order_counts_unroutable, &report->unroutable, &report->unroutable_count },
        { &order_counts_oversold, &report->oversold, &report->oversold_count },
    };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (!order_counts_list(pg, arena, lists[i].question, lists[i].rows, lists[i].count, err))
            return false;
    return order_counts_named(pg, arena, report, err);
}
