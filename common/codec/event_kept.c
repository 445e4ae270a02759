/*
 * event_kept — see event_codec.h: the doors through which workers read what is kept in PostgreSQL.
 */
#include "codec/body.h"
#include "codec/event_codec.h"
#include "codec/order_codec.h"

bool event_decode_order(struct arena *arena, struct str json, struct order *order_out,
                        struct err *err)
{
    return order_decode_text(arena, json, order_out, err);
}

bool event_decode_alert(struct arena *arena, struct str json, struct alert_body *alert_out,
                        struct err *err)
{
    struct alert_body alert = { .rev = 0 };
    const struct json *root;

    if (!json_parse(arena, json, &root, err)
        || !field_decode(arena, &body_alert, root, STR_NONE, &alert, err))
        return false;
    *alert_out = alert;
    return true;
}
