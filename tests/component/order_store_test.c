/*
 * order_store and the audit views against a real PostgreSQL: one order, where the orders are,
 * what is promised, and the figures of a report.
 */
#include "pg_fixture.h"

#include "store/order_store.h"

static struct pg_fixture db;
static struct order_store *orders;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "orders");
    assert_ok(order_store_open(&orders, db.url, &fixture_err));
    fixture_run(&db,
                /* id "c:shop:n", state, entered, due, units, short, paid */
                "create function put_order(id text, st text, entered bigint, due bigint,"
                " n bigint, miss bigint, pay boolean) returns void language sql as $$"
                " insert into orders select id, split_part(id, ':', 1), split_part(id, ':', 2),"
                "  split_part(id, ':', 3), case when st = '' then 0 else 1 end, 1, 1, 1, st,"
                " 'paid',"
                "  case when miss > 0 then 'short' else '' end, pay, 'd', 100, 100, 0, 0, 1, 1,"
                "  due, 0, 0, entered, 'k', 'p', 'c', n, miss, '{}' $$;"
                "create function put_gates(id text, states text[]) returns void language sql as $$"
                " insert into gates select id, g[1], g[2], g[3], g[4], g[5], g[6], g[7] from"
                "  (select array_agg(row(1, 1, 9, split_part(s, '/', 1), split_part(s, '/', 2))"
                "          ::gate_now order by n) as g"
                "   from unnest(states) with ordinality as u(s, n)) x $$;"
                "create function put_count(s text, w text, q bigint, t bigint, seen bigint)"
                " returns void language sql as $$ insert into stock_feed values"
                " (s || w || t || 'c', s, w, true, q, t, seen, '', '') $$;"
                "create function put_move(s text, w text, q bigint, t bigint, m text)"
                " returns void language sql as $$ insert into stock_feed values"
                " (s || w || m || 'm', s, w, false, q, t, t, m, '') $$;");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    order_store_close(orders);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate gates, gate_trail, orders, order_lines, reservations, shipments,"
                     " shipment_items, plans, aftersales, decisions, alerts, dead_letters,"
                     " stock_levels, stock_feed, parked, holds, rule_versions, sku_maps");
    return 0;
}

#define GATES_ALL "'{passed,passed,passed,passed,passed,passed,open}'"

/* ---- one order ---- */

static void an_unknown_order_is_not_found(void **state)
{
    struct order_view view;
    bool found = true;

    (void)state;
    assert_ok(order_store_show(orders, db.arena, STR("c:s:none"), &view, &found, &fixture_err));
    assert_false(found);
}

