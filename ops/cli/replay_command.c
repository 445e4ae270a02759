/*
 * sluice replay: a consumer group reads again from an earlier place.
 *
 * Offsets carry no safety (DESIGN 5): what is handled twice changes nothing. Kafka moves only a
 * group that nobody is in, so its workers are paused meanwhile; all other groups run on.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/replay_pause.h"
#include "cli/replay_plan.h"
#include "codec/topics_codec.h"
#include "runtime/stop.h"

#define REPLAY_STOP_MS      30000
#define REPLAY_BACK_WAIT_MS 30000

struct replay_input {
    const char *topic, *partition, *time, *offset, *wait;
    bool start, execute;
};

struct replay {
    struct cli *cli;
    const struct cli_command *command;
    struct kafka_admin *admin;
    struct replay_target target;
    const struct str *topics; /* the group reads */
    size_t topic_count;       /* 0: no worker of ours */
    bool execute;
    int64_t wait_ms;
    struct replay_plan plan;
};

/* ---- what is asked ---- */

static int replay_read_goal(struct replay *replay, const struct replay_input *input)
{
    struct replay_target *target = &replay->target;
    int goals = input->start + (input->time != NULL) + (input->offset != NULL);

    if (goals != 1)
        return cli_misuse(replay->command, "say where to: one of --to-start, --to-time TIME, "
                                           "--to-offset N");
    target->goal = input->start  ? REPLAY_GOAL_START
                   : input->time ? REPLAY_GOAL_TIME
                                 : REPLAY_GOAL_OFFSET;
    if (input->time != NULL && !clock_parse(str_of(input->time), &target->value))
        return cli_misuse(replay->command,
                          "\"%s\" is no time: \"2026-11-11 00:00:00\" (China "
                          "time) and 2026-11-10T16:00:00Z are",
                          input->time);
    if (input->offset != NULL
        && (!num_parse(str_of(input->offset), &target->value) || target->value < 0))
        return cli_misuse(replay->command, "--to-offset must be a whole number from 0");
    if (input->offset != NULL && input->topic == NULL)
        return cli_misuse(replay->command, "--to-offset needs --topic: offsets of two topics have "
                                           "nothing to do with each other");
    return CLI_DONE;
}

static int replay_read(struct replay *replay, const struct replay_input *input)
{
    struct replay_target *target = &replay->target;
    int64_t wait_s;

    target->group = str_of(replay->cli->words[0]);
    target->topic = str_of(input->topic);
    target->partition = -1;
    if (input->partition != NULL
        && (!num_parse(str_of(input->partition), &target->partition) || target->partition < 0))
        return cli_misuse(replay->command, "--partition must be a whole number from 0");
    if (!num_parse(str_of(input->wait), &wait_s) || wait_s < 1 || wait_s > REPLAY_PAUSE_MS / 2000)
        return cli_misuse(replay->command, "--wait must be 1 to %lld",
                          (long long)(REPLAY_PAUSE_MS / 2000));
    replay->wait_ms = wait_s * 1000;
    replay->execute = input->execute;
    return replay_read_goal(replay, input);
}

static bool replay_look(struct replay *replay, struct err *err)
{
    struct arena *arena = replay->cli->arena;
    struct topics topics;

    if (!topics_load(arena, &topics, err))
        return false;
    replay->topics = topics_read_by(arena, &topics, replay->target.group, &replay->topic_count);
    return kafka_admin_open(&replay->admin, replay->cli->config, err)
           && replay_plan_ask(replay->cli, replay->admin, &replay->target, replay->topics,
                              replay->topic_count, &replay->plan, err);
}

/* ---- what is told ---- */

static void replay_print(const struct replay_plan *plan)
{
    cli_cell(STR("主题 topic"), 22);
    cli_cell(STR("分区 partition"), 16);
    cli_cell(STR("现在 from"), 16);
    cli_cell(STR("移到 to"), 16);
    printf("重读 again\n");
    for (size_t i = 0; i < plan->count; i++) {
        const struct replay_row *row = &plan->rows[i];
        char text[64];

        cli_cell(row->topic, 22);
        (void)snprintf(text, sizeof(text), "%d", (int)row->partition);
        cli_cell(str_of(text), 16);
        (void)snprintf(text, sizeof(text), "%lld", (long long)row->from);
        cli_cell(str_of(text), 16);
        (void)snprintf(text, sizeof(text), "%lld", (long long)row->to);
        cli_cell(str_of(text), 16);
        printf("%lld", (long long)(row->from - row->to));
        if (row->lost > 0)
            printf(" (已过保留期 %lld no longer kept)", (long long)row->lost);
        printf("\n");
    }
    printf("共 %lld 条消息会重读 messages come again in all\n", (long long)plan->again);
}

