/*
 * sluice topics apply: Kafka's topics as schemas/topics.json has them.
 *
 * Applying twice changes nothing. A topic of the spine whose number of partitions differs is
 * refused, never grown: keys would change partition (DESIGN 5). Topics and settings the file does
 * not name are left alone.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/topics_work.h"

#define TOPICS_SETTINGS_MAX 3

enum topics_result { TOPICS_SAME = 0, TOPICS_MADE, TOPICS_CHANGED, TOPICS_REFUSED };

struct topics_outcome {
    const struct topics_row *row;
    enum topics_result result;
    struct str note; /* what was changed, or why not */
};

static const char *topics_result_name(enum topics_result result)
{
    static const char *const names[] = { "same", "made", "changed", "refused" };

    return names[result];
}

static const char *topics_result_chinese(enum topics_result result)
{
    static const char *const names[] = { "无变化", "已创建", "已修改", "拒绝" };

    return names[result];
}

/* What the row asks for, in Kafka's words. */
static size_t topics_settings(struct arena *arena, const struct topics_row *row,
                              struct kafka_topic_setting settings[TOPICS_SETTINGS_MAX])
{
    size_t count = 0;

    settings[count++] = (struct kafka_topic_setting){ STR("cleanup.policy"), row->cleanup };
    settings[count++] =
        (struct kafka_topic_setting){ STR("retention.ms"),
                                      arena_format(arena, "%lld", (long long)row->retention_ms) };
    if (row->message_bytes_max > 0)
        settings[count++] = (struct kafka_topic_setting){
            STR("max.message.bytes"), arena_format(arena, "%lld", (long long)row->message_bytes_max)
        };
    return count;
}

/* ---- apply ---- */

static bool topics_make(struct topics_work *work, struct topics_outcome *outcome, struct err *err)
{
    const struct topics_row *row = outcome->row;
    struct kafka_topic_setting settings[TOPICS_SETTINGS_MAX];
    struct kafka_topic topic = {
        .name = row->name,
        .partition_count = (int32_t)row->partitions,
        .settings = settings,
        .setting_count = topics_settings(work->cli->arena, row, settings),
    };
    bool made = false;

    if (!kafka_topic_create(work->admin, work->cli->arena, &topic, &made, err))
        return false;
    if (!made)
        return err_set(err, ERR_RETRY,
                       "topic %.*s was made by somebody else at the same moment: "
                       "run this again",
                       STR_ARG(row->name));
    outcome->result = TOPICS_MADE;
    return true;
}

static void topics_note(struct topics_work *work, struct topics_outcome *outcome, struct str what)
{
    struct arena *arena = work->cli->arena;

    outcome->note = outcome->note.size == 0
                        ? what
                        : arena_format(arena, "%.*s; %.*s", STR_ARG(outcome->note), STR_ARG(what));
}

static bool topics_change(struct topics_work *work, const struct kafka_topic *present,
                          struct topics_outcome *outcome, struct err *err)
{
    struct kafka_topic_setting wanted[TOPICS_SETTINGS_MAX], changed[TOPICS_SETTINGS_MAX];
    size_t count = topics_settings(work->cli->arena, outcome->row, wanted);
    struct kafka_topic changes = { .name = outcome->row->name, .settings = changed };

    for (size_t i = 0; i < count; i++) {
        struct str now = kafka_topic_setting(present, wanted[i].name);

        if (str_eq(now, wanted[i].value))
            continue;
        changed[changes.setting_count++] = wanted[i];
        topics_note(work, outcome,
                    arena_format(work->cli->arena, "%.*s %.*s → %.*s", STR_ARG(wanted[i].name),
                                 STR_ARG(now.size > 0 ? now : STR("(default)")),
                                 STR_ARG(wanted[i].value)));
    }
    if (changes.setting_count == 0)
        return true;
    outcome->result = TOPICS_CHANGED;
    return kafka_topic_alter(work->admin, work->cli->arena, &changes, err);
}

