/*
 * sluice rules try: what a draft would have done with the orders of a window.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/rules_language.h"
#include "cli/rules_try.h"
#include "codec/event_codec.h"
#include "codec/rules_codec.h"
#include "store/rules_store.h"

#define RULES_TRY_PAGE     500
#define RULES_TRY_SHOWN    20
#define RULES_TRY_HOUR_MS  INT64_C(3600000)
#define RULES_TRY_DAY_MS   (24 * RULES_TRY_HOUR_MS)
#define RULES_TRY_CHINA_MS (8 * RULES_TRY_HOUR_MS)

struct rules_try_input {
    const char *from, *to, *hours, *examples;
};

struct rules_try_run {
    struct cli *cli;
    struct rules_draft draft, now;
    int64_t now_version, from_ms, to_ms;
    rules_judge_fn judge;
    struct rules_tally tally;
};

/* ---- the window ---- */

static bool rules_try_time(const char *text, const char *option, int64_t *ms_out, struct err *err)
{
    if (clock_parse(str_of(text), ms_out))
        return true;
    return err_set(err, ERR_FATAL, "%s: \"%s\" is no China time, as in \"2026-11-11 00:00:00\"",
                   option, text);
}

/* Yesterday in China; or the last hours; or what was said. */
static bool rules_try_window(const struct rules_try_input *input, struct rules_try_run *run,
                             struct err *err)
{
    int64_t now_ms = clock_now_ms(), hours;

    run->to_ms =
        (now_ms + RULES_TRY_CHINA_MS) / RULES_TRY_DAY_MS * RULES_TRY_DAY_MS - RULES_TRY_CHINA_MS;
    run->from_ms = run->to_ms - RULES_TRY_DAY_MS;
    if (input->hours) {
        if (!num_parse(str_of(input->hours), &hours) || hours < 1 || hours > 24 * 366)
            return err_set(err, ERR_FATAL, "--hours: \"%s\" is no number from 1 to 8784",
                           input->hours);
        run->to_ms = now_ms + 1;
        run->from_ms = run->to_ms - hours * RULES_TRY_HOUR_MS;
    }
    if (input->from && !input->to)
        run->to_ms = now_ms + 1;
    if ((input->from && !rules_try_time(input->from, "--from", &run->from_ms, err))
        || (input->to && !rules_try_time(input->to, "--to", &run->to_ms, err)))
        return false;
    return run->from_ms < run->to_ms || err_set(err, ERR_FATAL, "the window ends before it begins");
}

/* ---- the two sides ---- */

static rules_judge_fn rules_try_judge(struct str set)
{
    if (str_is(set, "anomaly"))
        return rules_try_anomaly;
    return str_is(set, "route") ? rules_try_route : NULL;
}

static bool rules_try_in_force(struct rules_try_run *run, struct err *err)
{
    struct rules_store *store = NULL;
    struct rules_version_view view;
    int64_t newest;
    bool fine =
        rules_store_open(&store, run->cli->pg_url, err)
        && rules_in_force(run->cli->arena, store, run->draft.set, &view, &run->now, &newest, err);

    rules_store_close(store);
    if (fine)
        run->now_version = view.version;
    return fine;
}

static bool rules_try_sides(struct rules_try_run *run, struct err *err)
{
    if (!rules_draft_read(run->cli->arena, run->cli->words[0], &run->draft, err))
        return false;
    run->judge = rules_try_judge(run->draft.set);
    if (!run->judge)
        return err_set(err, ERR_FATAL,
                       "set %.*s decides nothing about orders: anomaly and route "
                       "can be tried",
                       STR_ARG(run->draft.set));
    return rules_try_in_force(run, err);
}

/* ---- page by page ---- */

static bool rules_try_orders(struct arena *arena, const struct order_window_view *rows,
                             size_t count, struct order **orders_out, struct err *err)
{
    struct order *orders = ARENA_ARRAY(arena, struct order, count);

    for (size_t i = 0; i < count; i++)
        if (!event_decode_order(arena, rows[i].body, &orders[i], err))
            return err_in(err, "order %.*s in the ledger", STR_ARG(rows[i].order_id));
    *orders_out = orders;
    return true;
}

