/*
 * order_store — see order_store.h: opening, lists of orders, SKUs and dead letters. One order is in
 * order_show.c, the counts in order_report.c.
 */
#include "store/order_store.h"

#include <stddef.h>

#include "base/check.h"
#include "store/order_inner.h"

bool order_store_open(struct order_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct order_store *store = ARENA_NEW(home, struct order_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void order_store_close(struct order_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

bool order_inner_ask(struct pg *pg, struct arena *arena, const struct order_question *question,
                     const struct str *params, size_t param_count, void **rows_out,
                     size_t *count_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(pg, question->sql, params, param_count, &result, err))
        return false;
    *rows_out = pg_rows_get_all(arena, result, question->row_size, question->fields,
                                question->field_count);
    *count_out = pg_rows(result);
    pg_result_free(result);
    return true;
}

bool order_inner_ask_one(struct pg *pg, struct arena *arena,
                         const struct order_question *question, const struct str *params,
                         size_t param_count, void *row_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(pg, question->sql, params, param_count, &result, err))
        return false;
    CHECK(pg_rows(result) == 1);
    pg_rows_get(arena, result, 0, question->fields, question->field_count, row_out);
    pg_result_free(result);
    return true;
}

int order_inner_gate(struct str name)
{
    return (int)gate_of(name);
}

int order_inner_gate_state(struct str name)
{
    return (int)gate_state_of(name);
}

/* ---- standing ---- */

static const struct pg_field order_store_line_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_line_view, order_id),
    PG_FIELD_VALUE(order_line_view, state, order_inner_gate_state),
    PG_FIELD(PG_FIELD_TEXT, order_line_view, reason),
    PG_FIELD(PG_FIELD_INT, order_line_view, entered_at),
    PG_FIELD(PG_FIELD_INT, order_line_view, due_at),
};

static const struct order_question order_store_lines = {
    .sql = "select order_id, state, reason, entered_at, due_at from order_standing"
           " where gate = $1 and ($2 = '' or state = $2)"
           " order by case when due_at > 0 then due_at end nulls last, entered_at, order_id"
           " limit $3::bigint",
    .row_size = sizeof(struct order_line_view),
    ORDER_FIELDS(order_store_line_fields),
};

bool order_store_standing(struct order_store *store, struct arena *arena, enum gate gate,
                          enum gate_state state, size_t count_max,
                          struct order_line_view **rows_out, size_t *count_out, struct err *err)
{
    struct str params[] = {
        str_of(gate_name(gate)),
        state == GATE_STATE_NONE ? STR("") : str_of(gate_state_name(state)),
        arena_format(arena, "%zu", count_max),
    };
    void *rows;

    if (!order_inner_ask(store->pg, arena, &order_store_lines, params, 3, &rows, count_out, err))
        return false;
    *rows_out = rows;
    return true;
}

/* ---- SKUs ---- */

static const struct pg_field order_store_sku_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_sku_view, sku),
    PG_FIELD(PG_FIELD_INT, order_sku_view, physical),
    PG_FIELD(PG_FIELD_INT, order_sku_view, promised),
    PG_FIELD(PG_FIELD_INT, order_sku_view, orders),
    PG_FIELD(PG_FIELD_INT, order_sku_view, level_physical),
    PG_FIELD(PG_FIELD_INT, order_sku_view, level_promised),
    PG_FIELD(PG_FIELD_INT, order_sku_view, level_free),
    PG_FIELD(PG_FIELD_INT, order_sku_view, level_epoch),
    PG_FIELD(PG_FIELD_INT, order_sku_view, level_srev),
    PG_FIELD(PG_FIELD_INT, order_sku_view, promised_twice),
    PG_FIELD(PG_FIELD_INT, order_sku_view, shortfall),
};

static const struct order_question order_store_sku_question = {
    .sql = "with known as (select sku from stock_physical union select sku from stock_promised"
           "               union select sku from stock_levels)"
           " select k.sku, coalesce(s.physical, -1), coalesce(p.units, 0), coalesce(p.orders, 0),"
           "        l.physical, l.promised, l.free, l.epoch, l.srev,"
           "        coalesce(t.units, 0), coalesce(t.shortfall, 0)"
           " from known k left join stock_physical s using (sku)"
           " left join stock_promised p using (sku) left join stock_levels l using (sku)"
           " left join promised_twice t using (sku)"
           " where cardinality($1::text[]) = 0 or k.sku = any($1::text[])"
           " order by k.sku collate \"C\"",
    .row_size = sizeof(struct order_sku_view),
    ORDER_FIELDS(order_store_sku_fields),
};

bool order_store_skus(struct order_store *store, struct arena *arena, const struct str *skus,
                      size_t count, struct order_sku_view **rows_out, size_t *count_out,
                      struct err *err)
{
    struct str param = pg_text_array(arena, skus, count);
    void *rows;

    if (!order_inner_ask(store->pg, arena, &order_store_sku_question, &param, 1, &rows, count_out,
                         err))
        return false;
    *rows_out = rows;
    return true;
}

/* ---- dead letters ---- */

static const struct pg_field order_store_dead_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, order_dead_view, worker),
    PG_FIELD(PG_FIELD_TEXT, order_dead_view, topic),
    PG_FIELD(PG_FIELD_TEXT, order_dead_view, key),
    PG_FIELD(PG_FIELD_TEXT, order_dead_view, reason),
    PG_FIELD(PG_FIELD_INT, order_dead_view, generation),
    PG_FIELD(PG_FIELD_INT, order_dead_view, partition),
    PG_FIELD(PG_FIELD_INT, order_dead_view, offset),
    PG_FIELD(PG_FIELD_INT, order_dead_view, at),
};

static const struct order_question order_store_dead_question = {
    .sql = "select worker, topic, key, reason, generation, partition, \"offset\", at"
           " from dead_letters where $1 = '' or worker = $1"
           " order by at desc, worker, topic, generation, partition, \"offset\""
           " limit $2::bigint",
    .row_size = sizeof(struct order_dead_view),
    ORDER_FIELDS(order_store_dead_fields),
};

bool order_store_dead(struct order_store *store, struct arena *arena, struct str worker,
                      size_t count_max, struct order_dead_view **rows_out, size_t *count_out,
                      struct err *err)
{
    struct str params[] = {
        worker.size > 0 ? worker : STR(""),
        arena_format(arena, "%zu", count_max),
    };
    void *rows;

    if (!order_inner_ask(store->pg, arena, &order_store_dead_question, params, 2, &rows,
                         count_out, err))
        return false;
    *rows_out = rows;
    return true;
}
