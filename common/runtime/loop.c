#include "runtime/loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "runtime/attempt.h"
#include "runtime/cycle.h"
#include "runtime/stop.h"
#include "runtime/trouble.h"

#define LOOP_OWN_ARENA_MAX  ((size_t)256 << 20)
#define LOOP_SLICE_MS       200 /* longest wait of one poll: how soon a signal is seen */
#define LOOP_JOIN_WAIT_MS   1000
#define LOOP_LEAVE_WAIT_MS  5000
#define LOOP_JOIN_SLICE_MS  50
#define LOOP_LAG_EVERY_US   1000000
#define LOOP_RULES_EVERY_US INT64_C(60000000)

struct loop {
    struct arena *own; /* itself */
    struct cycle cycle;
    struct control *control;
    struct probe_facts *facts;
    struct closed closed; /* being filled while !waiting and done == count */
    size_t bytes;
    size_t count_max, bytes_max;
    int64_t wait_us, tick_us;
    bool joined, stepped_aside;
    int64_t rebalances;   /* seen */
    int64_t prepared;     /* the rebalances at which generation and parked keys were read */
    int64_t rules;        /* the announcements at which the rule sets were taken */
    int64_t rules_due_us; /* when they are taken again without one: it may have been lost */

    bool waiting; /* paused, with a batch to be tried again */
    struct trouble trouble, tick_trouble;
    int64_t tick_due_us, lag_due_us;
};

static int64_t loop_mb(const struct config *config, const char *name)
{
    return config_int(config, name) << 20;
}

struct loop *loop_open(const struct loop_setup *setup)
{
    const struct config *config = setup->config;
    struct arena *own = arena_open(LOOP_OWN_ARENA_MAX);
    struct loop *loop = ARENA_NEW(own, struct loop);
    int64_t first_ms = config_int(config, "retry_first_ms");
    int64_t max_ms = config_int(config, "retry_max_ms");
    struct backoff backoff;

    loop->own = own;
    loop->control = setup->control;
    loop->facts = setup->facts;
    loop->cycle = (struct cycle){
        .worker = setup->worker,
        .state = setup->state,
        .kafka = setup->kafka,
        .metrics = setup->metrics,
        .outbox = outbox_open(own, setup->worker->name, setup->worker->writes),
        .park = park_open(setup->worker, setup->state),
        .arena = arena_open((size_t)loop_mb(config, "arena_mb")),
        .generation = 1,
    };
    loop->count_max = (size_t)config_int(config, "batch_count_max");
    loop->bytes_max = (size_t)config_int(config, "batch_kb_max") << 10;
    loop->wait_us = config_int(config, "batch_wait_ms") * 1000;
    loop->tick_us = config_int(config, "tick_ms") * 1000;
    loop->closed.arena = arena_open((size_t)loop_mb(config, "arena_mb"));
    loop->closed.messages = ARENA_ARRAY(own, struct message, loop->count_max);
    loop->prepared = loop->rules = -1;
    backoff_init(&backoff, first_ms, max_ms < first_ms ? first_ms : max_ms, setup->seed);
    trouble_init(&loop->trouble, "batch", &backoff);
    trouble_init(&loop->tick_trouble, "tick", &backoff);
    return loop;
}

void loop_close(struct loop *loop)
{
    if (loop == NULL)
        return;
    arena_close(loop->closed.arena);
    arena_close(loop->cycle.arena);
    park_close(loop->cycle.park);
    arena_close(loop->own);
}

static void loop_trouble(struct loop *loop, const struct err *why)
{
    metrics_common_add(loop->cycle.metrics, METRIC_RETRIES, 1);
    counter_set(&loop->facts->retrying, 1);
    trouble_met(&loop->trouble, why);
}

static void loop_trouble_over(struct loop *loop)
{
    if (!trouble_is_on(&loop->trouble))
        return;
    counter_set(&loop->facts->retrying, 0);
    trouble_over(&loop->trouble);
}

/* ---- join and step aside ---- */

static void loop_joined(struct loop *loop)
{
    loop->joined = true;
    loop_trouble_over(loop);
    if (loop->stepped_aside)
        log_info("joining again");
    loop->stepped_aside = false;
}

static void loop_stay_away(struct loop *loop, int64_t wait_ms)
{
    if (loop->stepped_aside)
        kafka_leave(loop->cycle.kafka, wait_ms); /* a rebalance may have been under way */
    else
        clock_sleep_ms(wait_ms);
}

/* Nobody joins before it knows whether it was told to stay away. */
static bool loop_join(struct loop *loop, struct err *err)
{
    struct err why = { 0 };
    int64_t left_ms = (loop->trouble.due_us - clock_monotonic_us() + 999) / 1000;

    if (left_ms > 0 || !control_is_ready(loop->control)
        || control_is_paused(loop->control, clock_now_ms())) {
        loop_stay_away(loop,
                       left_ms > 0 && left_ms < LOOP_JOIN_SLICE_MS ? left_ms : LOOP_JOIN_SLICE_MS);
        return true;
    }
    if (kafka_join(loop->cycle.kafka, LOOP_JOIN_WAIT_MS, &why)) {
        loop_joined(loop);
        return true;
    }
    if (why.class == ERR_FATAL) {
        *err = why;
        return false;
    }
    loop_trouble(loop, &why);
    return true;
}

