/*
 * route_price_decide — see route_price_decide.h.
 */
#include "route/route_price_decide.h"

#include <string.h>

#define ROUTE_BANDS_MAX   512 /* listed for one site; steps beyond are priced one by one */
#define ROUTE_BANDS_FIRST 8
#define ROUTE_RATE_LIMIT  (INT64_C(1) << 55) /* of rate × grams: 32 of them still add up */
#define ROUTE_PICK_MAX    32

/* What one offer asks for a weight, and the heaviest that costs no more. */
static bool route_price_offer(const struct route_offer *offer, int64_t grams, int64_t *fen_out,
                              int64_t *to_out)
{
    const struct route_tariff *tariff = &offer->tariff;
    int64_t grams_max = tariff->grams_max > 0 && tariff->grams_max < ROUTE_GRAMS_MAX
                            ? tariff->grams_max
                            : ROUTE_GRAMS_MAX;
    int64_t fen = tariff->first_fen + offer->extra_fen, to = tariff->first_grams;

    if (grams > grams_max)
        return false;
    if (tariff->step_grams <= 0 || tariff->step_fen == 0) {
        to = grams_max;
    } else if (grams > to) {
        int64_t steps = (grams - to - 1) / tariff->step_grams + 1, more;

        if (__builtin_mul_overflow(steps, tariff->step_fen, &more) || more > ROUTE_FEN_MAX)
            return false;
        fen += more;
        to += steps * tariff->step_grams;
    }
    *fen_out = fen;
    *to_out = to < grams_max ? to : grams_max;
    return true;
}

bool route_price(const struct route_offer *offers, size_t offer_count, int64_t grams,
                 size_t *offer_out, int64_t *fen_out)
{
    bool found = false;

    for (size_t i = 0; i < offer_count; i++) {
        int64_t fen, to;

        if (!route_price_offer(&offers[i], grams, &fen, &to) || (found && fen >= *fen_out))
            continue;
        found = true;
        *offer_out = i;
        *fen_out = fen;
    }
    return found;
}

int64_t route_price_grams_max(const struct route_offer *offers, size_t offer_count)
{
    int64_t grams = -1;

    for (size_t i = 0; i < offer_count; i++) {
        int64_t most = offers[i].tariff.grams_max;

        if (most <= 0 || most > ROUTE_GRAMS_MAX)
            most = ROUTE_GRAMS_MAX;
        if (most > grams)
            grams = most;
    }
    return grams;
}

/* The band that begins at `from`; false when no offer takes so much. */
static bool route_bands_at(const struct route_bands *self, int64_t from,
                           struct route_band *band_out)
{
    bool found = false;

    for (size_t i = 0; i < self->offer_count; i++) {
        int64_t fen, to;

        if (!route_price_offer(&self->offers[i], from, &fen, &to))
            continue;
        fen += self->fixed_fen;
        /* Of offers that cost the same now, the one that costs it longest. */
        if (!found || fen < band_out->fen || (fen == band_out->fen && to > band_out->to))
            *band_out = (struct route_band){ .to = to, .fen = fen };
        found = true;
    }
    return found;
}

static void route_bands_add(struct arena *arena, struct route_bands *self, size_t *room,
                            struct route_band band)
{
    if (self->count == *room) {
        struct route_band *more = ARENA_ARRAY(arena, struct route_band, *room * 2);

        memcpy(more, self->bands, self->count * sizeof *more);
        self->bands = more;
        *room *= 2;
    }
    self->bands[self->count++] = band;
}

struct route_bands route_bands_make(struct arena *arena, const struct route_offer *offers,
                                    size_t offer_count, int64_t fixed_fen, int64_t grams_top)
{
    int64_t grams_max = route_price_grams_max(offers, offer_count);
    size_t room = ROUTE_BANDS_FIRST;
    struct route_bands self = {
        .offers = offers,
        .offer_count = offer_count,
        .fixed_fen = fixed_fen,
        .top = grams_max < grams_top ? grams_max : grams_top,
        .bands = ARENA_ARRAY(arena, struct route_band, room),
    };
    struct route_band band;

    for (int64_t from = 0; from <= self.top && route_bands_at(&self, from, &band);
         from = band.to + 1) {
        if (band.to > self.top || self.count == ROUTE_BANDS_MAX - 1) {
            self.is_open = band.to < self.top;
            band.to = self.top;
        }
        route_bands_add(arena, &self, &room, band);
    }
    return self;
}

size_t route_bands_find(const struct route_bands *bands, int64_t grams)
{
    size_t low = 0, high = bands->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (bands->bands[middle].to < grams)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t route_bands_fen(const struct route_bands *bands, size_t at, int64_t grams)
{
    struct route_band band = bands->bands[at];

    if (bands->is_open && at + 1 == bands->count && !route_bands_at(bands, grams, &band))
        return ROUTE_FEN_MAX * 4; /* what lies in an open band may still have no price */
    return band.fen;
}

static void route_bands_set_least(struct route_bands *self, int64_t rate)
{
    int64_t least = INT64_MAX;

    for (size_t i = self->count; i-- > 0;) {
        int64_t here = self->bands[i].fen * ROUTE_RATE_UNIT - rate * self->bands[i].to;

        if (here < least)
            least = here;
        self->bands[i].least = least;
    }
}

/* The bound with one rate, in UNIT-ths of a fen. */
static int64_t route_bands_try(struct route_bands *const *sites, const int64_t *from, size_t count,
                               size_t pick, int64_t grams, int64_t rate)
{
    int64_t least[ROUTE_PICK_MAX], sum = rate * grams;
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = route_bands_find(sites[i], from[i]), place = found;

        if (at == sites[i]->count)
            continue;
        route_bands_set_least(sites[i], rate);
        int64_t here = sites[i]->bands[at].least;

        for (; place > 0 && least[place - 1] > here; place--)
            least[place] = least[place - 1];
        least[place] = here;
        found++;
    }
    if (found < pick)
        return INT64_MAX;
    for (size_t i = 0; i < pick; i++)
        sum += least[i];
    return sum;
}

/* No price rises by more for one gram. */
static int64_t route_bands_steepest(struct route_bands *const *sites, size_t count)
{
    int64_t rise = 0;

    for (size_t i = 0; i < count; i++) {
        const struct route_bands *it = sites[i];
        int64_t here = it->count > 0 ? it->bands[it->count - 1].fen - it->bands[0].fen : 0;

        rise = here > rise ? here : rise;
    }
    return rise * ROUTE_RATE_UNIT;
}

int64_t route_bands_bound(struct route_bands *const *sites, const int64_t *from, size_t count,
                          size_t pick, int64_t grams, int64_t *rate_out)
{
    int64_t low = 0, high = route_bands_steepest(sites, count), limit;

    CHECK(count <= ROUTE_PICK_MAX);
    limit = ROUTE_RATE_LIMIT / (grams + 1);
    if (high > limit)
        high = limit;
    /* The bound is concave in the rate: the top lies where it stops rising. */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (route_bands_try(sites, from, count, pick, grams, middle)
            < route_bands_try(sites, from, count, pick, grams, middle + 1))
            low = middle + 1;
        else
            high = middle;
    }
    *rate_out = low;
    int64_t bound = route_bands_try(sites, from, count, pick, grams, low);

    if (bound == INT64_MAX)
        return bound;
    /* Rounded up: prices are whole fen. Division truncates, which is up for negatives. */
    return bound > 0 ? (bound + ROUTE_RATE_UNIT - 1) / ROUTE_RATE_UNIT : bound / ROUTE_RATE_UNIT;
}
