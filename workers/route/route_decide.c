#include "route/route_decide.h"

#include <stdlib.h>

#include "route/route_map_decide.h"

#define ROUTE_FAR_KM 99999 /* a warehouse or receiver whose province we do not know */

bool route_decide_warehouses(struct str text, struct route_policy *policy, struct err *err)
{
    struct str rest = text;
    size_t count = 0;

    while (rest.size > 0) {
        struct str province = str_trim(str_cut(&rest, ','));
        struct str id = str_trim(str_cut(&province, '='));

        province = str_trim(province);
        if (id.size == 0 || route_distance_km(province, province) < 0)
            return err_set(err, ERR_FATAL,
                           "warehouses: \"%.*s=%.*s\" is not ID=province, as in HZ=浙江",
                           STR_ARG(id), STR_ARG(province));
        if (count == ROUTE_WAREHOUSES_MAX)
            return err_set(err, ERR_FATAL, "warehouses: more than %d", ROUTE_WAREHOUSES_MAX);
        policy->warehouses[count++] = (struct route_warehouse){ .id = id, .province = province };
    }
    if (count == 0)
        return err_set(err, ERR_FATAL, "warehouses: name at least one, as in HZ=浙江");
    policy->warehouse_count = count;
    return true;
}

enum route_way route_decide_way(const struct answer_body *answer)
{
    if (answer->stopping_count > 0)
        return ROUTE_WAY_STOP;
    if (answer->state == STOCK_STATE_RESERVED && answer->paid
        && answer->verdict.kind == VERDICT_KIND_CLEAR && answer->claimed_count > 0)
        return ROUTE_WAY_PLAN;
    return ROUTE_WAY_NONE;
}

static struct route_free *route_find(struct route_stock *stock, struct str sku,
                                     struct str warehouse)
{
    size_t low = 0, high = stock->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(stock->rows[middle].sku, sku);

        if (order == 0)
            order = str_compare(stock->rows[middle].warehouse, warehouse);
        if (order == 0)
            return &stock->rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int64_t route_units(struct route_stock *stock, struct str sku, struct str warehouse)
{
    const struct route_free *row = route_find(stock, sku, warehouse);

    return row && row->units > 0 ? row->units : 0;
}

/* The policy's warehouses, nearest to the receiver first. */
struct route_choice {
    const struct route_warehouse *warehouse;
    int64_t km;
};

static int route_compare_choice(const void *a, const void *b)
{
    const struct route_choice *x = a, *y = b;

    if (x->km != y->km)
        return x->km < y->km ? -1 : 1;
    return str_compare(x->warehouse->id, y->warehouse->id);
}

static void route_rank(const struct answer_body *answer, const struct route_policy *policy,
                       struct route_choice choices[ROUTE_WAREHOUSES_MAX])
{
    for (size_t i = 0; i < policy->warehouse_count; i++) {
        int64_t km = route_distance_km(policy->warehouses[i].province,
                                       answer->order.receiver.province);

        choices[i] = (struct route_choice){ .warehouse = &policy->warehouses[i],
                                            .km = km < 0 ? ROUTE_FAR_KM : km };
    }
    qsort(choices, policy->warehouse_count, sizeof choices[0], route_compare_choice);
}

static bool route_has_all(const struct answer_body *answer, struct route_stock *stock,
                          struct str warehouse)
{
    for (size_t i = 0; i < answer->claimed_count; i++) {
        if (route_units(stock, answer->claimed[i].sku, warehouse) < answer->claimed[i].units)
            return false;
    }
    return true;
}

static void route_take(struct arena *arena, struct plan *plan, struct route_stock *stock,
                       struct str warehouse, size_t item_max, struct stock_units units)
{
    struct parcel *parcel = NULL;

