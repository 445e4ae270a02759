/*
 * sale_goods — what a sale sells: SKUs with their prices, bundles, and the shops' own codes.
 *
 * All of it follows from the number of SKUs alone, so that two sales of one size sell the same.
 * SKUs are named by their index: SKU-0001 is 0.
 */
#ifndef SLUICE_CLI_SALE_GOODS_H
#define SLUICE_CLI_SALE_GOODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Under which code a line is sold. */
enum sale_code {
    SALE_CODE_OURS = 0, /* our SKU: "SKU-0012" */
    SALE_CODE_SHOP,     /* the shop's own: "D-SKU-0012" */
    SALE_CODE_SET,      /* a bundle: "SET-0007" */
    SALE_CODE_GIVEAWAY, /* a gift that is no line: only the platform's item id */
};

/* Which line a gift came with. */
enum sale_parent {
    SALE_PARENT_NONE = 0, /* it does not say */
    SALE_PARENT_FIRST,    /* the order's first line */
    SALE_PARENT_GONE,     /* a line that is not there */
};

struct sale_line {
    int64_t sku; /* index of the SKU; of the bundle with SALE_CODE_SET */
    int64_t quantity, price_fen, paid_fen;
    enum sale_code code;
    bool gift;
    enum sale_parent parent;
};

int64_t sale_price_fen(int64_t sku);                   /* the reference price, always the same */
struct str sale_sku(struct arena *arena, int64_t sku); /* "SKU-0001" */

/* What is said of some SKUs in the rules' tables, so that each check has goods of its own. */
int64_t sale_floor_fen(int64_t sku);       /* below it nobody may sell; 0: none */
int64_t sale_habit(int64_t sku);           /* the usual most in one order; 0: never measured */
int64_t sale_disabled_count(int64_t skus); /* the last of the SKUs may not be sold now */

enum sale_goods {
    SALE_GOODS_ANY = 0, /* but for disabled ones */
    SALE_GOODS_FLOOR,
    SALE_GOODS_NO_FLOOR,
    SALE_GOODS_HABIT,
    SALE_GOODS_NO_HABIT,
    SALE_GOODS_DEAR, /* at least 90 yuan, without a habit */
    SALE_GOODS_DISABLED,
};

/* The first SKU of that kind from `from` on, around the end; -1: there is none. */
int64_t sale_goods_pick(int64_t skus, int64_t from, enum sale_goods goods);

/* ---- bundles ---- */

#define SALE_PARTS_MAX 3

struct sale_part {
    int64_t sku, units; /* for one of the bundle */
};

int64_t sale_set_count(int64_t skus);
/* The parts of a bundle, the dearest first; returns how many. */
size_t sale_set_parts(int64_t skus, int64_t set, struct sale_part parts_out[SALE_PARTS_MAX]);
int64_t sale_set_price_fen(int64_t skus, int64_t set); /* nine tenths of its parts' */

/* What one unit of a line is in our SKUs; returns how many parts. */
size_t sale_line_parts(int64_t skus, const struct sale_line *line,
                       struct sale_part parts_out[SALE_PARTS_MAX]);

/* The merchant code of a line in a shop of this channel ('D', 'T', 'W'); empty for a giveaway. */
struct str sale_line_code(struct arena *arena, char channel, const struct sale_line *line);
/* A number for the platforms' own ids of the goods, below 100,000. */
int64_t sale_line_number(const struct sale_line *line);
struct str sale_giveaway_id(struct arena *arena, int64_t sku); /* the platform's item id */

#endif
