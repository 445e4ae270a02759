#include "runtime/kafka_outside.h"

#include <stdio.h>

#define KAFKA_OUTSIDE_TEXT_SIZE 512

/* librdkafka reads by hand only where a group is named; nobody ever joins this one. */
static bool kafka_outside_conf(struct kafka *kafka, const char *group, rd_kafka_conf_t *conf,
                               struct err *err)
{
    char nobody[KAFKA_OUTSIDE_TEXT_SIZE], text[KAFKA_OUTSIDE_TEXT_SIZE];

    (void)snprintf(nobody, sizeof(nobody), "%s.outside", kafka->setup.worker);
    if (rd_kafka_conf_set(conf, "group.id", group != NULL ? group : nobody, text, sizeof(text))
            == RD_KAFKA_CONF_OK
        && rd_kafka_conf_set(conf, "enable.partition.eof", "true", text, sizeof(text))
               == RD_KAFKA_CONF_OK)
        return true;
    return err_set(err, ERR_FATAL, "the Kafka client refuses its settings: %s", text);
}

bool kafka_outside_open(struct kafka *kafka, const char *group, rd_kafka_t **consumer_out,
                        struct err *err)
{
    char text[KAFKA_OUTSIDE_TEXT_SIZE];
    rd_kafka_conf_t *conf = NULL;
    rd_kafka_t *consumer;

    if (!kafka_conf_consumer(kafka, &conf, err))
        return false;
    if (!kafka_outside_conf(kafka, group, conf, err)) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
    if (consumer == NULL) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, ERR_FATAL, "the Kafka client refuses its settings: %s", text);
    }
    (void)rd_kafka_poll_set_consumer(consumer);
    *consumer_out = consumer;
    return true;
}

void kafka_outside_close(rd_kafka_t *consumer)
{
    if (consumer == NULL)
        return;
    (void)rd_kafka_assign(consumer, NULL);
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

bool kafka_outside_partitions(rd_kafka_t *consumer, const char *topic, int64_t wait_ms,
                              int32_t *count_out, struct err *err)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(consumer, topic, NULL);
    const rd_kafka_metadata_t *metadata = NULL;
    int32_t count = 0;

    if (handle == NULL)
        return kafka_fail(consumer, rd_kafka_last_error(), topic, err);
    rd_kafka_resp_err_t code = rd_kafka_metadata(consumer, 0, handle, &metadata, (int)wait_ms);
    rd_kafka_topic_destroy(handle);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fail(consumer, code, "asking for a topic", err);
    if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR)
        count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    *count_out = count;
    return true;
}
