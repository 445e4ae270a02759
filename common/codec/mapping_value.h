/*
 * mapping_value — finds the value of one field in a payload, by its rules.
 *
 * Private to the codec. A value that is absent is not an error here: whether it had to be there
 * is the caller's question. A value that cannot be read is, unless its rule is lenient.
 */
#ifndef SLUICE_CODEC_MAPPING_VALUE_H
#define SLUICE_CODEC_MAPPING_VALUE_H

#include "codec/mapping_convert.h"
#include "codec/mapping_rule.h"

/* What rules look at: one order of a payload, or one line of it. */
struct mapping_scope {
    struct arena *arena;
    const char *file;         /* for messages: the channel file */
    const struct json *order; /* the order object of the payload */
    const struct json *here;  /* the order again, or the line */
    const char *where;        /* for messages: "" or "sku_order_list.2." */
    struct str own_line_id;   /* of the line so far */
    int64_t own_version;      /* of the order so far */
};

bool mapping_value_find(const struct mapping_scope *scope, const struct mapping_field *field,
                        enum mapping_class class, struct mapping_value *value_out,
                        struct err *err) MUST_CHECK;

/* The elements of a list, or of the lists inside its elements. */
struct mapping_walk {
    const struct json *outer, *item; /* where it stands; item NULL: at the end */
    const char *inner;
};

/* Stands at the first element below `from`. False: there is no such list. */
bool mapping_walk_begin(struct mapping_walk *walk, const struct json *from,
                        const struct mapping_list *list);
void mapping_walk_next(struct mapping_walk *walk);

/* Do all tests hold here? */
bool mapping_value_tests(const struct mapping_scope *scope, const struct mapping_test *tests,
                         size_t count);

/* There, and not "", 0, false, null or empty. */
bool mapping_value_is_set(const struct json *json);

#endif
