/* mapping_rule — see mapping_rule.h. */
#include "codec/mapping_rule.h"

#include "base/num.h"
#include "codec/mapping_term.h"
#include "domain/order.h"

/* ---- the parts of a rule, one function a word ---- */

struct mapping_rule_work {
    const struct mapping_reader *reader;
    enum mapping_class class;
    struct mapping_rule *rule;
};

static bool mapping_rule_is_id(enum mapping_class class)
{
    return class == MAPPING_CLASS_ID || class == MAPPING_CLASS_CODE;
}

static bool mapping_rule_at(struct mapping_rule_work *work, const struct json *json,
                            struct err *err)
{
    return mapping_term_paths(work->reader, json, &work->rule->paths, &work->rule->path_count, err);
}

static bool mapping_rule_join(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    if (work->class != MAPPING_CLASS_TEXT && work->class != MAPPING_CLASS_CODE)
        return mapping_term_bad(json, "\"join\" is for text only", err);
    work->rule->join = true;
    return mapping_rule_at(work, json, err);
}

/* Several amounts added up; a path with "-" in front is taken off. */
static bool mapping_rule_sum(struct mapping_rule_work *work, const struct json *json,
                             struct err *err)
{
    if (work->class != MAPPING_CLASS_MONEY && work->class != MAPPING_CLASS_COUNT)
        return mapping_term_bad(json, "\"sum\" adds amounts or counts only", err);
    work->rule->sum = true;
    if (!mapping_rule_at(work, json, err))
        return false;
    for (size_t i = 0; i < work->rule->path_count; i++) {
        struct mapping_path *path = &work->rule->paths[i];

        path->minus = path->at[0] == '-';
        if (path->minus && path->at[1] == '\0')
            return mapping_term_bad(json, "\"-\" stands in front of a path", err);
        path->at += path->minus;
        path->from_order = path->from_order || str_starts(str_of(path->at), STR("$."));
        path->at += path->minus && path->from_order ? 2 : 0;
    }
    return true;
}

static bool mapping_rule_when(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    return mapping_term_tests(work->reader, json, &work->rule->tests, &work->rule->test_count, err);
}

/* Is this one of our words for a field of this class? "" says nothing and is always one. */
static bool mapping_rule_word_fits(enum mapping_class class, struct str word)
{
    int64_t number;

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
    if (class == MAPPING_CLASS_COUNT)
        return num_parse(word, &number);
    return class != MAPPING_CLASS_MONEY || num_parse_yuan(word, &number);
}

static bool mapping_rule_value(struct mapping_rule_work *work, const struct json *json,
                               struct err *err)
{
    if (!json_is(json, JSON_STRING) || !mapping_rule_word_fits(work->class, json->text))
        return mapping_term_bad(json, "\"value\" is no word of ours for it", err);
    work->rule->value = mapping_term_keep(work->reader, json->text);
    work->rule->has_value = true;
    return true;
}

static bool mapping_rule_refuse(struct mapping_rule_work *work, const struct json *json,
                                struct err *err)
{
    if (!json_is(json, JSON_STRING) || json->text.size == 0)
        return mapping_term_bad(json, "\"refuse\" is the reason, a text", err);
    work->rule->refuse = mapping_term_keep(work->reader, json->text);
    return true;
}

static bool mapping_rule_table(struct mapping_rule_work *work, const struct json *json,
                               struct err *err)
{
    const struct mapping_reader *reader = work->reader;

    if (!json_is(json, JSON_OBJECT))
        return mapping_term_bad(json, "\"table\" is an object", err);
    work->rule->table = map_open(reader->arena);
    for (const struct json *row = json->child; row; row = row->next) {
        struct str *word = ARENA_NEW(reader->arena, struct str);

        if (!json_is(row, JSON_STRING) || !mapping_rule_word_fits(work->class, row->text))
            return mapping_term_bad(row, "a table's value is no word of ours for it", err);
        *word = mapping_term_keep(reader, row->text);
        map_put(work->rule->table, mapping_term_keep(reader, row->name), word);
    }
    return true;
}

static bool mapping_rule_as(struct mapping_rule_work *work, const struct json *json,
                            struct err *err)
{
    work->rule->unit = mapping_term_unit_of(json->text);
    if (!mapping_term_unit_fits(work->rule->unit, work->class))
        return mapping_term_bad(json, "\"as\" is no unit of this field", err);
    return true;
}

static bool mapping_rule_each(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    if (work->class != MAPPING_CLASS_MONEY && work->class != MAPPING_CLASS_COUNT
        && work->class != MAPPING_CLASS_TIME)
        return mapping_term_bad(json, "\"each\" folds amounts, counts and times", err);
    return mapping_term_list(work->reader, json, &work->rule->each, err);
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
           || mapping_term_bad(json, "\"fold\" is sum, min or max", err);
}

