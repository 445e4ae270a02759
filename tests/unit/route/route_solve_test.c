/* The solver against a brute force that tries every division, and on problems too large for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/route_solve_decide.h"

#define SMALL_CASES  10000
#define WIDE_CASES   1000
#define LARGE_CASES  60
#define OFFERS_MAX   5
#define WANTS_MAX    64
#define ALL_OF(list) (sizeof(list) / sizeof((list)[0]))

/* ---- random problems ---- */

static uint64_t random_state;

static int64_t random_below(int64_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((random_state >> 33) % (uint64_t)limit);
}

static int64_t random_of(const int64_t *list, size_t count)
{
    return list[random_below((int64_t)count)];
}

struct made {
    struct route_problem problem;
    struct route_want wants[WANTS_MAX];
    struct route_site sites[ROUTE_SITES_MAX];
    int64_t free[ROUTE_SITES_MAX][WANTS_MAX];
    struct route_offer offers[ROUTE_SITES_MAX][OFFERS_MAX];
};

static void made_init(struct made *it, size_t sites, size_t wants)
{
    memset(it, 0, sizeof *it);
    it->problem = (struct route_problem){ .wants = it->wants,
                                          .want_count = wants,
                                          .sites = it->sites,
                                          .site_count = sites,
                                          .effort = ROUTE_EFFORT_PLAIN };
    for (size_t i = 0; i < sites; i++) {
        it->sites[i].free = it->free[i];
        it->sites[i].offers = it->offers[i];
    }
}

/* Few different numbers, so that ties are many. */
static struct route_offer small_offer(size_t carrier)
{
    static const int64_t first[] = { 0, 500, 1000 }, step[] = { 0, 300, 500, 1000 };
    static const int64_t most[] = { 0, 0, 800, 1500, 3000 }, extra[] = { 0, 0, 50, -150 };

    return (struct route_offer){
        .carrier = carrier,
        .tariff = { .first_grams = random_of(first, ALL_OF(first)),
                    .first_fen = 100 * random_below(8),
                    .step_grams = random_of(step, ALL_OF(step)),
                    .step_fen = 50 * random_below(5),
                    .grams_max = random_of(most, ALL_OF(most)) },
        .extra_fen = random_of(extra, ALL_OF(extra)),
    };
}

static void fill_problem(struct made *it, bool any, int64_t units_max)
{
    static const int64_t grams[] = { 0, 100, 300, 500, 1000 };
    static const int64_t late[] = { 0, 0, 0, 1, 2 }, fixed[] = { 0, 0, 100, -100 };

    for (size_t k = 0; k < it->problem.want_count; k++)
        it->wants[k] = (struct route_want){ .units = any ? random_below(units_max + 1)
                                                         : 1 + random_below(units_max),
                                            .grams = random_of(grams, ALL_OF(grams)) };
    for (size_t i = 0; i < it->problem.site_count; i++) {
        it->sites[i].late = random_of(late, ALL_OF(late));
        it->sites[i].fixed_fen = random_of(fixed, ALL_OF(fixed));
        it->sites[i].offer_count = (size_t)(any ? random_below(4) : 1 + random_below(4));
        for (size_t o = 0; o < it->sites[i].offer_count; o++)
            it->offers[i][o] = small_offer(o);
        for (size_t k = 0; k < it->problem.want_count; k++)
            it->free[i][k] = random_below(units_max + 1) - (any ? 1 : 0);
    }
}

/* At most 4 sites, 3 wants, 4 units; one in 16 may also lack sites, wants, offers or stock. */
static void small_problem(struct made *it)
{
    bool any = random_below(16) == 0;

    made_init(it, (size_t)(any ? random_below(5) : 2 + random_below(3)),
              (size_t)(any ? random_below(4) : 1 + random_below(3)));
    fill_problem(it, any, 4);
}

static void wide_problem(struct made *it)
{
    made_init(it, 3, 6);
    fill_problem(it, false, 2);
}

/* ---- prices, told again from the definition ---- */

/* Step by step, as one would with a finger on the carrier's table. -1: not taken. */
static int64_t plain_price(const struct route_site *site, int64_t grams, size_t *offer_out)
{
    int64_t best = -1;
    bool found = false;

    for (size_t o = 0; o < site->offer_count; o++) {
        const struct route_tariff *tariff = &site->offers[o].tariff;
        int64_t fen = tariff->first_fen + site->offers[o].extra_fen;

        if (tariff->grams_max > 0 && grams > tariff->grams_max)
            continue;
        for (int64_t paid = tariff->first_grams; tariff->step_grams > 0 && paid < grams;
             paid += tariff->step_grams)
            fen += tariff->step_fen;
        if (!found || fen < best) {
            best = fen;
            *offer_out = o;
        }
        found = true;
    }
    if (found)
        best += site->fixed_fen;
    return found ? best : INT64_MIN;
}