static void an_order_shows_all_that_is_known(void **state)
{
    struct order_view view;
    bool found;

    (void)state;
    fixture_run(&db,
                "select put_order('c:s:1', 'RESERVED', 500, 900, 3, 0, true);"
                "select put_gates('c:s:1', '{passed,passed,stopped/held: price_floor,open,open,"
                "open,open}');"
                "insert into gate_trail values ('c:s:1', 'e2', 'anomaly', 5, 1, 'stopped', 'held',"
                " 20), ('c:s:1', 'e1', 'stock', 10, 1, 'passed', '', 10),"
                " ('c:s:1', 'e1', 'payment', 10, 1, 'passed', '', 10), ('c:s:2', 'e', 'stock', 1,"
                " 1, 'open', '', 1);"
                "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
                " plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
                " verdict_reason, verdict_at) values ('sh', 'c:s:1', 'SH', 'SF', 'W9', 1, 2, false,"
                " 30, 0, 0, 0, 'wrong', 'SKU A', 31);"
                "insert into shipment_items values ('sh', 'A', 2), ('sh', 'B', 1);"
                "insert into alerts values ('al', 'c:s:1', 'c:s:1', 'anomaly', 1, '拦截', 'r', 21,"
                " 'delivered', '', 2, 25);"
                "insert into decisions values ('d', 'c:s:1', 'order.approved', 1, 'li', 'ok',"
                " '', 40);"
                "insert into holds values ('c:s:1', 1, 'd', 0, 'price', 'warn', 'price_floor', 5,"
                " 905, 'escalate', 0, 905), ('c:s:2', 1, 'd', 0, 'x', 'warn', 'x', 5, 905,"
                " 'approve', 0, 905);"
                "insert into plans values ('c:s:1', 2, 3, 'route/2', 'why two', '', 1, 9, 50),"
                " ('c:s:1', 1, 2, 'route/1', 'why one', 'second', 2, 9, 30);"
                "insert into reservations values ('c:s:1', 'A', 2, 'RESERVED', 1);");
    assert_ok(order_store_show(orders, db.arena, STR("c:s:1"), &view, &found, &fixture_err));
    assert_true(found);
    assert_true(str_is(view.state, "RESERVED") && view.paid);
    assert_int_equal(view.entered_at, 500);
    assert_int_equal(view.standing, GATE_ANOMALY);
    assert_int_equal(view.gates[2].gate, GATE_ANOMALY);
    assert_int_equal(view.gates[2].state, GATE_STATE_STOPPED);
    assert_true(str_is(view.gates[2].reason, "held: price_floor"));
    assert_int_equal(view.gates[6].gate, GATE_AFTERSALE);
    assert_int_equal(view.trail_count, 3);
    assert_int_equal(view.trail[0].gate, GATE_PAYMENT);
    assert_int_equal(view.trail[2].gate, GATE_ANOMALY);
    assert_int_equal(view.parcel_count, 1);
    assert_true(str_is(view.parcels[0].state, "planned"));
    assert_true(str_is(view.parcels[0].check, "wrong"));
    assert_int_equal(view.parcels[0].units, 3);
    assert_int_equal(view.alert_count, 1);
    assert_int_equal(view.alerts[0].attempts, 2);
    assert_int_equal(view.decision_count, 1);
    assert_true(str_is(view.decisions[0].by, "li"));
    assert_int_equal(view.claim_count, 1);
    assert_int_equal(view.claims[0].units, 2);
    assert_true(str_is(view.alerts[0].reasons, "r"));
    assert_int_equal(view.plan_count, 2);
    assert_true(str_is(view.plans[0].reason, "why one"));
    assert_true(str_is(view.plans[0].runner_up, "second"));
    assert_int_equal(view.plans[1].number, 2);
    assert_true(str_is(view.plans[1].rules_version, "route/2"));
    assert_true(str_is(view.hold_owner, "price") && str_is(view.hold_ends, "escalate"));
    assert_int_equal(view.hold_due_at, 905);
}

/* A hold is told while the order stands by it: not of an older rev, not once it went on. */
static void a_hold_that_is_over_is_not_told(void **state)
{
    struct order_view view;
    bool found;

    (void)state;
    fixture_run(&db, "select put_gates('c:s:8', '{passed,passed,passed,open,open,open,open}'),"
                     " put_gates('c:s:9', '{passed,passed,stopped/held: x,open,open,open,open}');"
                     "insert into holds values"
                     " ('c:s:8', 1, 'd', 0, 'price', 'warn', 'x', 5, 905, 'escalate', 0, 905),"
                     " ('c:s:9', 7, 'd', 0, 'price', 'warn', 'x', 5, 905, 'escalate', 0, 905)");
    assert_ok(order_store_show(orders, db.arena, STR("c:s:8"), &view, &found, &fixture_err));
    assert_true(found && view.hold_owner.size == 0 && view.hold_due_at == 0);
    assert_ok(order_store_show(orders, db.arena, STR("c:s:9"), &view, &found, &fixture_err));
    assert_true(found && view.hold_owner.size == 0);
}

static void an_order_known_by_its_gates_alone_is_shown(void **state)
{
    struct order_view view;
    bool found;

    (void)state;
    fixture_run(&db, "select put_gates('c:s:7', '{stopped/parked: no id,open,open,open,open,open,"
                     "open}')");
    assert_ok(order_store_show(orders, db.arena, STR("c:s:7"), &view, &found, &fixture_err));
    assert_true(found);
    assert_true(str_is(view.channel, "c") && str_is(view.platform_id, "7"));
    assert_int_equal(view.standing, GATE_PAYMENT);
    assert_int_equal(view.state.size, 0);
}

