/*
 * ledger_store against a real PostgreSQL: one batch, one transaction; whatever is written again, or
 * in another order, leaves the same rows.
 */
#include "pg_fixture.h"

#include <pthread.h>

#include "store/ledger_store.h"

static struct pg_fixture db;
static struct ledger_store *ledger;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "ledger");
    assert_ok(ledger_store_open(&ledger, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ledger_store_close(ledger);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db,
                "truncate gates, gate_trail, orders, order_lines, reservations, shipments,"
                " shipment_items, plans, aftersales, decisions, alerts, dead_letters,"
                " stock_levels, stock_feed, ledger_progress, parked");
    return 0;
}

static void write_rows(const struct ledger_rows *rows)
{
    assert_ok(ledger_store_write(ledger, db.arena, rows, &fixture_err));
}

/* Everything the ledger writes, and the versions of the rows: an update that changes nothing is a
 * change here. */
static const char *dump(void)
{
    static const char *const tables[] = {
        "gates", "gate_trail", "orders", "order_lines", "reservations", "shipments",
        "shipment_items", "plans", "aftersales", "decisions", "alerts", "dead_letters",
        "stock_levels", "stock_feed", "ledger_progress",
    };
    char sql[256];
    struct str all = STR("");

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        (void)snprintf(sql, sizeof(sql), "select t::text from %s t order by 1", tables[i]);
        all = arena_format(db.arena, "%.*s\n%s: %s", STR_ARG(all), tables[i],
                           fixture_text(&db, sql));
    }
    return all.data;
}

static struct gate_mark mark_of(const char *order_id, enum gate gate, int64_t rev,
                                enum gate_state state, const char *reason)
{
    return (struct gate_mark){
        .order_id = str_of(order_id),
        .gate = gate,
        .state = state,
        .reason = str_of(reason),
        .rev = rev,
        .step = 1,
        .at = 1000 + rev,
        .event_id = STR("e"),
    };
}

static void write_mark(struct gate_mark mark)
{
    struct ledger_rows rows = { .marks = &mark, .mark_count = 1 };

    write_rows(&rows);
}

static const char *gate_text(const char *order_id, const char *gate)
{
    char sql[256];

    (void)snprintf(sql, sizeof(sql),
                   "select state || '/' || reason || '/' || rev from order_gates"
                   " where order_id = '%s' and gate = '%s'",
                   order_id, gate);
    return fixture_text(&db, sql);
}

/* ---- gates ---- */

static void every_order_has_exactly_seven_gates(void **state)
{
    (void)state;
    write_mark(mark_of("c:s:1", GATE_STOCK, 1, GATE_STATE_STOPPED, "short: \"A\\B\", (2,3)"));
    assert_int_equal(fixture_number(&db, "select count(*) from order_gates"), 7);
    assert_int_equal(fixture_number(&db, "select count(*) from order_gates where state = 'open'"
                                         " and reason = '' and rev = 0"),
                     6);
    assert_int_equal(fixture_number(&db, "select count(*) from order_gates where gate = 'stock'"
                                         " and reason = E'short: \"A\\\\B\", (2,3)'"),
                     1);
}

static void a_gate_keeps_the_newest_statement(void **state)
{
    struct gate_mark opened = mark_of("o", GATE_ANOMALY, 3, GATE_STATE_OPEN, "");

    (void)state;
    opened.step = 0;
    write_mark(mark_of("o", GATE_ANOMALY, 3, GATE_STATE_PASSED, ""));
    write_mark(opened);
    assert_string_equal(gate_text("o", "anomaly"), "passed//3");
    write_mark(mark_of("o", GATE_ANOMALY, 2, GATE_STATE_STOPPED, "held"));
    assert_string_equal(gate_text("o", "anomaly"), "passed//3");
    opened.rev = 4;
    write_mark(opened);
    assert_string_equal(gate_text("o", "anomaly"), "open//4");
    write_mark(mark_of("o", GATE_ANOMALY, 4, GATE_STATE_STOPPED, "held: price"));
    assert_string_equal(gate_text("o", "anomaly"), "stopped/held: price/4");
}

