/* field_test — the table engine on a struct of its own: each type, each limit, each path. */
#include "codec/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"

enum color { COLOR_NONE = 0, COLOR_RED, COLOR_BLUE };

struct part {
    struct str name;
    int64_t weight;
};

struct thing {
    struct str id, note, size;
    int64_t count, delta, any;
    bool open;
    enum color color;
    struct part part, flagged;
    bool has_flagged;
    struct part *parts;
    size_t part_count;
    struct str near, far;
};

static const char *color_name(int value)
{
    return value == COLOR_RED ? "red" : value == COLOR_BLUE ? "blue" : "none";
}

static const char *const sizes[] = { "small", "large", NULL };

static const struct field part_rows[] = {
    FIELD(TEXT, struct part, name, .required = true),
    FIELD(INT, struct part, weight),
};
static const struct field_table part_table = FIELD_TABLE(part_rows);

static const struct field place_rows[] = {
    FIELD(TEXT, struct thing, near),
    FIELD_AS(TEXT, "far_away", struct thing, far),
};
static const struct field_table place_table = FIELD_TABLE(place_rows);

static const struct field thing_rows[] = {
    FIELD(TEXT, struct thing, id, .required = true),
    FIELD(TEXT, struct thing, note),
    FIELD(TEXT, struct thing, size, .words = sizes),
    FIELD(INT, struct thing, count, .required = true, .max = 9),
    FIELD(INT, struct thing, delta, .min = -5, .max = 5),
    FIELD(INT, struct thing, any),
    FIELD(BOOL, struct thing, open),
    FIELD(ENUM, struct thing, color, .max = COLOR_BLUE, .word = color_name),
    FIELD(OBJECT, struct thing, part, .table = &part_table),
    FIELD(OBJECT, struct thing, flagged, .table = &part_table, .has_flag = true,
          .flag_offset = offsetof(struct thing, has_flagged)),
    FIELD_LIST(struct thing, parts, part_count, struct part, .max = 3, .table = &part_table),
    FIELD_GROUP("place", .table = &place_table),
};
static const struct field_table thing_table = FIELD_TABLE(thing_rows);

static struct arena *arena;

static int field_test_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)16 << 20);
    return 0;
}

static int field_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static bool decode(const char *text, const char *root, struct thing *thing, struct err *err)
{
    const struct json *object;

    *thing = (struct thing){ 0 };
    return json_parse(arena, str_of(text), &object, err)
           && field_decode(arena, &thing_table, object, str_of(root), thing, err);
}

static struct thing taken(const char *text)
{
    struct thing thing;
    struct err err = { 0 };

    if (!decode(text, "", &thing, &err))
        fail_msg("%s: %s", text, err.text);
    return thing;
}

static void assert_refused(const char *text, const char *reason)
{
    struct thing thing;
    struct err err = { 0 };

    if (decode(text, "", &thing, &err))
        fail_msg("taken: %s", text);
    assert_string_equal(err.text, reason);
}

static void assert_encodes(const struct thing *thing, const char *want)
{
    struct json_out out;

    json_out_init(&out, arena, 64);
    json_out_object(&out, NULL);
    field_encode(&thing_table, thing, &out);
    json_out_object_end(&out);
    assert_string_equal(json_out_str(&out).data, want);
}

static void field_test_all_types(void **state)
{
    const char *text = "{\"id\":\"7\",\"note\":\"n\",\"size\":\"large\",\"count\":9,\"delta\":-5,"
                       "\"any\":9007199254740991,\"open\":true,\"color\":\"blue\","
                       "\"part\":{\"name\":\"p\",\"weight\":3},\"flagged\":{\"name\":\"f\"},"
                       "\"parts\":[{\"name\":\"a\"},{\"name\":\"b\",\"weight\":1}],"
                       "\"place\":{\"near\":\"x\",\"far_away\":\"y\"}}";
    struct thing thing = taken(text);

    (void)state;
    assert_int_equal(thing.delta, -5);
    assert_true(thing.any == NUM_MAX);
    assert_int_equal(thing.color, COLOR_BLUE);
    assert_true(thing.has_flagged);
    assert_int_equal(thing.part_count, 2);
    assert_int_equal(thing.parts[1].weight, 1);
    assert_true(str_is(thing.far, "y"));
    assert_encodes(&thing, text);
}

static void field_test_what_is_empty_is_left_out(void **state)
{
    struct thing thing = taken("{\"count\":0,\"id\":\"7\",\"note\":\"\",\"open\":false,\"any\":0,"
                               "\"parts\":[],\"place\":{},\"unknown\":[{\"id\":1}]}");

    (void)state;
    assert_encodes(&thing, "{\"id\":\"7\",\"count\":0}");
    thing.has_flagged = true;
    thing.part.weight = 1; /* one member set: the whole object, with what it requires */
    assert_encodes(&thing, "{\"id\":\"7\",\"count\":0,\"part\":{\"name\":\"\",\"weight\":1},"
                           "\"flagged\":{\"name\":\"\"}}");
}

