/* db_store — see db_store.h. */
#include "store/db_store.h"

#include <stddef.h>

#include "base/arena.h"
#include "store/migrations.h"
#include "store/pg.h"
#include "store/pg_lock.h"

static bool db_store_version(struct pg *pg, int64_t *version_out, struct err *err)
{
    struct pg_result *result;
    bool there;

    if (!pg_query(pg, "select to_regclass('schema_version') is not null", NULL, 0, &result, err))
        return false;
    there = str_is(pg_text(result, 0, 0), "t");
    pg_result_free(result);
    *version_out = 0;
    if (!there)
        return true;
    if (!pg_query(pg, "select coalesce(max(version), 0) from schema_version", NULL, 0, &result,
                  err))
        return false;
    *version_out = pg_int(result, 0, 0);
    pg_result_free(result);
    return true;
}

bool db_store_status(const char *pg_url, struct db_status *status_out, struct err *err)
{
    struct db_status status = { .newest = migrations_newest() };
    struct pg *pg;
    bool ok;

    if (!pg_open(&pg, pg_url, err))
        return false;
    ok = db_store_version(pg, &status.current, err);
    pg_close(pg);
    if (ok)
        *status_out = status;
    return ok;
}

/* One migration and its row in schema_version, in one transaction under the lock. Whoever comes
 * second finds the version raised and does nothing. */
static bool db_store_step(struct pg *pg, const struct migration *migration, bool *applied_out,
                          struct err *err)
{
    struct arena *arena = arena_open(1 << 12);
    struct str params[] = {
        arena_format(arena, "%lld", (long long)migration->version),
        str_of(migration->name),
    };
    int64_t current;
    bool ok = false;

    *applied_out = false;
    if (!pg_begin(pg, err))
        goto out;
    if (!pg_script(pg, "set local statement_timeout = 0; set local lock_timeout = '5min';"
                       "select pg_advisory_xact_lock" PG_LOCK_MIGRATE ";"
                       "create table if not exists schema_version (version bigint primary key,"
                       " name text not null, applied_at timestamptz not null default now())",
                   err)
        || !db_store_version(pg, &current, err))
        goto out;
    if (current < migration->version) {
        if (!pg_script(pg, migration->sql, err)
            || !pg_query(pg, "insert into schema_version (version, name) values ($1::bigint, $2)",
                         params, 2, NULL, err)) {
            err_in(err, "migration %s", migration->name);
            goto out;
        }
        *applied_out = true;
    }
    ok = pg_commit(pg, err);
out:
    pg_rollback(pg);
    arena_close(arena);
    return ok;
}

static bool db_store_steps(struct pg *pg, db_progress_fn progress, void *context, struct err *err)
{
    const struct migration *migration;
    int64_t current;
    bool applied;

    if (!db_store_version(pg, &current, err))
        return false;
    for (size_t i = 0; (migration = migrations_at(i)); i++) {
        if (migration->version <= current)
            continue;
        if (!db_store_step(pg, migration, &applied, err))
            return false;
        if (applied && progress)
            progress(context, migration->version, migration->name);
    }
    return true;
}

bool db_store_migrate(const char *pg_url, db_progress_fn progress, void *context,
                      struct db_status *status_out, struct err *err)
{
    struct pg *pg;
    bool ok;

    if (!pg_open(&pg, pg_url, err))
        return false;
    ok = db_store_steps(pg, progress, context, err);
    pg_close(pg);
    return ok && db_store_status(pg_url, status_out, err);
}

const char *db_store_name(size_t i, int64_t *version_out)
{
    const struct migration *migration = migrations_at(i);

    if (!migration)
        return NULL;
    *version_out = migration->version;
    return migration->name;
}
