/* route_draft_decide — see route_draft_decide.h. */
#include "route/route_draft_decide.h"

#include <string.h>

#define ROUTE_HOUR_MS 3600000
#define ROUTE_KM_UNIT 100 /* kilometres that km_cost is for */

/* ---- what the order is ---- */

static bool route_draft_has(struct str text, struct str part)
{
    return part.size > 0 && text.size >= part.size
           && memmem(text.data, text.size, part.data, part.size) != NULL;
}

static bool route_draft_is_wanted(const struct route_carrier *carrier, struct str wanted)
{
    bool is_wanted = str_eq(wanted, carrier->id) || route_draft_has(wanted, carrier->name);

    for (size_t i = 0; i < carrier->wish_count && !is_wanted; i++)
        is_wanted = route_draft_has(wanted, carrier->wishes[i]);
    return wanted.size > 0 && is_wanted;
}

/* Sold in advance, or a gift that came with something that was. */
static bool route_draft_is_presale(const struct order *order, const struct order_line *line)
{
    if (line->kind != LINE_KIND_GIFT || line->parent.size == 0)
        return line->kind == LINE_KIND_PRESALE;
    for (size_t i = 0; i < order->line_count; i++) {
        if (str_eq(order->lines[i].line_id, line->parent))
            return order->lines[i].kind == LINE_KIND_PRESALE;
    }
    return false;
}

/* Units of each claimed SKU that were sold in advance: what its pre-sale lines still want of it,
 * bundles as their parts, and no more than is claimed. */
static void route_draft_presold(struct route_draft *self)
{
    const struct answer_body *answer = self->answer;
    struct order only = answer->order;
    struct stock_units *units;
    struct err err;
    size_t count;

    only.lines = ARENA_ARRAY(self->arena, struct order_line, answer->order.line_count + 1);
    only.line_count = 0;
    for (size_t i = 0; i < answer->order.line_count; i++) {
        if (route_draft_is_presale(&answer->order, &answer->order.lines[i]))
            only.lines[only.line_count++] = answer->order.lines[i];
    }
    /* Reserve has made the same demand of all lines, so it cannot be too large here. */
    if (only.line_count == 0
        || !stock_demand(self->arena, self->board->map, &only, &units, &count, &err))
        return;
    for (size_t i = 0; i < answer->claimed_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (str_eq(units[k].sku, answer->claimed[i].sku))
                self->presold[i] = units[k].units < answer->claimed[i].units
                                       ? units[k].units : answer->claimed[i].units;
        }
    }
}

static struct rule_value route_draft_said(struct str text, bool hidden)
{
    return hidden ? rule_unknown() : rule_text(text);
}

static void route_draft_order_facts(struct route_draft *self)
{
    const struct answer_body *answer = self->answer;
    const struct order *order = &answer->order;
    struct rule_value *whole = self->whole;
    struct str *skus = ARENA_ARRAY(self->arena, struct str, answer->claimed_count + 1);
    int64_t units = 0, grams = 0, presold = 0;

    for (size_t i = 0; i < answer->claimed_count; i++) {
        const struct stock_units *claimed = &answer->claimed[i];

        skus[i] = claimed->sku;
        units += claimed->units;
        presold += self->presold[i];
        grams += claimed->units * route_policy_grams(self->board->policy, claimed->sku);
    }
    whole[ROUTE_FIELD_CHANNEL] = rule_text(order->channel);
    whole[ROUTE_FIELD_SHOP] = rule_text(order->shop);
    whole[ROUTE_FIELD_TOTAL] = rule_int(order->total_fen);
    whole[ROUTE_FIELD_UNITS] = rule_int(units);
    whole[ROUTE_FIELD_GRAMS] = rule_int(grams);
    whole[ROUTE_FIELD_SKUS] = rule_texts(skus, answer->claimed_count);
    whole[ROUTE_FIELD_HAS_PRESALE] = rule_flag(presold > 0);
    whole[ROUTE_FIELD_HAS_SPOT] = rule_flag(presold < units);
    whole[ROUTE_FIELD_REMARK] = rule_text(order->buyer_remark);
    whole[ROUTE_FIELD_SELLER_REMARK] = rule_text(order->seller_remark);
    whole[ROUTE_FIELD_CARRIER_WANTED] = rule_text(order->carrier_wanted);
    if (order->due_at > 0)
        whole[ROUTE_FIELD_DUE_HOURS] =
            rule_int((order->due_at - self->board->now_ms) / ROUTE_HOUR_MS);
    whole[ROUTE_FIELD_PROVINCE] = route_draft_said(order->receiver.province, !self->to);
    whole[ROUTE_FIELD_CITY] = rule_text(order->receiver.city);
    whole[ROUTE_FIELD_DISTRICT] = rule_text(order->receiver.district);
}

