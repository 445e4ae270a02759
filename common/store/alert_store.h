/*
 * alert_store — the log that lets an alert be sent once (table alert_sends).
 *
 * Claim, send, finish. The claim is committed before the message goes out, so whoever handles
 * the same alert again finds what stood before: nothing (send it), sent or given up (say so
 * again, send nothing), waiting (given back unsent: send it), or sending (a process died between
 * claim and finish; whether the message went out nobody knows, and the caller decides).
 *
 * Only notify writes here. Alerts themselves are rows of the ledger.
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

enum alert_send_state {
    ALERT_SEND_STATE_NONE = 0, /* never claimed */
    ALERT_SEND_STATE_SENDING,
    ALERT_SEND_STATE_SENT,
    ALERT_SEND_STATE_GIVEN_UP,
    ALERT_SEND_STATE_WAITING, /* given back: known not to have gone out */
};

const char *alert_send_state_name(enum alert_send_state state); /* "sending" */

struct alert_send {
    struct str alert_id;
    enum alert_send_state state;
    int64_t attempts; /* claims so far; of a finish: what it took */
    int64_t at;       /* when the state was entered, ms */
    struct str reason;
};

/* Makes each alert 'sending' unless it is sent or given up, and one attempt more; commits.
 * before_out[count]: what stood before, in the order asked; its texts live in the arena. An id
 * that stands twice in `alert_ids` is claimed once, and both places tell what stood before. */
bool alert_store_claim(struct alert_store *store, struct arena *arena,
                       const struct str *alert_ids, size_t count, int64_t now_ms,
                       struct alert_send *before_out, struct err *err) MUST_CHECK;

/* SENT, GIVEN_UP or WAITING, with attempts, at and reason; commits. What is sent or given up stays
 * as it is. */
bool alert_store_finish(struct alert_store *store, struct arena *arena,
                        const struct alert_send *done, size_t count, struct err *err) MUST_CHECK;

#endif
