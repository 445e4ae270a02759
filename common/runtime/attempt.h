/*
 * attempt — one try at a closed batch: judge, handle, publish, settle, commit.
 *
 * Nothing polls the consumer meanwhile. Whatever fails, the same messages can be tried again
 * from the start: every effect is keyed, every event has a deterministic id. Only the commit,
 * the last step, says that the batch is done.
 *
 * When the worker rejects a batch as a whole, its events are handled one by one to find the
 * culprit; the culprit is noted for the life of the closed batch and the attempt begins anew
 * without it.
 */
#ifndef SLUICE_RUNTIME_ATTEMPT_H
#define SLUICE_RUNTIME_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "runtime/cycle.h"
#include "runtime/judge.h"

/* A batch that is closed and not yet committed. */
struct closed {
    struct message *messages; /* [count], in the order they were polled */
    size_t count, done;       /* the first `done` are committed */
    struct arena *arena;      /* of the messages; culprits live there too */
    const struct culprit *culprits;
};

/* Moves closed->done on. RETRY: wait and call again. FATAL: end the process. */
bool attempt_run(struct cycle *cycle, struct closed *closed, struct err *err) MUST_CHECK;

/* A tick of the worker, if it has one: an empty batch, its outbox published. */
bool attempt_tick(struct cycle *cycle, struct err *err) MUST_CHECK;

#endif
