/* event: the table of kinds is whole, and ids are what STOCK.md says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "domain/event.h"

static int event_test_open(void **state)
{
    *state = arena_open((size_t)1 << 20);
    return 0;
}

static int event_test_close(void **state)
{
    arena_close(*state);
    return 0;
}

static void event_kind_table_is_whole(void **state)
{
    (void)state;
    for (enum event_kind kind = EVENT_NONE + 1; kind < EVENT_KIND_COUNT; kind++) {
        assert_int_equal(event_kind_of(str_of(event_kind_name(kind))), kind);
        assert_int_not_equal(event_kind_topic(kind), TOPIC_END);
        assert_int_not_equal(event_kind_shape(kind), EVENT_SHAPE_NONE);
        assert_true(str_has(str_of(event_kind_name(kind)), '.'));
    }
}

static void event_kind_knows_its_topic_and_shape(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum event_kind kind;
        enum topic topic;
        enum event_shape shape;
    } cases[] = {
        { "payload.received", EVENT_PAYLOAD_RECEIVED, TOPIC_ORDERS_RAW, EVENT_SHAPE_PAYLOAD },
        { "order.snapshot_taken", EVENT_ORDER_SNAPSHOT_TAKEN, TOPIC_ORDERS_CHANGES,
          EVENT_SHAPE_SNAPSHOT },
        { "order.hold_due", EVENT_ORDER_HOLD_DUE, TOPIC_ORDERS_CHANGES, EVENT_SHAPE_FACT },
        { "order.reserved", EVENT_ORDER_RESERVED, TOPIC_ORDERS_RESERVED, EVENT_SHAPE_ANSWER },
        { "order.screened", EVENT_ORDER_SCREENED, TOPIC_ORDERS_SCREENED, EVENT_SHAPE_ANSWER },
        { "order.routed", EVENT_ORDER_ROUTED, TOPIC_ORDERS_ROUTED, EVENT_SHAPE_ANSWER },
        { "shipment.stop_requested", EVENT_SHIPMENT_STOP_REQUESTED, TOPIC_SHIPMENTS_PLANNED,
          EVENT_SHAPE_SHIPMENT },
        { "shipment.left", EVENT_SHIPMENT_LEFT, TOPIC_SHIPMENTS_SCANNED, EVENT_SHAPE_SCAN },
        { "shipment.verified", EVENT_SHIPMENT_VERIFIED, TOPIC_SHIPMENTS_VERIFIED,
          EVENT_SHAPE_CHECK },
        { "stock.moved", EVENT_STOCK_MOVED, TOPIC_STOCK_FEED, EVENT_SHAPE_FEED },
        { "stock.level_set", EVENT_STOCK_LEVEL_SET, TOPIC_STOCK_LEVELS, EVENT_SHAPE_LEVEL },
        { "alert.raised", EVENT_ALERT_RAISED, TOPIC_ALERTS_RAISED, EVENT_SHAPE_ALERT },
        { "alert.sent", EVENT_ALERT_SENT, TOPIC_ALERTS_SENT, EVENT_SHAPE_SENT },
        { "fleet.paused", EVENT_FLEET_PAUSED, TOPIC_RULES, EVENT_SHAPE_FLEET },
        { "fleet.resumed", EVENT_FLEET_RESUMED, TOPIC_RULES, EVENT_SHAPE_FLEET },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(event_kind_name(cases[i].kind), cases[i].name);
        assert_int_equal(event_kind_topic(cases[i].kind), cases[i].topic);
        assert_int_equal(event_kind_shape(cases[i].kind), cases[i].shape);
    }
}

static void event_kind_none_is_nowhere(void **state)
{
    (void)state;
    assert_int_equal(event_kind_of(STR("none")), EVENT_NONE);
    assert_int_equal(event_kind_of(STR_NONE), EVENT_NONE);
    assert_int_equal(event_kind_of(STR("order.lost")), EVENT_NONE);
    assert_string_equal(event_kind_name(EVENT_NONE), "none");
    assert_string_equal(event_kind_name(EVENT_KIND_COUNT), "none");
    assert_int_equal(event_kind_topic(EVENT_KIND_COUNT), TOPIC_END);
    assert_int_equal(event_kind_shape(EVENT_NONE), EVENT_SHAPE_NONE);
}

static void event_check_kinds_lead_back(void **state)
{
    (void)state;
    for (enum check_kind kind = CHECK_KIND_GO; kind <= CHECK_KIND_WRONG; kind++)
        assert_int_equal(check_kind_of(str_of(check_kind_name(kind))), kind);
    assert_string_equal(check_kind_name(CHECK_KIND_GO), "go");
    assert_string_equal(check_kind_name(CHECK_KIND_NONE), "none");
    assert_int_equal(check_kind_of(STR("gone")), CHECK_KIND_NONE);
}

static void event_follow_keeps_trace_and_entry_only(void **state)
{
    (void)state;
    struct event cause = { .id = STR("1"), .trace = STR("00-a-b-01"), .entered_ms = 7,
                           .time_ms = 9 };
    struct event event = { .id = STR("2"), .time_ms = 8 };

    event_follow(&event, &cause);
    assert_true(str_is(event.trace, "00-a-b-01"));
    assert_int_equal(event.entered_ms, 7);
    assert_true(str_is(event.id, "2"));
    assert_int_equal(event.time_ms, 8);
}

static void event_ids_are_hashes_of_their_parts(void **state)
{
    struct str answer = event_answer_id(*state, STR("o:1"), 12, EVENT_ORDER_RESERVED);
    struct str fact = event_fact_id(*state, STR("o:1"), EVENT_ORDER_CANCELLED, STR("q-1"));
    struct str alert = event_alert_id(*state, STR("o:1"), STR("stock"), STR("12"));

    assert_true(str_eq(answer, HASH_ID(*state, STR("o:1"), STR("12"), STR("order.reserved"))));
    assert_true(str_eq(fact, HASH_ID(*state, STR("o:1"), STR("order.cancelled"), STR("q-1"))));
    assert_true(str_eq(alert, HASH_ID(*state, STR("o:1"), STR("stock"), STR("12"))));
    assert_false(str_eq(answer, event_answer_id(*state, STR("o:1"), 13, EVENT_ORDER_RESERVED)));
    assert_false(str_eq(answer, event_answer_id(*state, STR("o:1"), 12, EVENT_ORDER_SCREENED)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_kind_table_is_whole),
        cmocka_unit_test(event_kind_knows_its_topic_and_shape),
        cmocka_unit_test(event_kind_none_is_nowhere),
        cmocka_unit_test(event_check_kinds_lead_back),
        cmocka_unit_test(event_follow_keeps_trace_and_entry_only),
        cmocka_unit_test(event_ids_are_hashes_of_their_parts),
    };

    return cmocka_run_group_tests(tests, event_test_open, event_test_close);
}
