/* err: class and text, and what is cut stays readable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"
#include "base/str.h"

static void err_set_sets_both_and_returns_false(void **state)
{
    (void)state;
    struct err err = { 0 };

    assert_int_equal(err.class, ERR_NONE);
    assert_false(err_set(&err, ERR_RETRY, "redis %s:%d: timed out", "localhost", 6379));
    assert_int_equal(err.class, ERR_RETRY);
    assert_string_equal(err.text, "redis localhost:6379: timed out");
}

static void err_in_puts_the_context_in_front(void **state)
{
    (void)state;
    struct err err = { 0 };

    err_set(&err, ERR_REJECT, "is empty");
    assert_false(err_in(&err, "lines[%d]", 2));
    assert_string_equal(err.text, "lines[2]: is empty");
    assert_int_equal(err.class, ERR_REJECT);
}

static void err_set_may_be_given_its_own_text(void **state)
{
    (void)state;
    struct err err = { 0 };

    err_set(&err, ERR_REJECT, "quantity: 0");
    err_set(&err, ERR_FATAL, "lines[1].%s", err.text);
    assert_string_equal(err.text, "lines[1].quantity: 0");
    assert_int_equal(err.class, ERR_FATAL);
}

/* A Chinese text of any length, at every place of the cut. */
static void err_cuts_between_characters(void **state)
{
    (void)state;
    char text[700];

    for (size_t front = 0; front < 4; front++) {
        struct err err = { 0 };

        memset(text, 'x', front);
        for (size_t i = front; i + 3 < sizeof(text); i += 3)
            memcpy(text + i, "\xe6\xb0\xb4", 4);
        err_set(&err, ERR_RETRY, "%s", text);
        assert_true(strlen(err.text) > sizeof(err.text) - 5);
        assert_true(str_is_utf8(str_of(err.text)));
        err_in(&err, "%s", "here");
        assert_memory_equal(err.text, "here: ", 6);
        assert_true(strlen(err.text) > sizeof(err.text) - 5);
        assert_true(str_is_utf8(str_of(err.text)));
        err_in(&err, "%s", text);
        assert_true(str_is_utf8(str_of(err.text)));
    }
}

static void err_class_name_names_each(void **state)
{
    (void)state;
    assert_string_equal(err_class_name(ERR_NONE), "none");
    assert_string_equal(err_class_name(ERR_RETRY), "retry");
    assert_string_equal(err_class_name(ERR_REJECT), "reject");
    assert_string_equal(err_class_name(ERR_FATAL), "fatal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_set_sets_both_and_returns_false),
        cmocka_unit_test(err_in_puts_the_context_in_front),
        cmocka_unit_test(err_set_may_be_given_its_own_text),
        cmocka_unit_test(err_cuts_between_characters),
        cmocka_unit_test(err_class_name_names_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
