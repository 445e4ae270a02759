/*
 * sluice topics list: every topic with what it holds and how far each reader is behind.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/topics_work.h"
#include "runtime/kafka_group.h"

#define TOPICS_GROUPS_MAX 64

/* One topic of the list. */
struct topics_state {
    struct str name;
    const struct topics_row *row;      /* NULL: not of ours */
    const struct kafka_topic *present; /* NULL: missing */
    int64_t messages;
    int64_t *lags; /* [row->reader_count] */
};

/* Where one group stands. */
struct topics_measure {
    struct str group;
    struct kafka_group_place *places;
    size_t place_count;
};

struct topics_measures {
    struct topics_measure rows[TOPICS_GROUPS_MAX]; /* the first one is nobody's: ends alone */
    size_t count;
};

/* ---- asking ---- */

static bool topics_measure_group(struct topics_work *work, struct topics_measures *measures,
                                 struct str group, const struct str *topics, size_t count,
                                 struct err *err)
{
    struct topics_measure *row = &measures->rows[measures->count];

    CHECK(measures->count < TOPICS_GROUPS_MAX);
    measures->count++;
    row->group = group;
    return kafka_group_places(work->admin, work->cli->arena, group, topics, count, &row->places,
                              &row->place_count, err);
}

static const struct topics_measure *topics_measured(const struct topics_measures *measures,
                                                    struct str group)
{
    for (size_t i = 1; i < measures->count; i++)
        if (str_eq(measures->rows[i].group, group))
            return &measures->rows[i];
    return NULL;
}

static bool topics_measure_readers(struct topics_work *work, struct topics_measures *measures,
                                   const struct topics_row *row, struct err *err)
{
    for (size_t i = 0; i < row->reader_count; i++) {
        size_t count = 0;
        const struct str *topics;

        if (topics_measured(measures, row->readers[i]) != NULL)
            continue;
        topics = topics_read_by(work->cli->arena, &work->wanted, row->readers[i], &count);
        if (!topics_measure_group(work, measures, row->readers[i], topics, count, err))
            return false;
    }
    return true;
}

/* The ends of all topics, then each reader once. */
static bool topics_measure(struct topics_work *work, struct topics_measures *measures,
                           struct err *err)
{
    struct str *all = ARENA_ARRAY(work->cli->arena, struct str, work->present_count + 1);

    for (size_t i = 0; i < work->present_count; i++)
        all[i] = work->present[i].name;
    if (!topics_measure_group(work, measures, STR("cli.outside"), all, work->present_count, err))
        return false;
    for (size_t i = 0; i < work->wanted.count; i++)
        if (!topics_measure_readers(work, measures, &work->wanted.rows[i], err))
            return false;
    return true;
}

/* ---- telling ---- */

static int64_t topics_sum(const struct topics_measure *measure, struct str topic, bool lag)
{
    int64_t sum = 0;

    for (size_t i = 0; i < measure->place_count; i++) {
        const struct kafka_group_place *place = &measure->places[i];

        if (str_eq(place->topic, topic))
            sum += lag ? kafka_group_lag(place) : place->high - place->low;
    }
    return sum;
}

static void topics_fill(struct arena *arena, const struct topics_measures *measures,
                        struct topics_state *state)
{
    state->messages = topics_sum(&measures->rows[0], state->name, false);
    if (state->row == NULL || state->row->is_whole)
        return;
    state->lags = ARENA_ARRAY(arena, int64_t, state->row->reader_count + 1);
    for (size_t i = 0; i < state->row->reader_count; i++)
        state->lags[i] =
            topics_sum(topics_measured(measures, state->row->readers[i]), state->name, true);
}

/* Ours in the file's order, then the others. */
static size_t topics_states(struct topics_work *work, struct topics_state *states)
{
    size_t count = 0;

    for (size_t i = 0; i < work->wanted.count; i++, count++)
        states[count] = (struct topics_state){
            .name = work->wanted.rows[i].name,
            .row = &work->wanted.rows[i],
            .present = topics_work_present(work, work->wanted.rows[i].name),
        };
    for (size_t i = 0; i < work->present_count; i++)
        if (topics_find(&work->wanted, work->present[i].name) == NULL)
            states[count++] = (struct topics_state){
                .name = work->present[i].name,
                .present = &work->present[i],
            };
    return count;
}

static void topics_list_print(struct cli *cli, const struct topics_state *states, size_t count)
{
    cli_cell(STR("主题 topic"), TOPICS_WORK_NAME_WIDTH);
    cli_cell(STR("分区 partitions"), 18);
    cli_cell(STR("消息 messages"), 16);
    printf("积压 lag\n");
    for (size_t i = 0; i < count; i++) {
        const struct topics_state *state = &states[i];

        cli_cell(state->name, TOPICS_WORK_NAME_WIDTH);
        if (state->present == NULL) {
            printf("缺失 missing: run `sluice topics apply`\n");
            continue;
        }
        cli_cell(arena_format(cli->arena, "%d", (int)state->present->partition_count), 18);
        cli_cell(arena_format(cli->arena, "%lld", (long long)state->messages), 16);
        if (state->row != NULL && state->row->is_whole)
            printf("每个进程全读 read whole by every process");
        for (size_t k = 0; state->lags != NULL && k < state->row->reader_count; k++)
            printf("%s%.*s %lld", k > 0 ? ", " : "", STR_ARG(state->row->readers[k]),
                   (long long)state->lags[k]);
        printf("%s\n", state->row == NULL ? "不在 topics.json, not of ours" : "");
    }
}

static void topics_list_json(struct cli *cli, const struct topics_state *states, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 8192);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct topics_state *state = &states[i];

        json_out_object(&out, NULL);
        json_out_text(&out, "topic", state->name);
        json_out_bool(&out, "ours", state->row != NULL);
        json_out_bool(&out, "there", state->present != NULL);
        json_out_int(&out, "partitions",
                     state->present != NULL ? state->present->partition_count : 0);
        json_out_int(&out, "messages", state->messages);
        json_out_object(&out, "lag");
        for (size_t k = 0; state->lags != NULL && k < state->row->reader_count; k++)
            json_out_int(&out, arena_copy(cli->arena, state->row->readers[k]).data, state->lags[k]);
        json_out_object_end(&out);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

static int topics_list(struct topics_work *work)
{
    struct topics_measures measures = { .count = 0 };
    struct topics_state *states;
    struct err err = { 0 };
    bool missing = false;
    size_t count;

    if (!topics_work_open(work, &err) || !topics_measure(work, &measures, &err))
        return cli_fail(&err);
    states = ARENA_ARRAY(work->cli->arena, struct topics_state,
                         work->wanted.count + work->present_count);
    count = topics_states(work, states);
    for (size_t i = 0; i < count; i++) {
        topics_fill(work->cli->arena, &measures, &states[i]);
        missing = missing || states[i].present == NULL;
    }
    if (work->cli->json)
        topics_list_json(work->cli, states, count);
    else
        topics_list_print(work->cli, states, count);
    return missing ? CLI_FAILED : CLI_DONE;
}

int topics_list_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "topics list",
        .usage = "[--json]",
        .help = "Every topic with its partitions, the messages it holds and how far each reader "
                "is behind.\nExit 1 when one of schemas/topics.json is missing.",
    };
    struct topics_work work = { .admin = NULL };
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    work.cli = &cli;
    code = topics_list(&work);
    topics_work_close(&work);
    cli_close(&cli);
    return code;
}
