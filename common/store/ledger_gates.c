/*
 * ledger_gates — gates and their trail (ledger_inner.h).
 *
 * A gate is one composite (rev, step, at, state, reason); of two statements greatest() is the newer
 * one, so merging does not depend on the order in which they come.
 */
#include <stddef.h>

#include "base/buf.h"
#include "base/map.h"
#include "store/ledger_inner.h"

struct ledger_gates_row {
    struct str order_id;
    struct str now[GATE_COUNT]; /* composite literals; .data NULL: nothing said */
};

/* ---- locking ---- */

/* With parcels in the batch two sets of orders are touched, and both must be locked in one
 * order of ids before either is written. */
static const char ledger_gates_lock_sql[] =
    "select from gates where order_id = any($1::text[]) order by order_id for update";

static struct str ledger_gates_touched(struct arena *arena, const struct ledger_rows *rows)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, rows->mark_count + rows->parcel_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < rows->mark_count; i++) {
        if (count == 0 || !str_eq(ids[count - 1], rows->marks[i].order_id))
            ids[count++] = rows->marks[i].order_id;
    }
    for (size_t i = 0; i < rows->parcel_count; i++) {
        if (rows->parcels[i].order_id.size > 0)
            ids[count++] = rows->parcels[i].order_id;
    }
    return pg_text_array(arena, ids, count);
}

/* ---- gates ---- */

static void ledger_gates_quote(struct buf *buf, struct str text)
{
    buf_put_byte(buf, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            buf_put_byte(buf, '\\');
        buf_put_byte(buf, text.data[i]);
    }
    buf_put_byte(buf, '"');
}

static struct str ledger_gates_literal(struct arena *arena, const struct gate_mark *mark)
{
    struct buf buf;

    buf_init(&buf, arena, 48 + mark->reason.size);
    buf_put_byte(&buf, '(');
    buf_put_int(&buf, mark->rev);
    buf_put_byte(&buf, ',');
    buf_put_int(&buf, mark->step);
    buf_put_byte(&buf, ',');
    buf_put_int(&buf, mark->at);
    buf_put_byte(&buf, ',');
    buf_put(&buf, str_of(gate_state_name(mark->state)));
    buf_put_byte(&buf, ',');
    ledger_gates_quote(&buf, mark->reason);
    buf_put_byte(&buf, ')');
    return buf_str(&buf);
}

#define LEDGER_GATES_EACH(column) \
    column " = greatest(t." column ", excluded." column ")"

#define LEDGER_GATES_OPEN "row(0, 0, 0, 'open', '')::gate_now"

#define LEDGER_GATES_NEW(column) "coalesce(" column "::gate_now, " LEDGER_GATES_OPEN ")"

/* A conflict locks the row whether or not anything changes. */
static const char ledger_gates_put_sql[] =
    "insert into gates as t (order_id, payment, stock, anomaly, warehouse, carrier, shipment,"
    "                        aftersale)"
    " select order_id, " LEDGER_GATES_NEW("payment") ", " LEDGER_GATES_NEW("stock") ", "
    LEDGER_GATES_NEW("anomaly") ", " LEDGER_GATES_NEW("warehouse") ", "
    LEDGER_GATES_NEW("carrier") ", " LEDGER_GATES_NEW("shipment") ", "
    LEDGER_GATES_NEW("aftersale")
    " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "             $7::text[], $8::text[])"
    "      as u(order_id, payment, stock, anomaly, warehouse, carrier, shipment, aftersale)"
    " order by order_id"
    " on conflict (order_id) do update set " LEDGER_GATES_EACH("payment") ", "
    LEDGER_GATES_EACH("stock") ", " LEDGER_GATES_EACH("anomaly") ", "
    LEDGER_GATES_EACH("warehouse") ", " LEDGER_GATES_EACH("carrier") ", "
    LEDGER_GATES_EACH("aftersale")
    " where excluded.payment > t.payment or excluded.stock > t.stock"
    "    or excluded.anomaly > t.anomaly or excluded.warehouse > t.warehouse"
    "    or excluded.carrier > t.carrier or excluded.aftersale > t.aftersale"
    " returning case when t.xmax = 0 then order_id end"; /* xmax 0: a new row */

static struct ledger_gates_row *ledger_gates_row(struct map *seen, struct ledger_gates_row *rows,
                                                 size_t *count, struct str order_id)
{
    struct ledger_gates_row *row = map_get(seen, order_id);

    if (!row) {
        row = &rows[(*count)++];
        row->order_id = order_id;
        map_put(seen, order_id, row);
    }
    return row;
}

