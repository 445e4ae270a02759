/* json_test — what the strict reader takes, what it refuses, and that it keeps every byte. */
#include "codec/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"

static struct arena *arena;

static int json_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)512 << 20);
    return 0;
}

static int json_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static const struct json *parse(const char *text)
{
    const struct json *root = NULL;
    struct err err = { 0 };

    if (!json_parse(arena, str_of(text), &root, &err))
        fail_msg("%s: %s", text, err.text);
    return root;
}

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void assert_refused_bytes(struct str text, const char *why)
{
    const struct json *root = (const struct json *)&json_test_open; /* must stay untouched */
    struct err err = { 0 };

    if (json_parse(arena, text, &root, &err))
        fail_msg("taken: %.*s", text.size < 60 ? (int)text.size : 60, text.data);
    assert_int_equal(err.class, ERR_REJECT);
    assert_ptr_equal(root, &json_test_open);
    if (!strstr(err.text, why))
        fail_msg("the reason is \"%s\", not \"%s\"", err.text, why);
}

static void assert_refused(const char *text, const char *why)
{
    assert_refused_bytes(str_of(text), why);
}

static void json_test_kinds(void **state)
{
    const struct json *root = parse(" { \"a\" : null, \"b\":true,\"c\":false,\"d\":-1.5e3 , "
                                    "\"e\":\"x\", \"f\":[1,2], \"g\":{} }\n");

    (void)state;
    assert_true(json_is(root, JSON_OBJECT));
    assert_int_equal(root->count, 7);
    assert_true(json_is(json_get(root, "a"), JSON_NULL));
    assert_str(json_get(root, "b")->text, "true");
    assert_str(json_get(root, "c")->text, "false");
    assert_str(json_get(root, "d")->text, "-1.5e3");
    assert_str(json_get(root, "e")->text, "x");
    assert_int_equal(json_get(root, "f")->count, 2);
    assert_true(json_is(json_get(root, "g"), JSON_OBJECT));
    assert_true(json_is(json_get(root, "h"), JSON_NONE));
}

static void json_test_sources(void **state)
{
    const struct json *root = parse(" [ 12 ,\"a\\\\\\\"b\", { \"k\\n\" : [ true ] } , \"\" , null,"
                                    " \"q\\\\\" , 7] ");
    static const char *const sources[] = {
        "12", "\"a\\\\\\\"b\"", "{ \"k\\n\" : [ true ] }", "\"\"", "null", "\"q\\\\\"", "7",
    };
    const struct json *item = root->child;

    (void)state;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++, item = item->next)
        assert_str(item->source, sources[i]);
    assert_null(item);
    assert_str(json_at(root, "1")->text, "a\\\"b");
    assert_str(json_at(root, "2")->child->name, "k\n");
    assert_str(json_at(root, "2")->child->source, "[ true ]");
    assert_str(json_at(root, "5")->text, "q\\");
}

static void json_test_borrows(void **state)
{
    const char *text = "{\"name\":\"plain\",\"other\":\"esc\\u0061ped\"}";
    const struct json *root = parse(text);

    (void)state;
    assert_ptr_equal(json_get(root, "name")->text.data, strstr(text, "plain"));
    assert_str(json_get(root, "other")->text, "escaped");
}

static void json_test_escapes(void **state)
{
    (void)state;
    assert_str(parse("\"\\u4e2d\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\\"\"")->text,
               "中😀/\b\f\n\r\t\"");
    assert_str(parse("\"中文 \\u00e9\"")->text, "中文 é");
    assert_refused("\"\\ud83d\"", "half a surrogate pair");
    assert_refused("\"\\ud83dx\"", "half a surrogate pair");
    assert_refused("\"\\ud83d\\n\"", "half a surrogate pair");
    assert_refused("\"\\ud83d\\u0041\"", "half a surrogate pair");
    assert_refused("\"\\ude00\"", "half a surrogate pair");
    assert_refused("{\"\\udfff\":1}", "half a surrogate pair");
    assert_refused("\"a\\u0000b\"", "\\u0000");
    assert_str(parse("\"\\\\u0000 \\\\ud800\"")->text, "\\u0000 \\ud800");
    assert_refused("\"\\x\"", "byte 2");
    assert_refused("\"\\u12g4\"", "byte");
}

static void json_test_top_level(void **state)
{
    (void)state;
    assert_str(parse("12345678901234567890")->source, "12345678901234567890");
    assert_str(parse("  -7")->source, "-7");
    assert_str(parse("-7 \n")->source, "-7");
    assert_str(parse("true")->text, "true");
    assert_str(parse("\"\"")->source, "\"\"");
    assert_refused("", "empty");
    assert_refused("  ", "premature EOF");
}

