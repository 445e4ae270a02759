/* options: the command line of every worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/options.h"

static bool options_test_tick(void *state, struct batch *batch, struct err *err)
{
    (void)state;
    (void)batch;
    (void)err;
    return true;
}

static const struct config_row rows[] = {
    { .name = "dir", .type = CONFIG_TEXT, .help = "a place" }, { .name = NULL }
};
static const struct metric_row counters[] = {
    { .name = "tiny_total", .kind = METRIC_COUNTER, .help = "things" }, { .name = NULL }
};
static struct worker worker = {
    .name = "notify",
    .reads = (const enum topic[]){ TOPIC_ALERTS_RAISED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_END },
    .config = rows,
    .metrics = counters,
    .crash_points = (const char *const[]){ "notify.sent", NULL },
};

static const char *options_test_print(enum options_mode mode)
{
    static char *text;
    size_t size = 0;

    free(text);
    FILE *out = open_memstream(&text, &size);
    options_print(mode, &worker, out);
    (void)fclose(out);
    return text;
}

static enum options_mode options_test_parse(const char *argument)
{
    char *argv[] = { (char *)(uintptr_t) "sluice-notify", (char *)(uintptr_t)argument, NULL };
    enum options_mode mode = OPTIONS_RUN;
    struct err err = { 0 };

    return options_parse(2, argv, &mode, &err) ? mode : (enum options_mode)0;
}

static void options_knows_its_words(void **state)
{
    (void)state;
    char *argv[] = { (char *)(uintptr_t) "sluice-notify", (char *)(uintptr_t) "--check",
                     (char *)(uintptr_t) "more", NULL };
    enum options_mode mode = OPTIONS_VERSION;
    struct err err = { 0 };

    assert_true(options_parse(1, argv, &mode, &err));
    assert_int_equal(mode, OPTIONS_RUN);
    assert_int_equal(options_test_parse("--check"), OPTIONS_CHECK);
    assert_int_equal(options_test_parse("--docs"), OPTIONS_DOCS);
    assert_int_equal(options_test_parse("--crash-points"), OPTIONS_CRASH_POINTS);
    assert_int_equal(options_test_parse("--nonsense"), 0);
    assert_false(options_parse(3, argv, &mode, &err));
    assert_non_null(strstr(err.text, "more"));
}

static void options_lists_crash_points_one_a_line(void **state)
{
    (void)state;
    static const char cycle[] = "cycle.filled\ncycle.judged\ncycle.handled\ncycle.published\n"
                                "cycle.settled\ncycle.committed\n";
    char whole[256];

    (void)snprintf(whole, sizeof(whole), "%snotify.sent\n", cycle);
    assert_string_equal(options_test_print(OPTIONS_CRASH_POINTS), whole);
    worker.tick = options_test_tick;
    (void)snprintf(whole, sizeof(whole), "%stick.handled\ntick.published\nnotify.sent\n", cycle);
    assert_string_equal(options_test_print(OPTIONS_CRASH_POINTS), whole);
    worker.tick = NULL;
}

static void options_prints_docs_and_help(void **state)
{
    (void)state;
    const char *text = options_test_print(OPTIONS_DOCS);
    assert_non_null(strstr(text, "### Settings\n\n| setting |"));
    assert_non_null(strstr(text, "| `dir` | required | text | a place |"));
    assert_non_null(strstr(text, "### Metrics\n\n| metric |"));
    assert_null(strstr(text, "kafka_brokers"));
    text = options_test_print(OPTIONS_DOCS_COMMON);
    assert_non_null(strstr(text, "| `kafka_brokers` |"));
    assert_non_null(strstr(text, "| `sluice_events_in_total` |"));
    text = options_test_print(OPTIONS_HELP);
    assert_non_null(strstr(text, "--check"));
    assert_non_null(strstr(text, "dir"));
    assert_non_null(strstr(text, "pg_url"));
    assert_non_null(strstr(options_test_print(OPTIONS_VERSION), "sluice-notify "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_knows_its_words),
        cmocka_unit_test(options_lists_crash_points_one_a_line),
        cmocka_unit_test(options_prints_docs_and_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
