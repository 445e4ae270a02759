/* sale_inner — what the files of the model share (sale.h). */
#ifndef SLUICE_CLI_SALE_INNER_H
#define SLUICE_CLI_SALE_INNER_H

#include "cli/sale.h"

#define SALE_SHARE_WHOLE 10000
#define SALE_MINUTE_MS   INT64_C(60000)

/* What a random number is drawn for: each purpose has its own, so that one more purpose leaves
 * the others' draws as they were. */
enum sale_draw {
    SALE_DRAW_CHANNEL = 1,
    SALE_DRAW_SHOP,
    SALE_DRAW_PLACED,
    SALE_DRAW_END,
    SALE_DRAW_ODD,
    SALE_DRAW_ODD_SHARE,
    SALE_DRAW_HELD,
    SALE_DRAW_SEEN_UNPAID,
    SALE_DRAW_PAID_AFTER,
    SALE_DRAW_CLOSED_AFTER,
    SALE_DRAW_FREIGHT,
    SALE_DRAW_DISCOUNT,
    SALE_DRAW_LINES,
    SALE_DRAW_GIFT,
    SALE_DRAW_PRESALE,
    SALE_DRAW_TASTE,
    SALE_DRAW_PLAIN,
    SALE_DRAW_BALANCE,
    SALE_DRAW_GIVEAWAY,
    SALE_DRAW_GIVEN,
    SALE_DRAW_LINE = 100, /* × 8 for each line */
    SALE_DRAW_PLANTED = 5000,
};

struct sale {
    struct sale_options options;
    uint64_t *weights; /* running sums: SKU i sells as 1/(i + 1) */
};

bool sale_happens(uint64_t key, enum sale_draw draw, int64_t share);

/* An ordinary line under our own code: the number-th of the order. */
struct sale_line sale_draw_line(const struct sale *sale, uint64_t key, uint64_t number);

/* The order's steps and when it was paid (sale_life.c). */
void sale_make_life(const struct sale *sale, struct sale_order *order, uint64_t key);

#endif
