/*
 * route_search_decide — see route_search_decide.h.
 */
#include "route/route_search_decide.h"

bool route_search_make(struct arena *arena, const struct route_problem *problem, int64_t grams,
                       struct route_search **search_out, struct route_lack *lack_out)
{
    struct route_search *self = ARENA_NEW(arena, struct route_search);

    self->arena = arena;
    self->problem = problem;
    self->steps = problem->effort / 2;
    if (!route_cover_make(arena, problem, grams, &self->steps, &self->cover, lack_out))
        return false;
    *search_out = self;
    return true;
}

void route_search_knows(struct route_search *search, size_t site, const struct route_split *split)
{
    size_t at = 0;

    while (search->cover.sites[at] != site)
        at++;
    search->best = (struct route_found){
        .set = UINT32_C(1) << at,
        .late = split->late,
        .fen = split->fen,
        .pieces = split->pieces,
    };
}

/* ---- one set ---- */

static int64_t route_search_size(uint32_t set)
{
    return __builtin_popcount(set);
}

static struct route_bands *route_search_bands(struct route_search *self, size_t candidate)
{
    if (!self->known[candidate]) {
        const struct route_site *site = &self->problem->sites[self->cover.sites[candidate]];

        self->bands[candidate] = route_bands_make(self->arena, site->offers, site->offer_count,
                                                  site->fixed_fen, self->cover.bears[candidate]);
        self->known[candidate] = &self->bands[candidate];
    }
    return self->known[candidate];
}

static void route_search_leave_open(struct route_search *self, struct route_bound bound)
{
    if (self->open.parcel_count == 0 || route_bound_compare(&bound, &self->open) < 0)
        self->open = bound;
}

/* Fewer parcels, less late, cheaper, in fewer pieces; nothing found is after all. */
static bool route_search_beats(const struct route_found *a, const struct route_found *b)
{
    int64_t size_a = route_search_size(a->set), size_b = route_search_size(b->set);

    if (b->set == 0)
        return a->set != 0;
    if (size_a != size_b)
        return size_a < size_b;
    if (a->late != b->late)
        return a->late < b->late;
    if (a->fen != b->fen)
        return a->fen < b->fen;
    return a->pieces < b->pieces;
}

static bool route_search_is_more(uint32_t set, uint32_t than)
{
    return than != 0 && (set & than) == than;
}

static void route_search_keep(struct route_search *self, const struct route_found *found)
{
    if (route_search_beats(found, &self->best)) {
        if (!route_search_is_more(self->best.set, found->set))
            self->second = self->best;
        else if (route_search_is_more(self->second.set, found->set))
            self->second = (struct route_found){ .set = 0 };
        self->best = *found;
    } else if (route_search_beats(found, &self->second)) {
        self->second = *found;
    }
}

/* What a set must beat to be of use: the second, where both are as many and as late. */
static bool route_search_is_hopeless(const struct route_search *self,
                                     const struct route_found *found, int64_t *fen_out,
                                     int64_t *pieces_out)
{
    const struct route_found *rival = &self->second;
    int64_t size = route_search_size(found->set), other = route_search_size(rival->set);

    *fen_out = *pieces_out = INT64_MAX;
    if (rival->set == 0 || size < other)
        return false;
    if (size > other || found->late > rival->late)
        return true;
    if (found->late == rival->late) {
        *fen_out = rival->fen;
        *pieces_out = rival->pieces;
    }
    return false;
}

/* Divides the wants over a set; keeps it if it is the best or the second. */
static void route_search_set(struct route_search *self, uint32_t set)
{
    struct route_bands *bands[ROUTE_SITES_MAX];
    size_t sites[ROUTE_SITES_MAX], size = 0;
    struct route_found found = { .set = set };
    int64_t fen, pieces;

    for (uint32_t rest = set; rest != 0; rest &= rest - 1) {
        sites[size] = self->cover.sites[__builtin_ctz(rest)];
        found.late += self->problem->sites[sites[size++]].late;
    }
    if (route_search_is_more(set, self->best.set)
        || route_search_is_hopeless(self, &found, &fen, &pieces))
        return;
    size = 0;
    for (uint32_t rest = set; rest != 0; rest &= rest - 1)
        bands[size++] = route_search_bands(self, (size_t)__builtin_ctz(rest));
    bool better = route_divide(self->divide, sites, bands, size, fen, pieces);

    if (self->divide->cut)
        route_search_leave_open(self, (struct route_bound){ .parcel_count = (int64_t)size,
                                                            .late = found.late,
                                                            .fen = self->divide->fen_min });
    if (!better)
        return;
    int64_t *take = ARENA_ARRAY(self->arena, int64_t, size * self->problem->want_count);

    route_divide_take(self->divide, take);
    found.take = take;
    found.fen = self->divide->fen;
    found.pieces = self->divide->pieces_best;
    route_search_keep(self, &found);
}

/* ---- size by size ---- */

