/* journal_store — see journal_store.h. The rebuild's reading is in journal_read.c. */
#include "store/journal_store.h"

#include <stddef.h>

#include "base/check.h"
#include "store/journal_inner.h"
#include "store/pg.h"
#include "store/pg_lock.h"

bool journal_store_open(struct journal_store **store_out, const char *pg_url, const char *worker,
                        struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct journal_store *store = ARENA_NEW(home, struct journal_store);

    store->home = home;
    store->worker = worker;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void journal_store_close(struct journal_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

/* ---- put ---- */

/* The fence is a statement of its own, so that the insert's snapshot is younger than the lock: an
 * insert that waited for a new epoch inside one statement would still see the old one. */
static const char journal_store_fence_sql[] =
    "select pg_advisory_xact_lock_shared" PG_LOCK_STOCK;

static const char journal_store_insert_sql[] =
    "insert into stock_journal (epoch, worker, order_ids, seqs, records, skus, srevs, scalars,"
    "                           move_skus, move_ids, moves)"
    " select epoch, $2, $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[],"
    "        $8::text[], $9::text[], $10::text[], $11::text[]"
    " from stock_epoch where epoch = $1::bigint";

/* In the order of ids, so that two workers never wait for each other in a circle. */
static const char journal_store_bodies_sql[] =
    "insert into order_bodies (order_id, rev, digest, body)"
    " select distinct on (order_id) order_id, rev, digest, body"
    " from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])"
    "      as u(order_id, rev, digest, body)"
    " order by order_id, rev desc"
    " on conflict (order_id) do update"
    " set rev = excluded.rev, digest = excluded.digest, body = excluded.body"
    " where order_bodies.rev < excluded.rev";

static void journal_store_record_params(struct arena *arena, const struct stock_trace *trace,
                                        struct str *params)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, trace->record_count + 1);
    struct str *texts = ARENA_ARRAY(arena, struct str, trace->record_count + 1);
    int64_t *seqs = ARENA_ARRAY(arena, int64_t, trace->record_count + 1);

    for (size_t i = 0; i < trace->record_count; i++) {
        ids[i] = trace->records[i].order_id;
        seqs[i] = trace->records[i].seq;
        texts[i] = trace->records[i].text;
    }
    params[0] = pg_text_array(arena, ids, trace->record_count);
    params[1] = pg_int_array(arena, seqs, trace->record_count);
    params[2] = pg_text_array(arena, texts, trace->record_count);
}

static void journal_store_scalar_params(struct arena *arena, const struct stock_trace *trace,
                                        struct str *params)
{
    struct str *skus = ARENA_ARRAY(arena, struct str, trace->scalar_count + 1);
    struct str *texts = ARENA_ARRAY(arena, struct str, trace->scalar_count + 1);
    int64_t *srevs = ARENA_ARRAY(arena, int64_t, trace->scalar_count + 1);

    for (size_t i = 0; i < trace->scalar_count; i++) {
        skus[i] = trace->scalars[i].sku;
        srevs[i] = trace->scalars[i].srev;
        texts[i] = trace->scalars[i].text;
    }
    params[0] = pg_text_array(arena, skus, trace->scalar_count);
    params[1] = pg_int_array(arena, srevs, trace->scalar_count);
    params[2] = pg_text_array(arena, texts, trace->scalar_count);
}

static void journal_store_movement_params(struct arena *arena, const struct stock_trace *trace,
                                          struct str *params)
{
    struct str *skus = ARENA_ARRAY(arena, struct str, trace->movement_count + 1);
    struct str *ids = ARENA_ARRAY(arena, struct str, trace->movement_count + 1);
    struct str *texts = ARENA_ARRAY(arena, struct str, trace->movement_count + 1);

    for (size_t i = 0; i < trace->movement_count; i++) {
        skus[i] = trace->movements[i].sku;
        ids[i] = trace->movements[i].movement_id;
        texts[i] = trace->movements[i].text;
    }
    params[0] = pg_text_array(arena, skus, trace->movement_count);
    params[1] = pg_text_array(arena, ids, trace->movement_count);
    params[2] = pg_text_array(arena, texts, trace->movement_count);
}

static bool journal_store_insert(struct journal_store *store, struct arena *arena,
                                 const struct stock_trace *trace, struct err *err)
{
    struct pg_result *result;
    struct str params[11];
    size_t rows;

    params[0] = arena_format(arena, "%lld", (long long)trace->epoch);
    params[1] = str_of(store->worker);
    journal_store_record_params(arena, trace, &params[2]);
    journal_store_scalar_params(arena, trace, &params[5]);
    journal_store_movement_params(arena, trace, &params[8]);
    if (!pg_query(store->pg, journal_store_insert_sql, params, 11, &result, err))
        return false;
    rows = pg_affected(result);
    pg_result_free(result);
    return rows == 1 || err_set(err, ERR_RETRY, "the epoch has moved past %lld",
                                (long long)trace->epoch);
}

