/* mapping_rule — see mapping_rule.h. */
#include "codec/mapping_rule.h"

#include "base/num.h"
#include "domain/order.h"

static bool mapping_rule_bad(const struct mapping_reader *reader, const struct json *json,
                             const char *what, struct err *err)
{
    struct str source = str_clip(json->source, 80);

    return err_set(err, ERR_FATAL, "%s: %s, near `%.*s`", reader->name, what, STR_ARG(source));
}

static struct str mapping_rule_keep(const struct mapping_reader *reader, struct str text)
{
    return arena_copy(reader->arena, text);
}

/* ---- small parts ---- */

static bool mapping_rule_path(const struct mapping_reader *reader, const struct json *json,
                              struct mapping_path *path_out, struct err *err)
{
    struct str at = json->text;

    if (!json_is(json, JSON_STRING) || at.size == 0)
        return mapping_rule_bad(reader, json, "a path must be a text", err);
    path_out->from_order = str_starts(at, STR("$."));
    if (path_out->from_order)
        at = (struct str){ at.data + 2, at.size - 2 };
    path_out->at = mapping_rule_keep(reader, at).data;
    return true;
}

static bool mapping_rule_paths(const struct mapping_reader *reader, const struct json *json,
                               struct mapping_path **paths_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    struct mapping_path *paths = ARENA_ARRAY(reader->arena, struct mapping_path, count);

    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_rule_path(reader, item, &paths[i], err))
            return false;
    *paths_out = paths;
    *count_out = count;
    return true;
}

bool mapping_rule_texts(const struct mapping_reader *reader, const struct json *json,
                        struct str **texts_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    struct str *texts = ARENA_ARRAY(reader->arena, struct str, count);

    for (size_t i = 0; i < count; i++, item = item->next) {
        if (!json_is(item, JSON_STRING))
            return mapping_rule_bad(reader, json, "a text or a list of texts is wanted", err);
        texts[i] = mapping_rule_keep(reader, item->text);
    }
    *texts_out = texts;
    *count_out = count;
    return true;
}

static enum mapping_unit mapping_rule_unit_of(struct str name)
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
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(name, rows[i].name))
            return rows[i].unit;
    return MAPPING_UNIT_NONE;
}

static bool mapping_rule_unit_fits(enum mapping_unit unit, enum mapping_class class)
{
    bool is_money = unit == MAPPING_UNIT_FEN || unit == MAPPING_UNIT_YUAN;

    if (unit == MAPPING_UNIT_NONE)
        return false;
    return is_money ? class == MAPPING_CLASS_MONEY : class == MAPPING_CLASS_TIME;
}

bool mapping_rule_units(struct mapping_reader *reader, const struct json *units, struct err *err)
{
    enum mapping_unit money = mapping_rule_unit_of(json_get(units, "money")->text);
    enum mapping_unit time = mapping_rule_unit_of(json_get(units, "time")->text);

    if (!mapping_rule_unit_fits(money, MAPPING_CLASS_MONEY))
        return mapping_rule_bad(reader, units, "units.money must be fen or yuan", err);
    if (!mapping_rule_unit_fits(time, MAPPING_CLASS_TIME))
        return mapping_rule_bad(
            reader, units, "units.time must be unix_seconds, unix_milliseconds or china_time", err);
    reader->units = (struct mapping_units){ .money = money, .time = time };
    return true;
}

/* ---- tests: what must hold for a rule to speak ---- */

static bool mapping_rule_check(const struct json *json, struct mapping_test *test)
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

static bool mapping_rule_test(const struct mapping_reader *reader, const struct json *json,
                              struct mapping_test *test, struct err *err)
{
    static const char *const names[] = {
        [MAPPING_CHECK_IS] = "is",
        [MAPPING_CHECK_NOT] = "not",
        [MAPPING_CHECK_HAS] = "has",
    };

    if (!json_is(json, JSON_OBJECT) || !mapping_rule_check(json, test))
        return mapping_rule_bad(reader, json,
                                "a condition is {\"at\": …} and one of set, is, not, has", err);
    if (!mapping_rule_path(reader, json_get(json, "at"), &test->path, err))
        return err_in(err, "in a condition's \"at\"");
    if (test->check == MAPPING_CHECK_SET || test->check == MAPPING_CHECK_UNSET)
        return json->count == 1 || json_is(json_get(json, "set"), JSON_BOOL)
               || mapping_rule_bad(reader, json, "\"set\" is true or false", err);
    return mapping_rule_texts(reader, json_get(json, names[test->check]), &test->values,
                              &test->value_count, err);
}

bool mapping_rule_tests(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_test **tests_out, size_t *count_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = json_is(json, JSON_NONE) ? 0 : is_list ? json->count : 1;
    struct mapping_test *tests = ARENA_ARRAY(reader->arena, struct mapping_test, count);

    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_rule_test(reader, item, &tests[i], err))
            return false;
    *tests_out = tests;
    *count_out = count;
    return true;
}

