/*
 * ledger_lines — what belongs to an order: its lines, and what is promised to it (ledger_inner.h).
 *
 * Only of orders whose row has just changed: theirs are replaced by what the present rev has.
 */
#include <stddef.h>

#include "store/ledger_inner.h"

/* ---- lines ---- */

struct ledger_lines_row {
    struct str order_id, line_id, sku, platform_sku, merchant_code, title, campaign, parent;
    enum line_kind kind;
    enum order_stage stage;
    int64_t quantity, price_fen, paid_fen;
};

static const char *ledger_lines_kind_name(int value)
{
    return line_kind_name((enum line_kind)value);
}

static const struct pg_field ledger_lines_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, line_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, sku),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, platform_sku),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, merchant_code),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, title),
    PG_FIELD(PG_FIELD_INT, ledger_lines_row, quantity),
    PG_FIELD(PG_FIELD_INT, ledger_lines_row, price_fen),
    PG_FIELD(PG_FIELD_INT, ledger_lines_row, paid_fen),
    PG_FIELD_ENUM(ledger_lines_row, kind, ledger_lines_kind_name),
    PG_FIELD_ENUM(ledger_lines_row, stage, ledger_inner_stage_name),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, campaign),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_row, parent),
};

static const struct ledger_table ledger_lines_table = {
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
    .row_size = sizeof(struct ledger_lines_row),
    LEDGER_FIELDS(ledger_lines_fields),
};

/* Lines and claims that the present rev no longer has: $1, $2 are those it has. */
static const char ledger_lines_drop_lines_sql[] =
    "delete from order_lines t where order_id = any($3::text[])"
    " and not exists (select from unnest($1::text[], $2::text[]) as u(order_id, id)"
    "                 where u.order_id = t.order_id and u.id = t.line_id)";

static const char ledger_lines_drop_claims_sql[] =
    "delete from reservations t where order_id = any($3::text[])"
    " and not exists (select from unnest($1::text[], $2::text[]) as u(order_id, id)"
    "                 where u.order_id = t.order_id and u.id = t.sku)";

static struct ledger_lines_row ledger_lines_line(const struct ledger_order *order,
                                                    const struct order_line *line)
{
    struct str sku = line->merchant_code.size > 0 ? line->merchant_code : line->platform_sku;

    return (struct ledger_lines_row){
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

struct ledger_lines_claim {
    struct str order_id, sku;
    enum stock_state state;
    int64_t units, granted_at;
};

static const struct pg_field ledger_lines_claim_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_claim, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_lines_claim, sku),
    PG_FIELD(PG_FIELD_INT, ledger_lines_claim, units),
    PG_FIELD_ENUM(ledger_lines_claim, state, ledger_inner_state_name),
    PG_FIELD(PG_FIELD_INT, ledger_lines_claim, granted_at),
};

/* A claim that grew was granted anew; one that only changed its state, or shrank, was not. One
 * that was gone in between has been dropped before. */
static const struct ledger_table ledger_lines_claim_table = {
    .sql = "insert into reservations as t (order_id, sku, units, state, granted_at)"
           " select order_id, sku, sum(units), max(state), min(granted_at)"
           " from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])"
           "      as u(order_id, sku, units, state, granted_at)"
           " group by order_id, sku"
           " on conflict (order_id, sku) do update set units = excluded.units,"
           "    state = excluded.state, granted_at = case when excluded.units > t.units"
           "        then excluded.granted_at else t.granted_at end"
           " where (t.units, t.state) is distinct from (excluded.units, excluded.state)",
    .row_size = sizeof(struct ledger_lines_claim),
    LEDGER_FIELDS(ledger_lines_claim_fields),
};

static bool ledger_lines_drop(struct pg *pg, const char *sql, struct arena *arena,
                               const void *rows, size_t row_size, size_t count,
                               const struct pg_field *fields, struct str ids, struct err *err)
{
    struct str params[3];

    pg_rows_params(arena, rows, row_size, count, fields, 2, params);
    params[2] = ids;
    return pg_query(pg, sql, params, 3, NULL, err);
}

bool ledger_lines_put(struct pg *pg, struct arena *arena,
                                    const struct ledger_change *change, struct err *err)
{
    struct ledger_lines_row *lines =
        ARENA_ARRAY(arena, struct ledger_lines_row, change->line_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; order->order && j < order->order->line_count; j++)
            lines[count++] = ledger_lines_line(order, &order->order->lines[j]);
    }
    return ledger_lines_drop(pg, ledger_lines_drop_lines_sql, arena, lines, sizeof(lines[0]),
                              count, ledger_lines_fields, change->bodies, err)
        && ledger_inner_put(pg, arena, &ledger_lines_table, lines, count, err);
}

static bool ledger_lines_drop_claims(struct pg *pg, struct arena *arena,
                                      const struct ledger_change *change, struct err *err)
{
    struct ledger_lines_claim *kept =
        ARENA_ARRAY(arena, struct ledger_lines_claim, change->claim_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; j < order->claim_count; j++) {
            if (!order->claims[j].anew)
                kept[count++] = (struct ledger_lines_claim){
                    .order_id = order->order_id,
                    .sku = order->claims[j].sku,
                };
        }
    }
    return ledger_lines_drop(pg, ledger_lines_drop_claims_sql, arena, kept, sizeof(kept[0]),
                              count, ledger_lines_claim_fields, change->ids, err);
}

bool ledger_lines_put_claims(struct pg *pg, struct arena *arena,
                                     const struct ledger_change *change, struct err *err)
{
    struct ledger_lines_claim *claims =
        ARENA_ARRAY(arena, struct ledger_lines_claim, change->claim_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++) {
        const struct ledger_order *order = change->orders[i];

        for (size_t j = 0; j < order->claim_count; j++)
            claims[count++] = (struct ledger_lines_claim){
                .order_id = order->order_id,
                .sku = order->claims[j].sku,
                .state = order->state,
                .units = order->claims[j].units,
                .granted_at = order->claims[j].granted_at,
            };
    }
    return ledger_lines_drop_claims(pg, arena, change, err)
        && ledger_inner_put(pg, arena, &ledger_lines_claim_table, claims, count, err);
}
