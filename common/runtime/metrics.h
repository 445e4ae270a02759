/*
 * metrics — one table of rows gives storage, /metrics and the docs.
 *
 * A row is named by its index, an enum of the worker. Written by the working thread, read by
 * the probe thread: values are atomic counters.
 */
#ifndef SLUICE_RUNTIME_METRICS_H
#define SLUICE_RUNTIME_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"
#include "domain/topic.h"

enum metric_kind { METRIC_COUNTER = 1, METRIC_GAUGE };

struct metric_row {
    const char *name; /* "reserve_short_total"; exported as sluice_<name>; NULL ends a table */
    enum metric_kind kind;
    const char *help;
};

struct metrics;

struct metrics *metrics_open(const char *worker, const struct metric_row *rows);
void metrics_close(struct metrics *metrics);

/* By index into the worker's own rows. */
void metrics_add(struct metrics *metrics, size_t row, int64_t n);
void metrics_set(struct metrics *metrics, size_t row, int64_t value);

/* Prometheus text; may be called from the probe thread. */
struct str metrics_text(const struct metrics *metrics, struct arena *arena);

/* ---- the cycle's own, in every worker ---- */

enum metric_common {
    METRIC_EVENTS_IN = 0,
    METRIC_EVENTS_OUT,
    METRIC_REJECTED,
    METRIC_PARKED,
    METRIC_BATCHES,
    METRIC_RETRIES,
    METRIC_BATCH_SIZE,
    METRIC_FILL_US,
    METRIC_HANDLE_US,
    METRIC_PUBLISH_US,
    METRIC_COMMIT_US,
    METRIC_CYCLE_US,   /* when the cycle last turned, monotonic; shown as its age */
    METRIC_EVENT_AGE_MS,
    METRIC_REBALANCES,
    METRIC_COMMON_COUNT,
};

extern const struct metric_row metrics_common_rows[];

void metrics_common_add(struct metrics *metrics, enum metric_common which, int64_t n);
void metrics_common_set(struct metrics *metrics, enum metric_common which, int64_t value);
int64_t metrics_common_get(const struct metrics *metrics, enum metric_common which);

/* Messages of a topic not yet committed; shown from the first call on. */
void metrics_lag_set(struct metrics *metrics, enum topic topic, int64_t lag);
int64_t metrics_lag_total(const struct metrics *metrics);

void metrics_print_help(const struct metric_row *rows, bool markdown, FILE *out);

#endif
