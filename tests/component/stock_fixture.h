/*
 * stock_fixture — the stock store on the Redis of SLUICE_REDIS_URL, and a journal in memory.
 *
 * Facts are gathered with fx_snapshot(), fx_fact(), fx_count(), fx_move() and given to the store
 * with fx_run(), which keeps the trace as journal_store would: per order the highest seq, per
 * SKU the highest (epoch, srev), all movements. fx_forget() is a Redis that forgot, rebuilt from
 * that journal alone. Each test program has a database of its own (FX_DB), so that they run side
 * by side and beside a fleet; within it the tests own every key.
 */
#ifndef SLUICE_TESTS_STOCK_FIXTURE_H
#define SLUICE_TESTS_STOCK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <hiredis/hiredis.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/event.h"
#include "domain/stock.h"
#include "store/redis.h"
#include "store/stock_ask.h"

#define FX_ASKS_MAX 4096
#define FX_ROWS_MAX 20000
#define FX_DAY      20000 /* every parcel leaves on it, unless a test says otherwise */

struct fx_row {
    struct str key, sub, text;
    int64_t epoch, rank;
};

/* What PostgreSQL would hold. */
struct fx_journal {
    struct arena *arena;
    struct fx_row *records, *scalars, *movements;
    size_t record_count, scalar_count, movement_count;
};

struct fx {
    struct stock_store *stock;
    struct redis *redis;
    struct arena *arena; /* of the test */
    struct fx_journal journal;
    int64_t epoch, offset, raw_offset, now;
    struct stock_ask asks[FX_ASKS_MAX];
    struct event *events[FX_ASKS_MAX];
    size_t count;
    struct stock_answers answers;
    struct sku_map *map; /* fx_map(); NULL: every code is itself */
    struct sku_row rows[16];
    struct sku_part parts[16][4];
    size_t row_count;
    struct err err;
};

