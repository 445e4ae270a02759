#include "notify/notify_effects.h"

#include "base/clock.h"
#include "base/crash.h"
#include "base/hash.h"
#include "base/log.h"
#include "codec/event_codec.h"

#define NOTIFY_TELL_US     INT64_C(2000000)  /* a tick sends no longer: alerts are to be read */
#define NOTIFY_TAKE_MAX    3000              /* alerts looked at for one message */
#define NOTIFY_TRIES_MAX   3                 /* of a message that WeCom knows again */
#define NOTIFY_SAME_MS     INT64_C(12600000) /* for how long it does, and half an hour less */
#define NOTIFY_SAY_MAX     1000              /* announced in one tick */
#define NOTIFY_FORGET_MS   (INT64_C(7) * 86400000)
#define NOTIFY_FORGET_EACH INT64_C(600000)
#define NOTIFY_ROBOT_MAX   20 /* messages a minute, says the document */
#define NOTIFY_APP_MAX     30 /* to one member */

/* ---- in ---- */

static struct alert_entry notify_store_entry(const struct notify *self, struct batch *batch,
                                             const struct event *event)
{
    struct arena *arena = batch->arena;
    struct alert_body kept = notify_message_trim(arena, &event->alert);
    struct notify_choice choice =
        notify_policy_choose(arena, &self->policy, &event->alert, batch->now_ms);
    struct event copy = *event;
    struct message message;

    copy.alert = kept;
    event_encode(arena, &copy, &message);
    return (struct alert_entry){
        .alert_id = kept.alert_id,
        .body = message.value,
        .target = choice.target,
        .level = str_of(notify_level_name(choice.level)),
        .mention = choice.mention,
        .trace = event->trace,
        .digest_only = choice.digest_only,
        .entered_ms = event->entered_ms,
        .stored_at = batch->now_ms,
        .not_before = choice.not_before,
    };
}

bool notify_store(struct notify *self, struct batch *batch, struct err *err)
{
    struct alert_entry *entries = ARENA_ARRAY(batch->arena, struct alert_entry, batch->count);
    size_t stored = 0;

    for (size_t i = 0; i < batch->count; i++)
        entries[i] = notify_store_entry(self, batch, &batch->events[i]);
    if (!alert_store_put(self->alerts, batch->arena, entries, batch->count, &stored, err))
        return false;
    metrics_add(batch->metrics, NOTIFY_STORED, (int64_t)stored);
    crash_point("notify.after_store");
    return true;
}

/* ---- to WeCom ---- */

/* The target, or the fallback of one for whom nothing is configured; NULL: there is no way, and
 * why_out says what is missing. */
static const struct notify_target *notify_tell_way(const struct notify *self, struct str name,
                                                   struct notify_way *way_out, struct str *why_out)
{
    const struct notify_target *target = notify_policy_target(&self->policy, name);

    if (target == NULL) /* it stood in an older rule set */
        target = notify_policy_target(&self->policy, self->policy.default_target);
    *why_out = STR_NONE;
    for (size_t hops = 0; target != NULL && hops <= NOTIFY_HOPS_MAX; hops++) {
        *way_out = notify_wecom_way(&self->wecom, self->scratch, target);
        if (way_out->usable)
            return target;
        if (why_out->size == 0)
            *why_out = way_out->why;
        target = notify_policy_target(&self->policy, target->fallback);
    }
    return NULL;
}

static int64_t notify_tell_minute_max(const struct notify *self, const struct notify_target *target)
{
    int64_t most = target->app ? NOTIFY_APP_MAX : NOTIFY_ROBOT_MAX;
    int64_t wanted = target->per_minute > 0 ? target->per_minute : self->per_minute;

    return wanted < most ? wanted : most;
}

static bool notify_tell_give_up(struct notify *self, struct batch *batch,
                                const struct alert_take *take, struct str reason, struct err *err)
{
    struct str *ids = ARENA_ARRAY(self->scratch, struct str, take->count + 1);

    if (take->count == 0) {
        alert_store_leave(self->alerts);
        return true;
    }
    for (size_t i = 0; i < take->count; i++)
        ids[i] = take->entries[i].alert_id;
    log_warn("alerts given up", LOG_INT("alerts", (int64_t)take->count),
             LOG_TEXT("reason", reason));
    if (!alert_store_give_up(self->alerts, self->scratch, ids, take->count, reason, clock_now_ms(),
                             err))
        return false;
    metrics_add(batch->metrics, NOTIFY_GIVEN_UP, (int64_t)take->count);
    return true;
}

