/*
 * migrations — the files of sql/migrations, compiled in (embed_migrations.cmake), by version.
 */
#ifndef SLUICE_STORE_MIGRATIONS_H
#define SLUICE_STORE_MIGRATIONS_H

#include <stddef.h>
#include <stdint.h>

struct migration {
    int64_t version;
    const char *name; /* "0001_stock" */
    const char *sql;
};

/* The i-th, lowest version first; NULL beyond the last. */
const struct migration *migrations_at(size_t i);

/* The version this program needs. */
int64_t migrations_newest(void);

#endif
