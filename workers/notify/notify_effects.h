/*
 * notify_effects — claim, send, finish: the order of effects that tells an alert once.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_EFFECTS_H
#define SLUICE_NOTIFY_NOTIFY_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/http_client.h"
#include "notify/notify_decide.h"
#include "runtime/batch.h"
#include "store/alert_store.h"

struct notify {
    struct alert_store *alerts;
    struct http_client *http;
    const char *wecom_url;
    int64_t per_minute, attempts_max;
    int64_t minute_started_ms, minute_count; /* messages sent in the running minute */
};

enum notify_metric {
    NOTIFY_DELIVERED,
    NOTIFY_GIVEN_UP,
    NOTIFY_MESSAGES,
    NOTIFY_LATER,
};

/* The alerts of a batch: what stood of each before, and those still to be told. */
struct notify_work {
    struct alert_send *sends;   /* one per event: updated as messages are finished */
    struct notify_alert *alerts; /* to be told, each alert id once */
    size_t *event_index;        /* of each alert to be told */
    size_t count;
};

bool notify_claim(struct notify *self, struct batch *batch, struct notify_work *work_out,
                  struct err *err) MUST_CHECK;

/* Sends message by message, finishing each before the next. RETRY when WeCom wants us to come back
 * later: what was sent is finished, what was not is given back. */
bool notify_send(struct notify *self, struct batch *batch, struct notify_work *work,
                 struct err *err) MUST_CHECK;

/* alerts.sent for every event of the batch whose alert is finished. */
void notify_announce(struct batch *batch, const struct notify_work *work);

#endif
