/*
 * verify — the gate at the warehouse door.
 *
 *   shipments.scanned ──► order records ──► decide ──► note ──► shipments.verified
 *                                                           ──► orders.changes: left, stopped
 *                                                           ──► alerts.raised: wrong parcels
 *
 * The check need not be atomic with what follows: whatever happens, the claim follows the parcel
 * (STOCK.md 13, 28). README.md has the config and failures.
 */
#include "base/crash.h"
#include "runtime/worker.h"
#include "store/check_store.h"
#include "store/journal_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"
#include "verify/verify_decide.h"

struct verify {
    struct stock_store *stock;
    struct journal_store *journal;
    struct check_store *checks;
};

enum verify_metric {
    VERIFY_GO,
    VERIFY_STOP,
    VERIFY_WRONG,
};

static const struct metric_row verify_metrics[] = {
    [VERIFY_GO] = { .name = "verify_go_total", .kind = METRIC_COUNTER,
                    .help = "Scans of parcels that may go" },
    [VERIFY_STOP] = { .name = "verify_stop_total", .kind = METRIC_COUNTER,
                      .help = "Scans of parcels that must stop, or have stopped" },
    [VERIFY_WRONG] = { .name = "verify_wrong_total", .kind = METRIC_COUNTER,
                       .help = "Scans that differ from the plan" },
    { .name = NULL },
};

static const struct config_row verify_config[] = { { .name = NULL } };

static bool verify_open(void *state, const struct config *config, struct err *err)
{
    struct verify *self = state;

    return stock_store_open(&self->stock, config_str(config, "redis_url"), err)
        && journal_store_open(&self->journal, config_str(config, "pg_url"), "verify", err)
        && check_store_open(&self->checks, config_str(config, "pg_url"), err);
}

static struct verify_facts verify_find(const struct stock_order_view *view, struct str shipment_id)
{
    for (size_t i = 0; view->known && i < view->parcel_count; i++) {
        if (str_eq(view->parcels[i].shipment_id, shipment_id))
            return (struct verify_facts){ .known = true, .parcel = &view->parcels[i] };
    }
    return (struct verify_facts){ .known = false };
}

static bool verify_judge(struct verify *self, struct batch *batch, struct check_note *notes,
                         struct err *err)
{
    struct str *ids = ARENA_ARRAY(batch->arena, struct str, batch->count);
    struct stock_order_view *views = ARENA_ARRAY(batch->arena, struct stock_order_view,
                                                 batch->count);

    for (size_t i = 0; i < batch->count; i++)
        ids[i] = batch->events[i].scan.order_id;
    if (!stock_store_orders(self->stock, batch->arena, ids, batch->count, views, err))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *scan = &batch->events[i];
        struct verify_facts facts = verify_find(&views[i], scan->scan.shipment_id);
        struct verify_verdict verdict = verify_decide(batch->arena, scan, &facts);

        notes[i] = (struct check_note){
            .shipment_id = scan->scan.shipment_id,
            .fate = verify_fate(scan),
            .at = scan->scan.at,
            .verdict = str_of(check_kind_name(verdict.kind)),
            .reason = verdict.reason,
        };
    }
    return true;
}

static void verify_say(struct batch *batch, const struct event *scan,
                       const struct verify_verdict *verdict)
{
    struct event event = verify_conclude(batch->arena, scan, verdict);

    outbox_put(batch->out, &event);
    if (verify_conclude_fact(batch->arena, scan, &event))
        outbox_put(batch->out, &event);
    if (verify_conclude_alert(batch->arena, scan, verdict, &event))
        outbox_put(batch->out, &event);
    metrics_add(batch->metrics,
                verdict->kind == CHECK_KIND_GO ? VERIFY_GO
                : verdict->kind == CHECK_KIND_STOP ? VERIFY_STOP : VERIFY_WRONG, 1);
}

static bool verify_handle(void *state, struct batch *batch, struct err *err)
{
    struct verify *self = state;
    struct check_note *notes = ARENA_ARRAY(batch->arena, struct check_note, batch->count);

    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !verify_judge(self, batch, notes, err)
        || !check_store_note(self->checks, batch->arena, notes, batch->count, err))
        return false;
    crash_point("verify.after_note");

    for (size_t i = 0; i < batch->count; i++) {
        struct verify_verdict verdict = {
            .kind = check_kind_of(notes[i].verdict),
            .reason = notes[i].reason,
        };

        verify_say(batch, &batch->events[i], &verdict);
    }
    return true;
}

static void verify_close(void *state)
{
    struct verify *self = state;

    check_store_close(self->checks);
    journal_store_close(self->journal);
    stock_store_close(self->stock);
}

static const struct worker verify_worker = {
    .name = "verify",
    .reads = (const enum topic[]){ TOPIC_SHIPMENTS_SCANNED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_SHIPMENTS_VERIFIED, TOPIC_ORDERS_CHANGES,
                                    TOPIC_ALERTS_RAISED, TOPIC_END },
    .config = verify_config,
    .metrics = verify_metrics,
    .crash_points = (const char *const[]){ "verify.after_note", NULL },
    .state_size = sizeof(struct verify),
    .open = verify_open,
    .handle = verify_handle,
    .close = verify_close,
};

int main(int argc, char **argv)
{
    return worker_main(&verify_worker, argc, argv);
}
