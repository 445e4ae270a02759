/*
 * park — who waits behind a rejected event of the same order.
 *
 *  1. A message of orders.changes that cannot be handled is given to dead.<worker>, and its key
 *     is parked: what comes later of that order must not overtake it (STOCK.md 48).
 *  2. Later messages of the key are put beside it. Earlier ones (the group was moved back) are
 *     handled as ever: the store answers a repeat from its record.
 *  3. A later valid full snapshot makes good for the rejected one: it is handled at the parked
 *     one's offset, then the facts behind it at theirs, then the snapshot at its own.
 *  4. When all that is published, the key is free again.
 *
 * Other topics are not parked: what their keys name (a SKU, a parcel, a payload) gets no later
 * fact that would make good for all before it.
 *
 * The rows are the store's (worker.h, park_ops); here is the memory of which keys are parked,
 * read at assignment. It may say "parked" too long, never too short.
 */
#ifndef SLUICE_RUNTIME_PARK_H
#define SLUICE_RUNTIME_PARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "domain/message.h"
#include "runtime/batch.h"
#include "runtime/worker.h"

struct park;

/* NULL when the worker does not park. */
struct park *park_open(const struct worker *worker, void *state);
void park_close(struct park *park); /* NULL is fine */

/* Reads which keys of the owned partitions are parked, and forgets all others. */
bool park_load(struct park *park, const struct batch_partition *owned, size_t owned_count,
               struct err *err) MUST_CHECK;

/* Freed keys have left so much behind that it is time to load again. park may be NULL. */
bool park_is_full(const struct park *park);

/* A new attempt at a batch: nothing is superseded yet. */
void park_begin(struct park *park);

enum park_place {
    PARK_PLACE_FREE = 0,   /* handle it */
    PARK_PLACE_BEHIND,     /* its key is parked before it */
    PARK_PLACE_SUPERSEDED, /* a snapshot of this attempt has made good for its key */
};

/* park may be NULL: all is free. */
enum park_place park_place(const struct park *park, const struct message *message);

/* Is this a message whose rejection parks its key? */
bool park_is_for(const struct park *park, const struct message *message);

/* Puts it into the store; the key is parked from now on. */
bool park_put(struct park *park, struct arena *arena, const struct message *message, bool poison,
              struct str reason, struct err *err) MUST_CHECK;

/* What is parked before `snapshot`, by origin. The key counts as superseded in this attempt. */
bool park_supersede(struct park *park, struct arena *arena, const struct message *snapshot,
                    struct parked **parked_out, size_t *count_out, struct err *err) MUST_CHECK;

/* The attempt is published: removes every superseded key. */
bool park_settle(struct park *park, struct arena *arena, struct err *err) MUST_CHECK;

/* Negative, zero, positive: within one partition, by generation and offset. */
int park_compare_origins(const struct origin *a, const struct origin *b);

#endif
