/* anomaly_rules_decide — see anomaly_rules_decide.h. Here: the tables of words. */
#include "anomaly/anomaly_rules_decide.h"

/* ---- fields ---- */

/* What domain/address.h and domain/phone.h find wrong; hidden is unknown. */
static const char *const anomaly_rules_address_faults[] = {
    "none", "empty", "no_number", "landmark", "contradiction", "region_missing", NULL,
};
static const char *const anomaly_rules_phone_faults[] = {
    "none", "empty", "malformed", "virtual", NULL,
};
static const char *const anomaly_rules_kinds[] = { "spot", "presale", "gift", NULL };
static const char *const anomaly_rules_campaign_states[] = {
    "none", "unknown", "early", "open", "over", NULL,
};

#define WHOLE(name_, type_, label_) .name = (name_), .type = RULE_TYPE_##type_, .label = (label_)
#define EACH(name_, type_, label_)  WHOLE(name_, type_, label_), .each = true

static const struct rule_field anomaly_rules_fields[] = {
    [ANOMALY_FIELD_CHANNEL] = { WHOLE("order.channel", TEXT, "渠道") },
    [ANOMALY_FIELD_SHOP] = { WHOLE("order.shop", TEXT, "店铺") },
    [ANOMALY_FIELD_TOTAL] = { WHOLE("order.total", MONEY, "订单金额") },
    [ANOMALY_FIELD_UNITS] = { WHOLE("order.units", INT, "总件数") },
    [ANOMALY_FIELD_LINES] = { WHOLE("order.lines", INT, "商品行数") },
    [ANOMALY_FIELD_SKUS] = { WHOLE("order.skus", TEXTS, "商品编码") },
    /* Remarks come without white space, so that 改 地址 is found as 改地址. */
    [ANOMALY_FIELD_REMARK] = { WHOLE("order.remark", TEXT, "买家留言"), .personal = true },
    [ANOMALY_FIELD_SELLER_REMARK] = { WHOLE("order.seller_remark", TEXT, "客服备注"),
                                      .personal = true },
    [ANOMALY_FIELD_DISCOUNT_PERCENT] = { WHOLE("order.discount_percent", INT, "优惠占货款%") },
    [ANOMALY_FIELD_SENT_ELSEWHERE] = { WHOLE("order.sent_elsewhere", FLAG, "店铺已另行发货") },
    [ANOMALY_FIELD_OPEN_REFUND] = { WHOLE("order.open_refund", FLAG, "有退款待处理") },
    [ANOMALY_FIELD_ONLY_GIFTS] = { WHOLE("order.only_gifts", FLAG, "只有赠品") },
    [ANOMALY_FIELD_RECEIVER_ORDERS] = { WHOLE("order.receiver_orders", INT,
                                              "同一收件人的其他订单数") },
    [ANOMALY_FIELD_BUYER_RECEIVERS] = { WHOLE("order.buyer_receivers", INT,
                                              "同一买家的其他收件人数") },
    [ANOMALY_FIELD_BUYER_LEVEL] = { WHOLE("order.buyer_level", TEXT, "会员等级") },
    [ANOMALY_FIELD_CARRIER_WANTED] = { WHOLE("order.carrier_wanted", TEXT, "指定快递") },
    [ANOMALY_FIELD_HOUR] = { WHOLE("order.hour", INT, "下单时刻(时)") },
    [ANOMALY_FIELD_PROVINCE] = { WHOLE("receiver.province", TEXT, "省") },
    [ANOMALY_FIELD_CITY] = { WHOLE("receiver.city", TEXT, "市") },
    [ANOMALY_FIELD_DISTRICT] = { WHOLE("receiver.district", TEXT, "区县") },
    [ANOMALY_FIELD_MASKED] = { WHOLE("receiver.masked", FLAG, "收件信息已隐藏") },
    [ANOMALY_FIELD_ADDRESS] = { WHOLE("receiver.address", TEXT, "详细地址"), .personal = true },
    [ANOMALY_FIELD_ADDRESS_FAULT] = { WHOLE("receiver.address_fault", TEXT, "地址问题"),
                                      .words = anomaly_rules_address_faults },
    [ANOMALY_FIELD_ADDRESS_EVIDENCE] = { WHOLE("receiver.address_evidence", TEXT, "矛盾的地区名") },
    [ANOMALY_FIELD_PHONE_FAULT] = { WHOLE("receiver.phone_fault", TEXT, "电话问题"),
                                    .words = anomaly_rules_phone_faults },
    [ANOMALY_FIELD_AREA_CLOSED] = { WHOLE("receiver.area_closed", FLAG, "地区停发") },
    [ANOMALY_FIELD_AREA_REASON] = { WHOLE("receiver.area_reason", TEXT, "停发原因") },

    [ANOMALY_FIELD_SKU] = { EACH("line.sku", TEXT, "商品编码") },
    [ANOMALY_FIELD_TITLE] = { EACH("line.title", TEXT, "商品名") },
    [ANOMALY_FIELD_KIND] = { EACH("line.kind", TEXT, "类型"), .words = anomaly_rules_kinds },
    [ANOMALY_FIELD_QUANTITY] = { EACH("line.quantity", INT, "件数") },
    [ANOMALY_FIELD_SKU_UNITS] = { EACH("line.sku_units", INT, "本单该商品总件数") },
    [ANOMALY_FIELD_PRICE] = { EACH("line.price", MONEY, "单价") },
    [ANOMALY_FIELD_PAID_PRICE] = { EACH("line.paid_price", MONEY, "实付单价") },
    [ANOMALY_FIELD_REFERENCE_PRICE] = { EACH("line.reference_price", MONEY, "参考价") },
    [ANOMALY_FIELD_FLOOR_PRICE] = { EACH("line.floor_price", MONEY, "底价") },
    [ANOMALY_FIELD_PRICE_PERCENT] = { EACH("line.price_percent", INT, "单价占参考价%") },
    [ANOMALY_FIELD_HABIT] = { EACH("line.habit", INT, "平常一单最多件数") },
    [ANOMALY_FIELD_TIMES_HABIT] = { EACH("line.times_habit", INT, "为平常的倍数") },
    [ANOMALY_FIELD_DISABLED] = { EACH("line.disabled", FLAG, "商品已停用") },
    [ANOMALY_FIELD_DISABLED_REASON] = { EACH("line.disabled_reason", TEXT, "停用原因") },
    [ANOMALY_FIELD_CAMPAIGN] = { EACH("line.campaign", TEXT, "活动") },
    [ANOMALY_FIELD_CAMPAIGN_STATE] = { EACH("line.campaign_state", TEXT, "活动状态"),
                                       .words = anomaly_rules_campaign_states },
    [ANOMALY_FIELD_CAMPAIGN_UNITS] = { EACH("line.campaign_units", INT, "本单该活动总件数") },
    [ANOMALY_FIELD_CAMPAIGN_LIMIT] = { EACH("line.campaign_limit", INT, "活动每单限购") },
    [ANOMALY_FIELD_OVER_CAMPAIGN] = { EACH("line.over_campaign", FLAG, "超出活动限购") },
    [ANOMALY_FIELD_PARENT_MISSING] = { EACH("line.parent_missing", FLAG, "赠品缺主商品") },
    [ANOMALY_FIELD_REFUND_OPEN] = { EACH("line.refund_open", FLAG, "该行退款待处理") },
    [ANOMALY_FIELD_COUNT] = { .name = NULL },
};

