/* order_codec_test — the canonical order: exact bytes, back and forth, and what is refused. */
#include "codec/order_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"

static struct arena *arena;

static int order_codec_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    return 0;
}

static int order_codec_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static const char full_text[] =
    "{\"order_id\":\"douyin:9000001:6900000000000000001\",\"channel\":\"douyin\","
    "\"shop\":\"9000001\",\"platform_id\":\"6900000000000000001\",\"version\":1762790403000,"
    "\"stage\":\"paid\",\"placed_at\":1762790400000,\"paid_at\":1762790402000,"
    "\"due_at\":1762963203000,\"pay_until\":1762792200000,\"total_fen\":5980,\"paid_fen\":5480,"
    "\"freight_fen\":600,\"discount_fen\":500,\"buyer\":{\"key\":\"open-1\",\"level\":\"vip\"},"
    "\"receiver\":{\"key\":\"addr-1\",\"name\":\"测**\",\"phone\":\"1**\",\"province\":\"浙江省\","
    "\"city\":\"杭州市\",\"district\":\"余杭区\",\"street\":\"五常街道\",\"address\":\"*\","
    "\"cipher\":\"{\\\"phone\\\":\\\"$$SU5W*Mg==$1$$\\\"}\",\"masked\":true},"
    "\"delivery\":{\"carrier_wanted\":\"SF\",\"appointed_at\":1762963000000,"
    "\"buyer_remark\":\"快\\n点\",\"seller_remark\":\"r\",\"gift_note\":\"g\"},"
    "\"lines\":[{\"line_id\":\"1\",\"platform_sku\":\"1700000000000001\","
    "\"merchant_code\":\"SKU-A\",\"sku\":\"A\",\"title\":\"红\",\"quantity\":2,"
    "\"price_fen\":2990,\"paid_fen\":5480,\"kind\":\"spot\",\"stage\":\"paid\","
    "\"campaign\":\"c1\",\"parent\":\"0\",\"refunds\":[{\"id\":\"r1\",\"version\":3,"
    "\"state\":\"open\",\"quantity\":1,\"amount_fen\":100}]},"
    "{\"line_id\":\"2\",\"merchant_code\":\"GIFT\",\"quantity\":1,\"kind\":\"gift\","
    "\"stage\":\"paid\"}]}";

static struct order decode(const char *text)
{
    struct order order;
    struct err err = { 0 };

    if (!order_decode_text(arena, str_of(text), &order, &err))
        fail_msg("%s", err.text);
    return order;
}

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void order_codec_test_reads_every_field(void **state)
{
    struct order order = decode(full_text);
    const struct order_line *line = &order.lines[0];

    (void)state;
    assert_str(order.order_id, "douyin:9000001:6900000000000000001");
    assert_str(order.platform_id, "6900000000000000001");
    assert_int_equal(order.version, 1762790403000);
    assert_int_equal(order.stage, ORDER_STAGE_PAID);
    assert_int_equal(order.placed_at, 1762790400000);
    assert_int_equal(order.paid_at, 1762790402000);
    assert_int_equal(order.due_at, 1762963203000);
    assert_int_equal(order.pay_until, 1762792200000);
    assert_int_equal(order.total_fen, 5980);
    assert_int_equal(order.paid_fen, 5480);
    assert_int_equal(order.freight_fen, 600);
    assert_int_equal(order.discount_fen, 500);
    assert_str(order.buyer_key, "open-1");
    assert_str(order.buyer_level, "vip");
    assert_str(order.receiver.name, "测**");
    assert_str(order.receiver.cipher, "{\"phone\":\"$$SU5W*Mg==$1$$\"}");
    assert_true(order.receiver.masked);
    assert_str(order.carrier_wanted, "SF");
    assert_int_equal(order.appointed_at, 1762963000000);
    assert_str(order.buyer_remark, "快\n点");
    assert_int_equal(order.line_count, 2);
    assert_int_equal(line->quantity, 2);
    assert_int_equal(line->kind, LINE_KIND_SPOT);
    assert_int_equal(line->refund_count, 1);
    assert_int_equal(line->refunds[0].state, REFUND_STATE_OPEN);
    assert_int_equal(line->refunds[0].amount_fen, 100);
    assert_int_equal(order.lines[1].kind, LINE_KIND_GIFT);
    assert_null(order.lines[1].refunds);
}

/* The text above is in canonical form: what is decoded encodes to the very same bytes. */
static void order_codec_test_writes_the_same_bytes(void **state)
{
    struct order order = decode(full_text);
    struct str digest = order.digest;

    (void)state;
    assert_str(order.json, full_text);
    order.json = order.digest = STR_NONE;
    order_encode(arena, &order);
    assert_str(order.json, full_text);
    assert_true(str_eq(order.digest, digest));
    assert_int_equal(order.digest.size, 32);
}