/* ---- fill ---- */

static void loop_empty(struct loop *loop)
{
    arena_reset(loop->closed.arena);
    loop->closed.count = loop->closed.done = 0;
    loop->closed.culprits = NULL;
    loop->bytes = 0;
}

/* What was polled before is another's now, or will be polled again. A message that came with the
 * same poll belongs to the new assignment: it was copied behind the others. */
static void loop_rebalanced(struct loop *loop, bool got)
{
    struct closed *closed = &loop->closed;

    loop->rebalances = kafka_rebalances(loop->cycle.kafka);
    metrics_common_set(loop->cycle.metrics, METRIC_REBALANCES, loop->rebalances);
    if (got)
        closed->messages[0] = closed->messages[closed->count];
    closed->count = closed->done = 0;
    closed->culprits = NULL;
    loop->bytes = 0;
}

/* The operator moves the group: nobody may be in it. What is in hand is read again. */
static void loop_step_aside(struct loop *loop)
{
    log_info("stepping aside: the operator has paused this worker",
             LOG_INT("until_ms", control_paused_until(loop->control)));
    kafka_leave(loop->cycle.kafka, LOOP_LEAVE_WAIT_MS);
    loop_rebalanced(loop, false);
    if (loop->waiting)
        kafka_resume(loop->cycle.kafka);
    loop->waiting = loop->joined = false;
    loop->stepped_aside = true;
    loop_trouble_over(loop);
}

static bool loop_poll(struct loop *loop, int64_t wait_us, bool *got, struct err *err)
{
    struct closed *closed = &loop->closed;
    int64_t wait_ms = wait_us <= 0 ? 0 : (wait_us + 999) / 1000;

    if (wait_ms > LOOP_SLICE_MS)
        wait_ms = LOOP_SLICE_MS;
    if (!kafka_poll(loop->cycle.kafka, wait_ms, closed->arena, &closed->messages[closed->count],
                    got, err))
        return false;
    if (kafka_rebalances(loop->cycle.kafka) != loop->rebalances)
        loop_rebalanced(loop, *got);
    return true;
}

static size_t loop_size(const struct message *message)
{
    size_t size = message->key.size + message->value.size;

    for (size_t i = 0; i < message->header_count; i++)
        size += message->headers[i].name.size + message->headers[i].value.size;
    return size;
}

/* Until the batch is full, or has waited long enough since its first event; an idle loop returns
 * after a slice, or when a tick is due. */
static bool loop_fill(struct loop *loop, struct err *err)
{
    struct closed *closed = &loop->closed;
    int64_t begun_us = clock_monotonic_us(), now_us = begun_us;
    int64_t until_us = now_us + LOOP_SLICE_MS * 1000;

    if (loop->cycle.worker->tick != NULL && loop->tick_due_us < until_us)
        until_us = loop->tick_due_us;
    loop_empty(loop);
    do {
        bool got = false;

        if (!loop_poll(loop, until_us - now_us, &got, err))
            return false;
        now_us = clock_monotonic_us();
        if (got) {
            loop->bytes += loop_size(&closed->messages[closed->count]);
            if (closed->count++ == 0) {
                begun_us = now_us;
                until_us = now_us + loop->wait_us;
            }
        }
    } while (now_us < until_us && closed->count < loop->count_max && loop->bytes < loop->bytes_max
             && !stop_requested());
    if (closed->count > 0)
        metrics_common_add(loop->cycle.metrics, METRIC_FILL_US, now_us - begun_us);
    return true;
}

/* ---- attempt ---- */

/* Before the first batch, and between two of them. */
static bool loop_take_rules(struct loop *loop, struct err *err)
{
    const struct worker *worker = loop->cycle.worker;
    int64_t announced = control_rules(loop->control);
    int64_t now_us = clock_monotonic_us();

    if (worker->rules == NULL || (loop->rules == announced && now_us < loop->rules_due_us))
        return true;
    if (!worker->rules(loop->cycle.state, err))
        return err_in(err, "rules");
    loop->rules = announced;
    loop->rules_due_us = now_us + LOOP_RULES_EVERY_US;
    return true;
}

/* What must be known before the first event after a rebalance is handled. */
static bool loop_prepare(struct loop *loop, struct err *err)
{
    struct cycle *cycle = &loop->cycle;
    size_t count = 0;

    if (!loop_take_rules(loop, err))
        return false;

    if (loop->prepared == loop->rebalances && !park_is_full(cycle->park))
        return true;
    const struct batch_partition *owned = kafka_owned(cycle->kafka, &count);
    if (cycle->worker->generation != NULL
        && !cycle->worker->generation(cycle->state, &cycle->generation, err))
        return false;
    if (cycle->park != NULL && !park_load(cycle->park, owned, count, err))
        return false;
    loop->prepared = loop->rebalances;
    return true;
}

