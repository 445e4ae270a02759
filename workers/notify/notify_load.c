/*
 * notify_load — the rule set in force: the one shipped with the program, or what was published.
 */
#include "base/log.h"
#include "codec/rules_codec.h"
#include "notify/notify_effects.h"

#define NOTIFY_POLICY_MAX ((size_t)64 << 20)

/* The new set is whole before the old one goes. */
static bool notify_load(struct notify *self, struct str text, int64_t version, struct err *err)
{
    struct arena *arena = arena_open(NOTIFY_POLICY_MAX);
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);
    struct notify_policy policy;

    if (!rules_decode(arena, text, &notify_language, set, err)
        || !notify_policy_read(arena, set, &policy, err)) {
        arena_close(arena);
        return false;
    }
    set->version = rules_version(arena, str_of(notify_language.set), version);
    if (self->policy_arena)
        arena_close(self->policy_arena);
    self->policy_arena = arena;
    self->policy = policy;
    self->rules_seen = version;
    return true;
}

bool notify_take_rules(struct notify *self, struct err *err)
{
    struct rules_version_view newest;
    struct err why = { 0 };

    if (!self->policy_arena
        && !notify_load(self, rules_shipped(str_of(notify_language.set)), 0, &why))
        return err_set(err, ERR_FATAL, "the rules shipped with the program: %s", why.text);
    arena_reset(self->scratch);
    if (!rules_store_newest(self->rules, self->scratch, str_of(notify_language.set),
                            self->rules_seen, &newest, err))
        return false;
    if (newest.version == 0)
        return true;
    if (notify_load(self, newest.body, newest.version, &why)) {
        log_info("rules taken", LOG_TEXT("version", self->policy.set->version));
        return true;
    }
    self->rules_seen = newest.version;
    log_error("rules not taken, the ones at hand are kept", LOG_INT("version", newest.version),
              LOG_TEXT("reason", str_of(why.text)));
    return true;
}
