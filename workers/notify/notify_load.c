/*
 * notify_load — the rule set in force: the one shipped with the program, or what was published.
 */
#include "base/log.h"
#include "codec/rules_codec.h"
#include "notify/notify_effects.h"

#define NOTIFY_POLICY_MAX ((size_t)64 << 20)
#define NOTIFY_BACK_MAX   20 /* versions looked at for one that can be used */

/* The new set is whole before the old one goes. */
static bool notify_load(struct notify *self, struct str text, int64_t version, struct err *err)
{
    struct arena *arena = arena_open(NOTIFY_POLICY_MAX);
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);
    struct notify_policy policy;

    if (!rules_decode(arena, text, notify_rules_language(), set, err)
        || !notify_policy_read(arena, set, &policy, err)) {
        arena_close(arena);
        return false;
    }
    set->version = rules_version(arena, str_of(notify_rules_language()->set), version);
    if (self->policy_arena)
        arena_close(self->policy_arena);
    self->policy_arena = arena;
    self->policy = policy;
    return true;
}

/* At the start, with a newest version that cannot be used: the one before it that can, not the
 * shipped one. */
static bool notify_load_older(struct notify *self, int64_t newest, struct err *err)
{
    int64_t least = newest - NOTIFY_BACK_MAX > 0 ? newest - NOTIFY_BACK_MAX : 0;

    for (int64_t number = newest - 1; number > least; number--) {
        struct rules_version_view version;
        struct err why = { 0 };
        bool found = false;

        arena_reset(self->scratch);
        if (!rules_store_get(self->rules, self->scratch, str_of(notify_rules_language()->set),
                             number, &version, &found, err))
            return false;
        if (found && notify_load(self, version.body, number, &why))
            break;
    }
    return true;
}

static bool notify_load_newest(struct notify *self, const struct rules_version_view *newest,
                               struct err *err)
{
    bool first = self->rules_seen == 0;
    struct err why = { 0 };

    if (!notify_load(self, newest->body, newest->version, &why)) {
        log_error("rules not taken, the ones at hand are kept", LOG_INT("version", newest->version),
                  LOG_TEXT("reason", str_of(why.text)));
        if (first && !notify_load_older(self, newest->version, err))
            return false;
    }
    self->rules_seen = newest->version;
    log_info("rules in force", LOG_TEXT("version", self->policy.set->version));
    return true;
}

bool notify_take_rules(struct notify *self, struct err *err)
{
    struct rules_version_view newest;
    struct err why = { 0 };

    if (!self->policy_arena
        && !notify_load(self, rules_shipped(str_of(notify_rules_language()->set)), 0, &why))
        return err_set(err, ERR_FATAL, "the rules shipped with the program: %s", why.text);
    arena_reset(self->scratch);
    if (!rules_store_newest(self->rules, self->scratch, str_of(notify_rules_language()->set),
                            self->rules_seen, &newest, err))
        return false;
    return newest.version == 0 || notify_load_newest(self, &newest, err);
}
