/*
 * route_solve_decide — the fewest parcels, in time, at the least cost: the solver of route.
 *
 * Plain numbers in, plain numbers out: it knows nothing of names, rules or orders. A *want* is a
 * SKU with its units; a *site* is a warehouse that may send one parcel; an *offer* is a carrier
 * that may take it. Any want may be divided over any sites.
 *
 * The objective, each only to break ties of the one before it:
 *   1. parcels, that is sites that send something
 *   2. lateness, summed over those sites
 *   3. fen: what each site asks for a parcel, and its cheapest offer for the parcel's weight
 *   4. pieces: (site, want) pairs with units, so that SKUs are divided least
 *   5. the sites listed first
 *
 * How: one site that has everything is looked for first, and most orders end there. Else sets of
 * sites, from the smallest number that can be enough, each with the best way to divide the wants
 * over it (route_divide_decide.h). All of it is exact as long as it stays within the problem's
 * effort; beyond that the answer is the best one found, `proven` is false, and the bound says how
 * much better it could be at most.
 *
 * Pure and deterministic: work is counted, never timed. Scratch and results are the arena's.
 */
#ifndef SLUICE_ROUTE_ROUTE_SOLVE_DECIDE_H
#define SLUICE_ROUTE_ROUTE_SOLVE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "route/route_price_decide.h"

#define ROUTE_SITES_MAX    32
#define ROUTE_EFFORT_PLAIN 50000 /* a few milliseconds at the very worst */

/* One SKU: units wanted (≥ 0), grams of one unit (≥ 0). */
struct route_want {
    int64_t units, grams;
};

/* One warehouse, sending at most one parcel. Without offers it sends nothing. */
struct route_site {
    const int64_t *free; /* units, one a want; below 0 counts as none */
    int64_t late;        /* days after the due time that its parcel would leave; 0: in time */
    int64_t fixed_fen;   /* of a parcel from here, |fen| ≤ ROUTE_FEN_MAX */
    const struct route_offer *offers;
    size_t offer_count;
};

struct route_problem {
    const struct route_want *wants;
    size_t want_count;
    const struct route_site *sites; /* ROUTE_SITES_MAX at most */
    size_t site_count;
    int64_t effort; /* steps of search, some 50 ns each; ROUTE_EFFORT_PLAIN is right for orders */
};

struct route_parcel {
    size_t site, offer; /* indices: of the problem's sites, of that site's offers */
    int64_t grams, fen;
    const int64_t *units; /* one a want */
};

/* One way to send it all. No parcel is empty; parcels stand in the order of the sites. */
struct route_split {
    const struct route_parcel *parcels;
    size_t parcel_count;
    int64_t late, fen, pieces;
};

/* No solution is before this, compared in this order. */
struct route_bound {
    int64_t parcel_count, late, fen;
};

/* Below 0 when a is before b, above 0 when it is after. */
int route_bound_compare(const struct route_bound *a, const struct route_bound *b);

struct route_solution {
    struct route_split best;
    /* The best of those that use other sites: neither the same ones nor the same and more; at
     * most one parcel more than the best. Without parcels: none was found. */
    struct route_split second;
    struct route_bound bound; /* equals the best when it is proven */
    bool proven;              /* best is the optimum, ties included */
    int64_t steps;            /* effort it took; a little more than the limit at most */
};

enum route_lack_kind {
    ROUTE_LACK_NONE = 0,
    ROUTE_LACK_UNITS,   /* all sites with an offer together are short of a want */
    ROUTE_LACK_CARRIER, /* the units are there, and no way to send them was found: too heavy */
};

/* Why there is no solution. */
struct route_lack {
    enum route_lack_kind kind;
    size_t want;           /* UNITS: the first that is short */
    int64_t units_missing; /* UNITS: so many of it */
};

/* solution_out is set on true, lack_out on false. Nothing wanted is solved by no parcels. */
bool route_solve(struct arena *arena, const struct route_problem *problem,
                 struct route_solution *solution_out, struct route_lack *lack_out) MUST_CHECK;

#endif
