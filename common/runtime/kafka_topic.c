#include "runtime/kafka_topic.h"

#include <stdlib.h>

#include "base/clock.h"
#include "runtime/kafka_admin_internal.h"

#define KAFKA_TOPIC_TEXT_SIZE 512
#define KAFKA_TOPIC_LOOK_MS   20
#define KAFKA_TOPIC_SHOWN_MS  5000

/* ---- topics ---- */

static int kafka_topic_compare(const void *a, const void *b)
{
    return str_compare(((const struct kafka_topic *)a)->name,
                       ((const struct kafka_topic *)b)->name);
}

static bool kafka_topic_has_leaders(const struct rd_kafka_metadata_topic *topic)
{
    for (int i = 0; i < topic->partition_cnt; i++)
        if (topic->partitions[i].leader < 0)
            return false;
    return topic->err == RD_KAFKA_RESP_ERR_NO_ERROR && topic->partition_cnt > 0;
}

/* A topic just made may be listed with an error for a moment: it is there all the same. */
static size_t kafka_topic_copy_topics(struct arena *arena, const rd_kafka_metadata_t *metadata,
                                      struct kafka_topic *topics)
{
    size_t count = 0;

    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *from = &metadata->topics[i];

        if (from->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
            || str_starts(str_of(from->topic), STR("__")))
            continue;
        topics[count++] = (struct kafka_topic){
            .name = arena_copy(arena, str_of(from->topic)),
            .partition_count = from->partition_cnt,
            .replica_count = from->partition_cnt > 0 ? from->partitions[0].replica_cnt : 0,
            .is_ready = kafka_topic_has_leaders(from),
        };
    }
    if (count > 0)
        qsort(topics, count, sizeof(*topics), kafka_topic_compare);
    return count;
}

bool kafka_topic_list(struct kafka_admin *admin, struct arena *arena,
                      struct kafka_topic **topics_out, size_t *count_out, struct err *err)
{
    const rd_kafka_metadata_t *metadata = NULL;
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(kafka_admin_client(admin), 1, NULL, &metadata, (int)admin->timeout_ms);

    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(admin, code, NULL, "asking for topics", err);
    struct kafka_topic *topics =
        ARENA_ARRAY(arena, struct kafka_topic, (size_t)metadata->topic_cnt + 1);
    *count_out = kafka_topic_copy_topics(arena, metadata, topics);
    *topics_out = topics;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

/* ---- settings ---- */

static void kafka_topic_copy_settings(struct arena *arena,
                                      const rd_kafka_ConfigResource_t *resource,
                                      struct kafka_topic *topic)
{
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

    topic->settings = ARENA_ARRAY(arena, struct kafka_topic_setting, count + 1);
    topic->setting_count = 0;
    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);

        if (rd_kafka_ConfigEntry_source(entries[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG
            || value == NULL)
            continue;
        topic->settings[topic->setting_count++] = (struct kafka_topic_setting){
            .name = arena_copy(arena, str_of(rd_kafka_ConfigEntry_name(entries[i]))),
            .value = arena_copy(arena, str_of(value)),
        };
    }
}

static bool kafka_topic_take_settings(struct kafka_admin_call *call, struct arena *arena,
                                      struct kafka_topic *topics, size_t count, struct err *err)
{
    size_t found = 0;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(call->event), &found);

    for (size_t i = 0; i < found; i++) {
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resources[i]);
        struct str name = str_of(rd_kafka_ConfigResource_name(resources[i]));

        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            (void)kafka_admin_fail(call->admin, code,
                                   rd_kafka_ConfigResource_error_string(resources[i]), call->doing,
                                   err);
            return err_in(err, "topic %.*s", STR_ARG(name));
        }
        for (size_t k = 0; k < count; k++)
            if (str_eq(topics[k].name, name))
                kafka_topic_copy_settings(arena, resources[i], &topics[k]);
    }
    return true;
}

/* librdkafka's C strings; the copy is needed since a str need not end in NUL. */
static const char *kafka_topic_text(struct arena *arena, struct str s)
{
    return arena_copy(arena, s).data;
}

bool kafka_topic_settings(struct kafka_admin *admin, struct arena *arena,
                          struct kafka_topic *topics, size_t count, struct err *err)
{
    rd_kafka_ConfigResource_t **resources;
    struct kafka_admin_call call;

