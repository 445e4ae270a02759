#include "cli/publish.h"

#include <unistd.h>

#include "base/clock.h"
#include "codec/event_codec.h"
#include "runtime/kafka.h"

#define PUBLISH_WAIT_MS 30000

bool publish_events(struct cli *cli, const struct event *events, size_t count, struct err *err)
{
    struct message *messages = ARENA_ARRAY(cli->arena, struct message, count);
    enum topic writes[] = { count > 0 ? event_kind_topic(events[0].kind) : TOPIC_END, TOPIC_END };
    const struct kafka_setup setup = { .worker = "cli", .writes = writes, .config = cli->config };
    struct kafka *kafka = NULL;
    size_t culprit = 0;
    bool sent;

    for (size_t i = 0; i < count; i++) {
        CHECK(event_kind_topic(events[i].kind) == writes[0]);
        event_encode(cli->arena, &events[i], &messages[i]);
    }
    if (!kafka_open(&kafka, &setup, err))
        return false;
    sent = kafka_join(kafka, PUBLISH_WAIT_MS, err)
        && kafka_publish(kafka, messages, count, &culprit, err);
    kafka_close(kafka, 5000);
    return sent;
}

struct str publish_request_id(struct cli *cli)
{
    return arena_format(cli->arena, "cli-%lld-%d-%lld", (long long)clock_now_ms(), (int)getpid(),
                        (long long)clock_monotonic_us());
}
