/* stock_stranger — see stock_stranger.h; the lines' text is made in stock_pack_fact.c. */
#include "store/stock_stranger.h"

#include "store/stock_call.h"

bool stock_store_strangers(struct stock_store *store, struct arena *arena, size_t count_max,
                           struct stock_waiter_cursor *cursor_inout,
                           struct stock_waiter **waiters_out, size_t *count_out, struct err *err)
{
    struct stock_waiter_cursor cursor;
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, "STRANGERS", 3);
    stock_args_put_text(&args, cursor_inout->sku);
    stock_args_put_int(&args, cursor_inout->rank);
    stock_args_put_int(&args, (int64_t)count_max);
    if (!stock_call(store, &args, &reply, err))
        return false;
    cursor.sku = stock_reply_take_text(&reply);
    cursor.rank = stock_reply_take_int(&reply);
    size_t count = stock_reply_left(&reply) / 4;
    struct stock_waiter *waiters = ARENA_ARRAY(arena, struct stock_waiter, count + 1);

    for (size_t i = 0; i < count; i++) {
        waiters[i].order_id = stock_reply_take_text(&reply);
        waiters[i].rev = stock_reply_take_int(&reply);
        waiters[i].digest = stock_reply_take_text(&reply);
        waiters[i].lines = stock_reply_take_raw(&reply);
    }
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    *cursor_inout = cursor;
    *waiters_out = waiters;
    *count_out = count;
    return true;
}
