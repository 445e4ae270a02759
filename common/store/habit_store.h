/*
 * habit_store — how many orders one receiver, and one buyer, have lately (table receiver_orders).
 *
 * A habit is counted over a set of order ids, never by a counter: an order that is handled twice
 * is one order, and a replay finds the same set. Keys are hashes made by the caller.
 *
 * The batch's own orders are committed before anything is counted. So of two replicas that judge
 * orders of one receiver at once, the later to commit sees the earlier's: at most the first of
 * them is judged without the other, as it would have been had they come in that order. What is
 * missed for good is an order that was placed earlier and arrives later: it counts the one
 * before it only if that one's time is not after its own.
 */
#ifndef SLUICE_STORE_HABIT_STORE_H
#define SLUICE_STORE_HABIT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct habit_store;

bool habit_store_open(struct habit_store **store_out, const char *pg_url,
                      struct err *err) MUST_CHECK;
void habit_store_close(struct habit_store *store); /* NULL is fine */

/* One order. An empty receiver is one that cannot be known again: it is neither kept nor
 * counted. An empty buyer has no receivers to count. */
struct habit_ask {
    struct str order_id, receiver, buyer;
    int64_t at; /* ms */
};

/* Up to HABIT_COUNT_MAX each: beyond it nobody's habit is of interest, and a key that a platform
 * gives to everybody must not make every order count all the others. */
#define HABIT_COUNT_MAX 1000
struct habit_count {
    int64_t orders;    /* other orders of the receiver in (at − receiver_ms, at] */
    int64_t receivers; /* other receivers of the buyer in (at − buyer_ms, at] */
};

/* Keeps the orders, then counts, in their order; two statements. Commits. */
bool habit_store_count(struct habit_store *store, struct arena *arena, const struct habit_ask *asks,
                       size_t count, int64_t receiver_ms, int64_t buyer_ms,
                       struct habit_count *counts_out, struct err *err) MUST_CHECK;

/* Only counts, and keeps nothing: for a look back at orders that were kept when they came. */
bool habit_store_look(struct habit_store *store, struct arena *arena, const struct habit_ask *asks,
                      size_t count, int64_t receiver_ms, int64_t buyer_ms,
                      struct habit_count *counts_out, struct err *err) MUST_CHECK;

/* Forgets at most `count_max` orders that were kept before `before_ms`, whenever they were placed.
 * Commits. */
bool habit_store_prune(struct habit_store *store, struct arena *arena, int64_t before_ms,
                       size_t count_max, struct err *err) MUST_CHECK;

#endif