/* ---- who could take it ---- */

static void route_draft_offer(struct route_draft *self, const struct route_reach *reach,
                              size_t warehouse, size_t carrier)
{
    const struct route_policy *policy = self->board->policy;
    const struct route_carrier *it = &policy->carriers[carrier];
    struct route_place *place = &self->places[warehouse];
    bool wanted = route_draft_is_wanted(it, self->answer->order.carrier_wanted);
    const struct route_rate *rate = it->open ? route_policy_rate(reach, carrier, warehouse) : NULL;
    const struct route_stop *stop = rate ? route_policy_stop(reach, carrier, warehouse) : NULL;

    if (rate && !stop) {
        place->offers[place->count] = (struct route_offer){ .carrier = carrier,
                                                            .tariff = rate->tariff };
        place->options[place->count++] = (struct route_option){ .rate = rate,
                                                                .is_wanted = wanted };
        return;
    }
    if (stop && place->why.size == 0)
        place->why = stop->reason;
    if (wanted)
        place->wish_why = stop ? stop->reason
                               : it->open ? STR("不到这里") : STR("已停用");
}

static void route_draft_place(struct route_draft *self, const struct route_reach *reach,
                              size_t warehouse)
{
    const struct route_policy *policy = self->board->policy;
    const struct route_warehouse *it = &policy->warehouses[warehouse];
    struct route_place *place = &self->places[warehouse];

    place->km = region_distance_km(it->region, self->to);
    place->fixed_fen = it->handling_fen
                       + (place->km > 0 ? place->km * policy->km_fen / ROUTE_KM_UNIT : 0);
    if (!it->open) {
        place->bar = ROUTE_BAR_CLOSED;
        return;
    }
    place->offers = ARENA_ARRAY(self->arena, struct route_offer, policy->carrier_count);
    place->options = ARENA_ARRAY(self->arena, struct route_option, policy->carrier_count);
    for (size_t carrier = 0; carrier < policy->carrier_count; carrier++)
        route_draft_offer(self, reach, warehouse, carrier);
    if (place->count == 0)
        place->bar = ROUTE_BAR_CARRIER;
}

void route_draft_refresh(struct route_draft *draft)
{
    const struct route_board *board = draft->board;

    for (size_t i = 0; i < board->policy->warehouse_count; i++) {
        struct route_place *place = &draft->places[i];

        if (place->bar != ROUTE_BAR_NONE && place->bar != ROUTE_BAR_FULL)
            continue;
        place->day = route_board_day(board, i);
        place->bar = place->day < 0 ? ROUTE_BAR_FULL : ROUTE_BAR_NONE;
        if (place->day >= 0)
            place->late = route_board_late(board, i, place->day, draft->answer->order.due_at);
    }
}

/* ---- what the rules say ---- */

static void route_draft_candidate_facts(struct route_draft *self)
{
    const struct route_policy *policy = self->board->policy;
    size_t row = 0;

    for (size_t i = 0; i < policy->warehouse_count; i++) {
        const struct route_warehouse *warehouse = &policy->warehouses[i];
        struct route_place *place = &self->places[i];

        for (size_t o = 0; o < place->count; o++, row++) {
            struct rule_value *each = &self->each[row * ROUTE_FIELD_COUNT];
            const struct route_carrier *carrier = &policy->carriers[place->offers[o].carrier];

            place->options[o].row = row;
            each[ROUTE_FIELD_SITE] = rule_text(warehouse->id);
            each[ROUTE_FIELD_SITE_NAME] = rule_text(warehouse->name);
            each[ROUTE_FIELD_SITE_PROVINCE] = rule_text(warehouse->province);
            if (place->km >= 0)
                each[ROUTE_FIELD_KM] = rule_int(place->km);
            each[ROUTE_FIELD_LATE_DAYS] = rule_int(place->late);
            each[ROUTE_FIELD_CARRIER] = rule_text(carrier->id);
            each[ROUTE_FIELD_CARRIER_NAME] = rule_text(carrier->name);
            each[ROUTE_FIELD_IS_WANTED] = rule_flag(place->options[o].is_wanted);
            each[ROUTE_FIELD_TRANSIT_DAYS] = rule_int(place->options[o].rate->days);
        }
    }
    self->facts.each_count = row;
}

