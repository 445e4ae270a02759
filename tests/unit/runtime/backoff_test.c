/* backoff: growing, capped, jittered, repeatable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/backoff.h"

static void backoff_grows_to_its_cap(void **state)
{
    (void)state;
    struct backoff backoff;
    int64_t whole = 50;

    backoff_init(&backoff, 50, 3000, 1);
    for (int i = 0; i < 40; i++) {
        int64_t delay = backoff_next(&backoff);

        assert_true(delay >= whole / 2 && delay <= whole);
        whole = whole * 2 > 3000 ? 3000 : whole * 2;
    }
    backoff_reset(&backoff);
    assert_true(backoff_next(&backoff) <= 50);
}

static void backoff_repeats_from_its_seed(void **state)
{
    (void)state;
    struct backoff a, b, c;
    int different = 0;

    backoff_init(&a, 100, 100000, 7);
    backoff_init(&b, 100, 100000, 7);
    backoff_init(&c, 100, 100000, 8);
    for (int i = 0; i < 12; i++) {
        int64_t delay = backoff_next(&a);

        assert_int_equal(delay, backoff_next(&b));
        different += delay != backoff_next(&c);
    }
    assert_true(different > 6);
}

static void backoff_never_overflows(void **state)
{
    (void)state;
    struct backoff backoff;

    backoff_init(&backoff, 1, INT64_MAX / 2, 0);
    for (int i = 0; i < 200; i++) {
        int64_t delay = backoff_next(&backoff);
        assert_true(delay >= 0 && delay <= INT64_MAX / 2);
    }
    backoff_init(&backoff, 1, 1, 0);
    for (int i = 0; i < 10; i++)
        assert_in_range(backoff_next(&backoff), 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_grows_to_its_cap),
        cmocka_unit_test(backoff_repeats_from_its_seed),
        cmocka_unit_test(backoff_never_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
