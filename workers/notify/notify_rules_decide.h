/*
 * notify_rules_decide — what the rule set `notify` may say (domain/rule.h): the fields of an alert,
 * the actions, the settings and tables. notify_policy_decide.h makes a set handy.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_RULES_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_RULES_DECIDE_H

#include "base/str.h"
#include "domain/rule.h"

/* Static. */
const struct rule_language *notify_rules_language(void);

enum notify_level {
    NOTIFY_LEVEL_NONE = 0,
    NOTIFY_LEVEL_INFO,
    NOTIFY_LEVEL_WARN,
    NOTIFY_LEVEL_URGENT,
};
const char *notify_level_name(enum notify_level level); /* "warn" */
enum notify_level notify_level_of(struct str name);     /* WARN when it is empty or unknown */

/* Places in the language's lists, in its order. */
enum notify_field {
    NOTIFY_FIELD_GATE,
    NOTIFY_FIELD_OWNER,
    NOTIFY_FIELD_LEVEL,
    NOTIFY_FIELD_TITLE,
    NOTIFY_FIELD_SUBJECT,
    NOTIFY_FIELD_SHOP,
    NOTIFY_FIELD_RULES,
    NOTIFY_FIELD_REASONS,
    NOTIFY_FIELD_COUNT,
};

enum notify_action { NOTIFY_ACTION_SEND, NOTIFY_ACTION_MUTE, NOTIFY_ACTION_MENTION };

enum notify_attribute { NOTIFY_ATTRIBUTE_TARGET, NOTIFY_ATTRIBUTE_LEVEL, NOTIFY_ATTRIBUTE_USERS };

enum notify_setting {
    NOTIFY_SETTING_DEFAULT,
    NOTIFY_SETTING_DIGEST_AFTER,
    NOTIFY_SETTING_SINGLES,
    NOTIFY_SETTING_NAMES,
};

enum notify_target_column {
    NOTIFY_TARGET_NAME,
    NOTIFY_TARGET_KIND,
    NOTIFY_TARGET_ROBOT,
    NOTIFY_TARGET_TOUSER,
    NOTIFY_TARGET_TOPARTY,
    NOTIFY_TARGET_TOTAG,
    NOTIFY_TARGET_FALLBACK,
    NOTIFY_TARGET_PER_MINUTE,
};

enum notify_quiet_column { NOTIFY_QUIET_FROM, NOTIFY_QUIET_UNTIL, NOTIFY_QUIET_LEVELS };

enum notify_table { NOTIFY_TABLE_TARGETS, NOTIFY_TABLE_OWNERS, NOTIFY_TABLE_QUIET };

#endif
