/*
 * bench_say — what every load generator does alike: arguments, clocks, one line of JSON a run.
 *
 * A generator measures and says; medians, ratios and tables are bench.py's.
 */
#ifndef SLUICE_TESTS_BENCH_SAY_H
#define SLUICE_TESTS_BENCH_SAY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/num.h"

static inline void bench_die(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static inline void bench_must(bool done, const struct err *err)
{
    if (!done)
        bench_die(err_class_name(err->class), err->text);
}

/* The word after `name`; `fallback` when it is not there, and NULL makes it required. */
static inline const char *bench_word(int argc, char **argv, const char *name, const char *fallback)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    if (fallback == NULL)
        bench_die(name, "is required");
    return fallback;
}

static inline int64_t bench_number(int argc, char **argv, const char *name, const char *fallback)
{
    int64_t number = 0;

    if (!num_parse(str_of(bench_word(argc, argv, name, fallback)), &number) || number < 0)
        bench_die(name, "must be a number");
    return number;
}

static inline int64_t bench_own_cpu_us(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000)
           + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* server_us: -1 when nobody measured it. */
static inline void bench_say(const char *what, int64_t count, int64_t took_us, int64_t client_us,
                             int64_t server_us)
{
    printf("{\"what\": \"%s\", \"count\": %lld, \"took_us\": %lld, \"client_us\": %lld, "
           "\"server_us\": %lld}\n",
           what, (long long)count, (long long)took_us, (long long)client_us,
           (long long)server_us);
    (void)fflush(stdout);
}

#endif
