#include "notify/notify_rules_decide.h"

/* ---- the language ---- */

static const char *const notify_levels[] = { "none", "info", "warn", "urgent" };
static const char *const notify_level_words[] = { "info", "warn", "urgent", NULL };
static const char *const notify_kind_words[] = { "robot", "app", NULL };

static const struct rule_field notify_fields[] = {
    [NOTIFY_FIELD_GATE] = { .name = "alert.gate", .type = RULE_TYPE_TEXT, .label = "环节" },
    [NOTIFY_FIELD_OWNER] = { .name = "alert.owner", .type = RULE_TYPE_TEXT, .label = "负责组" },
    [NOTIFY_FIELD_LEVEL] = { .name = "alert.level",
                             .type = RULE_TYPE_TEXT,
                             .label = "级别",
                             .words = notify_level_words },
    [NOTIFY_FIELD_TITLE] = { .name = "alert.title", .type = RULE_TYPE_TEXT, .label = "标题" },
    [NOTIFY_FIELD_SUBJECT] = { .name = "alert.subject", .type = RULE_TYPE_TEXT, .label = "对象" },
    [NOTIFY_FIELD_SHOP] = { .name = "alert.shop", .type = RULE_TYPE_TEXT, .label = "店铺" },
    [NOTIFY_FIELD_RULES] = { .name = "alert.rules", .type = RULE_TYPE_TEXTS, .label = "命中规则" },
    [NOTIFY_FIELD_REASONS] = { .name = "alert.reasons", .type = RULE_TYPE_TEXTS, .label = "原因" },
    { .name = NULL },
};

static const char *const notify_actions[] = {
    [NOTIFY_ACTION_SEND] = "send",
    [NOTIFY_ACTION_MUTE] = "mute",
    [NOTIFY_ACTION_MENTION] = "mention",
    NULL,
};

static const struct rule_column notify_attributes[] = {
    [NOTIFY_ATTRIBUTE_TARGET] = { .name = "target",
                                  .type = RULE_TYPE_TEXT,
                                  .help = "send: whom it goes to" },
    [NOTIFY_ATTRIBUTE_LEVEL] = { .name = "level",
                                 .type = RULE_TYPE_TEXT,
                                 .words = notify_level_words,
                                 .help = "send: how loud it is" },
    [NOTIFY_ATTRIBUTE_USERS] = { .name = "users",
                                 .type = RULE_TYPE_TEXTS,
                                 .help = "mention: WeCom user ids" },
    { .name = NULL },
};

static const struct rule_column notify_settings[] = {
    [NOTIFY_SETTING_DEFAULT] = { .name = "default_target",
                                 .type = RULE_TYPE_TEXT,
                                 .required = true,
                                 .help = "Whom an alert goes to when nothing else is said" },
    [NOTIFY_SETTING_DIGEST_AFTER] = { .name = "digest_after",
                                      .type = RULE_TYPE_INT,
                                      .min = 0,
                                      .max = 3600,
                                      .fallback = 10,
                                      .help = "Seconds that alerts wait for others, once the "
                                              "minute has had its messages of their own" },
    [NOTIFY_SETTING_SINGLES] = { .name = "singles_per_minute",
                                 .type = RULE_TYPE_INT,
                                 .min = 0,
                                 .max = 20,
                                 .fallback = 6,
                                 .help = "Messages of one alert each to a target in a minute" },
    [NOTIFY_SETTING_NAMES] = { .name = "digest_names",
                               .type = RULE_TYPE_INT,
                               .min = 1,
                               .max = 100000,
                               .fallback = 1000,
                               .help = "Alerts that wait for one target before a digest counts "
                                       "those it has no room to name" },
    { .name = NULL },
};

static const struct rule_column notify_target_columns[] = {
    [NOTIFY_TARGET_NAME] = { .name = "name",
                             .type = RULE_TYPE_TEXT,
                             .required = true,
                             .help = "What rules and owners call it" },
    [NOTIFY_TARGET_KIND] = { .name = "kind",
                             .type = RULE_TYPE_TEXT,
                             .required = true,
                             .words = notify_kind_words,
                             .help = "robot: a group's; app: an application message" },
    [NOTIFY_TARGET_ROBOT] = { .name = "robot",
                              .type = RULE_TYPE_TEXT,
                              .help = "Its name in wecom_robots; left out: the one of wecom_url" },
    [NOTIFY_TARGET_TOUSER] = { .name = "touser",
                               .type = RULE_TYPE_TEXT,
                               .help = "app: user ids, separated by |" },
    [NOTIFY_TARGET_TOPARTY] = { .name = "toparty",
                                .type = RULE_TYPE_TEXT,
                                .help = "app: department ids, separated by |" },
    [NOTIFY_TARGET_TOTAG] = { .name = "totag",
                              .type = RULE_TYPE_TEXT,
                              .help = "app: tag ids, separated by |" },
    [NOTIFY_TARGET_FALLBACK] = { .name = "fallback",
                                 .type = RULE_TYPE_TEXT,
                                 .help = "The target that is told when this one refuses for good" },
    [NOTIFY_TARGET_PER_MINUTE] = { .name = "per_minute",
                                   .type = RULE_TYPE_INT,
                                   .min = 1,
                                   .max = 30,
                                   .fallback = 0,
                                   .help = "Messages a minute; left out: as configured" },
    { .name = NULL },
};

static const struct rule_column notify_owner_columns[] = {
    { .name = "owner", .type = RULE_TYPE_TEXT, .required = true, .help = "Group of the alert" },
    { .name = "target", .type = RULE_TYPE_TEXT, .required = true, .help = "Whom it goes to" },
    { .name = NULL },
};

static const struct rule_column notify_quiet_columns[] = {
    [NOTIFY_QUIET_FROM] = { .name = "from",
                            .type = RULE_TYPE_CLOCK,
                            .required = true,
                            .help = "China time" },
    [NOTIFY_QUIET_UNTIL] = { .name = "until",
                             .type = RULE_TYPE_CLOCK,
                             .required = true,
                             .help = "Earlier than from: over midnight" },
    [NOTIFY_QUIET_LEVELS] = { .name = "levels",
                              .type = RULE_TYPE_TEXTS,
                              .help = "What waits until then; left out: info and warn" },
    { .name = NULL },
};

static const struct rule_table_kind notify_tables[] = {
    [NOTIFY_TABLE_TARGETS] = { .name = "targets",
                               .columns = notify_target_columns,
                               .keyed = true,
                               .help = "Groups of people and the way to them" },
    [NOTIFY_TABLE_OWNERS] = { .name = "owners",
                              .columns = notify_owner_columns,
                              .keyed = true,
                              .help = "Which group's alerts go where" },
    [NOTIFY_TABLE_QUIET] = { .name = "quiet",
                             .columns = notify_quiet_columns,
                             .help = "Hours in which nobody is woken" },
    { .name = NULL },
};

static const struct rule_language notify_language = {
    .set = "notify",
    .title = "提醒",
    .fields = notify_fields,
    .actions = notify_actions,
    .attributes = notify_attributes,
    .settings = notify_settings,
    .tables = notify_tables,
};

const struct rule_language *notify_rules_language(void)
{
    return &notify_language;
}

const char *notify_level_name(enum notify_level level)
{
    return notify_levels[level];
}

enum notify_level notify_level_of(struct str name)
{
    for (size_t i = 1; i < sizeof(notify_levels) / sizeof(notify_levels[0]); i++) {
        if (str_is(name, notify_levels[i]))
            return (enum notify_level)i;
    }
    return NOTIFY_LEVEL_WARN;
}
