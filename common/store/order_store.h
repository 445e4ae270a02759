/*
 * order_store — the operator's questions, answered from the ledger's rows.
 *
 * Read only. Everything returned lives in the arena of the call. Numbers are what the ledger has
 * written so far: it may be a moment behind the topics.
 */
#ifndef SLUICE_STORE_ORDER_STORE_H
#define SLUICE_STORE_ORDER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/gate.h"

struct order_store;

bool order_store_open(struct order_store **store_out, const char *pg_url,
                      struct err *err) MUST_CHECK;
void order_store_close(struct order_store *store);

/* ---- one order ---- */

struct order_gate_view {
    enum gate gate;
    enum gate_state state;
    struct str reason;
    int64_t at, rev;
};

struct order_trail_view {
    enum gate gate;
    enum gate_state state;
    struct str reason, event_id;
    int64_t at, rev;
};

struct order_parcel_view {
    struct str shipment_id, warehouse, carrier, waybill, state; /* "planned", "shipped", … */
    struct str check, check_reason;                            /* "go", "stop", "wrong", "" */
    int64_t plan_number, rev, planned_at, left_at, stopped_at;
    int64_t units;
};

/* One plan: why it is so, and what came second. */
struct order_plan_view {
    int64_t number, rev, parcels, made_at;
    struct str reason, runner_up, rules_version;
};

struct order_alert_view {
    struct str alert_id, gate, title, state;
    struct str reasons, send_reason; /* "rule: sentence; …"; why it went out as it did */
    int64_t rev, raised_at, sent_at, attempts;
};

/* A person's, or a verdict that stops it: "verdict.held", its reason "rule: sentence; …". */
struct order_decision_view {
    struct str kind, by, reason, rules_version;
    int64_t rev, at;
};

struct order_claim_view {
    struct str sku;
    int64_t units;
};

struct order_view {
    struct str order_id, channel, shop, platform_id;
    int64_t rev;
    struct str state, stage, reason, digest; /* state empty: reserve has not answered yet */
    bool paid;
    int64_t total_fen, paid_fen;
    int64_t placed_at, paid_at, due_at, hold_until, entered_at, at;
    enum gate standing; /* the first gate not passed; GATE_NONE: all passed, or final */
    struct order_gate_view gates[GATE_COUNT - 1];
    struct order_trail_view *trail; /* oldest first */
    size_t trail_count;
    struct order_parcel_view *parcels;
    size_t parcel_count;
    struct order_alert_view *alerts;
    size_t alert_count;
    struct order_decision_view *decisions;
    size_t decision_count;
    struct order_claim_view *claims; /* promised and not left */
    size_t claim_count;
    struct order_plan_view *plans; /* oldest first */
    size_t plan_count;
    struct str hold_owner, hold_ends; /* who decides, and what ends it when nobody does; empty when
                                         it is not held now */
    int64_t hold_due_at;
};

/* *found_out false: the ledger has no such order. */
bool order_store_show(struct order_store *store, struct arena *arena, struct str order_id,
                      struct order_view *view_out, bool *found_out, struct err *err) MUST_CHECK;

/* ---- where ---- */

struct order_where_view {
    enum gate gate;
    int64_t open, passed, stopped; /* orders by the state of this gate */
    int64_t here;                  /* live orders that stand at it: all gates before it passed */
    int64_t oldest_at;             /* entry of the oldest of these; 0: none */
    int64_t due_soon, overdue;     /* of these: due within due_ms; past due */
};

/* One row per gate, in their order. */
bool order_store_where(struct order_store *store, struct arena *arena, int64_t now_ms,
                       int64_t due_ms, struct order_where_view rows_out[GATE_COUNT - 1],
                       struct err *err) MUST_CHECK;

struct order_line_view {
    struct str order_id, reason;
    enum gate_state state;
    int64_t entered_at, due_at;
};

/* Orders that stand at a gate, by due, then age; at most count_max. state GATE_STATE_NONE: open
 * and stopped ones. */
