#include "notify/notify_policy_decide.h"

#include "base/buf.h"
#include "base/check.h"

#define NOTIFY_MINUTE_MS   INT64_C(60000)
#define NOTIFY_DAY_MINUTES 1440
#define NOTIFY_CHINA_MIN   480 /* China is UTC+8, all year */
#define NOTIFY_MENTION_MAX 200 /* bytes */

/* ---- the set made handy ---- */

static const struct notify_target *notify_policy_targets(struct arena *arena,
                                                         const struct rule_rows *rows)
{
    struct notify_target *targets = ARENA_ARRAY(arena, struct notify_target, rows->row_count + 1);

    for (size_t i = 0; i < rows->row_count; i++) {
        const struct rule_value *row = rule_row(rows, i);

        targets[i] = (struct notify_target){
            .name = row[NOTIFY_TARGET_NAME].text,
            .app = str_is(row[NOTIFY_TARGET_KIND].text, "app"),
            .robot = row[NOTIFY_TARGET_ROBOT].text,
            .touser = row[NOTIFY_TARGET_TOUSER].text,
            .toparty = row[NOTIFY_TARGET_TOPARTY].text,
            .totag = row[NOTIFY_TARGET_TOTAG].text,
            .fallback = row[NOTIFY_TARGET_FALLBACK].text,
            .per_minute = row[NOTIFY_TARGET_PER_MINUTE].number,
        };
    }
    return targets;
}

static const struct notify_quiet *notify_policy_quiets(struct arena *arena,
                                                       const struct rule_rows *rows)
{
    struct notify_quiet *quiet = ARENA_ARRAY(arena, struct notify_quiet, rows->row_count + 1);

    for (size_t i = 0; i < rows->row_count; i++) {
        const struct rule_value *row = rule_row(rows, i);
        const struct rule_value *levels = &row[NOTIFY_QUIET_LEVELS];

        quiet[i].from = row[NOTIFY_QUIET_FROM].number;
        quiet[i].until = row[NOTIFY_QUIET_UNTIL].number;
        quiet[i].levels[NOTIFY_LEVEL_INFO] = levels->text_count == 0;
        quiet[i].levels[NOTIFY_LEVEL_WARN] = levels->text_count == 0;
        for (size_t k = 0; k < levels->text_count; k++)
            quiet[i].levels[notify_level_of(levels->texts[k])] = true;
    }
    return quiet;
}

static bool notify_policy_known(const struct notify_policy *policy, struct str target,
                                const char *who, struct str name, struct err *err)
{
    if (notify_policy_target(policy, target) != NULL)
        return true;
    return err_set(err, ERR_REJECT, "%s %.*s: there is no target \"%.*s\"", who, STR_ARG(name),
                   STR_ARG(target));
}

static bool notify_policy_check_target(const struct notify_policy *policy,
                                       const struct notify_target *target, struct err *err)
{
    bool anybody = target->touser.size + target->toparty.size + target->totag.size > 0;

    if (target->app && !anybody)
        return err_set(err, ERR_REJECT,
                       "target %.*s: an application message needs touser, "
                       "toparty or totag",
                       STR_ARG(target->name));
    if (!target->app && anybody)
        return err_set(err, ERR_REJECT, "target %.*s: a robot speaks to its group, not to users",
                       STR_ARG(target->name));
    return target->fallback.size == 0
           || notify_policy_known(policy, target->fallback, "fallback of target", target->name,
                                  err);
}

/* A rule that would do nothing is a slip of the pen. */
static bool notify_policy_check_rule(const struct notify_policy *policy, const struct rule *rule,
                                     struct err *err)
{
    const struct rule_value *attributes = rule->attributes;
    struct str target = attributes[NOTIFY_ATTRIBUTE_TARGET].text;
    struct str level = attributes[NOTIFY_ATTRIBUTE_LEVEL].text;

    if (rule->action == NOTIFY_ACTION_SEND && target.size == 0 && level.size == 0)
        return err_set(err, ERR_REJECT, "rule %.*s: send needs a target or a level",
                       STR_ARG(rule->id));
    if (rule->action == NOTIFY_ACTION_MENTION && attributes[NOTIFY_ATTRIBUTE_USERS].text_count == 0)
        return err_set(err, ERR_REJECT, "rule %.*s: mention needs users", STR_ARG(rule->id));
    return target.size == 0 || notify_policy_known(policy, target, "rule", rule->id, err);
}