static bool rules_try_page(struct rules_try_run *run, struct arena *arena,
                           const struct order_window_view *rows, size_t count, struct err *err)
{
    struct rules_page page = {
        .cli = run->cli,
        .arena = arena,
        .sets = { [RULES_SIDE_NOW] = &run->now.compiled,
                  [RULES_SIDE_DRAFT] = &run->draft.compiled },
        .rows = rows,
        .count = count,
    };
    struct order *orders = NULL;

    if (!rules_try_orders(arena, rows, count, &orders, err))
        return false;
    page.orders = orders;
    for (enum rules_side side = RULES_SIDE_NOW; side < RULES_SIDES; side++)
        page.outcomes[side] = ARENA_ARRAY(arena, struct rules_outcome, count);
    page.actual = ARENA_ARRAY(arena, struct str, count);
    if (!run->judge(&page, err))
        return false;
    rules_tally_add(&run->tally, &page);
    return true;
}

static bool rules_try_walk(struct rules_try_run *run, struct err *err)
{
    struct arena *pages = arena_open((size_t)1 << 30);
    struct order_store *store = NULL;
    char after[ORDER_ID_SIZE_MAX + 1] = "";
    struct order_window_view *rows;
    size_t count = RULES_TRY_PAGE;
    bool fine = order_store_open(&store, run->cli->pg_url, err);

    while (fine && count == RULES_TRY_PAGE) {
        arena_reset(pages);
        fine = order_window_page(store, pages, run->from_ms, run->to_ms, str_of(after),
                                 RULES_TRY_PAGE, &rows, &count, err)
               && rules_try_page(run, pages, rows, count, err);
        if (fine && count > 0)
            (void)snprintf(after, sizeof after, "%.*s", STR_ARG(rows[count - 1].order_id));
    }
    order_store_close(store);
    arena_close(pages);
    return fine;
}

/* ---- for people ---- */

static void rules_try_rows(struct cli *cli, const char *title, const struct map *rows,
                           int64_t orders)
{
    printf("\n%s\n", title);
    for (size_t i = 0; i < map_count(rows); i++) {
        struct str name;
        const struct rules_tally_row *row = map_at(rows, i, &name);
        int64_t draft = row->orders[RULES_SIDE_DRAFT];

        printf("  ");
        cli_cell(name, 30);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->orders[RULES_SIDE_NOW]), 14);
        printf("%lld（%lld.%02lld %%）\n", (long long)draft,
               (long long)(orders > 0 ? draft * 100 / orders : 0),
               (long long)(orders > 0 ? draft * 10000 / orders % 100 : 0));
    }
    if (map_count(rows) == 0)
        printf("  （无 none）\n");
}

static void rules_try_change(const struct rules_change *change)
{
    printf("  %.*s → %.*s: %lld 单 orders\n", STR_ARG(change->was), STR_ARG(change->would),
           (long long)change->orders);
    for (size_t i = 0; i < change->example_count; i++) {
        const struct rules_example *example = &change->examples[i];

        printf("    %.*s  %.*s\n", STR_ARG(example->order_id), STR_ARG(example->why));
        if (example->actual.size > 0)
            printf("      当时 then: %.*s\n", STR_ARG(example->actual));
    }
}

static void rules_try_print(struct rules_try_run *run)
{
    const struct rules_tally *tally = &run->tally;
    struct cli *cli = run->cli;

    printf("试算 try: %.*s（%s），草案 draft 对比 against 生效版本 version in force %lld\n",
           STR_ARG(run->draft.set), run->draft.compiled.language->title,
           (long long)run->now_version);
    printf("窗口 window: %.*s 至 to ", STR_ARG(cli_time(cli->arena, run->from_ms)));
    printf("%.*s，%lld 单 orders, %lld 单不变 unchanged\n",
           STR_ARG(cli_time(cli->arena, run->to_ms)), (long long)tally->orders,
           (long long)tally->same);
    if (tally->orders == 0) {
        printf("这段时间没有判过的订单：换一个窗口 no judged order in this window: --from, --to, "
               "--hours\n");
        return;
    }
    rules_try_rows(cli, "结果 outcome                      现行 now      草案 draft", tally->words,
                   tally->orders);
    rules_try_rows(cli, "按规则 by rule                    现行 now      草案 draft", tally->rules,
                   tally->orders);
    printf("\n变化 what would be different\n");
    for (size_t i = 0; i < map_count(tally->changes) && i < RULES_TRY_SHOWN; i++) {
        struct str key;

        rules_try_change(map_at(tally->changes, i, &key));
    }
    if (map_count(tally->changes) == 0)
        printf("  （无 nothing）\n");
    else if (map_count(tally->changes) > RULES_TRY_SHOWN)
        printf("  ……还有 %zu 种 and more, see --json\n",
               map_count(tally->changes) - RULES_TRY_SHOWN);
}

