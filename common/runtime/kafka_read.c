#include "runtime/kafka_read.h"

#include <stdlib.h>

#include "base/clock.h"
#include "runtime/kafka_admin_internal.h"
#include "runtime/kafka_outside.h"

#define KAFKA_READ_SLICE_MS 200

/* One reading: from some places on, until every partition has been read to its end. */
struct kafka_read {
    struct kafka_admin *admin;
    struct arena *arena;
    rd_kafka_t *consumer;
    const char *topic;
    int32_t partition_count;
    bool *done; /* [partition_count] */
    int64_t *high;
    size_t open_count; /* partitions not done */
    size_t value_size_max;
    struct kafka_read_message *messages;
    size_t count, count_max;
};

static bool kafka_read_open(struct kafka_read *read, struct kafka_admin *admin, struct arena *arena,
                            struct str topic, struct err *err)
{
    *read = (struct kafka_read){
        .admin = admin,
        .arena = arena,
        .topic = arena_copy(arena, topic).data,
        .value_size_max = SIZE_MAX,
    };
    if (!kafka_outside_open(admin->kafka, NULL, &read->consumer, err))
        return false;
    if (!kafka_outside_partitions(read->consumer, read->topic, admin->timeout_ms,
                                  &read->partition_count, err))
        return kafka_admin_fail(admin, RD_KAFKA_RESP_ERR__TIMED_OUT, NULL, read->topic, err);
    if (read->partition_count == 0)
        return kafka_admin_fail(admin, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, NULL, read->topic, err);
    read->done = ARENA_ARRAY(arena, bool, (size_t)read->partition_count);
    read->high = ARENA_ARRAY(arena, int64_t, (size_t)read->partition_count);
    return true;
}

static void kafka_read_close(struct kafka_read *read)
{
    kafka_outside_close(read->consumer);
}

static bool kafka_read_ends(struct kafka_read *read, int32_t partition, int64_t *low_out,
                            struct err *err)
{
    return kafka_admin_ends(read->admin, read->topic, partition, low_out, &read->high[partition],
                            err);
}

static void kafka_read_done(struct kafka_read *read, int32_t partition)
{
    if (read->done[partition])
        return;
    read->done[partition] = true;
    read->open_count--;
}

/* The value may be cut: `len` is lowered for the copy only. */
static void kafka_read_keep(struct kafka_read *read, rd_kafka_message_t *from)
{
    struct kafka_read_message *to;
    size_t size = from->len;

    if (read->count == read->count_max)
        return;
    to = &read->messages[read->count++];
    if (from->len > read->value_size_max)
        from->len = read->value_size_max;
    kafka_copy_message(read->arena, from, &to->message);
    from->len = size;
    to->value_size = size;
}

