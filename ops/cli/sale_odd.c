/* sale_odd — see sale_odd.h. */
#include "cli/sale_odd.h"

#include "base/check.h"
#include "cli/sale_inner.h"

/* In each thousand orders: five ordinary ones of one receiver and two planted; then ten receivers
 * of one buyer and two planted. */
#define SALE_BURST_ORDERS    1000
#define SALE_BURST_STEP      37 /* shares no factor with it: no two members are one order */
#define SALE_BURST_RECEIVER  7
#define SALE_BURST_BUYER     12
#define SALE_BURST_PLANTED   2
#define SALE_BURST_WINDOW_MS (12 * 60 * SALE_MINUTE_MS) /* well within the rules' 24 hours */

/* What a line of a high-value order costs: five make 20,000 yuan, also after a discount. */
#define SALE_DEAR_LINE_FEN 430000
#define SALE_DEAR_LINES    5

const char *sale_odd_rule(enum sale_odd odd)
{
    static const char *const rules[SALE_ODD_COUNT] = {
        [SALE_ODD_NONE] = "none",
        [SALE_ODD_PRICE_FLOOR] = "price_floor",
        [SALE_ODD_PRICE_BELOW_FLOOR] = "price_below_floor",
        [SALE_ODD_PRICE_HIGH] = "price_high",
        [SALE_ODD_ADDRESS_VAGUE] = "address_vague",
        [SALE_ODD_ADDRESS_CONTRADICTION] = "address_contradiction",
        [SALE_ODD_ADDRESS_REGION] = "address_region",
        [SALE_ODD_AREA_CLOSED] = "area_closed",
        [SALE_ODD_PHONE_MALFORMED] = "phone_malformed",
        [SALE_ODD_PHONE_VIRTUAL] = "phone_virtual",
        [SALE_ODD_KEYWORD] = "keyword",
        [SALE_ODD_KEYWORD_ADDRESS] = "keyword_address",
        [SALE_ODD_REMARK_CHANGE] = "remark_change",
        [SALE_ODD_REFUND_OPEN] = "refund_open",
        [SALE_ODD_GIFT_WITHOUT_PARENT] = "gift_without_parent",
        [SALE_ODD_ONLY_GIFTS] = "only_gifts",
        [SALE_ODD_PRESALE] = "presale_beyond_campaign",
        [SALE_ODD_HIGH_VALUE] = "high_value",
        [SALE_ODD_QUANTITY_HIGH] = "quantity_high",
        [SALE_ODD_QUANTITY_HABIT] = "quantity_habit",
        [SALE_ODD_BULK_WITH_REMARK] = "bulk_with_remark",
        [SALE_ODD_SKU_DISABLED] = "sku_disabled",
        [SALE_ODD_SENT_ELSEWHERE] = "sent_elsewhere",
        [SALE_ODD_RECEIVER_MANY] = "receiver_many",
        [SALE_ODD_BUYER_MANY_RECEIVERS] = "buyer_many_receivers",
    };

    CHECK(odd < SALE_ODD_COUNT);
    return rules[odd];
}

const char *sale_campaign_id(enum sale_campaign campaign)
{
    static const char *const ids[SALE_CAMPAIGNS] = {
        [SALE_CAMPAIGN_NONE] = "",
        [SALE_CAMPAIGN_OPEN] = "7300000000000000011",
        [SALE_CAMPAIGN_LIMITED] = "7300000000000000012",
        [SALE_CAMPAIGN_OVER] = "7300000000000000013",
    };

    CHECK(campaign < SALE_CAMPAIGNS);
    return ids[campaign];
}

/* ---- which orders ---- */

/* Which member of its thousand's bursts an order is; -1: of none. */
static int64_t sale_odd_member(const struct sale *sale, int64_t index)
{
    int64_t block = index / SALE_BURST_ORDERS;
    int64_t first =
        sale_pick(sale->options.seed, SALE_DRAW_PLANTED + (uint64_t)block, SALE_BURST_ORDERS);

    if (sale->options.shares.odd == 0 || (block + 1) * SALE_BURST_ORDERS > sale->options.orders)
        return -1;
    for (int64_t i = 0; i < SALE_BURST_RECEIVER + SALE_BURST_BUYER; i++)
        if ((first + i * SALE_BURST_STEP) % SALE_BURST_ORDERS == index % SALE_BURST_ORDERS)
            return i;
    return -1;
}

