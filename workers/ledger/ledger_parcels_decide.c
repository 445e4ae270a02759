/*
 * ledger_parcels_decide — plans, and what became of their parcels (ledger_build_decide.h).
 *
 * A parcel's row is put together from four topics; each statement fills its own part.
 */
#include "ledger/ledger_build_decide.h"

void ledger_parcels_routed(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    const struct plan *plan = &answer->plan;
    struct ledger_plan *row;

    if (plan->number == 0)
        return;
    row = ledger_list_add(&build->plans);
    *row = (struct ledger_plan){
        .order_id = answer->order_id,
        .rules_version = plan->rules_version,
        .reason = plan->reason,
        .runner_up = plan->runner_up,
        .number = plan->number,
        .rev = plan->noted_rev > 0 ? plan->noted_rev : answer->rev,
        .parcel_count = (int64_t)plan->parcel_count,
        .entered_at = event->entered_ms,
        .made_at = ledger_seen_at(event),
    };
    for (size_t i = 0; i < plan->parcel_count; i++) {
        const struct parcel *parcel = &plan->parcels[i];
        struct ledger_parcel *out = ledger_list_add(&build->parcels);

        *out = (struct ledger_parcel){
            .shipment_id = parcel->shipment_id,
            .order_id = answer->order_id,
            .warehouse = parcel->warehouse,
            .carrier = parcel->carrier,
            .plan_number = plan->number,
            .items = parcel->items,
            .item_count = parcel->item_count,
        };
    }
}

void ledger_parcels_planned(struct ledger_build *build, const struct event *event)
{
    const struct shipment_body *shipment = &event->shipment;
    struct ledger_parcel *row = ledger_list_add(&build->parcels);

    *row = (struct ledger_parcel){
        .shipment_id = shipment->shipment_id,
        .order_id = shipment->order_id,
        .warehouse = shipment->warehouse,
        .carrier = shipment->carrier,
        .rev = shipment->rev,
        .stop = event->kind == EVENT_SHIPMENT_STOP_REQUESTED,
        .items = shipment->items,
        .item_count = shipment->item_count,
    };
    if (!row->stop)
        row->planned_at = event->time_ms;
}

/* Where and by whom it should go is the plan's to say; a scan that differs gets its verdict. */
void ledger_parcels_scanned(struct ledger_build *build, const struct event *event)
{
    const struct scan_body *scan = &event->scan;
    struct ledger_parcel *row = ledger_list_add(&build->parcels);

    *row = (struct ledger_parcel){
        .shipment_id = scan->shipment_id,
        .order_id = scan->order_id,
        .waybill = scan->waybill,
    };
    if (event->kind == EVENT_SHIPMENT_PACKED)
        row->packed_at = scan->at;
    else if (event->kind == EVENT_SHIPMENT_LEFT)
        row->left_at = scan->at;
    else
        row->stopped_at = scan->at;
}

void ledger_parcels_verified(struct ledger_build *build, const struct event *event)
{
    const struct check_body *check = &event->check;
    struct ledger_parcel *row = ledger_list_add(&build->parcels);

    *row = (struct ledger_parcel){
        .shipment_id = check->shipment_id,
        .order_id = check->order_id,
        .waybill = check->waybill,
        .check = check->verdict,
        .check_reason = check->reason,
        .checked_at = check->at,
    };
    ledger_gates_verified(build, event);
    /* "It has left" is no check of what is in it: it counts where nobody has checked. */
    if (check->verdict == CHECK_KIND_GO && str_is(check->fate, "left"))
        row->checked_at = 0;
}

void ledger_parcels_dead(struct ledger_build *build, const struct event *original,
                         struct str reason)
{
    struct ledger_parcel *row = ledger_list_add(&build->parcels);

