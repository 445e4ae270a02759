/* ledger_stock_decide — counts, movements and levels (ledger_build_decide.h). */
#include "ledger/ledger_build_decide.h"

void ledger_stock_feed(struct ledger_build *build, const struct event *event)
{
    const struct feed_body *feed = &event->feed;
    struct ledger_feed *row = ledger_list_add(&build->feed);

    *row = (struct ledger_feed){
        .event_id = event->id,
        .sku = feed->sku,
        .warehouse = feed->warehouse,
        .movement_id = feed->movement_id,
        .reason = feed->reason,
        .counted = event->kind == EVENT_STOCK_COUNTED,
        .quantity = feed->quantity,
        .at = feed->at,
        .seen_at = ledger_seen_at(event),
    };
}

static int ledger_stock_compare_feed(const void *a, const void *b)
{
    const struct ledger_feed *x = a, *y = b;
    int order = str_compare(x->event_id, y->event_id);

    return order == 0 ? ledger_compare_int(y->seen_at, x->seen_at) : order;
}

static bool ledger_stock_same_feed(const void *a, const void *b)
{
    const struct ledger_feed *x = a, *y = b;

    return str_eq(x->event_id, y->event_id);
}

static int ledger_stock_compare_levels(const void *a, const void *b)
{
    const struct level_body *x = a, *y = b;
    int order = str_compare(x->sku, y->sku);

    if (order == 0)
        order = ledger_compare_int(x->epoch, y->epoch);
    return order == 0 ? ledger_compare_int(x->srev, y->srev) : order;
}

static bool ledger_stock_same_level(const void *a, const void *b)
{
    const struct level_body *x = a, *y = b;

    return str_eq(x->sku, y->sku);
}

void ledger_stock_level(struct ledger_build *build, const struct event *event)
{
    *(struct level_body *)ledger_list_add(&build->levels) = event->level;
}

void ledger_stock_reduce(struct ledger_build *build)
{
    ledger_list_reduce(&build->feed, ledger_stock_compare_feed, ledger_stock_same_feed, NULL);
    ledger_list_reduce(&build->levels, ledger_stock_compare_levels, ledger_stock_same_level, NULL);
}
