/*
 * bench_loop — consume and produce with librdkafka and nothing between: the ceiling of every
 * worker that stands between two topics.
 *
 *   bench_loop --brokers HOSTS --in TOPIC --out TOPIC --count N [--batch N] [--runs N]
 *
 * Reads N messages of TOPIC from the beginning and writes the same bytes, key and all, with the
 * workers' own client settings (idempotent, lz4, murmur2). With --batch 0 it runs free: deliveries
 * are awaited at the end only. With --batch N it keeps the workers' cycle: every N messages it
 * waits for all deliveries and commits. The clock runs from the first message read to the last
 * delivery confirmed.
 */
#include <librdkafka/rdkafka.h>

#include "bench_say.h"

#define LOOP_QUEUE_FULL_MS 10
#define LOOP_PATIENCE_MS   30000

struct loop {
    const char *brokers, *in, *out;
    int64_t count, batch;
    rd_kafka_t *consumer, *producer;
    rd_kafka_topic_t *topic;
    int64_t failed, first_us, own_us;
};

static void loop_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char text[256];

    if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
        bench_die(name, text);
}

static rd_kafka_t *loop_client(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char text[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));

    if (client == NULL)
        bench_die("librdkafka", text);
    return client;
}

static void loop_on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct loop *self = opaque;

    (void)client;
    if (message->err)
        self->failed++;
}

static void loop_open_producer(struct loop *self)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    loop_set(conf, "bootstrap.servers", self->brokers);
    loop_set(conf, "enable.idempotence", "true");
    loop_set(conf, "partitioner", "murmur2_random");
    loop_set(conf, "compression.codec", "lz4");
    loop_set(conf, "linger.ms", "5");
    loop_set(conf, "batch.size", "900000");
    rd_kafka_conf_set_opaque(conf, self);
    rd_kafka_conf_set_dr_msg_cb(conf, loop_on_delivery);
    self->producer = loop_client(RD_KAFKA_PRODUCER, conf);
    self->topic = rd_kafka_topic_new(self->producer, self->out, NULL);
}

/* From offset 0 of every partition, without joining a group. */
static void loop_assign(struct loop *self)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(self->consumer, self->in, NULL);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
    const struct rd_kafka_metadata *known;
    rd_kafka_resp_err_t code = rd_kafka_metadata(self->consumer, 0, topic, &known,
                                                 LOOP_PATIENCE_MS);

    if (code || known->topic_cnt != 1 || known->topics[0].partition_cnt == 0)
        bench_die(self->in, "there is no such topic");
    for (int i = 0; i < known->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(list, self->in, i)->offset = 0;
    code = rd_kafka_assign(self->consumer, list);
    if (code)
        bench_die(self->in, rd_kafka_err2str(code));
    rd_kafka_metadata_destroy(known);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_topic_destroy(topic);
}

static void loop_open_consumer(struct loop *self)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    loop_set(conf, "bootstrap.servers", self->brokers);
    loop_set(conf, "group.id", "bench-loop");
    loop_set(conf, "enable.auto.commit", "false");
    loop_set(conf, "enable.auto.offset.store", "true");
    loop_set(conf, "auto.offset.reset", "earliest");
    loop_set(conf, "queued.min.messages", "50000");
    loop_set(conf, "queued.max.messages.kbytes", "32768");
    loop_set(conf, "fetch.wait.max.ms", "100");
    self->consumer = loop_client(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(self->consumer);
    loop_assign(self);
}

static void loop_produce(struct loop *self, const rd_kafka_message_t *message)
{
    while (rd_kafka_produce(self->topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                            message->payload, message->len, message->key, message->key_len,
                            NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            bench_die(self->out, rd_kafka_err2str(rd_kafka_last_error()));
        (void)rd_kafka_poll(self->producer, LOOP_QUEUE_FULL_MS);
    }
}

static void loop_flush(struct loop *self, bool commit)
{
    rd_kafka_resp_err_t code = rd_kafka_flush(self->producer, LOOP_PATIENCE_MS);

    if (!code && commit)
        code = rd_kafka_commit(self->consumer, NULL, 0);
    if (code)
        bench_die(self->out, rd_kafka_err2str(code));
    if (self->failed > 0)
        bench_die(self->out, "messages were not delivered");
}

static void loop_take(struct loop *self, int64_t number)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(self->consumer, LOOP_PATIENCE_MS);

    if (message == NULL)
        bench_die(self->in, "has fewer messages than --count");
    if (message->err)
        bench_die(self->in, rd_kafka_message_errstr(message));
    if (number == 0) {
        self->first_us = clock_monotonic_us();
        self->own_us = bench_own_cpu_us();
    }
    loop_produce(self, message);
    rd_kafka_message_destroy(message);
    if (self->batch == 0 && number % 1000 == 0)
        (void)rd_kafka_poll(self->producer, 0);
    if (self->batch > 0 && (number + 1) % self->batch == 0)
        loop_flush(self, true);
}

/* The topic handle is made, and known to the broker, before the clock runs: librdkafka 2.0.2
 * takes a second for the first message of a topic it has not met. */
static void loop_warm(struct loop *self)
{
    const struct rd_kafka_metadata *known;

    if (rd_kafka_metadata(self->producer, 0, self->topic, &known, LOOP_PATIENCE_MS))
        bench_die(self->out, "there is no such topic");
    rd_kafka_metadata_destroy(known);
    if (rd_kafka_produce(self->topic, 0, RD_KAFKA_MSG_F_COPY, (void *)"", 0, NULL, 0, NULL) != 0)
        bench_die(self->out, rd_kafka_err2str(rd_kafka_last_error()));
    loop_flush(self, false);
}

static void loop_run(struct loop *self)
{
    loop_open_producer(self);
    loop_warm(self);
    loop_open_consumer(self);
    for (int64_t i = 0; i < self->count; i++)
        loop_take(self, i);
    loop_flush(self, false);
    bench_say(self->batch > 0 ? "cycle" : "free", self->count,
              clock_monotonic_us() - self->first_us, bench_own_cpu_us() - self->own_us, -1);
    rd_kafka_topic_destroy(self->topic);
    (void)rd_kafka_consumer_close(self->consumer);
    rd_kafka_destroy(self->consumer);
    rd_kafka_destroy(self->producer);
}

int main(int argc, char **argv)
{
    struct loop self = {
        .brokers = bench_word(argc, argv, "--brokers", NULL),
        .in = bench_word(argc, argv, "--in", NULL),
        .out = bench_word(argc, argv, "--out", NULL),
        .count = bench_number(argc, argv, "--count", NULL),
        .batch = bench_number(argc, argv, "--batch", "0"),
    };
    int64_t runs = bench_number(argc, argv, "--runs", "3");

    for (int64_t i = 0; i < runs; i++)
        loop_run(&self);
    return 0;
}
