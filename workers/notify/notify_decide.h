/*
 * notify_decide — how alerts become messages, and what WeCom's answer means.
 *
 * Pure. One alert is a message of its own; many that wait together become digests, because a
 * group takes 20 messages a minute and people read fewer.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"

/* An alert to be told. `again`: it may have been told before, the process that tried is gone. */
struct notify_alert {
    const struct alert_body *alert;
    bool again;
};

/* One message: the alerts [first, first + count) of the list it was made from. */
struct notify_message {
    size_t first, count;
    struct str content; /* markdown, at most size_max bytes, Chinese first */
};

/* All alerts in as few messages as fit. Writes at most `count` rows; returns how many. */
size_t notify_decide(struct arena *arena, const struct notify_alert *alerts, size_t count,
                     size_t size_max, struct notify_message *messages_out);

enum notify_outcome {
    NOTIFY_OUTCOME_NONE = 0,
    NOTIFY_OUTCOME_DELIVERED,
    NOTIFY_OUTCOME_LATER,   /* throttled, busy or down: keep the message, try again */
    NOTIFY_OUTCOME_REFUSED, /* will never be taken: give up, by name */
};

/* http_status 0: no answer came. `errcode` counts only when `understood`. */
enum notify_outcome notify_decide_outcome(int http_status, bool understood, int64_t errcode);

/* The report on alerts.sent. */
struct event notify_conclude(struct arena *arena, const struct event *cause, struct str outcome,
                             struct str reason, int64_t attempts, int64_t at);

#endif
