/* log: one line of logfmt, whatever the values hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static char log_test_line[8192];
static FILE *log_test_file;
static int log_test_stderr;

static void log_test_catch(void)
{
    log_test_file = tmpfile();
    assert_non_null(log_test_file);
    fflush(stderr);
    log_test_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(log_test_file), STDERR_FILENO) >= 0);
}

/* What was logged since log_test_catch(), without its time. */
static const char *log_test_caught(void)
{
    dup2(log_test_stderr, STDERR_FILENO);
    close(log_test_stderr);
    rewind(log_test_file);
    log_test_line[fread(log_test_line, 1, sizeof(log_test_line) - 1, log_test_file)] = '\0';
    fclose(log_test_file);
    char *ts = strstr(log_test_line, " ts=20");

    if (ts) {
        assert_int_equal(ts[27], 'Z'); /* " ts=2026-11-10T16:00:03.000Z" */
        memmove(ts, ts + 28, strlen(ts + 28) + 1);
    }
    return log_test_line;
}

static void log_writes_one_line(void **state)
{
    (void)state;
    log_init("reserve", LOG_INFO);
    log_test_catch();
    log_info("caught up", LOG_INT("offset", -7), LOG_TEXT("topic", STR("orders.changes")));
    assert_string_equal(log_test_caught(), "level=info msg=\"caught up\" worker=reserve"
                                           " offset=-7 topic=orders.changes\n");
    log_test_catch();
    log_error("stopped");
    assert_string_equal(log_test_caught(), "level=error msg=stopped worker=reserve\n");
}

static void log_drops_what_is_below_its_level(void **state)
{
    (void)state;
    log_init("reserve", LOG_WARN);
    log_test_catch();
    log_debug("one");
    log_info("two");
    assert_string_equal(log_test_caught(), "");
    log_test_catch();
    log_warn("three");
    assert_string_equal(log_test_caught(), "level=warn msg=three worker=reserve\n");
    log_init("reserve", LOG_DEBUG);
    log_test_catch();
    log_debug("four");
    assert_string_equal(log_test_caught(), "level=debug msg=four worker=reserve\n");
}

static void log_quotes_what_would_break_the_line(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *text;
    } cases[] = {
        { STR(""), "\"\"" },
        { STR("a b"), "\"a b\"" },
        { STR("a=b"), "\"a=b\"" },
        { STR("say \"hi\""), "\"say \\\"hi\\\"\"" },
        { STR("back\\slash"), "\"back\\\\slash\"" },
        { STR("two\nlevel=error"), "\"two\\nlevel=error\"" },
        { STR("\r\t\x7f"), "\"\\x0d\\x09\\x7f\"" },
        { STR("a\0b"), "\"a\\x00b\"" },
        { STR("\xe6\xb0\xb4"), "\xe6\xb0\xb4" },
        { STR("\xe6\xb0"), "\"\\xe6\\xb0\"" }, /* no UTF-8 */
    };

    log_init("w", LOG_INFO);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char wanted[200];

        log_test_catch();
        log_info("m", LOG_TEXT("v", cases[i].value));
        snprintf(wanted, sizeof(wanted), "level=info msg=m worker=w v=%s\n", cases[i].text);
        assert_string_equal(log_test_caught(), wanted);
    }
}

static void log_cuts_a_line_that_is_too_long(void **state)
{
    (void)state;
    static char longer[6000];
    const char *line;

    for (size_t front = 0; front < 8; front++) {
        memset(longer, front % 2 ? '"' : 'y', sizeof(longer) - 1);
        longer[front] = ' ';
        log_test_catch();
        log_info("m", LOG_TEXT("v", str_of(longer)), LOG_INT("after", 1));
        line = log_test_caught();
        assert_true(strlen(line) < 4096);
        assert_non_null(strstr(line, "\" cut=true\n"));
        assert_null(strstr(line, "after"));
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    }
}

static void log_level_of_knows_four_names(void **state)
{
    (void)state;
    assert_int_equal(log_level_of(STR("debug")), LOG_DEBUG);
    assert_int_equal(log_level_of(STR("info")), LOG_INFO);
    assert_int_equal(log_level_of(STR("warn")), LOG_WARN);
    assert_int_equal(log_level_of(STR("error")), LOG_ERROR);
    assert_int_equal(log_level_of(STR("INFO")), 0);
    assert_int_equal(log_level_of(STR_NONE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_writes_one_line),
        cmocka_unit_test(log_drops_what_is_below_its_level),
        cmocka_unit_test(log_quotes_what_would_break_the_line),
        cmocka_unit_test(log_cuts_a_line_that_is_too_long),
        cmocka_unit_test(log_level_of_knows_four_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