    if (count == 0)
        return true;
    resources = ARENA_ARRAY(arena, rd_kafka_ConfigResource_t *, count);
    for (size_t i = 0; i < count; i++)
        resources[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                                   kafka_topic_text(arena, topics[i].name));
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "asking for settings");
    rd_kafka_DescribeConfigs(kafka_admin_client(admin), resources, count, call.options, call.queue);
    bool done =
        kafka_admin_wait(&call, err) && kafka_topic_take_settings(&call, arena, topics, count, err);
    kafka_admin_end(&call);
    rd_kafka_ConfigResource_destroy_array(resources, count);
    return done;
}

struct str kafka_topic_setting(const struct kafka_topic *topic, struct str name)
{
    for (size_t i = 0; i < topic->setting_count; i++)
        if (str_eq(topic->settings[i].name, name))
            return topic->settings[i].value;
    return STR_NONE;
}

static void kafka_topic_put(struct arena *arena, rd_kafka_ConfigResource_t *resource,
                            const struct kafka_topic_setting *setting)
{
    (void)rd_kafka_ConfigResource_set_config(resource, kafka_topic_text(arena, setting->name),
                                             kafka_topic_text(arena, setting->value));
}

/* The settings to be, as an AlterConfigs wants them: it drops whatever it is not told, and takes
 * no name twice. */
static void kafka_topic_merge(struct arena *arena, const struct kafka_topic *present,
                              const struct kafka_topic *changes,
                              rd_kafka_ConfigResource_t *resource)
{
    for (size_t i = 0; i < present->setting_count; i++)
        if (kafka_topic_setting(changes, present->settings[i].name).data == NULL)
            kafka_topic_put(arena, resource, &present->settings[i]);
    for (size_t i = 0; i < changes->setting_count; i++)
        kafka_topic_put(arena, resource, &changes->settings[i]);
}

static bool kafka_topic_altered(struct kafka_admin_call *call, struct err *err)
{
    size_t count = 0;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_AlterConfigs_result_resources(
        rd_kafka_event_AlterConfigs_result(call->event), &count);

    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resources[i]);

        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            (void)kafka_admin_fail(call->admin, code,
                                   rd_kafka_ConfigResource_error_string(resources[i]), call->doing,
                                   err);
            return err_in(err, "topic %s", rd_kafka_ConfigResource_name(resources[i]));
        }
    }
    return true;
}

static bool kafka_topic_shows(const struct kafka_topic *present, const struct kafka_topic *changes)
{
    for (size_t i = 0; i < changes->setting_count; i++)
        if (!str_eq(kafka_topic_setting(present, changes->settings[i].name),
                    changes->settings[i].value))
            return false;
    return true;
}

/* Until the broker shows what it took: the next change begins with what is shown. Best effort,
 * since somebody else may have changed it meanwhile. */
static bool kafka_topic_await_settings(struct kafka_admin *admin, struct arena *arena,
                                       const struct kafka_topic *changes, struct err *err)
{
    int64_t until_us = clock_monotonic_us() + KAFKA_TOPIC_SHOWN_MS * 1000;
    struct kafka_topic present = { .name = changes->name };

    do {
        if (!kafka_topic_settings(admin, arena, &present, 1, err))
            return false;
        if (kafka_topic_shows(&present, changes))
            return true;
        clock_sleep_ms(KAFKA_TOPIC_LOOK_MS);
    } while (clock_monotonic_us() < until_us);
    return true;
}

bool kafka_topic_alter(struct kafka_admin *admin, struct arena *arena,
                       const struct kafka_topic *changes, struct err *err)
{
    struct kafka_topic present = { .name = changes->name };
    rd_kafka_ConfigResource_t *resource;
    struct kafka_admin_call call;

    if (!kafka_topic_settings(admin, arena, &present, 1, err))
        return false;
    resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                           kafka_topic_text(arena, changes->name));
    kafka_topic_merge(arena, &present, changes, resource);
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_ALTERCONFIGS, "changing settings");
    rd_kafka_AlterConfigs(kafka_admin_client(admin), &resource, 1, call.options, call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_topic_altered(&call, err);
    kafka_admin_end(&call);
    rd_kafka_ConfigResource_destroy(resource);
    return done && kafka_topic_await_settings(admin, arena, changes, err);
}

/* ---- making and growing ---- */

static bool kafka_topic_new(struct arena *arena, const struct kafka_topic *topic,
                            rd_kafka_NewTopic_t **new_out, struct err *err)
{
    char text[KAFKA_TOPIC_TEXT_SIZE];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(
        kafka_topic_text(arena, topic->name), topic->partition_count,
        topic->replica_count > 0 ? topic->replica_count : -1, text, sizeof(text));

    if (made == NULL)
        return err_set(err, ERR_FATAL, "topic %.*s cannot be made: %s", STR_ARG(topic->name), text);
    for (size_t i = 0; i < topic->setting_count; i++)
        (void)rd_kafka_NewTopic_set_config(made, kafka_topic_text(arena, topic->settings[i].name),
                                           kafka_topic_text(arena, topic->settings[i].value));
    *new_out = made;
    return true;
}

