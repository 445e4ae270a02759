/*
 * route_search_decide — the search over sets of sites, when no single one settles it.
 *
 * Sizes from the least that can be enough upwards, every set of a size that has everything, each
 * divided at best. The first size with a solution holds the best; the second is of that size or
 * one more. Half of the effort may go into that. If it is not enough, the other half goes into a
 * set made greedily and into exchanging its sites one by one.
 */
#ifndef SLUICE_ROUTE_ROUTE_SEARCH_DECIDE_H
#define SLUICE_ROUTE_ROUTE_SEARCH_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "route/route_cover_decide.h"
#include "route/route_divide_decide.h"
#include "route/route_solve_decide.h"

/* The best way found over one set of sites. */
struct route_found {
    uint32_t set; /* bits by candidate of the cover; 0: nothing was found */
    int64_t late, fen, pieces;
    const int64_t *take; /* units, [site of the set × the problem's wants] */
};

struct route_search {
    struct arena *arena;
    const struct route_problem *problem;
    struct route_cover cover;
    struct route_divide *divide;
    struct route_bands bands[ROUTE_SITES_MAX];  /* by candidate */
    struct route_bands *known[ROUTE_SITES_MAX]; /* … once they are made */
    int64_t steps, spent;                       /* effort left in this half; used in all */
    struct route_found best, second;
    struct route_bound open; /* what was not searched to its end is no better; none: count 0 */
};

/* Makes the search; `grams` are those of everything. False when units lack. */
bool route_search_make(struct arena *arena, const struct route_problem *problem, int64_t grams,
                       struct route_search **search_out, struct route_lack *lack_out) MUST_CHECK;

/* The set of one site is the best, as is known already; only the second is looked for. */
void route_search_knows(struct route_search *search, size_t site, const struct route_split *split);

/* Fills best, second and open. */
void route_search_run(struct route_search *search);

/* A found set as parcels; sites that send nothing are left out. */
struct route_split route_search_split(const struct route_search *search,
                                      const struct route_found *found);

#endif
