/* habit_store — see habit_store.h. */
#include "store/habit_store.h"

#include "base/check.h"
#include "store/pg.h"
#include "store/pg_rows.h"

struct habit_store {
    struct arena *home;
    struct pg *pg;
};

bool habit_store_open(struct habit_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct habit_store *store = ARENA_NEW(home, struct habit_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void habit_store_close(struct habit_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

/* ---- keep and count ---- */

/* Sorted, so that two replicas with the same orders in hand do not wait for each other. */
static const char habit_store_keep_sql[] =
    "insert into receiver_orders (receiver, at, order_id, buyer)"
    " select receiver, at, order_id, buyer"
    " from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])"
    "      as u(order_id, receiver, buyer, at)"
    " where receiver <> ''"
    " order by receiver, at, order_id"
    " on conflict do nothing";

/* The limits are HABIT_COUNT_MAX. */
static const char habit_store_count_sql[] =
    "select"
    " (select count(*) from ("
    "   select from receiver_orders r"
    "   where r.receiver = u.receiver and r.at > u.at - $5::bigint and r.at <= u.at"
    "     and r.order_id <> u.order_id limit 1000) as others),"
    " (select count(distinct receiver) from ("
    "   select r.receiver from receiver_orders r"
    "   where u.buyer <> '' and r.buyer = u.buyer and r.at > u.at - $6::bigint and r.at <= u.at"
    "     and r.buyer <> '' and r.receiver <> u.receiver limit 1000) as others)"
    " from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality"
    "      as u(order_id, receiver, buyer, at, place)"
    " order by place";

static const struct pg_field habit_store_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, habit_ask, order_id),
    PG_FIELD(PG_FIELD_TEXT, habit_ask, receiver),
    PG_FIELD(PG_FIELD_TEXT, habit_ask, buyer),
    PG_FIELD(PG_FIELD_INT, habit_ask, at),
};

bool habit_store_look(struct habit_store *store, struct arena *arena, const struct habit_ask *asks,
                      size_t count, int64_t receiver_ms, int64_t buyer_ms,
                      struct habit_count *counts_out, struct err *err)
{
    struct str params[6];
    struct pg_result *rows;

    if (count == 0)
        return true;
    pg_rows_params(arena, asks, sizeof *asks, count, habit_store_fields, 4, params);
    params[4] = arena_format(arena, "%lld", (long long)receiver_ms);
    params[5] = arena_format(arena, "%lld", (long long)buyer_ms);
    if (!pg_query(store->pg, habit_store_count_sql, params, 6, &rows, err))
        return false;
    CHECK(pg_rows(rows) == count);
    for (size_t i = 0; i < count; i++)
        counts_out[i] = (struct habit_count){
            .orders = pg_int(rows, i, 0),
            .receivers = pg_int(rows, i, 1),
        };
    pg_result_free(rows);
    return true;
}

bool habit_store_count(struct habit_store *store, struct arena *arena, const struct habit_ask *asks,
                       size_t count, int64_t receiver_ms, int64_t buyer_ms,
                       struct habit_count *counts_out, struct err *err)
{
    struct str params[4];

    pg_rows_params(arena, asks, sizeof *asks, count, habit_store_fields, 4, params);
    return count == 0
           || (pg_query(store->pg, habit_store_keep_sql, params, 4, NULL, err)
               && habit_store_look(store, arena, asks, count, receiver_ms, buyer_ms, counts_out,
                                   err));
}

/* ---- prune ---- */

static const char habit_store_prune_sql[] =
    "delete from receiver_orders where ctid = any(array("
    " select ctid from receiver_orders where kept_at < $1::bigint limit $2::bigint"
    " for update skip locked))";

bool habit_store_prune(struct habit_store *store, struct arena *arena, int64_t before_ms,
                       size_t count_max, struct err *err)
{
    struct str params[] = {
        arena_format(arena, "%lld", (long long)before_ms),
        arena_format(arena, "%zu", count_max),
    };

    return pg_query(store->pg, habit_store_prune_sql, params, 2, NULL, err);
}
