/* The words of messages: whole at every size, nothing lost unsaid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notify/notify_message_decide.h"

static struct arena *arena;

static bool holds(struct str text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

static size_t times(struct str text, const char *part)
{
    size_t count = 0;

    for (size_t i = 0; i + strlen(part) <= text.size; i++)
        count += memcmp(text.data + i, part, strlen(part)) == 0;
    return count;
}

static struct notify_item item_of(size_t i, size_t reasons, const char *text)
{
    struct alert_body *alert = ARENA_NEW(arena, struct alert_body);

    *alert = (struct alert_body){
        .alert_id = arena_format(arena, "alert-%zu", i),
        .order_id = arena_format(arena, "douyin:9000001:69000000000000%05zu", i),
        .gate = STR("anomaly"),
        .title = STR("订单已拦截，等待审核 Order held for review"),
        .reasons = ARENA_ARRAY(arena, struct verdict_reason, reasons + 1),
        .reason_count = reasons,
    };
    alert->subject = alert->order_id;
    for (size_t k = 0; k < reasons; k++)
        alert->reasons[k] = (struct verdict_reason){ .rule = STR("r"), .text = str_of(text) };
    return (struct notify_item){ .alert = alert, .level = NOTIFY_LEVEL_URGENT,
                                 .mention = STR("zhang|li|zhang|<bad>|") };
}

static void one_order_is_one_message_however_many_reasons(void **state)
{
    struct notify_item item = item_of(1, 5, "单价 3.00 元，低于底价");
    struct str text = notify_message_single(arena, &item, 4096, true);

    (void)state;
    assert_true(str_is(text,
                       "<font color=\"warning\">【紧急 urgent】</font>"
                       "**订单已拦截，等待审核 Order held for review**\n"
                       "> douyin:9000001:6900000000000000001\n"
                       "> 单价 3.00 元，低于底价\n> 单价 3.00 元，低于底价\n"
                       "> 单价 3.00 元，低于底价\n> 单价 3.00 元，低于底价\n"
                       "> 单价 3.00 元，低于底价\n"
                       "<@zhang><@li>\n"
                       "查看 Look: `sluice order show douyin:9000001:6900000000000000001`"));
}

/* What is kept of an alert is small, says how much it leaves out, and reads the same. */
static void what_waits_is_small(void **state)
{
    char huge[60000];

    (void)state;
    for (size_t i = 0; i + 3 < sizeof(huge); i += 3)
        memcpy(huge + i, "价", 4);
    struct notify_item item = item_of(1, 9000, huge);
    struct alert_body alert = *item.alert;
    alert.title = alert.owner = str_of(huge);
    struct alert_body kept = notify_message_trim(arena, &alert);
    size_t size = kept.title.size + kept.owner.size;
    for (size_t i = 0; i < kept.reason_count; i++)
        size += kept.reasons[i].text.size;
    assert_true(size < 8000);
    assert_int_equal(kept.reason_count, 7);
    assert_true(str_is(kept.reasons[6].text, "……另有 8994 条原因 (and 8994 more)"));
    item.alert = &kept;
    struct str text = notify_message_single(arena, &item, 4096, false);
    assert_true(holds(text, "8994"));
    assert_true(str_is_utf8(text));

    struct notify_item few = item_of(2, 7, "原因");
    kept = notify_message_trim(arena, few.alert);
    assert_int_equal(kept.reason_count, 7);
    assert_true(str_is(kept.reasons[6].text, "原因"));
}

/* At every size: within it, whole characters, every tag that opens closes. */
static void is_whole(struct str text, size_t size_max)
{
    assert_true(text.size > 0 && text.size <= size_max && str_is_utf8(text));
    assert_int_equal(times(text, "<font"), times(text, "</font>"));
    assert_int_equal(times(text, "`") % 2, 0);
    assert_int_equal(times(text, "**") % 2, 0);
    assert_int_equal(times(text, "<@"), times(text, "zhang>") + times(text, "li>"));
}

