/*
 * mapping_term — the small words of a channel file: classes, units, paths, lists, conditions.
 *
 * Private to the codec: mapping.h is the door, mapping_rule.h makes rules of these. What is read
 * lives in the reader's arena. All readers say FATAL, what is wrong and the words around it; the
 * caller puts the file and the field in front.
 */
#ifndef SLUICE_CODEC_MAPPING_TERM_H
#define SLUICE_CODEC_MAPPING_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/json.h"

/* What a canonical field is: decides what counts as absent, and how a value is read. */
enum mapping_class {
    MAPPING_CLASS_NONE = 0,
    MAPPING_CLASS_TEXT,  /* free text */
    MAPPING_CLASS_ID,    /* digits and letters, kept exactly; 0 is none */
    MAPPING_CLASS_CODE,  /* a key without blanks at its ends; 0 is none */
    MAPPING_CLASS_MONEY, /* fen */
    MAPPING_CLASS_TIME,  /* ms; 0 is none */
    MAPPING_CLASS_COUNT, /* a whole number */
    MAPPING_CLASS_STAGE,
    MAPPING_CLASS_KIND,
    MAPPING_CLASS_REFUND,
    MAPPING_CLASS_FLAG,
    MAPPING_CLASS_JSON, /* kept as JSON text */
};

enum mapping_unit {
    MAPPING_UNIT_NONE = 0,
    MAPPING_UNIT_FEN,
    MAPPING_UNIT_YUAN,
    MAPPING_UNIT_SECONDS,
    MAPPING_UNIT_MILLISECONDS,
    MAPPING_UNIT_CHINA_TIME,
    MAPPING_UNIT_RFC3339,
};

/* Dotted names and indexes, below the line in a line's rule; "$.x" is always below the order. */
struct mapping_path {
    const char *at;
    bool from_order;
    bool minus; /* in a sum: this one is taken off */
};

/* A list, or with `inner` the lists inside its elements: "packages.*.items". */
struct mapping_list {
    struct mapping_path outer; /* at NULL: none */
    const char *inner;
};

enum mapping_check {
    MAPPING_CHECK_SET = 1, /* there, and not "", 0, false or empty */
    MAPPING_CHECK_UNSET,
    MAPPING_CHECK_IS,  /* one of the values; absent is none of them */
    MAPPING_CHECK_NOT, /* none of the values */
    MAPPING_CHECK_HAS, /* a text that holds one of them, a list with one of them in it */
    MAPPING_CHECK_IN,  /* an element of a list has the same values */
    MAPPING_CHECK_ANY, /* one of several conditions holds */
};

/* A value here and the one it must be equal to in an element of the list. */
struct mapping_same {
    struct mapping_path here;
    const char *there;
};

struct mapping_test {
    struct mapping_path path;
    enum mapping_check check;
    struct str *values;
    size_t value_count;
    struct mapping_list list; /* of MAPPING_CHECK_IN */
    struct mapping_same *same;
    size_t same_count;
    struct mapping_test *any; /* of MAPPING_CHECK_ANY */
    size_t any_count;
};

/* The file's default units. */
struct mapping_units {
    enum mapping_unit money, time;
};

/* Where what is read goes, and what the file says once for all rules. */
struct mapping_reader {
    struct arena *arena;
    struct mapping_units units;
};

/* Returns false, with `what` and the beginning of `json`. */
bool mapping_term_bad(const struct json *json, const char *what, struct err *err);

/* Only these members, ended by NULL: a misspelt one would silently do nothing. */
bool mapping_term_members(const struct json *json, const char *const names[],
                          struct err *err) MUST_CHECK;

struct str mapping_term_keep(const struct mapping_reader *reader, struct str text);

enum mapping_unit mapping_term_unit_of(struct str name); /* NONE: no unit of that name */
bool mapping_term_unit_fits(enum mapping_unit unit, enum mapping_class class);
bool mapping_term_units(struct mapping_reader *reader, const struct json *units,
                        struct err *err) MUST_CHECK;

bool mapping_term_path(const struct mapping_reader *reader, const struct json *json,
                       struct mapping_path *path_out, struct err *err) MUST_CHECK;
/* One path or a list of them; at least one. */
bool mapping_term_paths(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_path **paths_out, size_t *count_out,
                        struct err *err) MUST_CHECK;
bool mapping_term_list(const struct mapping_reader *reader, const struct json *json,
                       struct mapping_list *list_out, struct err *err) MUST_CHECK;
/* A text, a number or a truth value, or a list of such, as texts. */
bool mapping_term_texts(const struct mapping_reader *reader, const struct json *json,
                        struct str **texts_out, size_t *count_out, struct err *err) MUST_CHECK;
/* One condition, a list of them, or none at all. */
bool mapping_term_tests(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_test **tests_out, size_t *count_out,
                        struct err *err) MUST_CHECK;

#endif
