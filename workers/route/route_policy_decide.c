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
    struct route_area area = { .count = 0 };

    if (names->text_count > 0)
        area.places = ARENA_ARRAY(arena, const struct region *,
                                  names->text_count * ROUTE_PLACES_MAX);
    for (size_t i = 0; i < names->text_count; i++) {
        size_t count = route_policy_places(names->texts[i], area.places + area.count);

        if (count == 0)
            return err_set(err, ERR_REJECT, "areas: \"%.*s\" is no province, city or district",
                           STR_ARG(str_clip(names->texts[i], 60)));
        area.count += count;
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

    if (tables[ROUTE_TABLE_WAREHOUSES].row_count == 0
        || tables[ROUTE_TABLE_WAREHOUSES].row_count > ROUTE_WAREHOUSES_MAX
        || tables[ROUTE_TABLE_CARRIERS].row_count == 0
        || tables[ROUTE_TABLE_CARRIERS].row_count > ROUTE_CARRIERS_MAX)
        return err_set(err, ERR_REJECT, "tables: 1 to %d warehouses and 1 to %d carriers",
                       ROUTE_WAREHOUSES_MAX, ROUTE_CARRIERS_MAX);
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
    for (size_t i = 0; i < set->rule_count; i++)
        self.candidate_rules += set->rules[i].action == ROUTE_ACTION_FORBID
                                || set->rules[i].action == ROUTE_ACTION_COST;
    *policy_out = self;
    return true;
}

/* ---- questions ---- */

int64_t route_policy_grams(const struct route_policy *policy, struct str sku)
{
    const struct rule_value *row = rule_find(&policy->set->tables[ROUTE_TABLE_SKUS], sku);

    return row ? row[ROUTE_SKU_GRAMS].number : policy->grams;
}

const struct route_rate *route_policy_rate(const struct route_policy *policy, size_t carrier,
                                           size_t warehouse, const struct region *to)
{
    const struct route_rate *best = NULL;
    int best_rank = -1;

    for (size_t i = 0; i < policy->rate_count; i++) {
        const struct route_rate *rate = &policy->rates[i];

        if (rate->carrier != carrier
            || (rate->warehouse != ROUTE_ANY && rate->warehouse != warehouse))
            continue;
        int closeness = route_policy_closeness(&rate->area, to);
        int rank = closeness < 0 ? -1 : closeness * 2 + (rate->warehouse != ROUTE_ANY);

        if (rank > best_rank) {
            best = rate;
            best_rank = rank;
        }
    }
    return best;
}

const struct route_stop *route_policy_stop(const struct route_policy *policy, size_t carrier,
                                           size_t warehouse, const struct region *to,
                                           int64_t now_ms)
{
    for (size_t i = 0; i < policy->stop_count; i++) {
        const struct route_stop *stop = &policy->stops[i];

        if ((stop->carrier == ROUTE_ANY || stop->carrier == carrier)
            && (stop->warehouse == ROUTE_ANY || stop->warehouse == warehouse)
            && now_ms >= stop->from && (stop->until == 0 || now_ms < stop->until)
            && route_policy_closeness(&stop->area, to) >= 0)
            return stop;
    }
    return NULL;
}