/* ---- for programs ---- */

static void rules_try_json_rows(struct json_out *out, const char *name, const struct map *rows)
{
    json_out_array(out, name);
    for (size_t i = 0; i < map_count(rows); i++) {
        struct str word;
        const struct rules_tally_row *row = map_at(rows, i, &word);

        json_out_object(out, NULL);
        json_out_text(out, "name", word);
        json_out_int(out, "now", row->orders[RULES_SIDE_NOW]);
        json_out_int(out, "draft", row->orders[RULES_SIDE_DRAFT]);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void rules_try_json_change(struct json_out *out, const struct rules_change *change)
{
    json_out_object(out, NULL);
    json_out_text(out, "was", change->was);
    json_out_text(out, "would", change->would);
    json_out_int(out, "orders", change->orders);
    json_out_array(out, "examples");
    for (size_t i = 0; i < change->example_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "order_id", change->examples[i].order_id);
        json_out_text(out, "then", change->examples[i].actual);
        json_out_text(out, "why", change->examples[i].why);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static void rules_try_json(struct rules_try_run *run)
{
    const struct rules_tally *tally = &run->tally;
    struct json_out out;

    json_out_init(&out, run->cli->arena, 4096);
    json_out_object(&out, NULL);
    json_out_text(&out, "set", run->draft.set);
    json_out_int(&out, "version_in_force", run->now_version);
    json_out_int(&out, "from", run->from_ms);
    json_out_int(&out, "to", run->to_ms);
    json_out_int(&out, "orders", tally->orders);
    json_out_int(&out, "unchanged", tally->same);
    rules_try_json_rows(&out, "outcomes", tally->words);
    rules_try_json_rows(&out, "rules", tally->rules);
    json_out_array(&out, "changes");
    for (size_t i = 0; i < map_count(tally->changes); i++) {
        struct str key;

        rules_try_json_change(&out, map_at(tally->changes, i, &key));
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

/* ---- the command ---- */

static bool rules_try_examples(const char *text, size_t *count_out, struct err *err)
{
    int64_t count = 3;

    if (text && (!num_parse(str_of(text), &count) || count < 0 || count > 100000))
        return err_set(err, ERR_FATAL, "--examples: \"%s\" is no number from 0 to 100000", text);
    *count_out = (size_t)count;
    return true;
}

static bool rules_try(struct cli *cli, const struct rules_try_input *input, struct err *err)
{
    struct rules_try_run run = { .cli = cli };
    size_t examples = 0;

    if (!rules_try_examples(input->examples, &examples, err) || !rules_try_window(input, &run, err)
        || !rules_try_sides(&run, err))
        return false;
    rules_tally_init(&run.tally, cli->arena, examples);
    if (!rules_try_walk(&run, err))
        return false;
    if (cli->json)
        rules_try_json(&run);
    else
        rules_try_print(&run);
    return true;
}

int rules_try_command(int argc, char **argv)
{
    struct rules_try_input input = { .from = NULL };
    const struct cli_option options[] = {
        { .name = "--from",
          .value_name = "TIME",
          .help = "orders that came in from then on "
                  "(China time)",
          .value = &input.from },
        { .name = "--to",
          .value_name = "TIME",
          .help = "… and before then; default: now",
          .value = &input.to },
        { .name = "--hours",
          .value_name = "N",
          .help = "the last N hours instead",
          .value = &input.hours },
        { .name = "--examples",
          .value_name = "N",
          .help = "orders named per change; default 3",
          .value = &input.examples },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "rules try",
        .usage = "FILE [--from TIME] [--to TIME] [--hours N] [--examples N] [--json]",
        .help =
            "Judges the orders of a window (default: yesterday in China) by the rules in force "
            "and by FILE,\nand tells what would be different: held, released, rejected, or sent "
            "from elsewhere. Nothing\nis changed. Both sides are judged now, from the same "
            "facts; what people let pass by hand\nstands beside as it was then. Of routes the "
            "stock is that of now.",
        .options = options,
        .words_min = 1,
        .words_max = 1,
    };
    struct cli cli;
    struct err err;
    int code = CLI_DONE;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!rules_try(&cli, &input, &err))
        code = cli_fail(&err);
    cli_close(&cli);
    return code;
}
