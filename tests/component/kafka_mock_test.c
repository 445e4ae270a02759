/*
 * kafka.h against librdkafka's mock cluster: what becomes of errors a real broker rarely gives.
 * It proves the client's error paths, never speed and never durability.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "runtime/kafka.h"
#include "runtime/kafka_internal.h"

/* Kafka's numbers of requests. */
#define API_PRODUCE       0
#define API_OFFSET_COMMIT 8

#define MANY 200

static rd_kafka_t *host; /* carries the mock */
static rd_kafka_mock_cluster_t *mock;
static struct config *config;
static struct kafka *kafka;
static struct arena *arena;
static struct err err;

static const enum topic reads[] = { TOPIC_ALERTS_RAISED, TOPIC_END };
static const enum topic writes[] = { TOPIC_ALERTS_RAISED, TOPIC_ALERTS_SENT, TOPIC_END };

static void mock_start(void)
{
    char text[256];

    host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof(text));
    assert_non_null(host);
    mock = rd_kafka_mock_cluster_new(host, 1);
    assert_non_null(mock);
    (void)setenv("SLUICE_KAFKA_BROKERS", rd_kafka_mock_cluster_bootstraps(mock), 1);
    (void)setenv("SLUICE_DELIVERY_TIMEOUT_MS", "2000", 1);
    (void)setenv("SLUICE_COMMIT_TIMEOUT_MS", "1000", 1);
    (void)setenv("SLUICE_LOG_LEVEL", "error", 1);
    static const enum topic topics[] = { TOPIC_ALERTS_RAISED, TOPIC_ALERTS_SENT,
                                         TOPIC_DEAD_NOTIFY, TOPIC_END };
    for (const enum topic *t = topics; *t != TOPIC_END; t++)
        assert_int_equal(rd_kafka_mock_topic_create(mock, topic_name(*t), 2, 1), 0);
}

static void mock_open(void)
{
    struct kafka_setup setup = { .worker = "notify", .reads = reads, .writes = writes };

    if (!config_open(&config, "notify", NULL, &err))
        fail_msg("%s", err.text);
    setup.config = config;
    if (!kafka_open(&kafka, &setup, &err))
        fail_msg("%s", err.text);
}

static int mock_setup(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    err = (struct err){ 0 };
    kafka = NULL;
    mock_start();
    mock_open();
    return 0;
}

static int mock_teardown(void **state)
{
    (void)state;
    kafka_close(kafka, 5000);
    config_close(config);
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(host);
    arena_close(arena);
    return 0;
}

static void mock_join(void)
{
    for (int i = 0; i < 50 && !kafka_join(kafka, 1000, &err); i++)
        assert_int_equal(err.class, ERR_RETRY);
    assert_true(kafka_join(kafka, 1000, &err));
}

static struct message *mock_messages(size_t count)
{
    struct message *messages = ARENA_ARRAY(arena, struct message, count);

    for (size_t i = 0; i < count; i++) {
        messages[i].topic = TOPIC_ALERTS_RAISED;
        messages[i].key = arena_format(arena, "k%zu", i);
        messages[i].value = arena_format(arena, "value %zu", i);
        message_put_header(&messages[i], STR("number"), arena_format(arena, "%zu", i));
        message_put_header(&messages[i], STR("empty"), STR_NONE);
    }
    return messages;
}

static bool mock_publish(size_t count, size_t *culprit)
{
    return kafka_publish(kafka, mock_messages(count), count, culprit, &err);
}

static bool mock_poll(struct message *message)
{
    bool got = false;

    if (!kafka_poll(kafka, 200, arena, message, &got, &err))
        fail_msg("%s", err.text);
    return got;
}

static size_t mock_poll_all(struct message *messages, size_t count)
{
    int64_t until = clock_monotonic_us() + 20000000;
    size_t got = 0;

    while (got < count && clock_monotonic_us() < until)
        got += mock_poll(&messages[got]);
    return got;
}

