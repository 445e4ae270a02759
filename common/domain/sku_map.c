/* sku_map — see sku_map.h. Open addressing over borrowed rows. */
#include "domain/sku_map.h"

struct sku_map {
    struct arena *arena;
    int64_t version;
    size_t slot_count; /* a power of two, at least twice the rows; 0: no rows */
    size_t row_count;
    const struct sku_row **slots;
};

/* ---- one row ---- */

static bool sku_row_check_id(const char *field, struct str id, struct err *err)
{
    if (id.size == 0)
        return err_set(err, ERR_REJECT, "%s: is empty", field);
    if (id.size > ORDER_ID_SIZE_MAX)
        return err_set(err, ERR_REJECT, "%s: is longer than %d bytes", field, ORDER_ID_SIZE_MAX);
    if (!str_is_utf8(id))
        return err_set(err, ERR_REJECT, "%s: is no UTF-8 text", field);
    for (size_t i = 0; i < id.size; i++)
        if ((unsigned char)id.data[i] < 0x20 || id.data[i] == 0x7f)
            return err_set(err, ERR_REJECT, "%s: has a control character", field);
    return true;
}

static bool sku_row_check_part(const struct sku_parts *parts, size_t i, struct err *err)
{
    const struct sku_part *part = &parts->items[i];

    if (!sku_row_check_id("sku", part->sku, err))
        return false;
    if (part->units < 1 || part->units > SKU_MAP_UNITS_MAX)
        return err_set(err, ERR_REJECT, "units: %lld of %.*s is outside 1..%d",
                       (long long)part->units, STR_ARG(part->sku), SKU_MAP_UNITS_MAX);
    for (size_t k = 0; k < i; k++)
        if (str_eq(parts->items[k].sku, part->sku))
            return err_set(err, ERR_REJECT, "sku: %.*s is there twice: give it once with its units",
                           STR_ARG(part->sku));
    return true;
}

bool sku_row_check(const struct sku_row *row, struct err *err)
{
    if (!sku_row_check_id("channel", row->channel, err) || !sku_row_check_id("code", row->code, err)
        || (row->shop.size > 0 && !sku_row_check_id("shop", row->shop, err)))
        return false;
    if (row->deleted != (row->parts.count == 0))
        return err_set(err, ERR_REJECT,
                       row->deleted ? "parts: a row taken back has none"
                                    : "parts: there is no SKU");
    if (row->parts.count > SKU_MAP_PARTS_MAX)
        return err_set(err, ERR_REJECT, "parts: %zu are more than %d", row->parts.count,
                       SKU_MAP_PARTS_MAX);
    for (size_t i = 0; i < row->parts.count; i++)
        if (!sku_row_check_part(&row->parts, i, err))
            return false;
    return true;
}

/* ---- the map ---- */

/* FNV-1a; the sizes go in too, so that texts do not run into each other. */
static uint64_t sku_map_hash_text(uint64_t hash, struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    return (hash ^ text.size) * UINT64_C(0x100000001b3);
}

static uint64_t sku_map_hash(struct str channel, struct str shop, struct str code)
{
    uint64_t hash = sku_map_hash_text(UINT64_C(0xcbf29ce484222325), channel);

    hash = sku_map_hash_text(sku_map_hash_text(hash, shop), code);
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15); /* FNV's low bits alone would cluster */
    return hash ^ hash >> 29;
}

/* The row's slot, or the free one where its search ends. */
static const struct sku_row **sku_map_slot(const struct sku_map *map, struct str channel,
                                           struct str shop, struct str code)
{
    size_t mask = map->slot_count - 1;

    for (size_t i = sku_map_hash(channel, shop, code) & mask;; i = (i + 1) & mask) {
        const struct sku_row *row = map->slots[i];

        if (!row
            || (str_eq(row->code, code) && str_eq(row->shop, shop)
                && str_eq(row->channel, channel)))
            return &map->slots[i];
    }
}

static void sku_map_put(struct sku_map *map, const struct sku_row *row)
{
    const struct sku_row **slot = sku_map_slot(map, row->channel, row->shop, row->code);

    map->row_count += !*slot;
    if (!*slot || (*slot)->version < row->version)
        *slot = row;
}

/* Room for so many rows more. */
static void sku_map_grow(struct sku_map *map, size_t more)
{
    const struct sku_row **slots = map->slots;
    size_t slot_count = map->slot_count, wanted = (map->row_count + more) * 2;

    if (wanted <= slot_count)
        return;
    for (map->slot_count = 16; map->slot_count < wanted;)
        map->slot_count *= 2;
    map->slots = ARENA_ARRAY(map->arena, const struct sku_row *, map->slot_count);
    map->row_count = 0;
    for (size_t i = 0; i < slot_count; i++)
        if (slots[i])
            sku_map_put(map, slots[i]);
}

void sku_map_add(struct sku_map *map, const struct sku_row *rows, size_t count, int64_t version)
{
    map->version = version;
    if (count == 0)
        return;
    sku_map_grow(map, count);
    for (size_t i = 0; i < count; i++)
        sku_map_put(map, &rows[i]);
}

struct sku_map *sku_map_build(struct arena *arena, const struct sku_row *rows, size_t count,
                              int64_t version)
{
    struct sku_map *map = ARENA_NEW(arena, struct sku_map);

    map->arena = arena;
    sku_map_add(map, rows, count, version);
    return map;
}

int64_t sku_map_version(const struct sku_map *map)
{
    return map ? map->version : 0;
}

static const struct sku_parts *sku_map_get(const struct sku_map *map, struct str channel,
                                           struct str shop, struct str code)
{
    if (code.size == 0)
        return NULL;
    const struct sku_row *row = *sku_map_slot(map, channel, shop, code);

    return row && !row->deleted ? &row->parts : NULL;
}

const struct sku_parts *sku_map_find(const struct sku_map *map, struct str channel, struct str shop,
                                     const struct order_line *line)
{
    const struct str shops[] = { shop, STR_NONE };

    if (!map || map->slot_count == 0)
        return NULL;
    for (size_t i = 0; i < 2; i++) {
        const struct sku_parts *parts = sku_map_get(map, channel, shops[i], line->platform_sku);

        if (!parts)
            parts = sku_map_get(map, channel, shops[i], line->merchant_code);
        if (parts)
            return parts;
    }
    return NULL;
}

struct str sku_map_plain(const struct order_line *line)
{
    return line->merchant_code.size > 0 ? line->merchant_code : line->platform_sku;
}

struct str sku_map_line_sku(const struct sku_map *map, const struct order *order,
                            const struct order_line *line)
{
    const struct sku_parts *parts = sku_map_find(map, order->channel, order->shop, line);

    return parts ? parts->items[0].sku : sku_map_plain(line);
}
