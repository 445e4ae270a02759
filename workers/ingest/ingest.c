/*
 * ingest — a platform's payload becomes an order.
 *
 *   orders.raw ──► mapping ──► decide ──► orders.changes: the snapshot, its after-sales
 *                                     └─► dead.ingest: what cannot be understood, and why
 *
 * No store but for the number of the set of topics, and no memory: what a payload says follows
 * from its bytes, so a replay says it again with the same ids. How a platform's payload reads is
 * data: schemas/channels. README.md has the config, metrics and what can go wrong.
 */
#include "base/arena.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"
#include "codec/order_codec.h"
#include "ingest/ingest_decide.h"
#include "runtime/worker.h"
#include "store/journal_store.h"

#define INGEST_ARENA_SIZE   (1u << 20)
#define INGEST_SCRATCH_SIZE (256u << 20) /* the tree of the largest document json.h lets pass */

struct ingest {
    struct mapping_set *channels;
    struct journal_store *journal; /* the generation, for the raw offset of snapshots */
    struct ingest_policy policy;
    struct arena *arena;   /* what the policy borrows */
    struct arena *scratch; /* of one payload: hostile ones may not add up over a batch */
};

enum ingest_metric { INGEST_SNAPSHOTS, INGEST_REFUNDS, INGEST_REFUSED };

static const struct metric_row ingest_metrics[] = {
    [INGEST_SNAPSHOTS] = { .name = "ingest_snapshots_total",
                           .kind = METRIC_COUNTER,
                           .help = "Snapshots of orders made from payloads" },
    [INGEST_REFUNDS] = { .name = "ingest_refunds_total",
                         .kind = METRIC_COUNTER,
                         .help = "After-sale facts found in snapshots" },
    [INGEST_REFUSED] = { .name = "ingest_refused_total",
                         .kind = METRIC_COUNTER,
                         .help = "Payloads that could not be understood" },
    { .name = NULL },
};

static const struct config_row ingest_config[] = {
    { .name = "shops",
      .type = CONFIG_TEXT,
      .fallback = "",
      .help = "shops that are ours, channel:shop, comma separated; empty accepts all" },
    { .name = "schemas",
      .type = CONFIG_TEXT,
      .fallback = "",
      .help = "folder that holds channels/; empty: SLUICE_SCHEMAS, else the one near the program" },
    { .name = NULL },
};

static bool ingest_open(void *state, const struct config *config, struct err *err)
{
    struct ingest *self = state;

    self->arena = arena_open(INGEST_ARENA_SIZE);
    self->scratch = arena_open(INGEST_SCRATCH_SIZE);
    return ingest_decide_policy(self->arena, str_of(config_str(config, "shops")), &self->policy,
                                err)
           && mapping_set_open(&self->channels, config_str(config, "schemas"), err)
           && journal_store_open(&self->journal, config_str(config, "pg_url"), "ingest", err);
}

static bool ingest_read(struct ingest *self, const struct event *payload, struct order *order_out,
                        struct err *err)
{
    const struct mapping *channel = mapping_set_get(self->channels, payload->payload.channel);

    if (!channel)
        return err_set(err, ERR_REJECT,
                       "unknown channel %.*s: known are %.*s; put its file into "
                       "schemas/channels, restart ingest and replay",
                       STR_ARG(str_clip(payload->payload.channel, 40)),
                       STR_ARG(mapping_set_names(self->channels)));
    return ingest_decide_accept(&self->policy, payload, err)
           && mapping_order(channel, self->scratch, payload->payload.shop, payload->payload.bytes,
                            order_out, err)
           && ingest_decide_key(payload, order_out, err);
}

/* What outlives the scratch goes into the batch's arena: the encoded order, its id, the ids. */
static void ingest_say(struct batch *batch, const struct event *payload, struct order *order)
{
    struct ingest_plan plan;

    order->order_id = arena_copy(batch->arena, order->order_id);
    order_encode(batch->arena, order);
    plan = ingest_decide(batch->arena, payload, order);
    for (size_t i = 0; i < plan.count; i++)
        outbox_put(batch->out, &plan.events[i]);
    metrics_add(batch->metrics, INGEST_SNAPSHOTS, 1);
    metrics_add(batch->metrics, INGEST_REFUNDS, (int64_t)plan.count - 1);
}

static bool ingest_handle(void *state, struct batch *batch, struct err *err)
{
    struct ingest *self = state;

    (void)err;
    for (size_t i = 0; i < batch->count; i++) {
        struct order order;
        struct err why = { .class = ERR_NONE };

        arena_reset(self->scratch);
        if (ingest_read(self, &batch->events[i], &order, &why)) {
            ingest_say(batch, &batch->events[i], &order);
        } else {
            batch_reject(batch, i, &why);
            metrics_add(batch->metrics, INGEST_REFUSED, 1);
        }
    }
    return true;
}

static bool ingest_generation(void *state, int64_t *generation_out, struct err *err)
{
    struct ingest *self = state;
    int64_t epoch;

    return journal_store_epoch(self->journal, &epoch, generation_out, err);
}

static void ingest_close(void *state)
{
    struct ingest *self = state;

    journal_store_close(self->journal);
    mapping_set_close(self->channels);
    arena_close(self->scratch);
    arena_close(self->arena);
}

static const struct worker ingest_worker = {
    .name = "ingest",
    .reads = (const enum topic[]){ TOPIC_ORDERS_RAW, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_CHANGES, TOPIC_END },
    .config = ingest_config,
    .metrics = ingest_metrics,
    .state_size = sizeof(struct ingest),
    .open = ingest_open,
    .handle = ingest_handle,
    .generation = ingest_generation,
    .close = ingest_close,
};

int main(int argc, char **argv)
{
    return worker_main(&ingest_worker, argc, argv);
}
