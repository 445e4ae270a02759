/*
 * replay_plan — where each partition of a group would go, and how many messages come again.
 *
 * A replay only ever goes back: a partition that has not yet reached the place asked for stays,
 * since going forward would skip what nobody has read. What retention has deleted cannot come
 * again. Pure, but for replay_plan_ask().
 */
#ifndef SLUICE_CLI_REPLAY_PLAN_H
#define SLUICE_CLI_REPLAY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/cli.h"
#include "runtime/kafka_group.h"

enum replay_goal { REPLAY_GOAL_NONE = 0, REPLAY_GOAL_START, REPLAY_GOAL_TIME, REPLAY_GOAL_OFFSET };

struct replay_target {
    struct str group;
    struct str topic;  /* empty: every topic of the group */
    int64_t partition; /* -1: all */
    enum replay_goal goal;
    int64_t value; /* ms, or offset */
};

struct replay_row {
    struct str topic;
    int32_t partition;
    int64_t from, to; /* to <= from; equal: it stays */
    int64_t lost;     /* asked for, but no longer there */
};

struct replay_plan {
    struct replay_row *rows;
    size_t count;
    int64_t again; /* messages that will be read once more */
    int64_t moves; /* rows that move */
};

/* wanted[i]: the offset asked for in places[i]. */
void replay_plan_decide(struct arena *arena, const struct kafka_group_place *places,
                        const int64_t *wanted, size_t count, struct replay_plan *plan_out);

/* Asks Kafka and decides; `topics` are those the group is known to read. */
bool replay_plan_ask(struct cli *cli, struct kafka_admin *admin, const struct replay_target *target,
                     const struct str *topics, size_t topic_count, struct replay_plan *plan_out,
                     struct err *err) MUST_CHECK;

/* Moves the group to the plan's places. */
bool replay_plan_do(struct cli *cli, struct kafka_admin *admin, struct str group,
                    const struct replay_plan *plan, struct err *err) MUST_CHECK;

#endif
