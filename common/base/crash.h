/*
 * crash — named points between any two effects, where a test build can be killed.
 *
 * SLUICE_CRASH=<point>[:<n>] makes the n-th passing of that point (default the first) end the
 * process with SIGKILL: no destructor, no flush, as a lost machine would. A release build
 * (SLUICE_CRASH_POINTS off) has none of it: crash_point() is nothing there.
 */
#ifndef SLUICE_BASE_CRASH_H
#define SLUICE_BASE_CRASH_H

#ifdef SLUICE_CRASH_POINTS
void crash_point(const char *name);
#else
static inline void crash_point(const char *name)
{
    (void)name;
}
#endif

#endif
