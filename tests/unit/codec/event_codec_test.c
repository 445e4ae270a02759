/*
 * event_codec_test — events to messages and back: envelopes, bodies, and the refusals that only
 * the whole message shows. schemas_test.c walks the examples, kind by kind.
 */
#include "codec/event_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/hash.h"
#include "codec/order_codec.h"

static struct arena *arena;

static int event_codec_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    return 0;
}

static int event_codec_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void assert_same_message(const struct message *a, const struct message *b)
{
    assert_int_equal(a->topic, b->topic);
    assert_true(str_eq(a->key, b->key));
    assert_true(str_eq(a->value, b->value));
    assert_int_equal(a->header_count, b->header_count);
    for (size_t i = 0; i < a->header_count; i++) {
        assert_true(str_eq(a->headers[i].name, b->headers[i].name));
        assert_true(str_eq(a->headers[i].value, b->headers[i].value));
    }
}

static struct event decode(const struct message *message)
{
    struct event event;
    struct err err = { 0 };

    if (!event_decode(arena, message, &event, &err))
        fail_msg("%s\n%.*s", err.text, STR_ARG(message->value));
    return event;
}

static void assert_refused(const struct message *message, const char *reason)
{
    struct event event = { .time_ms = 77 };
    struct err err = { 0 };

    if (event_decode(arena, message, &event, &err))
        fail_msg("taken, not refused for \"%s\"", reason);
    if (!strstr(err.text, reason))
        fail_msg("the reason is \"%s\", not \"%s\"", err.text, reason);
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(event.time_ms, 77);
}

/* ---- events to work with ---- */

static struct order make_order(void)
{
    struct order order = {
        .order_id = STR("douyin:9000001:6900000000000000001"),
        .channel = STR("douyin"),
        .shop = STR("9000001"),
        .platform_id = STR("6900000000000000001"),
        .version = 1762790403000,
        .stage = ORDER_STAGE_PAID,
        .total_fen = 5980,
        .receiver = { .name = STR("测**"), .province = STR("浙江省"), .masked = true },
        .lines = ARENA_ARRAY(arena, struct order_line, 1),
        .line_count = 1,
    };

    order.lines[0] = (struct order_line){
        .line_id = STR("1"),
        .merchant_code = STR("SKU-A"),
        .quantity = 2,
        .kind = LINE_KIND_SPOT,
        .stage = ORDER_STAGE_PAID,
    };
    order_encode(arena, &order);
    return order;
}

static struct event make_event(enum event_kind kind, struct str key)
{
    return (struct event){
        .kind = kind,
        .id = STR("0123456789abcdef0123456789abcdef"),
        .source = STR("/sluice/test"),
        .key = key,
        .time_ms = 1762790403007,
        .entered_ms = 1762790403999,
        .trace = STR("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    };
}

static struct event make_snapshot(void)
{
    struct order order = make_order();
    struct event event = make_event(EVENT_ORDER_SNAPSHOT_TAKEN, order.order_id);

    event.snapshot.order = order;
    event.snapshot.raw_generation = 1;
    event.snapshot.raw_offset = 4711;
    return event;
}

static struct event make_answer(enum event_kind kind)
{
    struct order order = make_order();
    struct event event = make_event(kind, order.order_id);
    struct stock_units *units = ARENA_NEW(arena, struct stock_units);
    struct parcel *parcel = ARENA_NEW(arena, struct parcel);
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);
    struct stock_short *missing = ARENA_NEW(arena, struct stock_short);

    *units = (struct stock_units){ STR("SKU-A"), 2 };
    *parcel = (struct parcel){ STR("ship-1"), STR("hz"), STR("SF"), units, 1,
                               PARCEL_STATE_PLANNED };
    *reason = (struct verdict_reason){ STR("price_floor"), STR("单价低于底价") };
    *missing = (struct stock_short){ STR("SKU-A"), 2, -1 };
    event.answer = (struct answer_body){
        .order_id = order.order_id,
        .rev = 3,
        .digest = order.digest,
        .state = STOCK_STATE_RESERVED,
        .reason = STR("r"),
        .paid = true,
        .hold_until = 1762790999000,
        .claimed = units,
        .claimed_count = 1,
        .shorts = missing,
        .short_count = 1,
        .stopping = parcel,
        .stopping_count = 1,
        .verdict = { VERDICT_KIND_HELD, STR("v7"), reason, 1 },
        .plan = { .number = 1, .noted_rev = 3, .rules_version = STR("v2"), .reason = STR("近"),
                  .runner_up = STR("上海"), .parcels = parcel, .parcel_count = 1 },
        .order = order,
    };
    return event;
}

static struct message encode(const struct event *event)
{
    struct message message;

