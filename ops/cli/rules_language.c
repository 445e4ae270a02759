#include "cli/rules_language.h"

#include "anomaly/anomaly_rules_decide.h"
#include "cli/cli.h"
#include "cli/import_read.h"
#include "codec/json.h"
#include "codec/rules_codec.h"
#include "notify/notify_policy_decide.h"
#include "notify/notify_rules_decide.h"
#include "route/route_policy_decide.h"
#include "route/route_rules_decide.h"

/* What the grammar cannot see: a tariff of a carrier nobody knows, a target nobody has defined. */
static bool rules_language_route(struct arena *arena, const struct rule_set *set, struct err *err)
{
    struct route_policy policy;

    return route_policy_make(arena, set, &policy, err);
}

static bool rules_language_notify(struct arena *arena, const struct rule_set *set, struct err *err)
{
    struct notify_policy policy;

    return notify_policy_read(arena, set, &policy, err);
}

static const struct rules_language_row {
    const struct rule_language *(*language)(void);
    bool (*check)(struct arena *arena, const struct rule_set *set, struct err *err);
} rules_languages[] = {
    { .language = anomaly_rules_language },
    { .language = route_rules_language, .check = rules_language_route },
    { .language = notify_rules_language, .check = rules_language_notify },
};

#define RULES_LANGUAGES (sizeof rules_languages / sizeof rules_languages[0])

const struct rule_language *rules_language_at(size_t i)
{
    return i < RULES_LANGUAGES ? rules_languages[i].language() : NULL;
}

static const struct rules_language_row *rules_language_find(struct str set)
{
    for (size_t i = 0; i < RULES_LANGUAGES; i++)
        if (str_is(set, rules_languages[i].language()->set))
            return &rules_languages[i];
    return NULL;
}

const struct rule_language *rules_language_of(struct str set)
{
    const struct rules_language_row *row = rules_language_find(set);

    return row ? row->language() : NULL;
}

/* Which set the text says it is: found before anything else is understood. */
static bool rules_draft_name(struct str text, struct arena *arena, struct str *set_out,
                             struct err *err)
{
    struct arena *scratch = arena_open((size_t)512 << 20);
    const struct json *root;
    bool fine = json_parse(scratch, text, &root, err);

    if (fine)
        *set_out = arena_copy(arena, json_get(root, "set")->text);
    arena_close(scratch);
    return fine;
}

bool rules_draft_compile(struct arena *arena, const char *name, struct str text,
                         struct rules_draft *draft_out, struct err *err)
{
    struct rules_draft draft = { .text = text };
    const struct rules_language_row *row;

    if (!rules_draft_name(text, arena, &draft.set, err))
        return err_in(err, "%s", name);
    row = rules_language_find(draft.set);
    if (!row)
        return err_set(err, ERR_REJECT, "%s: \"set\" is \"%.*s\"; sets are anomaly, route, notify",
                       name, STR_ARG(cli_line(arena, str_clip(draft.set, 60))));
    if (!rules_decode(arena, text, row->language(), &draft.compiled, err)
        || (row->check && !row->check(arena, &draft.compiled, err)))
        return err_in(err, "%s", name);
    *draft_out = draft;
    return true;
}

bool rules_draft_read(struct arena *arena, const char *path, struct rules_draft *draft_out,
                      struct err *err)
{
    struct import_reader *reader = NULL;
    struct str text;
    bool fine = import_reader_open(&reader, path, err) && import_reader_rest(reader, &text, err);

    if (fine && str_starts(text, STR("\xef\xbb\xbf"))) /* an editor's mark, no part of the set */
        text = (struct str){ .data = text.data + 3, .size = text.size - 3 };
    if (fine)
        text = arena_copy(arena, text);
    import_reader_close(reader);
    return fine && rules_draft_compile(arena, path, text, draft_out, err);
}

/* A version that was deleted by hand counts as one that cannot be used. */
static bool rules_usable(struct arena *arena, struct rules_store *store, struct str set,
                         int64_t version, struct rules_version_view *view_out,
                         struct rules_draft *draft_out, bool *usable_out, struct err *err)
{
    struct err why;

    *usable_out = false;
    if (!rules_store_get(store, arena, set, version, view_out, usable_out, err))
        return false;
    *usable_out =
        *usable_out
        && rules_draft_compile(arena, "a stored version", view_out->body, draft_out, &why);
    return true;
}

bool rules_in_force(struct arena *arena, struct rules_store *store, struct str set,
                    struct rules_version_view *view_out, struct rules_draft *draft_out,
                    int64_t *newest_out, struct err *err)
{
    struct rules_version_view newest;
    bool usable = false;

    if (!rules_store_newest(store, arena, set, 0, &newest, err))
        return false;
    *newest_out = newest.version;
    for (int64_t version = newest.version; version > 0 && !usable; version--)
        if (!rules_usable(arena, store, set, version, view_out, draft_out, &usable, err))
            return false;
    if (usable)
        return true;
    *view_out = (struct rules_version_view){
        .set = set,
        .body = rules_shipped(set),
        .by = STR("-"),
        .reason = STR("随程序发布 shipped with the programs"),
    };
    return rules_draft_compile(arena, "the shipped set", view_out->body, draft_out, err);
}