static bool journal_store_put_bodies(struct journal_store *store, struct arena *arena,
                                     const struct order_body *bodies, size_t count,
                                     struct err *err)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, count + 1);
    struct str *digests = ARENA_ARRAY(arena, struct str, count + 1);
    struct str *texts = ARENA_ARRAY(arena, struct str, count + 1);
    int64_t *revs = ARENA_ARRAY(arena, int64_t, count + 1);
    struct str params[4];

    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        ids[i] = bodies[i].order_id;
        revs[i] = bodies[i].rev;
        digests[i] = bodies[i].digest;
        texts[i] = bodies[i].json;
    }
    params[0] = pg_text_array(arena, ids, count);
    params[1] = pg_int_array(arena, revs, count);
    params[2] = pg_text_array(arena, digests, count);
    params[3] = pg_text_array(arena, texts, count);
    return pg_query(store->pg, journal_store_bodies_sql, params, 4, NULL, err);
}

bool journal_store_put(struct journal_store *store, struct arena *arena,
                       const struct stock_trace *trace, const struct order_body *bodies,
                       size_t body_count, struct err *err)
{
    bool ok = pg_begin(store->pg, err)
        && pg_query(store->pg, journal_store_fence_sql, NULL, 0, NULL, err)
        && journal_store_insert(store, arena, trace, err)
        && journal_store_put_bodies(store, arena, bodies, body_count, err)
        && pg_commit(store->pg, err);

    pg_rollback(store->pg);
    return ok;
}

/* ---- bodies ---- */

/* Of the two places the one with the newer rev: a stopped order's own row, or the ledger's. */
static const char journal_store_find_sql[] =
    "select b.rev, b.digest, b.body"
    " from unnest($1::text[]) with ordinality as u(order_id, place)"
    " left join lateral ("
    "     select rev, digest, body from order_bodies o where o.order_id = u.order_id"
    "     union all"
    "     select rev, digest, body from orders o"
    "     where o.order_id = u.order_id and rev > 0 and body is not null"
    "     order by rev desc limit 1) b on true"
    " order by u.place";

bool journal_store_bodies(struct journal_store *store, struct arena *arena,
                          const struct str *order_ids, size_t count,
                          struct order_body *bodies_out, struct err *err)
{
    struct str param = pg_text_array(arena, order_ids, count);
    struct pg_result *result;

    if (count == 0)
        return true;
    if (!pg_query(store->pg, journal_store_find_sql, &param, 1, &result, err))
        return false;
    CHECK(pg_rows(result) == count);
    for (size_t i = 0; i < count; i++) {
        bodies_out[i] = (struct order_body){ .order_id = order_ids[i] };
        if (pg_is_null(result, i, 0))
            continue;
        bodies_out[i].rev = pg_int(result, i, 0);
        bodies_out[i].digest = arena_copy(arena, pg_text(result, i, 1));
        bodies_out[i].json = arena_copy(arena, pg_text(result, i, 2));
    }
    pg_result_free(result);
    return true;
}

/* ---- epoch ---- */

bool journal_store_epoch(struct journal_store *store, int64_t *epoch_out, int64_t *generation_out,
                         struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, "select epoch, generation from stock_epoch", NULL, 0, &result, err))
        return false;
    CHECK(pg_rows(result) == 1);
    *epoch_out = pg_int(result, 0, 0);
    *generation_out = pg_int(result, 0, 1);
    pg_result_free(result);
    return true;
}

bool journal_store_lock_rebuild(struct journal_store *store, bool *got_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, "select pg_try_advisory_lock" PG_LOCK_REBUILD, NULL, 0, &result, err))
        return false;
    *got_out = str_is(pg_text(result, 0, 0), "t");
    pg_result_free(result);
    return true;
}

void journal_store_unlock_rebuild(struct journal_store *store)
{
    struct err ignored; /* a lost connection has unlocked */

    (void)!pg_query(store->pg, "select pg_advisory_unlock" PG_LOCK_REBUILD, NULL, 0, NULL,
                    &ignored);
}

/* Waits for every batch that holds the shared lock; those that come later see the new epoch. */
bool journal_store_raise_epoch(struct journal_store *store, int64_t *epoch_out, struct err *err)
{
    struct pg_result *result = NULL;
    int64_t epoch = 0;
    bool ok = false;

    if (!pg_begin(store->pg, err)
        || !pg_query(store->pg, "select pg_advisory_xact_lock" PG_LOCK_STOCK, NULL, 0, NULL, err)
        || !pg_query(store->pg, "update stock_epoch set epoch = epoch + 1 returning epoch", NULL,
                     0, &result, err))
        goto out;
    epoch = pg_int(result, 0, 0);
    ok = pg_commit(store->pg, err);
out:
    pg_result_free(result);
    pg_rollback(store->pg);
    if (ok)
        *epoch_out = epoch;
    return ok;
}
