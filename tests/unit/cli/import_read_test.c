/* import_read_test — files, gzip, lines of any length, and the values in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/import_read.h"

static struct arena *arena;
static char import_read_path[64];

static int import_read_test_open(void **state)
{
    int file;

    (void)state;
    arena = arena_open((size_t)256 << 20);
    (void)snprintf(import_read_path, sizeof(import_read_path), "/tmp/import_read_test.XXXXXX");
    file = mkstemp(import_read_path);
    assert_true(file >= 0);
    close(file);
    return 0;
}

static int import_read_test_close(void **state)
{
    (void)state;
    (void)unlink(import_read_path);
    arena_close(arena);
    return 0;
}

static struct import_reader *import_read_test_file(struct str text, bool gzip)
{
    FILE *file = gzip ? popen(arena_format(arena, "gzip -c > %s", import_read_path).data, "w")
                      : fopen(import_read_path, "wb");
    struct import_reader *reader;
    struct err err;

    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(gzip ? pclose(file) : fclose(file), 0);
    if (!import_reader_open(&reader, import_read_path, &err))
        fail_msg("%s", err.text);
    return reader;
}

static void import_read_test_lines(struct str text, const char *const *lines, size_t count,
                                   bool gzip)
{
    struct import_reader *reader = import_read_test_file(text, gzip);
    struct str line;
    struct err err;
    bool got;

    for (size_t i = 0; i < count; i++) {
        assert_true(import_reader_line(reader, &line, &got, &err));
        assert_true(got);
        if (!str_is(line, lines[i]))
            fail_msg("line %zu is \"%.*s\", not \"%s\"", i + 1, STR_ARG(line), lines[i]);
    }
    assert_true(import_reader_line(reader, &line, &got, &err));
    assert_false(got);
    import_reader_close(reader);
}

static void test_lines(void **state)
{
    static const char *const lines[] = { "one", "", "three" };
    static const char *const empty[] = { "" };

    (void)state;
    for (int gzip = 0; gzip < 2; gzip++) {
        import_read_test_lines(STR("one\n\nthree"), lines, 3, gzip);
        import_read_test_lines(STR("one\n\nthree\n"), lines, 3, gzip);
        import_read_test_lines(STR("\n"), empty, 1, gzip);
        import_read_test_lines(STR(""), NULL, 0, gzip);
    }
}

/* Longer than what is read at once, and the next line behind it. */
static void test_long_lines(void **state)
{
    struct buf text;
    struct import_reader *reader;
    struct str line;
    struct err err;
    bool got;

    (void)state;
    buf_init(&text, arena, 3 << 20);
    for (int i = 0; i < 1 << 20; i++)
        buf_put(&text, STR("ab"));
    buf_put(&text, STR("\nnext\n"));
    reader = import_read_test_file(buf_str(&text), true);
    assert_true(import_reader_peek(reader, &line, &err));
    assert_int_equal(line.size, 2 << 20);
    assert_true(import_reader_line(reader, &line, &got, &err));
    assert_int_equal(line.size, 2 << 20);
    assert_true(import_reader_line(reader, &line, &got, &err));
    assert_true(str_is(line, "next"));
    import_reader_close(reader);
}

static void test_endless_line_is_refused(void **state)
{
    struct import_reader *reader;
    struct str line;
    struct err err;

    (void)state;
    assert_true(import_reader_open(&reader, "/dev/zero", &err));
    assert_false(import_reader_peek(reader, &line, &err));
    assert_int_equal(err.class, ERR_REJECT);
    import_reader_close(reader);
}

static void test_rest_follows_a_peek(void **state)
{
    struct import_reader *reader = import_read_test_file(STR("{\n\"a\":1\n}\n"), false);
    struct str text;
    struct err err;

    (void)state;
    assert_true(import_reader_peek(reader, &text, &err));
    assert_true(str_is(text, "{"));
    assert_true(import_reader_rest(reader, &text, &err));
    assert_true(str_is(text, "{\n\"a\":1\n}\n"));
    import_reader_close(reader);
}

static void test_missing_file(void **state)
{
    struct import_reader *reader;
    struct err err;

    (void)state;
    assert_false(import_reader_open(&reader, "/nowhere/at/all", &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    import_reader_close(NULL);
}

/* A damaged gzip is told, not taken for its end. */
static void test_damaged_gzip(void **state)
{
    struct import_reader *reader;
    struct str text;
    struct err err;
    struct buf long_text;

    (void)state;
    buf_init(&long_text, arena, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_put_format(&long_text, "%d,", i * 7919);
    import_reader_close(import_read_test_file(buf_str(&long_text), true));
    assert_int_equal(truncate(import_read_path, 5000), 0);
    assert_true(import_reader_open(&reader, import_read_path, &err));
    assert_false(import_reader_rest(reader, &text, &err));
    import_reader_close(reader);
}

/* ---- values ---- */

static void import_read_test_values(const char *text, const char *const *values, size_t count,
                                    const char *left)
{
    struct str rest = str_of(text), value;

    for (size_t i = 0; i < count; i++) {
        if (!import_read_value(&rest, &value))
            fail_msg("%s: no value %zu", text, i);
        if (!str_is(value, values[i]))
            fail_msg("%s: value %zu is \"%.*s\"", text, i, STR_ARG(value));
    }
    assert_false(import_read_value(&rest, &value));
    assert_true(str_is(str_trim(rest), left));
}

static void test_values(void **state)
{
    static const char *const two[] = { "{\"a\":[1,\"]}\\\"\"]}", "{}" };
    static const char *const scalars[] = { "1", "\"x,y\"", "true" };
    static const char *const nested[] = { "[[],{}]" };

    (void)state;
    import_read_test_values(" {\"a\":[1,\"]}\\\"\"]}\n{} ", two, 2, "");
    import_read_test_values("{\"a\":[1,\"]}\\\"\"]},{}]", two, 2, "]");
    import_read_test_values("1, \"x,y\" ,true", scalars, 3, "");
    import_read_test_values("[[],{}]", nested, 1, "");
    import_read_test_values("", NULL, 0, "");
    import_read_test_values("]", NULL, 0, "]");
    import_read_test_values(",,1", NULL, 0, ",,1");
}

static void test_values_that_do_not_end(void **state)
{
    static const char *const texts[] = { "{\"a\":1", "[1,2", "\"abc", "{\"a\":\"}", "{\"a\\\":1}" };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct str rest = str_of(texts[i]), value;

        assert_false(import_read_value(&rest, &value));
        assert_true(str_is(rest, texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_endless_line_is_refused),
        cmocka_unit_test(test_rest_follows_a_peek),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_damaged_gzip),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_values_that_do_not_end),
    };

    return cmocka_run_group_tests(tests, import_read_test_open, import_read_test_close);
}
