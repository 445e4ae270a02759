/*
 * kafka_fixture — the broker of SLUICE_KAFKA_BROKERS for component tests.
 *
 * Topics that are missing are made and, at the end, deleted again; those that were there stay.
 * A test works with keys of its own and in a group of its own that begins at the ends the topics
 * have now, so that tests run beside each other and beside a fleet. Without a broker the test
 * fails and says what to do.
 */
#ifndef SLUICE_TESTS_KAFKA_FIXTURE_H
#define SLUICE_TESTS_KAFKA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "domain/message.h"
#include "domain/topic.h"

#define FIXTURE_PARTITIONS     3
#define FIXTURE_PARTITIONS_MAX 64
#define FIXTURE_WAIT_MS        30000
#define FIXTURE_SLICE_MS       50

struct kafka_fixture {
    struct arena *arena; /* lives as long as the program's tests */
    rd_kafka_t *producer;
    bool made[TOPIC_COUNT];
    int64_t begins[TOPIC_COUNT][FIXTURE_PARTITIONS_MAX]; /* the ends when the tests began */
};

static inline const char *fixture_brokers(void)
{
    const char *brokers = getenv("SLUICE_KAFKA_BROKERS");

    if (!brokers || !*brokers)
        fail_msg("SLUICE_KAFKA_BROKERS is not set: start a broker with `ops/stack up kafka` and "
                 "source build/stack/env");
    return brokers;
}

static inline void fixture_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char text[256];

    if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
        fail_msg("%s", text);
}

static inline rd_kafka_t *fixture_client(rd_kafka_type_t type, const char *group)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char text[256];

    fixture_set(conf, "bootstrap.servers", fixture_brokers());
    if (type == RD_KAFKA_PRODUCER)
        fixture_set(conf, "partitioner", "murmur2_random");
    if (group) {
        fixture_set(conf, "group.id", group);
        fixture_set(conf, "enable.auto.commit", "false");
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));
    if (!client)
        fail_msg("%s", text);
    return client;
}

/* One admin call on one topic; what it did, by librdkafka's code. */
static inline rd_kafka_resp_err_t fixture_admin(rd_kafka_t *client, enum topic topic, bool create)
{
    char text[256];
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    int partitions = topic == TOPIC_RULES ? 1 : FIXTURE_PARTITIONS; /* rules are in one order */
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic_name(topic), partitions, 1, text,
                                                      sizeof(text));
    rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(topic_name(topic));
    size_t count = 0;

    if (create)
        rd_kafka_CreateTopics(client, &made, 1, NULL, queue);
    else
        rd_kafka_DeleteTopics(client, &gone, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, FIXTURE_WAIT_MS);
    if (!event || rd_kafka_event_error(event))
        fail_msg("no answer from the broker at %s: is `ops/stack up kafka` running?",
                 fixture_brokers());
    const rd_kafka_topic_result_t **results =
        create ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
                                                     &count)
               : rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event),
                                                     &count);
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[0]);
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(made);
    rd_kafka_DeleteTopic_destroy(gone);
    rd_kafka_queue_destroy(queue);
    return code;
}

static inline int32_t fixture_partitions(rd_kafka_t *client, enum topic topic)
{
    const rd_kafka_metadata_t *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic_name(topic), NULL);
    int32_t count = 0;

    for (int i = 0; i < 100 && count == 0; i++) {
        assert_int_equal(rd_kafka_metadata(client, 0, handle, &metadata, FIXTURE_WAIT_MS), 0);
        count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
        rd_kafka_metadata_destroy(metadata);
        if (count == 0)
            clock_sleep_ms(FIXTURE_SLICE_MS);
    }
    rd_kafka_topic_destroy(handle);
    assert_true(count > 0);
    return count;
}

/* The end of one partition. Right after its creation nobody may lead it yet. */
static inline int64_t fixture_end(rd_kafka_t *client, enum topic topic, int32_t partition)
{
    int64_t low = 0, high = 0;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

    for (int i = 0; i < 100; i++) {
        code = rd_kafka_query_watermark_offsets(client, topic_name(topic), partition, &low, &high,
                                                FIXTURE_WAIT_MS);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return high;
        clock_sleep_ms(FIXTURE_SLICE_MS);
    }
    fail_msg("the end of %s [%d]: %s", topic_name(topic), (int)partition, rd_kafka_err2str(code));
    return -1;
}

/* offsets_out[partition]: the end of each partition now. */
static inline int32_t fixture_ends(struct kafka_fixture *fixture, enum topic topic,
                                   int64_t *offsets_out)
{
    int32_t count = fixture_partitions(fixture->producer, topic);

    assert_true(count <= FIXTURE_PARTITIONS_MAX);
    for (int32_t i = 0; i < count; i++)
        offsets_out[i] = fixture_end(fixture->producer, topic, i);
    return count;
}

