/*
 * reserve_effects — how reserve's decisions are carried out: the stores' side of the story.
 */
#ifndef SLUICE_RESERVE_RESERVE_EFFECTS_H
#define SLUICE_RESERVE_RESERVE_EFFECTS_H

#include <stdbool.h>

#include "base/err.h"
#include "reserve/reserve_decide.h"
#include "runtime/batch.h"
#include "store/journal_store.h"
#include "store/park_store.h"
#include "store/sku_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

struct reserve {
    struct stock_store *stock;
    struct journal_store *journal;
    struct park_store *parked;
    struct sku_store *skus;
    struct reserve_walk walk; /* over who waits for unknown SKUs (reserve_mapped.h) */
    char walk_sku[ORDER_ID_SIZE_MAX + 1]; /* where its next page begins */
    int64_t walk_rank;
    struct reserve_policy policy;
    size_t sweep_count_max;
    struct stock_sku_view *told; /* the levels of this tick, in its arena */
    size_t told_count;
};

/* What a batch will announce: one row per event, said[i].order_id empty where nothing is said;
 * and the bodies to keep of those that stop here. */
struct reserve_said {
    struct answer_body *answers;
    struct order_body *bodies;
    size_t body_count;
};

/* One ask per event of the batch, in its order. */
bool reserve_ask(struct reserve *self, struct batch *batch, struct stock_ask **asks_out,
                 struct err *err) MUST_CHECK;

/* Finds the body of every answer to be announced: in the event, in an earlier event of the batch,
 * or in PostgreSQL. RETRY while one is not there yet: the batch waits. */
bool reserve_complete(struct reserve *self, struct batch *batch,
                      const struct stock_answers *answers, struct reserve_said *said_out,
                      struct err *err) MUST_CHECK;

void reserve_announce(struct batch *batch, const struct stock_answers *answers,
                      const struct reserve_said *said);

/* Puts a nudge into the outbox; `rule` says why, or is empty. */
void reserve_nudge(struct batch *batch, const struct stock_nudge *nudge, struct str rule);

/* Nudges for earmarked, lapsed and unroutable orders, and for those whose codes were mapped since
 * (reserve_mapped.h); only the owner of partition 0 sweeps. */
bool reserve_sweep(struct reserve *self, struct batch *batch, struct err *err) MUST_CHECK;

/* stock.levels of the changed SKUs whose stock.feed partition this process owns; noted in
 * self->told until reserve_forget_levels(), once they have arrived. */
bool reserve_levels(struct reserve *self, struct batch *batch, struct err *err) MUST_CHECK;
bool reserve_forget_levels(struct reserve *self, struct batch *batch, struct err *err) MUST_CHECK;

/* The runtime's park_ops over park_store. */
bool reserve_park_get(void *state, struct arena *arena, enum topic topic, struct str key,
                      const int32_t *partitions, size_t partition_count,
                      struct parked **parked_out, size_t *count_out, struct err *err);
bool reserve_park_put(void *state, struct arena *arena, const struct message *message, bool poison,
                      struct str reason, struct err *err);
bool reserve_park_remove(void *state, struct arena *arena, enum topic topic, struct str key,
                         struct err *err);

#endif
