/*
 * stock_pack — what the stock script is given: a flat list of texts.
 *
 * Values are escaped so that the script's four separators (28 … 31) can not occur in one: DLE
 * (16) and the byte with bit 6 turned. stock_pack_plain() takes that back. Private to the store
 * room; stock_text.lua has the other side.
 */
#ifndef SLUICE_STORE_STOCK_PACK_H
#define SLUICE_STORE_STOCK_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "store/stock_ask.h"

/* Separators of the script's texts. */
enum { STOCK_FS = 28, STOCK_GS, STOCK_RS, STOCK_US };

struct stock_args {
    struct arena *arena;
    struct str *items;
    size_t count, capacity;
};

/* `name` of the call and the caller's epoch come first. */
void stock_args_init(struct stock_args *args, struct arena *arena, const char *name,
                     int64_t epoch, size_t capacity);
void stock_args_put(struct stock_args *args, struct str text); /* as it is */
void stock_args_put_text(struct stock_args *args, struct str text); /* escaped */
void stock_args_put_int(struct stock_args *args, int64_t value);
void stock_args_put_list(struct stock_args *args, const struct str *items, size_t count);

/* Escaped; the text itself when there is nothing to escape. */
struct str stock_pack_text(struct arena *arena, struct str text);
/* The reverse, into the arena. */
struct str stock_pack_plain(struct arena *arena, struct str text);

/* Into a list: the escaped text, or the number, and a separator. */
void stock_pack_put(struct buf *buf, struct str text, char separator);
void stock_pack_put_int(struct buf *buf, int64_t value, char separator);

/* "sku GS units RS…" */
struct str stock_pack_units(struct arena *arena, const struct stock_units *units, size_t count);

/* One fact for CHANGE. REJECT for a kind CHANGE does not know. */
bool stock_pack_ask(struct stock_args *args, const struct stock_ask *ask,
                    struct err *err) MUST_CHECK;

/* "id GS warehouse GS carrier GS planned GS number GS day GS 0 GS items RS…" with the shipment
 * ids of plan `number`. */
struct str stock_pack_parcels(struct arena *arena, const struct stock_plan_ask *ask,
                              int64_t number);

/* "rule FS text FS…" */
struct str stock_pack_reasons(struct arena *arena, const struct verdict *verdict);

#endif
