/*
 * route_divide_decide — see route_divide_decide.h.
 */
#include "route/route_divide_decide.h"

#include <stdlib.h>
#include <string.h>

#define ROUTE_SHARES_PLAIN 4   /* more than these begin with a first answer and a rate */
#define ROUTE_STEP_SITES   8   /* sites looked at in one step of effort */
#define ROUTE_STEPS_BOUND  64  /* what looking for a rate counts as */
#define ROUTE_STEPS_SET    4   /* one set may use this part of the effort left … */
#define ROUTE_STEPS_MIN    256 /* … and so much at least */

struct route_divide *route_divide_make(struct arena *arena, const struct route_problem *problem,
                                       int64_t grams, size_t site_max, int64_t *steps)
{
    struct route_divide *self = ARENA_NEW(arena, struct route_divide);
    size_t count = problem->want_count;
    int64_t *room = ARENA_ARRAY(arena, int64_t, count * site_max * 7);

    self->problem = problem;
    self->grams = grams;
    self->steps = steps;
    self->shares = ARENA_ARRAY(arena, struct route_share, count);
    self->order = ARENA_ARRAY(arena, struct route_share *, count);
    self->pieces_after = ARENA_ARRAY(arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct route_share *share = &self->shares[i];
        int64_t **arrays[] = { &share->least, &share->most, &share->room, &share->left,
                               &share->rank,  &share->take, &share->best };

        for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++, room += site_max)
            *arrays[k] = room;
    }
    return self;
}

/* ---- what must be, and what is left to choose ---- */

static int64_t route_divide_most(const struct route_divide *self, size_t site, size_t want)
{
    int64_t free = self->problem->sites[self->sites[site]].free[want];
    int64_t units = self->problem->wants[want].units;

    if (free <= 0)
        return 0;
    return free < units ? free : units;
}

