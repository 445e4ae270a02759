/* route_policy_decide — see route_policy_decide.h. */
#include "route/route_policy_decide.h"

#define ROUTE_PLACES_MAX 32 /* that one name stands for */

/* ---- areas ---- */

static bool route_policy_is_within_all(const struct region *place, const struct region **outer,
                                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (region_within(place, outer[i]))
            return true;
    }
    return count == 0;
}

/* One or several names, outer ones first: "广东省深圳市". The places of the last that lie in one
 * of those before; 0 when it is no place. */
static size_t route_policy_places(struct str name, const struct region **places)
{
    struct str rest = str_trim(name);
    size_t count = 0;

    while (rest.size > 0) {
        struct region_mention mention = region_mention(rest);
        const struct region *inner[ROUTE_PLACES_MAX];
        size_t found = 0;

        for (size_t i = 0; i < mention.count && found < ROUTE_PLACES_MAX; i++) {
            const struct region *place = region_mention_place(mention, i, NULL);

            if (route_policy_is_within_all(place, places, count))
                inner[found++] = place;
        }
        if (found == 0 || mention.text.size == 0)
            return 0;
        for (count = 0; count < found; count++)
            places[count] = inner[count];
        rest.data += mention.text.size;
        rest.size -= mention.text.size;
        rest = str_trim(rest);
    }
    return count;
}

static bool route_policy_area(struct arena *arena, const struct rule_value *names,
                              struct route_area *area_out, struct err *err)
{
    const struct region *places[ROUTE_PLACES_MAX];
    struct route_area area = { .count = 0 };
    size_t total = 0;

    for (size_t i = 0; i < names->text_count; i++) {
        size_t count = route_policy_places(names->texts[i], places);

        if (count == 0)
            return err_set(err, ERR_REJECT, "areas: \"%.*s\" is no province, city or district",
                           STR_ARG(str_clip(names->texts[i], 60)));
        total += count;
    }
    area.places = ARENA_ARRAY(arena, const struct region *, total);
    for (size_t i = 0; i < names->text_count; i++) {
        size_t count = route_policy_places(names->texts[i], places);

        for (size_t k = 0; k < count; k++)
            area.places[area.count++] = places[k];
    }
    *area_out = area;
    return true;
}

/* How close an area is to a region: the level of what they share; -1 when it is elsewhere. */
static int route_policy_closeness(const struct route_area *area, const struct region *to)
{
    int closest = area->count == 0 ? 0 : -1;

    for (size_t i = 0; i < area->count; i++) {
        if ((int)area->places[i]->level > closest && region_within(to, area->places[i]))
            closest = (int)area->places[i]->level;
    }
    return closest;
}

/* ---- rows ---- */

static bool route_policy_warehouse_of(const struct route_policy *self, struct str id,
                                      size_t *out, struct err *err)
{
    if (id.size == 0) {
        *out = ROUTE_ANY;
        return true;
    }
    for (size_t i = 0; i < self->warehouse_count; i++) {
        if (str_eq(self->warehouses[i].id, id)) {
            *out = i;
            return true;
        }
    }
    return err_set(err, ERR_REJECT, "warehouse: \"%.*s\" is not in the table warehouses",
                   STR_ARG(str_clip(id, 60)));
}

static bool route_policy_carrier_of(const struct route_policy *self, struct str id, size_t *out,
                                    struct err *err)
{
    if (id.size == 0) {
        *out = ROUTE_ANY;
        return true;
    }
    for (size_t i = 0; i < self->carrier_count; i++) {
        if (str_eq(self->carriers[i].id, id)) {
            *out = i;
            return true;
        }
    }
    return err_set(err, ERR_REJECT, "carrier: \"%.*s\" is not in the table carriers",
                   STR_ARG(str_clip(id, 60)));
}

static uint32_t route_policy_weekdays(const struct rule_value *names)
{
    uint32_t days = 0;

    for (size_t i = 0; i < names->text_count; i++) {
        for (unsigned day = 0; route_rules_weekdays[day]; day++)
            days |= str_is(names->texts[i], route_rules_weekdays[day]) ? UINT32_C(1) << day : 0;
    }
    return days;
}

