/* config: where a value comes from, whose a name is, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/config.h"
#include "runtime/config_names.h"

extern char **environ;

static const struct config_row rows[] = {
    { .name = "sweep_ms", .type = CONFIG_INT, .fallback = "1000", .min = 10, .max = 60000,
      .help = "time between two sweeps" },
    { .name = "region", .type = CONFIG_TEXT, .fallback = "", .help = "where it stands" },
    { .name = "robot_key", .type = CONFIG_TEXT, .fallback = "", .help = "a key", .secret = true },
    { .name = NULL },
};
static const struct config_row needy[] = {
    { .name = "robot_url", .type = CONFIG_TEXT, .help = "where alerts go" },
    { .name = NULL },
};
static struct err err;
static char *text; /* of config_print() */

static int config_test_setup(void **state)
{
    static char *none[] = { NULL };

    (void)state;
    environ = none;
    err = (struct err){ 0 };
    return 0;
}

static struct config *config_test_open(void)
{
    struct config *config = NULL;

    if (!config_open(&config, "reserve", rows, &err))
        fail_msg("%s", err.text);
    return config;
}

static bool config_test_refuses(const char *part)
{
    struct config *config = NULL;

    if (config_open(&config, "reserve", rows, &err)) {
        config_close(config);
        return false;
    }
    assert_int_equal(err.class, ERR_FATAL);
    assert_null(strchr(err.text, '\n'));
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
    return true;
}

static char *config_test_file(const char *content)
{
    static char path[] = "/tmp/sluice-config-XXXXXX";
    int fd;

    memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    (void)close(fd);
    (void)setenv("SLUICE_CONFIG", path, 1);
    return path;
}

static const char *config_test_print(const struct config *config)
{
    size_t size = 0;

    free(text);
    FILE *out = open_memstream(&text, &size);
    config_print(config, out);
    (void)fclose(out);
    return text;
}

static void config_has_defaults(void **state)
{
    (void)state;
    struct config *config = config_test_open();

    assert_int_equal(config_int(config, "batch_count_max"), 2048);
    assert_int_equal(config_int(config, "sweep_ms"), 1000);
    assert_string_equal(config_str(config, "region"), "");
    assert_string_equal(config_str(config, "probe_address"), "127.0.0.1");
    config_close(config);
}

/* Weakest first: default, file, file for this worker, environment, environment for this one. */
static void config_prefers_what_is_nearer(void **state)
{
    (void)state;
    char *path = config_test_file("# common\nbatch_wait_ms = 1\n\n");
    struct config *config = config_test_open();
    assert_int_equal(config_int(config, "batch_wait_ms"), 1);
    config_close(config);
    (void)unlink(path);

    path = config_test_file("reserve_batch_wait_ms=2\nbatch_wait_ms = 1\n  sweep_ms_is_not = \n");
    assert_true(config_test_refuses("line 3"));
    (void)unlink(path);

    path = config_test_file("reserve_batch_wait_ms=2\nbatch_wait_ms = 1\nreserve_sweep_ms = 77");
    config = config_test_open();
    assert_int_equal(config_int(config, "batch_wait_ms"), 2);
    assert_int_equal(config_int(config, "sweep_ms"), 77);
    config_close(config);

    (void)setenv("SLUICE_RESERVE_BATCH_WAIT_MS", "4", 1);
    (void)setenv("SLUICE_BATCH_WAIT_MS", "3", 1);
    config = config_test_open();
    assert_int_equal(config_int(config, "batch_wait_ms"), 4);
    config_close(config);

    (void)unsetenv("SLUICE_RESERVE_BATCH_WAIT_MS");
    config = config_test_open();
    assert_int_equal(config_int(config, "batch_wait_ms"), 3);
    config_close(config);
    (void)unlink(path);
}

