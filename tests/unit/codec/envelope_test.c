/* envelope_test — headers: what is sent, what must be there, what may be left out. */
#include "events.h"

#include "base/clock.h"

static void envelope_test_headers(void **state)
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

static void envelope_test_envelope_comes_back(void **state)
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
static void envelope_test_times_are_exact(void **state)
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

static void envelope_test_time_in_other_zones(void **state)
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

static void envelope_test_refused_headers(void **state)
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

static void envelope_test_optional_headers(void **state)
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
static void envelope_test_first_header_counts(void **state)
{
    struct event event = make_snapshot();
    struct message message = encode(&event);

    (void)state;
    message_put_header(&message, STR("ce_id"), STR("another"));
    assert_str(decode(&message).id, "0123456789abcdef0123456789abcdef");
}

/* ---- payloads ---- */

static void envelope_test_payload_by_hand(void **state)
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

static void envelope_test_payload_refused(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelope_test_headers),
        cmocka_unit_test(envelope_test_envelope_comes_back),
        cmocka_unit_test(envelope_test_times_are_exact),
        cmocka_unit_test(envelope_test_time_in_other_zones),
        cmocka_unit_test(envelope_test_refused_headers),
        cmocka_unit_test(envelope_test_optional_headers),
        cmocka_unit_test(envelope_test_first_header_counts),
        cmocka_unit_test(envelope_test_payload_by_hand),
        cmocka_unit_test(envelope_test_payload_refused),
    };

    return cmocka_run_group_tests(tests, events_open, events_close);
}