static void the_database_refuses_what_is_no_gate(void **state)
{
    (void)state;
    write_mark(mark_of("o", GATE_STOCK, 1, GATE_STATE_PASSED, ""));
    assert_false(pg_script(db.pg, "update gates set stock = row(1,1,1,'maybe','')::gate_now",
                           &fixture_err));
    assert_int_equal(fixture_err.class, ERR_REJECT);
    assert_false(pg_script(db.pg, "insert into gate_trail values ('o','e','door',1,1,'open','',1)",
                           &fixture_err));
    assert_false(pg_script(db.pg, "insert into reservations values ('o', 'A', -1, 'RESERVED', 1)",
                           &fixture_err));
    assert_false(pg_script(db.pg, "insert into shipment_items values ('s', 'A', 0)", &fixture_err));
}

static void trail_rows_are_kept_once(void **state)
{
    struct gate_mark trail[] = { mark_of("o", GATE_STOCK, 1, GATE_STATE_STOPPED, "short"),
                                 mark_of("o", GATE_STOCK, 2, GATE_STATE_PASSED, "") };
    struct ledger_rows rows = { .trail = trail, .trail_count = 2 };

    (void)state;
    trail[1].event_id = STR("e2");
    write_rows(&rows);
    write_rows(&rows);
    assert_int_equal(fixture_number(&db, "select count(*) from gate_trail"), 2);
}

/* ---- orders ---- */

static struct order_line lines[] = {
    { .line_id = STR("1"), .merchant_code = STR("A"), .title = STR("杯 \"大\""), .quantity = 2,
      .price_fen = 100, .paid_fen = 200, .kind = LINE_KIND_SPOT, .stage = ORDER_STAGE_PAID },
    { .line_id = STR("2"), .platform_sku = STR("77"), .quantity = 1, .price_fen = 1,
      .kind = LINE_KIND_GIFT, .stage = ORDER_STAGE_PAID },
};

static struct order body_of(int64_t version, enum order_stage stage, size_t line_count)
{
    return (struct order){
        .order_id = STR("c:s:1"),
        .version = version,
        .stage = stage,
        .total_fen = 300,
        .placed_at = 5,
        .due_at = 99,
        .lines = lines,
        .line_count = line_count,
        .json = STR("{\"order_id\":\"c:s:1\"}"),
    };
}

static struct ledger_order order_of(int64_t rev, enum stock_state state, const struct order *body)
{
    return (struct ledger_order){
        .order_id = STR("c:s:1"),
        .channel = STR("c"),
        .shop = STR("s"),
        .platform_id = STR("1"),
        .rev = rev,
        .at = 1000 + rev,
        .entered_at = 500 + rev,
        .state = state,
        .digest = STR("d"),
        .paid = true,
        .order = body,
    };
}

static void write_order(struct ledger_order order)
{
    struct ledger_rows rows = { .orders = &order, .order_count = 1 };

    write_rows(&rows);
}

static void an_order_shows_its_newest_rev_with_its_lines_and_claims(void **state)
{
    struct ledger_claim claims[] = { { STR("A"), 2, 2001, false },
                                     { STR("77"), 1, 2001, false } };
    struct order two = body_of(10, ORDER_STAGE_PAID, 2), one = body_of(11, ORDER_STAGE_PAID, 1);
    struct ledger_order row = order_of(1, STOCK_STATE_RESERVED, &two);

    (void)state;
    row.claims = claims;
    row.claim_count = 2;
    write_order(row);
    assert_string_equal(fixture_text(&db, "select line_id, sku, quantity, kind, title from"
                                          " order_lines order by 1"),
                        "1|A|2|spot|杯 \"大\";2|77|1|gift|");
    assert_string_equal(fixture_text(&db, "select sku, units, state, granted_at from reservations"
                                          " order by 1"),
                        "77|1|RESERVED|2001;A|2|RESERVED|2001");

    row = order_of(2, STOCK_STATE_CANCELLING, &one);
    claims[0].granted_at = 2002;
    row.claims = claims;
    row.claim_count = 1;
    write_order(row);
    assert_string_equal(fixture_text(&db, "select rev, state, units, entered_at from orders"),
                        "2|CANCELLING|2|501");
    assert_int_equal(fixture_number(&db, "select count(*) from order_lines"), 1);
    assert_string_equal(fixture_text(&db, "select sku, units, state, granted_at from reservations"),
                        "A|2|CANCELLING|2001");

    row = order_of(1, STOCK_STATE_RESERVED, &two);
    row.claims = claims;
    row.claim_count = 2;
    write_order(row); /* a zombie repeats rev 1 */
    assert_int_equal(fixture_number(&db, "select rev from orders"), 2);
    assert_int_equal(fixture_number(&db, "select count(*) from order_lines"), 1);
    assert_int_equal(fixture_number(&db, "select count(*) from reservations"), 1);

    row = order_of(3, STOCK_STATE_RESERVED, &one);
    claims[0] = (struct ledger_claim){ STR("A"), 2, 2003, true }; /* gone and granted again */
    row.claims = claims;
    row.claim_count = 1;
    write_order(row);
    assert_string_equal(fixture_text(&db, "select sku, units, granted_at from reservations"),
                        "A|2|2003");

    write_order(order_of(4, STOCK_STATE_CANCELLED, &one));
    assert_int_equal(fixture_number(&db, "select count(*) from reservations"), 0);
}

