#include "cli/replay_pause.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/publish.h"
#include "runtime/stop.h"

#define REPLAY_PAUSE_LOOK_MS 300

static bool replay_pause_say(struct cli *cli, enum event_kind kind, struct str group,
                             int64_t until_ms, struct err *err)
{
    const char *user = getenv("USER");
    struct str key = arena_format(cli->arena, "pause/%.*s", STR_ARG(group));
    struct event event = {
        .kind = kind,
        .id = event_fact_id(cli->arena, key, kind, publish_request_id(cli)),
        .source = STR("/sluice/cli"),
        .key = key,
        .time_ms = clock_now_ms(),
        .fleet = { .worker = group,
                   .until_ms = until_ms,
                   .by = str_of(user != NULL ? user : "operator") },
    };

    return publish_events(cli, &event, 1, err);
}

bool replay_pause_begin(struct cli *cli, struct str group, struct err *err)
{
    return replay_pause_say(cli, EVENT_FLEET_PAUSED, group, clock_now_ms() + REPLAY_PAUSE_MS, err);
}

bool replay_pause_end(struct cli *cli, struct str group, struct err *err)
{
    return replay_pause_say(cli, EVENT_FLEET_RESUMED, group, 0, err);
}

static bool replay_pause_stuck(const struct kafka_group *group, int64_t wait_ms, struct err *err)
{
    const struct kafka_group_member *first = &group->members[0];

    return err_set(err, ERR_RETRY,
                   "after %lld s %zu are still in group %.*s (%.*s at %.*s, …): "
                   "stop them, or wait longer with --wait",
                   (long long)(wait_ms / 1000), group->member_count, STR_ARG(group->name),
                   STR_ARG(first->client), STR_ARG(first->host));
}

static void replay_pause_tell(size_t member_count, size_t *told)
{
    if (member_count != *told)
        (void)fprintf(stderr, "等待 %zu 个进程离开消费组 waiting for %zu to leave the group\n",
                      member_count, member_count);
    *told = member_count;
}

/* A broker that does not answer for a while is waited for, too. */
bool replay_pause_wait_empty(struct cli *cli, struct kafka_admin *admin, struct str name,
                             int64_t wait_ms, struct err *err)
{
    int64_t until_us = clock_monotonic_us() + wait_ms * 1000;
    size_t told = SIZE_MAX;
    struct kafka_group group;

    for (;;) {
        bool asked = kafka_group_describe(admin, cli->arena, name, &group, err);

        if (asked && group.member_count == 0)
            return true;
        if (asked)
            replay_pause_tell(group.member_count, &told);
        else if (err->class == ERR_FATAL)
            return false;
        if (stop_requested())
            return err_set(err, ERR_RETRY, "broken off before anything was moved");
        if (clock_monotonic_us() > until_us)
            return asked ? replay_pause_stuck(&group, wait_ms, err) : false;
        clock_sleep_ms(REPLAY_PAUSE_LOOK_MS);
    }
}

bool replay_pause_wait_back(struct cli *cli, struct kafka_admin *admin, struct str name,
                            size_t member_count, int64_t wait_ms)
{
    int64_t until_us = clock_monotonic_us() + wait_ms * 1000;
    struct kafka_group group;
    struct err err;

    while (kafka_group_describe(admin, cli->arena, name, &group, &err)) {
        if (group.member_count >= member_count)
            return true;
        if (stop_requested() || clock_monotonic_us() > until_us)
            return false;
        clock_sleep_ms(REPLAY_PAUSE_LOOK_MS);
    }
    return false;
}
