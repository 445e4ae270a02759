/*
 * A first answer for route_divide(): each want where it costs least, then units moved while that
 * helps. Good enough to begin a search with, and what is left when there is no effort for one.
 */
#include <string.h>

#include "route/route_divide_decide.h"

#define ROUTE_PASSES_MAX 16

/* Price of a site at a weight; far beyond any real one when too heavy. */
static int64_t route_divide_at(const struct route_divide *self, size_t site, int64_t grams)
{
    size_t at = route_bands_find(self->bands[site], grams);

    if (at == self->bands[site]->count)
        return ROUTE_FEN_MAX * 4;
    return route_bands_fen(self->bands[site], at, grams);
}

/* The site where the next units of a share cost least, all of them at once if one takes them. */
static size_t route_divide_place(const struct route_divide *self, const struct route_share *share,
                                 int64_t units, int64_t *units_out)
{
    int64_t best_fen = 0;
    size_t best = self->site_count;

    *units_out = 0;
    for (size_t i = 0; i < self->site_count; i++) {
        int64_t room = share->most[i] - share->take[i], fen;
        int64_t grams = self->bands[i]->top - self->weight[i];

        if (share->grams > 0 && grams / share->grams < room)
            room = grams / share->grams;
        if (room > units)
            room = units;
        if (room <= 0)
            continue;
        fen = route_divide_at(self, i, self->weight[i] + room * share->grams)
              - route_divide_at(self, i, self->weight[i]);
        if (room > *units_out || (room == *units_out && fen < best_fen)) {
            best = i;
            best_fen = fen;
            *units_out = room;
        }
    }
    return best;
}

static bool route_divide_greedy(struct route_divide *self)
{
    for (size_t k = 0; k < self->share_count; k++) {
        struct route_share *share = self->order[k];
        int64_t units = share->units;

        memcpy(share->take, share->least, self->site_count * sizeof(int64_t));
        for (size_t i = 0; i < self->site_count; i++) {
            units -= share->least[i];
            self->pieces += share->least[i] > 0;
        }
        while (units > 0) {
            int64_t some;
            size_t site = route_divide_place(self, share, units, &some);

            if (site == self->site_count)
                return false;
            self->pieces += share->take[site] == 0;
            share->take[site] += some;
            self->weight[site] += some * share->grams;
            units -= some;
        }
    }
    return true;
}

/* Moves so many units of a share when that costs less, or as much in fewer pieces. */
static bool route_divide_move(struct route_divide *self, struct route_share *share, size_t from,
                              size_t to, int64_t units)
{
    int64_t most = share->take[from] - share->least[from], grams = units * share->grams;

    if (share->most[to] - share->take[to] < most)
        most = share->most[to] - share->take[to];
    if (units <= 0 || units > most)
        return false;
    --*self->steps;
    int64_t fen = route_divide_at(self, from, self->weight[from] - grams)
                  + route_divide_at(self, to, self->weight[to] + grams)
                  - route_divide_at(self, from, self->weight[from])
                  - route_divide_at(self, to, self->weight[to]);
    int64_t pieces = (share->take[to] == 0) - (share->take[from] == units);

    if (fen > 0 || (fen == 0 && pieces >= 0))
        return false;
    share->take[from] -= units;
    share->take[to] += units;
    self->weight[from] -= grams;
    self->weight[to] += grams;
    self->pieces += pieces;
    return true;
}

/* Moves worth trying: all of it; just enough to leave the dearer band; all that the other's band
 * still takes for nothing. */
static bool route_divide_improve(struct route_divide *self, struct route_share *share, size_t from,
                                 size_t to)
{
    const struct route_bands *a = self->bands[from], *b = self->bands[to];
    size_t at = route_bands_find(a, self->weight[from]);
    size_t into = route_bands_find(b, self->weight[to]);
    int64_t all = share->take[from] - share->least[from];

    if (share->most[to] - share->take[to] < all)
        all = share->most[to] - share->take[to];
    if (route_divide_move(self, share, from, to, all))
        return true;
    if (share->grams == 0 || at == 0 || at == a->count || into == b->count)
        return false;
    int64_t over = self->weight[from] - a->bands[at - 1].to;
    int64_t room = b->bands[into].to - self->weight[to];

    return route_divide_move(self, share, from, to, (over + share->grams - 1) / share->grams)
           || route_divide_move(self, share, from, to, room / share->grams);
}

static bool route_divide_pass(struct route_divide *self)
{
    bool moved = false;

    for (size_t k = 0; k < self->share_count; k++) {
        for (size_t from = 0; from < self->site_count; from++) {
            for (size_t to = 0; to < self->site_count; to++) {
                if (*self->steps < self->steps_stop)
                    return false;
                if (from != to && self->order[k]->take[from] > self->order[k]->least[from])
                    moved |= route_divide_improve(self, self->order[k], from, to);
            }
        }
    }
    return moved;
}

void route_divide_start(struct route_divide *divide)
{
    int64_t weight[ROUTE_SITES_MAX], pieces = divide->pieces;

    memcpy(weight, divide->weight, sizeof weight);
    if (route_divide_greedy(divide)) {
        for (int pass = 0; pass < ROUTE_PASSES_MAX && route_divide_pass(divide); pass++)
            continue;
        route_divide_keep(divide);
    }
    memcpy(divide->weight, weight, sizeof weight);
    divide->pieces = pieces;
}