static void kafka_gives_back_what_it_was_given(void **state)
{
    (void)state;
    static struct message got[MANY];
    size_t culprit, next[2] = { 0, 0 };

    mock_join();
    assert_true(mock_publish(MANY, &culprit));
    assert_int_equal(mock_poll_all(got, MANY), MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(got[i].topic, TOPIC_ALERTS_RAISED);
        assert_int_equal(got[i].origin.offset, next[got[i].origin.partition]++);
        struct str number = message_header(&got[i], "number");
        char value[32];
        (void)snprintf(value, sizeof(value), "value %.*s", STR_ARG(number));
        assert_true(str_is(got[i].value, value));
        assert_int_equal(got[i].header_count, 2);
        assert_int_equal(message_header(&got[i], "empty").size, 0);
        assert_true(got[i].time_ms > 0);
    }
    assert_true(next[0] > 0 && next[1] > 0);
    size_t owned = 0;
    assert_int_equal(kafka_owned(kafka, &owned)[0].partition_count, 2);
    assert_int_equal(owned, 2);
    assert_int_equal(kafka_rebalances(kafka), 1);
}

static void kafka_names_the_topic_that_is_missing(void **state)
{
    (void)state;
    static const enum topic more[] = { TOPIC_ORDERS_RAW, TOPIC_END };
    struct kafka_setup setup = { .worker = "notify", .writes = more, .config = config };
    struct kafka *other = NULL;

    assert_true(kafka_open(&other, &setup, &err));
    rd_kafka_mock_topic_set_error(mock, "orders.raw", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_false(kafka_join(other, 2000, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "orders.raw"));
    assert_non_null(strstr(err.text, "sluice topics apply"));
    kafka_close(other, 100);
}

static void kafka_rides_over_errors_that_pass(void **state)
{
    (void)state;
    size_t culprit;

    mock_join();
    rd_kafka_mock_push_request_errors(mock, API_PRODUCE, 3,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                                      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    assert_true(mock_publish(20, &culprit));
}

static void kafka_publish_asks_to_retry_while_the_broker_is_down(void **state)
{
    (void)state;
    size_t culprit;

    mock_join();
    assert_true(mock_publish(1, &culprit));
    assert_int_equal(rd_kafka_mock_broker_set_down(mock, 1), 0);
    int64_t begun_us = clock_monotonic_us();
    assert_false(mock_publish(20, &culprit));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "alerts.raised"));
    assert_true(clock_monotonic_us() - begun_us < 10000000);
    assert_int_equal(rd_kafka_mock_broker_set_up(mock, 1), 0);
    for (int i = 0; i < 10 && !mock_publish(20, &culprit); i++)
        assert_int_equal(err.class, ERR_RETRY);
    assert_true(mock_publish(20, &culprit));
}

