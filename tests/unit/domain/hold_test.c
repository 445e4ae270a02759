/* hold: its ends by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/hold.h"

static void names_lead_back(void **state)
{
    (void)state;
    for (enum hold_end end = HOLD_END_ESCALATE; end <= HOLD_END_REJECT; end++)
        assert_int_equal(hold_end_of(str_of(hold_end_name(end))), end);
    assert_string_equal(hold_end_name(HOLD_END_ESCALATE), "escalate");
    assert_string_equal(hold_end_name(HOLD_END_APPROVE), "approve");
    assert_string_equal(hold_end_name(HOLD_END_REJECT), "reject");
    assert_int_equal(hold_end_of(STR("none")), HOLD_END_NONE);
    assert_int_equal(hold_end_of(STR_NONE), HOLD_END_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_lead_back) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
