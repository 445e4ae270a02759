/*
 * rule_source — where published rule sets are read from, for whoever keeps one in force.
 *
 * The store has the versions and the runtime keeps the one in force; they do not know each
 * other, so the worker hands this from one to the other. Texts live in the arena of the call.
 */
#ifndef SLUICE_DOMAIN_RULE_SOURCE_H
#define SLUICE_DOMAIN_RULE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct rule_text {
    int64_t version; /* 0: there is none */
    struct str body, by;
};

struct rule_source {
    void *store;
    /* The newest version above `above`. */
    bool (*newest)(void *store, struct arena *arena, struct str set, int64_t above,
                   struct rule_text *text_out, struct err *err);
    /* The newest version below `below`. */
    bool (*older)(void *store, struct arena *arena, struct str set, int64_t below,
                  struct rule_text *text_out, struct err *err);
};

#endif