/* ---- brute force ---- */

struct score {
    int64_t parcels, late, fen, pieces;
    uint32_t set;
};

struct brute {
    const struct route_problem *problem;
    int64_t take[8][8];
    uint32_t forbidden; /* sets that have all of these do not count; 0: all count */
    bool found;
    struct score best;
};

static bool score_less(const struct score *a, const struct score *b)
{
    uint32_t differ = a->set ^ b->set;

    if (a->parcels != b->parcels)
        return a->parcels < b->parcels;
    if (a->late != b->late)
        return a->late < b->late;
    if (a->fen != b->fen)
        return a->fen < b->fen;
    if (a->pieces != b->pieces)
        return a->pieces < b->pieces;
    /* The first site that only one of them has. */
    return differ != 0 && (a->set & (differ & -differ)) != 0;
}

static void brute_score(struct brute *it)
{
    struct score score = { 0 };

    for (size_t i = 0; i < it->problem->site_count; i++) {
        int64_t grams = 0, pieces = 0;
        size_t offer;

        for (size_t k = 0; k < it->problem->want_count; k++) {
            grams += it->take[i][k] * it->problem->wants[k].grams;
            pieces += it->take[i][k] > 0;
        }
        if (pieces == 0)
            continue;
        int64_t fen = plain_price(&it->problem->sites[i], grams, &offer);

        if (fen == INT64_MIN)
            return;
        score.parcels++;
        score.late += it->problem->sites[i].late;
        score.fen += fen;
        score.pieces += pieces;
        score.set |= UINT32_C(1) << i;
    }
    if (it->forbidden != 0 && (score.set & it->forbidden) == it->forbidden)
        return;
    if (!it->found || score_less(&score, &it->best))
        it->best = score;
    it->found = true;
}

/* Every number of units of want k at site i, then the next site, then the next want. */
static void brute_try(struct brute *it, size_t k, size_t i, int64_t left)
{
    if (k == it->problem->want_count) {
        brute_score(it);
        return;
    }
    if (i == it->problem->site_count) {
        int64_t next = k + 1 < it->problem->want_count ? it->problem->wants[k + 1].units : 0;

        if (left == 0)
            brute_try(it, k + 1, 0, next);
        return;
    }
    for (int64_t units = 0; units == 0 || (units <= left && units <= it->problem->sites[i].free[k]);
         units++) {
        it->take[i][k] = units;
        brute_try(it, k, i + 1, left - units);
    }
    it->take[i][k] = 0;
}

static struct brute brute_force(const struct route_problem *problem, uint32_t forbidden)
{
    struct brute it = { .problem = problem, .forbidden = forbidden };

    brute_try(&it, 0, 0, problem->want_count > 0 ? problem->wants[0].units : 0);
    return it;
}

/* ---- what any answer must be ---- */

static struct score check_split(const struct route_problem *problem,
                                const struct route_split *split)
{
    struct score score = { .parcels = (int64_t)split->parcel_count };

    for (size_t k = 0; k < problem->want_count; k++) {
        int64_t units = 0;

        for (size_t p = 0; p < split->parcel_count; p++) {
            int64_t here = split->parcels[p].units[k];
            int64_t free = problem->sites[split->parcels[p].site].free[k];

            assert_true(here == 0 || (here > 0 && here <= free));
            units += here;
            score.pieces += here > 0;
        }
        assert_int_equal(units, problem->wants[k].units);
    }
    for (size_t p = 0; p < split->parcel_count; p++) {
        const struct route_parcel *parcel = &split->parcels[p];
        int64_t grams = 0, units = 0;
        size_t offer = 99;

        for (size_t k = 0; k < problem->want_count; k++) {
            grams += parcel->units[k] * problem->wants[k].grams;
            units += parcel->units[k];
        }
        assert_true(units > 0);
        assert_true(p == 0 || split->parcels[p - 1].site < parcel->site);
        assert_int_equal(grams, parcel->grams);
        assert_int_equal(plain_price(&problem->sites[parcel->site], grams, &offer), parcel->fen);
        assert_int_equal(offer, parcel->offer);
        score.late += problem->sites[parcel->site].late;
        score.fen += parcel->fen;
        score.set |= UINT32_C(1) << parcel->site;
    }
    assert_int_equal(score.late, split->late);
    assert_int_equal(score.fen, split->fen);
    assert_int_equal(score.pieces, split->pieces);
    return score;
}

