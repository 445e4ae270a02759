/* sku_store — see sku_store.h. */
#include "store/sku_store.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "store/pg_rows.h"
#include "store/sku_inner.h"

#define SKU_STORE_PAGE    20000 /* rows read at once */
#define SKU_STORE_PUT     10000 /* rows written at once */
#define SKU_STORE_MAP_MAX ((size_t)4 << 30)
#define SKU_STORE_SLACK   ((size_t)16 << 20) /* bytes of old rows that do no harm */
#define SKU_STORE_LISTED  '\x1f' /* between the SKUs of a row: no SKU has it (sku_row_check) */

bool sku_store_open(struct sku_store **store_out, const char *pg_url, struct err *err)
{
    struct sku_store *store = MEM_NEW(struct sku_store);

    if (!pg_open(&store->pg, pg_url, err)) {
        sku_store_close(store);
        return false;
    }
    *store_out = store;
    return true;
}

void sku_store_close(struct sku_store *store)
{
    if (!store)
        return;
    pg_close(store->pg);
    if (store->home)
        arena_close(store->home);
    mem_free(store);
}

/* ---- a row as PostgreSQL has it ---- */

struct sku_store_row {
    struct sku_row row;
    struct str skus, units; /* listed */
};

static const struct pg_field sku_store_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.channel),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.shop),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.code),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, skus),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, units),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.title),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.by),
    PG_FIELD(PG_FIELD_TEXT, sku_store_row, row.reason),
    PG_FIELD(PG_FIELD_INT, sku_store_row, row.version), /* from here on only read */
    PG_FIELD(PG_FIELD_INT, sku_store_row, row.at),
    PG_FIELD(PG_FIELD_BOOL, sku_store_row, row.deleted),
};

#define SKU_STORE_FIELDS     (sizeof sku_store_fields / sizeof sku_store_fields[0])
#define SKU_STORE_PUT_FIELDS (SKU_STORE_FIELDS - 3)
#define SKU_STORE_COLUMNS                                                                          \
    "channel, shop, code, array_to_string(skus, chr(31)), array_to_string(units, chr(31)), title," \
    " \"by\", reason, version, at, deleted"

static void sku_store_read_parts(struct arena *arena, struct sku_store_row *from)
{
    struct sku_parts *parts = &from->row.parts;
    size_t most = 1;

    for (size_t i = 0; i < from->skus.size; i++)
        most += from->skus.data[i] == SKU_STORE_LISTED;
    if (from->skus.size == 0)
        return;
    parts->items = ARENA_ARRAY(arena, struct sku_part, most);
    for (; parts->count < most; parts->count++) {
        struct sku_part *part = &parts->items[parts->count];

        part->sku = str_cut(&from->skus, SKU_STORE_LISTED);
        (void)num_parse(str_cut(&from->units, SKU_STORE_LISTED), &part->units);
    }
}

/* Rows of a result, appended to rows_out[*count]. */
static void sku_store_read_rows(struct arena *arena, const struct pg_result *result,
                                struct sku_row *rows_out)
{
    for (size_t i = 0; i < pg_rows(result); i++) {
        struct sku_store_row from = { .skus = STR_NONE };

        pg_rows_get(arena, result, i, sku_store_fields, SKU_STORE_FIELDS, &from);
        sku_store_read_parts(arena, &from);
        rows_out[i] = from.row;
    }
}

/* ---- reading ---- */

static struct str sku_store_int(struct arena *arena, int64_t number)
{
    return arena_format(arena, "%lld", (long long)number);
}

static bool sku_store_version(struct sku_store *store, int64_t *version_out, struct err *err)
{
    struct pg_result *result;

    if (!pg_query(store->pg, "select coalesce(max(version), 0) from sku_maps", NULL, 0, &result,
                  err))
        return false;
    *version_out = pg_int(result, 0, 0);
    pg_result_free(result);
    return true;
}

/* One page behind a key. Rows are only added, so "up to version n" is a snapshot. */
static const char sku_store_page_sql[] =
    "select * from (select distinct on (channel, shop, code) " SKU_STORE_COLUMNS " from sku_maps"
    " where version > $1::bigint and version <= $2::bigint"
    "   and (channel, shop, code) > ($3, $4, $5)"
    " order by channel, shop, code, version desc limit $6::bigint) newest";

