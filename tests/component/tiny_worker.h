/*
 * tiny_worker — the smallest worker there is, run as a process of its own by runtime_test.
 *
 * Reads alerts.raised, answers each with alert.sent. It notes each event it handles in the file
 * `handled`, and does what the alert's title asks for:
 *
 *   reject      REJECT for the whole batch            give-up  batch_reject() for this event
 *   wait        RETRY while the file `down` exists    fatal    FATAL
 *   sleep       a second in the handler               large    an answer no broker takes
 */
#ifndef SLUICE_TESTS_TINY_WORKER_H
#define SLUICE_TESTS_TINY_WORKER_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crash.h"
#include "runtime/worker.h"

#define TINY_LARGE_BYTES (3u << 20)

struct tiny {
    const char *dir;
    int handled;
};

static bool tiny_open(void *state, const struct config *config, struct err *err)
{
    struct tiny *self = state;
    char path[512];

    self->dir = config_str(config, "dir");
    (void)snprintf(path, sizeof(path), "%s/handled", self->dir);
    self->handled = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (self->handled < 0)
        return err_set(err, ERR_FATAL, "%s cannot be written", path);
    return true;
}

static bool tiny_is_down(const struct tiny *self)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/down", self->dir);
    return access(path, F_OK) == 0;
}

static void tiny_note(const struct tiny *self, const struct batch *batch,
                      const struct event *event)
{
    char line[256];
    int size = snprintf(line, sizeof(line), "%.*s %d %lld %zu %lld\n", STR_ARG(event->key),
                        event->origin.partition, (long long)event->origin.offset, batch->count,
                        (long long)event->origin.generation);

    if (write(self->handled, line, (size_t)size) != size)
        abort();
}

static void tiny_answer(struct batch *batch, const struct event *event)
{
    struct str reason = STR_NONE;

    if (str_is(event->alert.title, "large")) {
        char *bytes = arena_alloc(batch->arena, TINY_LARGE_BYTES);
        for (size_t i = 0; i < TINY_LARGE_BYTES; i++) /* nothing a compressor could use */
            bytes[i] = (char)('0' + (i * 2654435761u >> 13) % 64);
        reason = (struct str){ bytes, TINY_LARGE_BYTES };
    }
    struct event sent = {
        .kind = EVENT_ALERT_SENT,
        .id = arena_format(batch->arena, "sent-%.*s", STR_ARG(event->key)),
        .source = STR("/sluice/notify"),
        .key = event->key,
        .time_ms = event->time_ms,
        .sent = { .alert_id = event->key, .outcome = STR("delivered"), .reason = reason,
                  .attempts = 1, .at = event->time_ms },
    };
    event_follow(&sent, event);
    outbox_put(batch->out, &sent);
}

static bool tiny_handle_one(struct tiny *self, struct batch *batch, size_t i, struct err *err)
{
    const struct event *event = &batch->events[i];
    struct str title = event->alert.title;
    struct err why = { 0 };

    if (str_is(title, "wait") && tiny_is_down(self))
        return err_set(err, ERR_RETRY, "the tiny store is down");
    if (str_is(title, "reject"))
        return err_set(err, ERR_REJECT, "title: nobody can act on this");
    if (str_is(title, "fatal"))
        return err_set(err, ERR_FATAL, "told to die");
    if (str_is(title, "sleep"))
        clock_sleep_ms(1000);
    if (str_is(title, "give-up")) {
        (void)err_set(&why, ERR_REJECT, "given up alone");
        batch_reject(batch, i, &why);
        return true;
    }
    tiny_note(self, batch, event);
    tiny_answer(batch, event);
    return true;
}

static bool tiny_handle(void *state, struct batch *batch, struct err *err)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!tiny_handle_one(state, batch, i, err))
            return false;
    crash_point("tiny.effects");
    metrics_add(batch->metrics, 0, (int64_t)batch->count);
    return true;
}

static bool tiny_generation(void *state, int64_t *generation_out, struct err *err)
{
    (void)err;
    (void)state;
    *generation_out = 7;
    return true;
}

static void tiny_close(void *state)
{
    struct tiny *self = state;
    (void)close(self->handled);
}

static const struct config_row tiny_config[] = {
    { .name = "dir", .type = CONFIG_TEXT, .help = "where it notes what it has done" },
    { .name = NULL },
};
static const struct metric_row tiny_metrics[] = {
    { .name = "tiny_alerts_total", .kind = METRIC_COUNTER, .help = "alerts handled" },
    { .name = NULL },
};
static const struct worker tiny_worker = {
    .name = "notify",
    .reads = (const enum topic[]){ TOPIC_ALERTS_RAISED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ALERTS_SENT, TOPIC_END },
    .config = tiny_config,
    .metrics = tiny_metrics,
    .crash_points = (const char *const[]){ "tiny.effects", NULL },
    .state_size = sizeof(struct tiny),
    .open = tiny_open,
    .handle = tiny_handle,
    .generation = tiny_generation,
    .close = tiny_close,
};

#endif