/* The ordinary ones come in the sale's first quarter, those planted at its end: a fleet that judges
 * several at once has long counted the first when it sees the last. */
static int64_t sale_odd_burst_ms(const struct sale_options *options, int64_t member, int64_t size)
{
    int64_t window =
        options->span_ms < SALE_BURST_WINDOW_MS ? options->span_ms : SALE_BURST_WINDOW_MS;
    int64_t ordinary = size - SALE_BURST_PLANTED;
    int64_t parts = member < ordinary ? 1 + 24 * member / ordinary : 95 + 3 * (member - ordinary);

    return (options->start_ms + window * parts / 100) / 1000 * 1000;
}

bool sale_odd_burst(const struct sale *sale, struct sale_order *order)
{
    int64_t member = sale_odd_member(sale, order->index);
    uint64_t person = sale_mix(sale->options.seed ^ UINT64_C(0xb0057),
                               (uint64_t)(order->index / SALE_BURST_ORDERS));
    bool is_buyer = member >= SALE_BURST_RECEIVER;
    int64_t size = is_buyer ? SALE_BURST_BUYER : SALE_BURST_RECEIVER;

    if (member < 0)
        return false;
    member -= is_buyer ? SALE_BURST_RECEIVER : 0;
    order->channel = (enum sale_channel)sale_pick(person, is_buyer ? 1 : 2, SALE_CHANNELS);
    order->placed_ms = sale_odd_burst_ms(&sale->options, member, size);
    order->end = SALE_END_PAID;
    order->presale = order->plain = false;
    if (is_buyer)
        order->buyer = person;
    else
        order->person = person;
    if (member >= size - SALE_BURST_PLANTED)
        order->odd = is_buyer ? SALE_ODD_BUYER_MANY_RECEIVERS : SALE_ODD_RECEIVER_MANY;
    return true;
}

static enum sale_goods sale_odd_goods(enum sale_odd odd)
{
    switch ((int)odd) {
    case SALE_ODD_PRICE_FLOOR:
        return SALE_GOODS_NO_FLOOR;
    case SALE_ODD_PRICE_BELOW_FLOOR:
        return SALE_GOODS_FLOOR;
    case SALE_ODD_HIGH_VALUE:
        return SALE_GOODS_DEAR;
    case SALE_ODD_QUANTITY_HIGH:
    case SALE_ODD_BULK_WITH_REMARK:
    case SALE_ODD_PHONE_VIRTUAL:
        return SALE_GOODS_NO_HABIT;
    case SALE_ODD_QUANTITY_HABIT:
        return SALE_GOODS_HABIT;
    case SALE_ODD_SKU_DISABLED:
        return SALE_GOODS_DISABLED;
    default:
        return SALE_GOODS_ANY;
    }
}

/* The next SKU for this kind from `from` on; of some kinds an order needs several. */
static int64_t sale_odd_sku(const struct sale *sale, enum sale_odd odd, int64_t from)
{
    return sale_goods_pick(sale->options.skus, from, sale_odd_goods(odd));
}

static bool sale_odd_has_goods(const struct sale *sale, enum sale_odd odd)
{
    int64_t wanted = odd == SALE_ODD_HIGH_VALUE                                          ? 5
                     : odd == SALE_ODD_BULK_WITH_REMARK || odd == SALE_ODD_PHONE_VIRTUAL ? 2
                                                                                         : 1;
    int64_t first = sale_odd_sku(sale, odd, 0), sku = first;

    for (int64_t i = 1; i < wanted && sku >= 0; i++) {
        sku = sale_odd_sku(sale, odd, sku + 1);
        if (sku <= first)
            return false;
    }
    return sku >= 0;
}

enum sale_odd sale_odd_draw(const struct sale *sale, uint64_t key)
{
    enum sale_odd odd;

    if (!sale_happens(key, SALE_DRAW_ODD_SHARE, sale->options.shares.odd))
        return SALE_ODD_NONE;
    odd = (enum sale_odd)(1 + sale_pick(key, SALE_DRAW_ODD, SALE_ODD_DRAWN - 1));
    return sale_odd_has_goods(sale, odd) ? odd : SALE_ODD_NONE;
}

/* ---- what is odd about them ---- */

