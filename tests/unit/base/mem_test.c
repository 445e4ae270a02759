/* mem: zeroed, never NULL, and an overflow aborts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/counter.h"
#include "base/mem.h"

static void mem_alloc_is_zeroed(void **state)
{
    (void)state;
    int64_t *numbers = MEM_ARRAY(int64_t, 1000);
    struct str *slice = MEM_NEW(struct str);

    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
    assert_null(slice->data);
    mem_free(numbers);
    mem_free(slice);
    mem_free(NULL);
}

static void mem_of_no_size_is_still_memory(void **state)
{
    (void)state;
    void *none = mem_alloc(0), *array = mem_alloc_array(8, 0), *grown = mem_resize(NULL, 0);

    assert_non_null(none);
    assert_non_null(array);
    assert_non_null(grown);
    mem_free(none);
    mem_free(array);
    mem_free(grown);
}

static void mem_resize_keeps_what_was_there(void **state)
{
    (void)state;
    char *text = mem_text(STR("abc"));

    assert_string_equal(text, "abc");
    text = mem_resize(text, 100000);
    assert_memory_equal(text, "abc", 4);
    mem_free(text);
    text = mem_text(STR_NONE);
    assert_string_equal(text, "");
    mem_free(text);
}

static void mem_aborts_on_overflow(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        (void)mem_alloc_array(SIZE_MAX / 2, 3);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0); /* a sanitizer exits itself */
}

static void counter_adds_sets_and_gets(void **state)
{
    (void)state;
    struct counter counter = { 0 };

    counter_add(&counter, 5);
    counter_add(&counter, -2);
    assert_int_equal(counter_get(&counter), 3);
    counter_set(&counter, 100);
    assert_int_equal(counter_get(&counter), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mem_alloc_is_zeroed),
        cmocka_unit_test(mem_of_no_size_is_still_memory),
        cmocka_unit_test(mem_resize_keeps_what_was_there),
        cmocka_unit_test(mem_aborts_on_overflow),
        cmocka_unit_test(counter_adds_sets_and_gets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
