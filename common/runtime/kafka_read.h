/*
 * kafka_read — single messages of a topic, looked at from outside any group.
 *
 * See kafka_admin.h for time-outs and errors.
 */
#ifndef SLUICE_RUNTIME_KAFKA_READ_H
#define SLUICE_RUNTIME_KAFKA_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/message.h"
#include "runtime/kafka_admin.h"

struct kafka_read_message {
    struct message message; /* of a topic that is not ours: .topic is TOPIC_END */
    size_t value_size;      /* of the whole value; message.value may be cut */
};

/* RETRY also when there is nothing at that offset; the text says what the partition holds. */
bool kafka_read_one(struct kafka_admin *admin, struct arena *arena, struct str topic,
                    int32_t partition, int64_t offset, struct kafka_read_message *message_out,
                    struct err *err) MUST_CHECK;

/* At most `count_max` of all partitions together, the newest first, by Kafka's time. Values are
 * cut to `value_size_max` bytes. */
bool kafka_read_newest(struct kafka_admin *admin, struct arena *arena, struct str topic,
                       size_t count_max, size_t value_size_max,
                       struct kafka_read_message **messages_out, size_t *count_out,
                       struct err *err) MUST_CHECK;

#endif
