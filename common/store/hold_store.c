/* hold_store — see hold_store.h. */
#include "store/hold_store.h"

#include "base/hash.h"
#include "base/map.h"
#include "store/pg.h"
#include "store/pg_rows.h"

struct hold_store {
    struct arena *home;
    struct pg *pg;
};

bool hold_store_open(struct hold_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct hold_store *store = ARENA_NEW(home, struct hold_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void hold_store_close(struct hold_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

static const char *hold_store_end_name(int value)
{
    return hold_end_name((enum hold_end)value);
}

static int hold_store_end_value(struct str name)
{
    return (int)hold_end_of(name);
}

/* ---- rows ---- */

/* A hold and the place it is found by. */
struct hold_store_row {
    struct hold hold;
    int64_t place;
};

static const struct pg_field hold_store_puts[] = {
    PG_FIELD(PG_FIELD_TEXT, hold_store_row, hold.order_id),
    PG_FIELD(PG_FIELD_INT, hold_store_row, hold.rev),
    PG_FIELD(PG_FIELD_TEXT, hold_store_row, hold.digest),
    PG_FIELD(PG_FIELD_INT, hold_store_row, place),
    PG_FIELD(PG_FIELD_TEXT, hold_store_row, hold.owner),
    PG_FIELD(PG_FIELD_TEXT, hold_store_row, hold.level),
    PG_FIELD(PG_FIELD_TEXT, hold_store_row, hold.rules),
    PG_FIELD(PG_FIELD_INT, hold_store_row, hold.held_at),
    PG_FIELD(PG_FIELD_INT, hold_store_row, hold.due_at),
    PG_FIELD_ENUM(hold_store_row, hold.ends, hold_store_end_name),
};

static const struct pg_field hold_store_gets[] = {
    PG_FIELD(PG_FIELD_TEXT, hold, order_id),
    PG_FIELD(PG_FIELD_INT, hold, rev),
    PG_FIELD(PG_FIELD_TEXT, hold, digest),
    PG_FIELD(PG_FIELD_TEXT, hold, owner),
    PG_FIELD(PG_FIELD_TEXT, hold, level),
    PG_FIELD(PG_FIELD_TEXT, hold, rules),
    PG_FIELD(PG_FIELD_INT, hold, held_at),
    PG_FIELD(PG_FIELD_INT, hold, due_at),
    PG_FIELD_VALUE(hold, ends, hold_store_end_value),
    PG_FIELD(PG_FIELD_INT, hold, told),
};

#define HOLD_STORE_PUTS    (sizeof hold_store_puts / sizeof hold_store_puts[0])
#define HOLD_STORE_GETS    (sizeof hold_store_gets / sizeof hold_store_gets[0])
#define HOLD_STORE_COLUMNS "order_id, rev, digest, owner, level, rules, held_at, due_at, ends, told"

static bool hold_store_rows(struct hold_store *store, struct arena *arena, const char *sql,
                            const struct str *params, size_t param_count, struct hold **holds_out,
                            size_t *count_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, sql, params, param_count, &result, err))
        return false;
    *count_out = pg_rows(result);
    *holds_out =
        pg_rows_get_all(arena, result, sizeof(struct hold), hold_store_gets, HOLD_STORE_GETS);
    pg_result_free(result);
    return true;
}

/* ---- put ---- */

/* Of an order that stands twice in the batch only the newest rev: one statement may not touch a
 * row twice. */
static const char hold_store_put_sql[] =
    "insert into holds (order_id, rev, digest, place, owner, level, rules, held_at, due_at, ends,"
    "                   look_at)"
    " select distinct on (order_id) order_id, rev, digest, place, owner, level, rules, held_at,"
    "        due_at, ends, due_at"
    " from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[],"
    "             $7::text[], $8::bigint[], $9::bigint[], $10::text[])"
    "      as u(order_id, rev, digest, place, owner, level, rules, held_at, due_at, ends)"
    " order by order_id, rev desc"
    " on conflict (order_id) do update"
    " set rev = excluded.rev, digest = excluded.digest, owner = excluded.owner,"
    "     level = excluded.level, rules = excluded.rules, held_at = excluded.held_at,"
    "     due_at = excluded.due_at, ends = excluded.ends, told = 0, look_at = excluded.look_at"
    " where holds.rev < excluded.rev";

static const char hold_store_get_sql[] =
    "select " HOLD_STORE_COLUMNS " from holds where order_id = any($1::text[])";

/* What stands in the table of the same rev is what was told. */
static void hold_store_take(struct arena *arena, struct hold *holds, size_t count,
                            struct hold *kept, size_t kept_count)
{
    struct map *by_id = map_open(arena);

    for (size_t i = 0; i < kept_count; i++)
        map_put(by_id, kept[i].order_id, &kept[i]);
    for (size_t i = 0; i < count; i++) {
        const struct hold *row = map_get(by_id, holds[i].order_id);

        if (row && row->rev == holds[i].rev)
            holds[i] = *row;
    }
}

bool hold_store_put(struct hold_store *store, struct arena *arena, struct hold *holds, size_t count,
                    struct err *err)
{
    struct hold_store_row *rows = ARENA_ARRAY(arena, struct hold_store_row, count);
    struct str params[HOLD_STORE_PUTS];
    struct hold *kept;
    size_t kept_count;

    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct hold_store_row){
            .hold = holds[i],
            .place = (int64_t)hash_murmur2(holds[i].order_id),
        };
    pg_rows_params(arena, rows, sizeof *rows, count, hold_store_puts, HOLD_STORE_PUTS, params);
    if (!pg_query(store->pg, hold_store_put_sql, params, HOLD_STORE_PUTS, NULL, err)
        || !hold_store_rows(store, arena, hold_store_get_sql, params, 1, &kept, &kept_count, err))
        return false;
    hold_store_take(arena, holds, count, kept, kept_count);
    return true;
}

