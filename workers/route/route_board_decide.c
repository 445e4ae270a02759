/* route_board_decide — see route_board_decide.h. */
#include "route/route_board_decide.h"

#include <stdlib.h>

#define ROUTE_MINUTE_MS 60000
#define ROUTE_WEEK_DAY  3 /* 1970-01-01 was a Thursday; Monday is 0 */

struct route_board route_board_make(const struct route_policy *policy, struct arena *scratch,
                                    int64_t now_ms)
{
    return (struct route_board){
        .scratch = scratch,
        .policy = policy,
        .now_ms = now_ms,
        .today = (now_ms + ROUTE_CHINA_MS) / ROUTE_DAY_MS,
    };
}

static int route_board_compare(const void *a, const void *b)
{
    const struct route_free *x = a, *y = b;
    int order = str_compare(x->sku, y->sku);

    return order != 0 ? order : str_compare(x->warehouse, y->warehouse);
}

static size_t route_board_index(const struct route_policy *policy, struct str warehouse)
{
    for (size_t i = 0; i < policy->warehouse_count; i++) {
        if (str_eq(policy->warehouses[i].id, warehouse))
            return i;
    }
    return ROUTE_ANY;
}

void route_board_sort(struct route_board *board)
{
    if (board->row_count > 1)
        qsort(board->rows, board->row_count, sizeof *board->rows, route_board_compare);
    for (size_t i = 0; i < board->row_count; i++)
        board->rows[i].index = route_board_index(board->policy, board->rows[i].warehouse);
}

static size_t route_board_first(const struct route_board *board, struct str sku)
{
    size_t low = 0, high = board->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(board->rows[middle].sku, sku) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct route_free *route_board_rows(const struct route_board *board, struct str sku,
                                          size_t *count_out)
{
    size_t first = route_board_first(board, sku), end = first;

    while (end < board->row_count && str_eq(board->rows[end].sku, sku))
        end++;
    *count_out = end - first;
    return board->rows + first;
}

int64_t route_board_day(const struct route_board *board, size_t warehouse)
{
    const struct route_warehouse *it = &board->policy->warehouses[warehouse];
    int64_t minute = (board->now_ms + ROUTE_CHINA_MS) % ROUTE_DAY_MS / ROUTE_MINUTE_MS;

    for (int64_t i = minute < it->cut_off ? 0 : 1; i <= board->policy->horizon_days; i++) {
        int64_t day = board->today + i;

        if ((it->closed_on >> ((day + ROUTE_WEEK_DAY) % 7) & 1) == 0
            && board->used[warehouse][i] < it->capacity)
            return day;
    }
    return -1;
}

int64_t route_board_late(const struct route_board *board, size_t warehouse, int64_t day,
                         int64_t due_at)
{
    int64_t leaves = board->policy->warehouses[warehouse].leaves * ROUTE_MINUTE_MS;
    int64_t at = day * ROUTE_DAY_MS - ROUTE_CHINA_MS + leaves;

    return due_at > 0 && at > due_at ? (at - due_at + ROUTE_DAY_MS - 1) / ROUTE_DAY_MS : 0;
}

static struct route_free *route_board_row(struct route_board *board, struct str sku,
                                          size_t warehouse)
{
    for (size_t i = route_board_first(board, sku);
         i < board->row_count && str_eq(board->rows[i].sku, sku); i++) {
        if (board->rows[i].index == warehouse)
            return &board->rows[i];
    }
    return NULL;
}

void route_board_take(struct route_board *board, const struct parcel *parcel, int64_t sign)
{
    size_t warehouse = route_board_index(board->policy, parcel->warehouse);

    CHECK(warehouse != ROUTE_ANY);
    for (size_t i = 0; i < parcel->item_count; i++) {
        struct route_free *row = route_board_row(board, parcel->items[i].sku, warehouse);

        CHECK(row && row->units >= sign * parcel->items[i].units);
        row->units -= sign * parcel->items[i].units;
    }
    board->used[warehouse][parcel->day - board->today] += sign;
}
