/*
 * kafka_fake — a Kafka in memory, linked in place of runtime/kafka*.c and kafka_tail.c.
 *
 * One group, one member: the test puts messages in, says what goes wrong next, and reads what
 * was published and committed. Everything happens in the calling thread; the only waiting is a
 * millisecond where the real one would wait longer. It holds pointers to what the test puts in.
 */
#ifndef SLUICE_TESTS_KAFKA_FAKE_H
#define SLUICE_TESTS_KAFKA_FAKE_H

#include "runtime/kafka.h"

#define KAFKA_FAKE_MAX            4096 /* messages in, out, and calls */
#define KAFKA_FAKE_PARTITIONS_MAX 8

struct kafka_fake_partition {
    struct batch_partition id;
    int64_t position, committed;
};

enum kafka_fake_call {
    KAFKA_FAKE_NONE = 0,
    KAFKA_FAKE_PUBLISH,
    KAFKA_FAKE_COMMIT,
    KAFKA_FAKE_PAUSE,
    KAFKA_FAKE_RESUME,
};

struct kafka {
    struct arena *arena; /* of what was published */
    struct message in[KAFKA_FAKE_MAX];
    size_t in_count;
    struct message out[KAFKA_FAKE_MAX];
    size_t out_count;
    struct kafka_fake_partition partitions[KAFKA_FAKE_PARTITIONS_MAX];
    size_t partition_count;
    enum kafka_fake_call calls[KAFKA_FAKE_MAX];
    size_t call_count;
    bool joined, paused, assigned;
    int64_t rebalances;

    /* what goes wrong next: so often, in this class */
    int join_fails;
    int publish_fails;
    enum err_class publish_class;
    size_t size_max; /* of a value; 0: any */
    int commit_fails;
    bool rebalance_next; /* revoked and assigned again, in the next poll */
    size_t polled_when_rebalanced; /* >0: once so many were polled */
    size_t polled;
};

void kafka_fake_init(struct kafka *kafka, struct arena *arena);
void kafka_fake_add(struct kafka *kafka, enum topic topic, int32_t partition_count);

/* Puts a message at the end of a partition; returns its offset. */
int64_t kafka_fake_send(struct kafka *kafka, const struct message *message, int32_t partition);

int64_t kafka_fake_committed(const struct kafka *kafka, enum topic topic, int32_t partition);

/* The group is moved: the next assignment begins there. */
void kafka_fake_move(struct kafka *kafka, enum topic topic, int32_t partition, int64_t offset);

#endif
