/* habit_store against a real PostgreSQL: sets of orders, whatever is repeated or late. */
#include "pg_fixture.h"

#include <pthread.h>

#include "store/habit_store.h"

#define HOUR INT64_C(3600000)
#define T0   INT64_C(1793678400000)

static struct pg_fixture db;
static struct habit_store *habits;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "habits");
    assert_ok(habit_store_open(&habits, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    habit_store_close(habits);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate receiver_orders");
    return 0;
}

static struct habit_ask ask(const char *order, const char *receiver, const char *buyer, int64_t at)
{
    return (struct habit_ask){
        .order_id = str_of(order), .receiver = str_of(receiver), .buyer = str_of(buyer), .at = at
    };
}

static struct habit_count count(struct habit_store *store, struct habit_ask it)
{
    struct habit_count counts;

    assert_ok(
        habit_store_count(store, db.arena, &it, 1, 24 * HOUR, 24 * HOUR, &counts, &fixture_err));
    return counts;
}

static void other_orders_are_counted_once(void **state)
{
    struct habit_ask batch[] = {
        ask("o1", "r", "b", T0), ask("o2", "r", "b", T0 + 1), ask("o3", "r", "b", T0 + 2),
        ask("o3", "r", "b", T0 + 2), /* two revs of one order in one batch */
    };
    struct habit_count counts[4];

    (void)state;
    for (int round = 0; round < 2; round++) { /* and a replay of it */
        assert_ok(habit_store_count(habits, db.arena, batch, 4, HOUR, HOUR, counts, &fixture_err));
        for (int i = 0; i < 3; i++)
            assert_int_equal(counts[i].orders, i); /* up to its own time */
        assert_int_equal(counts[3].orders, 2);
        assert_int_equal(counts[3].receivers, 0);
    }
    assert_int_equal(fixture_number(&db, "select count(*) from receiver_orders"), 3);
}

static void the_window_ends(void **state)
{
    (void)state;
    (void)count(habits, ask("old", "r", "b", T0));
    assert_int_equal(count(habits, ask("new", "r", "b", T0 + 24 * HOUR - 1)).orders, 1);
    assert_int_equal(count(habits, ask("later", "r", "b", T0 + 24 * HOUR)).orders, 1); /* "new" */
    assert_int_equal(count(habits, ask("first", "r", "b", T0 - 1)).orders, 0);
}

static void receivers_of_a_buyer_are_distinct(void **state)
{
    (void)state;
    (void)count(habits, ask("o1", "r1", "b", T0));
    (void)count(habits, ask("o2", "r1", "b", T0));
    (void)count(habits, ask("o3", "r2", "b", T0));
    (void)count(habits, ask("o4", "r3", "another", T0));
    assert_int_equal(count(habits, ask("o5", "r9", "b", T0)).receivers, 2);
    assert_int_equal(count(habits, ask("o1", "r1", "b", T0)).receivers, 2); /* r2 and r9 */
    assert_int_equal(count(habits, ask("o6", "r7", "", T0)).receivers, 0);
}

static void who_cannot_be_known_again_is_not_kept(void **state)
{
    (void)state;
    assert_int_equal(count(habits, ask("o1", "", "b", T0)).orders, 0);
    assert_int_equal(count(habits, ask("o2", "", "b", T0)).orders, 0);
    assert_int_equal(fixture_number(&db, "select count(*) from receiver_orders"), 0);
    assert_ok(habit_store_count(habits, db.arena, NULL, 0, HOUR, HOUR, NULL, &fixture_err));
}

/* A key that a platform gives to everybody must not make every order count all the others. */
static void a_count_has_an_end(void **state)
{
    struct habit_count counts;

    (void)state;
    fixture_run(&db, "insert into receiver_orders select 'dummy', 1793678400000, 'o' || n, 'b'"
                     " from generate_series(1, 5000) n");
    counts = count(habits, ask("x", "dummy", "b", T0));
    assert_int_equal(counts.orders, HABIT_COUNT_MAX);
    assert_int_equal(counts.receivers, 0);
}

static void old_orders_are_forgotten_in_slices(void **state)
{
    (void)state;
    fixture_run(&db, "insert into receiver_orders select 'r', 1, 'o' || n, '', n"
                     " from generate_series(1, 100) n");
    assert_ok(habit_store_prune(habits, db.arena, 91, 50, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from receiver_orders"), 50);
    assert_ok(habit_store_prune(habits, db.arena, 91, 50, &fixture_err));
    assert_ok(habit_store_prune(habits, db.arena, 91, 50, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from receiver_orders"), 10);
}

/* ---- two replicas ---- */

#define EACH_COUNT 100

static int64_t seen[2][EACH_COUNT];

static void *replica(void *which)
{
    int me = *(int *)which;
    struct arena *arena = arena_open((size_t)16 << 20);
    struct habit_store *store = NULL;
    struct err err;

    if (!habit_store_open(&store, db.url, &err))
        return NULL;
    for (int i = 0; i < EACH_COUNT; i++) {
        struct habit_ask it = { .order_id = arena_format(arena, "%d/%d", me, i),
                                .receiver = arena_format(arena, "r%d", i),
                                .buyer = STR(""),
                                .at = T0 };
        struct habit_count counts = { .orders = -1 };

        if (habit_store_count(store, arena, &it, 1, HOUR, HOUR, &counts, &err))
            seen[me][i] = counts.orders;
    }
    habit_store_close(store);
    arena_close(arena);
    return store;
}

/* What is committed before it is counted is missed by at most one of two. */
static void of_two_replicas_the_later_sees_the_earlier(void **state)
{
    pthread_t threads[2];
    int names[2] = { 0, 1 };

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, replica, &names[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *done;

        assert_int_equal(pthread_join(threads[i], &done), 0);
        assert_non_null(done);
    }
    for (int i = 0; i < EACH_COUNT; i++) {
        assert_true(seen[0][i] >= 0 && seen[1][i] >= 0);
        assert_true(seen[0][i] + seen[1][i] >= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(other_orders_are_counted_once, wipe),
        cmocka_unit_test_setup(the_window_ends, wipe),
        cmocka_unit_test_setup(receivers_of_a_buyer_are_distinct, wipe),
        cmocka_unit_test_setup(who_cannot_be_known_again_is_not_kept, wipe),
        cmocka_unit_test_setup(a_count_has_an_end, wipe),
        cmocka_unit_test_setup(old_orders_are_forgotten_in_slices, wipe),
        cmocka_unit_test_setup(of_two_replicas_the_later_sees_the_earlier, wipe),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
