/*
 * rules_inner — what the parts of rules_codec share. Private to the codec.
 */
#ifndef SLUICE_CODEC_RULES_INNER_H
#define SLUICE_CODEC_RULES_INNER_H

#include "codec/json.h"
#include "codec/rules_codec.h"

struct rules_reader {
    struct arena *arena; /* of the set */
    struct str text;     /* the document, for line numbers */
    const struct rule_language *language;
};

/* REJECT with the line on which `at` stands; returns false. */
bool rules_bad(const struct rules_reader *reader, const struct json *at, struct err *err,
               const char *format, ...) PRINTF_LIKE(4, 5);

/* The names of a table, for messages: "a, b, c". `stride` apart, the name at their head. */
struct str rules_names(struct arena *arena, const void *rows, size_t stride);

/* One value of a type, its texts copied into the set's arena. */
bool rules_read_value(const struct rules_reader *reader, const struct json *json,
                      enum rule_type type, const char *const *words, struct rule_value *value_out,
                      struct err *err) MUST_CHECK;

/* The members of an object by their columns: values_out[] in the columns' order, with fallbacks.
 * Members that are no column are refused unless `others` names them (NULL-ended; may be NULL). */
bool rules_read_cells(const struct rules_reader *reader, const struct json *object,
                      const struct rule_column *columns, const char *const *others,
                      struct rule_value *values_out, struct err *err) MUST_CHECK;

/* One rule. */
bool rules_read_rule(const struct rules_reader *reader, const struct json *json,
                     struct rule *rule_out, struct err *err) MUST_CHECK;

/* Sets nodes and `each` of the rule. */
bool rules_read_condition(const struct rules_reader *reader, const struct json *json,
                          struct rule *rule, struct err *err) MUST_CHECK;

/* The place of a field of the language; false when it has no such field. */
bool rules_find_field(const struct rule_language *language, struct str name, size_t *place_out);

#endif
