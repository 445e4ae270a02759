/* anomaly_facts_decide — see anomaly_facts_decide.h. Here: the order and its receiver. */
#include "anomaly/anomaly_facts_decide.h"

#include <string.h>

#include "anomaly/anomaly_lines_decide.h"
#include "anomaly/anomaly_rules_decide.h"
#include "base/check.h"
#include "base/hash.h"
#include "domain/address.h"
#include "domain/phone.h"

#define ANOMALY_HOUR_MS    INT64_C(3600000)
#define ANOMALY_CHINA_HOUR 8

struct anomaly_facts {
    struct rule_facts rule;
    struct rule_value *whole, *each;
    struct anomaly_lines *lines;
    size_t line_max;
};

struct anomaly_facts *anomaly_facts_open(struct arena *arena, size_t line_max)
{
    struct anomaly_facts *facts = ARENA_NEW(arena, struct anomaly_facts);

    *facts = (struct anomaly_facts){
        .whole = ARENA_ARRAY(arena, struct rule_value, ANOMALY_FIELD_COUNT),
        .each = ARENA_ARRAY(arena, struct rule_value, line_max * ANOMALY_FIELD_COUNT),
        .lines = anomaly_lines_open(arena, line_max),
        .line_max = line_max,
    };
    facts->rule = (struct rule_facts){
        .whole = facts->whole,
        .each = facts->each,
        .field_count = ANOMALY_FIELD_COUNT,
    };
    return facts;
}

/* ---- the rule set ---- */

/* The region a row means; NULL when its last name is none of ours: a development zone, a town. */
static const struct region *anomaly_facts_region(const struct anomaly_area *area)
{
    const struct region *region = region_find(area->province, area->city, area->district);
    enum region_level level = area->district.size > 0 ? REGION_LEVEL_DISTRICT
                              : area->city.size > 0   ? REGION_LEVEL_CITY
                                                      : REGION_LEVEL_PROVINCE;

    return region && region->level == level ? region : NULL;
}

struct anomaly_policy anomaly_facts_policy(struct arena *arena, const struct rule_set *rules)
{
    const struct rule_rows *rows = &rules->tables[ANOMALY_TABLE_AREAS];
    struct anomaly_area *areas = ARENA_ARRAY(arena, struct anomaly_area, rows->row_count);

    for (size_t i = 0; i < rows->row_count; i++) {
        const struct rule_value *row = rule_row(rows, i);

        areas[i] = (struct anomaly_area){
            .province = row[0].text,
            .city = row[1].text,
            .district = row[2].text,
            .reason = row[3].text,
        };
        areas[i].region = anomaly_facts_region(&areas[i]);
    }
    return (struct anomaly_policy){
        .rules = rules,
        .areas = areas,
        .area_count = rows->row_count,
    };
}

int64_t anomaly_facts_setting(const struct anomaly_policy *policy, size_t setting)
{
    return policy->rules->settings[setting].number;
}

/* ---- keys ---- */

static bool anomaly_facts_is_hidden(const struct order_receiver *receiver)
{
    return receiver->masked || receiver->cipher.size > 0 || str_has(receiver->address, '*')
           || str_has(receiver->phone, '*') || str_has(receiver->name, '*');
}

static struct str anomaly_facts_receiver_key(struct arena *arena, const struct order *order)
{
    const struct order_receiver *receiver = &order->receiver;

    if (receiver->key.size > 0)
        return HASH_ID(arena, STR("receiver"), order->channel, receiver->key);
    if (anomaly_facts_is_hidden(receiver) || receiver->address.size == 0
        || receiver->phone.size == 0)
        return STR_NONE;
    return HASH_ID(arena, STR("plain"), receiver->name, receiver->phone, receiver->city,
                   receiver->address);
}

struct anomaly_keys anomaly_facts_keys(struct arena *arena, const struct order *order,
                                       int64_t entered_ms)
{
    return (struct anomaly_keys){
        .receiver = anomaly_facts_receiver_key(arena, order),
        .buyer = order->buyer_key.size > 0
                     ? HASH_ID(arena, STR("buyer"), order->channel, order->buyer_key)
                     : STR_NONE,
        .at = order->placed_at > 0 ? order->placed_at
              : order->paid_at > 0 ? order->paid_at
                                   : entered_ms,
    };
}

/* ---- the order ---- */

/* Bytes of the white space that begins here: ASCII, no-break, zero-width, ideographic; else 0. */
static size_t anomaly_facts_space(struct str rest)
{
    static const struct str spaces[] = { { " ", 1 },           { "\t", 1 },
                                         { "\n", 1 },          { "\r", 1 },
                                         { "\xC2\xA0", 2 },    { "\xE2\x80\x8B", 3 },
                                         { "\xE3\x80\x80", 3 } };

    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
        if (str_starts(rest, spaces[i]))
            return spaces[i].size;
    return 0;
}

static struct rule_value anomaly_facts_remark(struct arena *arena, struct str remark)
{
    char *text;
    size_t size = 0;

    if (remark.size == 0)
        return rule_text(STR(""));
    text = arena_alloc(arena, remark.size);
    while (remark.size > 0) {
        size_t space = anomaly_facts_space(remark);

        if (space == 0)
            text[size++] = remark.data[0];
        space += space == 0;
        remark.data += space;
        remark.size -= space;
    }
    return rule_text((struct str){ text, size });
}

static struct rule_value anomaly_facts_discount(const struct order *order)
{
    int64_t goods = order->total_fen - order->freight_fen + order->discount_fen;

    if (goods <= 0 || order->discount_fen > goods)
        return rule_unknown();
    return rule_int(order->discount_fen * 100 / goods);
}

