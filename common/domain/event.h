/*
 * event — a fact, a request or an answer on its way through the fleet.
 *
 * The envelope is CloudEvents (Kafka binding, binary mode); the body is one of the structs of
 * event_body.h, chosen by the kind. Ids are deterministic (STOCK.md, What messages carry), so
 * that an event announced twice has the id of the first. All text is borrowed from the arena.
 */
#ifndef SLUICE_DOMAIN_EVENT_H
#define SLUICE_DOMAIN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "domain/event_body.h"
#include "domain/message.h"
#include "domain/topic.h"

enum event_kind {
    EVENT_NONE = 0,

    /* orders.raw: body is a platform's payload, byte for byte */
    EVENT_PAYLOAD_RECEIVED,

    /* orders.changes: facts */
    EVENT_ORDER_SNAPSHOT_TAKEN,   /* snapshot */
    EVENT_ORDER_CANCELLED,        /* fact: by a person */
    EVENT_ORDER_APPROVED,         /* fact: by a person, names rev and digest */
    EVENT_ORDER_DECLINED,         /* fact: by a person, names rev and digest */
    EVENT_ORDER_REJECTED,         /* fact: by anomaly, names rev */
    EVENT_ORDER_UNROUTABLE,       /* fact: by route, names rev */
    EVENT_ORDER_PARCEL_SHIPPED,   /* fact: shipment id and at */
    EVENT_ORDER_PARCEL_STOPPED,   /* fact: shipment id and at */
    EVENT_ORDER_REFUND_CHANGED,   /* fact: after-sale id and version */
    EVENT_ORDER_PAYMENT_MADE,     /* fact: transaction id */
    EVENT_ORDER_ADDRESS_CORRECTED, /* fact: by a person, names rev and digest */
    /* orders.changes: requests and nudges */
    EVENT_ORDER_RESCREEN,         /* fact: names rev */
    EVENT_ORDER_REPLAN,           /* fact: names plan number */
    EVENT_ORDER_RETRY,            /* fact: nothing named */
    EVENT_ORDER_HOLD_DUE,         /* fact: nothing named */
    EVENT_ORDER_REROUTE,          /* fact: names rev */

    /* answers */
    EVENT_ORDER_RESERVED, /* orders.reserved: answer */
    EVENT_ORDER_SCREENED, /* orders.screened: answer, with verdict */
    EVENT_ORDER_ROUTED,   /* orders.routed: answer, with plan */

    /* parcels */
    EVENT_SHIPMENT_PACK_REQUESTED, /* shipments.planned: shipment */
    EVENT_SHIPMENT_STOP_REQUESTED, /* shipments.planned: shipment */
    EVENT_SHIPMENT_PACKED,         /* shipments.scanned: scan */
    EVENT_SHIPMENT_LEFT,           /* shipments.scanned: scan */
    EVENT_SHIPMENT_STOPPED,        /* shipments.scanned: scan */
    EVENT_SHIPMENT_VERIFIED,       /* shipments.verified: check */

    /* stock */
    EVENT_STOCK_COUNTED, /* stock.feed: feed */
    EVENT_STOCK_MOVED,   /* stock.feed: feed */
    EVENT_STOCK_LEVEL_SET, /* stock.levels: level */

    /* people */
    EVENT_ALERT_RAISED, /* alerts.raised: alert */
    EVENT_ALERT_SENT,   /* alerts.sent: sent */

    /* the fleet itself */
    EVENT_FLEET_PAUSED,  /* rules: fleet */
    EVENT_FLEET_RESUMED, /* rules: fleet */
    EVENT_RULES_PUBLISHED, /* rules: rules */

    EVENT_KIND_COUNT,
};

struct event {
    enum event_kind kind;
    struct str id;         /* ce_id */
    struct str source;     /* ce_source, "/sluice/reserve" */
    struct str key;        /* the Kafka key: order id, shipment id, SKU, alert id */
    int64_t time_ms;       /* ce_time: the fact's own time, never the time of sending */
    struct str trace;      /* traceparent, passed on unchanged; may be empty */
    int64_t entered_ms;    /* header entered: when the order's payload reached orders.raw */
    struct origin origin;  /* where it was read */
    const struct message *message; /* the bytes it was read from; NULL on a new one */
    union {
        struct payload_body payload;
        struct snapshot_body snapshot;
        struct fact_body fact;
        struct answer_body answer;
        struct shipment_body shipment;
        struct scan_body scan;
        struct check_body check;
        struct feed_body feed;
        struct level_body level;
        struct alert_body alert;
        struct sent_body sent;
        struct fleet_body fleet;
        struct rules_body rules;
    };
};

/* "order.snapshot_taken"; static text. ce_type is "cn.sluice." + name + ".v1". */
const char *event_kind_name(enum event_kind kind);
enum event_kind event_kind_of(struct str name);

/* The topic a kind travels on. */
enum topic event_kind_topic(enum event_kind kind);

/* Which union member a kind uses. */
enum event_shape {
    EVENT_SHAPE_NONE = 0,
    EVENT_SHAPE_PAYLOAD,
    EVENT_SHAPE_SNAPSHOT,
    EVENT_SHAPE_FACT,
    EVENT_SHAPE_ANSWER,
    EVENT_SHAPE_SHIPMENT,
    EVENT_SHAPE_SCAN,
    EVENT_SHAPE_CHECK,
    EVENT_SHAPE_FEED,
    EVENT_SHAPE_LEVEL,
    EVENT_SHAPE_ALERT,
    EVENT_SHAPE_SENT,
    EVENT_SHAPE_FLEET,
    EVENT_SHAPE_RULES,
};
enum event_shape event_kind_shape(enum event_kind kind);

/* Copies kind-independent envelope fields a follower keeps: trace and entered_ms. */
void event_follow(struct event *event, const struct event *cause);

/* hash(order id, rev, kind): the id of the store's answers. */
struct str event_answer_id(struct arena *arena, struct str order_id, int64_t rev,
                           enum event_kind kind);

/* hash(order id, kind, cause): the id of a fact. */
struct str event_fact_id(struct arena *arena, struct str order_id, enum event_kind kind,
                         struct str cause);

/* hash(subject, gate, which): an alert's id; `which` is its rev, as-of time or request id. */
struct str event_alert_id(struct arena *arena, struct str subject, struct str gate,
                          struct str which);

#endif
