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

static const char *ledger_orders_state_name(int value)
{
    return stock_state_name((enum stock_state)value);
}

static const char *ledger_orders_stage_name(int value)
{
    return order_stage_name((enum order_stage)value);
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
    PG_FIELD_ENUM(ledger_orders_row, state, ledger_orders_state_name),
    PG_FIELD_ENUM(ledger_orders_row, stage, ledger_orders_stage_name),
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

/* ---- lines ---- */

struct ledger_orders_line {
    struct str order_id, line_id, sku, platform_sku, merchant_code, title, campaign, parent;
    enum line_kind kind;
    enum order_stage stage;
    int64_t quantity, price_fen, paid_fen;
};

static const char *ledger_orders_kind_name(int value)
{
    return line_kind_name((enum line_kind)value);
}

static const struct pg_field ledger_orders_line_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, line_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, sku),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, platform_sku),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, merchant_code),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, title),
    PG_FIELD(PG_FIELD_INT, ledger_orders_line, quantity),
    PG_FIELD(PG_FIELD_INT, ledger_orders_line, price_fen),
    PG_FIELD(PG_FIELD_INT, ledger_orders_line, paid_fen),
    PG_FIELD_ENUM(ledger_orders_line, kind, ledger_orders_kind_name),
    PG_FIELD_ENUM(ledger_orders_line, stage, ledger_orders_stage_name),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, campaign),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_line, parent),
};

static const struct ledger_table ledger_orders_lines = {
    .sql = "insert into order_lines as t (order_id, line_id, sku, platform_sku, merchant_code,"
           "    title, quantity, price_fen, paid_fen, kind, stage, campaign, parent)"
           " select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
           "    $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[],"
           "    $12::text[], $13::text[])"
           " on conflict (order_id, line_id) do update set sku = excluded.sku,"
           "    platform_sku = excluded.platform_sku, merchant_code = excluded.merchant_code,"
           "    title = excluded.title, quantity = excluded.quantity,"
           "    price_fen = excluded.price_fen, paid_fen = excluded.paid_fen,"
           "    kind = excluded.kind, stage = excluded.stage, campaign = excluded.campaign,"
           "    parent = excluded.parent"
           " where t.* is distinct from excluded.*",
    .row_size = sizeof(struct ledger_orders_line),
    LEDGER_FIELDS(ledger_orders_line_fields),
};

/* Lines and claims that the present rev no longer has: $1, $2 are those it has. */
static const char ledger_orders_drop_lines_sql[] =
    "delete from order_lines t where order_id = any($3::text[])"
    " and not exists (select from unnest($1::text[], $2::text[]) as u(order_id, id)"
    "                 where u.order_id = t.order_id and u.id = t.line_id)";

static const char ledger_orders_drop_claims_sql[] =
    "delete from reservations t where order_id = any($3::text[])"
    " and not exists (select from unnest($1::text[], $2::text[]) as u(order_id, id)"
    "                 where u.order_id = t.order_id and u.id = t.sku)";

static struct ledger_orders_line ledger_orders_line(const struct ledger_order *order,
                                                    const struct order_line *line)
{
    struct str sku = line->merchant_code.size > 0 ? line->merchant_code : line->platform_sku;

    return (struct ledger_orders_line){
        .order_id = order->order_id,
        .line_id = line->line_id,
        .sku = line->sku.size > 0 ? line->sku : sku,
        .platform_sku = line->platform_sku,
        .merchant_code = line->merchant_code,
        .title = line->title,
        .campaign = line->campaign,
        .parent = line->parent,
        .kind = line->kind,
        .stage = line->stage,
        .quantity = line->quantity,
        .price_fen = line->price_fen,
        .paid_fen = line->paid_fen,
    };
}

/* ---- claims ---- */

struct ledger_orders_claim {
    struct str order_id, sku;
    enum stock_state state;
    int64_t units, granted_at;
};

