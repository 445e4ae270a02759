/* Walks tests/cases/notify/choices under its rules.json: whom an alert goes to, how loud, when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "case_file.h"
#include "codec/rules_codec.h"
#include "notify/notify_policy_decide.h"

#define FOLDER SLUICE_SOURCE_DIR "/tests/cases/notify/choices"

static struct arena *arena;
static struct err err;

static struct str read_file(const char *path)
{
    char *data = arena_alloc(arena, 65536);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size_t size = fread(data, 1, 65535, file);
    (void)fclose(file);
    return (struct str){ .data = data, .size = size };
}

static bool policy_of(struct str text, struct notify_policy *policy)
{
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);

    return rules_decode(arena, text, notify_rules_language(), set, &err)
        && notify_policy_read(arena, set, policy, &err);
}

struct choice_case {
    struct alert_body alert;
    struct verdict_reason reason;
    int64_t now_ms;
};

static int64_t time_of(const struct case_file *file, const struct case_line *line, size_t i)
{
    int64_t ms = 0;
    struct str text = arena_format(arena, "%.*s %.*s", STR_ARG(case_word(line, i)),
                                   STR_ARG(case_word(line, i + 1)));

    if (!clock_parse(text, &ms))
        fail_msg("%s:%d: no time", file->path, line->number);
    return ms;
}

static void given(const struct case_file *file, const struct case_line *line,
                  struct choice_case *it)
{
    struct str word = case_word(line, 0);

    if (str_is(word, "alert")) {
        *it = (struct choice_case){
            .reason = { .rule = STR("some_rule"), .text = case_word(line, 2) },
            .alert = { .alert_id = STR("a"), .subject = STR("s"), .gate = case_word(line, 1),
                       .title = STR("要看一下"), .owner = case_word(line, 4) },
        };
        assert_true(clock_parse(STR("2026-11-11 15:00:00"), &it->now_ms));
    } else if (str_is(word, "order")) {
        it->alert.order_id = case_word(line, 1);
    } else if (str_is(word, "title")) {
        it->alert.title = case_word(line, 1);
    } else if (str_is(word, "rule")) {
        it->reason.rule = case_word(line, 1);
    } else if (str_is(word, "level")) {
        it->alert.level = case_word(line, 1);
    } else if (str_is(word, "at")) {
        it->now_ms = time_of(file, line, 1);
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static void then(const struct case_file *file, const struct case_line *line,
                 const struct notify_choice *choice)
{
    struct str word = case_word(line, 0), want = case_word(line, 1);
    bool fine = false;

    if (str_is(word, "target"))
        fine = str_eq(choice->target, want);
    else if (str_is(word, "level"))
        fine = str_is(want, notify_level_name(choice->level));
    else if (str_is(word, "mention"))
        fine = str_is(want, "-") ? choice->mention.size == 0 : str_eq(choice->mention, want);
    else if (str_is(word, "now"))
        fine = choice->not_before == 0;
    else if (str_is(word, "waits"))
        fine = choice->not_before == time_of(file, line, 1);
    else if (str_is(word, "digest_only"))
        fine = choice->digest_only;
    else if (str_is(word, "alone"))
        fine = !choice->digest_only;
    if (!fine)
        fail_msg("%s:%d: target %.*s, level %s, mention %.*s, not before %lld", file->path,
                 line->number, STR_ARG(choice->target), notify_level_name(choice->level),
                 STR_ARG(choice->mention), (long long)choice->not_before);
}

static void every_choice_case_holds(void **state)
{
    struct case_file *files;
    size_t count = case_file_load(arena, FOLDER, &files), checks = 0;
    struct notify_policy policy;

    (void)state;
    if (!policy_of(read_file(FOLDER "/rules.json"), &policy))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++) {
        struct choice_case it = { .now_ms = 0 };

        for (size_t k = 0; k < files[i].count; k++) {
            const struct case_line *line = &files[i].lines[k];

            if (!line->then) {
                given(&files[i], line, &it);
                continue;
            }
            it.alert.reasons = &it.reason;
            it.alert.reason_count = 1;
            struct notify_choice choice = notify_policy_choose(arena, &policy, &it.alert,
                                                               it.now_ms);
            then(&files[i], line, &choice);
            checks++;
        }
    }
    assert_true(count >= 4 && checks >= 20);
}

static void the_set_that_is_shipped_sends_all_to_one_group(void **state)
{
    const struct alert_body alert = { .gate = STR("anomaly"), .title = STR("拦截"),
                                      .owner = STR("price") };
    struct notify_policy policy;

    (void)state;
    if (!policy_of(rules_shipped(STR("notify")), &policy))
        fail_msg("%s", err.text);
    struct notify_choice choice = notify_policy_choose(arena, &policy, &alert, 1);
    assert_true(str_is(choice.target, "default"));
    assert_int_equal(choice.level, NOTIFY_LEVEL_WARN);
    assert_int_equal(choice.not_before, 0);
    assert_int_equal(choice.mention.size, 0);
    assert_false(notify_policy_target(&policy, STR("default"))->app);
    assert_null(notify_policy_target(&policy, STR("nobody")));
}

static void refused(const char *text, const char *why)
{
    struct notify_policy policy = { .names_max = 77 };

    assert_false(policy_of(str_of(text), &policy));
    assert_int_equal(err.class, ERR_REJECT);
    if (strstr(err.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
    assert_int_equal(policy.names_max, 77);
}

#define SET(tables, rules) \
    "{\"set\":\"notify\",\"settings\":{\"default_target\":\"a\"},\"tables\":{" tables "}," \
    "\"rules\":[" rules "]}"
#define A "\"targets\":[{\"name\":\"a\",\"kind\":\"robot\"}]"

static void a_name_that_nobody_defined_is_refused(void **state)
{
    (void)state;
    refused(SET("\"targets\":[{\"name\":\"b\",\"kind\":\"robot\"}]", ""), "default_target");
    refused(SET("\"targets\":[{\"name\":\"a\",\"kind\":\"robot\",\"fallback\":\"c\"}]", ""),
            "no target \"c\"");
    refused(SET(A ",\"owners\":[{\"owner\":\"x\",\"target\":\"c\"}]", ""), "owner x");
    refused(SET(A, "{\"id\":\"r1\",\"priority\":1,\"action\":\"send\",\"target\":\"c\","
                   "\"when\":{\"field\":\"alert.gate\",\"is\":\"x\"},\"explain\":\"x\"}"),
            "rule r1");
    refused(SET(A, "{\"id\":\"r2\",\"priority\":1,\"action\":\"send\","
                   "\"when\":{\"field\":\"alert.gate\",\"is\":\"x\"},\"explain\":\"x\"}"),
            "rule r2: send");
    refused(SET(A, "{\"id\":\"r3\",\"priority\":1,\"action\":\"mention\","
                   "\"when\":{\"field\":\"alert.gate\",\"is\":\"x\"},\"explain\":\"x\"}"),
            "rule r3: mention");
    refused(SET(A ",\"quiet\":[{\"from\":\"01:00\",\"until\":\"02:00\","
                  "\"levels\":[\"loud\"]}]", ""),
            "no level \"loud\"");
    refused(SET("\"targets\":[{\"name\":\"a\",\"kind\":\"app\"}]", ""), "touser");
    refused(SET("\"targets\":[{\"name\":\"a\",\"kind\":\"robot\",\"touser\":\"x\"}]", ""), "group");
    refused(SET("\"targets\":[{\"name\":\"a\",\"kind\":\"fax\"}]", ""), "kind");
}

/* Hours without an end, and hours that cover the whole day together, must not hang. */
static void quiet_hours_always_end(void **state)
{
    struct notify_policy policy;
    const struct alert_body alert = { .gate = STR("x"), .title = STR("x") };

    (void)state;
    assert_true(policy_of(STR(SET(A ",\"quiet\":[{\"from\":\"00:00\",\"until\":\"12:00\"},"
                                    "{\"from\":\"12:00\",\"until\":\"00:00\"},"
                                    "{\"from\":\"07:00\",\"until\":\"07:00\"}]", "")),
                          &policy));
    for (int64_t at = 0; at < INT64_C(86400000); at += 600000) {
        int64_t until = notify_policy_choose(arena, &policy, &alert, at).not_before;

        assert_true(until > at && until <= at + 3 * INT64_C(86400000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_choice_case_holds),
        cmocka_unit_test(the_set_that_is_shipped_sends_all_to_one_group),
        cmocka_unit_test(a_name_that_nobody_defined_is_refused),
        cmocka_unit_test(quiet_hours_always_end),
    };

    arena = arena_open((size_t)64 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(arena);
    return failed;
}