static void route_draft_forbid(struct route_draft *self, struct route_place *place, size_t at,
                               const struct rule *rule)
{
    place->why = rule_explain(self->arena, route_rules_language(), rule, &self->facts,
                              place->options[at].row);
    if (place->options[at].is_wanted)
        place->wish_why = place->why;
    place->count--;
    for (size_t i = at; i < place->count; i++) {
        place->offers[i] = place->offers[i + 1];
        place->options[i] = place->options[i + 1];
    }
    if (place->count == 0)
        place->bar = ROUTE_BAR_RULE;
}

static void route_draft_cost(struct route_place *place, size_t at, const struct rule *rule)
{
    struct route_option *option = &place->options[at];
    int64_t extra = rule->attributes[ROUTE_ATTRIBUTE_EXTRA].number;
    int64_t before = option->rule ? option->rule->attributes[ROUTE_ATTRIBUTE_EXTRA].number : 0;

    place->offers[at].extra_fen += extra;
    if ((extra < 0 ? -extra : extra) > (before < 0 ? -before : before))
        option->rule = rule;
}

/* A rule over the candidates of one warehouse. */
static void route_draft_apply(struct route_draft *self, struct route_place *place,
                              const struct rule *rule)
{
    for (size_t at = 0; at < place->count;) {
        size_t before = place->count;

        if (rule_holds(rule, &self->facts, place->options[at].row) == RULE_TRUTH_YES) {
            if (rule->action == ROUTE_ACTION_FORBID)
                route_draft_forbid(self, place, at, rule);
            else
                route_draft_cost(place, at, rule);
        }
        at += place->count == before;
    }
}

static void route_draft_judge(struct route_draft *self)
{
    const struct rule_set *set = self->board->policy->set;

    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        size_t row = 0;

        if (rule->action == ROUTE_ACTION_FORBID || rule->action == ROUTE_ACTION_COST) {
            for (size_t w = 0; w < self->board->policy->warehouse_count; w++)
                route_draft_apply(self, &self->places[w], rule);
        } else if (!self->apart
                   && rule_judge(rule, &self->facts, &row) == RULE_TRUTH_YES) {
            self->apart = rule;
            self->apart_row = row;
            self->is_apart = rule->action == ROUTE_ACTION_APART;
        }
    }
}

struct route_draft *route_draft_make(const struct answer_body *answer,
                                     const struct route_board *board)
{
    const struct order_receiver *receiver = &answer->order.receiver;
    struct arena *arena = board->scratch;
    struct route_draft *self = ARENA_NEW(arena, struct route_draft);
    size_t rows = 0;

    self->arena = arena;
    self->board = board;
    self->answer = answer;
    self->to = region_find(receiver->province, receiver->city, receiver->district);
    self->presold = ARENA_ARRAY(arena, int64_t, answer->claimed_count + 1);
    struct route_reach reach = route_policy_reach(arena, board->policy, self->to, board->now_ms);

    for (size_t i = 0; i < board->policy->warehouse_count; i++) {
        route_draft_place(self, &reach, i);
        rows += self->places[i].count;
    }
    route_draft_refresh(self);
    if (board->policy->set->rule_count == 0)
        rows = 0;
    self->whole = ARENA_ARRAY(arena, struct rule_value, ROUTE_FIELD_COUNT);
    self->each = ARENA_ARRAY(arena, struct rule_value, rows * ROUTE_FIELD_COUNT + 1);
    self->facts = (struct rule_facts){ .whole = self->whole, .each = self->each,
                                       .field_count = ROUTE_FIELD_COUNT };
    route_draft_presold(self);
    route_draft_order_facts(self);
    if (rows > 0)
        route_draft_candidate_facts(self);
    route_draft_judge(self);
    return self;
}