static bool notify_policy_check_quiet(const struct rule_rows *rows, struct err *err)
{
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct rule_value *levels = &rule_row(rows, i)[NOTIFY_QUIET_LEVELS];

        for (size_t k = 0; k < levels->text_count; k++) {
            struct str level = levels->texts[k];

            if (!str_is(level, notify_level_name(notify_level_of(level))))
                return err_set(err, ERR_REJECT, "quiet[%zu]: there is no level \"%.*s\"", i,
                               STR_ARG(level));
        }
    }
    return true;
}

static bool notify_policy_check(const struct notify_policy *policy, struct err *err)
{
    const struct rule_set *set = policy->set;
    const struct rule_rows *owners = &set->tables[NOTIFY_TABLE_OWNERS];

    if (!notify_policy_known(policy, policy->default_target, "setting", STR("default_target"), err))
        return false;
    for (size_t i = 0; i < policy->target_count; i++) {
        if (!notify_policy_check_target(policy, &policy->targets[i], err))
            return false;
    }
    for (size_t i = 0; i < owners->row_count; i++) {
        const struct rule_value *row = rule_row(owners, i);

        if (!notify_policy_known(policy, row[1].text, "owner", row[0].text, err))
            return false;
    }
    for (size_t i = 0; i < set->rule_count; i++) {
        if (!notify_policy_check_rule(policy, &set->rules[i], err))
            return false;
    }
    return notify_policy_check_quiet(&set->tables[NOTIFY_TABLE_QUIET], err);
}

bool notify_policy_read(struct arena *arena, const struct rule_set *set,
                        struct notify_policy *policy_out, struct err *err)
{
    const struct rule_rows *targets = &set->tables[NOTIFY_TABLE_TARGETS];
    const struct rule_rows *quiet = &set->tables[NOTIFY_TABLE_QUIET];
    struct notify_policy policy = {
        .set = set,
        .default_target = set->settings[NOTIFY_SETTING_DEFAULT].text,
        .digest_after_ms = set->settings[NOTIFY_SETTING_DIGEST_AFTER].number * 1000,
        .singles_per_minute = set->settings[NOTIFY_SETTING_SINGLES].number,
        .names_max = set->settings[NOTIFY_SETTING_NAMES].number,
        .targets = notify_policy_targets(arena, targets),
        .target_count = targets->row_count,
        .quiet = notify_policy_quiets(arena, quiet),
        .quiet_count = quiet->row_count,
    };

    CHECK(set->language == notify_rules_language());
    if (!notify_policy_check(&policy, err))
        return false;
    *policy_out = policy;
    return true;
}

const struct notify_target *notify_policy_target(const struct notify_policy *policy,
                                                 struct str name)
{
    for (size_t i = 0; i < policy->target_count; i++) {
        if (str_eq(policy->targets[i].name, name))
            return &policy->targets[i];
    }
    return NULL;
}

/* ---- one alert ---- */

/* "douyin:9000001" of "douyin:9000001:6900000000000000001"; empty without an order. */
static struct str notify_policy_shop(struct str order_id)
{
    struct str rest = order_id;
    struct str channel = str_cut(&rest, ':');
    struct str shop = str_cut(&rest, ':');

    if (shop.size == 0)
        return STR_NONE;
    return (struct str){ .data = order_id.data, .size = channel.size + 1 + shop.size };
}

static struct rule_value notify_policy_fact(struct str text)
{
    return text.size > 0 ? rule_text(text) : rule_unknown();
}

static void notify_policy_facts(struct arena *arena, const struct alert_body *alert,
                                struct rule_value values[NOTIFY_FIELD_COUNT])
{
    struct str *rules = ARENA_ARRAY(arena, struct str, alert->reason_count + 1);
    struct str *texts = ARENA_ARRAY(arena, struct str, alert->reason_count + 1);

    for (size_t i = 0; i < alert->reason_count; i++) {
        rules[i] = alert->reasons[i].rule;
        texts[i] = alert->reasons[i].text;
    }
    values[NOTIFY_FIELD_GATE] = rule_text(alert->gate);
    values[NOTIFY_FIELD_OWNER] = notify_policy_fact(alert->owner);
    values[NOTIFY_FIELD_LEVEL] =
        rule_text(str_of(notify_level_name(notify_level_of(alert->level))));
    values[NOTIFY_FIELD_TITLE] = rule_text(alert->title);
    values[NOTIFY_FIELD_SUBJECT] = rule_text(alert->subject);
    values[NOTIFY_FIELD_SHOP] = notify_policy_fact(notify_policy_shop(alert->order_id));
    values[NOTIFY_FIELD_RULES] = rule_texts(rules, alert->reason_count);
    values[NOTIFY_FIELD_REASONS] = rule_texts(texts, alert->reason_count);
}

