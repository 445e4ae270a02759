#include "store/check_store.h"

#include "base/mem.h"
#include "store/pg.h"

struct check_store {
    struct pg *pg;
};

bool check_store_open(struct check_store **store_out, const char *pg_url, struct err *err)
{
    struct check_store *store = mem_alloc(sizeof *store);

    if (!pg_open(&store->pg, pg_url, err)) {
        check_store_close(store);
        return false;
    }
    *store_out = store;
    return true;
}

void check_store_close(struct check_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    mem_free(store);
}

/* Insert first, read after: a statement of its own sees what another process noted meanwhile. */
static const char check_store_insert[] =
    "insert into shipment_checks (shipment_id, fate, scanned_at, verdict, reason)"
    " select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])"
    " on conflict do nothing";

static const char check_store_select[] =
    "select c.verdict, c.reason"
    " from unnest($1::text[], $2::text[], $3::bigint[])"
    "      with ordinality as asked (shipment_id, fate, scanned_at, place)"
    " join shipment_checks c using (shipment_id, fate, scanned_at)"
    " order by asked.place";

static bool check_store_exchange(struct check_store *store, struct arena *arena,
                                 const struct str params[5], struct check_note *notes,
                                 size_t count, struct err *err)
{
    struct pg_result *rows = NULL;

    if (!pg_query(store->pg, check_store_insert, params, 5, NULL, err)
        || !pg_query(store->pg, check_store_select, params, 3, &rows, err))
        return false;
    CHECK(pg_rows(rows) == count);
    for (size_t i = 0; i < count; i++) {
        notes[i].verdict = arena_copy(arena, pg_text(rows, i, 0));
        notes[i].reason = arena_copy(arena, pg_text(rows, i, 1));
    }
    pg_result_free(rows);
    return true;
}

bool check_store_note(struct check_store *store, struct arena *arena, struct check_note *notes,
                      size_t count, struct err *err)
{
    struct str *columns[4];
    int64_t *at = ARENA_ARRAY(arena, int64_t, count);
    struct str params[5];

    if (count == 0)
        return true;
    for (size_t c = 0; c < 4; c++)
        columns[c] = ARENA_ARRAY(arena, struct str, count);
    for (size_t i = 0; i < count; i++) {
        columns[0][i] = notes[i].shipment_id;
        columns[1][i] = notes[i].fate;
        columns[2][i] = notes[i].verdict;
        columns[3][i] = notes[i].reason.data ? notes[i].reason : STR("");
        at[i] = notes[i].at;
    }
    params[0] = pg_text_array(arena, columns[0], count);
    params[1] = pg_text_array(arena, columns[1], count);
    params[2] = pg_int_array(arena, at, count);
    params[3] = pg_text_array(arena, columns[2], count);
    params[4] = pg_text_array(arena, columns[3], count);

    if (!pg_begin(store->pg, err))
        return false;
    if (!check_store_exchange(store, arena, params, notes, count, err)) {
        pg_rollback(store->pg);
        return false;
    }
    return pg_commit(store->pg, err);
}