static inline void fixture_open(struct kafka_fixture *fixture, const enum topic *topics)
{
    *fixture = (struct kafka_fixture){ .arena = arena_open((size_t)1 << 30) };
    fixture->producer = fixture_client(RD_KAFKA_PRODUCER, NULL);
    for (; *topics != TOPIC_END; topics++) {
        rd_kafka_resp_err_t code = fixture_admin(fixture->producer, *topics, true);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            fail_msg("topic %s: %s", topic_name(*topics), rd_kafka_err2str(code));
        fixture->made[*topics] = code == RD_KAFKA_RESP_ERR_NO_ERROR;
        (void)fixture_ends(fixture, *topics, fixture->begins[*topics]);
    }
}

static inline void fixture_close(struct kafka_fixture *fixture)
{
    for (int topic = 1; topic < TOPIC_COUNT; topic++)
        if (fixture->made[topic])
            (void)fixture_admin(fixture->producer, (enum topic)topic, false);
    rd_kafka_destroy(fixture->producer);
    arena_close(fixture->arena);
}

/* Sends and waits: what a test put in is there when it goes on. */
static inline void fixture_send(struct kafka_fixture *fixture, const struct message *message)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
    const void *key = message->key.size ? message->key.data : NULL;
    void *value = (void *)(uintptr_t)message->value.data;

    for (size_t i = 0; i < message->header_count; i++)
        rd_kafka_header_add(headers, message->headers[i].name.data,
                            (ssize_t)message->headers[i].name.size,
                            message->headers[i].value.data,
                            (ssize_t)message->headers[i].value.size);
    assert_int_equal(rd_kafka_producev(fixture->producer,
                                       RD_KAFKA_V_TOPIC(topic_name(message->topic)),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_KEY(key, message->key.size),
                                       RD_KAFKA_V_VALUE(value, message->value.size),
                                       RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                     0);
}

static inline void fixture_flush(struct kafka_fixture *fixture)
{
    assert_int_equal(rd_kafka_flush(fixture->producer, FIXTURE_WAIT_MS), 0);
}

/* The group begins at the topic's present end. */
static inline void fixture_group_to_end(struct kafka_fixture *fixture, const char *group,
                                        enum topic topic)
{
    int64_t ends[FIXTURE_PARTITIONS_MAX];
    int32_t count = fixture_ends(fixture, topic, ends);
    rd_kafka_t *client = fixture_client(RD_KAFKA_CONSUMER, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);

    for (int32_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, topic_name(topic), i)->offset = ends[i];
    assert_int_equal(rd_kafka_commit(client, list, 0), 0);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(client);
}

/* Messages of the topic the group has not committed. */
static inline int64_t fixture_lag(struct kafka_fixture *fixture, const char *group,
                                  enum topic topic)
{
    int64_t ends[FIXTURE_PARTITIONS_MAX], lag = 0;
    int32_t count = fixture_ends(fixture, topic, ends);
    rd_kafka_t *client = fixture_client(RD_KAFKA_CONSUMER, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);

    for (int32_t i = 0; i < count; i++)
        (void)rd_kafka_topic_partition_list_add(list, topic_name(topic), i);
    assert_int_equal(rd_kafka_committed(client, list, FIXTURE_WAIT_MS), 0);
    for (int32_t i = 0; i < count; i++)
        lag += ends[i] - (list->elems[i].offset > 0 ? list->elems[i].offset : 0);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(client);
    return lag;
}

static inline void fixture_copy(struct arena *arena, const rd_kafka_message_t *from,
                                struct message *out)
{
    rd_kafka_headers_t *headers = NULL;
    const char *name;
    const void *value;
    size_t size;

    *out = (struct message){
        .topic = topic_of(str_of(rd_kafka_topic_name(from->rkt))),
        .key = arena_copy(arena, (struct str){ from->key, from->key_len }),
        .value = arena_copy(arena, (struct str){ from->payload, from->len }),
        .origin = { .partition = from->partition, .offset = from->offset },
    };
    if (rd_kafka_message_headers(from, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++)
            message_put_header(out, arena_copy(arena, str_of(name)),
                               arena_copy(arena, (struct str){ value, size }));
}

/* All messages of the topic since the tests began whose key begins with `prefix`, as of now. */
static inline size_t fixture_read(struct kafka_fixture *fixture, enum topic topic,
                                  const char *prefix, struct message *out, size_t count_max)
{
    int64_t ends[FIXTURE_PARTITIONS_MAX], left = 0;
    int32_t count = fixture_ends(fixture, topic, ends);
    rd_kafka_t *client = fixture_client(RD_KAFKA_CONSUMER, "fixture-reader");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    size_t found = 0;

    for (int32_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_list_add(list, topic_name(topic), i)->offset =
            fixture->begins[topic][i];
        left += ends[i] > fixture->begins[topic][i];
    }
    assert_int_equal(rd_kafka_assign(client, list), 0);
    while (left > 0) {
        rd_kafka_message_t *from = rd_kafka_consumer_poll(client, FIXTURE_WAIT_MS);
        assert_non_null(from);
        if (!from->err && from->offset < ends[from->partition]) {
            struct str key = { from->key, from->key_len };
            left -= from->offset == ends[from->partition] - 1;
            if (str_starts(key, str_of(prefix))) {
                assert_true(found < count_max);
                fixture_copy(fixture->arena, from, &out[found++]);
            }
        }
        rd_kafka_message_destroy(from);
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(client);
    return found;
}

#endif
