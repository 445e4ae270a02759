/* rules_store — see rules_store.h. */
#include "store/rules_store.h"

#include <stddef.h>

#include "store/pg.h"
#include "store/pg_rows.h"

struct rules_store {
    struct arena *home;
    struct pg *pg;
};

bool rules_store_open(struct rules_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct rules_store *store = ARENA_NEW(home, struct rules_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void rules_store_close(struct rules_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

/* ---- reading ---- */

static const struct pg_field rules_store_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, rules_version_view, set),
    PG_FIELD(PG_FIELD_INT, rules_version_view, version),
    PG_FIELD(PG_FIELD_TEXT, rules_version_view, body),
    PG_FIELD(PG_FIELD_TEXT, rules_version_view, by),
    PG_FIELD(PG_FIELD_TEXT, rules_version_view, reason),
    PG_FIELD(PG_FIELD_INT, rules_version_view, repeats),
    PG_FIELD(PG_FIELD_INT, rules_version_view, at),
};

#define RULES_STORE_FIELDS (sizeof rules_store_fields / sizeof rules_store_fields[0])

static bool rules_store_rows(struct rules_store *store, struct arena *arena, const char *sql,
                             const struct str *params, size_t param_count,
                             struct rules_version_view **rows_out, size_t *count_out,
                             struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, sql, params, param_count, &result, err))
        return false;
    *count_out = pg_rows(result);
    *rows_out = pg_rows_get_all(arena, result, sizeof(struct rules_version_view),
                                rules_store_fields, RULES_STORE_FIELDS);
    pg_result_free(result);
    return true;
}

static struct str rules_store_int(struct arena *arena, int64_t number)
{
    return arena_format(arena, "%lld", (long long)number);
}

bool rules_store_newest(struct rules_store *store, struct arena *arena, struct str set,
                        int64_t above, struct rules_version_view *version_out, struct err *err)
{
    struct str params[] = { set, rules_store_int(arena, above) };
    struct rules_version_view *rows;
    size_t count;

    if (!rules_store_rows(store, arena,
                          "select set, version, body, \"by\", reason, repeats, at"
                          " from rule_versions where set = $1 and version > $2::bigint"
                          " order by version desc limit 1",
                          params, 2, &rows, &count, err))
        return false;
    *version_out = count > 0 ? rows[0] : (struct rules_version_view){ .set = set };
    return true;
}

/* ---- as a source ---- */

static bool rules_store_source_newest(void *store, struct arena *arena, struct str set,
                                      int64_t above, struct rule_text *text_out, struct err *err)
{
    struct rules_version_view view;

    if (!rules_store_newest(store, arena, set, above, &view, err))
        return false;
    *text_out = (struct rule_text){ .version = view.version, .body = view.body, .by = view.by };
    return true;
}

static bool rules_store_source_older(void *store, struct arena *arena, struct str set,
                                     int64_t below, struct rule_text *text_out, struct err *err)
{
    struct str params[] = { set, rules_store_int(arena, below) };
    struct rules_version_view *rows;
    size_t count;

    if (!rules_store_rows(store, arena,
                          "select set, version, body, \"by\", reason, repeats, at"
                          " from rule_versions where set = $1 and version < $2::bigint"
                          " order by version desc limit 1",
                          params, 2, &rows, &count, err))
        return false;
    *text_out = (struct rule_text){ .version = 0 };
    if (count > 0)
        *text_out = (struct rule_text){ .version = rows[0].version,
                                        .body = rows[0].body,
                                        .by = rows[0].by };
    return true;
}

struct rule_source rules_store_source(struct rules_store *store)
{
    return (struct rule_source){ .store = store,
                                 .newest = rules_store_source_newest,
                                 .older = rules_store_source_older };
}

bool rules_store_get(struct rules_store *store, struct arena *arena, struct str set,
                     int64_t version, struct rules_version_view *version_out, bool *found_out,
                     struct err *err)
{
    struct str params[] = { set, rules_store_int(arena, version) };
    struct rules_version_view *rows;
    size_t count;

    if (!rules_store_rows(store, arena,
                          "select set, version, body, \"by\", reason, repeats, at"
                          " from rule_versions where set = $1 and version = $2::bigint",
                          params, 2, &rows, &count, err))
        return false;
    *found_out = count > 0;
    if (count > 0)
        *version_out = rows[0];
    return true;
}

bool rules_store_list(struct rules_store *store, struct arena *arena, struct str set,
                      size_t count_max, struct rules_version_view **rows_out, size_t *count_out,
                      struct err *err)
{
    struct str params[] = { set, rules_store_int(arena, (int64_t)count_max) };

    return rules_store_rows(store, arena,
                            "select set, version, '', \"by\", reason, repeats, at"
                            " from rule_versions where $1 in ('', set)"
                            " order by at desc, set, version desc limit $2::bigint",
                            params, 2, rows_out, count_out, err);
}

/* ---- writing ---- */

/* Publishers take turns, so that numbers have no gaps. Rare and short. */
static const char rules_store_lock_sql[] = "lock table rule_versions in share row exclusive mode";

static const char rules_store_put_sql[] =
    "insert into rule_versions (set, version, body, \"by\", reason, repeats)"
    " select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5::bigint"
    " from rule_versions where set = $1"
    " returning version";

bool rules_store_put(struct rules_store *store, struct arena *arena,
                     const struct rules_version_view *version, int64_t *version_out,
                     struct err *err)
{
    struct str params[] = { version->set, version->body, version->by, version->reason,
                            rules_store_int(arena, version->repeats) };
    struct pg_result *result = NULL;
    bool ok = pg_begin(store->pg, err)
              && pg_query(store->pg, rules_store_lock_sql, NULL, 0, NULL, err)
              && pg_query(store->pg, rules_store_put_sql, params, 5, &result, err)
              && pg_commit(store->pg, err);

    if (ok)
        *version_out = pg_int(result, 0, 0);
    if (result)
        pg_result_free(result);
    pg_rollback(store->pg);
    return ok;
}
