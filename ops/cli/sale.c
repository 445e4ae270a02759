/* sale — see sale.h. Here: which orders there are. */
#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cli/sale_inner.h"

/* splitmix64 over both. */
uint64_t sale_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) + b * UINT64_C(0xd1342543de82ef95)
                 + UINT64_C(0x632be59bd9b4e019);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

int64_t sale_pick(uint64_t a, uint64_t b, int64_t below)
{
    return below > 0 ? (int64_t)(sale_mix(a, b) % (uint64_t)below) : 0;
}

bool sale_happens(uint64_t key, enum sale_draw draw, int64_t share)
{
    return sale_pick(key, (uint64_t)draw, SALE_SHARE_WHOLE) < share;
}

struct sale_options sale_options_default(void)
{
    struct sale_options options = {
        .seed = 1,
        .orders = 1000,
        .skus = 300,
        .shops = 1,
        .span_ms = 60 * SALE_MINUTE_MS,
        .stock = SALE_STOCK_ENOUGH,
        .shares = { .unpaid = 600,
                    .cancel = 400,
                    .held = 300,
                    .duplicates = 300,
                    .late = 200,
                    .hostile = 50,
                    .odd = 200,
                    .gifts = 200,
                    .plain = 1500 },
    };
    bool known = clock_parse(STR("2026-11-11 00:00:00"), &options.start_ms);

    CHECK(known);
    return options;
}

static void sale_weigh(struct sale *sale)
{
    uint64_t sum = 0;

    sale->weights = MEM_ARRAY(uint64_t, (size_t)sale->options.skus);
    for (int64_t i = 0; i < sale->options.skus; i++) {
        sum += UINT64_C(1000000000) / (uint64_t)(i + 1);
        sale->weights[i] = sum;
    }
}

struct sale *sale_open(const struct sale_options *options)
{
    struct sale *sale = MEM_NEW(struct sale);

    CHECK(options->orders >= 0 && options->skus > 0 && options->shops > 0);
    sale->options = *options;
    sale_weigh(sale);
    return sale;
}

void sale_close(struct sale *sale)
{
    if (!sale)
        return;
    mem_free(sale->weights);
    mem_free(sale);
}

const struct sale_options *sale_options(const struct sale *sale)
{
    return &sale->options;
}

/* At least one where any are wanted. */
int64_t sale_hostile_count(const struct sale *sale)
{
    int64_t share = sale->options.shares.hostile;
    int64_t count = sale->options.orders * share / SALE_SHARE_WHOLE;

    return count == 0 && share > 0 && sale->options.orders > 0 ? 1 : count;
}

const char *sale_channel_name(enum sale_channel channel)
{
    static const char *const names[] = {
        [SALE_DOUYIN] = "douyin",
        [SALE_TMALL] = "tmall",
        [SALE_WECHAT] = "wechat",
    };

    CHECK(channel < SALE_CHANNELS);
    return names[channel];
}

int64_t sale_first_shop(enum sale_channel channel)
{
    static const int64_t shops[] = {
        [SALE_DOUYIN] = 9000001,
        [SALE_TMALL] = 8000001,
        [SALE_WECHAT] = 7000001,
    };

    CHECK(channel < SALE_CHANNELS);
    return shops[channel];
}

struct str sale_order_id(struct arena *arena, const struct sale_order *order)
{
    return arena_format(arena, "%s:%lld:%lld", sale_channel_name(order->channel),
                        (long long)order->shop, (long long)order->id);
}

/* ---- one order ---- */

/* 40, 35 and 25 of 100. */
static enum sale_channel sale_draw_channel(uint64_t key)
{
    int64_t draw = sale_pick(key, SALE_DRAW_CHANNEL, 100);

    return draw < 40 ? SALE_DOUYIN : draw < 75 ? SALE_TMALL : SALE_WECHAT;
}

/* 19 digits: the platform's two, seven of the seed, ten of the order; room for 64 line ids. */
static int64_t sale_make_id(const struct sale *sale, enum sale_channel channel, int64_t index)
{
    static const int64_t prefixes[] = {
        [SALE_DOUYIN] = 69,
        [SALE_TMALL] = 39,
        [SALE_WECHAT] = 37,
    };
    int64_t of_seed = sale_pick(sale->options.seed, UINT64_C(0x5eed), 10000000);

    return (prefixes[channel] * 10000000 + of_seed) * INT64_C(10000000000) + index * 64;
}

static enum sale_end sale_draw_end(const struct sale *sale, uint64_t key)
{
    const struct sale_shares *shares = &sale->options.shares;
    int64_t draw = sale_pick(key, SALE_DRAW_END, SALE_SHARE_WHOLE);

    if (draw < shares->unpaid)
        return SALE_END_UNPAID;
    if (draw < shares->unpaid + shares->cancel)
        return draw % 2 ? SALE_END_LAPSED : SALE_END_REFUNDED;
    return SALE_END_PAID;
}

