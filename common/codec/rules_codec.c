/* rules_codec — see rules_codec.h. Here: the set as a whole. */
#include "codec/rules_codec.h"

#include <stdlib.h>

#include "base/buf.h"
#include "codec/rules_inner.h"
#include "rules_shipped.h"

#define RULES_TREE_MAX ((size_t)512 << 20) /* bytes: the tree of the largest document */

/* ---- tables ---- */

/* Rows by their first cell: a text. */
static int rules_compare_row(const void *a, const void *b)
{
    return str_compare(((const struct rule_value *)a)->text, ((const struct rule_value *)b)->text);
}

static bool rules_sort_rows(const struct rules_reader *reader, const struct json *json,
                            const struct rule_table_kind *kind, struct rule_value *values,
                            struct rule_rows *rows, struct err *err)
{
    if (!kind->keyed || rows->row_count == 0)
        return true;
    qsort(values, rows->row_count, sizeof *values * rows->column_count, rules_compare_row);
    for (size_t i = 1; i < rows->row_count; i++) {
        struct str key = rule_row(rows, i)->text;

        if (str_eq(rule_row(rows, i - 1)->text, key))
            return rules_bad(reader, json, err, "%s \"%.*s\" stands twice", kind->columns[0].name,
                             STR_ARG(str_clip(key, 80)));
    }
    return true;
}

static bool rules_read_table(const struct rules_reader *reader, const struct json *json,
                             const struct rule_table_kind *kind, struct rule_rows *rows_out,
                             struct err *err)
{
    size_t columns = rule_column_count(kind->columns), row = 0;
    struct rule_value *values;

    if (json_is(json, JSON_NONE)) {
        *rows_out = (struct rule_rows){ .column_count = columns };
        return true;
    }
    if (!json_is(json, JSON_ARRAY) || json->count > RULE_ROWS_MAX)
        return rules_bad(reader, json, err, "wants a list of at most %d rows", RULE_ROWS_MAX);
    values = ARENA_ARRAY(reader->arena, struct rule_value, columns * json->count);
    for (const struct json *item = json->child; item; item = item->next, row++)
        if (!rules_read_cells(reader, item, kind->columns, NULL, &values[row * columns], err))
            return err_in(err, "[%zu]", row);
    *rows_out = (struct rule_rows){ .values = values, .row_count = row, .column_count = columns };
    return rules_sort_rows(reader, json, kind, values, rows_out, err);
}

static bool rules_read_tables(const struct rules_reader *reader, const struct json *json,
                              struct rule_set *set, struct err *err)
{
    const struct rule_table_kind *kinds = reader->language->tables;
    struct rule_rows *tables;
    size_t count = 0;

    while (kinds && kinds[count].name)
        count++;
    tables = ARENA_ARRAY(reader->arena, struct rule_rows, count);
    for (const struct json *table = json->child; table; table = table->next) {
        size_t i = 0;

        while (i < count && !str_is(table->name, kinds[i].name))
            i++;
        if (i == count)
            return rules_bad(reader, table, err, "table %.*s is unknown; known are %.*s",
                             STR_ARG(str_clip(table->name, 60)),
                             STR_ARG(rules_names(reader->arena, kinds, sizeof *kinds)));
    }
    for (size_t i = 0; i < count; i++)
        if (!rules_read_table(reader, json_get(json, kinds[i].name), &kinds[i], &tables[i], err))
            return err_in(err, "tables.%s", kinds[i].name);
    set->tables = tables;
    return true;
}

/* ---- settings ---- */

static bool rules_read_settings(const struct rules_reader *reader, const struct json *root,
                                struct rule_set *set, struct err *err)
{
    const struct rule_column *columns = reader->language->settings;
    struct rule_value *values =
        ARENA_ARRAY(reader->arena, struct rule_value, rule_column_count(columns));
    const struct json empty = { .kind = JSON_OBJECT, .source = root->source };
    const struct json *json = json_get(root, "settings");

    if (!rules_read_cells(reader, json_is(json, JSON_NONE) ? &empty : json, columns, NULL, values,
                          err))
        return err_in(err, "settings");
    set->settings = values;
    return true;
}

/* ---- rules ---- */

static int rules_compare_rule(const void *a, const void *b)
{
    const struct rule *x = a, *y = b;

    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return str_compare(x->id, y->id);
}

static bool rules_check_ids(const struct rules_reader *reader, const struct json *json,
                            const struct rule *rules, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (str_eq(rules[i].id, rules[j].id))
                return rules_bad(reader, json, err, "rules: id %.*s stands twice",
                                 STR_ARG(rules[i].id));
    return true;
}

static bool rules_read_rules(const struct rules_reader *reader, const struct json *json,
                             struct rule_set *set, struct err *err)
{
    struct rule *rules;
    size_t count = 0;

    if (json_is(json, JSON_NONE))
        return true;
    if (!json_is(json, JSON_ARRAY) || json->count > RULE_RULES_MAX)
        return rules_bad(reader, json, err, "rules wants a list of at most %d", RULE_RULES_MAX);
    rules = ARENA_ARRAY(reader->arena, struct rule, json->count);
    for (const struct json *item = json->child; item; item = item->next, count++)
        if (!rules_read_rule(reader, item, &rules[count], err))
            return err_in(err, "rules[%zu] %.*s", count,
                          STR_ARG(str_clip(json_get(item, "id")->text, 60)));
    if (!rules_check_ids(reader, json, rules, count, err))
        return false;
    if (count > 0)
        qsort(rules, count, sizeof *rules, rules_compare_rule);
    set->rules = rules;
    set->rule_count = count;
    return true;
}

/* ---- the set ---- */

static bool rules_read_set(const struct rules_reader *reader, const struct json *root,
                           struct rule_set *set, struct err *err)
{
    static const char *const own[] = { "set", "note", "settings", "tables", "rules", NULL };
    struct str name = json_get(root, "set")->text;
    const struct json *tables = json_get(root, "tables");

    if (!rules_read_cells(reader, root, NULL, own, NULL, err))
        return false;
    if (!str_is(name, reader->language->set))
        return rules_bad(reader, root, err, "\"set\" is \"%.*s\": this is the place of \"%s\"",
                         STR_ARG(str_clip(name, 60)), reader->language->set);
    if (!json_is(tables, JSON_NONE) && !json_is(tables, JSON_OBJECT))
        return rules_bad(reader, tables, err, "tables wants an object of lists");
    return rules_read_settings(reader, root, set, err)
           && rules_read_tables(reader, tables, set, err)
           && rules_read_rules(reader, json_get(root, "rules"), set, err);
}

bool rules_decode(struct arena *arena, struct str text, const struct rule_language *language,
                  struct rule_set *set_out, struct err *err)
{
    struct arena *scratch = arena_open(RULES_TREE_MAX);
    struct rules_reader reader = { .arena = arena, .text = text, .language = language };
    struct rule_set set = { .language = language };
    const struct json *root;
    bool fine = json_parse(scratch, text, &root, err) && rules_read_set(&reader, root, &set, err);

    arena_close(scratch);
    if (fine)
        *set_out = set;
    return fine;
}

struct str rules_shipped(struct str set)
{
    for (size_t i = 0; i < sizeof rules_shipped_all / sizeof rules_shipped_all[0]; i++)
        if (str_is(set, rules_shipped_all[i].set))
            return str_of((const char *)rules_shipped_all[i].text);
    return STR_NONE;
}

struct str rules_version(struct arena *arena, struct str set, int64_t version)
{
    return arena_format(arena, "%.*s/%lld", STR_ARG(set), (long long)version);
}