static const struct pg_field ledger_gates_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_gates_row, order_id),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_PAYMENT]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_STOCK]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_ANOMALY]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_WAREHOUSE]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_CARRIER]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_SHIPMENT]),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_gates_row, now[GATE_AFTERSALE]),
};

#define LEDGER_GATES_FIELDS (sizeof(ledger_gates_fields) / sizeof(ledger_gates_fields[0]))

static bool ledger_gates_upsert(struct pg *pg, struct arena *arena,
                                const struct ledger_gates_row *merged, size_t count,
                                struct ledger_fresh *fresh_out, struct err *err)
{
    struct str params[LEDGER_GATES_FIELDS];
    struct pg_result *changed;

    *fresh_out = (struct ledger_fresh){ .ids = ARENA_ARRAY(arena, struct str, count + 1) };
    if (count == 0)
        return true;
    pg_rows_params(arena, merged, sizeof(merged[0]), count, ledger_gates_fields,
                   LEDGER_GATES_FIELDS, params);
    if (!pg_query(pg, ledger_gates_put_sql, params, LEDGER_GATES_FIELDS, &changed, err))
        return false;
    for (size_t i = 0; i < pg_rows(changed); i++) {
        if (!pg_is_null(changed, i, 0))
            fresh_out->ids[fresh_out->count++] = arena_copy(arena, pg_text(changed, i, 0));
    }
    pg_result_free(changed);
    return true;
}

/* One row per order of marks and dead letters. */
static bool ledger_gates_merge(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                               struct ledger_fresh *fresh_out, struct err *err)
{
    size_t count = 0, most = rows->mark_count + rows->dead_count;
    struct ledger_gates_row *merged = ARENA_ARRAY(arena, struct ledger_gates_row, most + 1);
    struct map *seen = map_open(arena);

    for (size_t i = 0; i < rows->mark_count; i++) {
        const struct gate_mark *mark = &rows->marks[i];

        ledger_gates_row(seen, merged, &count, mark->order_id)->now[mark->gate] =
            ledger_gates_literal(arena, mark);
    }
    for (size_t i = 0; i < rows->dead_count; i++) {
        if (rows->dead[i].order_id.size > 0)
            ledger_gates_row(seen, merged, &count, rows->dead[i].order_id);
    }
    return ledger_gates_upsert(pg, arena, merged, count, fresh_out, err);
}

/* ---- trail ---- */

static const char *ledger_gates_name(int value)
{
    return gate_name((enum gate)value);
}

static const char *ledger_gates_state_name(int value)
{
    return gate_state_name((enum gate_state)value);
}

static const struct pg_field ledger_gates_trail_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, gate_mark, order_id),
    PG_FIELD(PG_FIELD_TEXT, gate_mark, event_id),
    PG_FIELD_ENUM(gate_mark, gate, ledger_gates_name),
    PG_FIELD(PG_FIELD_INT, gate_mark, at),
    PG_FIELD(PG_FIELD_INT, gate_mark, rev),
    PG_FIELD_ENUM(gate_mark, state, ledger_gates_state_name),
    PG_FIELD(PG_FIELD_TEXT, gate_mark, reason),
    PG_FIELD(PG_FIELD_INT, gate_mark, seen_at),
};

static const struct ledger_table ledger_gates_trail = {
    .sql = "insert into gate_trail (order_id, event_id, gate, at, rev, state, reason, seen_at)"
           " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],"
           "                      $6::text[], $7::text[], $8::bigint[])"
           " on conflict do nothing",
    .row_size = sizeof(struct gate_mark),
    LEDGER_FIELDS(ledger_gates_trail_fields),
};

/* ---- dead letters ---- */

static const struct pg_field ledger_gates_dead_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, worker),
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, topic),
    PG_FIELD(PG_FIELD_INT, ledger_dead, generation),
    PG_FIELD(PG_FIELD_INT, ledger_dead, partition),
    PG_FIELD(PG_FIELD_INT, ledger_dead, offset),
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, key),
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, reason),
    PG_FIELD(PG_FIELD_INT, ledger_dead, at),
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, event_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_dead, order_id),
    PG_FIELD_ENUM(ledger_dead, gate, ledger_gates_name),
    PG_FIELD(PG_FIELD_INT, ledger_dead, rev),
};

#define LEDGER_GATES_STOP(column) \
    column " = case when s.gate = '" column "' then greatest(t." column ", s.now)" \
           " else t." column " end"

