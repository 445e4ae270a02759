/*
 * route_cover_decide — see route_cover_decide.h.
 */
#include "route/route_cover_decide.h"

#include <string.h>

#define ROUTE_COVER_PARTS 1000 /* a want counts as so many parts when sites are weighed up */
#define ROUTE_COVER_STEP  16   /* wants looked at in one step of effort */

static uint32_t route_cover_bit(size_t candidate)
{
    return UINT32_C(1) << candidate;
}

/* What a site has of each want, into `has`; false when it can send nothing. */
static bool route_cover_site(struct route_cover *self, size_t site, int64_t *has, int64_t *bears)
{
    const struct route_site *it = &self->problem->sites[site];
    int64_t most = route_price_grams_max(it->offers, it->offer_count), grams = 0;
    bool any = false;

    for (size_t k = 0; k < self->want_count; k++) {
        int64_t free = it->free[self->wants[k]];

        has[k] = free <= 0 ? 0 : free < self->units[k] ? free : self->units[k];
        grams += has[k] * self->problem->wants[self->wants[k]].grams;
        any |= has[k] > 0;
    }
    *bears = grams < most ? grams : most;
    return any && most >= 0;
}

/* Each want's reach, whether all together have it, and who must be there for it. */
static bool route_cover_want(struct route_cover *self, size_t k, struct route_lack *lack_out)
{
    int64_t total = 0, most = 0;

    for (size_t i = self->count; i-- > 0;) {
        int64_t has = self->has[i * self->want_count + k];

        total += has;
        if (has > most)
            most = has;
        self->reach[i * self->want_count + k] = most;
    }
    if (total < self->units[k]) {
        *lack_out = (struct route_lack){
            .kind = ROUTE_LACK_UNITS,
            .want = self->wants[k],
            .units_missing = self->units[k] - total,
        };
        return false;
    }
    for (size_t i = 0; i < self->count; i++) {
        if (total - self->has[i * self->want_count + k] < self->units[k])
            self->required |= route_cover_bit(i);
    }
    return true;
}

bool route_cover_make(struct arena *arena, const struct route_problem *problem, int64_t grams,
                      int64_t *steps, struct route_cover *cover_out, struct route_lack *lack_out)
{
    struct route_cover self = { .problem = problem, .grams = grams, .steps = steps };

    self.wants = ARENA_ARRAY(arena, size_t, problem->want_count);
    self.units = ARENA_ARRAY(arena, int64_t, problem->want_count);
    for (size_t k = 0; k < problem->want_count; k++) {
        if (problem->wants[k].units <= 0)
            continue;
        self.wants[self.want_count] = k;
        self.units[self.want_count++] = problem->wants[k].units;
    }
    /* One row more than sites: what is missing stands at each depth from 0 on. */
    size_t rows = problem->site_count * self.want_count;
    self.has = ARENA_ARRAY(arena, int64_t, rows * 3 + self.want_count);
    self.reach = self.has + rows;
    self.missing = self.reach + rows;
    for (size_t i = 0; i < problem->site_count; i++) {
        self.sites[self.count] = i;
        if (route_cover_site(&self, i, &self.has[self.count * self.want_count],
                             &self.bears[self.count]))
            self.count++;
    }
    for (size_t k = 0; k < self.want_count; k++) {
        if (!route_cover_want(&self, k, lack_out))
            return false;
    }
    *cover_out = self;
    return true;
}

/* ---- how few can be enough ---- */

