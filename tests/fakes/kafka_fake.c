#include "kafka_fake.h"

#include "base/check.h"
#include "base/clock.h"
#include "runtime/kafka_tail.h"

void kafka_fake_init(struct kafka *kafka, struct arena *arena)
{
    *kafka = (struct kafka){ .arena = arena };
}

void kafka_fake_add(struct kafka *kafka, enum topic topic, int32_t partition_count)
{
    for (int32_t i = 0; i < partition_count; i++) {
        CHECK(kafka->partition_count < KAFKA_FAKE_PARTITIONS_MAX);
        kafka->partitions[kafka->partition_count++].id = (struct batch_partition){
            .topic = topic, .partition = i, .partition_count = partition_count
        };
    }
}

static struct kafka_fake_partition *kafka_fake_find(struct kafka *kafka, enum topic topic,
                                                    int32_t partition)
{
    for (size_t i = 0; i < kafka->partition_count; i++)
        if (kafka->partitions[i].id.topic == topic
            && kafka->partitions[i].id.partition == partition)
            return &kafka->partitions[i];
    check_failed("a partition of the fake", __FILE__, __LINE__);
}

int64_t kafka_fake_send(struct kafka *kafka, const struct message *message, int32_t partition)
{
    int64_t offset = 0;

    for (size_t i = 0; i < kafka->in_count; i++)
        offset += kafka->in[i].topic == message->topic
               && kafka->in[i].origin.partition == partition;
    CHECK(kafka->in_count < KAFKA_FAKE_MAX);
    kafka->in[kafka->in_count] = *message;
    kafka->in[kafka->in_count].time_ms = 1;
    kafka->in[kafka->in_count++].origin = (struct origin){
        .topic = message->topic, .partition = partition, .offset = offset
    };
    return offset;
}

int64_t kafka_fake_committed(const struct kafka *kafka, enum topic topic, int32_t partition)
{
    return kafka_fake_find((struct kafka *)(uintptr_t)kafka, topic, partition)->committed;
}

void kafka_fake_move(struct kafka *kafka, enum topic topic, int32_t partition, int64_t offset)
{
    kafka_fake_find(kafka, topic, partition)->committed = offset;
    kafka->rebalance_next = true;
}

static void kafka_fake_note(struct kafka *kafka, enum kafka_fake_call call)
{
    CHECK(kafka->call_count < KAFKA_FAKE_MAX);
    kafka->calls[kafka->call_count++] = call;
}

static void kafka_fake_assign(struct kafka *kafka)
{
    kafka->assigned = true;
    kafka->rebalances++;
    for (size_t i = 0; i < kafka->partition_count; i++)
        kafka->partitions[i].position = kafka->partitions[i].committed;
}

/* ---- kafka.h ---- */

bool kafka_open(struct kafka **kafka_out, const struct kafka_setup *setup, struct err *err)
{
    (void)kafka_out;
    (void)setup;
    return err_set(err, ERR_FATAL, "the fake is not opened");
}

void kafka_close(struct kafka *kafka, int64_t wait_ms)
{
    (void)kafka;
    (void)wait_ms;
}

bool kafka_join(struct kafka *kafka, int64_t wait_ms, struct err *err)
{
    (void)wait_ms;
    if (kafka->join_fails > 0) {
        kafka->join_fails--;
        return err_set(err, ERR_RETRY, "the fake broker is away");
    }
    kafka->joined = true;
    return true;
}

void kafka_leave(struct kafka *kafka, int64_t wait_ms)
{
    (void)wait_ms;
    kafka->joined = kafka->assigned = false;
    kafka->rebalances++;
}

static const struct message *kafka_fake_next(struct kafka *kafka)
{
    for (size_t i = 0; i < kafka->in_count; i++) {
        const struct origin *origin = &kafka->in[i].origin;
        struct kafka_fake_partition *partition =
            kafka_fake_find(kafka, origin->topic, origin->partition);

        if (origin->offset == partition->position) {
            partition->position++;
            return &kafka->in[i];
        }
    }
    return NULL;
}

bool kafka_poll(struct kafka *kafka, int64_t wait_ms, struct arena *arena,
                struct message *message_out, bool *got_out, struct err *err)
{
    const struct message *next = NULL;

