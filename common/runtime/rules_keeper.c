#include "runtime/rules_keeper.h"

#include "base/log.h"
#include "base/mem.h"
#include "codec/rules_codec.h"

#define RULES_KEEPER_SET_MAX   ((size_t)512 << 20) /* bytes: a set with the largest tables */
#define RULES_KEEPER_READ_MAX  ((size_t)256 << 20)
#define RULES_KEEPER_OLDER_MAX 20 /* versions looked at for one that can be used */

struct rules_keeper {
    const struct rule_language *language;
    struct rule_source source;
    rules_make_fn make;
    void *state;
    struct arena *arena; /* of the set in force; NULL: none yet */
    struct rule_set *set;
    int64_t version;
    int64_t seen; /* the newest version looked at, usable or not */
    int64_t broken;
};

struct rules_keeper *rules_keeper_open(const struct rule_language *language,
                                       struct rule_source source, rules_make_fn make, void *state)
{
    struct rules_keeper *keeper = MEM_NEW(struct rules_keeper);

    keeper->language = language;
    keeper->source = source;
    keeper->make = make;
    keeper->state = state;
    return keeper;
}

void rules_keeper_close(struct rules_keeper *keeper)
{
    if (!keeper)
        return;
    if (keeper->arena)
        arena_close(keeper->arena);
    mem_free(keeper);
}

static struct str rules_keeper_name(const struct rules_keeper *keeper)
{
    return str_of(keeper->language->set);
}

/* The new set is whole before the old one goes. */
static bool rules_keeper_use(struct rules_keeper *keeper, struct str body, int64_t version,
                             struct err *err)
{
    struct arena *arena = arena_open(RULES_KEEPER_SET_MAX);
    struct rule_set *set = ARENA_NEW(arena, struct rule_set);
    bool usable = rules_decode(arena, body, keeper->language, set, err);

    if (usable) {
        set->version = rules_version(arena, rules_keeper_name(keeper), version);
        usable = keeper->make(keeper->state, arena, set, err);
    }
    if (!usable) {
        arena_close(arena);
        return false;
    }
    if (keeper->arena)
        arena_close(keeper->arena);
    keeper->arena = arena;
    keeper->set = set;
    keeper->version = version;
    return true;
}

/* It was compiled into this very program: when it cannot be used, nothing can. */
static bool rules_keeper_use_shipped(struct rules_keeper *keeper, struct err *err)
{
    if (rules_keeper_use(keeper, rules_shipped(rules_keeper_name(keeper)), 0, err))
        return true;
    err->class = ERR_FATAL;
    return err_in(err, "the rules shipped with the program");
}

/* The newest behind the broken one that can be used, newer than what is in force. Without it a
 * replica that looked later than others would stay behind them. */
static bool rules_keeper_use_older(struct rules_keeper *keeper, struct arena *scratch,
                                   int64_t below, struct err *err)
{
    struct rule_text older = { .version = below };
    struct err why;

    for (int tries = 0; tries < RULES_KEEPER_OLDER_MAX; tries++) {
        if (!keeper->source.older(keeper->source.store, scratch, rules_keeper_name(keeper),
                                  older.version, &older, err))
            return false;
        if (older.version <= keeper->version)
            break;
        if (rules_keeper_use(keeper, older.body, older.version, &why))
            return true;
    }
    return keeper->set || rules_keeper_use_shipped(keeper, err);
}

static bool rules_keeper_try(struct rules_keeper *keeper, struct arena *scratch,
                             const struct rule_text *newest, struct err *err)
{
    struct err why = { .class = ERR_NONE };

    if (rules_keeper_use(keeper, newest->body, newest->version, &why)) {
        keeper->seen = newest->version;
        log_info("rules taken", LOG_TEXT("version", keeper->set->version),
                 LOG_INT("rules", (int64_t)keeper->set->rule_count), LOG_TEXT("by", newest->by));
        return true;
    }
    if (!rules_keeper_use_older(keeper, scratch, newest->version, err))
        return false;
    keeper->seen = newest->version;
    keeper->broken++;
    log_warn("rules cannot be used, the ones in force stay", LOG_INT("version", newest->version),
             LOG_TEXT("in_force", keeper->set->version), LOG_TEXT("why", str_of(why.text)));
    return true;
}

bool rules_keeper_take(struct rules_keeper *keeper, bool *changed_out, struct err *err)
{
    struct arena *scratch = arena_open(RULES_KEEPER_READ_MAX);
    const struct rule_set *before = keeper->set;
    struct rule_text newest;
    bool fine = keeper->source.newest(keeper->source.store, scratch, rules_keeper_name(keeper),
                                      keeper->seen, &newest, err);

    if (fine && newest.version > 0)
        fine = rules_keeper_try(keeper, scratch, &newest, err);
    else if (fine && !keeper->set)
        fine = rules_keeper_use_shipped(keeper, err);
    arena_close(scratch);
    if (fine && changed_out)
        *changed_out = keeper->set != before;
    return fine;
}

const struct rule_set *rules_keeper_set(const struct rules_keeper *keeper)
{
    return keeper->set;
}

int64_t rules_keeper_broken(const struct rules_keeper *keeper)
{
    return keeper->broken;
}

int64_t rules_keeper_version(const struct rules_keeper *keeper)
{
    return keeper->version;
}
