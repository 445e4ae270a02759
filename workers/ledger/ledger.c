/*
 * ledger — the durable record.
 *
 *   orders.*, shipments.*, stock.*, alerts.*, dead.* ──► decide ──► one transaction ──► PostgreSQL
 *                                                tick ──► fold the journal, make partitions
 *
 * Rows and the offsets they came from are committed together; every row knows which statement
 * about it is newest, so a replay changes nothing. README.md has the config, metrics and failures.
 */
#include "base/clock.h"
#include "base/log.h"
#include "codec/event_codec.h"
#include "ledger/ledger_decide.h"
#include "runtime/worker.h"
#include "store/ledger_store.h"

#define LEDGER_FOLD_BUDGET_US 500000 /* the topics wait while the journal is folded */
#define LEDGER_UPKEEP_MS      600000

struct ledger {
    struct ledger_store *store;
    size_t fold_rows_max;
    int64_t journal_keep_days;
    int64_t upkeep_at; /* when partitions are due again */
};

enum ledger_metric {
    LEDGER_ORDERS,
    LEDGER_TRAIL,
    LEDGER_PARCELS,
    LEDGER_DEAD,
    LEDGER_FOLDED,
};

static const struct metric_row ledger_metrics[] = {
    [LEDGER_ORDERS] = { .name = "ledger_orders_total", .kind = METRIC_COUNTER,
                        .help = "Statements about orders written, one per order and batch" },
    [LEDGER_TRAIL] = { .name = "ledger_trail_total", .kind = METRIC_COUNTER,
                       .help = "Statements about gates written to the trail" },
    [LEDGER_PARCELS] = { .name = "ledger_parcels_total", .kind = METRIC_COUNTER,
                         .help = "Statements about parcels written" },
    [LEDGER_DEAD] = { .name = "ledger_dead_letters_total", .kind = METRIC_COUNTER,
                      .help = "Dead letters of all workers listed" },
    [LEDGER_FOLDED] = { .name = "ledger_folded_total", .kind = METRIC_COUNTER,
                        .help = "Rows of the stock journal folded by this process" },
    { .name = NULL },
};

static const struct config_row ledger_config[] = {
    { .name = "fold_rows_max", .type = CONFIG_INT, .fallback = "100", .min = 1, .max = 5000,
      .help = "Most journal rows folded in one transaction" },
    { .name = "journal_keep_days", .type = CONFIG_INT, .fallback = "2", .min = 1, .max = 90,
      .help = "Days of the stock journal kept after they are folded" },
    { .name = NULL },
};

static bool ledger_open(void *state, const struct config *config, struct err *err)
{
    struct ledger *self = state;

    self->fold_rows_max = (size_t)config_int(config, "fold_rows_max");
    self->journal_keep_days = config_int(config, "journal_keep_days");
    return ledger_store_open(&self->store, config_str(config, "pg_url"), err);
}

/* The message as it was before it died. */
static struct message ledger_revive(const struct message *letter)
{
    struct message message = {
        .topic = topic_of(message_header(letter, "dead_topic")),
        .key = letter->key,
        .value = letter->value,
        .time_ms = letter->time_ms,
    };

    for (size_t i = 0; i < letter->header_count; i++) {
        const struct header *header = &letter->headers[i];

        if (str_is(header->name, "dead_ce_id"))
            message_put_header(&message, STR("ce_id"), header->value);
        else if (!str_is(header->name, "ce_id") && !str_starts(header->name, STR("dead_")))
            message_put_header(&message, header->name, header->value);
    }
    return message;
}

/* Some dead letters can be read after all: their worker could not handle them. */
static const struct event *ledger_original(struct arena *arena, const struct event *event)
{
    struct message *message;
    struct event *original;
    struct err ignored;

    if (event->kind != EVENT_NONE || !event->message)
        return NULL;
    message = ARENA_NEW(arena, struct message);
    original = ARENA_NEW(arena, struct event);
    *message = ledger_revive(event->message);
    if (message->topic == TOPIC_END || message->topic >= TOPIC_DEAD_INGEST
        || !event_decode(arena, message, original, &ignored))
        return NULL;
    return original;
}

