/*
 * alert_take — see alert_store.h: what is due, for whom, and may it go out now.
 *
 * Locks are taken channel first, alerts second, by every replica: no two can wait for each other.
 */
#include "store/alert_inner.h"
#include "store/pg_rows.h"

#define ALERT_TAKE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char alert_take_targets_sql[] =
    "select target from alert_sends where state = 'waiting' and not_before <= $1::bigint"
    " group by target order by min(case level when 'urgent' then 0 else 1 end), min(stored_at)";

bool alert_store_targets(struct alert_store *store, struct arena *arena, int64_t now_ms,
                         struct str **targets_out, size_t *count_out, struct err *err)
{
    struct str param = alert_inner_int(arena, now_ms);
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_take_targets_sql, &param, 1, &rows, err))
        return false;
    size_t count = pg_rows(rows);
    struct str *targets = ARENA_ARRAY(arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        targets[i] = arena_copy(arena, pg_text(rows, i, 0));
    pg_result_free(rows);
    *targets_out = targets;
    *count_out = count;
    return true;
}

/* ---- the channel ---- */

static const char alert_take_channel_new_sql[] =
    "insert into alert_channels (channel, sent, paused_until, strikes, doubt)"
    " values ($1, '{}', 0, 0, false) on conflict do nothing";

static const char alert_take_channel_sql[] =
    "select (select count(*) from unnest(sent) as u(at) where at > $2::bigint),"
    "       (select coalesce(min(at), 0) from unnest(sent) as u(at) where at > $2::bigint),"
    "       paused_until, strikes, doubt"
    " from alert_channels where channel = $1 for update";

static const struct pg_field alert_take_channel_fields[] = {
    PG_FIELD(PG_FIELD_INT, alert_channel, sent_count),
    PG_FIELD(PG_FIELD_INT, alert_channel, sent_first),
    PG_FIELD(PG_FIELD_INT, alert_channel, paused_until),
    PG_FIELD(PG_FIELD_INT, alert_channel, strikes),
    PG_FIELD(PG_FIELD_BOOL, alert_channel, doubt),
};

static bool alert_take_channel(struct alert_store *store, struct arena *arena, struct str channel,
                               int64_t now_ms, struct alert_channel *channel_out, struct err *err)
{
    struct str params[] = { channel, alert_inner_int(arena, now_ms - ALERT_WINDOW_MS) };
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_take_channel_new_sql, params, 1, NULL, err)
        || !pg_query(store->pg, alert_take_channel_sql, params, 2, &rows, err))
        return false;
    pg_rows_get(arena, rows, 0, alert_take_channel_fields,
                ALERT_TAKE_COUNT(alert_take_channel_fields), channel_out);
    pg_result_free(rows);
    return true;
}

/* ---- alerts ---- */

#define ALERT_TAKE_COLUMNS                                                                         \
    "select alert_id, body, target, level, mention, trace, digest_only, cut, entered_ms,"          \
    "       stored_at, not_before, attempts, busy, hops from alert_sends "

static const struct pg_field alert_take_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, alert_entry, alert_id),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, body),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, target),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, level),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, mention),
    PG_FIELD(PG_FIELD_TEXT, alert_entry, trace),
    PG_FIELD(PG_FIELD_BOOL, alert_entry, digest_only),
    PG_FIELD(PG_FIELD_BOOL, alert_entry, cut),
    PG_FIELD(PG_FIELD_INT, alert_entry, entered_ms),
    PG_FIELD(PG_FIELD_INT, alert_entry, stored_at),
    PG_FIELD(PG_FIELD_INT, alert_entry, not_before),
    PG_FIELD(PG_FIELD_INT, alert_entry, attempts),
    PG_FIELD(PG_FIELD_INT, alert_entry, busy),
    PG_FIELD(PG_FIELD_INT, alert_entry, hops),
};

static const char alert_take_due_sql[] =
    ALERT_TAKE_COLUMNS "where state = 'waiting' and target = $1 and not_before <= $2::bigint"
                       " order by case level when 'urgent' then 0 else 1 end, stored_at, alert_id"
                       " limit $3::bigint for update skip locked";

static const char alert_take_message_sql[] = ALERT_TAKE_COLUMNS
    "where state = 'sending' and message_id = $1 order by stored_at, alert_id for update";

static bool alert_take_entries(struct alert_store *store, struct arena *arena, const char *sql,
                               const struct str *params, size_t param_count,
                               struct alert_take *take, struct err *err)
{
    struct pg_result *rows;

