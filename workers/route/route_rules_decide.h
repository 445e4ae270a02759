/*
 * route_rules_decide — what route's rule sets may say: its words of domain/rule.h.
 *
 * Tables say what there is: warehouses, carriers, what these ask, where they do not go, what a
 * SKU weighs. Rules say what is wished: they are judged for every candidate, that is a warehouse
 * with a carrier that takes a parcel from there to the receiver; the each-fields are of the
 * candidate. The names are fixed: people write them into rules, tools and pages show them.
 */
#ifndef SLUICE_ROUTE_ROUTE_RULES_DECIDE_H
#define SLUICE_ROUTE_ROUTE_RULES_DECIDE_H

#include "domain/rule.h"

enum route_field {
    ROUTE_FIELD_CHANNEL = 0,
    ROUTE_FIELD_SHOP,
    ROUTE_FIELD_TOTAL,
    ROUTE_FIELD_UNITS,
    ROUTE_FIELD_GRAMS, /* of all that is to be sent */
    ROUTE_FIELD_SKUS,
    ROUTE_FIELD_HAS_PRESALE,
    ROUTE_FIELD_HAS_SPOT,
    ROUTE_FIELD_REMARK,
    ROUTE_FIELD_SELLER_REMARK,
    ROUTE_FIELD_CARRIER_WANTED,
    ROUTE_FIELD_DUE_HOURS, /* until it must have left; below 0: overdue; unknown: no such time */
    ROUTE_FIELD_PROVINCE,
    ROUTE_FIELD_CITY,
    ROUTE_FIELD_DISTRICT,
    ROUTE_FIELD_SITE, /* from here on a value per candidate */
    ROUTE_FIELD_SITE_NAME,
    ROUTE_FIELD_SITE_PROVINCE,
    ROUTE_FIELD_KM, /* unknown: the receiver's region is */
    ROUTE_FIELD_LATE_DAYS,
    ROUTE_FIELD_CARRIER,
    ROUTE_FIELD_CARRIER_NAME,
    ROUTE_FIELD_IS_WANTED, /* the buyer asked for this carrier */
    ROUTE_FIELD_TRANSIT_DAYS,
    ROUTE_FIELD_COUNT,
};

enum route_action {
    ROUTE_ACTION_FORBID = 0, /* the candidate is out */
    ROUTE_ACTION_COST,       /* its price counts as so much more, or less */
    ROUTE_ACTION_APART,      /* what was sold in advance goes in parcels of its own */
    ROUTE_ACTION_TOGETHER,   /* it does not; of the two the first by priority decides */
};

enum route_attribute {
    ROUTE_ATTRIBUTE_EXTRA = 0,
};

enum route_setting {
    ROUTE_SETTING_GRAMS = 0,
    ROUTE_SETTING_KM_COST,
    ROUTE_SETTING_HORIZON_DAYS,
};

enum route_table {
    ROUTE_TABLE_WAREHOUSES = 0,
    ROUTE_TABLE_CARRIERS,
    ROUTE_TABLE_TARIFFS,
    ROUTE_TABLE_STOPS,
    ROUTE_TABLE_SKUS,
};

/* Columns of the tables, in their order. */
enum route_warehouse_column {
    ROUTE_WAREHOUSE_ID = 0,
    ROUTE_WAREHOUSE_NAME,
    ROUTE_WAREHOUSE_PROVINCE,
    ROUTE_WAREHOUSE_CITY,
    ROUTE_WAREHOUSE_DISTRICT,
    ROUTE_WAREHOUSE_OPEN,
    ROUTE_WAREHOUSE_CUT_OFF,
    ROUTE_WAREHOUSE_LEAVES,
    ROUTE_WAREHOUSE_CAPACITY,
    ROUTE_WAREHOUSE_HANDLING,
    ROUTE_WAREHOUSE_CLOSED_ON,
};

enum route_carrier_column {
    ROUTE_CARRIER_ID = 0,
    ROUTE_CARRIER_NAME,
    ROUTE_CARRIER_OPEN,
    ROUTE_CARRIER_GRAMS_MAX,
    ROUTE_CARRIER_WISHES,
};

enum route_tariff_column {
    ROUTE_TARIFF_CARRIER = 0,
    ROUTE_TARIFF_WAREHOUSE,
    ROUTE_TARIFF_AREAS,
    ROUTE_TARIFF_FIRST_GRAMS,
    ROUTE_TARIFF_FIRST,
    ROUTE_TARIFF_STEP_GRAMS,
    ROUTE_TARIFF_STEP,
    ROUTE_TARIFF_DAYS,
};

enum route_stop_column {
    ROUTE_STOP_CARRIER = 0,
    ROUTE_STOP_WAREHOUSE,
    ROUTE_STOP_AREAS,
    ROUTE_STOP_FROM,
    ROUTE_STOP_UNTIL,
    ROUTE_STOP_REASON,
};

enum route_sku_column {
    ROUTE_SKU_ID = 0,
    ROUTE_SKU_GRAMS,
};

#define ROUTE_HORIZON_MAX 14 /* days ahead a parcel may be planned for */

/* "周一" … "周日"; NULL-ended. */
extern const char *const route_rules_weekdays[];

/* Static. */
const struct rule_language *route_rules_language(void);

#endif
