#include "runtime/probe.h"

#include <stddef.h>

#include "base/check.h"
#include "base/clock.h"
#include "net/http_server.h"

#define PROBE_ARENA_MAX (64u << 10)

struct probe {
    struct arena *arena; /* itself */
    struct probe_setup setup;
    struct http_server *server;
};

const char *probe_unhealthy(const struct probe_setup *setup, int64_t now_us)
{
    int64_t stale_us = setup->stale_ms * 1000;

    if (now_us - metrics_common_get(setup->metrics, METRIC_CYCLE_US) > stale_us)
        return "the cycle stands still";
    if (counter_get(&setup->facts->joined) != 0 && metrics_lag_total(setup->metrics) > 0
        && now_us - counter_get(&setup->facts->moved_us) > stale_us)
        return "there is lag and no offset moves";
    return NULL;
}

const char *probe_unready(const struct probe_setup *setup)
{
    if (counter_get(&setup->facts->paused) != 0)
        return "paused by the operator (sluice replay), out of the group until it is resumed";
    if (counter_get(&setup->facts->joined) == 0)
        return "not yet a member of the group";
    if (counter_get(&setup->facts->retrying) != 0)
        return "waiting for a store or for Kafka, see the log";
    return NULL;
}

static void probe_say(struct arena *arena, const char *why_not, struct http_reply *reply)
{
    reply->status = why_not == NULL ? 200 : 503;
    reply->body = arena_format(arena, "%s\n", why_not == NULL ? "ok" : why_not);
}

/* On the probe thread. */
static void probe_answer(void *context, struct str path, struct arena *arena,
                         struct http_reply *reply_out)
{
    const struct probe *probe = context;

    reply_out->content_type = "text/plain; charset=utf-8";
    if (str_is(path, "/healthz")) {
        probe_say(arena, probe_unhealthy(&probe->setup, clock_monotonic_us()), reply_out);
    } else if (str_is(path, "/readyz")) {
        probe_say(arena, probe_unready(&probe->setup), reply_out);
    } else if (str_is(path, "/metrics")) {
        reply_out->content_type = "text/plain; version=0.0.4; charset=utf-8";
        reply_out->status = 200;
        reply_out->body = metrics_text(probe->setup.metrics, arena);
    } else {
        reply_out->status = 404;
        reply_out->body = STR("there are /healthz, /readyz and /metrics\n");
    }
}

bool probe_open(struct probe **probe_out, const struct probe_setup *setup, struct err *err)
{
    if (setup->port < 0) {
        *probe_out = NULL;
        return true;
    }
    struct arena *arena = arena_open(PROBE_ARENA_MAX);
    struct probe *probe = ARENA_NEW(arena, struct probe);

    probe->arena = arena;
    probe->setup = *setup;
    if (!http_server_open(&probe->server, setup->address, (uint16_t)setup->port, probe_answer,
                          probe, err)) {
        arena_close(arena);
        return false;
    }
    *probe_out = probe;
    return true;
}

void probe_close(struct probe *probe)
{
    if (probe == NULL)
        return;
    http_server_close(probe->server);
    arena_close(probe->arena);
}

uint16_t probe_port(const struct probe *probe)
{
    return probe == NULL ? 0 : http_server_port(probe->server);
}
