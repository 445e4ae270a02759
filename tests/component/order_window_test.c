/* order_window against a real PostgreSQL: which orders a window holds, page by page. */
#include "pg_fixture.h"

#include "store/order_window.h"

static struct pg_fixture db;
static struct order_store *orders;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "window");
    assert_ok(order_store_open(&orders, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    order_store_close(orders);
    fixture_close(&db);
    return 0;
}

/* An order that entered at `entered`, its anomaly gate as said. */
static void order(const char *id, int entered, const char *gate, const char *why)
{
    char sql[2048];

    (void)snprintf(
        sql, sizeof sql,
        "insert into orders values ('%s','douyin','1','%s',2,5,5,1,'RESERVED','paid','',true,'d',"
        "100,100,0,0,1,1,0,0,0,%d,'','浙江省','杭州市',1,0,'{\"order_id\":\"%s\"}');"
        "insert into gates select '%s', x, x, (2,1,5,'%s','%s')::gate_now, x, x, x, x"
        " from (select (1,1,5,'open','')::gate_now as x) one",
        id, id, entered, id, id, gate, why);
    fixture_run(&db, sql);
}

static int fill(void **state)
{
    (void)state;
    fixture_run(&db, "truncate orders, gates, shipments, shipment_items, reservations");
    order("o:1", 100, "passed", "");
    order("o:2", 150, "stopped", "held: price_floor");
    order("o:3", 199, "open", "");
    order("o:4", 200, "passed", "");
    fixture_run(&db,
                "insert into shipments values ('s1','o:1','HZ','ZTO','',1,3,true,5,0,0,6,'','',0);"
                "insert into shipments values ('s2','o:1','GZ','SF','',2,5,false,7,0,0,0,'','',0);"
                "insert into shipment_items values ('s1','A',3), ('s2','A',2), ('s2','B',1);"
                "insert into reservations values ('o:1','A',2,'RESERVED',1),"
                " ('o:2','C',4,'RESERVED',1)");
    return 0;
}

static struct order_window_view *page(const char *after, size_t max, size_t *count)
{
    struct order_window_view *rows;

    assert_ok(order_window_page(orders, db.arena, 100, 200, str_of(after), max, &rows, count,
                                &fixture_err));
    return rows;
}

static void a_window_holds_what_entered_in_it_and_was_judged(void **state)
{
    size_t count;
    struct order_window_view *rows = page("", 10, &count);

    (void)state;
    assert_int_equal(count, 2);
    assert_true(str_is(rows[0].order_id, "o:1"));
    assert_int_equal(rows[0].anomaly, GATE_STATE_PASSED);
    assert_true(str_is(rows[0].body, "{\"order_id\":\"o:1\"}"));
    assert_int_equal(rows[1].anomaly, GATE_STATE_STOPPED);
    assert_true(str_is(rows[1].verdict, "held: price_floor"));
}

/* What was planned first and stopped is not what the order has. */
static void items_are_the_newest_plans_or_what_is_promised(void **state)
{
    size_t count;
    struct order_window_view *rows = page("", 10, &count);

    (void)state;
    assert_int_equal(rows[0].item_count, 2);
    assert_true(str_is(rows[0].items[0].warehouse, "GZ"));
    assert_true(str_is(rows[0].items[0].carrier, "SF"));
    assert_int_equal(rows[0].items[0].units + rows[0].items[1].units, 3);
    assert_int_equal(rows[1].item_count, 1);
    assert_int_equal(rows[1].items[0].warehouse.size, 0);
    assert_int_equal(rows[1].items[0].units, 4);
}

static void pages_go_on_behind_the_last_id(void **state)
{
    size_t count;
    struct order_window_view *rows = page("", 1, &count);

    (void)state;
    assert_int_equal(count, 1);
    rows = page("o:1", 1, &count);
    assert_int_equal(count, 1);
    assert_true(str_is(rows[0].order_id, "o:2"));
    assert_int_equal(rows[0].item_count, 1);
    page("o:2", 1, &count);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_window_holds_what_entered_in_it_and_was_judged, fill),
        cmocka_unit_test_setup(items_are_the_newest_plans_or_what_is_promised, fill),
        cmocka_unit_test_setup(pages_go_on_behind_the_last_id, fill),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
