/*
 * anomaly_rules_decide — what anomaly's rule sets may say: its words of domain/rule.h.
 *
 * The names of fields are fixed: people write them into rules, tools and pages show them. A
 * field that is hidden by the platform, or of which nothing was ever measured, is unknown, and
 * a comparison with it judges nothing.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_RULES_DECIDE_H
#define SLUICE_ANOMALY_ANOMALY_RULES_DECIDE_H

#include "domain/rule.h"

enum anomaly_field {
    ANOMALY_FIELD_CHANNEL = 0,
    ANOMALY_FIELD_SHOP,
    ANOMALY_FIELD_TOTAL,
    ANOMALY_FIELD_UNITS,
    ANOMALY_FIELD_LINES,
    ANOMALY_FIELD_SKUS,
    ANOMALY_FIELD_REMARK,
    ANOMALY_FIELD_SELLER_REMARK,
    ANOMALY_FIELD_DISCOUNT_PERCENT,
    ANOMALY_FIELD_SENT_ELSEWHERE,
    ANOMALY_FIELD_OPEN_REFUND,
    ANOMALY_FIELD_ONLY_GIFTS,
    ANOMALY_FIELD_RECEIVER_ORDERS,
    ANOMALY_FIELD_BUYER_RECEIVERS,
    ANOMALY_FIELD_BUYER_LEVEL,
    ANOMALY_FIELD_CARRIER_WANTED,
    ANOMALY_FIELD_HOUR,
    ANOMALY_FIELD_PROVINCE,
    ANOMALY_FIELD_CITY,
    ANOMALY_FIELD_DISTRICT,
    ANOMALY_FIELD_MASKED,
    ANOMALY_FIELD_ADDRESS,
    ANOMALY_FIELD_ADDRESS_FAULT,
    ANOMALY_FIELD_ADDRESS_EVIDENCE,
    ANOMALY_FIELD_PHONE_FAULT,
    ANOMALY_FIELD_AREA_CLOSED,
    ANOMALY_FIELD_AREA_REASON,
    ANOMALY_FIELD_SKU, /* from here on a value per line */
    ANOMALY_FIELD_TITLE,
    ANOMALY_FIELD_KIND,
    ANOMALY_FIELD_QUANTITY,
    ANOMALY_FIELD_SKU_UNITS,
    ANOMALY_FIELD_PRICE,
    ANOMALY_FIELD_PAID_PRICE,
    ANOMALY_FIELD_REFERENCE_PRICE,
    ANOMALY_FIELD_FLOOR_PRICE,
    ANOMALY_FIELD_PRICE_PERCENT,
    ANOMALY_FIELD_HABIT,
    ANOMALY_FIELD_TIMES_HABIT,
    ANOMALY_FIELD_DISABLED,
    ANOMALY_FIELD_DISABLED_REASON,
    ANOMALY_FIELD_CAMPAIGN,
    ANOMALY_FIELD_CAMPAIGN_STATE,
    ANOMALY_FIELD_CAMPAIGN_UNITS,
    ANOMALY_FIELD_CAMPAIGN_LIMIT,
    ANOMALY_FIELD_OVER_CAMPAIGN,
    ANOMALY_FIELD_PARENT_MISSING,
    ANOMALY_FIELD_REFUND_OPEN,
    ANOMALY_FIELD_COUNT,
};

enum anomaly_action {
    ANOMALY_ACTION_HOLD = 0,
    ANOMALY_ACTION_REJECT,
};

/* What a rule says beside its condition. */
enum anomaly_attribute {
    ANOMALY_ATTRIBUTE_OWNER = 0,
    ANOMALY_ATTRIBUTE_MINUTES,
    ANOMALY_ATTRIBUTE_THEN,
    ANOMALY_ATTRIBUTE_LEVEL,
};

enum anomaly_setting {
    ANOMALY_SETTING_RECEIVER_HOURS = 0,
    ANOMALY_SETTING_BUYER_HOURS,
};

enum anomaly_table {
    ANOMALY_TABLE_PRICES = 0, /* sku, reference, floor */
    ANOMALY_TABLE_HABITS,     /* sku, units */
    ANOMALY_TABLE_DISABLED,   /* sku, reason */
    ANOMALY_TABLE_CAMPAIGNS,  /* id, from, until, limit */
    ANOMALY_TABLE_AREAS,      /* province, city, district, reason */
};

#define ANOMALY_HOURS_MAX 168 /* the longest window of a habit: a week */

/* Static. */
const struct rule_language *anomaly_rules_language(void);

#endif
