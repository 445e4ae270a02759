/*
 * pg_fixture — a schema of one's own on the PostgreSQL of SLUICE_PG_URL, for component tests.
 *
 * Each test program works in a schema named after it and its process, so that programs run side
 * by side and beside a fleet; advisory locks are per schema too (pg_lock.h). Without a server the
 * test fails and says what to do.
 */
#ifndef SLUICE_TESTS_PG_FIXTURE_H
#define SLUICE_TESTS_PG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/db_store.h"
#include "store/pg.h"

struct pg_fixture {
    struct arena *arena; /* reset by nobody: lives as long as the program's tests */
    struct pg *pg;       /* for looking and for breaking things */
    char url[512];       /* with the schema on its search path */
    char schema[64];
};

static struct err fixture_err;

/* assert_ok(journal_store_put(…, &fixture_err)) tells the error's text. */
#define assert_ok(call) \
    do { \
        if (!(call)) \
            fail_msg("%s: %s: %s", #call, err_class_name(fixture_err.class), fixture_err.text); \
    } while (0)

static inline const char *fixture_base_url(void)
{
    const char *url = getenv("SLUICE_PG_URL");

    if (!url || !*url)
        fail_msg("SLUICE_PG_URL is not set: start a server with `ops/stack up postgres` and "
                 "source build/stack/env");
    return url;
}

static inline void fixture_run(struct pg_fixture *fixture, const char *sql)
{
    assert_ok(pg_script(fixture->pg, sql, &fixture_err));
}

/* A number from one row of one column; not prepared, so the text may be built on the spot. */
static inline int64_t fixture_number(struct pg_fixture *fixture, const char *format, ...)
    PRINTF_LIKE(2, 3);
static inline int64_t fixture_number(struct pg_fixture *fixture, const char *format, ...)
{
    static const char sql[] = "select fixture_number($1)";
    struct pg_result *result;
    char text[2048];
    struct str param;
    int64_t number;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    param = str_of(text);
    assert_ok(pg_query(fixture->pg, sql, &param, 1, &result, &fixture_err));
    assert_int_equal(pg_rows(result), 1);
    number = pg_int(result, 0, 0);
    pg_result_free(result);
    return number;
}

/* All rows of a query as one text, columns by '|', rows by ';'. Lives in the fixture's arena. */
static inline const char *fixture_text(struct pg_fixture *fixture, const char *sql)
{
    static const char ask[] = "select fixture_text($1)";
    struct str param = str_of(sql);
    struct pg_result *result;
    const char *text;

    assert_ok(pg_query(fixture->pg, ask, &param, 1, &result, &fixture_err));
    text = arena_copy(fixture->arena, pg_text(result, 0, 0)).data;
    pg_result_free(result);
    return text;
}

static inline void fixture_url(char *out, size_t size, const char *base, const char *schema)
{
    bool is_uri = strstr(base, "://") != NULL;
    const char *join = is_uri ? (strchr(base, '?') ? "&" : "?") : " ";
    const char *equals = is_uri ? "%3D" : "\\=";
    int written = is_uri
        ? snprintf(out, size, "%s%soptions=-csearch_path%s%s", base, join, equals, schema)
        : snprintf(out, size, "%s options='-csearch_path=%s'", base, schema);

    assert_true(written > 0 && (size_t)written < size);
}

/* An empty schema, without migrations. */
static inline void fixture_open_empty(struct pg_fixture *fixture, const char *name)
{
    char sql[256];
    struct pg *pg;

    memset(fixture, 0, sizeof(*fixture));
    fixture->arena = arena_open((size_t)256 << 20);
    (void)snprintf(fixture->schema, sizeof(fixture->schema), "test_%s_%d", name, (int)getpid());
    fixture_url(fixture->url, sizeof(fixture->url), fixture_base_url(), fixture->schema);
    assert_ok(pg_open(&pg, fixture_base_url(), &fixture_err));
    (void)snprintf(sql, sizeof(sql), "drop schema if exists %s cascade; create schema %s",
                   fixture->schema, fixture->schema);
    assert_ok(pg_script(pg, sql, &fixture_err));
    pg_close(pg);
    assert_ok(pg_open(&fixture->pg, fixture->url, &fixture_err));
    fixture_run(fixture,
                "create function fixture_number(q text) returns bigint language plpgsql as"
                " $$ declare n bigint; begin execute q into n; return n; end $$;"
                "create function fixture_text(q text) returns text language plpgsql as"
                " $$ declare t text; begin execute"
                " 'select coalesce(string_agg((select string_agg(value, ''|'') from"
                " json_each_text(row_to_json(r))), '';''), '''') from (' || q || ') r' into t;"
                " return t; end $$");
}

static inline void fixture_open(struct pg_fixture *fixture, const char *name)
{
    struct db_status status;

    fixture_open_empty(fixture, name);
    assert_ok(db_store_migrate(fixture->url, NULL, NULL, &status, &fixture_err));
    assert_int_equal(status.current, status.newest);
}

static inline void fixture_close(struct pg_fixture *fixture)
{
    char sql[128];

    if (!fixture->pg) /* no server: the setup has said so */
        return;
    (void)snprintf(sql, sizeof(sql), "drop schema if exists %s cascade", fixture->schema);
    fixture_run(fixture, sql);
    pg_close(fixture->pg);
    arena_close(fixture->arena);
}

#endif
