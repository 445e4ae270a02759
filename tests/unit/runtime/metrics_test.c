/* metrics: the text Prometheus reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "runtime/metrics.h"

static const struct metric_row rows[] = {
    { .name = "reserve_short_total", .kind = METRIC_COUNTER, .help = "orders that came up short" },
    { .name = "reserve_open", .kind = METRIC_GAUGE, .help = "1 while the stock is open" },
    { .name = NULL },
};
static struct arena *arena;
static struct metrics *metrics;

static int metrics_test_setup(void **state)
{
    (void)state;
    arena = arena_open(1 << 20);
    metrics = metrics_open("reserve", rows);
    return 0;
}

static int metrics_test_teardown(void **state)
{
    (void)state;
    metrics_close(metrics);
    arena_close(arena);
    return 0;
}

static bool metrics_test_says(const char *line)
{
    return strstr(metrics_text(metrics, arena).data, line) != NULL;
}

static void metrics_shows_the_workers_own(void **state)
{
    (void)state;
    metrics_add(metrics, 0, 3);
    metrics_add(metrics, 0, 4);
    metrics_set(metrics, 1, 1);
    assert_true(metrics_test_says("# HELP sluice_reserve_short_total orders that came up short\n"
                                  "# TYPE sluice_reserve_short_total counter\n"
                                  "sluice_reserve_short_total{worker=\"reserve\"} 7\n"));
    assert_true(metrics_test_says("# TYPE sluice_reserve_open gauge\n"
                                  "sluice_reserve_open{worker=\"reserve\"} 1\n"));
}

static void metrics_shows_times_in_seconds(void **state)
{
    (void)state;
    metrics_common_add(metrics, METRIC_HANDLE_US, 2000042);
    metrics_common_set(metrics, METRIC_EVENT_AGE_MS, 1007);
    metrics_common_add(metrics, METRIC_EVENTS_IN, 12);
    assert_true(metrics_test_says("sluice_handle_seconds_total{worker=\"reserve\"} 2.000042\n"));
    assert_true(metrics_test_says("sluice_event_age_seconds{worker=\"reserve\"} 1.007\n"));
    assert_true(metrics_test_says("sluice_events_in_total{worker=\"reserve\"} 12\n"));
    assert_int_equal(metrics_common_get(metrics, METRIC_EVENTS_IN), 12);
}

static void metrics_shows_the_age_of_the_cycle(void **state)
{
    (void)state;
    metrics_common_set(metrics, METRIC_CYCLE_US, clock_monotonic_us() - 5000000);
    assert_true(metrics_test_says("sluice_cycle_age_seconds{worker=\"reserve\"} 5."));
    metrics_common_set(metrics, METRIC_CYCLE_US, clock_monotonic_us() + 5000000);
    assert_true(metrics_test_says("sluice_cycle_age_seconds{worker=\"reserve\"} 0.000000\n"));
}

static void metrics_shows_lag_of_what_is_read_only(void **state)
{
    (void)state;
    assert_false(metrics_test_says("sluice_lag_messages{"));
    metrics_lag_set(metrics, TOPIC_ORDERS_CHANGES, 0);
    metrics_lag_set(metrics, TOPIC_STOCK_FEED, 30);
    assert_true(metrics_test_says("sluice_lag_messages{worker=\"reserve\","
                                  "topic=\"orders.changes\"} 0\n"));
    assert_true(metrics_test_says("topic=\"stock.feed\"} 30\n"));
    assert_false(metrics_test_says("topic=\"orders.raw\""));
    assert_int_equal(metrics_lag_total(metrics), 30);
}

/* Every line is a comment or `name{labels} value`, and every name was announced. */
static void metrics_text_is_well_formed(void **state)
{
    (void)state;
    struct str text = metrics_text(metrics, arena);
    size_t lines = 0;

    assert_int_equal(text.data[text.size - 1], '\n');
    while (text.size > 0) {
        struct str line = str_cut(&text, '\n');
        lines++;
        if (line.data[0] == '#') {
            assert_true(str_starts(line, STR("# HELP sluice_"))
                        || str_starts(line, STR("# TYPE sluice_")));
            continue;
        }
        struct str name = str_cut(&line, '{');
        assert_true(str_starts(name, STR("sluice_")));
        struct str label = str_cut(&line, '}');
        assert_true(str_starts(label, STR("worker=\"reserve\"")));
        assert_true(line.size > 1 && line.data[0] == ' ');
    }
    assert_true(lines > METRIC_COMMON_COUNT * 3);
}

static void metrics_prints_its_docs(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    metrics_print_help(rows, true, out);
    metrics_print_help(NULL, true, out);
    (void)fclose(out);
    assert_string_equal(text, "| metric | kind | what it counts |\n| --- | --- | --- |\n"
                              "| `sluice_reserve_short_total` | counter | orders that came up "
                              "short |\n"
                              "| `sluice_reserve_open` | gauge | 1 while the stock is open |\n");
    free(text);
}

static void metrics_needs_no_rows(void **state)
{
    (void)state;
    struct metrics *bare = metrics_open("verify", NULL);

    assert_non_null(strstr(metrics_text(bare, arena).data, "worker=\"verify\""));
    metrics_close(bare);
    metrics_close(NULL);
}

#define METRICS_TEST(name) \
    cmocka_unit_test_setup_teardown(name, metrics_test_setup, metrics_test_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        METRICS_TEST(metrics_shows_the_workers_own),
        METRICS_TEST(metrics_shows_times_in_seconds),
        METRICS_TEST(metrics_shows_the_age_of_the_cycle),
        METRICS_TEST(metrics_shows_lag_of_what_is_read_only),
        METRICS_TEST(metrics_text_is_well_formed),
        METRICS_TEST(metrics_prints_its_docs),
        METRICS_TEST(metrics_needs_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