    *row = (struct ledger_parcel){
        .shipment_id = original->scan.shipment_id,
        .order_id = original->scan.order_id,
        .check = CHECK_KIND_WRONG,
        .check_reason = arena_format(build->arena, "parked: %.*s", STR_ARG(reason)),
        .checked_at = original->scan.at,
    };
}

/* ---- one per parcel ---- */

static int ledger_parcels_compare(const void *a, const void *b)
{
    const struct ledger_parcel *x = a, *y = b;

    return str_compare(x->shipment_id, y->shipment_id);
}

static bool ledger_parcels_same(const void *a, const void *b)
{
    return ledger_parcels_compare(a, b) == 0;
}

static bool ledger_parcels_is_planned(const struct ledger_parcel *parcel)
{
    return parcel->rev > 0 || parcel->plan_number > 0;
}

/* Bytewise the greater, so that the order of arrival does not matter. */
static struct str ledger_parcels_either(struct str a, struct str b)
{
    return str_compare(a, b) < 0 ? b : a;
}

/* Whose parcel it is, the plan knows; a scan may be wrong about it. */
static struct str ledger_parcels_owner(const struct ledger_parcel *a,
                                       const struct ledger_parcel *b)
{
    if (ledger_parcels_is_planned(a) != ledger_parcels_is_planned(b))
        return ledger_parcels_is_planned(a) ? a->order_id : b->order_id;
    return ledger_parcels_either(a->order_id, b->order_id);
}

/* A time once said stays; of two the earlier: a fate is told again and again. */
static int64_t ledger_parcels_first(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* The newest check stands; at one moment the sterner one. */
static bool ledger_parcels_check_is_newer(const struct ledger_parcel *a,
                                          const struct ledger_parcel *b)
{
    return a->checked_at > b->checked_at
        || (a->checked_at == b->checked_at && a->check > b->check);
}

static void ledger_parcels_fold(void *newer, const void *older)
{
    const struct ledger_parcel *old = older;
    struct ledger_parcel *row = newer;

    row->order_id = ledger_parcels_owner(row, old);
    row->warehouse = ledger_parcels_either(row->warehouse, old->warehouse);
    row->carrier = ledger_parcels_either(row->carrier, old->carrier);
    row->waybill = ledger_parcels_either(row->waybill, old->waybill);
    if (old->rev > row->rev) {
        row->rev = old->rev;
        row->stop = old->stop;
    }
    if (row->plan_number == 0)
        row->plan_number = old->plan_number;
    row->planned_at = ledger_parcels_first(row->planned_at, old->planned_at);
    row->packed_at = ledger_parcels_first(row->packed_at, old->packed_at);
    row->left_at = ledger_parcels_first(row->left_at, old->left_at);
    row->stopped_at = ledger_parcels_first(row->stopped_at, old->stopped_at);
    if (ledger_parcels_check_is_newer(old, row)) {
        row->check = old->check;
        row->check_reason = old->check_reason;
        row->checked_at = old->checked_at;
    }
    if (row->item_count == 0) {
        row->items = old->items;
        row->item_count = old->item_count;
    }
}

/* A plan said again was made when it was first said. */
static int ledger_parcels_compare_plans(const void *a, const void *b)
{
    const struct ledger_plan *x = a, *y = b;
    int order = str_compare(x->order_id, y->order_id);

    if (order == 0)
        order = ledger_compare_int(x->number, y->number);
    return order == 0 ? ledger_compare_int(y->made_at, x->made_at) : order;
}

static bool ledger_parcels_same_plan(const void *a, const void *b)
{
    const struct ledger_plan *x = a, *y = b;

    return x->number == y->number && str_eq(x->order_id, y->order_id);
}

void ledger_parcels_reduce(struct ledger_build *build)
{
    ledger_list_reduce(&build->parcels, ledger_parcels_compare, ledger_parcels_same,
                       ledger_parcels_fold);
    ledger_list_reduce(&build->plans, ledger_parcels_compare_plans, ledger_parcels_same_plan,
                       NULL);
}
