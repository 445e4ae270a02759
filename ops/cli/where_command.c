/*
 * sluice where: orders per gate: open, passed, stopped, oldest, due soon.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "store/order_store.h"

#define WHERE_ROWS (GATE_COUNT - 1)

struct where_input {
    const char *gate, *due_hours, *count;
    bool stopped;
};

static void where_print(struct cli *cli, const struct order_where_view rows[WHERE_ROWS],
                        int64_t now_ms)
{
    static const struct {
        const char *text;
        int width;
    } heads[] = { { "闸门 gate", 26 }, { "未到 open", 12 }, { "通过 passed", 14 },
                  { "拦下 stopped", 14 }, { "停在此 here", 14 }, { "最久 oldest", 18 },
                  { "将到期 due soon", 18 }, { "已超时 overdue", 14 } };

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        cli_cell(str_of(heads[i].text), heads[i].width);
    printf("\n");
    for (size_t i = 0; i < WHERE_ROWS; i++) {
        const struct order_where_view *row = &rows[i];
        int64_t age = row->oldest_at > 0 ? now_ms - row->oldest_at : -1;

        cli_cell(arena_format(cli->arena, "%s %s", gate_chinese(row->gate), gate_name(row->gate)),
                 26);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->open), 12);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->passed), 14);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->stopped), 14);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->here), 14);
        cli_cell(cli_age(cli->arena, age), 18);
        cli_cell(arena_format(cli->arena, "%lld", (long long)row->due_soon), 18);
        printf("%lld\n", (long long)row->overdue);
    }
}

static void where_print_json(struct cli *cli, const struct order_where_view rows[WHERE_ROWS])
{
    struct json_out out;

    json_out_init(&out, cli->arena, 1024);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < WHERE_ROWS; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "gate", str_of(gate_name(rows[i].gate)));
        json_out_int(&out, "open", rows[i].open);
        json_out_int(&out, "passed", rows[i].passed);
        json_out_int(&out, "stopped", rows[i].stopped);
        json_out_int(&out, "here", rows[i].here);
        json_out_int(&out, "oldest_at", rows[i].oldest_at);
        json_out_int(&out, "due_soon", rows[i].due_soon);
        json_out_int(&out, "overdue", rows[i].overdue);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

static void where_print_orders(struct cli *cli, const struct order_line_view *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cli_cell(rows[i].order_id, 48);
        cli_cell(str_of(gate_state_name(rows[i].state)), 10);
        cli_cell(cli_time(cli->arena, rows[i].due_at), 22);
        printf("%.*s\n", STR_ARG(rows[i].reason));
    }
    if (count == 0)
        printf("没有 none\n");
}

static void where_orders_json(struct cli *cli, const struct order_line_view *rows, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "order_id", rows[i].order_id);
        json_out_text(&out, "state", str_of(gate_state_name(rows[i].state)));
        json_out_text_if(&out, "reason", rows[i].reason);
        json_out_int(&out, "entered_at", rows[i].entered_at);
        json_out_int_if(&out, "due_at", rows[i].due_at);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

static int where_gate(struct cli *cli, struct order_store *store, const struct where_input *input,
                      enum gate gate, int64_t count_max)
{
    struct order_line_view *rows;
    struct err err;
    size_t count;

    if (!order_store_standing(store, cli->arena, gate,
                              input->stopped ? GATE_STATE_STOPPED : GATE_STATE_NONE,
                              (size_t)count_max, &rows, &count, &err))
        return cli_fail(&err);
    if (cli->json)
        where_orders_json(cli, rows, count);
    else
        where_print_orders(cli, rows, count);
    return CLI_DONE;
}

static int where_all(struct cli *cli, struct order_store *store, int64_t due_ms)
{
    struct order_where_view rows[WHERE_ROWS];
    int64_t now_ms = clock_now_ms();
    struct err err;

    if (!order_store_where(store, cli->arena, now_ms, due_ms, rows, &err))
        return cli_fail(&err);
    if (cli->json)
        where_print_json(cli, rows);
    else
        where_print(cli, rows, now_ms);
    return CLI_DONE;
}

static int where_run(struct cli *cli, const struct cli_command *command,
                     const struct where_input *input)
{
    struct order_store *store = NULL;
    int64_t hours, count_max;
    enum gate gate = input->gate ? gate_of(str_of(input->gate)) : GATE_NONE;
    struct err err;

    if (input->gate && gate == GATE_NONE)
        return cli_misuse(command, "there is no gate \"%s\": payment stock anomaly warehouse "
                          "carrier shipment aftersale", input->gate);
    if (!num_parse(str_of(input->due_hours), &hours) || hours < 0 || hours > 10000)
        return cli_misuse(command, "--due-hours must be a whole number up to 10000");
    if (!num_parse(str_of(input->count), &count_max) || count_max < 1 || count_max > 100000)
        return cli_misuse(command, "--count must be 1 to 100000");
    if (!order_store_open(&store, cli->pg_url, &err))
        return cli_fail(&err);
    int code = gate == GATE_NONE ? where_all(cli, store, hours * 3600000)
                                 : where_gate(cli, store, input, gate, count_max);
    order_store_close(store);
    return code;
}

int where_command(int argc, char **argv)
{
    struct where_input input = { .due_hours = "4", .count = "20" };
    const struct cli_option options[] = {
        { .name = "--gate", .value_name = "GATE", .help = "list the orders that stand there",
          .value = &input.gate },
        { .name = "--stopped", .help = "with --gate: only those that were stopped",
          .flag = &input.stopped },
        { .name = "--due-hours", .value_name = "N", .help = "what counts as due soon; default 4",
          .value = &input.due_hours },
        { .name = "--count", .value_name = "N", .help = "with --gate: most rows; default 20",
          .value = &input.count },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "where",
        .usage = "[--gate GATE [--stopped] [--count N]] [--due-hours N] [--json]",
        .help = "How many orders are open, passed or stopped at each of the seven gates, how old "
                "the\noldest is, and how many are due soon.",
        .options = options,
    };
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    code = where_run(&cli, &command, &input);
    cli_close(&cli);
    return code;
}
