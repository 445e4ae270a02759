/*
 * mapping_fill — an order or a line from the payload, field by field.
 *
 * Private to the codec: mapping.h is the door. mapping_fill.c fills one struct by the table of its
 * targets; mapping_lines.c makes the lines of an order, with their after-sales.
 */
#ifndef SLUICE_CODEC_MAPPING_FILL_H
#define SLUICE_CODEC_MAPPING_FILL_H

#include "codec/mapping_file.h"
#include "codec/mapping_value.h"

/* Fills every field of *base that has rules and is there. REJECT: one cannot be read, or is missing
 * and required. Text is borrowed from the payload or the arena. */
bool mapping_fill(const struct mapping_scope *scope, const struct mapping_target *targets,
                  const struct mapping_field *fields, void *base, struct err *err) MUST_CHECK;

/* All lines of the order, from all lists of the channel; at least one. Moves the scope along. */
bool mapping_lines_read(const struct mapping *mapping, struct mapping_scope *scope,
                        struct order *order, struct err *err) MUST_CHECK;

#endif
