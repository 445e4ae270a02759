/* sku_file: lines of a table become rows; each bad line is refused by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/sku_file.h"

static int open_arena(void **state)
{
    *state = arena_open((size_t)64 << 20);
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static void take(struct sku_file *file, const char *line)
{
    struct err err = { 0 };

    if (!sku_file_line(file, str_of(line), &err))
        fail_msg("%s: %s", line, err.text);
}

static void refuse(struct sku_file *file, const char *line, const char *why)
{
    struct err err = { 0 };

    assert_false(sku_file_line(file, str_of(line), &err));
    assert_int_equal(err.class, ERR_REJECT);
    if (!strstr(err.text, why))
        fail_msg("%s: \"%s\" does not say %s", line, err.text, why);
}

static void lines_of_one_code_are_a_bundle(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    take(file, "\xef\xbb\xbf" "channel,shop,code,sku,units");
    take(file, "douyin,9,SET,A,2\r");
    take(file, "");
    take(file, "douyin, 9 , ONE ,C,1");
    take(file, "douyin,9,SET,B,1,茶具套装");
    take(file, "douyin,-,SET,D,1,");
    take(file, "douyin,all,SET,E,3");
    struct sku_row *rows = sku_file_rows(file, &count);

    assert_int_equal(count, 3);
    assert_true(str_is(rows[0].code, "SET") && str_is(rows[0].shop, "9"));
    assert_int_equal(rows[0].parts.count, 2);
    assert_true(str_is(rows[0].parts.items[0].sku, "A"));
    assert_int_equal(rows[0].parts.items[0].units, 2);
    assert_true(str_is(rows[0].parts.items[1].sku, "B"));
    assert_true(str_is(rows[0].title, "茶具套装"));
    assert_true(str_is(rows[1].code, "ONE") && str_is(rows[1].shop, "9"));
    assert_int_equal(rows[2].shop.size, 0); /* "-" and "all" are the same shop */
    assert_int_equal(rows[2].parts.count, 2);
}

static void a_first_line_may_be_a_row(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    take(file, "douyin,9,SET,A,2");
    refuse(file, "channel,shop,code,sku,units", "units"); /* names are skipped only at the top */
    assert_non_null(sku_file_rows(file, &count));
    assert_int_equal(count, 1);
}

static void quotes_hold_commas_and_quotes(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    take(file, "tmall,INV,\"a,\"\"b\"\"\",\"S,1\" ,4,\"x, y\"");
    struct sku_row *rows = sku_file_rows(file, &count);

    assert_int_equal(count, 1);
    assert_true(str_is(rows[0].code, "a,\"b\""));
    assert_true(str_is(rows[0].parts.items[0].sku, "S,1"));
    assert_true(str_is(rows[0].title, "x, y"));
}

static void a_bad_line_says_why_and_leaves_nothing(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    take(file, "douyin,9,SET,A,2");
    refuse(file, "douyin,9,SET,A,1", "twice");
    refuse(file, "douyin,9,NEW,A,0", "units");
    refuse(file, "douyin,9,NEW,A,1.5", "units");
    refuse(file, "douyin,9,NEW,A,", "units");
    refuse(file, "douyin,9,NEW,A", "columns");
    refuse(file, "douyin,9,NEW,A,1,t,more", "columns");
    refuse(file, "douyin,9,NEW,A,1,t,", "columns");
    refuse(file, "douyin,9,NEW,,1", "sku");
    refuse(file, ",9,NEW,A,1", "channel");
    refuse(file, "douyin,9,,A,1", "code");
    refuse(file, "douyin,9,\"NEW,A,1", "quoted");
    refuse(file, "douyin,9,\"NEW\"x,A,1", "behind");
    refuse(file, "\x1f", "columns");
    struct sku_row *rows = sku_file_rows(file, &count);

    assert_int_equal(count, 1);
    assert_int_equal(rows[0].parts.count, 1);
    assert_int_equal(rows[0].parts.items[0].units, 2);
}

static void a_bundle_has_no_more_parts_than_may_be(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    for (int i = 0; i < SKU_MAP_PARTS_MAX; i++)
        take(file, arena_format(*state, "douyin,9,SET,P%d,1", i).data);
    refuse(file, "douyin,9,SET,P50,1", "more than 50");
    assert_int_equal(sku_file_rows(file, &count)->parts.count, SKU_MAP_PARTS_MAX);
}

static void many_codes_are_kept_apart(void **state)
{
    struct sku_file *file = sku_file_open(*state);
    size_t count;

    for (int i = 0; i < 10000; i++)
        take(file, arena_format(*state, "douyin,9,C%d,A,1", i).data);
    for (int i = 0; i < 10000; i++)
        take(file, arena_format(*state, "douyin,9,C%d,B,2", i).data);
    struct sku_row *rows = sku_file_rows(file, &count);

    assert_int_equal(count, 10000);
    assert_true(str_is(rows[9999].code, "C9999"));
    assert_int_equal(rows[0].parts.count, 2);
    assert_int_equal(rows[9999].parts.items[1].units, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_one_code_are_a_bundle),
        cmocka_unit_test(a_first_line_may_be_a_row),
        cmocka_unit_test(quotes_hold_commas_and_quotes),
        cmocka_unit_test(a_bad_line_says_why_and_leaves_nothing),
        cmocka_unit_test(a_bundle_has_no_more_parts_than_may_be),
        cmocka_unit_test(many_codes_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