static void order_codec_test_any_order_and_unknown_fields(void **state)
{
    const char *text = "{ \"new_field\" : {\"x\":[1]}, \"lines\" : [ {\"stage\":\"paid\", "
                       "\"kind\":\"spot\", \"color\":null, \"quantity\":1, \"line_id\":\"1\", "
                       "\"platform_sku\":\"s\"} ], \"stage\":\"paid\", \"platform_id\":\"7\", "
                       "\"shop\":\"s\", \"channel\":\"c\", \"order_id\":\"c:s:7\" }";
    struct order order = decode(text);

    (void)state;
    assert_str(order.json, text); /* carried on as it came */
    order_encode(arena, &order);
    assert_str(order.json, "{\"order_id\":\"c:s:7\",\"channel\":\"c\",\"shop\":\"s\","
                           "\"platform_id\":\"7\",\"stage\":\"paid\",\"lines\":[{\"line_id\":\"1\","
                           "\"platform_sku\":\"s\",\"quantity\":1,\"kind\":\"spot\","
                           "\"stage\":\"paid\"}]}");
}

static void order_codec_test_borrows(void **state)
{
    char text[sizeof(full_text)];
    struct order order;

    (void)state;
    memcpy(text, full_text, sizeof(text));
    order = decode(text);
    assert_ptr_equal(order.json.data, text);
    assert_ptr_equal(order.channel.data, strstr(text, "douyin\""));
    assert_true(order.lines[0].title.data > text
                && order.lines[0].title.data < text + sizeof(text));
}

/* One field of a good order replaced: `from` must be in the text. */
static struct str changed(const char *from, const char *to)
{
    const char *at = strstr(full_text, from);

    assert_non_null(at);
    return arena_format(arena, "%.*s%s%s", (int)(at - full_text), full_text, to,
                        at + strlen(from));
}

static void order_codec_test_refuses(void **state)
{
    static const struct {
        const char *from, *to, *reason;
    } rows[] = {
        { "\"quantity\":2", "\"quantity\":-3",
          "order.lines[0].quantity is -3: must be 1 to 1000000" },
        { "\"quantity\":1,\"kind\"", "\"quantity\":0,\"kind\"",
          "order.lines[1].quantity is 0: must be 1 to 1000000" },
        { "\"quantity\":2", "\"quantity\":1000001", "order.lines[0].quantity is 1000001" },
        { "\"quantity\":2", "\"quantity\":13800001111",
          "order.lines[0].quantity is out of range: must be 1 to" },
        { "\"quantity\":2", "\"quantity\":9007199254740992",
          "order.lines[0].quantity is no such number: must be a whole number, 1 to 1000000" },
        { "\"quantity\":2", "\"quantity\":2.5", "order.lines[0].quantity is no such number" },
        { "\"quantity\":2", "\"quantity\":\"2\"",
          "order.lines[0].quantity is a text: must be a number" },
        { "\"quantity\":2,", "", "order.lines[0].quantity is missing" },
        { "\"total_fen\":5980", "\"total_fen\":-1", "order.total_fen is -1: must be 0 to" },
        { "\"total_fen\":5980", "\"total_fen\":9007199254740992", "order.total_fen is no such" },
        { "\"total_fen\":5980", "\"total_fen\":5.98e3", "order.total_fen is no such number" },
        { "\"paid_at\":1762790402000", "\"paid_at\":null", "order.paid_at is null: must be a" },
        { "\"platform_id\":\"6900000000000000001\"", "\"platform_id\":6900000000000000001",
          "order.platform_id is a number: must be a text" },
        { "\"shop\":\"9000001\"", "\"shop\":\"\"", "order.shop is empty" },
        { "\"shop\":\"9000001\"", "\"shop\":\"9000002\"", "order.order_id" },
        { "\"stage\":\"paid\",\"placed_at\"", "\"stage\":\"payed\",\"placed_at\"",
          "order.stage is none of the words" },
        { "\"stage\":\"paid\",\"placed_at\"", "\"stage\":\"none\",\"placed_at\"", "order.stage" },
        { "\"kind\":\"gift\"", "\"kind\":7", "order.lines[1].kind is a number" },
        { "\"state\":\"open\"", "\"state\":\"\"", "order.lines[0].refunds[0].state is none" },
        { "\"id\":\"r1\",", "", "order.lines[0].refunds[0].id is missing" },
        { "\"amount_fen\":100", "\"amount_fen\":-100", "order.lines[0].refunds[0].amount_fen is" },
        { "\"masked\":true", "\"masked\":1", "order.receiver.masked is a number" },
        { "\"buyer\":{\"key\":\"open-1\",\"level\":\"vip\"}", "\"buyer\":[]",
          "order.buyer is a list: must be an object" },
        { "\"line_id\":\"2\"", "\"line_id\":\"1\"", "order.lines[1].line_id" },
        { "\"price_fen\":2990", "\"price_fen\":9007199254740991", "order.lines[0].price_fen" },
        { "\"merchant_code\":\"GIFT\",", "", "order.lines[1].platform_sku" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct order order = { .version = 77 };
        struct err err = { 0 };

        if (order_decode_text(arena, changed(rows[i].from, rows[i].to), &order, &err))
            fail_msg("taken: %s", rows[i].to);
        if (!strstr(err.text, rows[i].reason))
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].to, err.text, rows[i].reason);
        assert_int_equal(err.class, ERR_REJECT);
        assert_int_equal(order.version, 77);
    }
}

