/* ledger_fold — folding the journal, and its partitions (ledger_store.h, upkeep). */
#include <stddef.h>

#include "base/crash.h"
#include "store/ledger_inner.h"
#include "store/ledger_store.h"
#include "store/pg_lock.h"

/*
 * One statement, so that what is read, what is kept and what is marked are one snapshot: exactly
 * the rows in `taken` are marked. A row with a lower id that commits later is simply not among
 * them, and the next fold takes it (STOCK.md 37).
 */
static const char ledger_fold_sql[] =
    "with taken as materialized ("
    "     select id, at, epoch, order_ids, seqs, records, skus, srevs, scalars, move_skus,"
    "            move_ids, moves"
    "     from stock_journal where not folded order by id limit $1::bigint),"
    " kept_records as (insert into stock_records as t (order_id, seq, record)"
    "     select distinct on (u.order_id) u.order_id, u.seq, u.record"
    "     from taken j, unnest(j.order_ids, j.seqs, j.records) as u(order_id, seq, record)"
    "     order by u.order_id, u.seq desc"
    "     on conflict (order_id) do update set seq = excluded.seq, record = excluded.record"
    "     where t.seq < excluded.seq),"
    " kept_scalars as (insert into stock_scalars as t (sku, epoch, srev, scalars)"
    "     select distinct on (u.sku) u.sku, j.epoch, u.srev, u.scalars"
    "     from taken j, unnest(j.skus, j.srevs, j.scalars) as u(sku, srev, scalars)"
    "     order by u.sku, j.epoch desc, u.srev desc"
    "     on conflict (sku) do update set epoch = excluded.epoch, srev = excluded.srev,"
    "                                     scalars = excluded.scalars"
    "     where (t.epoch, t.srev) < (excluded.epoch, excluded.srev)),"
    " kept_movements as (insert into stock_movements (sku, movement_id, movement)"
    "     select distinct on (u.sku, u.id) u.sku, u.id, u.move"
    "     from taken j, unnest(j.move_skus, j.move_ids, j.moves) as u(sku, id, move)"
    "     order by u.sku, u.id"
    "     on conflict do nothing)"
    " update stock_journal j set folded = true from taken"
    " where j.id = taken.id and j.at = taken.at";

static const char ledger_fold_try_sql[] = "select pg_try_advisory_xact_lock" PG_LOCK_FOLD;
static const char ledger_fold_try_upkeep_sql[] = "select pg_try_advisory_xact_lock" PG_LOCK_UPKEEP;

static bool ledger_fold_try(struct pg *pg, const char *sql, bool *got_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(pg, sql, NULL, 0, &result, err))
        return false;
    *got_out = str_is(pg_text(result, 0, 0), "t");
    pg_result_free(result);
    return true;
}

static bool ledger_fold_take(struct pg *pg, size_t rows_max, size_t *folded_out, struct err *err)
{
    struct arena *arena = arena_open(1 << 12);
    struct str limit = arena_format(arena, "%zu", rows_max);
    struct pg_result *result;
    bool ok = pg_query(pg, ledger_fold_sql, &limit, 1, &result, err);

    if (ok) {
        *folded_out = pg_affected(result);
        pg_result_free(result);
    }
    arena_close(arena);
    return ok;
}

bool ledger_store_fold(struct ledger_store *store, size_t rows_max, size_t *folded_out,
                       struct err *err)
{
    size_t folded = 0;
    bool mine = false;
    bool ok = pg_begin(store->pg, err)
        && ledger_fold_try(store->pg, ledger_fold_try_sql, &mine, err)
        && (!mine || ledger_fold_take(store->pg, rows_max, &folded, err));

    if (ok && folded > 0)
        crash_point("ledger.folded");
    ok = ok && pg_commit(store->pg, err);
    pg_rollback(store->pg);
    if (ok)
        *folded_out = folded;
    return ok;
}

/* ---- partitions ---- */

#define LEDGER_FOLD_DAY_MS 86400000

/* Short waits: partitions are made days ahead, so a busy moment may well pass without one. */
static const char ledger_fold_patience_sql[] = "set local lock_timeout = '2s'";

static const char ledger_fold_make_sql[] =
    "select partition_make(parent, date '1970-01-01' + $1::integer + ahead)"
    " from unnest('{stock_journal,gate_trail}'::text[]) as p(parent), generate_series(0, 2) ahead";

static const char ledger_fold_drop_sql[] =
    "select journal_drop_day(name) from partition_days('stock_journal')"
    " where day < date '1970-01-01' + $1::integer order by day limit 3";

static bool ledger_fold_days(struct pg *pg, struct arena *arena, int64_t today, int64_t keep_days,
                             struct err *err)
{
    struct str now = arena_format(arena, "%lld", (long long)today);
    struct str oldest = arena_format(arena, "%lld", (long long)(today - keep_days));

    return pg_query(pg, ledger_fold_patience_sql, NULL, 0, NULL, err)
        && pg_query(pg, ledger_fold_make_sql, &now, 1, NULL, err)
        && pg_query(pg, ledger_fold_drop_sql, &oldest, 1, NULL, err);
}

bool ledger_store_upkeep(struct ledger_store *store, int64_t now_ms, int64_t keep_days,
                         struct err *err)
{
    struct arena *arena = arena_open(1 << 12);
    bool mine = false;
    bool ok = pg_begin(store->pg, err)
        && ledger_fold_try(store->pg, ledger_fold_try_upkeep_sql, &mine, err)
        && (!mine || ledger_fold_days(store->pg, arena, now_ms / LEDGER_FOLD_DAY_MS, keep_days,
                                      err))
        && pg_commit(store->pg, err);

    pg_rollback(store->pg);
    arena_close(arena);
    return ok;
}
