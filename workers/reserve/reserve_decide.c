#include "reserve/reserve_decide.h"

#include "base/hash.h"

static int64_t reserve_decide_hold(const struct order *order, const struct reserve_policy *policy)
{
    if (order->stage >= ORDER_STAGE_RISK_HOLD)
        return 0;
    if (order->pay_until > 0)
        return order->pay_until;
    return order->placed_at > 0 ? order->placed_at + policy->hold_ms : 0;
}

bool reserve_decide_claim(struct arena *arena, const struct event *event,
                          const struct reserve_policy *policy, struct reserve_claim *claim_out,
                          struct err *err)
{
    struct reserve_claim claim = { .demand = NULL };

    if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN) {
        const struct order *order = &event->snapshot.order;

        if (!stock_demand(arena, policy->map, order, &claim.demand, &claim.demand_count, err))
            return false;
        claim.hold_until = reserve_decide_hold(order, policy);
        claim.priority = policy->vip.size > 0 && str_eq(order->buyer_level, policy->vip) ? 1 : 0;
    }
    *claim_out = claim;
    return true;
}

bool reserve_decide_walk(struct reserve_walk *walk, int64_t version, int64_t now_ms,
                         bool *fresh_out)
{
    bool at_once = walk->walks == 0 || (walk->found && walk->walks < RESERVE_WALKS_AT_ONCE);

    *fresh_out = false;
    if (version == 0)
        return false;
    if (walk->version != version)
        *walk = (struct reserve_walk){ .version = version };
    else if (walk->walking)
        return true;
    else if (!at_once && now_ms - walk->begun_ms < RESERVE_WALK_EVERY_MS)
        return false;
    walk->walking = *fresh_out = true;
    walk->found = false;
    walk->begun_ms = now_ms;
    walk->walks++;
    return true;
}

bool reserve_decide_stops(const struct answer_body *answer)
{
    if (stock_state_is_final(answer->state))
        return false;
    return answer->state != STOCK_STATE_RESERVED || !answer->paid || answer->reason.size > 0;
}

struct event reserve_conclude(struct arena *arena, const struct event *cause,
                              const struct answer_body *said, int64_t at)
{
    struct event event = {
        .kind = EVENT_ORDER_RESERVED,
        .id = event_answer_id(arena, said->order_id, said->rev, EVENT_ORDER_RESERVED),
        .source = STR("/sluice/reserve"),
        .key = said->order_id,
        .time_ms = at,
        .answer = *said,
    };

    event_follow(&event, cause);
    return event;
}

static const char *reserve_conclude_word(enum event_kind kind)
{
    static const struct {
        enum event_kind kind;
        const char *word;
    } words[] = {
        { .kind = EVENT_ORDER_APPROVED, .word = "放行 (approve)" },
        { .kind = EVENT_ORDER_DECLINED, .word = "驳回 (reject)" },
        { .kind = EVENT_ORDER_ADDRESS_CORRECTED, .word = "改地址 (correct address)" },
        { .kind = EVENT_ORDER_RESCREEN, .word = "重新审核 (rescreen)" },
        { .kind = EVENT_ORDER_REPLAN, .word = "重新分仓 (replan)" },
        { .kind = EVENT_ORDER_CANCELLED, .word = "取消 (cancel)" },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind == kind)
            return words[i].word;
    }
    return NULL;
}

static struct event reserve_conclude_alert(struct arena *arena, struct alert_body alert,
                                           struct str which, int64_t at)
{
    alert.alert_id = event_alert_id(arena, alert.subject, alert.gate, which);
    return (struct event){
        .kind = EVENT_ALERT_RAISED,
        .id = HASH_ID(arena, alert.alert_id, str_of(event_kind_name(EVENT_ALERT_RAISED))),
        .source = STR("/sluice/reserve"),
        .key = alert.alert_id,
        .time_ms = at,
        .alert = alert,
    };
}

bool reserve_conclude_moved_on(struct arena *arena, const struct event *cause,
                               struct event *alert_out)
{
    const char *word = reserve_conclude_word(cause->kind);
    const struct fact_body *fact = &cause->fact;

    if (!word || fact->request_id.size == 0)
        return false;
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);
    reason->rule = STR("moved_on");
    reason->text = arena_format(
        arena, "您对订单 %.*s 的“%s”没有执行：订单在您决定之后已经变化，请重新查看后再决定。"
               " Not done: the order has changed since; look again and decide anew.",
        STR_ARG(fact->order_id), word);
    *alert_out = reserve_conclude_alert(
        arena,
        (struct alert_body){
            .subject = fact->request_id,
            .gate = STR("decision"),
            .rev = fact->rev,
            .title = STR("决定未执行 Decision not applied"),
            .reasons = reason,
            .reason_count = 1,
            .order_id = fact->order_id,
        },
        fact->request_id, cause->time_ms);
    event_follow(alert_out, cause);
    return true;
}

/* An alert is one message on a phone: the first orders by name, the rest by number. */
#define RESERVE_ORDERS_NAMED 20

struct event reserve_conclude_shortfall(struct arena *arena, struct str sku, int64_t missing,
                                        int64_t as_of, const struct str *orders,
                                        size_t order_count)
{
    struct verdict_reason *reasons = ARENA_ARRAY(arena, struct verdict_reason,
                                                 RESERVE_ORDERS_NAMED + 1);
    size_t count = 0;

    for (; count < order_count && count < RESERVE_ORDERS_NAMED; count++) {
        reasons[count].rule = STR("shortfall");
        reasons[count].text = orders[count];
    }
    if (order_count > count) {
        reasons[count].rule = STR("shortfall");
        reasons[count].text = arena_format(arena, "……另有 %zu 单 (and %zu more)",
                                           order_count - count, order_count - count);
        count++;
    }
    return reserve_conclude_alert(
        arena,
        (struct alert_body){
            .subject = sku,
            .gate = STR("stock"),
            .rev = as_of,
            .title = arena_format(arena,
                                  "%.*s 盘点少于已承诺，缺 %lld 件，涉及 %zu 单 (shortfall)",
                                  STR_ARG(sku), (long long)missing, order_count),
            .reasons = reasons,
            .reason_count = count,
        },
        arena_format(arena, "%lld", (long long)as_of), as_of);
}