    event_encode(arena, event, &message);
    return message;
}

/* ---- envelope ---- */

static void event_codec_test_headers(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event);
    static const struct {
        const char *name, *value;
    } rows[] = {
        { "ce_specversion", "1.0" },
        { "ce_id", "0123456789abcdef0123456789abcdef" },
        { "ce_type", "cn.sluice.order.snapshot_taken.v1" },
        { "ce_source", "/sluice/test" },
        { "ce_subject", "douyin:9000001:6900000000000000001" },
        { "ce_time", "2025-11-10T16:00:03.007Z" },
        { "content-type", "application/json" },
        { "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
        { "entered", "1762790403999" },
        { "raw_generation", "1" },
        { "raw_offset", "4711" },
    };

    (void)state;
    assert_int_equal(message.topic, TOPIC_ORDERS_CHANGES);
    assert_str(message.key, "douyin:9000001:6900000000000000001");
    assert_int_equal(message.header_count, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < message.header_count; i++) {
        assert_str(message.headers[i].name, rows[i].name);
        assert_str(message.headers[i].value, rows[i].value);
    }
}

static void event_codec_test_envelope_comes_back(void **state)
{
    struct event event = make_snapshot(), back;
    struct message message = encode(&event);

    (void)state;
    message.origin = (struct origin){ TOPIC_ORDERS_CHANGES, 7, 1, 99 };
    back = decode(&message);
    assert_int_equal(back.kind, EVENT_ORDER_SNAPSHOT_TAKEN);
    assert_true(str_eq(back.id, event.id) && str_eq(back.source, event.source));
    assert_true(str_eq(back.key, event.key) && str_eq(back.trace, event.trace));
    assert_int_equal(back.time_ms, event.time_ms);
    assert_int_equal(back.entered_ms, event.entered_ms);
    assert_int_equal(back.origin.offset, 99);
    assert_int_equal(back.origin.partition, 7);
    assert_ptr_equal(back.message, &message);
    assert_int_equal(back.snapshot.raw_generation, 1);
    assert_int_equal(back.snapshot.raw_offset, 4711);
}

/* Milliseconds must survive as text, whatever they are. */
static void event_codec_test_times_are_exact(void **state)
{
    static const int64_t times[] = {
        0, 1, 999, 1000, 951782399999, 951782400000, 1709251199999, 1762790403007,
        4102444799999, 253402300799999, /* 9999-12-31T23:59:59.999Z */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct event event = make_snapshot();
        struct message message;

        event.time_ms = times[i];
        message = encode(&event);
        assert_true(decode(&message).time_ms == times[i]);
    }
    for (int64_t ms = 1762790403007; ms < 1762790403007 + 1000; ms++) {
        char text[CLOCK_TEXT_SIZE];
        int64_t back;

        assert_true(clock_parse(clock_utc_text(ms * 3, text), &back));
        assert_true(back == ms * 3);
    }
}

static struct header *header_of(struct message *message, const char *name)
{
    for (size_t i = 0; i < message->header_count; i++)
        if (str_is(message->headers[i].name, name))
            return &message->headers[i];
    fail_msg("no header %s", name);
    return NULL;
}

static void event_codec_test_time_in_other_zones(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event);

