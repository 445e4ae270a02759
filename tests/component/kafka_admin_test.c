/*
 * kafka_admin_test — the operator's calls on a real broker: topics, groups, single messages.
 *
 * Works on topics and groups of its own name, so that it runs beside anything.
 */
#include "kafka_fixture.h"

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/kafka_group.h"
#include "runtime/kafka_read.h"
#include "runtime/kafka_topic.h"

#define PARTITIONS 2

static struct arena *arena;
static struct config *config;
static struct kafka_admin *admin;
static rd_kafka_t *producer;
static char *brokers;
static struct str topic; /* with ten messages: offsets 0 to 4 in each partition, a second apart */
static const struct config_row no_rows[] = { { .name = NULL } };

/* ---- a topic of our own ---- */

static struct str own_name(const char *what)
{
    return arena_format(arena, "test.admin-%s-%d", what, (int)getpid());
}

static void delete_topic(struct str name)
{
    rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(name.data);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(producer);

    rd_kafka_DeleteTopics(producer, &gone, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, FIXTURE_WAIT_MS);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_DeleteTopic_destroy(gone);
}

static void make_topic(struct str name, int32_t partitions)
{
    struct kafka_topic wanted = { .name = name, .partition_count = partitions };
    struct err err = { 0 };
    bool made = false;

    if (!kafka_topic_create(admin, arena, &wanted, &made, &err))
        fail_msg("%s", err.text);
    assert_true(made);
}

static void put(int32_t partition, const char *key, const char *value, int64_t time_ms)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);

    (void)rd_kafka_header_add(headers, "why", -1, key, -1);
    assert_int_equal(rd_kafka_producev(
                         producer, RD_KAFKA_V_TOPIC(topic.data), RD_KAFKA_V_PARTITION(partition),
                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, strlen(key)),
                         RD_KAFKA_V_VALUE((void *)(uintptr_t)value, strlen(value)),
                         RD_KAFKA_V_TIMESTAMP(time_ms), RD_KAFKA_V_HEADERS(headers),
                         RD_KAFKA_V_END),
                     0);
}

/* Kafka's time of the first message: a minute ago, for the broker drops what is older than the
 * topic's retention. */
static int64_t first_ms;

static int open_all(void **state)
{
    struct err err = { 0 };

    (void)state;
    brokers = mem_text(str_of(fixture_brokers()));
    arena = arena_open(256u << 20);
    first_ms = clock_now_ms() / 1000 * 1000 - 60000;
    if (!config_open(&config, "cli", no_rows, &err) || !kafka_admin_open(&admin, config, &err))
        fail_msg("%s", err.text);
    producer = fixture_client(RD_KAFKA_PRODUCER, NULL);
    topic = own_name("read");
    make_topic(topic, PARTITIONS);
    for (int i = 0; i < 5; i++)
        for (int32_t p = 0; p < PARTITIONS; p++)
            put(p, arena_format(arena, "k%d-%d", (int)p, i).data, "0123456789",
                first_ms + 1000 * (2 * i + p));
    assert_int_equal(rd_kafka_flush(producer, FIXTURE_WAIT_MS), 0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    delete_topic(topic);
    rd_kafka_destroy(producer);
    kafka_admin_close(admin);
    config_close(config);
    arena_close(arena);
    mem_free(brokers);
    return 0;
}

static const struct kafka_topic *find(const struct kafka_topic *topics, size_t count,
                                      struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(topics[i].name, name))
            return &topics[i];
    return NULL;
}

/* ---- topics ---- */

