/* ingest_decide_test — which payloads are ours, and which facts an order of one makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "codec/event_codec.h"
#include "codec/order_codec.h"
#include "ingest/ingest_decide.h"

static struct arena *arena;

static int ingest_decide_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)16 << 20);
    return 0;
}

static int ingest_decide_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static struct event ingest_decide_test_payload(const char *channel, const char *shop)
{
    return (struct event){
        .kind = EVENT_PAYLOAD_RECEIVED,
        .id = STR("0123456789abcdef0123456789abcdef"),
        .source = STR("/sluice/import"),
        .key = arena_format(arena, "%s:%s:69", channel, shop),
        .time_ms = 5,
        .trace = STR("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"),
        .entered_ms = 4000,
        .origin = { .topic = TOPIC_ORDERS_RAW, .partition = 3, .generation = 2, .offset = 77 },
        .payload = { .channel = str_of(channel), .shop = str_of(shop), .bytes = STR("{\"x\":1}") },
    };
}

/* Two lines; the second has two after-sales. */
static struct order ingest_decide_test_order(void)
{
    struct order order = {
        .order_id = STR("douyin:9000001:69"),
        .channel = STR("douyin"),
        .shop = STR("9000001"),
        .platform_id = STR("69"),
        .version = 1767240032000,
        .stage = ORDER_STAGE_PAID,
        .total_fen = 100,
        .lines = ARENA_ARRAY(arena, struct order_line, 2),
        .line_count = 2,
    };

    for (size_t i = 0; i < 2; i++)
        order.lines[i] = (struct order_line){
            .line_id = arena_format(arena, "L%zu", i + 1),
            .merchant_code = STR("SKU-A"),
            .quantity = 2,
            .kind = LINE_KIND_SPOT,
            .stage = ORDER_STAGE_PAID,
        };
    order.lines[1].refunds = ARENA_ARRAY(arena, struct order_refund, 2);
    order.lines[1].refund_count = 2;
    order.lines[1].refunds[0] = (struct order_refund){
        .id = STR("R1"), .version = 1, .state = REFUND_STATE_OPEN, .quantity = 1
    };
    order.lines[1].refunds[1] = (struct order_refund){
        .id = STR("R2"), .version = 4, .state = REFUND_STATE_AGREED, .quantity = 1, .amount_fen = 50
    };
    order_encode(arena, &order);
    return order;
}

/* ---- which payloads ---- */

static struct ingest_policy ingest_decide_test_policy(const char *list)
{
    struct ingest_policy policy;
    struct err err;

    if (!ingest_decide_policy(arena, str_of(list), &policy, &err))
        fail_msg("%s", err.text);
    return policy;
}

static bool ingest_decide_test_accepts(const char *list, const char *channel, const char *shop)
{
    struct ingest_policy policy = ingest_decide_test_policy(list);
    struct event payload = ingest_decide_test_payload(channel, shop);
    struct err err = { .class = ERR_NONE };
    bool ok = ingest_decide_accept(&policy, &payload, &err);

    assert_int_equal(err.class, ok ? ERR_NONE : ERR_REJECT);
    if (!ok) {
        assert_non_null(strstr(err.text, shop));
        assert_non_null(strstr(err.text, "SLUICE_INGEST_SHOPS"));
    }
    return ok;
}

static void test_empty_list_accepts_every_shop(void **state)
{
    (void)state;
    assert_true(ingest_decide_test_accepts("", "douyin", "9000001"));
    assert_true(ingest_decide_test_accepts(" , ", "anything", "x"));
}

static void test_list_accepts_its_shops_alone(void **state)
{
    const char *list = "douyin:9000001, tmall:8000001 ,wechat:7000001,";

    (void)state;
    assert_true(ingest_decide_test_accepts(list, "douyin", "9000001"));
    assert_true(ingest_decide_test_accepts(list, "tmall", "8000001"));
    assert_true(ingest_decide_test_accepts(list, "wechat", "7000001"));
    assert_false(ingest_decide_test_accepts(list, "douyin", "9000002"));
    assert_false(ingest_decide_test_accepts(list, "tmall", "9000001"));
    assert_false(ingest_decide_test_accepts(list, "douyin", "900000"));
    assert_false(ingest_decide_test_accepts(list, "douyin", "90000011"));
}

static void test_bad_lists_are_a_broken_configuration(void **state)
{
    static const char *const lists[] = { "douyin", "douyin:", ":9", "douyin:1,tmall",
                                         "douyin:1:2" };
    struct ingest_policy policy;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        assert_false(ingest_decide_policy(arena, str_of(lists[i]), &policy, &err));
        assert_int_equal(err.class, ERR_FATAL);
        assert_non_null(strstr(err.text, "SLUICE_INGEST_SHOPS=douyin:9000001"));
    }
}

static void test_policy_counts_its_shops(void **state)
{
    (void)state;
    assert_int_equal(ingest_decide_test_policy("").shop_count, 0);
    assert_int_equal(ingest_decide_test_policy("douyin:1").shop_count, 1);
    assert_int_equal(ingest_decide_test_policy("douyin:1,tmall:2,").shop_count, 2);
}

