#include "runtime/control.h"

#include "base/log.h"
#include "base/mem.h"
#include "codec/event_codec.h"
#include "runtime/kafka_tail.h"

#define CONTROL_ARENA_MAX    ((size_t)32 << 20)
#define CONTROL_MESSAGES_MAX 1000 /* taken in one poll */
#define CONTROL_KEY_HEAD     "pause/"

struct control {
    struct arena *arena; /* of one message */
    struct kafka_tail *tail;
    const char *worker;
    int64_t until_ms; /* 0: not paused */
    int64_t rules;    /* announcements of rule sets */
    bool silent;      /* the broker did not answer; said once */
};

bool control_open(struct control **control_out, struct kafka *kafka, const char *worker,
                  struct err *err)
{
    struct kafka_tail *tail = NULL;

    if (!kafka_tail_open(&tail, kafka, TOPIC_RULES, err))
        return false;
    struct control *control = MEM_NEW(struct control);
    control->arena = arena_open(CONTROL_ARENA_MAX);
    control->tail = tail;
    control->worker = worker;
    *control_out = control;
    return true;
}

void control_close(struct control *control)
{
    if (control == NULL)
        return;
    kafka_tail_close(control->tail);
    arena_close(control->arena);
    mem_free(control);
}

static bool control_is_ours(const struct control *control, struct str key)
{
    struct str head = STR(CONTROL_KEY_HEAD);

    return str_starts(key, head)
           && str_is((struct str){ key.data + head.size, key.size - head.size }, control->worker);
}

/* Counted from when it was said, so that a worker that starts again waits no longer. */
static int64_t control_until(const struct event *event)
{
    int64_t latest_ms = event->time_ms + CONTROL_PAUSE_MS_MAX;

    return event->fleet.until_ms < latest_ms ? event->fleet.until_ms : latest_ms;
}

void control_take(struct control *control, const struct message *message)
{
    struct event event;
    struct err err;

    if (!str_starts(message->key, STR(CONTROL_KEY_HEAD)))
        control->rules++; /* which set it names does not matter: the store is asked for all */
    if (!control_is_ours(control, message->key))
        return;
    if (message->value.size == 0) { /* deleted by hand */
        control->until_ms = 0;
        return;
    }
    if (!event_decode(control->arena, message, &event, &err)) {
        log_warn("a message to this worker cannot be read, ignored",
                 LOG_INT("offset", message->origin.offset), LOG_TEXT("reason", str_of(err.text)));
        return;
    }
    if (event.kind == EVENT_FLEET_PAUSED)
        control->until_ms = control_until(&event);
    else if (event.kind == EVENT_FLEET_RESUMED)
        control->until_ms = 0;
}

static bool control_next(struct control *control, bool *got_out, struct err *err)
{
    struct message message;

    arena_reset(control->arena);
    if (!kafka_tail_poll(control->tail, 0, control->arena, &message, got_out, err))
        return false;
    if (*got_out)
        control_take(control, &message);
    return true;
}

static bool control_failed(struct control *control, const struct err *why, struct err *err)
{
    if (why->class == ERR_FATAL) {
        *err = *why;
        return false;
    }
    if (!control->silent)
        log_warn("what the operator says is not known yet", LOG_TEXT("reason", str_of(why->text)));
    control->silent = true;
    return true;
}

bool control_poll(struct control *control, struct err *err)
{
    struct err why = { 0 };
    bool got = true;

    if (control == NULL)
        return true;
    for (int i = 0; got && i < CONTROL_MESSAGES_MAX; i++) {
        if (!control_next(control, &got, &why))
            return control_failed(control, &why, err);
        control->silent = false;
    }
    return true;
}

bool control_is_ready(const struct control *control)
{
    return control == NULL || kafka_tail_is_current(control->tail);
}

bool control_is_paused(const struct control *control, int64_t now_ms)
{
    return control != NULL && control->until_ms > now_ms;
}

int64_t control_rules(const struct control *control)
{
    return control != NULL ? control->rules : 0;
}

int64_t control_paused_until(const struct control *control)
{
    return control != NULL ? control->until_ms : 0;
}
