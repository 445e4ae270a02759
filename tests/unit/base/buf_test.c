/* buf: what is put comes out, whatever the first guess was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"

static int buf_test_open(void **state)
{
    *state = arena_open((size_t)16 << 20);
    return 0;
}

static int buf_test_close(void **state)
{
    arena_close(*state);
    return 0;
}

static void buf_puts_piece_by_piece(void **state)
{
    struct buf buf;

    buf_init(&buf, *state, 0);
    assert_string_equal(buf_str(&buf).data, "");
    buf_put(&buf, STR("a"));
    buf_put(&buf, STR_NONE);
    buf_put_byte(&buf, ':');
    buf_put_int(&buf, -42);
    buf_put_format(&buf, "/%03d", 7);
    assert_string_equal(buf_str(&buf).data, "a:-42/007");
    assert_int_equal(buf_str(&buf).size, 9);
}

static void buf_writes_every_integer(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        { 0, "0" }, { 9, "9" }, { 10, "10" }, { -1, "-1" },
        { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf buf;

        buf_init(&buf, *state, 1);
        buf_put_int(&buf, cases[i].value);
        assert_string_equal(buf_str(&buf).data, cases[i].text);
    }
}

static void buf_grows_and_keeps_what_it_has(void **state)
{
    struct buf buf;

    buf_init(&buf, *state, 1);
    for (int i = 0; i < 100000; i++)
        buf_put_byte(&buf, (char)('a' + i % 26));
    buf_put_format(&buf, "%0500d", 1);
    struct str all = buf_str(&buf);

    assert_int_equal(all.size, 100500);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(all.data[i], 'a' + i % 26);
    assert_int_equal(all.data[100499], '1');
    assert_int_equal(all.data[100500], '\0');
}

static void buf_ends_in_nul_at_every_size(void **state)
{
    for (size_t size = 0; size < 200; size++) {
        struct buf buf;

        buf_init(&buf, *state, 64);
        for (size_t i = 0; i < size; i++)
            buf_put(&buf, STR("x"));
        assert_int_equal(strlen(buf_str(&buf).data), size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(buf_puts_piece_by_piece, buf_test_open, buf_test_close),
        cmocka_unit_test_setup_teardown(buf_writes_every_integer, buf_test_open, buf_test_close),
        cmocka_unit_test_setup_teardown(buf_grows_and_keeps_what_it_has, buf_test_open,
                                        buf_test_close),
        cmocka_unit_test_setup_teardown(buf_ends_in_nul_at_every_size, buf_test_open,
                                        buf_test_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
