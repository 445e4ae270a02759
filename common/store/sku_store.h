/*
 * sku_store — the rows of table sku_maps: what the shops' codes are in our SKUs.
 *
 * Append only: the newest row of a (channel, shop, code) is in force. Every put is one transaction
 * with one version, higher than all before, so who holds version n asks for what is above n. A
 * worker keeps one store open and calls sku_store_refresh() between two batches; the map it hands
 * out stays as it is until then. Not shared between threads.
 */
#ifndef SLUICE_STORE_SKU_STORE_H
#define SLUICE_STORE_SKU_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/sku_map.h"

struct sku_store;

bool sku_store_open(struct sku_store **store_out, const char *pg_url, struct err *err) MUST_CHECK;
void sku_store_close(struct sku_store *store); /* NULL is fine; ends its map too */

/* ---- for workers ---- */

/* Brings the map to the newest version: nothing is read when it has that already, else what
 * changed since, the first time all. On failure (RETRY) the map at hand stays. */
bool sku_store_refresh(struct sku_store *store, struct err *err) MUST_CHECK;

/* As of the last refresh; NULL before the first. Valid until the next refresh or close. */
const struct sku_map *sku_store_map(const struct sku_store *store);

/* ---- rows ---- */

/* The newest row of every code that changed after version `since` (0: of all, without those that
 * were taken back), by channel, shop, code; *version_out the version they stand for. In the
 * arena. */
bool sku_store_get(struct sku_store *store, struct arena *arena, int64_t since,
                   struct sku_row **rows_out, size_t *count_out, int64_t *version_out,
                   struct err *err) MUST_CHECK;

/* Adds rows, all or none, under one new version; .version and .at are given by the store. No two
 * of them may name one code; each has passed sku_row_check(). REJECT: the table refuses them. */
bool sku_store_put(struct sku_store *store, struct arena *arena, const struct sku_row *rows,
                   size_t count, int64_t *version_out, struct err *err) MUST_CHECK;

/* Everything that was ever said of one code, newest first, rows taken back included. */
bool sku_store_history(struct sku_store *store, struct arena *arena, struct str channel,
                       struct str shop, struct str code, struct sku_row **rows_out,
                       size_t *count_out, struct err *err) MUST_CHECK;

/* ---- questions to the ledger's rows: it may be a moment behind ---- */

/* Those of `skus` that no count or movement has ever named. */
bool sku_store_strangers(struct sku_store *store, struct arena *arena, const struct str *skus,
                         size_t count, struct str **strangers_out, size_t *stranger_count_out,
                         struct err *err) MUST_CHECK;

/* A code of a shop that orders wait for. */
struct sku_unmapped_view {
    struct str channel, shop, platform_sku, merchant_code, title;
    struct str mapped;     /* "A, B": what it is mapped to, one of it unknown; empty: not mapped */
    int64_t orders, units; /* that wait with it; lines' quantities */
    int64_t oldest_at;     /* placing of the oldest, ms */
};

/* By waiting orders, most first; at most count_max. */
bool sku_store_unmapped(struct sku_store *store, struct arena *arena, size_t count_max,
                        struct sku_unmapped_view **rows_out, size_t *count_out,
                        struct err *err) MUST_CHECK;

#endif
