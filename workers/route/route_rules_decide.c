/* route_rules_decide — see route_rules_decide.h. */
#include "route/route_rules_decide.h"

#include "route/route_price_decide.h"

#define ROUTE_EXTRA_MAX INT64_C(1000000000) /* fen: ten million yuan */

const char *const route_rules_weekdays[] = { "周一", "周二", "周三", "周四",
                                             "周五", "周六", "周日", NULL };

static const struct rule_field route_fields[] = {
    [ROUTE_FIELD_CHANNEL] = { .name = "order.channel", .type = RULE_TYPE_TEXT, .label = "渠道" },
    [ROUTE_FIELD_SHOP] = { .name = "order.shop", .type = RULE_TYPE_TEXT, .label = "店铺" },
    [ROUTE_FIELD_TOTAL] = { .name = "order.total", .type = RULE_TYPE_MONEY, .label = "金额" },
    [ROUTE_FIELD_UNITS] = { .name = "order.units", .type = RULE_TYPE_INT, .label = "件数" },
    [ROUTE_FIELD_GRAMS] = { .name = "order.grams", .type = RULE_TYPE_INT, .label = "克重" },
    [ROUTE_FIELD_SKUS] = { .name = "order.skus", .type = RULE_TYPE_TEXTS, .label = "SKU" },
    [ROUTE_FIELD_HAS_PRESALE] = { .name = "order.has_presale", .type = RULE_TYPE_FLAG,
                                  .label = "含预售" },
    [ROUTE_FIELD_HAS_SPOT] = { .name = "order.has_spot", .type = RULE_TYPE_FLAG,
                               .label = "含现货" },
    [ROUTE_FIELD_REMARK] = { .name = "order.remark", .type = RULE_TYPE_TEXT, .personal = true,
                             .label = "买家留言" },
    [ROUTE_FIELD_SELLER_REMARK] = { .name = "order.seller_remark", .type = RULE_TYPE_TEXT,
                                    .personal = true, .label = "商家备注" },
    [ROUTE_FIELD_CARRIER_WANTED] = { .name = "order.carrier_wanted", .type = RULE_TYPE_TEXT,
                                     .label = "指定快递" },
    [ROUTE_FIELD_DUE_HOURS] = { .name = "order.due_hours", .type = RULE_TYPE_INT,
                                .label = "距最晚发货小时数" },
    [ROUTE_FIELD_PROVINCE] = { .name = "receiver.province", .type = RULE_TYPE_TEXT,
                               .label = "省" },
    [ROUTE_FIELD_CITY] = { .name = "receiver.city", .type = RULE_TYPE_TEXT, .label = "市" },
    [ROUTE_FIELD_DISTRICT] = { .name = "receiver.district", .type = RULE_TYPE_TEXT,
                               .label = "区县" },
    [ROUTE_FIELD_SITE] = { .name = "site.id", .type = RULE_TYPE_TEXT, .each = true,
                           .label = "仓" },
    [ROUTE_FIELD_SITE_NAME] = { .name = "site.name", .type = RULE_TYPE_TEXT, .each = true,
                                .label = "仓名" },
    [ROUTE_FIELD_SITE_PROVINCE] = { .name = "site.province", .type = RULE_TYPE_TEXT, .each = true,
                                    .label = "仓所在省" },
    [ROUTE_FIELD_KM] = { .name = "site.km", .type = RULE_TYPE_INT, .each = true,
                         .label = "公里数" },
    [ROUTE_FIELD_LATE_DAYS] = { .name = "site.late_days", .type = RULE_TYPE_INT, .each = true,
                                .label = "晚几天" },
    [ROUTE_FIELD_CARRIER] = { .name = "carrier.id", .type = RULE_TYPE_TEXT, .each = true,
                              .label = "快递" },
    [ROUTE_FIELD_CARRIER_NAME] = { .name = "carrier.name", .type = RULE_TYPE_TEXT, .each = true,
                                   .label = "快递名" },
    [ROUTE_FIELD_IS_WANTED] = { .name = "carrier.is_wanted", .type = RULE_TYPE_FLAG, .each = true,
                                .label = "买家指定" },
    [ROUTE_FIELD_TRANSIT_DAYS] = { .name = "carrier.days", .type = RULE_TYPE_INT, .each = true,
                                   .label = "路上几天" },
    [ROUTE_FIELD_COUNT] = { .name = NULL },
};

