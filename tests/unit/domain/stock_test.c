/* stock: names, final states, demand summed per SKU, shipment ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/num.h"
#include "domain/stock.h"
#include "order_fixture.h"

static int stock_test_open(void **state)
{
    *state = arena_open((size_t)4 << 20);
    return 0;
}

static int stock_test_close(void **state)
{
    arena_close(*state);
    return 0;
}

static void stock_names_lead_back(void **state)
{
    (void)state;
    for (enum stock_state s = STOCK_STATE_RESERVED; s <= STOCK_STATE_SHIPPED; s++)
        assert_int_equal(stock_state_of(str_of(stock_state_name(s))), s);
    for (enum parcel_state s = PARCEL_STATE_PLANNED; s <= PARCEL_STATE_SHIPPED; s++)
        assert_int_equal(parcel_state_of(str_of(parcel_state_name(s))), s);
    for (enum verdict_kind k = VERDICT_KIND_CLEAR; k <= VERDICT_KIND_REJECTED; k++)
        assert_int_equal(verdict_kind_of(str_of(verdict_kind_name(k))), k);
    assert_string_equal(stock_state_name(STOCK_STATE_RESERVED), "RESERVED");
    assert_string_equal(parcel_state_name(PARCEL_STATE_STOPPING), "stopping");
    assert_string_equal(verdict_kind_name(VERDICT_KIND_HELD), "held");
    assert_int_equal(stock_state_of(STR("reserved")), STOCK_STATE_NONE);
    assert_int_equal(parcel_state_of(STR_NONE), PARCEL_STATE_NONE);
    assert_int_equal(verdict_kind_of(STR("none")), VERDICT_KIND_NONE);
}

static void stock_state_is_final_for_four(void **state)
{
    (void)state;
    int final = 0;

    for (enum stock_state s = STOCK_STATE_NONE; s <= STOCK_STATE_SHIPPED; s++)
        final += stock_state_is_final(s);
    assert_int_equal(final, 4);
    assert_true(stock_state_is_final(STOCK_STATE_REFUSED));
    assert_true(stock_state_is_final(STOCK_STATE_REJECTED));
    assert_true(stock_state_is_final(STOCK_STATE_CANCELLED));
    assert_true(stock_state_is_final(STOCK_STATE_SHIPPED));
}

struct stock_test_wanted {
    const char *sku;
    int64_t units;
};

static void stock_test_demand(struct arena *arena, const struct order *order,
                              const struct stock_test_wanted *wanted, size_t wanted_count)
{
    struct stock_units *units = NULL;
    size_t count = 99;
    struct err err = { 0 };

    assert_true(stock_demand(arena, NULL, order, &units, &count, &err));
    assert_int_equal(count, wanted_count);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_is(units[i].sku, wanted[i].sku));
        assert_int_equal(units[i].units, wanted[i].units);
    }
}

#define DEMAND(order, ...) \
    stock_test_demand(*state, (order), (const struct stock_test_wanted[]){ __VA_ARGS__ }, \
                      sizeof((const struct stock_test_wanted[]){ __VA_ARGS__ }) \
                          / sizeof(struct stock_test_wanted))

static void stock_demand_takes_merchant_code_or_platform_sku(void **state)
{
    DEMAND(order_fixture(), { "SKU-A", 2 }, { "p-2", 3 });
}

static void stock_demand_is_summed_and_sorted(void **state)
{
    struct order *order = order_fixture();

    order->lines[1].merchant_code = STR("SKU-A");
    DEMAND(order, { "SKU-A", 5 });
    order->lines[1].merchant_code = STR("SKU-0");
    DEMAND(order, { "SKU-0", 3 }, { "SKU-A", 2 });
}

static void stock_demand_leaves_out_what_is_refunded(void **state)
{
    struct order *order = order_fixture();
    struct order_refund *refunds = order->lines[1].refunds;

    refunds[0].state = REFUND_STATE_AGREED;
    DEMAND(order, { "SKU-A", 2 }, { "p-2", 2 });
    refunds[0].quantity = 3;
    DEMAND(order, { "SKU-A", 2 });
    refunds[0].quantity = 4; /* more than there is */
    DEMAND(order, { "SKU-A", 2 });
    refunds[0].quantity = 0; /* money only */
    DEMAND(order, { "SKU-A", 2 }, { "p-2", 3 });
    refunds[1] = (struct order_refund){
        .id = STR("r-2"), .state = REFUND_STATE_AGREED, .quantity = 2,
    };
    refunds[0].quantity = 2;
    order->lines[1].refund_count = 2;
    DEMAND(order, { "SKU-A", 2 });
    refunds[0].state = REFUND_STATE_REFUSED;
    refunds[1].state = REFUND_STATE_CLOSED;
    DEMAND(order, { "SKU-A", 2 }, { "p-2", 3 });
}