static void until_reserve_answers_the_newest_snapshot_stands(void **state)
{
    struct order paid = body_of(10, ORDER_STAGE_PAID, 1);
    struct order unpaid = body_of(10, ORDER_STAGE_UNPAID, 1);
    struct order later = body_of(12, ORDER_STAGE_UNPAID, 2);
    struct order answered = body_of(9, ORDER_STAGE_PAID, 1);

    (void)state;
    write_order(order_of(0, STOCK_STATE_NONE, &paid));
    write_order(order_of(0, STOCK_STATE_NONE, &unpaid)); /* equal version: only forward */
    assert_string_equal(fixture_text(&db, "select version, stage, state from orders"),
                        "10|paid|");
    write_order(order_of(0, STOCK_STATE_NONE, &later));
    assert_int_equal(fixture_number(&db, "select version from orders"), 12);
    assert_int_equal(fixture_number(&db, "select count(*) from order_lines"), 2);
    write_order(order_of(1, STOCK_STATE_RESERVED, &answered));
    write_order(order_of(0, STOCK_STATE_NONE, &later));
    assert_string_equal(fixture_text(&db, "select rev, version, state from orders"),
                        "1|9|RESERVED");
}

static void an_answer_without_a_body_keeps_the_body(void **state)
{
    struct order body = body_of(10, ORDER_STAGE_PAID, 2);

    (void)state;
    write_order(order_of(1, STOCK_STATE_RESERVED, &body));
    write_order(order_of(2, STOCK_STATE_CANCELLED, NULL));
    assert_string_equal(fixture_text(&db, "select rev, state, stage, units, due_at, body is null"
                                          " from orders"),
                        "2|CANCELLED|paid|3|99|false");
    assert_int_equal(fixture_number(&db, "select count(*) from order_lines"), 2);
}

/* ---- parcels ---- */

static struct stock_units parcel_items[] = { { STR("A"), 2 } };

static struct ledger_parcel parcel_of(const char *id)
{
    return (struct ledger_parcel){ .shipment_id = str_of(id), .order_id = STR("c:s:1") };
}

static void write_parcel(struct ledger_parcel parcel)
{
    struct ledger_rows rows = { .parcels = &parcel, .parcel_count = 1 };

    write_rows(&rows);
}

static struct ledger_parcel packed_of(const char *id)
{
    struct ledger_parcel parcel = parcel_of(id);

    parcel.warehouse = STR("SH");
    parcel.carrier = STR("SF");
    parcel.rev = 2;
    parcel.planned_at = 10;
    parcel.items = parcel_items;
    parcel.item_count = 1;
    return parcel;
}

static struct ledger_parcel checked_of(const char *id, enum check_kind kind, int64_t at)
{
    struct ledger_parcel parcel = parcel_of(id);

    parcel.check = kind;
    parcel.checked_at = at;
    parcel.check_reason = kind == CHECK_KIND_GO ? STR("") : STR("SKU A differs");
    return parcel;
}

