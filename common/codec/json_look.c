/*
 * json_look — finding one's way in a document that was read (json.h).
 */
#include "base/num.h"
#include "codec/json.h"

static const struct json json_nothing = { .kind = JSON_NONE };

static const struct json *json_member(const struct json *object, struct str name)
{
    if (object->kind != JSON_OBJECT)
        return &json_nothing;
    for (const struct json *member = object->child; member; member = member->next)
        if (str_eq(member->name, name))
            return member;
    return &json_nothing;
}

static const struct json *json_item(const struct json *array, struct str index_text)
{
    const struct json *item = array->child;
    int64_t index;

    if (array->kind != JSON_ARRAY || !num_parse(index_text, &index) || index < 0)
        return &json_nothing;
    while (item && index-- > 0)
        item = item->next;
    return item ? item : &json_nothing;
}

const struct json *json_get(const struct json *object, const char *name)
{
    return json_member(object, str_of(name));
}

const struct json *json_at(const struct json *root, const char *path)
{
    struct str rest = str_of(path);

    while (rest.size > 0) {
        struct str step = str_cut(&rest, '.');

        root = root->kind == JSON_ARRAY ? json_item(root, step) : json_member(root, step);
    }
    return root;
}

bool json_is(const struct json *value, enum json_kind kind)
{
    return value->kind == kind;
}

const char *json_kind_name(enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_NONE] = "missing",     [JSON_NULL] = "null",     [JSON_BOOL] = "a truth value",
        [JSON_NUMBER] = "a number",  [JSON_STRING] = "a text", [JSON_ARRAY] = "a list",
        [JSON_OBJECT] = "an object",
    };

    return names[kind];
}

bool json_int(const struct json *value, int64_t *out)
{
    return (value->kind == JSON_NUMBER || value->kind == JSON_STRING)
           && num_parse(value->text, out);
}
