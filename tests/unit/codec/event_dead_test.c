/* event_dead_test — a dead letter keeps all of the original and says why, where and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "codec/event_codec.h"
#include "codec/json.h"

static struct arena *arena;

static int event_dead_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)16 << 20);
    return 0;
}

static int event_dead_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static struct message make_original(void)
{
    struct message message = {
        .topic = TOPIC_ORDERS_CHANGES,
        .key = STR("c:s:1"),
        .value = STR("\xff not JSON \0 at all"),
        .time_ms = 5,
        .origin = { TOPIC_ORDERS_CHANGES, 7, 2, 4711 },
    };

    message_put_header(&message, STR("ce_id"), STR("id-1"));
    message_put_header(&message, STR("ce_type"), STR("cn.sluice.order.retry.v1"));
    message_put_header(&message, STR("odd"), STR("\xff"));
    return message;
}

static void assert_header(const struct message *message, const char *name, const char *want)
{
    struct str got = message_header(message, name);

    if (!str_is(got, want))
        fail_msg("%s is \"%.*s\", not \"%s\"", name, STR_ARG(got), want);
}

static struct message die(const struct message *original)
{
    struct message dead;

    event_encode_dead(arena, original, "reserve", STR("quantity is -3"), 1762790403007, &dead);
    return dead;
}

static void event_dead_test_tells_all(void **state)
{
    struct message original = make_original();
    struct message dead = die(&original);

    (void)state;
    assert_int_equal(dead.topic, TOPIC_DEAD_RESERVE);
    assert_true(str_eq(dead.key, original.key));
    assert_true(str_eq(dead.value, original.value));
    assert_header(&dead, "ce_type", "cn.sluice.order.retry.v1");
    assert_header(&dead, "odd", "\xff");
    assert_header(&dead, "dead_ce_id", "id-1");
    assert_header(&dead, "dead_reason", "quantity is -3");
    assert_header(&dead, "dead_class", "reject");
    assert_header(&dead, "dead_worker", "reserve");
    assert_header(&dead, "dead_topic", "orders.changes");
    assert_header(&dead, "dead_generation", "2");
    assert_header(&dead, "dead_partition", "7");
    assert_header(&dead, "dead_offset", "4711");
    assert_header(&dead, "dead_time", "2025-11-10T16:00:03.007Z");
    assert_header(&dead, "ce_id",
                  HASH_ID(arena, STR("orders.changes"), STR("2"), STR("7"), STR("4711")).data);
    assert_int_equal(dead.time_ms, 0);
}

/* The same message dies twice under one id, so that a replay adds no second letter. */
static void event_dead_test_id_is_its_place(void **state)
{
    struct message original = make_original();
    struct message first = die(&original), again;

    (void)state;
    original.header_count = 0;
    again = die(&original);
    assert_true(str_eq(message_header(&first, "ce_id"), message_header(&again, "ce_id")));
    original.origin.offset++;
    again = die(&original);
    assert_false(str_eq(message_header(&first, "ce_id"), message_header(&again, "ce_id")));
    assert_int_equal(message_header(&again, "dead_ce_id").size, 0);
}

static void event_dead_test_many_headers(void **state)
{
    struct message original = make_original(), dead;

    (void)state;
    while (original.header_count < MESSAGE_HEADERS_MAX)
        message_put_header(&original, STR("filler"), STR("x"));
    dead = die(&original);
    assert_true(dead.header_count <= MESSAGE_HEADERS_MAX);
    assert_header(&dead, "dead_headers_cut", "10");
    assert_header(&dead, "dead_reason", "quantity is -3");
}

/* A dead letter that somebody sent back and that died again tells of its last death. */
static void event_dead_test_dies_again(void **state)
{
    struct message original = make_original();
    struct message first = die(&original), second;

    (void)state;
    first.topic = TOPIC_ORDERS_CHANGES;
    first.origin = original.origin;
    second = die(&first);
    assert_int_equal(second.header_count, first.header_count);
    assert_true(str_eq(message_header(&second, "dead_ce_id"), message_header(&first, "ce_id")));
}

static void event_dead_test_long_reason(void **state)
{
    struct message original = make_original(), dead;
    char reason[4000];

    (void)state;
    memset(reason, 'r', sizeof(reason));
    event_encode_dead(arena, &original, "ledger", (struct str){ reason, sizeof(reason) }, 0, &dead);
    assert_int_equal(message_header(&dead, "dead_reason").size, 1024);
    assert_int_equal(dead.topic, TOPIC_DEAD_LEDGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_dead_test_tells_all),
        cmocka_unit_test(event_dead_test_id_is_its_place),
        cmocka_unit_test(event_dead_test_many_headers),
        cmocka_unit_test(event_dead_test_dies_again),
        cmocka_unit_test(event_dead_test_long_reason),
    };

    return cmocka_run_group_tests(tests, event_dead_test_open, event_dead_test_close);
}
