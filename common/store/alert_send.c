/*
 * alert_send — see alert_store.h: that a message goes out, and what became of it.
 */
#include "base/check.h"
#include "store/alert_inner.h"
#include "store/pg_rows.h"

#define ALERT_SEND_COUNT(array) (sizeof(array) / sizeof((array)[0]))

void alert_store_leave(struct alert_store *store)
{
    pg_rollback(store->pg);
}

/* ---- it goes out ---- */

static const char alert_send_message_sql[] =
    "insert into alert_messages as m (message_id, channel, target, content, again, state, tries,"
    "                                 lease_until, made_at)"
    " values ($1, $2, $3, $4, $5::bigint = 1, 'sending', 1, $7::bigint, $6::bigint)"
    " on conflict (message_id) do update set tries = m.tries + 1, lease_until = $7::bigint";

static const char alert_send_alerts_sql[] =
    "update alert_sends set state = 'sending', attempts = attempts + 1, at = $3::bigint,"
    "       message_id = $2"
    " where alert_id = any ($1::text[])";

static const char alert_send_channel_sql[] =
    "update alert_channels"
    " set sent = array(select at from unnest(sent) as u(at) where at > $3::bigint order by at)"
    "            || $2::bigint"
    " where channel = $1";

bool alert_store_send(struct alert_store *store, struct arena *arena,
                      const struct alert_message *message, struct err *err)
{
    struct str now = alert_inner_int(arena, message->now_ms);
    struct str made[] = {
        message->message_id,
        message->channel,
        message->target,
        message->content,
        message->again ? STR("1") : STR("0"),
        now,
        alert_inner_int(arena, message->now_ms + message->lease_ms),
    };
    struct str alerts[] = { pg_text_array(arena, message->alert_ids, message->count),
                            message->message_id, now };
    struct str channel[] = { message->channel, now,
                             alert_inner_int(arena, message->now_ms - ALERT_WINDOW_MS) };

    CHECK(message->count > 0);
    if (pg_query(store->pg, alert_send_message_sql, made, 7, NULL, err)
        && pg_query(store->pg, alert_send_alerts_sql, alerts, 3, NULL, err)
        && pg_query(store->pg, alert_send_channel_sql, channel, 3, NULL, err)
        && pg_commit(store->pg, err))
        return true;
    pg_rollback(store->pg);
    return false;
}

/* ---- what became of it ---- */

static const char *alert_send_state_name(int state)
{
    return alert_state_name((enum alert_state)state);
}

static const struct pg_field alert_send_end_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, alert_end, alert_id),
    PG_FIELD_ENUM(alert_end, state, alert_send_state_name),
    PG_FIELD(PG_FIELD_TEXT, alert_end, reason),
    PG_FIELD(PG_FIELD_TEXT, alert_end, target),
    PG_FIELD(PG_FIELD_INT, alert_end, not_before),
    PG_FIELD(PG_FIELD_INT, alert_end, busy),
    PG_FIELD(PG_FIELD_INT, alert_end, hops),
    PG_FIELD(PG_FIELD_BOOL, alert_end, cut),
};

static const char alert_send_finish_sql[] =
    "update alert_sends s set state = u.state, reason = u.reason, target = u.target,"
    "       not_before = u.not_before, busy = u.busy, hops = u.hops, cut = u.cut = 1,"
    "       at = $10::bigint"
    " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],"
    "             $7::bigint[], $8::bigint[])"
    "      as u(alert_id, state, reason, target, not_before, busy, hops, cut)"
    " where s.alert_id = u.alert_id and s.state = 'sending' and s.message_id = $9";

static const char alert_send_done_sql[] =
    "update alert_messages set state = 'done' where message_id = $1";

static const char alert_send_pause_sql[] =
    "update alert_channels set paused_until = greatest(paused_until, $2::bigint),"
    "       strikes = $3::bigint, doubt = $4::bigint = 1"
    " where channel = $1";

static bool alert_send_pause(struct alert_store *store, struct arena *arena, struct str channel,
                             int64_t paused_until, int64_t strikes, bool doubt, struct err *err)
{
    struct str params[] = { channel, alert_inner_int(arena, paused_until),
                            alert_inner_int(arena, strikes), doubt ? STR("1") : STR("0") };

    return pg_query(store->pg, alert_send_pause_sql, params, 4, NULL, err);
}

bool alert_store_finish(struct alert_store *store, struct arena *arena,
                        const struct alert_finish *finish, struct err *err)
{
    enum { FIELDS = ALERT_SEND_COUNT(alert_send_end_fields) };
    struct str params[FIELDS + 2];

    for (size_t i = 0; i < finish->count; i++)
        CHECK(finish->ends[i].state != ALERT_STATE_NONE
              && finish->ends[i].state != ALERT_STATE_SENDING);
    pg_rows_params(arena, finish->ends, sizeof(struct alert_end), finish->count,
                   alert_send_end_fields, FIELDS, params);
    params[FIELDS] = finish->message_id;
    params[FIELDS + 1] = alert_inner_int(arena, finish->now_ms);
    if (pg_begin(store->pg, err)
        && alert_send_pause(store, arena, finish->channel, finish->paused_until, finish->strikes,
                            finish->doubt, err)
        && pg_query(store->pg, alert_send_done_sql, &finish->message_id, 1, NULL, err)
        && pg_query(store->pg, alert_send_finish_sql, params, FIELDS + 2, NULL, err)
        && pg_commit(store->pg, err))
        return true;
    pg_rollback(store->pg);
    return false;
}

bool alert_store_pause(struct alert_store *store, struct arena *arena, struct str channel,
                       int64_t paused_until, int64_t strikes, struct err *err)
{
    return alert_send_pause(store, arena, channel, paused_until, strikes, true, err);
}

static const char alert_send_give_up_sql[] =
    "update alert_sends set state = 'given_up', reason = $2, at = $3::bigint"
    " where alert_id = any ($1::text[]) and state = 'waiting'";

bool alert_store_give_up(struct alert_store *store, struct arena *arena, const struct str *ids,
                         size_t count, struct str reason, int64_t now_ms, struct err *err)
{
    struct str params[] = { pg_text_array(arena, ids, count), reason,
                            alert_inner_int(arena, now_ms) };

    if (pg_query(store->pg, alert_send_give_up_sql, params, 3, NULL, err)
        && pg_commit(store->pg, err))
        return true;
    pg_rollback(store->pg);
    return false;
}

static const char alert_send_doubt_sql[] =
    "with gone as ("
    " update alert_messages set state = 'done'"
    " where state = 'sending' and lease_until < $1::bigint"
    "   and (not again or tries >= $2::bigint or made_at < $3::bigint)"
    " returning message_id)"
    " update alert_sends s set state = 'given_up', reason = $4, at = $1::bigint"
    " from gone where s.message_id = gone.message_id and s.state = 'sending'";

bool alert_store_doubt(struct alert_store *store, struct arena *arena, int64_t now_ms,
                       int64_t tries_max, int64_t oldest_ms, struct str reason,
                       size_t *given_up_out, struct err *err)
{
    struct str params[] = { alert_inner_int(arena, now_ms), alert_inner_int(arena, tries_max),
                            alert_inner_int(arena, oldest_ms), reason };
    struct pg_result *result;

    if (!pg_query(store->pg, alert_send_doubt_sql, params, 4, &result, err))
        return false;
    *given_up_out = pg_affected(result);
    pg_result_free(result);
    return true;
}