static void stock_demand_leaves_out_what_left_or_closed(void **state)
{
    static const enum order_stage done[] = {
        ORDER_STAGE_SHIPPED, ORDER_STAGE_FINISHED, ORDER_STAGE_CLOSED,
    };

    for (size_t i = 0; i < 3; i++) {
        struct order *order = order_fixture();

        order->lines[0].stage = done[i];
        DEMAND(order, { "p-2", 3 });
    }
    struct order *order = order_fixture();

    order->lines[0].stage = order->lines[1].stage = ORDER_STAGE_CLOSED;
    stock_test_demand(*state, order, NULL, 0);
    order->lines[0].stage = ORDER_STAGE_UNPAID;
    DEMAND(order, { "SKU-A", 2 });
}

/* ---- mapped lines ---- */

static struct sku_part stock_test_set[2] = { { { "SKU-A", 5 }, 2 }, { { "LID", 3 }, 1 } };

/* In the fixture's shop one of p-2 is two SKU-A and a lid. */
static struct sku_map *stock_test_map(struct arena *arena)
{
    struct sku_row *row = ARENA_NEW(arena, struct sku_row);

    *row = (struct sku_row){ .channel = STR("douyin"), .shop = STR("shop1"), .code = STR("p-2"),
                             .version = 1, .parts = { .items = stock_test_set, .count = 2 } };
    return sku_map_build(arena, row, 1, 1);
}

static void stock_demand_sums_lines_bundles_and_gifts(void **state)
{
    struct order *order = order_fixture(); /* 2 SKU-A, and a gift of 3 sets */
    struct stock_units *units = NULL;
    size_t count = 0;
    struct err err = { 0 };

    assert_true(stock_demand(*state, stock_test_map(*state), order, &units, &count, &err));
    assert_int_equal(count, 2);
    assert_true(str_is(units[0].sku, "LID") && units[0].units == 3);
    assert_true(str_is(units[1].sku, "SKU-A") && units[1].units == 2 + 3 * 2);
    order->shop = STR("shop2"); /* of another shop: a code as it is */
    assert_true(stock_demand(*state, stock_test_map(*state), order, &units, &count, &err));
    assert_true(count == 2 && str_is(units[1].sku, "p-2"));
}

static void stock_demand_takes_refunded_sets_off_part_by_part(void **state)
{
    struct order *order = order_fixture();
    struct stock_units *units = NULL;
    size_t count = 0;
    struct err err = { 0 };

    order->lines[1].refunds[0].state = REFUND_STATE_AGREED;
    order->lines[1].refunds[0].quantity = 2;
    assert_true(stock_demand(*state, stock_test_map(*state), order, &units, &count, &err));
    assert_true(units[0].units == 1 && units[1].units == 2 + 2);
    order->lines[1].stage = ORDER_STAGE_SHIPPED;
    assert_true(stock_demand(*state, stock_test_map(*state), order, &units, &count, &err));
    assert_true(count == 1 && units[0].units == 2);
}

