/* May this parcel go? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify/verify_decide.h"

static struct stock_units items[2] = { { { "A", 1 }, 2 }, { { "B", 1 }, 1 } };
static struct parcel parcel;
static struct event scan;

static int setup(void **state)
{
    *state = arena_open(1 << 20);
    parcel = (struct parcel){ .shipment_id = STR("s1"), .warehouse = STR("HZ"), .items = items,
                              .item_count = 2, .state = PARCEL_STATE_PLANNED };
    scan = (struct event){
        .kind = EVENT_SHIPMENT_PACKED,
        .key = STR("s1"),
        .scan = { .shipment_id = STR("s1"), .order_id = STR("a:b:c"), .warehouse = STR("HZ"),
                  .at = 777, .items = items, .item_count = 2 },
    };
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

static struct verify_verdict judge(void **state)
{
    return verify_decide(*state, &scan, &(struct verify_facts){ .known = true, .parcel = &parcel });
}

static void as_planned_goes(void **state)
{
    assert_int_equal(judge(state).kind, CHECK_KIND_GO);
}

static void a_stopping_parcel_stops(void **state)
{
    parcel.state = PARCEL_STATE_STOPPING;
    assert_int_equal(judge(state).kind, CHECK_KIND_STOP);
}

static void too_few_units_are_wrong(void **state)
{
    struct stock_units scanned[2] = { { STR("A"), 1 }, { STR("B"), 1 } };

    scan.scan.items = scanned;
    assert_int_equal(judge(state).kind, CHECK_KIND_WRONG);
}

static void a_sku_that_was_not_planned_is_wrong(void **state)
{
    struct stock_units scanned[3] = { { STR("A"), 2 }, { STR("B"), 1 }, { STR("C"), 1 } };

    scan.scan.items = scanned;
    scan.scan.item_count = 3;
    assert_int_equal(judge(state).kind, CHECK_KIND_WRONG);
}

static void one_sku_scanned_in_two_rows_counts_together(void **state)
{
    struct stock_units scanned[3] = { { STR("A"), 1 }, { STR("B"), 1 }, { STR("A"), 1 } };

    scan.scan.items = scanned;
    scan.scan.item_count = 3;
    assert_int_equal(judge(state).kind, CHECK_KIND_GO);
}

static void another_warehouse_is_wrong(void **state)
{
    scan.scan.warehouse = STR("GZ");
    assert_int_equal(judge(state).kind, CHECK_KIND_WRONG);
}

static void an_unknown_parcel_is_wrong(void **state)
{
    struct verify_verdict verdict = verify_decide(*state, &scan,
                                                  &(struct verify_facts){ .known = false });

    assert_int_equal(verdict.kind, CHECK_KIND_WRONG);
    assert_true(verdict.reason.size > 0);
}

static void what_left_becomes_a_fact_of_its_order(void **state)
{
    struct event fact;

    scan.kind = EVENT_SHIPMENT_LEFT;
    assert_true(verify_conclude_fact(*state, &scan, &fact));
    assert_int_equal(fact.kind, EVENT_ORDER_PARCEL_SHIPPED);
    assert_true(str_is(fact.key, "a:b:c"));
    assert_true(str_is(fact.fact.shipment_id, "s1"));
    assert_int_equal(fact.fact.at, 777);
    scan.kind = EVENT_SHIPMENT_STOPPED;
    assert_true(verify_conclude_fact(*state, &scan, &fact));
    assert_int_equal(fact.kind, EVENT_ORDER_PARCEL_STOPPED);
}

static void what_was_packed_is_no_fact_yet(void **state)
{
    struct event fact;

    assert_false(verify_conclude_fact(*state, &scan, &fact));
}

/* A shipment reported twice is one fact: the id does not depend on when it was said. */
static void a_repeat_has_the_id_of_the_first(void **state)
{
    struct event first, again;

    scan.kind = EVENT_SHIPMENT_LEFT;
    assert_true(verify_conclude_fact(*state, &scan, &first));
    scan.scan.at = 888;
    assert_true(verify_conclude_fact(*state, &scan, &again));
    assert_true(str_eq(first.id, again.id));
}

static void left_after_it_was_stopped_is_wrong_and_alerts(void **state)
{
    struct event alert;

    scan.kind = EVENT_SHIPMENT_LEFT;
    parcel.state = PARCEL_STATE_STOPPED;
    struct verify_verdict verdict = judge(state);
    assert_int_equal(verdict.kind, CHECK_KIND_WRONG);
    assert_true(verify_conclude_alert(*state, &scan, &verdict, &alert));
    assert_true(str_is(alert.alert.subject, "s1"));
    verdict.kind = CHECK_KIND_GO;
    assert_false(verify_conclude_alert(*state, &scan, &verdict, &alert));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_planned_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stopping_parcel_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(too_few_units_are_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sku_that_was_not_planned_is_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(one_sku_scanned_in_two_rows_counts_together, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(another_warehouse_is_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_parcel_is_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(what_left_becomes_a_fact_of_its_order, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_packed_is_no_fact_yet, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeat_has_the_id_of_the_first, setup, teardown),
        cmocka_unit_test_setup_teardown(left_after_it_was_stopped_is_wrong_and_alerts, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
