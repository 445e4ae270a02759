/* Walks tests/cases/notify/answers: what an answer of WeCom means for the alerts of a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "case_file.h"
#include "notify/notify_outcome_decide.h"

#define NOW_MS INT64_C(1000000)

struct outcome_case {
    struct notify_answer answer;
    struct notify_past past;
    int64_t strikes;
};

static void given_answer(const struct case_file *file, const struct case_line *line,
                         struct notify_answer *answer)
{
    struct str word = case_word(line, 1);

    answer->sent = answer->answered = true;
    answer->status = 200;
    if (str_is(word, "http")) {
        answer->status = (int)case_number(file, line, 2);
    } else if (str_is(word, "none")) {
        answer->answered = false;
        answer->why = STR("Timeout was reached");
    } else if (str_is(word, "unsent")) {
        answer->sent = answer->answered = false;
        answer->why = STR("Couldn't connect to server");
    } else if (str_is(word, "garbage")) {
        answer->understood = false;
    } else {
        answer->understood = true;
        answer->errcode = case_number(file, line, 1);
    }
}

static void given(const struct case_file *file, const struct case_line *line,
                  struct outcome_case *it)
{
    struct str word = case_word(line, 0);

    if (str_is(word, "answer")) {
        given_answer(file, line, &it->answer);
    } else if (str_is(word, "token")) {
        it->answer.token = true;
    } else if (str_is(word, "unheard")) {
        it->answer.unheard = case_word(line, 1);
    } else if (str_is(word, "attempt")) {
        it->past.attempts = case_number(file, line, 1);
        it->past.attempts_max = case_number(file, line, 3);
    } else if (str_is(word, "busy")) {
        it->past.busy = case_number(file, line, 1);
    } else if (str_is(word, "moved")) {
        it->past.hops = case_number(file, line, 1);
    } else if (str_is(word, "cut")) {
        it->past.cut = true;
    } else if (str_is(word, "fallback")) {
        it->past.fallback = true;
    } else if (str_is(word, "strikes")) {
        it->strikes = case_number(file, line, 1);
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static const char *end_name(enum notify_end end)
{
    static const char *const names[] = {
        [NOTIFY_END_NONE] = "none",         [NOTIFY_END_TOLD] = "told",
        [NOTIFY_END_AGAIN] = "again",       [NOTIFY_END_FALLBACK] = "fallback",
        [NOTIFY_END_GIVEN_UP] = "given_up",
    };

    return names[end];
}

static void then(struct arena *arena, const struct case_file *file, const struct case_line *line,
                 const struct outcome_case *it)
{
    enum notify_outcome outcome = notify_outcome_of(&it->answer);
    struct notify_pause pause = notify_outcome_pause(outcome, it->strikes, NOW_MS);
    const char *end = end_name(notify_outcome_end(outcome, &it->past));
    struct str word = case_word(line, 0);

    if (str_is(word, "pause")) {
        int64_t seconds = pause.until_ms == 0 ? 0 : (pause.until_ms - NOW_MS) / 1000;

        if (seconds != case_number(file, line, 1))
            fail_msg("%s:%d: a pause of %lld s", file->path, line->number, (long long)seconds);
    } else if (str_is(word, "strikes")) {
        assert_int_equal(pause.strikes, case_number(file, line, 1));
    } else if (str_is(word, "careful")) {
        assert_true(pause.doubt);
    } else if (str_is(word, "reason")) {
        struct str reason = notify_outcome_reason(arena, &it->answer), want = case_word(line, 1);

        if (memmem(reason.data, reason.size, want.data, want.size) == NULL)
            fail_msg("%s:%d: the reason is %.*s", file->path, line->number, STR_ARG(reason));
    } else if (!str_is(word, end)) {
        fail_msg("%s:%d: %s", file->path, line->number, end);
    }
}

static void every_answer_case_holds(void **state)
{
    struct arena *arena = arena_open(8 << 20);
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/notify/answers", &files);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct outcome_case it = { .past = { .attempts = 1, .attempts_max = 20 } };
        size_t checks = 0;

        for (size_t k = 0; k < files[i].count; k++) {
            const struct case_line *line = &files[i].lines[k];

            if (line->then) {
                then(arena, &files[i], line, &it);
                checks++;
            } else {
                if (checks > 0) /* a new story */
                    it = (struct outcome_case){ .past = { .attempts = 1, .attempts_max = 20 } };
                checks = 0;
                given(&files[i], line, &it);
            }
        }
        assert_true(checks > 0);
    }
    assert_true(count >= 8);
    arena_close(arena);
}

/* Whatever comes back, the outcome has a name, a reason and an end, and nothing that may have been
 * told is tried again. */
static void every_answer_has_an_end(void **state)
{
    struct arena *arena = arena_open(64 << 20);
    const struct notify_past past = { .attempts = 1, .attempts_max = 20 };

    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        for (int status = 0; status < 600; status += 20) {
            struct notify_answer answer = {
                .sent = bits & 1,       .answered = (bits & 2) && (bits & 1),
                .understood = bits & 4, .token = bits & 8,
                .app = bits & 16,       .errcode = bits & 32 ? 0 : 93000,
                .status = status,       .why = STR("cut"),
            };
            enum notify_outcome outcome = notify_outcome_of(&answer);
            enum notify_end end = notify_outcome_end(outcome, &past);

            assert_int_not_equal(outcome, NOTIFY_OUTCOME_NONE);
            assert_int_not_equal(end, NOTIFY_END_NONE);
            assert_true(outcome == NOTIFY_OUTCOME_DELIVERED
                        || notify_outcome_reason(arena, &answer).size > 0);
            if (answer.sent && !answer.token && (!answer.answered || !answer.understood)
                && (status < 300 && (status >= 200 || !answer.answered)))
                assert_int_equal(end, NOTIFY_END_GIVEN_UP);
            assert_true(notify_outcome_pause(outcome, 1000, 5).until_ms <= 5 + 300000);
        }
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_case_holds),
        cmocka_unit_test(every_answer_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
