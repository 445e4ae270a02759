/* anomaly_rules — the rule set in force (anomaly_effects.h). */
#include "anomaly/anomaly_effects.h"
#include "anomaly/anomaly_rules_decide.h"
#include "base/log.h"
#include "codec/rules_codec.h"

#define ANOMALY_SET_MAX   ((size_t)512 << 20) /* bytes: a set with the largest tables */
#define ANOMALY_READ_MAX  ((size_t)1 << 30)
#define ANOMALY_OLDER_MAX 10

/* Compiles a set and puts it in the place of the one at hand, which is freed: nothing of an
 * earlier batch points into it any more. */
static bool anomaly_use(struct anomaly *self, struct str body, int64_t version, struct err *err)
{
    struct arena *arena = arena_open(ANOMALY_SET_MAX);
    struct rule_set set;

    if (!rules_decode(arena, body, anomaly_rules_language(), &set, err)) {
        arena_close(arena);
        return false;
    }
    set.version = rules_version(arena, STR("anomaly"), version);
    if (self->set_arena)
        arena_close(self->set_arena);
    self->set_arena = arena;
    self->set = set;
    self->policy = anomaly_facts_policy(arena, &self->set);
    self->set_version = version;
    return true;
}

/* The shipped set was compiled into this very program: when it cannot be read, nothing can. */
static bool anomaly_use_shipped(struct anomaly *self, struct err *err)
{
    if (anomaly_use(self, rules_shipped(STR("anomaly")), 0, err))
        return true;
    err->class = ERR_FATAL;
    return err_in(err, "the shipped rules");
}

/* A process that holds no set yet meets one it cannot use. The other replicas, which met it
 * while they ran, kept the version before: so does this one, and only without any the shipped. */
static bool anomaly_use_older(struct anomaly *self, struct arena *scratch, int64_t version,
                              struct err *err)
{
    struct rules_version_view older;
    struct err why;
    bool found;

    for (int64_t tries = 0; --version > 0 && tries < ANOMALY_OLDER_MAX; tries++) {
        if (!rules_store_get(self->rules, scratch, STR("anomaly"), version, &older, &found, err))
            return false;
        if (found && anomaly_use(self, older.body, version, &why))
            return true;
    }
    return anomaly_use_shipped(self, err);
}

static bool anomaly_try(struct anomaly *self, struct arena *scratch,
                        const struct rules_version_view *newest, struct err *err)
{
    struct err why = { .class = ERR_NONE };

    if (anomaly_use(self, newest->body, newest->version, &why)) {
        self->seen_version = newest->version;
        log_info("rules taken", LOG_INT("version", newest->version),
                 LOG_INT("rules", (int64_t)self->set.rule_count), LOG_TEXT("by", newest->by));
        return true;
    }
    if (!self->set_arena && !anomaly_use_older(self, scratch, newest->version, err))
        return false;
    self->seen_version = newest->version;
    self->broken++;
    log_warn("rules cannot be used, older ones judge", LOG_INT("version", newest->version),
             LOG_INT("judges", self->set_version), LOG_TEXT("why", str_of(why.text)));
    return true;
}

bool anomaly_take_rules(struct anomaly *self, struct err *err)
{
    struct arena *scratch = arena_open(ANOMALY_READ_MAX);
    struct rules_version_view newest;
    bool ok =
        rules_store_newest(self->rules, scratch, STR("anomaly"), self->seen_version, &newest, err);

    if (ok && newest.version > 0)
        ok = anomaly_try(self, scratch, &newest, err);
    else if (ok && !self->set_arena)
        ok = anomaly_use_shipped(self, err);
    arena_close(scratch);
    return ok;
}
