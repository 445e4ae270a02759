#include "runtime/metrics.h"

#include "base/buf.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/counter.h"

#define METRICS_ARENA_MAX     (1u << 20)
#define METRICS_TEXT_CAPACITY 4096
#define METRICS_US_PER_SECOND 1000000
#define METRICS_MS_PER_SECOND 1000

struct metrics {
    struct arena *arena; /* only while it is opened: the probe thread reads beside it */
    const char *worker;
    const struct metric_row *rows;
    size_t count;
    struct counter *own;
    struct counter common[METRIC_COMMON_COUNT];
    struct counter lag[TOPIC_COUNT]; /* lag + 1; 0: not read by this worker */
};

const struct metric_row metrics_common_rows[] = {
    [METRIC_EVENTS_IN] = { "events_in_total", METRIC_COUNTER, "events read and committed" },
    [METRIC_EVENTS_OUT] = { "events_out_total", METRIC_COUNTER, "events published" },
    [METRIC_REJECTED] = { "rejected_total", METRIC_COUNTER, "events given to dead.<worker>" },
    [METRIC_PARKED] = { "parked_total", METRIC_COUNTER, "events parked behind a rejected one" },
    [METRIC_BATCHES] = { "batches_total", METRIC_COUNTER, "batches committed" },
    [METRIC_RETRIES] = { "retries_total", METRIC_COUNTER, "batches and ticks to be tried again" },
    [METRIC_BATCH_SIZE] = { "batch_size", METRIC_GAUGE, "events in the last batch" },
    [METRIC_FILL_US] = { "fill_seconds_total", METRIC_COUNTER, "time spent filling batches" },
    [METRIC_HANDLE_US] = { "handle_seconds_total", METRIC_COUNTER, "time spent handling" },
    [METRIC_PUBLISH_US] = { "publish_seconds_total", METRIC_COUNTER,
                            "time spent until every delivery was confirmed" },
    [METRIC_COMMIT_US] = { "commit_seconds_total", METRIC_COUNTER, "time spent committing" },
    [METRIC_CYCLE_US] = { "cycle_age_seconds", METRIC_GAUGE, "time since the cycle last turned" },
    [METRIC_EVENT_AGE_MS] = { "event_age_seconds", METRIC_GAUGE,
                              "age of the oldest event when the last batch was closed" },
    [METRIC_REBALANCES] = { "rebalances_total", METRIC_COUNTER,
                            "assignments and revocations of partitions" },
    { .name = NULL },
};

struct metrics *metrics_open(const char *worker, const struct metric_row *rows)
{
    struct arena *arena = arena_open(METRICS_ARENA_MAX);
    struct metrics *metrics = ARENA_NEW(arena, struct metrics);

    metrics->arena = arena;
    metrics->worker = worker;
    metrics->rows = rows;
    while (rows != NULL && rows[metrics->count].name != NULL)
        metrics->count++;
    metrics->own = ARENA_ARRAY(arena, struct counter, metrics->count + 1);
    counter_set(&metrics->common[METRIC_CYCLE_US], clock_monotonic_us());
    return metrics;
}

void metrics_close(struct metrics *metrics)
{
    if (metrics != NULL)
        arena_close(metrics->arena);
}

void metrics_add(struct metrics *metrics, size_t row, int64_t n)
{
    CHECK(row < metrics->count);
    counter_add(&metrics->own[row], n);
}

void metrics_set(struct metrics *metrics, size_t row, int64_t value)
{
    CHECK(row < metrics->count);
    counter_set(&metrics->own[row], value);
}

void metrics_common_add(struct metrics *metrics, enum metric_common which, int64_t n)
{
    counter_add(&metrics->common[which], n);
}

void metrics_common_set(struct metrics *metrics, enum metric_common which, int64_t value)
{
    counter_set(&metrics->common[which], value);
}

int64_t metrics_common_get(const struct metrics *metrics, enum metric_common which)
{
    return counter_get(&metrics->common[which]);
}

void metrics_lag_set(struct metrics *metrics, enum topic topic, int64_t lag)
{
    CHECK(topic > TOPIC_END && topic < TOPIC_COUNT);
    counter_set(&metrics->lag[topic], lag + 1);
}

