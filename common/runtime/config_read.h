/*
 * config_read — the pairs of name and value in the environment and in a file.
 *
 * The file is one `name = value` a line; '#' begins a comment line. Names are the rows' own
 * (`redis_url`), in the environment in capitals behind SLUICE_.
 */
#ifndef SLUICE_RUNTIME_CONFIG_READ_H
#define SLUICE_RUNTIME_CONFIG_READ_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct config_pair {
    struct str name;   /* lower case, without SLUICE_ */
    struct str value;
    const char *shown; /* as its writer knows it; in the arena */
    bool from_file;
};

typedef bool (*config_pair_fn)(void *context, const struct config_pair *pair, struct err *err);

/* Each calls `put` for every pair and stops at its first false. */
bool config_read_env(struct arena *arena, config_pair_fn put, void *context,
                     struct err *err) MUST_CHECK;
bool config_read_file(struct arena *arena, const char *path, config_pair_fn put, void *context,
                      struct err *err) MUST_CHECK;

/* A row's name as one writes it there: "SLUICE_REDIS_URL" or "redis_url". */
const char *config_read_spell(struct arena *arena, struct str name, bool in_file);

#endif
