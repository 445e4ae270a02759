/* Walks tests/cases/notify/messages: what goes out now, and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "case_file.h"
#include "codec/rules_codec.h"
#include "notify/notify_decide.h"

#define ITEMS_MAX 2000
#define NOW_MS    INT64_C(1762790400000)

static struct arena *arena;
static struct notify_policy policy;

struct message_case {
    struct notify_item items[ITEMS_MAX];
    struct notify_queue queue;
    size_t last; /* what the last `alert` or `alerts` brought begins here */
    size_t kinds;
};

static void add(struct message_case *it, struct str id, const struct case_line *line, size_t at)
{
    struct alert_body *alert = ARENA_NEW(arena, struct alert_body);
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);

    assert_true(it->queue.count < ITEMS_MAX);
    *reason = (struct verdict_reason){ .rule = STR("r"), .text = case_word(line, at + 2) };
    *alert = (struct alert_body){
        .alert_id = arena_format(arena, "alert-%04zu", it->queue.count),
        .subject = id,
        .order_id = str_is(case_word(line, at), "stock") ? STR_NONE : id,
        .gate = case_word(line, at),
        .title = STR("要看一下 Look at this"),
        .reasons = reason,
        .reason_count = 1,
    };
    it->items[it->queue.count++] = (struct notify_item){
        .alert = alert,
        .level = notify_level_of(case_word(line, at + 1)),
        .waits_since = NOW_MS,
    };
}

static void given_alerts(const struct case_file *file, const struct case_line *line,
                         struct message_case *it)
{
    it->last = it->queue.count;
    if (str_is(case_word(line, 0), "alert")) {
        add(it, case_word(line, 1), line, 2);
        return;
    }
    it->kinds++;
    for (long n = 1; n <= case_number(file, line, 1); n++)
        add(it, arena_format(arena, "%c-%04ld", (char)('a' + it->kinds - 1), n), line, 2);
}

static void given(const struct case_file *file, const struct case_line *line,
                  struct message_case *it)
{
    struct str word = case_word(line, 0);