/* ---- where ---- */

static void where_counts_and_lists_those_that_stand(void **state)
{
    struct order_where_view rows[GATE_COUNT - 1];
    struct order_line_view *lines;
    size_t count;

    (void)state;
    fixture_run(&db,
                "select put_order('c:s:' || n, st, e, d, 1, 0, true) from (values"
                " (1, 'WAIT', 100, 1500), (2, 'WAIT', 50, 0), (3, 'RESERVED', 70, 900),"
                " (4, 'CANCELLED', 10, 900), (5, 'SHIPPED', 1, 1)) v(n, st, e, d);"
                "select put_gates('c:s:1', '{passed,stopped/short: A 1/0,open,open,open,open,"
                "open}'),"
                " put_gates('c:s:2', '{passed,stopped/short: B 1/0,open,open,open,open,open}'),"
                " put_gates('c:s:3', '{passed,passed,open,open,open,open,open}'),"
                " put_gates('c:s:4', '{open,stopped/by_person,open,open,open,open,open}'),"
                " put_gates('c:s:5', " GATES_ALL ")");
    assert_ok(order_store_where(orders, db.arena, 1000, 600, rows, &fixture_err));
    assert_int_equal(rows[0].gate, GATE_PAYMENT);
    assert_int_equal(rows[0].open, 1);
    assert_int_equal(rows[0].here, 0); /* cancelled orders stand nowhere */
    assert_int_equal(rows[1].stopped, 3);
    assert_int_equal(rows[1].passed, 2);
    assert_int_equal(rows[1].here, 2);
    assert_int_equal(rows[1].oldest_at, 50);
    assert_int_equal(rows[1].due_soon, 1);
    assert_int_equal(rows[1].overdue, 0);
    assert_int_equal(rows[2].here, 1);
    assert_int_equal(rows[2].overdue, 1);
    assert_int_equal(rows[5].passed, 1);
    assert_int_equal(rows[6].gate, GATE_AFTERSALE);

    assert_ok(order_store_standing(orders, db.arena, GATE_STOCK, GATE_STATE_NONE, 10, &lines,
                                   &count, &fixture_err));
    assert_int_equal(count, 2);
    assert_true(str_is(lines[0].order_id, "c:s:1")); /* one with a due time first */
    assert_true(str_is(lines[1].reason, "short: B 1"));
    assert_ok(order_store_standing(orders, db.arena, GATE_STOCK, GATE_STATE_OPEN, 10, &lines,
                                   &count, &fixture_err));
    assert_int_equal(count, 0);
    assert_ok(order_store_standing(orders, db.arena, GATE_STOCK, GATE_STATE_STOPPED, 1, &lines,
                                   &count, &fixture_err));
    assert_int_equal(count, 1);
}

static void where_of_an_empty_ledger_is_all_zero(void **state)
{
    struct order_where_view rows[GATE_COUNT - 1];

    (void)state;
    assert_ok(order_store_where(orders, db.arena, 1000, 600, rows, &fixture_err));
    for (int i = 0; i < GATE_COUNT - 1; i++)
        assert_int_equal(rows[i].open + rows[i].passed + rows[i].stopped + rows[i].here, 0);
}

/* ---- what is promised ---- */

static struct order_sku_view sku_of(const char *sku)
{
    struct str name = str_of(sku);
    struct order_sku_view *rows;
    size_t count;

    assert_ok(order_store_skus(orders, db.arena, &name, 1, &rows, &count, &fixture_err));
    assert_int_equal(count, 1);
    return rows[0];
}

static void claim(const char *order, const char *sku, int64_t units, const char *state, int64_t at)
{
    fixture_run(&db, arena_format(db.arena,
                                  "insert into reservations values ('%s', '%s', %lld, '%s', %lld)",
                                  order, sku, (long long)units, state, (long long)at)
                         .data);
}

