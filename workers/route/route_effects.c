#include "route/route_effects.h"

#include "base/map.h"

#define ROUTE_ROUNDS_MAX 3 /* LOOKs before an order counts as unroutable */

struct route_work route_sort(struct batch *batch)
{
    struct route_work work = {
        .jobs = ARENA_ARRAY(batch->arena, struct route_job, batch->count),
        .bodies = ARENA_ARRAY(batch->arena, struct order_body, batch->count),
    };

    for (size_t i = 0; i < batch->count; i++) {
        if (route_decide_way(&batch->events[i].answer) == ROUTE_WAY_PLAN)
            work.jobs[work.job_count++].cause = &batch->events[i];
    }
    return work;
}

/* Every SKU of the open jobs, once. */
static struct str *route_skus(struct batch *batch, const struct route_work *work, size_t *count_out)
{
    struct map *seen = map_open(batch->arena);

    for (size_t j = 0; j < work->job_count; j++) {
        const struct answer_body *answer = &work->jobs[j].cause->answer;

        for (size_t i = 0; i < answer->claimed_count && !work->jobs[j].done; i++)
            map_put(seen, answer->claimed[i].sku, &answer->claimed[i]);
    }
    struct str *skus = ARENA_ARRAY(batch->arena, struct str, map_count(seen));

    for (size_t i = 0; i < map_count(seen); i++)
        (void)map_at(seen, i, &skus[i]);
    *count_out = map_count(seen);
    return skus;
}

/* Each warehouse on each day within the horizon. */
static struct stock_day *route_days(struct batch *batch, const struct route_board *board,
                                    size_t *count_out)
{
    const struct route_policy *policy = board->policy;
    size_t days = (size_t)policy->horizon_days + 1, count = 0;
    struct stock_day *list = ARENA_ARRAY(batch->arena, struct stock_day,
                                         policy->warehouse_count * days);

    for (size_t w = 0; w < policy->warehouse_count; w++) {
        for (size_t d = 0; d < days; d++)
            list[count++] = (struct stock_day){ .warehouse = policy->warehouses[w].id,
                                                .day = board->today + (int64_t)d };
    }
    *count_out = count;
    return list;
}

/* What is free of the open jobs' SKUs, and what is planned for the next days. */
static bool route_look(struct route *self, struct batch *batch, const struct route_work *work,
                       struct route_board *board, struct err *err)
{
    size_t sku_count, day_count, look_count;
    struct str *skus = route_skus(batch, work, &sku_count);
    struct stock_day *days = route_days(batch, board, &day_count);
    int64_t *used = ARENA_ARRAY(batch->arena, int64_t, day_count);
    struct stock_look *looks;

    if (!stock_store_look(self->stock, batch->arena, skus, sku_count, days, day_count, &looks,
                          &look_count, used, err))
        return false;
    board->rows = ARENA_ARRAY(batch->arena, struct route_free, look_count);
    board->row_count = look_count;
    for (size_t i = 0; i < look_count; i++)
        board->rows[i] = (struct route_free){ .sku = looks[i].sku,
                                              .warehouse = looks[i].warehouse,
                                              .units = looks[i].units };
    route_board_sort(board);
    for (size_t i = 0, days_each = (size_t)self->policy.horizon_days + 1; i < day_count; i++)
        board->used[i / days_each][i % days_each] = used[i];
    return true;
}

/* One round: the open jobs are decided and asked in one call. */
static struct stock_plan_ask route_ask(struct batch *batch, struct route_job *job,
                                       struct route_board *board)
{
    const struct answer_body *answer = &job->cause->answer;
    struct stock_plan_ask ask = {
        .order_id = answer->order_id,
        .rev = answer->rev,
        .digest = answer->digest,
        .at = job->cause->time_ms,
    };

    job->why = STR_NONE;
    ask.unroutable = !route_decide(batch->arena, answer, board, &ask.plan, &job->why);
    return ask;
}

static struct stock_capacity *route_capacities(const struct route *self, struct batch *batch)
{
    struct stock_capacity *list = ARENA_ARRAY(batch->arena, struct stock_capacity,
                                              self->policy.warehouse_count);

    for (size_t i = 0; i < self->policy.warehouse_count; i++)
        list[i] = (struct stock_capacity){ .warehouse = self->policy.warehouses[i].id,
                                           .per_day = self->policy.warehouses[i].capacity };
    return list;
}

static void route_append_trace(struct arena *arena, struct stock_trace *all,
                               const struct stock_trace *more)
{
    size_t count = all->record_count + more->record_count;
    struct stock_record_text *records = ARENA_ARRAY(arena, struct stock_record_text, count);
    size_t n = 0;

    for (size_t i = 0; i < all->record_count; i++)
        records[n++] = all->records[i];
    for (size_t i = 0; i < more->record_count; i++)
        records[n++] = more->records[i];
    all->records = records;
    all->record_count = count;
}

