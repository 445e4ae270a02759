/*
 * ingest_decide — which payloads are ours, and which facts an order of one makes.
 *
 * Pure: the mapping has read the payload before (codec/mapping.h), Kafka gets the facts after.
 * Same payload at the same offset, same facts: ids come from the payload's bytes alone.
 */
#ifndef SLUICE_INGEST_INGEST_DECIDE_H
#define SLUICE_INGEST_INGEST_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/event.h"
#include "domain/order.h"

struct ingest_policy {
    const struct str *shops; /* "douyin:9000001"; none: every shop is ours */
    size_t shop_count;
};

/* From the setting `shops`, "douyin:9000001,wechat:7000001"; empty accepts all. FATAL on an entry
 * that is no <channel>:<shop>. Borrows the list. */
bool ingest_decide_policy(struct arena *arena, struct str list, struct ingest_policy *policy_out,
                          struct err *err) MUST_CHECK;

/* Is the shop one of ours? REJECT says what to do. */
bool ingest_decide_accept(const struct ingest_policy *policy, const struct event *payload,
                          struct err *err) MUST_CHECK;

/* Is this the order the message's key names? Under another key its facts would overtake, or be
 * overtaken by, the rest of the order's. */
bool ingest_decide_key(const struct event *payload, const struct order *order,
                       struct err *err) MUST_CHECK;

/* The facts, in the order in which they must be said. */
struct ingest_plan {
    struct event *events; /* the snapshot, then one fact for each after-sale in it */
    size_t count;
};

/* `order` is encoded: json and digest are set. */
struct ingest_plan ingest_decide(struct arena *arena, const struct event *payload,
                                 const struct order *order);

#endif
