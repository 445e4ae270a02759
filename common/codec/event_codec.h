/*
 * event_codec — events ↔ messages: CloudEvents headers and JSON bodies.
 *
 * Binary mode of the CloudEvents Kafka binding: attributes in `ce_` headers, the body as the
 * value. Headers beside the attributes: `traceparent`; `entered` (ms, when the payload reached
 * orders.raw); on snapshots `raw_generation` and `raw_offset`; on payloads `ce_channel` and
 * `ce_shop`. An unknown major version of a kind is refused, unknown fields are ignored.
 */
#ifndef SLUICE_CODEC_EVENT_CODEC_H
#define SLUICE_CODEC_EVENT_CODEC_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "domain/message.h"

/* REJECT names what, where and what to do: a missing header, a field of the wrong type, a number
 * beyond ±2^53, a key that is not the body's subject, a kind that does not travel on the
 * message's topic. All text of the event is borrowed from the message or the arena. A message of a
 * dead.<worker> topic always decodes: kind EVENT_NONE, .message the bytes and headers. */
bool event_decode(struct arena *arena, const struct message *message, struct event *event_out,
                  struct err *err) MUST_CHECK;

/* Always succeeds: an event of ours that cannot be encoded is a bug. Deterministic: equal events
 * give equal bytes. */
void event_encode(struct arena *arena, const struct event *event, struct message *message_out);

/* A dead letter: the original bytes and headers, and `dead_reason`, `dead_class`, `dead_worker`,
 * `dead_topic`, `dead_partition`, `dead_offset`, `dead_generation`, `dead_time`;
 * ce_id = hash(topic, generation, partition, offset). */
void event_encode_dead(struct arena *arena, const struct message *original, const char *worker,
                       struct str reason, int64_t now_ms, struct message *message_out);

/* The canonical order from a body kept in PostgreSQL: order_decode_text() for workers, which see
 * no more of the codec than this header. */
bool event_decode_order(struct arena *arena, struct str json, struct order *order_out,
                       struct err *err) MUST_CHECK;

/* An alert kept in PostgreSQL: the bytes of its body as they travelled. Text is borrowed from
 * `json` or the arena. REJECT names the field that is wrong. */
bool event_decode_alert(struct arena *arena, struct str json, struct alert_body *alert_out,
                        struct err *err) MUST_CHECK;

#endif