#undef WHOLE
#undef EACH

/* ---- what a rule may say beside its condition ---- */

static const char *const anomaly_rules_actions[] = {
    [ANOMALY_ACTION_HOLD] = "hold",
    [ANOMALY_ACTION_REJECT] = "reject",
    NULL,
};
static const char *const anomaly_rules_thens[] = { "escalate", "approve", "reject", NULL };
static const char *const anomaly_rules_levels[] = { "warn", "info", "urgent", NULL };

/* A text without a fallback is empty when it is left out: the first word is meant. */
static const struct rule_column anomaly_rules_attributes[] = {
    [ANOMALY_ATTRIBUTE_OWNER] = { .name = "owner",
                                  .type = RULE_TYPE_TEXT,
                                  .required = true,
                                  .help = "the group that decides: price, address, service, …" },
    [ANOMALY_ATTRIBUTE_MINUTES] = { .name = "minutes",
                                    .type = RULE_TYPE_INT,
                                    .min = 1,
                                    .max = 43200,
                                    .fallback = 240,
                                    .help = "how long an order may be held by it" },
    [ANOMALY_ATTRIBUTE_THEN] = { .name = "then",
                                 .type = RULE_TYPE_TEXT,
                                 .words = anomaly_rules_thens,
                                 .help = "what ends a hold nobody decided: escalate, approve or "
                                         "reject" },
    [ANOMALY_ATTRIBUTE_LEVEL] = { .name = "level",
                                  .type = RULE_TYPE_TEXT,
                                  .words = anomaly_rules_levels,
                                  .help = "of the alert: info, warn or urgent" },
    { .name = NULL },
};

