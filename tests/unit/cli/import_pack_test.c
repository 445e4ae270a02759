/* import_pack_test — the container of a sale, and the keys under which payloads travel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "cli/import_pack.h"
#include "cli/import_send.h"

static struct arena *arena;

static int import_pack_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)16 << 20);
    return 0;
}

static int import_pack_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static void import_pack_test_takes(const char *line, const char *bytes, size_t size)
{
    struct import_payload payload;
    struct err err;

    if (!import_pack_open(arena, str_of(line), &payload, &err))
        fail_msg("%s: %s", line, err.text);
    assert_true(str_is(payload.channel, "douyin"));
    assert_true(str_is(payload.shop, "9"));
    assert_int_equal(payload.platform_id.size, 0);
    assert_int_equal(payload.bytes.size, size);
    assert_memory_equal(payload.bytes.data, bytes, size);
}

/* JSON goes as it stands, white space and all. */
static void test_three_ways(void **state)
{
    (void)state;
    import_pack_test_takes("{\"channel\":\"douyin\",\"shop\":\"9\",\"payload\":{ \"a\" : 1.0 }}",
                           "{ \"a\" : 1.0 }", 13);
    import_pack_test_takes("{\"payload_text\":\"{\\\"a\",\"shop\":\"9\",\"channel\":\"douyin\"}",
                           "{\"a", 3);
    import_pack_test_takes("{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_hex\":\"00ff7b\"}",
                           "\x00\xff{", 3);
    import_pack_test_takes("{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_text\":\"\"}", "", 0);
}

static void test_refused(void **state)
{
    static const char *const lines[] = {
        "",
        "{",
        "[]",
        "7",
        "{}",
        "{\"channel\":\"douyin\",\"payload\":{}}",
        "{\"channel\":\"\",\"shop\":\"9\",\"payload\":{}}",
        "{\"channel\":7,\"shop\":\"9\",\"payload\":{}}",
        "{\"channel\":\"douyin\",\"shop\":\"9\"}",
        "{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_hex\":\"0\"}",
        "{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_hex\":\"zz\"}",
        "{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_hex\":\"FF\"}",
        "{\"channel\":\"douyin\",\"shop\":\"9\",\"payload_text\":7}",
    };
    struct import_payload payload;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (import_pack_open(arena, str_of(lines[i]), &payload, &err))
            fail_msg("taken: %s", lines[i]);
        assert_int_equal(err.class, ERR_REJECT);
        assert_true(strlen(err.text) > 5);
    }
}

static void test_key_is_the_order_id(void **state)
{
    struct import_payload payload = {
        .channel = STR("tmall"),
        .shop = STR("8"),
        .platform_id = STR("3900000000000000001"),
        .bytes = STR("{}"),
    };

    (void)state;
    assert_true(str_is(import_send_key(arena, &payload), "tmall:8:3900000000000000001"));
}

/* Without an id the bytes name the payload: the same bytes, the same key. */
static void test_key_without_an_id(void **state)
{
    struct import_payload payload = { .channel = STR("tmall"),
                                      .shop = STR("8"),
                                      .bytes = STR("oops") };
    struct str hash = hash_sha256(arena, STR("oops"));
    struct str key = import_send_key(arena, &payload);

    (void)state;
    assert_int_equal(key.size, strlen("tmall:8:?") + 16);
    assert_true(str_starts(key, STR("tmall:8:?")));
    assert_memory_equal(key.data + strlen("tmall:8:?"), hash.data, 16);
    payload.bytes = STR("Oops");
    assert_false(str_eq(key, import_send_key(arena, &payload)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_ways),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_key_is_the_order_id),
        cmocka_unit_test(test_key_without_an_id),
    };

    return cmocka_run_group_tests(tests, import_pack_test_open, import_pack_test_close);
}
