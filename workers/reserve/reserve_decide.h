/*
 * reserve_decide — what a fact asks of the stock, and what its answer announces.
 *
 * Pure: facts and policy in, asks out; answers in, events out. The store handles the asks of a
 * batch in their order; nothing here may assume what was free before the batch began.
 */
#ifndef SLUICE_RESERVE_RESERVE_DECIDE_H
#define SLUICE_RESERVE_RESERVE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "domain/order.h"
#include "domain/stock.h"

struct reserve_policy {
    int64_t hold_ms;    /* an unpaid order without an end of its own holds this long */
    struct str vip;     /* the buyer level that goes first among those who wait */
    const struct sku_map *map; /* the shops' codes in our SKUs; NULL: each is itself */
};

/* What the claim behind a snapshot must be. Nothing for any other fact. */
struct reserve_claim {
    struct stock_units *demand;
    size_t demand_count;
    int64_t hold_until; /* 0: no end */
    int64_t priority;   /* higher first */
};

/* The rule that a nudge names when the order's codes have been mapped since it was asked. */
#define RESERVE_MAPPED "mapped"

/* REJECT when the order's demand passes all bounds. */
bool reserve_decide_claim(struct arena *arena, const struct event *event,
                          const struct reserve_policy *policy, struct reserve_claim *claim_out,
                          struct err *err) MUST_CHECK;

/* When the sweep walks over those who wait for unknown SKUs. */
struct reserve_walk {
    bool walking;
    bool found;               /* somebody was nudged since it began */
    int64_t version, begun_ms; /* of the map it looks with; of this walk */
    size_t walks;             /* by that map */
};

/* Is there a page to look at? Begins anew with a new map, again while the last walk found some
 * (at most RESERVE_WALKS_AT_ONCE times: what is still found then can wait), and
 * RESERVE_WALK_EVERY_MS after it began: an order may have been asked by a replica with an older
 * map. Version 0: nothing was ever mapped. *fresh_out: it begins with its first page. */
#define RESERVE_WALK_EVERY_MS 60000
#define RESERVE_WALKS_AT_ONCE 20
bool reserve_decide_walk(struct reserve_walk *walk, int64_t version, int64_t now_ms,
                         bool *fresh_out);

/* Does this answer stop here, so that its body must be kept for the fact that moves it on? */
bool reserve_decide_stops(const struct answer_body *answer);

/* The announcement of an answer on orders.reserved. `order` is the body with the answer's digest;
 * `said` holds what stock says of it. */
struct event reserve_conclude(struct arena *arena, const struct event *cause,
                              const struct answer_body *said, int64_t at);

/* A person's decision whose subject has moved on is told to whoever decided (DESIGN 2). False
 * when the fact was nobody's decision. */
bool reserve_conclude_moved_on(struct arena *arena, const struct event *cause,
                               struct event *alert_out);

/* A count fell below what is promised: names the orders it hits. */
struct event reserve_conclude_shortfall(struct arena *arena, struct str sku, int64_t missing,
                                        int64_t as_of, const struct str *orders,
                                        size_t order_count);

#endif
