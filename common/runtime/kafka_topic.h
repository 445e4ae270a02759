/*
 * kafka_topic — topics as they are on the broker: partitions and what is set on them.
 *
 * See kafka_admin.h for time-outs and errors.
 */
#ifndef SLUICE_RUNTIME_KAFKA_TOPIC_H
#define SLUICE_RUNTIME_KAFKA_TOPIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "runtime/kafka_admin.h"

struct kafka_topic_setting {
    struct str name, value; /* "retention.ms", "86400000" */
};

struct kafka_topic {
    struct str name;
    int32_t partition_count;
    int32_t replica_count;
    bool is_ready; /* every partition has a leader: it can be written and read now */
    struct kafka_topic_setting *settings; /* set on this topic itself, not the broker's defaults */
    size_t setting_count;
};

/* All topics but Kafka's own (`__…`), by name, without their settings. */
bool kafka_topic_list(struct kafka_admin *admin, struct arena *arena,
                      struct kafka_topic **topics_out, size_t *count_out,
                      struct err *err) MUST_CHECK;

/* Fills in the settings of these topics, in one request. */
bool kafka_topic_settings(struct kafka_admin *admin, struct arena *arena,
                          struct kafka_topic *topics, size_t count, struct err *err) MUST_CHECK;

/* The value of a setting; the empty str when the topic has none of its own. */
struct str kafka_topic_setting(const struct kafka_topic *topic, struct str name);

/* Makes one topic and waits until it can be used; replica_count 0 takes the broker's default.
 * *made_out is false when it was there already: nothing is compared then. */
bool kafka_topic_create(struct kafka_admin *admin, struct arena *arena,
                        const struct kafka_topic *topic, bool *made_out,
                        struct err *err) MUST_CHECK;

/* Sets the settings of `changes` on the topic of that name and keeps what else was set on it.
 * Somebody else's change between the read and the write is lost. */
bool kafka_topic_alter(struct kafka_admin *admin, struct arena *arena,
                       const struct kafka_topic *changes, struct err *err) MUST_CHECK;

/* Adds partitions in place, up to `partition_count`. FATAL for the topics of the spine, always:
 * their keys would change partition, and facts of one order would be handled in two places. */
bool kafka_topic_grow(struct kafka_admin *admin, struct arena *arena, struct str topic,
                      int32_t partition_count, struct err *err) MUST_CHECK;

/* Topics whose order per key the fleet relies on: orders.*, shipments.*, stock.*. */
bool kafka_topic_is_spine(struct str topic);

#endif
