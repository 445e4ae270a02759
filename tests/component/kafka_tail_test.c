/*
 * kafka_tail_test — a topic read whole, outside any group, on a real broker; and a consumer that
 * steps out of its group and back in.
 */
#include "kafka_fixture.h"

#include "runtime/kafka_group.h"
#include "runtime/kafka_tail.h"

#define MESSAGES 5

static const enum topic topics[] = { TOPIC_RULES, TOPIC_ALERTS_RAISED, TOPIC_END };
static const enum topic reads[] = { TOPIC_ALERTS_RAISED, TOPIC_END };
static const struct config_row no_rows[] = { { .name = NULL } };

static struct kafka_fixture fixture;
static struct config *config;
static char prefix[64]; /* of this run's keys and groups */

static int open_all(void **state)
{
    struct err err = { 0 };

    (void)state;
    fixture_open(&fixture, topics);
    (void)snprintf(prefix, sizeof(prefix), "tail-%d-%lld", (int)getpid(),
                   (long long)clock_now_ms());
    if (!config_open(&config, "notify", no_rows, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    config_close(config);
    fixture_close(&fixture);
    return 0;
}

static struct kafka *open_kafka(const char *worker, const enum topic *which)
{
    struct kafka_setup setup = { .worker = worker, .reads = which, .config = config };
    struct kafka *kafka = NULL;
    struct err err = { 0 };

    if (!kafka_open(&kafka, &setup, &err))
        fail_msg("%s", err.text);
    return kafka;
}

static struct str key_of(int i)
{
    return arena_format(fixture.arena, "%s/%d", prefix, i);
}

static void send_rules(int from, int to)
{
    for (int i = from; i < to; i++) {
        struct message message = { .topic = TOPIC_RULES, .key = key_of(i), .value = STR("{}") };

        message_put_header(&message, STR("number"), key_of(i));
        fixture_send(&fixture, &message);
    }
    fixture_flush(&fixture);
}

/* Polls until `count` messages of this run came, in their order; nothing of others counts. */
static void expect_rules(struct kafka_tail *tail, int from, int to)
{
    int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS;
    struct message message;
    struct err err = { 0 };
    bool got;

    while (from < to) {
        if (!kafka_tail_poll(tail, FIXTURE_SLICE_MS, fixture.arena, &message, &got, &err)
            && err.class == ERR_FATAL)
            fail_msg("%s", err.text);
        assert_true(clock_now_ms() < until_ms);
        if (!got || !str_starts(message.key, str_of(prefix)))
            continue;
        assert_true(str_eq(message.key, key_of(from)));
        assert_true(str_eq(message_header(&message, "number"), key_of(from)));
        assert_int_equal(message.topic, TOPIC_RULES);
        from++;
    }
}

static void drain(struct kafka_tail *tail)
{
    int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS;
    struct message message;
    struct err err = { 0 };
    bool got;

    while (!kafka_tail_is_current(tail)) {
        (void)!kafka_tail_poll(tail, FIXTURE_SLICE_MS, fixture.arena, &message, &got, &err);
        assert_true(clock_now_ms() < until_ms);
    }
}

static void reads_all_from_the_start_and_goes_on(void **state)
{
    struct kafka *kafka = open_kafka("notify", NULL);
    struct kafka_tail *tail = NULL;
    struct err err = { 0 };

    (void)state;
    send_rules(0, MESSAGES);
    assert_true(kafka_tail_open(&tail, kafka, TOPIC_RULES, &err));
    assert_false(kafka_tail_is_current(tail));
    expect_rules(tail, 0, MESSAGES);
    drain(tail);
    send_rules(MESSAGES, 2 * MESSAGES);
    expect_rules(tail, MESSAGES, 2 * MESSAGES);
    assert_true(kafka_tail_is_current(tail)); /* once known, always known */
    kafka_tail_close(tail);
    kafka_close(kafka, 0);
}

static void every_process_reads_all_of_it(void **state)
{
    struct kafka *kafka[2] = { open_kafka("notify", NULL), open_kafka("notify", NULL) };
    struct kafka_tail *tail[2] = { NULL, NULL };
    struct err err = { 0 };

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_true(kafka_tail_open(&tail[i], kafka[i], TOPIC_RULES, &err));
    for (int i = 0; i < 2; i++)
        expect_rules(tail[i], 0, 2 * MESSAGES);
    for (int i = 0; i < 2; i++) {
        kafka_tail_close(tail[i]);
        kafka_close(kafka[i], 0);
    }
}

static void no_broker_is_said_and_not_waited_for(void **state)
{
    char *brokers = strdup(fixture_brokers());
    struct config *elsewhere = NULL;
    struct kafka_tail *tail = NULL;
    struct message message;
    struct err err = { 0 };
    bool got = true;

    (void)state;
    assert_int_equal(setenv("SLUICE_KAFKA_BROKERS", "127.0.0.1:1", 1), 0);
    assert_true(config_open(&elsewhere, "notify", no_rows, &err));
    struct kafka_setup setup = { .worker = "notify", .config = elsewhere };
    struct kafka *kafka = NULL;
    assert_true(kafka_open(&kafka, &setup, &err));
    assert_true(kafka_tail_open(&tail, kafka, TOPIC_RULES, &err));
    int64_t begun_ms = clock_now_ms();
    assert_false(kafka_tail_poll(tail, 0, fixture.arena, &message, &got, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_false(got);
    assert_true(clock_now_ms() - begun_ms < 1000);
    assert_true(kafka_tail_poll(tail, 0, fixture.arena, &message, &got, &err)); /* not again yet */
    assert_false(kafka_tail_is_current(tail));
    kafka_tail_close(tail);
    kafka_close(kafka, 0);
    config_close(elsewhere);
    assert_int_equal(setenv("SLUICE_KAFKA_BROKERS", brokers, 1), 0);
    free(brokers);
}

/* ---- out of the group and back ---- */

static size_t members(struct kafka_admin *admin, const char *group)
{
    struct kafka_group found;
    struct err err = { 0 };

    if (!kafka_group_describe(admin, fixture.arena, str_of(group), &found, &err))
        fail_msg("%s", err.text);
    return found.member_count;
}

static void poll_until_owned(struct kafka *kafka)
{
    int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS;
    struct message message;
    struct err err = { 0 };
    size_t count = 0;
    bool got;

    while (!kafka_join(kafka, 1000, &err))
        assert_true(clock_now_ms() < until_ms);
    while (count == 0) {
        if (!kafka_poll(kafka, FIXTURE_SLICE_MS, fixture.arena, &message, &got, &err))
            fail_msg("%s", err.text);
        (void)kafka_owned(kafka, &count);
        assert_true(clock_now_ms() < until_ms);
    }
}

static void leaves_the_group_and_joins_again(void **state)
{
    struct kafka_admin *admin = NULL;
    struct kafka_group_move moves[] = { { STR("alerts.raised"), 0, 0 } };
    struct err err = { 0 };

    (void)state;
    struct kafka *kafka = open_kafka(prefix, reads);
    assert_true(kafka_admin_open(&admin, config, &err));
    poll_until_owned(kafka);
    assert_int_equal(members(admin, prefix), 1);
    assert_false(kafka_group_move(admin, fixture.arena, str_of(prefix), moves, 1, &err));
    for (int i = 0; i < 2; i++) {
        int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS;

        kafka_leave(kafka, 5000);
        while (members(admin, prefix) > 0)
            assert_true(clock_now_ms() < until_ms);
        if (!kafka_group_move(admin, fixture.arena, str_of(prefix), moves, 1, &err))
            fail_msg("%s", err.text);
        poll_until_owned(kafka);
        assert_int_equal(members(admin, prefix), 1);
    }
    kafka_close(kafka, 5000);
    assert_int_equal(members(admin, prefix), 0);
    kafka_admin_close(admin);
}

static void serve(struct kafka *kafka)
{
    struct message message;
    struct err err = { 0 };
    bool got;

    if (!kafka_poll(kafka, FIXTURE_SLICE_MS, fixture.arena, &message, &got, &err))
        fail_msg("%s", err.text);
}

/* The other one's leaving or coming has just taken the partitions; the next ones are on their
 * way. A member that left at that moment was once given them for ever. */
static void leaves_in_the_middle_of_a_rebalance(void **state)
{
    char group[96];
    struct kafka_admin *admin = NULL;
    struct err err = { 0 };

    (void)state;
    (void)snprintf(group, sizeof(group), "%s-two", prefix);
    struct kafka *kafka[2] = { open_kafka(group, reads), open_kafka(group, reads) };
    assert_true(kafka_admin_open(&admin, config, &err));
    for (int round = 0; round < 3; round++) {
        int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS, revoked;

        poll_until_owned(kafka[0]);
        revoked = kafka_rebalances(kafka[0]);
        while (!kafka_join(kafka[1], 1000, &err))
            assert_true(clock_now_ms() < until_ms);
        while (kafka_rebalances(kafka[0]) == revoked) {
            serve(kafka[1]);
            serve(kafka[0]);
            assert_true(clock_now_ms() < until_ms);
        }
        kafka_leave(kafka[0], 5000);
        kafka_leave(kafka[1], 5000);
        while (members(admin, group) > 0) {
            kafka_leave(kafka[0], FIXTURE_SLICE_MS);
            kafka_leave(kafka[1], FIXTURE_SLICE_MS);
            assert_true(clock_now_ms() < until_ms);
        }
    }
    kafka_close(kafka[0], 5000);
    kafka_close(kafka[1], 5000);
    kafka_admin_close(admin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_from_the_start_and_goes_on),
        cmocka_unit_test(every_process_reads_all_of_it),
        cmocka_unit_test(no_broker_is_said_and_not_waited_for),
        cmocka_unit_test(leaves_the_group_and_joins_again),
        cmocka_unit_test(leaves_in_the_middle_of_a_rebalance),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
