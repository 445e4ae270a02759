/*
 * mapping_convert — what a platform writes becomes ours: units, ids, words of our tables.
 *
 * Private to the codec. Strict: what is not exactly a value of its class is refused, with the
 * path in the payload and what to do. Only ids and states are quoted in a reason, free text never.
 */
#ifndef SLUICE_CODEC_MAPPING_CONVERT_H
#define SLUICE_CODEC_MAPPING_CONVERT_H

#include "codec/mapping_rule.h"

/* A text under way to a value, and where it came from. */
struct mapping_convert {
    const struct mapping_rule *rule;
    const char *file;  /* the channel file, for messages */
    const char *where; /* "" or "sku_order_list.2." */
    const char *at;    /* the path below it */
    struct str text;
};

struct mapping_value {
    bool found;
    struct str text;
    int64_t number; /* money, times, counts, flags, and our enums */
};

/* By the rule's table, then by the class. *value_out stays as it is when the table's word is "",
 * which says nothing, and when a lenient rule cannot read it. */
bool mapping_convert_read(struct mapping_convert *reading, enum mapping_class class,
                          struct mapping_value *value_out, struct err *err) MUST_CHECK;

/* A whole number, not negative. */
bool mapping_convert_count(const struct mapping_convert *reading, int64_t *out,
                           struct err *err) MUST_CHECK;

/* Ciphertexts go with the order from hop to hop: a few hundred bytes, never a document. */
bool mapping_convert_json_fits(const struct mapping_convert *reading, struct str text,
                               struct err *err) MUST_CHECK;

/* REJECT: "<where><at> <what>; fetch the order again …". Returns false. */
bool mapping_convert_bad(const struct mapping_convert *reading, const char *what, struct err *err);

#endif
