/*
 * alert_store — the queue of alerts to be told (tables alert_sends, alert_messages,
 * alert_channels). Only notify writes here; alerts themselves are rows of the ledger.
 *
 *   put ──► waiting ──► take ──► sending ──► finish ──► delivered, digested, given up ──► said
 *              ▲                                │
 *              └────────── not taken ───────────┘
 *
 * Take locks the alerts due for one target and their channel within a transaction; the caller
 * decides; send commits that a message is about to go out, leave puts all back. So of two replicas
 * one sends an alert, and a process that dies before `send` has done nothing. One that dies after
 * it leaves a message whose lease ends: alert_store_doubt() gives its alerts up by name, but those
 * of messages that may be sent again (WeCom knows them by their content) are taken once more by
 * alert_store_take_again().
 *
 * Texts of what is read live in the arena. Every function commits before it returns, but for the
 * two takes, which leave their transaction open for send or leave.
 */
#ifndef SLUICE_STORE_ALERT_STORE_H
#define SLUICE_STORE_ALERT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct alert_store;

bool alert_store_open(struct alert_store **store_out, const char *pg_url,
                      struct err *err) MUST_CHECK;
void alert_store_close(struct alert_store *store);

enum alert_state {
    ALERT_STATE_NONE = 0,
    ALERT_STATE_WAITING,
    ALERT_STATE_SENDING,
    ALERT_STATE_DELIVERED,
    ALERT_STATE_DIGESTED,
    ALERT_STATE_GIVEN_UP,
};

const char *alert_state_name(enum alert_state state); /* "given_up" */

/* ---- in ---- */

/* An alert that waits. Times are ms. */
struct alert_entry {
    struct str alert_id;
    struct str body;    /* of alert.raised, as it travelled */
    struct str target;  /* whom the rules chose */
    struct str level;   /* "info", "warn", "urgent" */
    struct str mention; /* user ids, separated by '|' */
    struct str trace;
    bool digest_only;
    bool cut; /* WeCom has refused it once as too long */
    int64_t entered_ms, stored_at;
    int64_t not_before; /* nothing is sent earlier: quiet hours, back-off */
    int64_t attempts;   /* so far */
    int64_t busy;       /* answers so far that allow three tries only */
    int64_t hops;       /* fallback targets it has been moved along */
};

/* Stores each alert once: what is there, in whatever state, stays as it is; so does a row that
 * says twice the same. stored_out: how many were new. */
bool alert_store_put(struct alert_store *store, struct arena *arena,
                     const struct alert_entry *entries, size_t count, size_t *stored_out,
                     struct err *err) MUST_CHECK;

/* ---- to WeCom ---- */

/* What all replicas share of one address. */
struct alert_channel {
    int64_t sent_count; /* messages since `now_ms - ALERT_WINDOW_MS` */
    int64_t sent_first; /* when the oldest of them went out; 0 when there is none */
    int64_t paused_until;
    int64_t strikes; /* failures in a row */
    bool doubt;      /* the last of them was no answer at all */
};

#define ALERT_WINDOW_MS 61000 /* a minute, and a second for the way to WeCom */

struct alert_take {
    struct alert_channel channel;
    struct alert_entry *entries; /* urgent first, then the oldest */
    size_t count;
    /* Of alert_store_take_again() alone: the message as it was. */
    struct str message_id, target, content;
    int64_t tries;
};

/* Targets for whom something is due, the most urgent and oldest first. */
bool alert_store_targets(struct alert_store *store, struct arena *arena, int64_t now_ms,
                         struct str **targets_out, size_t *count_out, struct err *err) MUST_CHECK;

/* Whose alerts are asked for, and how many messages the channel takes in a minute. */
struct alert_ask {
    struct str target, channel;
    int64_t minute_max;
    size_t count_max; /* alerts */
    int64_t now_ms;
};