/* ---- settings and tables ---- */

static const struct rule_column anomaly_rules_settings[] = {
    [ANOMALY_SETTING_RECEIVER_HOURS] = { .name = "receiver_hours",
                                         .type = RULE_TYPE_INT,
                                         .min = 1,
                                         .max = ANOMALY_HOURS_MAX,
                                         .fallback = 24,
                                         .help = "window of order.receiver_orders" },
    [ANOMALY_SETTING_BUYER_HOURS] = { .name = "buyer_hours",
                                      .type = RULE_TYPE_INT,
                                      .min = 1,
                                      .max = ANOMALY_HOURS_MAX,
                                      .fallback = 24,
                                      .help = "window of order.buyer_receivers" },
    { .name = NULL },
};

#define KEY(name_, help_)                                                                          \
    {                                                                                              \
        .name = (name_), .type = RULE_TYPE_TEXT, .required = true, .help = (help_)                 \
    }
#define CELL(name_, type_, help_)                                                                  \
    {                                                                                              \
        .name = (name_), .type = RULE_TYPE_##type_, .help = (help_)                                \
    }

/* Money and numbers of 0 are not set: nothing is compared with them. */
static const struct rule_column anomaly_rules_prices[] = {
    KEY("sku", "our SKU"),
    { .name = "reference", .type = RULE_TYPE_MONEY, .required = true, .help = "the usual price" },
    CELL("floor", MONEY, "below it nobody may sell"),
    { .name = NULL },
};
static const struct rule_column anomaly_rules_habits[] = {
    KEY("sku", "our SKU"),
    { .name = "units",
      .type = RULE_TYPE_INT,
      .required = true,
      .min = 1,
      .max = 1000000,
      .help = "usual most in one order" },
    { .name = NULL },
};
static const struct rule_column anomaly_rules_disabled[] = {
    KEY("sku", "our SKU"),
    CELL("reason", TEXT, "why it may not be sold now"),
    { .name = NULL },
};
static const struct rule_column anomaly_rules_campaigns[] = {
    KEY("id", "the platform's campaign id"),
    CELL("from", TIME, "its first moment; left out: always"),
    CELL("until", TIME, "the moment it ends; left out: never"),
    CELL("limit", INT, "most units of it in one order; 0 or left out: no limit"),
    { .name = NULL },
};
static const struct rule_column anomaly_rules_areas[] = {
    { .name = "province", .type = RULE_TYPE_TEXT, .required = true, .help = "as people write it" },
    CELL("city", TEXT, "left out: the whole province"),
    CELL("district", TEXT, "left out: the whole city"),
    CELL("reason", TEXT, "why, for the alert"),
    { .name = NULL },
};

#undef KEY
#undef CELL

static const struct rule_table_kind anomaly_rules_tables[] = {
    [ANOMALY_TABLE_PRICES] = { .name = "prices",
                               .columns = anomaly_rules_prices,
                               .keyed = true,
                               .help = "reference prices, and prices below which nobody sells" },
    [ANOMALY_TABLE_HABITS] = { .name = "habits",
                               .columns = anomaly_rules_habits,
                               .keyed = true,
                               .help = "the usual most of a SKU in one order" },
    [ANOMALY_TABLE_DISABLED] = { .name = "disabled",
                                 .columns = anomaly_rules_disabled,
                                 .keyed = true,
                                 .help = "SKUs that may not be sold now" },
    [ANOMALY_TABLE_CAMPAIGNS] = { .name = "campaigns",
                                  .columns = anomaly_rules_campaigns,
                                  .keyed = true,
                                  .help = "pre-sales and what they allow" },
    [ANOMALY_TABLE_AREAS] = { .name = "areas_closed",
                              .columns = anomaly_rules_areas,
                              .help = "areas that no carrier reaches now" },
    { .name = NULL },
};

const struct rule_language *anomaly_rules_language(void)
{
    static const struct rule_language language = {
        .set = "anomaly",
        .title = "异常拦截",
        .fields = anomaly_rules_fields,
        .actions = anomaly_rules_actions,
        .attributes = anomaly_rules_attributes,
        .settings = anomaly_rules_settings,
        .tables = anomaly_rules_tables,
    };

    return &language;
}
