/* ledger_orders — orders, their lines and what is promised to them (ledger_inner.h). */
#include <stddef.h>

#include "base/map.h"
#include "store/ledger_inner.h"

/* An order as columns. */
struct ledger_orders_row {
    struct str order_id, channel, shop, platform_id, digest, reason, buyer_key, province, city;
    struct str body;
    enum stock_state state;
    enum order_stage stage;
    bool paid;
    int64_t rev, at, version, raw_offset, total_fen, paid_fen, freight_fen, discount_fen;
    int64_t placed_at, paid_at, due_at, pay_until, hold_until, entered_at, units, short_units;
};

static void ledger_orders_body(struct ledger_orders_row *row, const struct order *order)
{
    row->stage = order->stage;
    row->version = order->version;
    row->total_fen = order->total_fen;
    row->paid_fen = order->paid_fen;
    row->freight_fen = order->freight_fen;
    row->discount_fen = order->discount_fen;
    row->placed_at = order->placed_at;
    row->paid_at = order->paid_at;
    row->due_at = order->due_at;
    row->pay_until = order->pay_until;
    row->buyer_key = order->buyer_key;
    row->province = order->receiver.province;
    row->city = order->receiver.city;
    row->body = order->json;
    for (size_t i = 0; i < order->line_count; i++)
        row->units += order->lines[i].quantity;
}

static void ledger_orders_row(struct ledger_orders_row *row, const struct ledger_order *from)
{
    *row = (struct ledger_orders_row){
        .order_id = from->order_id,
        .channel = from->channel,
        .shop = from->shop,
        .platform_id = from->platform_id,
        .digest = from->digest,
        .reason = from->reason,
        .state = from->state,
        .paid = from->paid,
        .rev = from->rev,
        .at = from->at,
        .raw_offset = from->raw_offset,
        .hold_until = from->hold_until,
        .entered_at = from->entered_at,
        .short_units = from->short_units,
    };
    if (from->order)
        ledger_orders_body(row, from->order);
}

static const struct pg_field ledger_orders_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, channel),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, shop),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, platform_id),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, rev),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, at),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, version),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, raw_offset),
    PG_FIELD_ENUM(ledger_orders_row, state, ledger_inner_state_name),
    PG_FIELD_ENUM(ledger_orders_row, stage, ledger_inner_stage_name),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, reason),
    PG_FIELD(PG_FIELD_BOOL, ledger_orders_row, paid),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, digest),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, total_fen),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, paid_fen),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, freight_fen),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, discount_fen),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, placed_at),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, paid_at),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, due_at),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, pay_until),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, hold_until),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, entered_at),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, buyer_key),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, province),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_row, city),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, units),
    PG_FIELD(PG_FIELD_INT, ledger_orders_row, short_units),
    PG_FIELD(PG_FIELD_NULLABLE, ledger_orders_row, body),
};

#define LEDGER_ORDERS_SET(column) column " = excluded." column
/* What only a body tells stays when an answer came without one. */
#define LEDGER_ORDERS_BODY(column) \
    column " = case when excluded.body is null then t." column " else excluded." column " end"

/* A rev is newer than any below it; while reserve has not answered, the newest snapshot. Returns
 * the orders that changed: only theirs are the lines and claims to be replaced. */