static void the_shipment_gate_follows_from_all_parcels(void **state)
{
    struct ledger_parcel stop = parcel_of("p2"), gone = parcel_of("p1"), stopped = parcel_of("p2");

    (void)state;
    write_mark(mark_of("c:s:1", GATE_STOCK, 1, GATE_STATE_PASSED, ""));
    write_parcel(packed_of("p1"));
    write_parcel(packed_of("p2"));
    assert_string_equal(gate_text("c:s:1", "shipment"), "open//2");
    write_parcel(checked_of("p1", CHECK_KIND_GO, 20));
    assert_string_equal(gate_text("c:s:1", "shipment"), "open//2");
    write_parcel(checked_of("p2", CHECK_KIND_WRONG, 21));
    assert_string_equal(gate_text("c:s:1", "shipment"), "stopped/SKU A differs/2");
    write_parcel(checked_of("p2", CHECK_KIND_GO, 22));
    assert_string_equal(gate_text("c:s:1", "shipment"), "passed//2");
    write_parcel(checked_of("p2", CHECK_KIND_WRONG, 21)); /* an old one again */
    assert_string_equal(gate_text("c:s:1", "shipment"), "passed//2");

    stop.rev = 3;
    stop.stop = true;
    gone.left_at = 30;
    stopped.stopped_at = 31;
    write_parcel(stop);
    write_parcel(gone);
    assert_string_equal(fixture_text(&db, "select shipment_id, state from shipments order by 1"),
                        "p1|shipped;p2|stopping");
    write_parcel(stopped);
    write_parcel(packed_of("p2")); /* the request to pack, again: its rev is lower */
    assert_string_equal(fixture_text(&db, "select shipment_id, state from shipments order by 1"),
                        "p1|shipped;p2|stopped");
    assert_int_equal(fixture_number(&db, "select count(*) from shipment_items"), 2);
    assert_string_equal(gate_text("c:s:1", "shipment"), "passed//2");
}

static void parcels_read_before_their_order_reach_its_gate(void **state)
{
    (void)state;
    write_parcel(packed_of("p1"));
    write_parcel(checked_of("p1", CHECK_KIND_GO, 20));
    assert_int_equal(fixture_number(&db, "select count(*) from gates"), 0);
    write_mark(mark_of("c:s:1", GATE_STOCK, 1, GATE_STATE_PASSED, ""));
    assert_string_equal(gate_text("c:s:1", "shipment"), "passed//2");
}

/* ---- dead letters ---- */

static struct ledger_dead dead_of(int64_t offset, enum gate gate, int64_t rev)
{
    return (struct ledger_dead){
        .worker = STR("anomaly"),
        .topic = STR("orders.reserved"),
        .key = STR("c:s:1"),
        .reason = STR("line 1: quantity -1"),
        .event_id = STR("dead"),
        .generation = 1,
        .partition = 0,
        .offset = offset,
        .at = 50,
        .order_id = STR("c:s:1"),
        .gate = gate,
        .rev = rev,
    };
}

static void write_dead(struct ledger_dead dead)
{
    struct ledger_rows rows = { .dead = &dead, .dead_count = 1 };

    write_rows(&rows);
}

static void a_dead_letter_stops_its_gate_until_a_later_rev(void **state)
{
    struct ledger_dead later = dead_of(7, GATE_ANOMALY, -1);

    (void)state;
    write_mark(mark_of("c:s:1", GATE_ANOMALY, 2, GATE_STATE_PASSED, ""));
    write_mark(mark_of("c:s:1", GATE_STOCK, 2, GATE_STATE_PASSED, ""));
    write_dead(dead_of(7, GATE_ANOMALY, -1));
    assert_string_equal(gate_text("c:s:1", "anomaly"), "stopped/parked: line 1: quantity -1/2");
    assert_int_equal(fixture_number(&db, "select count(*) from gate_trail where state ="
                                         " 'stopped' and gate = 'anomaly'"),
                     1);
    write_mark(mark_of("c:s:1", GATE_ANOMALY, 3, GATE_STATE_PASSED, ""));
    write_mark(mark_of("c:s:1", GATE_STOCK, 3, GATE_STATE_PASSED, ""));
    assert_string_equal(gate_text("c:s:1", "anomaly"), "passed//3");

    later.at = 999; /* read again, or written again after a crash: nothing new */
    write_dead(later);
    assert_string_equal(gate_text("c:s:1", "anomaly"), "passed//3");
    assert_int_equal(fixture_number(&db, "select count(*) from dead_letters"), 1);
    assert_int_equal(fixture_number(&db, "select count(*) from gate_trail"), 1);

    write_dead(dead_of(8, GATE_ANOMALY, 2)); /* about a rev that is past */
    assert_string_equal(gate_text("c:s:1", "anomaly"), "passed//3");
}

