/*
 * sku_map — what a shop's codes are in our SKUs.
 *
 * A shop names an article by its own code: the platform's SKU or the merchant code of the line. A
 * row says what one unit of a code is: one SKU, several of one, or a bundle of several. A code
 * without a row is itself a SKU of ours. The rows are data (table sku_maps, store/sku_store.h):
 * every change has a higher version, and a row taken back is a row too, marked deleted.
 *
 * A map is changed between two batches only; looking up allocates nothing. It borrows the rows, so
 * it lives as long as the arena they are in.
 */
#ifndef SLUICE_DOMAIN_SKU_MAP_H
#define SLUICE_DOMAIN_SKU_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/order.h"

#define SKU_MAP_PARTS_MAX 50
#define SKU_MAP_UNITS_MAX 10000

struct sku_part {
    struct str sku;
    int64_t units; /* of the SKU, for one of the code */
};

struct sku_parts {
    struct sku_part *items;
    size_t count;
};

/* One row: what a code is since `version`. */
struct sku_row {
    struct str channel, shop, code; /* shop empty: every shop of the channel */
    int64_t version;
    struct sku_parts parts; /* none when deleted */
    bool deleted;           /* the code is itself again */
    struct str title;       /* the article's name, for people; may be empty */
    struct str by, reason;  /* who mapped it, and why */
    int64_t at;             /* ms */
};

/* REJECT names the field: an empty or endless id, a control character in a SKU, no part or more
 * than SKU_MAP_PARTS_MAX, one SKU twice, units outside 1..SKU_MAP_UNITS_MAX. */
bool sku_row_check(const struct sku_row *row, struct err *err) MUST_CHECK;

struct sku_map;

/* Of rows that name the same (channel, shop, code) the highest version stays. Rows are borrowed;
 * the map lives in the arena; `version` is that of the whole. */
struct sku_map *sku_map_build(struct arena *arena, const struct sku_row *rows, size_t count,
                              int64_t version);

/* Adds what changed since: rows are borrowed too. */
void sku_map_add(struct sku_map *map, const struct sku_row *rows, size_t count, int64_t version);

int64_t sku_map_version(const struct sku_map *map); /* 0 for NULL: nothing was ever mapped */

/* What one unit of the line is: looked for by (channel, shop, platform_sku), then (channel, shop,
 * merchant_code), then both for every shop of the channel. NULL: nothing maps it, it is one unit
 * of sku_map_plain(). `map` may be NULL. Lives as long as the map. */
const struct sku_parts *sku_map_find(const struct sku_map *map, struct str channel, struct str shop,
                                     const struct order_line *line);

/* The line's SKU when nothing maps it: its merchant_code, or its platform_sku without one. */
struct str sku_map_plain(const struct order_line *line);

/* One SKU for checks that look at one: the first part's, or sku_map_plain(). */
struct str sku_map_line_sku(const struct sku_map *map, const struct order *order,
                            const struct order_line *line);

#endif
