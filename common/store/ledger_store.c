/* ledger_store — see ledger_store.h: the transaction, and the tables of one statement each. */
#include "store/ledger_store.h"

#include <stddef.h>

#include "base/check.h"
#include "base/crash.h"
#include "store/ledger_inner.h"

bool ledger_store_open(struct ledger_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct ledger_store *store = ARENA_NEW(home, struct ledger_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void ledger_store_close(struct ledger_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

/* ---- after-sales ---- */

static const char *ledger_store_refund_name(int value)
{
    return refund_state_name((enum refund_state)value);
}

static const struct pg_field ledger_store_aftersale_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_aftersale, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_aftersale, refund_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_aftersale, line_id),
    PG_FIELD(PG_FIELD_INT, ledger_aftersale, version),
    PG_FIELD_ENUM(ledger_aftersale, state, ledger_store_refund_name),
    PG_FIELD(PG_FIELD_INT, ledger_aftersale, quantity),
    PG_FIELD(PG_FIELD_INT, ledger_aftersale, amount_fen),
    PG_FIELD(PG_FIELD_INT, ledger_aftersale, at),
};

static const struct ledger_table ledger_store_aftersales = {
    .sql = "insert into aftersales as t (order_id, refund_id, line_id, version, state, quantity,"
           "                             amount_fen, at)"
           " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[],"
           "                      $6::bigint[], $7::bigint[], $8::bigint[])"
           " order by 1, 2"
           " on conflict (order_id, refund_id) do update"
           " set line_id = excluded.line_id, version = excluded.version, state = excluded.state,"
           "     quantity = excluded.quantity, amount_fen = excluded.amount_fen, at = excluded.at"
           " where t.version < excluded.version",
    .row_size = sizeof(struct ledger_aftersale),
    LEDGER_FIELDS(ledger_store_aftersale_fields),
};

/* ---- decisions ---- */

static const struct pg_field ledger_store_decision_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, event_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, kind),
    PG_FIELD(PG_FIELD_INT, ledger_decision, rev),
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, by),
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, reason),
    PG_FIELD(PG_FIELD_TEXT, ledger_decision, rules_version),
    PG_FIELD(PG_FIELD_INT, ledger_decision, at),
};

static const struct ledger_table ledger_store_decisions = {
    .sql = "insert into decisions (event_id, order_id, kind, rev, by, reason, rules_version, at)"
           " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[],"
           "                      $6::text[], $7::text[], $8::bigint[])"
           " order by 1 on conflict do nothing",
    .row_size = sizeof(struct ledger_decision),
    LEDGER_FIELDS(ledger_store_decision_fields),
};

/* ---- alerts ---- */

static const struct pg_field ledger_store_alert_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, alert_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, subject),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, order_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, gate),
    PG_FIELD(PG_FIELD_INT, ledger_alert, rev),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, title),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, reasons),
    PG_FIELD(PG_FIELD_INT, ledger_alert, raised_at),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, outcome),
    PG_FIELD(PG_FIELD_TEXT, ledger_alert, send_reason),
    PG_FIELD(PG_FIELD_INT, ledger_alert, attempts),
    PG_FIELD(PG_FIELD_INT, ledger_alert, sent_at),
};

/* What was raised and what became of it come by two topics, in any order: each fills its part. */
static const struct ledger_table ledger_store_alerts = {
    .sql = "insert into alerts as t (alert_id, subject, order_id, gate, rev, title, reasons,"
           "                         raised_at, state, send_reason, attempts, sent_at)"
           " select id, subject, order_id, gate, rev, title, reasons, raised_at,"
           "        coalesce(nullif(outcome, ''), 'raised'), send_reason, attempts, sent_at"
           " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[],"
           "             $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[],"
           "             $11::bigint[], $12::bigint[])"
           "      as u(id, subject, order_id, gate, rev, title, reasons, raised_at, outcome,"
           "           send_reason, attempts, sent_at)"
           " order by id"
           " on conflict (alert_id) do update set"
           "  subject = case when t.raised_at = 0 then excluded.subject else t.subject end,"
           "  order_id = case when t.raised_at = 0 then excluded.order_id else t.order_id end,"
           "  gate = case when t.raised_at = 0 then excluded.gate else t.gate end,"
           "  rev = case when t.raised_at = 0 then excluded.rev else t.rev end,"
           "  title = case when t.raised_at = 0 then excluded.title else t.title end,"
           "  reasons = case when t.raised_at = 0 then excluded.reasons else t.reasons end,"
           "  raised_at = case when t.raised_at = 0 then excluded.raised_at else t.raised_at end,"
           "  state = case when excluded.sent_at > t.sent_at then excluded.state else t.state end,"
           "  send_reason = case when excluded.sent_at > t.sent_at then excluded.send_reason"
           "                     else t.send_reason end,"
           "  attempts = case when excluded.sent_at > t.sent_at then excluded.attempts"
           "                  else t.attempts end,"
           "  sent_at = greatest(t.sent_at, excluded.sent_at)"
           " where (t.raised_at = 0 and excluded.raised_at > 0) or excluded.sent_at > t.sent_at",
    .row_size = sizeof(struct ledger_alert),
    LEDGER_FIELDS(ledger_store_alert_fields),
};

/* ---- stock ---- */

