/* How alerts become messages, and what WeCom's answer means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notify/notify_decide.h"

#define SIZE_MAX_BYTES 4096

static int setup(void **state)
{
    *state = arena_open(8 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

static struct notify_alert alert_of(struct arena *arena, size_t i, const char *reason)
{
    struct alert_body *alert = ARENA_NEW(arena, struct alert_body);
    struct verdict_reason *reasons = ARENA_NEW(arena, struct verdict_reason);

    reasons->rule = STR("price_floor");
    reasons->text = str_of(reason);
    alert->alert_id = arena_format(arena, "alert-%zu", i);
    alert->order_id = arena_format(arena, "douyin:9000001:69000000000000%05zu", i);
    alert->subject = alert->order_id;
    alert->title = STR("订单已拦截");
    alert->reasons = reasons;
    alert->reason_count = 1;
    return (struct notify_alert){ .alert = alert };
}

static bool contains(struct str text, const char *word)
{
    return memmem(text.data, text.size, word, strlen(word)) != NULL;
}

static void one_alert_is_a_message_of_its_own(void **state)
{
    struct notify_alert alert = alert_of(*state, 1, "单价 3.00 元");
    struct notify_message message;

    assert_int_equal(notify_decide(*state, &alert, 1, SIZE_MAX_BYTES, &message), 1);
    assert_int_equal(message.count, 1);
    assert_true(contains(message.content, "订单已拦截"));
    assert_true(contains(message.content, "单价 3.00 元"));
    assert_true(contains(message.content, "sluice order show"));
    assert_false(contains(message.content, "重发"));
}

static void one_that_may_be_a_repeat_says_so(void **state)
{
    struct notify_alert alert = alert_of(*state, 1, "原因");
    struct notify_message message;

    alert.again = true;
    assert_int_equal(notify_decide(*state, &alert, 1, SIZE_MAX_BYTES, &message), 1);
    assert_true(contains(message.content, "可能重复"));
}

static void many_become_few_and_each_stands_in_one(void **state)
{
    struct notify_alert alerts[100];
    struct notify_message messages[100];
    size_t covered = 0;

    for (size_t i = 0; i < 100; i++)
        alerts[i] = alert_of(*state, i, "单价低于参考价的 30%");
    size_t count = notify_decide(*state, alerts, 100, SIZE_MAX_BYTES, messages);
    assert_true(count > 1 && count < 20);
    for (size_t m = 0; m < count; m++) {
        assert_int_equal(messages[m].first, covered);
        assert_true(messages[m].content.size <= SIZE_MAX_BYTES);
        assert_true(str_is_utf8(messages[m].content));
        for (size_t i = 0; i < messages[m].count; i++)
            assert_true(contains(messages[m].content,
                                 alerts[covered + i].alert->order_id.data));
        covered += messages[m].count;
    }
    assert_int_equal(covered, 100);
}

static void an_endless_reason_is_cut_at_a_character(void **state)
{
    char text[30000];

    for (size_t i = 0; i + 3 <= sizeof text - 1; i += 3)
        memcpy(text + i, "价", 3);
    text[sizeof text - 1] = '\0';
    text[sizeof text / 3 * 3 - 3] = '\0';
    struct notify_alert alerts[2] = { alert_of(*state, 1, text), alert_of(*state, 2, text) };
    struct notify_message messages[2];

    assert_int_equal(notify_decide(*state, alerts, 1, SIZE_MAX_BYTES, messages), 1);
    assert_true(messages[0].content.size <= SIZE_MAX_BYTES);
    assert_true(str_is_utf8(messages[0].content));
    assert_int_equal(notify_decide(*state, alerts, 2, SIZE_MAX_BYTES, messages), 1);
    assert_true(str_is_utf8(messages[0].content));
}

static void answers_mean_what_the_document_says(void **state)
{
    (void)state;
    assert_int_equal(notify_decide_outcome(200, true, 0), NOTIFY_OUTCOME_DELIVERED);
    assert_int_equal(notify_decide_outcome(200, true, 45009), NOTIFY_OUTCOME_LATER);
    assert_int_equal(notify_decide_outcome(200, true, -1), NOTIFY_OUTCOME_LATER);
    assert_int_equal(notify_decide_outcome(200, true, 93000), NOTIFY_OUTCOME_REFUSED);
    assert_int_equal(notify_decide_outcome(200, true, 40058), NOTIFY_OUTCOME_REFUSED);
    assert_int_equal(notify_decide_outcome(502, false, 0), NOTIFY_OUTCOME_LATER);
    assert_int_equal(notify_decide_outcome(200, false, 0), NOTIFY_OUTCOME_LATER);
    assert_int_equal(notify_decide_outcome(0, false, 0), NOTIFY_OUTCOME_LATER);
}

static void a_report_has_the_id_of_its_alert(void **state)
{
    struct event cause = { .alert = { .alert_id = STR("alert-1") }, .trace = STR("t") };
    struct event one = notify_conclude(*state, &cause, STR("delivered"), STR_NONE, 1, 10);
    struct event two = notify_conclude(*state, &cause, STR("delivered"), STR_NONE, 1, 10);

    assert_true(str_eq(one.id, two.id));
    assert_true(str_is(one.key, "alert-1"));
    assert_int_equal(one.sent.at, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_alert_is_a_message_of_its_own),
        cmocka_unit_test(one_that_may_be_a_repeat_says_so),
        cmocka_unit_test(many_become_few_and_each_stands_in_one),
        cmocka_unit_test(an_endless_reason_is_cut_at_a_character),
        cmocka_unit_test(answers_mean_what_the_document_says),
        cmocka_unit_test(a_report_has_the_id_of_its_alert),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