static bool route_policy_add_warehouse(struct route_policy *self, struct arena *arena,
                                       const struct rule_value *row, struct err *err)
{
    struct str province = row[ROUTE_WAREHOUSE_PROVINCE].text;
    struct route_warehouse warehouse = {
        .id = row[ROUTE_WAREHOUSE_ID].text,
        .name = row[ROUTE_WAREHOUSE_NAME].text,
        .province = province,
        .region = region_find(province, row[ROUTE_WAREHOUSE_CITY].text,
                              row[ROUTE_WAREHOUSE_DISTRICT].text),
        .open = row[ROUTE_WAREHOUSE_OPEN].number != 0,
        .cut_off = row[ROUTE_WAREHOUSE_CUT_OFF].number,
        .leaves = row[ROUTE_WAREHOUSE_LEAVES].number,
        .capacity = row[ROUTE_WAREHOUSE_CAPACITY].number,
        .handling_fen = row[ROUTE_WAREHOUSE_HANDLING].number,
        .closed_on = route_policy_weekdays(&row[ROUTE_WAREHOUSE_CLOSED_ON]),
    };

    (void)arena;
    if (!warehouse.region)
        return err_set(err, ERR_REJECT, "province: \"%.*s\" is no province",
                       STR_ARG(str_clip(province, 60)));
    if (warehouse.leaves < warehouse.cut_off)
        return err_set(err, ERR_REJECT, "leaves: the parcels are collected before the cut_off");
    self->warehouses[self->warehouse_count++] = warehouse;
    return true;
}

static bool route_policy_add_carrier(struct route_policy *self, struct arena *arena,
                                     const struct rule_value *row, struct err *err)
{
    (void)arena;
    (void)err;
    self->carriers[self->carrier_count++] = (struct route_carrier){
        .id = row[ROUTE_CARRIER_ID].text,
        .name = row[ROUTE_CARRIER_NAME].text,
        .open = row[ROUTE_CARRIER_OPEN].number != 0,
        .grams_max = row[ROUTE_CARRIER_GRAMS_MAX].number,
        .wishes = row[ROUTE_CARRIER_WISHES].texts,
        .wish_count = row[ROUTE_CARRIER_WISHES].text_count,
    };
    return true;
}

static bool route_policy_add_rate(struct route_policy *self, struct arena *arena,
                                  const struct rule_value *row, struct err *err)
{
    struct route_rate rate = {
        .tariff = { .first_grams = row[ROUTE_TARIFF_FIRST_GRAMS].number,
                    .first_fen = row[ROUTE_TARIFF_FIRST].number,
                    .step_grams = row[ROUTE_TARIFF_STEP_GRAMS].number,
                    .step_fen = row[ROUTE_TARIFF_STEP].number },
        .days = row[ROUTE_TARIFF_DAYS].number,
    };

    if (!route_policy_carrier_of(self, row[ROUTE_TARIFF_CARRIER].text, &rate.carrier, err)
        || !route_policy_warehouse_of(self, row[ROUTE_TARIFF_WAREHOUSE].text, &rate.warehouse,
                                      err)
        || !route_policy_area(arena, &row[ROUTE_TARIFF_AREAS], &rate.area, err))
        return false;
    if (rate.carrier == ROUTE_ANY)
        return err_set(err, ERR_REJECT, "carrier: is empty");
    rate.tariff.grams_max = self->carriers[rate.carrier].grams_max;
    self->rates[self->rate_count++] = rate;
    return true;
}

static bool route_policy_add_stop(struct route_policy *self, struct arena *arena,
                                  const struct rule_value *row, struct err *err)
{
    struct route_stop stop = {
        .from = row[ROUTE_STOP_FROM].number,
        .until = row[ROUTE_STOP_UNTIL].number,
        .reason = row[ROUTE_STOP_REASON].text,
    };

    if (!route_policy_carrier_of(self, row[ROUTE_STOP_CARRIER].text, &stop.carrier, err)
        || !route_policy_warehouse_of(self, row[ROUTE_STOP_WAREHOUSE].text, &stop.warehouse, err)
        || !route_policy_area(arena, &row[ROUTE_STOP_AREAS], &stop.area, err))
        return false;
    self->stops[self->stop_count++] = stop;
    return true;
}

static bool route_policy_add_all(struct route_policy *self, struct arena *arena,
                                 enum route_table table,
                                 bool (*add)(struct route_policy *self, struct arena *arena,
                                             const struct rule_value *row, struct err *err),
                                 struct err *err)
{
    const struct rule_rows *rows = &self->set->tables[table];

    for (size_t i = 0; i < rows->row_count; i++) {
        if (!add(self, arena, rule_row(rows, i), err))
            return err_in(err, "%s, row %zu", route_rules_language()->tables[table].name, i + 1);
    }
    return true;
}

/* Each carrier's rates together, in the order they stand in the set. */
static void route_policy_group(struct route_policy *self, struct arena *arena)
{
    struct route_rate *rates = ARENA_ARRAY(arena, struct route_rate, self->rate_count);
    size_t count = 0;

    for (size_t c = 0; c < self->carrier_count; c++) {
        self->carriers[c].first_rate = count;
        for (size_t i = 0; i < self->rate_count; i++) {
            if (self->rates[i].carrier == c)
                rates[count++] = self->rates[i];
        }
        self->carriers[c].rate_count = count - self->carriers[c].first_rate;
    }
    self->rates = rates;
}

