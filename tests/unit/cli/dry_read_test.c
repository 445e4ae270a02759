/* dry_read_test — how a file is divided into payloads, and that nothing of it vanishes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/dry_read.h"

static struct arena *arena;
static char dry_read_path[64];

static int dry_read_test_open(void **state)
{
    int file;

    (void)state;
    arena = arena_open((size_t)256 << 20);
    (void)snprintf(dry_read_path, sizeof(dry_read_path), "/tmp/dry_read_test.XXXXXX");
    file = mkstemp(dry_read_path);
    assert_true(file >= 0);
    close(file);
    return 0;
}

static int dry_read_test_close(void **state)
{
    (void)state;
    (void)unlink(dry_read_path);
    arena_close(arena);
    return 0;
}

/* "1:payload|2:payload|", long ones cut. */
static void dry_read_test_take(void *context, int64_t number, struct str payload)
{
    assert_true(payload.size > 0);
    buf_put_format(context, "%lld:%.*s|", (long long)number, STR_ARG(str_clip(payload, 40)));
}

static void dry_read_test(struct str text, const char *wanted)
{
    FILE *file = fopen(dry_read_path, "wb");
    struct buf got;
    struct err err;

    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
    buf_init(&got, arena, 256);
    if (!dry_read_file(dry_read_path, dry_read_test_take, &got, &err))
        fail_msg("%s", err.text);
    assert_string_equal(arena_copy(arena, buf_str(&got)).data, wanted);
}

static void test_lines(void **state)
{
    (void)state;
    dry_read_test(STR(""), "");
    dry_read_test(STR("\n\r\n \t\n"), "");
    dry_read_test(STR("{}"), "1:{}|");
    dry_read_test(STR("{\"a\":1}\r\n\r\n{\"b\":2}\r\n"), "1:{\"a\":1}|3:{\"b\":2}|");
    dry_read_test(STR("\xef\xbb\xbf{\"a\":1}\n{}"), "1:{\"a\":1}|2:{}|");
    dry_read_test(STR("nonsense\n{}\n"), "1:nonsense|2:{}|");
    dry_read_test(STR("{\"a\":\n{\"b\":2}\n"), "1:{\"a\":|2:{\"b\":2}|");
    dry_read_test(STR("{} {}\n{}"), "1:{}|2:{}|3:{}|"); /* three documents */
    dry_read_test(STR("{} x\n{}"), "1:{} x|2:{}|");
}

static void test_documents(void **state)
{
    (void)state;
    dry_read_test(STR("{\n \"a\": 1\n}\n"), "1:{\n \"a\": 1\n}|");
    dry_read_test(STR("{\n \"a\": 1\n}\n{\n}\n"), "1:{\n \"a\": 1\n}|2:{\n}|");
    dry_read_test(STR("[\n {\"a\":1},\n {\"b\":\"]\"}\n]"), "1:{\"a\":1}|1:{\"b\":\"]\"}|");
    dry_read_test(STR("\xef\xbb\xbf{\n}\n"), "1:{\n}|");
    dry_read_test(STR("{\n \"a\": 1,\n"), "1:{\n \"a\": 1,|"); /* cut off: one payload, not lines */
}

static void test_lists(void **state)
{
    (void)state;
    dry_read_test(STR("[{},{\"a\":[1]}]\n[]\n{}"), "1:{}|1:{\"a\":[1]}|2:[]|3:{}|");
    dry_read_test(STR("[{},{\"a\":[1]}\n{}"),
                  "1:[{},{\"a\":[1]}|2:{}|"); /* cut off: nothing is taken */
    dry_read_test(STR("{}\n[{}] x\n"), "1:{}|2:[{}] x|");
}

/* Files longer than what is looked at as a whole are lines, whatever their first line. */
static void test_long_file(void **state)
{
    size_t size = DRY_READ_WHOLE_MAX + ((size_t)2 << 20);
    char *text = arena_alloc(arena, size);

    (void)state;
    memset(text, 'x', size);
    for (size_t at = (size_t)30 << 20; at < size; at += (size_t)30 << 20)
        text[at] = '\n';
    text[0] = '{';
    dry_read_test((struct str){ text, size }, "1:{xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|"
                                              "2:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|"
                                              "3:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|");
}

static void test_no_file(void **state)
{
    struct err err;

    (void)state;
    assert_false(dry_read_file("/nowhere/at/all", dry_read_test_take, NULL, &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_documents),
        cmocka_unit_test(test_lists),   cmocka_unit_test(test_long_file),
        cmocka_unit_test(test_no_file),
    };

    return cmocka_run_group_tests(tests, dry_read_test_open, dry_read_test_close);
}
