/*
 * stop — SIGTERM and SIGINT: the first one asks, the second one ends the process.
 *
 * Both are safe, because replay is: what was not committed is read again. After the first, a
 * watchdog ends the process when its deadline has passed, whatever it is waiting for.
 */
#ifndef SLUICE_RUNTIME_STOP_H
#define SLUICE_RUNTIME_STOP_H

#include <stdbool.h>
#include <stdint.h>

/* Installs the handlers; SIGPIPE is ignored. `deadline_ms` is rounded up to whole seconds. */
void stop_install(int64_t deadline_ms);

/* May be called from any thread. */
bool stop_requested(void);

#endif