    for (size_t i = 0; i < plan->parcel_count; i++) {
        if (str_eq(plan->parcels[i].warehouse, warehouse))
            parcel = &plan->parcels[i];
    }
    if (!parcel) {
        parcel = &plan->parcels[plan->parcel_count++];
        parcel->warehouse = warehouse;
        parcel->state = PARCEL_STATE_PLANNED;
        parcel->items = ARENA_ARRAY(arena, struct stock_units, item_max);
    }
    parcel->items[parcel->item_count++] = units;
    struct route_free *row = route_find(stock, units.sku, warehouse);
    CHECK(row && row->units >= units.units);
    row->units -= units.units;
}

/* One SKU from the nearest warehouses that have it; a SKU may itself be split. */
static bool route_split_sku(struct arena *arena, const struct answer_body *answer,
                            const struct route_policy *policy,
                            const struct route_choice *choices, struct stock_units wanted,
                            struct route_stock *stock, struct plan *plan)
{
    for (size_t i = 0; i < policy->warehouse_count && wanted.units > 0; i++) {
        struct str warehouse = choices[i].warehouse->id;
        int64_t units = route_units(stock, wanted.sku, warehouse);

        if (units > wanted.units)
            units = wanted.units;
        if (units == 0)
            continue;
        route_take(arena, plan, stock, warehouse, answer->claimed_count,
                   (struct stock_units){ .sku = wanted.sku, .units = units });
        wanted.units -= units;
    }
    return wanted.units == 0;
}

/* True when the listed warehouses together hold every SKU of the claim. */
static bool route_together(const struct answer_body *answer, const struct route_policy *policy,
                           struct route_stock *stock, struct str *short_sku_out)
{
    for (size_t i = 0; i < answer->claimed_count; i++) {
        int64_t units = 0;

        for (size_t w = 0; w < policy->warehouse_count; w++)
            units += route_units(stock, answer->claimed[i].sku, policy->warehouses[w].id);
        if (units < answer->claimed[i].units) {
            *short_sku_out = answer->claimed[i].sku;
            return false;
        }
    }
    return true;
}

static struct str route_km_text(struct arena *arena, const struct route_choice *choice)
{
    if (choice->km == ROUTE_FAR_KM)
        return arena_format(arena, "%.*s（距离未知）", STR_ARG(choice->warehouse->id));
    return arena_format(arena, "%.*s（约 %lld 公里）", STR_ARG(choice->warehouse->id),
                        (long long)choice->km);
}

static void route_whole(struct arena *arena, const struct answer_body *answer,
                        const struct route_policy *policy, const struct route_choice *choices,
                        size_t chosen, struct route_stock *stock, struct plan *plan)
{
    for (size_t i = 0; i < answer->claimed_count; i++)
        route_take(arena, plan, stock, choices[chosen].warehouse->id, answer->claimed_count,
                   answer->claimed[i]);
    plan->reason = arena_format(arena, "%.*s：全部有货的仓中最近，一个包裹发出",
                                STR_ARG(route_km_text(arena, &choices[chosen])));
    plan->runner_up = STR("没有第二个能整单发出的仓");
    for (size_t i = chosen + 1; i < policy->warehouse_count; i++) {
        if (!route_has_all(answer, stock, choices[i].warehouse->id))
            continue;
        plan->runner_up = route_km_text(arena, &choices[i]);
        return;
    }
}

static struct str route_carrier(const struct answer_body *answer, const struct route_policy *policy)
{
    if (answer->order.carrier_wanted.size > 0)
        return answer->order.carrier_wanted;
    if (route_is_remote(answer->order.receiver.province))
        return policy->carrier_remote;
    return policy->carrier;
}

bool route_decide(struct arena *arena, const struct answer_body *answer,
                  const struct route_policy *policy, struct route_stock *stock,
                  struct plan *plan_out, struct str *why_out)
{
    struct route_choice choices[ROUTE_WAREHOUSES_MAX];
    struct plan plan = {
        .rules_version = policy->rules_version,
        .parcels = ARENA_ARRAY(arena, struct parcel, policy->warehouse_count),
    };
    struct str short_sku;
    size_t chosen = 0;

    if (!route_together(answer, policy, stock, &short_sku)) {
        *why_out = arena_format(arena, "各仓合计都不够发 %.*s (no warehouse has the units)",
                                STR_ARG(short_sku));
        return false;
    }
    route_rank(answer, policy, choices);
    while (chosen < policy->warehouse_count
           && !route_has_all(answer, stock, choices[chosen].warehouse->id))
        chosen++;
    if (chosen < policy->warehouse_count) {
        route_whole(arena, answer, policy, choices, chosen, stock, &plan);
    } else {
        for (size_t i = 0; i < answer->claimed_count; i++) {
            bool whole = route_split_sku(arena, answer, policy, choices, answer->claimed[i],
                                         stock, &plan);
            CHECK(whole);
        }
        plan.reason = arena_format(arena, "没有一个仓有全部商品，由近到远拆成 %zu 个包裹",
                                   plan.parcel_count);
        plan.runner_up = STR("等补货后整单发出");
    }
    for (size_t i = 0; i < plan.parcel_count; i++)
        plan.parcels[i].carrier = route_carrier(answer, policy);
    *plan_out = plan;
    return true;
}