static void kafka_read_take(struct kafka_read *read, rd_kafka_message_t *from)
{
    if (from->partition < 0 || from->partition >= read->partition_count
        || read->done[from->partition])
        return;
    if (from->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        kafka_read_done(read, from->partition);
        return;
    }
    if (from->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    if (from->offset < read->high[from->partition])
        kafka_read_keep(read, from);
    if (from->offset + 1 >= read->high[from->partition])
        kafka_read_done(read, from->partition);
}

/* Each partition of `list` up to its `high`. */
static bool kafka_read_run(struct kafka_read *read, rd_kafka_topic_partition_list_t *list,
                           struct err *err)
{
    int64_t until_us = clock_monotonic_us() + read->admin->timeout_ms * 1000;
    rd_kafka_resp_err_t code = rd_kafka_assign(read->consumer, list);

    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(read->admin, code, NULL, "reading messages", err);
    read->open_count = (size_t)list->cnt;
    while (read->open_count > 0 && read->count < read->count_max) {
        rd_kafka_message_t *from = rd_kafka_consumer_poll(read->consumer, KAFKA_READ_SLICE_MS);

        if (from != NULL) {
            kafka_read_take(read, from);
            rd_kafka_message_destroy(from);
        }
        if (clock_monotonic_us() > until_us)
            return kafka_admin_fail(read->admin, RD_KAFKA_RESP_ERR__TIMED_OUT, NULL,
                                    "reading messages", err);
    }
    return true;
}

/* ---- one ---- */

static bool kafka_read_absent(const struct kafka_read *read, int32_t partition, int64_t offset,
                              int64_t low, struct err *err)
{
    int64_t high = read->high[partition];

    if (low >= high)
        return err_set(err, ERR_RETRY, "%s partition %d is empty", read->topic, (int)partition);
    return err_set(err, ERR_RETRY,
                   "%s partition %d has nothing at offset %lld: it holds %lld to "
                   "%lld",
                   read->topic, (int)partition, (long long)offset, (long long)low,
                   (long long)high - 1);
}

static bool kafka_read_at(struct kafka_read *read, int32_t partition, int64_t offset,
                          struct err *err)
{
    rd_kafka_topic_partition_list_t *list;
    int64_t low = 0;
    bool done;

    if (partition < 0 || partition >= read->partition_count)
        return err_set(err, ERR_RETRY, "%s has no partition %d: it has 0 to %d", read->topic,
                       (int)partition, (int)read->partition_count - 1);
    if (!kafka_read_ends(read, partition, &low, err))
        return false;
    if (offset < low || offset >= read->high[partition])
        return kafka_read_absent(read, partition, offset, low, err);
    list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, read->topic, partition)->offset = offset;
    done = kafka_read_run(read, list, err);
    rd_kafka_topic_partition_list_destroy(list);
    if (done && (read->count == 0 || read->messages[0].message.origin.offset != offset))
        return kafka_read_absent(read, partition, offset, low, err);
    return done;
}

bool kafka_read_one(struct kafka_admin *admin, struct arena *arena, struct str topic,
                    int32_t partition, int64_t offset, struct kafka_read_message *message_out,
                    struct err *err)
{
    struct kafka_read_message message = { .value_size = 0 };
    struct kafka_read read;
    bool done = kafka_read_open(&read, admin, arena, topic, err);

    read.messages = &message;
    read.count_max = 1;
    done = done && kafka_read_at(&read, partition, offset, err);
    kafka_read_close(&read);
    if (done)
        *message_out = message;
    return done;
}

/* ---- the newest ---- */

static int kafka_read_compare(const void *a, const void *b)
{
    const struct message *x = &((const struct kafka_read_message *)a)->message;
    const struct message *y = &((const struct kafka_read_message *)b)->message;

    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? 1 : -1;
    if (x->origin.partition != y->origin.partition)
        return x->origin.partition < y->origin.partition ? -1 : 1;
    return x->origin.offset < y->origin.offset ? 1 : -1;
}

/* The last `count_max` offsets of each partition that holds something. */
static bool kafka_read_places(struct kafka_read *read, size_t count_max,
                              rd_kafka_topic_partition_list_t *list, struct err *err)
{
    for (int32_t p = 0; p < read->partition_count; p++) {
        int64_t low = 0, from;

        if (!kafka_read_ends(read, p, &low, err))
            return false;
        from = read->high[p] - (int64_t)count_max;
        if (low < read->high[p])
            rd_kafka_topic_partition_list_add(list, read->topic, p)->offset =
                from > low ? from : low;
    }
    return true;
}

bool kafka_read_newest(struct kafka_admin *admin, struct arena *arena, struct str topic,
                       size_t count_max, size_t value_size_max,
                       struct kafka_read_message **messages_out, size_t *count_out, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    struct kafka_read read;
    bool done = kafka_read_open(&read, admin, arena, topic, err);

    if (done) {
        read.value_size_max = value_size_max;
        read.count_max = count_max * (size_t)read.partition_count;
        read.messages = ARENA_ARRAY(arena, struct kafka_read_message, read.count_max + 1);
        done = kafka_read_places(&read, count_max, list, err) && kafka_read_run(&read, list, err);
    }
    kafka_read_close(&read);
    rd_kafka_topic_partition_list_destroy(list);
    if (!done)
        return false;
    if (read.count > 0)
        qsort(read.messages, read.count, sizeof(*read.messages), kafka_read_compare);
    *messages_out = read.messages;
    *count_out = read.count < count_max ? read.count : count_max;
    return true;
}
