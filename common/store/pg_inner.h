/*
 * pg_inner — what the parts of pg share: the connection (pg_link.c) and what runs on it (pg.c).
 * Nobody else includes it.
 */
#ifndef SLUICE_STORE_PG_INNER_H
#define SLUICE_STORE_PG_INNER_H

#include <libpq-fe.h>

#include "store/pg.h"

#define PG_STATEMENTS_MAX 192
#define PG_ANSWER_MS      70000   /* above the server's own statement_timeout */
#define PG_SCRIPT_MS      3600000 /* a migration may rewrite a table */

struct pg {
    struct arena *home;    /* this struct and its url */
    struct arena *scratch; /* NUL-ended copies of one call's parameters */
    const char *url;
    PGconn *conn;
    bool in_transaction;
    bool timed_out; /* the last call: asking again at once would only wait again */
    const char *prepared[PG_STATEMENTS_MAX]; /* by address; place = name on the server */
    size_t prepared_count;
};

/* A connection to ask on; never a new one in the middle of a transaction. */
bool pg_ready(struct pg *pg, struct err *err) MUST_CHECK;
void pg_drop(struct pg *pg);

/* After a failure: an idle connection may have died unnoticed, ask once more on a new one. */
bool pg_may_repeat(const struct pg *pg);

/* Waits for what was sent; `sent` is what the PQsend… function returned. result_out may be NULL. */
bool pg_answer(struct pg *pg, int sent, int64_t timeout_ms, PGresult **result_out,
               struct err *err) MUST_CHECK;

/* Text without parameters, not prepared. */
bool pg_run(struct pg *pg, const char *sql, int64_t timeout_ms, PGresult **result_out,
            struct err *err) MUST_CHECK;

#endif