static void assert_scores(const struct score *got, const struct score *wanted)
{
    assert_int_equal(got->parcels, wanted->parcels);
    assert_int_equal(got->late, wanted->late);
    assert_int_equal(got->fen, wanted->fen);
    assert_int_equal(got->pieces, wanted->pieces);
    assert_int_equal(got->set, wanted->set);
}

static bool is_covered(const struct route_problem *problem)
{
    for (size_t k = 0; k < problem->want_count; k++) {
        int64_t units = 0;

        for (size_t i = 0; i < problem->site_count; i++) {
            if (problem->sites[i].offer_count > 0 && problem->sites[i].free[k] > 0)
                units += problem->sites[i].free[k];
        }
        if (units < problem->wants[k].units)
            return false;
    }
    return true;
}

/* ---- the tests ---- */

static void compare_second(const struct route_problem *problem, const struct route_split *second,
                           const struct score *best)
{
    struct brute brute = brute_force(problem, best->set);

    if (!brute.found || brute.best.parcels > best->parcels + 1) {
        assert_int_equal(second->parcel_count, 0);
        return;
    }
    struct score score = check_split(problem, second);

    assert_scores(&score, &brute.best);
}

static void route_solve_test_small(void **state)
{
    struct arena *arena = *state;
    int solved = 0, split = 0, seconds = 0;

    random_state = 4;
    for (int n = 0; n < SMALL_CASES; n++) {
        struct route_solution solution;
        struct route_lack lack;
        struct made made;

        arena_reset(arena);
        small_problem(&made);
        struct brute brute = brute_force(&made.problem, 0);
        bool found = route_solve(arena, &made.problem, &solution, &lack);

        assert_int_equal(found, brute.found);
        if (!found) {
            assert_int_equal(lack.kind,
                             is_covered(&made.problem) ? ROUTE_LACK_CARRIER : ROUTE_LACK_UNITS);
            continue;
        }
        struct score score = check_split(&made.problem, &solution.best);

        assert_scores(&score, &brute.best);
        assert_true(solution.proven);
        assert_int_equal(solution.bound.parcel_count, score.parcels);
        assert_int_equal(solution.bound.late, score.late);
        assert_int_equal(solution.bound.fen, score.fen);
        solved++;
        split += score.parcels > 1;
        if (score.parcels > 0) {
            compare_second(&made.problem, &solution.second, &score);
            seconds += solution.second.parcel_count > 0;
        }
    }
    print_message("%d cases equal the brute force: %d solved, %d of them in more than one parcel, "
                  "%d with a second\n",
                  SMALL_CASES, solved, split, seconds);
    assert_true(solved > SMALL_CASES / 3 && split > SMALL_CASES / 20);
    assert_true(seconds > SMALL_CASES / 10);
}

/* More wants than the plain search takes on without a first answer. */
static void route_solve_test_wide(void **state)
{
    struct arena *arena = *state;
    int split = 0;

    random_state = 5;
    for (int n = 0; n < WIDE_CASES; n++) {
        struct route_solution solution;
        struct route_lack lack;
        struct made made;

        arena_reset(arena);
        wide_problem(&made);
        struct brute brute = brute_force(&made.problem, 0);
        bool found = route_solve(arena, &made.problem, &solution, &lack);

        assert_int_equal(found, brute.found);
        if (!found)
            continue;
        struct score score = check_split(&made.problem, &solution.best);

        assert_scores(&score, &brute.best);
        assert_true(solution.proven);
        split += score.parcels > 1;
        if (score.parcels > 0)
            compare_second(&made.problem, &solution.second, &score);
    }
    print_message("%d cases of six wants, %d in more than one parcel\n", WIDE_CASES, split);
    assert_true(split > WIDE_CASES / 5);
}

/* ---- too large for a brute force ---- */