static void a_dead_letter_of_an_unknown_order_makes_its_gates(void **state)
{
    (void)state;
    write_dead(dead_of(1, GATE_PAYMENT, -1));
    assert_string_equal(gate_text("c:s:1", "payment"), "stopped/parked: line 1: quantity -1/0");
    assert_int_equal(fixture_number(&db, "select count(*) from order_gates"), 7);
}

static void what_is_parked_now_is_a_stopped_gate(void **state)
{
    (void)state;
    write_mark(mark_of("c:s:1", GATE_STOCK, 1, GATE_STATE_PASSED, ""));
    fixture_run(&db, "insert into parked (worker, topic, generation, partition, \"offset\", key,"
                     " order_id, poison, reason, message_at, headers, value) values"
                     " ('reserve', 'orders.changes', 1, 0, 3, 'c:s:1', 'c:s:1', true, 'no lines',"
                     "  77, '', ''),"
                     " ('reserve', 'orders.changes', 1, 0, 4, 'c:s:1', 'c:s:1', false, 'behind',"
                     "  78, '', '')");
    assert_string_equal(gate_text("c:s:1", "stock"), "stopped/parked: no lines/1");
    assert_int_equal(fixture_number(&db, "select count(*) from order_gates"), 7);
    fixture_run(&db, "delete from parked");
    assert_string_equal(gate_text("c:s:1", "stock"), "passed//1");
}

/* ---- the other tables ---- */

static void alerts_are_put_together_from_two_topics(void **state)
{
    struct ledger_alert sent = { .alert_id = STR("a"), .outcome = STR("delivered"), .attempts = 2,
                                 .sent_at = 90 };
    struct ledger_alert raised = { .alert_id = STR("a"), .subject = STR("c:s:1"),
                                   .order_id = STR("c:s:1"), .gate = STR("anomaly"), .rev = 3,
                                   .title = STR("拦截"), .raised_at = 80 };
    struct ledger_rows rows = { .alerts = &sent, .alert_count = 1 };

    (void)state;
    write_rows(&rows);
    rows.alerts = &raised;
    write_rows(&rows);
    write_rows(&rows);
    assert_string_equal(fixture_text(&db, "select alert_id, order_id, gate, rev, title, state,"
                                          " attempts, raised_at, sent_at from alerts"),
                        "a|c:s:1|anomaly|3|拦截|delivered|2|80|90");
}

static void levels_and_refunds_keep_the_newest_version(void **state)
{
    struct level_body level = { .sku = STR("A"), .epoch = 2, .srev = 1, .physical = 5,
                                .promised = 1, .free = 4 };
    struct ledger_aftersale refund = { .order_id = STR("c:s:1"), .refund_id = STR("r"),
                                       .line_id = STR("1"), .version = 7,
                                       .state = REFUND_STATE_AGREED, .quantity = 1, .at = 1 };
    struct ledger_rows rows = { .levels = &level, .level_count = 1, .aftersales = &refund,
                                .aftersale_count = 1 };

    (void)state;
    write_rows(&rows);
    level = (struct level_body){ .sku = STR("A"), .epoch = 1, .srev = 99, .physical = 9 };
    refund.version = 6;
    refund.state = REFUND_STATE_OPEN;
    write_rows(&rows);
    assert_string_equal(fixture_text(&db, "select epoch, srev, physical, free from stock_levels"),
                        "2|1|5|4");
    assert_string_equal(fixture_text(&db, "select version, state from aftersales"), "7|agreed");
}

