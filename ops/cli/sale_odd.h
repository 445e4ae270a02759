/*
 * sale_odd — orders that a person must look at, planted so that one check finds each.
 *
 * A kind is named by the rule that must hold it (ops/rules/anomaly.json, with the tables of
 * sale_rules.c). An order of a kind is ordinary in everything else. Two kinds need several orders:
 * for receiver_many and buyer_many_receivers ordinary orders of the same person come first, early
 * in the sale, and those planted come late. One kind cannot come alone: an order with only gifts
 * has gifts without their parent too.
 */
#ifndef SLUICE_CLI_SALE_ODD_H
#define SLUICE_CLI_SALE_ODD_H

#include <stdbool.h>
#include <stdint.h>

enum sale_odd {
    SALE_ODD_NONE = 0,
    SALE_ODD_PRICE_FLOOR,       /* a tenth of the reference price */
    SALE_ODD_PRICE_BELOW_FLOOR, /* less than anybody may sell it for */
    SALE_ODD_PRICE_HIGH,        /* six times the reference price */
    SALE_ODD_ADDRESS_VAGUE,     /* only a landmark, no number, or nothing */
    SALE_ODD_ADDRESS_CONTRADICTION,
    SALE_ODD_ADDRESS_REGION, /* no city */
    SALE_ODD_AREA_CLOSED,
    SALE_ODD_PHONE_MALFORMED,
    SALE_ODD_PHONE_VIRTUAL, /* together with many units */
    SALE_ODD_KEYWORD,       /* a watched word in the remark */
    SALE_ODD_KEYWORD_ADDRESS,
    SALE_ODD_REMARK_CHANGE,
    SALE_ODD_REFUND_OPEN,
    SALE_ODD_GIFT_WITHOUT_PARENT,
    SALE_ODD_ONLY_GIFTS,
    SALE_ODD_PRESALE, /* beyond its campaign: too late or too many */
    SALE_ODD_HIGH_VALUE,
    SALE_ODD_QUANTITY_HIGH, /* more than 50 of a SKU */
    SALE_ODD_QUANTITY_HABIT,
    SALE_ODD_BULK_WITH_REMARK,
    SALE_ODD_SKU_DISABLED,
    SALE_ODD_SENT_ELSEWHERE, /* the shop says shipped */
    SALE_ODD_DRAWN,          /* the kinds above are drawn; those below come in bursts */
    SALE_ODD_RECEIVER_MANY = SALE_ODD_DRAWN,
    SALE_ODD_BUYER_MANY_RECEIVERS,
    SALE_ODD_COUNT,
};

/* The rule that must hold it: "price_floor"; "none". */
const char *sale_odd_rule(enum sale_odd odd);

/* Campaigns of pre-sales: an open one, one of few units, one that is over. */
enum sale_campaign {
    SALE_CAMPAIGN_NONE = 0,
    SALE_CAMPAIGN_OPEN,
    SALE_CAMPAIGN_LIMITED, /* SALE_CAMPAIGN_UNITS in one order */
    SALE_CAMPAIGN_OVER,
    SALE_CAMPAIGNS,
};
#define SALE_CAMPAIGN_UNITS 2

const char *sale_campaign_id(enum sale_campaign campaign); /* "" for none */

struct sale;
struct sale_order;

/* One of several orders of one person: makes `order` one of them, before it gets its lines. */
bool sale_odd_burst(const struct sale *sale, struct sale_order *order);

/* Of which kind a paid order is, when it is one; NONE too where this sale has no goods for it. */
enum sale_odd sale_odd_draw(const struct sale *sale, uint64_t key);

/* What the kind needs: the channel and pre-sale before the lines are made, then the lines. */
void sale_odd_prepare(struct sale_order *order, uint64_t key);
void sale_odd_lines(const struct sale *sale, struct sale_order *order, uint64_t key);

#endif