static void every_size_gives_a_whole_message(void **state)
{
    const struct notify_item *pointers[200];
    struct notify_item items[200];

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        items[i] = item_of(i, 1 + i % 9, "同一收件人今天第 <12> 单，地址相同，`付款` 间隔 **3** 秒");
        items[i].level = i < 3 ? NOTIFY_LEVEL_URGENT : NOTIFY_LEVEL_INFO;
        pointers[i] = &items[i];
    }
    for (size_t size = NOTIFY_SIZE_MIN; size <= 4096; size += 31) {
        struct str text;
        size_t told, all;

        is_whole(notify_message_single(arena, &items[8], size, true), size);
        told = notify_message_digest(arena, pointers, 200, size, true, false, &text);
        is_whole(text, size);
        for (size_t i = 0; i < told; i++)
            assert_true(holds(text, items[i].alert->order_id.data));
        assert_true(told == 200 || !holds(text, items[told].alert->order_id.data));
        all = notify_message_digest(arena, pointers, 200, size, true, true, &text);
        assert_int_equal(all, 200);
        is_whole(text, size);
        assert_true(holds(text, "197 单被拦截"));
        assert_true(size > 4000 || holds(text, "另有"));
        arena_reset(arena);
        for (size_t i = 0; i < 200; i++)
            items[i] = item_of(i, 1 + i % 9, "同一收件人今天第 <12> 单，`付款` 间隔 **3** 秒");
        for (size_t i = 0; i < 200; i++)
            items[i].level = i < 3 ? NOTIFY_LEVEL_URGENT : NOTIFY_LEVEL_INFO;
    }
}

/* Gates nobody has heard of, more of them than a message has headings for. */
static void too_many_kinds_leave_some_for_later(void **state)
{
    const struct notify_item *pointers[60];
    struct notify_item items[60];
    struct str text;

    (void)state;
    for (size_t i = 0; i < 60; i++) {
        struct alert_body alert;

        items[i] = item_of(i, 1, "原因");
        alert = *items[i].alert;
        alert.gate = arena_format(arena, "gate-%02zu", i);
        items[i].alert = memcpy(ARENA_NEW(arena, struct alert_body), &alert, sizeof(alert));
        pointers[i] = &items[i];
    }
    size_t told = notify_message_digest(arena, pointers, 60, 2048, false, true, &text);
    assert_true(told > 0 && told < 60);
    is_whole(text, 2048);
}

/* A stock alert says all in its title; an order that is odd twice is named once. */
static void a_line_says_what_a_person_needs(void **state)
{
    struct notify_item items[3] = { item_of(1, 3, "单价低于底价"), item_of(1, 1, "地址不清"),
                                    item_of(2, 0, "") };
    struct alert_body stock = { .alert_id = STR("s"), .subject = STR("SKU-A"),
                                .gate = STR("stock"), .title = STR("SKU-A 缺 8 件") };
    const struct notify_item *pointers[4] = { &items[0], &items[1], &items[2] };
    const struct notify_item short_item = { .alert = &stock, .level = NOTIFY_LEVEL_WARN };
    struct str text;

    (void)state;
    pointers[3] = &short_item;
    assert_int_equal(notify_message_digest(arena, pointers, 4, 4096, false, false, &text), 4);
    assert_true(holds(text, "> douyin:9000001:6900000000000000001 单价低于底价 (+2)\n"));
    assert_true(holds(text, "> SKU-A 缺 8 件\n"));
    assert_false(holds(text, "SKU-A SKU-A"));
    assert_true(holds(text, "**3 单被拦截，等待审核 3 orders held for review**"));
    assert_int_equal(times(text, "sluice"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_order_is_one_message_however_many_reasons),
        cmocka_unit_test(what_waits_is_small),
        cmocka_unit_test(every_size_gives_a_whole_message),
        cmocka_unit_test(too_many_kinds_leave_some_for_later),
        cmocka_unit_test(a_line_says_what_a_person_needs),
    };

    arena = arena_open((size_t)256 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(arena);
    return failed;
}