    (void)arena;
    (void)err;
    *got_out = false;
    if (kafka->polled_when_rebalanced > 0 && kafka->polled == kafka->polled_when_rebalanced) {
        kafka->polled_when_rebalanced = 0;
        kafka->rebalance_next = true;
    }
    if (kafka->joined && (!kafka->assigned || kafka->rebalance_next)) {
        kafka->rebalance_next = false;
        kafka_fake_assign(kafka);
    }
    if (kafka->joined && !kafka->paused)
        next = kafka_fake_next(kafka);
    if (next == NULL) {
        if (wait_ms > 0)
            clock_sleep_ms(1);
        return true;
    }
    kafka->polled++;
    *message_out = *next;
    *got_out = true;
    return true;
}

int64_t kafka_rebalances(const struct kafka *kafka)
{
    return kafka->rebalances;
}

bool kafka_is_member(const struct kafka *kafka)
{
    return kafka->joined && kafka->assigned;
}

const struct batch_partition *kafka_owned(const struct kafka *kafka, size_t *count_out)
{
    static struct batch_partition owned[KAFKA_FAKE_PARTITIONS_MAX];

    *count_out = kafka->assigned ? kafka->partition_count : 0;
    for (size_t i = 0; i < *count_out; i++)
        owned[i] = kafka->partitions[i].id;
    return owned;
}

void kafka_pause(struct kafka *kafka)
{
    kafka->paused = true;
    kafka_fake_note(kafka, KAFKA_FAKE_PAUSE);
}

void kafka_resume(struct kafka *kafka)
{
    kafka->paused = false;
    kafka_fake_note(kafka, KAFKA_FAKE_RESUME);
}

void kafka_seek(struct kafka *kafka, const struct batch_offset *offsets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        kafka_fake_find(kafka, offsets[i].topic, offsets[i].partition)->position =
            offsets[i].next;
}

bool kafka_publish(struct kafka *kafka, const struct message *messages, size_t count,
                   size_t *culprit_out, struct err *err)
{
    kafka_fake_note(kafka, KAFKA_FAKE_PUBLISH);
    if (kafka->publish_fails > 0) {
        kafka->publish_fails--;
        *culprit_out = 0;
        return err_set(err, kafka->publish_class, "the fake broker takes nothing");
    }
    for (size_t i = 0; i < count; i++) {
        if (kafka->size_max > 0 && messages[i].value.size > kafka->size_max) {
            *culprit_out = i;
            return err_set(err, ERR_REJECT, "too large");
        }
        CHECK(kafka->out_count < KAFKA_FAKE_MAX);
        struct message *out = &kafka->out[kafka->out_count++];
        *out = messages[i];
        out->key = arena_copy(kafka->arena, out->key);
        out->value = arena_copy(kafka->arena, out->value);
        for (size_t j = 0; j < out->header_count; j++)
            out->headers[j].value = arena_copy(kafka->arena, out->headers[j].value);
        for (size_t j = 0; j < out->header_count; j++)
            out->headers[j].name = arena_copy(kafka->arena, out->headers[j].name);
    }
    return true;
}

bool kafka_commit(struct kafka *kafka, const struct batch_offset *offsets, size_t count,
                  struct err *err)
{
    kafka_fake_note(kafka, KAFKA_FAKE_COMMIT);
    if (kafka->commit_fails > 0) {
        kafka->commit_fails--;
        return err_set(err, ERR_RETRY, "the fake coordinator is away");
    }
    for (size_t i = 0; i < count; i++)
        kafka_fake_find(kafka, offsets[i].topic, offsets[i].partition)->committed =
            offsets[i].next;
    return true;
}

int64_t kafka_lag(const struct kafka *kafka, enum topic topic)
{
    int64_t lag = 0;

    for (size_t i = 0; i < kafka->in_count; i++) {
        const struct origin *origin = &kafka->in[i].origin;
        lag += origin->topic == topic
            && origin->offset >= kafka_fake_committed(kafka, topic, origin->partition);
    }
    return lag;
}

/* ---- kafka_tail.h: nobody says anything ---- */

bool kafka_tail_open(struct kafka_tail **tail_out, struct kafka *kafka, enum topic topic,
                     struct err *err)
{
    (void)kafka;
    (void)topic;
    (void)err;
    *tail_out = NULL;
    return true;
}

void kafka_tail_close(struct kafka_tail *tail)
{
    (void)tail;
}

bool kafka_tail_poll(struct kafka_tail *tail, int64_t wait_ms, struct arena *arena,
                     struct message *message_out, bool *got_out, struct err *err)
{
    (void)tail;
    (void)wait_ms;
    (void)arena;
    (void)message_out;
    (void)err;
    *got_out = false;
    return true;
}

bool kafka_tail_is_current(const struct kafka_tail *tail)
{
    (void)tail;
    return true;
}
