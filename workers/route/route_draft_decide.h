/*
 * route_draft_decide — one order before its choice: every warehouse, with every carrier that
 * could take a parcel from it, and what the rules say of each.
 *
 * A warehouse without a carrier, without a day or closed is barred, and the draft knows why: it
 * is what people are told when no warehouse is left, and in the end what the solver is given.
 */
#ifndef SLUICE_ROUTE_ROUTE_DRAFT_DECIDE_H
#define SLUICE_ROUTE_ROUTE_DRAFT_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"
#include "route/route_board_decide.h"
#include "route/route_solve_decide.h"

/* A carrier that takes a parcel: beside the solver's offer of the same place. */
struct route_option {
    const struct route_rate *rate;
    bool is_wanted;
    const struct rule *rule; /* the cost rule that counts most; NULL: none hit */
    struct str rule_text;    /* … and its sentence, once somebody asks for it */
    size_t row;              /* of the facts */
};

enum route_bar {
    ROUTE_BAR_NONE = 0,
    ROUTE_BAR_CLOSED,  /* the rules say it sends nothing */
    ROUTE_BAR_FULL,    /* no day within the horizon has room */
    ROUTE_BAR_CARRIER, /* no carrier goes from there to the receiver */
    ROUTE_BAR_RULE,    /* a rule forbids what there is */
};

/* One warehouse, as this order sees it. */
struct route_place {
    enum route_bar bar;
    struct str why;       /* CARRIER: a stop's reason, RULE: the rule's sentence; may be empty */
    struct str wish_why;  /* why the carrier the buyer wants does not take it; empty: it does */
    int64_t km;           /* -1: unknown */
    int64_t day, late;
    int64_t fixed_fen; /* handling, and what the way counts as */
    struct route_offer *offers;
    struct route_option *options;
    size_t count;
};

struct route_draft {
    struct arena *arena;
    const struct route_board *board;
    const struct answer_body *answer;
    const struct region *to; /* NULL: unknown */
    struct route_place places[ROUTE_WAREHOUSES_MAX];
    struct rule_facts facts;
    struct rule_value *whole, *each;
    bool is_apart;             /* pre-sold and spot in parcels of their own … */
    const struct rule *apart;  /* … for this rule says so, or that they go together */
    size_t apart_row;
    int64_t *presold;          /* units sold in advance, one a claimed SKU */
};

/* In the board's scratch, as all that is made of it. */
struct route_draft *route_draft_make(const struct answer_body *answer,
                                     const struct route_board *board);

/* Days and lateness anew: the board has changed since. */
void route_draft_refresh(struct route_draft *draft);

#endif