    (void)state;
    header_of(&message, "ce_time")->value = STR("2025-11-11T00:00:03.007+08:00");
    assert_int_equal(decode(&message).time_ms, 1762790403007);
    header_of(&message, "ce_time")->value = STR("2025-11-10T16:00:03Z");
    assert_int_equal(decode(&message).time_ms, 1762790403000);
    header_of(&message, "ce_time")->value = STR("2025-02-29T16:00:03Z");
    assert_refused(&message, "header ce_time is no time");
}

static void event_codec_test_refused_headers(void **state)
{
    static const struct {
        const char *name, *value, *reason;
    } rows[] = {
        { "ce_type", "", "header ce_type is missing: every message needs CloudEvents headers "
                         "(schemas/README.md)" },
        { "ce_type", "com.other.thing", "header ce_type is no type of ours" },
        { "ce_type", "cn.sluice.order.exploded.v1", "header ce_type names no kind we know" },
        { "ce_type", "cn.sluice.", "header ce_type names no kind we know" },
        { "ce_type", "cn.sluice.v1", "header ce_type names no kind we know" },
        { "ce_type", "cn.sluice.order.snapshot_taken.v2",
          "header ce_type has another version of order.snapshot_taken than v1" },
        { "ce_type", "cn.sluice.order.snapshot_taken.v11", "another version" },
        { "ce_type", "cn.sluice.order.snapshot_taken.", "another version" },
        { "ce_type", "cn.sluice.order.reserved.v1",
          "order.reserved travels on orders.reserved, not on orders.changes" },
        { "ce_specversion", "", "header ce_specversion is missing" },
        { "ce_specversion", "0.3", "header ce_specversion is not 1.0" },
        { "ce_id", "", "header ce_id is missing" },
        { "ce_id", "\xff", "header ce_id is no UTF-8 text" },
        { "ce_source", "", "header ce_source is missing" },
        { "ce_subject", "another", "header ce_subject is not the message's key" },
        { "ce_time", "", "header ce_time is missing" },
        { "ce_time", "yesterday", "header ce_time is no time" },
        { "entered", "soon", "header entered is no number of digits alone" },
        { "entered", "-1", "header entered is no number" },
        { "entered", "9007199254740992", "header entered is no number" },
        { "raw_offset", "", "header raw_offset is missing" },
        { "raw_generation", "1.5", "header raw_generation is no number" },
        { "content-type", "application/cloudevents+json", "structured mode" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct event event = make_snapshot();
        struct message message = encode(&event);

        header_of(&message, rows[i].name)->value = str_of(rows[i].value);
        assert_refused(&message, rows[i].reason);
    }
}

static void event_codec_test_optional_headers(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event);

    (void)state;
    header_of(&message, "traceparent")->value = STR("00-XYZ");
    header_of(&message, "entered")->value = STR_NONE;
    header_of(&message, "ce_subject")->value = STR_NONE;
    header_of(&message, "content-type")->value = STR("text/plain");
    event = decode(&message);
    assert_int_equal(event.trace.size, 0); /* what is no trace is not passed on */
    assert_int_equal(event.entered_ms, 0);
    message.header_count = 0;
    assert_refused(&message, "header ce_type is missing: every message needs");
    message = encode(&event);
    message.key = STR_NONE;
    assert_refused(&message, "the message has no key");
}

/* Of two headers of one name the first counts. */
static void event_codec_test_first_header_counts(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event);

    (void)state;
    message_put_header(&message, STR("ce_id"), STR("another"));
    assert_str(decode(&message).id, "0123456789abcdef0123456789abcdef");
}

/* ---- payloads ---- */

static struct message make_payload(void)
{
    struct message message = {
        .topic = TOPIC_ORDERS_RAW,
        .key = STR("tmall:t1:123"),
        .value = STR("\xff\x00 any bytes at all {"),
        .time_ms = 1762790403555,
    };