/* More partitions where that harms nobody; else the reason why not. */
static bool topics_resize(struct topics_work *work, const struct kafka_topic *present,
                          struct topics_outcome *outcome, struct err *err)
{
    const struct topics_row *row = outcome->row;
    struct arena *arena = work->cli->arena;
    struct str what = arena_format(arena, "partitions %d → %lld", (int)present->partition_count,
                                   (long long)row->partitions);
    bool is_spine = kafka_topic_is_spine(row->name);

    if (present->partition_count == row->partitions)
        return true;
    if (is_spine || present->partition_count > row->partitions) {
        outcome->result = TOPICS_REFUSED;
        topics_note(work, outcome,
                    arena_format(arena, "%.*s: %s", STR_ARG(what),
                                 is_spine ? "never in place: keys would change partition and "
                                            "facts of one order be handled in two places; make "
                                            "new topics, drain the old ones, begin the next "
                                            "generation"
                                          : "Kafka takes no partition away: delete and make the "
                                            "topic anew, or write the number it has into "
                                            "schemas/topics.json"));
        return true;
    }
    if (outcome->result == TOPICS_SAME)
        outcome->result = TOPICS_CHANGED;
    topics_note(work, outcome, what);
    return kafka_topic_grow(work->admin, arena, row->name, (int32_t)row->partitions, err);
}

static bool topics_apply_row(struct topics_work *work, struct topics_outcome *outcome,
                             struct err *err)
{
    const struct kafka_topic *present = topics_work_present(work, outcome->row->name);

    if (present == NULL)
        return topics_make(work, outcome, err);
    return topics_change(work, present, outcome, err) && topics_resize(work, present, outcome, err);
}

static void topics_print(const struct topics_outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct topics_outcome *outcome = &outcomes[i];

        cli_cell(outcome->row->name, TOPICS_WORK_NAME_WIDTH);
        cli_cell(str_of(topics_result_chinese(outcome->result)), 8);
        cli_cell(str_of(topics_result_name(outcome->result)), 9);
        printf("%lld 分区 partitions", (long long)outcome->row->partitions);
        printf(outcome->note.size > 0 ? "; %.*s\n" : "%.*s\n", STR_ARG(outcome->note));
    }
}

static void topics_print_json(struct cli *cli, const struct topics_outcome *outcomes, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "topic", outcomes[i].row->name);
        json_out_text(&out, "result", str_of(topics_result_name(outcomes[i].result)));
        json_out_int(&out, "partitions", outcomes[i].row->partitions);
        json_out_text_if(&out, "note", outcomes[i].note);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

static bool topics_apply_all(struct topics_work *work, struct topics_outcome *outcomes,
                             size_t *count_out, struct err *err)
{
    for (; *count_out < work->wanted.count; ++*count_out) {
        outcomes[*count_out].row = &work->wanted.rows[*count_out];
        if (!topics_apply_row(work, &outcomes[*count_out], err))
            return false;
    }
    return true;
}

static int topics_apply(struct topics_work *work)
{
    struct topics_outcome *outcomes;
    size_t count = 0;
    bool done, refused = false;
    struct err err = { 0 };

    if (!topics_work_open(work, &err))
        return cli_fail(&err);
    outcomes = ARENA_ARRAY(work->cli->arena, struct topics_outcome, work->wanted.count);
    done = topics_apply_all(work, outcomes, &count, &err);
    /* what was done is told even when the next one failed */
    if (work->cli->json)
        topics_print_json(work->cli, outcomes, count);
    else
        topics_print(outcomes, count);
    for (size_t i = 0; i < count; i++)
        refused = refused || outcomes[i].result == TOPICS_REFUSED;
    if (!done)
        return cli_fail(&err);
    return refused ? CLI_FAILED : CLI_DONE;
}

int topics_apply_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "topics apply",
        .usage = "[--json]",
        .help = "Makes Kafka's topics agree with schemas/topics.json: what is missing is made, "
                "retention\nand cleanup are changed. Safe to run twice. Exit 1 when a topic of "
                "the spine has another\nnumber of partitions: that is never changed in place. "
                "SLUICE_SCHEMAS names another folder.",
    };
    struct topics_work work = { .admin = NULL };
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    work.cli = &cli;
    code = topics_apply(&work);
    topics_work_close(&work);
    cli_close(&cli);
    return code;
}
