/* loop and attempt: the cycle's promises, one by one, on a Kafka in memory. */
#include "loop_fixture.h"

#include "../../fakes/kafka_fake.c"

static void loop_handles_publishes_then_commits(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("b", 3);
    send_fact("c", 2);
    run_dry();
    assert_string_equal(handled(), "a@0 b@1 c@0");
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "a b c");
    assert_int_equal(fake.call_count, 2);
    assert_int_equal(fake.calls[0], KAFKA_FAKE_PUBLISH);
    assert_int_equal(fake.calls[1], KAFKA_FAKE_COMMIT);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 2);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 0), 1);
    assert_int_equal(notes.owned_count, 2);
    assert_int_equal(metrics_common_get(metrics, METRIC_EVENTS_IN), 3);
    assert_int_equal(metrics_common_get(metrics, METRIC_EVENTS_OUT), 3);
    assert_int_equal(metrics_common_get(metrics, METRIC_BATCHES), 1);
}

static void loop_commits_what_asks_for_nothing(void **state)
{
    (void)state;
    send_fact("a", 1);
    notes.give_up_id = "a";
    run_dry();
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 1);
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "");
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1");
}

static void loop_test_restart_with(const char *name, const char *value)
{
    fixture_stop();
    (void)setenv("SLUICE_BATCH_WAIT_MS", "2000", 1);
    (void)setenv(name, value, 1);
    fixture_start();
    (void)unsetenv(name);
    fake.rebalance_next = true;
}

static void loop_closes_a_full_batch(void **state)
{
    (void)state;
    loop_test_restart_with("SLUICE_BATCH_COUNT_MAX", "20");
    for (int i = 0; i < 50; i++)
        send_fact("x", 2);
    while (notes.batch_count < 2)
        assert_true(loop_turn(loop, &fixture_err));
    assert_int_equal(notes.batches[0], 20);
    assert_int_equal(notes.batches[1], 20);
}

/* Large messages close it earlier: memory is bounded, whatever the count. */
static void loop_closes_a_batch_of_many_bytes(void **state)
{
    (void)state;
    struct message message = { .topic = TOPIC_ORDERS_CHANGES, .key = STR("douyin:s:2") };

    loop_test_restart_with("SLUICE_BATCH_KB_MAX", "64");
    message.value = (struct str){ arena_alloc(keep, 30000), 30000 };
    for (int i = 0; i < 6; i++)
        (void)kafka_fake_send(&fake, &message, 0);
    while (kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 0) == 0)
        assert_true(loop_turn(loop, &fixture_err));
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 0), 3);
}

/* The failed attempt's outbox is dropped, the same batch comes again, nothing is committed
 * before, and everything is paused meanwhile. */
static void loop_tries_the_same_batch_again(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("b", 2);
    notes.handle_fails = 3;
    while (notes.batch_count < 2)
        assert_true(loop_turn(loop, &fixture_err));
    assert_true(fake.paused);
    assert_int_equal(counter_get(&facts.retrying), 1);
    assert_int_equal(fake.out_count, 0);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 0);
    run_dry();
    assert_string_equal(handled(), "a@0 b@0");
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "a b");
    assert_int_equal(notes.batch_count, 4);
    assert_int_equal(metrics_common_get(metrics, METRIC_RETRIES), 3);
    assert_int_equal(counter_get(&facts.retrying), 0);
    assert_int_equal(fake.rebalances, 1);
}

static void loop_drops_its_batch_when_partitions_move_while_it_waits(void **state)
{
    (void)state;
    send_fact("a", 1);
    notes.handle_fails = 1;
    while (notes.batch_count < 1)
        assert_true(loop_turn(loop, &fixture_err));
    fake.rebalance_next = true;
    /* it is polled anew, not handled from memory: the position is back at what is committed */
    while (fake.rebalances < 2)
        assert_true(loop_turn(loop, &fixture_err));
    assert_int_equal(notes.batch_count, 1);
    run_dry();
    assert_string_equal(handled(), "a@0");
    assert_int_equal(fake.polled, 2);
}