/* The fewest of these values whose sum reaches `enough`; count + 1 when all do not. Sorts them. */
static size_t route_cover_fewest(int64_t *values, size_t count, int64_t enough)
{
    size_t taken = 0;

    for (size_t i = 1; i < count; i++) {
        int64_t value = values[i];
        size_t place = i;

        for (; place > 0 && values[place - 1] < value; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
    while (taken < count && enough > 0)
        enough -= values[taken++];
    return enough > 0 ? count + 1 : taken;
}

size_t route_cover_least(const struct route_cover *cover)
{
    int64_t values[ROUTE_SITES_MAX], parts[ROUTE_SITES_MAX] = { 0 };
    size_t least = (size_t)__builtin_popcount(cover->required), fewest;

    for (size_t k = 0; k < cover->want_count; k++) {
        int64_t units = cover->units[k];

        for (size_t i = 0; i < cover->count; i++) {
            values[i] = cover->has[i * cover->want_count + k];
            /* Rounded up, so that no set that has everything counts as short. */
            parts[i] += (values[i] * ROUTE_COVER_PARTS + units - 1) / units;
        }
        fewest = route_cover_fewest(values, cover->count, units);
        least = fewest > least ? fewest : least;
    }
    fewest =
        route_cover_fewest(parts, cover->count, (int64_t)cover->want_count * ROUTE_COVER_PARTS);
    least = fewest > least ? fewest : least;
    memcpy(values, cover->bears, sizeof values);
    fewest = route_cover_fewest(values, cover->count, cover->grams);
    return fewest > least ? fewest : least;
}

/* ---- set by set ---- */

void route_cover_begin(struct route_cover *cover, size_t size)
{
    CHECK(size > 0);
    cover->size = size;
    cover->depth = 0;
    cover->picks[0] = 0;
    memcpy(cover->missing, cover->units, cover->want_count * sizeof(int64_t));
}

/* Takes a candidate at this depth; false when the rest cannot come from those after it. */
static bool route_cover_pick(struct route_cover *self, size_t candidate)
{
    size_t count = self->want_count, more = self->size - self->depth - 1;
    const int64_t *missing = &self->missing[self->depth * count];
    const int64_t *has = &self->has[candidate * count];
    int64_t *left = &self->missing[(self->depth + 1) * count];

    for (size_t k = 0; k < count; k++) {
        left[k] = missing[k] > has[k] ? missing[k] - has[k] : 0;
        if (left[k] == 0)
            continue;
        /* reach × more cannot overflow what it is compared with: a quotient, rounded up */
        if (more == 0 || candidate + 1 == self->count)
            return false;
        int64_t reach = self->reach[(candidate + 1) * count + k];
        if (reach == 0 || (left[k] - 1) / reach >= (int64_t)more)
            return false;
    }
    return true;
}

/* Whether going past a candidate leaves out one that every set has. */
static bool route_cover_passed(const struct route_cover *self, size_t candidate)
{
    uint32_t picked = 0, before = route_cover_bit(candidate) - 1;

    for (size_t d = 0; d < self->depth; d++)
        picked |= route_cover_bit(self->picks[d] - 1);
    return (self->required & before & ~picked) != 0;
}

static uint32_t route_cover_set(const struct route_cover *self, int64_t *bears_out)
{
    uint32_t set = 0;

    *bears_out = 0;
    for (size_t d = 0; d < self->size; d++) {
        set |= route_cover_bit(self->picks[d] - 1);
        *bears_out += self->bears[self->picks[d] - 1];
    }
    return set;
}

bool route_cover_next(struct route_cover *cover, uint32_t *set_out)
{
    for (;;) {
        size_t candidate = cover->picks[cover->depth]++;
        int64_t bears;

        if (candidate + cover->size - cover->depth > cover->count
            || route_cover_passed(cover, candidate)) {
            if (cover->depth-- == 0)
                return false;
            continue;
        }
        *cover->steps -= 1 + (int64_t)cover->want_count / ROUTE_COVER_STEP;
        if (*cover->steps < 0)
            return false;
        if (!route_cover_pick(cover, candidate))
            continue;
        if (cover->depth + 1 < cover->size) {
            cover->depth++;
            cover->picks[cover->depth] = candidate + 1;
            continue;
        }
        uint32_t set = route_cover_set(cover, &bears);

        if (bears >= cover->grams) {
            *set_out = set;
            return true;
        }
    }
}

/* ---- without a search ---- */

bool route_cover_has(const struct route_cover *cover, uint32_t set)
{
    int64_t bears = 0;

    for (size_t i = 0; i < cover->count; i++)
        bears += set & route_cover_bit(i) ? cover->bears[i] : 0;
    for (size_t k = 0; k < cover->want_count; k++) {
        int64_t units = cover->units[k];

        for (size_t i = 0; i < cover->count && units > 0; i++)
            units -= set & route_cover_bit(i) ? cover->has[i * cover->want_count + k] : 0;
        if (units > 0)
            return false;
    }
    return bears >= cover->grams;
}

/* How much of what is missing a candidate brings, in parts of a want. */
static int64_t route_cover_brings(const struct route_cover *self, size_t candidate,
                                  const int64_t *missing)
{
    const int64_t *has = &self->has[candidate * self->want_count];
    int64_t parts = 0;

    for (size_t k = 0; k < self->want_count; k++) {
        int64_t some = has[k] < missing[k] ? has[k] : missing[k];

        parts += some * ROUTE_COVER_PARTS / self->units[k];
        parts += some > 0;
    }
    return parts;
}

static void route_cover_take(const struct route_cover *self, size_t candidate, int64_t *missing)
{
    const int64_t *has = &self->has[candidate * self->want_count];

    for (size_t k = 0; k < self->want_count; k++)
        missing[k] -= has[k] < missing[k] ? has[k] : missing[k];
}

/* The candidate outside the set that brings most; count when none brings anything. */
static size_t route_cover_best(const struct route_cover *self, uint32_t set, const int64_t *missing)
{
    int64_t most = 0;
    size_t best = self->count;

    for (size_t i = 0; i < self->count; i++) {
        int64_t brings = set & route_cover_bit(i) ? 0 : route_cover_brings(self, i, missing);

        if (brings <= most)
            continue;
        most = brings;
        best = i;
    }
    return best;
}

/* The candidate outside the set that bears most. */
static size_t route_cover_strongest(const struct route_cover *self, uint32_t set)
{
    size_t best = self->count;

    for (size_t i = 0; i < self->count; i++) {
        if (!(set & route_cover_bit(i))
            && (best == self->count || self->bears[i] > self->bears[best]))
            best = i;
    }
    return best;
}

uint32_t route_cover_greedy(const struct route_cover *cover, struct arena *arena)
{
    int64_t *missing = ARENA_ARRAY(arena, int64_t, cover->want_count);
    uint32_t set = cover->required;

    memcpy(missing, cover->units, cover->want_count * sizeof *missing);
    for (size_t i = 0; i < cover->count; i++) {
        if (set & route_cover_bit(i))
            route_cover_take(cover, i, missing);
    }
    for (size_t best; (best = route_cover_best(cover, set, missing)) < cover->count;) {
        set |= route_cover_bit(best);
        route_cover_take(cover, best, missing);
    }
    for (size_t best;
         !route_cover_has(cover, set) && (best = route_cover_strongest(cover, set)) < cover->count;)
        set |= route_cover_bit(best);
    for (size_t i = 0; i < cover->count; i++) {
        uint32_t without = set & ~route_cover_bit(i);

        if (set != without && route_cover_has(cover, without))
            set = without;
    }
    return set;
}

uint32_t route_cover_more(const struct route_cover *cover, uint32_t set)
{
    size_t strongest = route_cover_strongest(cover, set);

    return strongest < cover->count ? set | route_cover_bit(strongest) : 0;
}
