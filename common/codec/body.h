/*
 * body — the bodies of all kinds: which table reads and writes each, what the kind asks of it.
 *
 * A table belongs to a shape (a member of struct event's union); what one kind of that shape
 * asks for beyond it stands in the kind's row (body_kinds.c): `order.approved` is a fact like
 * any other, but must name the rev and digest it judged. Private to this room.
 */
#ifndef SLUICE_CODEC_BODY_H
#define SLUICE_CODEC_BODY_H

#include "base/arena.h"
#include "base/err.h"
#include "codec/field.h"
#include "domain/event.h"

/* No warehouse holds or moves more of one SKU. */
#define BODY_QUANTITY_MAX 1000000000

/* Fills the union of `event`, whose kind and key are set. Checks that the key is the body's
 * subject and the digest that of its order. Not for payloads: their bytes are no body of ours. */
bool body_decode(struct arena *arena, const struct json *root, struct event *event,
                 struct err *err) MUST_CHECK;

/* The body as bytes in the arena. */
struct str body_encode(struct arena *arena, const struct event *event);

/* What a kind asks for beyond the table of its shape. REJECT names the field and the kind. */
bool body_check_kind(const struct event *event, const struct field_table *table,
                     struct err *err) MUST_CHECK;

/* body_tables.c */
extern const struct field_table body_fact, body_answer, body_shipment, body_scan, body_check,
    body_feed, body_level, body_alert, body_sent, body_fleet, body_rules;

/* The body of a snapshot; the event keeps the order alone. */
struct body_snapshot_parts {
    struct str order_id, digest;
    struct order order;
};
extern const struct field_table body_snapshot;

#endif
