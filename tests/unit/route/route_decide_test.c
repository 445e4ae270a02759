/* Walks tests/cases/route: which warehouse packs, which carrier takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case_file.h"
#include "route/route_decide.h"

struct route_case {
    struct route_free rows[16];
    size_t row_count;
    struct stock_units wants[8];
    struct answer_body answer;
};

static void given(const struct case_file *file, const struct case_line *line,
                  struct route_case *it)
{
    struct str word = case_word(line, 0);

    if (str_is(word, "stock")) {
        it->rows[it->row_count++] = (struct route_free){ .sku = case_word(line, 1),
                                                         .warehouse = case_word(line, 2),
                                                         .units = case_number(file, line, 3) };
    } else if (str_is(word, "receiver")) {
        it->answer.order.receiver.province = case_word(line, 1);
    } else if (str_is(word, "wants")) {
        it->wants[it->answer.claimed_count++] = (struct stock_units){
            .sku = case_word(line, 1), .units = case_number(file, line, 2) };
    } else if (str_is(word, "carrier")) {
        it->answer.order.carrier_wanted = case_word(line, 2);
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct route_free *x = a, *y = b;
    int order = str_compare(x->sku, y->sku);

    return order ? order : str_compare(x->warehouse, y->warehouse);
}

static void then_parcel(const struct case_file *file, const struct case_line *line,
                        const struct plan *plan, size_t index)
{
    if (index >= plan->parcel_count)
        fail_msg("%s:%d: there are only %zu parcels", file->path, line->number,
                 plan->parcel_count);
    const struct parcel *parcel = &plan->parcels[index];

    if (!str_eq(parcel->warehouse, case_word(line, 1)))
        fail_msg("%s:%d: the parcel is at %.*s", file->path, line->number,
                 STR_ARG(parcel->warehouse));
    assert_int_equal(parcel->item_count, (line->count - 2) / 2);
    for (size_t i = 0; i < parcel->item_count; i++) {
        assert_true(str_eq(parcel->items[i].sku, case_word(line, 2 + 2 * i)));
        assert_int_equal(parcel->items[i].units, case_number(file, line, 3 + 2 * i));
    }
}

static void check(const struct case_file *file, const struct plan *plan, bool found)
{
    size_t parcels = 0;

    for (size_t i = 0; i < file->count; i++) {
        const struct case_line *line = &file->lines[i];

        if (!line->then)
            continue;
        if (str_is(case_word(line, 0), "unroutable")) {
            assert_false(found);
            return;
        }
        assert_true(found);
        if (str_is(case_word(line, 0), "parcel"))
            then_parcel(file, line, plan, parcels++);
        else if (!str_eq(plan->parcels[0].carrier, case_word(line, 1)))
            fail_msg("%s: carrier %.*s", file->path, STR_ARG(plan->parcels[0].carrier));
    }
    assert_int_equal(parcels, plan->parcel_count);
    assert_true(plan->reason.size > 0 && plan->runner_up.size > 0);
}

static struct route_policy policy_of(const char *warehouses)
{
    struct route_policy policy = { .rules_version = STR("t"), .carrier = STR("ZTO"),
                                   .carrier_remote = STR("EMS") };
    struct err err;

    assert_true(route_decide_warehouses(str_of(warehouses), &policy, &err));
    return policy;
}

static void every_case_holds(void **state)
{
    struct arena *arena = arena_open(4 << 20);
    struct route_policy policy = policy_of("HZ=浙江,GZ=广东,CD=四川");
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/route", &files);

    (void)state;
    assert_true(count >= 8);
    for (size_t i = 0; i < count; i++) {
        struct route_case it = { .row_count = 0 };
        struct plan plan = { .number = 0 };
        struct str why = STR_NONE;

        it.answer.claimed = it.wants;
        for (size_t l = 0; l < files[i].count; l++) {
            if (!files[i].lines[l].then)
                given(&files[i], &files[i].lines[l], &it);
        }
        qsort(it.rows, it.row_count, sizeof it.rows[0], compare_rows);
        struct route_stock stock = { .rows = it.rows, .count = it.row_count };
        bool found = route_decide(arena, &it.answer, &policy, &stock, &plan, &why);
        check(&files[i], &plan, found);
        assert_true(found || why.size > 0);
    }
    printf("%zu cases\n", count);
    arena_close(arena);
}

/* Two orders of one batch see the same last unit: the second must look elsewhere. */
static void a_batch_does_not_plan_one_unit_twice(void **state)
{
    struct arena *arena = arena_open(4 << 20);
    struct route_policy policy = policy_of("HZ=浙江,GZ=广东");
    struct route_free rows[] = { { STR("A"), STR("GZ"), 1 }, { STR("A"), STR("HZ"), 1 } };
    struct route_stock stock = { .rows = rows, .count = 2 };
    struct stock_units want = { STR("A"), 1 };
    struct answer_body answer = { .claimed = &want, .claimed_count = 1 };
    struct plan first, second, third;
    struct str why;

    (void)state;
    answer.order.receiver.province = STR("浙江省");
    assert_true(route_decide(arena, &answer, &policy, &stock, &first, &why));
    assert_true(route_decide(arena, &answer, &policy, &stock, &second, &why));
    assert_false(route_decide(arena, &answer, &policy, &stock, &third, &why));
    assert_true(str_is(first.parcels[0].warehouse, "HZ"));
    assert_true(str_is(second.parcels[0].warehouse, "GZ"));
    arena_close(arena);
}