    message_put_header(&message, STR("ce_specversion"), STR("1.0"));
    message_put_header(&message, STR("ce_id"), STR("by-hand-1"));
    message_put_header(&message, STR("ce_type"), STR("cn.sluice.payload.received.v1"));
    message_put_header(&message, STR("ce_source"), STR("/kcat"));
    message_put_header(&message, STR("ce_channel"), STR("tmall"));
    message_put_header(&message, STR("ce_shop"), STR("t1"));
    return message;
}

static void event_codec_test_payload_by_hand(void **state)
{
    struct message message = make_payload(), again;
    struct event event = decode(&message);

    (void)state;
    assert_int_equal(event.kind, EVENT_PAYLOAD_RECEIVED);
    assert_str(event.payload.channel, "tmall");
    assert_str(event.payload.shop, "t1");
    assert_ptr_equal(event.payload.bytes.data, message.value.data);
    assert_int_equal(event.payload.bytes.size, message.value.size);
    assert_int_equal(event.time_ms, 1762790403555); /* Kafka's own times stand in */
    assert_int_equal(event.entered_ms, 1762790403555);
    again = encode(&event);
    assert_true(str_eq(again.value, message.value));
    event = decode(&again);
    assert_int_equal(event.entered_ms, 1762790403555);
    assert_int_equal(event.time_ms, 1762790403555);
}

static void event_codec_test_payload_refused(void **state)
{
    static const char *const needed[] = { "ce_specversion", "ce_id",      "ce_type",
                                          "ce_source",      "ce_channel", "ce_shop" };
    static const char *const keys[] = { "tmall:t1:", "tmall:t1", "tmall:t2:123", "douyin:t1:123",
                                        "123", ":" };
    struct message message;

    (void)state;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        char reason[64];

        message = make_payload();
        header_of(&message, needed[i])->name = STR("other");
        snprintf(reason, sizeof(reason), "header %s is missing", needed[i]);
        assert_refused(&message, reason);
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        message = make_payload();
        message.key = str_of(keys[i]);
        assert_refused(&message, "the key is not <ce_channel>:<ce_shop>:");
    }
}

/* ---- bodies ---- */

static void event_codec_test_snapshot_body(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event), again;
    struct order *order = &event.snapshot.order;
    struct str want = arena_format(arena, "{\"order_id\":\"%.*s\",\"digest\":\"%.*s\","
                                          "\"order\":%.*s}",
                                   STR_ARG(order->order_id), STR_ARG(order->digest),
                                   STR_ARG(order->json));

    (void)state;
    assert_str(message.value, want.data);
    event = decode(&message);
    assert_true(str_eq(event.snapshot.order.json, order->json));
    again = encode(&event);
    assert_same_message(&message, &again);
    order->json = STR_NONE; /* nobody has encoded it yet: the codec does */
    again = encode(&event);
    assert_same_message(&message, &again);
}

static void event_codec_test_answer_comes_back(void **state)
{
    static const enum event_kind kinds[] = { EVENT_ORDER_RESERVED, EVENT_ORDER_SCREENED,
                                             EVENT_ORDER_ROUTED };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct event event = make_answer(kinds[i]), back;
        struct message message = encode(&event), again;

        back = decode(&message);
        assert_int_equal(back.answer.rev, 3);
        assert_int_equal(back.answer.state, STOCK_STATE_RESERVED);
        assert_true(back.answer.paid);
        assert_str(back.answer.claimed[0].sku, "SKU-A");
        assert_int_equal(back.answer.shorts[0].free, -1);
        assert_str(back.answer.stopping[0].shipment_id, "ship-1");
        assert_int_equal(back.answer.stopping[0].items[0].units, 2);
        assert_int_equal(back.answer.verdict.kind, VERDICT_KIND_HELD);
        assert_str(back.answer.verdict.reasons[0].text, "单价低于底价");
        assert_int_equal(back.answer.plan.number, 1);
        assert_int_equal(back.answer.plan.parcels[0].state, PARCEL_STATE_PLANNED);
        assert_str(back.answer.plan.runner_up, "上海");
        assert_ptr_equal(back.answer.order.json.data,
                         strstr(message.value.data, "\"order\":{") + 8);
        again = encode(&back);
        assert_same_message(&message, &again);
    }
}

