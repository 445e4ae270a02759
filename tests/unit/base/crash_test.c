/* crash and check: a process ends where it is told to, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crash.h"

/* Passes `handled` three times with `published` between; its exit code is how often it passed,
 * or -1 when it was killed. */
static int crash_test_run(const char *setting)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (setting)
            setenv("SLUICE_CRASH", setting, 1);
        else
            unsetenv("SLUICE_CRASH");
        for (int i = 0; i < 3; i++) {
            crash_point("handled");
            crash_point("published");
        }
        _exit(3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return -1;
    }
    return WEXITSTATUS(status);
}

static void crash_kills_at_the_named_point(void **state)
{
    (void)state;
#ifdef SLUICE_CRASH_POINTS
    const int killed = -1;
#else
    const int killed = 3; /* a release build has no crash points */
#endif

    assert_int_equal(crash_test_run("handled"), killed);
    assert_int_equal(crash_test_run("published"), killed);
    assert_int_equal(crash_test_run("handled:1"), killed);
    assert_int_equal(crash_test_run("handled:3"), killed);
}

static void crash_spares_every_other(void **state)
{
    (void)state;
    assert_int_equal(crash_test_run(NULL), 3);
    assert_int_equal(crash_test_run(""), 3);
    assert_int_equal(crash_test_run("handle"), 3);
    assert_int_equal(crash_test_run("handled2"), 3);
    assert_int_equal(crash_test_run("handled:4"), 3);
}

static void check_aborts_when_broken(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        CHECK(1 + 1 == 2);
        CHECK(child != 0);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crash_kills_at_the_named_point),
        cmocka_unit_test(crash_spares_every_other),
        cmocka_unit_test(check_aborts_when_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
