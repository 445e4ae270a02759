/*
 * order_codec — the canonical order ↔ JSON (schemas/events/order.v1.json).
 */
#ifndef SLUICE_CODEC_ORDER_CODEC_H
#define SLUICE_CODEC_ORDER_CODEC_H

#include "base/arena.h"
#include "base/err.h"
#include "codec/json.h"
#include "domain/order.h"

/* The canonical bytes: fields in the order of DESIGN 3, empty ones left out. Sets order->json
 * and order->digest. */
void order_encode(struct arena *arena, struct order *order);

/* Decodes and validates (order_validate). order->json borrows value->source. The digest is
 * computed afresh. REJECT names the field. */
bool order_decode(struct arena *arena, const struct json *value, struct order *order_out,
                  struct err *err) MUST_CHECK;

/* The same from text: a body kept in PostgreSQL. */
bool order_decode_text(struct arena *arena, struct str text, struct order *order_out,
                       struct err *err) MUST_CHECK;

#endif
