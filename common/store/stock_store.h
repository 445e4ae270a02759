/*
 * stock_store — the hot counters and the order records in Redis, changed only by one script.
 *
 * STOCK.md is the protocol; stock.lua beside this file is the only code that changes a counter.
 * Every call carries the epoch the caller believes in; a call that meets a shard that is EMPTY,
 * CLOSED, STALE or SUSPECT touches nothing, and the caller drops its batch (RETRY) and lets
 * stock_recover() find the way back. No answer may be used before journal_store_put() has kept
 * its batch.
 *
 * Answers, records and scalars are copied into the arena of the call. What route asks is in
 * stock_ask.h.
 */
#ifndef SLUICE_STORE_STOCK_STORE_H
#define SLUICE_STORE_STOCK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/event.h"
#include "domain/stock.h"
#include "store/stock_trace.h"

struct stock_store;

/* What the prelude of the last call said of the shard. */
enum stock_condition {
    STOCK_CONDITION_UNKNOWN = 0, /* no call yet, or the connection was lost */
    STOCK_CONDITION_OPEN,
    STOCK_CONDITION_EMPTY,   /* nothing there: rebuild */
    STOCK_CONDITION_CLOSED,  /* being rebuilt: wait */
    STOCK_CONDITION_STALE,   /* another epoch: read it from PostgreSQL */
    STOCK_CONDITION_SUSPECT, /* another server than at OPEN: rebuild */
};
const char *stock_condition_name(enum stock_condition condition);

/* ---- connection ---- */
bool stock_store_open(struct stock_store **store_out, const char *redis_url,
                      struct err *err) MUST_CHECK;
void stock_store_close(struct stock_store *store);

/* The epoch sent with every call, 0 at first; and what the last call met. */
void stock_store_set_epoch(struct stock_store *store, int64_t epoch);
int64_t stock_store_epoch(const struct stock_store *store);
enum stock_condition stock_store_condition(const struct stock_store *store);

/* ---- CHANGE and FEED: reserve's batch, in one call ---- */

/* One fact of orders.changes or stock.feed; `event` has kind, body and origin. For a snapshot,
 * `demand` is what the order wants (stock_demand by `map`) and `hold_until` the end of an unpaid
 * hold (0: none); `priority` (higher first) and order.placed_at give its place among waiters.
 * A retry may bring the body of an order that waits for an unknown SKU, and the demand by a newer
 * map: taken when the record still has that body's digest. */
struct stock_ask {
    const struct event *event;
    struct stock_units *demand;
    size_t demand_count;
    const struct sku_map *map; /* the demand was made by; NULL: every code is itself */
    const struct order *order; /* of such a retry; NULL: it asks with what the record has */
    int64_t hold_until;
    int64_t priority;
    struct str corrected; /* of an address correction: the digest of the corrected order */
};

enum stock_outcome {
    STOCK_OUTCOME_NONE = 0,
    STOCK_OUTCOME_SAID,    /* this fact made the present rev: announce it (again) */
    STOCK_OUTCOME_SILENT,  /* a repeat, or nothing changed: nothing to announce */
    STOCK_OUTCOME_BODY,    /* as silent, but it has the body of a rev that a fact without one
                              made: keep it in order_bodies, that fact may be waiting for it */
    STOCK_OUTCOME_MOVED_ON, /* its subject has moved on: ignored; a person must be told */
    STOCK_OUTCOME_UNKNOWN_ORDER, /* no record: a fact about an order we never saw */
};

/* The record's part of an announcement, after the fact. */
struct stock_answer {
    enum stock_outcome outcome;
    int64_t rev, at; /* `at` is the time of the fact that made rev: the answer's ce_time */
    struct str digest;
    struct str body; /* stock_body_hash() of the body the rev is announced with */
    enum stock_state state;
    enum order_stage stage;
    struct str reason;
    bool paid;
    int64_t hold_until;
    struct stock_units *claimed;
    size_t claimed_count;
    struct stock_short *shorts;
    size_t short_count;
    struct parcel *stopping;
    size_t stopping_count;
    int64_t plan_number;
};

/* What tells two bodies of one digest apart: a hash of their bytes. */
struct str stock_body_hash(struct arena *arena, struct str json);

struct stock_answers {
    struct stock_answer *items; /* one per ask, in order; FEED asks give outcome SILENT */
    size_t count;
    /* SKUs that are promised beyond what is there by a fact of this batch (the phantom 800), as
     * that fact found them: a repeat of it tells the same. Of the orders hit the first 20 are
     * named, lowest priority and newest first. */
    struct stock_shortfall {
        struct str sku;
        int64_t missing, as_of;
        size_t order_count;
        struct str *orders;
        size_t named_count;
    } *shortfalls;
    size_t shortfall_count;
    struct stock_trace trace;
};

