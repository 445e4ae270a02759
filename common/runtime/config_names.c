#include "runtime/config_names.h"

#include <string.h>

#define CONFIG_NAMES_SIZE_MAX 96 /* of a name worth comparing */

static const char *const config_names_workers[] = {
    "connect", "ingest", "reserve", "anomaly", "route", "verify", "notify", "ledger", "board",
};

/* What steers the scripts, the tests and the operator's tool. */
static const char *const config_names_script_prefixes[] = {
    "stack_", "fleet_", "build_", "check_", "demo_", "bench_", "chaos_", "sim_",
    "fuzz_",  "test_",  "e2e_",   "cli_",   "sale_",
};
static const char *const config_names_scripts[] = {
    "build",    "check",    "config",     "crash",      "demo",        "kafka_controller_port",
    "node_dir", "pg_port",  "kafka_port", "probe_base", "pg_password", "redis_port",
    "schemas",  "seed",     "sql",
};

#define CONFIG_NAMES_COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct config_row *config_names_row(const struct config_row *rows, struct str name)
{
    for (const struct config_row *row = rows; row != NULL && row->name != NULL; row++)
        if (str_is(name, row->name))
            return row;
    return NULL;
}

/* "reserve_sweep_ms" begins with "reserve" and '_': the rest. */
static bool config_names_cut(struct str name, const char *worker, struct str *rest_out)
{
    size_t size = strlen(worker);

    if (name.size <= size + 1 || memcmp(name.data, worker, size) != 0 || name.data[size] != '_')
        return false;
    *rest_out = (struct str){ .data = name.data + size + 1, .size = name.size - size - 1 };
    return true;
}

static bool config_names_is_other(struct str name)
{
    struct str rest;

    for (size_t i = 0; i < CONFIG_NAMES_COUNT(config_names_workers); i++)
        if (config_names_cut(name, config_names_workers[i], &rest))
            return true;
    for (size_t i = 0; i < CONFIG_NAMES_COUNT(config_names_script_prefixes); i++)
        if (str_starts(name, str_of(config_names_script_prefixes[i])))
            return true;
    for (size_t i = 0; i < CONFIG_NAMES_COUNT(config_names_scripts); i++)
        if (str_is(name, config_names_scripts[i]))
            return true;
    return false;
}

static bool config_names_is_kafka(struct str name, struct str *rest_out)
{
    struct str prefixes[] = { STR("kafka."), STR("kafka__") };

    for (size_t i = 0; i < CONFIG_NAMES_COUNT(prefixes); i++) {
        if (name.size > prefixes[i].size && str_starts(name, prefixes[i])) {
            *rest_out = (struct str){ .data = name.data + prefixes[i].size,
                                      .size = name.size - prefixes[i].size };
            return true;
        }
    }
    return false;
}

enum config_whose config_names_judge(struct str name, const char *worker,
                                     const struct config_row *rows,
                                     const struct config_row **row_out, struct str *rest_out)
{
    struct str rest;

    if (config_names_is_kafka(name, rest_out))
        return CONFIG_WHOSE_KAFKA;
    if ((*row_out = config_names_row(config_common_rows, name)) != NULL)
        return CONFIG_WHOSE_COMMON;
    if (config_names_cut(name, worker, &rest)) {
        *row_out = config_names_row(rows, rest);
        if (*row_out == NULL)
            *row_out = config_names_row(config_common_rows, rest);
        if (*row_out != NULL)
            return CONFIG_WHOSE_OWN;
        return CONFIG_WHOSE_NOBODY;
    }
    return config_names_is_other(name) ? CONFIG_WHOSE_OTHER : CONFIG_WHOSE_NOBODY;
}

static size_t config_names_min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t config_names_distance(struct str a, struct str b)
{
    size_t row[CONFIG_NAMES_SIZE_MAX + 1];

    if (a.size > CONFIG_NAMES_SIZE_MAX || b.size > CONFIG_NAMES_SIZE_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t above = row[j];
            size_t change = corner + (a.data[i - 1] == b.data[j - 1] ? 0 : 1);

            row[j] = config_names_min3(row[j - 1] + 1, above + 1, change);
            corner = above;
        }
    }
    return row[b.size];
}

struct config_names_best {
    struct str name, known; /* known in the arena */
    size_t distance;
};

static void config_names_try(struct arena *arena, struct config_names_best *best,
                             const char *prefix, const char *name)
{
    struct str known = arena_format(arena, "%s%s%s", prefix, prefix[0] ? "_" : "", name);
    size_t distance = config_names_distance(best->name, known);

    if (distance < best->distance) {
        best->distance = distance;
        best->known = known;
    }
}

struct str config_names_nearest(struct arena *arena, struct str name, const char *worker,
                                const struct config_row *rows)
{
    /* A third of the letters wrong is another word. */
    struct config_names_best best = { .name = name, .distance = name.size / 3 + 1 };

    for (const struct config_row *row = config_common_rows; row->name != NULL; row++) {
        config_names_try(arena, &best, "", row->name);
        config_names_try(arena, &best, worker, row->name);
    }
    for (const struct config_row *row = rows; row != NULL && row->name != NULL; row++)
        config_names_try(arena, &best, worker, row->name);
    return best.known;
}
