/*
 * order_fields — parts of the canonical order that other bodies carry too. Private to this room;
 * the tables stand in order_codec.c.
 */
#ifndef SLUICE_CODEC_ORDER_FIELDS_H
#define SLUICE_CODEC_ORDER_FIELDS_H

#include "codec/field.h"

extern const struct field_table order_fields_receiver; /* struct order_receiver */
extern const struct field_table order_fields_refund;   /* struct order_refund */

#endif