static void stock_demand_refuses_parts_beyond_2_53(void **state)
{
    struct order *order = order_fixture();
    struct stock_units *units = NULL;
    size_t count = 99;
    struct err err = { 0 };

    order->lines[1].quantity = NUM_MAX;
    assert_false(stock_demand(*state, stock_test_map(*state), order, &units, &count, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(count, 99);
}

/* 41 lines of bundles of 50 other SKUs each: no answer could carry that many. */
static void stock_demand_refuses_more_skus_than_an_answer_carries(void **state)
{
    struct order *order = order_fixture();
    struct sku_row *rows = ARENA_ARRAY(*state, struct sku_row, 41);
    struct order_line *lines = ARENA_ARRAY(*state, struct order_line, 41);
    struct stock_units *units = NULL;
    size_t count = 0;
    struct err err = { 0 };

    for (size_t i = 0; i < 41; i++) {
        lines[i] = order->lines[0];
        lines[i].platform_sku = arena_format(*state, "set-%zu", i);
        rows[i] = (struct sku_row){ .channel = order->channel, .shop = order->shop,
                                    .code = lines[i].platform_sku, .version = 1 };
        rows[i].parts.items = ARENA_ARRAY(*state, struct sku_part, SKU_MAP_PARTS_MAX);
        rows[i].parts.count = SKU_MAP_PARTS_MAX;
        for (size_t k = 0; k < SKU_MAP_PARTS_MAX; k++)
            rows[i].parts.items[k] = (struct sku_part){
                .sku = arena_format(*state, "%zu-%zu", i, k), .units = 1 };
    }
    order->lines = lines;
    order->line_count = 40;
    assert_true(stock_demand(*state, sku_map_build(*state, rows, 41, 1), order, &units, &count,
                             &err));
    assert_int_equal(count, STOCK_DEMAND_MAX);
    order->line_count = 41;
    assert_false(stock_demand(*state, sku_map_build(*state, rows, 41, 1), order, &units, &count,
                              &err));
    assert_int_equal(err.class, ERR_REJECT);
}

/* Validation makes it impossible; the sum is guarded all the same. */
static void stock_demand_refuses_a_sum_beyond_2_53(void **state)
{
    struct order *order = order_fixture();
    struct stock_units *units = NULL;
    size_t count = 99;
    struct err err = { 0 };

    order->lines[1].merchant_code = STR("SKU-A");
    order->lines[1].quantity = NUM_MAX - 1;
    assert_false(stock_demand(*state, NULL, order, &units, &count, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_null(units);
    assert_int_equal(count, 99);
}

static void stock_shipment_id_depends_on_all_three(void **state)
{
    struct str id = stock_shipment_id(*state, STR("o:1"), 1, 0);

    assert_int_equal(id.size, 32);
    assert_true(str_eq(id, stock_shipment_id(*state, STR("o:1"), 1, 0)));
    assert_false(str_eq(id, stock_shipment_id(*state, STR("o:2"), 1, 0)));
    assert_false(str_eq(id, stock_shipment_id(*state, STR("o:1"), 2, 0)));
    assert_false(str_eq(id, stock_shipment_id(*state, STR("o:1"), 1, 1)));
    assert_false(str_eq(stock_shipment_id(*state, STR("o:1"), 1, 11),
                        stock_shipment_id(*state, STR("o:1"), 11, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_names_lead_back),
        cmocka_unit_test(stock_state_is_final_for_four),
        cmocka_unit_test(stock_demand_takes_merchant_code_or_platform_sku),
        cmocka_unit_test(stock_demand_is_summed_and_sorted),
        cmocka_unit_test(stock_demand_leaves_out_what_is_refunded),
        cmocka_unit_test(stock_demand_leaves_out_what_left_or_closed),
        cmocka_unit_test(stock_demand_refuses_a_sum_beyond_2_53),
        cmocka_unit_test(stock_demand_sums_lines_bundles_and_gifts),
        cmocka_unit_test(stock_demand_takes_refunded_sets_off_part_by_part),
        cmocka_unit_test(stock_demand_refuses_parts_beyond_2_53),
        cmocka_unit_test(stock_demand_refuses_more_skus_than_an_answer_carries),
        cmocka_unit_test(stock_shipment_id_depends_on_all_three),
    };

    return cmocka_run_group_tests(tests, stock_test_open, stock_test_close);
}
