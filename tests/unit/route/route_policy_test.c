/* Rule sets of route: what is refused, and by which words; which tariff and stop holds where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/rules_codec.h"
#include "route/route_board_decide.h"
#include "route/route_policy_decide.h"

#define WAREHOUSE "{\"id\":\"HZ\",\"name\":\"杭州仓\",\"province\":\"浙江\"}"
#define CARRIER   "{\"id\":\"ZTO\",\"name\":\"中通\"},{\"id\":\"SF\",\"name\":\"顺丰\"}"

static bool make(struct arena *arena, const char *tables, struct route_policy *policy,
                 struct err *err)
{
    struct str text = arena_format(arena, "{\"set\":\"route\",\"tables\":{%s}}", tables);
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);

    return rules_decode(arena, text, route_rules_language(), set, err)
        && route_policy_make(arena, set, policy, err);
}

static struct route_policy policy_of(struct arena *arena, const char *tables)
{
    struct route_policy policy;
    struct err err;

    if (!make(arena, tables, &policy, &err))
        fail_msg("%s", err.text);
    return policy;
}

static void refuses(struct arena *arena, const char *tables, const char *words)
{
    struct route_policy policy;
    struct err err;

    if (make(arena, tables, &policy, &err))
        fail_msg("taken: %s", tables);
    assert_int_equal(err.class, ERR_REJECT);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, err.text);
}

static void route_policy_test_refused(void **state)
{
    refuses(*state, "", "1 to 32 warehouses");
    refuses(*state, "\"warehouses\":[" WAREHOUSE "]", "1 to 32 carriers");
    refuses(*state, "\"warehouses\":[{\"id\":\"HZ\",\"name\":\"杭州仓\",\"province\":\"火星\"}],"
                    "\"carriers\":[" CARRIER "]",
            "warehouses, row 1: province: \"火星\"");
    refuses(*state, "\"warehouses\":[{\"id\":\"HZ\",\"name\":\"杭\",\"province\":\"浙江\","
                    "\"cut_off\":\"18:00\",\"leaves\":\"17:00\"}],\"carriers\":[" CARRIER "]",
            "before the cut_off");
    refuses(*state, "\"warehouses\":[{\"id\":\"HZ\",\"name\":\"杭\",\"province\":\"浙江\","
                    "\"closed_on\":[\"周八\"]}],\"carriers\":[" CARRIER "]",
            "周八");
    refuses(*state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],"
                    "\"tariffs\":[{\"carrier\":\"ZTO\",\"first\":1},"
                    "{\"carrier\":\"YTO\",\"first\":1}]",
            "tariffs, row 2: carrier: \"YTO\"");
    refuses(*state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],"
                    "\"tariffs\":[{\"carrier\":\"ZTO\",\"warehouse\":\"GZ\",\"first\":1}]",
            "warehouse: \"GZ\"");
    refuses(*state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],"
                    "\"stops\":[{\"areas\":[\"广东\",\"浙江省深圳市\"],\"reason\":\"r\"}]",
            "stops, row 1: areas: \"浙江省深圳市\"");
    refuses(*state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],"
                    "\"tariffs\":[{\"carrier\":\"ZTO\",\"first\":\"-1\"}]",
            "first");
}

/* A set so large that every order would take long is refused, not taken and regretted. */
static void route_policy_test_too_many(void **state)
{
    static const char stop[] = "{\"carrier\":\"SF\",\"areas\":[\"新疆\"],\"reason\":\"r\"}";
    size_t room = (sizeof stop) * (ROUTE_ROWS_MAX + 1), size = 0;
    char *list = arena_alloc(*state, room);

    for (size_t i = 0; i <= ROUTE_ROWS_MAX; i++)
        size += (size_t)snprintf(list + size, room - size, "%s%s", i > 0 ? "," : "", stop);
    refuses(*state,
            arena_format(*state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],"
                                 "\"stops\":[%s]", list).data,
            "at most 5000");
}

static struct arena *scratch;

static int64_t first_of(const struct route_policy *policy, size_t carrier, const char *province,
                        const char *city, const char *district)
{
    struct route_reach reach = route_policy_reach(
        scratch, policy, region_find(str_of(province), str_of(city), str_of(district)), 1);
    const struct route_rate *rate = route_policy_rate(&reach, carrier, 0);

    return rate ? rate->tariff.first_fen : -1;
}

static void route_policy_test_closest_tariff(void **state)
{
    struct route_policy policy = policy_of(
        *state, "\"warehouses\":[" WAREHOUSE ",{\"id\":\"ZZ\",\"name\":\"z\",\"province\":\"河南\"}],"
                "\"carriers\":[" CARRIER "],\"tariffs\":["
                "{\"carrier\":\"ZTO\",\"first\":1},"
                "{\"carrier\":\"ZTO\",\"areas\":[\"广东省深圳市南山区\"],\"first\":4},"
                "{\"carrier\":\"ZTO\",\"areas\":[\"广东\",\"新疆\"],\"first\":2},"
                "{\"carrier\":\"ZTO\",\"areas\":[\"深圳市\",\"广州市\"],\"first\":3},"
                "{\"carrier\":\"ZTO\",\"warehouse\":\"HZ\",\"areas\":[\"新疆\"],\"first\":5},"
                "{\"carrier\":\"ZTO\",\"warehouse\":\"ZZ\",\"areas\":[\"新疆\"],\"first\":6},"
                "{\"carrier\":\"SF\",\"areas\":[\"新疆\"],\"first\":9}]");
    size_t sf = 0, zto = 1; /* sorted by id */

    assert_int_equal(first_of(&policy, zto, "北京", "北京市", "朝阳区"), 100);
    assert_int_equal(first_of(&policy, zto, "广东省", "佛山市", "禅城区"), 200);
    assert_int_equal(first_of(&policy, zto, "广东省", "深圳市", "福田区"), 300);
    assert_int_equal(first_of(&policy, zto, "广东", "深圳", "南山区"), 400);
    assert_int_equal(first_of(&policy, zto, "新疆维吾尔自治区", "", ""), 500);
    assert_int_equal(first_of(&policy, zto, "火星", "", ""), 100); /* only what holds everywhere */
    assert_int_equal(first_of(&policy, sf, "新疆", "", ""), 900);
    assert_int_equal(first_of(&policy, sf, "北京", "", ""), -1);
    assert_int_equal(policy.rates[0].tariff.grams_max, 30000);
}