static int64_t sale_draw_sku(const struct sale *sale, uint64_t key, uint64_t draw)
{
    int64_t low = 0, high = sale->options.skus - 1, disabled;
    uint64_t at = sale_mix(key, draw) % sale->weights[high];

    while (low < high) {
        int64_t middle = (low + high) / 2;

        if (sale->weights[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    disabled = sale_disabled_count(sale->options.skus); /* the last ones are not sold */
    return low < sale->options.skus - disabled ? low : low - disabled;
}

static int64_t sale_draw_quantity(uint64_t key, uint64_t draw)
{
    int64_t at = sale_pick(key, draw, 100);

    return at < 75 ? 1 : at < 92 ? 2 : 3 + at % 3;
}

static size_t sale_draw_line_count(uint64_t key)
{
    int64_t at = sale_pick(key, SALE_DRAW_LINES, 100);

    return at < 70 ? 1 : at < 90 ? 2 : at < 97 ? 3 : 4;
}

struct sale_line sale_draw_line(const struct sale *sale, uint64_t key, uint64_t number)
{
    uint64_t draw = SALE_DRAW_LINE + number * 8;
    struct sale_line line = {
        .sku = sale_draw_sku(sale, key, draw),
        .quantity = sale_draw_quantity(key, draw + 1),
    };

    line.price_fen = sale_price_fen(line.sku) * (85 + sale_pick(key, draw + 2, 16)) / 100;
    return line;
}

/* Some lines are sold under the shop's own code, some are a bundle. */
static void sale_make_code(const struct sale *sale, const struct sale_order *order,
                           struct sale_line *line, uint64_t key, uint64_t number)
{
    bool own = order->shop - sale_first_shop(order->channel) < SALE_CODE_SHOPS;
    const struct sale_shares *shares = &sale->options.shares;
    uint64_t draw = SALE_DRAW_LINE + number * 8;
    int64_t at = sale_pick(key, draw + 3, SALE_SHARE_WHOLE);
    int64_t sets = sale_set_count(sale->options.skus);

    if (at < shares->bundles && sets > 0) {
        line->code = SALE_CODE_SET;
        line->sku = sale_pick(key, draw + 4, sets);
        line->price_fen = sale_set_price_fen(sale->options.skus, line->sku)
                          * (85 + sale_pick(key, draw + 2, 16)) / 100;
    } else if (own && at < shares->bundles + shares->codes) {
        line->code = SALE_CODE_SHOP;
    }
}

static void sale_add_gift(const struct sale *sale, struct sale_order *order, uint64_t key,
                          enum sale_code code)
{
    struct sale_line *line = &order->lines[order->line_count];

    *line = sale_draw_line(sale, key, order->line_count);
    line->quantity = 1;
    line->price_fen = 0;
    line->gift = true;
    line->code = code;
    line->parent = code == SALE_CODE_OURS ? SALE_PARENT_FIRST : SALE_PARENT_NONE;
    order->line_count++;
}

static void sale_make_lines(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    const struct sale_shares *shares = &sale->options.shares;
    size_t count = sale_draw_line_count(key);

    for (size_t i = 0; i < count; i++) {
        order->lines[i] = sale_draw_line(sale, key, i);
        if (order->odd == SALE_ODD_NONE)
            sale_make_code(sale, order, &order->lines[i], key, i);
    }
    order->line_count = count;
    sale_odd_lines(sale, order, key);
    if (order->odd != SALE_ODD_NONE)
        return;
    if (sale_happens(key, SALE_DRAW_GIFT, shares->gifts))
        sale_add_gift(sale, order, key, SALE_CODE_OURS);
    if (order->channel == SALE_TMALL && sale_happens(key, SALE_DRAW_GIVEAWAY, shares->giveaways))
        sale_add_gift(sale, order, key, SALE_CODE_GIVEAWAY);
}

/* A discount of at most 5 %, spread over the lines; freight on one order in ten. */
static void sale_make_money(struct sale_order *order, uint64_t key)
{
    int64_t percent = sale_pick(key, SALE_DRAW_DISCOUNT, 100) < 40
                          ? sale_pick(key, SALE_DRAW_DISCOUNT + 1000, 6)
                          : 0;

    for (size_t i = 0; i < order->line_count; i++) {
        struct sale_line *line = &order->lines[i];
        int64_t sum = line->price_fen * line->quantity;
        int64_t off = sum * percent / 100;

        line->paid_fen = sum - off;
        order->discount_fen += off;
        order->total_fen += line->paid_fen;
    }
    order->freight_fen = sale_pick(key, SALE_DRAW_FREIGHT, 10) == 0 ? 800 : 0;
    order->total_fen += order->freight_fen;
}

/* Whole seconds, as the platforms have. */
static int64_t sale_draw_placed(const struct sale *sale, uint64_t key)
{
    int64_t seconds = sale->options.span_ms / 1000;

    return sale->options.start_ms / 1000 * 1000
           + 1000 * sale_pick(key, SALE_DRAW_PLACED, seconds > 0 ? seconds : 1);
}

/* Who it is for, and whether one of those that a person must look at. */
static void sale_make_kind(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    order->plain = sale_happens(key, SALE_DRAW_PLAIN, sale->options.shares.plain);
    if (sale_odd_burst(sale, order))
        return;
    if (order->end == SALE_END_PAID)
        order->odd = sale_odd_draw(sale, key);
    sale_odd_prepare(order, key);
    if (order->channel == SALE_WECHAT)
        order->presale = false; /* no deposits there */
    if (order->presale && order->campaign == SALE_CAMPAIGN_NONE)
        order->campaign = SALE_CAMPAIGN_OPEN;
}

struct sale_order sale_order(const struct sale *sale, int64_t index)
{
    uint64_t key = sale_mix(sale->options.seed, (uint64_t)index);
    struct sale_order order = {
        .index = index,
        .channel = sale_draw_channel(key),
        .end = sale_draw_end(sale, key),
        .presale = sale_happens(key, SALE_DRAW_PRESALE, sale->options.shares.presale),
        .placed_ms = sale_draw_placed(sale, key),
        .taste = sale_mix(key, SALE_DRAW_TASTE),
    };

    order.person = order.buyer = order.taste;
    sale_make_kind(sale, &order, key);
    order.shop =
        sale_first_shop(order.channel) + sale_pick(key, SALE_DRAW_SHOP, sale->options.shops);
    order.id = sale_make_id(sale, order.channel, index);
    sale_make_lines(sale, &order, key);
    sale_make_money(&order, key);
    sale_make_life(sale, &order, key);
    return order;
}