/* A rebalance in the middle of filling: what was polled before is forgotten, the message that
 * came with the new assignment is not. */
static void loop_drops_what_it_polled_before_a_rebalance(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("b", 1);
    send_fact("c", 1);
    fake.polled_when_rebalanced = 2;
    run_dry();
    assert_string_equal(handled(), "a@0 b@1 c@2");
    assert_int_equal(fake.polled, 5);
    assert_int_equal(metrics_common_get(metrics, METRIC_REBALANCES), 2);
}

static void loop_handles_again_what_was_not_published(void **state)
{
    (void)state;
    send_fact("a", 1);
    fake.publish_fails = 2;
    fake.publish_class = ERR_RETRY;
    run_dry();
    assert_string_equal(handled(), "a@0 a@0 a@0");
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "a");
}

static void loop_handles_again_what_was_not_committed(void **state)
{
    (void)state;
    send_fact("a", 1);
    fake.commit_fails = 1;
    run_dry();
    assert_string_equal(handled(), "a@0 a@0");
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "a a");
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 1);
}

static bool loop_test_turns_until_fatal(void)
{
    for (int i = 0; i < 100; i++)
        if (!loop_turn(loop, &fixture_err))
            return fixture_err.class == ERR_FATAL;
    return false;
}

static void loop_dies_without_committing(void **state)
{
    (void)state;
    send_fact("a", 1);
    fake.publish_fails = 1;
    fake.publish_class = ERR_FATAL;
    assert_true(loop_test_turns_until_fatal());
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 0);
    notes.handle_fails = 1;
    notes.fail_class = ERR_FATAL;
    assert_true(loop_test_turns_until_fatal());
    assert_int_equal(fake.calls[fake.call_count - 1], KAFKA_FAKE_PUBLISH);
}

static void loop_finds_the_culprits_of_a_rejected_batch(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("bad", 3);
    send_fact("b", 5);
    send_fact("worse", 2);
    send_fact("c", 4);
    notes.reject_id = "bad";
    notes.reject_also = "worse";
    run_dry();
    /* alone: a, b, c; then the batch without the culprits */
    assert_string_equal(handled(), "a@0 a@0 b@2 c@1 a@0 b@2 c@1");
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "a b c");
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:3 douyin:s:2");
    assert_int_equal(metrics_common_get(metrics, METRIC_REJECTED), 2);
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 3);
    assert_true(str_is(message_header(&fake.out[0], "dead_reason"), "rejected by the test"));
}

static void loop_buries_a_lonely_culprit_without_trying_again(void **state)
{
    (void)state;
    send_fact("bad", 1);
    notes.reject_id = "bad";
    run_dry();
    assert_int_equal(notes.batch_count, 1);
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1");
}

static void loop_rejects_the_event_whose_answer_no_broker_takes(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("with-a-very-long-id-which-makes-its-answer-the-longest-of-all-of-them", 3);
    send_fact("c", 5);
    fake.size_max = 120;
    run_dry();
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:3");
    assert_non_null(strstr(published(TOPIC_ALERTS_RAISED), "c"));
    assert_int_equal(kafka_fake_committed(&fake, TOPIC_ORDERS_CHANGES, 1), 3);
}

/* A dead letter nobody takes must not stop the partition: it goes without its bytes. */
static void loop_strips_a_dead_letter_that_is_too_large(void **state)
{
    (void)state;
    send_poison(1);
    fake.size_max = 3;
    run_dry();
    assert_string_equal(published(TOPIC_DEAD_RESERVE), "douyin:s:1");
    assert_int_equal(fake.out[0].value.size, 0);
    assert_true(str_is(message_header(&fake.out[0], "dead_offset"), "0"));
}