struct sku_store_reading {
    struct sku_row *rows;
    size_t count, capacity;
};

static void sku_store_grow(struct arena *arena, struct sku_store_reading *reading, size_t more)
{
    if (reading->count + more <= reading->capacity)
        return;
    reading->capacity = reading->capacity * 2 + more;
    struct sku_row *rows = ARENA_ARRAY(arena, struct sku_row, reading->capacity);

    if (reading->count > 0)
        memcpy(rows, reading->rows, reading->count * sizeof(*rows));
    reading->rows = rows;
}

static bool sku_store_page(struct sku_store *store, struct arena *arena, int64_t since,
                           int64_t version, struct sku_store_reading *reading, bool *more_out,
                           struct err *err)
{
    const struct sku_row none = { .version = 0 };
    const struct sku_row *last = reading->count > 0 ? &reading->rows[reading->count - 1] : &none;
    struct str params[] = {
        sku_store_int(arena, since),
        sku_store_int(arena, version),
        last->channel.size > 0 ? last->channel : STR(""),
        last->shop.size > 0 ? last->shop : STR(""),
        last->code.size > 0 ? last->code : STR(""),
        sku_store_int(arena, SKU_STORE_PAGE),
    };
    struct pg_result *result;

    if (!pg_query(store->pg, sku_store_page_sql, params, 6, &result, err))
        return false;
    sku_store_grow(arena, reading, pg_rows(result));
    sku_store_read_rows(arena, result, reading->rows + reading->count);
    reading->count += pg_rows(result);
    *more_out = pg_rows(result) == SKU_STORE_PAGE;
    pg_result_free(result);
    return true;
}

bool sku_store_get(struct sku_store *store, struct arena *arena, int64_t since,
                   struct sku_row **rows_out, size_t *count_out, int64_t *version_out,
                   struct err *err)
{
    struct sku_store_reading reading = { .rows = NULL };
    int64_t version;
    size_t count = 0;
    bool more = true;

    if (!sku_store_version(store, &version, err))
        return false;
    while (more)
        if (!sku_store_page(store, arena, since, version, &reading, &more, err))
            return false;
    for (size_t i = 0; i < reading.count; i++)
        if (since > 0 || !reading.rows[i].deleted)
            reading.rows[count++] = reading.rows[i];
    *rows_out = reading.rows;
    *count_out = count;
    *version_out = version;
    return true;
}

bool sku_store_history(struct sku_store *store, struct arena *arena, struct str channel,
                       struct str shop, struct str code, struct sku_row **rows_out,
                       size_t *count_out, struct err *err)
{
    struct str params[] = { channel, shop.size > 0 ? shop : STR(""), code };
    struct pg_result *result;

    if (!pg_query(store->pg,
                  "select " SKU_STORE_COLUMNS " from sku_maps"
                  " where channel = $1 and shop = $2 and code = $3 order by version desc",
                  params, 3, &result, err))
        return false;
    *count_out = pg_rows(result);
    *rows_out = ARENA_ARRAY(arena, struct sku_row, pg_rows(result));
    sku_store_read_rows(arena, result, *rows_out);
    pg_result_free(result);
    return true;
}

/* ---- the map of a worker ---- */

/* All rows in force, into a home of their own. */
static bool sku_store_load(struct sku_store *store, struct err *err)
{
    struct arena *home = arena_open(SKU_STORE_MAP_MAX);
    struct sku_row *rows;
    size_t count;
    int64_t version;

    if (!sku_store_get(store, home, 0, &rows, &count, &version, err)) {
        arena_close(home);
        return false;
    }
    store->map = sku_map_build(home, rows, count, version);
    if (store->home)
        arena_close(store->home);
    store->home = home;
    store->loaded = arena_used(home);
    return true;
}

/* What changed since, beside what is there: rows no longer in force stay in memory until it is
 * more than all that was loaded. */
