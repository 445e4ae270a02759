/* topic — see topic.h. */
#include "domain/topic.h"

#include "domain/names.h"

static const char *const topic_texts[TOPIC_COUNT] = {
    [TOPIC_ORDERS_RAW] = "orders.raw",
    [TOPIC_ORDERS_CHANGES] = "orders.changes",
    [TOPIC_ORDERS_RESERVED] = "orders.reserved",
    [TOPIC_ORDERS_SCREENED] = "orders.screened",
    [TOPIC_ORDERS_ROUTED] = "orders.routed",
    [TOPIC_SHIPMENTS_PLANNED] = "shipments.planned",
    [TOPIC_SHIPMENTS_SCANNED] = "shipments.scanned",
    [TOPIC_SHIPMENTS_VERIFIED] = "shipments.verified",
    [TOPIC_STOCK_FEED] = "stock.feed",
    [TOPIC_STOCK_LEVELS] = "stock.levels",
    [TOPIC_ALERTS_RAISED] = "alerts.raised",
    [TOPIC_ALERTS_SENT] = "alerts.sent",
    [TOPIC_RULES] = "rules",
    [TOPIC_DEAD_INGEST] = "dead.ingest",
    [TOPIC_DEAD_RESERVE] = "dead.reserve",
    [TOPIC_DEAD_ANOMALY] = "dead.anomaly",
    [TOPIC_DEAD_ROUTE] = "dead.route",
    [TOPIC_DEAD_VERIFY] = "dead.verify",
    [TOPIC_DEAD_NOTIFY] = "dead.notify",
    [TOPIC_DEAD_LEDGER] = "dead.ledger",
};

static const struct names topic_names = NAMES(topic_texts);

const char *topic_name(enum topic topic)
{
    return names_get(&topic_names, (size_t)topic);
}

enum topic topic_of(struct str name)
{
    return (enum topic)names_find(&topic_names, name);
}

enum topic topic_dead(const char *worker)
{
    for (enum topic topic = TOPIC_DEAD_INGEST; topic <= TOPIC_DEAD_LEDGER; topic++) {
        struct str name = str_of(topic_name(topic));

        (void)str_cut(&name, '.');
        if (str_is(name, worker))
            return topic;
    }
    return TOPIC_END;
}