static void offsets_stand_beside_the_rows_and_fall_with_them(void **state)
{
    struct ledger_offset offset = { .topic = TOPIC_ORDERS_RESERVED, .generation = 1,
                                    .partition = 2, .next = 10 };
    struct ledger_aftersale broken = { .order_id = STR("o"), .refund_id = STR("r"),
                                       .state = REFUND_STATE_OPEN, .quantity = -1 };
    struct ledger_rows rows = { .offsets = &offset, .offset_count = 1 };

    (void)state;
    write_rows(&rows);
    offset.next = 20;
    rows.aftersales = &broken;
    rows.aftersale_count = 1;
    assert_false(ledger_store_write(ledger, db.arena, &rows, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_REJECT);
    assert_non_null(strstr(fixture_err.text, "aftersales_quantity_check"));
    assert_int_equal(fixture_number(&db, "select next from ledger_progress"), 10);
    assert_int_equal(fixture_number(&db, "select count(*) from aftersales"), 0);
}

/* ---- any order, any number of times ---- */

#define STATEMENTS 240

struct statement {
    struct ledger_rows rows;
    struct gate_mark marks[2], trail;
    struct ledger_order order;
    struct order body;
    struct ledger_claim claim;
    struct ledger_parcel parcel;
};

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* One rev has one content: everything follows from (order, rev). */
static void statement_about_order(struct statement *s, struct str order_id, int64_t rev)
{
    enum stock_state state = rev % 4 == 3 ? STOCK_STATE_WAIT : STOCK_STATE_RESERVED;

    s->body = body_of(rev * 10, ORDER_STAGE_PAID, 1 + (size_t)rev % 2);
    s->body.order_id = order_id;
    s->order = order_of(rev, rev == 0 ? STOCK_STATE_NONE : state, &s->body);
    s->order.order_id = order_id;
    s->order.entered_at = 1;
    s->claim = (struct ledger_claim){ STR("A"), 5, 7, false };
    s->order.claims = &s->claim;
    s->order.claim_count = rev > 0 && state == STOCK_STATE_RESERVED;
    for (int i = 0; i < 2; i++) {
        s->marks[i] = mark_of("", i == 0 ? GATE_STOCK : GATE_ANOMALY, rev,
                              rev % 3 ? GATE_STATE_PASSED : GATE_STATE_STOPPED, "why");
        s->marks[i].order_id = order_id;
        s->marks[i].step = i == 0;
    }
    s->trail = s->marks[0];
    s->trail.event_id = arena_format(db.arena, "e%lld", (long long)rev);
    s->rows = (struct ledger_rows){ .orders = &s->order, .order_count = 1, .marks = s->marks,
                                    .mark_count = 2, .trail = &s->trail, .trail_count = 1 };
}

static void statement_about_parcel(struct statement *s, struct str order_id, uint32_t what)
{
    struct str id = arena_format(db.arena, "%.*s-p%u", STR_ARG(order_id), what % 2);

    s->parcel = what % 5 == 0 ? packed_of("")
        : what % 5 == 1 ? checked_of("", CHECK_KIND_GO, 20)
        : what % 5 == 2 ? checked_of("", CHECK_KIND_WRONG, 10 + (int64_t)(what % 20))
                        : parcel_of("");
    s->parcel.shipment_id = id;
    s->parcel.order_id = order_id;
    if (what % 5 == 3)
        s->parcel.left_at = 40 + (int64_t)(what % 7);
    if (what % 5 == 4) {
        s->parcel.rev = 3;
        s->parcel.stop = true;
    }
    s->rows = (struct ledger_rows){ .parcels = &s->parcel, .parcel_count = 1 };
}

static struct statement *statements_make(void)
{
    struct statement *all = ARENA_ARRAY(db.arena, struct statement, STATEMENTS);
    uint32_t seed = 7;

    for (size_t i = 0; i < STATEMENTS; i++) {
        uint32_t what = random_next(&seed);
        struct str id = arena_format(db.arena, "c:s:%u", what % 6);

        if (i % 2)
            statement_about_parcel(&all[i], id, what / 6);
        else
            statement_about_order(&all[i], id, (int64_t)(what / 6 % 8));
    }
    return all;
}

static void the_end_does_not_depend_on_the_order_of_batches(void **state)
{
    struct statement *all = statements_make();
    const char *first = NULL;
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 6; round++) {
        wipe(NULL);
        for (size_t i = 0; i < STATEMENTS + STATEMENTS / 2; i++) {
            size_t pick = round == 0 ? i % STATEMENTS : random_next(&seed) % STATEMENTS;

            write_rows(&all[pick].rows);
        }
        for (size_t i = 0; i < STATEMENTS && round > 0; i++) /* whatever was left out */
            write_rows(&all[(i * 7) % STATEMENTS].rows);
        if (!first)
            first = dump();
        assert_string_equal(dump(), first);
    }
}

