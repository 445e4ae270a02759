/* park_store — see park_store.h. */
#include "store/park_store.h"

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/pg.h"

struct park_store {
    struct arena *home;
    struct pg *pg;
    const char *worker;
};

bool park_store_open(struct park_store **store_out, const char *pg_url, const char *worker,
                     struct err *err)
{
    struct arena *home = arena_open(1 << 12);
    struct park_store *store = ARENA_NEW(home, struct park_store);

    store->home = home;
    store->worker = arena_copy(home, str_of(worker)).data;
    if (!pg_open(&store->pg, pg_url, err)) {
        arena_close(home);
        return false;
    }
    *store_out = store;
    return true;
}

void park_store_close(struct park_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    arena_close(store->home);
}

/* ---- headers as bytes: size (4, big-endian) and bytes, name and value in turn ---- */

static void park_store_pack_field(struct buf *buf, struct str field)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_put_byte(buf, (char)(field.size >> shift & 255));
    buf_put(buf, field);
}

static struct str park_store_pack(struct arena *arena, const struct message *message)
{
    struct buf buf;

    buf_init(&buf, arena, 512);
    for (size_t i = 0; i < message->header_count; i++) {
        park_store_pack_field(&buf, message->headers[i].name);
        park_store_pack_field(&buf, message->headers[i].value);
    }
    return buf_str(&buf);
}

static bool park_store_unpack_field(struct str *rest, struct str *field_out)
{
    size_t size = 0;

    if (rest->size < 4)
        return false;
    for (size_t i = 0; i < 4; i++)
        size = size << 8 | (unsigned char)rest->data[i];
    if (rest->size - 4 < size)
        return false;
    *field_out = (struct str){ .data = rest->data + 4, .size = size };
    rest->data += 4 + size;
    rest->size -= 4 + size;
    return true;
}

static void park_store_unpack(struct str packed, struct message *message)
{
    struct str name, value;

    while (message->header_count < MESSAGE_HEADERS_MAX && park_store_unpack_field(&packed, &name)
           && park_store_unpack_field(&packed, &value))
        message_put_header(message, name, value);
}

/* ---- put ---- */

/* A worker that could not commit parks the same message again: the first row stays. */
static const char park_store_put_sql[] =
    "insert into parked (worker, topic, generation, partition, \"offset\", key, order_id, poison,"
    "                    reason, message_at, headers, value)"
    " values ($1, $2, $3::bigint, $4::integer, $5::bigint, $6::bytea, $7, $8::boolean, $9,"
    "         $10::bigint, $11::bytea, $12::bytea)"
    " on conflict do nothing";

/* A key is whatever somebody wrote to the topic: as text only where it is one. */
static struct str park_store_readable(struct arena *arena, struct str bytes)
{
    return bytes.size > 0 && str_is_utf8(bytes) ? bytes : pg_bytes(arena, bytes);
}

bool park_store_put(struct park_store *store, struct arena *arena, const struct message *message,
                    bool poison, struct str reason, struct err *err)
{
    const struct origin *origin = &message->origin;
    struct str params[] = {
        str_of(store->worker),
        str_of(topic_name(origin->topic)),
        arena_format(arena, "%lld", (long long)origin->generation),
        arena_format(arena, "%d", (int)origin->partition),
        arena_format(arena, "%lld", (long long)origin->offset),
        pg_bytes(arena, message->key),
        park_store_readable(arena, message->key),
        poison ? STR("true") : STR("false"),
        str_is_utf8(reason) ? arena_copy(arena, reason) : pg_bytes(arena, reason),
        arena_format(arena, "%lld", (long long)message->time_ms),
        pg_bytes(arena, park_store_pack(arena, message)),
        pg_bytes(arena, message->value),
    };

    return pg_query(store->pg, park_store_put_sql, params, sizeof(params) / sizeof(params[0]),
                    NULL, err);
}

/* ---- get ---- */

#define PARK_COLUMNS \
    "select partition, generation, \"offset\", key, message_at, headers, value, poison from parked"

static const char park_store_get_key_sql[] =
    PARK_COLUMNS " where worker = $1 and topic = $2 and key = $3::bytea"
                 " order by generation, \"offset\"";

static const char park_store_get_partitions_sql[] =
    PARK_COLUMNS " where worker = $1 and topic = $2 and partition = any($3::integer[])"
                 " order by generation, partition, \"offset\"";

static struct parked park_store_row(struct arena *arena, const struct pg_result *rows, size_t row,
                                    enum topic topic)
{
    struct parked parked = { .poison = str_is(pg_text(rows, row, 7), "t") };

    parked.message.topic = topic;
    parked.message.origin = (struct origin){
        .topic = topic,
        .partition = (int32_t)pg_int(rows, row, 0),
        .generation = pg_int(rows, row, 1),
        .offset = pg_int(rows, row, 2),
    };
    parked.message.key = pg_get_bytes(arena, rows, row, 3);
    parked.message.time_ms = pg_int(rows, row, 4);
    park_store_unpack(pg_get_bytes(arena, rows, row, 5), &parked.message);
    parked.message.value = pg_get_bytes(arena, rows, row, 6);
    return parked;
}

static struct str park_store_partitions(struct arena *arena, const int32_t *partitions,
                                        size_t count)
{
    int64_t *wide = ARENA_ARRAY(arena, int64_t, count + 1);

    for (size_t i = 0; i < count; i++)
        wide[i] = partitions[i];
    return pg_int_array(arena, wide, count);
}

bool park_store_get(struct park_store *store, struct arena *arena, enum topic topic,
                    struct str key, const int32_t *partitions, size_t partition_count,
                    struct parked **parked_out, size_t *count_out, struct err *err)
{
    struct str params[] = {
        str_of(store->worker),
        str_of(topic_name(topic)),
        key.size > 0 ? pg_bytes(arena, key)
                     : park_store_partitions(arena, partitions, partition_count),
    };
    struct parked *parked;
    struct pg_result *rows;

    if (!pg_query(store->pg,
                  key.size > 0 ? park_store_get_key_sql : park_store_get_partitions_sql, params, 3,
                  &rows, err))
        return false;
    parked = ARENA_ARRAY(arena, struct parked, pg_rows(rows) + 1);
    for (size_t i = 0; i < pg_rows(rows); i++)
        parked[i] = park_store_row(arena, rows, i, topic);
    *parked_out = parked;
    *count_out = pg_rows(rows);
    pg_result_free(rows);
    return true;
}

bool park_store_remove(struct park_store *store, struct arena *arena, enum topic topic,
                       struct str key, struct err *err)
{
    struct str params[] = {
        str_of(store->worker),
        str_of(topic_name(topic)),
        pg_bytes(arena, key),
    };

    return pg_query(store->pg,
                    "delete from parked where worker = $1 and topic = $2 and key = $3::bytea",
                    params, 3, NULL, err);
}
