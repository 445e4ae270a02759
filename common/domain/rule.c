/* rule — see rule.h. Here: values, tables, and the judging of conditions. */
#include "domain/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

const char *rule_type_name(enum rule_type type)
{
    static const char *const names[] = {
        [RULE_TYPE_NONE] = "none", [RULE_TYPE_INT] = "int",     [RULE_TYPE_MONEY] = "money",
        [RULE_TYPE_TEXT] = "text", [RULE_TYPE_FLAG] = "flag",   [RULE_TYPE_TEXTS] = "texts",
        [RULE_TYPE_TIME] = "time", [RULE_TYPE_CLOCK] = "clock",
    };

    CHECK((size_t)type < sizeof names / sizeof names[0]);
    return names[type];
}

struct rule_value rule_int(int64_t number)
{
    return (struct rule_value){ .known = true, .number = number };
}

struct rule_value rule_flag(bool flag)
{
    return rule_int(flag);
}

struct rule_value rule_text(struct str text)
{
    return (struct rule_value){ .known = true, .text = text };
}

struct rule_value rule_texts(const struct str *texts, size_t count)
{
    return (struct rule_value){ .known = true, .texts = texts, .text_count = count };
}

struct rule_value rule_unknown(void)
{
    return (struct rule_value){ .known = false };
}

size_t rule_field_count(const struct rule_language *language)
{
    size_t count = 0;

    while (language->fields && language->fields[count].name)
        count++;
    return count;
}

size_t rule_column_count(const struct rule_column *columns)
{
    size_t count = 0;

    while (columns && columns[count].name)
        count++;
    return count;
}

/* ---- tables ---- */

const struct rule_value *rule_row(const struct rule_rows *rows, size_t i)
{
    CHECK(i < rows->row_count);
    return &rows->values[i * rows->column_count];
}

