/*
 * route_solve_decide — see route_solve_decide.h.
 */
#include "route/route_solve_decide.h"

#include "route/route_search_decide.h"

/* ---- one site ---- */

/* Grams of everything; false beyond the limit. */
static bool route_solve_weigh(const struct route_problem *problem, int64_t *grams_out,
                              int64_t *pieces_out)
{
    int64_t grams = 0, pieces = 0;

    for (size_t k = 0; k < problem->want_count; k++) {
        const struct route_want *want = &problem->wants[k];
        int64_t more;

        CHECK(want->units >= 0 && want->grams >= 0);
        pieces += want->units > 0;
        if (__builtin_mul_overflow(want->units, want->grams, &more)
            || __builtin_add_overflow(grams, more, &grams) || grams > ROUTE_GRAMS_MAX)
            return false;
    }
    *grams_out = grams;
    *pieces_out = pieces;
    return true;
}

static bool route_solve_has_all(const struct route_problem *problem, size_t site)
{
    const int64_t *free = problem->sites[site].free;

    for (size_t k = 0; k < problem->want_count; k++) {
        if (problem->wants[k].units > 0 && free[k] < problem->wants[k].units)
            return false;
    }
    return true;
}

static struct route_split route_solve_whole(struct arena *arena,
                                            const struct route_problem *problem, size_t site,
                                            int64_t grams, int64_t pieces)
{
    struct route_parcel *parcel = ARENA_NEW(arena, struct route_parcel);
    const struct route_site *from = &problem->sites[site];
    int64_t *units = ARENA_ARRAY(arena, int64_t, problem->want_count);
    bool priced;

    for (size_t k = 0; k < problem->want_count; k++)
        units[k] = problem->wants[k].units;
    *parcel = (struct route_parcel){ .site = site, .grams = grams, .units = units };
    priced = route_price(from->offers, from->offer_count, grams, &parcel->offer, &parcel->fen);
    CHECK(priced);
    parcel->fen += from->fixed_fen;
    return (struct route_split){
        .parcels = parcel,
        .parcel_count = 1,
        .late = from->late,
        .fen = parcel->fen,
        .pieces = pieces,
    };
}

/* The two best single sites into best and second of the solution; how many there are. */
static size_t route_solve_single(struct arena *arena, const struct route_problem *problem,
                                 int64_t grams, int64_t pieces, struct route_solution *solution)
{
    size_t sites[2], found = 0;
    int64_t late[2], fen[2];

    for (size_t i = 0; i < problem->site_count; i++) {
        const struct route_site *site = &problem->sites[i];
        size_t offer, place = found < 2 ? found : 2;
        int64_t price;

        if (!route_solve_has_all(problem, i)
            || !route_price(site->offers, site->offer_count, grams, &offer, &price))
            continue;
        price += site->fixed_fen;
        for (; place > 0
               && (site->late < late[place - 1]
                   || (site->late == late[place - 1] && price < fen[place - 1]));
             place--) {
            if (place == 2)
                continue;
            sites[place] = sites[place - 1];
            late[place] = late[place - 1];
            fen[place] = fen[place - 1];
        }
        found++;
        if (place == 2)
            continue;
        sites[place] = i;
        late[place] = site->late;
        fen[place] = price;
    }
    if (found > 0)
        solution->best = route_solve_whole(arena, problem, sites[0], grams, pieces);
    if (found > 1)
        solution->second = route_solve_whole(arena, problem, sites[1], grams, pieces);
    return found;
}

/* ---- all of it ---- */

int route_bound_compare(const struct route_bound *a, const struct route_bound *b)
{
    if (a->parcel_count != b->parcel_count)
        return a->parcel_count < b->parcel_count ? -1 : 1;
    if (a->late != b->late)
        return a->late < b->late ? -1 : 1;
    return a->fen != b->fen ? (a->fen < b->fen ? -1 : 1) : 0;
}

/* What the search left open, against what it found. */
static void route_solve_prove(const struct route_search *search, struct route_solution *solution)
{
    const struct route_split *best = &solution->best;
    const struct route_bound *open = &search->open;

    solution->bound = (struct route_bound){ .parcel_count = (int64_t)best->parcel_count,
                                            .late = best->late,
                                            .fen = best->fen };
    solution->proven = open->parcel_count == 0 || route_bound_compare(&solution->bound, open) < 0;
    if (!solution->proven && route_bound_compare(open, &solution->bound) < 0)
        solution->bound = *open;
}

static bool route_solve_lacks(struct route_lack *lack_out, enum route_lack_kind kind)
{
    *lack_out = (struct route_lack){ .kind = kind };
    return false;
}

bool route_solve(struct arena *arena, const struct route_problem *problem,
                 struct route_solution *solution_out, struct route_lack *lack_out)
{
    struct route_solution solution = { .proven = true };
    int64_t grams, pieces;
    struct route_search *search;

    CHECK(problem->site_count <= ROUTE_SITES_MAX);
    if (!route_solve_weigh(problem, &grams, &pieces))
        return route_solve_lacks(lack_out, ROUTE_LACK_CARRIER);
    size_t single = pieces > 0 ? route_solve_single(arena, problem, grams, pieces, &solution) : 0;

    if (single > 0)
        solution.bound = (struct route_bound){ .parcel_count = 1,
                                               .late = solution.best.late,
                                               .fen = solution.best.fen };
    if (pieces == 0 || single > 1) {
        *solution_out = solution;
        return true;
    }
    if (!route_search_make(arena, problem, grams, &search, lack_out))
        return false;
    if (single > 0)
        route_search_knows(search, solution.best.parcels[0].site, &solution.best);
    route_search_run(search);
    solution.steps = search->spent;
    if (search->best.set == 0)
        return route_solve_lacks(lack_out, ROUTE_LACK_CARRIER);
    if (single == 0)
        solution.best = route_search_split(search, &search->best);
    if (search->second.set != 0)
        solution.second = route_search_split(search, &search->second);
    route_solve_prove(search, &solution);
    *solution_out = solution;
    return true;
}