/* ---- due ---- */

static const char hold_store_due_sql[] =
    "select " HOLD_STORE_COLUMNS " from holds"
    " where look_at <= $1::bigint and place % $2::bigint = any($3::bigint[])"
    " order by look_at, order_id limit $4::bigint";

bool hold_store_due(struct hold_store *store, struct arena *arena, int64_t now_ms,
                    const int32_t *partitions, size_t owned_count, int32_t partition_count,
                    size_t count_max, struct hold **holds_out, size_t *count_out, struct err *err)
{
    int64_t *owned = ARENA_ARRAY(arena, int64_t, owned_count + 1);

    for (size_t i = 0; i < owned_count; i++)
        owned[i] = partitions[i];
    struct str params[] = {
        arena_format(arena, "%lld", (long long)now_ms),
        arena_format(arena, "%d", (int)partition_count),
        pg_int_array(arena, owned, owned_count),
        arena_format(arena, "%zu", count_max),
    };

    return hold_store_rows(store, arena, hold_store_due_sql, params, 4, holds_out, count_out, err);
}

/* ---- looked ---- */

static const struct pg_field hold_store_looks[] = {
    PG_FIELD(PG_FIELD_TEXT, hold_look, order_id),
    PG_FIELD(PG_FIELD_INT, hold_look, rev),
    PG_FIELD(PG_FIELD_INT, hold_look, told),
    PG_FIELD(PG_FIELD_INT, hold_look, again_at),
};

#define HOLD_STORE_LOOKS                                                                           \
    " unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])"                                \
    " as u(order_id, rev, told, again_at)"

static const char hold_store_stay_sql[] =
    "update holds h set told = greatest(h.told, u.told), look_at = u.again_at"
    " from" HOLD_STORE_LOOKS " where h.order_id = u.order_id and h.rev = u.rev and u.again_at > 0";

static const char hold_store_go_sql[] =
    "delete from holds h using" HOLD_STORE_LOOKS
    " where h.order_id = u.order_id and h.rev = u.rev and u.again_at = 0";

bool hold_store_looked(struct hold_store *store, struct arena *arena, const struct hold_look *looks,
                       size_t count, struct err *err)
{
    struct str params[4];

    if (count == 0)
        return true;
    pg_rows_params(arena, looks, sizeof *looks, count, hold_store_looks, 4, params);
    return pg_query(store->pg, hold_store_stay_sql, params, 4, NULL, err)
           && pg_query(store->pg, hold_store_go_sql, params, 4, NULL, err);
}