static void field_test_refusals(void **state)
{
    (void)state;
    assert_refused("[]", "body is a list: must be an object");
    assert_refused("{\"count\":1}", "id is missing");
    assert_refused("{\"id\":\"7\"}", "count is missing");
    assert_refused("{\"id\":\"\",\"count\":1}", "id is empty: must be a text");
    assert_refused("{\"id\":7,\"count\":1}", "id is a number: must be a text");
    assert_refused("{\"id\":null,\"count\":1}", "id is null: must be a text");
    assert_refused("{\"id\":\"7\",\"count\":10}", "count is 10: must be 0 to 9");
    assert_refused("{\"id\":\"7\",\"count\":-1}", "count is -1: must be 0 to 9");
    assert_refused("{\"id\":\"7\",\"count\":1e0}",
                   "count is no such number: must be a whole number, 0 to 9");
    assert_refused("{\"id\":\"7\",\"count\":\"1\"}", "count is a text: must be a number");
    assert_refused("{\"id\":\"7\",\"delta\":6}", "delta is 6: must be -5 to 5");
    assert_refused("{\"any\":-1}", "any is -1: must be 0 to 9007199254740991");
    assert_refused("{\"delta\":1000000000}", "delta is out of range: must be -5 to 5");
    assert_refused("{\"size\":\"medium\"}", "size is none of the words its schema names");
    assert_refused("{\"color\":\"green\"}", "color is none of the words its schema names");
    assert_refused("{\"color\":\"none\"}", "color is none of the words its schema names");
    assert_refused("{\"color\":1}", "color is a number: must be a text");
    assert_refused("{\"open\":\"true\"}", "open is a text: must be a truth value");
}

static void field_test_paths(void **state)
{
    struct thing thing;
    struct err err;

    (void)state;
    assert_refused("{\"part\":[]}", "part is a list: must be an object");
    assert_refused("{\"part\":{}}", "part.name is missing");
    assert_refused("{\"parts\":{}}", "parts is an object: must be a list");
    assert_refused("{\"parts\":[{\"name\":\"a\"},7]}", "parts[1] is a number: must be an object");
    assert_refused("{\"parts\":[{\"name\":\"a\"},{\"name\":1}]}",
                   "parts[1].name is a number: must be a text");
    assert_refused("{\"parts\":[{\"name\":\"a\"},{}]}", "parts[1].name is missing");
    assert_refused("{\"parts\":[1,2,3,4]}", "parts has too many items");
    assert_refused("{\"place\":{\"far_away\":2}}", "place.far_away is a number: must be a text");
    assert_false(decode("{\"parts\":[{}]}", "root", &thing, &err));
    assert_string_equal(err.text, "root.parts[0].name is missing");
    assert_false(decode("7", "root", &thing, &err));
    assert_string_equal(err.text, "root is a number: must be an object");
}

static void field_test_find_goes_around(void **state)
{
    (void)state;
    for (size_t from = 0; from < thing_table.count; from++) {
        assert_int_equal(field_find(&thing_table, STR("id"), from), 0);
        assert_int_equal(field_find(&thing_table, STR("place"), from), thing_table.count - 1);
        assert_int_equal(field_find(&thing_table, STR("nothing"), from), thing_table.count);
    }
}

static void field_test_has(void **state)
{
    struct thing thing = taken("{\"id\":\"7\",\"count\":0,\"parts\":[{\"name\":\"a\"}],"
                               "\"place\":{\"far_away\":\"y\"},\"flagged\":{\"name\":\"f\"}}");

    (void)state;
    assert_true(field_has(&thing_table, "id", &thing));
    assert_true(field_has(&thing_table, "parts", &thing));
    assert_true(field_has(&thing_table, "place", &thing));
    assert_true(field_has(&thing_table, "flagged", &thing));
    assert_false(field_has(&thing_table, "count", &thing)); /* there, and 0: names nothing */
    assert_false(field_has(&thing_table, "color", &thing));
    assert_false(field_has(&thing_table, "open", &thing));
    assert_false(field_has(&thing_table, "part", &thing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_test_all_types),
        cmocka_unit_test(field_test_what_is_empty_is_left_out),
        cmocka_unit_test(field_test_refusals),
        cmocka_unit_test(field_test_paths),
        cmocka_unit_test(field_test_find_goes_around),
        cmocka_unit_test(field_test_has),
    };

    return cmocka_run_group_tests(tests, field_test_open, field_test_close);
}
