/*
 * event_body — what an event says, one struct a shape; event.h has the envelope.
 *
 * Which kind has which body is event_kind_shape()'s. All text is borrowed from the batch's arena.
 */
#ifndef SLUICE_DOMAIN_EVENT_BODY_H
#define SLUICE_DOMAIN_EVENT_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "domain/order.h"
#include "domain/stock.h"

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
    struct str owner; /* the group that decides: "price", "address", …; empty: whoever is there */
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

/* A new version of a rule set is in force; the set itself is in PostgreSQL. Keyed by the set. */
struct rules_body {
    struct str set; /* "anomaly" */
    int64_t version;
    struct str by, reason; /* who published it, and why */
};

#endif
