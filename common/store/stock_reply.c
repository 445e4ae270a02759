/* stock_reply — see stock_reply.h. */
#include "store/stock_reply.h"

#include <hiredis/hiredis.h>
#include <string.h>

#include "base/num.h"
#include "store/stock_pack.h"

size_t stock_reply_left(const struct stock_reply *reply)
{
    return reply->reply->elements - reply->at;
}

struct str stock_reply_take(struct stock_reply *reply)
{
    if (reply->at >= reply->reply->elements
        || reply->reply->element[reply->at]->type != REDIS_REPLY_STRING) {
        reply->short_of = true;
        return STR_NONE;
    }
    const redisReply *item = reply->reply->element[reply->at++];

    return (struct str){ .data = item->str, .size = item->len };
}

struct str stock_reply_take_raw(struct stock_reply *reply)
{
    return arena_copy(reply->arena, stock_reply_take(reply));
}

struct str stock_reply_take_text(struct stock_reply *reply)
{
    return stock_pack_plain(reply->arena, stock_reply_take(reply));
}

int64_t stock_reply_take_int(struct stock_reply *reply)
{
    int64_t value = 0;

    if (!num_parse(stock_reply_take(reply), &value))
        reply->short_of = true;
    return value;
}

bool stock_reply_end(const struct stock_reply *reply, struct err *err)
{
    if (reply->short_of)
        return err_set(err, ERR_RETRY, "stock store: an answer that does not fit the question");
    return true;
}

/* ---- the trace ---- */

void stock_trace_init(struct stock_trace_maker *maker, struct arena *arena,
                      struct stock_trace *trace, int64_t epoch, size_t record_max)
{
    memset(trace, 0, sizeof(*trace));
    trace->epoch = epoch;
    trace->records = ARENA_ARRAY(arena, struct stock_record_text, record_max + 1);
    *maker = (struct stock_trace_maker){ .arena = arena, .seen = map_open(arena),
                                         .trace = trace, .record_max = record_max };
}

void stock_trace_put(struct stock_trace_maker *maker, struct str order_id, struct str text,
                     int64_t seq)
{
    struct stock_record_text *entry = map_get(maker->seen, order_id);

    if (entry == NULL) {
        CHECK(maker->trace->record_count < maker->record_max);
        entry = &maker->trace->records[maker->trace->record_count++];
        entry->order_id = arena_copy(maker->arena, order_id);
        map_put(maker->seen, entry->order_id, entry);
    }
    entry->text = text;
    entry->seq = seq;
}

void stock_trace_take_scalars(struct stock_trace_maker *maker, struct stock_reply *reply)
{
    struct stock_trace *trace = maker->trace;
    size_t count = (size_t)stock_reply_take_int(reply), kept = trace->scalar_count;

    if (count > stock_reply_left(reply)) {
        reply->short_of = true;
        return;
    }
    struct stock_scalar_text *all =
        ARENA_ARRAY(maker->arena, struct stock_scalar_text, kept + count + 1);

    if (kept > 0)
        memcpy(all, trace->scalars, kept * sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[kept + i].sku = stock_reply_take_text(reply);
        all[kept + i].srev = stock_reply_take_int(reply);
        all[kept + i].text = stock_reply_take_raw(reply);
    }
    trace->scalars = all;
    trace->scalar_count = kept + count;
}

void stock_trace_take_movements(struct stock_trace_maker *maker, struct stock_reply *reply)
{
    struct stock_trace *trace = maker->trace;
    size_t count = (size_t)stock_reply_take_int(reply);

    if (count > stock_reply_left(reply)) {
        reply->short_of = true;
        return;
    }
    trace->movements = ARENA_ARRAY(maker->arena, struct stock_movement_text, count + 1);
    trace->movement_count = count;
    for (size_t i = 0; i < count; i++) {
        trace->movements[i].sku = stock_reply_take_text(reply);
        trace->movements[i].movement_id = stock_reply_take_text(reply);
        trace->movements[i].text = stock_reply_take_raw(reply);
    }
}