bool stock_store_change(struct stock_store *store, struct arena *arena,
                        const struct stock_ask *asks, size_t count, int64_t now_ms,
                        struct stock_answers *answers_out, struct err *err) MUST_CHECK;

/* ---- SCREEN: anomaly notes its verdicts before it announces them ---- */

struct stock_screen_ask {
    struct str order_id;
    int64_t rev;
    struct str digest;
    struct verdict verdict; /* as the rules judge; the script skips rules a person cleared */
};

enum stock_screen_outcome {
    STOCK_SCREEN_NONE = 0,
    STOCK_SCREEN_NOTED,      /* verdict: the first one noted for this rev */
    STOCK_SCREEN_SUPERSEDED, /* the order is past this rev: say nothing */
};

struct stock_screen_answer {
    enum stock_screen_outcome outcome;
    struct verdict verdict; /* kind, rules_version, reasons (rule and text) as noted */
};

/* answers_out[count]; trace_out for the journal. */
bool stock_store_screen(struct stock_store *store, struct arena *arena,
                        const struct stock_screen_ask *asks, size_t count,
                        struct stock_screen_answer *answers_out, struct stock_trace *trace_out,
                        struct err *err) MUST_CHECK;

/* ---- reads ---- */

struct stock_look {
    struct str sku, warehouse;
    int64_t units; /* physical there − alloc of others there */
};

struct stock_order_view {
    bool known;
    int64_t rev, seq;
    enum stock_state state;
    struct str digest;
    int64_t plan_number; /* of the open plan; 0: none */
    struct parcel *parcels;
    size_t parcel_count;
    struct verdict verdict;
    int64_t verdict_rev;
    struct stock_refund *refunds;
    size_t refund_count;
};

/* The records as they stand: verify's check before "go", and the operator's questions. */
bool stock_store_orders(struct stock_store *store, struct arena *arena, const struct str *ids,
                        size_t count, struct stock_order_view *views_out,
                        struct err *err) MUST_CHECK;

struct stock_sku_view {
    struct str sku;
    bool known;
    int64_t physical, held, future, earmarked, free, allocated, srev;
    struct stock_look *warehouses; /* physical per warehouse in .units */
    size_t warehouse_count;
};

bool stock_store_skus(struct stock_store *store, struct arena *arena, const struct str *skus,
                      size_t count, struct stock_sku_view *views_out, struct err *err) MUST_CHECK;

/* All SKUs the store knows, sorted. */
bool stock_store_list(struct stock_store *store, struct arena *arena, struct str **skus_out,
                      size_t *count_out, struct err *err) MUST_CHECK;

/* SKUs of which something changed since they were taken, at most count_max of those that
 * `feed_partition` of `partitions` owns (murmur2 of the SKU). They stay on the list until
 * stock_store_clean(): a level that was not told is told by the next tick. */
bool stock_store_dirty(struct stock_store *store, struct arena *arena, int32_t feed_partition,
                       int32_t partitions, size_t count_max, struct str **skus_out,
                       size_t *count_out, struct err *err) MUST_CHECK;

/* What was told of these SKUs has arrived: takes those off the list that have not changed since
 * (their srev is still the one told). */
bool stock_store_clean(struct stock_store *store, struct arena *arena,
                       const struct stock_sku_view *told, size_t count,
                       struct err *err) MUST_CHECK;

/* ---- SWEEP ---- */

struct stock_nudge {
    enum event_kind kind; /* EVENT_ORDER_RETRY, _HOLD_DUE, _REROUTE */
    struct str order_id;
    int64_t rev;
};

/* Earmarks free units for who waits, by priority, then age; lists earmarked, lapsed and
 * unroutable orders, at most count_max. Repeats until the owner acts. */
bool stock_store_sweep(struct stock_store *store, struct arena *arena, int64_t now_ms,
                       size_t count_max, struct stock_nudge **nudges_out, size_t *count_out,
                       struct err *err) MUST_CHECK;

/* ---- rebuild: only stock_recover and `sluice stock rebuild` ---- */
bool stock_store_begin(struct stock_store *store, int64_t epoch, struct err *err) MUST_CHECK;

/* In slices, SKUs and their movements before the records. */
bool stock_store_load(struct stock_store *store, struct arena *arena,
                      const struct stock_trace *slice, struct err *err) MUST_CHECK;

/* Open only if epoch, state and server are still those of BEGIN. */
bool stock_store_finish(struct stock_store *store, struct err *err) MUST_CHECK;

#endif
