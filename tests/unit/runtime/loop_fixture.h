/*
 * loop_fixture — the cycle on a Kafka in memory: a worker that notes what it was given, and a
 * table of parked events in memory.
 */
#ifndef SLUICE_TESTS_LOOP_FIXTURE_H
#define SLUICE_TESTS_LOOP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fakes/kafka_fake.h"
#include "../domain/order_fixture.h"
#include "codec/event_codec.h"
#include "runtime/loop.h"

#define NOTES_MAX 512

/* What the worker was given: "key kind@offset", and what the test tells it to do. */
struct notes {
    char handled[NOTES_MAX][64];
    size_t batches[NOTES_MAX]; /* sizes */
    size_t handled_count, batch_count, tick_count;
    size_t rules_count; /* how often the rule sets were taken */
    int handle_fails, tick_fails, generation_fails, rules_fail; /* so often */
    enum err_class fail_class;
    const char *reject_id, *reject_also; /* ce_id of events it rejects */
    const char *give_up_id;              /* of one it gives to batch_reject() */
    int64_t generation;
    size_t owned_count;
};
static struct notes notes;

/* The table `parked`. */
static struct {
    struct parked rows[NOTES_MAX];
    size_t count;
    int get_fails, remove_fails;
} table;

static struct kafka fake;
static struct arena *keep; /* of the test */
static struct loop *loop;
static struct config *config;
static struct metrics *metrics;
static struct probe_facts facts;
static struct err fixture_err;

static inline bool fixture_is(const struct event *event, const char *id)
{
    return id != NULL && str_is(event->id, id);
}

static inline void fixture_answer(struct batch *batch, const struct event *event)
{
    struct event answer = {
        .kind = EVENT_ALERT_RAISED,
        .id = arena_format(batch->arena, "to-%.*s", STR_ARG(event->id)),
        .source = STR("/sluice/reserve"),
        .key = event->id,
        .time_ms = event->time_ms,
        .alert = { .alert_id = event->id, .subject = event->key, .gate = STR("stock"),
                   .title = STR("handled") },
    };
    outbox_put(batch->out, &answer);
}

static inline bool fixture_handle(void *state, struct batch *batch, struct err *err)
{
    (void)state;
    notes.batches[notes.batch_count++] = batch->count;
    notes.owned_count = batch->owned_count;
    if (notes.handle_fails > 0) {
        notes.handle_fails--;
        fixture_answer(batch, &batch->events[0]);
        return err_set(err, notes.fail_class, "the store of the test is down");
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *event = &batch->events[i];
        struct err why = { .text = "given up" };

        if (fixture_is(event, notes.reject_id) || fixture_is(event, notes.reject_also))
            return err_set(err, ERR_REJECT, "rejected by the test");
        (void)snprintf(notes.handled[notes.handled_count++], 64, "%.*s@%lld", STR_ARG(event->id),
                       (long long)event->origin.offset);
        if (fixture_is(event, notes.give_up_id))
            batch_reject(batch, i, &why);
        else
            fixture_answer(batch, event);
    }
    return true;
}

static inline bool fixture_tick(void *state, struct batch *batch, struct err *err)
{
    (void)state;
    notes.tick_count++;
    assert_int_equal(batch->count, 0);
    if (notes.tick_fails > 0) {
        notes.tick_fails--;
        return err_set(err, ERR_RETRY, "the store of the tick is down");
    }
    struct event event = { .id = STR("tick"), .key = STR("tick") };
    if (notes.tick_count == 3)
        fixture_answer(batch, &event);
    return true;
}

static inline bool fixture_generation(void *state, int64_t *generation_out, struct err *err)
{
    (void)state;
    if (notes.generation_fails > 0) {
        notes.generation_fails--;
        return err_set(err, ERR_RETRY, "the generation is not known");
    }
    *generation_out = notes.generation;
    return true;
}

static inline bool fixture_rules(void *state, struct err *err)
{
    (void)state;
    if (notes.rules_fail > 0) {
        notes.rules_fail--;
        return err_set(err, ERR_RETRY, "the rules are not known");
    }
    notes.rules_count++;
    return true;
}

static inline bool fixture_park_get(void *state, struct arena *arena, enum topic topic,
                                    struct str key, const int32_t *partitions, size_t count,
                                    struct parked **parked_out, size_t *count_out,
                                    struct err *err)
{
    struct parked *rows = ARENA_ARRAY(arena, struct parked, table.count + 1);
    size_t found = 0;

    (void)state;
    if (table.get_fails > 0) {
        table.get_fails--;
        return err_set(err, ERR_RETRY, "the table is away");
    }
    for (size_t i = 0; i < table.count; i++)
        for (size_t p = 0; p < count; p++)
            if (table.rows[i].message.topic == topic
                && table.rows[i].message.origin.partition == partitions[p]
                && (key.size == 0 || str_eq(key, table.rows[i].message.key)))
                rows[found++] = table.rows[i];
    *parked_out = rows;
    *count_out = found;
    return true;
}

static inline bool fixture_park_put(void *state, struct arena *arena,
                                    const struct message *message, bool poison,
                                    struct str reason, struct err *err)
{
    (void)state;
    (void)arena;
    (void)reason;
    (void)err;
    for (size_t i = 0; i < table.count; i++)
        if (memcmp(&table.rows[i].message.origin, &message->origin, sizeof(struct origin)) == 0)
            return true;
    struct parked *row = &table.rows[table.count++];
    *row = (struct parked){ .message = *message, .poison = poison };
    row->message.key = arena_copy(keep, message->key);
    row->message.value = arena_copy(keep, message->value);
    return true;
}

