/*
 * route_policy_decide — a rule set of route, made ready: names looked up, areas as regions.
 *
 * rules_decode() has checked each value; here the rows are checked against each other, so that a
 * tariff of a carrier nobody knows, or an area that is no place, is refused when the set is
 * published and not discovered by an order. The policy borrows from the set and lives in the same
 * arena; it does not change.
 */
#ifndef SLUICE_ROUTE_ROUTE_POLICY_DECIDE_H
#define SLUICE_ROUTE_ROUTE_POLICY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/region.h"
#include "domain/rule.h"
#include "route/route_price_decide.h"
#include "route/route_rules_decide.h"
#include "route/route_solve_decide.h"

#define ROUTE_WAREHOUSES_MAX ROUTE_SITES_MAX
#define ROUTE_CARRIERS_MAX   32
#define ROUTE_ROWS_MAX       5000     /* of tariffs, of stops */
#define ROUTE_ANY            SIZE_MAX /* every warehouse, every carrier */

struct route_warehouse {
    struct str id, name, province;
    const struct region *region;
    bool open;
    int64_t cut_off, leaves; /* minutes since midnight in China */
    int64_t capacity;        /* parcels a day */
    int64_t handling_fen;
    uint32_t closed_on; /* bit 0: Monday */
};

struct route_carrier {
    struct str id, name;
    bool open;
    int64_t grams_max;
    const struct str *wishes;
    size_t wish_count;
    size_t first_rate, rate_count; /* its own, of the policy's */
};

/* Regions that a text names: "吉林" is a province and a city. */
struct route_area {
    const struct region **places;
    size_t count;
};

struct route_rate {
    size_t carrier, warehouse; /* ROUTE_ANY: from all that have no rate of their own */
    struct route_area area;    /* without places: everywhere that has no rate of its own */
    struct route_tariff tariff;
    int64_t days;
};

struct route_stop {
    size_t carrier, warehouse; /* ROUTE_ANY: all */
    struct route_area area;    /* without places: everywhere */
    int64_t from, until;       /* ms; 0: open */
    struct str reason;
};

struct route_policy {
    const struct rule_set *set;
    int64_t grams, km_fen; /* of a unit nobody weighed; of 100 km */
    int64_t horizon_days;
    struct route_warehouse *warehouses;
    size_t warehouse_count;
    struct route_carrier *carriers;
    size_t carrier_count;
    struct route_rate *rates; /* by carrier, else as they stand in the set */
    size_t rate_count;
    struct route_stop *stops;
    size_t stop_count;
};

/* REJECT names the table, the row (from 1) and what is wrong with it. */
bool route_policy_make(struct arena *arena, const struct rule_set *set,
                       struct route_policy *policy_out, struct err *err) MUST_CHECK;

/* Grams of one unit of a SKU. */
int64_t route_policy_grams(const struct route_policy *policy, struct str sku);

/* Which rates and stops hold for one receiver at one time. */
struct route_reach {
    const struct route_policy *policy;
    const int8_t *rates; /* how close each one's area is: a region_level, 0 for everywhere, or -1 */
    const bool *stops;
};

/* `to` may be NULL: then only what holds everywhere. In the arena. */
struct route_reach route_policy_reach(struct arena *arena, const struct route_policy *policy,
                                      const struct region *to, int64_t now_ms);

/* What a carrier asks from a warehouse: the rate of the closest area, among those the one for
 * this very warehouse, else the first. NULL: it does not go there. */
const struct route_rate *route_policy_rate(const struct route_reach *reach, size_t carrier,
                                           size_t warehouse);

/* What keeps a carrier from going there now; NULL: nothing. */
const struct route_stop *route_policy_stop(const struct route_reach *reach, size_t carrier,
                                           size_t warehouse);

#endif
