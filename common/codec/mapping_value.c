/* mapping_value — see mapping_value.h. */
#include "codec/mapping_value.h"

#include "base/num.h"
#include "codec/json_out.h"
#include "codec/mapping_shape.h"
#include "codec/mapping_walk.h"

/* ---- a rule's sources ---- */

/* Is there something to read, for a field of this class? */
static bool mapping_value_is_there(const struct json *json, enum mapping_class class)
{
    bool zero_is_none =
        class == MAPPING_CLASS_ID || class == MAPPING_CLASS_CODE || class == MAPPING_CLASS_TIME;

    if (json_is(json, JSON_NONE) || json_is(json, JSON_NULL))
        return false;
    if (json_is(json, JSON_STRING) && str_trim(json->text).size == 0)
        return false;
    if (class == MAPPING_CLASS_TIME && json_is(json, JSON_STRING)
        && (str_starts(json->text, STR("0000-")) || str_starts(json->text, STR("0001-01-01"))))
        return false; /* databases write "not yet" so */
    return !(zero_is_none && str_is(json->text, "0"));
}

/* A number with a point or an exponent went through a double: its digits are not the id's. */
static bool mapping_value_is_digits(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return true;
}

/* What is wrong with the kind of a JSON value; NULL when nothing is. */
static const char *mapping_value_wrong_kind(const struct json *json,
                                            const struct mapping_rule *rule,
                                            enum mapping_class class)
{
    if (json_is(json, JSON_ARRAY))
        return "is a list, no value";
    if (json_is(json, JSON_OBJECT))
        return "is an object, no value";
    if (json_is(json, JSON_BOOL) && class != MAPPING_CLASS_FLAG && !rule->table)
        return "is a truth value";
    if (json_is(json, JSON_NUMBER) && (class == MAPPING_CLASS_ID || class == MAPPING_CLASS_CODE)
        && !mapping_value_is_digits(json->text))
        return "is no id: a number with a sign, a point or an exponent";
    return NULL;
}

static bool mapping_value_from_path(const struct mapping_scope *scope,
                                    const struct mapping_rule *rule,
                                    const struct mapping_path *path, enum mapping_class class,
                                    struct mapping_value *value, struct err *err)
{
    const struct json *json = mapping_check_look(scope, path);
    struct mapping_convert reading = { .rule = rule,
                                       .file = scope->file,
                                       .where = scope->where,
                                       .at = path->at,
                                       .text = mapping_check_text(json) };
    const char *what;

    if (!mapping_value_is_there(json, class))
        return true;
    if (class == MAPPING_CLASS_JSON) {
        *value = (struct mapping_value){ .found = true, .text = json->source };
        return mapping_convert_json_fits(&reading, value->text, err);
    }
    what = mapping_value_wrong_kind(json, rule, class);
    if (what)
        return rule->lenient || mapping_convert_bad(&reading, what, err);
    return mapping_convert_read(&reading, class, value, err);
}

static bool mapping_value_from_text(const struct mapping_scope *scope,
                                    const struct mapping_rule *rule, struct str text,
                                    enum mapping_class class, struct mapping_value *value,
                                    struct err *err)
{
    struct mapping_convert reading = {
        .rule = rule, .file = scope->file, .where = scope->where, .at = "(constant)", .text = text
    };

    if (text.size == 0) {
        value->found = true;
        return true;
    }
    return mapping_convert_read(&reading, class, value, err);
}

static bool mapping_value_first(const struct mapping_scope *scope, const struct mapping_rule *rule,
                                enum mapping_class class, struct mapping_value *value,
                                struct err *err)
{
    for (size_t i = 0; i < rule->path_count && !value->found; i++)
        if (!mapping_value_from_path(scope, rule, &rule->paths[i], class, value, err))
            return false;
    return true;
}

static bool mapping_value_join(const struct mapping_scope *scope, const struct mapping_rule *rule,
                               enum mapping_class class, struct mapping_value *value,
                               struct err *err)
{
    for (size_t i = 0; i < rule->path_count; i++) {
        struct mapping_value part = { .found = false };

        if (!mapping_value_from_path(scope, rule, &rule->paths[i], class, &part, err))
            return false;
        if (!part.found)
            continue;
        if (value->text.size > 0)
            part.text =
                arena_format(scope->arena, "%.*s %.*s", STR_ARG(value->text), STR_ARG(part.text));
        *value = part;
    }
    return true;
}

/* Amounts added up; what is absent counts nothing, and all absent is absent. */
static bool mapping_value_sum(const struct mapping_scope *scope, const struct mapping_rule *rule,
                              enum mapping_class class, struct mapping_value *value,
                              struct err *err)
{
    for (size_t i = 0; i < rule->path_count; i++) {
        const struct mapping_path *path = &rule->paths[i];
        struct mapping_value part = { .found = false };

        if (!mapping_value_from_path(scope, rule, path, class, &part, err))
            return false;
        if (!part.found && !mapping_shape_way(scope, path, err))
            return false;
        if (part.found
            && !num_add(value->number, path->minus ? -part.number : part.number, &value->number))
            return err_set(err, ERR_REJECT, "%s%s: the sum is beyond 2^53", scope->where, path->at);
        value->found = value->found || part.found;
    }
    return value->number >= 0
           || err_set(err, ERR_REJECT, "%s%s and what is taken off it: the sum is negative",
                      scope->where, rule->paths[0].at);
}

/* Ciphertexts, gathered into one object; their bytes go as they are. */
static bool mapping_value_pick(const struct mapping_scope *scope, const struct mapping_rule *rule,
                               struct mapping_value *value, struct err *err)
{
    struct mapping_convert reading = {
        .rule = rule, .file = scope->file, .where = scope->where, .at = rule->picks[0].path.at
    };
    struct json_out out;

