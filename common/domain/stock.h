/*
 * stock — the words of the promise.
 *
 * *Reserve* is the promise to an order (worker, events); a *claim* is the hold on the counters
 * that backs it (store). Units are of one SKU. STOCK.md is the protocol.
 */
#ifndef SLUICE_DOMAIN_STOCK_H
#define SLUICE_DOMAIN_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/order.h"
#include "domain/sku_map.h"

enum stock_state {
    STOCK_STATE_NONE = 0,
    STOCK_STATE_RESERVED,
    STOCK_STATE_WAIT,
    STOCK_STATE_PRESOLD,
    STOCK_STATE_EXPIRED,
    STOCK_STATE_CANCELLING,
    STOCK_STATE_REPLANNING,
    STOCK_STATE_REFUSED,   /* from here on final */
    STOCK_STATE_REJECTED,
    STOCK_STATE_CANCELLED,
    STOCK_STATE_SHIPPED,
};

const char *stock_state_name(enum stock_state state); /* "RESERVED" */
enum stock_state stock_state_of(struct str name);
bool stock_state_is_final(enum stock_state state);

/* What is asked of, or held on, one SKU. */
struct stock_units {
    struct str sku;
    int64_t units;
};

/* A refund as the order's record has it: by the facts so far, so newer than the body's. */
struct stock_refund {
    struct str line_id;
    struct order_refund refund; /* without an amount */
};

/* Why an order waits: what it needs of a SKU and what was free for it. */
struct stock_short {
    struct str sku;
    int64_t needed, free;
};

enum parcel_state {
    PARCEL_STATE_NONE = 0,
    PARCEL_STATE_PLANNED,
    PARCEL_STATE_STOPPING,
    PARCEL_STATE_STOPPED,
    PARCEL_STATE_SHIPPED,
};

const char *parcel_state_name(enum parcel_state state); /* "planned" */
enum parcel_state parcel_state_of(struct str name);

/* What one warehouse packs of one order. */
struct parcel {
    struct str shipment_id, warehouse, carrier;
    struct stock_units *items;
    size_t item_count;
    enum parcel_state state;
    int64_t day; /* it is to leave on, since 1970-01-01 in China time; the store's, not in events */
};

enum verdict_kind {
    VERDICT_KIND_NONE = 0, /* not judged at this gate */
    VERDICT_KIND_CLEAR,
    VERDICT_KIND_HELD,
    VERDICT_KIND_REJECTED,
};

const char *verdict_kind_name(enum verdict_kind kind); /* "held" */
enum verdict_kind verdict_kind_of(struct str name);

struct verdict_reason {
    struct str rule; /* the check's id, e.g. "price_floor" */
    struct str text; /* one Chinese sentence */
};

struct verdict {
    enum verdict_kind kind;
    struct str rules_version;
    struct verdict_reason *reasons;
    size_t reason_count;
};

struct plan {
    int64_t number;         /* 1, 2, … per order */
    int64_t noted_rev;      /* the rev the plan made */
    struct str rules_version;
    struct str reason, runner_up; /* Chinese sentences: why, and what was second */
    struct parcel *parcels;
    size_t parcel_count;
};

/* Σ units per SKU over the lines that still want goods: demand is summed before it is checked
 * (STOCK.md 1), whatever line, bundle or gift it comes from. Lines refunded before they left are
 * left out. A line's SKUs are those of sku_map_find() for the order's channel and shop; `map`
 * NULL: every code is itself. Sorted by SKU. REJECT when a sum passes NUM_MAX, or when bundles
 * make more than STOCK_DEMAND_MAX SKUs of it: no answer could carry them. */
#define STOCK_DEMAND_MAX 2000
bool stock_demand(struct arena *arena, const struct sku_map *map, const struct order *order,
                  struct stock_units **units_out, size_t *count_out, struct err *err) MUST_CHECK;

/* hash(order id, plan number, index): the plan number is in it, so a late answer for an old
 * parcel can not be taken for a new one's (STOCK.md 33, 44). */
struct str stock_shipment_id(struct arena *arena, struct str order_id, int64_t plan_number,
                             size_t index);

#endif