static void a_bad_warehouse_list_is_refused_by_name(void **state)
{
    struct route_policy policy = { .warehouse_count = 0 };
    struct err err;

    (void)state;
    assert_false(route_decide_warehouses(STR("HZ=浙江,GZ"), &policy, &err));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, "GZ"));
    assert_false(route_decide_warehouses(STR(""), &policy, &err));
    assert_false(route_decide_warehouses(STR("HZ=火星"), &policy, &err));
}

static void distances_are_about_right(void **state)
{
    (void)state;
    assert_in_range(route_distance_km(STR("浙江省"), STR("上海市")), 150, 180);
    assert_in_range(route_distance_km(STR("广东"), STR("四川省")), 1150, 1300);
    assert_int_equal(route_distance_km(STR("北京市"), STR("北京")), 0);
    assert_int_equal(route_distance_km(STR("火星"), STR("北京")), -1);
}

static void stops_go_before_plans(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_RESERVED, .paid = true,
                                  .verdict = { .kind = VERDICT_KIND_CLEAR }, .claimed_count = 1 };

    (void)state;
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_PLAN);
    answer.verdict.kind = VERDICT_KIND_HELD;
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_NONE);
    answer = (struct answer_body){ .state = STOCK_STATE_CANCELLING, .stopping_count = 1 };
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_STOP);
}

static void a_pack_request_carries_what_the_label_needs(void **state)
{
    struct arena *arena = arena_open(1 << 20);
    struct stock_units item = { STR("A"), 2 };
    struct parcel parcel = { .shipment_id = STR("s1"), .warehouse = STR("HZ"),
                             .carrier = STR("ZTO"), .items = &item, .item_count = 1 };
    struct plan plan = { .number = 1, .noted_rev = 4, .parcels = &parcel, .parcel_count = 1 };
    struct event cause = { .kind = EVENT_ORDER_SCREENED, .time_ms = 9,
                           .answer = { .order_id = STR("a:b:c"), .rev = 3 } };

    (void)state;
    cause.answer.order.order_id = STR("a:b:c");
    cause.answer.order.due_at = 77;
    struct event pack = route_conclude_pack(arena, &cause, &plan, 0, 9);
    struct event routed = route_conclude(arena, &cause, &plan, 9);
    struct event stop = route_conclude_stop(arena, &cause, &parcel);

    assert_int_equal(pack.shipment.rev, 4);
    assert_int_equal(pack.shipment.due_at, 77);
    assert_true(str_is(pack.key, "s1"));
    assert_int_equal(routed.answer.rev, 4);
    assert_int_equal(stop.shipment.item_count, 0);
    assert_false(str_eq(pack.id, stop.id));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_holds),
        cmocka_unit_test(a_batch_does_not_plan_one_unit_twice),
        cmocka_unit_test(a_bad_warehouse_list_is_refused_by_name),
        cmocka_unit_test(distances_are_about_right),
        cmocka_unit_test(stops_go_before_plans),
        cmocka_unit_test(a_pack_request_carries_what_the_label_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
