/*
 * mapping_rule — the rules of a channel file, read once, checked, ready to be applied.
 *
 * Private to the codec: mapping.h is the door. schemas/channels/README.md explains the words.
 * Everything lives in the arena of its mapping.
 */
#ifndef SLUICE_CODEC_MAPPING_RULE_H
#define SLUICE_CODEC_MAPPING_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
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
};

enum mapping_fold { MAPPING_FOLD_NONE = 0, MAPPING_FOLD_SUM, MAPPING_FOLD_MIN, MAPPING_FOLD_MAX };

/* What a rule may take from the canonical order built so far. */
enum mapping_own { MAPPING_OWN_NONE = 0, MAPPING_OWN_LINE_ID, MAPPING_OWN_VERSION };

/* Dotted names and indexes, below the line in a line's rule; "$.x" is always below the order. */
struct mapping_path {
    const char *at;
    bool from_order;
};

enum mapping_check {
    MAPPING_CHECK_SET = 1, /* there, and not "", 0, false or empty */
    MAPPING_CHECK_UNSET,
    MAPPING_CHECK_IS,  /* one of the values; absent is none of them */
    MAPPING_CHECK_NOT, /* none of the values */
    MAPPING_CHECK_HAS, /* a text with this byte */
};

struct mapping_test {
    struct mapping_path path;
    enum mapping_check check;
    struct str *values;
    size_t value_count;
};

struct mapping_pick {
    const char *name;
    struct mapping_path path;
};

/* One way to a field's value. The first rule whose tests hold and that finds one wins. */
struct mapping_rule {
    struct mapping_test *tests;
    size_t test_count;
    struct mapping_path *paths; /* the first that is there; all of them with `join` */
    size_t path_count;
    bool join;
    struct str value, refuse; /* a constant; a reason to refuse the payload */
    bool has_value;
    enum mapping_own own;
    struct mapping_pick *picks;
    size_t pick_count;
    const char *each; /* with fold: over the elements of this list of the order */
    enum mapping_fold fold;
    struct map *table; /* the platform's word → struct str of ours; "" says nothing */
    enum mapping_unit unit;
    struct mapping_path plus; /* a duration in seconds to add */
    bool has_plus;
    int64_t plus_seconds;
    struct str suffix, drop_suffix;
    bool lenient; /* what cannot be read counts as absent */
};

struct mapping_field {
    const struct mapping_rule *rules;
    size_t rule_count; /* 0: the channel does not have it */
    bool required;
};

/* The file's default units. */
struct mapping_units {
    enum mapping_unit money, time;
};

/* Where messages about the file come from, and where what is read goes. */
struct mapping_reader {
    struct arena *arena;
    const char *name;
    struct mapping_units units;
};

/* All FATAL on error: a rule that nobody understands is a broken installation. */
bool mapping_rule_units(struct mapping_reader *reader, const struct json *units, struct err *err);
bool mapping_rule_field(const struct mapping_reader *reader, const struct json *json,
                        enum mapping_class class, struct mapping_field *field_out, struct err *err);
bool mapping_rule_tests(const struct mapping_reader *reader, const struct json *json,
                        struct mapping_test **tests_out, size_t *count_out, struct err *err);
/* A text or a list of texts. */
bool mapping_rule_texts(const struct mapping_reader *reader, const struct json *json,
                        struct str **texts_out, size_t *count_out, struct err *err);

#endif