static const char ledger_orders_put_sql[] =
    "insert into orders as t (order_id, channel, shop, platform_id, rev, at, version, raw_offset,"
    "    state, stage, reason, paid, digest, total_fen, paid_fen, freight_fen, discount_fen,"
    "    placed_at, paid_at, due_at, pay_until, hold_until, entered_at, buyer_key, province, city,"
    "    units, short_units, body)"
    " select id, channel, shop, platform_id, rev, at, version, raw_offset, state, stage, reason,"
    "    paid = 1, digest, total_fen, paid_fen, freight_fen, discount_fen, placed_at, paid_at,"
    "    due_at, pay_until, hold_until, entered_at, buyer_key, province, city, units, short_units,"
    "    body"
    " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],"
    "    $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[],"
    "    $13::text[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[],"
    "    $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::text[],"
    "    $25::text[], $26::text[], $27::bigint[], $28::bigint[], $29::text[])"
    "    as u(id, channel, shop, platform_id, rev, at, version, raw_offset, state, stage, reason,"
    "    paid, digest, total_fen, paid_fen, freight_fen, discount_fen, placed_at, paid_at, due_at,"
    "    pay_until, hold_until, entered_at, buyer_key, province, city, units, short_units, body)"
    " order by id"
    " on conflict (order_id) do update set "
    LEDGER_ORDERS_SET("rev") ", " LEDGER_ORDERS_SET("at") ", " LEDGER_ORDERS_SET("state") ", "
    LEDGER_ORDERS_SET("reason") ", " LEDGER_ORDERS_SET("paid") ", "
    LEDGER_ORDERS_SET("digest") ", " LEDGER_ORDERS_SET("hold_until") ", "
    LEDGER_ORDERS_SET("short_units") ", " LEDGER_ORDERS_SET("raw_offset") ", "
    LEDGER_ORDERS_BODY("version") ", " LEDGER_ORDERS_BODY("stage") ", "
    LEDGER_ORDERS_BODY("total_fen") ", " LEDGER_ORDERS_BODY("paid_fen") ", "
    LEDGER_ORDERS_BODY("freight_fen") ", " LEDGER_ORDERS_BODY("discount_fen") ", "
    LEDGER_ORDERS_BODY("placed_at") ", " LEDGER_ORDERS_BODY("paid_at") ", "
    LEDGER_ORDERS_BODY("due_at") ", " LEDGER_ORDERS_BODY("pay_until") ", "
    LEDGER_ORDERS_BODY("buyer_key") ", " LEDGER_ORDERS_BODY("province") ", "
    LEDGER_ORDERS_BODY("city") ", " LEDGER_ORDERS_BODY("units") ", " LEDGER_ORDERS_BODY("body")
    ", entered_at = coalesce(least(nullif(t.entered_at, 0), nullif(excluded.entered_at, 0)), 0)"
    " where t.rev < excluded.rev or (t.rev = 0 and excluded.rev = 0"
    "       and (t.version, stage_rank(t.stage), t.raw_offset)"
    "         < (excluded.version, stage_rank(excluded.stage), excluded.raw_offset))"
    " returning order_id";

/* ---- those that changed ---- */

static struct ledger_change ledger_orders_changed(struct arena *arena,
                                                         const struct ledger_rows *rows,
                                                         const struct pg_result *changed)
{
    struct ledger_change change = {
        .orders = (const struct ledger_order **)ARENA_ARRAY(arena, struct ledger_order *,
                                                            pg_rows(changed) + 1),
    };
    struct str *ids = ARENA_ARRAY(arena, struct str, pg_rows(changed) + 1);
    struct str *bodies = ARENA_ARRAY(arena, struct str, pg_rows(changed) + 1);
    size_t body_count = 0;
    struct map *by_id = map_open(arena);

    for (size_t i = 0; i < rows->order_count; i++)
        map_put(by_id, rows->orders[i].order_id, &rows->orders[i]);
    for (size_t i = 0; i < pg_rows(changed); i++) {
        const struct ledger_order *order = map_get(by_id, pg_text(changed, i, 0));

        ids[change.count] = order->order_id;
        change.orders[change.count++] = order;
        if (order->order) {
            bodies[body_count++] = order->order_id;
            change.line_count += order->order->line_count;
        }
        change.claim_count += order->claim_count;
    }
    change.ids = pg_text_array(arena, ids, change.count);
    change.bodies = pg_text_array(arena, bodies, body_count);
    return change;
}

bool ledger_orders_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                       struct err *err)
{
    const size_t field_count = sizeof(ledger_orders_fields) / sizeof(ledger_orders_fields[0]);
    struct ledger_orders_row *flat =
        ARENA_ARRAY(arena, struct ledger_orders_row, rows->order_count + 1);
    struct str params[sizeof(ledger_orders_fields) / sizeof(ledger_orders_fields[0])];
    struct ledger_change change;
    struct pg_result *changed;

    if (rows->order_count == 0)
        return true;
    for (size_t i = 0; i < rows->order_count; i++)
        ledger_orders_row(&flat[i], &rows->orders[i]);
    pg_rows_params(arena, flat, sizeof(flat[0]), rows->order_count, ledger_orders_fields,
                   field_count, params);
    if (!pg_query(pg, ledger_orders_put_sql, params, field_count, &changed, err))
        return false;
    change = ledger_orders_changed(arena, rows, changed);
    pg_result_free(changed);
    return change.count == 0
        || (ledger_lines_put(pg, arena, &change, err)
            && ledger_lines_put_claims(pg, arena, &change, err));
}