/* What carriers really ask: a first kilogram, then by the kilogram. */
static void large_problem(struct made *it, size_t sites, size_t wants)
{
    made_init(it, sites, wants);
    for (size_t k = 0; k < wants; k++)
        it->wants[k] = (struct route_want){ .units = 1 + random_below(6),
                                            .grams = 50 + 10 * random_below(120) };
    for (size_t i = 0; i < sites; i++) {
        it->sites[i].late = random_below(4) / 3;
        it->sites[i].fixed_fen = 20 * random_below(10);
        it->sites[i].offer_count = (size_t)(2 + random_below(OFFERS_MAX - 1));
        for (size_t o = 0; o < it->sites[i].offer_count; o++)
            it->offers[i][o] = (struct route_offer){
                .carrier = o,
                .tariff = { .first_grams = 1000,
                            .first_fen = 300 + 10 * random_below(150),
                            .step_grams = random_below(2) ? 1000 : 500,
                            .step_fen = 50 + 10 * random_below(90),
                            .grams_max = random_below(3) ? 60000 : 30000 },
            };
        for (size_t k = 0; k < wants; k++)
            it->free[i][k] = random_below(2) ? random_below(9) : 0;
    }
}

struct gaps {
    int count, proven, more_parcels, more_late;
    int64_t parcels_max;
    double fen[LARGE_CASES];
};

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* How far an answer may be from the optimum, by the first number that is not proven. */
static void gaps_add(struct gaps *gaps, const struct route_solution *solution)
{
    int64_t parcels = (int64_t)solution->best.parcel_count - solution->bound.parcel_count;

    assert_true(parcels > 0 || solution->bound.late < solution->best.late
                || (solution->bound.late == solution->best.late
                    && solution->bound.fen <= solution->best.fen));
    assert_true(parcels >= 0);
    gaps->proven += solution->proven;
    if (parcels > 0) {
        gaps->more_parcels++;
        gaps->parcels_max = parcels > gaps->parcels_max ? parcels : gaps->parcels_max;
    } else if (solution->bound.late < solution->best.late) {
        gaps->more_late++;
    } else {
        gaps->fen[gaps->count++] =
            (double)(solution->best.fen - solution->bound.fen) / (double)solution->best.fen;
    }
}

static void large(struct arena *arena, size_t sites, size_t wants)
{
    struct gaps gaps = { 0 };

    for (int n = 0; n < LARGE_CASES; n++) {
        struct route_solution solution;
        struct route_lack lack;
        struct made made;

        arena_reset(arena);
        do
            large_problem(&made, sites, wants);
        while (!is_covered(&made.problem));
        assert_true(route_solve(arena, &made.problem, &solution, &lack));
        (void)check_split(&made.problem, &solution.best);
        if (solution.second.parcel_count > 0)
            (void)check_split(&made.problem, &solution.second);
        gaps_add(&gaps, &solution);
    }
    if (gaps.count > 0)
        qsort(gaps.fen, (size_t)gaps.count, sizeof gaps.fen[0], compare_double);
    print_message("%zu sites x %zu wants: %d of %d proven; gap in parcels %d (at most %lld), in "
                  "lateness %d, in fen %d: median %.2f %%, largest %.2f %%\n",
                  sites, wants, gaps.proven, LARGE_CASES, gaps.more_parcels,
                  (long long)gaps.parcels_max, gaps.more_late, gaps.count,
                  gaps.count ? 100 * gaps.fen[gaps.count / 2] : 0,
                  gaps.count ? 100 * gaps.fen[gaps.count - 1] : 0);
}

static void route_solve_test_large(void **state)
{
    random_state = 6;
    large(*state, 5, 4);
    large(*state, 8, 8);
    large(*state, 12, 16);
    large(*state, 32, 40);
    large(*state, 32, 64);
}

/* ---- one by one ---- */

static const struct route_tariff by_kilogram = {
    .first_grams = 1000, .first_fen = 500, .step_grams = 1000, .step_fen = 200, .grams_max = 30000
};

/* Every site has one offer at the same price. */
static void plain_problem(struct made *it, size_t sites, size_t wants)
{
    made_init(it, sites, wants);
    for (size_t i = 0; i < sites; i++) {
        it->sites[i].offer_count = 1;
        it->offers[i][0] = (struct route_offer){ .carrier = i, .tariff = by_kilogram };
    }
}

static struct route_solution solve(struct arena *arena, const struct made *it)
{
    struct route_solution solution;
    struct route_lack lack;

    assert_true(route_solve(arena, &it->problem, &solution, &lack));
    (void)check_split(&it->problem, &solution.best);
    return solution;
}

static struct route_lack lacks(struct arena *arena, const struct made *it)
{
    struct route_solution solution;
    struct route_lack lack = { .kind = ROUTE_LACK_NONE };

    assert_false(route_solve(arena, &it->problem, &solution, &lack));
    return lack;
}

