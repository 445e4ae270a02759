/*
 * journal_read — what a rebuild loads, in slices (journal_store_read).
 *
 * One REPEATABLE READ snapshot holds folded and unfolded rows alike, so the folder may work
 * meanwhile: a row is seen either in the journal or in what it was folded into. The reducing is
 * done in SQL and streamed through cursors; nothing here grows with the number of orders.
 */
#include "store/journal_store.h"

#include "base/check.h"
#include "store/journal_inner.h"
#include "store/pg.h"

#define JOURNAL_READ_SCRATCH ((size_t)256 << 20)

/* The newest of a folded row and what the journal holds beyond it. The unfolded part is small,
 * the folded one may be millions: hash the small, stream the large, no sort of it. */
static const char journal_read_scalars_sql[] =
    "declare scalars_part cursor for"
    " with fresh as materialized ("
    "     select distinct on (u.sku) u.sku, j.epoch, u.srev, u.scalars"
    "     from stock_journal j, unnest(j.skus, j.srevs, j.scalars) as u(sku, srev, scalars)"
    "     where not j.folded order by u.sku, j.epoch desc, u.srev desc)"
    " select coalesce(f.sku, s.sku), coalesce(f.srev, s.srev), coalesce(f.scalars, s.scalars)"
    " from stock_scalars s"
    " full join (select * from fresh n where not exists"
    "     (select from stock_scalars o"
    "      where o.sku = n.sku and (o.epoch, o.srev) >= (n.epoch, n.srev))) f on f.sku = s.sku";

static const char journal_read_movements_sql[] =
    "declare movements_part cursor for"
    " select sku, movement_id, movement from stock_movements"
    " union all"
    " (select distinct on (u.sku, u.id) u.sku, u.id, u.move"
    "  from stock_journal j, unnest(j.move_skus, j.move_ids, j.moves) as u(sku, id, move)"
    "  where not j.folded and not exists"
    "      (select from stock_movements o where o.sku = u.sku and o.movement_id = u.id)"
    "  order by u.sku, u.id)";

static const char journal_read_records_sql[] =
    "declare records_part cursor for"
    " with fresh as materialized ("
    "     select distinct on (u.order_id) u.order_id, u.seq, u.record"
    "     from stock_journal j, unnest(j.order_ids, j.seqs, j.records) as u(order_id, seq, record)"
    "     where not j.folded order by u.order_id, u.seq desc)"
    " select coalesce(f.order_id, s.order_id), coalesce(f.seq, s.seq),"
    "        coalesce(f.record, s.record)"
    " from stock_records s"
    " full join (select * from fresh n where not exists"
    "     (select from stock_records o where o.order_id = n.order_id and o.seq >= n.seq)) f"
    "     on f.order_id = s.order_id";

/* An estimate for the progress line: what is folded, and what the journal holds twice or more. */
static const char journal_read_total_sql[] =
    "select (select count(*) from stock_records) + (select count(*) from stock_scalars)"
    "     + (select count(*) from stock_movements)"
    "     + (select coalesce(sum(cardinality(order_ids) + cardinality(skus)"
    "                            + cardinality(move_ids)), 0)"
    "        from stock_journal where not folded)";

struct journal_reading {
    struct pg *pg;
    struct arena *arena;
    size_t slice_max;
    journal_slice_fn slice;
    void *context;
    int64_t epoch, done, total;
};

/* Moves rows [from, from + count) into the trace; texts are borrowed from the result. */
typedef void (*journal_fill_fn)(struct arena *arena, const struct pg_result *rows, size_t from,
                                size_t count, struct stock_trace *trace);

static void journal_read_fill_scalars(struct arena *arena, const struct pg_result *rows,
                                      size_t from, size_t count, struct stock_trace *trace)
{
    trace->scalars = ARENA_ARRAY(arena, struct stock_scalar_text, count);
    trace->scalar_count = count;
    for (size_t i = 0; i < count; i++) {
        trace->scalars[i].sku = pg_text(rows, from + i, 0);
        trace->scalars[i].srev = pg_int(rows, from + i, 1);
        trace->scalars[i].text = pg_text(rows, from + i, 2);
    }
}

