/*
 * dlq_text_test — foreign bytes on a terminal: nothing steers it, no phone is read from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/dlq_text.h"

static struct arena *arena;

static int dlq_text_test_open(void **state)
{
    (void)state;
    arena = arena_open(1u << 20);
    return 0;
}

static int dlq_text_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static void check(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("\"%.*s\" instead of \"%s\"", STR_ARG(got), want);
}

static void phones_are_masked(void **state)
{
    static const char *const cases[][2] = {
        { "13812345678", "138******78" },
        { "tel 13812345678, or +8613812345678.", "tel 138******78, or +861********78." },
        { "0571-88886666", "0571-888***66" },
        { "\"mobile\":\"13812345678\"", "\"mobile\":\"138******78\"" },
        { "1234567", "123**67" },
        { "no 123456 no", "no 123456 no" },
        { "6900000000000000001", "6900000000000000001" }, /* an order's id */
        { "12345678901234", "12345678901234" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check(dlq_text_mask(arena, str_of(cases[i][0]), 200), cases[i][1]);
}

static void a_phone_at_the_cut_is_masked_too(void **state)
{
    struct str bytes = STR("phone 13812345678 and more");

    (void)state;
    check(dlq_text_mask(arena, bytes, 12), "phone 138******78");
    check(dlq_text_mask(arena, bytes, 6), "phone ");
}

static void ids_in_keys_and_reasons_stay(void **state)
{
    (void)state;
    check(dlq_text_clean(arena, STR("douyin:9000001:6900000000000000001"), 100),
          "douyin:9000001:6900000000000000001");
}

static void nothing_steers_the_terminal(void **state)
{
    static const char *const cases[][2] = {
        { "\x1b[2J", "\\x1b[2J" },
        { "a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd" },
        { "\x7f", "\\x7f" },
        { "\xc2\x9b"
          "31m",
          "\\xc2\\x9b31m" }, /* CSI as one character */
        { "\xff\xfe", "\\xff\\xfe" },
        { "\xe6\xb0", "\\xe6\\xb0" },          /* a character cut short */
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
        { "水闸 sluice é", "水闸 sluice é" },
        { "😀", "😀" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str got = dlq_text_mask(arena, str_of(cases[i][0]), 200);

        check(got, cases[i][1]);
        assert_true(str_is_utf8(got));
        check(dlq_text_clean(arena, str_of(cases[i][0]), 200), cases[i][1]);
    }
    check(dlq_text_mask(arena, (struct str){ .data = "a\0b", .size = 3 }, 200), "a\\x00b");
}

static void every_byte_there_is_gives_printable_text(void **state)
{
    char bytes[256];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)i;
    struct str got = dlq_text_mask(arena, (struct str){ .data = bytes, .size = 256 }, 256);
    assert_true(str_is_utf8(got));
    for (size_t i = 0; i < got.size; i++)
        assert_true((unsigned char)got.data[i] >= 0x20 && got.data[i] != 0x7f);
}

static void empty_stays_empty(void **state)
{
    (void)state;
    assert_int_equal(dlq_text_mask(arena, STR_NONE, 200).size, 0);
    assert_int_equal(dlq_text_clean(arena, STR("x"), 0).size, 0);
    assert_int_equal(dlq_text_hex(arena, STR_NONE).size, 0);
}

static void hex_is_every_byte(void **state)
{
    (void)state;
    check(dlq_text_hex(arena, (struct str){ .data = "\0\xff"
                                                    "az",
                                            .size = 4 }),
          "00ff617a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phones_are_masked),
        cmocka_unit_test(a_phone_at_the_cut_is_masked_too),
        cmocka_unit_test(ids_in_keys_and_reasons_stay),
        cmocka_unit_test(nothing_steers_the_terminal),
        cmocka_unit_test(every_byte_there_is_gives_printable_text),
        cmocka_unit_test(empty_stays_empty),
        cmocka_unit_test(hex_is_every_byte),
    };

    return cmocka_run_group_tests(tests, dlq_text_test_open, dlq_text_test_close);
}
