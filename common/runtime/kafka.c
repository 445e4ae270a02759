#include "runtime/kafka.h"

#include "base/log.h"
#include "runtime/kafka_internal.h"

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

/* ---- join ---- */

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
