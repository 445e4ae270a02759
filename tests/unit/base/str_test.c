/* str: slices, their order, cutting, trimming and UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define assert_str(s, text) assert_true(str_is((s), (text)))

static void str_of_borrows_text_and_null(void **state)
{
    (void)state;
    const char *text = "abc";

    assert_ptr_equal(str_of(text).data, text);
    assert_int_equal(str_of(text).size, 3);
    assert_int_equal(str_of(NULL).size, 0);
    assert_int_equal(STR("ab\0c").size, 4);
}

static void str_eq_looks_at_every_byte(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("ab"), STR("abc")));
    assert_true(str_eq(STR_NONE, STR("")));
    assert_true(str_is(STR_NONE, ""));
    assert_false(str_is(STR("ab"), "a"));
}

static void str_compare_orders_bytewise(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("b"), STR("a")) > 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_true(str_compare(STR("\xe6"), STR("a")) > 0); /* bytes are unsigned */
    assert_int_equal(str_compare(STR_NONE, STR("")), 0);
    assert_true(str_compare(STR_NONE, STR("a")) < 0);
}

static void str_starts_and_has(void **state)
{
    (void)state;
    assert_true(str_starts(STR("dead.ingest"), STR("dead.")));
    assert_true(str_starts(STR("x"), STR_NONE));
    assert_false(str_starts(STR("dea"), STR("dead.")));
    assert_true(str_has(STR("a:b"), ':'));
    assert_true(str_has(STR("a\0b"), '\0'));
    assert_false(str_has(STR("ab"), ':'));
    assert_false(str_has(STR_NONE, ':'));
}

static void str_trim_takes_white_space_off_both_ends(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    assert_str(str_trim(STR("   ")), "");
    assert_str(str_trim(STR_NONE), "");
    assert_str(str_trim(STR("\xc2\xa0x")), "\xc2\xa0x"); /* ASCII only */
}

static void str_cut_walks_over_the_parts(void **state)
{
    (void)state;
    struct str rest = STR("a::bc");

    assert_str(str_cut(&rest, ':'), "a");
    assert_str(rest, ":bc");
    assert_str(str_cut(&rest, ':'), "");
    assert_str(str_cut(&rest, ':'), "bc");
    assert_int_equal(rest.size, 0);
    assert_str(str_cut(&rest, ':'), "");

    struct str last = STR("a:");

    assert_str(str_cut(&last, ':'), "a");
    assert_int_equal(last.size, 0);
}

static void str_is_utf8_knows_good_from_bad(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "abc", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xe6\xb0\xb4\xe9\x97\xb8", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
    };
    static const char *const bad[] = {
        "\x80",             /* a tail without a head */
        "\xc0\x80",         /* overlong NUL */
        "\xc1\xbf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* beyond U+10FFFF */
        "\xf5\x80\x80\x80", "\xff", "ab\xe6\xb0", "\xe6\xb0x", "\xf0\x90\x80", "\xc2",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(str_is_utf8(str_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(str_is_utf8(str_of(bad[i])));
    assert_false(str_is_utf8(STR("a\0b")));
    assert_true(str_is_utf8(STR_NONE));
}

/* The bytes behind a slice are not its own: each case stands at the end of a heap block, where
 * AddressSanitizer sees a step too far. */
static void str_is_utf8_reads_nothing_behind_the_slice(void **state)
{
    (void)state;
    static const char whole[] = "\xf0\x90\x80\x80";

    for (size_t size = 1; size <= 4; size++) {
        char *bytes = malloc(size);

        memcpy(bytes, whole, size);
        assert_int_equal(str_is_utf8((struct str){ .data = bytes, .size = size }), size == 4);
        free(bytes);
    }
}

static void str_clip_cuts_no_character(void **state)
{
    (void)state;
    struct str text = str_of("a\xe6\xb0\xb4\xf0\x9f\x98\x80"); /* 1 + 3 + 4 bytes */
    static const size_t sizes[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        assert_int_equal(str_clip(text, i).size, sizes[i]);
    assert_int_equal(str_clip(STR_NONE, 0).size, 0);
    assert_int_equal(str_clip(STR("\x80\x80\x80\x80\x80\x80"), 4).size, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str_of_borrows_text_and_null),
        cmocka_unit_test(str_eq_looks_at_every_byte),
        cmocka_unit_test(str_compare_orders_bytewise),
        cmocka_unit_test(str_starts_and_has),
        cmocka_unit_test(str_trim_takes_white_space_off_both_ends),
        cmocka_unit_test(str_cut_walks_over_the_parts),
        cmocka_unit_test(str_is_utf8_knows_good_from_bad),
        cmocka_unit_test(str_is_utf8_reads_nothing_behind_the_slice),
        cmocka_unit_test(str_clip_cuts_no_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
