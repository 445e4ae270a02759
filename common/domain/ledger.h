/*
 * ledger — the words of the record: gates, and the rows one batch of events makes.
 *
 * The ledger worker turns events into these rows (pure), ledger_store writes them in one
 * transaction. Two rows about one thing meet by an order that does not depend on arrival: a gate
 * mark by (rev, step, at), an order by rev, a parcel's fate by what was said of it. So topics may
 * be read at different speeds, and reading all of them again changes nothing.
 *
 * All text is borrowed from the events.
 */
#ifndef SLUICE_DOMAIN_LEDGER_H
#define SLUICE_DOMAIN_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "domain/event.h"
#include "domain/gate.h"
#include "domain/order.h"
#include "domain/stock.h"
#include "domain/topic.h"

/* What one event says of one gate. Step: 0 a gate that opens anew with this rev, 1 the answer,
 * 2 a dead letter that stands until a later rev (only ledger_store makes those). */
struct gate_mark {
    struct str order_id;
    enum gate gate;
    enum gate_state state;
    struct str reason;
    int64_t rev, step, at;
    int64_t seen_at; /* when the message was written: facts' own clocks differ */
    struct str event_id;
    bool trail; /* goes into gate_trail too */
};

/* What is claimed of a SKU. Granted: when the claim, as large as it is, was first announced. */
struct ledger_claim {
    struct str sku;
    int64_t units, granted_at;
    bool anew; /* an older rev of this batch did not hold as much: it was granted since */
};

/* One order as of one event: a snapshot (rev 0) or an answer of reserve. */
struct ledger_order {
    struct str order_id, channel, shop, platform_id;
    int64_t rev, at;
    int64_t entered_at;  /* of the payload; 0: unknown */
    enum stock_state state; /* NONE on a snapshot */
    struct str reason, digest;
    bool paid;
    int64_t hold_until, short_units;
    int64_t raw_offset;        /* snapshots: breaks ties of version and stage */
    const struct order *order; /* NULL: the event came without a body */
    struct ledger_claim *claims;
    size_t claim_count;
};

/* What one or more events say of one parcel. Times 0: not said. */
struct ledger_parcel {
    struct str shipment_id, order_id, warehouse, carrier, waybill;
    int64_t rev;      /* of the last pack or stop request seen; 0: none */
    bool stop;        /* it was a stop */
    int64_t plan_number;
    int64_t planned_at, packed_at, left_at, stopped_at;
    enum check_kind check;
    struct str check_reason;
    int64_t checked_at;
    const struct stock_units *items;
    size_t item_count;
};

struct ledger_plan {
    struct str order_id, rules_version, reason, runner_up;
    int64_t number, rev, parcel_count;
    int64_t entered_at, made_at; /* made_at: when the message was written */
};

struct ledger_aftersale {
    struct str order_id, line_id, refund_id;
    int64_t version, quantity, amount_fen, at;
    enum refund_state state;
};

struct ledger_decision {
    struct str event_id, order_id, kind, by, reason, rules_version;
    int64_t rev, at;
};

struct ledger_alert { /* raised, sent, or both */
    struct str alert_id, subject, order_id, gate, title, reasons;
    int64_t rev, raised_at;
    struct str outcome, send_reason;
    int64_t attempts, sent_at;
};

struct ledger_dead {
    struct str worker, topic, key, reason, event_id;
    int64_t generation, partition, offset, at;
    struct str order_id; /* empty: the key is no order's */
    enum gate gate;      /* the gate it stops; NONE: the table `parked` says so itself */
    int64_t rev;         /* the order's, as the event said; -1: unknown, the one that stands */
};

struct ledger_feed {
    struct str event_id, sku, warehouse, movement_id, reason;
    bool counted; /* a count; else a movement */
    int64_t quantity, at, seen_at;
};

struct ledger_offset {
    enum topic topic;
    int64_t generation, partition, next;
};

/* Every array holds at most one row per key (the newest), sorted by key. */
struct ledger_rows {
    struct gate_mark *marks; /* one per order and gate */
    size_t mark_count;
    struct gate_mark *trail; /* every statement, one per (order, event, gate) */
    size_t trail_count;
    struct ledger_order *orders;
    size_t order_count;
    struct ledger_parcel *parcels;
    size_t parcel_count;
    struct ledger_plan *plans;
    size_t plan_count;
    struct ledger_aftersale *aftersales;
    size_t aftersale_count;
    struct ledger_decision *decisions;
    size_t decision_count;
    struct ledger_alert *alerts;
    size_t alert_count;
    struct ledger_dead *dead;
    size_t dead_count;
    struct ledger_feed *feed;
    size_t feed_count;
    struct level_body *levels;
    size_t level_count;
    struct ledger_offset *offsets;
    size_t offset_count;
};

#endif