static void physical_is_the_count_and_the_movements_after_it(void **state)
{
    (void)state;
    fixture_run(&db,
                "select put_count('A', 'W1', 10, 100, 1), put_count('A', 'W1', 20, 50, 1),"
                " put_count('A', 'W2', 5, 100, 1), put_move('A', 'W1', -2, 100, 'm0'),"
                " put_move('A', 'W1', -3, 101, 'm1'), put_move('A', 'W3', 4, 1, 'm2');"
                /* a parcel that left: told by the warehouse's feed too, under its own id */
                "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
                " plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
                " verdict_reason, verdict_at) select id, 'o', 'W2', '', '', 1, r, false, 1, 0, 150,"
                " 0, 'go', '', 0 from (values ('p1', 1), ('p2', 1), ('stray', 0)) v(id, r);"
                "insert into shipment_items values ('p1', 'A', 1), ('p2', 'A', 1), ('stray',"
                " 'A', 9);"
                "select put_move('A', 'W2', -1, 150, 'p1:A')");
    assert_int_equal(sku_of("A").physical, 10 - 3 + 5 - 2 + 4);
}

static void a_promise_beyond_physical_is_counted(void **state)
{
    (void)state;
    fixture_run(&db, "select put_count('A', 'W1', 3, 100, 1000)");
    claim("o1", "A", 2, "RESERVED", 2000);
    claim("o2", "A", 1, "CANCELLING", 2001);
    claim("o3", "A", 7, "PRESOLD", 2002); /* of a batch to come */
    assert_int_equal(sku_of("A").promised, 3);
    assert_int_equal(sku_of("A").orders, 2);
    assert_int_equal(sku_of("A").promised_twice, 0);
    claim("o4", "A", 2, "RESERVED", 2003);
    assert_int_equal(sku_of("A").promised_twice, 2);
    assert_int_equal(sku_of("A").shortfall, 0);
    assert_int_equal(fixture_number(&db, "select sum(units) from promised_twice"), 2);
    fixture_run(&db, "select put_count('A', 'W1', 3, 200, 3000)"); /* counted again */
    assert_int_equal(sku_of("A").promised_twice, 2);
}

static void a_parcel_that_left_takes_its_claim_along(void **state)
{
    (void)state;
    fixture_run(&db, "select put_count('A', 'W1', 3, 100, 1000)");
    claim("o1", "A", 3, "RESERVED", 2000);
    fixture_run(&db,
                "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
                " plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
                " verdict_reason, verdict_at) values ('p', 'o1', 'W1', '', '', 1, 1, false, 1, 0,"
                " 150, 0, 'go', '', 0);"
                "insert into shipment_items values ('p', 'A', 2);"
                "update reservations set units = 1");
    assert_int_equal(sku_of("A").physical, 1);
    assert_int_equal(sku_of("A").promised_twice, 0);
}

/* The phantom 800: a count falls below what had been promised before it. The warehouse's loss is no
 * second promise; one made after that count is. */
static void a_shortfall_is_no_second_promise(void **state)
{
    (void)state;
    fixture_run(&db, "select put_count('A', 'W1', 1000, 100, 1000)");
    claim("o1", "A", 900, "RESERVED", 2000);
    fixture_run(&db, "select put_count('A', 'W1', 100, 200, 3000)");
    assert_int_equal(sku_of("A").promised_twice, 0);
    assert_int_equal(sku_of("A").shortfall, 800);
    claim("o2", "A", 5, "RESERVED", 4000);
    assert_int_equal(sku_of("A").promised_twice, 5);
    assert_int_equal(sku_of("A").shortfall, 800);
}

static void a_promise_of_what_was_never_counted_is_counted(void **state)
{
    (void)state;
    claim("o1", "Z", 4, "RESERVED", 1);
    assert_int_equal(sku_of("Z").physical, -1);
    assert_int_equal(sku_of("Z").promised_twice, 4);
}