static void test_key_must_be_the_order_id(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct err err;

    (void)state;
    assert_true(ingest_decide_key(&payload, &order, &err));
    payload.key = STR("douyin:9000001:6");
    assert_false(ingest_decide_key(&payload, &order, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_non_null(strstr(err.text, "douyin:9000001:69"));
    payload.key = STR("douyin:9000001:?0123456789abcdef");
    assert_false(ingest_decide_key(&payload, &order, &err));
}

/* ---- which facts ---- */

static void test_snapshot_first_then_each_after_sale(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct ingest_plan plan = ingest_decide(arena, &payload, &order);

    (void)state;
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.events[0].kind, EVENT_ORDER_SNAPSHOT_TAKEN);
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(plan.events[i].kind, EVENT_ORDER_REFUND_CHANGED);
        assert_true(str_eq(plan.events[i].fact.order_id, order.order_id));
        assert_true(str_is(plan.events[i].fact.line_id, "L2"));
    }
    assert_true(str_is(plan.events[1].fact.refund.id, "R1"));
    assert_int_equal(plan.events[1].fact.refund.state, REFUND_STATE_OPEN);
    assert_true(str_is(plan.events[2].fact.refund.id, "R2"));
    assert_int_equal(plan.events[2].fact.refund.version, 4);
    assert_int_equal(plan.events[2].fact.refund.amount_fen, 50);
}

static void test_order_without_after_sales_is_one_fact(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();

    (void)state;
    order.lines[1].refund_count = 0;
    assert_int_equal(ingest_decide(arena, &payload, &order).count, 1);
}

/* The fact's time is the platform's, the trace and the entry are the payload's. */
static void test_envelope(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct ingest_plan plan = ingest_decide(arena, &payload, &order);

    (void)state;
    for (size_t i = 0; i < plan.count; i++) {
        assert_true(str_eq(plan.events[i].key, order.order_id));
        assert_true(str_is(plan.events[i].source, "/sluice/ingest"));
        assert_true(str_eq(plan.events[i].trace, payload.trace));
        assert_int_equal(plan.events[i].time_ms, order.version);
        assert_int_equal(plan.events[i].entered_ms, 4000);
    }
    assert_int_equal(plan.events[0].snapshot.raw_generation, 2);
    assert_int_equal(plan.events[0].snapshot.raw_offset, 77);
}

/* hash(order id, kind, SHA-256 of the payload): readable from STOCK.md without this code. */
static void test_snapshot_id(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct ingest_plan plan = ingest_decide(arena, &payload, &order);
    struct str wanted = HASH_ID(arena, STR("douyin:9000001:69"), STR("order.snapshot_taken"),
                                hash_sha256(arena, STR("{\"x\":1}")));

    (void)state;
    assert_int_equal(plan.events[0].id.size, 32);
    assert_true(str_eq(plan.events[0].id, wanted));
}

static void test_ids_follow_the_payload_and_nothing_else(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct ingest_plan first = ingest_decide(arena, &payload, &order), again, other;

    (void)state;
    payload.entered_ms = 9;
    payload.time_ms = 8;
    payload.origin.offset = 99;
    again = ingest_decide(arena, &payload, &order);
    payload.payload.bytes = STR("{\"x\":2}");
    other = ingest_decide(arena, &payload, &order);
    for (size_t i = 0; i < first.count; i++) {
        assert_true(str_eq(first.events[i].id, again.events[i].id));
        assert_false(str_eq(first.events[i].id, other.events[i].id));
        for (size_t j = 0; j < i; j++)
            assert_false(str_eq(first.events[i].id, first.events[j].id));
    }
}

/* A new version of one after-sale is another fact. */
static void test_after_sale_id_has_its_version(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct str before = ingest_decide(arena, &payload, &order).events[1].id;

    (void)state;
    order.lines[1].refunds[0].version = 2;
    assert_false(str_eq(before, ingest_decide(arena, &payload, &order).events[1].id));
}

/* What is planned can be said, and read again by whoever comes next. */
static void test_facts_pass_the_codec(void **state)
{
    struct event payload = ingest_decide_test_payload("douyin", "9000001");
    struct order order = ingest_decide_test_order();
    struct ingest_plan plan = ingest_decide(arena, &payload, &order);

    (void)state;
    for (size_t i = 0; i < plan.count; i++) {
        struct message message;
        struct event event;
        struct err err;

        event_encode(arena, &plan.events[i], &message);
        assert_int_equal(message.topic, TOPIC_ORDERS_CHANGES);
        if (!event_decode(arena, &message, &event, &err))
            fail_msg("%s", err.text);
        assert_int_equal(event.kind, plan.events[i].kind);
        assert_true(str_eq(event.id, plan.events[i].id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_list_accepts_every_shop),
        cmocka_unit_test(test_list_accepts_its_shops_alone),
        cmocka_unit_test(test_bad_lists_are_a_broken_configuration),
        cmocka_unit_test(test_policy_counts_its_shops),
        cmocka_unit_test(test_key_must_be_the_order_id),
        cmocka_unit_test(test_snapshot_first_then_each_after_sale),
        cmocka_unit_test(test_order_without_after_sales_is_one_fact),
        cmocka_unit_test(test_envelope),
        cmocka_unit_test(test_snapshot_id),
        cmocka_unit_test(test_ids_follow_the_payload_and_nothing_else),
        cmocka_unit_test(test_after_sale_id_has_its_version),
        cmocka_unit_test(test_facts_pass_the_codec),
    };

    return cmocka_run_group_tests(tests, ingest_decide_test_open, ingest_decide_test_close);
}
