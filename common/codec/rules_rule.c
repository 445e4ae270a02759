/* rules_rule — one rule: action, attributes, and the sentence of a hit (rules_inner.h). */
#include "codec/rules_inner.h"

/* ---- sentences ---- */

/* "{line.sku} 单价 {line.price}": texts and fields by turns. */
static bool rules_sentence(const struct rules_reader *reader, const struct json *json,
                           struct rule *rule, struct err *err)
{
    struct str rest = arena_copy(reader->arena, json->text);
    struct rule_part *parts = ARENA_ARRAY(reader->arena, struct rule_part, rest.size + 1);
    size_t count = 0;

    if (!json_is(json, JSON_STRING) || rest.size == 0 || rest.size > 1000)
        return rules_bad(reader, json, err, "wants a sentence of at most 1000 bytes");
    while (rest.size > 0) {
        bool opens = str_has(rest, '{');
        struct str text = str_cut(&rest, '{');
        size_t place;

        if (text.size > 0)
            parts[count++] = (struct rule_part){ .text = text };
        if (!opens)
            break;
        if (!str_has(rest, '}'))
            return rules_bad(reader, json, err, "a { has no }");
        text = str_cut(&rest, '}');
        if (!rules_find_field(reader->language, text, &place))
            return rules_bad(reader, json, err, "{%.*s} is no field", STR_ARG(str_clip(text, 60)));
        if (reader->language->fields[place].personal)
            return rules_bad(reader, json, err,
                             "{%.*s} is personal data and may not stand in a sentence",
                             STR_ARG(text));
        if (reader->language->fields[place].each && !rule->each)
            return rules_bad(reader, json, err,
                             "{%.*s} has a value per row, and the condition "
                             "looks at no row",
                             STR_ARG(text));
        parts[count++] = (struct rule_part){ .is_field = true, .field = place };
    }
    rule->parts = parts;
    rule->part_count = count;
    return true;
}

/* ---- a rule ---- */

static bool rules_action(const struct rules_reader *reader, const struct json *json,
                         struct rule *rule, struct err *err)
{
    const char *const *actions = reader->language->actions;

    for (size_t i = 0; actions[i]; i++) {
        if (json_is(json, JSON_STRING) && str_is(json->text, actions[i])) {
            rule->action = i;
            return true;
        }
    }
    return rules_bad(reader, json, err, "action wants one of %.*s",
                     STR_ARG(rules_names(reader->arena, actions, sizeof *actions)));
}

static bool rules_id(const struct rules_reader *reader, const struct json *json, struct rule *rule,
                     struct err *err)
{
    bool fine = json_is(json, JSON_STRING) && json->text.size > 0 && json->text.size <= 40;

    for (size_t i = 0; fine && i < json->text.size; i++) {
        char c = json->text.data[i];

        fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!fine)
        return rules_bad(reader, json, err, "id wants 1 to 40 of a-z, 0-9 and _");
    rule->id = arena_copy(reader->arena, json->text);
    return true;
}

bool rules_read_rule(const struct rules_reader *reader, const struct json *json,
                     struct rule *rule_out, struct err *err)
{
    static const char *const own[] = {
        "id", "priority", "when", "action", "explain", "note", NULL
    };
    static const char *const needed[] = { "id", "when", "action", "explain", NULL };
    const struct rule_column *attributes = reader->language->attributes;
    struct rule_value *values =
        ARENA_ARRAY(reader->arena, struct rule_value, rule_column_count(attributes));
    const struct json *priority = json_get(json, "priority");
    struct rule rule = { .attributes = values };

    if (!rules_read_cells(reader, json, attributes, own, values, err))
        return false;
    for (size_t i = 0; needed[i]; i++)
        if (json_is(json_get(json, needed[i]), JSON_NONE))
            return rules_bad(reader, json, err, "%s is missing", needed[i]);
    if (!json_is(priority, JSON_NONE)
        && (!json_is(priority, JSON_NUMBER) || !json_int(priority, &rule.priority)
            || rule.priority < 0 || rule.priority > 10000))
        return rules_bad(reader, priority, err, "priority must be 0 to 10000");
    if (!rules_read_condition(reader, json_get(json, "when"), &rule, err))
        return err_in(err, "when");
    if (!rules_id(reader, json_get(json, "id"), &rule, err)
        || !rules_action(reader, json_get(json, "action"), &rule, err)
        || !rules_sentence(reader, json_get(json, "explain"), &rule, err))
        return false;
    *rule_out = rule;
    return true;
}
