/*
 * event_codec_test — whole messages to events and back, and the refusals that only the whole
 * shows. envelope_test.c has the headers; schemas_test.c walks the examples, kind by kind.
 */
#include "events.h"

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

    return cmocka_run_group_tests(tests, events_open, events_close);
}
