#include "notify/notify_effects.h"

#include "base/crash.h"
#include "base/map.h"
#include "codec/wecom_codec.h"

#define NOTIFY_MINUTE_MS 61000 /* a second more than WeCom counts */

bool notify_claim(struct notify *self, struct batch *batch, struct notify_work *work_out,
                  struct err *err)
{
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, batch->count);
    struct map *seen = map_open(batch->arena);
    struct notify_work work = {
        .sends = ARENA_ARRAY(batch->arena, struct alert_send, batch->count),
        .alerts = ARENA_ARRAY(batch->arena, struct notify_alert, batch->count),
        .event_index = ARENA_ARRAY(batch->arena, size_t, batch->count),
    };

    for (size_t i = 0; i < batch->count; i++)
        ids[i] = batch->events[i].alert.alert_id;
    if (!alert_store_claim(self->alerts, batch->arena, ids, batch->count, batch->now_ms,
                           work.sends, err))
        return false;
    crash_point("notify.after_claim");
    for (size_t i = 0; i < batch->count; i++) {
        enum alert_send_state before = work.sends[i].state;

        if (before == ALERT_SEND_STATE_SENT || before == ALERT_SEND_STATE_GIVEN_UP
            || map_get(seen, ids[i]))
            continue;
        map_put(seen, ids[i], &ids[i]);
        work.event_index[work.count] = i;
        work.alerts[work.count++] = (struct notify_alert){
            .alert = &batch->events[i].alert,
            .again = before == ALERT_SEND_STATE_SENDING,
        };
    }
    *work_out = work;
    return true;
}

/* Writes one end for the alerts [first, first + count) of the work. */
static bool notify_finish(struct notify *self, struct batch *batch, struct notify_work *work,
                          size_t first, size_t count, enum alert_send_state state,
                          struct str reason, struct err *err)
{
    struct alert_send *done = ARENA_ARRAY(batch->arena, struct alert_send, count);

    for (size_t i = 0; i < count; i++) {
        struct alert_send *send = &work->sends[work->event_index[first + i]];

        done[i] = (struct alert_send){
            .alert_id = work->alerts[first + i].alert->alert_id,
            .state = state,
            .attempts = send->attempts + 1, /* `before` did not count this one */
            .at = batch->now_ms,
            .reason = reason,
        };
        *send = done[i];
    }
    return alert_store_finish(self->alerts, batch->arena, done, count, err);
}

/* False while this replica's minute is used up. */
static bool notify_may_send(struct notify *self, int64_t now_ms)
{
    if (now_ms - self->minute_started_ms >= NOTIFY_MINUTE_MS) {
        self->minute_started_ms = now_ms;
        self->minute_count = 0;
    }
    return self->minute_count < self->per_minute;
}

/* One message to WeCom; the outcome, whether an answer came, and in words why it was not taken. */
static enum notify_outcome notify_post(struct notify *self, struct batch *batch,
                                       const struct notify_message *message, bool *answered_out,
                                       struct str *why_out)
{
    struct str body = wecom_encode_markdown(batch->arena, message->content);
    struct http_answer answer = { .status = 0 };
    struct err err;
    int64_t errcode = 0;
    bool understood = false;

    if (!http_client_post_json(self->http, batch->arena, self->wecom_url, body, &answer, &err))
        *why_out = arena_copy(batch->arena, str_of(err.text));
    else if (!(understood = wecom_decode_answer(batch->arena, answer.body, &errcode)))
        *why_out = arena_format(batch->arena, "WeCom answered HTTP %d", answer.status);
    else
        *why_out = arena_format(batch->arena, "WeCom errcode %lld", (long long)errcode);
    self->minute_count++;
    *answered_out = answer.status != 0;
    return notify_decide_outcome(answer.status, understood, errcode);
}

static bool notify_give_back(struct notify *self, struct batch *batch, struct notify_work *work,
                             size_t first, struct str why, struct err *err)
{
    metrics_add(batch->metrics, NOTIFY_LATER, 1);
    if (first < work->count
        && !notify_finish(self, batch, work, first, work->count - first,
                          ALERT_SEND_STATE_WAITING, why, err))
        return false;
    return err_set(err, ERR_RETRY, "alerts wait: %.*s", STR_ARG(why));
}

static bool notify_tried_enough(const struct notify *self, const struct notify_work *work,
                                const struct notify_message *message)
{
    return work->sends[work->event_index[message->first]].attempts + 1 >= self->attempts_max;
}

static bool notify_send_one(struct notify *self, struct batch *batch, struct notify_work *work,
                            const struct notify_message *message, struct err *err)
{
    enum notify_outcome outcome;
    struct str why;
    bool answered;

    if (!notify_may_send(self, batch->now_ms))
        return notify_give_back(self, batch, work, message->first,
                                STR("this minute's messages are used up"), err);
    outcome = notify_post(self, batch, message, &answered, &why);
    crash_point("notify.after_send");
    /* Without an answer nobody knows whether it was told: those alerts stay 'sending'. */
    if (outcome == NOTIFY_OUTCOME_LATER && !notify_tried_enough(self, work, message))
        return notify_give_back(self, batch, work,
                                answered ? message->first : message->first + message->count, why,
                                err);
    if (outcome == NOTIFY_OUTCOME_DELIVERED) {
        metrics_add(batch->metrics, NOTIFY_MESSAGES, 1);
        metrics_add(batch->metrics, NOTIFY_DELIVERED, (int64_t)message->count);
        return notify_finish(self, batch, work, message->first, message->count,
                             ALERT_SEND_STATE_SENT, STR_NONE, err);
    }
    metrics_add(batch->metrics, NOTIFY_GIVEN_UP, (int64_t)message->count);
    return notify_finish(self, batch, work, message->first, message->count,
                         ALERT_SEND_STATE_GIVEN_UP, why, err);
}

bool notify_send(struct notify *self, struct batch *batch, struct notify_work *work,
                 struct err *err)
{
    struct notify_message *messages = ARENA_ARRAY(batch->arena, struct notify_message,
                                                  work->count);
    size_t count;

    if (work->count == 0)
        return true;
    if (self->wecom_url[0] == '\0')
        return notify_finish(self, batch, work, 0, work->count, ALERT_SEND_STATE_GIVEN_UP,
                             STR("no robot is configured: set SLUICE_NOTIFY_WECOM_URL"), err);
    count = notify_decide(batch->arena, work->alerts, work->count, WECOM_MARKDOWN_MAX, messages);
    for (size_t i = 0; i < count; i++) {
        if (!notify_send_one(self, batch, work, &messages[i], err))
            return false;
        crash_point("notify.after_finish");
    }
    return true;
}

void notify_announce(struct batch *batch, const struct notify_work *work)
{
    struct map *finished = map_open(batch->arena);

    for (size_t i = 0; i < work->count; i++) {
        size_t event = work->event_index[i];

        map_put(finished, batch->events[event].alert.alert_id, &work->sends[event]);
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct alert_send *send = map_get(finished, batch->events[i].alert.alert_id);
        struct event event;

        if (!send)
            send = &work->sends[i];
        event = notify_conclude(batch->arena, &batch->events[i],
                                send->state == ALERT_SEND_STATE_SENT ? STR("delivered")
                                                                     : STR("given_up"),
                                send->reason, send->attempts, send->at);
        outbox_put(batch->out, &event);
    }
}
