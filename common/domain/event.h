/*
 * event — a fact, a request or an answer on its way through the fleet.
 *
 * The envelope is CloudEvents (Kafka binding, binary mode); the body is one of the structs
 * below, chosen by the kind. Ids are deterministic (STOCK.md, What messages carry), so that an
 * event announced twice has the id of the first. All text is borrowed from the batch's arena.
 */
#ifndef SLUICE_DOMAIN_EVENT_H
#define SLUICE_DOMAIN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "domain/message.h"
#include "domain/order.h"
#include "domain/stock.h"
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

    EVENT_KIND_COUNT,
};

struct payload_body {
    struct str channel, shop;
    struct str bytes; /* untouched */
};

struct snapshot_body {
    struct order order;
    int64_t raw_generation, raw_offset; /* of the payload in orders.raw; headers */
};

/* Every fact about an order that is not a snapshot. What a kind does not name is empty or 0. */
struct fact_body {
    struct str order_id;
    int64_t rev;
    struct str digest;
    struct str request_id, by, reason; /* who decided, and why */
    struct str rule;
    struct str shipment_id;
    int64_t at; /* the warehouse's time of a parcel's fate, ms */
    int64_t plan_number;
    struct str line_id;
    struct order_refund refund;
    struct str transaction_id;
    int64_t amount_fen;
    bool has_receiver;
    struct order_receiver receiver;
};

/* What stock, anomaly and route say of an order: each hop adds its part. */
struct answer_body {
    struct str order_id;
    int64_t rev;
    struct str digest;
    enum stock_state state;
    struct str reason; /* "short", "unknown_sku", "unpaid_expired", "by_shop", … */
    bool paid;
    int64_t hold_until;
    struct stock_units *claimed; /* what is claimed and has not left */
    size_t claimed_count;
    struct stock_short *shorts;
    size_t short_count;
    struct parcel *stopping; /* parcels the warehouse must stop: CANCELLING, REPLANNING */
    size_t stopping_count;
    struct verdict verdict;
    struct plan plan;
    struct order order;
};

struct shipment_body {
    struct str shipment_id, order_id, warehouse, carrier;
    int64_t rev;
    struct stock_units *items; /* empty on a stop */
    size_t item_count;
    struct str channel, shop;
    struct order_receiver receiver; /* empty on a stop */
    int64_t due_at;
    struct str buyer_remark, seller_remark, gift_note;
};

struct scan_body {
    struct str shipment_id, order_id, warehouse, carrier, waybill;
    int64_t at;
    struct stock_units *items; /* what was scanned; may be empty on left and stopped */
    size_t item_count;
};

enum check_kind { CHECK_KIND_NONE = 0, CHECK_KIND_GO, CHECK_KIND_STOP, CHECK_KIND_WRONG };
const char *check_kind_name(enum check_kind kind); /* "go" */
enum check_kind check_kind_of(struct str name);

struct check_body {
    struct str shipment_id, order_id, warehouse, carrier, waybill;
    struct str fate; /* "packed", "left", "stopped": the scan this judges */
    enum check_kind verdict;
    struct str reason;
    int64_t at;
};

struct feed_body {
    struct str sku, warehouse;
    int64_t quantity; /* counted: everything of ours in the building; moved: signed delta */
    int64_t at;       /* the warehouse's time: as-of of a count, time of a movement */
    struct str movement_id;
    struct str reason;
};

struct level_body {
    struct str sku;
    int64_t epoch, srev;
    int64_t physical, promised, free;
};

struct alert_body {
    struct str alert_id; /* hash(subject, gate, rev or as-of or request id) */
    struct str subject;  /* order id, SKU or request id */
    struct str gate;     /* "anomaly", "stock", "route", "decision", … */
    int64_t rev;
    struct str title;    /* Chinese, one line, no personal data */
    struct verdict_reason *reasons;
    size_t reason_count;
    struct str order_id;
    struct str owner; /* the group that decides; empty: whoever the rules of notify name */
    struct str level; /* "info", "warn", "urgent"; empty: "warn" */
};

struct sent_body {
    struct str alert_id;
    struct str outcome; /* "delivered", "digested" (told among others), "given_up" */
    struct str reason;
    int64_t attempts, at;
};

/* A worker's group steps aside so that it can be moved; keyed `pause/<worker>`. */
struct fleet_body {
    struct str worker;
    int64_t until_ms; /* paused: the end at the latest, so that no pause outlives its maker */
    struct str by;    /* who asked */
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
