/*
 * order_window — the orders that came in during a window, with what was decided of them: for
 * `sluice rules try`, which judges them again.
 *
 * Read only, from the ledger's rows. Bodies are the orders' canonical JSON with the personal
 * data of the shop: they go through the judgement and nowhere else.
 */
#ifndef SLUICE_STORE_ORDER_WINDOW_H
#define SLUICE_STORE_ORDER_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/gate.h"
#include "store/order_store.h"

/* Units of an order: in a parcel of its newest plan, or (warehouse empty) promised, unplanned. */
struct order_window_item {
    struct str order_id, warehouse, carrier, sku;
    int64_t units;
};

struct order_window_view {
    struct str order_id, state, reason, digest;
    struct str body; /* canonical JSON */
    int64_t rev, entered_at, at;
    enum gate_state anomaly; /* how the anomaly gate stands: passed, stopped */
    struct str verdict;      /* its reason: "held: price_floor, …" */
    const struct order_window_item *items;
    size_t item_count;
};

/* One page: at most count_max orders that entered in [from_ms, to_ms) and were judged, with ids
 * above `after`, in the order of their ids. Fewer than count_max: there are no more. */
bool order_window_page(struct order_store *store, struct arena *arena, int64_t from_ms,
                       int64_t to_ms, struct str after, size_t count_max,
                       struct order_window_view **rows_out, size_t *count_out,
                       struct err *err) MUST_CHECK;

#endif
