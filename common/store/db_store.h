/*
 * db_store — the schema's version: what the database has, what this program needs.
 *
 * Migrations are the files of sql/migrations, compiled in (migrations.h): a binary and the
 * schema it needs never part. They go forward only, each in a transaction of its own together
 * with its row in schema_version; two programs that apply them at once take turns under an
 * advisory lock. A database from a newer version is refused with one sentence, here and by every
 * connection (pg.c).
 */
#ifndef SLUICE_STORE_DB_STORE_H
#define SLUICE_STORE_DB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db_status {
    int64_t current; /* of the database; 0: no migration yet */
    int64_t newest;  /* of this program */
};

bool db_store_status(const char *pg_url, struct db_status *status_out, struct err *err) MUST_CHECK;

/* Called after each migration that was applied; `name` is "0001_stock". May be NULL. */
typedef void (*db_progress_fn)(void *context, int64_t version, const char *name);

/* Applies what is missing, up to the newest; status_out is what holds afterwards. */
bool db_store_migrate(const char *pg_url, db_progress_fn progress, void *context,
                      struct db_status *status_out, struct err *err) MUST_CHECK;

/* The i-th migration's name, NULL beyond the last: for `sluice db status`. */
const char *db_store_name(size_t i, int64_t *version_out);

#endif