static void route_solve_test_nothing(void **state)
{
    struct route_solution solution;
    struct made made;

    plain_problem(&made, 3, 0);
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcel_count, 0);
    assert_int_equal(solution.second.parcel_count, 0);
    assert_true(solution.proven);

    plain_problem(&made, 0, 0);
    assert_int_equal(solve(*state, &made).best.parcel_count, 0);

    plain_problem(&made, 0, 1);
    made.wants[0] = (struct route_want){ .units = 2, .grams = 100 };
    assert_int_equal(lacks(*state, &made).kind, ROUTE_LACK_UNITS);
    assert_int_equal(lacks(*state, &made).units_missing, 2);
}

static void route_solve_test_short(void **state)
{
    struct made made;

    plain_problem(&made, 3, 2);
    made.wants[0] = (struct route_want){ .units = 1, .grams = 100 };
    made.wants[1] = (struct route_want){ .units = 7, .grams = 100 };
    for (size_t i = 0; i < 3; i++) {
        made.free[i][0] = 9;
        made.free[i][1] = 2;
    }
    struct route_lack lack = lacks(*state, &made);

    assert_int_equal(lack.kind, ROUTE_LACK_UNITS);
    assert_int_equal(lack.want, 1);
    assert_int_equal(lack.units_missing, 1);
    /* A site without an offer has nothing to give. */
    made.wants[1].units = 6;
    made.sites[2].offer_count = 0;
    assert_int_equal(lacks(*state, &made).units_missing, 2);
}

static void route_solve_test_split_over_three(void **state)
{
    struct made made;

    plain_problem(&made, 4, 1);
    made.wants[0] = (struct route_want){ .units = 7, .grams = 900 };
    made.free[0][0] = 3;
    made.free[1][0] = 1;
    made.free[2][0] = 2;
    made.free[3][0] = 2;
    struct route_solution solution = solve(*state, &made);

    assert_int_equal(solution.best.parcel_count, 3);
    assert_int_equal(solution.best.pieces, 3);
    assert_int_equal(solution.best.parcels[1].site, 2);
    assert_int_equal(solution.best.parcels[0].units[0], 3);
    /* The second needs all four, and so the same and more: it is none. */
    assert_int_equal(solution.second.parcel_count, 0);
}

static void route_solve_test_weight(void **state)
{
    struct made made;

    plain_problem(&made, 2, 1);
    made.wants[0] = (struct route_want){ .units = 5, .grams = 7000 };
    made.free[0][0] = made.free[1][0] = 9;
    /* 35 kg is too much for one parcel, not for two. */
    struct route_solution solution = solve(*state, &made);

    assert_int_equal(solution.best.parcel_count, 2);
    assert_true(solution.best.parcels[0].grams <= 30000);
    assert_true(solution.best.parcels[1].grams <= 30000);
    /* 63 kg: too much for both. */
    made.wants[0].units = 9;
    assert_int_equal(lacks(*state, &made).kind, ROUTE_LACK_CARRIER);
    /* One unit alone is too heavy, or nobody can even count the grams. */
    made.wants[0] = (struct route_want){ .units = 1, .grams = 30001 };
    assert_int_equal(lacks(*state, &made).kind, ROUTE_LACK_CARRIER);
    made.wants[0] = (struct route_want){ .units = INT64_C(1) << 52, .grams = INT64_C(1) << 52 };
    made.free[0][0] = INT64_C(1) << 52;
    assert_int_equal(lacks(*state, &made).kind, ROUTE_LACK_CARRIER);
    /* No carrier of the nearest takes it; another's does. */
    made.wants[0] = (struct route_want){ .units = 1, .grams = 40000 };
    made.offers[1][0].tariff.grams_max = 0;
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcels[0].site, 1);
}

/* Each number of the objective decides only where those before it are equal. */
static void route_solve_test_order_of_the_objective(void **state)
{
    struct made made;

    plain_problem(&made, 3, 2);
    for (size_t k = 0; k < 2; k++)
        made.wants[k] = (struct route_want){ .units = 2, .grams = 400 };
    for (size_t i = 0; i < 3; i++)
        made.free[i][0] = made.free[i][1] = 2;
    struct route_solution solution = solve(*state, &made);

    assert_int_equal(solution.best.parcels[0].site, 0);
    assert_int_equal(solution.second.parcels[0].site, 1);
    made.offers[2][0].extra_fen = -1;
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcels[0].site, 2);
    assert_int_equal(solution.second.parcels[0].site, 0);
    made.sites[2].late = 1;
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcels[0].site, 0);
    /* Fewer parcels before anything else: the late one alone has everything. */
    made.free[0][1] = made.free[1][0] = 1;
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcel_count, 1);
    assert_int_equal(solution.best.parcels[0].site, 2);
    /* What is second is told, though it takes one parcel more. */
    assert_int_equal(solution.second.parcel_count, 2);
    assert_int_equal(solution.second.parcels[0].site, 0);
    assert_int_equal(solution.second.parcels[1].site, 1);
    /* … and there SKUs are divided least: each site has one of them whole. */
    made.sites[2].offer_count = 0;
    solution = solve(*state, &made);
    assert_int_equal(solution.best.parcel_count, 2);
    assert_int_equal(solution.best.pieces, 2);
}

