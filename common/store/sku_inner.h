/*
 * sku_inner — what the files of sku_store share. Private to the room.
 */
#ifndef SLUICE_STORE_SKU_INNER_H
#define SLUICE_STORE_SKU_INNER_H

#include <stddef.h>

#include "base/arena.h"
#include "store/pg.h"
#include "store/sku_store.h"

struct sku_store {
    struct pg *pg;
    struct arena *home; /* of the map and its rows; NULL before the first refresh */
    size_t loaded;      /* bytes of it when all was read */
    struct sku_map *map;
};

#endif