static void all_skus_come_sorted_with_their_levels(void **state)
{
    struct order_sku_view *rows;
    size_t count;

    (void)state;
    fixture_run(&db, "insert into stock_levels values ('b', 2, 7, 5, 1, 4), ('B', 1, 1, 1, 0, 1);"
                     "select put_count('a', 'W', 1, 1, 1)");
    assert_ok(order_store_skus(orders, db.arena, NULL, 0, &rows, &count, &fixture_err));
    assert_int_equal(count, 3);
    assert_true(str_is(rows[0].sku, "B") && str_is(rows[1].sku, "a") && str_is(rows[2].sku, "b"));
    assert_int_equal(rows[2].level_srev, 7);
    assert_int_equal(rows[2].level_free, 4);
    assert_int_equal(rows[2].physical, -1);
}

/* ---- the other audits ---- */

static void a_parcel_too_many_is_counted(void **state)
{
    (void)state;
    fixture_run(&db,
                "insert into order_lines values ('o', '1', 'A', '', '', '', 2, 1, 1, 'spot',"
                " 'paid',"
                " '', ''), ('o', '2', 'A', '', '', '', 1, 1, 1, 'spot', 'paid', '', '');"
                "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
                " plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
                " verdict_reason, verdict_at) select id, 'o', 'W', '', '', n, 1, false, 1, 0, l,"
                " st,"
                " '', '', 0 from (values ('p1', 1, 0, 5), ('p2', 2, 9, 0), ('p3', 2, 0, 0))"
                " v(id, n, l, st);"
                "insert into shipment_items values ('p1', 'A', 3), ('p2', 'A', 2), ('p3', 'A', 1)");
    assert_int_equal(fixture_number(&db, "select count(*) from packed_beyond"), 0);
    assert_int_equal(fixture_number(&db, "select count(*) from planned_twice"), 0);
    fixture_run(&db, "update shipments set stopped_at = 0 where shipment_id = 'p1'");
    assert_int_equal(fixture_number(&db, "select packed - ordered from packed_beyond"), 3);
    assert_int_equal(fixture_number(&db, "select plans from planned_twice"), 2);
}

/* ---- report ---- */

static void report_of(struct order_report *report)
{
    assert_ok(order_store_report(orders, db.arena, 10000, 1000, report, &fixture_err));
}

static void a_report_of_an_empty_ledger_is_all_zero(void **state)
{
    struct order_report report;

    (void)state;
    report_of(&report);
    assert_int_equal(report.orders + report.promised_units + report.plans_measured, 0);
    assert_int_equal(report.channel_count, 0);
    assert_int_equal(report.sample_planned.size, 0);
}

