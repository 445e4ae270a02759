/* json_out_test — the bytes that are written, and that the reader gives back what was meant. */
#include "codec/json_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "codec/json.h"

static struct arena *arena;

static int json_out_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    return 0;
}

static int json_out_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static void assert_written(struct json_out *out, const char *want)
{
    struct str got = json_out_str(out);

    if (!str_is(got, want))
        fail_msg("got  %.*s\nwant %s", STR_ARG(got), want);
}

static void json_out_test_shapes(void **state)
{
    struct json_out out;

    (void)state;
    json_out_init(&out, arena, 16);
    json_out_object(&out, NULL);
    json_out_object(&out, "empty");
    json_out_object_end(&out);
    json_out_array(&out, "none");
    json_out_array_end(&out);
    json_out_array(&out, "list");
    json_out_int(&out, NULL, 1);
    json_out_object(&out, NULL);
    json_out_bool(&out, "yes", true);
    json_out_bool(&out, "no", false);
    json_out_object_end(&out);
    json_out_text(&out, NULL, STR("x"));
    json_out_array_end(&out);
    json_out_raw(&out, "raw", STR("{ \"a\" : 1 }"));
    json_out_text(&out, "last", STR_NONE);
    json_out_object_end(&out);
    assert_written(&out, "{\"empty\":{},\"none\":[],\"list\":[1,{\"yes\":true,\"no\":false},\"x\"],"
                         "\"raw\":{ \"a\" : 1 },\"last\":\"\"}");
}

static void json_out_test_optional(void **state)
{
    struct json_out out;

    (void)state;
    json_out_init(&out, arena, 16);
    json_out_object(&out, NULL);
    json_out_text_if(&out, "a", STR_NONE);
    json_out_int_if(&out, "b", 0);
    json_out_bool_if(&out, "c", false);
    json_out_text_if(&out, "d", STR("t"));
    json_out_int_if(&out, "e", -1);
    json_out_bool_if(&out, "f", true);
    json_out_object_end(&out);
    assert_written(&out, "{\"d\":\"t\",\"e\":-1,\"f\":true}");
}

static void json_out_test_numbers(void **state)
{
    struct json_out out;

    (void)state;
    json_out_init(&out, arena, 16);
    json_out_array(&out, NULL);
    json_out_int(&out, NULL, NUM_MAX);
    json_out_int(&out, NULL, -NUM_MAX);
    json_out_int(&out, NULL, 0);
    json_out_array_end(&out);
    assert_written(&out, "[9007199254740991,-9007199254740991,0]");
}

static void json_out_test_escapes(void **state)
{
    struct json_out out;

    (void)state;
    json_out_init(&out, arena, 16);
    json_out_text(&out, NULL, STR("\"\\/\b\f\n\r\t\x01\x0b\x1f\x7f 中😀"));
    assert_written(&out, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u000b\\u001f\x7f 中😀\"");
}

/* Every character of one byte, alone, at the start, in the middle and at the end. */
static void json_out_test_all_bytes_come_back(void **state)
{
    static const char *const shapes[] = { "%c", "%cab", "a%cb", "ab%c", "%c%c" };

    (void)state;
    for (int byte = 1; byte < 0x80; byte++) {
        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
            char text[8];
            struct json_out out;
            const struct json *root;
            struct err err;
            size_t size = 0;

            for (const char *at = shapes[i]; *at; at++) {
                if (*at == '%')
                    at++;
                text[size++] = *at == 'c' ? (char)byte : *at;
            }
            json_out_init(&out, arena, 1);
            json_out_text(&out, NULL, (struct str){ text, size });
            assert_true(json_parse(arena, json_out_str(&out), &root, &err));
            assert_int_equal(root->text.size, size);
            assert_memory_equal(root->text.data, text, size);
        }
    }
}

static void json_out_test_grows(void **state)
{
    struct json_out out;
    const struct json *root;
    struct err err;
    char text[1000];

    (void)state;
    memset(text, '"', sizeof(text));
    json_out_init(&out, arena, 1);
    json_out_array(&out, NULL);
    for (int i = 0; i < 1000; i++)
        json_out_text(&out, NULL, (struct str){ text, (size_t)i });
    json_out_array_end(&out);
    assert_true(json_parse(arena, json_out_str(&out), &root, &err));
    assert_int_equal(root->count, 1000);
    assert_int_equal(json_at(root, "999")->text.size, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_out_test_shapes),
        cmocka_unit_test(json_out_test_optional),
        cmocka_unit_test(json_out_test_numbers),
        cmocka_unit_test(json_out_test_escapes),
        cmocka_unit_test(json_out_test_all_bytes_come_back),
        cmocka_unit_test(json_out_test_grows),
    };

    return cmocka_run_group_tests(tests, json_out_test_open, json_out_test_close);
}
