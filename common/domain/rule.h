/*
 * rule — the one small language for what people tune.
 *
 * A rule set is settings (named values), tables (rows of named columns) and rules. A rule is a
 * condition over fields, an action, a priority, and a Chinese sentence that explains the hit.
 * What a worker's sets may say is its struct rule_language: a closed list of fields, actions,
 * columns. No scripting, no loops: a condition is all, any, not, and comparisons.
 *
 * Judging has three answers. A field that is not known (hidden by the platform, never measured)
 * makes a comparison UNKNOWN; a rule acts only where its condition is certain.
 *
 * Fields marked `each` have a value per line, or per candidate; a rule that uses one is judged
 * row by row and hits when one row does. Compiled once (codec/rules_codec.h reads the JSON);
 * judging allocates nothing and is pure. A set lives as long as the arena it was read into.
 */
#ifndef SLUICE_DOMAIN_RULE_H
#define SLUICE_DOMAIN_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum rule_type {
    RULE_TYPE_NONE = 0,
    RULE_TYPE_INT,   /* whole number */
    RULE_TYPE_MONEY, /* fen inside; "12.30" (yuan) in the file */
    RULE_TYPE_TEXT,
    RULE_TYPE_FLAG,
    RULE_TYPE_TEXTS, /* a list of texts */
    RULE_TYPE_TIME,  /* ms inside; "2026-11-11 00:00:00" (China time) in the file */
    RULE_TYPE_CLOCK, /* minutes since midnight inside; "16:30" in the file */
};
const char *rule_type_name(enum rule_type type); /* "money" */

/* One value: of a field, a setting, a cell. `known` false: nobody knows it. */
struct rule_value {
    bool known;
    int64_t number; /* INT, MONEY, FLAG (0, 1), TIME, CLOCK */
    struct str text;
    const struct str *texts;
    size_t text_count;
};

struct rule_value rule_int(int64_t number); /* INT, MONEY, TIME, CLOCK */
struct rule_value rule_flag(bool flag);
struct rule_value rule_text(struct str text);
struct rule_value rule_texts(const struct str *texts, size_t count);
struct rule_value rule_unknown(void);

/* ---- what a worker's sets may say ---- */

struct rule_field {
    const char *name; /* "line.price"; NULL ends a table */
    enum rule_type type;
    bool each;                /* a value per row */
    bool personal;            /* may be compared, may not stand in a sentence */
    const char *label;        /* Chinese, for people */
    const char *const *words; /* TEXT: one of these; NULL-ended; NULL: any */
};

struct rule_column {
    const char *name; /* NULL ends a table */
    enum rule_type type;
    bool required;            /* of a setting: no default */
    int64_t min, max;         /* numbers; both 0: 0 to 2^53 */
    int64_t fallback;         /* number of one that is not there and not required */
    const char *const *words; /* TEXT: one of these; NULL-ended; NULL: any */
    const char *help;
};

struct rule_table_kind {
    const char *name; /* NULL ends a list */
    const struct rule_column *columns;
    bool keyed; /* the first column is the key: text, unique; rows are sorted by it */
    const char *help;
};

struct rule_language {
    const char *set;   /* "anomaly" */
    const char *title; /* Chinese */
    const struct rule_field *fields;
    const char *const *actions;           /* NULL-ended; the first is 0 */
    const struct rule_column *attributes; /* what a rule may say beside its condition */
    const struct rule_column *settings;
    const struct rule_table_kind *tables;
};

#define RULE_FIELDS_MAX  96
#define RULE_RULES_MAX   500    /* in a set */
#define RULE_NODES_MAX   200    /* in a rule's condition */
#define RULE_DEPTH_MAX   12     /* of a condition */
#define RULE_ROWS_MAX    200000 /* in a table */
#define RULE_PERCENT_MAX 1000

size_t rule_field_count(const struct rule_language *language);
size_t rule_column_count(const struct rule_column *columns); /* NULL: 0 */

/* ---- a set, compiled ---- */

enum rule_op {
    RULE_OP_ALL = 1, /* of its children; of none: true */
    RULE_OP_ANY,
    RULE_OP_NOT,
    RULE_OP_IS,
    RULE_OP_IN, /* a sorted list */
    RULE_OP_BELOW,
    RULE_OP_AT_MOST,
    RULE_OP_ABOVE,
    RULE_OP_AT_LEAST,
    RULE_OP_HAS,    /* a text holds one of these texts; a list has one of them */
    RULE_OP_STARTS, /* a text begins with one of these */
    RULE_OP_KNOWN,
};

/* Prefix order: a node is followed by its `size` - 1 descendants. */
struct rule_node {
    enum rule_op op;
    size_t size;
    enum rule_type type; /* of the field */
    size_t field;
    bool each;     /* the field has a value per row */
    bool by_field; /* compared with another field, or `percent` of it */
    size_t other;
    bool other_each;
    int64_t percent;
    int64_t number;
    struct str text;
    const int64_t *numbers; /* IN of numbers, sorted */
    const struct str *texts;
    size_t count;
};

/* A sentence is texts and fields by turns. */
struct rule_part {
    struct str text;
    bool is_field;
    size_t field;
};

struct rule {
    struct str id;
    int64_t priority; /* higher first */
    size_t action;    /* in the language's actions */
    const struct rule_node *nodes;
    size_t node_count;
    bool each; /* uses a field that has a value per row */
    const struct rule_part *parts;
    size_t part_count;
    const struct rule_value *attributes; /* in the language's order */
};

struct rule_rows {
    const struct rule_value *values;
    size_t row_count, column_count;
};

struct rule_set {
    const struct rule_language *language;
    struct str version;       /* "anomaly/3"; given by whoever loads it */
    const struct rule *rules; /* by priority, then id */
    size_t rule_count;
    const struct rule_value *settings; /* in the language's order */
    const struct rule_rows *tables;    /* likewise */
};

/* Row i of a table: its cells in the order of the columns. */
const struct rule_value *rule_row(const struct rule_rows *rows, size_t i);

/* The row of a keyed table; NULL when there is none. O(log n), no allocation. */
const struct rule_value *rule_find(const struct rule_rows *rows, struct str key);

/* ---- judging ---- */

/* Values of all fields of the language, in its order: `whole` once, `each` once per row (rows
 * one after the other; whole fields in them are not looked at). */
struct rule_facts {
    const struct rule_value *whole, *each;
    size_t each_count, field_count;
};

enum rule_truth { RULE_TRUTH_NO = 0, RULE_TRUTH_YES, RULE_TRUTH_UNKNOWN };

/* For one row; of a rule without each-fields `row` does not matter. */
enum rule_truth rule_holds(const struct rule *rule, const struct rule_facts *facts, size_t row);

/* YES when a row hits, the first of them in *row_out; else UNKNOWN when one is not known. */
enum rule_truth rule_judge(const struct rule *rule, const struct rule_facts *facts,
                           size_t *row_out);

/* The rule's sentence with the values of this row, in the arena. Texts are cut, and what is not
 * known reads 未知. */
struct str rule_explain(struct arena *arena, const struct rule_language *language,
                        const struct rule *rule, const struct rule_facts *facts, size_t row);

#endif
