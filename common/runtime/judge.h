/*
 * judge — messages → events to be handled, dead letters, and what must wait.
 *
 * The first step of an attempt at a closed batch. It decodes, gives to dead.<worker> what cannot
 * be handled, parks what waits behind such a one, and lets a valid snapshot go past
 * (park.h). Said again on the next attempt, it says the same.
 */
#ifndef SLUICE_RUNTIME_JUDGE_H
#define SLUICE_RUNTIME_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "domain/event.h"
#include "domain/message.h"
#include "runtime/cycle.h"

/* A message the worker has rejected on an earlier attempt at the same batch. */
struct culprit {
    struct origin origin;
    struct str reason;
    const struct culprit *next;
};

struct judge_dead {
    const struct message *message;
    struct str reason;
};

struct judged {
    struct event *events; /* to be handled, in this order */
    size_t count, capacity;
    size_t taken;         /* of the messages; the others belong to the next attempt */
    struct judge_dead *dead;
    size_t dead_count, dead_capacity;
    size_t held; /* put behind a parked one */
};

/* Everything lives in the cycle's arena; the dead letters are in its outbox. Messages carry
 * their full origin. */
bool judge_messages(struct cycle *cycle, const struct message *messages, size_t count,
                    const struct culprit *culprits, struct judged *judged_out,
                    struct err *err) MUST_CHECK;

/* The reason, or the empty str when that message was not rejected. */
struct str judge_find_culprit(const struct culprit *culprits, const struct origin *origin);

/* Gives a message up: dead letter, and its key parked. */
bool judge_bury(struct cycle *cycle, struct judged *judged, const struct message *message,
                struct str reason, struct err *err) MUST_CHECK;

#endif
