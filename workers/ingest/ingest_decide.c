/* ingest_decide — see ingest_decide.h. */
#include "ingest/ingest_decide.h"

#include "base/hash.h"

#define INGEST_SOURCE "/sluice/ingest"

/* ---- which shops are ours ---- */

static size_t ingest_decide_count(struct str list)
{
    size_t count = 1;

    for (size_t i = 0; i < list.size; i++)
        count += list.data[i] == ',';
    return count;
}

bool ingest_decide_policy(struct arena *arena, struct str list, struct ingest_policy *policy_out,
                          struct err *err)
{
    struct str *shops = ARENA_ARRAY(arena, struct str, ingest_decide_count(list));
    size_t count = 0;

    while (list.size > 0) {
        struct str entry = str_trim(str_cut(&list, ','));
        struct str shop = entry;
        struct str channel = str_cut(&shop, ':');

        if (entry.size == 0)
            continue;
        if (channel.size == 0 || shop.size == 0 || str_has(shop, ':'))
            return err_set(err, ERR_FATAL,
                           "shops: \"%.*s\" is no <channel>:<shop>; write "
                           "SLUICE_INGEST_SHOPS=douyin:9000001,wechat:7000001, or leave it empty "
                           "to accept every shop",
                           STR_ARG(entry));
        shops[count++] = entry;
    }
    *policy_out = (struct ingest_policy){ .shops = shops, .shop_count = count };
    return true;
}

/* Is `entry` "<channel>:<shop>" of this payload? */
static bool ingest_decide_is_shop(struct str entry, const struct payload_body *payload)
{
    return str_eq(str_cut(&entry, ':'), payload->channel) && str_eq(entry, payload->shop);
}

bool ingest_decide_accept(const struct ingest_policy *policy, const struct event *payload,
                          struct err *err)
{
    if (policy->shop_count == 0)
        return true;
    for (size_t i = 0; i < policy->shop_count; i++)
        if (ingest_decide_is_shop(policy->shops[i], &payload->payload))
            return true;
    return err_set(err, ERR_REJECT,
                   "unknown shop %.*s:%.*s: if it is ours, add it to SLUICE_INGEST_SHOPS, "
                   "restart ingest and replay",
                   STR_ARG(str_clip(payload->payload.channel, 40)),
                   STR_ARG(str_clip(payload->payload.shop, 80)));
}

bool ingest_decide_key(const struct event *payload, const struct order *order, struct err *err)
{
    if (str_eq(payload->key, order->order_id))
        return true;
    return err_set(err, ERR_REJECT,
                   "the message's key is not the payload's order id %.*s: send it again under "
                   "that key, `sluice import` does",
                   STR_ARG(order->order_id));
}

/* ---- the facts ---- */

static struct event ingest_decide_event(const struct event *payload, const struct order *order,
                                        enum event_kind kind)
{
    struct event event = {
        .kind = kind,
        .source = STR(INGEST_SOURCE),
        .key = order->order_id,
        .time_ms = order->version,
    };

    event_follow(&event, payload);
    return event;
}

static struct event ingest_decide_snapshot(struct arena *arena, const struct event *payload,
                                           const struct order *order, struct str payload_hash)
{
    struct event event = ingest_decide_event(payload, order, EVENT_ORDER_SNAPSHOT_TAKEN);

    event.id = event_fact_id(arena, order->order_id, event.kind, payload_hash);
    event.snapshot.order = *order;
    event.snapshot.raw_generation = payload->origin.generation;
    event.snapshot.raw_offset = payload->origin.offset;
    return event;
}

static struct event ingest_decide_refund(struct arena *arena, const struct event *payload,
                                         const struct order *order, const struct order_line *line,
                                         const struct order_refund *refund)
{
    struct event event = ingest_decide_event(payload, order, EVENT_ORDER_REFUND_CHANGED);
    struct str cause = HASH_ID(arena, hash_sha256(arena, payload->payload.bytes), refund->id,
                               arena_format(arena, "%lld", (long long)refund->version));

    event.id = event_fact_id(arena, order->order_id, event.kind, cause);
    event.fact.order_id = order->order_id;
    event.fact.line_id = line->line_id;
    event.fact.refund = *refund;
    return event;
}

struct ingest_plan ingest_decide(struct arena *arena, const struct event *payload,
                                 const struct order *order)
{
    struct ingest_plan plan = { .count = 0 };
    size_t count_max = 1;

    for (size_t i = 0; i < order->line_count; i++)
        count_max += order->lines[i].refund_count;
    plan.events = ARENA_ARRAY(arena, struct event, count_max);
    plan.events[plan.count++] =
        ingest_decide_snapshot(arena, payload, order, hash_sha256(arena, payload->payload.bytes));
    for (size_t i = 0; i < order->line_count; i++)
        for (size_t j = 0; j < order->lines[i].refund_count; j++)
            plan.events[plan.count++] = ingest_decide_refund(
                arena, payload, order, &order->lines[i], &order->lines[i].refunds[j]);
    return plan;
}
