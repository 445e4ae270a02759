/*
 * rules_try_route — from where, and by whom, an order would have been sent (rules_try.h).
 *
 * Each order is planned by itself: on the stock of now, with the units of its own parcels given
 * back, on the present time, with days as free as they are. What differs is the rules' doing.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/rules_try.h"
#include "route/route_decide.h"
#include "route/route_policy_decide.h"
#include "store/journal_store.h"
#include "store/sku_store.h"
#include "store/stock_ask.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

#define TRY_SCRATCH_MAX ((size_t)256 << 20)

struct try_route {
    struct stock_store *stock;
    struct journal_store *journal;
    struct sku_store *skus;
    struct arena *scratch;
    int64_t now_ms;
};

static bool try_route_open(struct try_route *desk, struct cli *cli, struct err *err)
{
    *desk = (struct try_route){ .scratch = arena_open(TRY_SCRATCH_MAX), .now_ms = clock_now_ms() };
    return stock_store_open(&desk->stock, cli->redis_url, err)
           && journal_store_open(&desk->journal, cli->pg_url, "cli", err)
           && sku_store_open(&desk->skus, cli->pg_url, err) && sku_store_refresh(desk->skus, err)
           && stock_recover(desk->stock, desk->journal, false, NULL, err);
}

static void try_route_close(struct try_route *desk)
{
    sku_store_close(desk->skus);
    journal_store_close(desk->journal);
    stock_store_close(desk->stock);
    arena_close(desk->scratch);
}

/* ---- the board ---- */

static bool try_route_look(struct try_route *desk, const struct rules_page *page,
                           struct route_board *board, struct err *err)
{
    size_t days_each = (size_t)board->policy->horizon_days + 1, sku_count = 0, look_count;
    size_t day_count = board->policy->warehouse_count * days_each;
    struct stock_day *days = ARENA_ARRAY(page->arena, struct stock_day, day_count);
    int64_t *used = ARENA_ARRAY(page->arena, int64_t, day_count);
    struct map *seen = map_open(page->arena);
    struct stock_look *looks;

    for (size_t i = 0; i < page->count; i++)
        for (size_t j = 0; j < page->rows[i].item_count; j++)
            map_put(seen, page->rows[i].items[j].sku, (void *)&page->rows[i].items[j]);
    struct str *skus = ARENA_ARRAY(page->arena, struct str, map_count(seen));

    for (; sku_count < map_count(seen); sku_count++)
        (void)map_at(seen, sku_count, &skus[sku_count]);
    for (size_t i = 0; i < day_count; i++)
        days[i] = (struct stock_day){ .warehouse = board->policy->warehouses[i / days_each].id,
                                      .day = board->today + (int64_t)(i % days_each) };
    if (!stock_store_look(desk->stock, page->arena, skus, sku_count, days, day_count, &looks,
                          &look_count, used, err))
        return false;
    board->rows = ARENA_ARRAY(page->arena, struct route_free, look_count);
    board->row_count = look_count;
    for (size_t i = 0; i < look_count; i++)
        board->rows[i] = (struct route_free){ .sku = looks[i].sku,
                                              .warehouse = looks[i].warehouse,
                                              .units = looks[i].units };
    route_board_sort(board);
    for (size_t i = 0; i < day_count; i++)
        board->used[i / days_each][i % days_each] = used[i];
    return true;
}

/* The order's own parcels, as if they were not planned: sign −1 gives back, +1 takes again. */
static void try_route_own(struct arena *arena, struct route_board *board,
                          const struct order_window_view *row, int64_t sign)
{
    for (size_t i = 0; i < row->item_count; i++) {
        const struct order_window_item *item = &row->items[i];
        struct stock_units *units = ARENA_NEW(arena, struct stock_units);
        struct parcel parcel = {
            .warehouse = item->warehouse, .items = units, .item_count = 1, .day = board->today
        };

        *units = (struct stock_units){ .sku = item->sku, .units = item->units };
        if (item->warehouse.size > 0)
            route_board_take(board, &parcel, sign);
    }
}

/* ---- one order ---- */

static int try_route_compare(const void *a, const void *b)
{
    return str_compare(((const struct stock_units *)a)->sku, ((const struct stock_units *)b)->sku);
}

