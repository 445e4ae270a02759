/* stock_store — see stock_store.h. Connection, prelude, CHANGE and the rebuild's calls. */
#include "store/stock_store.h"

#include <hiredis/hiredis.h>

#include "base/mem.h"
#include "stock_lua.h"
#include "store/stock_call.h"

#define STOCK_TIMEOUT_MS 15000

/* ---- connection ---- */

static const struct stock_condition_words {
    const char *name, *hint;
} stock_conditions[] = {
    [STOCK_CONDITION_UNKNOWN] = { "UNKNOWN", "it did not answer" },
    [STOCK_CONDITION_OPEN] = { "OPEN", "" },
    [STOCK_CONDITION_EMPTY] = { "EMPTY", "it will be rebuilt" },
    [STOCK_CONDITION_CLOSED] = { "CLOSED", "it is being rebuilt" },
    [STOCK_CONDITION_STALE] = { "STALE", "another epoch is in force" },
    [STOCK_CONDITION_SUSPECT] = { "SUSPECT",
                                  "another server than at its opening: it will be rebuilt" },
};
#define STOCK_CONDITION_COUNT (sizeof(stock_conditions) / sizeof(stock_conditions[0]))

const char *stock_condition_name(enum stock_condition condition)
{
    return (size_t)condition < STOCK_CONDITION_COUNT ? stock_conditions[condition].name
                                                     : "UNKNOWN";
}

bool stock_store_open(struct stock_store **store_out, const char *redis_url, struct err *err)
{
    struct stock_store *store = MEM_NEW(struct stock_store);

    if (!redis_open(&store->redis, redis_url, STOCK_TIMEOUT_MS, err)) {
        stock_store_close(store);
        return false;
    }
    *store_out = store;
    return true;
}

void stock_store_close(struct stock_store *store)
{
    if (store == NULL)
        return;
    redis_close(store->redis);
    mem_free(store);
}

void stock_store_set_epoch(struct stock_store *store, int64_t epoch)
{
    store->epoch = epoch;
}

int64_t stock_store_epoch(const struct stock_store *store)
{
    return store->epoch;
}

enum stock_condition stock_store_condition(const struct stock_store *store)
{
    return store->condition;
}

/* ---- one call ---- */

void stock_call_init(const struct stock_store *store, struct stock_args *args,
                     struct arena *arena, const char *name, size_t capacity)
{
    stock_args_init(args, arena, name, store->epoch, capacity);
}

bool stock_call_raw(struct stock_store *store, const struct stock_args *args,
                    struct stock_reply *reply_out, struct err *err)
{
    struct str script = { .data = (const char *)stock_lua, .size = sizeof(stock_lua) };
    struct redisReply *reply = NULL;

    if (!redis_script(store->redis, script, store->sha, args->items, args->count, &reply, err)) {
        store->condition = STOCK_CONDITION_UNKNOWN;
        return err_in(err, "stock store");
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
        redis_reply_free(reply);
        store->condition = STOCK_CONDITION_UNKNOWN;
        return err_set(err, ERR_RETRY, "stock store: an answer that is no list");
    }
    *reply_out = (struct stock_reply){ .reply = reply, .arena = args->arena };
    return true;
}

static enum stock_condition stock_call_condition(struct str word)
{
    for (size_t i = 0; i < STOCK_CONDITION_COUNT; i++)
        if (str_is(word, stock_conditions[i].name))
            return (enum stock_condition)i;
    return STOCK_CONDITION_UNKNOWN;
}

bool stock_call(struct stock_store *store, const struct stock_args *args,
                struct stock_reply *reply_out, struct err *err)
{
    struct stock_reply reply = { 0 };

    if (!stock_call_raw(store, args, &reply, err))
        return false;
    store->condition = stock_call_condition(stock_reply_take(&reply));
    if (store->condition == STOCK_CONDITION_OPEN) {
        *reply_out = reply;
        return true;
    }
    stock_call_end(&reply);
    return err_set(err, ERR_RETRY, "the stock store is %s: %s",
                   stock_condition_name(store->condition),
                   stock_conditions[store->condition].hint);
}

void stock_call_end(struct stock_reply *reply)
{
    redis_reply_free(reply->reply);
    reply->reply = NULL;
}

/* ---- CHANGE ---- */

static enum stock_outcome stock_store_outcome(struct str word)
{
    if (str_is(word, "SAID"))
        return STOCK_OUTCOME_SAID;
    if (str_is(word, "MOVED_ON"))
        return STOCK_OUTCOME_MOVED_ON;
    if (str_is(word, "BODY"))
        return STOCK_OUTCOME_BODY;
    if (str_is(word, "UNKNOWN"))
        return STOCK_OUTCOME_UNKNOWN_ORDER;
    return STOCK_OUTCOME_SILENT;
}

static struct str stock_store_order_of(const struct event *event)
{
    return event->kind == EVENT_ORDER_SNAPSHOT_TAKEN ? event->snapshot.order.order_id
                                                     : event->fact.order_id;
}

static void stock_store_take_answer(struct stock_reply *reply, struct stock_trace_maker *maker,
                                    const struct stock_ask *ask, struct stock_answer *answer)
{
    struct stock_record record;

    answer->outcome = stock_store_outcome(stock_reply_take(reply));
    struct str text = stock_reply_take(reply);

    if (text.size == 0)
        return;
    text = arena_copy(reply->arena, text);
    if (!stock_record_parse(&record, text)) {
        reply->short_of = true;
        return;
    }
    stock_record_answer(&record, reply->arena, answer);
    stock_trace_put(maker, stock_store_order_of(ask->event), text, stock_record_seq(&record));
}

