/*
 * case_file — decisions as data: files a shop manager can read.
 *
 *   case   what must be
 *   given  a fact
 *   and    another fact
 *   then   what follows
 *
 * A test walks all *.case files of its worker and is handed their lines as words. Lines that
 * begin with # are comments. A folder without cases fails the test that walks it.
 */
#ifndef SLUICE_CASES_CASE_FILE_H
#define SLUICE_CASES_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

#define CASE_WORDS_MAX 16

struct case_line {
    bool then; /* else given */
    struct str words[CASE_WORDS_MAX];
    size_t count;
    int number;
};

struct case_file {
    const char *path;
    struct str title;
    struct case_line *lines;
    size_t count;
};

/* All *.case below `folder`, sorted by name; aborts with a message on a file that cannot be read. */
size_t case_file_load(struct arena *arena, const char *folder, struct case_file **files_out);

/* The i-th word of a line, or the empty str. */
struct str case_word(const struct case_line *line, size_t i);

/* The i-th word as a number; fails the test naming file and line otherwise. */
long case_number(const struct case_file *file, const struct case_line *line, size_t i);

#endif