static const struct rule_column route_attributes[] = {
    [ROUTE_ATTRIBUTE_EXTRA] = { .name = "extra", .type = RULE_TYPE_MONEY, .min = -ROUTE_EXTRA_MAX,
                                .max = ROUTE_EXTRA_MAX,
                                .help = "of cost: yuan added to the price; below 0: preferred" },
    { .name = NULL },
};

static const struct rule_column route_settings[] = {
    [ROUTE_SETTING_GRAMS] = { .name = "grams", .type = RULE_TYPE_INT, .min = 0, .max = 1000000,
                              .fallback = 500,
                              .help = "weight of one unit of a SKU that the table skus lacks" },
    [ROUTE_SETTING_KM_COST] = { .name = "km_cost", .type = RULE_TYPE_MONEY,
                                .max = ROUTE_EXTRA_MAX,
                                .help = "yuan that 100 km count as, beside the carrier's price" },
    [ROUTE_SETTING_HORIZON_DAYS] = { .name = "horizon_days", .type = RULE_TYPE_INT, .min = 0,
                                     .max = ROUTE_HORIZON_MAX, .fallback = 3,
                                     .help = "days ahead a parcel may be planned for" },
    { .name = NULL },
};

static const struct rule_column route_warehouses[] = {
    [ROUTE_WAREHOUSE_ID] = { .name = "id", .type = RULE_TYPE_TEXT, .required = true,
                             .help = "as in stock and parcels: HZ" },
    [ROUTE_WAREHOUSE_NAME] = { .name = "name", .type = RULE_TYPE_TEXT, .required = true,
                               .help = "as people say it: 杭州仓" },
    [ROUTE_WAREHOUSE_PROVINCE] = { .name = "province", .type = RULE_TYPE_TEXT, .required = true,
                                   .help = "where it stands" },
    [ROUTE_WAREHOUSE_CITY] = { .name = "city", .type = RULE_TYPE_TEXT,
                               .help = "where it stands" },
    [ROUTE_WAREHOUSE_DISTRICT] = { .name = "district", .type = RULE_TYPE_TEXT,
                                   .help = "where it stands" },
    [ROUTE_WAREHOUSE_OPEN] = { .name = "open", .type = RULE_TYPE_FLAG, .fallback = 1,
                               .help = "false: sends nothing" },
    [ROUTE_WAREHOUSE_CUT_OFF] = { .name = "cut_off", .type = RULE_TYPE_CLOCK,
                                  .fallback = 24 * 60,
                                  .help = "orders planned before it leave on the same day" },
    [ROUTE_WAREHOUSE_LEAVES] = { .name = "leaves", .type = RULE_TYPE_CLOCK, .fallback = 24 * 60,
                                 .help = "when carriers have collected the day's parcels" },
    [ROUTE_WAREHOUSE_CAPACITY] = { .name = "capacity", .type = RULE_TYPE_INT, .min = 0,
                                   .max = 100000000, .fallback = 100000000,
                                   .help = "parcels it can send a day" },
    [ROUTE_WAREHOUSE_HANDLING] = { .name = "handling", .type = RULE_TYPE_MONEY,
                                   .max = ROUTE_EXTRA_MAX, .help = "yuan a parcel costs there" },
    [ROUTE_WAREHOUSE_CLOSED_ON] = { .name = "closed_on", .type = RULE_TYPE_TEXTS,
                                    .words = route_rules_weekdays,
                                    .help = "weekdays on which nothing leaves" },
    { .name = NULL },
};

static const struct rule_column route_carriers[] = {
    [ROUTE_CARRIER_ID] = { .name = "id", .type = RULE_TYPE_TEXT, .required = true,
                           .help = "as in parcels: ZTO" },
    [ROUTE_CARRIER_NAME] = { .name = "name", .type = RULE_TYPE_TEXT, .required = true,
                             .help = "as people say it: 中通" },
    [ROUTE_CARRIER_OPEN] = { .name = "open", .type = RULE_TYPE_FLAG, .fallback = 1,
                             .help = "false: takes nothing" },
    [ROUTE_CARRIER_GRAMS_MAX] = { .name = "grams_max", .type = RULE_TYPE_INT, .min = 1,
                                  .max = ROUTE_GRAMS_MAX, .fallback = 30000,
                                  .help = "the heaviest parcel it takes" },
    [ROUTE_CARRIER_WISHES] = { .name = "wishes", .type = RULE_TYPE_TEXTS,
                               .help = "other names buyers ask for it by" },
    { .name = NULL },
};

