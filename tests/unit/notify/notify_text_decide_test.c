/* Walks tests/cases/notify/texts, and throws all kinds of bytes at the same functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "case_file.h"
#include "notify/notify_text_decide.h"

static struct arena *arena;

/* The words of a line with one space between. */
static struct str words_of(const struct case_line *line)
{
    struct buf buf;

    buf_init(&buf, arena, 256);
    for (size_t i = 0; i < line->count; i++) {
        if (i > 0)
            buf_put_byte(&buf, ' ');
        buf_put(&buf, line->words[i]);
    }
    return buf_str(&buf);
}

static void every_text_case_holds(void **state)
{
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/notify/texts", &files);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct str text = STR_NONE;
        size_t checks = 0;

        for (size_t k = 0; k < files[i].count; k++) {
            const struct case_line *line = &files[i].lines[k];

            if (!line->then) {
                text = words_of(line);
                continue;
            }
            struct str got = notify_text_masked(arena, text, 400);
            if (!str_eq(got, words_of(line)))
                fail_msg("%s:%d: %.*s", files[i].path, line->number, STR_ARG(got));
            checks++;
        }
        assert_true(checks > 0);
    }
    assert_int_equal(count, 3);
}

static void what_nobody_sees_is_not_there(void **state)
{
    (void)state;
    assert_true(str_is(notify_text_plain(arena, STR(" a\t\r\n b\x01\x7f" "c  "), 99), "a b c"));
    assert_true(str_is(notify_text_plain(arena, STR("13\u200B8\u202E12345678"), 99),
                       "13812345678"));
    assert_true(str_is(notify_text_masked(arena, STR("13\u200B8\u202E12345678"), 99), "***"));
    assert_true(str_is(notify_text_plain(arena, STR("<\uFEFF@all>"), 99), "＜＠all＞"));
    assert_int_equal(notify_text_plain(arena, STR_NONE, 99).size, 0);
    assert_int_equal(notify_text_masked(arena, STR("\n \u3000"), 99).size, 0);
}

/* An id is made plain and keeps its digits, whatever they look like. */
static void an_id_keeps_its_digits(void **state)
{
    (void)state;
    assert_true(str_is(notify_text_plain(arena, STR("shop:1:13812345678"), 99),
                       "shop:1:13812345678"));
}

static void a_long_text_is_cut_at_a_character(void **state)
{
    char text[3000];

    (void)state;
    for (size_t i = 0; i < sizeof(text); i += 3)
        memcpy(text + i, "价", 3);
    for (size_t size = 3; size < 40; size++) {
        struct str got = notify_text_masked(arena, (struct str){ text, sizeof(text) }, size);

        assert_true(got.size <= size && str_is_utf8(got));
        assert_true(got.size >= 3 && memcmp(got.data + got.size - 3, "…", 3) == 0);
    }
    assert_int_equal(notify_text_masked(arena, (struct str){ text, 30 }, 30).size, 30);
}

/* No bytes, in any order, give markup, a line break or bad UTF-8. */
static void no_bytes_become_markup(void **state)
{
    static const char *const bits[] = { "<", "@all", ">", "](", "http", "://", "1", "38", "0571-",
                                        "８", "价", "\xE4", "\xBB\xB7", "\xF0\x9F", "\x92", "\xC0",
                                        "\xFF", "\n", "`", "*", "\u2066", " ", "-", "X", "😀" };
    uint32_t dice = 7;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct buf buf;

        buf_init(&buf, arena, 64);
        for (int i = 0; i < 12; i++) {
            dice = dice * 1664525 + 1013904223;
            buf_put(&buf, str_of(bits[(dice >> 16) % (sizeof(bits) / sizeof(bits[0]))]));
        }
        struct str got = notify_text_masked(arena, buf_str(&buf), 60);
        assert_true(got.size <= 60 && str_is_utf8(got));
        for (size_t i = 0; i < got.size; i++)
            assert_null(memchr("<>[]`@#\\\n\r\t", got.data[i], 11));
        assert_null(memmem(got.data ? got.data : "", got.size, "://", 3));
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_case_holds),
        cmocka_unit_test(what_nobody_sees_is_not_there),
        cmocka_unit_test(an_id_keeps_its_digits),
        cmocka_unit_test(a_long_text_is_cut_at_a_character),
        cmocka_unit_test(no_bytes_become_markup),
    };

    arena = arena_open((size_t)64 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(arena);
    return failed;
}