static void stock_store_take_shortfalls(struct stock_reply *reply, struct stock_answers *answers)
{
    size_t count = (size_t)stock_reply_take_int(reply);

    if (count > stock_reply_left(reply)) {
        reply->short_of = true;
        return;
    }
    answers->shortfalls = ARENA_ARRAY(reply->arena, struct stock_shortfall, count + 1);
    answers->shortfall_count = count;
    for (size_t i = 0; i < count; i++) {
        struct stock_shortfall *s = &answers->shortfalls[i];

        s->sku = stock_reply_take_text(reply);
        s->missing = stock_reply_take_int(reply);
        s->as_of = stock_reply_take_int(reply);
        s->order_count = (size_t)stock_reply_take_int(reply);
        s->named_count = (size_t)stock_reply_take_int(reply);
        if (s->named_count > stock_reply_left(reply)) {
            reply->short_of = true;
            return;
        }
        s->orders = ARENA_ARRAY(reply->arena, struct str, s->named_count + 1);
        for (size_t k = 0; k < s->named_count; k++)
            s->orders[k] = stock_reply_take_text(reply);
    }
}

static bool stock_store_change_args(struct stock_store *store, struct arena *arena,
                                    const struct stock_ask *asks, size_t count, int64_t now_ms,
                                    struct stock_args *args, struct err *err)
{
    stock_call_init(store, args, arena, "CHANGE", 2 + count * 10);
    stock_args_put_int(args, now_ms);
    stock_args_put_int(args, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        if (!stock_pack_ask(args, &asks[i], err))
            return false;
    return true;
}

bool stock_store_change(struct stock_store *store, struct arena *arena,
                        const struct stock_ask *asks, size_t count, int64_t now_ms,
                        struct stock_answers *answers_out, struct err *err)
{
    struct stock_answers answers = { .count = count };
    struct stock_trace_maker maker;
    struct stock_args args;
    struct stock_reply reply = { 0 };

    if (!stock_store_change_args(store, arena, asks, count, now_ms, &args, err)
        || !stock_call(store, &args, &reply, err))
        return false;
    answers.items = ARENA_ARRAY(arena, struct stock_answer, count + 1);
    stock_trace_init(&maker, arena, &answers.trace, store->epoch, count);
    for (size_t i = 0; i < count; i++)
        stock_store_take_answer(&reply, &maker, &asks[i], &answers.items[i]);
    stock_trace_take_scalars(&maker, &reply);
    stock_trace_take_movements(&maker, &reply);
    stock_store_take_shortfalls(&reply, &answers);
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    *answers_out = answers;
    return true;
}

/* ---- rebuild ---- */

/* BEGIN, LOAD and OPEN say OK, or that the shard is no longer theirs. */
static bool stock_store_step(struct stock_store *store, const struct stock_args *args,
                             struct err *err)
{
    struct stock_reply reply = { 0 };

    if (!stock_call_raw(store, args, &reply, err))
        return false;
    bool ok = str_is(stock_reply_take(&reply), "OK");

    stock_call_end(&reply);
    if (!ok)
        return err_set(err, ERR_RETRY,
                       "stock store: another rebuild or another server came between; again");
    return true;
}

bool stock_store_begin(struct stock_store *store, int64_t epoch, struct err *err)
{
    struct arena *arena = arena_open(1 << 16);
    struct stock_args args;

    stock_args_init(&args, arena, "BEGIN", epoch, 0);
    bool ok = stock_store_step(store, &args, err);

    if (ok) {
        store->epoch = epoch;
        store->condition = STOCK_CONDITION_CLOSED;
    }
    arena_close(arena);
    return ok;
}

bool stock_store_load(struct stock_store *store, struct arena *arena,
                      const struct stock_trace *slice, struct err *err)
{
    struct stock_args args;

    stock_call_init(store, &args, arena, "LOAD",
                    3 + 3 * (slice->scalar_count + slice->movement_count)
                        + 2 * slice->record_count);
    stock_args_put_int(&args, (int64_t)slice->scalar_count);
    for (size_t i = 0; i < slice->scalar_count; i++) {
        stock_args_put_text(&args, slice->scalars[i].sku);
        stock_args_put_int(&args, slice->scalars[i].srev);
        stock_args_put(&args, slice->scalars[i].text);
    }
    stock_args_put_int(&args, (int64_t)slice->movement_count);
    for (size_t i = 0; i < slice->movement_count; i++) {
        stock_args_put_text(&args, slice->movements[i].sku);
        stock_args_put_text(&args, slice->movements[i].movement_id);
        stock_args_put(&args, slice->movements[i].text);
    }
    stock_args_put_int(&args, (int64_t)slice->record_count);
    for (size_t i = 0; i < slice->record_count; i++) {
        stock_args_put_text(&args, slice->records[i].order_id);
        stock_args_put(&args, slice->records[i].text);
    }
    return stock_store_step(store, &args, err);
}

bool stock_store_finish(struct stock_store *store, struct err *err)
{
    struct arena *arena = arena_open(1 << 16);
    struct stock_args args;

    stock_call_init(store, &args, arena, "OPEN", 0);
    bool ok = stock_store_step(store, &args, err);

    if (ok)
        store->condition = STOCK_CONDITION_OPEN;
    arena_close(arena);
    return ok;
}
