/*
 * alert_store — see alert_store.h: the queue's two ends, what comes in and what is announced.
 */
#include "store/alert_store.h"

#include "base/mem.h"
#include "store/alert_inner.h"
#include "store/pg_rows.h"

#define ALERT_STORE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const alert_states[] = { "none",      "waiting",  "sending",
                                            "delivered", "digested", "given_up" };

const char *alert_state_name(enum alert_state state)
{
    return alert_states[state];
}

static int alert_store_state(struct str name)
{
    for (size_t i = 1; i < ALERT_STORE_COUNT(alert_states); i++) {
        if (str_is(name, alert_states[i]))
            return (int)i;
    }
    return ALERT_STATE_NONE;
}

bool alert_store_open(struct alert_store **store_out, const char *pg_url, struct err *err)
{
    struct alert_store *store = MEM_NEW(struct alert_store);

    if (!pg_open(&store->pg, pg_url, err)) {
        alert_store_close(store);
        return false;
    }
    *store_out = store;
    return true;
}

void alert_store_close(struct alert_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    mem_free(store);
}

/* ---- in ---- */

static const struct pg_field alert_store_put_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, alert_entry, alert_id),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, body),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, target),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, level),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, mention),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, trace),
    PG_FIELD(PG_FIELD_BOOL, alert_entry, digest_only),
    PG_FIELD(PG_FIELD_INT, alert_entry, entered_ms),
    PG_FIELD(PG_FIELD_INT, alert_entry, stored_at),
    PG_FIELD(PG_FIELD_INT, alert_entry, not_before),
};

/* A row of before the queue has no body and may not have been announced: its alert, read again,
 * brings what the announcement needs, and nothing else changes. */
static const char alert_store_put_sql[] =
    "insert into alert_sends as s (alert_id, state, attempts, at, reason, body, target, level,"
    "                              mention, trace, digest_only, entered_ms, stored_at, not_before)"
    " select distinct on (id) id, 'waiting', 0, stored_at, '', body, target, level, mention, trace,"
    "        digest_only = 1, entered_ms, stored_at, not_before"
    " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "             $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])"
    "      as u(id, body, target, level, mention, trace, digest_only, entered_ms, stored_at,"
    "           not_before)"
    " order by id"
    " on conflict (alert_id) do update"
    "  set body = excluded.body, trace = excluded.trace, entered_ms = excluded.entered_ms"
    "  where s.body = '' and not s.announced";

bool alert_store_put(struct alert_store *store, struct arena *arena,
                     const struct alert_entry *entries, size_t count, size_t *stored_out,
                     struct err *err)
{
    struct str params[ALERT_STORE_COUNT(alert_store_put_fields)];
    struct pg_result *result;

    *stored_out = 0;
    if (count == 0)
        return true;
    pg_rows_params(arena, entries, sizeof(struct alert_entry), count, alert_store_put_fields,
                   ALERT_STORE_COUNT(alert_store_put_fields), params);
    if (!pg_query(store->pg, alert_store_put_sql, params, ALERT_STORE_COUNT(params), &result, err))
        return false;
    *stored_out = pg_affected(result);
    pg_result_free(result);
    return true;
}

/* ---- out ---- */

static const struct pg_field alert_store_outcome_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, alert_outcome, alert_id),
    PG_FIELD_VALUE(alert_outcome, state, alert_store_state),
    PG_FIELD(PG_FIELD_TEXT, alert_outcome, reason),
    PG_FIELD(PG_FIELD_INT, alert_outcome, attempts),
    PG_FIELD(PG_FIELD_INT, alert_outcome, at),
    PG_FIELD(PG_FIELD_TEXT, alert_outcome, trace),
    PG_FIELD(PG_FIELD_INT, alert_outcome, entered_ms),
};

static const char alert_store_unsaid_sql[] =
    "select alert_id, state, reason, attempts, at, trace, entered_ms from alert_sends"
    " where not announced and body <> '' and state in ('delivered', 'digested', 'given_up')"
    " order by at, alert_id limit $1::bigint";

bool alert_store_unsaid(struct alert_store *store, struct arena *arena, size_t count_max,
                        struct alert_outcome **outcomes_out, size_t *count_out, struct err *err)
{
    struct str param = alert_inner_int(arena, (int64_t)count_max);
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_store_unsaid_sql, &param, 1, &rows, err))
        return false;
    *count_out = pg_rows(rows);
    *outcomes_out =
        pg_rows_get_all(arena, rows, sizeof(struct alert_outcome), alert_store_outcome_fields,
                        ALERT_STORE_COUNT(alert_store_outcome_fields));
    pg_result_free(rows);
    return true;
}

/* The text has been told, and the ledger has it too: it need not lie here for ever. */
static const char alert_store_said_sql[] =
    "update alert_sends set announced = true, body = '', trace = ''"
    " where alert_id = any ($1::text[])";

bool alert_store_said(struct alert_store *store, struct arena *arena, const struct str *ids,
                      size_t count, struct err *err)
{
    struct str param = pg_text_array(arena, ids, count);

    return count == 0 || pg_query(store->pg, alert_store_said_sql, &param, 1, NULL, err);
}

static const char alert_store_backlog_sql[] =
    "select count(*), coalesce(min(stored_at), 0) from ("
    " select stored_at from alert_sends where state = 'waiting'"
    " union all select stored_at from alert_sends where state = 'sending') as open";

bool alert_store_backlog(struct alert_store *store, int64_t *waiting_out, int64_t *oldest_out,
                         struct err *err)
{
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_store_backlog_sql, NULL, 0, &rows, err))
        return false;
    *waiting_out = pg_int(rows, 0, 0);
    *oldest_out = pg_int(rows, 0, 1);
    pg_result_free(rows);
    return true;
}

static const char alert_store_forget_sql[] =
    "delete from alert_messages where state = 'done' and made_at < $1::bigint";

bool alert_store_forget(struct alert_store *store, struct arena *arena, int64_t before_ms,
                        struct err *err)
{
    struct str param = alert_inner_int(arena, before_ms);

    return pg_query(store->pg, alert_store_forget_sql, &param, 1, NULL, err);
}