static bool route_round(struct route *self, struct batch *batch, struct route_work *work,
                        struct stock_trace *trace, size_t *open_out, struct err *err)
{
    struct stock_plan_ask *asks = ARENA_ARRAY(batch->arena, struct stock_plan_ask, work->job_count);
    struct stock_plan_answer *answers = ARENA_ARRAY(batch->arena, struct stock_plan_answer,
                                                    work->job_count);
    struct route_job **open = ARENA_ARRAY(batch->arena, struct route_job *, work->job_count);
    struct route_board board = route_board_make(&self->policy, self->scratch, batch->now_ms);
    struct stock_trace round;
    size_t count = 0;

    board.map = sku_store_map(self->skus);
    if (!route_look(self, batch, work, &board, err))
        return false;
    for (size_t j = 0; j < work->job_count; j++) {
        if (work->jobs[j].done)
            continue;
        asks[count] = route_ask(batch, &work->jobs[j], &board);
        open[count++] = &work->jobs[j];
    }
    metrics_add(batch->metrics, ROUTE_UNPROVEN, board.unproven);
    if (!stock_store_plan(self->stock, batch->arena, asks, count, route_capacities(self, batch),
                          self->policy.warehouse_count, answers, &round, err))
        return false;
    route_append_trace(batch->arena, trace, &round);
    *open_out = 0;
    for (size_t i = 0; i < count; i++) {
        bool full = answers[i].outcome == STOCK_PLAN_FULL;

        open[i]->answer = answers[i];
        /* No warehouse holds it even on paper: looking again at once would find the same. */
        open[i]->done = !full || asks[i].unroutable;
        if (!open[i]->done) {
            open[i]->why = STR("仓库的库存或产能刚被别的订单占满 (warehouse full)");
            metrics_add(batch->metrics, ROUTE_FULL, 1);
            (*open_out)++;
        }
    }
    return true;
}

bool route_plan(struct route *self, struct batch *batch, struct route_work *work,
                struct stock_trace *trace_out, struct err *err)
{
    struct stock_trace trace = { .epoch = stock_store_epoch(self->stock) };
    size_t open = work->job_count;

    for (int round = 0; round < ROUTE_ROUNDS_MAX && open > 0; round++) {
        if (!route_round(self, batch, work, &trace, &open, err))
            return false;
    }
    for (size_t j = 0; j < work->job_count; j++) {
        const struct answer_body *answer = &work->jobs[j].cause->answer;

        if (work->jobs[j].answer.outcome == STOCK_PLAN_FULL)
            work->bodies[work->body_count++] = (struct order_body){
                .order_id = answer->order_id,
                .rev = answer->rev,
                .digest = answer->digest,
                .json = answer->order.json,
            };
    }
    *trace_out = trace;
    return true;
}

static void route_say_plan(struct batch *batch, const struct route_job *job)
{
    const struct plan *plan = &job->answer.plan;
    struct event event = route_conclude(batch->arena, job->cause, plan, job->answer.at);

    outbox_put(batch->out, &event);
    for (size_t i = 0; i < plan->parcel_count; i++) {
        event = route_conclude_pack(batch->arena, job->cause, plan, i, job->answer.at);
        outbox_put(batch->out, &event);
    }
    metrics_add(batch->metrics, ROUTE_PLANNED, 1);
    metrics_add(batch->metrics, ROUTE_PARCELS, (int64_t)plan->parcel_count);
}

static void route_say_dead_end(struct batch *batch, const struct route_job *job)
{
    struct event event = route_conclude_unroutable(batch->arena, job->cause, job->why);

    outbox_put(batch->out, &event);
    event = route_conclude_alert(batch->arena, job->cause, job->why);
    outbox_put(batch->out, &event);
    metrics_add(batch->metrics, ROUTE_UNROUTABLE, 1);
}

static void route_say_stops(struct batch *batch, const struct event *cause)
{
    for (size_t i = 0; i < cause->answer.stopping_count; i++) {
        struct event event = route_conclude_stop(batch->arena, cause,
                                                 &cause->answer.stopping[i]);

        outbox_put(batch->out, &event);
        metrics_add(batch->metrics, ROUTE_STOPS, 1);
    }
}

static void route_say(struct batch *batch, const struct route_job *job)
{
    switch (job->answer.outcome) {
    case STOCK_PLAN_NOTED:
    case STOCK_PLAN_SAME:
        route_say_plan(batch, job);
        break;
    case STOCK_PLAN_FULL:
        route_say_dead_end(batch, job);
        break;
    case STOCK_PLAN_SUPERSEDED:
    case STOCK_PLAN_UNPAID:
        metrics_add(batch->metrics, ROUTE_SUPERSEDED, 1);
        break;
    case STOCK_PLAN_NONE:
        CHECK(false);
    }
}

void route_announce(struct batch *batch, const struct route_work *work)
{
    size_t job = 0;

    for (size_t i = 0; i < batch->count; i++) {
        if (route_decide_way(&batch->events[i].answer) == ROUTE_WAY_STOP)
            route_say_stops(batch, &batch->events[i]);
        if (job < work->job_count && work->jobs[job].cause == &batch->events[i])
            route_say(batch, &work->jobs[job++]);
    }
}