static void report_fill(void)
{
    fixture_run(&db,
                "select put_order('douyin:a:1', 'RESERVED', 100, 0, 2, 0, true),"
                " put_order('douyin:a:2', 'WAIT', 90, 0, 3, 2, true),"
                " put_order('tmall:b:3', 'WAIT', 0, 0, 1, 1, false),"
                " put_order('tmall:b:4', 'SHIPPED', 95, 0, 1, 0, true),"
                " put_order('tmall:b:5', '', 0, 0, 1, 0, false);"
                "select put_gates('douyin:a:1', '{passed,passed,stopped/held: price_floor\\, x,"
                "open,"
                "open,open,open}'),"
                " put_gates('douyin:a:2', '{passed,stopped/short: A 2/0,open,open,open,open,"
                "open}'),"
                " put_gates('tmall:b:4', " GATES_ALL ");"
                "insert into plans values ('tmall:b:4', 1, 2, 'v', 'r', '', 1, 95, 295),"
                " ('tmall:b:4', 2, 5, 'v', 'r', '', 1, 95, 900),"
                " ('douyin:a:1', 1, 2, 'v', 'r', '', 1, 100, 140);"
                "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
                " plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
                " verdict_reason, verdict_at) values ('p', 'tmall:b:4', 'SH', '', '', 1, 1, false,"
                " 1, 0, 150, 0, 'go', '', 0);"
                "insert into shipment_items values ('p', 'A', 1);"
                "select put_count('A', 'SH', 3, 100, 1);"
                "insert into reservations values ('douyin:a:1', 'A', 2, 'RESERVED', 5);"
                "insert into dead_letters values ('ingest', 'orders.raw', 1, 0, 7, 'k', 'bad', 44);"
                "insert into alerts values ('al', 's', '', 'stock', 1, 't', 'r', 21, 'given_up',"
                " '',"
                " 2, 25), ('am', 's', '', 'stock', 1, 't', 'r', 22, 'digested', '', 1, 26);"
                "insert into decisions values ('v', 'douyin:a:1', 'verdict.held', 1, '',"
                " 'price_floor: A too cheap; x: more', 'anomaly/2', 50),"
                " ('w', 'tmall:b:4', 'verdict.held', 1, '', 'x: more', 'anomaly/2', 51),"
                " ('y', 'tmall:b:4', 'order.approved', 1, 'li', 'fine', '', 52);"
                "insert into rule_versions (set, version, body, \"by\", reason, at) values"
                " ('anomaly', 1, '{}', 'li', 'first', 60), ('anomaly', 2, '{}', 'wang', 'more',"
                " 61), ('route', 1, '{}', 'li', 'r', 62);"
                "insert into sku_maps values ('tmall', '', 'SET-1', 3, '{A}', '{2}', false, '',"
                " 'li', 'sets', 63)");
}

static void a_report_counts_from_rows(void **state)
{
    struct order_report report;

    (void)state;
    report_fill();
    report_of(&report);
    assert_int_equal(report.orders, 5);
    assert_int_equal(report.channel_count, 2);
    assert_true(str_is(report.channels[0].name, "tmall"));
    assert_int_equal(report.channels[0].orders, 3);
    assert_int_equal(report.promised_orders, 2);
    assert_int_equal(report.promised_units, 3); /* two held, one has left */
    assert_int_equal(report.short_orders, 2);
    assert_int_equal(report.short_units, 3);
    assert_int_equal(report.oversold_orders, 1); /* the unpaid one is nobody's loss */
    assert_int_equal(report.oversold_units, 2);
    assert_true(str_is(report.oversold[0].name, "douyin:a"));
    assert_int_equal(report.promised_twice, 0);
    assert_int_equal(report.packed_beyond, 1); /* it has no lines here */
    assert_int_equal(report.first_entered_at, 90);
    assert_int_equal(report.planned_orders, 2);
    assert_int_equal(report.parcels_left, 1);
    assert_int_equal(report.plans_measured, 2);
    assert_int_equal(report.plan_p50_ms, 40);
    assert_int_equal(report.plan_p99_ms, 200);
    assert_int_equal(report.plan_max_ms, 200);
    assert_int_equal(report.dead_letters, 1);
    assert_int_equal(report.alerts_raised, 2);
    assert_int_equal(report.alerts_delivered, 1);
    assert_int_equal(report.alerts_digested, 1);
    assert_int_equal(report.alerts_given_up, 1);
    assert_true(str_is(report.sample_stopped, "douyin:a:1"));
    assert_int_equal(report.hold_count, 1);
    assert_true(str_is(report.holds[0].name, "price_floor"));
    assert_int_equal(report.holds[0].orders, 1);
    assert_true(str_is(report.holds[0].sentence, "A too cheap"));
    assert_int_equal(report.judged_orders, 2);
    assert_int_equal(report.held_orders, 2); /* one of them was approved */
    assert_int_equal(report.stop_count, 2);
    assert_int_equal(report.warehouse_count, 1);
    assert_true(str_is(report.warehouses[0].name, "SH"));
    assert_int_equal(report.carrier_count, 1);
    assert_true(str_is(report.carriers[0].name, "SH -")); /* nobody named one */
    assert_int_equal(report.unroutable_count, 0);
    assert_int_equal(report.rules_count, 3);
    assert_true(str_is(report.rules[0].set, "anomaly") && str_is(report.rules[0].by, "wang"));
    assert_int_equal(report.rules[0].version, 2);
    assert_true(str_is(report.rules[2].set, "sku"));
    assert_int_equal(report.rules[2].version, 3);
    assert_true(str_is(report.sample_trail, "tmall:b:4"));
    assert_int_equal(report.gates[1].here, 1);
    assert_true(str_is(report.states[0].name, "WAIT"));
}

