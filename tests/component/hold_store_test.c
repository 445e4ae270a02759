/* hold_store against a real PostgreSQL: the first row of a rev stays, a newer rev replaces it. */
#include "pg_fixture.h"

#include "base/hash.h"
#include "store/hold_store.h"

#define PARTITIONS 12

static struct pg_fixture db;
static struct hold_store *holds;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "holds");
    assert_ok(hold_store_open(&holds, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    hold_store_close(holds);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate holds");
    return 0;
}

static struct hold hold(const char *id, int64_t rev, const char *owner, int64_t due_at)
{
    return (struct hold){
        .order_id = str_of(id),
        .rev = rev,
        .digest = STR("d"),
        .owner = str_of(owner),
        .level = STR("warn"),
        .rules = STR("price_floor,address_vague"),
        .held_at = 5,
        .due_at = due_at,
        .ends = HOLD_END_ESCALATE,
    };
}

static struct hold put(struct hold it)
{
    assert_ok(hold_store_put(holds, db.arena, &it, 1, &fixture_err));
    return it;
}

/* Those to be looked at by `now`, of all partitions. */
static size_t due(int64_t now, struct hold **rows)
{
    int32_t all[PARTITIONS];
    size_t count;

    for (int32_t i = 0; i < PARTITIONS; i++)
        all[i] = i;
    assert_ok(hold_store_due(holds, db.arena, now, all, PARTITIONS, PARTITIONS, 100, rows, &count,
                             &fixture_err));
    return count;
}

static void looked(const char *id, int64_t rev, int64_t told, int64_t again_at)
{
    struct hold_look look = {
        .order_id = str_of(id), .rev = rev, .told = told, .again_at = again_at
    };

    assert_ok(hold_store_looked(holds, db.arena, &look, 1, &fixture_err));
}

static void the_first_row_of_a_rev_stays(void **state)
{
    struct hold again;
    struct hold *rows;

    (void)state;
    assert_true(str_is(put(hold("a", 2, "price", 100)).owner, "price"));
    again = put(hold("a", 2, "address", 900)); /* a replay under newer rules */
    assert_true(str_is(again.owner, "price"));
    assert_int_equal(again.due_at, 100);
    assert_int_equal(again.ends, HOLD_END_ESCALATE);
    assert_int_equal(due(100, &rows), 1);
    assert_true(str_is(rows[0].rules, "price_floor,address_vague"));
    assert_true(str_is(rows[0].digest, "d") && str_is(rows[0].level, "warn"));
    assert_int_equal(rows[0].held_at, 5);
}

static void a_newer_rev_takes_its_place_an_older_one_does_not(void **state)
{
    struct hold *rows;

    (void)state;
    (void)put(hold("a", 2, "price", 100));
    looked("a", 2, 100, 200);
    (void)put(hold("a", 4, "risk", 300));
    assert_true(str_is(put(hold("a", 3, "goods", 250)).owner, "goods")); /* late: as it was made */
    assert_int_equal(due(1000, &rows), 1);
    assert_int_equal(rows[0].rev, 4);
    assert_int_equal(rows[0].told, 0);
    assert_true(str_is(rows[0].owner, "risk"));
}

static void one_batch_may_hold_an_order_twice(void **state)
{
    struct hold both[] = { hold("a", 2, "price", 100), hold("b", 1, "price", 100),
                           hold("a", 3, "risk", 200) };

    (void)state;
    assert_ok(hold_store_put(holds, db.arena, both, 3, &fixture_err));
    assert_int_equal(fixture_number(&db, "select rev from holds where order_id = 'a'"), 3);
    assert_int_equal(fixture_number(&db, "select count(*) from holds"), 2);
    assert_ok(hold_store_put(holds, db.arena, NULL, 0, &fixture_err));
}

static void what_was_told_is_looked_at_again_later(void **state)
{
    struct hold *rows;

    (void)state;
    (void)put(hold("a", 2, "price", 100));
    assert_int_equal(due(99, &rows), 0);
    assert_int_equal(due(100, &rows), 1);
    assert_int_equal(due(100, &rows), 1); /* nothing was noted: a crash, the same again */
    looked("a", 2, 100, 5000);
    assert_int_equal(due(4999, &rows), 0);
    assert_int_equal(due(5000, &rows), 1);
    assert_int_equal(rows[0].told, 100);
    assert_int_equal(rows[0].due_at, 100); /* what its ids and texts are made of */
    looked("a", 2, 0, 9000);
    assert_int_equal(due(9000, &rows), 1);
    assert_int_equal(rows[0].told, 100);
}

static void what_moved_on_goes(void **state)
{
    struct hold *rows;

    (void)state;
    (void)put(hold("a", 2, "price", 100));
    looked("a", 1, 0, 0); /* of another rev */
    assert_int_equal(due(100, &rows), 1);
    looked("a", 2, 0, 0);
    assert_int_equal(due(100, &rows), 0);
    assert_int_equal(fixture_number(&db, "select count(*) from holds"), 0);
}

static void a_replica_sees_the_holds_of_its_partitions(void **state)
{
    size_t seen = 0;

    (void)state;
    for (int i = 0; i < 200; i++)
        (void)put(hold(arena_format(db.arena, "douyin:1:%d", i).data, 1, "price", i));
    for (int32_t partition = 0; partition < PARTITIONS; partition++) {
        struct hold *rows;
        size_t count;

        assert_ok(hold_store_due(holds, db.arena, 1000, &partition, 1, PARTITIONS, 500, &rows,
                                 &count, &fixture_err));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(hash_murmur2(rows[i].order_id) % PARTITIONS, partition);
        for (size_t i = 1; i < count; i++)
            assert_true(rows[i - 1].due_at <= rows[i].due_at); /* the longest due first */
        seen += count;
    }
    assert_int_equal(seen, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_row_of_a_rev_stays, wipe),
        cmocka_unit_test_setup(a_newer_rev_takes_its_place_an_older_one_does_not, wipe),
        cmocka_unit_test_setup(one_batch_may_hold_an_order_twice, wipe),
        cmocka_unit_test_setup(what_was_told_is_looked_at_again_later, wipe),
        cmocka_unit_test_setup(what_moved_on_goes, wipe),
        cmocka_unit_test_setup(a_replica_sees_the_holds_of_its_partitions, wipe),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