static const struct pg_field ledger_orders_claim_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_claim, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_orders_claim, sku),
    PG_FIELD(PG_FIELD_INT, ledger_orders_claim, units),
    PG_FIELD_ENUM(ledger_orders_claim, state, ledger_orders_state_name),
    PG_FIELD(PG_FIELD_INT, ledger_orders_claim, granted_at),
};

/* A claim that grew was granted anew; one that only changed its state, or shrank, was not. One
 * that was gone in between has been dropped before. */
static const struct ledger_table ledger_orders_claims = {
    .sql = "insert into reservations as t (order_id, sku, units, state, granted_at)"
           " select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])"
           " on conflict (order_id, sku) do update set units = excluded.units,"
           "    state = excluded.state, granted_at = case when excluded.units > t.units"
           "        then excluded.granted_at else t.granted_at end"
           " where (t.units, t.state) is distinct from (excluded.units, excluded.state)",
    .row_size = sizeof(struct ledger_orders_claim),
    LEDGER_FIELDS(ledger_orders_claim_fields),
};

/* ---- those that changed ---- */

struct ledger_orders_change {
    const struct ledger_order **orders;
    size_t count, line_count, claim_count;
    struct str ids, bodies; /* as arrays: all, and those that came with a body */
};

static bool ledger_orders_drop(struct pg *pg, const char *sql, struct arena *arena,
                               const void *rows, size_t row_size, size_t count,
                               const struct pg_field *fields, struct str ids, struct err *err)
{
    struct str params[3];

    pg_rows_params(arena, rows, row_size, count, fields, 2, params);
    params[2] = ids;
    return pg_query(pg, sql, params, 3, NULL, err);
}

static bool ledger_orders_put_lines(struct pg *pg, struct arena *arena,
                                    const struct ledger_orders_change *change, struct err *err)
{
    struct ledger_orders_line *lines =
        ARENA_ARRAY(arena, struct ledger_orders_line, change->line_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; order->order && j < order->order->line_count; j++)
            lines[count++] = ledger_orders_line(order, &order->order->lines[j]);
    }
    return ledger_orders_drop(pg, ledger_orders_drop_lines_sql, arena, lines, sizeof(lines[0]),
                              count, ledger_orders_line_fields, change->bodies, err)
        && ledger_inner_put(pg, arena, &ledger_orders_lines, lines, count, err);
}

static bool ledger_orders_drop_claims(struct pg *pg, struct arena *arena,
                                      const struct ledger_orders_change *change, struct err *err)
{
    struct ledger_orders_claim *kept =
        ARENA_ARRAY(arena, struct ledger_orders_claim, change->claim_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; j < order->claim_count; j++) {
            if (!order->claims[j].anew)
                kept[count++] = (struct ledger_orders_claim){
                    .order_id = order->order_id,
                    .sku = order->claims[j].sku,
                };
        }
    }
    return ledger_orders_drop(pg, ledger_orders_drop_claims_sql, arena, kept, sizeof(kept[0]),
                              count, ledger_orders_claim_fields, change->ids, err);
}

static bool ledger_orders_put_claims(struct pg *pg, struct arena *arena,
                                     const struct ledger_orders_change *change, struct err *err)
{
    struct ledger_orders_claim *claims =
        ARENA_ARRAY(arena, struct ledger_orders_claim, change->claim_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; j < order->claim_count; j++)
            claims[count++] = (struct ledger_orders_claim){
                .order_id = order->order_id,
                .sku = order->claims[j].sku,
                .state = order->state,
                .units = order->claims[j].units,
                .granted_at = order->claims[j].granted_at,
            };
    }
    return ledger_orders_drop_claims(pg, arena, change, err)
        && ledger_inner_put(pg, arena, &ledger_orders_claims, claims, count, err);
}

static struct ledger_orders_change ledger_orders_changed(struct arena *arena,
                                                         const struct ledger_rows *rows,
                                                         const struct pg_result *changed)
{
    struct ledger_orders_change change = {
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
    struct ledger_orders_change change;
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
        || (ledger_orders_put_lines(pg, arena, &change, err)
            && ledger_orders_put_claims(pg, arena, &change, err));
}
