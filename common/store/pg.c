/* pg — see pg.h: transactions and statements. pg_link.c has the connection, pg_value.c results. */
#include "store/pg.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "store/pg_inner.h"

#define PG_PARAMS_MAX  64
#define PG_SCRATCH_MAX ((size_t)1 << 30)

bool pg_open(struct pg **pg_out, const char *url, struct err *err)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    struct arena *home;
    struct err first;
    struct pg *pg;

    if (!options) {
        PQfreemem(why); /* it may quote the url, and with it a password */
        return err_set(err, ERR_FATAL, "the PostgreSQL url cannot be read: expected "
                                       "postgresql://user@host:port/database");
    }
    PQconninfoFree(options);
    home = arena_open(1 << 16);
    pg = ARENA_NEW(home, struct pg);
    pg->home = home;
    pg->url = arena_copy(home, str_of(url)).data;
    pg->scratch = arena_open(PG_SCRATCH_MAX);
    if (!pg_ready(pg, &first) && first.class == ERR_FATAL) {
        pg_close(pg);
        *err = first;
        return false;
    }
    *pg_out = pg;
    return true;
}

void pg_close(struct pg *pg)
{
    if (!pg)
        return;
    pg_drop(pg);
    arena_close(pg->scratch);
    arena_close(pg->home);
}

/* ---- transactions ---- */

bool pg_begin(struct pg *pg, struct err *err)
{
    CHECK(!pg->in_transaction);
    if (!pg_ready(pg, err))
        return false;
    pg->timed_out = false;
    if (!pg_run(pg, "begin", PG_ANSWER_MS, NULL, err)) {
        if (!pg_may_repeat(pg) || !pg_ready(pg, err)
            || !pg_run(pg, "begin", PG_ANSWER_MS, NULL, err))
            return false;
    }
    pg->in_transaction = true;
    return true;
}

bool pg_commit(struct pg *pg, struct err *err)
{
    PGresult *result;
    bool ended;

    CHECK(pg->in_transaction);
    if (!pg_ready(pg, err) || !pg_run(pg, "commit", PG_ANSWER_MS, &result, err)) {
        pg_rollback(pg);
        return false;
    }
    pg->in_transaction = false;
    ended = strcmp(PQcmdStatus(result), "COMMIT") == 0; /* ROLLBACK: it had failed before */
    PQclear(result);
    return ended || err_set(err, ERR_FATAL, "PostgreSQL: a failed transaction was committed");
}

void pg_rollback(struct pg *pg)
{
    struct err ignored;

    if (pg->in_transaction && pg->conn && !pg_run(pg, "rollback", PG_ANSWER_MS, NULL, &ignored)
        && pg->conn)
        pg_drop(pg);
    pg->in_transaction = false;
}

/* ---- statements ---- */

static bool pg_prepare(struct pg *pg, const char *sql, char name[24], struct err *err)
{
    size_t place = 0;

    while (place < pg->prepared_count && pg->prepared[place] != sql)
        place++;
    CHECK(place < PG_STATEMENTS_MAX);
    (void)snprintf(name, 24, "s%zu", place);
    if (place < pg->prepared_count)
        return true;
    if (!pg_answer(pg, PQsendPrepare(pg->conn, name, sql, 0, NULL), PG_ANSWER_MS, NULL, err))
        return false;
    pg->prepared[pg->prepared_count++] = sql;
    return true;
}

static bool pg_params(struct pg *pg, const struct str *params, size_t count,
                      const char *values[PG_PARAMS_MAX], struct err *err)
{
    CHECK(count <= PG_PARAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (str_has(params[i], '\0'))
            return err_set(err, ERR_REJECT, "a text holds a NUL byte, which PostgreSQL refuses");
        values[i] = params[i].data ? arena_copy(pg->scratch, params[i]).data : NULL;
    }
    return true;
}

static bool pg_ask(struct pg *pg, const char *sql, const char *const *values, size_t count,
                   PGresult **result_out, struct err *err)
{
    char name[24];

    return pg_ready(pg, err) && pg_prepare(pg, sql, name, err)
        && pg_answer(pg,
                     PQsendQueryPrepared(pg->conn, name, (int)count, values, NULL, NULL, 0),
                     PG_ANSWER_MS, result_out, err);
}

bool pg_query(struct pg *pg, const char *sql, const struct str *params, size_t count,
              struct pg_result **result_out, struct err *err)
{
    const char *values[PG_PARAMS_MAX];
    PGresult *result = NULL;
    bool ok;

    arena_reset(pg->scratch);
    if (!pg_params(pg, params, count, values, err))
        return false;
    pg->timed_out = false;
    ok = pg_ask(pg, sql, values, count, &result, err);
    if (!ok && pg_may_repeat(pg))
        ok = pg_ask(pg, sql, values, count, &result, err);
    if (!ok)
        return false;
    if (result_out)
        *result_out = (struct pg_result *)result;
    else
        PQclear(result);
    return true;
}

bool pg_script(struct pg *pg, const char *sql, struct err *err)
{
    return pg_ready(pg, err) && pg_run(pg, sql, PG_SCRIPT_MS, NULL, err);
}
