/*
 * ledger_inner — what the parts of ledger_store share. Nobody else includes it.
 *
 * Each part writes its own tables, in the transaction that ledger_store_write() opened.
 */
#ifndef SLUICE_STORE_LEDGER_INNER_H
#define SLUICE_STORE_LEDGER_INNER_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/ledger.h"
#include "store/pg.h"
#include "store/pg_rows.h"

struct ledger_store {
    struct arena *home;
    struct pg *pg;
};

/* One statement over all rows of one kind; nothing at all for none. */
struct ledger_table {
    const char *sql;
    size_t row_size;
    const struct pg_field *fields;
    size_t field_count;
};
#define LEDGER_FIELDS(array) .fields = (array), .field_count = sizeof(array) / sizeof((array)[0])

const char *ledger_inner_state_name(int value);
const char *ledger_inner_stage_name(int value);

bool ledger_inner_put(struct pg *pg, struct arena *arena, const struct ledger_table *table,
                      const void *rows, size_t count, struct err *err) MUST_CHECK;

/* ---- ledger_gates.c ---- */

/* Orders whose gates were not there before this batch. */
struct ledger_fresh {
    struct str *ids;
    size_t count;
};

/* Locks and merges the gates of every order the batch speaks of; then the trail; then what dead
 * letters stop. */
bool ledger_gates_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                      struct ledger_fresh *fresh_out, struct err *err) MUST_CHECK;
/* The shipment gate follows from the parcels: after ledger_parcels_put(). Of the batch's parcels,
 * and of fresh orders, whose parcels may have been read before them. */
bool ledger_gates_follow(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                         const struct ledger_fresh *fresh, struct err *err) MUST_CHECK;

/* ---- ledger_lines.c: order_lines, reservations ---- */

/* Orders whose row this batch has changed. */
struct ledger_change {
    const struct ledger_order **orders;
    size_t count, line_count, claim_count;
    struct str ids, bodies; /* as arrays: all, and those that came with a body */
};

bool ledger_lines_put(struct pg *pg, struct arena *arena, const struct ledger_change *change,
                      struct err *err) MUST_CHECK;
bool ledger_lines_put_claims(struct pg *pg, struct arena *arena,
                             const struct ledger_change *change, struct err *err) MUST_CHECK;

/* ---- ledger_orders.c: orders, and the two above ---- */

bool ledger_orders_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                       struct err *err) MUST_CHECK;

/* ---- ledger_parcels.c: shipments, shipment_items, plans ---- */

bool ledger_parcels_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                        struct err *err) MUST_CHECK;

#endif