static struct answer_body try_route_answer(struct arena *arena, const struct order_window_view *row,
                                           const struct order *order)
{
    struct stock_units *claimed = ARENA_ARRAY(arena, struct stock_units, row->item_count);
    size_t count = 0;

    for (size_t i = 0; i < row->item_count; i++)
        claimed[i] = (struct stock_units){ .sku = row->items[i].sku, .units = row->items[i].units };
    if (row->item_count > 0)
        qsort(claimed, row->item_count, sizeof *claimed, try_route_compare);
    for (size_t i = 0; i < row->item_count; i++) {
        if (count > 0 && str_eq(claimed[count - 1].sku, claimed[i].sku))
            claimed[count - 1].units += claimed[i].units;
        else
            claimed[count++] = claimed[i];
    }
    return (struct answer_body){
        .order_id = row->order_id,
        .rev = row->rev,
        .digest = row->digest,
        .state = STOCK_STATE_RESERVED,
        .paid = true,
        .claimed = claimed,
        .claimed_count = count,
        .verdict = { .kind = VERDICT_KIND_CLEAR },
        .order = *order,
    };
}

static int try_route_compare_names(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* "GZ/SF + HZ/ZTO": sorted, each once. */
static struct str try_route_join(struct arena *arena, struct str *names, size_t count)
{
    struct buf buf;

    buf_init(&buf, arena, 64);
    if (count > 0)
        qsort(names, count, sizeof *names, try_route_compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && str_eq(names[i], names[i - 1]))
            continue;
        buf_put_format(&buf, "%s%.*s", buf.size > 0 ? " + " : "", STR_ARG(names[i]));
    }
    return buf_str(&buf);
}

static struct str try_route_name(struct arena *arena, struct str warehouse, struct str carrier)
{
    return arena_format(arena, "%.*s/%.*s", STR_ARG(warehouse), STR_ARG(carrier));
}

static struct str try_route_word(struct arena *arena, const struct plan *plan)
{
    struct str *names = ARENA_ARRAY(arena, struct str, plan->parcel_count);

    for (size_t i = 0; i < plan->parcel_count; i++)
        names[i] = try_route_name(arena, plan->parcels[i].warehouse, plan->parcels[i].carrier);
    return try_route_join(arena, names, plan->parcel_count);
}

/* How its newest plan sends it; empty: it has none. */
static struct str try_route_actual(struct arena *arena, const struct order_window_view *row)
{
    struct str *names = ARENA_ARRAY(arena, struct str, row->item_count);
    size_t count = 0;

    for (size_t i = 0; i < row->item_count; i++)
        if (row->items[i].warehouse.size > 0)
            names[count++] = try_route_name(arena, row->items[i].warehouse, row->items[i].carrier);
    return try_route_join(arena, names, count);
}

static struct rules_outcome try_route_one(const struct rules_page *page, struct route_board *board,
                                          size_t i)
{
    struct answer_body answer = try_route_answer(page->arena, &page->rows[i], &page->orders[i]);
    struct plan plan;
    struct str why;

    if (answer.claimed_count == 0)
        return (struct rules_outcome){ .word = STR_NONE }; /* nothing was ever to be sent */
    if (!route_decide(page->arena, &answer, board, &plan, &why))
        return (struct rules_outcome){ .word = STR("unroutable"), .why = why };
    for (size_t p = 0; p < plan.parcel_count; p++)
        route_board_take(board, &plan.parcels[p], -1);
    return (struct rules_outcome){ .word = try_route_word(page->arena, &plan), .why = plan.reason };
}

static bool try_route_side(struct try_route *desk, const struct rules_page *page,
                           enum rules_side side, struct err *err)
{
    struct route_policy policy;
    struct route_board board;

    if (!route_policy_make(page->arena, page->sets[side], &policy, err))
        return false;
    board = route_board_make(&policy, desk->scratch, desk->now_ms);
    board.map = sku_store_map(desk->skus);
    if (!try_route_look(desk, page, &board, err))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        try_route_own(page->arena, &board, &page->rows[i], -1);
        page->outcomes[side][i] = try_route_one(page, &board, i);
        try_route_own(page->arena, &board, &page->rows[i], 1);
    }
    return true;
}

bool rules_try_route(const struct rules_page *page, struct err *err)
{
    struct try_route desk;

    for (size_t i = 0; i < page->count; i++)
        page->actual[i] = try_route_actual(page->arena, &page->rows[i]);

    bool fine = try_route_open(&desk, page->cli, err)
                && try_route_side(&desk, page, RULES_SIDE_NOW, err)
                && try_route_side(&desk, page, RULES_SIDE_DRAFT, err);

    try_route_close(&desk);
    return fine;
}
