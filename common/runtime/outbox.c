#include "runtime/outbox.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "codec/event_codec.h"

#define OUTBOX_FIRST_CAPACITY 64

struct outbox {
    const enum topic *writes;
    enum topic dead;
    struct arena *arena;
    struct message *messages;
    size_t count, capacity;
};

struct outbox *outbox_open(struct arena *arena, const char *worker, const enum topic *writes)
{
    struct outbox *outbox = ARENA_NEW(arena, struct outbox);

    outbox->writes = writes;
    outbox->dead = topic_dead(worker);
    return outbox;
}

void outbox_reset(struct outbox *outbox, struct arena *arena)
{
    outbox->arena = arena;
    outbox->messages = NULL;
    outbox->count = outbox->capacity = 0;
}

static bool outbox_may_write(const struct outbox *outbox, enum topic topic)
{
    if (topic == TOPIC_END)
        return false;
    if (topic == outbox->dead)
        return true;
    for (const enum topic *t = outbox->writes; t != NULL && *t != TOPIC_END; t++)
        if (*t == topic)
            return true;
    return false;
}

/* The old array stays in the arena until the batch ends: twice the room, never more. */
static void outbox_grow(struct outbox *outbox)
{
    size_t capacity = outbox->capacity == 0 ? OUTBOX_FIRST_CAPACITY : outbox->capacity * 2;
    struct message *messages = ARENA_ARRAY(outbox->arena, struct message, capacity);

    if (outbox->count > 0)
        memcpy(messages, outbox->messages, outbox->count * sizeof(*messages));
    outbox->messages = messages;
    outbox->capacity = capacity;
}

void outbox_put_message(struct outbox *outbox, const struct message *message)
{
    CHECK(outbox_may_write(outbox, message->topic));
    if (outbox->count == outbox->capacity)
        outbox_grow(outbox);
    outbox->messages[outbox->count++] = *message;
}

void outbox_put(struct outbox *outbox, const struct event *event)
{
    struct message message = { .topic = TOPIC_END };

    CHECK(outbox_may_write(outbox, event_kind_topic(event->kind)));
    event_encode(outbox->arena, event, &message);
    outbox_put_message(outbox, &message);
}

size_t outbox_count(const struct outbox *outbox)
{
    return outbox->count;
}

struct message *outbox_messages(struct outbox *outbox)
{
    return outbox->messages;
}

void outbox_cut(struct outbox *outbox, size_t count)
{
    CHECK(count <= outbox->count);
    outbox->count = count;
}
