/* stock — see stock.h. */
#include "domain/stock.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/num.h"
#include "domain/names.h"

static const char *const stock_state_texts[] = {
    [STOCK_STATE_RESERVED] = "RESERVED",
    [STOCK_STATE_WAIT] = "WAIT",
    [STOCK_STATE_PRESOLD] = "PRESOLD",
    [STOCK_STATE_EXPIRED] = "EXPIRED",
    [STOCK_STATE_CANCELLING] = "CANCELLING",
    [STOCK_STATE_REPLANNING] = "REPLANNING",
    [STOCK_STATE_REFUSED] = "REFUSED",
    [STOCK_STATE_REJECTED] = "REJECTED",
    [STOCK_STATE_CANCELLED] = "CANCELLED",
    [STOCK_STATE_SHIPPED] = "SHIPPED",
};
static const struct names stock_state_names = NAMES(stock_state_texts);

static const char *const parcel_state_texts[] = {
    [PARCEL_STATE_PLANNED] = "planned",
    [PARCEL_STATE_STOPPING] = "stopping",
    [PARCEL_STATE_STOPPED] = "stopped",
    [PARCEL_STATE_SHIPPED] = "shipped",
};
static const struct names parcel_state_names = NAMES(parcel_state_texts);

static const char *const verdict_kind_texts[] = {
    [VERDICT_KIND_CLEAR] = "clear",
    [VERDICT_KIND_HELD] = "held",
    [VERDICT_KIND_REJECTED] = "rejected",
};
static const struct names verdict_kind_names = NAMES(verdict_kind_texts);

const char *stock_state_name(enum stock_state state)
{
    return names_get(&stock_state_names, (size_t)state);
}

enum stock_state stock_state_of(struct str name)
{
    return (enum stock_state)names_find(&stock_state_names, name);
}

bool stock_state_is_final(enum stock_state state)
{
    return state >= STOCK_STATE_REFUSED;
}

const char *parcel_state_name(enum parcel_state state)
{
    return names_get(&parcel_state_names, (size_t)state);
}

enum parcel_state parcel_state_of(struct str name)
{
    return (enum parcel_state)names_find(&parcel_state_names, name);
}

const char *verdict_kind_name(enum verdict_kind kind)
{
    return names_get(&verdict_kind_names, (size_t)kind);
}

enum verdict_kind verdict_kind_of(struct str name)
{
    return (enum verdict_kind)names_find(&verdict_kind_names, name);
}

/* What a line still wants: nothing once it left or was closed, less what was agreed to be
 * refunded. A refund without a quantity gives back money only. */
static int64_t stock_line_units(const struct order_line *line)
{
    int64_t units = line->quantity;

    if (line->stage >= ORDER_STAGE_SHIPPED)
        return 0;
    for (size_t i = 0; i < line->refund_count && units > 0; i++) {
        const struct order_refund *refund = &line->refunds[i];

        if (refund->state == REFUND_STATE_AGREED)
            units -= refund->quantity < units ? refund->quantity : units;
    }
    return units;
}

static int stock_units_compare(const void *a, const void *b)
{
    const struct stock_units *left = a, *right = b;

    return str_compare(left->sku, right->sku);
}

/* What `quantity` of a line are, appended to units: at most SKU_MAP_PARTS_MAX. */
static bool stock_line_parts(const struct sku_parts *parts, const struct order_line *line,
                             int64_t quantity, struct stock_units *units, size_t *count,
                             struct err *err)
{
    if (!parts) {
        units[(*count)++] = (struct stock_units){ .sku = sku_map_plain(line), .units = quantity };
        return true;
    }
    for (size_t i = 0; i < parts->count; i++) {
        struct stock_units *part = &units[*count];

        part->sku = parts->items[i].sku;
        if (!num_multiply(parts->items[i].units, quantity, &part->units))
            return err_set(err, ERR_REJECT, "lines: the units of SKU %.*s are beyond 2^53",
                           STR_ARG(part->sku));
        (*count)++;
    }
    return true;
}

/* Sorts, and sums what is of one SKU. */
static bool stock_units_sum(struct stock_units *units, size_t *count_inout, struct err *err)
{
    size_t count = 0;

    qsort(units, *count_inout, sizeof(units[0]), stock_units_compare);
    for (size_t i = 0; i < *count_inout; i++) {
        if (count == 0 || !str_eq(units[count - 1].sku, units[i].sku))
            units[count++] = units[i];
        else if (!num_add(units[count - 1].units, units[i].units, &units[count - 1].units))
            return err_set(err, ERR_REJECT, "lines: the quantities of SKU %.*s are beyond 2^53",
                           STR_ARG(units[i].sku));
    }
    *count_inout = count;
    return true;
}

bool stock_demand(struct arena *arena, const struct sku_map *map, const struct order *order,
                  struct stock_units **units_out, size_t *count_out, struct err *err)
{
    const struct sku_parts **parts = ARENA_ARRAY(arena, const struct sku_parts *,
                                                 order->line_count);
    size_t most = 0, count = 0;

    for (size_t i = 0; i < order->line_count; i++) {
        parts[i] = sku_map_find(map, order->channel, order->shop, &order->lines[i]);
        most += parts[i] ? parts[i]->count : 1;
    }
    struct stock_units *units = ARENA_ARRAY(arena, struct stock_units, most);

    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        int64_t quantity = stock_line_units(line);

        if (quantity > 0 && !stock_line_parts(parts[i], line, quantity, units, &count, err))
            return false;
    }
    if (!stock_units_sum(units, &count, err))
        return false;
    if (count > STOCK_DEMAND_MAX)
        return err_set(err, ERR_REJECT, "lines: they are %zu SKUs, more than %d", count,
                       STOCK_DEMAND_MAX);
    *units_out = units;
    *count_out = count;
    return true;
}

struct str stock_shipment_id(struct arena *arena, struct str order_id, int64_t plan_number,
                             size_t index)
{
    return HASH_ID(arena, order_id, arena_format(arena, "%lld", (long long)plan_number),
                   arena_format(arena, "%zu", index));
}
