/*
 * notify_policy_decide — whom an alert goes to, how loud, and when.
 *
 * Pure. Rules are judged by priority: the first `send` that names a target decides the target, the
 * first that names a level the level; any `mute` makes it a line of a digest (nothing is ever
 * dropped); every `mention` adds its users. Without one: the owner's target, else the default.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_POLICY_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_POLICY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "notify/notify_rules_decide.h"

/* A group of people and the way to them. */
struct notify_target {
    struct str name;
    bool app;                          /* an application message; else a group's robot */
    struct str robot;                  /* its name in the configuration */
    struct str touser, toparty, totag; /* of an application message */
    struct str fallback;               /* another target, when this one refuses; may be empty */
    int64_t per_minute;                /* messages; 0: as configured */
};

/* Clock minutes of China time, [from, until); until < from: over midnight. */
struct notify_quiet {
    int64_t from, until;
    bool levels[NOTIFY_LEVEL_URGENT + 1];
};

struct notify_policy {
    const struct rule_set *set;
    struct str default_target;
    int64_t digest_after_ms;    /* alerts beyond the first of a minute wait this long for others */
    int64_t singles_per_minute; /* messages of their own to one target */
    int64_t names_max;          /* when more wait, a digest counts those it cannot name */
    const struct notify_target *targets;
    size_t target_count;
    const struct notify_quiet *quiet;
    size_t quiet_count;
};

/* The set made handy, in the arena; the set must live as long. REJECT names a target that a rule,
 * an owner or a fallback speaks of and nobody has defined, a level that is none, a rule that would
 * do nothing. */
bool notify_policy_read(struct arena *arena, const struct rule_set *set,
                        struct notify_policy *policy_out, struct err *err) MUST_CHECK;

/* NULL: there is no such target. */
const struct notify_target *notify_policy_target(const struct notify_policy *policy,
                                                 struct str name);

struct notify_choice {
    struct str target;
    enum notify_level level;
    struct str mention; /* user ids, separated by '|' */
    bool digest_only;
    int64_t not_before; /* ms; 0: now */
};

/* now_ms: when it was raised, for the quiet hours. Texts live in the arena or the policy. */
struct notify_choice notify_policy_choose(struct arena *arena, const struct notify_policy *policy,
                                          const struct alert_body *alert, int64_t now_ms);

#endif
