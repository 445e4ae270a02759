/* What is said of a verdict and of a hold's end: the same again, with the same ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "anomaly/anomaly_decide.h"

static int open_arena(void **state)
{
    *state = arena_open((size_t)1 << 20);
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static struct verdict_reason reason = { { "price_floor", 11 }, { "低", 3 } };

static struct hold held(void)
{
    return (struct hold){
        .order_id = STR("a:b:c"),
        .rev = 2,
        .digest = STR("d"),
        .owner = STR("price"),
        .level = STR("warn"),
        .rules = STR("price_floor"),
        .held_at = 60000,
        .due_at = 60000 + 240 * 60000,
        .ends = HOLD_END_ESCALATE,
    };
}

static void announcements_repeat_with_the_same_ids(void **state)
{
    struct arena *arena = *state;
    struct verdict verdict = { .kind = VERDICT_KIND_HELD, .reasons = &reason, .reason_count = 1 };
    struct event cause = { .kind = EVENT_ORDER_RESERVED,
                           .time_ms = 5,
                           .entered_ms = 4,
                           .answer = { .order_id = STR("a:b:c"), .rev = 2 } };
    struct hold hold = held();
    struct event screened = anomaly_conclude(arena, &cause, &verdict);
    struct event alert = anomaly_conclude_alert(arena, &cause, &verdict, &hold);
    struct event rejection = anomaly_conclude_rejection(arena, &cause, &verdict);

    assert_true(str_eq(screened.id, anomaly_conclude(arena, &cause, &verdict).id));
    assert_int_equal(screened.time_ms, 5);
    assert_true(str_eq(alert.key, alert.alert.alert_id));
    assert_true(str_is(alert.alert.owner, "price") && str_is(alert.alert.level, "warn"));
    assert_int_equal(alert.time_ms, 5);
    assert_int_equal(alert.entered_ms, 4);
    assert_true(str_is(rejection.fact.rule, "price_floor"));
    assert_int_equal(rejection.fact.rev, 2);
    hold.rev = cause.answer.rev = 3;
    assert_false(str_eq(alert.key, anomaly_conclude_alert(arena, &cause, &verdict, &hold).key));
}

static void an_escalation_is_an_alert_of_its_own(void **state)
{
    struct arena *arena = *state;
    struct verdict verdict = { .kind = VERDICT_KIND_HELD, .reasons = &reason, .reason_count = 1 };
    struct event cause = { .answer = { .order_id = STR("a:b:c"), .rev = 2 } };
    struct hold hold = held();
    struct event first = anomaly_conclude_alert(arena, &cause, &verdict, &hold);
    struct event end = anomaly_conclude_end(arena, &hold, &verdict);
    struct event again = anomaly_conclude_end(arena, &hold, &verdict);

    assert_int_equal(end.kind, EVENT_ALERT_RAISED);
    assert_true(str_eq(end.alert.alert_id,
                       event_alert_id(arena, hold.order_id, STR("anomaly"), STR("2/escalated"))));
    assert_false(str_eq(end.key, first.key));
    assert_true(str_eq(end.id, again.id));
    assert_int_equal(end.time_ms, hold.due_at); /* the fact's own time, never the tick's */
    assert_true(str_is(end.alert.level, "urgent") && str_is(end.alert.owner, "price"));
    assert_int_equal(end.alert.reason_count, 1);
    assert_non_null(strstr(end.alert.title.data, "240"));
}

static void an_end_by_rule_decides_like_a_person(void **state)
{
    struct arena *arena = *state;
    struct verdict verdict = { .kind = VERDICT_KIND_HELD };
    struct hold hold = held();
    struct event approved, declined;

    hold.ends = HOLD_END_APPROVE;
    approved = anomaly_conclude_end(arena, &hold, &verdict);
    assert_int_equal(approved.kind, EVENT_ORDER_APPROVED);
    assert_int_equal(approved.fact.rev, 2);
    assert_true(str_is(approved.fact.digest, "d") && str_is(approved.fact.by, "sluice"));
    assert_int_equal(approved.fact.rule.size, 0); /* all that it was held by */
    assert_true(approved.fact.reason.size > 0 && approved.fact.request_id.size > 0);
    assert_true(str_eq(approved.id, anomaly_conclude_end(arena, &hold, &verdict).id));

    hold.ends = HOLD_END_REJECT;
    declined = anomaly_conclude_end(arena, &hold, &verdict);
    assert_int_equal(declined.kind, EVENT_ORDER_DECLINED);
    assert_false(str_eq(declined.id, approved.id));
    hold.rev = 3;
    assert_false(str_eq(declined.fact.request_id,
                        anomaly_conclude_end(arena, &hold, &verdict).fact.request_id));
}

/* Refused, or lost: a person must know that nothing ended it. */
static void a_decision_that_did_not_take_is_escalated(void **state)
{
    struct arena *arena = *state;
    struct verdict verdict = { .kind = VERDICT_KIND_HELD, .reasons = &reason, .reason_count = 1 };
    struct hold hold = held();
    struct event escalation = anomaly_conclude_end(arena, &hold, &verdict), again;

    hold.ends = HOLD_END_APPROVE;
    hold.told = 99;
    again = anomaly_conclude_end(arena, &hold, &verdict);
    assert_int_equal(again.kind, EVENT_ALERT_RAISED);
    assert_true(str_eq(again.id, escalation.id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(announcements_repeat_with_the_same_ids),
        cmocka_unit_test(an_escalation_is_an_alert_of_its_own),
        cmocka_unit_test(an_end_by_rule_decides_like_a_person),
        cmocka_unit_test(a_decision_that_did_not_take_is_escalated),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
