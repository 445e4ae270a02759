/*
 * replay_pause — a group steps aside while it is moved, and goes on.
 *
 * The word goes out on `rules`; every process of that worker leaves the group after the batch
 * at hand (runtime/control.h). The pause ends by itself, so whatever happens here, the fleet
 * goes on.
 */
#ifndef SLUICE_CLI_REPLAY_PAUSE_H
#define SLUICE_CLI_REPLAY_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/cli.h"
#include "runtime/kafka_group.h"

/* A pause nobody ends is over then. */
#define REPLAY_PAUSE_MS INT64_C(600000)

bool replay_pause_begin(struct cli *cli, struct str group, struct err *err) MUST_CHECK;
bool replay_pause_end(struct cli *cli, struct str group, struct err *err) MUST_CHECK;

/* Waits until nobody is in the group; tells how many still are. RETRY names who did not leave
 * within wait_ms, or that the user broke off. */
bool replay_pause_wait_empty(struct cli *cli, struct kafka_admin *admin, struct str group,
                             int64_t wait_ms, struct err *err) MUST_CHECK;

/* Waits until as many as before are in the group again; false when they are not (yet). */
bool replay_pause_wait_back(struct cli *cli, struct kafka_admin *admin, struct str group,
                            size_t member_count, int64_t wait_ms);

#endif
