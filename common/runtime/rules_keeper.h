/*
 * rules_keeper — the rule set a worker judges by: which version, and what becomes of a bad one.
 *
 * Until somebody publishes, the set shipped with the program is in force. A published version is
 * taken whole or not at all: one that cannot be used is logged and counted, and the newest
 * before it that can be used is in force: the set at hand, or one that came and went between two
 * looks, as other replicas have it; the shipped set only when there is none.
 *
 * Used by the working thread only, between batches: a set and what was made of it live until
 * the next rules_keeper_take() that puts another in its place.
 */
#ifndef SLUICE_RUNTIME_RULES_KEEPER_H
#define SLUICE_RUNTIME_RULES_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/rule.h"
#include "domain/rule_source.h"

struct rules_keeper;

/* Makes of a compiled set what the worker judges by, in the arena, which lives as long as the set;
 * REJECT when the set says what cannot be. Only on true may the worker's state change. */
typedef bool (*rules_make_fn)(void *state, struct arena *arena, const struct rule_set *set,
                              struct err *err);

/* `source` is copied; `language`, `make` and `state` are borrowed. Never fails: nothing is read. */
struct rules_keeper *rules_keeper_open(const struct rule_language *language,
                                       struct rule_source source, rules_make_fn make, void *state);
void rules_keeper_close(struct rules_keeper *keeper); /* NULL is fine */

/* Takes what is new. RETRY while the store cannot be read; FATAL when the shipped set cannot be
 * used. *changed_out (may be NULL): another set is in force than before. */
bool rules_keeper_take(struct rules_keeper *keeper, bool *changed_out, struct err *err) MUST_CHECK;

/* The set in force; NULL before the first take. */
const struct rule_set *rules_keeper_set(const struct rules_keeper *keeper);

/* Its number; 0 is the shipped set. */
int64_t rules_keeper_version(const struct rules_keeper *keeper);

/* Published versions this process could not use. */
int64_t rules_keeper_broken(const struct rules_keeper *keeper);

#endif
