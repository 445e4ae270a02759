/* num: exact integers and money from text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/num.h"

static void num_parse_takes_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {
        { "0", 0 }, { "-0", 0 }, { "7", 7 }, { "-7", -7 }, { "007", 7 },
        { "9007199254740991", NUM_MAX }, { "-9007199254740991", -NUM_MAX },
        { "00000000000000000000000000000001", 1 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t value = 99;

        assert_true(num_parse(str_of(cases[i].text), &value));
        assert_int_equal(value, cases[i].value);
    }
}

static void num_parse_refuses_all_else(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "1-", "a", "\xd9\xa1",
        "9007199254740992", "-9007199254740992", "9223372036854775808",
        "18446744073709551617", "100000000000000000000000000000000000000",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t value = 99;

        assert_false(num_parse(str_of(cases[i]), &value));
        assert_int_equal(value, 99);
    }
}

static void num_parse_yuan_gives_fen(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } cases[] = {
        { "12", 1200 }, { "12.3", 1230 }, { "12.30", 1230 }, { "0.01", 1 }, { "0", 0 },
        { "-0.05", -5 }, { "-12.3", -1230 }, { "1234567.89", 123456789 },
        { "90071992547409.91", NUM_MAX },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t fen = 99;

        assert_true(num_parse_yuan(str_of(cases[i].text), &fen));
        assert_int_equal(fen, cases[i].fen);
    }
}

static void num_parse_yuan_refuses_all_else(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "-", ".", ".5", "5.", "1.234", "1.2.3", "1e2", "1,000", "--1", "1.-5", "1. 5",
        "90071992547409.92", "90071992547410", "9007199254740991",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t fen = 99;

        assert_false(num_parse_yuan(str_of(cases[i]), &fen));
        assert_int_equal(fen, 99);
    }
}

static void num_adds_and_multiplies_within_bounds(void **state)
{
    (void)state;
    int64_t out = 99;

    assert_true(num_add(NUM_MAX - 1, 1, &out));
    assert_int_equal(out, NUM_MAX);
    assert_true(num_add(-NUM_MAX, NUM_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(num_multiply(-3, 4, &out));
    assert_int_equal(out, -12);
    assert_false(num_add(NUM_MAX, 1, &out));
    assert_false(num_add(-NUM_MAX, -1, &out));
    assert_false(num_add(INT64_MAX, INT64_MAX, &out));
    assert_false(num_multiply(NUM_MAX, 2, &out));
    assert_false(num_multiply(INT64_MIN, -1, &out));
    assert_int_equal(out, -12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(num_parse_takes_integers),
        cmocka_unit_test(num_parse_refuses_all_else),
        cmocka_unit_test(num_parse_yuan_gives_fen),
        cmocka_unit_test(num_parse_yuan_refuses_all_else),
        cmocka_unit_test(num_adds_and_multiplies_within_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
