/*
 * notify_effects — store, send, finish, announce: the order of effects that tells an alert once.
 *
 *   handle   alert ──► rules choose ──► queue (PostgreSQL)          and the offset moves on
 *   tick     queue ──► decide ──► "it goes out" ──► WeCom ──► what became of it ──► alerts.sent
 *
 * WeCom is never waited for while alerts are read; the queue is shared by all replicas.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_EFFECTS_H
#define SLUICE_NOTIFY_NOTIFY_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "notify/notify_decide.h"
#include "notify/notify_wecom.h"
#include "runtime/batch.h"
#include "runtime/rules_keeper.h"
#include "store/alert_store.h"
#include "store/rules_store.h"

struct notify {
    struct alert_store *alerts;
    struct rules_store *rules;
    struct notify_wecom wecom;
    struct arena *scratch; /* of one message: reset before the next */
    struct rules_keeper *keeper;
    struct notify_policy policy; /* of the keeper's set */
    int64_t per_minute, attempts_max, timeout_ms;
    int64_t forget_due_ms;
    struct str *said; /* announced by the tick that is under way, in its arena */
    size_t said_count;
};

enum notify_metric {
    NOTIFY_STORED,
    NOTIFY_DELIVERED,
    NOTIFY_DIGESTED,
    NOTIFY_GIVEN_UP,
    NOTIFY_MESSAGES,
    NOTIFY_LATER,
    NOTIFY_UNANSWERED,
    NOTIFY_MISREAD,
    NOTIFY_WAITING,
    NOTIFY_WAITING_AGE,
    NOTIFY_METRIC_COUNT,
};

/* Alerts of the batch into the queue, each once. */
bool notify_store(struct notify *self, struct batch *batch, struct err *err) MUST_CHECK;

/* What is due, to WeCom, for at most a few seconds. RETRY only when PostgreSQL is away. */
bool notify_tell(struct notify *self, struct batch *batch, struct err *err) MUST_CHECK;

/* alerts.sent for what is finished; and, once the broker has them, that it has. */
bool notify_announce(struct notify *self, struct batch *batch, struct err *err) MUST_CHECK;
bool notify_announced(struct notify *self, struct batch *batch, struct err *err) MUST_CHECK;

/* ---- between the files of this folder ---- */

/* A message that goes out: the alerts it tells, and over which way. */
struct notify_parcel {
    struct str message_id, content;
    const struct notify_target *target;
    struct notify_way way;
    const struct alert_entry **entries;
    size_t count;
    int64_t strikes; /* of the channel, before */
};

/* Commits that it goes out, sends it, notes what became of it. */
bool notify_send(struct notify *self, struct batch *batch, const struct notify_parcel *parcel,
                 struct err *err) MUST_CHECK;

#endif