    json_out_init(&out, scope->arena, 512);
    json_out_object(&out, NULL);
    for (size_t i = 0; i < rule->pick_count; i++) {
        const struct json *json = mapping_check_look(scope, &rule->picks[i].path);

        if (!mapping_check_is_set(json))
            continue;
        json_out_raw(&out, rule->picks[i].name, json->source);
        value->found = true;
    }
    json_out_object_end(&out);
    if (value->found)
        value->text = json_out_str(&out);
    return mapping_convert_json_fits(&reading, value->text, err);
}

static bool mapping_value_own(const struct mapping_scope *scope, const struct mapping_rule *rule,
                              struct mapping_value *value)
{
    value->found = true;
    if (rule->own == MAPPING_OWN_LINE_ID)
        value->text = scope->own_line_id;
    else
        value->number = scope->own_version;
    return true;
}

static bool mapping_value_source(const struct mapping_scope *scope, const struct mapping_rule *rule,
                                 enum mapping_class class, struct mapping_value *value,
                                 struct err *err)
{
    if (rule->has_value)
        return mapping_value_from_text(scope, rule, rule->value, class, value, err);
    if (rule->own != MAPPING_OWN_NONE)
        return mapping_value_own(scope, rule, value);
    if (rule->pick_count > 0)
        return mapping_value_pick(scope, rule, value, err);
    if (rule->sum)
        return mapping_value_sum(scope, rule, class, value, err);
    return rule->join ? mapping_value_join(scope, rule, class, value, err)
                      : mapping_value_first(scope, rule, class, value, err);
}

/* ---- what may be done to a value ---- */

static bool mapping_value_plus(const struct mapping_scope *scope, const struct mapping_rule *rule,
                               struct mapping_value *value, struct err *err)
{
    int64_t seconds = rule->plus_seconds;
    int64_t ms;

    if (rule->has_plus) {
        const struct json *json = mapping_check_look(scope, &rule->plus);
        struct mapping_convert reading = { .rule = rule,
                                           .file = scope->file,
                                           .where = scope->where,
                                           .at = rule->plus.at,
                                           .text = mapping_check_text(json) };

        value->found = mapping_check_is_set(json);
        if (!value->found)
            return true;
        if (!mapping_convert_count(&reading, &seconds, err))
            return false;
    }
    if (!num_multiply(seconds, 1000, &ms) || !num_add(value->number, ms, &value->number))
        return err_set(err, ERR_REJECT, "%s%s is a duration beyond 2^53 ms", scope->where,
                       rule->has_plus ? rule->plus.at : "plus_seconds");
    return true;
}

static bool mapping_value_rule(const struct mapping_scope *scope, const struct mapping_rule *rule,
                               enum mapping_class class, struct mapping_value *value,
                               struct err *err)
{
    if (!mapping_check_tests(scope, rule->tests, rule->test_count))
        return true;
    if (rule->refuse.size > 0)
        return err_set(err, ERR_REJECT, "%s%s%.*s", scope->where, scope->where[0] ? " " : "",
                       STR_ARG(rule->refuse));
    if (!mapping_value_source(scope, rule, class, value, err))
        return false;
    if (!value->found)
        return true;
    if (rule->suffix.size > 0)
        value->text =
            arena_format(scope->arena, "%.*s%.*s", STR_ARG(value->text), STR_ARG(rule->suffix));
    if (class == MAPPING_CLASS_TIME && (rule->has_plus || rule->plus_seconds))
        return mapping_value_plus(scope, rule, value, err);
    return true;
}

static bool mapping_value_fold_in(enum mapping_fold fold, struct mapping_value *total,
                                  int64_t number)
{
    if (!total->found)
        total->number = number;
    else if (fold == MAPPING_FOLD_SUM)
        return num_add(total->number, number, &total->number);
    else if (fold == MAPPING_FOLD_MIN ? number < total->number : number > total->number)
        total->number = number;
    total->found = true;
    return true;
}

static bool mapping_value_fold(const struct mapping_scope *scope, const struct mapping_rule *rule,
                               enum mapping_class class, struct mapping_value *value,
                               struct err *err)
{
    const struct json *from = rule->each.outer.from_order ? scope->order : scope->here;
    struct mapping_scope element = *scope;
    struct mapping_walk walk;

    if (!rule->lenient && !mapping_shape_list(scope, &rule->each, true, err))
        return false;
    if (!mapping_walk_begin(&walk, from, &rule->each))
        return true;
    for (; walk.item; mapping_walk_next(&walk)) {
        struct mapping_value one = { .found = false };

        element.here = walk.item;
        if (!mapping_value_rule(&element, rule, class, &one, err))
            return err_in(err, "%s", rule->each.outer.at);
        if (one.found && !mapping_value_fold_in(rule->fold, value, one.number))
            return err_set(err, ERR_REJECT, "%s: the sum is beyond 2^53", rule->each.outer.at);
    }
    return true;
}

bool mapping_value_find(const struct mapping_scope *scope, const struct mapping_field *field,
                        enum mapping_class class, struct mapping_value *value_out, struct err *err)
{
    struct mapping_value value = { .found = false };

    for (size_t i = 0; i < field->rule_count && !value.found; i++) {
        const struct mapping_rule *rule = &field->rules[i];

        if (!(rule->each.outer.at ? mapping_value_fold(scope, rule, class, &value, err)
                                  : mapping_value_rule(scope, rule, class, &value, err)))
            return false;
    }
    if (!value.found && !mapping_shape_field(scope, field, class, err))
        return false;
    *value_out = value;
    return true;
}
