/* rules_condition — a condition becomes nodes in prefix order (rules_inner.h). */
#include <stdlib.h>

#include "codec/rules_inner.h"

/* A condition under way. */
struct rules_work {
    const struct rules_reader *reader;
    struct rule_node nodes[RULE_NODES_MAX];
    size_t count;
    bool each;
};

/* What each operator takes. `not` stands for the operator's opposite. */
static const struct rules_operator {
    const char *name;
    enum rule_op op;
    bool negated, numbers, texts, lists; /* fields it fits */
    bool many;                           /* its value is a list */
} rules_operators[] = {
    { "is", RULE_OP_IS, .numbers = true, .texts = true },
    { "is_not", RULE_OP_IS, .negated = true, .numbers = true, .texts = true },
    { "in", RULE_OP_IN, .numbers = true, .texts = true, .many = true },
    { "not_in", RULE_OP_IN, .negated = true, .numbers = true, .texts = true, .many = true },
    { "below", RULE_OP_BELOW, .numbers = true },
    { "at_most", RULE_OP_AT_MOST, .numbers = true },
    { "above", RULE_OP_ABOVE, .numbers = true },
    { "at_least", RULE_OP_AT_LEAST, .numbers = true },
    { "has", RULE_OP_HAS, .texts = true, .lists = true, .many = true },
    { "has_not", RULE_OP_HAS, .negated = true, .texts = true, .lists = true, .many = true },
    { "starts", RULE_OP_STARTS, .texts = true, .many = true },
    { "known", RULE_OP_KNOWN, .numbers = true, .texts = true, .lists = true },
    { .name = NULL },
};

bool rules_find_field(const struct rule_language *language, struct str name, size_t *place_out)
{
    for (size_t i = 0; language->fields[i].name; i++) {
        if (str_is(name, language->fields[i].name)) {
            *place_out = i;
            return true;
        }
    }
    return false;
}

static bool rules_field(struct rules_work *work, const struct json *json, size_t *place_out,
                        struct err *err)
{
    const struct rules_reader *reader = work->reader;
    struct str known;

    if (json_is(json, JSON_STRING) && rules_find_field(reader->language, json->text, place_out)) {
        work->each |= reader->language->fields[*place_out].each;
        return true;
    }
    known =
        rules_names(reader->arena, reader->language->fields, sizeof reader->language->fields[0]);
    return rules_bad(reader, json, err, "field %.*s is unknown; known are %.*s",
                     STR_ARG(str_clip(json->text, 60)), STR_ARG(str_clip(known, 300)));
}

static struct rule_node *rules_add(struct rules_work *work, const struct json *json,
                                   enum rule_op op, struct err *err)
{
    struct rule_node *node;

    if (work->count == RULE_NODES_MAX) {
        (void)rules_bad(work->reader, json, err,
                        "a condition has at most %d parts: make it two "
                        "rules",
                        RULE_NODES_MAX);
        return NULL;
    }
    node = &work->nodes[work->count++];
    *node = (struct rule_node){ .op = op, .size = 1 };
    return node;
}

/* ---- values of a comparison ---- */