/* Only a letter seen for the first time stops its gate, at the rev it names or else the one that
 * stands: a later rev goes on, and a letter read again says nothing new. */
static const struct ledger_table ledger_gates_dead = {
    .sql = "with given as (select * from unnest($1::text[], $2::text[], $3::bigint[],"
           "         $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::text[],"
           "         $10::text[], $11::text[], $12::bigint[])"
           "     as u(worker, topic, generation, partition, \"offset\", key, reason, at, event_id,"
           "          order_id, gate, rev)),"
           " fresh as (insert into dead_letters"
           "     (worker, topic, generation, partition, \"offset\", key, reason, at)"
           "     select worker, topic, generation, partition, \"offset\", key, reason, at"
           "     from given order by 1, 2, 3, 4, 5 on conflict do nothing"
           "     returning worker, topic, generation, partition, \"offset\"),"
           " stops as (select g.order_id, g.gate, g.event_id, g.at,"
           "         case when g.rev >= 0 then g.rev else (n.stock).rev end as rev,"
           "         'parked: ' || g.reason as reason"
           "     from given g join fresh using (worker, topic, generation, partition, \"offset\")"
           "     join gates n on n.order_id = g.order_id where g.gate <> ''),"
           " trail as (insert into gate_trail (order_id, event_id, gate, at, rev, state, reason,"
           "                                   seen_at)"
           "     select order_id, event_id, gate, at, rev, 'stopped', reason, at from stops"
           "     on conflict do nothing)"
           " update gates t set " LEDGER_GATES_STOP("payment") ", " LEDGER_GATES_STOP("anomaly")
           ", " LEDGER_GATES_STOP("warehouse")
           " from (select distinct on (order_id) order_id, gate,"
           "              row(rev, 2, at, 'stopped', reason)::gate_now as now"
           "       from stops order by order_id, rev desc, at desc) s"
           " where t.order_id = s.order_id",
    .row_size = sizeof(struct ledger_dead),
    LEDGER_FIELDS(ledger_gates_dead_fields),
};

bool ledger_gates_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                      struct ledger_fresh *fresh_out, struct err *err)
{
    struct str touched;

    if (rows->parcel_count > 0) {
        touched = ledger_gates_touched(arena, rows);
        if (!pg_query(pg, ledger_gates_lock_sql, &touched, 1, NULL, err))
            return false;
    }
    return ledger_gates_merge(pg, arena, rows, fresh_out, err)
        && ledger_inner_put(pg, arena, &ledger_gates_trail, rows->trail, rows->trail_count, err)
        && ledger_inner_put(pg, arena, &ledger_gates_dead, rows->dead, rows->dead_count, err);
}

/* ---- the shipment gate ---- */

/* Of the parcels that are not stopped: one that must not go stops the gate; all checked and good
 * pass it. It is computed from rows, so it is the same whichever parcel was written last. */
static const char ledger_gates_follow_sql[] =
    "update gates t set shipment = n.now"
    " from (select order_id, row(max(rev), 1, max(greatest(verdict_at, left_at)),"
    "           case when bool_or(verdict in ('stop', 'wrong')) then 'stopped'"
    "                when bool_and(verdict = 'go') then 'passed' else 'open' end,"
    "           coalesce(min(verdict_reason) filter (where verdict in ('stop', 'wrong')), '')"
    "       )::gate_now as now"
    "       from shipments where order_id = any($1::text[]) and state <> 'stopped'"
    "       group by order_id"
    "       union all"
    "       select order_id, row(max(rev), 1, max(stopped_at), 'open', '')::gate_now"
    "       from shipments where order_id = any($1::text[])"
    "       group by order_id having bool_and(state = 'stopped')) n"
    " where t.order_id = n.order_id and t.shipment is distinct from n.now";

bool ledger_gates_follow(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                         const struct ledger_fresh *fresh, struct err *err)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, fresh->count + rows->parcel_count + 1);
    size_t count = 0;
    struct str param;

    for (size_t i = 0; i < fresh->count; i++)
        ids[count++] = fresh->ids[i];
    for (size_t i = 0; i < rows->parcel_count; i++)
        ids[count++] = rows->parcels[i].order_id.data ? rows->parcels[i].order_id : STR("");
    if (count == 0)
        return true;
    param = pg_text_array(arena, ids, count);
    return pg_query(pg, ledger_gates_follow_sql, &param, 1, NULL, err);
}