static bool sku_store_follow(struct sku_store *store, struct err *err)
{
    struct sku_row *rows;
    size_t count;
    int64_t version;

    if (!sku_store_get(store, store->home, sku_map_version(store->map), &rows, &count, &version,
                       err))
        return false;
    sku_map_add(store->map, rows, count, version);
    return true;
}

bool sku_store_refresh(struct sku_store *store, struct err *err)
{
    int64_t version;

    if (!sku_store_version(store, &version, err))
        return false;
    if (store->map && sku_map_version(store->map) == version)
        return true;
    if (sku_map_version(store->map) == 0
        || arena_used(store->home) > 2 * store->loaded + SKU_STORE_SLACK)
        return sku_store_load(store, err);
    return sku_store_follow(store, err);
}

const struct sku_map *sku_store_map(const struct sku_store *store)
{
    return store->map;
}

/* ---- writing ---- */

/* Writers take turns: versions come in the order they are committed, so "above n" misses none. */
static const char sku_store_lock_sql[] = "lock table sku_maps in share row exclusive mode";

static const char sku_store_put_sql[] =
    "insert into sku_maps (channel, shop, code, skus, units, title, \"by\", reason, version,"
    "    deleted)"
    " select channel, shop, code, string_to_array(skus, chr(31)),"
    "        string_to_array(units, chr(31))::bigint[], title, \"by\", reason, $9::bigint,"
    "        skus = ''"
    " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "             $7::text[], $8::text[])"
    "      as u(channel, shop, code, skus, units, title, \"by\", reason)";

static void sku_store_list_parts(struct arena *arena, struct sku_store_row *to)
{
    struct buf skus, units;

    buf_init(&skus, arena, 64);
    buf_init(&units, arena, 16);
    for (size_t i = 0; i < to->row.parts.count; i++) {
        if (i > 0) {
            buf_put_byte(&skus, SKU_STORE_LISTED);
            buf_put_byte(&units, SKU_STORE_LISTED);
        }
        buf_put(&skus, to->row.parts.items[i].sku);
        buf_put_int(&units, to->row.parts.items[i].units);
    }
    to->skus = buf_str(&skus);
    to->units = buf_str(&units);
}

static bool sku_store_put_rows(struct sku_store *store, struct arena *arena,
                               const struct sku_row *rows, size_t count, int64_t version,
                               struct err *err)
{
    struct sku_store_row *listed = ARENA_ARRAY(arena, struct sku_store_row, count);
    struct str params[SKU_STORE_PUT_FIELDS + 1];

    for (size_t i = 0; i < count; i++) {
        listed[i].row = rows[i];
        sku_store_list_parts(arena, &listed[i]);
    }
    pg_rows_params(arena, listed, sizeof(*listed), count, sku_store_fields, SKU_STORE_PUT_FIELDS,
                   params);
    params[SKU_STORE_PUT_FIELDS] = sku_store_int(arena, version);
    return pg_query(store->pg, sku_store_put_sql, params, SKU_STORE_PUT_FIELDS + 1, NULL, err);
}

static bool sku_store_put_all(struct sku_store *store, struct arena *arena,
                              const struct sku_row *rows, size_t count, int64_t *version_out,
                              struct err *err)
{
    if (!pg_query(store->pg, sku_store_lock_sql, NULL, 0, NULL, err)
        || !sku_store_version(store, version_out, err))
        return false;
    ++*version_out;
    for (size_t i = 0; i < count; i += SKU_STORE_PUT) {
        size_t some = count - i < SKU_STORE_PUT ? count - i : SKU_STORE_PUT;

        if (!sku_store_put_rows(store, arena, rows + i, some, *version_out, err))
            return false;
    }
    return true;
}

bool sku_store_put(struct sku_store *store, struct arena *arena, const struct sku_row *rows,
                   size_t count, int64_t *version_out, struct err *err)
{
    int64_t version = 0;
    bool ok = pg_begin(store->pg, err)
              && sku_store_put_all(store, arena, rows, count, &version, err)
              && pg_commit(store->pg, err);

    if (ok)
        *version_out = version;
    else
        pg_rollback(store->pg);
    return ok;
}
