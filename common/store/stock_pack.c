/* stock_pack — see stock_pack.h. */
#include "store/stock_pack.h"

#include <string.h>

enum { STOCK_DLE = 16 };

/* ---- text ---- */

static bool stock_pack_is_special(char byte)
{
    return byte == STOCK_DLE || (byte >= STOCK_FS && byte <= STOCK_US);
}

struct str stock_pack_text(struct arena *arena, struct str text)
{
    size_t special = 0, size = 0;

    for (size_t i = 0; i < text.size; i++)
        special += stock_pack_is_special(text.data[i]);
    if (special == 0)
        return text;
    char *out = arena_alloc(arena, text.size + special);

    for (size_t i = 0; i < text.size; i++) {
        bool escape = stock_pack_is_special(text.data[i]);

        if (escape)
            out[size++] = STOCK_DLE;
        out[size++] = (char)(escape ? text.data[i] ^ 0x40 : text.data[i]);
    }
    return (struct str){ .data = out, .size = size };
}

struct str stock_pack_plain(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == STOCK_DLE && i + 1 < text.size)
            out[size++] = (char)(text.data[++i] ^ 0x40);
        else
            out[size++] = text.data[i];
    }
    return (struct str){ .data = out, .size = size };
}

/* ---- arguments ---- */

void stock_args_init(struct stock_args *args, struct arena *arena, const char *name,
                     int64_t epoch, size_t capacity)
{
    args->arena = arena;
    args->capacity = capacity + 2;
    args->items = ARENA_ARRAY(arena, struct str, args->capacity);
    args->count = 0;
    stock_args_put(args, str_of(name));
    stock_args_put_int(args, epoch);
}

void stock_args_put(struct stock_args *args, struct str text)
{
    if (args->count == args->capacity) {
        struct str *items = ARENA_ARRAY(args->arena, struct str, args->capacity * 2);

        memcpy(items, args->items, args->count * sizeof(*items));
        args->items = items;
        args->capacity *= 2;
    }
    args->items[args->count++] = text;
}

void stock_args_put_text(struct stock_args *args, struct str text)
{
    stock_args_put(args, stock_pack_text(args->arena, text));
}

void stock_args_put_int(struct stock_args *args, int64_t value)
{
    stock_args_put(args, arena_format(args->arena, "%lld", (long long)value));
}

void stock_args_put_list(struct stock_args *args, const struct str *items, size_t count)
{
    stock_args_put_int(args, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        stock_args_put_text(args, items[i]);
}

/* ---- lists ---- */

void stock_pack_put(struct buf *buf, struct str text, char separator)
{
    buf_put(buf, stock_pack_text(buf->arena, text));
    buf_put_byte(buf, separator);
}

void stock_pack_put_int(struct buf *buf, int64_t value, char separator)
{
    buf_put_int(buf, value);
    buf_put_byte(buf, separator);
}

struct str stock_pack_units(struct arena *arena, const struct stock_units *units, size_t count)
{
    struct buf buf;

    buf_init(&buf, arena, count * 32 + 1);
    for (size_t i = 0; i < count; i++) {
        stock_pack_put(&buf, units[i].sku, STOCK_GS);
        stock_pack_put_int(&buf, units[i].units, STOCK_RS);
    }
    return buf_str(&buf);
}

struct str stock_pack_reasons(struct arena *arena, const struct verdict *verdict)
{
    struct buf buf;

    buf_init(&buf, arena, verdict->reason_count * 96 + 1);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        stock_pack_put(&buf, verdict->reasons[i].rule, STOCK_FS);
        stock_pack_put(&buf, verdict->reasons[i].text, STOCK_FS);
    }
    return buf_str(&buf);
}

struct str stock_pack_parcels(struct arena *arena, const struct stock_plan_ask *ask,
                              int64_t number)
{
    struct buf buf;

    buf_init(&buf, arena, ask->plan.parcel_count * 96 + 1);
    for (size_t i = 0; i < ask->plan.parcel_count; i++) {
        const struct parcel *parcel = &ask->plan.parcels[i];

        stock_pack_put(&buf, stock_shipment_id(arena, ask->order_id, number, i), STOCK_GS);
        stock_pack_put(&buf, parcel->warehouse, STOCK_GS);
        stock_pack_put(&buf, parcel->carrier, STOCK_GS);
        stock_pack_put(&buf, str_of(parcel_state_name(PARCEL_STATE_PLANNED)), STOCK_GS);
        stock_pack_put_int(&buf, number, STOCK_GS);
        stock_pack_put_int(&buf, parcel->day, STOCK_GS);
        stock_pack_put_int(&buf, 0, STOCK_GS);
        for (size_t k = 0; k < parcel->item_count; k++) {
            stock_pack_put(&buf, parcel->items[k].sku, STOCK_FS);
            stock_pack_put_int(&buf, parcel->items[k].units, STOCK_FS);
        }
        buf_put_byte(&buf, STOCK_RS);
    }
    return buf_str(&buf);
}