static void journal_read_fill_movements(struct arena *arena, const struct pg_result *rows,
                                        size_t from, size_t count, struct stock_trace *trace)
{
    trace->movements = ARENA_ARRAY(arena, struct stock_movement_text, count);
    trace->movement_count = count;
    for (size_t i = 0; i < count; i++) {
        trace->movements[i].sku = pg_text(rows, from + i, 0);
        trace->movements[i].movement_id = pg_text(rows, from + i, 1);
        trace->movements[i].text = pg_text(rows, from + i, 2);
    }
}

static void journal_read_fill_records(struct arena *arena, const struct pg_result *rows,
                                      size_t from, size_t count, struct stock_trace *trace)
{
    trace->records = ARENA_ARRAY(arena, struct stock_record_text, count);
    trace->record_count = count;
    for (size_t i = 0; i < count; i++) {
        trace->records[i].order_id = pg_text(rows, from + i, 0);
        trace->records[i].seq = pg_int(rows, from + i, 1);
        trace->records[i].text = pg_text(rows, from + i, 2);
    }
}

/* SKUs and movements before the records, as LOAD wants them. */
static const struct journal_part {
    const char *declare, *fetch, *close;
    journal_fill_fn fill;
} journal_parts[] = {
    { .declare = journal_read_scalars_sql,
      .fetch = "fetch 8192 from scalars_part",
      .close = "close scalars_part",
      .fill = journal_read_fill_scalars },
    { .declare = journal_read_movements_sql,
      .fetch = "fetch 8192 from movements_part",
      .close = "close movements_part",
      .fill = journal_read_fill_movements },
    { .declare = journal_read_records_sql,
      .fetch = "fetch 8192 from records_part",
      .close = "close records_part",
      .fill = journal_read_fill_records },
};

static bool journal_read_hand_over(struct journal_reading *reading, journal_fill_fn fill,
                                   const struct pg_result *rows, struct err *err)
{
    size_t count;

    for (size_t from = 0; from < pg_rows(rows); from += count) {
        struct stock_trace trace = { .epoch = reading->epoch };

        count = pg_rows(rows) - from;
        if (count > reading->slice_max)
            count = reading->slice_max;
        arena_reset(reading->arena);
        fill(reading->arena, rows, from, count, &trace);
        reading->done += (int64_t)count;
        if (reading->total < reading->done)
            reading->total = reading->done;
        if (!reading->slice(reading->context, &trace, reading->done, reading->total, err))
            return false;
    }
    return true;
}

static bool journal_read_part(struct journal_reading *reading, const struct journal_part *part,
                              struct err *err)
{
    struct pg_result *rows;
    bool more = true, ok;

    ok = pg_query(reading->pg, part->declare, NULL, 0, NULL, err);
    while (ok && more) {
        ok = pg_query(reading->pg, part->fetch, NULL, 0, &rows, err);
        if (!ok)
            break;
        more = pg_rows(rows) > 0;
        ok = journal_read_hand_over(reading, part->fill, rows, err);
        pg_result_free(rows);
    }
    return ok && pg_query(reading->pg, part->close, NULL, 0, NULL, err);
}

static bool journal_read_parts(struct journal_reading *reading, struct err *err)
{
    for (size_t i = 0; i < sizeof(journal_parts) / sizeof(journal_parts[0]); i++) {
        if (!journal_read_part(reading, &journal_parts[i], err))
            return false;
    }
    return true;
}

static bool journal_read_number(struct pg *pg, const char *sql, int64_t *out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(pg, sql, NULL, 0, &result, err))
        return false;
    *out = pg_int(result, 0, 0);
    pg_result_free(result);
    return true;
}

bool journal_store_read(struct journal_store *store, size_t slice_max, journal_slice_fn slice,
                        void *context, struct err *err)
{
    struct journal_reading reading = {
        .pg = store->pg,
        .slice_max = slice_max,
        .slice = slice,
        .context = context,
    };
    bool ok;

    CHECK(slice_max > 0);
    reading.arena = arena_open(JOURNAL_READ_SCRATCH);
    ok = pg_begin(store->pg, err)
        && pg_query(store->pg, "set transaction isolation level repeatable read, read only", NULL,
                    0, NULL, err)
        && journal_read_number(store->pg, "select epoch from stock_epoch", &reading.epoch, err)
        && journal_read_number(store->pg, journal_read_total_sql, &reading.total, err)
        && journal_read_parts(&reading, err) && pg_commit(store->pg, err);
    pg_rollback(store->pg);
    arena_close(reading.arena);
    return ok;
}
