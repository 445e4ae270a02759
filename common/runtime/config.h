/*
 * config — one table of rows gives parsing, defaults, limits, --help, --check and the docs.
 *
 * A row `redis_url` is read from SLUICE_REDIS_URL, or SLUICE_<WORKER>_REDIS_URL for one worker
 * alone, or from the file SLUICE_CONFIG names (`redis_url = …` a line). The environment wins.
 * A worker's own row has the second name only. Unknown SLUICE_ names are errors, but for other
 * workers' and those of the scripts (config_names.c has the list). Names `kafka.*` in the file, or
 * SLUICE_KAFKA__SOCKET_TIMEOUT_MS, go to librdkafka, which validates them.
 */
#ifndef SLUICE_RUNTIME_CONFIG_H
#define SLUICE_RUNTIME_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum config_type { CONFIG_TEXT = 1, CONFIG_INT };

struct config_row {
    const char *name; /* snake_case, unit last; NULL ends a table */
    enum config_type type;
    const char *fallback; /* default as text; NULL: required */
    int64_t min, max;     /* of an int */
    const char *help;     /* one sentence */
    bool secret;          /* never printed */
};

struct config;

/* Reads environment and file by the common rows and the worker's. FATAL is one sentence that
 * names the variable and what to do. */
bool config_open(struct config **config_out, const char *worker, const struct config_row *rows,
                 struct err *err) MUST_CHECK;
void config_close(struct config *config);

/* Abort on a name that no row has: a bug. Text is borrowed from the config. */
const char *config_str(const struct config *config, const char *name);
int64_t config_int(const struct config *config, const char *name);

/* Pass-through librdkafka properties, i-th; false at the end. */
bool config_kafka(const struct config *config, size_t i, const char **name, const char **value);

/* --check: each effective value and where it came from, secrets masked. */
void config_print(const struct config *config, FILE *out);

/* --help and --docs (a Markdown table): the rows. */
void config_print_help(const struct config_row *rows, bool markdown, FILE *out);

/* Rows every worker has: kafka_brokers, redis_url, pg_url, probe_address, probe_port, log_level,
 * batch_count_max, batch_wait_ms, handle_budget_ms, … */
extern const struct config_row config_common_rows[];

#endif
