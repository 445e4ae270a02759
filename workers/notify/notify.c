/*
 * notify — tell the people who must look.
 *
 *   alerts.raised ──► rules ──► queue (PostgreSQL)
 *            tick  ──► queue ──► decide ──► WeCom ──► alerts.sent
 *
 * Reading alerts and telling them are two things: whatever WeCom does, the partition moves on. An
 * alert is told once, or given up by name; what may have been told is never told again. README.md
 * has the config and failures.
 */
#include "notify/notify_effects.h"
#include "runtime/worker.h"

#define NOTIFY_SCRATCH_MAX ((size_t)256 << 20)

static const struct metric_row notify_metrics[] = {
    [NOTIFY_STORED] = { .name = "notify_stored_total",
                        .kind = METRIC_COUNTER,
                        .help = "Alerts put into the queue" },
    [NOTIFY_DELIVERED] = { .name = "notify_delivered_total",
                           .kind = METRIC_COUNTER,
                           .help = "Alerts told by a message of their own" },
    [NOTIFY_DIGESTED] = { .name = "notify_digested_total",
                          .kind = METRIC_COUNTER,
                          .help = "Alerts told by a digest" },
    [NOTIFY_GIVEN_UP] = { .name = "notify_given_up_total",
                          .kind = METRIC_COUNTER,
                          .help = "Alerts given up, with the reason in alerts.sent" },
    [NOTIFY_MESSAGES] = { .name = "notify_messages_total",
                          .kind = METRIC_COUNTER,
                          .help = "Messages WeCom took" },
    [NOTIFY_LATER] = { .name = "notify_later_total",
                       .kind = METRIC_COUNTER,
                       .help = "Alerts put back: WeCom was throttling, busy or down" },
    [NOTIFY_UNANSWERED] = { .name = "notify_unanswered_total",
                            .kind = METRIC_COUNTER,
                            .help = "Messages that went out without an answer" },
    [NOTIFY_MISREAD] = { .name = "notify_misread_total",
                         .kind = METRIC_COUNTER,
                         .help = "Messages WeCom took without understanding all: our bug" },
    [NOTIFY_WAITING] = { .name = "notify_waiting",
                         .kind = METRIC_GAUGE,
                         .help = "Alerts in the queue, of all replicas" },
    [NOTIFY_WAITING_AGE] = { .name = "notify_waiting_age_seconds",
                             .kind = METRIC_GAUGE,
                             .help = "Age of the oldest alert in the queue" },
    { .name = NULL },
};

static const struct config_row notify_config[] = {
    { .name = "wecom_url",
      .type = CONFIG_TEXT,
      .fallback = "",
      .secret = true,
      .help = "The default robot: its whole address, or its key alone; empty: there is none" },
    { .name = "wecom_robots",
      .type = CONFIG_TEXT,
      .fallback = "",
      .secret = true,
      .help = "More robots by name: name=address,name=key" },
    { .name = "wecom_api",
      .type = CONFIG_TEXT,
      .fallback = "https://qyapi.weixin.qq.com",
      .help = "Where WeCom is, for keys and application messages" },
    { .name = "wecom_corpid",
      .type = CONFIG_TEXT,
      .fallback = "",
      .help = "Corporation of the application; empty: no application messages" },
    { .name = "wecom_secret",
      .type = CONFIG_TEXT,
      .fallback = "",
      .secret = true,
      .help = "Its secret" },
    { .name = "wecom_agentid",
      .type = CONFIG_INT,
      .fallback = "0",
      .min = 0,
      .max = 2147483647,
      .help = "Its agent id" },
    { .name = "per_minute",
      .type = CONFIG_INT,
      .fallback = "18",
      .min = 1,
      .max = 30,
      .help = "Messages a minute to one address, of all replicas; a robot takes 20, a member 30" },
    { .name = "attempts_max",
      .type = CONFIG_INT,
      .fallback = "20",
      .min = 1,
      .max = 1000,
      .help = "Messages WeCom may turn away before an alert is given up" },
    { .name = "timeout_ms",
      .type = CONFIG_INT,
      .fallback = "5000",
      .min = 100,
      .max = 15000,
      .help = "How long WeCom may take to answer" },
    { .name = NULL },
};

static bool notify_make(void *state, struct arena *arena, const struct rule_set *set,
                        struct err *err)
{
    struct notify *self = state;

    return notify_policy_read(arena, set, &self->policy, err);
}

static bool notify_open(void *state, const struct config *config, struct err *err)
{
    struct notify *self = state;

    self->per_minute = config_int(config, "per_minute");
    self->attempts_max = config_int(config, "attempts_max");
    self->timeout_ms = config_int(config, "timeout_ms");
    self->scratch = arena_open(NOTIFY_SCRATCH_MAX);
    if (!alert_store_open(&self->alerts, config_str(config, "pg_url"), err)
        || !rules_store_open(&self->rules, config_str(config, "pg_url"), err)
        || !notify_wecom_open(&self->wecom, config, err))
        return false;
    self->keeper = rules_keeper_open(notify_rules_language(), rules_store_source(self->rules),
                                     notify_make, self);
    return true;
}

static bool notify_rules(void *state, struct err *err)
{
    struct notify *self = state;

    return rules_keeper_take(self->keeper, NULL, err);
}

static bool notify_handle(void *state, struct batch *batch, struct err *err)
{
    return notify_store(state, batch, err);
}

static bool notify_tick(void *state, struct batch *batch, struct err *err)
{
    return notify_tell(state, batch, err) && notify_announce(state, batch, err);
}

static bool notify_told(void *state, struct batch *batch, struct err *err)
{
    return notify_announced(state, batch, err);
}

static void notify_close(void *state)
{
    struct notify *self = state;

    notify_wecom_close(&self->wecom);
    rules_keeper_close(self->keeper);
    rules_store_close(self->rules);
    alert_store_close(self->alerts);
    if (self->scratch)
        arena_close(self->scratch);
}

static const struct worker notify_worker = {
    .name = "notify",
    .reads = (const enum topic[]){ TOPIC_ALERTS_RAISED, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ALERTS_SENT, TOPIC_END },
    .config = notify_config,
    .metrics = notify_metrics,
    .crash_points = (const char *const[]){ "notify.after_store", "notify.after_claim",
                                           "notify.after_send", "notify.after_finish", NULL },
    .state_size = sizeof(struct notify),
    .open = notify_open,
    .handle = notify_handle,
    .tick = notify_tick,
    .told = notify_told,
    .close = notify_close,
    .rules = notify_rules,
};

int main(int argc, char **argv)
{
    return worker_main(&notify_worker, argc, argv);
}
