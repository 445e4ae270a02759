/*
 * event_dead — dead letters: the original bytes and headers, and why, from where and when.
 *
 * An operator reads them with `sluice dlq`; to send one again its own headers are restored from
 * here, so nothing of the original may be lost: its id moves to `dead_ce_id`.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "codec/event_codec.h"

#define EVENT_DEAD_HEADERS_MAX     11 /* what is added below, at most */
#define EVENT_DEAD_REASON_SIZE_MAX 1024

static void event_dead_put(struct message *message, const char *name, struct str value)
{
    message_put_header(message, str_of(name), value);
}

static struct str event_dead_int(struct arena *arena, int64_t value)
{
    return arena_format(arena, "%lld", (long long)value);
}

/* A letter that was dead before loses what that death had added: this one is told instead. */
static bool event_dead_is_own(const struct header *header)
{
    return str_is(header->name, "ce_id") || str_starts(header->name, STR("dead_"));
}

static void event_dead_put_original(struct arena *arena, const struct message *original,
                                    struct message *message)
{
    size_t cut = 0;

    for (size_t i = 0; i < original->header_count; i++) {
        const struct header *header = &original->headers[i];

        if (event_dead_is_own(header))
            continue;
        if (message->header_count < MESSAGE_HEADERS_MAX - EVENT_DEAD_HEADERS_MAX)
            message_put_header(message, header->name, header->value);
        else
            cut++;
    }
    if (cut > 0)
        event_dead_put(message, "dead_headers_cut", event_dead_int(arena, (int64_t)cut));
}

static void event_dead_put_origin(struct arena *arena, const struct message *original,
                                  struct message *message)
{
    const struct origin *origin = &original->origin;
    struct str topic = str_of(topic_name(original->topic));
    struct str generation = event_dead_int(arena, origin->generation);
    struct str partition = event_dead_int(arena, origin->partition);
    struct str offset = event_dead_int(arena, origin->offset);

    event_dead_put(message, "ce_id", HASH_ID(arena, topic, generation, partition, offset));
    event_dead_put(message, "dead_topic", topic);
    event_dead_put(message, "dead_generation", generation);
    event_dead_put(message, "dead_partition", partition);
    event_dead_put(message, "dead_offset", offset);
}

void event_encode_dead(struct arena *arena, const struct message *original, const char *worker,
                       struct str reason, int64_t now_ms, struct message *message_out)
{
    char time_text[CLOCK_TEXT_SIZE];
    struct str id = message_header(original, "ce_id");
    struct message message = {
        .topic = topic_dead(worker),
        .key = original->key,
        .value = original->value,
    };

    event_dead_put_original(arena, original, &message);
    event_dead_put_origin(arena, original, &message);
    if (id.size > 0)
        event_dead_put(&message, "dead_ce_id", id);
    event_dead_put(&message, "dead_reason", str_clip(reason, EVENT_DEAD_REASON_SIZE_MAX));
    event_dead_put(&message, "dead_class", str_of(err_class_name(ERR_REJECT)));
    event_dead_put(&message, "dead_worker", str_of(worker));
    event_dead_put(&message, "dead_time", arena_copy(arena, clock_utc_text(now_ms, time_text)));
    *message_out = message;
}
