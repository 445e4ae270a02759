#include "runtime/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "runtime/config_names.h"
#include "runtime/config_read.h"

#define CONFIG_ARENA_MAX (4u << 20)
#define CONFIG_KAFKA_MAX 64

/* Where a value came from, weakest first. */
enum config_rank {
    CONFIG_RANK_FALLBACK = 0,
    CONFIG_RANK_FILE_COMMON,
    CONFIG_RANK_FILE_OWN,
    CONFIG_RANK_ENV_COMMON,
    CONFIG_RANK_ENV_OWN,
};

struct config_value {
    const struct config_row *row;
    enum config_rank rank;
    const char *text, *source;
    int64_t number;
};

struct config {
    struct arena *arena;
    const char *worker;
    const struct config_row *rows;
    struct config_value *values;
    size_t count;
    struct {
        const char *name, *value;
    } kafka[CONFIG_KAFKA_MAX];
    size_t kafka_count;
};

static size_t config_row_count(const struct config_row *rows)
{
    size_t count = 0;

    while (rows != NULL && rows[count].name != NULL)
        count++;
    return count;
}

static void config_fill(struct config *config, const struct config_row *rows)
{
    for (const struct config_row *row = rows; row != NULL && row->name != NULL; row++)
        config->values[config->count++] = (struct config_value){
            .row = row,
            .text = row->fallback,
            .source = "default",
        };
}

static struct config_value *config_find(const struct config *config, const char *name)
{
    for (size_t i = config->count; i-- > 0;) /* the worker's rows stand last and win */
        if (strcmp(config->values[i].row->name, name) == 0)
            return &config->values[i];
    return NULL;
}

static bool config_put_kafka(struct config *config, struct str name, struct str value,
                             struct err *err)
{
    struct str copy = arena_copy(config->arena, name);
    char *letters = (char *)(uintptr_t)copy.data;

    for (size_t i = 0; i < copy.size; i++)
        if (letters[i] == '_')
            letters[i] = '.';
    for (size_t i = 0; i < config->kafka_count; i++)
        if (strcmp(config->kafka[i].name, copy.data) == 0)
            return true; /* the environment is read first and wins */
    if (config->kafka_count == CONFIG_KAFKA_MAX)
        return err_set(err, ERR_FATAL, "more than %d kafka settings", CONFIG_KAFKA_MAX);
    config->kafka[config->kafka_count].name = copy.data;
    config->kafka[config->kafka_count++].value = arena_copy(config->arena, value).data;
    return true;
}

static bool config_refuse(struct config *config, const struct config_pair *pair, struct err *err)
{
    struct str near =
        config_names_nearest(config->arena, pair->name, config->worker, config->rows);

    if (near.size == 0)
        return err_set(err, ERR_FATAL, "%s is no setting of sluice-%s: --help lists them",
                       pair->shown, config->worker);
    return err_set(err, ERR_FATAL, "%s is no setting of sluice-%s; did you mean %s?", pair->shown,
                   config->worker, config_read_spell(config->arena, near, pair->from_file));
}

static enum config_rank config_rank_of(enum config_whose whose, bool from_file)
{
    if (whose == CONFIG_WHOSE_OWN)
        return from_file ? CONFIG_RANK_FILE_OWN : CONFIG_RANK_ENV_OWN;
    return from_file ? CONFIG_RANK_FILE_COMMON : CONFIG_RANK_ENV_COMMON;
}

static bool config_put(void *context, const struct config_pair *pair, struct err *err)
{
    struct config *config = context;
    const struct config_row *row = NULL;
    struct str rest = STR_NONE;
    enum config_whose whose =
        config_names_judge(pair->name, config->worker, config->rows, &row, &rest);

    if (whose == CONFIG_WHOSE_OTHER)
        return true;
    if (whose == CONFIG_WHOSE_KAFKA)
        return config_put_kafka(config, rest, pair->value, err);
    if (whose == CONFIG_WHOSE_NOBODY)
        return config_refuse(config, pair, err);

    enum config_rank rank = config_rank_of(whose, pair->from_file);
    struct config_value *target = config_find(config, row->name);
    if (rank >= target->rank) {
        target->rank = rank;
        target->text = arena_copy(config->arena, pair->value).data;
        target->source = pair->shown;
    }
    return true;
}