/* Items for the decision. One whose body cannot be read is a bug of ours, and is told by its id. */
static struct notify_item *notify_tell_items(const struct notify *self,
                                             const struct alert_take *take)
{
    struct notify_item *items = ARENA_ARRAY(self->scratch, struct notify_item, take->count + 1);

    for (size_t i = 0; i < take->count; i++) {
        const struct alert_entry *entry = &take->entries[i];
        struct alert_body *alert = ARENA_NEW(self->scratch, struct alert_body);
        struct err why;

        if (!event_decode_alert(self->scratch, entry->body, alert, &why))
            *alert = (struct alert_body){ .alert_id = entry->alert_id,
                                          .subject = entry->alert_id,
                                          .gate = STR("unreadable"),
                                          .title = STR("提醒内容无法读取 An alert is unreadable") };
        items[i] = (struct notify_item){
            .alert = alert,
            .level = notify_level_of(entry->level),
            .mention = entry->mention,
            .digest_only = entry->digest_only,
            .cut = entry->cut,
            .waits_since =
                entry->stored_at > entry->not_before ? entry->stored_at : entry->not_before,
        };
    }
    return items;
}

/* Of what was taken, the message that goes out now; count 0: none. */
static struct notify_parcel notify_tell_parcel(const struct notify *self,
                                               const struct notify_target *target,
                                               const struct notify_way *way, int64_t now_ms,
                                               const struct alert_take *take)
{
    const struct notify_queue queue = {
        .items = notify_tell_items(self, take),
        .count = take->count,
        .minute_count = take->channel.sent_count,
        .minute_max = notify_tell_minute_max(self, target),
        .paused_until = take->channel.paused_until,
        .doubt = take->channel.doubt,
        .size_max = way->size_max,
        .mentions = !target->app,
        .now_ms = now_ms,
    };
    struct notify_plan plan = notify_decide(self->scratch, &self->policy, &queue);
    struct notify_parcel parcel = { .count = 0 };

    if (plan.count == 0)
        return parcel;
    parcel = (struct notify_parcel){
        .content = plan.content,
        .target = target,
        .way = *way,
        .entries = ARENA_ARRAY(self->scratch, const struct alert_entry *, plan.count),
        .count = plan.count,
        .strikes = take->channel.strikes,
    };
    for (size_t i = 0; i < plan.count; i++)
        parcel.entries[i] = &take->entries[plan.picks[i]];
    parcel.message_id = HASH_ID(self->scratch, parcel.entries[0]->alert_id, way->channel,
                                arena_format(self->scratch, "%lld %lld", (long long)now_ms,
                                             (long long)parcel.entries[0]->attempts));
    return parcel;
}

/* One message for one target, if one may go out. */
static bool notify_tell_target(struct notify *self, struct batch *batch, struct str name,
                               bool *went_out, struct err *err)
{
    struct notify_way way = { .usable = false };
    struct str why;
    const struct notify_target *target = notify_tell_way(self, name, &way, &why);
    const struct alert_ask ask = {
        .target = name,
        .channel = target ? way.channel : STR("none"),
        .minute_max = target ? notify_tell_minute_max(self, target) : INT64_MAX,
        .count_max = NOTIFY_TAKE_MAX,
        .now_ms = clock_now_ms(), /* not the tick's: a call may have taken seconds */
    };
    struct alert_take take;

    *went_out = false;
    if (!alert_store_take(self->alerts, self->scratch, &ask, &take, err))
        return false;
    if (target == NULL)
        return notify_tell_give_up(self, batch, &take, why, err);
    struct notify_parcel parcel = notify_tell_parcel(self, target, &way, ask.now_ms, &take);
    if (parcel.count == 0) {
        alert_store_leave(self->alerts);
        return true;
    }
    *went_out = true;
    return notify_send(self, batch, &parcel, err);
}

