/* sku_store against a real PostgreSQL: rows are only added, the newest of a code is in force. */
#include "pg_fixture.h"

#include "base/clock.h"
#include "store/sku_store.h"

static struct pg_fixture db;
static struct sku_store *skus;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "sku");
    assert_ok(sku_store_open(&skus, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sku_store_close(skus);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate sku_maps, orders, order_lines, stock_feed, shipments,"
                     " shipment_items");
    return 0;
}

static struct sku_part parts[2] = { { { "CUP", 3 }, 2 }, { { "LID", 3 }, 1 } };

/* count parts of the pair; 0: taken back. */
static struct sku_row row(const char *shop, const char *code, size_t count)
{
    return (struct sku_row){ .channel = STR("douyin"), .shop = str_of(shop),
                             .code = str_of(code), .title = STR("茶具"), .by = STR("li"),
                             .reason = STR("套装"), .deleted = count == 0,
                             .parts = { .items = count > 0 ? parts : NULL, .count = count } };
}

static int64_t put(struct sku_row one)
{
    int64_t version = 0;

    assert_ok(sku_store_put(skus, db.arena, &one, 1, &version, &fixture_err));
    return version;
}

static struct sku_row *get(int64_t since, size_t *count_out, int64_t *version_out)
{
    struct sku_row *rows;

    assert_ok(sku_store_get(skus, db.arena, since, &rows, count_out, version_out, &fixture_err));
    return rows;
}

static void the_newest_row_of_a_code_is_got(void **state)
{
    int64_t version;
    size_t count;

    (void)state;
    assert_int_equal(put(row("9", "SET", 1)), 1);
    assert_int_equal(put(row("", "SET", 2)), 2);
    assert_int_equal(put(row("9", "SET", 2)), 3);
    struct sku_row *rows = get(0, &count, &version);

    assert_int_equal(count, 2);
    assert_int_equal(version, 3);
    assert_int_equal(rows[0].shop.size, 0);
    assert_int_equal(rows[1].version, 3);
    assert_int_equal(rows[1].parts.count, 2);
    assert_true(str_is(rows[1].parts.items[0].sku, "CUP"));
    assert_int_equal(rows[1].parts.items[0].units, 2);
    assert_true(str_is(rows[1].by, "li") && str_is(rows[1].title, "茶具"));
    assert_true(rows[1].at > 0);
}

/* Who holds version n asks for what came after it, what was taken back included. */
static void changes_since_a_version_are_got(void **state)
{
    int64_t version;
    size_t count;

    (void)state;
    put(row("9", "A", 1));
    put(row("9", "B", 1));
    put(row("9", "A", 0));
    struct sku_row *rows = get(1, &count, &version);

    assert_int_equal(count, 2);
    assert_true(str_is(rows[0].code, "A") && rows[0].deleted && rows[0].parts.count == 0);
    rows = get(0, &count, &version);
    assert_int_equal(count, 1);
    assert_true(str_is(rows[0].code, "B"));
    (void)get(3, &count, &version);
    assert_int_equal(count, 0);
    assert_int_equal(version, 3);
}

static void who_mapped_what_when_is_kept(void **state)
{
    struct sku_row *rows;
    size_t count;

    (void)state;
    put(row("9", "A", 1));
    put(row("9", "A", 0));
    put(row("9", "A", 2));
    put(row("8", "A", 1));
    assert_ok(sku_store_history(skus, db.arena, STR("douyin"), STR("9"), STR("A"), &rows, &count,
                                &fixture_err));
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].version, 3);
    assert_true(rows[1].deleted);
    assert_int_equal(rows[2].parts.count, 1);
}