/* ---- the parts of a rule, one function a word ---- */

struct mapping_rule_work {
    const struct mapping_reader *reader;
    enum mapping_class class;
    struct mapping_rule *rule;
};

static bool mapping_rule_at(struct mapping_rule_work *work, const struct json *json,
                            struct err *err)
{
    return mapping_rule_paths(work->reader, json, &work->rule->paths, &work->rule->path_count, err);
}

static bool mapping_rule_join(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    work->rule->join = true;
    return mapping_rule_at(work, json, err);
}

static bool mapping_rule_when(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    return mapping_rule_tests(work->reader, json, &work->rule->tests, &work->rule->test_count, err);
}

/* Is this one of our words for a field of this class? "" says nothing and is always one. */
static bool mapping_rule_word_fits(enum mapping_class class, struct str word)
{
    if (word.size == 0)
        return true;
    if (class == MAPPING_CLASS_STAGE)
        return order_stage_of(word) != ORDER_STAGE_NONE;
    if (class == MAPPING_CLASS_KIND)
        return line_kind_of(word) != LINE_KIND_NONE;
    if (class == MAPPING_CLASS_REFUND)
        return refund_state_of(word) != REFUND_STATE_NONE;
    if (class == MAPPING_CLASS_FLAG)
        return str_is(word, "true") || str_is(word, "false");
    return true;
}

static bool mapping_rule_value(struct mapping_rule_work *work, const struct json *json,
                               struct err *err)
{
    if (!json_is(json, JSON_STRING) || !mapping_rule_word_fits(work->class, json->text))
        return mapping_rule_bad(work->reader, json, "\"value\" is no word of ours for it", err);
    work->rule->value = mapping_rule_keep(work->reader, json->text);
    work->rule->has_value = true;
    return true;
}

static bool mapping_rule_refuse(struct mapping_rule_work *work, const struct json *json,
                                struct err *err)
{
    if (!json_is(json, JSON_STRING) || json->text.size == 0)
        return mapping_rule_bad(work->reader, json, "\"refuse\" is the reason, a text", err);
    work->rule->refuse = mapping_rule_keep(work->reader, json->text);
    return true;
}

static bool mapping_rule_table(struct mapping_rule_work *work, const struct json *json,
                               struct err *err)
{
    const struct mapping_reader *reader = work->reader;

    if (!json_is(json, JSON_OBJECT))
        return mapping_rule_bad(reader, json, "\"table\" is an object", err);
    work->rule->table = map_open(reader->arena);
    for (const struct json *row = json->child; row; row = row->next) {
        struct str *word = ARENA_NEW(reader->arena, struct str);

        if (!json_is(row, JSON_STRING) || !mapping_rule_word_fits(work->class, row->text))
            return mapping_rule_bad(reader, row, "a table's value is no word of ours for it", err);
        *word = mapping_rule_keep(reader, row->text);
        map_put(work->rule->table, mapping_rule_keep(reader, row->name), word);
    }
    return true;
}

static bool mapping_rule_as(struct mapping_rule_work *work, const struct json *json,
                            struct err *err)
{
    work->rule->unit = mapping_rule_unit_of(json->text);
    if (!mapping_rule_unit_fits(work->rule->unit, work->class))
        return mapping_rule_bad(work->reader, json, "\"as\" is no unit of this field", err);
    return true;
}

static bool mapping_rule_each(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    if (!json_is(json, JSON_STRING))
        return mapping_rule_bad(work->reader, json, "\"each\" is the path of a list", err);
    work->rule->each = mapping_rule_keep(work->reader, json->text).data;
    return true;
}

static bool mapping_rule_fold(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    static const char *const names[] = {
        [MAPPING_FOLD_SUM] = "sum",
        [MAPPING_FOLD_MIN] = "min",
        [MAPPING_FOLD_MAX] = "max",
    };

    for (enum mapping_fold fold = MAPPING_FOLD_SUM; fold <= MAPPING_FOLD_MAX; fold++)
        if (str_is(json->text, names[fold]))
            work->rule->fold = fold;
    return work->rule->fold != MAPPING_FOLD_NONE
           || mapping_rule_bad(work->reader, json, "\"fold\" is sum, min or max", err);
}

static bool mapping_rule_plus(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    work->rule->has_plus = true;
    return mapping_rule_path(work->reader, json, &work->rule->plus, err);
}

static bool mapping_rule_plus_seconds(struct mapping_rule_work *work, const struct json *json,
                                      struct err *err)
{
    return json_int(json, &work->rule->plus_seconds)
           || mapping_rule_bad(work->reader, json, "\"plus_seconds\" is a whole number", err);
}

