/* probe: what makes a worker unwell, and what merely makes it wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/probe.h"

static struct metrics *metrics;
static struct probe_facts facts;
static struct probe_setup setup = { .stale_ms = 1000, .facts = &facts };

static int probe_test_setup(void **state)
{
    (void)state;
    facts = (struct probe_facts){ 0 };
    metrics = metrics_open("reserve", NULL);
    metrics_common_set(metrics, METRIC_CYCLE_US, 10000000);
    setup.metrics = metrics;
    return 0;
}

static int probe_test_teardown(void **state)
{
    (void)state;
    metrics_close(metrics);
    return 0;
}

static void probe_is_unwell_when_the_cycle_stands_still(void **state)
{
    (void)state;
    assert_null(probe_unhealthy(&setup, 10500000));
    assert_null(probe_unhealthy(&setup, 11000000));
    assert_non_null(probe_unhealthy(&setup, 11000001));
}

static void probe_is_unwell_when_there_is_lag_and_nothing_moves(void **state)
{
    (void)state;
    metrics_lag_set(metrics, TOPIC_ORDERS_CHANGES, 5);
    assert_null(probe_unhealthy(&setup, 10500000)); /* not joined: nothing could move */
    counter_set(&facts.joined, 1);
    assert_non_null(probe_unhealthy(&setup, 10500000));
    counter_set(&facts.moved_us, 10400000);
    assert_null(probe_unhealthy(&setup, 10500000));
    counter_set(&facts.moved_us, 0);
    metrics_lag_set(metrics, TOPIC_ORDERS_CHANGES, 0);
    assert_null(probe_unhealthy(&setup, 10500000));
}

static void probe_is_ready_once_it_has_joined_and_waits_for_nothing(void **state)
{
    (void)state;
    assert_non_null(probe_unready(&setup));
    counter_set(&facts.joined, 1);
    assert_null(probe_unready(&setup));
    counter_set(&facts.retrying, 1);
    assert_non_null(probe_unready(&setup));
    assert_null(probe_unhealthy(&setup, 10500000));
}

static void probe_serves_a_free_port_or_none(void **state)
{
    (void)state;
    struct probe *probe = NULL;
    struct err err = { 0 };

    setup.address = "127.0.0.1";
    setup.port = 0;
    assert_true(probe_open(&probe, &setup, &err));
    assert_true(probe_port(probe) > 0);
    probe_close(probe);
    setup.port = -1;
    assert_true(probe_open(&probe, &setup, &err));
    assert_null(probe);
    assert_int_equal(probe_port(NULL), 0);
    probe_close(NULL);
}

#define PROBE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, probe_test_setup, probe_test_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBE_TEST(probe_is_unwell_when_the_cycle_stands_still),
        PROBE_TEST(probe_is_unwell_when_there_is_lag_and_nothing_moves),
        PROBE_TEST(probe_is_ready_once_it_has_joined_and_waits_for_nothing),
        PROBE_TEST(probe_serves_a_free_port_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
