/* mapping_check — see mapping_check.h. */
#include "codec/mapping_check.h"

#include "codec/mapping_walk.h"

const struct json *mapping_check_look(const struct mapping_scope *scope,
                                      const struct mapping_path *path)
{
    return json_at(path->from_order ? scope->order : scope->here, path->at);
}

struct str mapping_check_text(const struct json *json)
{
    if (json_is(json, JSON_STRING) || json_is(json, JSON_NUMBER) || json_is(json, JSON_BOOL))
        return json->text;
    return STR_NONE;
}

/* Nothing but blanks, or a nought however it is written: "0", "0.00", -0, "0000-00-00 00:00:00". */
static bool mapping_check_is_zero(struct str text)
{
    bool has_nought = false;

    text = str_trim(text);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        has_nought = has_nought || c == '0';
        if (c != '0' && c != '.' && c != '-' && c != ':' && c != ' ')
            return false;
    }
    return has_nought || text.size == 0;
}

bool mapping_check_is_set(const struct json *json)
{
    if (json_is(json, JSON_NONE) || json_is(json, JSON_NULL))
        return false;
    if (json_is(json, JSON_ARRAY) || json_is(json, JSON_OBJECT))
        return json->count > 0;
    return !mapping_check_is_zero(json->text) && !str_is(json->text, "false");
}

static bool mapping_check_is_one_of(struct str text, const struct mapping_test *test)
{
    for (size_t i = 0; i < test->value_count; i++)
        if (str_eq(text, test->values[i]))
            return true;
    return false;
}

static bool mapping_check_has_text(struct str text, const struct mapping_test *test)
{
    for (size_t i = 0; i < test->value_count; i++)
        for (size_t at = 0; at + test->values[i].size <= text.size; at++)
            if (str_starts((struct str){ text.data + at, text.size - at }, test->values[i]))
                return true;
    return false;
}

/* A text that holds one of the values, or a list that has one of them in it. */
static bool mapping_check_has(const struct json *json, const struct mapping_test *test)
{
    if (!json_is(json, JSON_ARRAY))
        return mapping_check_has_text(mapping_check_text(json), test);
    for (const struct json *item = json->child; item; item = item->next)
        if (mapping_check_is_one_of(mapping_check_text(item), test))
            return true;
    return false;
}

static bool mapping_check_is_same(const struct mapping_scope *scope, const struct json *element,
                                  const struct mapping_test *test)
{
    for (size_t i = 0; i < test->same_count; i++) {
        struct str here = mapping_check_text(mapping_check_look(scope, &test->same[i].here));

        if (here.size == 0
            || !str_eq(here, mapping_check_text(json_at(element, test->same[i].there))))
            return false;
    }
    return true;
}

/* Is there an element of the list with the same values as here? */
static bool mapping_check_is_in(const struct mapping_scope *scope, const struct mapping_test *test)
{
    const struct json *from = test->list.outer.from_order ? scope->order : scope->here;
    struct mapping_walk walk;

    if (!mapping_walk_begin(&walk, from, &test->list))
        return false;
    for (; walk.item; mapping_walk_next(&walk))
        if (mapping_check_is_same(scope, walk.item, test))
            return true;
    return false;
}

static bool mapping_check_test(const struct mapping_scope *scope, const struct mapping_test *test);

static bool mapping_check_is_any(const struct mapping_scope *scope, const struct mapping_test *test)
{
    for (size_t i = 0; i < test->any_count; i++)
        if (mapping_check_test(scope, &test->any[i]))
            return true;
    return false;
}

static bool mapping_check_test(const struct mapping_scope *scope, const struct mapping_test *test)
{
    const struct json *json;

    if (test->check == MAPPING_CHECK_IN)
        return mapping_check_is_in(scope, test);
    if (test->check == MAPPING_CHECK_ANY)
        return mapping_check_is_any(scope, test);
    json = mapping_check_look(scope, &test->path);
    switch (test->check) {
    case MAPPING_CHECK_SET:
        return mapping_check_is_set(json);
    case MAPPING_CHECK_UNSET:
        return !mapping_check_is_set(json);
    case MAPPING_CHECK_IS:
        return mapping_check_is_one_of(mapping_check_text(json), test);
    case MAPPING_CHECK_NOT: /* what holds something is none of the words, and not absent */
        return ((json_is(json, JSON_ARRAY) || json_is(json, JSON_OBJECT)) && json->count > 0)
               || !mapping_check_is_one_of(mapping_check_text(json), test);
    case MAPPING_CHECK_HAS:
        return mapping_check_has(json, test);
    case MAPPING_CHECK_IN:
    case MAPPING_CHECK_ANY:
        break;
    }
    return false;
}

bool mapping_check_tests(const struct mapping_scope *scope, const struct mapping_test *tests,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!mapping_check_test(scope, &tests[i]))
            return false;
    return true;
}
