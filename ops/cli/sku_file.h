/*
 * sku_file — a mapping as a table: channel,shop,code,sku,units[,title], one part a line.
 *
 * Several lines of one code are a bundle. Shop "-", "all" or empty is every shop of the channel.
 * A field with a comma or a quote stands in double quotes, a quote within is doubled; a first
 * line with the columns' names is skipped. Pure: lines in, rows out.
 */
#ifndef SLUICE_CLI_SKU_FILE_H
#define SLUICE_CLI_SKU_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/sku_map.h"

struct sku_file;

/* Everything lives in the arena. */
struct sku_file *sku_file_open(struct arena *arena);

/* The next line, without its end; copied. REJECT says what is wrong with it: it counts for
 * nothing then. Empty lines are skipped. */
bool sku_file_line(struct sku_file *file, struct str line, struct err *err) MUST_CHECK;

/* One row a code, in the order they came; by, reason, version and at are not set. */
struct sku_row *sku_file_rows(struct sku_file *file, size_t *count_out);

/* "-" and "all" as the empty shop. */
struct str sku_file_shop(struct str shop);

#endif
