/* park and judge: who waits behind a rejected event, and how a snapshot makes good for it. */
#include "loop_fixture.h"

#include "../../fakes/kafka_fake.c"
#include "runtime/park.h"

static void park_parks_an_unreadable_message_and_what_follows(void **state)
{
    (void)state;
    send_poison(1);       /* offset 0 */
    send_fact("a", 1);    /* 1 */
    send_fact("other", 3); /* 2 */
    send_fact("b", 1);    /* 3 */
    run_dry();
    assert_string_equal(handled(), "other@2");
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1");
    assert_int_equal(table.count, 3);
    assert_true(table.rows[0].poison);
    assert_false(table.rows[1].poison);
    assert_int_equal(metrics_common_get(metrics, METRIC_PARKED), 2);
}

/* DESIGN 5 and STOCK: at the parked one's offset, then the facts at theirs, then its own. */
static void park_lets_a_snapshot_make_good(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("a", 1);
    run_dry();
    send_snapshot("good", 1); /* offset 2 */
    send_fact("b", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 b@3");
    assert_int_equal(table.count, 0);
    send_fact("c", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 b@3 c@4");
}

static void park_does_all_of_it_in_one_batch_too(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("a", 1);
    send_snapshot("good", 1);
    send_fact("b", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 b@3");
    assert_int_equal(table.count, 0);
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1");
}

/* Two rejected ones: the snapshot stands in for each. */
static void park_stands_in_for_every_rejected_one(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("a", 1);
    send_poison(1);
    send_fact("b", 1);
    send_snapshot("good", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 b@3 good@4");
}

/* Poison, snapshot, poison in one batch: the second poison waits for the next attempt, so that
 * freeing the key does not free it too. */
static void park_parks_again_after_a_snapshot(void **state)
{
    (void)state;
    send_poison(1);
    send_snapshot("good", 1);
    send_poison(1);
    send_fact("late", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 good@1");
    assert_int_equal(table.count, 2);
    assert_int_equal(table.rows[0].message.origin.offset, 2);
    assert_int_equal(table.rows[1].message.origin.offset, 3);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 4);
}

/* The worker's own rejection parks as an unreadable message does, and nothing of that order is
 * handled while the culprit is looked for. */
static void park_parks_what_the_worker_rejects(void **state)
{
    (void)state;
    send_fact("x", 3);
    send_fact("bad", 1);
    send_fact("late", 1);
    notes.reject_id = "bad";
    run_dry();
    assert_null(strstr(handled(), "late"));
    assert_int_equal(table.count, 2);
    assert_true(table.rows[0].poison);
    send_snapshot("good", 1);
    run_dry();
    assert_non_null(strstr(handled(), "good@1 late@2 good@3"));
    assert_int_equal(table.count, 0);
}

/* A snapshot that is itself rejected makes good for nothing. */
static void park_keeps_all_behind_a_rejected_snapshot(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("a", 1);
    send_snapshot("bad", 1);
    send_fact("b", 1);
    notes.reject_id = "bad";
    run_dry();
    assert_string_equal(handled(), "");
    assert_int_equal(table.count, 4);
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1 douyin:s:1");
    send_snapshot("good", 1);
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 b@3 good@4");
}

/* A parked fact the worker rejects when it comes back: it goes to the dead, the rest goes on. */
static void park_drops_a_parked_fact_that_is_rejected(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("bad", 1);
    send_fact("a", 1);
    run_dry();
    notes.reject_id = "bad";
    send_snapshot("good", 1);
    run_dry();
    assert_non_null(strstr(handled(), "good@0 a@2 good@3"));
    assert_int_equal(table.count, 0);
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1 douyin:s:1");
}

/* After a restart the keys are read from the table; a table that is away makes the cycle wait. */
static void park_reads_its_keys_at_assignment(void **state)
{
    (void)state;
    send_poison(1);
    run_dry();
    fixture_stop();
    fixture_start();
    fake.rebalance_next = true;
    table.get_fails = 2;
    send_fact("a", 1);
    run_dry();
    assert_string_equal(handled(), "");
    assert_int_equal(table.count, 2);
    assert_int_equal(metrics_common_get(metrics, METRIC_RETRIES), 2);
}

/* The group is moved back before the poison: what came earlier is handled as ever, the poison
 * and those behind it are put again without harm, and the dead letter says the same. */
static void park_survives_a_replay(void **state)
{
    (void)state;
    send_snapshot("first", 1);
    send_fact("a", 1);
    send_poison(1);
    send_fact("b", 1);
    run_dry();
    kafka_fake_move(&fake, TOPIC_ORDERS_CHANGES, 1, 0);
    run_dry();
    assert_string_equal(handled(), "first@0 a@1 first@0 a@1");
    assert_int_equal(table.count, 2);
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1 douyin:s:1");
    send_snapshot("good", 1);
    run_dry();
    assert_string_equal(handled(), "first@0 a@1 first@0 a@1 good@2 b@3 good@4");
    /* and from the start once more: the same facts, in the same order, at the same offsets */
    kafka_fake_move(&fake, TOPIC_ORDERS_CHANGES, 1, 0);
    run_dry();
    assert_non_null(strstr(handled(), "good@4 first@0 a@1 good@2 b@3 good@4"));
    assert_int_equal(table.count, 0);
}

/* Between freeing the key and the commit everything may end: the batch is judged afresh. */
static void park_survives_a_commit_that_fails(void **state)
{
    (void)state;
    send_poison(1);
    send_fact("a", 1);
    send_snapshot("good", 1);
    fake.commit_fails = 1;
    run_dry();
    assert_string_equal(handled(), "good@0 a@1 good@2 good@0 a@1 good@2");
    assert_int_equal(table.count, 0);
}

static void park_waits_when_a_key_cannot_be_freed(void **state)
{
    (void)state;
    send_poison(1);
    send_snapshot("good", 1);
    table.remove_fails = 2;
    run_dry();
    assert_int_equal(table.count, 0);
    assert_int_equal(metrics_common_get(metrics, METRIC_RETRIES), 2);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 2);
}

static void park_compares_origins_by_generation_first(void **state)
{
    (void)state;
    struct origin a = { .generation = 1, .offset = 900 }, b = { .generation = 2, .offset = 3 };

    assert_true(park_compare_origins(&a, &b) < 0);
    assert_true(park_compare_origins(&b, &a) > 0);
    assert_int_equal(park_compare_origins(&a, &a), 0);
    b.generation = 1;
    assert_true(park_compare_origins(&a, &b) > 0);
}

/* Only orders.changes parks: nothing would ever free a SKU or a parcel. */
static void park_is_for_orders_alone(void **state)
{
    (void)state;
    struct park *park = park_open(&fixture_worker, NULL);
    struct message feed = { .topic = TOPIC_STOCK_FEED, .key = STR("sku") };
    struct message keyless = { .topic = TOPIC_ORDERS_CHANGES };
    struct message change = { .topic = TOPIC_ORDERS_CHANGES, .key = STR("o") };

    assert_false(park_is_for(park, &feed));
    assert_false(park_is_for(park, &keyless));
    assert_true(park_is_for(park, &change));
    assert_false(park_is_for(NULL, &change));
    assert_int_equal(park_place(NULL, &change), PARK_PLACE_FREE);
    park_close(park);
}

#define PARK_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PARK_TEST(park_parks_an_unreadable_message_and_what_follows),
        PARK_TEST(park_lets_a_snapshot_make_good),
        PARK_TEST(park_does_all_of_it_in_one_batch_too),
        PARK_TEST(park_stands_in_for_every_rejected_one),
        PARK_TEST(park_parks_again_after_a_snapshot),
        PARK_TEST(park_parks_what_the_worker_rejects),
        PARK_TEST(park_keeps_all_behind_a_rejected_snapshot),
        PARK_TEST(park_drops_a_parked_fact_that_is_rejected),
        PARK_TEST(park_reads_its_keys_at_assignment),
        PARK_TEST(park_survives_a_replay),
        PARK_TEST(park_survives_a_commit_that_fails),
        PARK_TEST(park_waits_when_a_key_cannot_be_freed),
        PARK_TEST(park_compares_origins_by_generation_first),
        PARK_TEST(park_is_for_orders_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
