#include "runtime/kafka_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define KAFKA_CONF_TEXT_SIZE 512

/* What the cycle's promises rest on: not for anybody to tune (facts of librdkafka 2.0.2). */
static const char *const kafka_conf_consumer_rows[][2] = {
    { "enable.auto.commit", "false" },
    { "enable.auto.offset.store", "false" },
    { "auto.offset.reset", "earliest" }, /* the default, latest, skips orders */
    { "partition.assignment.strategy", "range,roundrobin" }, /* cooperative has open faults */
    { "enable.partition.eof", "false" },
    { NULL, NULL },
};
static const char *const kafka_conf_producer_rows[][2] = {
    { "enable.idempotence", "true" },
    { "acks", "all" },
    { "partitioner", "murmur2_random" }, /* Java's; the default, CRC32, breaks order per key */
    { NULL, NULL },
};

/* Good values that kafka.* may replace. */
static const char *const kafka_conf_consumer_defaults[][2] = {
    { "queued.min.messages", "50000" }, /* 2.0.2 looks at a full queue once a second only */
    { "fetch.wait.max.ms", "100" },
    { "fetch.error.backoff.ms", "100" },
    { NULL, NULL },
};
static const char *const kafka_conf_producer_defaults[][2] = {
    { "compression.codec", "lz4" },
    { "linger.ms", "5" }, /* a publish flushes, and a flush does not linger */
    { "batch.size", "900000" }, /* below the broker's message.max.bytes, whatever the batch */
    { "message.max.bytes", "16777216" }, /* the topics' own limits decide */
    { "queue.buffering.max.kbytes", "262144" },
    { NULL, NULL },
};
static const char *const kafka_conf_both_defaults[][2] = {
    { "reconnect.backoff.ms", "100" },
    { "reconnect.backoff.max.ms", "1000" }, /* a broker that is back is found at once */
    { "topic.metadata.refresh.interval.ms", "30000" },
    { "socket.nagle.disable", "true" },
    { NULL, NULL },
};

static bool kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value,
                           struct err *err)
{
    char text[KAFKA_CONF_TEXT_SIZE];

    if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
        return true;
    return err_set(err, ERR_FATAL, "kafka.%s is refused: %s", name, text);
}

static bool kafka_conf_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value,
                               struct err *err)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%lld", (long long)value);
    return kafka_conf_set(conf, name, text, err);
}

static bool kafka_conf_set_all(rd_kafka_conf_t *conf, const char *const rows[][2], struct err *err)
{
    for (size_t i = 0; rows[i][0] != NULL; i++)
        if (!kafka_conf_set(conf, rows[i][0], rows[i][1], err))
            return false;
    return true;
}

static bool kafka_conf_has(const char *const rows[][2], const char *name)
{
    for (size_t i = 0; rows[i][0] != NULL; i++)
        if (strcmp(rows[i][0], name) == 0)
            return true;
    return false;
}

/* kafka.* of the config, for both clients: librdkafka ignores the other one's. */
static bool kafka_conf_pass(rd_kafka_conf_t *conf, const struct config *config, struct err *err)
{
    const char *name, *value;

    for (size_t i = 0; config_kafka(config, i, &name, &value); i++) {
        if (kafka_conf_has(kafka_conf_consumer_rows, name)
            || kafka_conf_has(kafka_conf_producer_rows, name))
            return err_set(err, ERR_FATAL, "kafka.%s cannot be set: the cycle's promises rest on "
                           "the value it has", name);
        if (!kafka_conf_set(conf, name, value, err))
            return false;
    }
    return true;
}

/* @locality librdkafka's threads: log_write() is safe there. */
static void kafka_conf_on_log(const rd_kafka_t *client, int level, const char *facility,
                              const char *text)
{
    enum log_level at = level <= 3 ? LOG_WARN : level <= 4 ? LOG_INFO : LOG_DEBUG;

    (void)client;
    if (strcmp(facility, "CONFWARN") == 0) /* kafka.* goes to both clients, one ignores it */
        at = LOG_DEBUG;
    log_at(at, "kafka", LOG_TEXT("facility", str_of(facility)), LOG_TEXT("text", str_of(text)));
}

/* Errors that need nothing done: the client goes on by itself. Fatal ones are asked for. */
static void kafka_conf_on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    (void)client;
    (void)opaque;
    log_debug("kafka error", LOG_TEXT("code", str_of(rd_kafka_err2name((rd_kafka_resp_err_t)code))),
              LOG_TEXT("reason", str_of(reason)));
}

static bool kafka_conf_common(struct kafka *kafka, rd_kafka_conf_t *conf, struct err *err)
{
    const struct config *config = kafka->setup.config;
    char client[KAFKA_CONF_TEXT_SIZE];

    (void)snprintf(client, sizeof(client), "sluice-%s", kafka->setup.worker);
    rd_kafka_conf_set_opaque(conf, kafka);
    rd_kafka_conf_set_log_cb(conf, kafka_conf_on_log);
    rd_kafka_conf_set_error_cb(conf, kafka_conf_on_error);
    return kafka_conf_set(conf, "bootstrap.servers", config_str(config, "kafka_brokers"), err)
        && kafka_conf_set(conf, "client.id", client, err)
        && kafka_conf_set_all(conf, kafka_conf_both_defaults, err);
}

static bool kafka_conf_group(struct kafka *kafka, rd_kafka_conf_t *conf, struct err *err)
{
    const struct config *config = kafka->setup.config;
    const char *instance = config_str(config, "group_instance_id");
    int64_t session_ms = config_int(config, "session_timeout_ms");

    if (instance[0] != '\0' && !kafka_conf_set(conf, "group.instance.id", instance, err))
        return false;
    return kafka_conf_set(conf, "group.id", kafka->setup.worker, err)
        && kafka_conf_set_int(conf, "session.timeout.ms", session_ms, err)
        && kafka_conf_set_int(conf, "heartbeat.interval.ms", session_ms / 5, err)
        && kafka_conf_set_int(conf, "max.poll.interval.ms",
                              config_int(config, "max_poll_interval_ms"), err)
        && kafka_conf_set_int(conf, "queued.max.messages.kbytes",
                              config_int(config, "fetch_queue_kb"), err);
}

bool kafka_conf_consumer(struct kafka *kafka, rd_kafka_conf_t **conf_out, struct err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_rebalance_cb(conf, kafka_on_rebalance);
    if (kafka_conf_common(kafka, conf, err)
        && kafka_conf_set_all(conf, kafka_conf_consumer_defaults, err)
        && kafka_conf_group(kafka, conf, err)
        && kafka_conf_set_all(conf, kafka_conf_consumer_rows, err)
        && kafka_conf_pass(conf, kafka->setup.config, err)) {
        *conf_out = conf;
        return true;
    }
    rd_kafka_conf_destroy(conf);
    return false;
}

bool kafka_conf_producer(struct kafka *kafka, rd_kafka_conf_t **conf_out, struct err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_dr_msg_cb(conf, kafka_on_delivery);
    if (kafka_conf_common(kafka, conf, err)
        && kafka_conf_set_all(conf, kafka_conf_producer_defaults, err)
        && kafka_conf_set_all(conf, kafka_conf_producer_rows, err)
        && kafka_conf_set_int(conf, "message.timeout.ms", kafka->delivery_timeout_ms, err)
        && kafka_conf_pass(conf, kafka->setup.config, err)) {
        *conf_out = conf;
        return true;
    }
    rd_kafka_conf_destroy(conf);
    return false;
}