static const struct pg_field ledger_store_feed_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, ledger_feed, event_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_feed, sku),
    PG_FIELD(PG_FIELD_TEXT, ledger_feed, warehouse),
    PG_FIELD(PG_FIELD_BOOL, ledger_feed, counted),
    PG_FIELD(PG_FIELD_INT, ledger_feed, quantity),
    PG_FIELD(PG_FIELD_INT, ledger_feed, at),
    PG_FIELD(PG_FIELD_INT, ledger_feed, seen_at),
    PG_FIELD(PG_FIELD_TEXT, ledger_feed, movement_id),
    PG_FIELD(PG_FIELD_TEXT, ledger_feed, reason),
};

static const struct ledger_table ledger_store_feed = {
    .sql = "insert into stock_feed (event_id, sku, warehouse, counted, quantity, at, seen_at,"
           "                        movement_id, reason)"
           " select id, sku, warehouse, counted = 1, quantity, at, seen_at, movement_id, reason"
           " from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],"
           "             $6::bigint[], $7::bigint[], $8::text[], $9::text[])"
           "      as u(id, sku, warehouse, counted, quantity, at, seen_at, movement_id, reason)"
           " order by id on conflict do nothing",
    .row_size = sizeof(struct ledger_feed),
    LEDGER_FIELDS(ledger_store_feed_fields),
};

static const struct pg_field ledger_store_level_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, level_body, sku),
    PG_FIELD(PG_FIELD_INT, level_body, epoch),
    PG_FIELD(PG_FIELD_INT, level_body, srev),
    PG_FIELD(PG_FIELD_INT, level_body, physical),
    PG_FIELD(PG_FIELD_INT, level_body, promised),
    PG_FIELD(PG_FIELD_INT, level_body, free),
};

static const struct ledger_table ledger_store_levels = {
    .sql = "insert into stock_levels as t (sku, epoch, srev, physical, promised, free)"
           " select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[],"
           "                      $5::bigint[], $6::bigint[])"
           " order by 1"
           " on conflict (sku) do update"
           " set epoch = excluded.epoch, srev = excluded.srev, physical = excluded.physical,"
           "     promised = excluded.promised, free = excluded.free"
           " where (t.epoch, t.srev) < (excluded.epoch, excluded.srev)",
    .row_size = sizeof(struct level_body),
    LEDGER_FIELDS(ledger_store_level_fields),
};

/* ---- progress ---- */

static const char *ledger_store_topic_name(int value)
{
    return topic_name((enum topic)value);
}

static const struct pg_field ledger_store_offset_fields[] = {
    PG_FIELD_ENUM(ledger_offset, topic, ledger_store_topic_name),
    PG_FIELD(PG_FIELD_INT, ledger_offset, generation),
    PG_FIELD(PG_FIELD_INT, ledger_offset, partition),
    PG_FIELD(PG_FIELD_INT, ledger_offset, next),
};

static const struct ledger_table ledger_store_progress = {
    .sql = "insert into ledger_progress as t (worker, topic, generation, partition, next)"
           " select 'ledger', topic, generation, partition, next"
           " from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])"
           "      as u(topic, generation, partition, next)"
           " order by topic, generation, partition"
           " on conflict (worker, topic, generation, partition) do update"
           " set next = excluded.next where t.next < excluded.next",
    .row_size = sizeof(struct ledger_offset),
    LEDGER_FIELDS(ledger_store_offset_fields),
};

/* ---- the transaction ---- */

static bool ledger_store_put(struct pg *pg, struct arena *arena, const struct ledger_rows *rows,
                             struct err *err)
{
    struct ledger_fresh fresh;

    return ledger_gates_put(pg, arena, rows, &fresh, err)
        && ledger_orders_put(pg, arena, rows, err)
        && ledger_parcels_put(pg, arena, rows, err)
        && ledger_gates_follow(pg, arena, rows, &fresh, err)
        && ledger_inner_put(pg, arena, &ledger_store_aftersales, rows->aftersales,
                            rows->aftersale_count, err)
        && ledger_inner_put(pg, arena, &ledger_store_decisions, rows->decisions,
                            rows->decision_count, err)
        && ledger_inner_put(pg, arena, &ledger_store_alerts, rows->alerts, rows->alert_count, err)
        && ledger_inner_put(pg, arena, &ledger_store_feed, rows->feed, rows->feed_count, err)
        && ledger_inner_put(pg, arena, &ledger_store_levels, rows->levels, rows->level_count, err)
        && ledger_inner_put(pg, arena, &ledger_store_progress, rows->offsets, rows->offset_count,
                            err);
}

bool ledger_store_write(struct ledger_store *store, struct arena *arena,
                        const struct ledger_rows *rows, struct err *err)
{
    bool ok = pg_begin(store->pg, err) && ledger_store_put(store->pg, arena, rows, err);

    if (ok) {
        crash_point("ledger.before_commit");
        ok = pg_commit(store->pg, err);
        crash_point("ledger.after_commit");
    }
    pg_rollback(store->pg);
    return ok;
}

bool ledger_store_generation(struct ledger_store *store, int64_t *generation_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, "select generation from stock_epoch", NULL, 0, &result, err))
        return false;
    CHECK(pg_rows(result) == 1);
    *generation_out = pg_int(result, 0, 0);
    pg_result_free(result);
    return true;
}