/* What a hop carries on is not written anew: white space and unknown fields stay. */
static void event_codec_test_order_bytes_are_kept(void **state)
{
    struct event event = make_snapshot();
    struct order *order = &event.snapshot.order;
    struct message message;

    (void)state;
    order->json = arena_format(arena, "{ \"from_the_future\" : [1, 2] ,%.*s",
                               (int)order->json.size - 1, order->json.data + 1);
    message = encode(&event);
    event = decode(&message);
    assert_true(str_starts(event.snapshot.order.json, STR("{ \"from_the_future\" : [1, 2] ,")));
}

static void event_codec_test_short_answer(void **state)
{
    struct event event = make_answer(EVENT_ORDER_RESERVED);
    struct message message;

    (void)state;
    event.answer = (struct answer_body){
        .order_id = event.answer.order_id,
        .rev = 1,
        .digest = event.answer.digest,
        .state = STOCK_STATE_CANCELLED,
        .order = event.answer.order,
    };
    message = encode(&event);
    assert_str((struct str){ message.value.data,
                             (size_t)(strstr(message.value.data, ",\"order\"")
                                      - message.value.data) },
               arena_format(arena,
                            "{\"order_id\":\"douyin:9000001:6900000000000000001\",\"rev\":1,"
                            "\"digest\":\"%.*s\",\"state\":\"CANCELLED\"",
                            STR_ARG(event.answer.digest)).data);
    event = decode(&message);
    assert_null(event.answer.claimed);
    assert_int_equal(event.answer.verdict.kind, VERDICT_KIND_NONE);
}

static struct message with_body(const struct event *event, const char *from, const char *to)
{
    struct message message = encode(event);
    const char *at = strstr(message.value.data, from);

    if (!at)
        fail_msg("%s is not in %s", from, message.value.data);
    message.value = arena_format(arena, "%.*s%s%s", (int)(at - message.value.data),
                                 message.value.data, to, at + strlen(from));
    return message;
}

static void event_codec_test_refused_bodies(void **state)
{
    static const struct {
        const char *from, *to, *reason;
    } rows[] = {
        { "{\"order_id\"", "{\"order_id\"x", "order.reserved: JSON, byte 12: " },
        { "\"rev\":3", "\"rev\":0", "order.reserved: rev is 0: must be 1 to" },
        { "\"rev\":3,", "", "rev is missing" },
        { "\"rev\":3", "\"rev\":3,\"rev\":3", "a name stands twice" },
        { "\"state\":\"RESERVED\"", "\"state\":\"reserved\"", "state is none of the words" },
        { "\"units\":2", "\"units\":-2", "claimed[0].units is -2: must be 0 to" },
        { "\"needed\":2", "\"needed\":\"2\"", "shorts[0].needed is a text: must be a number" },
        { "\"kind\":\"held\"", "\"kind\":\"none\"", "verdict.kind is none of the words" },
        { "\"number\":1", "\"number\":0", "plan.number is 0" },
        { "\"warehouse\":\"hz\",", "", "stopping[0].warehouse is missing" },
        { "\"claimed\":[{", "\"claimed\":[7,{", "claimed[0] is a number: must be an object" },
        { "\"digest\":\"", "\"digest\":\"0", "digest is not that of the order in the body" },
        { "\"quantity\":2", "\"quantity\":3", "digest is not that of the order in the body" },
        { "\"quantity\":2", "\"quantity\":-3", "order.lines[0].quantity is -3: must be" },
        { "{\"order_id\":\"douyin:9000001:6900000000000000001\"", "{\"order_id\":\"x\"",
          "order_id is not the message's key: order.reserved is keyed by its order_id" },
        { "\"paid\":true", "\"paid\":\"yes\"", "paid is a text: must be a truth value" },
    };
    struct event event = make_answer(EVENT_ORDER_RESERVED);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct message message = with_body(&event, rows[i].from, rows[i].to);

        assert_refused(&message, rows[i].reason);
    }
}

