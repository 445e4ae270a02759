/*
 * rules_codec — a rule set from its JSON file (domain/rule.h is what it becomes).
 *
 *   { "set": "anomaly", "note": "…",
 *     "settings": { "name": value },
 *     "tables":   { "name": [ { "column": value } ] },
 *     "rules":    [ { "id": "price_floor", "priority": 100, "when": condition,
 *                     "action": "hold", "explain": "{line.sku} …", attribute: value } ] }
 *
 *   condition  {"all": […]}, {"any": […]}, {"not": condition}, or
 *              {"field": "line.price", operator: value}
 *   operator   is, is_not, in, not_in, below, at_most, above, at_least, has, has_not, starts,
 *              known
 *   value      of the field's type, or {"field": "other"}, or {"field": "other", "percent": 30}
 *
 * Every name is checked against the worker's language: what nobody knows is refused, so that a
 * typing error never becomes a rule that silently does nothing. Members that begin with $ are
 * for editors. schemas/rules/ says the same in JSON Schema.
 */
#ifndef SLUICE_CODEC_RULES_CODEC_H
#define SLUICE_CODEC_RULES_CODEC_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/rule.h"

/* Compiles a set into the arena; nothing of `text` is kept. set_out->version is empty: the
 * caller's to give. REJECT names line, place and reason, as in
 * "rules[2] price_floor: when: line 14: field line.prise is unknown; known are …". */
bool rules_decode(struct arena *arena, struct str text, const struct rule_language *language,
                  struct rule_set *set_out, struct err *err) MUST_CHECK;

/* The set that is in force until one is published: compiled into the program from ops/rules.
 * Empty for a set nobody ships. Static. */
struct str rules_shipped(struct str set);

struct rules_price {
    struct str sku;
    int64_t price_fen;
};

/* Reads {"sku": fen, …} from the file, sorted by SKU. An empty path gives none. FATAL names the
 * file, the SKU and what is wrong with it. */
bool rules_load_prices(struct arena *arena, const char *path, struct rules_price **prices_out,
                       size_t *count_out, struct err *err) MUST_CHECK;

/* "anomaly/3", in the arena. */
struct str rules_version(struct arena *arena, struct str set, int64_t version);

#endif