static bool mapping_rule_plus(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    if (work->class != MAPPING_CLASS_TIME)
        return mapping_term_bad(json, "\"plus\" is for times only", err);
    work->rule->has_plus = true;
    return mapping_term_path(work->reader, json, &work->rule->plus, err);
}

static bool mapping_rule_plus_seconds(struct mapping_rule_work *work, const struct json *json,
                                      struct err *err)
{
    return (work->class == MAPPING_CLASS_TIME && json_int(json, &work->rule->plus_seconds))
           || mapping_term_bad(json, "\"plus_seconds\" is a whole number, for times", err);
}

static bool mapping_rule_pick(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    const struct mapping_reader *reader = work->reader;
    struct mapping_pick *picks = ARENA_ARRAY(reader->arena, struct mapping_pick, json->count);
    size_t count = 0;

    if (work->class != MAPPING_CLASS_JSON || !json_is(json, JSON_OBJECT))
        return mapping_term_bad(json, "\"pick\" is an object, for receiver.cipher only", err);
    for (const struct json *row = json->child; row; row = row->next) {
        picks[count].name = mapping_term_keep(reader, row->name).data;
        if (!mapping_term_path(reader, row, &picks[count].path, err))
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
    bool is_time = work->class == MAPPING_CLASS_TIME;

    if (str_is(json->text, "line_id") && mapping_rule_is_id(work->class))
        work->rule->own = MAPPING_OWN_LINE_ID;
    else if (str_is(json->text, "version") && is_time)
        work->rule->own = MAPPING_OWN_VERSION;
    return work->rule->own != MAPPING_OWN_NONE
           || mapping_term_bad(json, "\"own\" is line_id, for ids, or version, for times", err);
}

static bool mapping_rule_ending(struct mapping_rule_work *work, const struct json *json,
                                struct str *ending_out, struct err *err)
{
    if (!json_is(json, JSON_STRING) || !mapping_rule_is_id(work->class))
        return mapping_term_bad(json, "a suffix is a text, for ids and codes", err);
    *ending_out = mapping_term_keep(work->reader, json->text);
    return true;
}

static bool mapping_rule_suffix(struct mapping_rule_work *work, const struct json *json,
                                struct err *err)
{
    return mapping_rule_ending(work, json, &work->rule->suffix, err);
}

static bool mapping_rule_drop_suffix(struct mapping_rule_work *work, const struct json *json,
                                     struct err *err)
{
    return mapping_rule_ending(work, json, &work->rule->drop_suffix, err);
}

static bool mapping_rule_digits(struct mapping_rule_work *work, const struct json *json,
                                struct err *err)
{
    work->rule->digits = str_is(json->text, "true");
    return (json_is(json, JSON_BOOL) && mapping_rule_is_id(work->class))
           || mapping_term_bad(json, "\"digits\" is true or false, for ids", err);
}

static bool mapping_rule_lenient(struct mapping_rule_work *work, const struct json *json,
                                 struct err *err)
{
    work->rule->lenient = str_is(json->text, "true");
    return json_is(json, JSON_BOOL) || mapping_term_bad(json, "\"lenient\" is true or false", err);
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
    { "digits", mapping_rule_digits },
    { "sum", mapping_rule_sum },
};

#define MAPPING_RULE_WORD_COUNT (sizeof(mapping_rule_words) / sizeof(mapping_rule_words[0]))

static bool mapping_rule_word(struct mapping_rule_work *work, const struct json *json,
                              struct err *err)
{
    for (size_t i = 0; i < MAPPING_RULE_WORD_COUNT; i++)
        if (str_is(json->name, mapping_rule_words[i].name))
            return mapping_rule_words[i].read(work, json, err);
    return err_set(err, ERR_FATAL, "a rule has the unknown word \"%.*s\"",
                   STR_ARG(str_clip(json->name, 80)));
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
        return mapping_term_bad(json, "a rule is a path or an object", err);
    for (const struct json *word = json->child; word; word = word->next)
        if (!mapping_rule_word(&work, word, err))
            return false;
    sources = (size_t)!json_is(json_get(json, "at"), JSON_NONE)
              + !json_is(json_get(json, "join"), JSON_NONE) + rule->sum + rule->has_value
              + (rule->refuse.size > 0) + (rule->pick_count > 0) + (rule->own != MAPPING_OWN_NONE);
    if (sources != 1)
        return mapping_term_bad(
            json, "a rule has exactly one of at, join, sum, value, refuse, pick, own", err);
    if ((rule->each.outer.at != NULL) != (rule->fold != MAPPING_FOLD_NONE))
        return mapping_term_bad(json, "each and fold come together", err);
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
