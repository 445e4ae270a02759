/*
 * anomaly_decide — which orders a person must look at, and why.
 *
 * Pure. Three checks: a price far below the reference, an address nobody can deliver to, a
 * quantity far above habit; and the order that the shop sent without us. Where the data is
 * hidden (masked) a check does not judge.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_DECIDE_H
#define SLUICE_ANOMALY_ANOMALY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"
#include "domain/order.h"
#include "domain/stock.h"

/* The reference price of one SKU, fen. */
struct anomaly_price {
    struct str sku;
    int64_t price_fen;
};

struct anomaly_policy {
    struct str rules_version;
    const struct anomaly_price *prices; /* sorted by SKU; a SKU without one is not judged */
    size_t price_count;
    int64_t floor_percent; /* a line cheaper than this part of its reference is held */
    int64_t quantity_max;  /* units of one SKU in one order; above it is held */
};

enum anomaly_way {
    ANOMALY_WAY_NONE = 0, /* not for this gate: unpaid, waiting, final */
    ANOMALY_WAY_JUDGE,    /* judge it, note the verdict, then say it */
    ANOMALY_WAY_PASS,     /* parcels to stop: passed on to route unjudged */
};

enum anomaly_way anomaly_decide_way(const struct answer_body *answer);

/* The verdict of the rules; reasons are allocated in the arena. */
struct verdict anomaly_decide(struct arena *arena, const struct answer_body *answer,
                              const struct anomaly_policy *policy);

/* The announcement on orders.screened: what came in, with the verdict. */
struct event anomaly_conclude(struct arena *arena, const struct event *cause,
                              const struct verdict *verdict);

/* The alert of a held order: one per order however many reasons. */
struct event anomaly_conclude_alert(struct arena *arena, const struct event *cause,
                                    const struct verdict *verdict);

/* An automatic rejection goes back to the head of the stream, so that stock is returned. */
struct event anomaly_conclude_rejection(struct arena *arena, const struct event *cause,
                                        const struct verdict *verdict);

#endif
