/* Walks tests/cases/anomaly: which orders a person must look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "anomaly/anomaly_decide.h"
#include "case_file.h"

struct anomaly_case {
    struct anomaly_price prices[8];
    size_t price_count;
    struct order_line lines[8];
    struct answer_body answer;
};

static void given(const struct case_file *file, const struct case_line *line,
                  struct anomaly_case *it)
{
    struct order *order = &it->answer.order;
    struct str word = case_word(line, 0);

    if (str_is(word, "price")) {
        it->prices[it->price_count++] = (struct anomaly_price){
            .sku = case_word(line, 1), .price_fen = case_number(file, line, 2) };
    } else if (str_is(word, "line")) {
        it->lines[order->line_count++] = (struct order_line){
            .merchant_code = case_word(line, 1),
            .quantity = case_number(file, line, 3),
            .price_fen = case_number(file, line, 5),
            .kind = str_is(case_word(line, 6), "gift") ? LINE_KIND_GIFT : LINE_KIND_SPOT };
    } else if (str_is(word, "address")) {
        order->receiver.address = str_is(case_word(line, 1), "-") ? STR_NONE : case_word(line, 1);
    } else if (str_is(word, "masked")) {
        order->receiver.masked = true;
    } else if (str_is(word, "stock")) {
        it->answer.reason = case_word(line, 2);
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static void then(const struct case_file *file, const struct case_line *line,
                 const struct verdict *verdict)
{
    const char *want = str_is(case_word(line, 0), "clear") ? "clear" : "held";

    if (!str_is(str_of(verdict_kind_name(verdict->kind)), want))
        fail_msg("%s: %s, not %s", file->path, verdict_kind_name(verdict->kind), want);
    if (verdict->reason_count != line->count - 1)
        fail_msg("%s: %zu reasons", file->path, verdict->reason_count);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (!str_eq(verdict->reasons[i].rule, case_word(line, i + 1)))
            fail_msg("%s: rule %zu is %.*s", file->path, i,
                     STR_ARG(verdict->reasons[i].rule));
        assert_true(verdict->reasons[i].text.size > 0);
    }
}

static void run(struct arena *arena, const struct case_file *file)
{
    struct anomaly_case it = { .price_count = 0 };
    struct anomaly_policy policy = { .floor_percent = 30, .quantity_max = 50,
                                     .rules_version = STR("t") };
    struct verdict verdict = { .kind = VERDICT_KIND_NONE };
    size_t checks = 0;

    it.answer.order.lines = it.lines;
    it.answer.order.receiver.address = STR("文一西路969号");
    for (size_t i = 0; i < file->count; i++) {
        const struct case_line *line = &file->lines[i];

        if (!line->then) {
            given(file, line, &it);
            continue;
        }
        policy.prices = it.prices;
        policy.price_count = it.price_count;
        verdict = anomaly_decide(arena, &it.answer, &policy);
        then(file, line, &verdict);
        checks++;
    }
    assert_true(checks > 0);
}

static void every_case_holds(void **state)
{
    struct arena *arena = arena_open(4 << 20);
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/anomaly", &files);

    (void)state;
    assert_true(count >= 10);
    for (size_t i = 0; i < count; i++)
        run(arena, &files[i]);
    printf("%zu cases\n", count);
    arena_close(arena);
}

static void only_promised_and_paid_orders_are_judged(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_RESERVED, .paid = true };

    (void)state;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_JUDGE);
    answer.paid = false;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
    answer = (struct answer_body){ .state = STOCK_STATE_WAIT, .paid = true };
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
    answer.state = STOCK_STATE_CANCELLING;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_PASS);
    answer.state = STOCK_STATE_REPLANNING;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_PASS);
    answer.state = STOCK_STATE_CANCELLED;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
}

static void announcements_repeat_with_the_same_ids(void **state)
{
    struct arena *arena = arena_open(1 << 20);
    struct verdict_reason reason = { .rule = STR("price_floor"), .text = STR("低") };
    struct verdict verdict = { .kind = VERDICT_KIND_HELD, .reasons = &reason, .reason_count = 1 };
    struct event cause = { .kind = EVENT_ORDER_RESERVED, .time_ms = 5,
                           .answer = { .order_id = STR("a:b:c"), .rev = 2 } };
    struct event screened = anomaly_conclude(arena, &cause, &verdict);
    struct event alert = anomaly_conclude_alert(arena, &cause, &verdict);
    struct event rejection = anomaly_conclude_rejection(arena, &cause, &verdict);

    (void)state;
    assert_true(str_eq(screened.id, anomaly_conclude(arena, &cause, &verdict).id));
    assert_int_equal(screened.time_ms, 5);
    assert_true(str_eq(alert.key, alert.alert.alert_id));
    assert_true(str_is(rejection.fact.rule, "price_floor"));
    assert_int_equal(rejection.fact.rev, 2);
    cause.answer.rev = 3;
    assert_false(str_eq(alert.key, anomaly_conclude_alert(arena, &cause, &verdict).key));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_holds),
        cmocka_unit_test(only_promised_and_paid_orders_are_judged),
        cmocka_unit_test(announcements_repeat_with_the_same_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