bool order_store_standing(struct order_store *store, struct arena *arena, enum gate gate,
                          enum gate_state state, size_t count_max,
                          struct order_line_view **rows_out, size_t *count_out,
                          struct err *err) MUST_CHECK;

/* ---- stock ---- */

struct order_sku_view {
    struct str sku;
    int64_t physical;       /* by counts, movements and parcels that left; -1: never counted */
    int64_t promised;       /* live claims of the ledger */
    int64_t orders;         /* that hold them */
    int64_t level_physical, level_promised, level_free, level_epoch, level_srev; /* stock.levels */
    int64_t promised_twice; /* must be 0 */
    int64_t shortfall;      /* a count fell below what had been promised before it */
};

/* The named SKUs, or (count 0) all, sorted by SKU. */
bool order_store_skus(struct order_store *store, struct arena *arena, const struct str *skus,
                      size_t count, struct order_sku_view **rows_out, size_t *count_out,
                      struct err *err) MUST_CHECK;

/* ---- report ---- */

struct order_count_view { /* a name and how many orders, units */
    struct str name;
    int64_t orders, units;
};

/* A rule and the orders that stand held or rejected by it, as the first of their reasons. */
struct order_hold_view {
    struct str name, sentence; /* what the rule said of one of them; may be empty */
    int64_t orders, units;
};

/* The newest version of a set of rules, or of the shops' codes ("sku"). */
struct order_rules_view {
    struct str set, by, reason;
    int64_t version, at;
};

struct order_report {
    struct order_count_view *channels; /* by orders, all of them */
    size_t channel_count;
    struct order_where_view gates[GATE_COUNT - 1];
    struct order_count_view *states; /* stock state: RESERVED, WAIT, … */
    size_t state_count;
    struct order_hold_view *holds;
    size_t hold_count;
    struct order_count_view *stops; /* "gate: reason" → live orders stopped there */
    size_t stop_count;
    struct order_count_view *warehouses; /* parcels (.orders) and units by warehouse, not stopped */
    size_t warehouse_count;
    struct order_count_view *carriers; /* "warehouse carrier" → likewise */
    size_t carrier_count;
    struct order_count_view *unroutable; /* reason → orders that no warehouse or carrier takes */
    size_t unroutable_count;
    struct order_count_view *oversold; /* 渠道超卖 by shop */
    size_t oversold_count;
    struct order_rules_view *rules; /* what was ever published, by set */
    size_t rules_count;
    int64_t judged_orders; /* that have a verdict, or had one before they went on */
    int64_t held_orders;   /* that were ever held or rejected */
    int64_t orders, promised_orders, promised_units, short_orders, short_units;
    int64_t planned_orders, parcels_planned, parcels_left;
    int64_t oversold_orders, oversold_units;
    int64_t promised_twice;   /* 重复承诺, units: must be 0 */
    int64_t shortfall_units;
    int64_t packed_beyond;    /* orders with more units in parcels than were ordered: must be 0 */
    int64_t planned_twice;    /* orders with two plans open: must be 0 */
    int64_t dead_letters, parked;
    int64_t alerts_raised, alerts_delivered, alerts_given_up; /* delivered: alone or in a digest */
    int64_t alerts_digested;
    int64_t plans_measured, plan_p50_ms, plan_p99_ms, plan_max_ms; /* entry to plan */
    int64_t first_entered_at, last_planned_at;
    struct str sample_planned, sample_stopped; /* real order ids, may be empty */
    struct str sample_trail; /* held and approved, else held, else planned */
};

bool order_store_report(struct order_store *store, struct arena *arena, int64_t now_ms,
                        int64_t due_ms, struct order_report *report_out,
                        struct err *err) MUST_CHECK;

/* ---- dead letters ---- */

struct order_dead_view {
    struct str worker, topic, key, reason;
    int64_t generation, partition, offset, at;
};

/* Newest first; worker empty: all. */
bool order_store_dead(struct order_store *store, struct arena *arena, struct str worker,
                      size_t count_max, struct order_dead_view **rows_out, size_t *count_out,
                      struct err *err) MUST_CHECK;

#endif
