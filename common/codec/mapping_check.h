/*
 * mapping_check — do the conditions of a rule hold at a place of the payload?
 *
 * Private to the codec. Only looks: conditions cannot fail, and what is absent is no value.
 */
#ifndef SLUICE_CODEC_MAPPING_CHECK_H
#define SLUICE_CODEC_MAPPING_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "codec/json.h"
#include "codec/mapping_term.h"

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

/* What lies at the path; never NULL (json.h). */
const struct json *mapping_check_look(const struct mapping_scope *scope,
                                      const struct mapping_path *path);

/* A number, a truth value or a text as text; anything else has none. */
struct str mapping_check_text(const struct json *json);

/* There, and not blank, a nought ("0.00", -0, "0000-00-00 00:00:00"), false, null or empty. */
bool mapping_check_is_set(const struct json *json);

/* Do all tests hold here? */
bool mapping_check_tests(const struct mapping_scope *scope, const struct mapping_test *tests,
                         size_t count);

#endif
