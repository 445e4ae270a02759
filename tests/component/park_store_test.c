/* park_store against a real PostgreSQL: messages come back byte for byte, in their order. */
#include "pg_fixture.h"

#include "store/park_store.h"

static struct pg_fixture db;
static struct park_store *park;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "park");
    assert_ok(park_store_open(&park, db.url, "reserve", &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    park_store_close(park);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate parked");
    return 0;
}

static struct message message_of(const char *key, int32_t partition, int64_t offset)
{
    struct message message = {
        .topic = TOPIC_ORDERS_CHANGES,
        .key = str_of(key),
        .value = { .data = "{\"a\":\0\xff}", .size = 8 },
        .time_ms = 1234,
        .origin = { .topic = TOPIC_ORDERS_CHANGES, .partition = partition, .generation = 2,
                    .offset = offset },
    };

    message_put_header(&message, STR("ce_id"), STR("x"));
    message_put_header(&message, STR("ce_id"), STR("")); /* twice, and empty */
    message_put_header(&message, STR("bin"), (struct str){ .data = "\0\x01", .size = 2 });
    return message;
}

static void put(const char *key, int32_t partition, int64_t offset, bool poison)
{
    struct message message = message_of(key, partition, offset);

    assert_ok(park_store_put(park, db.arena, &message, poison, STR("no lines"), &fixture_err));
}

static size_t get(const char *key, const int32_t *partitions, size_t count,
                  struct parked **parked)
{
    size_t found = 99;

    assert_ok(park_store_get(park, db.arena, TOPIC_ORDERS_CHANGES, str_of(key), partitions, count,
                             parked, &found, &fixture_err));
    return found;
}

static void a_message_comes_back_byte_for_byte(void **state)
{
    struct message sent = message_of("c:s:1", 3, 9);
    struct parked *parked;

    (void)state;
    put("c:s:1", 3, 9, true);
    assert_int_equal(get("c:s:1", NULL, 0, &parked), 1);
    assert_true(parked[0].poison);
    assert_int_equal(parked[0].message.topic, TOPIC_ORDERS_CHANGES);
    assert_true(str_eq(parked[0].message.key, sent.key));
    assert_int_equal(parked[0].message.value.size, 8);
    assert_memory_equal(parked[0].message.value.data, sent.value.data, 8);
    assert_int_equal(parked[0].message.time_ms, 1234);
    assert_int_equal(parked[0].message.origin.partition, 3);
    assert_int_equal(parked[0].message.origin.generation, 2);
    assert_int_equal(parked[0].message.origin.offset, 9);
    assert_int_equal(parked[0].message.header_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(str_eq(parked[0].message.headers[i].name, sent.headers[i].name));
        assert_true(str_eq(parked[0].message.headers[i].value, sent.headers[i].value));
    }
}

static void parked_twice_is_parked_once(void **state)
{
    struct parked *parked;

    (void)state;
    put("k", 0, 5, true);
    put("k", 0, 5, false);
    assert_int_equal(get("k", NULL, 0, &parked), 1);
    assert_true(parked[0].poison); /* the first stays */
}

static void a_key_comes_in_its_order_and_alone(void **state)
{
    struct parked *parked;

    (void)state;
    put("k", 0, 12, false);
    put("k", 0, 5, true);
    put("other", 0, 6, true);
    assert_int_equal(get("k", NULL, 0, &parked), 2);
    assert_int_equal(parked[0].message.origin.offset, 5);
    assert_int_equal(parked[1].message.origin.offset, 12);
    assert_false(parked[1].poison);
    assert_int_equal(get("none", NULL, 0, &parked), 0);
}

static void partitions_come_whole(void **state)
{
    int32_t owned[] = { 1, 3 };
    struct parked *parked;

    (void)state;
    put("a", 1, 7, true);
    put("b", 2, 1, true);
    put("c", 3, 2, true);
    put("a", 1, 8, false);
    assert_int_equal(get("", owned, 2, &parked), 3);
    assert_int_equal(parked[0].message.origin.partition, 1);
    assert_int_equal(parked[0].message.origin.offset, 7);
    assert_int_equal(parked[2].message.origin.partition, 3);
    assert_int_equal(get("", owned, 0, &parked), 0);
}

static void removed_is_gone_for_this_worker_alone(void **state)
{
    struct park_store *other;
    struct message message = message_of("k", 0, 5);
    struct parked *parked;

    (void)state;
    assert_ok(park_store_open(&other, db.url, "route", &fixture_err));
    assert_ok(park_store_put(other, db.arena, &message, true, STR("x"), &fixture_err));
    put("k", 0, 5, true);
    assert_ok(park_store_remove(park, db.arena, TOPIC_ORDERS_CHANGES, STR("k"), &fixture_err));
    assert_int_equal(get("k", NULL, 0, &parked), 0);
    assert_int_equal(fixture_number(&db, "select count(*) from parked where worker = 'route'"), 1);
    assert_ok(park_store_remove(park, db.arena, TOPIC_ORDERS_CHANGES, STR("k"), &fixture_err));
    park_store_close(other);
}

static void a_key_and_a_reason_may_be_any_bytes(void **state)
{
    struct message message = message_of("", 0, 5);
    struct parked *parked;
    size_t count;

    (void)state;
    message.key = (struct str){ .data = "\xff\0k", .size = 3 };
    assert_ok(park_store_put(park, db.arena, &message, true, STR("bad \xfe byte"), &fixture_err));
    assert_ok(park_store_get(park, db.arena, TOPIC_ORDERS_CHANGES, message.key, NULL, 0, &parked,
                             &count, &fixture_err));
    assert_int_equal(count, 1);
    assert_memory_equal(parked[0].message.key.data, "\xff\0k", 3);
    assert_int_equal(fixture_number(&db, "select count(*) from parked where order_id ="
                                         " E'\\\\xff006b'"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_message_comes_back_byte_for_byte, wipe),
        cmocka_unit_test_setup(parked_twice_is_parked_once, wipe),
        cmocka_unit_test_setup(a_key_comes_in_its_order_and_alone, wipe),
        cmocka_unit_test_setup(partitions_come_whole, wipe),
        cmocka_unit_test_setup(removed_is_gone_for_this_worker_alone, wipe),
        cmocka_unit_test_setup(a_key_and_a_reason_may_be_any_bytes, wipe),
    };

    return cmocka_run_group_tests_name("park_store", tests, setup, teardown);
}
