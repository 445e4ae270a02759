#include "runtime/kafka.h"

#include "base/log.h"
#include "runtime/kafka_internal.h"

#define KAFKA_ARENA_MAX (4u << 20)
#define KAFKA_TEXT_SIZE 512

/* ---- errors ---- */

enum err_class kafka_class(rd_kafka_t *client, rd_kafka_resp_err_t code)
{
    char text[KAFKA_TEXT_SIZE];

    if (rd_kafka_fatal_error(client, text, sizeof(text)) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return ERR_FATAL;
    if (code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__FENCED
        || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
        return ERR_FATAL;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return ERR_REJECT;
    return ERR_RETRY;
}

bool kafka_fail(rd_kafka_t *client, rd_kafka_resp_err_t code, const char *doing, struct err *err)
{
    char text[KAFKA_TEXT_SIZE] = "";

    (void)rd_kafka_fatal_error(client, text, sizeof(text));
    return err_set(err, kafka_class(client, code), "Kafka, %s: %s (%s)%s%s", doing,
                   rd_kafka_err2str(code), rd_kafka_err2name(code), text[0] ? ": " : "", text);
}

/* ---- what is owned ---- */

static void kafka_own(struct kafka *kafka, const rd_kafka_topic_partition_list_t *partitions)
{
    kafka->owned_count = 0;
    for (int i = 0; partitions != NULL && i < partitions->cnt; i++) {
        enum topic topic = topic_of(str_of(partitions->elems[i].topic));

        CHECK(topic != TOPIC_END && kafka->owned_count < KAFKA_OWNED_MAX);
        kafka->next[kafka->owned_count] = KAFKA_NEXT_UNKNOWN;
        kafka->high[kafka->owned_count] = 0;
        kafka->owned[kafka->owned_count++] = (struct batch_partition){
            .topic = topic,
            .partition = partitions->elems[i].partition,
            .partition_count = kafka->partition_counts[topic],
        };
    }
}

static struct batch_partition *kafka_find(const struct kafka *kafka, enum topic topic,
                                          int32_t partition)
{
    for (size_t i = 0; i < kafka->owned_count; i++)
        if (kafka->owned[i].topic == topic && kafka->owned[i].partition == partition)
            return &kafka->owned[i];
    return NULL;
}

rd_kafka_topic_partition_list_t *kafka_owned_list(const struct kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)kafka->owned_count + 1);

    for (size_t i = 0; i < kafka->owned_count; i++)
        (void)rd_kafka_topic_partition_list_add(list, topic_name(kafka->owned[i].topic),
                                                kafka->owned[i].partition);
    return list;
}

/* Eager: all comes at once and all goes at once. Called from the poll (and the close) only. */
void kafka_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t event,
                        rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct kafka *kafka = opaque;
    bool gained = event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    rd_kafka_resp_err_t code = rd_kafka_assign(consumer, gained ? partitions : NULL);

    kafka->rebalances++;
    kafka->assigned = gained;
    kafka_own(kafka, gained ? partitions : NULL);
    /* a partition remembers its pause over a revocation: say what holds now */
    if (gained && kafka->paused)
        (void)rd_kafka_pause_partitions(consumer, partitions);
    else if (gained)
        (void)rd_kafka_resume_partitions(consumer, partitions);
    log_info(gained ? "partitions assigned" : "partitions revoked",
             LOG_INT("count", partitions->cnt));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_error("assignment refused", LOG_TEXT("reason", str_of(rd_kafka_err2str(code))));
}

/* ---- open and join ---- */

static bool kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **client_out,
                      struct err *err)
{
    char text[KAFKA_TEXT_SIZE];
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));

    if (client == NULL) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, ERR_FATAL, "the Kafka client refuses its settings: %s", text);
    }
    *client_out = client;
    return true;
}

/* A handle made now spares the first message to a topic a second (librdkafka #5032). */
static bool kafka_handle(struct kafka *kafka, enum topic topic, struct err *err)
{
    if (topic == TOPIC_END || kafka->handles[topic] != NULL)
        return true;
    kafka->handles[topic] = rd_kafka_topic_new(kafka->producer, topic_name(topic), NULL);
    if (kafka->handles[topic] == NULL)
        return kafka_fail(kafka->producer, rd_kafka_last_error(), topic_name(topic), err);
    return true;
}

static bool kafka_handles(struct kafka *kafka, struct err *err)
{
    const enum topic *lists[] = { kafka->setup.reads, kafka->setup.writes };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (const enum topic *t = lists[i]; t != NULL && *t != TOPIC_END; t++)
            if (!kafka_handle(kafka, *t, err))
                return false;
    return !kafka->consumer || kafka_handle(kafka, topic_dead(kafka->setup.worker), err);
}

static bool kafka_open_consumer(struct kafka *kafka, struct err *err)
{
    rd_kafka_conf_t *conf = NULL;

    if (kafka->setup.reads == NULL || kafka->setup.reads[0] == TOPIC_END)
        return true;
    if (!kafka_conf_consumer(kafka, &conf, err)
        || !kafka_new(RD_KAFKA_CONSUMER, conf, &kafka->consumer, err))
        return false;
    /* one queue: errors and logs are served by the consumer's poll too */
    (void)rd_kafka_poll_set_consumer(kafka->consumer);
    return true;
}

