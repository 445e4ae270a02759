/*
 * config_rows — the settings every worker has, and how a table of rows is shown.
 */
#include "runtime/config.h"

#include <string.h>

#define CONFIG_ROW_TEXT(name_, fallback_, help_) \
    { .name = (name_), .type = CONFIG_TEXT, .fallback = (fallback_), .help = (help_) }
#define CONFIG_ROW_SECRET(name_, fallback_, help_) \
    { .name = (name_), .type = CONFIG_TEXT, .fallback = (fallback_), .help = (help_), \
      .secret = true }
#define CONFIG_ROW_INT(name_, fallback_, min_, max_, help_) \
    { .name = (name_), .type = CONFIG_INT, .fallback = (fallback_), .min = (min_), \
      .max = (max_), .help = (help_) }

const struct config_row config_common_rows[] = {
    CONFIG_ROW_TEXT("kafka_brokers", "127.0.0.1:19092",
                    "Kafka brokers, host:port, comma separated"),
    CONFIG_ROW_SECRET("redis_url", "redis://127.0.0.1:16379",
                      "Redis with the stock, redis://[:password@]host:port[/db]"),
    CONFIG_ROW_SECRET("pg_url", "postgresql://sluice@127.0.0.1:15432/sluice",
                      "PostgreSQL, a libpq connection string"),
    CONFIG_ROW_TEXT("probe_address", "127.0.0.1",
                    "address of /healthz, /readyz and /metrics; 0.0.0.0 for all"),
    CONFIG_ROW_INT("probe_port", "0", -1, 65535,
                   "their port; 0 takes a free one and logs it, -1 serves none"),
    CONFIG_ROW_TEXT("log_level", "info", "debug, info, warn or error"),
    CONFIG_ROW_INT("batch_count_max", "2048", 1, 10000, "most events in a batch"),
    CONFIG_ROW_INT("batch_kb_max", "8192", 64, 65536,
                   "a batch is closed once it holds this many KiB"),
    CONFIG_ROW_INT("batch_wait_ms", "20", 1, 5000,
                   "how long a batch waits for more after its first event"),
    CONFIG_ROW_INT("tick_ms", "500", 10, 60000, "time between two ticks of a worker that has them"),
    CONFIG_ROW_INT("handle_budget_ms", "20", 1, 60000,
                   "longest one event may take; times batch_count_max it must fit twice into "
                   "max_poll_interval_ms"),
    CONFIG_ROW_INT("session_timeout_ms", "10000", 1000, 300000,
                   "a worker silent for this long loses its partitions"),
    CONFIG_ROW_INT("max_poll_interval_ms", "300000", 10000, 3600000,
                   "a batch that takes longer loses its partitions"),
    CONFIG_ROW_TEXT("group_instance_id", "",
                    "static membership, only under names that are stable; empty for none"),
    CONFIG_ROW_INT("delivery_timeout_ms", "15000", 1000, 300000,
                   "how long a publication may wait for the broker before the batch is retried"),
    CONFIG_ROW_INT("commit_timeout_ms", "5000", 100, 60000,
                   "how long a commit may wait for the broker before the batch is retried"),
    CONFIG_ROW_INT("fetch_queue_kb", "32768", 64, 1048576, "KiB read ahead of the batch"),
    CONFIG_ROW_INT("retry_first_ms", "50", 1, 10000, "first delay while a store is down"),
    CONFIG_ROW_INT("retry_max_ms", "3000", 1, 60000, "longest delay while a store is down"),
    CONFIG_ROW_INT("stale_ms", "60000", 1000, 3600000,
                   "/healthz fails when the cycle stands still for this long"),
    CONFIG_ROW_INT("drain_deadline_ms", "20000", 1000, 600000,
                   "time from SIGTERM to the end of the process at the latest"),
    CONFIG_ROW_INT("arena_mb", "512", 16, 65536, "most MiB one batch may need"),
    { .name = NULL },
};

static void config_print_plain(const struct config_row *row, FILE *out)
{
    (void)fprintf(out, "  %-24s %s", row->name, row->help);
    if (row->fallback == NULL)
        (void)fputs(" (required)\n", out);
    else
        (void)fprintf(out, " (default %s)\n", row->fallback[0] ? row->fallback : "empty");
}

static void config_print_markdown(const struct config_row *row, FILE *out)
{
    (void)fprintf(out, "| `%s` | ", row->name);
    if (row->fallback == NULL)
        (void)fputs("required", out);
    else if (row->fallback[0] != '\0')
        (void)fprintf(out, "`%s`", row->fallback);
    if (row->type == CONFIG_INT)
        (void)fprintf(out, " | %lld to %lld", (long long)row->min, (long long)row->max);
    else
        (void)fputs(" | text", out);
    (void)fprintf(out, " | %s |\n", row->help);
}

void config_print_help(const struct config_row *rows, bool markdown, FILE *out)
{
    if (rows == NULL || rows[0].name == NULL)
        return;
    if (markdown)
        (void)fputs("| setting | default | values | what it is |\n| --- | --- | --- | --- |\n",
                    out);
    for (const struct config_row *row = rows; row->name != NULL; row++) {
        if (markdown)
            config_print_markdown(row, out);
        else
            config_print_plain(row, out);
    }
}
