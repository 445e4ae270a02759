/* anomaly_conclude_decide — what is said of a verdict, and of a hold's end (anomaly_decide.h). */
#include "anomaly/anomaly_decide.h"
#include "base/hash.h"

static const struct str anomaly_source = { .data = "/sluice/anomaly", .size = 15 };

struct event anomaly_conclude(struct arena *arena, const struct event *cause,
                              const struct verdict *verdict)
{
    struct event event = {
        .kind = EVENT_ORDER_SCREENED,
        .id =
            event_answer_id(arena, cause->answer.order_id, cause->answer.rev, EVENT_ORDER_SCREENED),
        .source = anomaly_source,
        .key = cause->answer.order_id,
        .time_ms = cause->time_ms,
        .answer = cause->answer,
    };

    event.answer.verdict = *verdict;
    event_follow(&event, cause);
    return event;
}

/* `which` tells the alerts of one order apart. */
static struct event anomaly_conclude_tell(struct arena *arena, const struct hold *hold,
                                          struct str which, const struct verdict *verdict)
{
    struct str alert_id = event_alert_id(arena, hold->order_id, STR("anomaly"), which);

    return (struct event){
        .kind = EVENT_ALERT_RAISED,
        .id = HASH_ID(arena, alert_id, str_of(event_kind_name(EVENT_ALERT_RAISED))),
        .source = anomaly_source,
        .key = alert_id,
        .alert = {
            .alert_id = alert_id,
            .subject = hold->order_id,
            .gate = STR("anomaly"),
            .rev = hold->rev,
            .reasons = verdict->reasons,
            .reason_count = verdict->reason_count,
            .order_id = hold->order_id,
            .owner = hold->owner,
            .level = hold->level,
        },
    };
}

struct event anomaly_conclude_alert(struct arena *arena, const struct event *cause,
                                    const struct verdict *verdict, const struct hold *hold)
{
    struct str which = arena_format(arena, "%lld", (long long)hold->rev);
    struct event event = anomaly_conclude_tell(arena, hold, which, verdict);

    event.time_ms = cause->time_ms;
    event.alert.title = STR("订单已拦截，等待审核 Order held for review");
    event_follow(&event, cause);
    return event;
}

struct event anomaly_conclude_rejection(struct arena *arena, const struct event *cause,
                                        const struct verdict *verdict)
{
    const struct answer_body *answer = &cause->answer;
    struct str rule = verdict->reason_count > 0 ? verdict->reasons[0].rule : STR_NONE;
    struct str which = arena_format(arena, "%lld/%.*s", (long long)answer->rev, STR_ARG(rule));
    struct event event = {
        .kind = EVENT_ORDER_REJECTED,
        .id = event_fact_id(arena, answer->order_id, EVENT_ORDER_REJECTED, which),
        .source = anomaly_source,
        .key = answer->order_id,
        .time_ms = cause->time_ms,
        .fact = { .order_id = answer->order_id, .rev = answer->rev, .rule = rule },
    };

    event_follow(&event, cause);
    return event;
}

/* ---- the end of a hold ---- */

static long long anomaly_conclude_minutes(const struct hold *hold)
{
    return (long long)((hold->due_at - hold->held_at) / 60000);
}

static struct event anomaly_conclude_escalation(struct arena *arena, const struct hold *hold,
                                                const struct verdict *verdict)
{
    struct str which = arena_format(arena, "%lld/escalated", (long long)hold->rev);
    struct event event = anomaly_conclude_tell(arena, hold, which, verdict);

    event.time_ms = hold->due_at;
    event.alert.level = STR("urgent");
    event.alert.title = arena_format(
        arena, "订单超时无人审核，已拦截 %lld 分钟 Held order not reviewed for %lld minutes",
        anomaly_conclude_minutes(hold), anomaly_conclude_minutes(hold));
    return event;
}

static struct event anomaly_conclude_decision(struct arena *arena, const struct hold *hold,
                                              enum event_kind kind, const char *what)
{
    struct str request_id = HASH_ID(
        arena, hold->order_id, arena_format(arena, "%lld", (long long)hold->rev), STR("hold_end"));

    return (struct event){
        .kind = kind,
        .id = event_fact_id(arena, hold->order_id, kind, request_id),
        .source = anomaly_source,
        .key = hold->order_id,
        .time_ms = hold->due_at,
        .fact = {
            .order_id = hold->order_id,
            .rev = hold->rev,
            .digest = hold->digest,
            .request_id = request_id,
            .by = STR("sluice"),
            .reason = arena_format(arena, "拦截 %lld 分钟无人审核，按规则 %.*s %s",
                                   anomaly_conclude_minutes(hold), STR_ARG(hold->rules), what),
        },
    };
}

struct event anomaly_conclude_end(struct arena *arena, const struct hold *hold,
                                  const struct verdict *verdict)
{
    if (hold->told > 0)
        return anomaly_conclude_escalation(arena, hold, verdict);
    if (hold->ends == HOLD_END_APPROVE)
        return anomaly_conclude_decision(arena, hold, EVENT_ORDER_APPROVED,
                                         "自动放行 (let pass by rule)");
    if (hold->ends == HOLD_END_REJECT)
        return anomaly_conclude_decision(arena, hold, EVENT_ORDER_DECLINED,
                                         "自动拒绝 (rejected by rule)");
    return anomaly_conclude_escalation(arena, hold, verdict);
}
