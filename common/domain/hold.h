/*
 * hold — an order that stands until a person decides: whose it is, and how it ends if nobody does.
 */
#ifndef SLUICE_DOMAIN_HOLD_H
#define SLUICE_DOMAIN_HOLD_H

#include <stdint.h>

#include "base/str.h"

enum hold_end {
    HOLD_END_NONE = 0,
    HOLD_END_ESCALATE, /* tell louder; the order stays held */
    HOLD_END_APPROVE,  /* let it pass */
    HOLD_END_REJECT,   /* reject it; its stock returns */
};

const char *hold_end_name(enum hold_end end); /* "escalate" */
enum hold_end hold_end_of(struct str name);   /* NONE when unknown */

/* Of one (order, rev). Times are ms; texts are borrowed. */
struct hold {
    struct str order_id;
    int64_t rev;
    struct str digest;
    struct str owner; /* the group that decides: "price" */
    struct str level; /* "info", "warn", "urgent" */
    struct str rules; /* ids, comma separated, the weightiest first */
    int64_t held_at, due_at;
    enum hold_end ends;
    int64_t told; /* when its end was told; 0: not yet */
};

#endif