const struct rule_value *rule_find(const struct rule_rows *rows, struct str key)
{
    size_t low = 0, high = rows->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(rule_row(rows, middle)->text, key);

        if (order == 0)
            return rule_row(rows, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- one comparison ---- */

static const struct rule_value *rule_fact(const struct rule_facts *facts, size_t field, bool each,
                                          size_t row)
{
    CHECK(field < facts->field_count);
    if (!each)
        return &facts->whole[field];
    CHECK(row < facts->each_count);
    return &facts->each[row * facts->field_count + field];
}

static bool rule_is_text(enum rule_type type)
{
    return type == RULE_TYPE_TEXT || type == RULE_TYPE_TEXTS;
}

static bool rule_contains(struct str text, struct str part)
{
    return text.size >= part.size
           && (part.size == 0 || memmem(text.data, text.size, part.data, part.size) != NULL);
}

/* Does the node's sorted list hold the text? */
static bool rule_lists(const struct rule_node *node, struct str text)
{
    size_t low = 0, high = node->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(node->texts[middle], text);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool rule_compare_texts(const struct rule_node *node, const struct rule_value *value)
{
    for (size_t i = 0; i < value->text_count; i++)
        if (rule_lists(node, value->texts[i]))
            return true;
    return false;
}

static bool rule_compare_text(const struct rule_node *node, struct str text)
{
    if (node->op == RULE_OP_IN)
        return rule_lists(node, text);
    for (size_t i = 0; i < node->count; i++) {
        struct str part = node->texts[i];

        if (node->op == RULE_OP_HAS ? rule_contains(text, part) : str_starts(text, part))
            return true;
    }
    return false;
}

static int rule_compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* `left` and `right` are scaled by 100 where a percentage is compared: 2^53 × 1000 fits. */
static bool rule_compare_number(const struct rule_node *node, int64_t left, int64_t right)
{
    if (node->by_field) {
        left *= 100;
        right *= node->percent;
    }
    switch (node->op) {
    case RULE_OP_IS:
        return left == right;
    case RULE_OP_BELOW:
        return left < right;
    case RULE_OP_AT_MOST:
        return left <= right;
    case RULE_OP_ABOVE:
        return left > right;
    case RULE_OP_AT_LEAST:
        return left >= right;
    case RULE_OP_IN:
        return node->count > 0
               && bsearch(&left, node->numbers, node->count, sizeof left, rule_compare_numbers);
    case RULE_OP_ALL:
    case RULE_OP_ANY:
    case RULE_OP_NOT:
    case RULE_OP_HAS:
    case RULE_OP_STARTS:
    case RULE_OP_KNOWN:
        break;
    }
    CHECK(false);
    return false;
}

static enum rule_truth rule_compare(const struct rule_node *node, const struct rule_facts *facts,
                                    size_t row)
{
    const struct rule_value *value = rule_fact(facts, node->field, node->each, row);
    const struct rule_value *other = NULL;
    bool holds;

    if (node->op == RULE_OP_KNOWN)
        return value->known == (node->number != 0) ? RULE_TRUTH_YES : RULE_TRUTH_NO;
    if (node->by_field)
        other = rule_fact(facts, node->other, node->other_each, row);
    if (!value->known || (other && !other->known))
        return RULE_TRUTH_UNKNOWN;
    if (!rule_is_text(node->type))
        holds = rule_compare_number(node, value->number, other ? other->number : node->number);
    else if (node->type == RULE_TYPE_TEXTS)
        holds = rule_compare_texts(node, value);
    else if (node->op == RULE_OP_IS)
        holds = str_eq(value->text, other ? other->text : node->text);
    else
        holds = rule_compare_text(node, value->text);
    return holds ? RULE_TRUTH_YES : RULE_TRUTH_NO;
}

/* ---- a condition ---- */

static enum rule_truth rule_node_holds(const struct rule_node *node, const struct rule_facts *facts,
                                       size_t row);

/* Kleene's all and any: `decisive` ends it, UNKNOWN beats the rest. */
static enum rule_truth rule_children_hold(const struct rule_node *node,
                                          const struct rule_facts *facts, size_t row,
                                          enum rule_truth decisive)
{
    enum rule_truth truth = decisive == RULE_TRUTH_NO ? RULE_TRUTH_YES : RULE_TRUTH_NO;

    for (size_t at = 1; at < node->size; at += node[at].size) {
        enum rule_truth child = rule_node_holds(&node[at], facts, row);

        if (child == decisive)
            return decisive;
        if (child == RULE_TRUTH_UNKNOWN)
            truth = RULE_TRUTH_UNKNOWN;
    }
    return truth;
}

static enum rule_truth rule_node_holds(const struct rule_node *node, const struct rule_facts *facts,
                                       size_t row)
{
    enum rule_truth child;

    switch (node->op) {
    case RULE_OP_ALL:
        return rule_children_hold(node, facts, row, RULE_TRUTH_NO);
    case RULE_OP_ANY:
        return rule_children_hold(node, facts, row, RULE_TRUTH_YES);
    case RULE_OP_NOT:
        child = rule_node_holds(node + 1, facts, row);
        if (child == RULE_TRUTH_UNKNOWN)
            return child;
        return child == RULE_TRUTH_YES ? RULE_TRUTH_NO : RULE_TRUTH_YES;
    case RULE_OP_IS:
    case RULE_OP_IN:
    case RULE_OP_BELOW:
    case RULE_OP_AT_MOST:
    case RULE_OP_ABOVE:
    case RULE_OP_AT_LEAST:
    case RULE_OP_HAS:
    case RULE_OP_STARTS:
    case RULE_OP_KNOWN:
        return rule_compare(node, facts, row);
    }
    CHECK(false);
    return RULE_TRUTH_UNKNOWN;
}

enum rule_truth rule_holds(const struct rule *rule, const struct rule_facts *facts, size_t row)
{
    return rule_node_holds(rule->nodes, facts, row);
}

enum rule_truth rule_judge(const struct rule *rule, const struct rule_facts *facts, size_t *row_out)
{
    enum rule_truth truth = RULE_TRUTH_NO;
    size_t rows = rule->each ? facts->each_count : 1;

    for (size_t row = 0; row < rows; row++) {
        enum rule_truth here = rule_holds(rule, facts, row);

        if (here == RULE_TRUTH_YES) {
            *row_out = row;
            return here;
        }
        if (here == RULE_TRUTH_UNKNOWN)
            truth = here;
    }
    return truth;
}
