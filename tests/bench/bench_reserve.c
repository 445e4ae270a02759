/*
 * bench_reserve — the stock script in batches, and the two ceilings it is measured against.
 *
 *   bench_reserve --redis URL [--orders N] [--lines N] [--batch N] [--skus N] [--runs N]
 *
 * Three ways of promising the same orders, run by run in turn on the same Redis, which is emptied
 * before each:
 *   script  stock_store_change(), as reserve calls it
 *   bulk    one bare script call a batch that writes as many fields of the same size, by one HMGET
 *           and one HSET of the records, of the SKUs, and one HSET of who holds what. No protocol
 *   single  a bare script call a line, one round trip each, as most shops do it
 * Orders are made before the clock starts. Few SKUs sell most, as in a sale.
 */
#include <hiredis/hiredis.h>

#include "base/arena.h"
#include "bench_say.h"
#include "domain/stock.h"
#include "store/redis.h"
#include "store/stock_store.h"

#define BENCH_UNITS      1000000000
#define BENCH_SINGLE_MAX 10000 /* lines; more would only take longer */
#define BENCH_LINES_MAX  4
#define BENCH_BATCH_MAX  900 /* unpack() in the bare script has a limit near 8000 */

struct bench {
    const char *url;
    int64_t orders, lines, batch, skus, runs;
    struct redis *redis;
    struct arena *arena, *scratch; /* of the whole run; of one call */
    struct str *names;             /* SKUs */
    struct stock_ask *asks;
    int64_t promised, record_size; /* of the last `script` run */
};

/* ---- what is sold ---- */

