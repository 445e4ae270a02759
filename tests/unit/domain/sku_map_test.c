/* sku_map: what a row may be, which row a line finds, and that lookups allocate nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/sku_map.h"
#include "order_fixture.h"

static int open_arena(void **state)
{
    *state = arena_open((size_t)256 << 20);
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static struct sku_part part_of[8] = {
    { { "A", 1 }, 1 }, { { "B", 1 }, 2 }, { { "C", 1 }, 3 }, { { "D", 1 }, 4 },
};

/* A code of the fixture's channel that is one part. */
static struct sku_row row(const char *shop, const char *code, struct sku_part *part,
                          int64_t version)
{
    return (struct sku_row){ .channel = STR("douyin"), .shop = str_of(shop),
                             .code = str_of(code), .version = version,
                             .parts = { .items = part, .count = 1 } };
}

static const struct sku_parts *find(const struct sku_map *map, const struct order_line *line)
{
    return sku_map_find(map, STR("douyin"), STR("shop1"), line);
}

/* ---- which row ---- */

static void the_shop_and_the_platforms_sku_go_first(void **state)
{
    struct sku_row rows[] = {
        row("", "SKU-A", &part_of[3], 1), row("", "p-1", &part_of[2], 1),
        row("shop1", "SKU-A", &part_of[1], 1), row("shop1", "p-1", &part_of[0], 1),
    };
    const struct order *order = order_fixture();

    for (size_t count = 4; count > 0; count--) {
        struct sku_map *map = sku_map_build(*state, rows, count, 1);
        const struct sku_parts *parts = find(map, &order->lines[0]);

        assert_non_null(parts);
        assert_int_equal(parts->count, 1);
        assert_true(str_eq(parts->items[0].sku, rows[count - 1].parts.items[0].sku));
        assert_true(str_eq(sku_map_line_sku(map, order, &order->lines[0]), parts->items[0].sku));
    }
}

static void what_nothing_maps_is_itself(void **state)
{
    struct sku_row other = row("shop2", "SKU-A", &part_of[0], 1);
    struct sku_row far = row("shop1", "SKU-A", &part_of[0], 1);
    const struct order *order = order_fixture();
    const struct order_line *lines = order->lines;
    struct sku_map *empty = sku_map_build(*state, NULL, 0, 0);

    far.channel = STR("tmall");
    assert_null(find(NULL, &lines[0]));
    assert_null(find(empty, &lines[0]));
    assert_null(find(sku_map_build(*state, &other, 1, 1), &lines[0]));
    assert_null(find(sku_map_build(*state, &far, 1, 1), &lines[0]));
    assert_true(str_is(sku_map_line_sku(NULL, order, &lines[0]), "SKU-A"));
    assert_true(str_is(sku_map_line_sku(empty, order, &lines[1]), "p-2")); /* no merchant code */
    assert_int_equal(sku_map_version(NULL), 0);
}

/* A code without a text is no code, though a row could not have one. */
static void an_empty_code_finds_nothing(void **state)
{
    struct sku_row rows[] = { row("shop1", "", &part_of[0], 1), row("", "p-2", &part_of[1], 1) };
    const struct order *order = order_fixture();
    struct sku_map *map = sku_map_build(*state, rows, 2, 1);

    assert_true(str_is(find(map, &order->lines[1])->items[0].sku, "B"));
}

static void the_newest_row_of_a_code_is_in_force(void **state)
{
    struct sku_row rows[] = { row("shop1", "SKU-A", &part_of[0], 5),
                              row("shop1", "SKU-A", &part_of[1], 7),
                              row("shop1", "SKU-A", &part_of[2], 6) };
    const struct order *order = order_fixture();
    struct sku_map *map = sku_map_build(*state, rows, 3, 7);

    assert_true(str_is(find(map, &order->lines[0])->items[0].sku, "B"));
    assert_int_equal(sku_map_version(map), 7);
}

/* What changed since is laid over what is there, however much. */
static void what_changed_since_is_added(void **state)
{
    const size_t count = 1000;
    struct sku_row *rows = ARENA_ARRAY(*state, struct sku_row, count);
    struct sku_row first = row("shop1", "SKU-A", &part_of[0], 1);
    struct sku_row next = row("shop1", "SKU-A", &part_of[1], 2);
    struct sku_row old = row("shop1", "SKU-A", &part_of[2], 1);
    const struct order *order = order_fixture();
    struct sku_map *map = sku_map_build(*state, NULL, 0, 0);

    sku_map_add(map, &first, 1, 1);
    assert_true(str_is(find(map, &order->lines[0])->items[0].sku, "A"));
    for (size_t i = 0; i < count; i++)
        rows[i] = row("shop1", arena_format(*state, "c%zu", i).data, &part_of[3], 2);
    sku_map_add(map, rows, count, 2);
    sku_map_add(map, &next, 1, 3);
    sku_map_add(map, &old, 1, 4);
    assert_true(str_is(find(map, &order->lines[0])->items[0].sku, "B"));
    for (size_t i = 0; i < count; i++)
        assert_non_null(find(map, &(struct order_line){ .platform_sku = rows[i].code }));
    assert_int_equal(sku_map_version(map), 4);
}

