/*
 * replay_plan_test — where a group would go: only back, never past what is kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/replay_plan.h"

static struct arena *arena;

static int replay_plan_test_open(void **state)
{
    (void)state;
    arena = arena_open(1u << 20);
    return 0;
}

static int replay_plan_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static const struct {
    const char *why;
    int64_t committed, low, high, wanted;
    int64_t from, to, lost;
} cases[] = {
    { "back to the start", 70, 0, 100, 0, 70, 0, 0 },
    { "back to some place", 70, 0, 100, 33, 70, 33, 0 },
    { "stays where it is", 70, 0, 100, 70, 70, 70, 0 },
    { "never forward: 71 to 90 were not read", 70, 0, 100, 90, 70, 70, 0 },
    { "never to the end", 70, 0, 100, 100, 70, 70, 0 },
    { "what was deleted cannot come again", 70, 20, 100, 5, 70, 20, 15 },
    { "nothing committed: it begins at the first message", -1, 20, 100, 60, 20, 20, 0 },
    { "committed before what is kept", 10, 20, 100, 20, 20, 20, 0 },
    { "an empty partition", -1, 50, 50, 50, 50, 50, 0 },
    { "an empty partition, an old place", 50, 50, 50, 0, 50, 50, 50 },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void each_partition_goes_where_it_may(void **state)
{
    struct kafka_group_place places[CASES];
    int64_t wanted[CASES], again = 0;
    struct replay_plan plan;

    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        places[i] = (struct kafka_group_place){
            .topic = STR("orders.raw"),
            .partition = (int32_t)i,
            .committed = cases[i].committed,
            .low = cases[i].low,
            .high = cases[i].high,
        };
        wanted[i] = cases[i].wanted;
        again += cases[i].from - cases[i].to;
    }
    replay_plan_decide(arena, places, wanted, CASES, &plan);
    assert_int_equal(plan.count, CASES);
    for (size_t i = 0; i < CASES; i++) {
        const struct replay_row *row = &plan.rows[i];

        if (row->from != cases[i].from || row->to != cases[i].to || row->lost != cases[i].lost)
            fail_msg("%s: from %lld to %lld lost %lld", cases[i].why, (long long)row->from,
                     (long long)row->to, (long long)row->lost);
        assert_int_equal(row->partition, i);
    }
    assert_int_equal(plan.again, again);
    assert_int_equal(plan.moves, 3);
}

static void nothing_to_plan_is_no_plan(void **state)
{
    struct replay_plan plan;

    (void)state;
    replay_plan_decide(arena, NULL, NULL, 0, &plan);
    assert_int_equal(plan.count, 0);
    assert_int_equal(plan.again, 0);
    assert_int_equal(plan.moves, 0);
}

static void lag_and_next_agree(void **state)
{
    struct kafka_group_place place = { .committed = 70, .low = 0, .high = 100 };

    (void)state;
    assert_int_equal(kafka_group_next(&place), 70);
    assert_int_equal(kafka_group_lag(&place), 30);
    place.committed = KAFKA_GROUP_NONE;
    assert_int_equal(kafka_group_lag(&place), 100);
    place.low = 40;
    assert_int_equal(kafka_group_lag(&place), 60);
    place.committed = 120; /* the topic was made anew */
    assert_int_equal(kafka_group_lag(&place), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_partition_goes_where_it_may),
        cmocka_unit_test(nothing_to_plan_is_no_plan),
        cmocka_unit_test(lag_and_next_agree),
    };

    return cmocka_run_group_tests(tests, replay_plan_test_open, replay_plan_test_close);
}
