/* arena: alignment, zeroes, limits, and memory kept over a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

#define SIZE_MAX_OF_TEST ((size_t)64 << 20)

/* Runs `act` in a child and says whether it ended by SIGABRT. */
static bool arena_test_aborts(void (*act)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL); /* not the test framework's */
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void arena_alloc_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);

    for (size_t round = 0; round < 3; round++) {
        for (size_t size = 0; size < 300; size++) {
            unsigned char *memory = arena_alloc(arena, size);

            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xa5, size);
        }
        arena_reset(arena);
    }
    arena_close(arena);
}

static void arena_alloc_keeps_neighbours_apart(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);
    unsigned char **blocks = ARENA_ARRAY(arena, unsigned char *, COUNT);

    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(arena, i % 97 + 1);
        memset(blocks[i], (int)(i & 0xff), i % 97 + 1);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(blocks[i][0], i & 0xff);
        assert_int_equal(blocks[i][i % 97], i & 0xff);
    }
    arena_close(arena);
}

static void arena_used_counts_and_reset_forgets(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);

    assert_int_equal(arena_used(arena), 0);
    (void)arena_alloc(arena, 100);
    (void)arena_alloc_array(arena, 10, 5);
    assert_int_equal(arena_used(arena), 150);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    arena_close(arena);
}

static void arena_reset_hands_the_same_blocks_out_again(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);
    void *first = arena_alloc(arena, 1000);
    void *second = arena_alloc(arena, 100000); /* a block of its own */

    arena_reset(arena);
    assert_ptr_equal(arena_alloc(arena, 1000), first);
    assert_ptr_equal(arena_alloc(arena, 100000), second);
    arena_close(arena);
}

static void arena_serves_batches_of_any_size_in_turn(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);
    static const size_t sizes[] = { 10, 40u << 20, 1u << 20, 3, 20u << 20, 63u << 20, 1 };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *memory = arena_alloc(arena, sizes[i]);

        memory[0] = memory[sizes[i] - 1] = 'x';
        for (int j = 0; j < 100; j++)
            (void)arena_alloc(arena, 1000);
        arena_reset(arena);
    }
    arena_close(arena);
}

static void arena_copy_ends_in_nul(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);
    char source[] = { 'a', 'b', 'c' };
    struct str copy = arena_copy(arena, (struct str){ .data = source, .size = 3 });
    struct str none = arena_copy(arena, STR_NONE);

    source[0] = 'x';
    assert_string_equal(copy.data, "abc");
    assert_int_equal(copy.size, 3);
    assert_string_equal(none.data, "");
    assert_int_equal(none.size, 0);
    arena_close(arena);
}

static void arena_format_is_as_long_as_needed(void **state)
{
    (void)state;
    struct arena *arena = arena_open(SIZE_MAX_OF_TEST);
    struct str text = arena_format(arena, "%s:%d", "shop", 42);
    struct str wide = arena_format(arena, "%0100000d", 7);

    assert_string_equal(text.data, "shop:42");
    assert_int_equal(text.size, 7);
    assert_int_equal(wide.size, 100000);
    assert_int_equal(wide.data[99999], '7');
    assert_int_equal(wide.data[100000], '\0');
    arena_close(arena);
}

static void arena_test_pass_the_maximum(void)
{
    struct arena *arena = arena_open(1000);

    (void)arena_alloc(arena, 600);
    (void)arena_alloc(arena, 401);
}

static void arena_test_overflow(void)
{
    (void)arena_alloc_array(arena_open(SIZE_MAX_OF_TEST), SIZE_MAX / 2, 3);
}

static void arena_test_reach_the_maximum(void)
{
    struct arena *arena = arena_open(1000);

    for (int round = 0; round < 10; round++) {
        (void)arena_alloc(arena, 600);
        (void)arena_alloc(arena, 400);
        arena_reset(arena);
    }
    arena_close(arena);
}

static void arena_aborts_beyond_its_maximum_only(void **state)
{
    (void)state;
    assert_true(arena_test_aborts(arena_test_pass_the_maximum));
    assert_true(arena_test_aborts(arena_test_overflow));
    assert_false(arena_test_aborts(arena_test_reach_the_maximum));
    arena_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_alloc_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_alloc_keeps_neighbours_apart),
        cmocka_unit_test(arena_used_counts_and_reset_forgets),
        cmocka_unit_test(arena_reset_hands_the_same_blocks_out_again),
        cmocka_unit_test(arena_serves_batches_of_any_size_in_turn),
        cmocka_unit_test(arena_copy_ends_in_nul),
        cmocka_unit_test(arena_format_is_as_long_as_needed),
        cmocka_unit_test(arena_aborts_beyond_its_maximum_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
