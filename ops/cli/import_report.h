/*
 * import_report — what an import took, and which lines were bad.
 *
 * Lives in the arena of the command; names of files are borrowed.
 */
#ifndef SLUICE_CLI_IMPORT_REPORT_H
#define SLUICE_CLI_IMPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct import_report;

struct import_report *import_report_open(struct arena *arena);

/* The file that the next lines are of. */
void import_report_file(struct import_report *report, const char *path);

/* A payload on its way. */
void import_report_taken(struct import_report *report, struct str channel, size_t size);
/* It goes, but nobody could tell its order. `why` is copied. */
void import_report_without_id(struct import_report *report, int64_t line, struct str why);
/* It does not go. */
void import_report_refused(struct import_report *report, int64_t line, struct str why);

/* Something for a person to look at? In a sale, payloads without an id are meant to be. */
bool import_report_is_bad(const struct import_report *report, bool sale);

/* `sent`: what the broker has. */
void import_report_print(struct import_report *report, int64_t sent, bool json);

#endif
