/* topic and names: every topic has a name of its own, and the name leads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/names.h"
#include "domain/topic.h"

static void topic_names_lead_back(void **state)
{
    (void)state;
    for (enum topic topic = TOPIC_END + 1; topic < TOPIC_COUNT; topic++)
        assert_int_equal(topic_of(str_of(topic_name(topic))), topic);
    assert_string_equal(topic_name(TOPIC_ORDERS_RAW), "orders.raw");
    assert_string_equal(topic_name(TOPIC_RULES), "rules");
    assert_string_equal(topic_name(TOPIC_DEAD_LEDGER), "dead.ledger");
}

static void topic_of_knows_no_others(void **state)
{
    (void)state;
    static const char *const cases[] = { "", "none", "orders", "orders.raw ", "ORDERS.RAW" };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(topic_of(str_of(cases[i])), TOPIC_END);
    assert_string_equal(topic_name(TOPIC_END), "none");
    assert_string_equal(topic_name(TOPIC_COUNT), "none");
}

static void topic_dead_is_by_worker(void **state)
{
    (void)state;
    assert_int_equal(topic_dead("ingest"), TOPIC_DEAD_INGEST);
    assert_int_equal(topic_dead("reserve"), TOPIC_DEAD_RESERVE);
    assert_int_equal(topic_dead("notify"), TOPIC_DEAD_NOTIFY);
    assert_int_equal(topic_dead("ledger"), TOPIC_DEAD_LEDGER);
    assert_int_equal(topic_dead("board"), TOPIC_END);
    assert_int_equal(topic_dead("raw"), TOPIC_END);
    assert_int_equal(topic_dead(""), TOPIC_END);
}

static void names_find_never_finds_none(void **state)
{
    (void)state;
    static const char *const texts[] = { [1] = "one", [2] = "two" };
    static const struct names names = NAMES(texts);

    assert_int_equal(names.count, 3);
    assert_int_equal(names_find(&names, STR("two")), 2);
    assert_int_equal(names_find(&names, STR("none")), 0);
    assert_int_equal(names_find(&names, STR_NONE), 0);
    assert_string_equal(names_get(&names, 1), "one");
    assert_string_equal(names_get(&names, 0), "none");
    assert_string_equal(names_get(&names, 3), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topic_names_lead_back),
        cmocka_unit_test(topic_of_knows_no_others),
        cmocka_unit_test(topic_dead_is_by_worker),
        cmocka_unit_test(names_find_never_finds_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