static const struct rule_column route_tariffs[] = {
    [ROUTE_TARIFF_CARRIER] = { .name = "carrier", .type = RULE_TYPE_TEXT, .required = true,
                               .help = "its id" },
    [ROUTE_TARIFF_WAREHOUSE] = { .name = "warehouse", .type = RULE_TYPE_TEXT,
                                 .help = "from there alone; left out: from all others" },
    [ROUTE_TARIFF_AREAS] = { .name = "areas", .type = RULE_TYPE_TEXTS,
                             .help = "provinces, cities, districts; left out: all others" },
    [ROUTE_TARIFF_FIRST_GRAMS] = { .name = "first_grams", .type = RULE_TYPE_INT, .min = 1,
                                   .max = 1000000, .fallback = 1000,
                                   .help = "what the first price is for" },
    [ROUTE_TARIFF_FIRST] = { .name = "first", .type = RULE_TYPE_MONEY, .required = true,
                             .max = ROUTE_EXTRA_MAX, .help = "the first price, yuan" },
    [ROUTE_TARIFF_STEP_GRAMS] = { .name = "step_grams", .type = RULE_TYPE_INT, .min = 1,
                                  .max = 1000000, .fallback = 1000,
                                  .help = "what each further price is for" },
    [ROUTE_TARIFF_STEP] = { .name = "step", .type = RULE_TYPE_MONEY, .max = ROUTE_EXTRA_MAX,
                            .help = "for each step begun, yuan" },
    [ROUTE_TARIFF_DAYS] = { .name = "days", .type = RULE_TYPE_INT, .min = 0, .max = 60,
                            .help = "on the road, as the carrier says" },
    { .name = NULL },
};

static const struct rule_column route_stops[] = {
    [ROUTE_STOP_CARRIER] = { .name = "carrier", .type = RULE_TYPE_TEXT,
                             .help = "its id; left out: all" },
    [ROUTE_STOP_WAREHOUSE] = { .name = "warehouse", .type = RULE_TYPE_TEXT,
                               .help = "from there alone; left out: from all" },
    [ROUTE_STOP_AREAS] = { .name = "areas", .type = RULE_TYPE_TEXTS,
                           .help = "provinces, cities, districts; left out: everywhere" },
    [ROUTE_STOP_FROM] = { .name = "from", .type = RULE_TYPE_TIME, .help = "left out: since ever" },
    [ROUTE_STOP_UNTIL] = { .name = "until", .type = RULE_TYPE_TIME,
                           .help = "left out: until further notice" },
    [ROUTE_STOP_REASON] = { .name = "reason", .type = RULE_TYPE_TEXT, .required = true,
                            .help = "told when an order cannot be sent" },
    { .name = NULL },
};

static const struct rule_column route_skus[] = {
    [ROUTE_SKU_ID] = { .name = "sku", .type = RULE_TYPE_TEXT, .required = true, .help = "ours" },
    [ROUTE_SKU_GRAMS] = { .name = "grams", .type = RULE_TYPE_INT, .required = true, .min = 0,
                          .max = 1000000, .help = "weight of one unit" },
    { .name = NULL },
};

static const struct rule_table_kind route_tables[] = {
    [ROUTE_TABLE_WAREHOUSES] = { .name = "warehouses", .columns = route_warehouses, .keyed = true,
                                 .help = "from where parcels may leave" },
    [ROUTE_TABLE_CARRIERS] = { .name = "carriers", .columns = route_carriers, .keyed = true,
                               .help = "who may take them" },
    [ROUTE_TABLE_TARIFFS] = { .name = "tariffs", .columns = route_tariffs,
                              .help = "what they ask; nobody goes where none is given" },
    [ROUTE_TABLE_STOPS] = { .name = "stops", .columns = route_stops,
                            .help = "where they do not go, ever or for a time" },
    [ROUTE_TABLE_SKUS] = { .name = "skus", .columns = route_skus, .keyed = true,
                           .help = "what things weigh" },
    { .name = NULL },
};

const struct rule_language *route_rules_language(void)
{
    static const char *const actions[] = {
        [ROUTE_ACTION_FORBID] = "forbid",
        [ROUTE_ACTION_COST] = "cost",
        [ROUTE_ACTION_APART] = "apart",
        [ROUTE_ACTION_TOGETHER] = "together",
        NULL,
    };
    static const struct rule_language language = {
        .set = "route",
        .title = "分仓与快递",
        .fields = route_fields,
        .actions = actions,
        .attributes = route_attributes,
        .settings = route_settings,
        .tables = route_tables,
    };

    return &language;
}
