/*
 * kafka_group — a consumer group seen from outside: who is in it, where it stands, moving it.
 *
 * A group can be moved only while nobody is in it: Kafka refuses otherwise, and so does
 * kafka_group_move(). See kafka_admin.h for time-outs and errors.
 */
#ifndef SLUICE_RUNTIME_KAFKA_GROUP_H
#define SLUICE_RUNTIME_KAFKA_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "runtime/kafka_admin.h"

#define KAFKA_GROUP_NONE INT64_C(-1) /* no such offset */

struct kafka_group_member {
    struct str client, host;
    size_t partition_count;
};

struct kafka_group {
    struct str name;
    struct str state; /* "Stable", "Empty", "Dead" (never there), "PreparingRebalance", … */
    struct kafka_group_member *members;
    size_t member_count;
};

/* A group that was never there is "Dead" and has no members; that is no error. */
bool kafka_group_describe(struct kafka_admin *admin, struct arena *arena, struct str group,
                          struct kafka_group *group_out, struct err *err) MUST_CHECK;

/* Where a group stands in one partition. */
struct kafka_group_place {
    struct str topic;
    int32_t partition;
    int64_t committed; /* the next message it will read; KAFKA_GROUP_NONE: it begins at `low` */
    int64_t low, high; /* the first message there is, and one past the last */
};

/* Every partition of `topics` and every other partition the group has committed in, by topic
 * and partition. What was deleted meanwhile is left out. */
bool kafka_group_places(struct kafka_admin *admin, struct arena *arena, struct str group,
                        const struct str *topics, size_t topic_count,
                        struct kafka_group_place **places_out, size_t *count_out,
                        struct err *err) MUST_CHECK;

/* The next message the group will read: committed, but never below what is still there. */
int64_t kafka_group_next(const struct kafka_group_place *place);

/* Messages from there to the end. */
int64_t kafka_group_lag(const struct kafka_group_place *place);

/* Per place the first offset whose message is from `time_ms` or later; `high` when there is
 * none. Kafka's own time of a message counts. */
bool kafka_group_at_time(struct kafka_admin *admin, struct arena *arena,
                         const struct kafka_group_place *places, size_t count, int64_t time_ms,
                         int64_t **offsets_out, struct err *err) MUST_CHECK;

struct kafka_group_move {
    struct str topic;
    int32_t partition;
    int64_t offset;
};

/* All of it in one request. RETRY: somebody is in the group. */
bool kafka_group_move(struct kafka_admin *admin, struct arena *arena, struct str group,
                      const struct kafka_group_move *moves, size_t count,
                      struct err *err) MUST_CHECK;

#endif
