/*
 * dry_read — which payloads a file holds: what `sluice ingest --dry-run` judges one by one.
 *
 * A line is a payload. A file that as a whole is one JSON document, or several of them over many
 * lines, has one payload a document. A list is divided into its elements, as `sluice import` does.
 * Nothing is dropped but empty lines: what is no JSON is a payload too, for the judge to refuse.
 *
 * Lines stream: memory is bounded by the longest. Only a file whose first line is no whole value
 * is looked at as a whole, up to DRY_READ_WHOLE_MAX bytes; a longer one is lines in any case.
 */
#ifndef SLUICE_CLI_DRY_READ_H
#define SLUICE_CLI_DRY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define DRY_READ_WHOLE_MAX ((size_t)64 << 20)

/* `number` is the line, or the document of a file of documents; from 1. The payload, never empty,
 * is valid during the call. */
typedef void (*dry_read_take)(void *context, int64_t number, struct str payload);

/* "-" is the standard input; gzip is told by its first bytes. False: the file cannot be opened,
 * read or unpacked to its end, or has a line of more than 64 MiB (import_read.h); what came before
 * was taken. */
bool dry_read_file(const char *path, dry_read_take take, void *context, struct err *err) MUST_CHECK;

#endif