static bool mapping_rule_pick(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    const struct mapping_reader *reader = work->reader;
    struct mapping_pick *picks = ARENA_ARRAY(reader->arena, struct mapping_pick, json->count);
    size_t count = 0;

    if (work->class != MAPPING_CLASS_JSON || !json_is(json, JSON_OBJECT))
        return mapping_rule_bad(reader, json, "\"pick\" is an object, for receiver.cipher only",
                                err);
    for (const struct json *row = json->child; row; row = row->next) {
        picks[count].name = mapping_rule_keep(reader, row->name).data;
        if (!mapping_rule_path(reader, row, &picks[count].path, err))
            return false;
        count++;
    }
    work->rule->picks = picks;
    work->rule->pick_count = count;
    return true;
}

static bool mapping_rule_own(struct mapping_rule_work *work, const struct json *json,
                             struct err *err)
{
    if (str_is(json->text, "line_id"))
        work->rule->own = MAPPING_OWN_LINE_ID;
    else if (str_is(json->text, "version"))
        work->rule->own = MAPPING_OWN_VERSION;
    return work->rule->own != MAPPING_OWN_NONE
           || mapping_rule_bad(work->reader, json, "\"own\" is line_id or version", err);
}

static bool mapping_rule_suffix(struct mapping_rule_work *work, const struct json *json,
                                struct err *err)
{
    (void)err;
    work->rule->suffix = mapping_rule_keep(work->reader, json->text);
    return true;
}

static bool mapping_rule_drop_suffix(struct mapping_rule_work *work, const struct json *json,
                                     struct err *err)
{
    (void)err;
    work->rule->drop_suffix = mapping_rule_keep(work->reader, json->text);
    return true;
}

static bool mapping_rule_lenient(struct mapping_rule_work *work, const struct json *json,
                                 struct err *err)
{
    (void)err;
    work->rule->lenient = str_is(json->text, "true");
    return true;
}

/* ---- rules and fields ---- */

static const struct mapping_rule_word {
    const char *name;
    bool (*read)(struct mapping_rule_work *work, const struct json *json, struct err *err);
} mapping_rule_words[] = {
    { "at", mapping_rule_at },
    { "join", mapping_rule_join },
    { "when", mapping_rule_when },
    { "value", mapping_rule_value },
    { "refuse", mapping_rule_refuse },
    { "table", mapping_rule_table },
    { "as", mapping_rule_as },
    { "each", mapping_rule_each },
    { "fold", mapping_rule_fold },
    { "plus", mapping_rule_plus },
    { "plus_seconds", mapping_rule_plus_seconds },
    { "pick", mapping_rule_pick },
    { "own", mapping_rule_own },
    { "suffix", mapping_rule_suffix },
    { "drop_suffix", mapping_rule_drop_suffix },
    { "lenient", mapping_rule_lenient },
};

#define MAPPING_RULE_WORD_COUNT (sizeof(mapping_rule_words) / sizeof(mapping_rule_words[0]))

static bool mapping_rule_word(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    for (size_t i = 0; i < MAPPING_RULE_WORD_COUNT; i++)
        if (str_is(json->name, mapping_rule_words[i].name))
            return mapping_rule_words[i].read(work, json, err);
    return err_set(err, ERR_FATAL, "%s: a rule has the unknown word \"%.*s\"", work->reader->name,
                   STR_ARG(json->name));
}

static enum mapping_unit mapping_rule_unit_default(const struct mapping_units *units,
                                                   enum mapping_class class)
{
    if (class == MAPPING_CLASS_MONEY)
        return units->money;
    return class == MAPPING_CLASS_TIME ? units->time : MAPPING_UNIT_NONE;
}

static bool mapping_rule_read(const struct mapping_reader *reader, const struct json *json,
                              enum mapping_class class, struct mapping_rule *rule, struct err *err)
{
    struct mapping_rule_work work = { .reader = reader, .class = class, .rule = rule };
    size_t sources;

    rule->unit = mapping_rule_unit_default(&reader->units, class);
    if (json_is(json, JSON_STRING))
        return mapping_rule_at(&work, json, err);
    if (!json_is(json, JSON_OBJECT))
        return mapping_rule_bad(reader, json, "a rule is a path or an object", err);
    for (const struct json *word = json->child; word; word = word->next)
        if (!mapping_rule_word(&work, word, err))
            return false;
    sources = (size_t)(rule->path_count > 0) + rule->has_value + (rule->refuse.size > 0)
              + (rule->pick_count > 0) + (rule->own != MAPPING_OWN_NONE);
    if (sources != 1)
        return mapping_rule_bad(
            reader, json, "a rule has exactly one of at, join, value, refuse, pick, own", err);
    if ((rule->each != NULL) != (rule->fold != MAPPING_FOLD_NONE))
        return mapping_rule_bad(reader, json, "each and fold come together", err);
    return true;
}

bool mapping_rule_field(const struct mapping_reader *reader, const struct json *json,
                        enum mapping_class class, struct mapping_field *field_out, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    struct mapping_rule *rules = ARENA_ARRAY(reader->arena, struct mapping_rule, count);

    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_rule_read(reader, item, class, &rules[i], err))
            return err_in(err, "%.*s", STR_ARG(json->name));
    field_out->rules = rules;
    field_out->rule_count = count;
    return true;
}