static int rules_compare_str(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static int rules_compare_int(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* One value or a list of them, of the field's type, sorted. */
static bool rules_many(struct rules_work *work, const struct json *json,
                       const struct rule_field *field, struct rule_node *node, struct err *err)
{
    const struct rules_reader *reader = work->reader;
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = is_list ? json->count : 1;
    bool texts = field->type == RULE_TYPE_TEXT || field->type == RULE_TYPE_TEXTS;
    enum rule_type type = field->type == RULE_TYPE_TEXTS ? RULE_TYPE_TEXT : field->type;
    const char *const *words = node->op == RULE_OP_IN ? field->words : NULL;
    struct str *strs = ARENA_ARRAY(reader->arena, struct str, texts ? count : 0);
    int64_t *numbers = ARENA_ARRAY(reader->arena, int64_t, texts ? 0 : count);

    if (count == 0)
        return rules_bad(reader, json, err, "wants at least one value");
    for (size_t i = 0; i < count; i++, item = item->next) {
        struct rule_value value;

        if (!rules_read_value(reader, item, type, words, &value, err))
            return false;
        if (texts && value.text.size == 0)
            return rules_bad(reader, item, err, "an empty text is in every text");
        if (texts)
            strs[i] = value.text;
        else
            numbers[i] = value.number;
    }
    if (texts)
        qsort(strs, count, sizeof *strs, rules_compare_str);
    else
        qsort(numbers, count, sizeof *numbers, rules_compare_int);
    node->texts = strs;
    node->numbers = numbers;
    node->count = count;
    return true;
}

static bool rules_other(struct rules_work *work, const struct json *json,
                        const struct rule_field *field, struct rule_node *node, struct err *err)
{
    const struct rules_reader *reader = work->reader;
    const struct json *percent = json_get(json, "percent");
    size_t members = 1 + !json_is(percent, JSON_NONE);
    size_t place;

    if (!rules_field(work, json_get(json, "field"), &place, err))
        return false;
    if (json->count != members || reader->language->fields[place].type != field->type)
        return rules_bad(reader, json, err,
                         "wants {\"field\": …} of the same type, and \"percent\" or nothing");
    node->percent = 100;
    if (members == 2
        && (field->type == RULE_TYPE_TEXT || !json_is(percent, JSON_NUMBER)
            || !json_int(percent, &node->percent) || node->percent < 1
            || node->percent > RULE_PERCENT_MAX))
        return rules_bad(reader, percent, err, "percent must be 1 to %d, of a number",
                         RULE_PERCENT_MAX);
    node->by_field = true;
    node->other = place;
    node->other_each = reader->language->fields[place].each;
    return true;
}

static bool rules_operand(struct rules_work *work, const struct json *json,
                          const struct rules_operator *operator, const struct rule_field * field,
                          struct rule_node *node, struct err *err)
{
    struct rule_value value;
    const char *const *words = operator->op == RULE_OP_IS ? field->words : NULL;
    enum rule_type type = operator->op == RULE_OP_KNOWN ? RULE_TYPE_FLAG : field->type;

    if (operator->many)
        return rules_many(work, json, field, node, err);
    if (json_is(json, JSON_OBJECT) && operator->op != RULE_OP_KNOWN)
        return rules_other(work, json, field, node, err);
    if (!rules_read_value(work->reader, json, type, words, &value, err))
        return false;
    node->number = value.number;
    node->text = value.text;
    return true;
}

/* ---- comparisons ---- */

static const struct rules_operator *rules_operator_of(struct str name)
{
    for (const struct rules_operator *row = rules_operators; row->name; row++)
        if (str_is(name, row->name))
            return row;
    return NULL;
}

static bool rules_operator_fits(const struct rules_operator *operator, enum rule_type type)
{
    if (type == RULE_TYPE_TEXTS)
        return operator->lists;
    return type == RULE_TYPE_TEXT ? operator->texts : operator->numbers;
}

/* The member beside "field": which operator, and its value. */
static bool rules_operator(struct rules_work *work, const struct json *json,
                           const struct rule_field *field,
                           const struct rules_operator **operator_out,
                           const struct json **value_out, struct err *err)
{
    const struct rules_reader *reader = work->reader;
    const struct json *value = json->child;
    const struct rules_operator *operator;

    if (json->count == 2 && str_is(value->name, "field"))
        value = value->next;
    if (json->count != 2)
        return rules_bad(reader, json, err, "wants \"field\" and one operator");
    operator= rules_operator_of(value->name);
    if (!operator) {
        struct str known = rules_names(reader->arena, rules_operators, sizeof rules_operators[0]);

        return rules_bad(reader, value, err, "operator %.*s is unknown; known are %.*s",
                         STR_ARG(str_clip(value->name, 60)), STR_ARG(known));
    }
    if (!rules_operator_fits(operator, field->type))
        return rules_bad(reader, value, err,
                         "operator %s does not fit %s, which is %s", operator->name, field->name,
                         rule_type_name(field->type));
    *operator_out = operator;
    *value_out = value;
    return true;
}

static bool rules_comparison(struct rules_work *work, const struct json *json, struct err *err)
{
    const struct rules_operator *operator= NULL;
    const struct rule_field *field;
    const struct json *value = NULL;
    struct rule_node *node;
    size_t place, first = work->count;

    if (!rules_field(work, json_get(json, "field"), &place, err))
        return false;
    field = &work->reader->language->fields[place];
    if (!rules_operator(work, json, field, &operator, & value, err))
        return false;
    if (operator->negated && !rules_add(work, json, RULE_OP_NOT, err))
        return false;
    node = rules_add(work, json, operator->op, err);
    if (!node)
        return false;
    work->nodes[first].size = work->count - first;
    node->type = field->type;
    node->field = place;
    node->each = field->each;
    if (!rules_operand(work, value, operator, field, node, err))
        return err_in(err, "%s %s", field->name, operator->name);
    return true;
}

/* ---- conditions ---- */

static bool rules_condition(struct rules_work *work, const struct json *json, int depth,
                            struct err *err);

static bool rules_group(struct rules_work *work, const struct json *list, enum rule_op op,
                        int depth, struct err *err)
{
    size_t first = work->count;

    if (!json_is(list, JSON_ARRAY))
        return rules_bad(work->reader, list, err, "wants a list of conditions");
    if (!rules_add(work, list, op, err))
        return false;
    for (const struct json *item = list->child; item; item = item->next)
        if (!rules_condition(work, item, depth + 1, err))
            return false;
    work->nodes[first].size = work->count - first;
    return true;
}

static bool rules_negation(struct rules_work *work, const struct json *json, int depth,
                           struct err *err)
{
    size_t first = work->count;

    if (!rules_add(work, json, RULE_OP_NOT, err) || !rules_condition(work, json, depth + 1, err))
        return false;
    work->nodes[first].size = work->count - first;
    return true;
}

static bool rules_condition(struct rules_work *work, const struct json *json, int depth,
                            struct err *err)
{
    const struct json *first = json->child;

    if (depth > RULE_DEPTH_MAX)
        return rules_bad(work->reader, json, err, "conditions stand at most %d deep",
                         RULE_DEPTH_MAX);
    if (!json_is(json, JSON_OBJECT) || json->count == 0)
        return rules_bad(work->reader, json, err,
                         "wants {\"all\": […]}, {\"any\": […]}, {\"not\": …} or {\"field\": …}");
    if (json->count == 1 && str_is(first->name, "all"))
        return rules_group(work, first, RULE_OP_ALL, depth, err);
    if (json->count == 1 && str_is(first->name, "any"))
        return rules_group(work, first, RULE_OP_ANY, depth, err);
    if (json->count == 1 && str_is(first->name, "not"))
        return rules_negation(work, first, depth, err);
    if (!json_is(json_get(json, "field"), JSON_NONE))
        return rules_comparison(work, json, err);
    return rules_bad(work->reader, json, err, "\"%.*s\" is no all, any, not or field",
                     STR_ARG(str_clip(first->name, 60)));
}

bool rules_read_condition(const struct rules_reader *reader, const struct json *json,
                          struct rule *rule, struct err *err)
{
    struct rules_work work = { .reader = reader };
    struct rule_node *nodes;

    if (!rules_condition(&work, json, 1, err))
        return false;
    nodes = ARENA_ARRAY(reader->arena, struct rule_node, work.count);
    for (size_t i = 0; i < work.count; i++)
        nodes[i] = work.nodes[i];
    rule->nodes = nodes;
    rule->node_count = work.count;
    rule->each = work.each;
    return true;
}
