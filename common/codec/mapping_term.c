/* mapping_term — see mapping_term.h. */
#include "codec/mapping_term.h"

bool mapping_term_bad(const struct json *json, const char *what, struct err *err)
{
    struct str source = str_clip(json->source, 80);

    return err_set(err, ERR_FATAL, "%s, near `%.*s`", what, STR_ARG(source));
}

bool mapping_term_members(const struct json *json, const char *const names[], struct err *err)
{
    for (const struct json *member = json->child; member; member = member->next) {
        bool known = false;

        for (size_t i = 0; names[i]; i++)
            known = known || str_is(member->name, names[i]);
        if (!known)
            return err_set(err, ERR_FATAL, "unknown member \"%.*s\"",
                           STR_ARG(str_clip(member->name, 80)));
    }
    return true;
}

struct str mapping_term_keep(const struct mapping_reader *reader, struct str text)
{
    return arena_copy(reader->arena, text);
}

/* ---- small parts ---- */

static bool mapping_term_is_path(struct str text)
{
    bool ok = text.size > 0 && text.data[text.size - 1] != '.';

    while (ok && text.size > 0) {
        struct str step = str_cut(&text, '.');

        ok = step.size > 0 && !str_is(step, "*") && !str_is(step, "$");
    }
    return ok;
}

bool mapping_term_path(const struct mapping_reader *reader, const struct json *json,
                       struct mapping_path *path_out, struct err *err)
{
    struct str at = json->text;

    if (!json_is(json, JSON_STRING) || at.size == 0)
        return mapping_term_bad(json, "a path must be a text", err);
    *path_out = (struct mapping_path){ .at = NULL };
    path_out->from_order = str_starts(at, STR("$."));
    if (path_out->from_order)
        at = (struct str){ at.data + 2, at.size - 2 };
    if (!mapping_term_is_path(at))
        return mapping_term_bad(json, "a path is names and indexes joined by dots", err);
    path_out->at = mapping_term_keep(reader, at).data;
    return true;
}

bool mapping_term_list(const struct mapping_reader *reader, const struct json *json,
                       struct mapping_list *list_out, struct err *err)
{
    struct str outer = json->text;
    struct mapping_list list = { .inner = NULL };
    struct json part = *json;

    for (size_t at = 0; json_is(json, JSON_STRING) && at + 3 <= json->text.size; at++) {
        struct str rest = { json->text.data + at, json->text.size - at };

        if (!str_starts(rest, STR(".*.")))
            continue;
        outer.size = at;
        part.text = (struct str){ rest.data + 3, rest.size - 3 };
        if (!mapping_term_is_path(part.text))
            return mapping_term_bad(json, "a list has one \".*.\" at most", err);
        list.inner = mapping_term_keep(reader, part.text).data;
        break;
    }
    part.text = outer;
    if (!mapping_term_path(reader, &part, &list.outer, err))
        return false;
    *list_out = list;
    return true;
}

bool mapping_term_paths(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_path **paths_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    struct mapping_path *paths = ARENA_ARRAY(reader->arena, struct mapping_path, count);

    if (count == 0)
        return mapping_term_bad(json, "a list of paths needs one", err);
    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_term_path(reader, item, &paths[i], err))
            return false;
    *paths_out = paths;
    *count_out = count;
    return true;
}

bool mapping_term_texts(const struct mapping_reader *reader, const struct json *json,
                        struct str **texts_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    struct str *texts = ARENA_ARRAY(reader->arena, struct str, count);

    for (size_t i = 0; i < count; i++, item = item->next) {
        if (!json_is(item, JSON_STRING) && !json_is(item, JSON_NUMBER) && !json_is(item, JSON_BOOL))
            return mapping_term_bad(json, "a text or a list of texts is wanted", err);
        texts[i] = mapping_term_keep(reader, item->text);
    }
    *texts_out = texts;
    *count_out = count;
    return true;
}