static void loop_note_age(struct loop *loop)
{
    int64_t sent_ms = loop->closed.messages[loop->closed.done].time_ms;
    int64_t age_ms = sent_ms > 0 ? clock_now_ms() - sent_ms : 0;

    metrics_common_set(loop->cycle.metrics, METRIC_EVENT_AGE_MS, age_ms > 0 ? age_ms : 0);
}

static bool loop_attempt(struct loop *loop, struct err *err)
{
    struct err why = { 0 };

    loop_note_age(loop);
    if (loop_prepare(loop, &why) && attempt_run(&loop->cycle, &loop->closed, &why)) {
        counter_set(&loop->facts->moved_us, clock_monotonic_us());
        if (loop->waiting)
            kafka_resume(loop->cycle.kafka);
        loop->waiting = false;
        loop_trouble_over(loop);
        return true;
    }
    if (why.class == ERR_FATAL) {
        *err = why;
        return false;
    }
    if (!loop->waiting)
        kafka_pause(loop->cycle.kafka);
    loop->waiting = true;
    loop_trouble(loop, &why);
    return true;
}

/* A message although all is paused: back with it, it will come again. */
static void loop_give_back(struct loop *loop, const struct message *message)
{
    struct batch_offset at = { .topic = message->topic,
                               .partition = message->origin.partition,
                               .next = message->origin.offset };
    kafka_seek(loop->cycle.kafka, &at, 1);
}

static bool loop_wait(struct loop *loop, struct err *err)
{
    struct cycle *cycle = &loop->cycle;
    struct message message;
    bool got = false;
    int64_t left_ms = (loop->trouble.due_us - clock_monotonic_us() + 999) / 1000;

    if (left_ms <= 0)
        return loop_attempt(loop, err);
    if (left_ms > LOOP_SLICE_MS)
        left_ms = LOOP_SLICE_MS;
    if (!kafka_poll(cycle->kafka, left_ms, loop->closed.arena, &message, &got, err))
        return false;
    if (kafka_rebalances(cycle->kafka) != loop->rebalances) {
        log_info("the batch in hand is dropped: partitions have moved");
        loop_rebalanced(loop, false);
        kafka_resume(cycle->kafka);
        loop->waiting = false;
        counter_set(&loop->facts->retrying, 0); /* there is nothing it waits with */
    }
    if (got)
        loop_give_back(loop, &message);
    return true;
}

/* ---- tick ---- */

static bool loop_tick(struct loop *loop, int64_t now_us, struct err *err)
{
    struct err why = { 0 };

    loop->tick_due_us = now_us + loop->tick_us;
    if (loop_take_rules(loop, &why) && attempt_tick(&loop->cycle, &why)) {
        trouble_over(&loop->tick_trouble);
        return true;
    }
    if (why.class == ERR_FATAL) {
        *err = why;
        return false;
    }
    metrics_common_add(loop->cycle.metrics, METRIC_RETRIES, 1);
    trouble_met(&loop->tick_trouble, &why);
    if (loop->tick_due_us < loop->tick_trouble.due_us)
        loop->tick_due_us = loop->tick_trouble.due_us;
    return true;
}

/* ---- the turn ---- */

/* For the probes; while a store is down offsets stand still on purpose. */
static void loop_note(struct loop *loop, int64_t now_us)
{
    struct cycle *cycle = &loop->cycle;

    metrics_common_set(cycle->metrics, METRIC_CYCLE_US, now_us);
    counter_set(&loop->facts->joined, kafka_is_member(cycle->kafka));
    if (now_us < loop->lag_due_us || !loop->joined)
        return;
    loop->lag_due_us = now_us + LOOP_LAG_EVERY_US;
    for (const enum topic *t = cycle->worker->reads; t != NULL && *t != TOPIC_END; t++)
        metrics_lag_set(cycle->metrics, *t, kafka_lag(cycle->kafka, *t));
    if (loop->waiting || metrics_lag_total(cycle->metrics) == 0)
        counter_set(&loop->facts->moved_us, now_us);
}

bool loop_turn(struct loop *loop, struct err *err)
{
    const struct worker *worker = loop->cycle.worker;
    int64_t now_us = clock_monotonic_us();

    loop_note(loop, now_us);
    if (!control_poll(loop->control, err))
        return false;
    bool paused = control_is_paused(loop->control, clock_now_ms());
    counter_set(&loop->facts->paused, paused);
    if (loop->joined && paused)
        loop_step_aside(loop);
    if (!loop->joined)
        return loop_join(loop, err);
    if (loop->waiting)
        return loop_wait(loop, err);
    if (loop->closed.done < loop->closed.count)
        return loop_attempt(loop, err);
    if (worker->tick != NULL && now_us >= loop->tick_due_us && !loop_tick(loop, now_us, err))
        return false;
    if (!loop_fill(loop, err))
        return false;
    return loop->closed.count == 0 || loop_attempt(loop, err);
}
