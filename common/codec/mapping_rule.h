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
#include "codec/mapping_term.h"

enum mapping_fold { MAPPING_FOLD_NONE = 0, MAPPING_FOLD_SUM, MAPPING_FOLD_MIN, MAPPING_FOLD_MAX };

/* What a rule may take from the canonical order built so far. */
enum mapping_own { MAPPING_OWN_NONE = 0, MAPPING_OWN_LINE_ID, MAPPING_OWN_VERSION };

struct mapping_pick {
    const char *name;
    struct mapping_path path;
};

/* One way to a field's value. The first rule whose tests hold and that finds one wins. */
struct mapping_rule {
    struct mapping_test *tests;
    size_t test_count;
    struct mapping_path *paths; /* the first that is there; all of them with `join` and `sum` */
    size_t path_count;
    bool join, sum;
    struct str value, refuse; /* a constant; a reason to refuse the payload */
    bool has_value;
    enum mapping_own own;
    struct mapping_pick *picks;
    size_t pick_count;
    struct mapping_list each; /* with fold: over the elements of this list */
    enum mapping_fold fold;
    struct map *table; /* the platform's word → struct str of ours; "" says nothing */
    enum mapping_unit unit;
    struct mapping_path plus; /* a duration in seconds to add */
    bool has_plus;
    int64_t plus_seconds;
    struct str suffix, drop_suffix;
    bool digits;  /* an id of nothing but digits */
    bool lenient; /* what cannot be read counts as absent */
};

struct mapping_field {
    const struct mapping_rule *rules;
    size_t rule_count; /* 0: the channel does not have it */
    bool required;
};

/* FATAL, with the words around it, on a rule that nobody understands: a broken installation. */
bool mapping_rule_field(const struct mapping_reader *reader, const struct json *json,
                        enum mapping_class class, struct mapping_field *field_out,
                        struct err *err) MUST_CHECK;

#endif