/* The body speaks of one order and carries another. */
static void event_codec_test_another_order_within(void **state)
{
    struct event event = make_answer(EVENT_ORDER_RESERVED);
    struct message message;

    (void)state;
    event.key = event.answer.order_id = STR("douyin:9000001:7");
    message = encode(&event);
    assert_refused(&message, "order.order_id is not the body's order_id");
    event = make_snapshot();
    message = with_body(&event, "{\"order_id\":\"douyin:9000001:6900000000000000001\"",
                        "{\"order_id\":\"douyin:9000001:7\"");
    assert_refused(&message, "order_id is not the message's key");
}

static void event_codec_test_refused_values(void **state)
{
    struct event event = make_answer(EVENT_ORDER_RESERVED);
    struct message message = encode(&event);
    char *deep = test_malloc((size_t)10 << 20);

    (void)state;
    message.value = STR_NONE;
    assert_refused(&message, "order.reserved: JSON: the text is empty");
    message.value = STR("[]");
    assert_refused(&message, "body is a list: must be an object");
    message.value = STR("{\"order_id\":\"\xff\"}");
    assert_refused(&message, "byte 14: not UTF-8");
    memset(deep, '[', (size_t)10 << 20);
    message.value = (struct str){ deep, (size_t)10 << 20 };
    assert_refused(&message, "at most 8388608 are read");
    message.value.size = JSON_SIZE_MAX;
    assert_refused(&message, "nested too deep");
    test_free(deep);
}

/* A receiver may be there and empty: the flag tells, and travels. */
static void event_codec_test_receiver_flag(void **state)
{
    struct event event = make_event(EVENT_ORDER_ADDRESS_CORRECTED, STR("c:s:1"));
    struct message message;

    (void)state;
    event.fact = (struct fact_body){
        .order_id = event.key,
        .rev = 2,
        .digest = STR("d"),
        .request_id = STR("q-1"),
        .has_receiver = true,
    };
    message = encode(&event);
    assert_str(message.value, "{\"order_id\":\"c:s:1\",\"rev\":2,\"digest\":\"d\","
                              "\"request_id\":\"q-1\",\"receiver\":{}}");
    assert_true(decode(&message).fact.has_receiver);
    event.fact.has_receiver = false;
    message = encode(&event);
    assert_refused(&message, "receiver is missing: order.address_corrected must name it");
}

/* A dead letter is no event: whatever it is, it decodes, and to no kind. */
static void event_codec_test_dead_letters_decode(void **state)
{
    struct message original = { .topic = TOPIC_ORDERS_RAW, .key = STR("k"),
                                .value = STR("\xff") };
    struct message message;
    struct event event;
    struct err err;

    (void)state;
    for (int i = 0; i < 2; i++) {
        event_encode_dead(arena, &original, "ingest", STR("why"), 5, &message);
        message.origin.offset = 12;
        message.time_ms = 77;
        assert_true(event_decode(arena, &message, &event, &err));
        assert_int_equal(event.kind, EVENT_NONE);
        assert_ptr_equal(event.message, &message);
        assert_int_equal(event.origin.offset, 12);
        assert_int_equal(event.time_ms, 77);
        assert_str(event.key, "k");
        assert_int_equal(event.id.size, 32);
        original = make_payload();
        original.key = STR("k");
    }
    message.header_count = 0;
    assert_true(event_decode(arena, &message, &event, &err));
    assert_int_equal(event.id.size, 0);
}

