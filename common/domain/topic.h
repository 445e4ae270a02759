/*
 * topic — the streams of the fleet by name.
 *
 * The same fact stands in schemas/topics.json with key, partitions and retention; tests/tidy
 * compares the two.
 */
#ifndef SLUICE_DOMAIN_TOPIC_H
#define SLUICE_DOMAIN_TOPIC_H

#include "base/str.h"

enum topic {
    TOPIC_END = 0, /* closes a worker's list */
    TOPIC_ORDERS_RAW,
    TOPIC_ORDERS_CHANGES,
    TOPIC_ORDERS_RESERVED,
    TOPIC_ORDERS_SCREENED,
    TOPIC_ORDERS_ROUTED,
    TOPIC_SHIPMENTS_PLANNED,
    TOPIC_SHIPMENTS_SCANNED,
    TOPIC_SHIPMENTS_VERIFIED,
    TOPIC_STOCK_FEED,
    TOPIC_STOCK_LEVELS,
    TOPIC_ALERTS_RAISED,
    TOPIC_ALERTS_SENT,
    TOPIC_RULES,
    TOPIC_DEAD_INGEST,
    TOPIC_DEAD_RESERVE,
    TOPIC_DEAD_ANOMALY,
    TOPIC_DEAD_ROUTE,
    TOPIC_DEAD_VERIFY,
    TOPIC_DEAD_NOTIFY,
    TOPIC_DEAD_LEDGER,
    TOPIC_COUNT,
};

/* "orders.raw"; static text. */
const char *topic_name(enum topic topic);

/* TOPIC_END when the name is unknown. */
enum topic topic_of(struct str name);

/* dead.<worker>; TOPIC_END when there is no such worker. */
enum topic topic_dead(const char *worker);

#endif
