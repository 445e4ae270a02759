/*
 * envelope — see envelope.h.
 */
#include "codec/envelope.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/num.h"

#define ENVELOPE_TYPE_HEAD     "cn.sluice."
#define ENVELOPE_TYPE_TAIL     ".v1"
#define ENVELOPE_TEXT_SIZE_MAX 512 /* of an id, a source, a key */
#define ENVELOPE_TRACE_SIZE    55  /* 00-<32 hex>-<16 hex>-<2 hex> */

enum envelope_slot {
    ENVELOPE_SPEC,
    ENVELOPE_ID,
    ENVELOPE_TYPE,
    ENVELOPE_SOURCE,
    ENVELOPE_SUBJECT,
    ENVELOPE_TIME,
    ENVELOPE_CHANNEL,
    ENVELOPE_SHOP,
    ENVELOPE_CONTENT,
    ENVELOPE_TRACE,
    ENVELOPE_ENTERED,
    ENVELOPE_RAW_GENERATION,
    ENVELOPE_RAW_OFFSET,
    ENVELOPE_COUNT,
};

#define ENVELOPE_NAME(literal)                                                                     \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
static const struct str envelope_names[ENVELOPE_COUNT] = {
    [ENVELOPE_SPEC] = ENVELOPE_NAME("ce_specversion"),
    [ENVELOPE_ID] = ENVELOPE_NAME("ce_id"),
    [ENVELOPE_TYPE] = ENVELOPE_NAME("ce_type"),
    [ENVELOPE_SOURCE] = ENVELOPE_NAME("ce_source"),
    [ENVELOPE_SUBJECT] = ENVELOPE_NAME("ce_subject"),
    [ENVELOPE_TIME] = ENVELOPE_NAME("ce_time"),
    [ENVELOPE_CHANNEL] = ENVELOPE_NAME("ce_channel"),
    [ENVELOPE_SHOP] = ENVELOPE_NAME("ce_shop"),
    [ENVELOPE_CONTENT] = ENVELOPE_NAME("content-type"),
    [ENVELOPE_TRACE] = ENVELOPE_NAME("traceparent"),
    [ENVELOPE_ENTERED] = ENVELOPE_NAME("entered"),
    [ENVELOPE_RAW_GENERATION] = ENVELOPE_NAME("raw_generation"),
    [ENVELOPE_RAW_OFFSET] = ENVELOPE_NAME("raw_offset"),
};

/* ---- reading ---- */

struct envelope {
    const struct message *message;
    struct str values[ENVELOPE_COUNT]; /* of the first header of each name */
    struct err *err;
};

static void envelope_sort(struct envelope *envelope)
{
    for (size_t i = 0; i < envelope->message->header_count; i++) {
        const struct header *header = &envelope->message->headers[i];

        for (int slot = 0; slot < ENVELOPE_COUNT; slot++) {
            if (!str_eq(header->name, envelope_names[slot]))
                continue;
            if (!envelope->values[slot].data)
                envelope->values[slot] = header->value;
            break;
        }
    }
}

/* A text that must be there. */
static bool envelope_take(struct envelope *envelope, enum envelope_slot slot, struct str *out)
{
    const char *name = envelope_names[slot].data;
    struct str value = envelope->values[slot];

    if (value.size == 0)
        return err_set(envelope->err, ERR_REJECT,
                       "header %s is missing: every message needs CloudEvents headers "
                       "(schemas/README.md)",
                       name);
    if (value.size > ENVELOPE_TEXT_SIZE_MAX || !str_is_utf8(value))
        return err_set(envelope->err, ERR_REJECT, "header %s is no UTF-8 text of at most %d bytes",
                       name, ENVELOPE_TEXT_SIZE_MAX);
    *out = value;
    return true;
}

static bool envelope_take_int(struct envelope *envelope, enum envelope_slot slot, int64_t *out)
{
    struct str text;
    int64_t value;

    if (!envelope_take(envelope, slot, &text))
        return false;
    if (!num_parse(text, &value) || value < 0)
        return err_set(envelope->err, ERR_REJECT, "header %s is no number of digits alone",
                       envelope_names[slot].data);
    *out = value;
    return true;
}

static bool envelope_take_spec(struct envelope *envelope)
{
    struct str spec;

    if (!envelope_take(envelope, ENVELOPE_SPEC, &spec))
        return false;
    if (!str_is(spec, "1.0"))
        return err_set(envelope->err, ERR_REJECT, "header ce_specversion is not 1.0");
    if (str_starts(envelope->values[ENVELOPE_CONTENT], STR("application/cloudevents")))
        return err_set(envelope->err, ERR_REJECT,
                       "header content-type says structured mode: attributes travel in ce_ "
                       "headers here, the body alone as the value (schemas/README.md)");
    return true;
}