static void config_refuses_an_unknown_name_and_suggests(void **state)
{
    (void)state;
    (void)setenv("SLUICE_REDIS_ULR", "x", 1);
    assert_true(config_test_refuses("SLUICE_REDIS_ULR is no setting of sluice-reserve; did you "
                                    "mean SLUICE_REDIS_URL?"));
    (void)unsetenv("SLUICE_REDIS_ULR");
    (void)setenv("SLUICE_RESERVE_SWEP_MS", "1", 1);
    assert_true(config_test_refuses("did you mean SLUICE_RESERVE_SWEEP_MS?"));
    (void)unsetenv("SLUICE_RESERVE_SWEP_MS");
    (void)setenv("SLUICE_SWEEP_MS", "1", 1); /* a worker's row has no bare name */
    assert_true(config_test_refuses("SLUICE_SWEEP_MS"));
    (void)unsetenv("SLUICE_SWEEP_MS");
    (void)setenv("SLUICE_SOMETHING_ELSE_ALTOGETHER", "1", 1);
    assert_true(config_test_refuses("--help lists them"));
}

/* One environment serves the fleet and its scripts. */
static void config_does_not_judge_what_is_not_its_own(void **state)
{
    (void)state;
    static const char *const others[] = {
        "SLUICE_NOTIFY_ROBOT_URL", "SLUICE_STACK_DIR",  "SLUICE_FLEET_DIR",  "SLUICE_BUILD",
        "SLUICE_KAFKA_PORT",       "SLUICE_REDIS_PORT", "SLUICE_PG_PORT",    "SLUICE_SCHEMAS",
        "SLUICE_SQL",              "SLUICE_CRASH",      "SLUICE_CHECK_JOBS", "SLUICE_DEMO_ORDERS",
        "SLUICE_PROBE_BASE",       "SLUICE_KAFKA_CONTROLLER_PORT",
        "SLUICE_SEED",             "SLUICE_PG_PASSWORD", "SLUICE_NODE_DIR",
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        (void)setenv(others[i], "x", 1);
    config_close(config_test_open());
}

static void config_refuses_bad_values(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "SLUICE_TICK_MS", "ten" },   { "SLUICE_TICK_MS", "" },  { "SLUICE_TICK_MS", "9" },
        { "SLUICE_TICK_MS", "60001" }, { "SLUICE_TICK_MS", "5 " }, { "SLUICE_TICK_MS", "1e3" },
        { "SLUICE_KAFKA_BROKERS", "" },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void)setenv(bad[i][0], bad[i][1], 1);
        assert_true(config_test_refuses(bad[i][0]));
        (void)unsetenv(bad[i][0]);
    }
}

static void config_refuses_a_cycle_longer_than_its_place_in_the_group(void **state)
{
    (void)state;
    (void)setenv("SLUICE_HANDLE_BUDGET_MS", "1000", 1);
    assert_true(config_test_refuses("batch_count_max"));
    (void)setenv("SLUICE_BATCH_COUNT_MAX", "100", 1);
    config_close(config_test_open());
}

static void config_needs_what_has_no_default(void **state)
{
    (void)state;
    struct config *config = NULL;

    assert_false(config_open(&config, "notify", needy, &err));
    assert_non_null(strstr(err.text, "robot_url is not set"));
    (void)setenv("SLUICE_NOTIFY_ROBOT_URL", "http://127.0.0.1/", 1);
    assert_true(config_open(&config, "notify", needy, &err));
    config_close(config);
}

static void config_passes_properties_to_kafka(void **state)
{
    (void)state;
    char *path = config_test_file("kafka.socket.timeout.ms = 7\nkafka.client.rack = a\n");
    const char *name = NULL, *value = NULL;

    (void)setenv("SLUICE_KAFKA__SOCKET_TIMEOUT_MS", "9", 1);
    struct config *config = config_test_open();
    assert_true(config_kafka(config, 0, &name, &value));
    assert_string_equal(name, "socket.timeout.ms");
    assert_string_equal(value, "9");
    assert_true(config_kafka(config, 1, &name, &value));
    assert_string_equal(name, "client.rack");
    assert_false(config_kafka(config, 2, &name, &value));
    config_close(config);
    (void)unlink(path);
}