static const struct route_stop *stop_of(const struct route_policy *policy, size_t carrier,
                                        const struct region *to, int64_t now_ms)
{
    struct route_reach reach = route_policy_reach(scratch, policy, to, now_ms);

    return route_policy_stop(&reach, carrier, 0);
}

static void route_policy_test_stops(void **state)
{
    struct route_policy policy = policy_of(
        *state, "\"warehouses\":[" WAREHOUSE "],\"carriers\":[" CARRIER "],\"stops\":["
                "{\"carrier\":\"SF\",\"areas\":[\"新疆\"],\"from\":\"2026-11-10 00:00:00\","
                "\"until\":\"2026-11-12 00:00:00\",\"reason\":\"爆仓\"},"
                "{\"areas\":[\"台湾\"],\"reason\":\"停航\"}]");
    const struct region *xinjiang = region_find(STR("新疆"), STR_NONE, STR_NONE);
    const struct region *taiwan = region_find(STR("台湾省"), STR_NONE, STR_NONE);
    int64_t from = INT64_C(1794240000000), until = from + 2 * ROUTE_DAY_MS;

    assert_null(stop_of(&policy, 0, xinjiang, from - 1));
    assert_true(str_is(stop_of(&policy, 0, xinjiang, from)->reason, "爆仓"));
    assert_non_null(stop_of(&policy, 0, xinjiang, until - 1));
    assert_null(stop_of(&policy, 0, xinjiang, until));
    assert_null(stop_of(&policy, 1, xinjiang, from));
    assert_true(str_is(stop_of(&policy, 1, taiwan, 1)->reason, "停航"));
    assert_null(stop_of(&policy, 1, NULL, from));
}

static void route_policy_test_shipped(void **state)
{
    struct rule_set set;
    struct route_policy policy;
    struct err err;

    if (!rules_decode(*state, rules_shipped(STR("route")), route_rules_language(), &set, &err)
        || !route_policy_make(*state, &set, &policy, &err))
        fail_msg("%s", err.text);
    assert_int_equal(policy.warehouse_count, 3);
    /* Every place in China is reached by somebody from everywhere. */
    for (int32_t code = 110000; code < 830000; code += 10000) {
        const struct region *to = region_of_code(code);

        struct route_reach reach = route_policy_reach(scratch, &policy, to, 1);

        for (size_t w = 0; to && w < policy.warehouse_count; w++) {
            size_t going = 0;

            for (size_t c = 0; c < policy.carrier_count; c++)
                going += route_policy_rate(&reach, c, w) && !route_policy_stop(&reach, c, w);
            if (going == 0)
                fail_msg("nobody goes to %.*s", STR_ARG(to->name));
        }
    }
}

/* ---- the board ---- */

static void route_policy_test_days(void **state)
{
    struct route_policy policy = policy_of(
        *state, "\"warehouses\":[{\"id\":\"HZ\",\"name\":\"杭\",\"province\":\"浙江\","
                "\"cut_off\":\"16:00\",\"leaves\":\"18:00\",\"capacity\":1,"
                "\"closed_on\":[\"周四\"]}],\"carriers\":[" CARRIER "]");
    int64_t wednesday = INT64_C(1794326400000); /* 2026-11-11 00:00 in China */
    int64_t before = wednesday + 16 * 3600000 - 1;
    struct route_board board = route_board_make(&policy, *state, before);
    int64_t day = board.today;

    assert_int_equal(day, 20768);
    assert_int_equal(route_board_day(&board, 0), day);
    assert_int_equal(route_board_late(&board, 0, day, wednesday + 18 * 3600000), 0);
    assert_int_equal(route_board_late(&board, 0, day, wednesday + 18 * 3600000 - 1), 1);
    assert_int_equal(route_board_late(&board, 0, day + 1, wednesday + 18 * 3600000 - 1), 2);
    assert_int_equal(route_board_late(&board, 0, day + 9, 0), 0);
    board = route_board_make(&policy, *state, before + 1);
    assert_int_equal(route_board_day(&board, 0), day + 2); /* tomorrow is closed */
    board.used[0][2] = 1;
    assert_int_equal(route_board_day(&board, 0), day + 3);
    board.used[0][3] = 1;
    assert_int_equal(route_board_day(&board, 0), -1); /* the horizon is three days */
    board = route_board_make(&policy, *state, wednesday - 1);
    assert_int_equal(board.today, day - 1);
}

static int setup(void **state)
{
    *state = scratch = arena_open((size_t)256 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_policy_test_refused),
        cmocka_unit_test(route_policy_test_too_many),
        cmocka_unit_test(route_policy_test_closest_tariff),
        cmocka_unit_test(route_policy_test_stops),
        cmocka_unit_test(route_policy_test_shipped),
        cmocka_unit_test(route_policy_test_days),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