/* "cn.sluice.order.reserved.v1" → the kind. */
static bool envelope_take_kind(struct envelope *envelope, enum event_kind *out)
{
    struct str type, version;
    enum event_kind kind;

    if (!envelope_take(envelope, ENVELOPE_TYPE, &type))
        return false;
    if (!str_starts(type, STR(ENVELOPE_TYPE_HEAD)))
        return err_set(envelope->err, ERR_REJECT,
                       "header ce_type is no type of ours: cn.sluice.<kind>.v1 is "
                       "(schemas/README.md)");
    type.data += sizeof(ENVELOPE_TYPE_HEAD) - 1;
    type.size -= sizeof(ENVELOPE_TYPE_HEAD) - 1;
    version = type;
    while (version.size > 0 && version.data[version.size - 1] != '.')
        version.size--;
    kind = event_kind_of((struct str){ type.data, version.size > 0 ? version.size - 1 : 0 });
    if (kind == EVENT_NONE)
        return err_set(envelope->err, ERR_REJECT,
                       "header ce_type names no kind we know: schemas/events has them all");
    if (type.size - version.size != 2 || type.data[type.size - 2] != 'v'
        || type.data[type.size - 1] != '1')
        return err_set(envelope->err, ERR_REJECT,
                       "header ce_type has another version of %s than v1, the one read here",
                       event_kind_name(kind));
    *out = kind;
    return true;
}

static bool envelope_check_topic(struct envelope *envelope, enum event_kind kind)
{
    enum topic topic = event_kind_topic(kind);

    if (envelope->message->topic == topic)
        return true;
    return err_set(envelope->err, ERR_REJECT, "%s travels on %s, not on %s", event_kind_name(kind),
                   topic_name(topic), topic_name(envelope->message->topic));
}

static bool envelope_take_key(struct envelope *envelope, struct str *out)
{
    struct str key = envelope->message->key, subject = envelope->values[ENVELOPE_SUBJECT];

    if (key.size == 0)
        return err_set(envelope->err, ERR_REJECT,
                       "the message has no key: schemas/topics.json says what it must be");
    if (key.size > ENVELOPE_TEXT_SIZE_MAX || !str_is_utf8(key))
        return err_set(envelope->err, ERR_REJECT, "the key is no UTF-8 text of at most %d bytes",
                       ENVELOPE_TEXT_SIZE_MAX);
    if (subject.size > 0 && !str_eq(subject, key))
        return err_set(envelope->err, ERR_REJECT, "header ce_subject is not the message's key");
    *out = key;
    return true;
}

/* Kafka's own timestamp stands in on a payload only: what people put in by hand. */
static bool envelope_take_time(struct envelope *envelope, bool is_payload, int64_t *out)
{
    struct str text;

    if (is_payload && envelope->values[ENVELOPE_TIME].size == 0) {
        *out = envelope->message->time_ms;
        return true;
    }
    if (!envelope_take(envelope, ENVELOPE_TIME, &text))
        return false;
    if (!clock_parse(text, out))
        return err_set(envelope->err, ERR_REJECT,
                       "header ce_time is no time: 2026-11-10T16:00:03.000Z would be one");
    return true;
}

static bool envelope_take_entered(struct envelope *envelope, bool is_payload, int64_t *out)
{
    if (envelope->values[ENVELOPE_ENTERED].size > 0)
        return envelope_take_int(envelope, ENVELOPE_ENTERED, out);
    *out = is_payload ? envelope->message->time_ms : 0;
    return true;
}

/* What is no trace is dropped, as W3C asks, and nothing is refused for it. */
static struct str envelope_trace(struct str text)
{
    if (text.size != ENVELOPE_TRACE_SIZE)
        return STR_NONE;
    for (size_t i = 0; i < text.size; i++) {
        bool is_dash = i == 2 || i == 35 || i == 52;
        char c = text.data[i];
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

        if (is_dash ? c != '-' : !is_hex)
            return STR_NONE;
    }
    return text;
}