static bool route_policy_check_sizes(const struct rule_rows *tables, struct err *err)
{
    size_t warehouses = tables[ROUTE_TABLE_WAREHOUSES].row_count;
    size_t carriers = tables[ROUTE_TABLE_CARRIERS].row_count;

    if (warehouses == 0 || warehouses > ROUTE_WAREHOUSES_MAX || carriers == 0
        || carriers > ROUTE_CARRIERS_MAX)
        return err_set(err, ERR_REJECT, "tables: 1 to %d warehouses and 1 to %d carriers",
                       ROUTE_WAREHOUSES_MAX, ROUTE_CARRIERS_MAX);
    if (tables[ROUTE_TABLE_TARIFFS].row_count > ROUTE_ROWS_MAX
        || tables[ROUTE_TABLE_STOPS].row_count > ROUTE_ROWS_MAX)
        return err_set(err, ERR_REJECT, "tables: at most %d tariffs and as many stops",
                       ROUTE_ROWS_MAX);
    return true;
}

bool route_policy_make(struct arena *arena, const struct rule_set *set,
                       struct route_policy *policy_out, struct err *err)
{
    struct route_policy self = {
        .set = set,
        .grams = set->settings[ROUTE_SETTING_GRAMS].number,
        .km_fen = set->settings[ROUTE_SETTING_KM_COST].number,
        .horizon_days = set->settings[ROUTE_SETTING_HORIZON_DAYS].number,
    };
    const struct rule_rows *tables = set->tables;

    if (!route_policy_check_sizes(tables, err))
        return false;
    self.warehouses = ARENA_ARRAY(arena, struct route_warehouse,
                                  tables[ROUTE_TABLE_WAREHOUSES].row_count);
    self.carriers = ARENA_ARRAY(arena, struct route_carrier,
                                tables[ROUTE_TABLE_CARRIERS].row_count);
    self.rates = ARENA_ARRAY(arena, struct route_rate, tables[ROUTE_TABLE_TARIFFS].row_count);
    self.stops = ARENA_ARRAY(arena, struct route_stop, tables[ROUTE_TABLE_STOPS].row_count);
    if (!route_policy_add_all(&self, arena, ROUTE_TABLE_WAREHOUSES, route_policy_add_warehouse,
                              err)
        || !route_policy_add_all(&self, arena, ROUTE_TABLE_CARRIERS, route_policy_add_carrier, err)
        || !route_policy_add_all(&self, arena, ROUTE_TABLE_TARIFFS, route_policy_add_rate, err)
        || !route_policy_add_all(&self, arena, ROUTE_TABLE_STOPS, route_policy_add_stop, err))
        return false;
    route_policy_group(&self, arena);
    *policy_out = self;
    return true;
}

/* ---- questions ---- */

int64_t route_policy_grams(const struct route_policy *policy, struct str sku)
{
    const struct rule_value *row = rule_find(&policy->set->tables[ROUTE_TABLE_SKUS], sku);

    return row ? row[ROUTE_SKU_GRAMS].number : policy->grams;
}

struct route_reach route_policy_reach(struct arena *arena, const struct route_policy *policy,
                                      const struct region *to, int64_t now_ms)
{
    int8_t *rates = ARENA_ARRAY(arena, int8_t, policy->rate_count);
    bool *stops = ARENA_ARRAY(arena, bool, policy->stop_count);

    for (size_t i = 0; i < policy->rate_count; i++)
        rates[i] = (int8_t)route_policy_closeness(&policy->rates[i].area, to);
    for (size_t i = 0; i < policy->stop_count; i++) {
        const struct route_stop *stop = &policy->stops[i];

        stops[i] = now_ms >= stop->from && (stop->until == 0 || now_ms < stop->until)
                && route_policy_closeness(&stop->area, to) >= 0;
    }
    return (struct route_reach){ .policy = policy, .rates = rates, .stops = stops };
}

const struct route_rate *route_policy_rate(const struct route_reach *reach, size_t carrier,
                                           size_t warehouse)
{
    const struct route_carrier *it = &reach->policy->carriers[carrier];
    const struct route_rate *best = NULL;
    int best_rank = -1;

    for (size_t i = it->first_rate; i < it->first_rate + it->rate_count; i++) {
        const struct route_rate *rate = &reach->policy->rates[i];
        int rank = reach->rates[i] * 2 + (rate->warehouse == warehouse);

        if (reach->rates[i] < 0 || rank <= best_rank
            || (rate->warehouse != ROUTE_ANY && rate->warehouse != warehouse))
            continue;
        best = rate;
        best_rank = rank;
    }
    return best;
}

const struct route_stop *route_policy_stop(const struct route_reach *reach, size_t carrier,
                                           size_t warehouse)
{
    for (size_t i = 0; i < reach->policy->stop_count; i++) {
        const struct route_stop *stop = &reach->policy->stops[i];

        if (reach->stops[i] && (stop->carrier == ROUTE_ANY || stop->carrier == carrier)
            && (stop->warehouse == ROUTE_ANY || stop->warehouse == warehouse))
            return stop;
    }
    return NULL;
}