static uint64_t bench_random(void)
{
    static uint64_t state = 20261111;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* One in eight SKUs takes half of all lines. */
static struct str bench_sku(const struct bench *self)
{
    uint64_t a = bench_random() % 1000, b = bench_random() % 1000, c = bench_random() % 1000;

    return self->names[a * b * c * (uint64_t)self->skus / 1000000000];
}

static void bench_line(const struct bench *self, struct order_line *line, int64_t number)
{
    *line = (struct order_line){
        .line_id = arena_format(self->arena, "69100000000000%06lld", (long long)number),
        .merchant_code = bench_sku(self),
        .quantity = 1,
        .kind = LINE_KIND_SPOT,
        .stage = ORDER_STAGE_PAID,
    };
}

static void bench_make_order(struct bench *self, struct stock_ask *ask, int64_t number)
{
    struct event *event = ARENA_NEW(self->arena, struct event);
    struct order *order = &event->snapshot.order;
    struct err err;

    event->kind = EVENT_ORDER_SNAPSHOT_TAKEN;
    event->time_ms = INT64_C(1794326400000) + number;
    event->origin = (struct origin){ .topic = TOPIC_ORDERS_CHANGES, .generation = 1,
                                     .offset = number + 1 };
    order->order_id = arena_format(self->arena, "douyin:9000001:6910000000%09lld",
                                   (long long)number);
    order->stage = ORDER_STAGE_PAID;
    order->version = event->time_ms;
    order->digest = arena_format(self->arena, "%032llx", (unsigned long long)number * 2654435761);
    order->placed_at = event->time_ms;
    order->total_fen = 9900;
    order->paid_fen = 9900;
    order->line_count = (size_t)self->lines;
    order->lines = ARENA_ARRAY(self->arena, struct order_line, order->line_count);
    for (size_t i = 0; i < order->line_count; i++)
        bench_line(self, &order->lines[i], number * self->lines + (int64_t)i);
    event->snapshot.raw_generation = 1;
    event->snapshot.raw_offset = number + 1;
    ask->event = event;
    bench_must(stock_demand(self->arena, NULL, order, &ask->demand, &ask->demand_count, &err),
               &err);
}

static void bench_make(struct bench *self)
{
    self->names = ARENA_ARRAY(self->arena, struct str, (size_t)self->skus);
    for (int64_t i = 0; i < self->skus; i++)
        self->names[i] = arena_format(self->arena, "SKU-%04lld", (long long)i + 1);
    self->asks = ARENA_ARRAY(self->arena, struct stock_ask, (size_t)self->orders);
    for (int64_t i = 0; i < self->orders; i++)
        bench_make_order(self, &self->asks[i], i);
}

/* ---- Redis ---- */

static struct redisReply *bench_call(struct bench *self, const struct str *args, size_t count)
{
    struct redisReply *reply = NULL;
    struct err err;

    bench_must(redis_command(self->redis, args, count, &reply, &err), &err);
    return reply;
}

static void bench_empty(struct bench *self)
{
    redis_reply_free(bench_call(self, (struct str[]){ STR("FLUSHALL") }, 1));
}

static double bench_info(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    return at != NULL ? atof(at + strlen(name)) : 0;
}

static int64_t bench_redis_cpu_us(struct bench *self)
{
    struct redisReply *reply = bench_call(self, (struct str[]){ STR("INFO"), STR("cpu") }, 2);
    double seconds = bench_info(reply->str, "used_cpu_sys:")
                     + bench_info(reply->str, "used_cpu_user:");

    redis_reply_free(reply);
    return (int64_t)(seconds * 1e6);
}

struct bench_mark {
    int64_t wall_us, own_us, redis_us;
};

static struct bench_mark bench_start(struct bench *self)
{
    struct bench_mark mark = { .redis_us = bench_redis_cpu_us(self) };

    mark.own_us = bench_own_cpu_us();
    mark.wall_us = clock_monotonic_us();
    return mark;
}

static void bench_stop(struct bench *self, const char *what, int64_t count, struct bench_mark mark)
{
    int64_t took_us = clock_monotonic_us() - mark.wall_us;
    int64_t own_us = bench_own_cpu_us() - mark.own_us;

    bench_say(what, count, took_us, own_us, bench_redis_cpu_us(self) - mark.redis_us);
}

/* ---- script: the real one ---- */

static void bench_stock(struct bench *self, struct stock_store *stock)
{
    struct stock_ask *asks = ARENA_ARRAY(self->scratch, struct stock_ask, (size_t)self->skus);
    struct stock_answers answers;
    struct err err;

    for (int64_t i = 0; i < self->skus; i++) {
        struct event *event = ARENA_NEW(self->scratch, struct event);

        event->kind = EVENT_STOCK_COUNTED;
        event->origin = (struct origin){ .topic = TOPIC_STOCK_FEED, .generation = 1,
                                         .offset = i + 1 };
        event->feed = (struct feed_body){ .sku = self->names[i], .warehouse = STR("HZ"),
                                          .quantity = BENCH_UNITS, .at = 1 };
        asks[i].event = event;
    }
    bench_must(stock_store_change(stock, self->scratch, asks, (size_t)self->skus, 1, &answers,
                                  &err), &err);
    arena_reset(self->scratch);
}

static void bench_count(struct bench *self, const struct stock_answers *answers)
{
    for (size_t i = 0; i < answers->count; i++)
        self->promised += answers->items[i].state == STOCK_STATE_RESERVED;
    for (size_t i = 0; i < answers->trace.record_count; i++)
        self->record_size += (int64_t)answers->trace.records[i].text.size;
}

static void bench_script(struct bench *self)
{
    struct stock_store *stock;
    struct bench_mark mark;
    struct err err;

    bench_empty(self);
    bench_must(stock_store_open(&stock, self->url, &err), &err);
    bench_must(stock_store_begin(stock, 1, &err), &err);
    bench_must(stock_store_finish(stock, &err), &err);
    stock_store_set_epoch(stock, 1);
    bench_stock(self, stock);
    self->promised = self->record_size = 0;
    mark = bench_start(self);
    for (int64_t i = 0; i < self->orders; i += self->batch) {
        int64_t count = self->orders - i < self->batch ? self->orders - i : self->batch;
        struct stock_answers answers;

        bench_must(stock_store_change(stock, self->scratch, &self->asks[i], (size_t)count,
                                      INT64_C(1794326400000), &answers, &err), &err);
        bench_count(self, &answers);
        arena_reset(self->scratch);
    }
    bench_stop(self, "script", self->orders, mark);
    stock_store_close(stock);
    if (self->promised != self->orders)
        bench_die("script", "not every order was promised, though there is stock for all");
    self->record_size /= self->orders;
}

/* ---- bulk: as many hash writes, nothing else ---- */

static const char bench_bulk_text[] =
    "local lines, at = tonumber(ARGV[1]), 2\n"
    "local ids, records, held, skus, want = {}, {}, {}, {}, {}\n"
    "while ARGV[at] do\n"
    "    ids[#ids + 1] = ARGV[at]\n"
    "    records[#records + 1] = ARGV[at]\n"
    "    records[#records + 1] = ARGV[at + 1]\n"
    "    for i = at + 2, at + 1 + lines do\n"
    "        local sku = ARGV[i]\n"
    "        if not want[sku] then\n"
    "            want[sku] = 0\n"
    "            skus[#skus + 1] = sku\n"
    "        end\n"
    "        want[sku] = want[sku] + 1\n"
    "        held[#held + 1] = sku .. ARGV[at]\n"
    "        held[#held + 1] = '1'\n"
    "    end\n"
    "    at = at + 2 + lines\n"
    "end\n"
    "redis.call('HMGET', 'bench:rec', unpack(ids))\n"
    "local left, put = redis.call('HMGET', 'bench:sku', unpack(skus)), {}\n"
    "for i, sku in ipairs(skus) do\n"
    "    put[2 * i - 1] = sku\n"
    "    put[2 * i] = string.format('%.0f', (tonumber(left[i] or 1000000000)) - want[sku])\n"
    "end\n"
    "redis.call('HSET', 'bench:rec', unpack(records))\n"
    "redis.call('HSET', 'bench:held', unpack(held))\n"
    "redis.call('HSET', 'bench:sku', unpack(put))\n"
    "return #ids\n";

static size_t bench_put_order(const struct bench *self, struct str *args, int64_t number,
                              struct str record)
{
    const struct order *order = &self->asks[number].event->snapshot.order;
    size_t count = 0;

    args[count++] = order->order_id;
    args[count++] = record;
    for (size_t i = 0; i < order->line_count; i++)
        args[count++] = order->lines[i].merchant_code;
    return count;
}

static struct str bench_record(struct bench *self)
{
    char *text = arena_alloc(self->arena, (size_t)self->record_size + 1);

    memset(text, 'r', (size_t)self->record_size);
    return (struct str){ text, (size_t)self->record_size };
}

/* Calls the script with `batch` orders a call, `orders` in all. */
static void bench_bare(struct bench *self, const char *what, int64_t orders, int64_t batch)
{
    struct str *args = ARENA_ARRAY(self->scratch, struct str,
                                   (size_t)(batch * (self->lines + 2) + 1));
    struct str record = bench_record(self);
    struct redisReply *reply;
    struct bench_mark mark;
    char sha[41] = "";
    struct err err;

    bench_empty(self);
    args[0] = arena_format(self->arena, "%lld", (long long)self->lines);
    mark = bench_start(self);
    for (int64_t i = 0; i < orders; i += batch) {
        size_t count = 1;

        for (int64_t k = i; k < orders && k < i + batch; k++)
            count += bench_put_order(self, args + count, k, record);
        bench_must(redis_script(self->redis, str_of(bench_bulk_text), sha, args, count, &reply,
                                &err), &err);
        redis_reply_free(reply);
    }
    bench_stop(self, what, orders, mark);
    arena_reset(self->scratch);
}

/* ---- single: a round trip a line ---- */

static const char bench_single_text[] =
    "local left = tonumber(redis.call('HGET', 'bench:sku', ARGV[3]) or 1000000000)\n"
    "if redis.call('HGET', 'bench:rec', ARGV[1]) or left < 1 then\n"
    "    return 0\n"
    "end\n"
    "redis.call('HSET', 'bench:rec', ARGV[1], ARGV[2])\n"
    "redis.call('HSET', 'bench:sku', ARGV[3], string.format('%.0f', left - 1))\n"
    "return 1\n";

static void bench_single(struct bench *self)
{
    int64_t orders = self->orders * self->lines < BENCH_SINGLE_MAX
                         ? self->orders : BENCH_SINGLE_MAX / self->lines;
    struct str record = bench_record(self);
    struct bench_mark mark;
    char sha[41] = "";
    struct err err;

    bench_empty(self);
    mark = bench_start(self);
    for (int64_t i = 0; i < orders; i++) {
        const struct order *order = &self->asks[i].event->snapshot.order;

        for (size_t k = 0; k < order->line_count; k++) {
            struct str args[] = { order->lines[k].line_id, record,
                                  order->lines[k].merchant_code };
            struct redisReply *reply;

            bench_must(redis_script(self->redis, str_of(bench_single_text), sha, args, 3, &reply,
                                    &err), &err);
            redis_reply_free(reply);
        }
    }
    bench_stop(self, "single", orders, mark);
}

int main(int argc, char **argv)
{
    struct bench self = {
        .url = bench_word(argc, argv, "--redis", NULL),
        .orders = bench_number(argc, argv, "--orders", "50000"),
        .lines = bench_number(argc, argv, "--lines", "1"),
        .batch = bench_number(argc, argv, "--batch", "512"),
        .skus = bench_number(argc, argv, "--skus", "300"),
        .runs = bench_number(argc, argv, "--runs", "3"),
    };
    struct err err;

    if (self.lines < 1 || self.lines > BENCH_LINES_MAX || self.batch < 1
        || self.batch > BENCH_BATCH_MAX || self.skus < 1 || self.orders < self.batch)
        bench_die("arguments", "lines 1 to 4, batch 1 to 900, one SKU, orders for one batch");
    self.arena = arena_open((size_t)4 << 30);
    self.scratch = arena_open((size_t)1 << 30);
    bench_must(redis_open(&self.redis, self.url, 10000, &err), &err);
    bench_make(&self);
    for (int64_t i = 0; i < self.runs; i++) {
        bench_script(&self);
        bench_bare(&self, "bulk", self.orders, self.batch);
        bench_single(&self);
    }
    redis_close(self.redis);
    arena_close(self.scratch);
    arena_close(self.arena);
    return 0;
}
