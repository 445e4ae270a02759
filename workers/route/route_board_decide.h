/*
 * route_board_decide — what a round of decisions looks at, and what it has taken of it.
 *
 * The rules in force, the time, what is free where, how many parcels are planned for which day.
 * Orders of one batch compete: each decision takes its units and its places in a day from the
 * board, so that the next one sees what is left. Nothing of it is reserved; PLAN checks.
 */
#ifndef SLUICE_ROUTE_ROUTE_BOARD_DECIDE_H
#define SLUICE_ROUTE_ROUTE_BOARD_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/sku_map.h"
#include "domain/stock.h"
#include "route/route_policy_decide.h"

#define ROUTE_DAYS_MAX (ROUTE_HORIZON_MAX + 1)
#define ROUTE_DAY_MS   INT64_C(86400000)
#define ROUTE_CHINA_MS INT64_C(28800000) /* +08:00 */

/* Units of one SKU free at one warehouse. */
struct route_free {
    struct str sku, warehouse;
    size_t index; /* of the policy's warehouses; ROUTE_ANY: the rules do not name it */
    int64_t units;
};

struct route_board {
    struct arena *scratch; /* of one decision: each one resets it */
    const struct route_policy *policy;
    const struct sku_map *map; /* what shops' codes are; NULL: themselves */
    int64_t now_ms, today; /* days since 1970-01-01 in China time */
    struct route_free *rows; /* sorted by SKU, then warehouse */
    size_t row_count;
    int64_t used[ROUTE_WAREHOUSES_MAX][ROUTE_DAYS_MAX]; /* parcels planned for today + i */
    int64_t unproven; /* decisions that could not compare all ways */
};

/* An empty board: map, rows and used are the caller's to fill; route_board_sort() after it. */
struct route_board route_board_make(const struct route_policy *policy, struct arena *scratch,
                                    int64_t now_ms);

/* Sorts the rows and finds their warehouses. */
void route_board_sort(struct route_board *board);

/* The rows of one SKU: the first of them, and how many. */
const struct route_free *route_board_rows(const struct route_board *board, struct str sku,
                                          size_t *count_out);

/* The first day on which a warehouse can send one more parcel: after its cut-off the next, not on
 * a weekday it is closed, not when its capacity is used. -1: none within the horizon. */
int64_t route_board_day(const struct route_board *board, size_t warehouse);

/* Days by which a parcel that leaves there on that day is late, begun ones counted; due_at in
 * ms, 0: never late. */
int64_t route_board_late(const struct route_board *board, size_t warehouse, int64_t day,
                         int64_t due_at);

/* Takes a parcel's units and its place in the day; sign −1 gives them back. */
void route_board_take(struct route_board *board, const struct parcel *parcel, int64_t sign);

#endif
