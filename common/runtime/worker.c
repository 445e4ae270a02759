#include "runtime/worker.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/control.h"
#include "runtime/kafka.h"
#include "runtime/loop.h"
#include "runtime/options.h"
#include "runtime/probe.h"
#include "runtime/stop.h"

#define WORKER_EXIT_FATAL 1
#define WORKER_EXIT_USAGE 2
#define WORKER_ARENA_MAX  ((size_t)256 << 20)
#define WORKER_CLOSE_MS   5000

/* All that one process holds; every part may be missing. */
struct worker_process {
    const struct worker *worker;
    struct arena *arena; /* of the worker's state */
    struct config *config;
    void *state;
    struct metrics *metrics;
    struct probe_facts facts;
    struct probe *probe;
    struct kafka *kafka;
    struct control *control;
    struct loop *loop;
};

/* The one sentence of a bad start. */
static int worker_refuse(const struct worker *worker, const struct err *err, int code)
{
    (void)fprintf(stderr, "sluice-%s: %s\n", worker->name, err->text);
    return code;
}

static bool worker_open_config(struct worker_process *self, struct err *err)
{
    if (!config_open(&self->config, self->worker->name, self->worker->config, err))
        return false;
    enum log_level level = log_level_of(str_of(config_str(self->config, "log_level")));
    if (level == 0)
        return err_set(err, ERR_FATAL, "log_level is none of debug, info, warn, error");
    log_init(self->worker->name, level);
    return true;
}

static bool worker_open_state(struct worker_process *self, struct err *err)
{
    self->arena = arena_open(WORKER_ARENA_MAX);
    self->state = arena_alloc(self->arena, self->worker->state_size + 1);
    return self->worker->open == NULL
        || self->worker->open(self->state, self->config, err);
}

static bool worker_open_kafka(struct worker_process *self, struct err *err)
{
    struct kafka_setup setup = {
        .worker = self->worker->name,
        .reads = self->worker->reads,
        .writes = self->worker->writes,
        .config = self->config,
    };
    return kafka_open(&self->kafka, &setup, err);
}

static bool worker_open_probe(struct worker_process *self, struct err *err)
{
    struct probe_setup setup = {
        .address = config_str(self->config, "probe_address"),
        .port = config_int(self->config, "probe_port"),
        .stale_ms = config_int(self->config, "stale_ms"),
        .metrics = self->metrics,
        .facts = &self->facts,
    };

    if (!probe_open(&self->probe, &setup, err))
        return false;
    log_info("started", LOG_INT("pid", getpid()), LOG_INT("probe_port", probe_port(self->probe)));
    return true;
}

/* Only a group can be told to step aside. */
static bool worker_open_control(struct worker_process *self, struct err *err)
{
    const enum topic *reads = self->worker->reads;

    return reads == NULL || reads[0] == TOPIC_END
        || control_open(&self->control, self->kafka, self->worker->name, err);
}

static void worker_open_loop(struct worker_process *self)
{
    struct loop_setup setup = {
        .worker = self->worker,
        .state = self->state,
        .config = self->config,
        .kafka = self->kafka,
        .control = self->control,
        .metrics = self->metrics,
        .facts = &self->facts,
        .seed = (uint64_t)clock_now_ms() ^ (uint64_t)getpid() << 32,
    };
    self->loop = loop_open(&setup);
}

/* Backwards; leaves the group first of all, so that another replica takes over at once. */
static void worker_close(struct worker_process *self)
{
    probe_close(self->probe);
    control_close(self->control);
    kafka_close(self->kafka, WORKER_CLOSE_MS);
    loop_close(self->loop);
    if (self->worker->close != NULL && self->state != NULL)
        self->worker->close(self->state);
    metrics_close(self->metrics);
    config_close(self->config);
    if (self->arena != NULL)
        arena_close(self->arena);
}

/* Everything that can be wrong before the first event: exit 2, but for a trouble of the world. */
static bool worker_start(struct worker_process *self, struct err *err)
{
    if (!worker_open_config(self, err) || !worker_open_state(self, err)
        || !worker_open_kafka(self, err))
        return false;
    self->metrics = metrics_open(self->worker->name, self->worker->metrics);
    return true;
}

static int worker_turn(struct worker_process *self)
{
    struct err err = { 0 };

    while (!stop_requested()) {
        if (!loop_turn(self->loop, &err)) {
            log_error("stopping, nothing of the batch in hand is committed",
                      LOG_TEXT("reason", str_of(err.text)));
            return WORKER_EXIT_FATAL;
        }
    }
    log_info("stopping");
    return 0;
}

static int worker_run(struct worker_process *self)
{
    struct err err = { 0 };

    if (!worker_start(self, &err))
        return worker_refuse(self->worker, &err,
                             err.class == ERR_RETRY ? WORKER_EXIT_FATAL : WORKER_EXIT_USAGE);
    stop_install(config_int(self->config, "drain_deadline_ms"));
    if (!worker_open_probe(self, &err) || !worker_open_control(self, &err))
        return worker_refuse(self->worker, &err, WORKER_EXIT_USAGE);
    worker_open_loop(self);
    return worker_turn(self);
}

static int worker_check(struct worker_process *self)
{
    struct err err = { 0 };
    bool fine = worker_start(self, &err);

    if (self->config != NULL)
        config_print(self->config, stdout);
    if (!fine)
        return worker_refuse(self->worker, &err, WORKER_EXIT_USAGE);
    (void)printf("ok\n");
    return 0;
}

int worker_main(const struct worker *worker, int argc, char **argv)
{
    struct worker_process self = { .worker = worker };
    enum options_mode mode = OPTIONS_RUN;
    struct err err = { 0 };

    if (!options_parse(argc, argv, &mode, &err))
        return worker_refuse(worker, &err, WORKER_EXIT_USAGE);
    if (mode != OPTIONS_RUN && mode != OPTIONS_CHECK) {
        options_print(mode, worker, stdout);
        return 0;
    }
    int code = mode == OPTIONS_RUN ? worker_run(&self) : worker_check(&self);
    worker_close(&self);
    return code;
}
