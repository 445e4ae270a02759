/* map: against a plain list, on the heap and in an arena, with removals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/map.h"

enum { MAP_TEST_KEYS = 400 };

static char map_test_keys[MAP_TEST_KEYS][16];
static int map_test_values[MAP_TEST_KEYS];

static struct str map_test_key(size_t i)
{
    snprintf(map_test_keys[i], sizeof(map_test_keys[i]), "order-%zu", i);
    return str_of(map_test_keys[i]);
}

static void map_gets_what_was_put(void **state)
{
    (void)state;
    struct map *map = map_open(NULL);
    int a = 1, b = 2;

    assert_null(map_get(map, STR("a")));
    map_put(map, STR("a"), &a);
    map_put(map, STR_NONE, &b);
    assert_ptr_equal(map_get(map, STR("a")), &a);
    assert_ptr_equal(map_get(map, STR("")), &b);
    map_put(map, STR("a"), &b);
    assert_ptr_equal(map_get(map, STR("a")), &b);
    assert_int_equal(map_count(map), 2);
    map_close(map);
    map_close(NULL);
}

static void map_on_the_heap_copies_its_keys(void **state)
{
    (void)state;
    struct map *map = map_open(NULL);
    char key[] = "abc";
    int value;

    map_put(map, str_of(key), &value);
    memset(key, 'x', 3);
    assert_ptr_equal(map_get(map, STR("abc")), &value);
    assert_null(map_get(map, STR("xxx")));
    map_close(map);
}

static void map_iterates_in_the_order_of_insertion(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    struct map *map = map_open(arena);
    struct str key;

    for (size_t i = 0; i < MAP_TEST_KEYS; i++)
        map_put(map, map_test_key(MAP_TEST_KEYS - 1 - i), &map_test_values[i]);
    map_put(map, map_test_key(5), &map_test_values[0]); /* replacing keeps the place */
    for (size_t i = 0; i < MAP_TEST_KEYS; i++) {
        void *value = map_at(map, i, &key);

        assert_true(str_eq(key, map_test_key(MAP_TEST_KEYS - 1 - i)));
        if (MAP_TEST_KEYS - 1 - i != 5)
            assert_ptr_equal(value, &map_test_values[i]);
    }
    map_at(map, 0, &key); /* back to the front */
    assert_true(str_eq(key, map_test_key(MAP_TEST_KEYS - 1)));
    arena_close(arena);
}

static void map_remove_leaves_the_others_in_order(void **state)
{
    (void)state;
    struct map *map = map_open(NULL);
    struct str key;

    for (size_t i = 0; i < 100; i++)
        map_put(map, map_test_key(i), &map_test_values[i]);
    /* Removing while walking: the next one moves up. */
    for (size_t i = 0; i < map_count(map);) {
        int *value = map_at(map, i, &key);

        if ((value - map_test_values) % 3 == 0)
            assert_true(map_remove(map, key));
        else
            i++;
    }
    assert_int_equal(map_count(map), 66);
    assert_false(map_remove(map, STR("order-0")));
    assert_false(map_remove(map, STR("unknown")));
    for (size_t i = 0; i < 66; i++)
        assert_ptr_equal(map_at(map, i, &key), &map_test_values[i / 2 * 3 + 1 + i % 2]);
    map_close(map);
}

/* A small generator: the test must do the same in every run. */
static uint32_t map_test_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

struct map_test_list {
    size_t keys[MAP_TEST_KEYS];
    size_t count;
};

static void map_test_list_remove(struct map_test_list *list, size_t at)
{
    list->count--;
    memmove(&list->keys[at], &list->keys[at + 1], (list->count - at) * sizeof(list->keys[0]));
}

static void map_test_compare(const struct map *map, const struct map_test_list *list)
{
    assert_int_equal(map_count(map), list->count);
    for (size_t i = 0; i < list->count; i++) {
        struct str key;

        assert_ptr_equal(map_at(map, i, &key), &map_test_values[list->keys[i]]);
        assert_true(str_eq(key, map_test_key(list->keys[i])));
        assert_ptr_equal(map_get(map, key), &map_test_values[list->keys[i]]);
    }
}

static void map_agrees_with_a_list_over_many_steps(void **state)
{
    (void)state;
    struct map *map = map_open(NULL);
    struct map_test_list list = { .count = 0 };
    uint32_t seed = 7;

    for (int step = 0; step < 20000; step++) {
        size_t key = map_test_random(&seed) % MAP_TEST_KEYS, at = 0;

        while (at < list.count && list.keys[at] != key)
            at++;
        if (map_test_random(&seed) % 2 == 0) {
            map_put(map, map_test_key(key), &map_test_values[key]);
            if (at == list.count)
                list.keys[list.count++] = key;
        } else {
            assert_int_equal(map_remove(map, map_test_key(key)), at < list.count);
            if (at < list.count)
                map_test_list_remove(&list, at);
        }
        if (step % 500 == 0)
            map_test_compare(map, &list);
    }
    map_test_compare(map, &list);
    map_close(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_gets_what_was_put),
        cmocka_unit_test(map_on_the_heap_copies_its_keys),
        cmocka_unit_test(map_iterates_in_the_order_of_insertion),
        cmocka_unit_test(map_remove_leaves_the_others_in_order),
        cmocka_unit_test(map_agrees_with_a_list_over_many_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
