#include "anomaly/anomaly_decide.h"

#include <stdlib.h>

#include "base/hash.h"

#define ANOMALY_REASONS_MAX 16

enum anomaly_way anomaly_decide_way(const struct answer_body *answer)
{
    if (answer->state == STOCK_STATE_CANCELLING || answer->state == STOCK_STATE_REPLANNING)
        return ANOMALY_WAY_PASS;
    if (answer->state == STOCK_STATE_RESERVED && answer->paid)
        return ANOMALY_WAY_JUDGE;
    return ANOMALY_WAY_NONE;
}

static void anomaly_decide_add(struct verdict *verdict, const char *rule, struct str text)
{
    if (verdict->reason_count == ANOMALY_REASONS_MAX)
        return;
    verdict->reasons[verdict->reason_count++] = (struct verdict_reason){
        .rule = str_of(rule),
        .text = text,
    };
}

static int anomaly_compare_price(const void *key, const void *row)
{
    return str_compare(*(const struct str *)key, ((const struct anomaly_price *)row)->sku);
}

static const struct anomaly_price *anomaly_find_price(const struct anomaly_policy *policy,
                                                      const struct order_line *line)
{
    struct str sku = line->merchant_code.size > 0 ? line->merchant_code : line->platform_sku;

    if (policy->price_count == 0)
        return NULL;
    return bsearch(&sku, policy->prices, policy->price_count, sizeof *policy->prices,
                   anomaly_compare_price);
}

static void anomaly_decide_price(struct arena *arena, const struct order *order,
                                 const struct anomaly_policy *policy, struct verdict *verdict)
{
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        const struct anomaly_price *reference = anomaly_find_price(policy, line);

        if (!reference || line->kind == LINE_KIND_GIFT)
            continue;
        if (line->price_fen * 100 >= reference->price_fen * policy->floor_percent)
            continue;
        anomaly_decide_add(verdict, "price_floor",
                           arena_format(arena,
                                        "%.*s 单价 %lld.%02lld 元，低于参考价 %lld.%02lld 元的 "
                                        "%lld%% (price below floor)",
                                        STR_ARG(reference->sku),
                                        (long long)(line->price_fen / 100),
                                        (long long)(line->price_fen % 100),
                                        (long long)(reference->price_fen / 100),
                                        (long long)(reference->price_fen % 100),
                                        (long long)policy->floor_percent));
        return; /* one sentence is enough to look at the order */
    }
}

static bool anomaly_has_digit(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9')
            return true;
    }
    return false;
}

static bool anomaly_contains(struct str text, const char *word)
{
    struct str needle = str_of(word);

    for (size_t i = 0; i + needle.size <= text.size; i++) {
        if (str_eq((struct str){ text.data + i, needle.size }, needle))
            return true;
    }
    return false;
}

/* Vague: nothing but a landmark. A house, building or room number makes it an address, in digits
 * or in the words that stand for one. */
static bool anomaly_is_vague(struct str address)
{
    static const char *const landmarks[] = { "门口", "附近", "对面", "旁边", "路口", "隔壁" };
    static const char *const numbers[] = { "号", "栋", "幢", "单元", "室", "座", "组", "村" };

    if (anomaly_has_digit(address))
        return false;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (anomaly_contains(address, numbers[i]))
            return false;
    }
    for (size_t i = 0; i < sizeof landmarks / sizeof landmarks[0]; i++) {
        if (anomaly_contains(address, landmarks[i]))
            return true;
    }
    return address.size == 0;
}

static void anomaly_decide_address(const struct order *order, struct verdict *verdict)
{
    const struct order_receiver *receiver = &order->receiver;

    if (receiver->masked || receiver->cipher.size > 0 || str_has(receiver->address, '*'))
        return; /* not judged: the address is hidden from us */
    if (anomaly_is_vague(receiver->address))
        anomaly_decide_add(verdict, "address_vague",
                           STR("收货地址只有地标或为空，没有门牌号，快递送不到 (vague address)"));
}

static void anomaly_decide_quantity(struct arena *arena, const struct order *order,
                                    const struct anomaly_policy *policy, struct verdict *verdict)
{
    for (size_t i = 0; i < order->line_count; i++) {
        if (order->lines[i].quantity <= policy->quantity_max)
            continue;
        anomaly_decide_add(verdict, "quantity_high",
                           arena_format(arena,
                                        "一行买 %lld 件，超过平常上限 %lld 件 (unusual quantity)",
                                        (long long)order->lines[i].quantity,
                                        (long long)policy->quantity_max));
        return;
    }
}

/* The shop says shipped while no parcel of ours has left (STOCK.md, Which facts still count). */
static void anomaly_decide_sent_elsewhere(const struct answer_body *answer,
                                          struct verdict *verdict)
{
    if (str_is(answer->reason, "sent_elsewhere"))
        anomaly_decide_add(verdict, "sent_elsewhere",
                           STR("店铺显示已发货，但我们没有发出包裹 (sent without us)"));
}

struct verdict anomaly_decide(struct arena *arena, const struct answer_body *answer,
                              const struct anomaly_policy *policy)
{
    const struct order *order = &answer->order;
    struct verdict verdict = {
        .rules_version = policy->rules_version,
        .reasons = ARENA_ARRAY(arena, struct verdict_reason, ANOMALY_REASONS_MAX),
    };

    anomaly_decide_sent_elsewhere(answer, &verdict);
    anomaly_decide_price(arena, order, policy, &verdict);
    anomaly_decide_address(order, &verdict);
    anomaly_decide_quantity(arena, order, policy, &verdict);
    verdict.kind = verdict.reason_count > 0 ? VERDICT_KIND_HELD : VERDICT_KIND_CLEAR;
    return verdict;
}

struct event anomaly_conclude(struct arena *arena, const struct event *cause,
                              const struct verdict *verdict)
{
    struct event event = {
        .kind = EVENT_ORDER_SCREENED,
        .id = event_answer_id(arena, cause->answer.order_id, cause->answer.rev,
                              EVENT_ORDER_SCREENED),
        .source = STR("/sluice/anomaly"),
        .key = cause->answer.order_id,
        .time_ms = cause->time_ms,
        .answer = cause->answer,
    };

    event.answer.verdict = *verdict;
    event_follow(&event, cause);
    return event;
}

struct event anomaly_conclude_alert(struct arena *arena, const struct event *cause,
                                    const struct verdict *verdict)
{
    const struct answer_body *answer = &cause->answer;
    struct str which = arena_format(arena, "%lld", (long long)answer->rev);
    struct str alert_id = event_alert_id(arena, answer->order_id, STR("anomaly"), which);
    struct event event = {
        .kind = EVENT_ALERT_RAISED,
        .id = HASH_ID(arena, alert_id, str_of(event_kind_name(EVENT_ALERT_RAISED))),
        .source = STR("/sluice/anomaly"),
        .key = alert_id,
        .time_ms = cause->time_ms,
        .alert = {
            .alert_id = alert_id,
            .subject = answer->order_id,
            .gate = STR("anomaly"),
            .rev = answer->rev,
            .title = STR("订单已拦截，等待审核 Order held for review"),
            .reasons = verdict->reasons,
            .reason_count = verdict->reason_count,
            .order_id = answer->order_id,
        },
    };

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
        .source = STR("/sluice/anomaly"),
        .key = answer->order_id,
        .time_ms = cause->time_ms,
        .fact = { .order_id = answer->order_id, .rev = answer->rev, .rule = rule },
    };

    event_follow(&event, cause);
    return event;
}
