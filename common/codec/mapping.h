/*
 * mapping — a channel's payload becomes the canonical order, by a file.
 *
 * A channel is data, not code: schemas/channels/<channel>.json says where each canonical field
 * lies in the payload, in which unit, which of the platform's states mean which stage, and what
 * must be there (schemas/channels/README.md is the manual of the file). Code here holds only
 * what a table cannot say, and what is true for every channel: nothing is paid before it is
 * paid, and a line is never further than its order.
 *
 * A mapping lives as long as the process and is never changed. What it makes from a payload is
 * borrowed from the payload and the arena. It refuses (REJECT) what it does not understand, with
 * what, where and what to do; it never guesses, and never quotes free text of the payload.
 */
#ifndef SLUICE_CODEC_MAPPING_H
#define SLUICE_CODEC_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/order.h"

struct mapping;

/* From the text of a channel file; `name` (its file name) goes into messages. FATAL says which
 * rule is wrong. Nothing of `text` is kept. */
bool mapping_open(struct mapping **mapping_out, const char *name, struct str text,
                  struct err *err) MUST_CHECK;
void mapping_close(struct mapping *mapping); /* NULL is fine */

/* "douyin"; lives as long as the mapping. */
struct str mapping_channel(const struct mapping *mapping);

/* The one order in the payload: the bare order object, or one of the channel's answers that
 * holds exactly one. Ids and all fields but json and digest are set (order_encode() does those). */
bool mapping_order(const struct mapping *mapping, struct arena *arena, struct str shop,
                   struct str payload, struct order *order_out, struct err *err) MUST_CHECK;

/* An order inside a payload that may hold many: its own bytes, exactly as they stand there. */
struct mapping_part {
    struct str platform_id; /* empty: none was found, or it is no id */
    struct str bytes;
};

/* All orders in the payload, in their order: of a bare object, of a list, of an answer with a list.
 * An answer with exactly one order is kept whole, envelope and all, for mapping_order() reads it
 * so. REJECT: not JSON, or an answer that holds no order (an error, an empty list). */
bool mapping_split(const struct mapping *mapping, struct arena *arena, struct str payload,
                   struct mapping_part **parts_out, size_t *count_out, struct err *err) MUST_CHECK;

#endif