static bool config_check_value(struct config_value *value, const char *worker, struct err *err)
{
    const struct config_row *row = value->row;

    if (value->text == NULL)
        return err_set(err, ERR_FATAL, "%s is not set: sluice-%s needs it (%s)", row->name, worker,
                       row->help);
    if (row->type == CONFIG_TEXT && value->text[0] == '\0' && row->fallback != NULL
        && row->fallback[0] != '\0')
        return err_set(err, ERR_FATAL, "%s is empty (%s)", value->source, row->help);
    if (row->type == CONFIG_TEXT)
        return true;
    if (!num_parse(str_of(value->text), &value->number) || value->number < row->min
        || value->number > row->max)
        return err_set(err, ERR_FATAL, "%s must be a whole number from %lld to %lld (%s)",
                       value->rank == CONFIG_RANK_FALLBACK ? row->name : value->source,
                       (long long)row->min, (long long)row->max, row->help);
    return true;
}

/* A cycle that outlasts max.poll.interval loses its partitions in the middle, every time. */
static bool config_check_cycle(const struct config *config, struct err *err)
{
    int64_t worst =
        config_int(config, "batch_count_max") * config_int(config, "handle_budget_ms");
    int64_t room = config_int(config, "max_poll_interval_ms") / 2;

    if (worst <= room)
        return true;
    return err_set(err, ERR_FATAL,
                   "batch_count_max × handle_budget_ms is %lld ms, more than half of "
                   "max_poll_interval_ms: lower one of the two or raise max_poll_interval_ms",
                   (long long)worst);
}

static bool config_check(struct config *config, struct err *err)
{
    for (size_t i = 0; i < config->count; i++)
        if (!config_check_value(&config->values[i], config->worker, err))
            return false;
    return config_check_cycle(config, err);
}

bool config_open(struct config **config_out, const char *worker, const struct config_row *rows,
                 struct err *err)
{
    struct arena *arena = arena_open(CONFIG_ARENA_MAX);
    struct config *config = ARENA_NEW(arena, struct config);
    size_t count = config_row_count(config_common_rows) + config_row_count(rows);
    const char *path = getenv("SLUICE_CONFIG");

    config->arena = arena;
    config->worker = worker;
    config->rows = rows;
    config->values = ARENA_ARRAY(arena, struct config_value, count);
    config_fill(config, config_common_rows);
    config_fill(config, rows);
    if (!config_read_env(arena, config_put, config, err)
        || (path != NULL && path[0] != '\0'
            && !config_read_file(arena, path, config_put, config, err))
        || !config_check(config, err)) {
        config_close(config);
        return false;
    }
    *config_out = config;
    return true;
}

void config_close(struct config *config)
{
    if (config != NULL)
        arena_close(config->arena);
}

const char *config_str(const struct config *config, const char *name)
{
    const struct config_value *value = config_find(config, name);

    CHECK(value != NULL && value->row->type == CONFIG_TEXT);
    return value->text;
}

int64_t config_int(const struct config *config, const char *name)
{
    const struct config_value *value = config_find(config, name);

    CHECK(value != NULL && value->row->type == CONFIG_INT);
    return value->number;
}

bool config_kafka(const struct config *config, size_t i, const char **name, const char **value)
{
    if (i >= config->kafka_count)
        return false;
    *name = config->kafka[i].name;
    *value = config->kafka[i].value;
    return true;
}

/* user:password@ loses the password; what hides one elsewhere is hidden whole. */
static void config_print_secret(const char *text, FILE *out)
{
    const char *host = strstr(text, "://");
    const char *at = host != NULL ? strrchr(text, '@') : NULL;
    const char *colon = host != NULL ? strchr(host + 3, ':') : NULL;

    if (host == NULL || strstr(text, "password") != NULL)
        (void)fputs(text[0] ? "***" : "", out);
    else if (at != NULL && colon != NULL && colon < at)
        (void)fprintf(out, "%.*s:***%s", (int)(colon - text), text, at);
    else
        (void)fputs(text, out);
}

void config_print(const struct config *config, FILE *out)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct config_value *value = &config->values[i];

        (void)fprintf(out, "%s = ", value->row->name);
        if (value->row->secret)
            config_print_secret(value->text, out);
        else
            (void)fputs(value->text, out);
        (void)fprintf(out, "  (%s)\n", value->source);
    }
    for (size_t i = 0; i < config->kafka_count; i++) /* sasl.password may be one */
        (void)fprintf(out, "kafka.%s = %s\n", config->kafka[i].name,
                      strstr(config->kafka[i].name, "password") != NULL
                              || strstr(config->kafka[i].name, "key") != NULL
                          ? "***"
                          : config->kafka[i].value);
}
