/*
 * stock_stranger — who waits for SKUs that the stock store does not know: perhaps their codes were
 * mapped since (domain/sku_map.h).
 *
 * A record keeps what its lines were by the map it was asked with. Whether a newer map says
 * otherwise is told by comparing that text with the one of the order's body.
 */
#ifndef SLUICE_STORE_STOCK_STRANGER_H
#define SLUICE_STORE_STOCK_STRANGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "store/stock_store.h"

struct stock_waiter {
    struct str order_id;
    int64_t rev;
    struct str digest; /* of its body, as the shop gave it */
    struct str lines;  /* stock_lines_text() by the map it was asked with */
};

/* Where a page begins: a SKU and a rank among its waiters. */
struct stock_waiter_cursor {
    struct str sku; /* empty: at the first; after a call: that page was the last */
    int64_t rank;
};

/* A page of at most count_max, from *cursor_inout on, which is set to where the next one begins.
 * An order that waits for two such SKUs comes twice; one that goes or comes meanwhile may be
 * missed until the next walk. Reads only; everything in the arena. */
bool stock_store_strangers(struct stock_store *store, struct arena *arena, size_t count_max,
                           struct stock_waiter_cursor *cursor_inout,
                           struct stock_waiter **waiters_out, size_t *count_out,
                           struct err *err) MUST_CHECK;

/* What a record keeps of the lines by `map` (NULL: every code is itself), in the arena; two maps
 * that say the same of the order give the same text. */
struct str stock_lines_text(struct arena *arena, const struct sku_map *map,
                            const struct order *order);

#endif
