/* order: names, the id, what validation refuses and what the digest sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "order_fixture.h"

/* Says that the order, changed by the statement, is refused and how the text begins. */
#define REFUSED(begins, change) \
    do { \
        struct order *o = order_fixture(); \
        struct err err = { 0 }; \
        change; \
        assert_false(order_validate(o, &err)); \
        assert_int_equal(err.class, ERR_REJECT); \
        if (!str_starts(str_of(err.text), STR(begins))) \
            fail_msg("%s", err.text); \
    } while (0)

#define ACCEPTED(change) \
    do { \
        struct order *o = order_fixture(); \
        struct err err = { 0 }; \
        change; \
        if (!order_validate(o, &err)) \
            fail_msg("%s", err.text); \
    } while (0)

static void order_names_lead_back(void **state)
{
    (void)state;
    for (enum order_stage s = ORDER_STAGE_UNPAID; s <= ORDER_STAGE_CLOSED; s++)
        assert_int_equal(order_stage_of(str_of(order_stage_name(s))), s);
    for (enum line_kind k = LINE_KIND_SPOT; k <= LINE_KIND_GIFT; k++)
        assert_int_equal(line_kind_of(str_of(line_kind_name(k))), k);
    for (enum refund_state s = REFUND_STATE_OPEN; s <= REFUND_STATE_CLOSED; s++)
        assert_int_equal(refund_state_of(str_of(refund_state_name(s))), s);
    assert_string_equal(order_stage_name(ORDER_STAGE_DEPOSIT_PAID), "deposit_paid");
    assert_string_equal(line_kind_name(LINE_KIND_PRESALE), "presale");
    assert_string_equal(refund_state_name(REFUND_STATE_AGREED), "agreed");
    assert_int_equal(order_stage_of(STR("Paid")), ORDER_STAGE_NONE);
    assert_int_equal(line_kind_of(STR("none")), LINE_KIND_NONE);
    assert_int_equal(refund_state_of(STR_NONE), REFUND_STATE_NONE);
}

static void order_stage_is_paid_means_now(void **state)
{
    (void)state;
    for (enum order_stage s = ORDER_STAGE_NONE; s <= ORDER_STAGE_CLOSED; s++)
        assert_int_equal(order_stage_is_paid(s), s == ORDER_STAGE_PAID);
}

static void order_id_make_joins_the_three(void **state)
{
    (void)state;
    struct arena *arena = arena_open(10000);
    struct str id = order_id_make(arena, STR("tmall"), STR("s"), STR("9223372036854775807"));

    assert_string_equal(id.data, "tmall:s:9223372036854775807");
    arena_close(arena);
}

static void order_validate_takes_what_is_good(void **state)
{
    (void)state;
    ACCEPTED((void)o);
    ACCEPTED(o->lines[0].quantity = ORDER_QUANTITY_MAX);
    ACCEPTED(o->paid_at = o->due_at = o->pay_until = o->version = 0);
    ACCEPTED(o->total_fen = NUM_MAX);
    ACCEPTED(o->lines[1].refund_count = 0);
    ACCEPTED(o->lines[0].merchant_code = STR_NONE);
    ACCEPTED(o->lines[0].platform_sku = STR_NONE);
    ACCEPTED(o->receiver = (struct order_receiver){ 0 });
    ACCEPTED((o->platform_id = STR("a:b"), o->order_id = STR("douyin:shop1:a:b")));
}

static void order_validate_names_the_bad_id(void **state)
{
    (void)state;
    static char longer[300];

    memset(longer, 'x', sizeof(longer) - 1);
    REFUSED("order_id: is empty", o->order_id = STR_NONE);
    REFUSED("channel: is empty", o->channel = STR_NONE);
    REFUSED("shop: is empty", o->shop = STR_NONE);
    REFUSED("platform_id: is empty", o->platform_id = STR_NONE);
    REFUSED("platform_id: is longer", o->platform_id = str_of(longer));
    REFUSED("order_id: is not channel:shop", o->platform_id = STR("4712"));
    REFUSED("order_id: is not channel:shop", o->shop = STR("shop2"));
    REFUSED("order_id: is not channel:shop", o->order_id = STR("douyin:shop1"));
    REFUSED("shop: ", (o->shop = STR("a:b"), o->order_id = STR("douyin:a:b:4711")));
}

