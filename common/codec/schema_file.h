/*
 * schema_file — the files of schemas/: where they lie, and what is in them.
 *
 * Binaries find them by themselves in a build tree and in an installed one; SLUICE_SCHEMAS names
 * another folder.
 */
#ifndef SLUICE_CODEC_SCHEMA_FILE_H
#define SLUICE_CODEC_SCHEMA_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define SCHEMA_FILE_SIZE_MAX (1u << 20) /* bytes */

/* The path of `name` ("topics.json", "channels") in the folder SLUICE_SCHEMAS, or else in the
 * nearest `schemas` or `share/sluice/schemas` at or above the program's own folder. FATAL says
 * where was looked and what to set. */
bool schema_file_find(struct arena *arena, const char *name, const char **path_out,
                      struct err *err) MUST_CHECK;

/* The whole file. FATAL names it. */
bool schema_file_read(struct arena *arena, const char *path, struct str *text_out,
                      struct err *err) MUST_CHECK;

#endif
