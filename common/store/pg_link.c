/*
 * pg_link — the connection of pg: round trips with a deadline, errors and their class, connecting.
 *
 * Every call sends without blocking and waits with a deadline, so that a server that has stopped
 * answering costs a time-out and not the worker's place in its group. After a time-out the
 * connection is dropped: what it asked may still happen, and everything here is asked again by
 * key.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "store/migrations.h"
#include "store/pg_inner.h"

void pg_drop(struct pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->prepared_count = 0;
}

/* ---- errors ---- */

/* 54 is a value beyond a limit of the server (an index key of kilobytes), 21 two rows of one key in
 * one statement: of a batch, one event is to blame, and it must not stop the others for ever. */
static enum err_class pg_class_of(const char *state)
{
    static const struct {
        const char *prefix;
        enum err_class class;
    } classes[] = {
        { "08", ERR_RETRY },    { "40", ERR_RETRY },    { "53", ERR_RETRY },
        { "57", ERR_RETRY },    { "58", ERR_RETRY },    { "55P03", ERR_RETRY },
        { "25006", ERR_RETRY }, { "25P03", ERR_RETRY }, { "22", ERR_REJECT },
        { "23", ERR_REJECT },   { "21", ERR_REJECT },   { "54", ERR_REJECT },
    };

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strncmp(state, classes[i].prefix, strlen(classes[i].prefix)) == 0)
            return classes[i].class;
    }
    return ERR_FATAL;
}

static bool pg_is_code(const char *state, const char *code)
{
    return strcmp(state, code) == 0;
}

/* DETAIL, and the message of class 22, quote values: they may hold a name or an address. */
static bool pg_refused(const PGresult *result, struct err *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = "";

    if (!state)
        return err_set(err, ERR_RETRY, "PostgreSQL: the connection was lost");
    if (!message || strncmp(state, "22", 2) == 0)
        message = "a value the database does not take";
    if (pg_is_code(state, "42P01") || pg_is_code(state, "42703") || pg_is_code(state, "42883")
        || pg_is_code(state, "42704"))
        hint = "; the database is older than this program: run `sluice db migrate`";
    return err_set(err, pg_class_of(state), "PostgreSQL: %s (%s)%s", message, state, hint);
}

static bool pg_lost(struct pg *pg, struct err *err)
{
    pg_drop(pg);
    return err_set(err, ERR_RETRY, "PostgreSQL: the connection was lost");
}

/* ---- one round trip ---- */

static bool pg_wait(struct pg *pg, short events, int64_t deadline_us, struct err *err)
{
    struct pollfd fd = { .fd = PQsocket(pg->conn), .events = events };

    for (;;) {
        int64_t left_ms = (deadline_us - clock_monotonic_us()) / 1000;
        int ready = left_ms > 0 ? poll(&fd, 1, (int)left_ms) : 0;

        if (ready > 0)
            return true;
        if (ready == 0) {
            pg->timed_out = true;
            pg_drop(pg);
            return err_set(err, ERR_RETRY, "PostgreSQL: no answer in time");
        }
        if (errno != EINTR)
            return pg_lost(pg, err);
    }
}

static bool pg_flush(struct pg *pg, int64_t deadline_us, struct err *err)
{
    int left;

    while ((left = PQflush(pg->conn)) > 0) {
        if (!pg_wait(pg, POLLIN | POLLOUT, deadline_us, err))
            return false;
        if (!PQconsumeInput(pg->conn))
            return pg_lost(pg, err);
    }
    return left == 0 || pg_lost(pg, err);
}

static bool pg_is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Takes results until there are no more; keeps the first bad or the last good one. */
static bool pg_collect(struct pg *pg, int64_t deadline_us, PGresult **result_out, struct err *err)
{
    PGresult *kept = NULL;

    for (;;) {
        PGresult *next;

        while (PQisBusy(pg->conn)) {
            if (!pg_wait(pg, POLLIN, deadline_us, err)) {
                PQclear(kept);
                return false;
            }
            if (!PQconsumeInput(pg->conn))
                break; /* PQgetResult tells what is left to tell */
        }
        next = PQgetResult(pg->conn);
        if (!next)
            break;
        if (kept && !pg_is_good(kept)) {
            PQclear(next);
            continue;
        }
        PQclear(kept);
        kept = next;
    }
    if (!kept)
        return pg_lost(pg, err);
    *result_out = kept;
    return true;
}

