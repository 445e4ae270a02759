/*
 * journal_store — the journal in PostgreSQL that every answer passes before it is used.
 *
 * One row per batch, under the shared stock lock, only where the epoch is still the batch's own.
 * No row: the epoch has moved, the batch must be dropped (RETRY). A batch without answers is
 * journaled too, because its commit needs the fence (STOCK.md 4a). Bodies of orders that stop
 * here go into order_bodies in the same transaction.
 */
#ifndef SLUICE_STORE_JOURNAL_STORE_H
#define SLUICE_STORE_JOURNAL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/order.h"
#include "store/stock_store.h"

struct journal_store;

/* `worker` is borrowed: it names the writer of each row. */
bool journal_store_open(struct journal_store **store_out, const char *pg_url, const char *worker,
                        struct err *err) MUST_CHECK;
void journal_store_close(struct journal_store *store);

struct order_body {
    struct str order_id;
    int64_t rev;
    struct str digest, json;
};

/* bodies may be NULL when count is 0. */
bool journal_store_put(struct journal_store *store, struct arena *arena,
                       const struct stock_trace *trace, const struct order_body *bodies,
                       size_t body_count, struct err *err) MUST_CHECK;

/* The canonical bodies of orders, from order_bodies, else from the ledger's orders; bodies_out
 * [count], .json empty where there is none. */
bool journal_store_bodies(struct journal_store *store, struct arena *arena,
                          const struct str *order_ids, size_t count,
                          struct order_body *bodies_out, struct err *err) MUST_CHECK;

/* stock_epoch: the epoch in force and the generation of the topics. */
bool journal_store_epoch(struct journal_store *store, int64_t *epoch_out, int64_t *generation_out,
                         struct err *err) MUST_CHECK;

/* ---- rebuild ---- */

/* A try-lock for the session: false in *got_out when another rebuilder has it. */
bool journal_store_lock_rebuild(struct journal_store *store, bool *got_out,
                                struct err *err) MUST_CHECK;
void journal_store_unlock_rebuild(struct journal_store *store);

/* Under the exclusive stock lock: epoch = epoch + 1. From its return on no older answer can be
 * journaled. */
bool journal_store_raise_epoch(struct journal_store *store, int64_t *epoch_out,
                               struct err *err) MUST_CHECK;

/* Everything to be loaded, folded and not: per order the highest seq, per SKU the highest
 * (epoch, srev), all movements. Calls `slice` for parts of at most slice_max items, SKUs and
 * movements first; each part lives in a scratch arena until the call returns. */
typedef bool (*journal_slice_fn)(void *context, const struct stock_trace *slice, int64_t done,
                                 int64_t total, struct err *err);
bool journal_store_read(struct journal_store *store, size_t slice_max, journal_slice_fn slice,
                        void *context, struct err *err) MUST_CHECK;

#endif
