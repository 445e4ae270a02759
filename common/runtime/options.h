/*
 * options — what a worker's command line asks for.
 */
#ifndef SLUICE_RUNTIME_OPTIONS_H
#define SLUICE_RUNTIME_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "runtime/worker.h"

enum options_mode {
    OPTIONS_RUN = 1,
    OPTIONS_CHECK, /* settings, stores, exit */
    OPTIONS_HELP,
    OPTIONS_DOCS,
    OPTIONS_DOCS_COMMON,
    OPTIONS_CRASH_POINTS,
    OPTIONS_VERSION,
};

/* FATAL names the argument nobody knows. */
bool options_parse(int argc, char **argv, enum options_mode *mode_out,
                   struct err *err) MUST_CHECK;

/* Everything that only prints: help, docs, crash points, version. */
void options_print(enum options_mode mode, const struct worker *worker, FILE *out);

#endif