/* What the table refuses leaves nothing of its batch. */
static void a_batch_is_all_or_nothing(void **state)
{
    struct sku_row rows[2] = { row("9", "A", 1), row("9", "B", 1) };
    int64_t version = 0;
    struct err err;
    size_t count;

    (void)state;
    rows[1].code = STR("");
    assert_false(sku_store_put(skus, db.arena, rows, 2, &version, &err));
    assert_int_equal(err.class, ERR_REJECT);
    rows[1] = rows[0]; /* one code twice under one version */
    assert_false(sku_store_put(skus, db.arena, rows, 2, &version, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(version, 0);
    (void)get(0, &count, &version);
    assert_int_equal(count, 0);
    assert_int_equal(put(row("9", "A", 1)), 1); /* no number is lost, and the store goes on */
}

static void a_refresh_brings_the_newest_map(void **state)
{
    struct order_line line = { .platform_sku = STR("SET") };
    struct sku_store *worker;

    (void)state;
    assert_ok(sku_store_open(&worker, db.url, &fixture_err));
    assert_null(sku_store_map(worker));
    assert_ok(sku_store_refresh(worker, &fixture_err));
    assert_int_equal(sku_map_version(sku_store_map(worker)), 0);
    put(row("9", "SET", 2));
    assert_ok(sku_store_refresh(worker, &fixture_err));
    const struct sku_map *map = sku_store_map(worker);

    assert_int_equal(sku_map_find(map, STR("douyin"), STR("9"), &line)->count, 2);
    assert_ok(sku_store_refresh(worker, &fixture_err));
    assert_ptr_equal(sku_store_map(worker), map); /* nothing new */
    put(row("9", "SET", 0));
    assert_ok(sku_store_refresh(worker, &fixture_err));
    assert_null(sku_map_find(sku_store_map(worker), STR("douyin"), STR("9"), &line));
    fixture_run(&db, "alter table sku_maps rename to away");
    struct err err;
    bool refreshed = sku_store_refresh(worker, &err);

    fixture_run(&db, "alter table away rename to sku_maps");
    assert_false(refreshed);
    assert_int_equal(sku_map_version(sku_store_map(worker)), 2); /* the one at hand stays */
    sku_store_close(worker);
}

/* More than several pages, in seconds. */
static void many_rows_are_put_and_loaded_in_seconds(void **state)
{
    const size_t count = 200000;
    struct arena *arena = arena_open((size_t)1 << 30);
    struct sku_row *rows = ARENA_ARRAY(arena, struct sku_row, count);
    struct sku_store *worker;
    int64_t version = 0;

    (void)state;
    for (size_t i = 0; i < count; i++)
        rows[i] = row("9", arena_format(arena, "code-%zu", i).data, 1 + i % 2);
    int64_t begun_us = clock_monotonic_us();

    assert_ok(sku_store_put(skus, arena, rows, count, &version, &fixture_err));
    int64_t put_us = clock_monotonic_us();

    assert_ok(sku_store_open(&worker, db.url, &fixture_err));
    assert_ok(sku_store_refresh(worker, &fixture_err));
    int64_t done_us = clock_monotonic_us();
    struct order_line line = { .platform_sku = STR("p") };

    for (size_t i = 0; i < count; i++) {
        line.merchant_code = rows[i].code;
        assert_int_equal(
            sku_map_find(sku_store_map(worker), STR("douyin"), STR("9"), &line)->count, 1 + i % 2);
    }
    put(row("9", "code-7", 0));
    put(row("9", "one-more", 2));
    int64_t more_us = clock_monotonic_us();

    assert_ok(sku_store_refresh(worker, &fixture_err)); /* only what changed is read */
    int64_t end_us = clock_monotonic_us();

    line.merchant_code = STR("code-7");
    assert_null(sku_map_find(sku_store_map(worker), STR("douyin"), STR("9"), &line));
    line.merchant_code = STR("one-more");
    assert_non_null(sku_map_find(sku_store_map(worker), STR("douyin"), STR("9"), &line));
    print_message("%zu rows: put in %lld ms, loaded in %lld ms, two changes in %lld ms\n", count,
                  (long long)(put_us - begun_us) / 1000, (long long)(done_us - put_us) / 1000,
                  (long long)(end_us - more_us) / 1000);
    assert_true(done_us - put_us < INT64_C(20000000));
    sku_store_close(worker);
    arena_close(arena);
}

/* ---- questions to the ledger's rows ---- */

static void order(const char *id, const char *shop, const char *state_name, const char *reason,
                  int64_t placed_at)
{
    static char sql[1024];

    (void)snprintf(sql, sizeof(sql),
                   "insert into orders values ('%s', 'douyin', '%s', 'x', 1, 1, 1, 1, '%s', 'paid',"
                   " '%s', true, 'd', 1, 1, 0, 0, %lld, 1, 1, 0, 0, 1, 'b', 'p', 'c', 1, 0, null)",
                   id, shop, state_name, reason, (long long)placed_at);
    fixture_run(&db, sql);
}

static void line(const char *id, const char *line_id, const char *platform, const char *merchant,
                 int64_t quantity)
{
    static char sql[1024];

    (void)snprintf(sql, sizeof(sql),
                   "insert into order_lines values ('%s', '%s', coalesce(nullif('%s', ''), '%s'),"
                   " '%s', '%s', '茶具', %lld, 1, 1, 'spot', 'paid', '', '')",
                   id, line_id, merchant, platform, platform, merchant, (long long)quantity);
    fixture_run(&db, sql);
}

static void counted(const char *sku)
{
    static char sql[256];

    (void)snprintf(sql, sizeof(sql), "insert into stock_feed values ('%s', '%s', 'HZ', true, 1, 1,"
                                     " 1, '', '')", sku, sku);
    fixture_run(&db, sql);
}

static struct sku_unmapped_view *unmapped(size_t *count_out)
{
    struct sku_unmapped_view *rows;

    assert_ok(sku_store_unmapped(skus, db.arena, 100, &rows, count_out, &fixture_err));
    return rows;
}

static void codes_that_orders_wait_for_are_listed(void **state)
{
    size_t count;

    (void)state;
    counted("KNOWN");
    order("o1", "9", "WAIT", "unknown_sku", 2000);
    line("o1", "1", "p1", "NEW", 2);
    line("o1", "2", "p2", "KNOWN", 1);
    order("o2", "9", "WAIT", "unknown_sku", 1000);
    line("o2", "1", "p1", "NEW", 3);
    order("o3", "8", "WAIT", "unknown_sku", 3000);
    line("o3", "1", "p9", "", 1);
    order("o4", "9", "WAIT", "short", 500);
    line("o4", "1", "p1", "NEW", 9);
    struct sku_unmapped_view *rows = unmapped(&count);

    assert_int_equal(count, 2);
    assert_true(str_is(rows[0].merchant_code, "NEW") && str_is(rows[0].shop, "9"));
    assert_int_equal(rows[0].orders, 2);
    assert_int_equal(rows[0].units, 5);
    assert_int_equal(rows[0].oldest_at, 1000);
    assert_true(str_is(rows[0].title, "茶具") && rows[0].mapped.size == 0);
    assert_true(str_is(rows[1].platform_sku, "p9") && rows[1].merchant_code.size == 0);
}

/* As sku_map_find() has it: the shop before the channel, the platform's SKU before the merchant's
 * code. A code mapped to what nobody counted still has orders waiting. */
static void mapped_codes_are_not_listed_unless_to_an_unknown_sku(void **state)
{
    size_t count;

    (void)state;
    counted("CUP");
    order("o1", "9", "WAIT", "unknown_sku", 1);
    line("o1", "1", "p1", "NEW", 1);
    put(row("", "NEW", 1));
    (void)unmapped(&count);
    assert_int_equal(count, 0);
    put(row("9", "p1", 2)); /* cup and lid; nobody counted a lid */
    struct sku_unmapped_view *rows = unmapped(&count);

    assert_int_equal(count, 1);
    assert_true(str_is(rows[0].mapped, "CUP, LID"));
    put(row("9", "p1", 0));
    (void)unmapped(&count);
    assert_int_equal(count, 0); /* the channel's row again */
    put(row("", "NEW", 0));
    (void)unmapped(&count);
    assert_int_equal(count, 1);
}

static void skus_nobody_counted_are_told(void **state)
{
    struct str names[] = { STR("CUP"), STR("LID"), STR("LID"), STR("a{\"\\,b") }, *strangers;
    size_t count;

    (void)state;
    counted("CUP");
    assert_ok(sku_store_strangers(skus, db.arena, names, 4, &strangers, &count, &fixture_err));
    assert_int_equal(count, 2);
    assert_ok(sku_store_strangers(skus, db.arena, names, 0, &strangers, &count, &fixture_err));
    assert_int_equal(count, 0);
}

/* Parcels of a bundle hold SKUs that no line names, as many as the mapping says and no more. */
static void a_parcel_may_hold_what_the_codes_were_mapped_to(void **state)
{
    (void)state;
    order("o1", "9", "RESERVED", "", 1);
    line("o1", "1", "p1", "SET", 3);
    line("o1", "2", "p2", "CUP", 1);
    fixture_run(&db, "insert into shipments values ('s', 'o1', 'HZ', 'SF', '', 1, 2, false, 1, 0,"
                     " 0, 0, '', '', 0);"
                     "insert into shipment_items values ('s', 'CUP', 7), ('s', 'LID', 3)");
    assert_int_equal(fixture_number(&db, "select count(*) from packed_beyond"), 2);
    put(row("9", "SET", 2));
    put(row("9", "SET", 1)); /* what came later takes nothing back */
    assert_int_equal(fixture_number(&db, "select count(*) from packed_beyond"), 0);
    fixture_run(&db, "update shipment_items set units = units + 1");
    assert_int_equal(fixture_number(&db, "select sum(packed - ordered) from packed_beyond"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_newest_row_of_a_code_is_got, wipe),
        cmocka_unit_test_setup(changes_since_a_version_are_got, wipe),
        cmocka_unit_test_setup(who_mapped_what_when_is_kept, wipe),
        cmocka_unit_test_setup(a_batch_is_all_or_nothing, wipe),
        cmocka_unit_test_setup(a_refresh_brings_the_newest_map, wipe),
        cmocka_unit_test_setup(many_rows_are_put_and_loaded_in_seconds, wipe),
        cmocka_unit_test_setup(codes_that_orders_wait_for_are_listed, wipe),
        cmocka_unit_test_setup(mapped_codes_are_not_listed_unless_to_an_unknown_sku, wipe),
        cmocka_unit_test_setup(skus_nobody_counted_are_told, wipe),
        cmocka_unit_test_setup(a_parcel_may_hold_what_the_codes_were_mapped_to, wipe),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
