/* Prices by weight, the staircase of a site, and the bound that no division can beat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/route_price_decide.h"

#define BOUND_CASES 2000
#define GRAMS_TOP   40

static uint64_t random_state;

static int64_t random_below(int64_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((random_state >> 33) % (uint64_t)limit);
}

static const struct route_tariff by_kilogram = {
    .first_grams = 1000, .first_fen = 500, .step_grams = 1000, .step_fen = 200, .grams_max = 30000
};

static int64_t price(const struct route_offer *offers, size_t count, int64_t grams)
{
    size_t offer;
    int64_t fen;

    return route_price(offers, count, grams, &offer, &fen) ? fen : -1;
}

static void route_price_test_by_weight(void **state)
{
    struct route_offer offer = { .tariff = by_kilogram };

    (void)state;
    assert_int_equal(price(&offer, 1, 0), 500);
    assert_int_equal(price(&offer, 1, 1000), 500);
    assert_int_equal(price(&offer, 1, 1001), 700);
    assert_int_equal(price(&offer, 1, 2000), 700);
    assert_int_equal(price(&offer, 1, 2001), 900);
    assert_int_equal(price(&offer, 1, 30000), 500 + 29 * 200);
    assert_int_equal(price(&offer, 1, 30001), -1);
    assert_int_equal(price(&offer, 0, 1), -1);
    offer.extra_fen = -800; /* a preference may make it cheaper than nothing */
    assert_int_equal(price(&offer, 1, 1), -300);
    offer = (struct route_offer){ .tariff = { .first_fen = 900 } }; /* one price for all */
    assert_int_equal(price(&offer, 1, ROUTE_GRAMS_MAX), 900);
    assert_int_equal(price(&offer, 1, ROUTE_GRAMS_MAX + 1), -1);
    offer.tariff.step_grams = 1;
    offer.tariff.step_fen = INT64_C(1) << 40; /* beyond what can be added up */
    assert_int_equal(price(&offer, 1, 1 << 20), -1);
}

static void route_price_test_cheapest(void **state)
{
    struct route_offer offers[] = { { .tariff = by_kilogram },
                                    { .tariff = by_kilogram },
                                    { .tariff = { .first_grams = 3000, .first_fen = 800 } } };
    size_t offer;
    int64_t fen;

    (void)state;
    assert_true(route_price(offers, 3, 900, &offer, &fen));
    assert_int_equal(offer, 0); /* of equals the first */
    offers[1].extra_fen = -1;
    assert_true(route_price(offers, 3, 900, &offer, &fen));
    assert_int_equal(offer, 1);
    assert_true(route_price(offers, 3, 4000, &offer, &fen));
    assert_int_equal(offer, 2);
    assert_int_equal(route_price_grams_max(offers, 2), 30000);
    assert_int_equal(route_price_grams_max(offers, 3), ROUTE_GRAMS_MAX);
    assert_int_equal(route_price_grams_max(offers, 0), -1);
}

static struct route_offer small_offer(void)
{
    return (struct route_offer){
        .tariff = { .first_grams = random_below(12),
                    .first_fen = random_below(70),
                    .step_grams = random_below(9),
                    .step_fen = random_below(31),
                    .grams_max = random_below(GRAMS_TOP + 9) },
        .extra_fen = random_below(21) - 10,
    };
}

/* The staircase says of every weight what the offers say, and is as short as can be. */
static void route_price_test_bands(void **state)
{
    struct arena *arena = *state;

    random_state = 8;
    for (int n = 0; n < BOUND_CASES; n++) {
        struct route_offer offers[3] = { small_offer(), small_offer(), small_offer() };
        size_t count = (size_t)random_below(4);
        struct route_bands bands = route_bands_make(arena, offers, count, 7, GRAMS_TOP);

        assert_false(bands.is_open);
        for (size_t i = 1; i < bands.count; i++) {
            assert_true(bands.bands[i - 1].to < bands.bands[i].to);
            assert_true(bands.bands[i - 1].fen < bands.bands[i].fen);
        }
        for (int64_t grams = 0; grams <= GRAMS_TOP; grams++) {
            size_t at = route_bands_find(&bands, grams), offer;
            int64_t fen;

            assert_int_equal(route_price(offers, count, grams, &offer, &fen), at < bands.count);
            if (at < bands.count)
                assert_int_equal(route_bands_fen(&bands, at, grams), fen + 7);
        }
        arena_reset(arena);
    }
}

static void route_price_test_open_band(void **state)
{
    struct route_offer offer = {
        .tariff = { .first_fen = 3, .step_grams = 1, .step_fen = 2, .grams_max = 90000 }
    };
    struct route_bands bands = route_bands_make(*state, &offer, 1, 10, 80000);

    assert_true(bands.is_open);
    assert_int_equal(bands.top, 80000);
    for (int64_t grams = 0; grams <= 80000; grams += 7) {
        size_t at = route_bands_find(&bands, grams);

        assert_true(bands.bands[at].fen <= 13 + 2 * grams);
        assert_int_equal(route_bands_fen(&bands, at, grams), 13 + 2 * grams);
    }
    assert_int_equal(route_bands_find(&bands, 80001), bands.count);
}

/* The least that any two of three sites can ask for so many grams; INT64_MAX: they cannot. */
static int64_t least_of_two(struct route_bands *const *sites, const int64_t *from, int64_t grams)
{
    int64_t least = INT64_MAX;

    for (size_t a = 0; a < 3; a++) {
        for (size_t b = a + 1; b < 3; b++) {
            for (int64_t here = from[a]; grams - here >= from[b]; here++) {
                size_t x = route_bands_find(sites[a], here);
                size_t y = route_bands_find(sites[b], grams - here);

                if (x == sites[a]->count || y == sites[b]->count)
                    continue;
                int64_t fen = sites[a]->bands[x].fen + sites[b]->bands[y].fen;

                least = fen < least ? fen : least;
            }
        }
    }
    return least;
}

static void route_price_test_bound(void **state)
{
    struct arena *arena = *state;
    int exact = 0, judged = 0;

    random_state = 9;
    for (int n = 0; n < BOUND_CASES; n++) {
        struct route_offer offers[3][2];
        struct route_bands bands[3], *sites[3];
        int64_t from[3], rate, grams = random_below(GRAMS_TOP);

        for (size_t i = 0; i < 3; i++) {
            offers[i][0] = small_offer();
            offers[i][1] = small_offer();
            bands[i] = route_bands_make(arena, offers[i], 2, random_below(9) - 4, GRAMS_TOP);
            sites[i] = &bands[i];
            from[i] = random_below(6);
        }
        int64_t bound = route_bands_bound(sites, from, 3, 2, grams, &rate);
        int64_t least = least_of_two(sites, from, grams);

        assert_true(bound <= least);
        assert_true(rate >= 0);
        if (least < INT64_MAX) {
            judged++;
            exact += bound == least;
        }
        arena_reset(arena);
    }
    print_message("the bound is the optimum in %d of %d cases\n", exact, judged);
    assert_true(judged > BOUND_CASES / 3 && exact > judged / 4);
}

static int setup(void **state)
{
    *state = arena_open((size_t)16 << 20);
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
        cmocka_unit_test(route_price_test_by_weight), cmocka_unit_test(route_price_test_cheapest),
        cmocka_unit_test(route_price_test_bands),     cmocka_unit_test(route_price_test_open_band),
        cmocka_unit_test(route_price_test_bound),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
