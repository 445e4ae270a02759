/*
 * route_cover_decide — which sets of sites have everything, smallest first.
 *
 * Sites that could send nothing are left out; what is left are *candidates*, in the order of the
 * sites. Sets of one size are gone through in lexicographic order; a branch ends as soon as what
 * is still missing cannot come from those that could still be added, or a site is passed over
 * that every set must have. Whether a set's carriers bear the weights is not asked beyond their
 * sum: that is route_divide_decide.h.
 *
 * Scratch of one solve.
 */
#ifndef SLUICE_ROUTE_ROUTE_COVER_DECIDE_H
#define SLUICE_ROUTE_ROUTE_COVER_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "route/route_solve_decide.h"

struct route_cover {
    size_t want_count; /* those with units */
    const struct route_problem *problem;
    size_t *wants;  /* indices of the problem's wants */
    int64_t *units; /* wanted, one a want */

    size_t sites[ROUTE_SITES_MAX]; /* candidates: indices of the problem's sites, ascending */
    size_t count;
    int64_t *has;   /* [candidate × wants]: units, at most those wanted */
    int64_t *reach; /* [candidate × wants]: the most that any candidate from this one on has */
    int64_t bears[ROUTE_SITES_MAX]; /* grams: what its units weigh, what its carriers take */
    int64_t grams;                  /* of everything wanted */
    uint32_t required;              /* candidates that every set has */
    int64_t *steps;                 /* effort left: shared with the caller */

    /* where the search for sets of `size` stands */
    size_t size, depth;
    size_t picks[ROUTE_SITES_MAX]; /* candidate + 1 at each depth; 0: none tried yet */
    int64_t *missing;              /* [depth × wants] */
};

/* False when the candidates together are short of a want: the first is in lack_out. */
bool route_cover_make(struct arena *arena, const struct route_problem *problem, int64_t grams,
                      int64_t *steps, struct route_cover *cover_out,
                      struct route_lack *lack_out) MUST_CHECK;

/* No fewer candidates than this have everything and bear it. */
size_t route_cover_least(const struct route_cover *cover);

/* Begins with the sets of one size. */
void route_cover_begin(struct route_cover *cover, size_t size);

/* The next set that has everything, as bits by candidate; false at the end, and when the effort
 * is used up: then *cover->steps is below 0. */
bool route_cover_next(struct route_cover *cover, uint32_t *set_out) MUST_CHECK;

/* A small set that has everything, not always the smallest. */
uint32_t route_cover_greedy(const struct route_cover *cover, struct arena *arena);

/* The set and the candidate that bears most of those it does not have; 0 when it has all. */
uint32_t route_cover_more(const struct route_cover *cover, uint32_t set);

/* Whether a set has everything and bears its weight. */
bool route_cover_has(const struct route_cover *cover, uint32_t set);

#endif
