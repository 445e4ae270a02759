/*
 * order_fixture — a good order that tests then change in one place.
 */
#ifndef SLUICE_TESTS_ORDER_FIXTURE_H
#define SLUICE_TESTS_ORDER_FIXTURE_H

#include "domain/order.h"

/* Two lines, the second with an open refund; all of it may be changed. Static: the next call
 * starts afresh. */
static inline struct order *order_fixture(void)
{
    static struct order_refund refunds[2];
    static struct order_line lines[2];
    static struct order order;

    refunds[0] = (struct order_refund){
        .id = STR("r-1"), .version = 5, .state = REFUND_STATE_OPEN, .quantity = 1,
        .amount_fen = 990,
    };
    refunds[1] = (struct order_refund){ 0 };
    lines[0] = (struct order_line){
        .line_id = STR("l-1"), .platform_sku = STR("p-1"), .merchant_code = STR("SKU-A"),
        .sku = STR("SKU-A"), .title = STR("a cup"), .quantity = 2, .price_fen = 1990,
        .paid_fen = 3980, .kind = LINE_KIND_SPOT, .stage = ORDER_STAGE_PAID,
        .campaign = STR("c-1"), .parent = STR_NONE,
    };
    lines[1] = (struct order_line){
        .line_id = STR("l-2"), .platform_sku = STR("p-2"), .title = STR("a spoon"),
        .quantity = 3, .price_fen = 990, .paid_fen = 2970, .kind = LINE_KIND_GIFT,
        .stage = ORDER_STAGE_PAID, .parent = STR("l-1"), .refunds = refunds, .refund_count = 1,
    };
    order = (struct order){
        .order_id = STR("douyin:shop1:4711"), .channel = STR("douyin"), .shop = STR("shop1"),
        .platform_id = STR("4711"), .version = 1794326403000, .stage = ORDER_STAGE_PAID,
        .placed_at = 1794326400000, .paid_at = 1794326402000, .due_at = 1794412800000,
        .pay_until = 1794328200000, .total_fen = 6950, .paid_fen = 6950, .freight_fen = 0,
        .discount_fen = 0, .buyer_key = STR("b-1"), .buyer_level = STR("gold"),
        .receiver = {
            .key = STR("k-1"), .name = STR("N**"), .phone = STR("1**"), .province = STR("P"),
            .city = STR("C"), .district = STR("D"), .street = STR("S"), .address = STR("A"),
            .cipher = STR("{\"phone\":\"##1\"}"), .masked = true,
        },
        .carrier_wanted = STR("SF"), .buyer_remark = STR("soon"), .seller_remark = STR("vip"),
        .gift_note = STR("joy"), .appointed_at = 1794500000000, .lines = lines, .line_count = 2,
    };
    return &order;
}

#endif