/* A staircase with more steps than are listed is priced exactly all the same. */
static void route_solve_test_fine_steps(void **state)
{
    struct made made;

    plain_problem(&made, 2, 3);
    for (size_t i = 0; i < 2; i++)
        made.offers[i][0].tariff = (struct route_tariff){
            .first_grams = 10, .first_fen = 100, .step_grams = 10, .step_fen = 3, .grams_max = 30000
        };
    for (size_t k = 0; k < 3; k++)
        made.wants[k] = (struct route_want){ .units = 4, .grams = 2000 + 7 * (int64_t)k };
    for (size_t k = 0; k < 3; k++) {
        made.free[0][k] = 4 - (int64_t)(k == 0);
        made.free[1][k] = 4 - (int64_t)(k == 1);
    }
    struct route_solution solution = solve(*state, &made);

    assert_true(solution.proven);
    assert_int_equal(solution.best.parcel_count, 2);
    assert_int_equal(
        solution.best.fen,
        plain_price(&made.sites[0], solution.best.parcels[0].grams, &(size_t){ 0 })
            + plain_price(&made.sites[1], solution.best.parcels[1].grams, &(size_t){ 0 }));
}

static void assert_splits(const struct route_problem *problem, const struct route_split *a,
                          const struct route_split *b)
{
    assert_int_equal(a->parcel_count, b->parcel_count);
    assert_int_equal(a->fen, b->fen);
    for (size_t p = 0; p < a->parcel_count; p++) {
        assert_int_equal(a->parcels[p].site, b->parcels[p].site);
        assert_int_equal(a->parcels[p].offer, b->parcels[p].offer);
        assert_memory_equal(a->parcels[p].units, b->parcels[p].units,
                            problem->want_count * sizeof(int64_t));
    }
}

/* Effort is counted in steps, so the worst is bounded on any machine, and the same on each. */
static void route_solve_test_bounded(void **state)
{
    struct arena *arena = *state;

    random_state = 7;
    for (int n = 0; n < 20; n++) {
        static const int64_t efforts[] = { 0, 100, 3000, ROUTE_EFFORT_PLAIN };
        struct route_bound before = { .parcel_count = 0 };
        struct made made;

        arena_reset(arena);
        do
            large_problem(&made, 32, 40);
        while (!is_covered(&made.problem));
        for (size_t e = 0; e < ALL_OF(efforts); e++) {
            made.problem.effort = efforts[e];
            struct route_solution first = solve(arena, &made), again = solve(arena, &made);
            struct route_bound got = { .parcel_count = (int64_t)first.best.parcel_count,
                                       .late = first.best.late,
                                       .fen = first.best.fen };

            assert_true(first.steps <= efforts[e] + 4096);
            assert_int_equal(first.steps, again.steps);
            assert_splits(&made.problem, &first.best, &again.best);
            assert_splits(&made.problem, &first.second, &again.second);
            assert_true(route_bound_compare(&first.bound, &got) <= 0);
            /* A bound says nothing that more effort could refute. */
            assert_true(route_bound_compare(&before, &got) <= 0);
            before = route_bound_compare(&before, &first.bound) > 0 ? before : first.bound;
        }
    }
}

static int setup(void **state)
{
    *state = arena_open((size_t)256 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_solve_test_small),
        cmocka_unit_test(route_solve_test_wide),
        cmocka_unit_test(route_solve_test_large),
        cmocka_unit_test(route_solve_test_nothing),
        cmocka_unit_test(route_solve_test_short),
        cmocka_unit_test(route_solve_test_split_over_three),
        cmocka_unit_test(route_solve_test_weight),
        cmocka_unit_test(route_solve_test_order_of_the_objective),
        cmocka_unit_test(route_solve_test_fine_steps),
        cmocka_unit_test(route_solve_test_bounded),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