/* No set of this size is better than that, whichever sites it has. */
static struct route_bound route_search_bound(struct route_search *self, size_t size)
{
    struct route_bands *bands[ROUTE_SITES_MAX];
    int64_t from[ROUTE_SITES_MAX] = { 0 }, late[ROUTE_SITES_MAX], rate;
    struct route_bound bound = { .parcel_count = (int64_t)size };

    for (size_t i = 0; i < self->cover.count; i++) {
        int64_t here = self->problem->sites[self->cover.sites[i]].late;
        size_t place = i;

        for (; place > 0 && late[place - 1] > here; place--)
            late[place] = late[place - 1];
        late[place] = here;
        bands[i] = route_search_bands(self, i);
    }
    for (size_t i = 0; i < size; i++)
        bound.late += late[i];
    bound.fen = route_bands_bound(bands, from, self->cover.count, size, self->cover.grams, &rate);
    return bound;
}

/* Every set of one size; false when the effort is used up before the end. */
static bool route_search_sets(struct route_search *self, size_t size)
{
    uint32_t set;

    route_cover_begin(&self->cover, size);
    while (route_cover_next(&self->cover, &set))
        route_search_set(self, set);
    if (self->steps >= 0)
        return true;
    route_search_leave_open(self, route_search_bound(self, size));
    return false;
}

/* Sizes until the best and the second are known; false when the effort is used up before the
 * best is. */
static bool route_search_sizes(struct route_search *self)
{
    for (size_t size = route_cover_least(&self->cover); size <= self->cover.count; size++) {
        size_t best = (size_t)route_search_size(self->best.set);

        if (best > 0 && (size > best + 1 || (size > best && self->second.set != 0)))
            break;
        /* Every set has the best's sites: none is another. */
        if (best > 0 && (self->best.set & ~self->cover.required) == 0)
            break;
        /* A single site that is known was found by looking at all of them. */
        if (best == size)
            continue;
        if (!route_search_sets(self, size))
            return best > 0; /* then it is only the second that is not settled */
    }
    return true;
}

/* ---- when that takes too long ---- */

/* The best with one site given up, or exchanged for another; true when it got better. */
static bool route_search_exchange(struct route_search *self)
{
    uint32_t set = self->best.set;

    for (uint32_t members = set & ~self->cover.required; members != 0; members &= members - 1) {
        uint32_t without = set & ~(members & -members);

        for (size_t i = 0; i <= self->cover.count && self->steps >= 0; i++) {
            uint32_t other = i < self->cover.count ? without | UINT32_C(1) << i : without;

            self->steps -= 1 + (int64_t)self->problem->want_count / 8;
            if (other == set || !route_cover_has(&self->cover, other))
                continue;
            route_search_set(self, other);
            if (self->best.set != set)
                return true;
        }
    }
    return false;
}

static void route_search_hurry(struct route_search *self)
{
    uint32_t set = route_cover_greedy(&self->cover, self->arena);

    self->spent = self->problem->effort / 2 - self->steps;
    self->steps = self->problem->effort / 2;
    if (self->best.set == 0)
        route_search_set(self, set);
    /* What no carrier bears may go in more parcels. */
    while (self->best.set == 0 && (set = route_cover_more(&self->cover, set)) != 0)
        route_search_set(self, set);
    while (self->best.set != 0 && self->steps >= 0 && route_search_exchange(self))
        continue;
}

void route_search_run(struct route_search *search)
{
    search->divide = route_divide_make(search->arena, search->problem, search->cover.grams,
                                       search->cover.count, &search->steps);
    if (!route_search_sizes(search))
        route_search_hurry(search);
    search->spent += search->problem->effort / 2 - search->steps;
}

/* ---- the result ---- */

struct route_split route_search_split(const struct route_search *search,
                                      const struct route_found *found)
{
    const struct route_problem *problem = search->problem;
    size_t count = (size_t)route_search_size(found->set);
    struct route_parcel *parcels = ARENA_ARRAY(search->arena, struct route_parcel, count);
    struct route_split split = { .parcels = parcels };
    const int64_t *take = found->take;

    for (uint32_t rest = found->set; rest != 0; rest &= rest - 1, take += problem->want_count) {
        struct route_parcel *parcel = &parcels[split.parcel_count];
        size_t index = search->cover.sites[__builtin_ctz(rest)];
        const struct route_site *site = &problem->sites[index];
        int64_t pieces = 0;
        bool priced;

        *parcel = (struct route_parcel){ .site = index, .units = take };
        for (size_t k = 0; k < problem->want_count; k++) {
            pieces += take[k] > 0;
            parcel->grams += take[k] * problem->wants[k].grams;
        }
        if (pieces == 0)
            continue;
        priced = route_price(site->offers, site->offer_count, parcel->grams, &parcel->offer,
                             &parcel->fen);
        CHECK(priced);
        parcel->fen += site->fixed_fen;
        split.parcel_count++;
        split.late += site->late;
        split.fen += parcel->fen;
        split.pieces += pieces;
    }
    return split;
}
