/* sale_goods — see sale_goods.h. */
#include "cli/sale_goods.h"

#include "base/check.h"
#include "cli/sale.h"

#define SALE_DEAR_FEN   9000
#define SALE_SET_NUMBER 90000 /* platform ids of bundles begin here: above every SKU */

int64_t sale_price_fen(int64_t sku)
{
    return 990 + 100 * sale_pick(UINT64_C(77), (uint64_t)sku, 300);
}

struct str sale_sku(struct arena *arena, int64_t sku)
{
    return arena_format(arena, "SKU-%04lld", (long long)sku + 1);
}

/* Half the reference, of one SKU in three. */
int64_t sale_floor_fen(int64_t sku)
{
    return sku % 3 == 0 ? sale_price_fen(sku) / 2 : 0;
}

int64_t sale_habit(int64_t sku)
{
    return sku % 2 == 1 ? 3 : 0;
}

/* One in a hundred; none of a handful. */
int64_t sale_disabled_count(int64_t skus)
{
    return skus < 20 ? 0 : skus < 200 ? 1 : skus / 100;
}

static bool sale_goods_is(int64_t skus, int64_t sku, enum sale_goods goods)
{
    bool disabled = sku >= skus - sale_disabled_count(skus);

    switch (goods) {
    case SALE_GOODS_ANY:
        return !disabled;
    case SALE_GOODS_FLOOR:
        return !disabled && sale_floor_fen(sku) > 0;
    case SALE_GOODS_NO_FLOOR:
        return !disabled && sale_floor_fen(sku) == 0;
    case SALE_GOODS_HABIT:
        return !disabled && sale_habit(sku) > 0;
    case SALE_GOODS_NO_HABIT:
        return !disabled && sale_habit(sku) == 0;
    case SALE_GOODS_DEAR:
        return !disabled && sale_habit(sku) == 0 && sale_price_fen(sku) >= SALE_DEAR_FEN;
    case SALE_GOODS_DISABLED:
        return disabled;
    }
    return false;
}

int64_t sale_goods_pick(int64_t skus, int64_t from, enum sale_goods goods)
{
    for (int64_t i = 0; i < skus; i++) {
        int64_t sku = (from + i) % skus;

        if (sale_goods_is(skus, sku, goods))
            return sku;
    }
    return -1;
}

/* ---- bundles ---- */

int64_t sale_set_count(int64_t skus)
{
    return skus < 20 ? 0 : skus < 200 ? 10 : 50;
}

static bool sale_set_has(const struct sale_part *parts, size_t count, int64_t sku)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].sku == sku)
            return true;
    return false;
}

/* One of the dearest, and up to two of each of the others: a check that looks at the first part
 * alone finds nothing odd in the price of the whole. */
size_t sale_set_parts(int64_t skus, int64_t set, struct sale_part parts_out[SALE_PARTS_MAX])
{
    uint64_t key = sale_mix(UINT64_C(0x5e7), (uint64_t)set);
    size_t wanted = 2 + (size_t)sale_pick(key, 1, 2), count = 0;

    CHECK(set >= 0 && set < sale_set_count(skus));
    for (uint64_t i = 0; count < wanted; i++) {
        int64_t sku = sale_goods_pick(skus, sale_pick(key, 10 + i, skus), SALE_GOODS_ANY);

        if (sale_set_has(parts_out, count, sku))
            continue;
        parts_out[count] = (struct sale_part){ sku, 1 + sale_pick(key, 100 + count, 2) };
        if (sale_price_fen(sku) > sale_price_fen(parts_out[0].sku)) {
            struct sale_part first = parts_out[0];

            parts_out[0] = parts_out[count];
            parts_out[count] = first;
        }
        count++;
    }
    parts_out[0].units = 1;
    return count;
}

int64_t sale_set_price_fen(int64_t skus, int64_t set)
{
    struct sale_part parts[SALE_PARTS_MAX];
    size_t count = sale_set_parts(skus, set, parts);
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += sale_price_fen(parts[i].sku) * parts[i].units;
    return sum * 9 / 10;
}

size_t sale_line_parts(int64_t skus, const struct sale_line *line,
                       struct sale_part parts_out[SALE_PARTS_MAX])
{
    if (line->code == SALE_CODE_SET)
        return sale_set_parts(skus, line->sku, parts_out);
    parts_out[0] = (struct sale_part){ line->sku, 1 };
    return 1;
}

/* ---- codes ---- */

struct str sale_line_code(struct arena *arena, char channel, const struct sale_line *line)
{
    switch (line->code) {
    case SALE_CODE_OURS:
        return sale_sku(arena, line->sku);
    case SALE_CODE_SHOP:
        return arena_format(arena, "%c-SKU-%04lld", channel, (long long)line->sku + 1);
    case SALE_CODE_SET:
        return arena_format(arena, "SET-%04lld", (long long)line->sku + 1);
    case SALE_CODE_GIVEAWAY:
        break;
    }
    return STR_NONE;
}

int64_t sale_line_number(const struct sale_line *line)
{
    return line->code == SALE_CODE_SET ? SALE_SET_NUMBER + line->sku : line->sku;
}

struct str sale_giveaway_id(struct arena *arena, int64_t sku)
{
    return arena_format(arena, "6900%08lld", (long long)sku);
}