/* What one rule that hits adds to the choice. */
static void notify_policy_apply(const struct rule *rule, struct notify_choice *choice,
                                struct buf *mention)
{
    const struct rule_value *attributes = rule->attributes;
    const struct rule_value *users = &attributes[NOTIFY_ATTRIBUTE_USERS];

    if (rule->action == NOTIFY_ACTION_MUTE)
        choice->digest_only = true;
    if (rule->action == NOTIFY_ACTION_SEND) {
        if (choice->target.size == 0 && attributes[NOTIFY_ATTRIBUTE_TARGET].text.size > 0)
            choice->target = attributes[NOTIFY_ATTRIBUTE_TARGET].text;
        if (choice->level == NOTIFY_LEVEL_NONE && attributes[NOTIFY_ATTRIBUTE_LEVEL].text.size > 0)
            choice->level = notify_level_of(attributes[NOTIFY_ATTRIBUTE_LEVEL].text);
    }
    if (rule->action != NOTIFY_ACTION_MENTION)
        return;
    for (size_t i = 0; i < users->text_count; i++) {
        if (mention->size + users->texts[i].size + 1 > NOTIFY_MENTION_MAX)
            return;
        if (mention->size > 0)
            buf_put_byte(mention, '|');
        buf_put(mention, users->texts[i]);
    }
}

static int64_t notify_policy_minute(int64_t now_ms)
{
    return (now_ms / NOTIFY_MINUTE_MS + NOTIFY_CHINA_MIN) % NOTIFY_DAY_MINUTES;
}

/* The end of the quiet hours that now_ms lies in, or now_ms itself. */
static int64_t notify_policy_quiet_end(const struct notify_quiet *quiet, enum notify_level level,
                                       int64_t now_ms)
{
    int64_t minute = notify_policy_minute(now_ms);
    int64_t length = (quiet->until - quiet->from + NOTIFY_DAY_MINUTES) % NOTIFY_DAY_MINUTES;
    int64_t passed = (minute - quiet->from + NOTIFY_DAY_MINUTES) % NOTIFY_DAY_MINUTES;

    if (!quiet->levels[level] || passed >= length)
        return now_ms;
    return (now_ms / NOTIFY_MINUTE_MS + length - passed) * NOTIFY_MINUTE_MS;
}

/* Hours that follow each other are one night: so often as there are rows, no more. */
static int64_t notify_policy_not_before(const struct notify_policy *policy, enum notify_level level,
                                        int64_t now_ms)
{
    int64_t at = now_ms;

    for (size_t round = 0; round < policy->quiet_count; round++) {
        int64_t before = at;

        for (size_t i = 0; i < policy->quiet_count; i++)
            at = notify_policy_quiet_end(&policy->quiet[i], level, at);
        if (at == before)
            break;
    }
    return at == now_ms ? 0 : at;
}

static struct str notify_policy_owner(const struct notify_policy *policy, struct str owner)
{
    const struct rule_value *row = rule_find(&policy->set->tables[NOTIFY_TABLE_OWNERS], owner);

    return row ? row[1].text : policy->default_target;
}

struct notify_choice notify_policy_choose(struct arena *arena, const struct notify_policy *policy,
                                          const struct alert_body *alert, int64_t now_ms)
{
    struct rule_value values[NOTIFY_FIELD_COUNT];
    struct rule_facts facts = { .whole = values, .field_count = NOTIFY_FIELD_COUNT };
    struct notify_choice choice = { .level = NOTIFY_LEVEL_NONE };
    struct buf mention;
    size_t row = 0;

    buf_init(&mention, arena, NOTIFY_MENTION_MAX);
    notify_policy_facts(arena, alert, values);
    for (size_t i = 0; i < policy->set->rule_count; i++) {
        const struct rule *rule = &policy->set->rules[i];

        if (rule_judge(rule, &facts, &row) == RULE_TRUTH_YES)
            notify_policy_apply(rule, &choice, &mention);
    }
    if (choice.target.size == 0)
        choice.target = notify_policy_owner(policy, alert->owner);
    if (choice.level == NOTIFY_LEVEL_NONE)
        choice.level = notify_level_of(alert->level);
    choice.mention = buf_str(&mention);
    choice.not_before = notify_policy_not_before(policy, choice.level, now_ms);
    return choice;
}