bool pg_answer(struct pg *pg, int sent, int64_t timeout_ms, PGresult **result_out,
               struct err *err)
{
    int64_t deadline_us = clock_monotonic_us() + timeout_ms * 1000;
    PGresult *result = NULL;

    if (!sent)
        return pg_lost(pg, err);
    if (!pg_flush(pg, deadline_us, err) || !pg_collect(pg, deadline_us, &result, err))
        return false;
    if (!pg_is_good(result)) {
        pg_refused(result, err);
        PQclear(result);
        if (PQstatus(pg->conn) != CONNECTION_OK)
            pg_drop(pg);
        return false;
    }
    if (result_out)
        *result_out = result;
    else
        PQclear(result);
    return true;
}

bool pg_run(struct pg *pg, const char *sql, int64_t timeout_ms, PGresult **result_out,
            struct err *err)
{
    return pg_answer(pg, PQsendQuery(pg->conn, sql), timeout_ms, result_out, err);
}

/* ---- connecting ---- */

static void pg_ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* A worker that was stopped between its lock and its commit must not hold up a new epoch for
 * ever: the server ends idle transactions. */
#define PG_SESSION \
    "set idle_in_transaction_session_timeout = '20s'; set lock_timeout = '30s';" \
    "set statement_timeout = '60s'; set timezone = 'UTC'; set client_min_messages = warning;" \
    "set plan_cache_mode = force_custom_plan"

/* A newer database may mean other things by the same columns: nothing here touches it. */
static bool pg_check_version(struct pg *pg, struct err *err)
{
    PGresult *result;
    int64_t version = 0;
    bool there;

    if (!pg_run(pg, "select to_regclass('schema_version') is not null", PG_ANSWER_MS, &result,
                err))
        return false;
    there = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    if (!there)
        return true;
    if (!pg_run(pg, "select coalesce(max(version), 0) from schema_version", PG_ANSWER_MS,
                &result, err))
        return false;
    (void)num_parse(str_of(PQgetvalue(result, 0, 0)), &version);
    PQclear(result);
    if (version > migrations_newest())
        return err_set(err, ERR_FATAL,
                       "the database is at version %lld, this program knows %lld: "
                       "start a newer sluice",
                       (long long)version, (long long)migrations_newest());
    return true;
}

static bool pg_connect(struct pg *pg, struct err *err)
{
    const char *const keys[] = { "connect_timeout", "fallback_application_name", "keepalives_idle",
                                 "client_encoding", "dbname", NULL };
    const char *const values[] = { "10", "sluice", "15", "UTF8", pg->url, NULL };
    struct err why;

    pg->conn = PQconnectdbParams(keys, values, 1);
    if (!pg->conn || PQstatus(pg->conn) != CONNECTION_OK) {
        const char *text = pg->conn ? PQerrorMessage(pg->conn) : "out of memory";

        err_set(err, ERR_RETRY, "PostgreSQL: cannot connect: %.*s", (int)strcspn(text, "\n"),
                text);
        pg_drop(pg);
        return false;
    }
    PQsetNoticeReceiver(pg->conn, pg_ignore_notice, NULL);
    PQsetnonblocking(pg->conn, 1);
    if (pg_run(pg, PG_SESSION, PG_ANSWER_MS, NULL, &why) && pg_check_version(pg, &why))
        return true;
    *err = why;
    pg_drop(pg);
    return false;
}

bool pg_ready(struct pg *pg, struct err *err)
{
    if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK)
        return true;
    if (pg->conn)
        pg_drop(pg);
    if (pg->in_transaction)
        return err_set(err, ERR_RETRY, "PostgreSQL: the connection was lost in a transaction");
    return pg_connect(pg, err);
}

bool pg_may_repeat(const struct pg *pg)
{
    return !pg->conn && !pg->in_transaction && !pg->timed_out;
}