static void a_replay_touches_no_row(void **state)
{
    struct statement *all = statements_make();
    const char *before, *after;

    (void)state;
    for (size_t i = 0; i < STATEMENTS; i++)
        write_rows(&all[i].rows);
    before = fixture_text(&db, "select string_agg(xmin::text || ctid::text, ',' order by order_id)"
                               " from orders");
    for (size_t i = 0; i < STATEMENTS; i++)
        write_rows(&all[i].rows);
    after = fixture_text(&db, "select string_agg(xmin::text || ctid::text, ',' order by order_id)"
                              " from orders");
    assert_string_equal(before, after);
    assert_int_equal(fixture_number(&db, "select count(*) from orders"), 6);
}

/* ---- two replicas about the same orders ---- */

struct replica {
    struct statement *all;
    uint32_t seed;
    int retried;
    bool broken;
};

static void *replica_run(void *argument)
{
    struct replica *replica = argument;
    struct arena *arena = arena_open(1 << 22);
    struct ledger_store *own;
    struct err err;

    if (!ledger_store_open(&own, db.url, &err))
        return replica->broken = true, NULL;
    for (int i = 0; i < STATEMENTS * 2; i++) {
        size_t pick = random_next(&replica->seed) % STATEMENTS;

        arena_reset(arena);
        if (!ledger_store_write(own, arena, &replica->all[pick].rows, &err)) {
            replica->retried++;
            replica->broken |= err.class != ERR_RETRY;
        }
    }
    ledger_store_close(own);
    arena_close(arena);
    return NULL;
}

static void replicas_side_by_side_end_the_same(void **state)
{
    struct statement *all = statements_make();
    struct replica replicas[3] = { { all, 3, 0, false }, { all, 5, 0, false },
                                   { all, 9, 0, false } };
    pthread_t threads[3];
    const char *first;

    (void)state;
    for (size_t i = 0; i < STATEMENTS; i++)
        write_rows(&all[i].rows);
    first = dump();
    wipe(NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, replica_run, &replicas[i]), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_false(replicas[i].broken);
        assert_int_equal(replicas[i].retried, 0); /* no deadlock */
    }
    for (size_t i = 0; i < STATEMENTS; i++)
        write_rows(&all[i].rows);
    assert_string_equal(dump(), first);
}

static void the_generation_is_read(void **state)
{
    int64_t generation = 0;

    (void)state;
    assert_ok(ledger_store_generation(ledger, &generation, &fixture_err));
    assert_int_equal(generation, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_order_has_exactly_seven_gates, wipe),
        cmocka_unit_test_setup(a_gate_keeps_the_newest_statement, wipe),
        cmocka_unit_test_setup(the_database_refuses_what_is_no_gate, wipe),
        cmocka_unit_test_setup(trail_rows_are_kept_once, wipe),
        cmocka_unit_test_setup(an_order_shows_its_newest_rev_with_its_lines_and_claims, wipe),
        cmocka_unit_test_setup(until_reserve_answers_the_newest_snapshot_stands, wipe),
        cmocka_unit_test_setup(an_answer_without_a_body_keeps_the_body, wipe),
        cmocka_unit_test_setup(the_shipment_gate_follows_from_all_parcels, wipe),
        cmocka_unit_test_setup(parcels_read_before_their_order_reach_its_gate, wipe),
        cmocka_unit_test_setup(a_dead_letter_stops_its_gate_until_a_later_rev, wipe),
        cmocka_unit_test_setup(a_dead_letter_of_an_unknown_order_makes_its_gates, wipe),
        cmocka_unit_test_setup(what_is_parked_now_is_a_stopped_gate, wipe),
        cmocka_unit_test_setup(alerts_are_put_together_from_two_topics, wipe),
        cmocka_unit_test_setup(levels_and_refunds_keep_the_newest_version, wipe),
        cmocka_unit_test_setup(offsets_stand_beside_the_rows_and_fall_with_them, wipe),
        cmocka_unit_test_setup(the_end_does_not_depend_on_the_order_of_batches, wipe),
        cmocka_unit_test_setup(a_replay_touches_no_row, wipe),
        cmocka_unit_test_setup(replicas_side_by_side_end_the_same, wipe),
        cmocka_unit_test_setup(the_generation_is_read, wipe),
    };

    return cmocka_run_group_tests_name("ledger_store", tests, setup, teardown);
}
