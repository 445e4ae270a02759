/*
 * rules_language — which rule sets there are, and what each may say.
 *
 * The languages belong to the workers that judge by them (workers/<w>/<w>_rules_decide.h); the
 * tool knows them all, so that a set is checked by the very words it will be judged by.
 */
#ifndef SLUICE_CLI_RULES_LANGUAGE_H
#define SLUICE_CLI_RULES_LANGUAGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/rule.h"
#include "store/rules_store.h"

/* NULL: there is no such set. */
const struct rule_language *rules_language_of(struct str set);

/* The i-th, NULL at the end. */
const struct rule_language *rules_language_at(size_t i);

/* A set from a file ("-": standard input), compiled by the language of the set it names. */
struct rules_draft {
    struct str set;
    struct str text;
    struct rule_set compiled;
};
bool rules_draft_read(struct arena *arena, const char *path, struct rules_draft *draft_out,
                      struct err *err) MUST_CHECK;

/* The same from a text that lies at hand; `name` is for messages. */
bool rules_draft_compile(struct arena *arena, const char *name, struct str text,
                         struct rules_draft *draft_out, struct err *err) MUST_CHECK;

/* The set the workers judge by: the newest version that can be used, as they take it, else the
 * shipped one (version 0). *newest_out: the newest version there is; above the view's when nobody
 * can use it. */
bool rules_in_force(struct arena *arena, struct rules_store *store, struct str set,
                    struct rules_version_view *view_out, struct rules_draft *draft_out,
                    int64_t *newest_out, struct err *err) MUST_CHECK;

#endif
