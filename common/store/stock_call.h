/*
 * stock_call — one call of the stock script: prelude, errors, connection. Private to the room.
 */
#ifndef SLUICE_STORE_STOCK_CALL_H
#define SLUICE_STORE_STOCK_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/redis.h"
#include "store/stock_pack.h"
#include "store/stock_reply.h"
#include "store/stock_store.h"

struct stock_store {
    struct redis *redis;
    char sha[41];
    int64_t epoch;
    enum stock_condition condition;
};

/* Starts the arguments of a call. */
void stock_call_init(const struct stock_store *store, struct stock_args *args,
                     struct arena *arena, const char *name, size_t capacity);

/* Calls the script. True when the prelude let it pass: the cursor stands behind its word, and
 * the reply must be freed with stock_call_end(). */
bool stock_call(struct stock_store *store, const struct stock_args *args,
                struct stock_reply *reply_out, struct err *err) MUST_CHECK;
void stock_call_end(struct stock_reply *reply);

/* For BEGIN, LOAD and OPEN: the reply's words, whatever they are. */
bool stock_call_raw(struct stock_store *store, const struct stock_args *args,
                    struct stock_reply *reply_out, struct err *err) MUST_CHECK;

#endif