    if (str_is(word, "alert") || str_is(word, "alerts")) {
        given_alerts(file, line, it);
    } else if (str_is(word, "minute")) {
        it->queue.minute_count = case_number(file, line, 1);
        it->queue.minute_max = case_number(file, line, 3);
    } else if (str_is(word, "waited")) {
        for (size_t i = 0; i < it->queue.count; i++)
            it->items[i].waits_since -= case_number(file, line, 1) * 1000;
    } else if (str_is(word, "paused")) {
        it->queue.paused_until = NOW_MS + case_number(file, line, 1) * 1000;
    } else if (str_is(word, "no")) {
        it->queue.doubt = true;
    } else if (str_is(word, "application")) {
        it->queue.size_max = 2048;
        it->queue.mentions = false;
    } else if (str_is(word, "mention") || str_is(word, "muted") || str_is(word, "cut")) {
        for (size_t i = it->last; i < it->queue.count; i++) {
            it->items[i].mention = case_word(line, 1);
            it->items[i].digest_only = str_is(word, "muted");
            it->items[i].cut = str_is(word, "cut");
        }
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static int by_level(const void *a, const void *b)
{
    const struct notify_item *x = a, *y = b;
    bool x_urgent = x->level == NOTIFY_LEVEL_URGENT, y_urgent = y->level == NOTIFY_LEVEL_URGENT;

    if (x_urgent != y_urgent)
        return x_urgent ? -1 : 1;
    return str_compare(x->alert->alert_id, y->alert->alert_id);
}

static struct str rest_of(const struct case_line *line)
{
    struct buf buf;

    buf_init(&buf, arena, 256);
    for (size_t i = 1; i < line->count; i++) {
        if (i > 1)
            buf_put_byte(&buf, ' ');
        buf_put(&buf, line->words[i]);
    }
    return buf_str(&buf);
}

static bool holds(struct str text, struct str part)
{
    return text.size > 0 && memmem(text.data, text.size, part.data, part.size) != NULL;
}

static bool then(const struct case_file *file, const struct case_line *line,
                 const struct message_case *it, const struct notify_plan *plan)
{
    struct str word = case_word(line, 0);

    if (str_is(word, "nothing"))
        return plan->count == 0;
    if (str_is(word, "single"))
        return plan->count == 1
            && str_eq(it->items[plan->picks[0]].alert->subject, case_word(line, 1))
            && holds(plan->content, case_word(line, 1));
    if (str_is(word, "digest") && str_is(case_word(line, 1), "at"))
        return plan->count >= (size_t)case_number(file, line, 3);
    if (str_is(word, "digest"))
        return plan->count == (size_t)case_number(file, line, 1);
    if (str_is(word, "says"))
        return holds(plan->content, rest_of(line));
    if (str_is(word, "silent"))
        return !holds(plan->content, rest_of(line));
    if (str_is(word, "bytes"))
        return plan->content.size <= (size_t)case_number(file, line, 3);
    return false;
}

/* Of any plan: it fits, is text, tells each alert once. */
static void is_sound(const struct message_case *it, const struct notify_plan *plan)
{
    bool *told = ARENA_ARRAY(arena, bool, ITEMS_MAX);

    assert_true(plan->content.size <= it->queue.size_max && str_is_utf8(plan->content));
    assert_true(plan->count == 0 || plan->content.size > 0);
    for (size_t i = 0; i < plan->count; i++) {
        assert_true(plan->picks[i] < it->queue.count && !told[plan->picks[i]]);
        told[plan->picks[i]] = true;
    }
}

static void run(const struct case_file *file, struct message_case *it)
{
    size_t checks = 0;
    bool fresh = true;

    for (size_t k = 0; k < file->count; k++) {
        const struct case_line *line = &file->lines[k];

        if (!line->then) {
            if (fresh)
                *it = (struct message_case){ .queue = { .minute_max = 18, .size_max = 4096,
                                                        .mentions = true, .now_ms = NOW_MS } };
            fresh = false;
            given(file, line, it);
            continue;
        }
        fresh = true;
        it->queue.items = it->items;
        qsort(it->items, it->queue.count, sizeof(it->items[0]), by_level);
        struct notify_plan plan = notify_decide(arena, &policy, &it->queue);
        is_sound(it, &plan);
        if (!then(file, line, it, &plan))
            fail_msg("%s:%d: %zu alerts: %.*s", file->path, line->number, plan.count,
                     STR_ARG(plan.content));
        checks++;
    }
    assert_true(checks > 0);
}

static void every_message_case_holds(void **state)
{
    struct message_case *it = ARENA_NEW(arena, struct message_case);
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/notify/messages", &files);

    (void)state;
    for (size_t i = 0; i < count; i++)
        run(&files[i], it);
    assert_true(count >= 14);
}

/* Sent until nothing waits, every alert is told exactly once, whatever the mix. */
static void told_until_the_end_each_is_told_once(void **state)
{
    static const char *const gates[] = { "anomaly", "stock", "route", "decision", "odd" };
    uint32_t dice = 11;

    (void)state;
    for (int round = 0; round < 40; round++) {
        struct notify_item items[300];
        size_t count = 1 + (size_t)round * 7 % 300, left = count, messages = 0;

        for (size_t i = 0; i < count; i++) {
            struct alert_body *alert = ARENA_NEW(arena, struct alert_body);

            dice = dice * 1664525 + 1013904223;
            *alert = (struct alert_body){ .alert_id = arena_format(arena, "%zu", i),
                                          .subject = arena_format(arena, "o-%zu", i % 97),
                                          .gate = str_of(gates[(dice >> 16) % 5]),
                                          .title = STR("标题") };
            items[i] = (struct notify_item){ .alert = alert,
                                             .level = 1 + (dice >> 20) % 3,
                                             .digest_only = (dice >> 24) % 2,
                                             .cut = (dice >> 26) % 8 == 0 };
        }
        while (left > 0) {
            struct notify_queue queue = { .items = items, .count = left, .minute_max = 18,
                                          .minute_count = (int64_t)(messages % 18),
                                          .size_max = 4096, .now_ms = NOW_MS };
            struct notify_plan plan = notify_decide(arena, &policy, &queue);
            bool gone[300] = { false };
            size_t kept = 0;

            assert_true(plan.count > 0 && plan.count <= left);
            for (size_t i = 0; i < plan.count; i++) {
                assert_false(gone[plan.picks[i]]);
                gone[plan.picks[i]] = true;
            }
            for (size_t i = 0; i < left; i++) {
                if (!gone[i])
                    items[kept++] = items[i];
            }
            left = kept;
            messages++;
        }
        arena_reset(arena);
        assert_true(messages <= count);
    }
}

static void a_report_has_the_id_of_its_alert(void **state)
{
    const struct sent_body sent = { .alert_id = STR("alert-1"), .outcome = STR("digested"),
                                    .attempts = 1, .at = 10 };
    struct event one = notify_conclude(arena, &sent, STR("t"), 5);
    struct event two = notify_conclude(arena, &sent, STR("t"), 5);

    (void)state;
    assert_true(str_eq(one.id, two.id));
    assert_true(str_is(one.key, "alert-1"));
    assert_int_equal(one.time_ms, 10);
    assert_int_equal(one.entered_ms, 5);
}

static int setup(void **state)
{
    struct rule_set *set;
    struct err err;
    struct arena *home = arena_open((size_t)16 << 20);

    arena = arena_open((size_t)256 << 20);
    set = ARENA_NEW(home, struct rule_set);
    *state = home;
    return rules_decode(home, rules_shipped(STR("notify")), notify_rules_language(), set, &err)
            && notify_policy_read(home, set, &policy, &err)
        ? 0
        : -1;
}

static int teardown(void **state)
{
    arena_close(arena);
    arena_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_case_holds),
        cmocka_unit_test(told_until_the_end_each_is_told_once),
        cmocka_unit_test(a_report_has_the_id_of_its_alert),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