static void json_test_ids_keep_digits(void **state)
{
    const struct json *root = parse("{\"id\":6900000000000000001,\"s\":\"6900000000000000001\"}");
    int64_t number;

    (void)state;
    assert_str(json_get(root, "id")->text, "6900000000000000001");
    assert_str(json_get(root, "s")->text, "6900000000000000001");
    assert_false(json_int(json_get(root, "id"), &number)); /* beyond 2^53: an id is no number */
}

static void json_test_int_limits(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        { "9007199254740991", true, NUM_MAX },
        { "-9007199254740991", true, -NUM_MAX },
        { "9007199254740992", false, 0 },
        { "-9007199254740992", false, 0 },
        { "99999999999999999999999999", false, 0 },
        { "\"42\"", true, 42 },
        { "\"42 \"", false, 0 },
        { "\"\"", false, 0 },
        { "1.0", false, 0 },
        { "1e3", false, 0 },
        { "true", false, 0 },
        { "null", false, 0 },
        { "[1]", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = 77;

        assert_int_equal(json_int(parse(rows[i].text), &value), rows[i].ok);
        assert_int_equal(value, rows[i].ok ? rows[i].value : 77);
    }
}

static void json_test_grammar(void **state)
{
    static const char *const bad[] = {
        "{", "[1,2", "{\"a\":1", "\"abc", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "[01]", "[1.]",
        "[.5]", "[+1]", "[1e]", "nul", "tru", "[NaN]", "[Infinity]", "[-]", "/*x*/1", "1//x", "1 2",
        "{} x", "[1] ]", "]", "{\"a\" 1}", "{\"a\":}", "\"a\nb\"", "\"a\tb\"", "\xef\xbb\xbf{}",
        "[\"a\" \"b\"]", "{1:2}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(bad[i], "JSON, byte ");
    assert_refused("{\"a\":1} x", "trailing garbage");
    assert_refused("[1,2", "byte 4: ");
    assert_refused("[1,2", "premature EOF");
}

/* A prefix of a document is never a document: lost bytes are always noticed. */
static void json_test_truncated(void **state)
{
    const char *text = "{\"order\":{\"id\":\"69\\u00e9\",\"lines\":[{\"n\":12,\"ok\":true}]}}";
    size_t size = strlen(text);

    (void)state;
    for (size_t cut = 1; cut < size; cut++)
        assert_refused_bytes((struct str){ text, cut }, "JSON, byte");
}

static void json_test_utf8(void **state)
{
    (void)state;
    assert_refused("[\"\xff\"]", "byte 3: not UTF-8");
    assert_refused("[\"\xc0\x80\"]", "not UTF-8");         /* an overlong NUL */
    assert_refused("[\"ab\xed\xa0\x80\"]", "byte 5: not"); /* a surrogate */
    assert_refused("[\"中\xe4\xb8\"]", "byte 6: not");     /* a character cut short */
    assert_refused("[\"\xf4\x90\x80\x80\"]", "not UTF-8"); /* beyond U+10FFFF */
    assert_refused("{\"\xfe\":1}", "not UTF-8");
    assert_refused_bytes((struct str){ "[\"a\0b\"]", 7 }, "byte 4: not UTF-8");
}

static void json_test_duplicates(void **state)
{
    (void)state;
    assert_refused("{\"a\":1,\"a\":1}", "a name stands twice");
    assert_refused("{\"a\":1,\"b\":2,\"\\u0061\":1}", "a name stands twice");
    assert_refused("[{\"x\":{\"\":1,\"\":2}}]", "a name stands twice");
    parse("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"); /* in different objects they are different */
}

/* Beyond a few members names are kept in a map: the same answers, and no square of work. */
static void json_test_duplicates_of_many(void **state)
{
    size_t count = 20000, size = 0;
    char *text = test_malloc(count * 16);
    int64_t last;

    (void)state;
    text[size++] = '{';
    for (size_t i = 0; i < count; i++)
        size += (size_t)sprintf(text + size, "%s\"n%zu\":%zu", i > 0 ? "," : "", i, i);
    text[size] = '}';
    text[size + 1] = '\0';
    assert_int_equal(parse(text)->count, count);
    assert_true(json_int(json_get(parse(text), "n19999"), &last));
    assert_int_equal(last, 19999);
    strcpy(text + size, ",\"n7\":0}");
    assert_refused(text, "a name stands twice");
    test_free(text);
}

static void json_test_duplicates_at_every_size(void **state)
{
    (void)state;
    for (int count = 1; count < 60; count++) {
        char text[1024] = "{";

        for (int i = 0; i < count; i++)
            sprintf(text + strlen(text), "\"k%d\":0,", i);
        sprintf(text + strlen(text), "\"k%d\":1}", count / 2);
        assert_refused(text, "a name stands twice");
    }
}

static struct str nested(char *text, size_t depth)
{
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return (struct str){ text, 2 * depth };
}

static void json_test_depth(void **state)
{
    size_t huge = (size_t)10 << 20;
    char *text = test_malloc(2 * huge);
    const struct json *root;
    struct err err;

    (void)state;
    assert_true(json_parse(arena, nested(text, JSON_DEPTH_MAX), &root, &err));
    assert_refused_bytes(nested(text, JSON_DEPTH_MAX + 1), "nested too deep");
    assert_refused_bytes(nested(text, (size_t)1 << 20), "nested too deep");
    memset(text, '[', huge);
    assert_refused_bytes((struct str){ text, huge }, "at most 8388608 are read");
    assert_refused_bytes((struct str){ text, JSON_SIZE_MAX }, "nested too deep");
    for (size_t i = 0; i + 5 <= huge; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    assert_refused_bytes((struct str){ text, (size_t)8 << 20 }, "nested too deep");
    test_free(text);
}

/* Eight megabytes of the smallest values stop long before their tree fills the arena. */
static void json_test_too_many(void **state)
{
    size_t size = JSON_SIZE_MAX;
    char *text = test_malloc(size);

    (void)state;
    for (size_t i = 0; i < size; i += 2)
        memcpy(text + i, "0,", 2);
    text[0] = '[';
    text[1] = ' ';
    text[size - 1] = ']';
    assert_refused_bytes((struct str){ text, size }, "too many values");
    assert_true(arena_used(arena) < (size_t)128 << 20);
    test_free(text);
}

static void json_test_long_text(void **state)
{
    size_t size = ((size_t)4 << 20) + 1; /* odd: two quotes, pairs, and one byte more */
    char *text = test_malloc(size);
    const struct json *root;
    struct err err;

    (void)state;
    memset(text, 'x', size);
    text[0] = text[size - 1] = '"';
    assert_true(json_parse(arena, (struct str){ text, size }, &root, &err));
    assert_int_equal(root->text.size, size - 2);
    assert_ptr_equal(root->text.data, text + 1);
    for (size_t i = 1; i + 2 < size; i += 2)
        memcpy(text + i, "\\n", 2);
    assert_true(json_parse(arena, (struct str){ text, size }, &root, &err));
    assert_int_equal(root->text.size, (size - 3) / 2 + 1);
    assert_int_equal(root->source.size, size);
    test_free(text);
}

static void json_test_paths(void **state)
{
    const struct json *root = parse("{\"a\":{\"b\":[{\"c\":1},{\"c\":\"two\"}]},\"0\":5}");

    (void)state;
    assert_str(json_at(root, "a.b.1.c")->text, "two");
    assert_str(json_at(root, "0")->text, "5");
    assert_ptr_equal(json_at(root, ""), root);
    assert_int_equal(json_at(root, "a.b.2.c")->kind, JSON_NONE);
    assert_int_equal(json_at(root, "a.b.-1")->kind, JSON_NONE);
    assert_int_equal(json_at(root, "a.b.x")->kind, JSON_NONE);
    assert_int_equal(json_at(root, "a.x.y.z")->kind, JSON_NONE);
    assert_int_equal(json_get(json_get(root, "no"), "no")->kind, JSON_NONE);
    assert_string_equal(json_kind_name(JSON_NONE), "missing");
    assert_string_equal(json_kind_name(JSON_STRING), "a text");
}

/* Each in an arena of its own: some fill it. */
#define CASE(name) cmocka_unit_test_setup_teardown(name, json_test_open, json_test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(json_test_kinds),
        CASE(json_test_sources),
        CASE(json_test_borrows),
        CASE(json_test_escapes),
        CASE(json_test_top_level),
        CASE(json_test_ids_keep_digits),
        CASE(json_test_int_limits),
        CASE(json_test_grammar),
        CASE(json_test_truncated),
        CASE(json_test_utf8),
        CASE(json_test_duplicates),
        CASE(json_test_duplicates_of_many),
        CASE(json_test_duplicates_at_every_size),
        CASE(json_test_depth),
        CASE(json_test_too_many),
        CASE(json_test_long_text),
        CASE(json_test_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
