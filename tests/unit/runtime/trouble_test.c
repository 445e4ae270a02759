/* trouble: an episode has a first and a last line, and the delay grows within it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "runtime/trouble.h"

static const struct err down = { .class = ERR_RETRY, .text = "the store is down" };
static struct trouble trouble;

static int trouble_test_setup(void **state)
{
    struct backoff backoff;

    (void)state;
    backoff_init(&backoff, 100, 10000, 1);
    trouble_init(&trouble, "batch", &backoff);
    return 0;
}

/* What `act` writes to stderr. */
static const char *trouble_test_log(void (*act)(void))
{
    static char text[8192];
    char path[] = "/tmp/sluice-trouble-XXXXXX";
    int saved = dup(STDERR_FILENO), fd = mkstemp(path);

    (void)dup2(fd, STDERR_FILENO);
    act();
    (void)dup2(saved, STDERR_FILENO);
    ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    (void)close(saved);
    (void)close(fd);
    (void)unlink(path);
    return text;
}

static void trouble_test_meet_three_times(void)
{
    for (int i = 0; i < 3; i++)
        trouble_met(&trouble, &down);
}

static void trouble_test_end_twice(void)
{
    trouble_over(&trouble);
    trouble_over(&trouble);
}

static size_t trouble_test_lines(const char *text)
{
    size_t lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static void trouble_is_told_once_at_each_end(void **state)
{
    (void)state;
    const char *text = trouble_test_log(trouble_test_meet_three_times);

    assert_int_equal(trouble_test_lines(text), 1);
    assert_non_null(strstr(text, "the store is down"));
    assert_non_null(strstr(text, "what=batch"));
    assert_true(trouble_is_on(&trouble));
    text = trouble_test_log(trouble_test_end_twice);
    assert_int_equal(trouble_test_lines(text), 1);
    assert_non_null(strstr(text, "tries=3"));
    assert_false(trouble_is_on(&trouble));
}

static void trouble_waits_longer_each_time(void **state)
{
    (void)state;
    int64_t begun_us = clock_monotonic_us();

    for (int i = 0; i < 7; i++)
        trouble_met(&trouble, &down);
    assert_true(trouble.due_us - begun_us >= 3000000);
    trouble_over(&trouble);
    assert_int_equal(trouble.due_us, 0);
    begun_us = clock_monotonic_us();
    trouble_met(&trouble, &down);
    assert_true(trouble.due_us - begun_us < 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(trouble_is_told_once_at_each_end, trouble_test_setup),
        cmocka_unit_test_setup(trouble_waits_longer_each_time, trouble_test_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