enum mapping_unit mapping_term_unit_of(struct str name)
{
    static const struct {
        const char *name;
        enum mapping_unit unit;
    } rows[] = {
        { "fen", MAPPING_UNIT_FEN },
        { "yuan", MAPPING_UNIT_YUAN },
        { "unix_seconds", MAPPING_UNIT_SECONDS },
        { "unix_milliseconds", MAPPING_UNIT_MILLISECONDS },
        { "china_time", MAPPING_UNIT_CHINA_TIME },
        { "rfc3339", MAPPING_UNIT_RFC3339 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(name, rows[i].name))
            return rows[i].unit;
    return MAPPING_UNIT_NONE;
}

bool mapping_term_unit_fits(enum mapping_unit unit, enum mapping_class class)
{
    bool is_money = unit == MAPPING_UNIT_FEN || unit == MAPPING_UNIT_YUAN;

    if (unit == MAPPING_UNIT_NONE)
        return false;
    return is_money ? class == MAPPING_CLASS_MONEY : class == MAPPING_CLASS_TIME;
}

bool mapping_term_units(struct mapping_reader *reader, const struct json *units, struct err *err)
{
    static const char *const names[] = { "money", "time", NULL };
    enum mapping_unit money = mapping_term_unit_of(json_get(units, "money")->text);
    enum mapping_unit time = mapping_term_unit_of(json_get(units, "time")->text);

    if (!mapping_term_members(units, names, err))
        return err_in(err, "units");
    if (!mapping_term_unit_fits(money, MAPPING_CLASS_MONEY))
        return mapping_term_bad(units, "units.money must be fen or yuan", err);
    if (!mapping_term_unit_fits(time, MAPPING_CLASS_TIME))
        return mapping_term_bad(units,
                                "units.time must be unix_seconds, unix_milliseconds, china_time "
                                "or rfc3339",
                                err);
    reader->units = (struct mapping_units){ .money = money, .time = time };
    return true;
}

/* ---- tests: what must hold for a rule to speak ---- */

static bool mapping_term_check(const struct json *json, struct mapping_test *test)
{
    static const struct {
        const char *name;
        enum mapping_check check;
    } rows[] = {
        { "is", MAPPING_CHECK_IS },
        { "not", MAPPING_CHECK_NOT },
        { "has", MAPPING_CHECK_HAS },
    };

    test->check =
        str_is(json_get(json, "set")->text, "false") ? MAPPING_CHECK_UNSET : MAPPING_CHECK_SET;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!json_is(json_get(json, rows[i].name), JSON_NONE))
            test->check = rows[i].check;
    return json->count <= 2;
}

/* {"in": list, "same": {here: there, …}} */
static bool mapping_term_in(const struct mapping_reader *reader, const struct json *json,
                            struct mapping_test *test, struct err *err)
{
    static const char *const names[] = { "in", "same", NULL };
    const struct json *same = json_get(json, "same");
    struct mapping_path there;

    if (!json_is(same, JSON_OBJECT) || same->count == 0)
        return mapping_term_bad(json, "\"in\" goes with \"same\": {here: there, …}", err);
    if (!mapping_term_members(json, names, err)
        || !mapping_term_list(reader, json_get(json, "in"), &test->list, err))
        return err_in(err, "in a condition's \"in\"");
    test->check = MAPPING_CHECK_IN;
    test->same = ARENA_ARRAY(reader->arena, struct mapping_same, same->count);
    for (const struct json *row = same->child; row; row = row->next) {
        struct mapping_same *pair = &test->same[test->same_count++];
        struct json here = { .kind = JSON_STRING, .text = row->name, .source = row->source };

        if (!mapping_term_path(reader, &here, &pair->here, err)
            || !mapping_term_path(reader, row, &there, err))
            return err_in(err, "in a condition's \"same\"");
        pair->there = there.at;
    }
    return true;
}

/* {"any": [conditions]} */
static bool mapping_term_any(const struct mapping_reader *reader, const struct json *json,
                             struct mapping_test *test, struct err *err)
{
    static const char *const names[] = { "any", NULL };
    const struct json *any = json_get(json, "any");

    if (!json_is(any, JSON_ARRAY) || any->count == 0)
        return mapping_term_bad(json, "\"any\" is a list of conditions", err);
    test->check = MAPPING_CHECK_ANY;
    return mapping_term_members(json, names, err)
           && mapping_term_tests(reader, any, &test->any, &test->any_count, err);
}

static bool mapping_term_test(const struct mapping_reader *reader, const struct json *json,
                              struct mapping_test *test, struct err *err)
{
    static const char *const names[] = {
        [MAPPING_CHECK_IS] = "is",
        [MAPPING_CHECK_NOT] = "not",
        [MAPPING_CHECK_HAS] = "has",
    };
    static const char *const members[] = { "at", "set", "is", "not", "has", NULL };

    if (!json_is(json_get(json, "in"), JSON_NONE))
        return mapping_term_in(reader, json, test, err);
    if (!json_is(json_get(json, "any"), JSON_NONE))
        return mapping_term_any(reader, json, test, err);
    if (json_is(json, JSON_OBJECT) && !mapping_term_members(json, members, err))
        return err_in(err, "in a condition");
    if (!json_is(json, JSON_OBJECT) || !mapping_term_check(json, test))
        return mapping_term_bad(json, "a condition is {\"at\": …} and one of set, is, not, has",
                                err);
    if (!mapping_term_path(reader, json_get(json, "at"), &test->path, err))
        return err_in(err, "in a condition's \"at\"");
    if (test->check == MAPPING_CHECK_SET || test->check == MAPPING_CHECK_UNSET)
        return json->count == 1 || json_is(json_get(json, "set"), JSON_BOOL)
               || mapping_term_bad(json, "\"set\" is true or false", err);
    return mapping_term_texts(reader, json_get(json, names[test->check]), &test->values,
                              &test->value_count, err);
}

bool mapping_term_tests(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_test **tests_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = json_is(json, JSON_NONE) ? 0 : is_list ? json->count : 1;
    struct mapping_test *tests = ARENA_ARRAY(reader->arena, struct mapping_test, count);

    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_term_test(reader, item, &tests[i], err))
            return false;
    *tests_out = tests;
    *count_out = count;
    return true;
}
