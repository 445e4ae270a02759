/* hash: known SHA-256 values, the framing of ids, and Kafka's murmur2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

static int hash_test_open(void **state)
{
    *state = arena_open((size_t)1 << 20);
    return 0;
}

static int hash_test_close(void **state)
{
    arena_close(*state);
    return 0;
}

/* FIPS 180-2, appendix B, and the empty message. */
static void hash_sha256_gives_the_published_values(void **state)
{
    struct str abc = hash_sha256(*state, STR("abc"));
    struct str none = hash_sha256(*state, STR_NONE);

    assert_string_equal(abc.data,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(none.data,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(abc.size, 64);
}

/* printf '\0\0\0\0\0\0\0\3abc' | sha256sum | head -c 32, and likewise for two fields. */
static void hash_id_is_half_a_sha256_over_sized_fields(void **state)
{
    struct str one = HASH_ID(*state, STR("abc"));
    struct str two = HASH_ID(*state, STR("ab"), STR("c"));
    struct str framed = hash_sha256(*state, STR("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c"));

    assert_int_equal(one.size, 32);
    assert_string_equal(one.data, "c3494ca1a2cf8eeb8a11ded316fb55b8");
    assert_int_equal(two.size, 32);
    assert_memory_equal(two.data, framed.data, 32);
}

static void hash_id_keeps_fields_apart(void **state)
{
    struct str a = HASH_ID(*state, STR("ab"), STR("c"));
    struct str b = HASH_ID(*state, STR("a"), STR("bc"));
    struct str c = HASH_ID(*state, STR("abc"));
    struct str d = HASH_ID(*state, STR("abc"), STR_NONE);

    assert_false(str_eq(a, b));
    assert_false(str_eq(a, c));
    assert_false(str_eq(c, d));
    assert_true(str_eq(a, HASH_ID(*state, STR("ab"), STR("c"))));
}

/* The values of org.apache.kafka.common.utils.UtilsTest, made positive. */
static void hash_murmur2_agrees_with_the_java_client(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int32_t java;
    } cases[] = {
        { "21", -973932308 },
        { "foobar", -790332482 },
        { "a-little-bit-long-string", -985981536 },
        { "a-little-bit-longer-string", -1486304829 },
        { "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971 },
        { "abc", 479470107 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(hash_murmur2(str_of(cases[i].key)),
                         (uint32_t)cases[i].java & UINT32_C(0x7fffffff));
}

static void hash_murmur2_takes_any_bytes(void **state)
{
    (void)state;
    assert_int_equal(hash_murmur2(STR_NONE), hash_murmur2(STR("")));
    assert_true(hash_murmur2(STR("\xff\xff\xff\xff\xff\xff\xff")) <= INT32_MAX);
    assert_true(hash_murmur2(STR("\0")) != hash_murmur2(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_sha256_gives_the_published_values),
        cmocka_unit_test(hash_id_is_half_a_sha256_over_sized_fields),
        cmocka_unit_test(hash_id_keeps_fields_apart),
        cmocka_unit_test(hash_murmur2_agrees_with_the_java_client),
        cmocka_unit_test(hash_murmur2_takes_any_bytes),
    };

    return cmocka_run_group_tests(tests, hash_test_open, hash_test_close);
}