/* Taken back in the shop, the code is what every shop of the channel has, or itself. */
static void a_row_taken_back_maps_nothing(void **state)
{
    struct sku_row rows[] = { row("shop1", "SKU-A", &part_of[0], 1),
                              { .channel = STR("douyin"), .shop = STR("shop1"),
                                .code = STR("SKU-A"), .version = 2, .deleted = true },
                              row("", "SKU-A", &part_of[3], 1) };
    const struct order *order = order_fixture();

    assert_null(find(sku_map_build(*state, rows, 2, 2), &order->lines[0]));
    assert_true(str_is(find(sku_map_build(*state, rows, 3, 2), &order->lines[0])->items[0].sku,
                       "D"));
}

/* "ab" + "c" is not "a" + "bc". */
static void texts_do_not_run_into_each_other(void **state)
{
    struct sku_row rows[] = { row("sh", "op1", &part_of[0], 1), row("shop", "1", &part_of[1], 1) };
    struct order_line line = { .platform_sku = STR("1") };
    struct sku_map *map = sku_map_build(*state, rows, 2, 1);

    assert_true(str_is(sku_map_find(map, STR("douyin"), STR("shop"), &line)->items[0].sku, "B"));
    assert_null(sku_map_find(map, STR("douyin"), STR("sh"), &line));
    assert_null(sku_map_find(map, STR("douy"), STR("inshop"), &line));
}

static void many_rows_are_each_found_without_allocating(void **state)
{
    const size_t count = 200000;
    struct arena *arena = *state;
    struct sku_row *rows = ARENA_ARRAY(arena, struct sku_row, count);
    struct sku_part *parts = ARENA_ARRAY(arena, struct sku_part, count);

    for (size_t i = 0; i < count; i++) {
        parts[i] = (struct sku_part){ .sku = STR("S"), .units = (int64_t)i + 1 };
        rows[i] = row("shop1", arena_format(arena, "code-%zu", i).data, &parts[i], 1);
    }
    struct sku_map *map = sku_map_build(arena, rows, count, 1);
    size_t used = arena_used(arena);

    for (size_t i = 0; i < count; i++) {
        struct order_line line = { .platform_sku = STR("none"), .merchant_code = rows[i].code };

        assert_int_equal(find(map, &line)->items[0].units, (int64_t)i + 1);
    }
    assert_int_equal(arena_used(arena), used);
}

/* ---- what a row may be ---- */

static void refused(struct sku_row row_given, const char *field)
{
    struct err err = { 0 };

    assert_false(sku_row_check(&row_given, &err));
    assert_int_equal(err.class, ERR_REJECT);
    if (strncmp(err.text, field, strlen(field)) != 0)
        fail_msg("\"%s\" does not name %s", err.text, field);
}

static void a_good_row_is_taken(void **state)
{
    struct err err = { 0 };
    struct sku_row good = row("shop1", "编码 1", &part_of[0], 0);
    struct sku_row back = { .channel = STR("tmall"), .code = STR("x"), .deleted = true };
    struct sku_part *parts = ARENA_ARRAY(*state, struct sku_part, SKU_MAP_PARTS_MAX + 1);

    assert_true(sku_row_check(&good, &err));
    assert_true(sku_row_check(&back, &err));
    for (size_t i = 0; i <= SKU_MAP_PARTS_MAX; i++)
        parts[i] = (struct sku_part){ .sku = arena_format(*state, "P%zu", i),
                                      .units = SKU_MAP_UNITS_MAX };
    good.parts = (struct sku_parts){ .items = parts, .count = SKU_MAP_PARTS_MAX };
    assert_true(sku_row_check(&good, &err));
    good.parts.count++;
    refused(good, "parts");
}

static void a_bad_row_is_refused_by_its_field(void **state)
{
    struct sku_part twice[2] = { { STR("A"), 1 }, { STR("A"), 2 } };
    struct sku_part none = { STR("A"), 0 }, many = { STR("A"), SKU_MAP_UNITS_MAX + 1 };
    struct sku_part nameless = { STR(""), 1 }, odd = { STR("A\x1f" "B"), 1 };
    char long_text[ORDER_ID_SIZE_MAX + 2];
    struct sku_row bad = row("s", "c", &part_of[0], 0);

    (void)state;
    memset(long_text, 'x', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = '\0';
    bad.channel = STR_NONE;
    refused(bad, "channel");
    refused(row("s", "", &part_of[0], 0), "code");
    refused(row("s", long_text, &part_of[0], 0), "code");
    refused(row("s", "\xff", &part_of[0], 0), "code");
    refused(row("s\n", "c", &part_of[0], 0), "shop");
    refused(row("s", "c", &none, 0), "units");
    refused(row("s", "c", &many, 0), "units");
    refused(row("s", "c", &nameless, 0), "sku");
    refused(row("s", "c", &odd, 0), "sku");
    bad = row("s", "c", twice, 0);
    bad.parts.count = 2;
    refused(bad, "sku");
    bad.parts.count = 0;
    refused(bad, "parts");
    bad = row("s", "c", &part_of[0], 0);
    bad.deleted = true;
    refused(bad, "parts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shop_and_the_platforms_sku_go_first),
        cmocka_unit_test(what_nothing_maps_is_itself),
        cmocka_unit_test(an_empty_code_finds_nothing),
        cmocka_unit_test(the_newest_row_of_a_code_is_in_force),
        cmocka_unit_test(what_changed_since_is_added),
        cmocka_unit_test(a_row_taken_back_maps_nothing),
        cmocka_unit_test(texts_do_not_run_into_each_other),
        cmocka_unit_test(many_rows_are_each_found_without_allocating),
        cmocka_unit_test(a_good_row_is_taken),
        cmocka_unit_test(a_bad_row_is_refused_by_its_field),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
