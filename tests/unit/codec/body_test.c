/*
 * body_test — the tables of the codec and the JSON Schemas say the same.
 *
 * Every good example is spoilt field by field, as its schema describes it: what is required and
 * taken away must be missed, what is of another type must be refused, and by its path; what may
 * be left out must not be missed. So a field that stands in only one of the two, or under
 * another name, is found here.
 */
#include "examples.h"

#include "codec/event_codec.h"

struct spoilt {
    const char *file;
    struct message message;
    size_t count;
};

/* "order.v1.json#/$defs/line", "#/$defs/line" or "order.v1.json" → the schema, and its file. */
static const struct json *follow(const struct json *schema, const struct json **file)
{
    for (;;) {
        struct str path = json_get(schema, "$ref")->text, name = str_cut(&path, '#');

        if (json_get(schema, "$ref")->kind == JSON_NONE)
            return schema;
        if (name.size > 0)
            *file = examples_read(arena_format(arena, "%s/events/%.*s", SCHEMAS,
                                               STR_ARG(name)).data);
        schema = *file;
        (void)str_cut(&path, '/');
        while (path.size > 0)
            schema = json_get(schema, arena_copy(arena, str_cut(&path, '/')).data);
    }
}

/* The error of the message with `instead` in the place of `part`, a slice of its value. */
static struct str error_with(struct spoilt *spoilt, struct str part, struct str instead)
{
    struct message message = spoilt->message;
    size_t before = (size_t)(part.data - message.value.data);
    struct event event;
    struct err err = { 0 };

    message.value = arena_format(arena, "%.*s%.*s%.*s", (int)before, message.value.data,
                                 STR_ARG(instead), (int)(message.value.size - before - part.size),
                                 part.data + part.size);
    spoilt->count++;
    if (event_decode(arena, &message, &event, &err))
        return STR("");
    return arena_copy(arena, str_of(err.text));
}

static bool is_required(const struct json *schema, struct str name)
{
    for (const struct json *item = json_get(schema, "required")->child; item; item = item->next)
        if (str_eq(item->text, name))
            return true;
    return false;
}

/* With another name the field is not there any more. */
static void take_away(struct spoilt *spoilt, const struct json *schema,
                      const struct json *member)
{
    struct str other = arena_format(arena, "-%.*s", (int)member->name.size - 1,
                                    member->name.data + 1);
    struct str error = error_with(spoilt, member->name, other);
    struct str missing = arena_format(arena, "%.*s is missing", STR_ARG(member->name));
    bool is_missed = strstr(error.data, missing.data) != NULL;

    if (is_missed != is_required(schema, member->name))
        fail_msg("%s without %.*s: \"%s\"", spoilt->file, STR_ARG(member->name), error.data);
}

static const char *wrong_for(const struct json *schema)
{
    return str_is(json_get(schema, "type")->text, "integer") ? "\"x\"" : "7";
}

static void make_wrong(struct spoilt *spoilt, const struct json *object, struct str name,
                       const char *wrong)
{
    const struct json *member = json_get(object, arena_copy(arena, name).data);
    struct str open = { object->source.data, 1 };
    struct str error =
        member->kind != JSON_NONE
            ? error_with(spoilt, member->source, str_of(wrong))
            : error_with(spoilt, open,
                         arena_format(arena, "{\"%.*s\":%s%s", STR_ARG(name), wrong,
                                      object->count > 0 ? "," : ""));
    struct str is = arena_format(arena, "%.*s is ", STR_ARG(name));

    if (!strstr(error.data, is.data))
        fail_msg("%s with %s as %.*s: \"%s\"", spoilt->file, wrong, STR_ARG(name), error.data);
}

static void spoil(struct spoilt *spoilt, const struct json *schema, const struct json *file,
                  const struct json *value)
{
    schema = follow(schema, &file);
    if (value->kind == JSON_ARRAY && value->count > 0)
        spoil(spoilt, json_get(schema, "items"), file, value->child);
    if (value->kind != JSON_OBJECT)
        return;
    for (const struct json *row = json_get(schema, "properties")->child; row; row = row->next) {
        const struct json *member = json_get(value, arena_copy(arena, row->name).data);
        const struct json *row_file = file;

        make_wrong(spoilt, value, row->name, wrong_for(follow(row, &row_file)));
        if (member->kind == JSON_NONE)
            continue;
        take_away(spoilt, schema, member);
        spoil(spoilt, row, file, member);
    }
}

static size_t spoilt_count;

static void spoil_example(const char *name, const struct json *example)
{
    struct str kind = str_of(name);
    const struct json *schema, *root;
    struct spoilt spoilt = { .file = name, .message = examples_message(example) };
    struct err err;

    kind = str_cut(&kind, '/');
    if (str_is(kind, "payload.received"))
        return;
    schema = examples_read(arena_format(arena, "%s/events/%.*s.v1.json", SCHEMAS,
                                        STR_ARG(kind)).data);
    assert_true(json_parse(arena, spoilt.message.value, &root, &err));
    for (const struct json *member = root->child; member; member = member->next)
        if (json_at(schema, arena_format(arena, "properties.%.*s", STR_ARG(member->name)).data)
                ->kind == JSON_NONE)
            fail_msg("%s: its schema has no %.*s", name, STR_ARG(member->name));
    spoil(&spoilt, schema, schema, root);
    spoilt_count += spoilt.count;
}

static void body_test_schemas_and_tables_agree(void **state)
{
    (void)state;
    examples_each("good-", spoil_example);
    assert_true(spoilt_count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(body_test_schemas_and_tables_agree),
    };

    return cmocka_run_group_tests(tests, examples_open, examples_close);
}