static bool ledger_handle(void *state, struct batch *batch, struct err *err)
{
    struct ledger *self = state;
    const struct event **originals = (const struct event **)ARENA_ARRAY(
        batch->arena, struct event *, batch->count + 1);
    struct ledger_rows rows;

    for (size_t i = 0; i < batch->count; i++)
        originals[i] = ledger_original(batch->arena, &batch->events[i]);
    rows = ledger_decide(batch->arena, batch->events, batch->count, originals);
    if (!ledger_store_write(self->store, batch->arena, &rows, err))
        return false;

    metrics_add(batch->metrics, LEDGER_ORDERS, (int64_t)rows.order_count);
    metrics_add(batch->metrics, LEDGER_TRAIL, (int64_t)rows.trail_count);
    metrics_add(batch->metrics, LEDGER_PARCELS, (int64_t)rows.parcel_count);
    metrics_add(batch->metrics, LEDGER_DEAD, (int64_t)rows.dead_count);
    return true;
}

static bool ledger_fold(struct ledger *self, struct batch *batch, struct err *err)
{
    int64_t deadline_us = clock_monotonic_us() + LEDGER_FOLD_BUDGET_US;
    size_t folded;

    do {
        if (!ledger_store_fold(self->store, self->fold_rows_max, &folded, err))
            return false;
        metrics_add(batch->metrics, LEDGER_FOLDED, (int64_t)folded);
    } while (folded == self->fold_rows_max && clock_monotonic_us() < deadline_us);
    return true;
}

/* A table that is busy now is made room in later: partitions are made days ahead. */
static bool ledger_upkeep(struct ledger *self, struct batch *batch, struct err *err)
{
    if (batch->now_ms < self->upkeep_at)
        return true;
    if (ledger_store_upkeep(self->store, batch->now_ms, self->journal_keep_days, err)) {
        self->upkeep_at = batch->now_ms + LEDGER_UPKEEP_MS;
        return true;
    }
    if (err->class != ERR_RETRY)
        return false;
    log_warn("partitions could not be made now, trying again in a minute",
             LOG_TEXT("reason", str_of(err->text)));
    self->upkeep_at = batch->now_ms + 60000;
    return true;
}

static bool ledger_tick(void *state, struct batch *batch, struct err *err)
{
    struct ledger *self = state;

    return ledger_upkeep(self, batch, err) && ledger_fold(self, batch, err);
}

static bool ledger_generation(void *state, int64_t *generation_out, struct err *err)
{
    struct ledger *self = state;

    return ledger_store_generation(self->store, generation_out, err);
}

static void ledger_close(void *state)
{
    struct ledger *self = state;

    ledger_store_close(self->store);
}

static const struct worker ledger_worker = {
    .name = "ledger",
    .reads = (const enum topic[]){ TOPIC_ORDERS_CHANGES, TOPIC_ORDERS_RESERVED,
                                   TOPIC_ORDERS_SCREENED, TOPIC_ORDERS_ROUTED,
                                   TOPIC_SHIPMENTS_PLANNED, TOPIC_SHIPMENTS_SCANNED,
                                   TOPIC_SHIPMENTS_VERIFIED, TOPIC_STOCK_FEED,
                                   TOPIC_STOCK_LEVELS, TOPIC_ALERTS_RAISED, TOPIC_ALERTS_SENT,
                                   TOPIC_DEAD_INGEST, TOPIC_DEAD_RESERVE, TOPIC_DEAD_ANOMALY,
                                   TOPIC_DEAD_ROUTE, TOPIC_DEAD_VERIFY, TOPIC_DEAD_NOTIFY,
                                   TOPIC_DEAD_LEDGER, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_END },
    .config = ledger_config,
    .metrics = ledger_metrics,
    .crash_points = (const char *const[]){ "ledger.before_commit", "ledger.after_commit",
                                           "ledger.folded", NULL },
    .state_size = sizeof(struct ledger),
    .open = ledger_open,
    .handle = ledger_handle,
    .tick = ledger_tick,
    .generation = ledger_generation,
    .close = ledger_close,
};

int main(int argc, char **argv)
{
    return worker_main(&ledger_worker, argc, argv);
}