static void a_report_tells_why_orders_are_unroutable(void **state)
{
    struct order_report report;

    (void)state;
    fixture_run(&db,
                "select put_order('a:s:1', 'RESERVED', 100, 0, 2, 0, true),"
                " put_order('a:s:2', 'RESERVED', 100, 0, 3, 0, true),"
                " put_order('a:s:3', 'CANCELLED', 100, 0, 3, 0, true),"
                " put_gates('a:s:1', '{passed,passed,passed,stopped/unroutable: 仓满,open,open,"
                "open}'), put_gates('a:s:2', '{passed,passed,passed,stopped/unroutable: 仓满,"
                "open,open,open}'), put_gates('a:s:3', '{passed,passed,passed,"
                "stopped/unroutable: 仓满,open,open,open}')");
    report_of(&report);
    assert_int_equal(report.unroutable_count, 1); /* the cancelled one stands nowhere */
    assert_true(str_is(report.unroutable[0].name, "仓满"));
    assert_int_equal(report.unroutable[0].orders, 2);
    assert_int_equal(report.unroutable[0].units, 5);
}

static void dead_letters_are_listed_newest_first(void **state)
{
    struct order_dead_view *rows;
    size_t count;

    (void)state;
    fixture_run(&db, "insert into dead_letters values ('ingest', 'orders.raw', 1, 0, 7, 'k', 'bad',"
                     " 44), ('reserve', 'orders.changes', 1, 2, 8, 'c:s:1', 'worse', 45)");
    assert_ok(order_store_dead(orders, db.arena, STR_NONE, 10, &rows, &count, &fixture_err));
    assert_int_equal(count, 2);
    assert_true(str_is(rows[0].reason, "worse"));
    assert_int_equal(rows[0].partition, 2);
    assert_ok(order_store_dead(orders, db.arena, STR("ingest"), 10, &rows, &count, &fixture_err));
    assert_int_equal(count, 1);
    assert_true(str_is(rows[0].topic, "orders.raw"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_unknown_order_is_not_found, wipe),
        cmocka_unit_test_setup(an_order_shows_all_that_is_known, wipe),
        cmocka_unit_test_setup(an_order_known_by_its_gates_alone_is_shown, wipe),
        cmocka_unit_test_setup(a_hold_that_is_over_is_not_told, wipe),
        cmocka_unit_test_setup(where_counts_and_lists_those_that_stand, wipe),
        cmocka_unit_test_setup(where_of_an_empty_ledger_is_all_zero, wipe),
        cmocka_unit_test_setup(physical_is_the_count_and_the_movements_after_it, wipe),
        cmocka_unit_test_setup(a_promise_beyond_physical_is_counted, wipe),
        cmocka_unit_test_setup(a_parcel_that_left_takes_its_claim_along, wipe),
        cmocka_unit_test_setup(a_shortfall_is_no_second_promise, wipe),
        cmocka_unit_test_setup(a_promise_of_what_was_never_counted_is_counted, wipe),
        cmocka_unit_test_setup(all_skus_come_sorted_with_their_levels, wipe),
        cmocka_unit_test_setup(a_parcel_too_many_is_counted, wipe),
        cmocka_unit_test_setup(a_report_of_an_empty_ledger_is_all_zero, wipe),
        cmocka_unit_test_setup(a_report_counts_from_rows, wipe),
        cmocka_unit_test_setup(a_report_tells_why_orders_are_unroutable, wipe),
        cmocka_unit_test_setup(dead_letters_are_listed_newest_first, wipe),
    };

    return cmocka_run_group_tests_name("order_store", tests, setup, teardown);
}