bool kafka_open(struct kafka **kafka_out, const struct kafka_setup *setup, struct err *err)
{
    struct arena *arena = arena_open(KAFKA_ARENA_MAX);
    struct kafka *kafka = ARENA_NEW(arena, struct kafka);
    rd_kafka_conf_t *conf = NULL;

    kafka->arena = arena;
    kafka->setup = *setup;
    kafka->delivery_timeout_ms = config_int(setup->config, "delivery_timeout_ms");
    kafka->commit_timeout_ms = config_int(setup->config, "commit_timeout_ms");
    kafka->owned = ARENA_ARRAY(arena, struct batch_partition, KAFKA_OWNED_MAX);
    kafka->next = ARENA_ARRAY(arena, int64_t, KAFKA_OWNED_MAX);
    kafka->high = ARENA_ARRAY(arena, int64_t, KAFKA_OWNED_MAX);
    if (!kafka_conf_producer(kafka, &conf, err)
        || !kafka_new(RD_KAFKA_PRODUCER, conf, &kafka->producer, err)
        || !kafka_open_consumer(kafka, err) || !kafka_handles(kafka, err)) {
        kafka_close(kafka, 0);
        return false;
    }
    *kafka_out = kafka;
    return true;
}

/* Notes how many partitions each topic has; the first one that has none. */
static enum topic kafka_note_counts(struct kafka *kafka, const rd_kafka_metadata_t *metadata)
{
    enum topic missing = TOPIC_END;

    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *row = &metadata->topics[i];
        enum topic topic = topic_of(str_of(row->topic));

        if (topic != TOPIC_END && row->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            kafka->partition_counts[topic] = row->partition_cnt;
    }
    for (int topic = TOPIC_END + 1; topic < TOPIC_COUNT; topic++)
        if (kafka->handles[topic] != NULL && kafka->partition_counts[topic] == 0)
            missing = (enum topic)topic;
    return missing;
}

bool kafka_read_counts(struct kafka *kafka, int64_t wait_ms, struct err *err)
{
    const rd_kafka_metadata_t *metadata = NULL;
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(kafka->producer, 0, NULL, &metadata, (int)wait_ms);

    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fail(kafka->producer, code, "asking for topics", err);
    enum topic missing = kafka_note_counts(kafka, metadata);
    rd_kafka_metadata_destroy(metadata);
    if (missing != TOPIC_END)
        return err_set(err, ERR_RETRY, "Kafka has no topic %s: run `sluice topics apply`",
                       topic_name(missing));
    return true;
}

static bool kafka_subscribe(struct kafka *kafka, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(TOPIC_COUNT);

    for (const enum topic *t = kafka->setup.reads; *t != TOPIC_END; t++)
        (void)rd_kafka_topic_partition_list_add(list, topic_name(*t), RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(kafka->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fail(kafka->consumer, code, "joining the group", err);
    return true;
}

bool kafka_join(struct kafka *kafka, int64_t wait_ms, struct err *err)
{
    if (kafka->joined)
        return true;
    if (!kafka_read_counts(kafka, wait_ms, err))
        return false;
    if (kafka->consumer != NULL && !kafka_subscribe(kafka, err))
        return false;
    kafka->joined = true;
    return true;
}

/* ---- what is owned, seen from outside ---- */

int64_t kafka_rebalances(const struct kafka *kafka)
{
    return kafka->rebalances;
}

bool kafka_is_member(const struct kafka *kafka)
{
    return kafka->joined && (kafka->assigned || kafka->consumer == NULL);
}

const struct batch_partition *kafka_owned(const struct kafka *kafka, size_t *count_out)
{
    *count_out = kafka->owned_count;
    return kafka->owned;
}

/* ---- pause and seek ---- */

static void kafka_set_paused(struct kafka *kafka, bool paused)
{
    kafka->paused = paused;
    if (kafka->owned_count == 0)
        return;
    rd_kafka_topic_partition_list_t *list = kafka_owned_list(kafka);
    if (paused)
        (void)rd_kafka_pause_partitions(kafka->consumer, list);
    else
        (void)rd_kafka_resume_partitions(kafka->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void kafka_pause(struct kafka *kafka)
{
    kafka_set_paused(kafka, true);
}

void kafka_resume(struct kafka *kafka)
{
    kafka_set_paused(kafka, false);
}

void kafka_seek(struct kafka *kafka, const struct batch_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count + 1);

    for (size_t i = 0; i < count; i++)
        if (kafka_find(kafka, offsets[i].topic, offsets[i].partition) != NULL)
            rd_kafka_topic_partition_list_add(list, topic_name(offsets[i].topic),
                                              offsets[i].partition)
                ->offset = offsets[i].next;
    if (list->cnt > 0)
        rd_kafka_error_destroy(
            rd_kafka_seek_partitions(kafka->consumer, list, KAFKA_METADATA_WAIT_MS));
    rd_kafka_topic_partition_list_destroy(list);
}