static void order_validate_names_the_bad_number(void **state)
{
    (void)state;
    REFUSED("version: -1 is outside", o->version = -1);
    REFUSED("placed_at: ", o->placed_at = NUM_MAX + 1);
    REFUSED("paid_at: ", o->paid_at = -1);
    REFUSED("due_at: ", o->due_at = INT64_MAX);
    REFUSED("pay_until: ", o->pay_until = INT64_MIN);
    REFUSED("delivery.appointed_at: ", o->appointed_at = -1);
    REFUSED("total_fen: -1 is outside 0..9007199254740991", o->total_fen = -1);
    REFUSED("paid_fen: ", o->paid_fen = -1);
    REFUSED("freight_fen: ", o->freight_fen = -1);
    REFUSED("discount_fen: ", o->discount_fen = NUM_MAX + 1);
    REFUSED("stage: ", o->stage = ORDER_STAGE_NONE);
}

static void order_validate_names_the_bad_line(void **state)
{
    (void)state;
    REFUSED("lines: there are none", o->line_count = 0);
    REFUSED("lines[0].line_id: is empty", o->lines[0].line_id = STR_NONE);
    REFUSED("lines[1].line_id: is that of lines[0]", o->lines[1].line_id = STR("l-1"));
    REFUSED("lines[1].quantity: 0 is outside 1..1000000", o->lines[1].quantity = 0);
    REFUSED("lines[1].quantity: ", o->lines[1].quantity = ORDER_QUANTITY_MAX + 1);
    REFUSED("lines[1].quantity: ", o->lines[1].quantity = INT64_MIN);
    REFUSED("lines[0].price_fen: ", o->lines[0].price_fen = -1);
    REFUSED("lines[0].price_fen: times", o->lines[0].price_fen = NUM_MAX);
    REFUSED("lines[0].paid_fen: ", o->lines[0].paid_fen = -1);
    REFUSED("lines[0].kind: ", o->lines[0].kind = LINE_KIND_NONE);
    REFUSED("lines[0].stage: ", o->lines[0].stage = ORDER_STAGE_NONE);
    REFUSED("lines[1].platform_sku: is empty", o->lines[1].platform_sku = STR_NONE);
}

static void order_validate_names_the_bad_refund(void **state)
{
    (void)state;
    REFUSED("lines[1].refunds[0].id: is empty", o->lines[1].refunds[0].id = STR_NONE);
    REFUSED("lines[1].refunds[0].state: ", o->lines[1].refunds[0].state = REFUND_STATE_NONE);
    REFUSED("lines[1].refunds[0].quantity: ", o->lines[1].refunds[0].quantity = -1);
    REFUSED("lines[1].refunds[0].amount_fen: ", o->lines[1].refunds[0].amount_fen = -1);
    REFUSED("lines[1].refunds[0].version: ", o->lines[1].refunds[0].version = -1);
    REFUSED("lines[1].refunds[1].state: ", o->lines[1].refund_count = 2);
}

static void order_validate_bounds_the_lines(void **state)
{
    (void)state;
    static struct order_line lines[ORDER_LINES_MAX + 1];
    static char ids[ORDER_LINES_MAX + 1][8];
    struct order *order = order_fixture();
    struct err err = { 0 };

    for (size_t i = 0; i <= ORDER_LINES_MAX; i++) {
        lines[i] = order->lines[0];
        snprintf(ids[i], sizeof(ids[i]), "%zu", i);
        lines[i].line_id = str_of(ids[i]);
    }
    order->lines = lines;
    order->line_count = ORDER_LINES_MAX;
    assert_true(order_validate(order, &err));
    order->line_count = ORDER_LINES_MAX + 1;
    assert_false(order_validate(order, &err));
    assert_string_equal(err.text, "lines: 501 are more than 500");
}

static struct arena *order_test_arena;

static int order_test_open(void **state)
{
    (void)state;
    order_test_arena = arena_open((size_t)4 << 20);
    return 0;
}

static int order_test_close(void **state)
{
    (void)state;
    arena_close(order_test_arena);
    return 0;
}

static struct str order_test_digest(const struct order *order)
{
    return order_digest(order_test_arena, order);
}

#define SEEN(change) \
    do { \
        struct str before = order_test_digest(order_fixture()); \
        struct order *o = order_fixture(); \
        change; \
        assert_false(str_eq(order_test_digest(o), before)); \
    } while (0)

#define UNSEEN(change) \
    do { \
        struct str before = order_test_digest(order_fixture()); \
        struct order *o = order_fixture(); \
        change; \
        assert_true(str_eq(order_test_digest(o), before)); \
    } while (0)