static void loop_ticks_between_batches(void **state)
{
    (void)state;
    fixture_worker.tick = fixture_tick;
    notes.tick_fails = 1;
    while (notes.tick_count < 4)
        assert_true(loop_turn(loop, &fixture_err));
    assert_string_equal(published(TOPIC_ALERTS_RAISED), "tick");
    assert_int_equal(metrics_common_get(metrics, METRIC_RETRIES), 1);
    assert_int_equal(counter_get(&facts.retrying), 0);
    send_fact("a", 1);
    run_dry();
    assert_string_equal(handled(), "a@0");
}

static void loop_waits_for_the_generation_and_puts_it_into_origins(void **state)
{
    (void)state;
    notes.generation = 42;
    notes.generation_fails = 2;
    send_poison(1);
    run_dry();
    assert_int_equal(metrics_common_get(metrics, METRIC_RETRIES), 2);
    assert_true(str_is(message_header(&fake.out[0], "dead_generation"), "42"));
    notes.generation = 43; /* asked for after a rebalance only */
    send_poison(1);
    run_dry();
    assert_true(str_is(message_header(&fake.out[1], "dead_generation"), "42"));
    fake.rebalance_next = true;
    send_poison(1);
    run_dry();
    assert_true(str_is(message_header(&fake.out[2], "dead_generation"), "43"));
}

static void loop_joins_as_soon_as_the_broker_is_there(void **state)
{
    (void)state;
    fake.join_fails = 2;
    send_fact("a", 1);
    assert_true(loop_turn(loop, &fixture_err));
    assert_int_equal(counter_get(&facts.joined), 0);
    run_dry();
    assert_true(loop_turn(loop, &fixture_err));
    assert_int_equal(counter_get(&facts.joined), 1);
    assert_string_equal(handled(), "a@0");
    assert_int_equal(counter_get(&facts.retrying), 0);
}

static void loop_tells_the_lag(void **state)
{
    (void)state;
    send_fact("a", 1);
    send_fact("b", 2);
    notes.handle_fails = 1000000;
    for (int i = 0; i < 700; i++) {
        assert_true(loop_turn(loop, &fixture_err));
        if (metrics_lag_total(metrics) == 2)
            break;
    }
    assert_int_equal(metrics_lag_total(metrics), 2);
}

/* No order is judged by rules nobody has read; later batches do not ask again by themselves. */
static void loop_takes_the_rules_before_the_first_batch(void **state)
{
    (void)state;
    notes.rules_fail = 2;
    send_fact("a", 0);
    run_dry();
    assert_int_equal(notes.rules_count, 1);
    assert_int_equal(notes.rules_fail, 0);
    assert_string_equal(handled(), "a@0");
    send_fact("b", 0);
    run_dry();
    assert_int_equal(notes.rules_count, 1);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(loop_handles_publishes_then_commits),
        LOOP_TEST(loop_commits_what_asks_for_nothing),
        LOOP_TEST(loop_closes_a_full_batch),
        LOOP_TEST(loop_closes_a_batch_of_many_bytes),
        LOOP_TEST(loop_tries_the_same_batch_again),
        LOOP_TEST(loop_drops_its_batch_when_partitions_move_while_it_waits),
        LOOP_TEST(loop_drops_what_it_polled_before_a_rebalance),
        LOOP_TEST(loop_handles_again_what_was_not_published),
        LOOP_TEST(loop_handles_again_what_was_not_committed),
        LOOP_TEST(loop_dies_without_committing),
        LOOP_TEST(loop_finds_the_culprits_of_a_rejected_batch),
        LOOP_TEST(loop_buries_a_lonely_culprit_without_trying_again),
        LOOP_TEST(loop_rejects_the_event_whose_answer_no_broker_takes),
        LOOP_TEST(loop_strips_a_dead_letter_that_is_too_large),
        LOOP_TEST(loop_ticks_between_batches),
        LOOP_TEST(loop_waits_for_the_generation_and_puts_it_into_origins),
        LOOP_TEST(loop_takes_the_rules_before_the_first_batch),
        LOOP_TEST(loop_joins_as_soon_as_the_broker_is_there),
        LOOP_TEST(loop_tells_the_lag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