static void makes_a_topic_once(void **state)
{
    struct kafka_topic_setting settings[] = { { STR("retention.ms"), STR("3600000") },
                                              { STR("cleanup.policy"), STR("compact") } };
    struct kafka_topic wanted = {
        .name = own_name("make"), .partition_count = 3, .settings = settings, .setting_count = 2
    };
    struct kafka_topic *topics = NULL, found;
    struct err err = { 0 };
    size_t count = 0;
    bool made = false;

    (void)state;
    assert_true(kafka_topic_create(admin, arena, &wanted, &made, &err));
    assert_true(made);
    assert_true(kafka_topic_create(admin, arena, &wanted, &made, &err));
    assert_false(made);
    assert_true(kafka_topic_list(admin, arena, &topics, &count, &err));
    assert_non_null(find(topics, count, wanted.name));
    found = *find(topics, count, wanted.name);
    assert_int_equal(found.partition_count, 3);
    assert_int_equal(found.replica_count, 1);
    assert_true(kafka_topic_settings(admin, arena, &found, 1, &err));
    assert_true(str_is(kafka_topic_setting(&found, STR("retention.ms")), "3600000"));
    assert_true(str_is(kafka_topic_setting(&found, STR("cleanup.policy")), "compact"));
    assert_int_equal(kafka_topic_setting(&found, STR("segment.ms")).size, 0); /* a default */
    delete_topic(wanted.name);
}

static void the_list_is_sorted_and_hides_kafkas_own(void **state)
{
    struct kafka_topic *topics = NULL;
    struct err err = { 0 };
    size_t count = 0;

    (void)state;
    assert_true(kafka_topic_list(admin, arena, &topics, &count, &err));
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_false(str_starts(topics[i].name, STR("__")));
        assert_true(i == 0 || str_compare(topics[i - 1].name, topics[i].name) < 0);
    }
    assert_true(find(topics, count, topic)->is_ready);
}

static void alter(struct kafka_topic *changes)
{
    struct err err = { 0 };

    if (!kafka_topic_alter(admin, arena, changes, &err))
        fail_msg("%s", err.text);
}

static void a_change_keeps_what_else_is_set(void **state)
{
    struct kafka_topic_setting settings[] = { { STR("retention.ms"), STR("3600000") },
                                              { STR("segment.ms"), STR("600000") } };
    struct kafka_topic changes = { .name = own_name("alter"),
                                   .settings = settings,
                                   .setting_count = 2 };
    struct kafka_topic found = { .name = changes.name };
    struct err err = { 0 };

    (void)state;
    make_topic(changes.name, 1);
    alter(&changes);
    settings[0].value = STR("7200000");
    changes.setting_count = 1;
    alter(&changes);
    alter(&changes); /* the same again */
    assert_true(kafka_topic_settings(admin, arena, &found, 1, &err));
    assert_true(str_is(kafka_topic_setting(&found, STR("retention.ms")), "7200000"));
    assert_true(str_is(kafka_topic_setting(&found, STR("segment.ms")), "600000"));
    delete_topic(changes.name);
}

static void a_wrong_setting_is_fatal_and_named(void **state)
{
    struct kafka_topic_setting wrong[] = { { STR("retention.ms"), STR("for ever") } };
    struct kafka_topic wanted = {
        .name = topic, .partition_count = 1, .settings = wrong, .setting_count = 1
    };
    struct err err = { 0 };
    bool made;

    (void)state;
    assert_false(kafka_topic_alter(admin, arena, &wanted, &err));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, "retention.ms"));
    assert_non_null(strstr(err.text, topic.data));
    wanted.name = own_name("wrong");
    assert_false(kafka_topic_create(admin, arena, &wanted, &made, &err));
    assert_int_equal(err.class, ERR_FATAL);
    wanted.setting_count = 0;
    wanted.name = STR("no such name!");
    assert_false(kafka_topic_create(admin, arena, &wanted, &made, &err));
    assert_int_equal(err.class, ERR_FATAL);
}

static void a_missing_topic_is_told(void **state)
{
    struct kafka_topic_setting setting[] = { { STR("retention.ms"), STR("3600000") } };
    struct kafka_topic changes = { .name = own_name("none"),
                                   .settings = setting,
                                   .setting_count = 1 };
    struct err err = { 0 };

    (void)state;
    assert_false(kafka_topic_alter(admin, arena, &changes, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "sluice topics apply"));
}