/* One order's digest for ever: if this fails, every known order looks changed to the fleet. */
static void order_digest_stays_what_it_was(void **state)
{
    (void)state;
    assert_string_equal(order_test_digest(order_fixture()).data,
                        "4433594da1d72bf3342c6a40f98cce6e");
}

static void order_digest_sees_what_makes_another_order(void **state)
{
    (void)state;
    SEEN(o->order_id = STR("x"));
    SEEN(o->channel = STR("x"));
    SEEN(o->shop = STR("x"));
    SEEN(o->platform_id = STR("x"));
    SEEN(o->placed_at++);
    SEEN(o->due_at++);
    SEEN(o->total_fen++);
    SEEN(o->freight_fen++);
    SEEN(o->discount_fen++);
    SEEN(o->buyer_key = STR("x"));
    SEEN(o->carrier_wanted = STR("x"));
    SEEN(o->appointed_at++);
    SEEN(o->buyer_remark = STR("x"));
    SEEN(o->seller_remark = STR("x"));
    SEEN(o->gift_note = STR("x"));
    SEEN(o->line_count = 1);
}

static void order_digest_sees_the_receiver(void **state)
{
    (void)state;
    SEEN(o->receiver.key = STR("x"));
    SEEN(o->receiver.name = STR("x"));
    SEEN(o->receiver.phone = STR("x"));
    SEEN(o->receiver.province = STR("x"));
    SEEN(o->receiver.city = STR("x"));
    SEEN(o->receiver.district = STR("x"));
    SEEN(o->receiver.street = STR("x"));
    SEEN(o->receiver.address = STR("x"));
    SEEN(o->receiver.masked = false);
}

static void order_digest_sees_the_lines(void **state)
{
    (void)state;
    SEEN(o->lines[0].line_id = STR("x"));
    SEEN(o->lines[0].platform_sku = STR("x"));
    SEEN(o->lines[0].merchant_code = STR("x"));
    SEEN(o->lines[0].title = STR("x"));
    SEEN(o->lines[1].quantity++);
    SEEN(o->lines[1].price_fen++);
    SEEN(o->lines[1].kind = LINE_KIND_SPOT);
    SEEN(o->lines[1].campaign = STR("x"));
    SEEN(o->lines[1].parent = STR_NONE);
}

static void order_digest_is_blind_to_what_only_moves_on(void **state)
{
    (void)state;
    UNSEEN(o->version++);
    UNSEEN(o->stage = ORDER_STAGE_SHIPPED);
    UNSEEN(o->paid_at++);
    UNSEEN(o->paid_fen++);
    UNSEEN(o->pay_until++);
    UNSEEN(o->buyer_level = STR("x"));
    UNSEEN(o->receiver.cipher = STR("x"));
    UNSEEN(o->lines[0].sku = STR("x"));
    UNSEEN(o->lines[0].stage = ORDER_STAGE_CLOSED);
    UNSEEN(o->lines[0].paid_fen++);
    UNSEEN(o->lines[1].refund_count = 0);
    UNSEEN(o->lines[1].refunds[0].state = REFUND_STATE_AGREED);
    UNSEEN(o->digest = STR("x"));
    UNSEEN(o->json = STR("x"));
}

static void order_digest_is_blind_to_the_order_of_lines(void **state)
{
    (void)state;
    UNSEEN({
        struct order_line first = o->lines[0];

        o->lines[0] = o->lines[1];
        o->lines[1] = first;
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_names_lead_back),
        cmocka_unit_test(order_stage_is_paid_means_now),
        cmocka_unit_test(order_id_make_joins_the_three),
        cmocka_unit_test(order_validate_takes_what_is_good),
        cmocka_unit_test(order_validate_names_the_bad_id),
        cmocka_unit_test(order_validate_names_the_bad_number),
        cmocka_unit_test(order_validate_names_the_bad_line),
        cmocka_unit_test(order_validate_names_the_bad_refund),
        cmocka_unit_test(order_validate_bounds_the_lines),
        cmocka_unit_test(order_digest_stays_what_it_was),
        cmocka_unit_test(order_digest_sees_what_makes_another_order),
        cmocka_unit_test(order_digest_sees_the_receiver),
        cmocka_unit_test(order_digest_sees_the_lines),
        cmocka_unit_test(order_digest_is_blind_to_what_only_moves_on),
        cmocka_unit_test(order_digest_is_blind_to_the_order_of_lines),
    };

    return cmocka_run_group_tests(tests, order_test_open, order_test_close);
}