static struct rule_value anomaly_facts_hour(int64_t placed_at)
{
    if (placed_at <= 0)
        return rule_unknown();
    return rule_int((placed_at / ANOMALY_HOUR_MS + ANOMALY_CHINA_HOUR) % 24);
}

static void anomaly_facts_order(struct anomaly_facts *facts, struct arena *arena,
                                const struct answer_body *answer, const struct anomaly_known *known)
{
    const struct order *order = &answer->order;
    struct rule_value *whole = facts->whole;

    whole[ANOMALY_FIELD_CHANNEL] = rule_text(order->channel);
    whole[ANOMALY_FIELD_SHOP] = rule_text(order->shop);
    whole[ANOMALY_FIELD_TOTAL] = rule_int(order->total_fen);
    whole[ANOMALY_FIELD_REMARK] = anomaly_facts_remark(arena, order->buyer_remark);
    whole[ANOMALY_FIELD_SELLER_REMARK] = anomaly_facts_remark(arena, order->seller_remark);
    whole[ANOMALY_FIELD_DISCOUNT_PERCENT] = anomaly_facts_discount(order);
    whole[ANOMALY_FIELD_SENT_ELSEWHERE] = rule_flag(str_is(answer->reason, "sent_elsewhere"));
    whole[ANOMALY_FIELD_BUYER_LEVEL] = rule_text(order->buyer_level);
    whole[ANOMALY_FIELD_CARRIER_WANTED] = rule_text(order->carrier_wanted);
    whole[ANOMALY_FIELD_HOUR] = anomaly_facts_hour(order->placed_at);
    whole[ANOMALY_FIELD_RECEIVER_ORDERS] =
        known->receiver_known ? rule_int(known->receiver_orders) : rule_unknown();
    whole[ANOMALY_FIELD_BUYER_RECEIVERS] =
        known->buyer_known ? rule_int(known->buyer_receivers) : rule_unknown();
}

/* ---- the receiver ---- */

static bool anomaly_facts_same(struct str wanted, struct str name)
{
    return wanted.size == 0 || str_eq(wanted, name);
}

static const struct anomaly_area *anomaly_facts_closed(const struct anomaly_policy *policy,
                                                       const struct order_receiver *receiver)
{
    const struct region *region;

    if (policy->area_count == 0)
        return NULL;
    region = region_find(receiver->province, receiver->city, receiver->district);
    for (size_t i = 0; i < policy->area_count; i++) {
        const struct anomaly_area *area = &policy->areas[i];

        if (area->region ? region_within(region, area->region)
                         : anomaly_facts_same(area->province, receiver->province)
                               && anomaly_facts_same(area->city, receiver->city)
                               && anomaly_facts_same(area->district, receiver->district))
            return area;
    }
    return NULL;
}

static void anomaly_facts_area(struct anomaly_facts *facts, const struct anomaly_policy *policy,
                               const struct order_receiver *receiver)
{
    const struct anomaly_area *area = anomaly_facts_closed(policy, receiver);
    bool somewhere = receiver->province.size + receiver->city.size + receiver->district.size > 0;

    facts->whole[ANOMALY_FIELD_AREA_CLOSED] = somewhere ? rule_flag(area != NULL) : rule_unknown();
    facts->whole[ANOMALY_FIELD_AREA_REASON] =
        area && area->reason.size > 0 ? rule_text(area->reason) : rule_unknown();
}

static void anomaly_facts_receiver(struct anomaly_facts *facts,
                                   const struct order_receiver *receiver)
{
    struct rule_value *whole = facts->whole;
    struct address_judgement address = address_judge(receiver);
    enum phone_fault phone =
        phone_judge(receiver->phone, receiver->masked || receiver->cipher.size > 0);
    bool hidden = receiver->masked || receiver->cipher.size > 0 || str_has(receiver->address, '*');

    whole[ANOMALY_FIELD_PROVINCE] = rule_text(receiver->province);
    whole[ANOMALY_FIELD_CITY] = rule_text(receiver->city);
    whole[ANOMALY_FIELD_DISTRICT] = rule_text(receiver->district);
    whole[ANOMALY_FIELD_MASKED] = rule_flag(hidden);
    whole[ANOMALY_FIELD_ADDRESS] = hidden ? rule_unknown() : rule_text(receiver->address);
    whole[ANOMALY_FIELD_ADDRESS_FAULT] = address.fault == ADDRESS_FAULT_HIDDEN
                                             ? rule_unknown()
                                             : rule_text(str_of(address_fault_name(address.fault)));
    whole[ANOMALY_FIELD_ADDRESS_EVIDENCE] = rule_text(address.evidence);
    whole[ANOMALY_FIELD_PHONE_FAULT] =
        phone == PHONE_FAULT_HIDDEN ? rule_unknown() : rule_text(str_of(phone_fault_name(phone)));
}

/* ---- all of it ---- */

const struct rule_facts *anomaly_facts_of(struct anomaly_facts *facts, struct arena *arena,
                                          const struct answer_body *answer,
                                          const struct anomaly_policy *policy,
                                          const struct anomaly_known *known)
{
    CHECK(answer->order.line_count <= facts->line_max);
    anomaly_facts_order(facts, arena, answer, known);
    anomaly_facts_receiver(facts, &answer->order.receiver);
    anomaly_facts_area(facts, policy, &answer->order.receiver);
    facts->rule.each_count = anomaly_lines_facts(facts->lines, arena, &answer->order, known, policy,
                                                 facts->whole, facts->each);
    return &facts->rule;
}
