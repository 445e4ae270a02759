/*
 * pg — one connection to PostgreSQL: prepared statements with array parameters, transactions,
 * and SQLSTATE → retry, reject or die.
 *
 * Reconnects at the next pg_begin()/pg_query() after a loss; a lost connection inside a
 * transaction is RETRY. Serialization failures, deadlocks, lock time-outs, admin shutdown,
 * connection classes (08, 57P, 53) are RETRY; data exceptions (22, 23, and 21, 54) REJECT; others
 * FATAL.
 */
#ifndef SLUICE_STORE_PG_H
#define SLUICE_STORE_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct pg;
struct pg_result; /* a PGresult */

/* url: a libpq connection string. Looks at the server once: FATAL for a database from a newer
 * version, so that a worker refuses before it joins a group; a server that is down is no error
 * here, it is met again at the first query. */
bool pg_open(struct pg **pg_out, const char *url, struct err *err) MUST_CHECK;
void pg_close(struct pg *pg);

bool pg_begin(struct pg *pg, struct err *err) MUST_CHECK;
bool pg_commit(struct pg *pg, struct err *err) MUST_CHECK;
void pg_rollback(struct pg *pg); /* never fails: a dead connection has rolled back */

/* Text parameters; a .data of NULL is SQL null. Prepared once per connection by the address of
 * `sql`, so `sql` must be a static text. result_out may be NULL when rows do not matter. */
bool pg_query(struct pg *pg, const char *sql, const struct str *params, size_t count,
              struct pg_result **result_out, struct err *err) MUST_CHECK;

/* Several statements without parameters (migrations). */
bool pg_script(struct pg *pg, const char *sql, struct err *err) MUST_CHECK;

size_t pg_rows(const struct pg_result *result);
bool pg_is_null(const struct pg_result *result, size_t row, int column);
struct str pg_text(const struct pg_result *result, size_t row, int column); /* borrowed */
int64_t pg_int(const struct pg_result *result, size_t row, int column);
size_t pg_affected(const struct pg_result *result);
void pg_result_free(struct pg_result *result);

/* Array literals for `$n::text[]`, `::bigint[]`: built in the arena, quoted and escaped. An item
 * of .data NULL is an SQL null. */
struct str pg_text_array(struct arena *arena, const struct str *items, size_t count);
struct str pg_int_array(struct arena *arena, const int64_t *items, size_t count);

/* Bytes as a parameter for `$n::bytea`, and a bytea column as bytes, in the arena. */
struct str pg_bytes(struct arena *arena, struct str bytes);
struct str pg_get_bytes(struct arena *arena, const struct pg_result *result, size_t row,
                        int column);

#endif