    if (!pg_query(store->pg, sql, params, param_count, &rows, err))
        return false;
    take->count = pg_rows(rows);
    take->entries = pg_rows_get_all(arena, rows, sizeof(struct alert_entry), alert_take_fields,
                                    ALERT_TAKE_COUNT(alert_take_fields));
    pg_result_free(rows);
    return true;
}

static bool alert_take_due(struct alert_store *store, struct arena *arena,
                           const struct alert_ask *ask, struct alert_take *take, struct err *err)
{
    struct str params[] = { ask->target, alert_inner_int(arena, ask->now_ms),
                            alert_inner_int(arena, (int64_t)ask->count_max) };
    const struct alert_channel *channel = &take->channel;

    if (!alert_take_channel(store, arena, ask->channel, ask->now_ms, &take->channel, err))
        return false;
    if (channel->paused_until > ask->now_ms || channel->sent_count >= ask->minute_max)
        return true;
    return alert_take_entries(store, arena, alert_take_due_sql, params, 3, take, err);
}

bool alert_store_take(struct alert_store *store, struct arena *arena, const struct alert_ask *ask,
                      struct alert_take *take_out, struct err *err)
{
    struct alert_take take = { .target = ask->target };

    if (!pg_begin(store->pg, err))
        return false;
    if (!alert_take_due(store, arena, ask, &take, err)) {
        alert_store_leave(store);
        return false;
    }
    *take_out = take;
    return true;
}

/* ---- a message in doubt that may be sent again ---- */

static const char alert_take_again_sql[] =
    "select message_id, target, content, tries, channel from alert_messages"
    " where state = 'sending' and again and lease_until < $1::bigint"
    " order by lease_until limit 1";

/* The channel first: the message may be another's by the time it is locked. */
static const char alert_take_again_lock_sql[] =
    "select 1 from alert_messages where message_id = $1 and state = 'sending'"
    " and lease_until < $2::bigint for update skip locked";

static bool alert_take_again_locked(struct alert_store *store, struct arena *arena,
                                    struct str message_id, int64_t now_ms, bool *locked_out,
                                    struct err *err)
{
    struct str params[] = { message_id, alert_inner_int(arena, now_ms) };
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_take_again_lock_sql, params, 2, &rows, err))
        return false;
    *locked_out = pg_rows(rows) == 1;
    pg_result_free(rows);
    return true;
}

static bool alert_take_again_found(struct alert_store *store, struct arena *arena, int64_t now_ms,
                                   struct alert_take *take, struct str *channel_out,
                                   struct err *err)
{
    struct str param = alert_inner_int(arena, now_ms);
    struct pg_result *rows;

    if (!pg_query(store->pg, alert_take_again_sql, &param, 1, &rows, err))
        return false;
    if (pg_rows(rows) == 1) {
        take->message_id = arena_copy(arena, pg_text(rows, 0, 0));
        take->target = arena_copy(arena, pg_text(rows, 0, 1));
        take->content = arena_copy(arena, pg_text(rows, 0, 2));
        take->tries = pg_int(rows, 0, 3);
        *channel_out = arena_copy(arena, pg_text(rows, 0, 4));
    }
    pg_result_free(rows);
    return true;
}

static bool alert_take_again_all(struct alert_store *store, struct arena *arena, int64_t now_ms,
                                 struct alert_take *take, struct err *err)
{
    struct str channel = STR_NONE;
    bool locked = false;

    if (!alert_take_again_found(store, arena, now_ms, take, &channel, err))
        return false;
    if (take->message_id.size == 0)
        return true;
    if (!alert_take_channel(store, arena, channel, now_ms, &take->channel, err)
        || !alert_take_again_locked(store, arena, take->message_id, now_ms, &locked, err))
        return false;
    return !locked
           || alert_take_entries(store, arena, alert_take_message_sql, &take->message_id, 1, take,
                                 err);
}

bool alert_store_take_again(struct alert_store *store, struct arena *arena, int64_t now_ms,
                            struct alert_take *take_out, struct err *err)
{
    struct alert_take take = { .count = 0 };

    if (!pg_begin(store->pg, err))
        return false;
    if (!alert_take_again_all(store, arena, now_ms, &take, err)) {
        alert_store_leave(store);
        return false;
    }
    *take_out = take;
    return true;
}
