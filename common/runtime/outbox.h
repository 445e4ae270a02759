/*
 * outbox — what a batch will publish, once its effects are safe.
 */
#ifndef SLUICE_RUNTIME_OUTBOX_H
#define SLUICE_RUNTIME_OUTBOX_H

#include <stddef.h>

#include "base/arena.h"
#include "domain/event.h"
#include "domain/message.h"

struct outbox;

/* Encodes at once; the topic follows from the kind. Aborts when the worker's table does not
 * name that topic among its writes. */
void outbox_put(struct outbox *outbox, const struct event *event);

/* A message as it is: dead letters, and payloads passed on. */
void outbox_put_message(struct outbox *outbox, const struct message *message);

/* ---- for the cycle ---- */

/* In `arena` for the life of the process; `worker` and `writes` are borrowed. dead.<worker> is
 * implied. */
struct outbox *outbox_open(struct arena *arena, const char *worker, const enum topic *writes);

/* Empties it; what is put from now on lives in `arena`. */
void outbox_reset(struct outbox *outbox, struct arena *arena);

size_t outbox_count(const struct outbox *outbox);
struct message *outbox_messages(struct outbox *outbox); /* valid until the next put */

/* Drops what was put after the first `count`. */
void outbox_cut(struct outbox *outbox, size_t count);

#endif
