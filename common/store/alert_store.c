/* alert_store — see alert_store.h. */
#include "store/alert_store.h"

#include <stddef.h>

#include "base/check.h"
#include "store/pg.h"

struct alert_store {
    struct arena *home;
    struct pg *pg;
};

static const char *const alert_send_states[] = { "none", "sending", "sent", "given_up",
                                                 "waiting" };

const char *alert_send_state_name(enum alert_send_state state)
{
    return alert_send_states[state];
}

static enum alert_send_state alert_store_state(struct str name)
{
    for (size_t i = 1; i < sizeof(alert_send_states) / sizeof(alert_send_states[0]); i++) {
        if (str_is(name, alert_send_states[i]))
            return (enum alert_send_state)i;
    }
    return ALERT_SEND_STATE_NONE;
}

bool alert_store_open(struct alert_store **store_out, const char *pg_url, struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct alert_store *store = ARENA_NEW(home, struct alert_store);

    store->home = home;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
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
    arena_close(store->home);
}

/* ---- claim ---- */

static const char alert_store_before_sql[] =
    "select s.state, s.attempts, s.at, s.reason"
    " from unnest($1::text[]) with ordinality as u(alert_id, place)"
    " left join alert_sends s on s.alert_id = u.alert_id"
    " order by u.place";

/* Claimers take turns: of two that claim a new alert at once the second must see the first's row,
 * and rows that do not exist yet can not be locked. Alerts are few, the lock is short. */
static const char alert_store_lock_sql[] = "lock table alert_sends in share row exclusive mode";

static const char alert_store_claim_sql[] =
    "insert into alert_sends (alert_id, state, attempts, at, reason)"
    " select distinct alert_id, 'sending', 1, $2::bigint, '' from unnest($1::text[]) as u(alert_id)"
    " order by alert_id"
    " on conflict (alert_id) do update"
    " set state = 'sending', attempts = alert_sends.attempts + 1, at = excluded.at"
    " where alert_sends.state in ('sending', 'waiting')";

static void alert_store_row(struct arena *arena, const struct pg_result *rows, size_t row,
                            struct alert_send *send)
{
    if (pg_is_null(rows, row, 0))
        return;
    send->state = alert_store_state(pg_text(rows, row, 0));
    send->attempts = pg_int(rows, row, 1);
    send->at = pg_int(rows, row, 2);
    send->reason = arena_copy(arena, pg_text(rows, row, 3));
}

static bool alert_store_before(struct alert_store *store, struct arena *arena,
                               const struct str *ids, size_t count, struct str ids_param,
                               struct alert_send *before_out, struct err *err)
{
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_store_before_sql, &ids_param, 1, &rows, err))
        return false;
    CHECK(pg_rows(rows) == count);
    for (size_t i = 0; i < count; i++) {
        before_out[i] = (struct alert_send){ .alert_id = ids[i] };
        alert_store_row(arena, rows, i, &before_out[i]);
    }
    pg_result_free(rows);
    return true;
}

bool alert_store_claim(struct alert_store *store, struct arena *arena,
                       const struct str *alert_ids, size_t count, int64_t now_ms,
                       struct alert_send *before_out, struct err *err)
{
    struct str params[] = {
        pg_text_array(arena, alert_ids, count),
        arena_format(arena, "%lld", (long long)now_ms),
    };
    bool ok = pg_begin(store->pg, err)
        && pg_query(store->pg, alert_store_lock_sql, NULL, 0, NULL, err)
        && alert_store_before(store, arena, alert_ids, count, params[0], before_out, err)
        && pg_query(store->pg, alert_store_claim_sql, params, 2, NULL, err)
        && pg_commit(store->pg, err);

    pg_rollback(store->pg);
    return ok;
}

/* ---- finish ---- */

static const char alert_store_finish_sql[] =
    "update alert_sends s set state = u.state, attempts = greatest(u.attempts, 1), at = u.at,"
    "                         reason = u.reason"
    " from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])"
    "      as u(alert_id, state, attempts, at, reason)"
    " where s.alert_id = u.alert_id and s.state = 'sending'";

bool alert_store_finish(struct alert_store *store, struct arena *arena,
                        const struct alert_send *done, size_t count, struct err *err)
{
    struct str *ids = ARENA_ARRAY(arena, struct str, count + 1);
    struct str *states = ARENA_ARRAY(arena, struct str, count + 1);
    struct str *reasons = ARENA_ARRAY(arena, struct str, count + 1);
    int64_t *attempts = ARENA_ARRAY(arena, int64_t, count + 1);
    int64_t *at = ARENA_ARRAY(arena, int64_t, count + 1);
    struct str params[5];

    for (size_t i = 0; i < count; i++) {
        CHECK(done[i].state == ALERT_SEND_STATE_SENT
              || done[i].state == ALERT_SEND_STATE_GIVEN_UP
              || done[i].state == ALERT_SEND_STATE_WAITING);
        ids[i] = done[i].alert_id;
        states[i] = str_of(alert_send_state_name(done[i].state));
        attempts[i] = done[i].attempts;
        at[i] = done[i].at;
        reasons[i] = done[i].reason.data ? done[i].reason : STR("");
    }
    params[0] = pg_text_array(arena, ids, count);
    params[1] = pg_text_array(arena, states, count);
    params[2] = pg_int_array(arena, attempts, count);
    params[3] = pg_int_array(arena, at, count);
    params[4] = pg_text_array(arena, reasons, count);
    return pg_query(store->pg, alert_store_finish_sql, params, 5, NULL, err);
}