/* Locks the channel and the first alerts due for the target; nobody else gets them until send or
 * leave. None while the channel is paused or has had its messages. Opens a transaction. */
bool alert_store_take(struct alert_store *store, struct arena *arena, const struct alert_ask *ask,
                      struct alert_take *take_out, struct err *err) MUST_CHECK;

/* The oldest message that may be sent again and whose lease has ended, with its alerts; count 0
 * when there is none. Opens a transaction. */
bool alert_store_take_again(struct alert_store *store, struct arena *arena, int64_t now_ms,
                            struct alert_take *take_out, struct err *err) MUST_CHECK;

/* A message that goes out now. */
struct alert_message {
    struct str message_id, channel, target, content;
    bool again; /* may be sent again when nobody knows what became of it */
    const struct str *alert_ids;
    size_t count;
    int64_t now_ms;
    int64_t lease_ms; /* after this long without a finish it is in doubt */
};

/* Within the transaction of a take, and commits it: the alerts are 'sending' and one attempt more,
 * the channel has one message more in its minute. */
bool alert_store_send(struct alert_store *store, struct arena *arena,
                      const struct alert_message *message, struct err *err) MUST_CHECK;

/* Ends a take without sending. Never fails: a dead connection has rolled back. */
void alert_store_leave(struct alert_store *store);

/* What becomes of one alert of a message. */
struct alert_end {
    struct str alert_id;
    enum alert_state state; /* WAITING: known not to have been told */
    struct str reason, target;
    int64_t not_before, busy, hops;
    bool cut;
};

struct alert_finish {
    struct str message_id, channel;
    const struct alert_end *ends;
    size_t count;
    int64_t now_ms;
    int64_t paused_until; /* never shortens a pause that is there */
    int64_t strikes;
    bool doubt;
};

/* After the answer. Alerts that others have meanwhile given up stay so. */
bool alert_store_finish(struct alert_store *store, struct arena *arena,
                        const struct alert_finish *finish, struct err *err) MUST_CHECK;

/* Within the transaction of a take, and commits it: these end before any message was made. */
bool alert_store_give_up(struct alert_store *store, struct arena *arena, const struct str *ids,
                         size_t count, struct str reason, int64_t now_ms,
                         struct err *err) MUST_CHECK;

/* Only the channel, between the tries of a message that may be sent again. */
bool alert_store_pause(struct alert_store *store, struct arena *arena, struct str channel,
                       int64_t paused_until, int64_t strikes, struct err *err) MUST_CHECK;

/* Gives up the alerts of messages whose lease has ended: those that may not be sent again, have had
 * tries_max tries, or were made before `oldest_ms`. given_up_out: how many. */
bool alert_store_doubt(struct alert_store *store, struct arena *arena, int64_t now_ms,
                       int64_t tries_max, int64_t oldest_ms, struct str reason,
                       size_t *given_up_out, struct err *err) MUST_CHECK;

/* ---- out ---- */

/* A finished alert that the broker has not heard of. */
struct alert_outcome {
    struct str alert_id, reason, trace;
    enum alert_state state;
    int64_t attempts, at, entered_ms;
};

/* The oldest count_max of them. */
bool alert_store_unsaid(struct alert_store *store, struct arena *arena, size_t count_max,
                        struct alert_outcome **outcomes_out, size_t *count_out,
                        struct err *err) MUST_CHECK;

/* The broker has them. */
bool alert_store_said(struct alert_store *store, struct arena *arena, const struct str *ids,
                      size_t count, struct err *err) MUST_CHECK;

/* For people: how many wait or are being sent, and since when the oldest of them (0: none). */
bool alert_store_backlog(struct alert_store *store, int64_t *waiting_out, int64_t *oldest_out,
                         struct err *err) MUST_CHECK;

/* Forgets what was said in messages made before that time. */
bool alert_store_forget(struct alert_store *store, struct arena *arena, int64_t before_ms,
                        struct err *err) MUST_CHECK;

#endif
