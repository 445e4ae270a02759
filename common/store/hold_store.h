/*
 * hold_store — the orders that stand until a person decides (table holds), by whom and how long.
 *
 * A row is written when an order is held and before that is said, and stays while the order
 * stands as it was held; the first row of a rev stays as it is, so that a replay under newer rules
 * finds the owner and the end that were told. Only anomaly writes here.
 *
 * Several replicas share the work by the partition of the order: a row is looked at by the one
 * that owns it. Two that believe they do, after a rebalance, tell the same thing twice with one id.
 */
#ifndef SLUICE_STORE_HOLD_STORE_H
#define SLUICE_STORE_HOLD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/hold.h"

struct hold_store;

bool hold_store_open(struct hold_store **store_out, const char *pg_url, struct err *err) MUST_CHECK;
void hold_store_close(struct hold_store *store); /* NULL is fine */

/* Keeps them; commits. A row of an older rev gives way, one of the same or a newer rev stays:
 * where the same rev stood already, its row comes back in the place of `holds[i]`, in the arena. */
bool hold_store_put(struct hold_store *store, struct arena *arena, struct hold *holds, size_t count,
                    struct err *err) MUST_CHECK;

/* At most `count_max` rows to be looked at by `now_ms`, the longest due first, of these of
 * `partition_count` partitions (murmur2 of the order id). */
bool hold_store_due(struct hold_store *store, struct arena *arena, int64_t now_ms,
                    const int32_t *partitions, size_t owned_count, int32_t partition_count,
                    size_t count_max, struct hold **holds_out, size_t *count_out,
                    struct err *err) MUST_CHECK;

/* What became of rows that were looked at; a row of another rev than the one named is left as it
 * is. Commits. */
struct hold_look {
    struct str order_id;
    int64_t rev;
    int64_t told;     /* when its end was told, ms; 0: as it was */
    int64_t again_at; /* when to look again, ms; 0: the order has moved on, the row goes */
};
bool hold_store_looked(struct hold_store *store, struct arena *arena, const struct hold_look *looks,
                       size_t count, struct err *err) MUST_CHECK;

#endif
