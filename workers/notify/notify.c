/*
 * notify — tell the people who must look.
 *
 *   alerts.raised ──► claim ──► decide ──► WeCom robot ──► finish ──► alerts.sent
 *
 * An alert is claimed in PostgreSQL before its message goes out and finished after the answer,
 * so a replay sends nothing. Only a process that died between the two leaves a doubt: its alerts
 * are told again, marked as a possible repeat, because a lost alert is worse than a double one.
 * README.md has the config and failures.
 */
#include "notify/notify_effects.h"
#include "runtime/worker.h"

static const struct metric_row notify_metrics[] = {
    [NOTIFY_DELIVERED] = { .name = "notify_delivered_total", .kind = METRIC_COUNTER,
                           .help = "Alerts told" },
    [NOTIFY_GIVEN_UP] = { .name = "notify_given_up_total", .kind = METRIC_COUNTER,
                          .help = "Alerts given up, with the reason in alerts.sent" },
    [NOTIFY_MESSAGES] = { .name = "notify_messages_total", .kind = METRIC_COUNTER,
                          .help = "Messages WeCom took" },
    [NOTIFY_LATER] = { .name = "notify_later_total", .kind = METRIC_COUNTER,
                       .help = "Messages put off: throttled, busy or down" },
    { .name = NULL },
};

static const struct config_row notify_config[] = {
    { .name = "wecom_url", .type = CONFIG_TEXT, .fallback = "",
      .help = "The group robot's address with its key; empty: alerts are given up by name",
      .secret = true },
    { .name = "per_minute", .type = CONFIG_INT, .fallback = "10", .min = 1, .max = 20,
      .help = "Messages a minute of one replica; the group takes 20 from all of them" },
    { .name = "attempts_max", .type = CONFIG_INT, .fallback = "20", .min = 1, .max = 1000,
      .help = "Attempts before an alert is given up" },
    { .name = "timeout_ms", .type = CONFIG_INT, .fallback = "5000", .min = 100, .max = 60000,
      .help = "How long WeCom may take to answer" },
    { .name = NULL },
};

static bool notify_open(void *state, const struct config *config, struct err *err)
{
    struct notify *self = state;

    self->wecom_url = config_str(config, "wecom_url");
    self->per_minute = config_int(config, "per_minute");
    self->attempts_max = config_int(config, "attempts_max");
    return alert_store_open(&self->alerts, config_str(config, "pg_url"), err)
        && http_client_open(&self->http, config_int(config, "timeout_ms"), err);
}

static bool notify_handle(void *state, struct batch *batch, struct err *err)
{
    struct notify *self = state;
    struct notify_work work;

    if (!notify_claim(self, batch, &work, err))
        return false;
    if (!notify_send(self, batch, &work, err))
        return false;
    notify_announce(batch, &work);
    return true;
}

static void notify_close(void *state)
{
    struct notify *self = state;

    http_client_close(self->http);
    alert_store_close(self->alerts);
}

static const struct worker notify_worker = {
    .name = "notify",
    .reads = (const enum topic[]){ TOPIC_ALERTS_RAISED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ALERTS_SENT, TOPIC_END },
    .config = notify_config,
    .metrics = notify_metrics,
    .crash_points = (const char *const[]){ "notify.after_claim", "notify.after_send",
                                           "notify.after_finish", NULL },
    .state_size = sizeof(struct notify),
    .open = notify_open,
    .handle = notify_handle,
    .close = notify_close,
};

int main(int argc, char **argv)
{
    return worker_main(&notify_worker, argc, argv);
}
