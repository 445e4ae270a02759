/*
 * envelope — headers of a message ↔ the envelope of an event.
 *
 * Binary mode of the CloudEvents Kafka binding, with the W3C traceparent and our own headers
 * beside it (event_codec.h has the list). Private to this room.
 */
#ifndef SLUICE_CODEC_ENVELOPE_H
#define SLUICE_CODEC_ENVELOPE_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/event.h"
#include "domain/message.h"

/* Sets everything of the event but its body; of that, what travels in headers: channel and shop
 * of a payload, the raw place of a snapshot. Text is borrowed from the message. */
bool envelope_decode(const struct message *message, struct event *event_out,
                     struct err *err) MUST_CHECK;

/* Sets topic, key and headers of the message. */
void envelope_encode(struct arena *arena, const struct event *event, struct message *message_out);

#endif
