/*
 * import_read — files, pipes and gzip, line by line or whole; and the JSON values in a text.
 */
#ifndef SLUICE_CLI_IMPORT_READ_H
#define SLUICE_CLI_IMPORT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define IMPORT_READ_LINE_MAX  ((size_t)64 << 20)
#define IMPORT_READ_WHOLE_MAX ((size_t)1 << 30)

struct import_reader;

/* "-" is the standard input. Plain and gzip are told apart by their first bytes. */
bool import_reader_open(struct import_reader **reader_out, const char *path,
                        struct err *err) MUST_CHECK;
void import_reader_close(struct import_reader *reader); /* NULL is fine */

/* The next line without its end; *got_out false at the end of the file. Valid until the next
 * call. REJECT: longer than IMPORT_READ_LINE_MAX. RETRY: the file cannot be read. */
bool import_reader_line(struct import_reader *reader, struct str *line_out, bool *got_out,
                        struct err *err) MUST_CHECK;

/* The first line stays unread: a look at what kind of file this is. A byte order mark in front
 * belongs to the file and is skipped. */
bool import_reader_peek(struct import_reader *reader, struct str *line_out,
                        struct err *err) MUST_CHECK;

/* Reads on until the end of the file or until `size_max` bytes are unread, at most a chunk more;
 * all of it stays unread. *whole_out: nothing comes behind it. Valid until the next call. */
bool import_reader_look(struct import_reader *reader, size_t size_max, struct str *text_out,
                        bool *whole_out, struct err *err) MUST_CHECK;

/* Everything that is unread. Valid until the next call. */
bool import_reader_rest(struct import_reader *reader, struct str *rest_out,
                        struct err *err) MUST_CHECK;

/* Cuts the first JSON value off the text (white space and one comma before it are skipped).
 * False when there is none or it does not end: only brackets and quotes are looked at. */
bool import_read_value(struct str *rest, struct str *value_out);

#endif
