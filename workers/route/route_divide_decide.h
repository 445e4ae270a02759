/*
 * route_divide_decide — the best way to divide an order's wants over a given set of sites.
 *
 * Least fen, then fewest pieces. What no choice is left for (a want that only one of the sites
 * has, or that needs all that they have) is set at once; the others are tried heaviest first,
 * each with all of it at one site before any mixture, by branch and bound. The bound of a branch
 * takes each site's weight as what it must carry at least, and prices it (route_price_decide.h).
 * With many wants a first answer is made by taking the cheapest place for each and moving units
 * while that helps, so that the search begins with something good.
 *
 * Scratch of one solve, made once for the most sites a set may have.
 */
#ifndef SLUICE_ROUTE_ROUTE_DIVIDE_DECIDE_H
#define SLUICE_ROUTE_ROUTE_DIVIDE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "route/route_solve_decide.h"

/* A want that can be divided in more than one way. Arrays have one entry a site of the set. */
struct route_share {
    size_t want;
    int64_t units, grams; /* wanted; of one unit */
    int64_t weight;       /* grams that are free to move */
    int64_t pieces_min;
    int64_t *least, *most; /* units a site must and can take */
    int64_t *room;         /* units the sites after it can take */
    int64_t *left;         /* units still to place when its turn comes */
    int64_t *rank;         /* which of its choices is tried */
    int64_t *take;         /* … and that is */
    int64_t *best;         /* take of the best division so far */
};

struct route_divide {
    const struct route_problem *problem;
    int64_t grams;      /* of everything wanted */
    int64_t *steps;     /* effort left: shared with the caller, counted down */
    int64_t steps_stop; /* this set gives up when as few are left */

    const size_t *sites; /* the set: indices of the problem's sites, ascending */
    struct route_bands *bands[ROUTE_SITES_MAX];
    size_t site_count;

    struct route_share *shares, **order; /* order: heaviest first */
    size_t share_count;
    int64_t *pieces_after;           /* at least so many pieces in shares from here on */
    int64_t weight[ROUTE_SITES_MAX]; /* grams each must carry, as decided so far */
    int64_t pieces;                  /* as decided so far */
    int64_t rate;                    /* of the bands' `least`; 0: not used */

    int64_t fen_min, pieces_min; /* nothing is below */
    int64_t fen, pieces_best;    /* of the best, or what must be beaten */
    bool found, cut;             /* something better was found; the search is incomplete */
};

struct route_divide *route_divide_make(struct arena *arena, const struct route_problem *problem,
                                       int64_t grams, size_t site_max, int64_t *steps);

/* Finds the best division over these sites that is better than (fen, pieces) in limits; their
 * `bands` are the caller's, of at least what each can be asked to carry. The sites together have
 * every want. True: found, and in divide->fen, ->pieces_best and route_divide_take(). After it
 * divide->cut tells whether the search gave up; divide->fen_min holds in any case. */
bool route_divide(struct route_divide *divide, const size_t *sites,
                  struct route_bands *const *bands, size_t site_count, int64_t fen_limit,
                  int64_t pieces_limit) MUST_CHECK;

/* Within route_divide(): makes a first answer and keeps it if it is better. */
void route_divide_start(struct route_divide *divide);

/* Keeps what the shares' take and the weights say, if it can be sent and is better. */
void route_divide_keep(struct route_divide *divide);

/* Units of each want at each of the set's sites, into take_out[site × wants + want]. */
void route_divide_take(const struct route_divide *divide, int64_t *take_out);

#endif
