/*
 * sale_places — where a sale's orders go, and how people write it.
 *
 * Regions are real, what stands behind them is invented: thousands of addresses of towns, lanes,
 * courtyards, estates, offices, villages and their groups.
 */
#ifndef SLUICE_CLI_SALE_PLACES_H
#define SLUICE_CLI_SALE_PLACES_H

#include "base/arena.h"
#include "base/str.h"
#include "cli/sale.h"

struct sale_place {
    const char *province, *city, *district, *street;
    int64_t code; /* of the district, six digits; 0: none */
};

/* Where the order goes; for an odd one perhaps where nothing is delivered or does not exist. */
const struct sale_place *sale_place(const struct sale_order *order);

/* In plain: an address that leads to a door, or, of an odd order, one that does not. */
struct str sale_place_address(struct arena *arena, const struct sale_order *order);

/* The one area that this sale's rules have closed. */
const struct sale_place *sale_place_closed(void);

#endif