int64_t metrics_lag_total(const struct metrics *metrics)
{
    int64_t total = 0;

    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        int64_t lag = counter_get(&metrics->lag[topic]);
        total += lag > 0 ? lag - 1 : 0;
    }
    return total;
}

static void metrics_put_head(struct buf *buf, const struct metric_row *row)
{
    buf_put_format(buf, "# HELP sluice_%s %s\n# TYPE sluice_%s %s\n", row->name, row->help,
                   row->name, row->kind == METRIC_COUNTER ? "counter" : "gauge");
}

/* value / scale with six or three digits behind the point; whole without a scale. */
static void metrics_put_value(struct buf *buf, int64_t value, int64_t scale)
{
    if (scale == 1)
        buf_put_format(buf, "%lld\n", (long long)value);
    else
        buf_put_format(buf, "%lld.%0*lld\n", (long long)(value / scale),
                       scale == METRICS_US_PER_SECOND ? 6 : 3, (long long)(value % scale));
}

/* Prometheus wants base units; the counters hold what is exact. */
static int64_t metrics_common_scale(size_t which)
{
    switch (which) {
    case METRIC_FILL_US:
    case METRIC_HANDLE_US:
    case METRIC_PUBLISH_US:
    case METRIC_COMMIT_US:
    case METRIC_CYCLE_US:
        return METRICS_US_PER_SECOND;
    case METRIC_EVENT_AGE_MS:
        return METRICS_MS_PER_SECOND;
    default:
        return 1;
    }
}

static void metrics_put_common(struct buf *buf, const struct metrics *metrics)
{
    for (size_t i = 0; i < METRIC_COMMON_COUNT; i++) {
        int64_t value = counter_get(&metrics->common[i]);

        if (i == METRIC_CYCLE_US)
            value = clock_monotonic_us() - value;
        metrics_put_head(buf, &metrics_common_rows[i]);
        buf_put_format(buf, "sluice_%s{worker=\"%s\"} ", metrics_common_rows[i].name,
                       metrics->worker);
        metrics_put_value(buf, value < 0 ? 0 : value, metrics_common_scale(i));
    }
}

static void metrics_put_lag(struct buf *buf, const struct metrics *metrics)
{
    buf_put(buf, STR("# HELP sluice_lag_messages messages not yet committed\n"
                     "# TYPE sluice_lag_messages gauge\n"));
    for (int topic = TOPIC_END + 1; topic < TOPIC_COUNT; topic++) {
        int64_t lag = counter_get(&metrics->lag[topic]);

        if (lag > 0)
            buf_put_format(buf, "sluice_lag_messages{worker=\"%s\",topic=\"%s\"} %lld\n",
                           metrics->worker, topic_name((enum topic)topic), (long long)(lag - 1));
    }
}

struct str metrics_text(const struct metrics *metrics, struct arena *arena)
{
    struct buf buf;

    buf_init(&buf, arena, METRICS_TEXT_CAPACITY);
    metrics_put_common(&buf, metrics);
    metrics_put_lag(&buf, metrics);
    for (size_t i = 0; i < metrics->count; i++) {
        metrics_put_head(&buf, &metrics->rows[i]);
        buf_put_format(&buf, "sluice_%s{worker=\"%s\"} %lld\n", metrics->rows[i].name,
                       metrics->worker, (long long)counter_get(&metrics->own[i]));
    }
    return buf_str(&buf);
}

void metrics_print_help(const struct metric_row *rows, bool markdown, FILE *out)
{
    if (rows == NULL || rows[0].name == NULL)
        return;
    if (markdown)
        (void)fputs("| metric | kind | what it counts |\n| --- | --- | --- |\n", out);
    for (const struct metric_row *row = rows; row->name != NULL; row++) {
        const char *kind = row->kind == METRIC_COUNTER ? "counter" : "gauge";

        if (markdown)
            (void)fprintf(out, "| `sluice_%s` | %s | %s |\n", row->name, kind, row->help);
        else
            (void)fprintf(out, "  sluice_%-32s %s\n", row->name, row->help);
    }
}