/* The pause of a worker is keyed apart from the rule sets on the same topic. */
static void event_codec_test_fleet_key(void **state)
{
    struct event event = make_event(EVENT_FLEET_PAUSED, STR("pause/reserve"));
    struct message message;

    (void)state;
    event.fleet = (struct fleet_body){ STR("reserve"), 1762790999000, STR("li") };
    message = encode(&event);
    assert_str(message.value, "{\"worker\":\"reserve\",\"until_ms\":1762790999000,\"by\":\"li\"}");
    assert_int_equal(decode(&message).fleet.until_ms, 1762790999000);
    event.key = STR("reserve");
    message = encode(&event);
    assert_refused(&message, "worker is not the message's key");
    event.key = STR("pause/route");
    message = encode(&event);
    assert_refused(&message, "worker is not the message's key");
    event.key = STR("pause/reserve");
    event.fleet.until_ms = 0; /* a pause without end would outlive its maker */
    message = encode(&event);
    assert_refused(&message, "until_ms is missing: fleet.paused must name it");
}

static void event_codec_test_kept_order(void **state)
{
    struct order order = make_order(), back;
    struct err err;

    (void)state;
    assert_true(event_decode_order(arena, order.json, &back, &err));
    assert_true(str_eq(back.digest, order.digest));
    assert_false(event_decode_order(arena, STR("{}"), &back, &err));
}

/* ---- every kind ---- */

static void event_codec_test_every_topic_takes_only_its_kinds(void **state)
{
    (void)state;
    for (enum event_kind kind = EVENT_NONE + 1; kind < EVENT_KIND_COUNT; kind++) {
        for (enum topic topic = TOPIC_END + 1; topic < TOPIC_COUNT; topic++) {
            struct message message = make_payload();

            message.topic = topic;
            header_of(&message, "ce_type")->value =
                arena_format(arena, "cn.sluice.%s.v1", event_kind_name(kind));
            if (topic != event_kind_topic(kind) && topic < TOPIC_DEAD_INGEST)
                assert_refused(&message, " travels on ");
        }
    }
}

/* Whatever the kind, an empty object names nothing: but a payload's bytes are nobody's body. */
static void event_codec_test_empty_bodies_are_refused(void **state)
{
    (void)state;
    for (enum event_kind kind = EVENT_PAYLOAD_RECEIVED + 1; kind < EVENT_KIND_COUNT; kind++) {
        struct message message = make_payload();

        message.topic = event_kind_topic(kind);
        message.value = STR("{}");
        message_put_header(&message, STR("ce_time"), STR("2025-11-10T16:00:03Z"));
        message_put_header(&message, STR("raw_generation"), STR("1"));
        message_put_header(&message, STR("raw_offset"), STR("0"));
        header_of(&message, "ce_type")->value =
            arena_format(arena, "cn.sluice.%s.v1", event_kind_name(kind));
        assert_refused(&message, " is missing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_codec_test_headers),
        cmocka_unit_test(event_codec_test_envelope_comes_back),
        cmocka_unit_test(event_codec_test_times_are_exact),
        cmocka_unit_test(event_codec_test_time_in_other_zones),
        cmocka_unit_test(event_codec_test_refused_headers),
        cmocka_unit_test(event_codec_test_optional_headers),
        cmocka_unit_test(event_codec_test_first_header_counts),
        cmocka_unit_test(event_codec_test_payload_by_hand),
        cmocka_unit_test(event_codec_test_payload_refused),
        cmocka_unit_test(event_codec_test_snapshot_body),
        cmocka_unit_test(event_codec_test_answer_comes_back),
        cmocka_unit_test(event_codec_test_order_bytes_are_kept),
        cmocka_unit_test(event_codec_test_short_answer),
        cmocka_unit_test(event_codec_test_refused_bodies),
        cmocka_unit_test(event_codec_test_another_order_within),
        cmocka_unit_test(event_codec_test_refused_values),
        cmocka_unit_test(event_codec_test_receiver_flag),
        cmocka_unit_test(event_codec_test_dead_letters_decode),
        cmocka_unit_test(event_codec_test_fleet_key),
        cmocka_unit_test(event_codec_test_kept_order),
        cmocka_unit_test(event_codec_test_every_topic_takes_only_its_kinds),
        cmocka_unit_test(event_codec_test_empty_bodies_are_refused),
    };

    return cmocka_run_group_tests(tests, event_codec_test_open, event_codec_test_close);
}