static void the_spine_never_grows(void **state)
{
    static const char *const spine[] = { "orders.raw", "orders.changes", "shipments.planned",
                                         "stock.feed", "stock.levels" };
    struct err err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(spine) / sizeof(spine[0]); i++) {
        assert_true(kafka_topic_is_spine(str_of(spine[i])));
        assert_false(kafka_topic_grow(admin, arena, str_of(spine[i]), 1000, &err));
        assert_int_equal(err.class, ERR_FATAL);
        assert_non_null(strstr(err.text, "generation"));
    }
    assert_false(kafka_topic_is_spine(STR("dead.ingest")));
    assert_false(kafka_topic_is_spine(STR("alerts.raised")));
}

static void others_grow_but_never_shrink(void **state)
{
    struct str name = own_name("grow");
    struct kafka_topic *topics = NULL;
    struct err err = { 0 };
    size_t count = 0;

    (void)state;
    make_topic(name, 2);
    if (!kafka_topic_grow(admin, arena, name, 4, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < 100; i++) {
        assert_true(kafka_topic_list(admin, arena, &topics, &count, &err));
        if (find(topics, count, name)->partition_count == 4)
            break;
        clock_sleep_ms(FIXTURE_SLICE_MS);
    }
    assert_int_equal(find(topics, count, name)->partition_count, 4);
    assert_false(kafka_topic_grow(admin, arena, name, 3, &err));
    assert_int_equal(err.class, ERR_FATAL);
    delete_topic(name);
}

/* ---- messages ---- */

static void reads_one_message(void **state)
{
    struct kafka_read_message message;
    struct err err = { 0 };

    (void)state;
    if (!kafka_read_one(admin, arena, topic, 1, 3, &message, &err))
        fail_msg("%s", err.text);
    assert_true(str_is(message.message.key, "k1-3"));
    assert_true(str_is(message.message.value, "0123456789"));
    assert_true(str_is(message_header(&message.message, "why"), "k1-3"));
    assert_int_equal(message.message.time_ms, first_ms + 7000);
    assert_int_equal(message.message.origin.partition, 1);
    assert_int_equal(message.message.origin.offset, 3);
    assert_int_equal(message.value_size, 10);
}

static void what_is_not_there_is_told_with_what_is(void **state)
{
    struct kafka_read_message message;
    struct err err = { 0 };

    (void)state;
    assert_false(kafka_read_one(admin, arena, topic, 0, 5, &message, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "it holds 0 to 4"));
    assert_false(kafka_read_one(admin, arena, topic, 7, 0, &message, &err));
    assert_non_null(strstr(err.text, "no partition 7: it has 0 to 1"));
    assert_false(kafka_read_one(admin, arena, own_name("none"), 0, 0, &message, &err));
    assert_non_null(strstr(err.text, "no such topic"));
}

static void reads_the_newest_first(void **state)
{
    struct kafka_read_message *messages = NULL;
    struct err err = { 0 };
    size_t count = 0;

    (void)state;
    if (!kafka_read_newest(admin, arena, topic, 3, 4, &messages, &count, &err))
        fail_msg("%s", err.text);
    assert_int_equal(count, 3);
    assert_true(str_is(messages[0].message.key, "k1-4"));
    assert_true(str_is(messages[1].message.key, "k0-4"));
    assert_true(str_is(messages[2].message.key, "k1-3"));
    assert_true(str_is(messages[0].message.value, "0123")); /* cut */
    assert_int_equal(messages[0].value_size, 10);
    assert_true(kafka_read_newest(admin, arena, topic, 100, 100, &messages, &count, &err));
    assert_int_equal(count, 10);
    assert_true(str_is(messages[9].message.key, "k0-0"));
}

static void an_empty_topic_has_no_newest(void **state)
{
    struct str name = own_name("empty");
    struct kafka_read_message *messages = NULL, message;
    struct err err = { 0 };
    size_t count = 77;

    (void)state;
    make_topic(name, 2);
    if (!kafka_read_newest(admin, arena, name, 3, 4, &messages, &count, &err))
        fail_msg("%s", err.text);
    assert_int_equal(count, 0);
    assert_false(kafka_read_one(admin, arena, name, 0, 0, &message, &err));
    assert_non_null(strstr(err.text, "is empty"));
    delete_topic(name);
}

/* ---- groups ---- */

static void assert_place(const struct kafka_group_place *place, int32_t partition,
                         int64_t committed, int64_t lag)
{
    assert_true(str_eq(place->topic, topic));
    assert_int_equal(place->partition, partition);
    assert_int_equal(place->committed, committed);
    assert_int_equal(place->low, 0);
    assert_int_equal(place->high, 5);
    assert_int_equal(kafka_group_lag(place), lag);
}

static size_t places_of(struct str group, size_t topic_count, struct kafka_group_place **places)
{
    struct err err = { 0 };
    size_t count = 0;

    if (!kafka_group_places(admin, arena, group, &topic, topic_count, places, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static void a_group_that_never_was_is_empty(void **state)
{
    struct str name = own_name("never");
    struct kafka_group_place *places = NULL;
    struct kafka_group group;
    struct err err = { 0 };

    (void)state;
    if (!kafka_group_describe(admin, arena, name, &group, &err))
        fail_msg("%s", err.text);
    assert_int_equal(group.member_count, 0);
    assert_true(str_is(group.state, "Dead"));
    assert_int_equal(places_of(name, 1, &places), PARTITIONS);
    assert_place(&places[0], 0, KAFKA_GROUP_NONE, 5);
    assert_place(&places[1], 1, KAFKA_GROUP_NONE, 5);
    assert_int_equal(places_of(name, 0, &places), 0);
}

static void moves_a_group(void **state)
{
    struct str name = own_name("move");
    struct kafka_group_move moves[] = { { topic, 0, 3 }, { topic, 1, 5 } };
    struct kafka_group_place *places = NULL;
    struct kafka_group group;
    struct err err = { 0 };

    (void)state;
    if (!kafka_group_move(admin, arena, name, moves, 2, &err))
        fail_msg("%s", err.text);
    assert_int_equal(places_of(name, 0, &places), PARTITIONS); /* those it has committed in */
    assert_place(&places[0], 0, 3, 2);
    assert_place(&places[1], 1, 5, 0);
    assert_true(kafka_group_describe(admin, arena, name, &group, &err));
    assert_true(str_is(group.state, "Empty"));
    moves[0].offset = 0;
    assert_true(kafka_group_move(admin, arena, name, moves, 1, &err)); /* the other one stays */
    assert_int_equal(places_of(name, 1, &places), PARTITIONS);
    assert_place(&places[0], 0, 0, 5);
    assert_place(&places[1], 1, 5, 0);
}

static rd_kafka_t *member_of(struct str group)
{
    rd_kafka_t *member = fixture_client(RD_KAFKA_CONSUMER, group.data);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int64_t until_ms = clock_now_ms() + FIXTURE_WAIT_MS;

    (void)rd_kafka_topic_partition_list_add(list, topic.data, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(member, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    for (int count = 0; count == 0;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(member, FIXTURE_SLICE_MS);
        rd_kafka_topic_partition_list_t *assigned = NULL;

        if (message)
            rd_kafka_message_destroy(message);
        assert_int_equal(rd_kafka_assignment(member, &assigned), 0);
        count = assigned->cnt;
        rd_kafka_topic_partition_list_destroy(assigned);
        assert_true(clock_now_ms() < until_ms);
    }
    return member;
}

static void a_group_with_members_is_not_moved(void **state)
{
    struct str name = own_name("busy");
    struct kafka_group_move moves[] = { { topic, 0, 1 } };
    struct kafka_group group;
    struct err err = { 0 };

    (void)state;
    rd_kafka_t *member = member_of(name);
    assert_true(kafka_group_describe(admin, arena, name, &group, &err));
    assert_int_equal(group.member_count, 1);
    assert_true(str_is(group.members[0].client, "rdkafka"));
    assert_true(group.members[0].host.size > 0);
    assert_int_equal(group.members[0].partition_count, PARTITIONS);
    assert_false(kafka_group_move(admin, arena, name, moves, 1, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "not empty"));
    assert_int_equal(rd_kafka_consumer_close(member), 0);
    rd_kafka_destroy(member);
    if (!kafka_group_move(admin, arena, name, moves, 1, &err))
        fail_msg("%s", err.text);
}

static void a_time_has_its_offsets(void **state)
{
    struct kafka_group_place *places = NULL;
    int64_t *offsets = NULL;
    struct err err = { 0 };
    size_t count = places_of(own_name("time"), 1, &places);

    (void)state;
    if (!kafka_group_at_time(admin, arena, places, count, first_ms + 3000, &offsets, &err))
        fail_msg("%s", err.text);
    assert_int_equal(offsets[0], 2); /* at 4 s */
    assert_int_equal(offsets[1], 1); /* at 3 s */
    assert_true(kafka_group_at_time(admin, arena, places, count, first_ms - 1, &offsets, &err));
    assert_int_equal(offsets[0], 0);
    assert_true(kafka_group_at_time(admin, arena, places, count, first_ms + 8500, &offsets, &err));
    assert_int_equal(offsets[0], 5); /* nothing so late: the end */
    assert_int_equal(offsets[1], 4);
    assert_true(kafka_group_at_time(admin, arena, places, 0, first_ms, &offsets, &err));
}

/* ---- no broker ---- */

static void silence_is_told_in_time(void **state)
{
    struct kafka_topic *topics = NULL;
    struct kafka_admin *other = NULL;
    struct config *elsewhere = NULL;
    struct kafka_group group;
    struct kafka_read_message message;
    struct err err = { 0 };
    size_t count;
    int64_t begun_ms = clock_now_ms();

    (void)state;
    assert_int_equal(setenv("SLUICE_KAFKA_BROKERS", "127.0.0.1:1", 1), 0);
    assert_true(config_open(&elsewhere, "cli", no_rows, &err));
    assert_true(kafka_admin_open(&other, elsewhere, &err));
    kafka_admin_set_timeout(other, 1000);
    assert_false(kafka_topic_list(other, arena, &topics, &count, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_non_null(strstr(err.text, "127.0.0.1:1"));
    assert_non_null(strstr(err.text, "SLUICE_KAFKA_BROKERS"));
    assert_false(kafka_group_describe(other, arena, STR("reserve"), &group, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_false(kafka_read_one(other, arena, topic, 0, 0, &message, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_true(clock_now_ms() - begun_ms < 15000);
    kafka_admin_close(other);
    config_close(elsewhere);
    assert_int_equal(setenv("SLUICE_KAFKA_BROKERS", brokers, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_a_topic_once),
        cmocka_unit_test(the_list_is_sorted_and_hides_kafkas_own),
        cmocka_unit_test(a_change_keeps_what_else_is_set),
        cmocka_unit_test(a_wrong_setting_is_fatal_and_named),
        cmocka_unit_test(a_missing_topic_is_told),
        cmocka_unit_test(the_spine_never_grows),
        cmocka_unit_test(others_grow_but_never_shrink),
        cmocka_unit_test(reads_one_message),
        cmocka_unit_test(what_is_not_there_is_told_with_what_is),
        cmocka_unit_test(reads_the_newest_first),
        cmocka_unit_test(an_empty_topic_has_no_newest),
        cmocka_unit_test(a_group_that_never_was_is_empty),
        cmocka_unit_test(moves_a_group),
        cmocka_unit_test(a_group_with_members_is_not_moved),
        cmocka_unit_test(a_time_has_its_offsets),
        cmocka_unit_test(silence_is_told_in_time),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
