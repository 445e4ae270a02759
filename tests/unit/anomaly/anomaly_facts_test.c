/* What is known of an order: values of the fields, keys, and what one order leaves to the next. */
#include <string.h>

#include "anomaly_case.h"

static const struct case_file no_file = { .path = "anomaly_facts_test" };

static int open_arena(void **state)
{
    case_at = &no_file;
    *state = arena_open((size_t)256 << 20);
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

/* The facts of the case's order, by the shipped rules without tables. */
static const struct rule_facts *facts_of(struct anomaly_case *it, struct anomaly_facts *room)
{
    struct rule_set *rules = ARENA_NEW(it->arena, struct rule_set);
    struct anomaly_policy policy;

    *rules = case_rules(it);
    policy = anomaly_facts_policy(it->arena, rules);
    return anomaly_facts_of(room, it->arena, &it->answer, &policy, &it->known);
}

static void put_line(struct anomaly_case *it, struct order_line line)
{
    it->lines[it->answer.order.line_count++] = line;
}

#define KNOWN(value, number_)                                                                      \
    do {                                                                                           \
        assert_true((value).known);                                                                \
        assert_int_equal((value).number, (number_));                                               \
    } while (0)

static void numbers_of_the_order(void **state)
{
    struct anomaly_case it;
    const struct rule_facts *facts;

    case_begin(&it, *state);
    put_line(&it, (struct order_line){ .line_id = STR("1"),
                                       .platform_sku = STR("P-1"),
                                       .quantity = 3,
                                       .price_fen = 1000,
                                       .paid_fen = 2700,
                                       .kind = LINE_KIND_SPOT });
    it.answer.order.total_fen = 2800;
    it.answer.order.freight_fen = 100;
    it.answer.order.discount_fen = 300;
    it.answer.order.placed_at = INT64_C(1793721600000); /* 2026-11-04 00:00 in China: 16:00 UTC */
    facts = facts_of(&it, anomaly_facts_open(*state, 8));
    KNOWN(facts->whole[ANOMALY_FIELD_TOTAL], 2800);
    KNOWN(facts->whole[ANOMALY_FIELD_DISCOUNT_PERCENT], 10);
    KNOWN(facts->whole[ANOMALY_FIELD_UNITS], 3);
    KNOWN(facts->whole[ANOMALY_FIELD_LINES], 1);
    KNOWN(facts->whole[ANOMALY_FIELD_HOUR], 0);
    assert_int_equal(facts->each_count, 1);
    KNOWN(facts->each[ANOMALY_FIELD_PRICE], 1000);
    KNOWN(facts->each[ANOMALY_FIELD_PAID_PRICE], 900);
    assert_true(str_is(facts->each[ANOMALY_FIELD_SKU].text, "P-1")); /* no merchant code */
    assert_true(str_is(facts->each[ANOMALY_FIELD_CAMPAIGN_STATE].text, "none"));
}

static void what_nobody_knows_is_unknown(void **state)
{
    struct anomaly_case it;
    const struct rule_facts *facts;

    case_begin(&it, *state);
    put_line(&it, (struct order_line){ .line_id = STR("1"),
                                       .merchant_code = STR("A"),
                                       .quantity = 1,
                                       .kind = LINE_KIND_SPOT });
    it.answer.order.placed_at = 0;
    it.answer.order.receiver = (struct order_receiver){ .masked = true };
    it.known = (struct anomaly_known){ .receiver_known = false };
    facts = facts_of(&it, anomaly_facts_open(*state, 8));
    assert_false(facts->whole[ANOMALY_FIELD_HOUR].known);
    assert_false(facts->whole[ANOMALY_FIELD_DISCOUNT_PERCENT].known); /* of nothing */
    assert_false(facts->whole[ANOMALY_FIELD_RECEIVER_ORDERS].known);
    assert_false(facts->whole[ANOMALY_FIELD_BUYER_RECEIVERS].known);
    assert_false(facts->whole[ANOMALY_FIELD_ADDRESS].known);
    assert_false(facts->whole[ANOMALY_FIELD_PHONE_FAULT].known);
    assert_false(facts->whole[ANOMALY_FIELD_AREA_CLOSED].known); /* nobody says where it goes */
    assert_false(facts->each[ANOMALY_FIELD_REFERENCE_PRICE].known);
    assert_false(facts->each[ANOMALY_FIELD_PRICE_PERCENT].known);
    assert_false(facts->each[ANOMALY_FIELD_PAID_PRICE].known);
    assert_false(facts->each[ANOMALY_FIELD_HABIT].known);
}

/* The room is used for one order after the other: nothing of the first may show in the second. */
static void one_order_leaves_nothing_to_the_next(void **state)
{
    struct anomaly_facts *used = anomaly_facts_open(*state, 8);
    struct anomaly_facts *fresh = anomaly_facts_open(*state, 8);
    const struct rule_facts *a, *b;
    struct anomaly_case rich, poor;

    case_begin(&rich, *state);
    for (int i = 0; i < 8; i++)
        put_line(&rich, (struct order_line){ .line_id = arena_format(*state, "%d", i),
                                             .merchant_code = STR("A"),
                                             .quantity = 9,
                                             .price_fen = 5,
                                             .paid_fen = 5,
                                             .campaign = STR("C"),
                                             .kind = LINE_KIND_GIFT,
                                             .title = STR("T"),
                                             .parent = STR("none") });
    rich.answer.reason = STR("sent_elsewhere");
    rich.answer.order.buyer_remark = STR("改地址");
    case_begin(&poor, *state);
    poor.known = (struct anomaly_known){ .receiver_known = false };
    put_line(&poor, (struct order_line){ .line_id = STR("1"),
                                         .merchant_code = STR("B"),
                                         .quantity = 1,
                                         .kind = LINE_KIND_SPOT });
    (void)facts_of(&rich, used);
    a = facts_of(&poor, used);
    b = facts_of(&poor, fresh);
    assert_int_equal(a->each_count, b->each_count);
    for (size_t i = 0; i < ANOMALY_FIELD_COUNT; i++) {
        const struct rule_value *x = &a->whole[i], *y = &b->whole[i];

        assert_int_equal(x->known, y->known);
        assert_int_equal(x->number, y->number);
        assert_true(str_eq(x->text, y->text));
        assert_int_equal(x->text_count, y->text_count);
        assert_int_equal(a->each[i].known, b->each[i].known);
        assert_int_equal(a->each[i].number, b->each[i].number);
        assert_true(str_eq(a->each[i].text, b->each[i].text));
    }
}

static void an_order_of_the_most_lines_is_judged(void **state)
{
    struct order_line *lines = ARENA_ARRAY(*state, struct order_line, ORDER_LINES_MAX);
    struct anomaly_case it;
    const struct rule_facts *facts;

    case_begin(&it, *state);
    for (size_t i = 0; i < ORDER_LINES_MAX; i++)
        lines[i] = (struct order_line){
            .line_id = arena_format(*state, "%zu", i),
            .merchant_code = arena_format(*state, "SKU-%zu", i % 100),
            .quantity = ORDER_QUANTITY_MAX,
            .price_fen = NUM_MAX,
            .paid_fen = NUM_MAX,
            .kind = LINE_KIND_SPOT,
        };
    it.answer.order.lines = lines;
    it.answer.order.line_count = ORDER_LINES_MAX;
    it.answer.order.total_fen = NUM_MAX;
    it.answer.order.discount_fen = NUM_MAX;
    case_put_row(&it, ANOMALY_TABLE_PRICES, STR("{\"sku\":\"SKU-7\",\"reference\":\"0.01\"}"));
    facts = facts_of(&it, anomaly_facts_open(*state, ORDER_LINES_MAX));
    assert_int_equal(facts->each_count, ORDER_LINES_MAX);
    KNOWN(facts->whole[ANOMALY_FIELD_UNITS], INT64_C(500) * ORDER_QUANTITY_MAX);
    KNOWN(facts->each[ANOMALY_FIELD_SKU_UNITS], INT64_C(5) * ORDER_QUANTITY_MAX);
    KNOWN(facts->whole[ANOMALY_FIELD_DISCOUNT_PERCENT], 50);
    KNOWN(facts->each[7 * ANOMALY_FIELD_COUNT + ANOMALY_FIELD_PRICE_PERCENT], NUM_MAX * 100);
}

static void an_order_without_living_lines_has_no_rows(void **state)
{
    struct order_refund refund = { .state = REFUND_STATE_AGREED, .quantity = 2 };
    struct anomaly_case it;
    const struct rule_facts *facts;

    case_begin(&it, *state);
    put_line(&it, (struct order_line){ .line_id = STR("1"),
                                       .quantity = 2,
                                       .refunds = &refund,
                                       .refund_count = 1,
                                       .kind = LINE_KIND_GIFT });
    facts = facts_of(&it, anomaly_facts_open(*state, 8));
    assert_int_equal(facts->each_count, 0);
    KNOWN(facts->whole[ANOMALY_FIELD_ONLY_GIFTS], 0);
    KNOWN(facts->whole[ANOMALY_FIELD_UNITS], 0);
}

static void keys_are_hashes_that_find_a_receiver_again(void **state)
{
    struct order order = { .channel = STR("douyin"),
                           .buyer_key = STR("b"),
                           .placed_at = 7,
                           .receiver = { .key = STR("k"), .name = STR("张*"), .masked = true } };
    struct anomaly_keys keys = anomaly_facts_keys(*state, &order, 9), other;

    assert_int_equal(keys.receiver.size, 32);
    assert_int_equal(keys.buyer.size, 32);
    assert_int_equal(keys.at, 7);
    order.channel = STR("tmall"); /* another platform's key of the same letters */
    assert_false(str_eq(anomaly_facts_keys(*state, &order, 9).receiver, keys.receiver));

    order.receiver.key = order.buyer_key = STR_NONE;
    assert_int_equal(anomaly_facts_keys(*state, &order, 9).receiver.size, 0); /* hidden, no key */
    assert_int_equal(anomaly_facts_keys(*state, &order, 9).buyer.size, 0);
    order.receiver = (struct order_receiver){ .name = STR("张三"),
                                              .phone = STR("13857124096"),
                                              .address = STR("人民路1号") };
    keys = anomaly_facts_keys(*state, &order, 9);
    order.channel = STR("wechat"); /* in plain it is the same person everywhere */
    other = anomaly_facts_keys(*state, &order, 9);
    assert_true(keys.receiver.size == 32 && str_eq(keys.receiver, other.receiver));
    order.receiver.phone = STR("138****4096");
    assert_int_equal(anomaly_facts_keys(*state, &order, 9).receiver.size, 0);
    order.placed_at = 0;
    assert_int_equal(anomaly_facts_keys(*state, &order, 9).at, 9);
    order.paid_at = 8;
    assert_int_equal(anomaly_facts_keys(*state, &order, 9).at, 8);
}

static bool is_closed(struct anomaly_case *it, const char *province, const char *city,
                      const char *district)
{
    it->answer.order.receiver.province = str_of(province);
    it->answer.order.receiver.city = str_of(city);
    it->answer.order.receiver.district = str_of(district);
    return facts_of(it, anomaly_facts_open(it->arena, 8))->whole[ANOMALY_FIELD_AREA_CLOSED].number
           != 0;
}

static void an_area_is_closed_as_far_as_its_row_says(void **state)
{
    struct anomaly_case it;

    case_begin(&it, *state);
    case_put_row(&it, ANOMALY_TABLE_AREAS, STR("{\"province\":\"新疆\"}"));
    case_put_row(&it, ANOMALY_TABLE_AREAS, STR("{\"province\":\"浙江省\",\"city\":\"杭州市\"}"));
    /* A town is no region we know: its names are compared, and the city stays open. */
    case_put_row(&it, ANOMALY_TABLE_AREAS,
                 STR("{\"province\":\"广东省\",\"city\":\"东莞市\",\"district\":\"石碣镇\"}"));
    assert_true(is_closed(&it, "新疆维吾尔自治区", "乌鲁木齐市", "天山区"));
    assert_true(is_closed(&it, "浙江省", "杭州市", "余杭区"));
    assert_true(is_closed(&it, "浙江", "杭州", ""));
    assert_false(is_closed(&it, "浙江省", "宁波市", "鄞州区"));
    assert_true(is_closed(&it, "广东省", "东莞市", "石碣镇"));
    assert_false(is_closed(&it, "广东省", "东莞市", "虎门镇"));
    assert_false(is_closed(&it, "北京市", "北京市", "朝阳区"));
}

static void a_mapped_code_is_our_sku_and_a_bundle_its_own(void **state)
{
    struct sku_part one[] = { { .sku = STR("OUR-1"), .units = 1 } };
    struct sku_part two[] = { { .sku = STR("OUR-1"), .units = 2 },
                              { .sku = STR("OUR-2"), .units = 1 } };
    struct sku_row rows[] = {
        { .channel = STR("douyin"), .code = STR("A"), .version = 1, .parts = { one, 1 } },
        { .channel = STR("douyin"), .code = STR("B"), .version = 1, .parts = { two, 2 } },
    };
    struct anomaly_case it;
    struct anomaly_policy policy;
    struct rule_set rules;
    const struct rule_facts *facts;

    case_begin(&it, *state);
    it.answer.order.channel = STR("douyin");
    it.answer.order.shop = STR("1");
    for (int i = 0; i < 3; i++)
        put_line(&it, (struct order_line){ .line_id = arena_format(*state, "%d", i),
                                           .merchant_code = arena_format(*state, "%c", 'A' + i),
                                           .quantity = 1,
                                           .price_fen = 100,
                                           .kind = LINE_KIND_SPOT });
    case_put_row(&it, ANOMALY_TABLE_PRICES, STR("{\"sku\":\"OUR-1\",\"reference\":\"9.00\"}"));
    case_put_row(&it, ANOMALY_TABLE_DISABLED, STR("{\"sku\":\"OUR-2\"}"));
    rules = case_rules(&it);
    policy = anomaly_facts_policy(*state, &rules);
    policy.map = sku_map_build(*state, rows, 2, 1);
    facts = anomaly_facts_of(anomaly_facts_open(*state, 8), *state, &it.answer, &policy, &it.known);
    assert_true(str_is(facts->each[ANOMALY_FIELD_SKU].text, "OUR-1"));
    KNOWN(facts->each[ANOMALY_FIELD_REFERENCE_PRICE], 900);
    KNOWN(facts->each[ANOMALY_FIELD_DISABLED], 0);
    facts = &(struct rule_facts){ .each = facts->each + ANOMALY_FIELD_COUNT };
    assert_true(str_is(facts->each[ANOMALY_FIELD_SKU].text, "B"));
    assert_false(facts->each[ANOMALY_FIELD_REFERENCE_PRICE].known);
    KNOWN(facts->each[ANOMALY_FIELD_DISABLED], 1); /* a part of it */
    assert_true(str_is(facts->each[ANOMALY_FIELD_COUNT + ANOMALY_FIELD_SKU].text, "C"));
}

/* Each field has its place, a name, a label; the labels of sentences are for people. */
static void the_language_is_whole(void **state)
{
    const struct rule_language *language = anomaly_rules_language();

    (void)state;
    assert_int_equal(rule_field_count(language), ANOMALY_FIELD_COUNT);
    assert_true(ANOMALY_FIELD_COUNT <= RULE_FIELDS_MAX);
    for (size_t i = 0; i < ANOMALY_FIELD_COUNT; i++) {
        const struct rule_field *field = &language->fields[i];

        assert_true(str_of(field->label).size > 0);
        assert_int_equal(field->each, i >= ANOMALY_FIELD_SKU);
        assert_int_equal(strncmp(field->name, "line.", 5) == 0, field->each);
    }
    assert_string_equal(language->set, "anomaly");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_the_order),
        cmocka_unit_test(what_nobody_knows_is_unknown),
        cmocka_unit_test(one_order_leaves_nothing_to_the_next),
        cmocka_unit_test(an_order_of_the_most_lines_is_judged),
        cmocka_unit_test(an_order_without_living_lines_has_no_rows),
        cmocka_unit_test(keys_are_hashes_that_find_a_receiver_again),
        cmocka_unit_test(an_area_is_closed_as_far_as_its_row_says),
        cmocka_unit_test(a_mapped_code_is_our_sku_and_a_bundle_its_own),
        cmocka_unit_test(the_language_is_whole),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