/* A message in doubt that WeCom knows again. */
static bool notify_tell_again(struct notify *self, struct batch *batch, struct err *err)
{
    struct notify_way way = { .usable = false };
    struct alert_take take;
    int64_t now_ms = clock_now_ms();

    if (!alert_store_take_again(self->alerts, self->scratch, now_ms, &take, err))
        return false;
    const struct notify_target *target = notify_policy_target(&self->policy, take.target);
    if (target != NULL && target->app)
        way = notify_wecom_way(&self->wecom, self->scratch, target);
    if (take.count == 0 || !way.usable || now_ms < take.channel.paused_until
        || take.channel.sent_count >= notify_tell_minute_max(self, target)) {
        alert_store_leave(self->alerts);
        return true;
    }
    struct notify_parcel parcel = {
        .message_id = take.message_id,
        .content = take.content,
        .target = target,
        .way = way,
        .entries = ARENA_ARRAY(self->scratch, const struct alert_entry *, take.count),
        .count = take.count,
        .strikes = take.channel.strikes,
    };
    for (size_t i = 0; i < take.count; i++)
        parcel.entries[i] = &take.entries[i];
    return notify_send(self, batch, &parcel, err);
}

static bool notify_tell_doubt(struct notify *self, struct batch *batch, struct err *err)
{
    int64_t now_ms = clock_now_ms();
    size_t given_up = 0;

    if (!alert_store_doubt(self->alerts, self->scratch, now_ms, NOTIFY_TRIES_MAX,
                           now_ms - NOTIFY_SAME_MS, str_of(notify_outcome_doubt), &given_up, err))
        return false;
    if (given_up > 0)
        log_warn("alerts given up", LOG_INT("alerts", (int64_t)given_up),
                 LOG_TEXT("reason", str_of(notify_outcome_doubt)));
    metrics_add(batch->metrics, NOTIFY_GIVEN_UP, (int64_t)given_up);
    return true;
}

/* What people see of the queue; and what was said a week ago is forgotten. */
static bool notify_tell_upkeep(struct notify *self, struct batch *batch, struct err *err)
{
    int64_t waiting = 0, oldest = 0;

    if (!alert_store_backlog(self->alerts, &waiting, &oldest, err))
        return false;
    metrics_set(batch->metrics, NOTIFY_WAITING, waiting);
    metrics_set(batch->metrics, NOTIFY_WAITING_AGE,
                oldest > 0 && batch->now_ms > oldest ? (batch->now_ms - oldest) / 1000 : 0);
    if (batch->now_ms < self->forget_due_ms)
        return true;
    self->forget_due_ms = batch->now_ms + NOTIFY_FORGET_EACH;
    return alert_store_forget(self->alerts, self->scratch, batch->now_ms - NOTIFY_FORGET_MS, err);
}

bool notify_tell(struct notify *self, struct batch *batch, struct err *err)
{
    int64_t until_us = clock_monotonic_us() + NOTIFY_TELL_US;
    struct str *targets;
    size_t count = 0;

    arena_reset(self->scratch);
    if (!notify_tell_doubt(self, batch, err) || !notify_tell_again(self, batch, err)
        || !alert_store_targets(self->alerts, batch->arena, clock_now_ms(), &targets, &count, err))
        return false;
    for (size_t i = 0; i < count && clock_monotonic_us() < until_us; i++) {
        bool went_out = true;

        while (went_out && clock_monotonic_us() < until_us) {
            arena_reset(self->scratch);
            if (!notify_tell_target(self, batch, targets[i], &went_out, err))
                return false;
        }
    }
    return notify_tell_upkeep(self, batch, err);
}

/* ---- out ---- */

bool notify_announce(struct notify *self, struct batch *batch, struct err *err)
{
    struct alert_outcome *outcomes;
    size_t count = 0;

    self->said_count = 0;
    if (!alert_store_unsaid(self->alerts, batch->arena, NOTIFY_SAY_MAX, &outcomes, &count, err))
        return false;
    self->said = ARENA_ARRAY(batch->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct sent_body sent = {
            .alert_id = outcomes[i].alert_id,
            .outcome = str_of(alert_state_name(outcomes[i].state)),
            .reason = outcomes[i].reason,
            .attempts = outcomes[i].attempts,
            .at = outcomes[i].at,
        };
        struct event event =
            notify_conclude(batch->arena, &sent, outcomes[i].trace, outcomes[i].entered_ms);

        outbox_put(batch->out, &event);
        self->said[self->said_count++] = outcomes[i].alert_id;
    }
    return true;
}

bool notify_announced(struct notify *self, struct batch *batch, struct err *err)
{
    return alert_store_said(self->alerts, batch->arena, self->said, self->said_count, err);
}
