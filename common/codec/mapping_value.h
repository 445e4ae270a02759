/*
 * mapping_value — finds the value of one field in a payload, by its rules.
 *
 * Private to the codec. A value that is absent is not an error here: whether it had to be there
 * is the caller's question. A value that cannot be read is, unless its rule is lenient.
 */
#ifndef SLUICE_CODEC_MAPPING_VALUE_H
#define SLUICE_CODEC_MAPPING_VALUE_H

#include "codec/mapping_check.h"
#include "codec/mapping_convert.h"
#include "codec/mapping_rule.h"

bool mapping_value_find(const struct mapping_scope *scope, const struct mapping_field *field,
                        enum mapping_class class, struct mapping_value *value_out,
                        struct err *err) MUST_CHECK;

#endif
