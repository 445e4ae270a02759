/* import_send — see import_send.h. */
#include "cli/import_send.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "codec/event_codec.h"
#include "domain/event.h"
#include "domain/order.h"
#include "runtime/kafka.h"

#define IMPORT_SEND_COUNT_MAX  500
#define IMPORT_SEND_SIZE_MAX   ((size_t)4 << 20)
#define IMPORT_SEND_ARENA_SIZE ((size_t)1 << 30)
#define IMPORT_SEND_WAIT_MS    30000
#define IMPORT_SEND_ATTEMPTS   5

struct import_sender {
    struct kafka *kafka;
    struct arena *arena; /* of the batch */
    struct message messages[IMPORT_SEND_COUNT_MAX];
    int64_t lines[IMPORT_SEND_COUNT_MAX];
    size_t count, count_max, size;
    int64_t rate, sent, started_us;
    import_refuse_fn refuse;
    void *context;
};

bool import_sender_open(struct import_sender **sender_out, struct cli *cli, int64_t rate,
                        import_refuse_fn refuse, void *context, struct err *err)
{
    static const enum topic writes[] = { TOPIC_ORDERS_RAW, TOPIC_END };
    const struct kafka_setup setup = { .worker = "cli", .writes = writes, .config = cli->config };
    struct import_sender *sender = MEM_NEW(struct import_sender);
    int64_t per_turn = rate / 10;

    *sender = (struct import_sender){
        .arena = arena_open(IMPORT_SEND_ARENA_SIZE),
        .rate = rate,
        .refuse = refuse,
        .context = context,
        .started_us = clock_monotonic_us(),
        .count_max = IMPORT_SEND_COUNT_MAX,
    };
    if (rate > 0 && per_turn < IMPORT_SEND_COUNT_MAX)
        sender->count_max = per_turn > 0 ? (size_t)per_turn : 1;
    if (!kafka_open(&sender->kafka, &setup, err)
        || !kafka_join(sender->kafka, IMPORT_SEND_WAIT_MS, err)) {
        import_sender_close(sender);
        return false;
    }
    *sender_out = sender;
    return true;
}

void import_sender_close(struct import_sender *sender)
{
    if (!sender)
        return;
    kafka_close(sender->kafka, 5000);
    arena_close(sender->arena);
    mem_free(sender);
}

struct str import_send_key(struct arena *arena, const struct import_payload *payload)
{
    struct str hash;

    if (payload->platform_id.size > 0)
        return order_id_make(arena, payload->channel, payload->shop, payload->platform_id);
    hash = hash_sha256(arena, payload->bytes);
    return arena_format(arena, "%.*s:%.*s:?%.16s", STR_ARG(payload->channel),
                        STR_ARG(payload->shop), hash.data);
}

/* Where no trace comes with the order, its own begins here. */
static struct str import_send_trace(struct arena *arena, struct str id)
{
    return arena_format(arena, "00-%.32s-%.16s-01", id.data, id.data);
}

static void import_send_encode(struct import_sender *sender, const struct import_payload *payload)
{
    struct arena *arena = sender->arena;
    int64_t now_ms = clock_now_ms();
    struct str bytes = arena_copy(arena, payload->bytes);
    struct event event = {
        .kind = EVENT_PAYLOAD_RECEIVED,
        .source = STR("/sluice/import"),
        .key = import_send_key(arena, payload),
        .time_ms = now_ms,
        .entered_ms = now_ms,
        .payload = { .channel = arena_copy(arena, payload->channel),
                     .shop = arena_copy(arena, payload->shop),
                     .bytes = bytes },
    };

    event.id = event_fact_id(arena, event.key, event.kind, hash_sha256(arena, bytes));
    event.trace = import_send_trace(arena, event.id);
    event_encode(arena, &event, &sender->messages[sender->count]);
    sender->lines[sender->count++] = payload->line;
    sender->size += bytes.size;
}

/* Sleeps until `sent` payloads are not too many for the time since the start. */
static void import_send_pace(const struct import_sender *sender)
{
    int64_t due_us, wait_us;

    if (sender->rate <= 0)
        return;
    due_us = sender->started_us + sender->sent * 1000000 / sender->rate;
    wait_us = due_us - clock_monotonic_us();
    if (wait_us > 0)
        clock_sleep_ms(wait_us / 1000);
}

/* Takes the one the broker will never have out of the batch. */
static void import_send_drop(struct import_sender *sender, size_t culprit, const struct err *why)
{
    sender->refuse(sender->context, sender->lines[culprit], why);
    sender->count--;
    for (size_t i = culprit; i < sender->count; i++) {
        sender->messages[i] = sender->messages[i + 1];
        sender->lines[i] = sender->lines[i + 1];
    }
}

/* Sending again what may have arrived is harmless: the same id, applied once. */
static bool import_send_batch(struct import_sender *sender, struct err *err)
{
    int attempts = 0;

    while (sender->count > 0) {
        size_t culprit = 0;

        if (kafka_publish(sender->kafka, sender->messages, sender->count, &culprit, err))
            return true;
        if (err->class == ERR_REJECT) {
            import_send_drop(sender, culprit, err);
            continue;
        }
        if (err->class == ERR_FATAL || ++attempts == IMPORT_SEND_ATTEMPTS)
            return false;
        clock_sleep_ms(1000 * attempts);
    }
    return true;
}

bool import_sender_flush(struct import_sender *sender, struct err *err)
{
    if (!import_send_batch(sender, err))
        return false;
    sender->sent += (int64_t)sender->count;
    sender->count = sender->size = 0;
    arena_reset(sender->arena);
    import_send_pace(sender);
    return true;
}

bool import_sender_put(struct import_sender *sender, const struct import_payload *payload,
                       struct err *err)
{
    import_send_encode(sender, payload);
    if (sender->count < sender->count_max && sender->size < IMPORT_SEND_SIZE_MAX)
        return true;
    return import_sender_flush(sender, err);
}

int64_t import_sender_count(const struct import_sender *sender)
{
    return sender->sent;
}
