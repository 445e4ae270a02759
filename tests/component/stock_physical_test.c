/*
 * stock_physical_test — view stock_physical counts as it always did, and does not look up the
 * movements of each count one by one.
 *
 * The first definition, from migration 0003, is put beside it under another name: both must say
 * the same of counts that come twice, late and at one moment, movements before, between and
 * after them, places without a count, and parcels that left.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "pg_fixture.h"

static struct pg_fixture fixture;

static int physical_open(void **state)
{
    (void)state;
    fixture_open(&fixture, "physical");
    return 0;
}

static int physical_close(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

static struct str physical_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct buf text;
    int c;

    if (!file)
        fail_msg("%s cannot be read", path);
    buf_init(&text, fixture.arena, 65536);
    while ((c = fgetc(file)) != EOF)
        buf_put_byte(&text, (char)c);
    (void)fclose(file);
    return buf_str(&text);
}

/* `create view stock_physical as …;` of migration 0003, as physical_before. */
static void physical_make_first(void)
{
    static const char head[] = "create view stock_physical as";
    struct str file = physical_file(SLUICE_SOURCE_DIR "/sql/migrations/0003_views.sql");
    const char *text = arena_copy(fixture.arena, file).data, *at = strstr(text, head), *end;

    assert_non_null(at);
    at += strlen(head);
    end = strchr(at, ';');
    assert_non_null(end);
    fixture_run(&fixture, arena_format(fixture.arena, "create view physical_before as %.*s",
                                       (int)(end - at), at)
                              .data);
}

/* Times are few, so that much happens in one moment; quantities small, so that counts fall short.
 * SKU S0 is never counted, each movement comes twice, some have no time. */
static void physical_fill(int counts, int movements, int parcels, double seed)
{
    fixture_run(
        &fixture,
        arena_format(
            fixture.arena,
            "truncate stock_feed, shipments, shipment_items; select setseed(%f);"
            "insert into stock_feed select 'c' || n, 'S' || 1 + floor(random() * 9)::int,"
            "  (array['HZ', 'GZ', 'CD'])[1 + floor(random() * 3)::int], true,"
            "  floor(random() * 50)::bigint, 1 + floor(random() * 40)::bigint,"
            "  floor(random() * 100)::bigint, '', '' from generate_series(1, %d) n;"
            "insert into stock_feed select 'm' || n, 'S' || n / 2 %% 10,"
            "  (array['HZ', 'GZ', 'CD'])[1 + n / 20 %% 3], false, n / 2 * 7 %% 21 - 10,"
            "  floor(random() * 45)::bigint, floor(random() * 100)::bigint, 'M' || n / 2, 'r'"
            "  from generate_series(1, %d) n;"
            "insert into shipments (shipment_id, order_id, warehouse, carrier, waybill,"
            "  plan_number, rev, stop, planned_at, packed_at, left_at, stopped_at, verdict,"
            "  verdict_reason, verdict_at) select 'P' || n, 'o' || n, 'HZ', '', '', 1,"
            "  floor(random() * 2)::bigint, false, 1, 0, floor(random() * 45)::bigint, 0, '', '', 0"
            "  from generate_series(1, %d) n;"
            "insert into shipment_items select 'P' || n, 'S' || n %% 10, 1 + n %% 3"
            "  from generate_series(1, %d) n;",
            seed, counts, movements, parcels, parcels)
            .data);
}

static void physical_same(void)
{
    assert_string_equal(fixture_text(&fixture,
                                     "(table stock_physical except table physical_before) union all"
                                     " (table physical_before except table stock_physical)"),
                        "");
}

static void test_it_says_what_the_first_one_said(void **state)
{
    (void)state;
    physical_make_first();
    physical_same(); /* nothing at all */
    for (int round = 0; round < 20; round++) {
        physical_fill(10 * round, 40 * round, 20 * round, (double)round / 20.0);
        physical_same();
    }
    assert_int_equal(fixture_number(&fixture, "select count(*) from stock_physical"), 10);
    assert_true(fixture_number(&fixture, "select sum(lost) from stock_physical") > 0);
}

/* A known sum, so that two wrong definitions do not agree here. */
static void test_it_is_the_newest_count_and_what_moved_after_it(void **state)
{
    (void)state;
    fixture_run(&fixture, "truncate stock_feed, shipments, shipment_items;"
                          "insert into stock_feed values"
                          " ('c1', 'A', 'HZ', true, 100, 10, 11, '', ''),"
                          " ('c2', 'A', 'HZ', true, 80, 20, 21, '', ''),"
                          " ('m1', 'A', 'HZ', false, -5, 20, 22, 'M1', 'sold'),"
                          " ('m2', 'A', 'HZ', false, -3, 21, 22, 'M2', 'sold'),"
                          " ('m3', 'A', 'GZ', false, 7, 5, 6, 'M3', 'found')");
    assert_string_equal(
        fixture_text(&fixture, "select sku, physical, counted_at, lost from stock_physical"),
        "A|84|21|15"); /* 80 - 3 + 7; of 100 - 5 only 80 were found */
}

/* Many counts of one place and many movements between them: each is read once. */
static void test_it_takes_no_longer_for_many_counts(void **state)
{
    int64_t from;

    (void)state;
    physical_fill(40000, 40000, 0, 0.5);
    fixture_run(&fixture, "update stock_feed set at = seen_at * 1000 + hashtext(event_id) % 1000"
                          " + 1000; analyze stock_feed");
    from = clock_now_ms();
    assert_int_equal(fixture_number(&fixture, "select count(*) from stock_physical"), 10);
    assert_true(clock_now_ms() - from < 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_what_the_first_one_said),
        cmocka_unit_test(test_it_is_the_newest_count_and_what_moved_after_it),
        cmocka_unit_test(test_it_takes_no_longer_for_many_counts),
    };

    return cmocka_run_group_tests(tests, physical_open, physical_close);
}