/* The fewest sites that can hold a want: the largest first. */
static int64_t route_divide_pieces_min(const struct route_share *share, size_t count)
{
    int64_t sorted[ROUTE_SITES_MAX], units = share->units, pieces = 0;

    for (size_t i = 0; i < count; i++) {
        size_t place = i;

        for (; place > 0 && sorted[place - 1] < share->most[i]; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = share->most[i];
    }
    for (; units > 0; pieces++)
        units -= sorted[pieces];
    return pieces;
}

/* One want: what each site must take goes to its weight; true when there is a choice beyond. */
static bool route_divide_open(struct route_divide *self, size_t want, struct route_share *share)
{
    int64_t units = self->problem->wants[want].units, total = 0, placed = 0;
    int64_t grams = self->problem->wants[want].grams;
    int64_t pieces = 0, room = 0;

    for (size_t i = 0; i < self->site_count; i++)
        total += share->most[i] = route_divide_most(self, i, want);
    CHECK(total >= units);
    for (size_t i = self->site_count; i-- > 0;) {
        int64_t least = units - (total - share->most[i]);

        share->least[i] = least > 0 ? least : 0;
        share->room[i] = room;
        room += share->most[i];
        self->weight[i] += share->least[i] * grams;
        placed += share->least[i];
        pieces += share->least[i] > 0;
    }
    share->want = want;
    share->units = units;
    share->grams = grams;
    share->weight = (units - placed) * grams;
    if (placed == units) {
        self->pieces += pieces;
        return false;
    }
    share->pieces_min = route_divide_pieces_min(share, self->site_count);
    if (share->pieces_min < pieces)
        share->pieces_min = pieces;
    return true;
}

static int route_divide_compare(const void *a, const void *b)
{
    const struct route_share *x = *(struct route_share *const *)a;
    const struct route_share *y = *(struct route_share *const *)b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->want < y->want ? -1 : 1;
}

static void route_divide_begin(struct route_divide *self)
{
    self->share_count = 0;
    self->pieces = 0;
    memset(self->weight, 0, self->site_count * sizeof self->weight[0]);
    for (size_t k = 0; k < self->problem->want_count; k++) {
        struct route_share *share = &self->shares[self->share_count];

        if (self->problem->wants[k].units > 0 && route_divide_open(self, k, share))
            self->order[self->share_count++] = share;
    }
    if (self->share_count > 1)
        qsort(self->order, self->share_count, sizeof *self->order, route_divide_compare);
    self->pieces_after[self->share_count] = 0;
    for (size_t i = self->share_count; i-- > 0;)
        self->pieces_after[i] = self->pieces_after[i + 1] + self->order[i]->pieces_min;
    self->pieces_min = self->pieces + self->pieces_after[0];
}

/* ---- the bound ---- */

/* What the set costs at least, with the weights as decided so far; false when too heavy. */
static bool route_divide_least(const struct route_divide *self, int64_t *fen_out)
{
    int64_t fen = 0, scaled = self->rate * self->grams, room = self->grams;

    for (size_t i = 0; i < self->site_count; i++) {
        const struct route_bands *bands = self->bands[i];
        size_t at = route_bands_find(bands, self->weight[i]);

        if (at == bands->count)
            return false;
        fen += bands->bands[at].fen;
        scaled += bands->bands[at].least;
        room -= bands->top;
    }
    if (room > 0)
        return false;
    if (self->rate > 0 && scaled / ROUTE_RATE_UNIT > fen)
        fen = scaled / ROUTE_RATE_UNIT;
    *fen_out = fen;
    return true;
}

static bool route_divide_beats(const struct route_divide *self, int64_t fen, int64_t pieces)
{
    return fen < self->fen || (fen == self->fen && pieces < self->pieces_best);
}

/* The exact price of the weights, when every share is placed; false when too heavy. */
static bool route_divide_price(const struct route_divide *self, int64_t *fen_out)
{
    int64_t fen = 0;

    for (size_t i = 0; i < self->site_count; i++) {
        size_t at = route_bands_find(self->bands[i], self->weight[i]);

        if (at == self->bands[i]->count)
            return false;
        fen += route_bands_fen(self->bands[i], at, self->weight[i]);
    }
    *fen_out = fen;
    return fen < ROUTE_FEN_MAX * 3;
}

void route_divide_keep(struct route_divide *self)
{
    int64_t fen;

    if (!route_divide_price(self, &fen) || !route_divide_beats(self, fen, self->pieces))
        return;
    self->found = true;
    self->fen = fen;
    self->pieces_best = self->pieces;
    for (size_t i = 0; i < self->share_count; i++)
        memcpy(self->order[i]->best, self->order[i]->take, self->site_count * sizeof(int64_t));
}

/* ---- every way to divide one share ---- */

/* Places what is left from site `from` on, each taking all it can. */
static void route_divide_fill(struct route_share *share, size_t from, size_t count)
{
    for (size_t i = from; i < count; i++) {
        share->left[i] = i == 0 ? share->units : share->left[i - 1] - share->take[i - 1];
        share->rank[i] = 0;
        share->take[i] = share->left[i] < share->most[i] ? share->left[i] : share->most[i];
    }
}

/* The next way: a site takes all it can, then as little as it must, then what lies between. */
static bool route_divide_next(struct route_share *share, size_t count)
{
    for (size_t i = count - 1; i-- > 0;) {
        int64_t high = share->left[i] < share->most[i] ? share->left[i] : share->most[i];
        int64_t low = share->left[i] > share->room[i] ? share->left[i] - share->room[i] : 0;

        if (share->rank[i] >= high - low)
            continue;
        share->rank[i]++;
        share->take[i] = share->rank[i] == 1 ? low : high - share->rank[i] + 1;
        route_divide_fill(share, i + 1, count);
        return true;
    }
    return false;
}

/* Puts a share's units where its take says, beyond what must be there; sign −1 takes them back. */
static void route_divide_apply(struct route_divide *self, const struct route_share *share,
                               int64_t sign)
{
    for (size_t i = 0; i < self->site_count; i++) {
        self->weight[i] += sign * (share->take[i] - share->least[i]) * share->grams;
        self->pieces += share->take[i] > 0 ? sign : 0;
    }
}

static void route_divide_branch(struct route_divide *self, size_t at)
{
    if (at == self->share_count) {
        route_divide_keep(self);
        return;
    }
    struct route_share *share = self->order[at];

    route_divide_fill(share, 0, self->site_count);
    do {
        int64_t fen;

        *self->steps -= 1 + (int64_t)self->site_count / ROUTE_STEP_SITES;
        if (*self->steps < self->steps_stop) {
            self->cut = true;
            return;
        }
        route_divide_apply(self, share, 1);
        if (route_divide_least(self, &fen)
            && route_divide_beats(self, fen, self->pieces + self->pieces_after[at + 1]))
            route_divide_branch(self, at + 1);
        route_divide_apply(self, share, -1);
        /* Nothing can be better than this. */
        if (self->cut || (self->fen == self->fen_min && self->pieces_best == self->pieces_min))
            return;
    } while (route_divide_next(share, self->site_count));
}

/* ---- one set ---- */

/* fen_min and the rate; false when the set cannot be better than what must be beaten. */
static bool route_divide_bound(struct route_divide *self)
{
    self->rate = 0;
    if (!route_divide_least(self, &self->fen_min)) {
        self->fen_min = INT64_MAX;
        return false;
    }
    if (self->share_count > ROUTE_SHARES_PLAIN) {
        int64_t bound = route_bands_bound(self->bands, self->weight, self->site_count,
                                          self->site_count, self->grams, &self->rate);

        *self->steps -= ROUTE_STEPS_BOUND;
        if (bound > self->fen_min)
            self->fen_min = bound;
    }
    return route_divide_beats(self, self->fen_min, self->pieces_min);
}

bool route_divide(struct route_divide *divide, const size_t *sites,
                  struct route_bands *const *bands, size_t site_count, int64_t fen_limit,
                  int64_t pieces_limit)
{
    int64_t steps = *divide->steps / ROUTE_STEPS_SET;

    divide->sites = sites;
    divide->site_count = site_count;
    memcpy(divide->bands, bands, site_count * sizeof *bands);
    divide->fen = fen_limit;
    divide->pieces_best = pieces_limit;
    divide->found = divide->cut = false;
    divide->steps_stop = *divide->steps - (steps > ROUTE_STEPS_MIN ? steps : ROUTE_STEPS_MIN);
    route_divide_begin(divide);
    if (!route_divide_bound(divide))
        return false;
    if (divide->share_count > ROUTE_SHARES_PLAIN)
        route_divide_start(divide);
    route_divide_branch(divide, 0);
    return divide->found;
}

void route_divide_take(const struct route_divide *divide, int64_t *take_out)
{
    size_t want_count = divide->problem->want_count;

    CHECK(divide->found);
    for (size_t i = 0; i < divide->site_count; i++) {
        for (size_t k = 0; k < want_count; k++)
            take_out[i * want_count + k] = route_divide_most(divide, i, k);
    }
    /* … for without a choice all sites give all they have. */
    for (size_t at = 0; at < divide->share_count; at++) {
        for (size_t i = 0; i < divide->site_count; i++)
            take_out[i * want_count + divide->order[at]->want] = divide->order[at]->best[i];
    }
}