static void config_prints_values_and_hides_secrets(void **state)
{
    (void)state;
    (void)setenv("SLUICE_PG_URL", "postgresql://sluice:hush@db:5432/sluice", 1);
    (void)setenv("SLUICE_REDIS_URL", "redis://:hush@cache:6379", 1);
    (void)setenv("SLUICE_RESERVE_ROBOT_KEY", "hush", 1);
    (void)setenv("SLUICE_KAFKA__SASL_PASSWORD", "hush", 1);
    struct config *config = config_test_open();
    const char *printed = config_test_print(config);

    assert_null(strstr(printed, "hush"));
    assert_non_null(strstr(printed, "pg_url = postgresql://sluice:***@db:5432/sluice  "
                                    "(SLUICE_PG_URL)\n"));
    assert_non_null(strstr(printed, "redis_url = redis://:***@cache:6379  (SLUICE_REDIS_URL)\n"));
    assert_non_null(strstr(printed, "robot_key = ***"));
    assert_non_null(strstr(printed, "batch_count_max = 2048  (default)\n"));
    config_close(config);
    (void)setenv("SLUICE_PG_URL", "host=db password=hush", 1);
    config = config_test_open();
    assert_null(strstr(config_test_print(config), "hush"));
    config_close(config);
    free(text);
}

static void config_refuses_files_it_cannot_use(void **state)
{
    (void)state;
    (void)setenv("SLUICE_CONFIG", "/does/not/exist", 1);
    assert_true(config_test_refuses("/does/not/exist"));
    (void)setenv("SLUICE_CONFIG", "/tmp", 1);
    assert_true(config_test_refuses("/tmp"));
    char *path = config_test_file("just words\n");
    assert_true(config_test_refuses("line 1 is not"));
    (void)unlink(path);
}

static void config_judges_names(void **state)
{
    (void)state;
    const struct config_row *row = NULL;
    struct str rest = STR_NONE;

    assert_int_equal(config_names_judge(STR("pg_url"), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_COMMON);
    assert_string_equal(row->name, "pg_url");
    assert_int_equal(config_names_judge(STR("reserve_pg_url"), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_OWN);
    assert_int_equal(config_names_judge(STR("reserve_sweep_ms"), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_OWN);
    assert_string_equal(row->name, "sweep_ms");
    assert_int_equal(config_names_judge(STR("reserve_sweep_ms"), "ledger", NULL, &row, &rest),
                     CONFIG_WHOSE_OTHER);
    assert_int_equal(config_names_judge(STR("kafka__acks"), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_KAFKA);
    assert_true(str_is(rest, "acks"));
    assert_int_equal(config_names_judge(STR("reserve_"), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_NOBODY);
    assert_int_equal(config_names_judge(STR(""), "reserve", rows, &row, &rest),
                     CONFIG_WHOSE_NOBODY);
}

static void config_prints_its_docs(void **state)
{
    (void)state;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    config_print_help(rows, true, out);
    config_print_help(needy, false, out);
    (void)fclose(out);
    assert_non_null(strstr(text, "| `sweep_ms` | `1000` | 10 to 60000 | time between two "));
    assert_non_null(strstr(text, "robot_url"));
    assert_non_null(strstr(text, "(required)"));
    free(text);
    text = NULL;
}

#define CONFIG_TEST(name) cmocka_unit_test_setup(name, config_test_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(config_has_defaults),
        CONFIG_TEST(config_prefers_what_is_nearer),
        CONFIG_TEST(config_refuses_an_unknown_name_and_suggests),
        CONFIG_TEST(config_does_not_judge_what_is_not_its_own),
        CONFIG_TEST(config_refuses_bad_values),
        CONFIG_TEST(config_refuses_a_cycle_longer_than_its_place_in_the_group),
        CONFIG_TEST(config_needs_what_has_no_default),
        CONFIG_TEST(config_passes_properties_to_kafka),
        CONFIG_TEST(config_prints_its_docs),
        CONFIG_TEST(config_prints_values_and_hides_secrets),
        CONFIG_TEST(config_refuses_files_it_cannot_use),
        CONFIG_TEST(config_judges_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