#define fx_assert(f, call) \
    do { \
        if (!(call)) \
            fail_msg("%s: %s: %s", #call, err_class_name((f)->err.class), (f)->err.text); \
    } while (0)

/* The test server's url without a database, and with FX_DB. */
static inline const char *fx_url(void)
{
    static char text[256];
    const char *url = getenv("SLUICE_REDIS_URL");

    if (url == NULL)
        fail_msg("SLUICE_REDIS_URL is not set: start a Redis (ops/stack up) and name it there");
    struct str host = str_of(url);

    for (size_t i = sizeof("redis://"); i < host.size; i++)
        if (host.data[i] == '/')
            host.size = i;
    (void)snprintf(text, sizeof(text), "%.*s/%d", STR_ARG(host), FX_DB);
    return text;
}

static inline struct str fx_str(struct fx *f, const char *text)
{
    return arena_copy(f->arena, str_of(text));
}

/* ---- raw Redis ---- */

static inline struct redisReply *fx_redis(struct fx *f, const char *a, const char *b,
                                          const char *c, const char *d)
{
    struct str args[] = { str_of(a), str_of(b), str_of(c), str_of(d) };
    struct redisReply *reply = NULL;

    fx_assert(f, redis_command(f->redis, args, a && b && c && d ? 4 : b && c ? 3 : b ? 2 : 1,
                               &reply, &f->err));
    return reply;
}

static inline void fx_redis_do(struct fx *f, const char *a, const char *b, const char *c,
                               const char *d)
{
    redis_reply_free(fx_redis(f, a, b, c, d));
}

/* ---- the journal ---- */

static inline struct fx_row *fx_row_of(struct fx_row *rows, size_t *count, struct str key,
                                       struct str sub)
{
    for (size_t i = 0; i < *count; i++)
        if (str_eq(rows[i].key, key) && str_eq(rows[i].sub, sub))
            return &rows[i];
    CHECK(*count < FX_ROWS_MAX);
    rows[*count] = (struct fx_row){ .epoch = -1 };
    return &rows[(*count)++];
}

static inline void fx_row_set(struct fx_journal *j, struct fx_row *row, struct str key,
                              struct str sub, int64_t epoch, int64_t rank, struct str text)
{
    if (row->epoch > epoch || (row->epoch == epoch && row->rank >= rank))
        return;
    *row = (struct fx_row){ .key = arena_copy(j->arena, key), .sub = arena_copy(j->arena, sub),
                            .text = arena_copy(j->arena, text), .epoch = epoch, .rank = rank };
}

static inline void fx_journal_put(struct fx_journal *j, const struct stock_trace *trace)
{
    for (size_t i = 0; i < trace->record_count; i++) {
        const struct stock_record_text *r = &trace->records[i];

        fx_row_set(j, fx_row_of(j->records, &j->record_count, r->order_id, STR_NONE),
                   r->order_id, STR_NONE, 0, r->seq, r->text);
    }
    for (size_t i = 0; i < trace->scalar_count; i++) {
        const struct stock_scalar_text *s = &trace->scalars[i];

        fx_row_set(j, fx_row_of(j->scalars, &j->scalar_count, s->sku, STR_NONE), s->sku,
                   STR_NONE, trace->epoch, s->srev, s->text);
    }
    for (size_t i = 0; i < trace->movement_count; i++) {
        const struct stock_movement_text *m = &trace->movements[i];

        fx_row_set(j, fx_row_of(j->movements, &j->movement_count, m->sku, m->movement_id),
                   m->sku, m->movement_id, 0, 0, m->text);
    }
}

/* The journal as slices of a rebuild: SKUs and movements first. */
static inline void fx_journal_slice(struct fx *f, struct stock_trace *trace, size_t from,
                                    size_t to)
{
    struct fx_journal *j = &f->journal;

    memset(trace, 0, sizeof(*trace));
    trace->scalars = ARENA_ARRAY(f->arena, struct stock_scalar_text, to - from + 1);
    trace->movements = ARENA_ARRAY(f->arena, struct stock_movement_text, to - from + 1);
    trace->records = ARENA_ARRAY(f->arena, struct stock_record_text, to - from + 1);
    for (size_t i = from; i < to; i++) {
        size_t k = i;

        if (k < j->scalar_count) {
            trace->scalars[trace->scalar_count++] = (struct stock_scalar_text){
                .sku = j->scalars[k].key, .srev = j->scalars[k].rank,
                .text = j->scalars[k].text };
            continue;
        }
        k -= j->scalar_count;
        if (k < j->movement_count) {
            trace->movements[trace->movement_count++] = (struct stock_movement_text){
                .sku = j->movements[k].key, .movement_id = j->movements[k].sub,
                .text = j->movements[k].text };
            continue;
        }
        k -= j->movement_count;
        trace->records[trace->record_count++] = (struct stock_record_text){
            .order_id = j->records[k].key, .seq = j->records[k].rank,
            .text = j->records[k].text };
    }
}

static inline size_t fx_journal_size(const struct fx_journal *j)
{
    return j->scalar_count + j->movement_count + j->record_count;
}

/* BEGIN, LOAD in slices of `slice`, OPEN, under the next epoch. */
static inline void fx_rebuild(struct fx *f, size_t slice)
{
    size_t size = fx_journal_size(&f->journal);

    f->epoch++;
    fx_assert(f, stock_store_begin(f->stock, f->epoch, &f->err));
    for (size_t from = 0; from < size; from += slice) {
        struct stock_trace trace;

        fx_journal_slice(f, &trace, from, from + slice < size ? from + slice : size);
        fx_assert(f, stock_store_load(f->stock, f->arena, &trace, &f->err));
    }
    fx_assert(f, stock_store_finish(f->stock, &f->err));
}

/* Redis forgot everything; what the journal holds comes back. */
static inline void fx_forget(struct fx *f)
{
    fx_redis_do(f, "DEL", "{0}:meta", NULL, NULL);
    fx_rebuild(f, 500);
}

/* ---- start and end ---- */

static inline struct fx *fx_open_at(const char *url)
{
    struct fx *f = calloc(1, sizeof(*f));

    CHECK(f != NULL);
    f->arena = arena_open((size_t)1 << 30);
    f->journal.arena = arena_open((size_t)1 << 30);
    f->journal.records = ARENA_ARRAY(f->journal.arena, struct fx_row, FX_ROWS_MAX);
    f->journal.scalars = ARENA_ARRAY(f->journal.arena, struct fx_row, FX_ROWS_MAX);
    f->journal.movements = ARENA_ARRAY(f->journal.arena, struct fx_row, FX_ROWS_MAX);
    f->now = INT64_C(1790000000000);
    f->offset = 100;
    fx_assert(f, redis_open(&f->redis, url, 10000, &f->err));
    fx_assert(f, stock_store_open(&f->stock, url, &f->err));
    fx_forget(f);
    return f;
}

static inline struct fx *fx_open(void)
{
    return fx_open_at(fx_url());
}

static inline int fx_setup(void **state)
{
    *state = fx_open();
    return 0;
}

static inline int fx_teardown(void **state)
{
    struct fx *f = *state;

    stock_store_close(f->stock);
    redis_close(f->redis);
    arena_close(f->journal.arena);
    arena_close(f->arena);
    free(f);
    return 0;
}

/* ---- facts ---- */

/* A fact at the next offset of its stream; time goes on a second. */
static inline struct event *fx_event(struct fx *f, enum event_kind kind)
{
    struct event *event = ARENA_NEW(f->arena, struct event);

    CHECK(f->count < FX_ASKS_MAX);
    f->now += 1000;
    event->kind = kind;
    event->time_ms = f->now;
    event->origin = (struct origin){ .topic = TOPIC_ORDERS_CHANGES, .generation = 1,
                                     .offset = ++f->offset };
    f->asks[f->count] = (struct stock_ask){ .event = event };
    f->events[f->count++] = event;
    return event;
}

static inline struct stock_ask *fx_ask(struct fx *f)
{
    return &f->asks[f->count - 1];
}

/* One line of an order; give it before fx_demand(). */
static inline void fx_line(struct fx *f, struct event *event, const char *line, const char *sku,
                           int64_t quantity)
{
    struct order *order = &event->snapshot.order;
    struct order_line *lines = ARENA_ARRAY(f->arena, struct order_line, order->line_count + 1);

    if (order->line_count > 0)
        memcpy(lines, order->lines, order->line_count * sizeof(*lines));
    lines[order->line_count] = (struct order_line){
        .line_id = fx_str(f, line), .merchant_code = fx_str(f, sku), .quantity = quantity,
        .kind = LINE_KIND_SPOT, .stage = order->stage };
    order->lines = lines;
    order->line_count++;
}

/* One of `code` is so many of `sku` in every shop of no channel, where the fixture's orders are;
 * given again, another part of the bundle. From the next fx_demand() on. */
static inline void fx_map(struct fx *f, const char *code, const char *sku, int64_t units)
{
    size_t i = 0;

    while (i < f->row_count && !str_is(f->rows[i].code, code))
        i++;
    CHECK(i < 16 && f->rows[i].parts.count < 4);
    f->row_count = i == f->row_count ? i + 1 : f->row_count;
    f->rows[i].code = fx_str(f, code);
    f->rows[i].version = 1;
    f->rows[i].parts.items = f->parts[i];
    f->parts[i][f->rows[i].parts.count++] =
        (struct sku_part){ .sku = fx_str(f, sku), .units = units };
    f->map = sku_map_build(f->arena, f->rows, f->row_count, 1);
}

/* The ask's demand from the order's lines. */
static inline void fx_demand(struct fx *f)
{
    struct stock_ask *ask = fx_ask(f);

    ask->map = f->map;
    fx_assert(f, stock_demand(f->arena, f->map, &f->events[f->count - 1]->snapshot.order,
                              &ask->demand, &ask->demand_count, &f->err));
}

/* A snapshot of one line "L1"; version and digest as given. */
static inline struct event *fx_snapshot(struct fx *f, const char *id, enum order_stage stage,
                                        int64_t version, const char *digest, const char *sku,
                                        int64_t quantity)
{
    struct event *event = fx_event(f, EVENT_ORDER_SNAPSHOT_TAKEN);
    struct order *order = &event->snapshot.order;

    order->order_id = fx_str(f, id);
    order->stage = stage;
    order->version = version;
    order->digest = fx_str(f, digest);
    order->placed_at = f->now;
    order->total_fen = 100;
    order->paid_fen = stage >= ORDER_STAGE_PAID ? 100 : 0;
    event->snapshot.raw_generation = 1;
    event->snapshot.raw_offset = ++f->raw_offset;
    order->json = arena_format(f->arena, "{\"raw\":%lld}", (long long)f->raw_offset);
    if (sku != NULL) {
        fx_line(f, event, "L1", sku, quantity);
        fx_demand(f);
    }
    return event;
}

static inline struct fact_body *fx_fact(struct fx *f, enum event_kind kind, const char *id)
{
    struct event *event = fx_event(f, kind);

    event->fact.order_id = fx_str(f, id);
    event->fact.at = f->now;
    return &event->fact;
}

static inline struct feed_body *fx_count(struct fx *f, const char *sku, const char *warehouse,
                                         int64_t quantity)
{
    struct event *event = fx_event(f, EVENT_STOCK_COUNTED);

    event->feed = (struct feed_body){ .sku = fx_str(f, sku), .warehouse = fx_str(f, warehouse),
                                      .quantity = quantity, .at = f->now };
    return &event->feed;
}

static inline struct feed_body *fx_move(struct fx *f, const char *sku, const char *warehouse,
                                        const char *id, int64_t delta)
{
    struct event *event = fx_event(f, EVENT_STOCK_MOVED);

    event->feed = (struct feed_body){ .sku = fx_str(f, sku), .warehouse = fx_str(f, warehouse),
                                      .movement_id = fx_str(f, id), .quantity = delta,
                                      .at = f->now };
    return &event->feed;
}

/* ---- calls ---- */

/* Gives the gathered facts to the store; not journaled, as if the worker died then. */
static inline struct stock_answer *fx_call(struct fx *f)
{
    fx_assert(f, stock_store_change(f->stock, f->arena, f->asks, f->count, f->now, &f->answers,
                                    &f->err));
    f->count = 0;
    return f->answers.items;
}

static inline struct stock_answer *fx_run(struct fx *f)
{
    struct stock_answer *answers = fx_call(f);

    fx_journal_put(&f->journal, &f->answers.trace);
    return answers;
}

static inline struct stock_order_view fx_order(struct fx *f, const char *id)
{
    struct str name = fx_str(f, id);
    struct stock_order_view view = { 0 };

    fx_assert(f, stock_store_orders(f->stock, f->arena, &name, 1, &view, &f->err));
    return view;
}

static inline struct stock_sku_view fx_sku(struct fx *f, const char *sku)
{
    struct str name = fx_str(f, sku);
    struct stock_sku_view view = { 0 };

    fx_assert(f, stock_store_skus(f->stock, f->arena, &name, 1, &view, &f->err));
    return view;
}

static inline size_t fx_sweep(struct fx *f, struct stock_nudge **nudges)
{
    size_t count = 0;

    fx_assert(f, stock_store_sweep(f->stock, f->arena, f->now, 1000, nudges, &count, &f->err));
    return count;
}

/* A verdict of one rule, noted and journaled. */
static inline struct stock_screen_answer fx_screen(struct fx *f, const char *id, int64_t rev,
                                                   enum verdict_kind kind, const char *rule)
{
    struct verdict_reason reason = { .rule = str_of(rule), .text = STR("单价低于底价") };
    struct stock_screen_ask ask = {
        .order_id = fx_str(f, id), .rev = rev,
        .verdict = { .kind = kind, .rules_version = STR("r1"), .reasons = &reason,
                     .reason_count = rule != NULL } };
    struct stock_screen_answer answer = { 0 };
    struct stock_trace trace;

    fx_assert(f, stock_store_screen(f->stock, f->arena, &ask, 1, &answer, &trace, &f->err));
    fx_journal_put(&f->journal, &trace);
    return answer;
}

/* A plan under construction; one parcel with one item unless more are added. */
struct fx_plan {
    struct stock_plan_ask ask;
    struct parcel parcels[4];
    struct stock_units items[4];
    struct stock_capacity capacities[2];
    size_t capacity_count; /* 0: no limits */
};

static inline void fx_plan_parcel(struct fx_plan *p, const char *warehouse, const char *sku,
                                  int64_t units)
{
    size_t i = p->ask.plan.parcel_count++;

    p->items[i] = (struct stock_units){ .sku = str_of(sku), .units = units };
    p->parcels[i] = (struct parcel){ .warehouse = str_of(warehouse), .carrier = STR("SF"),
                                     .day = FX_DAY, .items = &p->items[i], .item_count = 1 };
    p->ask.plan.parcels = p->parcels;
}

static inline void fx_plan_init(struct fx *f, struct fx_plan *p, const char *id, int64_t rev,
                                const char *digest)
{
    memset(p, 0, sizeof(*p));
    p->ask = (struct stock_plan_ask){
        .order_id = fx_str(f, id), .rev = rev, .digest = fx_str(f, digest),
        .at = f->now,
        .plan = { .rules_version = STR("p1"), .reason = STR("最近的仓"),
                  .runner_up = STR("广州仓，远 300 公里") } };
}

static inline void fx_plan_limit(struct fx_plan *p, const char *warehouse, int64_t per_day)
{
    p->capacities[p->capacity_count++] = (struct stock_capacity){ .warehouse = str_of(warehouse),
                                                                  .per_day = per_day };
}

static inline struct stock_plan_answer fx_plan_run(struct fx *f, struct fx_plan *p)
{
    struct stock_plan_answer answer = { 0 };
    struct stock_trace trace;

    fx_assert(f, stock_store_plan(f->stock, f->arena, &p->ask, 1, p->capacities,
                                  p->capacity_count, &answer, &trace, &f->err));
    fx_journal_put(&f->journal, &trace);
    return answer;
}

/* Plans all of one SKU from one warehouse, at the order's present rev. */
static inline struct stock_plan_answer fx_plan(struct fx *f, const char *id, const char *warehouse,
                                               const char *sku, int64_t units)
{
    struct stock_order_view view = fx_order(f, id);
    struct fx_plan p;

    fx_plan_init(f, &p, id, view.rev, "d");
    p.ask.digest = view.digest;
    fx_plan_parcel(&p, warehouse, sku, units);
    return fx_plan_run(f, &p);
}

#define assert_said(answer, rev_, state_) \
    do { \
        const struct stock_answer *said_ = (answer); \
        assert_int_equal(said_->outcome, STOCK_OUTCOME_SAID); \
        assert_int_equal(said_->rev, (rev_)); \
        assert_int_equal(said_->state, (state_)); \
    } while (0)

#define fx_assert_sku(f, name, physical_, held_, free_) \
    do { \
        struct stock_sku_view sku_view = fx_sku((f), (name)); \
        assert_int_equal(sku_view.physical, (physical_)); \
        assert_int_equal(sku_view.held, (held_)); \
        assert_int_equal(sku_view.free, (free_)); \
    } while (0)

#define assert_str(s, text) assert_true(str_is((s), (text)))

#endif
