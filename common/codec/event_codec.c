/*
 * event_codec — see event_codec.h. The headers are envelope.c's, the bodies body.c's.
 */
#include "codec/event_codec.h"

#include "codec/body.h"
#include "codec/envelope.h"
#include "codec/order_codec.h"

/* Dead letters of dead.<worker> are for people and the ledger: no kind, and nothing is asked of
 * them, for they are there because something was wrong with them. */
static bool event_is_dead(enum topic topic)
{
    return topic >= TOPIC_DEAD_INGEST && topic <= TOPIC_DEAD_LEDGER;
}

static struct event event_of_dead(const struct message *message)
{
    return (struct event){
        .id = message_header(message, "ce_id"),
        .key = message->key,
        .time_ms = message->time_ms,
        .origin = message->origin,
        .message = message,
    };
}

bool event_decode(struct arena *arena, const struct message *message, struct event *event_out,
                  struct err *err)
{
    struct event event;
    const struct json *root;

    if (event_is_dead(message->topic)) {
        *event_out = event_of_dead(message);
        return true;
    }
    if (!envelope_decode(message, &event, err))
        return false;
    if (event.kind == EVENT_PAYLOAD_RECEIVED)
        event.payload.bytes = message->value;
    else if (!json_parse(arena, message->value, &root, err)
             || !body_decode(arena, root, &event, err))
        return err_in(err, "%s", event_kind_name(event.kind));
    *event_out = event;
    return true;
}

/* The order's canonical bytes, made now when nobody has yet. */
static void event_encode_snapshot(struct arena *arena, const struct event *event,
                                  struct message *message)
{
    struct event whole = *event;

    order_encode(arena, &whole.snapshot.order);
    message->value = body_encode(arena, &whole);
}

void event_encode(struct arena *arena, const struct event *event, struct message *message_out)
{
    *message_out = (struct message){ 0 };
    envelope_encode(arena, event, message_out);
    if (event->kind == EVENT_PAYLOAD_RECEIVED)
        message_out->value = event->payload.bytes;
    else if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN && event->snapshot.order.json.size == 0)
        event_encode_snapshot(arena, event, message_out);
    else
        message_out->value = body_encode(arena, event);
}
