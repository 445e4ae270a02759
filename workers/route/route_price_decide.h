/*
 * route_price_decide — what a parcel costs by its weight, and how little it could cost.
 *
 * A tariff is a first weight with its price and then a price for each step begun. The cheapest
 * of a site's offers is a staircase over the weight; its steps are *bands*. Heavier is never
 * cheaper, for no single offer is; what is too heavy for all offers has no price.
 *
 * Fen and grams, exact. Weights and prices beyond the two limits below count as not possible, so
 * that sums over a problem never overflow.
 */
#ifndef SLUICE_ROUTE_ROUTE_PRICE_DECIDE_H
#define SLUICE_ROUTE_ROUTE_PRICE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"

#define ROUTE_FEN_MAX   INT64_C(1000000000000)
#define ROUTE_GRAMS_MAX INT64_C(1000000000000)

/* One parcel by weight. step_fen ≥ 0; step_grams 0: the first price holds for any weight;
 * grams_max 0: no limit. */
struct route_tariff {
    int64_t first_grams, first_fen, step_grams, step_fen, grams_max;
};

/* A carrier that may take a parcel from a site to the receiver. */
struct route_offer {
    size_t carrier; /* the caller's index */
    struct route_tariff tariff;
    int64_t extra_fen; /* added to the price; below 0: preferred. |fen| ≤ ROUTE_FEN_MAX */
};

/* The cheapest offer for a weight, of equals the first; false when none takes it. */
bool route_price(const struct route_offer *offers, size_t offer_count, int64_t grams,
                 size_t *offer_out, int64_t *fen_out) MUST_CHECK;

/* The heaviest parcel that any of the offers takes; -1 without offers. */
int64_t route_price_grams_max(const struct route_offer *offers, size_t offer_count);

struct route_band {
    int64_t to;    /* grams: the band ends here, with it */
    int64_t fen;   /* the site's own and the offer's */
    int64_t least; /* see route_bands_bound() */
};

/* One site's prices for weights from 0 to `top`. */
struct route_bands {
    const struct route_offer *offers;
    size_t offer_count;
    int64_t fixed_fen;
    int64_t top; /* grams beyond it: not possible, or never asked */
    struct route_band *bands;
    size_t count; /* 0: no offer takes anything */
    bool is_open; /* the last band holds more steps than we care to list; its fen is the first's */
};

/* Prices up to so many grams, or to what the offers take. */
struct route_bands route_bands_make(struct arena *arena, const struct route_offer *offers,
                                    size_t offer_count, int64_t fixed_fen, int64_t grams_top);

/* The band a weight lies in; count when it is too heavy. */
size_t route_bands_find(const struct route_bands *bands, int64_t grams);

/* The exact price of a weight in band `at`, which is below count. */
int64_t route_bands_fen(const struct route_bands *bands, size_t at, int64_t grams);

#define ROUTE_RATE_UNIT 1024 /* of the bounds below: fen are multiplied by it */

/*
 * A lower bound in fen for sending `grams` in `pick` parcels, each from another of these sites,
 * which send at least from[i] grams each. By prices on weight: with any rate, the sum of each
 * site's least (price − rate × grams) plus rate × all grams is no more than the optimum; the best
 * rate is looked for. Sets each band's `least`: the least of (fen × UNIT − rate × to) of it and
 * those after it, with the rate found, which is returned in rate_out (UNIT-ths of fen a gram).
 * INT64_MAX when fewer than `pick` of the sites can send from[i].
 */
int64_t route_bands_bound(struct route_bands *const *sites, const int64_t *from, size_t count,
                          size_t pick, int64_t grams, int64_t *rate_out);

#endif