/* The key must be the order id that channel and shop begin. */
static bool envelope_take_payload(struct envelope *envelope, struct event *event)
{
    struct payload_body *payload = &event->payload;
    struct str rest = event->key;

    if (!envelope_take(envelope, ENVELOPE_CHANNEL, &payload->channel)
        || !envelope_take(envelope, ENVELOPE_SHOP, &payload->shop))
        return false;
    if (str_eq(str_cut(&rest, ':'), payload->channel) && str_eq(str_cut(&rest, ':'), payload->shop)
        && rest.size > 0)
        return true;
    return err_set(envelope->err, ERR_REJECT,
                   "the key is not <ce_channel>:<ce_shop>:<platform's order id>");
}

static bool envelope_take_extras(struct envelope *envelope, struct event *event)
{
    if (event->kind == EVENT_PAYLOAD_RECEIVED)
        return envelope_take_payload(envelope, event);
    if (event->kind != EVENT_ORDER_SNAPSHOT_TAKEN)
        return true;
    return envelope_take_int(envelope, ENVELOPE_RAW_GENERATION, &event->snapshot.raw_generation)
           && envelope_take_int(envelope, ENVELOPE_RAW_OFFSET, &event->snapshot.raw_offset);
}

bool envelope_decode(const struct message *message, struct event *event_out, struct err *err)
{
    struct envelope envelope = { .message = message, .err = err };
    struct event event = { .message = message, .origin = message->origin };
    bool is_payload;

    envelope_sort(&envelope);
    if (!envelope_take_kind(&envelope, &event.kind) || !envelope_take_spec(&envelope)
        || !envelope_check_topic(&envelope, event.kind))
        return false;
    is_payload = event.kind == EVENT_PAYLOAD_RECEIVED;
    if (!envelope_take(&envelope, ENVELOPE_ID, &event.id)
        || !envelope_take(&envelope, ENVELOPE_SOURCE, &event.source)
        || !envelope_take_key(&envelope, &event.key)
        || !envelope_take_time(&envelope, is_payload, &event.time_ms)
        || !envelope_take_entered(&envelope, is_payload, &event.entered_ms)
        || !envelope_take_extras(&envelope, &event))
        return false;
    event.trace = envelope_trace(envelope.values[ENVELOPE_TRACE]);
    *event_out = event;
    return true;
}

/* ---- writing ---- */

static void envelope_put(struct message *message, enum envelope_slot slot, struct str value)
{
    message_put_header(message, envelope_names[slot], value);
}

static void envelope_put_int(struct arena *arena, struct message *message, enum envelope_slot slot,
                             int64_t value)
{
    envelope_put(message, slot, arena_format(arena, "%lld", (long long)value));
}

static void envelope_put_extras(struct arena *arena, const struct event *event,
                                struct message *message)
{
    if (event->kind == EVENT_PAYLOAD_RECEIVED) {
        envelope_put(message, ENVELOPE_CHANNEL, event->payload.channel);
        envelope_put(message, ENVELOPE_SHOP, event->payload.shop);
    } else if (event->kind == EVENT_ORDER_SNAPSHOT_TAKEN) {
        envelope_put_int(arena, message, ENVELOPE_RAW_GENERATION, event->snapshot.raw_generation);
        envelope_put_int(arena, message, ENVELOPE_RAW_OFFSET, event->snapshot.raw_offset);
    }
}

void envelope_encode(struct arena *arena, const struct event *event, struct message *message_out)
{
    char time_text[CLOCK_TEXT_SIZE];
    struct message *message = message_out;

    CHECK(event->kind > EVENT_NONE && event->kind < EVENT_KIND_COUNT);
    CHECK(event->id.size > 0 && event->source.size > 0 && event->key.size > 0);
    CHECK(event->time_ms >= 0);
    message->topic = event_kind_topic(event->kind);
    message->key = event->key;
    envelope_put(message, ENVELOPE_SPEC, STR("1.0"));
    envelope_put(message, ENVELOPE_ID, event->id);
    envelope_put(message, ENVELOPE_TYPE,
                 arena_format(arena, ENVELOPE_TYPE_HEAD "%s" ENVELOPE_TYPE_TAIL,
                              event_kind_name(event->kind)));
    envelope_put(message, ENVELOPE_SOURCE, event->source);
    envelope_put(message, ENVELOPE_SUBJECT, event->key);
    envelope_put(message, ENVELOPE_TIME,
                 arena_copy(arena, clock_utc_text(event->time_ms, time_text)));
    envelope_put(message, ENVELOPE_CONTENT, STR("application/json"));
    if (event->trace.size > 0)
        envelope_put(message, ENVELOPE_TRACE, event->trace);
    if (event->entered_ms > 0)
        envelope_put_int(arena, message, ENVELOPE_ENTERED, event->entered_ms);
    envelope_put_extras(arena, event, message);
}
