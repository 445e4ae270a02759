/*
 * message — a Kafka record as plain data: what the codec turns into an event and back.
 */
#ifndef SLUICE_DOMAIN_MESSAGE_H
#define SLUICE_DOMAIN_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "domain/topic.h"

#define MESSAGE_HEADERS_MAX 24

struct header {
    struct str name, value;
};

/* Where a record was read: (generation, partition, offset) never repeats within a topic. */
struct origin {
    enum topic topic;
    int32_t partition;
    int64_t generation; /* of the set of topics: stock_epoch.generation */
    int64_t offset;
};

struct message {
    enum topic topic;
    struct str key, value;
    struct header headers[MESSAGE_HEADERS_MAX];
    size_t header_count;
    int64_t time_ms;      /* Kafka's timestamp; 0 on a message to be sent */
    struct origin origin; /* unset on a message to be sent */
};

/* A message that waits behind a rejected one of the same key, or that rejected one itself. */
struct parked {
    struct message message; /* as it was read, headers and origin too */
    bool poison;
};

/* The value of the first header of that name; the empty str when there is none. */
struct str message_header(const struct message *message, const char *name);

/* Adds one; aborts beyond MESSAGE_HEADERS_MAX. Borrows both. */
void message_put_header(struct message *message, struct str name, struct str value);

#endif