/* Errors name paths, never what stood there: it may be a name, a phone or an address. */
static void order_codec_test_errors_tell_no_secrets(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        { "\"phone\":\"1**\"", "\"phone\":13800138000" },
        { "\"total_fen\":5980", "\"total_fen\":13800138000000000000" },
        { "\"stage\":\"paid\",\"placed_at\"", "\"stage\":\"13800138000\",\"placed_at\"" },
        { "\"quantity\":2", "\"quantity\":13800138000" },
        { "\"masked\":true", "\"masked\":\"13800138000\"" },
        { "\"phone\":\"1**\"", "\"phone\":\"13800138000\"x" },
        { "\"phone\":\"1**\"", "\"13800138000\":1,\"13800138000\":2" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct order order;
        struct err err = { 0 };

        assert_false(order_decode_text(arena, changed(rows[i].from, rows[i].to), &order, &err));
        if (strstr(err.text, "138001"))
            fail_msg("a phone in the error: %s", err.text);
    }
}

static void order_codec_test_line_limit(void **state)
{
    struct order order = decode(full_text);
    struct order_line *lines = ARENA_ARRAY(arena, struct order_line, ORDER_LINES_MAX + 1);
    struct err err;

    (void)state;
    for (size_t i = 0; i <= ORDER_LINES_MAX; i++) {
        lines[i] = order.lines[1];
        lines[i].line_id = arena_format(arena, "%zu", i);
    }
    order.lines = lines;
    order.line_count = ORDER_LINES_MAX;
    order_encode(arena, &order);
    assert_true(order_decode_text(arena, order.json, &order, &err));
    assert_int_equal(order.line_count, ORDER_LINES_MAX);
    order.lines = lines;
    order.line_count = 0;
    order_encode(arena, &order);
    assert_false(order_decode_text(arena, order.json, &order, &err));
    assert_non_null(strstr(err.text, "order.lines is empty"));
}

static void order_codec_test_text_limit(void **state)
{
    char *long_text = test_malloc(70000);
    struct order order = decode(full_text);
    struct err err;

    (void)state;
    memset(long_text, 'x', 70000);
    order.buyer_remark = (struct str){ long_text, 65536 };
    order_encode(arena, &order);
    assert_true(order_decode_text(arena, order.json, &order, &err));
    order.buyer_remark = (struct str){ long_text, 65537 };
    order_encode(arena, &order);
    assert_false(order_decode_text(arena, order.json, &order, &err));
    assert_string_equal(err.text, "order.delivery.buyer_remark is too long: at most 65536 bytes");
    test_free(long_text);
}

static void order_codec_test_limits_of_numbers(void **state)
{
    struct order order = decode(full_text);
    struct err err;

    (void)state;
    order.total_fen = order.version = order.due_at = NUM_MAX;
    order.lines[0].quantity = ORDER_QUANTITY_MAX;
    order_encode(arena, &order);
    assert_true(order_decode_text(arena, order.json, &order, &err));
    assert_true(order.total_fen == NUM_MAX && order.version == NUM_MAX);
    assert_true(order.due_at == NUM_MAX && order.lines[0].quantity == ORDER_QUANTITY_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_codec_test_reads_every_field),
        cmocka_unit_test(order_codec_test_writes_the_same_bytes),
        cmocka_unit_test(order_codec_test_any_order_and_unknown_fields),
        cmocka_unit_test(order_codec_test_borrows),
        cmocka_unit_test(order_codec_test_refuses),
        cmocka_unit_test(order_codec_test_errors_tell_no_secrets),
        cmocka_unit_test(order_codec_test_line_limit),
        cmocka_unit_test(order_codec_test_text_limit),
        cmocka_unit_test(order_codec_test_limits_of_numbers),
    };

    return cmocka_run_group_tests(tests, order_codec_test_open, order_codec_test_close);
}