/* The one topic's own result. */
static bool kafka_topic_result(struct kafka_admin_call *call, const rd_kafka_topic_result_t *result,
                               struct err *err)
{
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(result);

    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    (void)kafka_admin_fail(call->admin, code, rd_kafka_topic_result_error_string(result),
                           call->doing, err);
    return err_in(err, "topic %s", rd_kafka_topic_result_name(result));
}

static bool kafka_topic_created(struct kafka_admin_call *call, bool *made_out, struct err *err)
{
    size_t count = 0;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(call->event), &count);

    CHECK(count == 1);
    bool is_there =
        rd_kafka_topic_result_error(results[0]) == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
    if (!is_there && !kafka_topic_result(call, results[0], err))
        return false;
    *made_out = !is_there;
    return true;
}

/* Whoever comes next finds the topic usable. */
static bool kafka_topic_await(struct kafka_admin *admin, struct arena *arena, struct str name,
                              struct err *err)
{
    int64_t until_us = clock_monotonic_us() + admin->timeout_ms * 1000;
    struct kafka_topic *topics = NULL;
    size_t count = 0;

    for (;;) {
        if (!kafka_topic_list(admin, arena, &topics, &count, err))
            return false;
        for (size_t i = 0; i < count; i++)
            if (topics[i].is_ready && str_eq(topics[i].name, name))
                return true;
        if (clock_monotonic_us() > until_us)
            return err_set(err, ERR_RETRY,
                           "topic %.*s is made but has no leader yet: are all "
                           "brokers up?",
                           STR_ARG(name));
        clock_sleep_ms(KAFKA_TOPIC_LOOK_MS);
    }
}

bool kafka_topic_create(struct kafka_admin *admin, struct arena *arena,
                        const struct kafka_topic *topic, bool *made_out, struct err *err)
{
    rd_kafka_NewTopic_t *made = NULL;
    struct kafka_admin_call call;
    char text[KAFKA_TOPIC_TEXT_SIZE];

    if (!kafka_topic_new(arena, topic, &made, err))
        return false;
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_CREATETOPICS, "making a topic");
    /* the answer comes when every broker knows it */
    (void)rd_kafka_AdminOptions_set_operation_timeout(call.options, (int)admin->timeout_ms, text,
                                                      sizeof(text));
    rd_kafka_CreateTopics(kafka_admin_client(admin), &made, 1, call.options, call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_topic_created(&call, made_out, err);
    kafka_admin_end(&call);
    rd_kafka_NewTopic_destroy(made);
    return done && kafka_topic_await(admin, arena, topic->name, err);
}

bool kafka_topic_is_spine(struct str topic)
{
    return str_starts(topic, STR("orders.")) || str_starts(topic, STR("shipments."))
           || str_starts(topic, STR("stock."));
}

static bool kafka_topic_grown(struct kafka_admin_call *call, struct err *err)
{
    size_t count = 0;
    const rd_kafka_topic_result_t **results = rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(call->event), &count);

    CHECK(count == 1);
    return kafka_topic_result(call, results[0], err);
}

bool kafka_topic_grow(struct kafka_admin *admin, struct arena *arena, struct str topic,
                      int32_t partition_count, struct err *err)
{
    rd_kafka_NewPartitions_t *more;
    struct kafka_admin_call call;
    char text[KAFKA_TOPIC_TEXT_SIZE];

    if (kafka_topic_is_spine(topic))
        return err_set(err, ERR_FATAL,
                       "topic %.*s never gets partitions in place: keys would "
                       "change partition and facts of one order be handled in two places; make "
                       "new topics, drain the old ones, begin the next generation",
                       STR_ARG(topic));
    more = rd_kafka_NewPartitions_new(kafka_topic_text(arena, topic), (size_t)partition_count, text,
                                      sizeof(text));
    if (more == NULL)
        return err_set(err, ERR_FATAL, "topic %.*s cannot grow: %s", STR_ARG(topic), text);
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "adding partitions");
    rd_kafka_CreatePartitions(kafka_admin_client(admin), &more, 1, call.options, call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_topic_grown(&call, err);
    kafka_admin_end(&call);
    rd_kafka_NewPartitions_destroy(more);
    return done;
}
