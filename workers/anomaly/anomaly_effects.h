/*
 * anomaly_effects — how anomaly's decisions are carried out: the stores' side of the story.
 *
 * A batch is asked, noted, kept and said, in that order (anomaly.c). A tick looks at the holds
 * that are due.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_EFFECTS_H
#define SLUICE_ANOMALY_ANOMALY_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anomaly/anomaly_decide.h"
#include "base/err.h"
#include "runtime/batch.h"
#include "runtime/rules_keeper.h"
#include "store/habit_store.h"
#include "store/hold_store.h"
#include "store/journal_store.h"
#include "store/rules_store.h"
#include "store/sku_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

enum anomaly_metric {
    ANOMALY_CLEAR,
    ANOMALY_HELD,
    ANOMALY_REJECTED,
    ANOMALY_SUPERSEDED,
    ANOMALY_NOT_JUDGED,
    ANOMALY_ESCALATED,
    ANOMALY_ENDED,
    ANOMALY_RULES_VERSION,
    ANOMALY_RULES_BROKEN,
};

struct anomaly {
    struct stock_store *stock;
    struct journal_store *journal;
    struct habit_store *habits;
    struct hold_store *holds;
    struct rules_store *rules;

    struct sku_store *skus; /* which SKU a shop's code is */
    struct rules_keeper *keeper;
    struct anomaly_policy policy; /* of the keeper's set */

    size_t look_count_max;
    int64_t prune_due_ms;
    struct hold_look *looks; /* of this tick, in its arena; noted by anomaly_note_looks() */
    size_t look_count;
};

/* The events to be judged, one ask each; the index of its event beside it. */
struct anomaly_asks {
    struct stock_screen_ask *items;
    size_t *event_index;
    size_t count;
    size_t not_judged; /* rules, summed over the orders */
};

/* Reads refunds, counts habits, and judges. The stock store must be ready (stock_recover). RETRY
 * while a store is away. */
bool anomaly_ask(struct anomaly *self, struct batch *batch, struct anomaly_asks *asks_out,
                 struct err *err) MUST_CHECK;

/* The bodies of held orders, for the decision that moves them on; returns how many. `bodies` has
 * room for every ask. */
size_t anomaly_bodies(struct batch *batch, const struct anomaly_asks *asks,
                      const struct stock_screen_answer *answers, struct order_body *bodies);

/* Keeps a hold for every held order. holds_out: one per ask, order_id empty where none is held; as
 * it was first kept. */
bool anomaly_hold(struct anomaly *self, struct batch *batch, const struct anomaly_asks *asks,
                  const struct stock_screen_answer *answers, struct hold **holds_out,
                  struct err *err) MUST_CHECK;

void anomaly_announce(struct batch *batch, const struct anomaly_asks *asks,
                      const struct stock_screen_answer *answers, const struct hold *holds);

/* Ends the holds that are due (anomaly_ends.c), and forgets old orders of receivers. */
bool anomaly_look(struct anomaly *self, struct batch *batch, struct err *err) MUST_CHECK;

/* What the tick said has arrived: notes it, so that it is not said again. */
bool anomaly_note_looks(struct anomaly *self, struct batch *batch, struct err *err) MUST_CHECK;

#endif
