/* event — see event.h. */
#include "domain/event.h"

#include "base/hash.h"
#include "domain/names.h"

struct event_row {
    const char *name;
    enum topic topic;
    enum event_shape shape;
};

static const struct event_row event_rows[EVENT_KIND_COUNT] = {
#define ROW(kind, text, where, what) \
    [EVENT_##kind] = { .name = (text), .topic = TOPIC_##where, .shape = EVENT_SHAPE_##what }
    ROW(PAYLOAD_RECEIVED, "payload.received", ORDERS_RAW, PAYLOAD),

    ROW(ORDER_SNAPSHOT_TAKEN, "order.snapshot_taken", ORDERS_CHANGES, SNAPSHOT),
    ROW(ORDER_CANCELLED, "order.cancelled", ORDERS_CHANGES, FACT),
    ROW(ORDER_APPROVED, "order.approved", ORDERS_CHANGES, FACT),
    ROW(ORDER_DECLINED, "order.declined", ORDERS_CHANGES, FACT),
    ROW(ORDER_REJECTED, "order.rejected", ORDERS_CHANGES, FACT),
    ROW(ORDER_UNROUTABLE, "order.unroutable", ORDERS_CHANGES, FACT),
    ROW(ORDER_PARCEL_SHIPPED, "order.parcel_shipped", ORDERS_CHANGES, FACT),
    ROW(ORDER_PARCEL_STOPPED, "order.parcel_stopped", ORDERS_CHANGES, FACT),
    ROW(ORDER_REFUND_CHANGED, "order.refund_changed", ORDERS_CHANGES, FACT),
    ROW(ORDER_PAYMENT_MADE, "order.payment_made", ORDERS_CHANGES, FACT),
    ROW(ORDER_ADDRESS_CORRECTED, "order.address_corrected", ORDERS_CHANGES, FACT),
    ROW(ORDER_RESCREEN, "order.rescreen", ORDERS_CHANGES, FACT),
    ROW(ORDER_REPLAN, "order.replan", ORDERS_CHANGES, FACT),
    ROW(ORDER_RETRY, "order.retry", ORDERS_CHANGES, FACT),
    ROW(ORDER_HOLD_DUE, "order.hold_due", ORDERS_CHANGES, FACT),
    ROW(ORDER_REROUTE, "order.reroute", ORDERS_CHANGES, FACT),

    ROW(ORDER_RESERVED, "order.reserved", ORDERS_RESERVED, ANSWER),
    ROW(ORDER_SCREENED, "order.screened", ORDERS_SCREENED, ANSWER),
    ROW(ORDER_ROUTED, "order.routed", ORDERS_ROUTED, ANSWER),

    ROW(SHIPMENT_PACK_REQUESTED, "shipment.pack_requested", SHIPMENTS_PLANNED, SHIPMENT),
    ROW(SHIPMENT_STOP_REQUESTED, "shipment.stop_requested", SHIPMENTS_PLANNED, SHIPMENT),
    ROW(SHIPMENT_PACKED, "shipment.packed", SHIPMENTS_SCANNED, SCAN),
    ROW(SHIPMENT_LEFT, "shipment.left", SHIPMENTS_SCANNED, SCAN),
    ROW(SHIPMENT_STOPPED, "shipment.stopped", SHIPMENTS_SCANNED, SCAN),
    ROW(SHIPMENT_VERIFIED, "shipment.verified", SHIPMENTS_VERIFIED, CHECK),

    ROW(STOCK_COUNTED, "stock.counted", STOCK_FEED, FEED),
    ROW(STOCK_MOVED, "stock.moved", STOCK_FEED, FEED),
    ROW(STOCK_LEVEL_SET, "stock.level_set", STOCK_LEVELS, LEVEL),

    ROW(ALERT_RAISED, "alert.raised", ALERTS_RAISED, ALERT),
    ROW(ALERT_SENT, "alert.sent", ALERTS_SENT, SENT),

    ROW(FLEET_PAUSED, "fleet.paused", RULES, FLEET),
    ROW(FLEET_RESUMED, "fleet.resumed", RULES, FLEET),
    ROW(RULES_PUBLISHED, "rules.published", RULES, RULES),
#undef ROW
};

static const char *const check_kind_texts[] = {
    [CHECK_KIND_GO] = "go",
    [CHECK_KIND_STOP] = "stop",
    [CHECK_KIND_WRONG] = "wrong",
};
static const struct names check_kind_names = NAMES(check_kind_texts);

const char *check_kind_name(enum check_kind kind)
{
    return names_get(&check_kind_names, (size_t)kind);
}

enum check_kind check_kind_of(struct str name)
{
    return (enum check_kind)names_find(&check_kind_names, name);
}

/* NONE and what is no kind of ours have the empty row. */
static const struct event_row *event_row_of(enum event_kind kind)
{
    return &event_rows[(size_t)kind < EVENT_KIND_COUNT ? kind : EVENT_NONE];
}

const char *event_kind_name(enum event_kind kind)
{
    const char *name = event_row_of(kind)->name;

    return name ? name : "none";
}

enum event_kind event_kind_of(struct str name)
{
    for (enum event_kind kind = EVENT_NONE + 1; kind < EVENT_KIND_COUNT; kind++) {
        if (str_is(name, event_rows[kind].name))
            return kind;
    }
    return EVENT_NONE;
}

enum topic event_kind_topic(enum event_kind kind)
{
    return event_row_of(kind)->topic;
}

enum event_shape event_kind_shape(enum event_kind kind)
{
    return event_row_of(kind)->shape;
}

void event_follow(struct event *event, const struct event *cause)
{
    event->trace = cause->trace;
    event->entered_ms = cause->entered_ms;
}

struct str event_answer_id(struct arena *arena, struct str order_id, int64_t rev,
                           enum event_kind kind)
{
    return HASH_ID(arena, order_id, arena_format(arena, "%lld", (long long)rev),
                   str_of(event_kind_name(kind)));
}

struct str event_fact_id(struct arena *arena, struct str order_id, enum event_kind kind,
                         struct str cause)
{
    return HASH_ID(arena, order_id, str_of(event_kind_name(kind)), cause);
}

struct str event_alert_id(struct arena *arena, struct str subject, struct str gate,
                          struct str which)
{
    return HASH_ID(arena, subject, gate, which);
}
