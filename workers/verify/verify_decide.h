/*
 * verify_decide — may this parcel go?
 *
 * Pure. A packed parcel goes when its order still wants it, stops when the order takes it back,
 * and is wrong when it is not what was planned. What left or stopped becomes a fact of its order.
 */
#ifndef SLUICE_VERIFY_VERIFY_DECIDE_H
#define SLUICE_VERIFY_VERIFY_DECIDE_H

#include <stdbool.h>

#include "base/arena.h"
#include "domain/event.h"
#include "domain/stock.h"

/* What the order's record says of the scanned parcel. */
struct verify_facts {
    bool known;                   /* the order, and the parcel in it */
    const struct parcel *parcel;  /* as planned; NULL when not known */
};

struct verify_verdict {
    enum check_kind kind;
    struct str reason; /* Chinese; empty on go */
};

struct verify_verdict verify_decide(struct arena *arena, const struct event *scan,
                                    const struct verify_facts *facts);

/* "packed", "left" or "stopped": static text. */
struct str verify_fate(const struct event *scan);

/* The announcement on shipments.verified. */
struct event verify_conclude(struct arena *arena, const struct event *scan,
                             const struct verify_verdict *verdict);

/* The order's fact of a parcel that left or stopped; false for one that was only packed. */
bool verify_conclude_fact(struct arena *arena, const struct event *scan, struct event *fact_out);

/* The alert of a parcel that must not go as it is; false when all is well. */
bool verify_conclude_alert(struct arena *arena, const struct event *scan,
                           const struct verify_verdict *verdict, struct event *alert_out);

#endif
