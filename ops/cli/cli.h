/*
 * cli — what the commands of `sluice` share: options, addresses, errors, tables.
 *
 * Every command is one function in a file of its own name. Exit codes: 0 done, 1 it failed or
 * found something wrong, 2 wrong usage or configuration. People read tables, Chinese first;
 * programs read --json. Errors go to stderr: what, where, what to do.
 */
#ifndef SLUICE_CLI_CLI_H
#define SLUICE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/json_out.h"

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
};

struct cli_option {
    const char *name;       /* "--reason"; NULL ends a table */
    const char *value_name; /* "TEXT"; NULL: a flag */
    const char *help;
    const char **value;     /* where the text goes */
    bool *flag;             /* where a flag goes */
};

struct cli_command {
    const char *name;  /* "order show" */
    const char *usage; /* what stands behind the name: "ID [--json]" */
    const char *help;  /* a paragraph */
    const struct cli_option *options;
    int words_min, words_max; /* positional words; max < 0: any number */
};

/* The addresses every command may need, from SLUICE_…; and scratch memory. */
struct cli {
    const char *kafka_brokers, *redis_url, *pg_url;
    struct config *config;
    struct arena *arena;
    bool json;
    char **words; /* positional */
    int word_count;
};

/* Parses options (--json is always known, --help prints and exits 0) and reads the addresses.
 * On false *exit_out holds the code to return. */
bool cli_open(struct cli *cli, const struct cli_command *command, int argc, char **argv,
              int *exit_out);
void cli_close(struct cli *cli);

/* Prints `sluice: <text>` to stderr; returns CLI_FAILED, or CLI_USAGE for a FATAL. */
int cli_fail(const struct err *err);

/* What a decision is kept with, and every reader of it can take: a reason that is not blank and
 * has at most CLI_REASON_BYTES, a name of one line of at most CLI_BY_BYTES, both UTF-8. On false
 * stderr says what is wrong and where help is, and *exit_out is CLI_USAGE. */
#define CLI_REASON_BYTES 2000
#define CLI_BY_BYTES     200
bool cli_check_reason(const struct cli_command *command, const char *reason, const char *by,
                      int *exit_out);

/* Prints to stderr what is wrong with the words and where help is; returns CLI_USAGE. */
int cli_misuse(const struct cli_command *command, const char *format, ...) PRINTF_LIKE(2, 3);

/* One JSON document on stdout. */
void cli_print_json(struct json_out *out);

/* Pads to `width` columns as a terminal shows them (a Chinese character is two wide). */
void cli_cell(struct str text, int width);

/* The text on one line: a line break or another control byte becomes a space. */
struct str cli_line(struct arena *arena, struct str text);

/* "2026-11-11 00:00:03" China time, or "-" for 0. */
struct str cli_time(struct arena *arena, int64_t ms);

/* "3 分钟 min", from a duration in ms; "-" below 0. */
struct str cli_age(struct arena *arena, int64_t ms);

#endif
