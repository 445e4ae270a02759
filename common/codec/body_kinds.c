/*
 * body_kinds — what a kind asks for beyond the table of its shape.
 *
 * A fact names what it is about (STOCK.md, Which facts still count): without that the store could
 * not tell whether its subject has moved on.
 */
#include "base/check.h"
#include "codec/body.h"

#define BODY_NEEDS_MAX 4

struct body_kind {
    const char *needs[BODY_NEEDS_MAX]; /* fields that must be there and not empty */
    bool (*check)(const struct event *event, struct err *err);
};

static bool body_check_counted(const struct event *event, struct err *err)
{
    if (event->feed.quantity >= 0)
        return true;
    return err_set(err, ERR_REJECT,
                   "quantity is %lld: a count is 0 or more; a change of the "
                   "count is a stock.moved",
                   (long long)event->feed.quantity);
}

static bool body_check_stop(const struct event *event, struct err *err)
{
    if (event->shipment.item_count == 0)
        return true;
    return err_set(err, ERR_REJECT, "items are there: a stop names the parcel, nothing to pack");
}

static const struct body_kind body_kinds[EVENT_KIND_COUNT] = {
    [EVENT_ORDER_CANCELLED] = { .needs = { "request_id" } },
    [EVENT_ORDER_APPROVED] = { .needs = { "request_id", "rev", "digest" } },
    [EVENT_ORDER_DECLINED] = { .needs = { "request_id", "rev", "digest" } },
    [EVENT_ORDER_REJECTED] = { .needs = { "rev" } },
    [EVENT_ORDER_UNROUTABLE] = { .needs = { "rev" } },
    [EVENT_ORDER_PARCEL_SHIPPED] = { .needs = { "shipment_id", "at" } },
    [EVENT_ORDER_PARCEL_STOPPED] = { .needs = { "shipment_id", "at" } },
    [EVENT_ORDER_REFUND_CHANGED] = { .needs = { "refund" } },
    [EVENT_ORDER_PAYMENT_MADE] = { .needs = { "transaction_id" } },
    [EVENT_ORDER_ADDRESS_CORRECTED] = { .needs = { "request_id", "rev", "digest", "receiver" } },
    [EVENT_ORDER_RESCREEN] = { .needs = { "rev" } },
    [EVENT_ORDER_REPLAN] = { .needs = { "plan_number" } },
    [EVENT_ORDER_REROUTE] = { .needs = { "rev" } },
    [EVENT_SHIPMENT_PACK_REQUESTED] = { .needs = { "items" } },
    [EVENT_SHIPMENT_STOP_REQUESTED] = { .check = body_check_stop },
    [EVENT_STOCK_COUNTED] = { .check = body_check_counted },
    [EVENT_STOCK_MOVED] = { .needs = { "movement_id" } },
    [EVENT_FLEET_PAUSED] = { .needs = { "until_ms" } },
};

bool body_check_kind(const struct event *event, const struct field_table *table, struct err *err)
{
    const struct body_kind *kind = &body_kinds[event->kind];

    CHECK(event->kind < EVENT_KIND_COUNT);
    for (size_t i = 0; i < BODY_NEEDS_MAX && kind->needs[i]; i++) {
        /* All members of the union begin where it begins. */
        if (!field_has(table, kind->needs[i], &event->payload))
            return err_set(err, ERR_REJECT, "%s is missing: %s must name it", kind->needs[i],
                           event_kind_name(event->kind));
    }
    return !kind->check || kind->check(event, err);
}
