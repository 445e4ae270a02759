/*
 * event_order — see event_codec.h: the one door through which workers read a kept order.
 */
#include "codec/event_codec.h"
#include "codec/order_codec.h"

bool event_decode_order(struct arena *arena, struct str json, struct order *order_out,
                        struct err *err)
{
    return order_decode_text(arena, json, order_out, err);
}
