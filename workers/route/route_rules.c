/* route_rules — the rule set in force (route_effects.h). */
#include "base/log.h"
#include "codec/rules_codec.h"
#include "route/route_effects.h"

#define ROUTE_SET_MAX  ((size_t)512 << 20) /* bytes: a set with the largest tables */
#define ROUTE_READ_MAX ((size_t)256 << 20)
#define ROUTE_STIR_MS  60000 /* by then every replica has the rules, and reserve what they said */

/* Compiles a set and puts it in the place of the one at hand, which is freed: nothing of an
 * earlier batch points into it any more. */
static bool route_use(struct route *self, struct str body, int64_t version, struct err *err)
{
    struct arena *arena = arena_open(ROUTE_SET_MAX);
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);
    struct route_policy policy;

    if (!rules_decode(arena, body, route_rules_language(), set, err)
        || !route_policy_make(arena, set, &policy, err)) {
        arena_close(arena);
        return false;
    }
    set->version = rules_version(arena, STR("route"), version);
    if (self->set_arena)
        arena_close(self->set_arena);
    self->set_arena = arena;
    self->policy = policy;
    self->set_version = version;
    self->is_new = true;
    return true;
}

/* The shipped set was compiled into this very program: when it cannot be read, nothing can. */
static bool route_use_shipped(struct route *self, struct err *err)
{
    if (route_use(self, rules_shipped(STR("route")), 0, err))
        return true;
    err->class = ERR_FATAL;
    return err_in(err, "the shipped rules");
}

static bool route_try(struct route *self, const struct rules_version_view *newest,
                      struct err *err)
{
    struct err why = { .class = ERR_NONE };

    self->seen_version = newest->version;
    if (route_use(self, newest->body, newest->version, &why)) {
        log_info("rules taken", LOG_INT("version", newest->version),
                 LOG_INT("rules", (int64_t)self->policy.set->rule_count),
                 LOG_TEXT("by", newest->by));
        return true;
    }
    self->broken++;
    if (self->set_arena) {
        log_warn("rules cannot be used, the ones at hand stay",
                 LOG_INT("version", newest->version), LOG_INT("stays", self->set_version),
                 LOG_TEXT("why", str_of(why.text)));
        return true;
    }
    log_warn("rules cannot be used by this program: the SHIPPED ones decide until others are "
             "published",
             LOG_INT("version", newest->version), LOG_TEXT("why", str_of(why.text)));
    return route_use_shipped(self, err);
}

bool route_take_rules(struct route *self, struct err *err)
{
    struct arena *scratch = arena_open(ROUTE_READ_MAX);
    struct rules_version_view newest;
    bool ok = rules_store_newest(self->rules, scratch, STR("route"), self->seen_version, &newest,
                                 err);

    if (ok && newest.version > 0)
        ok = route_try(self, &newest, err);
    else if (ok && !self->set_arena)
        ok = route_use_shipped(self, err);
    arena_close(scratch);
    return ok;
}

bool route_stir(struct route *self, struct batch *batch, struct err *err)
{
    bool again = !self->is_new;

    if (again && (self->stir_at == 0 || batch->now_ms < self->stir_at))
        return true;
    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !stock_store_stir(self->stock, batch->arena, self->policy.set->version, again, err))
        return false;
    self->stir_at = again ? 0 : batch->now_ms + ROUTE_STIR_MS;
    self->is_new = false;
    return true;
}