static inline bool fixture_park_remove(void *state, struct arena *arena, enum topic topic,
                                       struct str key, struct err *err)
{
    size_t left = 0;

    (void)state;
    (void)arena;
    if (table.remove_fails > 0) {
        table.remove_fails--;
        return err_set(err, ERR_RETRY, "the table is away");
    }
    for (size_t i = 0; i < table.count; i++)
        if (table.rows[i].message.topic != topic || !str_eq(table.rows[i].message.key, key))
            table.rows[left++] = table.rows[i];
    table.count = left;
    return true;
}

static const struct park_ops fixture_park = {
    .get = fixture_park_get, .put = fixture_park_put, .remove = fixture_park_remove
};

static struct worker fixture_worker = {
    .name = "reserve",
    .reads = (const enum topic[]){ TOPIC_ORDERS_CHANGES, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ALERTS_RAISED, TOPIC_END },
    .handle = fixture_handle,
    .generation = fixture_generation,
    .rules = fixture_rules,
    .park = &fixture_park,
};

/* A new process, so to speak: the settings are read afresh, Kafka stays as it is. */
static inline void fixture_start(void)
{
    struct loop_setup setup = { .worker = &fixture_worker, .kafka = &fake, .facts = &facts };

    if (!config_open(&config, "reserve", NULL, &fixture_err))
        fail_msg("%s", fixture_err.text);
    metrics = metrics_open("reserve", NULL);
    setup.config = config;
    setup.metrics = metrics;
    loop = loop_open(&setup);
}

static inline void fixture_stop(void)
{
    loop_close(loop);
    metrics_close(metrics);
    config_close(config);
}

static inline int fixture_setup(void **state)
{
    (void)state;
    (void)setenv("SLUICE_RETRY_FIRST_MS", "1", 1);
    (void)setenv("SLUICE_RETRY_MAX_MS", "2", 1);
    (void)setenv("SLUICE_BATCH_WAIT_MS", "3", 1);
    (void)setenv("SLUICE_TICK_MS", "10", 1);
    keep = arena_open((size_t)64 << 20);
    notes = (struct notes){ .fail_class = ERR_RETRY, .generation = 1 };
    memset(&table, 0, sizeof(table));
    memset(&facts, 0, sizeof(facts));
    fixture_worker.tick = NULL;
    kafka_fake_init(&fake, keep);
    kafka_fake_add(&fake, TOPIC_ORDERS_CHANGES, 2);
    fixture_start();
    return 0;
}

static inline int fixture_teardown(void **state)
{
    (void)state;
    fixture_stop();
    arena_close(keep);
    return 0;
}

/* ---- what happens ---- */

static inline void fixture_message(const struct event *event, int32_t partition)
{
    struct message message;

    event_encode(keep, event, &message);
    (void)kafka_fake_send(&fake, &message, partition);
}

/* A nudge for order `douyin:s:<n>`, its ce_id is `id`. */
static inline void send_fact(const char *id, int n)
{
    struct str order_id = arena_format(keep, "douyin:s:%d", n);
    struct event event = {
        .kind = EVENT_ORDER_RETRY,
        .id = str_of(id),
        .source = STR("/sluice/test"),
        .key = order_id,
        .time_ms = 1794326400000,
        .fact = { .order_id = order_id },
    };
    fixture_message(&event, n % 2);
}

static inline void send_snapshot(const char *id, int n)
{
    struct event event = {
        .kind = EVENT_ORDER_SNAPSHOT_TAKEN,
        .id = str_of(id),
        .source = STR("/sluice/test"),
        .key = arena_format(keep, "douyin:s:%d", n),
        .time_ms = 1794326400000,
        .snapshot = { .order = *order_fixture(), .raw_generation = 1, .raw_offset = 1 },
    };
    event.snapshot.order.order_id = event.key;
    event.snapshot.order.channel = STR("douyin");
    event.snapshot.order.shop = STR("s");
    event.snapshot.order.platform_id = arena_format(keep, "%d", n);
    fixture_message(&event, n % 2);
}

static inline void send_poison(int n)
{
    struct message message = {
        .topic = TOPIC_ORDERS_CHANGES,
        .key = arena_format(keep, "douyin:s:%d", n),
        .value = STR("{ no json"),
    };
    (void)kafka_fake_send(&fake, &message, n % 2);
}

/* Turns until everything is committed. */
static inline void run_dry(void)
{
    for (int i = 0; i < 2000; i++) {
        if (!loop_turn(loop, &fixture_err))
            fail_msg("%s", fixture_err.text);
        if (kafka_lag(&fake, TOPIC_ORDERS_CHANGES) == 0 && !fake.paused)
            return;
    }
    fail_msg("the cycle does not come to an end");
}

/* "a@0 b@1": everything that was handled, in order. */
static inline const char *handled(void)
{
    static char text[NOTES_MAX * 64];

    text[0] = '\0';
    for (size_t i = 0; i < notes.handled_count; i++) {
        (void)strcat(text, i > 0 ? " " : "");
        (void)strcat(text, notes.handled[i]);
    }
    return text;
}

/* "a b": keys of what was published on a topic. */
static inline const char *published(enum topic topic)
{
    static char text[NOTES_MAX * 64];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < fake.out_count; i++)
        if (fake.out[i].topic == topic)
            used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%.*s",
                                     used > 0 ? " " : "", STR_ARG(fake.out[i].key));
    return text;
}

#endif
