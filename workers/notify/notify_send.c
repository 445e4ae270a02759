/*
 * notify_send — one message: it goes out, it is sent, and what became of it is noted.
 *
 * Between the first and the last step lies the only moment that nobody can see into. It is kept as
 * short as one call: everything that can be decided is decided before it.
 */
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "notify/notify_effects.h"

#define NOTIFY_LEASE_MS 5000 /* beyond the calls that a message may take */
#define NOTIFY_AGAIN_MS 250

/* A robot is one call; an application may need a token, and both once more. */
static int64_t notify_send_lease_ms(const struct notify *self, const struct notify_target *target)
{
    return self->timeout_ms * (target->app ? 4 : 1) + NOTIFY_LEASE_MS;
}

static bool notify_send_out(struct notify *self, const struct notify_parcel *parcel,
                            struct err *err)
{
    struct str *ids = ARENA_ARRAY(self->scratch, struct str, parcel->count);
    struct alert_message message = {
        .message_id = parcel->message_id,
        .channel = parcel->way.channel,
        .target = parcel->target->name,
        .content = parcel->content,
        .again = parcel->target->app,
        .alert_ids = ids,
        .count = parcel->count,
        .now_ms = clock_now_ms(),
        .lease_ms = notify_send_lease_ms(self, parcel->target),
    };

    for (size_t i = 0; i < parcel->count; i++)
        ids[i] = parcel->entries[i]->alert_id;
    return alert_store_send(self->alerts, self->scratch, &message, err);
}

/* ---- what became of it ---- */

static struct alert_end notify_send_end(const struct notify *self,
                                        const struct notify_parcel *parcel,
                                        const struct alert_entry *entry,
                                        enum notify_outcome outcome, struct str reason)
{
    const struct notify_past past = {
        .attempts = entry->attempts + 1,
        .attempts_max = self->attempts_max,
        .busy = entry->busy,
        .hops = entry->hops,
        .cut = entry->cut,
        .fallback = parcel->target->fallback.size > 0,
    };
    struct alert_end end = {
        .alert_id = entry->alert_id,
        .reason = reason,
        .target = parcel->target->name,
        .busy = entry->busy,
        .hops = entry->hops,
        .cut = entry->cut || outcome == NOTIFY_OUTCOME_TOO_LONG,
    };

    if (outcome == NOTIFY_OUTCOME_BUSY || outcome == NOTIFY_OUTCOME_TOKEN)
        end.busy++;
    switch (notify_outcome_end(outcome, &past)) {
    case NOTIFY_END_TOLD:
        end.state = parcel->count > 1 ? ALERT_STATE_DIGESTED : ALERT_STATE_DELIVERED;
        break;
    case NOTIFY_END_AGAIN:
        end.state = ALERT_STATE_WAITING;
        break;
    case NOTIFY_END_FALLBACK:
        end.state = ALERT_STATE_WAITING;
        end.target = parcel->target->fallback;
        end.hops++;
        end.cut = false;
        break;
    case NOTIFY_END_NONE:
    case NOTIFY_END_GIVEN_UP:
        end.state = ALERT_STATE_GIVEN_UP;
        break;
    }
    return end;
}

static void notify_send_count(struct batch *batch, const struct notify_answer *answer,
                              enum notify_outcome outcome, const struct alert_end *ends,
                              size_t count)
{
    static const size_t rows[] = {
        [ALERT_STATE_WAITING] = NOTIFY_LATER,
        [ALERT_STATE_DELIVERED] = NOTIFY_DELIVERED,
        [ALERT_STATE_DIGESTED] = NOTIFY_DIGESTED,
        [ALERT_STATE_GIVEN_UP] = NOTIFY_GIVEN_UP,
    };

    for (size_t i = 0; i < count; i++)
        metrics_add(batch->metrics, rows[ends[i].state], 1);
    if (outcome == NOTIFY_OUTCOME_DELIVERED)
        metrics_add(batch->metrics, NOTIFY_MESSAGES, 1);
    if (outcome == NOTIFY_OUTCOME_UNKNOWN)
        metrics_add(batch->metrics, NOTIFY_UNANSWERED, 1);
    if (answer->warned)
        metrics_add(batch->metrics, NOTIFY_MISREAD, 1);
}

static void notify_send_log(struct notify *self, const struct notify_parcel *parcel,
                            const struct notify_answer *answer)
{
    if (notify_outcome_of(answer) != NOTIFY_OUTCOME_DELIVERED)
        log_warn("message not taken", LOG_TEXT("target", parcel->target->name),
                 LOG_INT("alerts", (int64_t)parcel->count),
                 LOG_TEXT("reason", notify_outcome_reason(self->scratch, answer)));
}

static bool notify_send_finish(struct notify *self, struct batch *batch,
                               const struct notify_parcel *parcel,
                               const struct notify_answer *answer, struct err *err)
{
    enum notify_outcome outcome = notify_outcome_of(answer);
    struct str reason = notify_outcome_reason(self->scratch, answer);
    struct alert_end *ends = ARENA_ARRAY(self->scratch, struct alert_end, parcel->count);
    int64_t now_ms = clock_now_ms();
    struct notify_pause pause = notify_outcome_pause(outcome, parcel->strikes, now_ms);
    const struct alert_finish finish = {
        .message_id = parcel->message_id,
        .channel = parcel->way.channel,
        .ends = ends,
        .count = parcel->count,
        .now_ms = now_ms,
        .paused_until = pause.until_ms,
        .strikes = pause.strikes,
        .doubt = pause.doubt,
    };

    /* WeCom knows this one again: it is sent once more when its lease ends. */
    if (outcome == NOTIFY_OUTCOME_UNKNOWN && parcel->target->app) {
        metrics_add(batch->metrics, NOTIFY_UNANSWERED, 1);
        return alert_store_pause(self->alerts, self->scratch, finish.channel, finish.paused_until,
                                 finish.strikes, err);
    }
    for (size_t i = 0; i < parcel->count; i++)
        ends[i] = notify_send_end(self, parcel, parcel->entries[i], outcome, reason);
    if (!alert_store_finish(self->alerts, self->scratch, &finish, err))
        return false;
    notify_send_count(batch, answer, outcome, ends, parcel->count);
    return true;
}

/* What is known now would be forgotten with this process: a PostgreSQL that is away for a moment is
 * waited for, as long as nobody else gives the message up. */
static bool notify_send_note(struct notify *self, struct batch *batch,
                             const struct notify_parcel *parcel, const struct notify_answer *answer,
                             struct err *err)
{
    int64_t until_ms = clock_now_ms() + NOTIFY_LEASE_MS - 2 * NOTIFY_AGAIN_MS;

    while (!notify_send_finish(self, batch, parcel, answer, err)) {
        if (err->class != ERR_RETRY || clock_now_ms() >= until_ms)
            return false;
        clock_sleep_ms(NOTIFY_AGAIN_MS);
    }
    return true;
}

bool notify_send(struct notify *self, struct batch *batch, const struct notify_parcel *parcel,
                 struct err *err)
{
    struct notify_answer answer;

    if (!notify_send_out(self, parcel, err))
        return false;
    crash_point("notify.after_claim");
    answer = notify_wecom_post(&self->wecom, self->scratch, parcel->target, &parcel->way,
                               parcel->content);
    crash_point("notify.after_send");
    notify_send_log(self, parcel, &answer);
    if (!notify_send_note(self, batch, parcel, &answer, err))
        return false;
    crash_point("notify.after_finish");
    return true;
}
