/*
 * route_decide — which warehouse packs an order, and which carrier takes it.
 *
 * Pure. Fewest parcels first, then the shorter way: one warehouse that has everything, the
 * nearest of those; else SKU by SKU from the nearest that has it. What is free is asked for the
 * whole batch at once (LOOK); what this batch plans is taken off as it goes.
 */
#ifndef SLUICE_ROUTE_ROUTE_DECIDE_H
#define SLUICE_ROUTE_ROUTE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "domain/stock.h"

#define ROUTE_WAREHOUSES_MAX 32

struct route_warehouse {
    struct str id;       /* "HZ" */
    struct str province; /* where it stands: "浙江" */
};

struct route_policy {
    struct str rules_version;
    struct route_warehouse warehouses[ROUTE_WAREHOUSES_MAX];
    size_t warehouse_count;
    struct str carrier;        /* the usual one */
    struct str carrier_remote; /* where the usual one does not go */
};

/* "HZ=浙江,GZ=广东" into policy->warehouses; FATAL names the part that is wrong. */
bool route_decide_warehouses(struct str text, struct route_policy *policy,
                             struct err *err) MUST_CHECK;

/* Units of one SKU free at one warehouse; plans take from it. */
struct route_free {
    struct str sku, warehouse;
    int64_t units;
};

struct route_stock {
    struct route_free *rows; /* sorted by SKU, then warehouse */
    size_t count;
};

enum route_way {
    ROUTE_WAY_NONE = 0,
    ROUTE_WAY_PLAN, /* clear, reserved and paid */
    ROUTE_WAY_STOP, /* parcels to be stopped */
};

enum route_way route_decide_way(const struct answer_body *answer);

/* Chooses; false when no warehouses together hold the claim, with the reason in *why_out. Takes
 * what it chose from `stock`. The plan's number and shipment ids are the store's to give. */
bool route_decide(struct arena *arena, const struct answer_body *answer,
                  const struct route_policy *policy, struct route_stock *stock,
                  struct plan *plan_out, struct str *why_out) MUST_CHECK;

/* Great-circle kilometres between the capitals of two provinces; -1 for an unknown name. Names
 * with or without 省, 市, 自治区. */
int64_t route_distance_km(struct str province_a, struct str province_b);

/* The announcements. */
struct event route_conclude(struct arena *arena, const struct event *cause,
                            const struct plan *plan, int64_t at);
struct event route_conclude_pack(struct arena *arena, const struct event *cause,
                                 const struct plan *plan, size_t parcel_index, int64_t at);
struct event route_conclude_stop(struct arena *arena, const struct event *cause,
                                 const struct parcel *parcel);
struct event route_conclude_unroutable(struct arena *arena, const struct event *cause,
                                       struct str why);
struct event route_conclude_alert(struct arena *arena, const struct event *cause, struct str why);

#endif