static void kafka_publish_names_the_message_nobody_takes(void **state)
{
    (void)state;
    struct message *messages = mock_messages(3);
    size_t culprit = 99, large = (size_t)17 << 20;
    char *bytes = arena_alloc(arena, large);

    mock_join();
    memset(bytes, 'x', large);
    messages[1].value = (struct str){ bytes, large };
    assert_false(kafka_publish(kafka, messages, 3, &culprit, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(culprit, 1);
    assert_true(mock_publish(3, &culprit)); /* nothing is left of it */
}

static void kafka_publish_makes_a_brokers_refusal_a_reject(void **state)
{
    (void)state;
    size_t culprit = 99;

    mock_join();
    rd_kafka_mock_push_request_errors(mock, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_false(mock_publish(1, &culprit));
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(culprit, 0);
}

static void kafka_publish_waits_for_room_in_its_queue(void **state)
{
    (void)state;
    size_t culprit;

    kafka_close(kafka, 100);
    config_close(config);
    (void)setenv("SLUICE_KAFKA__QUEUE_BUFFERING_MAX_MESSAGES", "7", 1);
    mock_open();
    (void)unsetenv("SLUICE_KAFKA__QUEUE_BUFFERING_MAX_MESSAGES");
    mock_join();
    assert_true(mock_publish(MANY, &culprit));
}

static void kafka_dies_with_a_broken_producer(void **state)
{
    (void)state;
    size_t culprit;

    mock_join();
    assert_int_equal(rd_kafka_test_fatal_error(kafka->producer,
                                               RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                                               "made up"),
                     0);
    assert_false(mock_publish(1, &culprit));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, "made up"));
}

/* ---- commit ---- */

static struct batch_offset mock_take_one(void)
{
    struct message message;

    assert_int_equal(mock_poll_all(&message, 1), 1);
    return (struct batch_offset){ .topic = message.topic,
                                  .partition = message.origin.partition,
                                  .next = message.origin.offset + 1 };
}

static bool mock_commit_after(rd_kafka_resp_err_t code)
{
    size_t culprit;

    mock_join();
    assert_true(mock_publish(10, &culprit));
    struct batch_offset next = mock_take_one();
    rd_kafka_mock_push_request_errors(mock, API_OFFSET_COMMIT, 1, code);
    return kafka_commit(kafka, &next, 1, &err);
}

static void kafka_commit_asks_to_retry_when_its_place_is_in_doubt(void **state)
{
    (void)state;
    assert_false(mock_commit_after(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION));
    assert_int_equal(err.class, ERR_RETRY);
}

static void kafka_commit_asks_to_retry_during_a_rebalance(void **state)
{
    (void)state;
    assert_false(mock_commit_after(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS));
    assert_int_equal(err.class, ERR_RETRY);
}

static void kafka_commit_dies_when_fenced(void **state)
{
    (void)state;
    assert_false(mock_commit_after(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID));
    assert_int_equal(err.class, ERR_FATAL);
}

static void kafka_commit_follows_a_coordinator_that_moved(void **state)
{
    (void)state;
    (void)mock_commit_after(RD_KAFKA_RESP_ERR_NOT_COORDINATOR);
    struct batch_offset next = { .topic = TOPIC_ALERTS_RAISED, .partition = 0, .next = 1 };
    for (int i = 0; i < 20 && !kafka_commit(kafka, &next, 1, &err); i++)
        assert_int_equal(err.class, ERR_RETRY);
    assert_true(kafka_commit(kafka, &next, 1, &err));
}

static void kafka_commit_does_not_wait_for_ever(void **state)
{
    (void)state;
    size_t culprit;

    mock_join();
    assert_true(mock_publish(10, &culprit));
    struct batch_offset next = mock_take_one();
    assert_int_equal(rd_kafka_mock_broker_set_down(mock, 1), 0);
    int64_t begun_us = clock_monotonic_us();
    assert_false(kafka_commit(kafka, &next, 1, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_true(clock_monotonic_us() - begun_us < 3000000);
    assert_int_equal(rd_kafka_mock_broker_set_up(mock, 1), 0);
}

static void kafka_counts_lag_from_what_is_committed(void **state)
{
    (void)state;
    static struct message got[MANY];
    size_t culprit;

    mock_join();
    assert_true(mock_publish(MANY, &culprit));
    assert_int_equal(mock_poll_all(got, MANY), MANY);
    assert_int_equal(kafka_lag(kafka, TOPIC_ALERTS_RAISED), MANY);
    struct batch_offset offsets[2] = {
        { .topic = TOPIC_ALERTS_RAISED, .partition = 0 },
        { .topic = TOPIC_ALERTS_RAISED, .partition = 1 },
    };
    for (size_t i = 0; i < MANY; i++)
        offsets[got[i].origin.partition].next = got[i].origin.offset + 1;
    offsets[1].next -= 3;
    assert_true(kafka_commit(kafka, offsets, 2, &err));
    assert_int_equal(kafka_lag(kafka, TOPIC_ALERTS_RAISED), 3);
    assert_int_equal(kafka_lag(kafka, TOPIC_ALERTS_SENT), 0);
    assert_true(kafka_commit(kafka, NULL, 0, &err));
}

/* ---- pause, seek, leave ---- */

static void kafka_goes_on_where_it_was_paused(void **state)
{
    (void)state;
    static struct message got[MANY];
    struct message extra;
    size_t culprit, next[2] = { 0, 0 };

    mock_join();
    assert_true(mock_publish(MANY, &culprit));
    assert_int_equal(mock_poll_all(got, 50), 50);
    kafka_pause(kafka);
    for (int i = 0; i < 5; i++)
        assert_false(mock_poll(&extra));
    kafka_resume(kafka);
    assert_int_equal(mock_poll_all(got + 50, MANY - 50), MANY - 50);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(got[i].origin.offset, next[got[i].origin.partition]++);
}

static void kafka_seeks_back(void **state)
{
    (void)state;
    static struct message got[MANY];
    size_t culprit, seen = 0;

    mock_join();
    assert_true(mock_publish(MANY, &culprit));
    assert_int_equal(mock_poll_all(got, MANY), MANY);
    struct batch_offset offsets[2] = {
        { .topic = TOPIC_ALERTS_RAISED, .partition = 0, .next = 5 },
        { .topic = TOPIC_ORDERS_RAW, .partition = 0, .next = 5 }, /* not ours: left alone */
    };
    size_t of_zero = 0;
    for (size_t i = 0; i < MANY; i++)
        of_zero += got[i].origin.partition == 0;
    kafka_seek(kafka, offsets, 2);
    seen = mock_poll_all(got, of_zero - 5);
    assert_int_equal(seen, of_zero - 5);
    assert_int_equal(got[0].origin.offset, 5);
}

/* A partition remembers its pause over a revocation: whoever comes back must be heard again. */
static void kafka_hears_again_after_leaving_while_paused(void **state)
{
    (void)state;
    static struct message got[MANY];
    size_t culprit, owned = 9;

    mock_join();
    assert_true(mock_publish(MANY, &culprit));
    assert_int_equal(mock_poll_all(got, 10), 10);
    kafka_pause(kafka);
    kafka_leave(kafka, 5000);
    (void)kafka_owned(kafka, &owned);
    assert_int_equal(owned, 0);
    assert_false(mock_poll(&got[0]));
    kafka_resume(kafka);
    mock_join();
    /* nothing was committed: all of it comes again */
    assert_int_equal(mock_poll_all(got, MANY), MANY);
    assert_true(kafka_rebalances(kafka) >= 3);
}

static void kafka_without_topics_to_read_only_publishes(void **state)
{
    (void)state;
    struct kafka_setup setup = { .worker = "notify", .writes = writes, .config = config };
    struct kafka *producer = NULL;
    struct message *messages = mock_messages(5), message;
    size_t culprit, owned = 9;
    bool got = true;

    assert_true(kafka_open(&producer, &setup, &err));
    for (int i = 0; i < 50 && !kafka_join(producer, 1000, &err); i++)
        assert_int_equal(err.class, ERR_RETRY);
    assert_true(kafka_publish(producer, messages, 5, &culprit, &err));
    assert_true(kafka_poll(producer, 1, arena, &message, &got, &err));
    assert_false(got);
    (void)kafka_owned(producer, &owned);
    assert_int_equal(owned, 0);
    kafka_close(producer, 100);
}

#define MOCK_TEST(name) cmocka_unit_test_setup_teardown(name, mock_setup, mock_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MOCK_TEST(kafka_gives_back_what_it_was_given),
        MOCK_TEST(kafka_names_the_topic_that_is_missing),
        MOCK_TEST(kafka_rides_over_errors_that_pass),
        MOCK_TEST(kafka_publish_asks_to_retry_while_the_broker_is_down),
        MOCK_TEST(kafka_publish_names_the_message_nobody_takes),
        MOCK_TEST(kafka_publish_makes_a_brokers_refusal_a_reject),
        MOCK_TEST(kafka_publish_waits_for_room_in_its_queue),
        MOCK_TEST(kafka_dies_with_a_broken_producer),
        MOCK_TEST(kafka_commit_asks_to_retry_when_its_place_is_in_doubt),
        MOCK_TEST(kafka_commit_asks_to_retry_during_a_rebalance),
        MOCK_TEST(kafka_commit_dies_when_fenced),
        MOCK_TEST(kafka_commit_follows_a_coordinator_that_moved),
        MOCK_TEST(kafka_commit_does_not_wait_for_ever),
        MOCK_TEST(kafka_counts_lag_from_what_is_committed),
        MOCK_TEST(kafka_goes_on_where_it_was_paused),
        MOCK_TEST(kafka_seeks_back),
        MOCK_TEST(kafka_hears_again_after_leaving_while_paused),
        MOCK_TEST(kafka_without_topics_to_read_only_publishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
