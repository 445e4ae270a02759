/*
 * order_inner — what the parts of order_store share. Nobody else includes it.
 */
#ifndef SLUICE_STORE_ORDER_INNER_H
#define SLUICE_STORE_ORDER_INNER_H

#include "base/arena.h"
#include "base/err.h"
#include "store/order_store.h"
#include "store/pg.h"
#include "store/pg_rows.h"

struct order_store {
    struct arena *home;
    struct pg *pg;
};

/* A question and the struct each row of its answer fills. */
struct order_question {
    const char *sql;
    size_t row_size;
    const struct pg_field *fields;
    size_t field_count;
};
#define ORDER_FIELDS(array) .fields = (array), .field_count = sizeof(array) / sizeof((array)[0])

/* *rows_out: an array of the question's structs, in the arena. */
bool order_inner_ask(struct pg *pg, struct arena *arena, const struct order_question *question,
                     const struct str *params, size_t param_count, void **rows_out,
                     size_t *count_out, struct err *err) MUST_CHECK;

/* Exactly one row, into *row_out. */
bool order_inner_ask_one(struct pg *pg, struct arena *arena,
                         const struct order_question *question, const struct str *params,
                         size_t param_count, void *row_out, struct err *err) MUST_CHECK;

/* The lists of a report (order_counts.c). */
bool order_counts_fill(struct pg *pg, struct arena *arena, struct order_report *report,
                       struct err *err) MUST_CHECK;

int order_inner_gate(struct str name);
int order_inner_gate_state(struct str name);

#endif