void sale_odd_prepare(struct sale_order *order, uint64_t key)
{
    switch ((int)order->odd) {
    case SALE_ODD_PRESALE:
        order->channel = SALE_DOUYIN;
        order->presale = true;
        order->campaign =
            sale_pick(key, SALE_DRAW_PLANTED, 2) ? SALE_CAMPAIGN_LIMITED : SALE_CAMPAIGN_OVER;
        break;
    case SALE_ODD_GIFT_WITHOUT_PARENT: /* only there a gift says what it came with */
        order->channel = SALE_DOUYIN;
        break;
    case SALE_ODD_ADDRESS_VAGUE:
    case SALE_ODD_ADDRESS_REGION:
    case SALE_ODD_PHONE_MALFORMED:
    case SALE_ODD_PHONE_VIRTUAL:
    case SALE_ODD_KEYWORD_ADDRESS:
        order->plain = true;
        break;
    case SALE_ODD_SENT_ELSEWHERE:
        order->end = SALE_END_SENT;
        break;
    default:
        break;
    }
}

/* `count` lines of different SKUs of the kind, of so many units each. */
static void sale_odd_bulk(const struct sale *sale, struct sale_order *order, uint64_t key,
                          size_t count, int64_t quantity)
{
    int64_t sku = sale_pick(key, SALE_DRAW_PLANTED + 1, sale->options.skus);

    for (size_t i = 0; i < count; i++) {
        struct sale_line *line = &order->lines[i];

        sku = sale_odd_sku(sale, order->odd, sku + (i > 0));
        *line = (struct sale_line){
            .sku = sku,
            .quantity = quantity,
            .price_fen = sale_price_fen(sku),
        };
        if (order->odd == SALE_ODD_HIGH_VALUE)
            line->quantity = SALE_DEAR_LINE_FEN / line->price_fen + 1;
    }
    order->line_count = count;
}

/* The first line with goods of the kind, at so many percent of their reference price. */
static void sale_odd_price(const struct sale *sale, struct sale_order *order, int64_t percent)
{
    struct sale_line *line = &order->lines[0];

    line->sku = sale_odd_sku(sale, order->odd, line->sku);
    line->price_fen = sale_price_fen(line->sku) * percent / 100;
    if (percent > 100)
        line->quantity = 1;
}

/* A single line whose parent is not here, beside the goods. */
static void sale_odd_gift(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    struct sale_line gift = sale_draw_line(sale, key, SALE_LINES_MAX);

    gift.quantity = 1;
    gift.price_fen = 0;
    gift.gift = true;
    gift.parent = SALE_PARENT_GONE;
    order->lines[order->line_count++] = gift;
}

static void sale_odd_only_gifts(struct sale_order *order)
{
    order->line_count = order->line_count > 2 ? 2 : order->line_count;
    for (size_t i = 0; i < order->line_count; i++) {
        order->lines[i].gift = true;
        order->lines[i].quantity = 1;
        order->lines[i].price_fen = 0;
    }
}

void sale_odd_lines(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    int64_t some = sale_pick(key, SALE_DRAW_PLANTED + 2, 10);

    switch ((int)order->odd) {
    case SALE_ODD_PRICE_FLOOR:
        sale_odd_price(sale, order, 10);
        break;
    case SALE_ODD_PRICE_BELOW_FLOOR:
        sale_odd_price(sale, order, 40);
        break;
    case SALE_ODD_PRICE_HIGH:
        sale_odd_price(sale, order, 600);
        break;
    case SALE_ODD_SKU_DISABLED:
        sale_odd_price(sale, order, 95);
        break;
    case SALE_ODD_HIGH_VALUE:
        sale_odd_bulk(sale, order, key, SALE_DEAR_LINES, 1);
        break;
    case SALE_ODD_QUANTITY_HIGH:
        sale_odd_bulk(sale, order, key, 1, 51 + some);
        break;
    case SALE_ODD_QUANTITY_HABIT:
        sale_odd_bulk(sale, order, key, 1, 16 + some);
        break;
    case SALE_ODD_BULK_WITH_REMARK:
    case SALE_ODD_PHONE_VIRTUAL:
        sale_odd_bulk(sale, order, key, 2, 16 + some / 2);
        break;
    case SALE_ODD_GIFT_WITHOUT_PARENT:
        sale_odd_gift(sale, order, key);
        break;
    case SALE_ODD_ONLY_GIFTS:
        sale_odd_only_gifts(order);
        break;
    case SALE_ODD_PRESALE:
        order->lines[0].quantity = SALE_CAMPAIGN_UNITS + 1 + some % 3;
        break;
    default:
        break;
    }
}
