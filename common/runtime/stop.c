#include "runtime/stop.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* What a process ended by a signal reports to its shell. */
#define STOP_EXIT_SECOND 130
#define STOP_EXIT_LATE   1

static volatile sig_atomic_t stop_count;
static unsigned stop_deadline_seconds = 1;

/* Only what POSIX allows in a handler. */
static void stop_on_signal(int number)
{
    (void)number;
    if (stop_count > 0)
        _exit(STOP_EXIT_SECOND);
    stop_count = 1;
    (void)alarm(stop_deadline_seconds);
}

static void stop_on_alarm(int number)
{
    static const char text[] = "level=error msg=\"not stopped within drain_deadline_ms, ended; "
                               "the open batch is read again\"\n";

    (void)number;
    ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);
    (void)written;
    _exit(STOP_EXIT_LATE);
}

static void stop_handle(int number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    (void)sigaction(number, &action, NULL);
}

void stop_install(int64_t deadline_ms)
{
    stop_count = 0;
    stop_deadline_seconds = deadline_ms < 1000 ? 1u : (unsigned)((deadline_ms + 999) / 1000);
    stop_handle(SIGTERM, stop_on_signal);
    stop_handle(SIGINT, stop_on_signal);
    stop_handle(SIGALRM, stop_on_alarm);
    stop_handle(SIGPIPE, SIG_IGN);
}

bool stop_requested(void)
{
    return stop_count > 0;
}
