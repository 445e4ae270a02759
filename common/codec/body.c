/*
 * body — see body.h.
 */
#include "codec/body.h"

#include "base/check.h"
#include "codec/order_codec.h"

#define BODY_CAPACITY 512

struct body_shape {
    const struct field_table *table;
    size_t subject_offset; /* in the union: what the message's key must be */
    const char *subject;
    struct str key_head; /* stands before the subject in the key */
};

#define BODY_SHAPE(table_, owner, member, ...)                                                     \
    {                                                                                              \
        .table = &(table_), .subject_offset = offsetof(owner, member), .subject = #member,         \
        __VA_ARGS__                                                                                \
    }

/* Snapshots have no row: their body is not the struct that the event keeps. */
static const struct body_shape body_shapes[] = {
    [EVENT_SHAPE_FACT] = BODY_SHAPE(body_fact, struct fact_body, order_id),
    [EVENT_SHAPE_ANSWER] = BODY_SHAPE(body_answer, struct answer_body, order_id),
    [EVENT_SHAPE_SHIPMENT] = BODY_SHAPE(body_shipment, struct shipment_body, shipment_id),
    [EVENT_SHAPE_SCAN] = BODY_SHAPE(body_scan, struct scan_body, shipment_id),
    [EVENT_SHAPE_CHECK] = BODY_SHAPE(body_check, struct check_body, shipment_id),
    [EVENT_SHAPE_FEED] = BODY_SHAPE(body_feed, struct feed_body, sku),
    [EVENT_SHAPE_LEVEL] = BODY_SHAPE(body_level, struct level_body, sku),
    [EVENT_SHAPE_ALERT] = BODY_SHAPE(body_alert, struct alert_body, alert_id),
    [EVENT_SHAPE_SENT] = BODY_SHAPE(body_sent, struct sent_body, alert_id),
    [EVENT_SHAPE_FLEET] = BODY_SHAPE(body_fleet, struct fleet_body, worker,
                                     .key_head = { "pause/", sizeof("pause/") - 1 }),
    [EVENT_SHAPE_RULES] = BODY_SHAPE(body_rules, struct rules_body, set),
};

static const struct body_shape *body_shape_of(enum event_kind kind)
{
    enum event_shape shape = event_kind_shape(kind);

    CHECK(shape < sizeof(body_shapes) / sizeof(body_shapes[0]) && body_shapes[shape].table);
    return &body_shapes[shape];
}

/* ---- reading ---- */

/* `head` is what the key has before the subject; mostly nothing. */
static bool body_check_key(const struct event *event, struct str head, const char *subject,
                           struct str value, struct err *err)
{
    struct str key = event->key;

    if (str_starts(key, head)
        && str_eq((struct str){ key.data + head.size, key.size - head.size }, value))
        return true;
    return err_set(err, ERR_REJECT, "%s is not the message's key: %s is keyed by its %s", subject,
                   event_kind_name(event->kind), subject);
}

/* The order within must be the one the body speaks of, in the content it speaks of. */
static bool body_check_order(const struct order *order, struct str order_id, struct str digest,
                             struct err *err)
{
    if (!str_eq(order->order_id, order_id))
        return err_set(err, ERR_REJECT, "order.order_id is not the body's order_id");
    if (!str_eq(order->digest, digest))
        return err_set(err, ERR_REJECT, "digest is not that of the order in the body");
    return true;
}

static bool body_decode_snapshot(struct arena *arena, const struct json *root, struct event *event,
                                 struct err *err)
{
    struct body_snapshot_parts body = { 0 };

    if (!field_decode(arena, &body_snapshot, root, STR_NONE, &body, err)
        || !body_check_key(event, STR_NONE, "order_id", body.order_id, err)
        || !body_check_order(&body.order, body.order_id, body.digest, err))
        return false;
    event->snapshot.order = body.order;
    return true;
}

bool body_decode(struct arena *arena, const struct json *root, struct event *event, struct err *err)
{
    void *base = &event->payload; /* where every member of the union begins */
    const struct body_shape *shape;
    const struct str *subject;

    if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN)
        return body_decode_snapshot(arena, root, event, err);
    shape = body_shape_of(event->kind);
    if (!field_decode(arena, shape->table, root, STR_NONE, base, err))
        return false;
    subject = (const struct str *)((const char *)base + shape->subject_offset);
    if (!body_check_key(event, shape->key_head, shape->subject, *subject, err))
        return false;
    if (event_kind_shape(event->kind) == EVENT_SHAPE_ANSWER
        && !body_check_order(&event->answer.order, event->answer.order_id, event->answer.digest,
                             err))
        return false;
    return body_check_kind(event, shape->table, err);
}

/* ---- writing ---- */

static size_t body_capacity(const struct event *event)
{
    enum event_shape shape = event_kind_shape(event->kind);

    if (shape == EVENT_SHAPE_SNAPSHOT)
        return event->snapshot.order.json.size + BODY_CAPACITY;
    if (shape == EVENT_SHAPE_ANSWER)
        return event->answer.order.json.size + 2 * BODY_CAPACITY;
    return BODY_CAPACITY;
}

static void body_encode_snapshot(const struct order *order, struct json_out *out)
{
    struct body_snapshot_parts body = {
        .order_id = order->order_id,
        .digest = order->digest,
        .order = *order,
    };

    field_encode(&body_snapshot, &body, out);
}

struct str body_encode(struct arena *arena, const struct event *event)
{
    struct json_out out;

    json_out_init(&out, arena, body_capacity(event));
    json_out_object(&out, NULL);
    if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN)
        body_encode_snapshot(&event->snapshot.order, &out);
    else
        field_encode(body_shape_of(event->kind)->table, &event->payload, &out);
    json_out_object_end(&out);
    return json_out_str(&out);
}
