/*
 * pg_rows — rows of C structs as array parameters, one array a column, by a table of fields.
 *
 * For `insert … select … from unnest($1::text[], $2::bigint[], …)`: one statement for a whole
 * batch. An empty str becomes the empty text, never null. And back: columns into structs.
 */
#ifndef SLUICE_STORE_PG_ROWS_H
#define SLUICE_STORE_PG_ROWS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/pg.h"

enum pg_field_kind {
    PG_FIELD_TEXT = 1, /* struct str */
    PG_FIELD_NULLABLE, /* struct str; .data NULL is null */
    PG_FIELD_INT,      /* int64_t */
    PG_FIELD_BOOL,     /* bool, as 0 or 1 of bigint */
    PG_FIELD_NAME,     /* an enum, as text by `name`; 0 is the empty text */
};

struct pg_field {
    enum pg_field_kind kind;
    size_t offset;
    const char *(*name)(int value);  /* writing an enum */
    int (*value)(struct str name);   /* reading one */
};

#define PG_FIELD(kind_, type, field) { .kind = (kind_), .offset = offsetof(struct type, field) }
#define PG_FIELD_ENUM(type, field, name_) \
    { .kind = PG_FIELD_NAME, .offset = offsetof(struct type, field), .name = (name_) }
#define PG_FIELD_VALUE(type, field, value_) \
    { .kind = PG_FIELD_NAME, .offset = offsetof(struct type, field), .value = (value_) }

/* params_out[field_count]: array literals in the arena. */
void pg_rows_params(struct arena *arena, const void *rows, size_t row_size, size_t row_count,
                    const struct pg_field *fields, size_t field_count, struct str *params_out);

/* Row `row` of a result whose columns are the fields, in their order, into *out; null is 0 or
 * empty. Texts are copied into the arena. */
void pg_rows_get(struct arena *arena, const struct pg_result *result, size_t row,
                 const struct pg_field *fields, size_t field_count, void *out);

/* All rows, as an array in the arena. */
void *pg_rows_get_all(struct arena *arena, const struct pg_result *result, size_t row_size,
                      const struct pg_field *fields, size_t field_count);

#endif
