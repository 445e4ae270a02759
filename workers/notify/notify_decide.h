/*
 * notify_decide — what goes out now, of all that waits for one target.
 *
 * Pure. Urgent alerts go at once, each by itself, while the minute has room. So do the first few
 * others of a minute; more than that wait a little for company and become digests, because a group
 * takes 20 messages a minute and people read fewer. When thousands wait, a digest counts those it
 * has no room to name, and all of them are told by it.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"
#include "notify/notify_message_decide.h"
#include "notify/notify_policy_decide.h"

/* What waits, and the state of the way there. */
struct notify_queue {
    const struct notify_item *items; /* urgent first, then the oldest */
    size_t count;
    int64_t minute_count; /* messages in the last minute, of all replicas */
    int64_t minute_max;
    int64_t paused_until; /* ms */
    bool doubt;           /* the last message had no answer: lose as little as possible */
    size_t size_max;      /* bytes of a message */
    bool mentions;        /* the way there knows <@userid> */
    int64_t now_ms;
};

/* One message. */
struct notify_plan {
    size_t *picks; /* places in the queue, of the alerts it tells */
    size_t count;  /* 0: nothing goes out now */
    struct str content;
};

struct notify_plan notify_decide(struct arena *arena, const struct notify_policy *policy,
                                 const struct notify_queue *queue);

/* The report on alerts.sent. `entered_ms` and `trace` are those of the alert. */
struct event notify_conclude(struct arena *arena, const struct sent_body *sent, struct str trace,
                             int64_t entered_ms);

#endif
