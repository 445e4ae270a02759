/*
 * mapping_shape — what stands where the channel's file expects something of another shape.
 *
 * Private to the codec. A payment that is a text instead of an object, gifts that are an object
 * instead of a list: read as "not there" they would lose money, lines or an after-sale without
 * a word. They are told apart from what platforms write for "nothing": null, "", 0, false, [] and
 * {} are no wrong shape. All functions fail with REJECT and a reason that names the place.
 */
#ifndef SLUICE_CODEC_MAPPING_SHAPE_H
#define SLUICE_CODEC_MAPPING_SHAPE_H

#include "codec/mapping_check.h"
#include "codec/mapping_file.h"

/* Nothing that is set stands in the way to the path: fit for a value that was not found. */
bool mapping_shape_way(const struct mapping_scope *scope, const struct mapping_path *path,
                       struct err *err) MUST_CHECK;

/* The same of the first condition that does not hold, if one does not: is it because what it looks
 * at lies in something else than an object? */
bool mapping_shape_tests(const struct mapping_scope *scope, const struct mapping_test *tests,
                         size_t count, struct err *err) MUST_CHECK;

/* The same of all places of a field without a value, where its rules' conditions hold. */
bool mapping_shape_field(const struct mapping_scope *scope, const struct mapping_field *field,
                         enum mapping_class class, struct err *err) MUST_CHECK;

/* The list, or each of the lists inside its elements, is a list or nothing. An object passes
 * where `object_may_be`: another place may lie inside it. */
bool mapping_shape_list(const struct mapping_scope *scope, const struct mapping_list *list,
                        bool object_may_be, struct err *err) MUST_CHECK;

/* A source of lines: where none of its places is a list, none holds anything else; every
 * after-sale that names a line names one that the payload has. `order` has its lines. */
bool mapping_shape_lines(const struct mapping_scope *scope, const struct mapping_lines *lines,
                         struct err *err) MUST_CHECK;
bool mapping_shape_after_sales(const struct mapping *mapping, const struct mapping_scope *scope,
                               struct err *err) MUST_CHECK;

#endif
