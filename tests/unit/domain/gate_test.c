/* gate: names go there and back, and each parked worker has its gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/gate.h"

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int gate = 1; gate < GATE_COUNT; gate++) {
        assert_int_equal(gate_of(str_of(gate_name((enum gate)gate))), gate);
        assert_true(str_of(gate_chinese((enum gate)gate)).size == 12); /* four characters */
    }
    for (int gate = GATE_STATE_OPEN; gate <= GATE_STATE_STOPPED; gate++)
        assert_int_equal(gate_state_of(str_of(gate_state_name((enum gate_state)gate))), gate);
    assert_int_equal(gate_of(STR("door")), GATE_NONE);
    assert_int_equal(gate_state_of(STR("")), GATE_STATE_NONE);
    assert_string_equal(gate_name(GATE_WAREHOUSE), "warehouse");
}

static void a_dead_topic_has_the_gate_of_its_worker(void **state)
{
    (void)state;
    assert_int_equal(gate_of_dead(TOPIC_DEAD_INGEST), GATE_PAYMENT);
    assert_int_equal(gate_of_dead(TOPIC_DEAD_RESERVE), GATE_STOCK);
    assert_int_equal(gate_of_dead(TOPIC_DEAD_ANOMALY), GATE_ANOMALY);
    assert_int_equal(gate_of_dead(TOPIC_DEAD_ROUTE), GATE_WAREHOUSE);
    assert_int_equal(gate_of_dead(TOPIC_DEAD_VERIFY), GATE_SHIPMENT);
    assert_int_equal(gate_of_dead(TOPIC_DEAD_NOTIFY), GATE_NONE);
    assert_int_equal(gate_of_dead(TOPIC_ORDERS_RAW), GATE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_there_and_back),
        cmocka_unit_test(a_dead_topic_has_the_gate_of_its_worker),
    };

    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