static void replay_print_json(const struct replay *replay, bool executed)
{
    const struct replay_plan *plan = &replay->plan;
    struct json_out out;

    json_out_init(&out, replay->cli->arena, 4096);
    json_out_object(&out, NULL);
    json_out_text(&out, "group", replay->target.group);
    json_out_bool(&out, "executed", executed);
    json_out_int(&out, "again", plan->again);
    json_out_array(&out, "partitions");
    for (size_t i = 0; i < plan->count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "topic", plan->rows[i].topic);
        json_out_int(&out, "partition", plan->rows[i].partition);
        json_out_int(&out, "from", plan->rows[i].from);
        json_out_int(&out, "to", plan->rows[i].to);
        json_out_int(&out, "again", plan->rows[i].from - plan->rows[i].to);
        json_out_int_if(&out, "lost", plan->rows[i].lost);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

static void replay_tell(const struct replay *replay, bool executed)
{
    if (replay->cli->json) {
        replay_print_json(replay, executed);
        return;
    }
    replay_print(&replay->plan);
    if (executed)
        printf("已移动 moved\n");
    else if (replay->plan.moves == 0)
        printf("没有可重读的 nothing to read again\n");
    else
        printf("这是预演，什么也没有移动；加 --execute 执行。 "
               "A dry run, nothing was moved; add --execute to do it.\n");
}

/* ---- doing it ---- */

/* The group is empty: it has moved on since the dry run, so the plan is made anew. */
static bool replay_move(struct replay *replay, struct err *err)
{
    if (!replay_pause_wait_empty(replay->cli, replay->admin, replay->target.group, replay->wait_ms,
                                 err)
        || !replay_plan_ask(replay->cli, replay->admin, &replay->target, replay->topics,
                            replay->topic_count, &replay->plan, err))
        return false;
    return replay_plan_do(replay->cli, replay->admin, replay->target.group, &replay->plan, err);
}

/* Also after a failure: the pause would end by itself, but late. */
static void replay_resume(struct replay *replay, size_t member_count)
{
    struct str group = replay->target.group;
    struct err err;

    if (!replay_pause_end(replay->cli, group, &err)) {
        (void)fprintf(stderr,
                      "sluice: the pause could not be ended, it ends by itself within %lld "
                      "minutes: %s\n",
                      (long long)(REPLAY_PAUSE_MS / 60000), err.text);
        return;
    }
    (void)fprintf(stderr, "已恢复 resumed\n");
    if (!replay_pause_wait_back(replay->cli, replay->admin, group, member_count,
                                REPLAY_BACK_WAIT_MS))
        (void)fprintf(stderr, "进程还没有全部回到消费组，请看它们的日志 "
                              "not all are back in the group yet: see their logs\n");
}

static bool replay_execute(struct replay *replay, struct err *err)
{
    struct str group = replay->target.group;
    struct kafka_group before;
    bool moved;

    if (!kafka_group_describe(replay->admin, replay->cli->arena, group, &before, err))
        return false;
    if (replay->topic_count == 0) /* no worker of ours: nobody would hear the word */
        return replay_move(replay, err);
    stop_install(REPLAY_STOP_MS);
    if (!replay_pause_begin(replay->cli, group, err))
        return false;
    (void)fprintf(stderr,
                  "已暂停 %.*s 的 %zu 个进程，其他消费组照常 paused %.*s, the other "
                  "groups run on\n",
                  STR_ARG(group), before.member_count, STR_ARG(group));
    moved = replay_move(replay, err);
    replay_resume(replay, before.member_count);
    return moved;
}

static int replay_run(struct replay *replay, const struct replay_input *input)
{
    struct err err = { 0 };
    int code = replay_read(replay, input);

    if (code != CLI_DONE)
        return code;
    if (!replay_look(replay, &err))
        return cli_fail(&err);
    if (!replay->execute || replay->plan.moves == 0) {
        replay_tell(replay, false);
        return CLI_DONE;
    }
    if (!replay_execute(replay, &err))
        return cli_fail(&err);
    replay_tell(replay, true);
    return CLI_DONE;
}

int replay_command(int argc, char **argv)
{
    struct replay_input input = { .wait = "120" };
    const struct cli_option options[] = {
        { .name = "--topic", .value_name = "T", .help = "only this topic", .value = &input.topic },
        { .name = "--partition",
          .value_name = "P",
          .help = "only this partition",
          .value = &input.partition },
        { .name = "--to-start", .help = "everything that is still there", .flag = &input.start },
        { .name = "--to-time",
          .value_name = "TIME",
          .help = "\"2026-11-11 00:00:00\" (China time), or RFC 3339",
          .value = &input.time },
        { .name = "--to-offset",
          .value_name = "N",
          .help = "needs --topic",
          .value = &input.offset },
        { .name = "--wait",
          .value_name = "S",
          .help = "how long the group may take to step aside; default 120",
          .value = &input.wait },
        { .name = "--execute",
          .help = "do it; without it this is a dry run",
          .flag = &input.execute },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "replay",
        .usage = "GROUP --to-start|--to-time TIME|--to-offset N [--topic T] [--partition P]\n"
                 "                     [--execute] [--wait S] [--json]",
        .help = "Lets a worker (ingest, reserve, anomaly, route, verify, notify, ledger) read "
                "again from an\nearlier place. Nothing is doubled by it. With --execute its "
                "processes step aside while the\ngroup is moved; the other groups run on. A "
                "replay never goes forward: what has not been\nread is not skipped.",
        .options = options,
        .words_min = 1,
        .words_max = 1,
    };
    struct replay replay = { .command = &command };
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    replay.cli = &cli;
    code = replay_run(&replay, &input);
    kafka_admin_close(replay.admin);
    cli_close(&cli);
    return code;
}
