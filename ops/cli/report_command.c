/*
 * sluice report: the sale so far, for a manager. Every number comes from the ledger's rows.
 */
#include <stdio.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "store/order_store.h"

#define REPORT_DUE_MS (4 * 3600000)

static void report_list(struct cli *cli, const char *title, const struct order_count_view *rows,
                        size_t count, bool units)
{
    if (count == 0)
        return;
    printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        printf("  ");
        cli_cell(rows[i].name, 44);
        cli_cell(arena_format(cli->arena, "%lld", (long long)rows[i].orders), 12);
        if (units)
            printf("%lld 件", (long long)rows[i].units);
        printf("\n");
    }
}

static void report_gates(struct cli *cli, const struct order_report *report)
{
    printf("\n七道闸门 gates\n");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        const struct order_where_view *row = &report->gates[i];

        printf("  ");
        cli_cell(arena_format(cli->arena, "%s %s", gate_chinese(row->gate), gate_name(row->gate)),
                 26);
        printf("通过 passed %-9lld 拦下 stopped %-9lld 未到 open %lld\n", (long long)row->passed,
               (long long)row->stopped, (long long)row->open);
    }
}

static void report_promises(const struct order_report *report)
{
    printf("\n承诺 promises\n");
    printf("  已承诺 promised        %lld 单 orders, %lld 件 units\n",
           (long long)report->promised_orders, (long long)report->promised_units);
    printf("  缺货等待 short         %lld 单 orders, %lld 件 units\n",
           (long long)report->short_orders, (long long)report->short_units);
    printf("  重复承诺 promised twice %lld 件 units（必须为零 must be zero）\n",
           (long long)report->promised_twice);
    printf("  渠道超卖 oversold in the shop %lld 单 orders, %lld 件 units\n",
           (long long)report->oversold_orders, (long long)report->oversold_units);
}

static void report_speed(const struct order_report *report)
{
    printf("\n从进入到分仓 entry to plan\n");
    if (report->plans_measured == 0) {
        printf("  还没有分仓 nothing planned yet\n");
        return;
    }
    printf("  %lld 单 orders: p50 %lld ms, p99 %lld ms, 最慢 max %lld ms\n",
           (long long)report->plans_measured, (long long)report->plan_p50_ms,
           (long long)report->plan_p99_ms, (long long)report->plan_max_ms);
}

static void report_people(const struct order_report *report)
{
    printf("\n提醒与死信 alerts and dead letters\n");
    printf("  提醒 alerts: 发起 raised %lld, 送达 delivered %lld, 放弃 given up %lld\n",
           (long long)report->alerts_raised, (long long)report->alerts_delivered,
           (long long)report->alerts_given_up);
    printf("  死信 dead letters: %lld（原文保留 the original bytes are kept）\n",
           (long long)report->dead_letters);
}

static void report_next(const struct order_report *report)
{
    printf("\n接下来可以试 try next\n");
    if (report->sample_planned.size > 0)
        printf("  sluice order show %.*s\n", STR_ARG(report->sample_planned));
    if (report->sample_stopped.size > 0)
        printf("  sluice order show %.*s      # 被拦下的 a stopped one\n",
               STR_ARG(report->sample_stopped));
    printf("  sluice where                    # 订单停在哪道闸门 orders per gate\n"
           "  sluice where --gate anomaly     # 等人审核的 waiting for a person\n"
           "  sluice dlq list                 # 拒收的消息 what was refused\n"
           "  sluice stock verify             # 热库存与账对得上吗 do the counters agree\n"
           "  sluice replay ledger --to-start # 回放（先演练） a replay, dry run first\n");
}

static void report_print(struct cli *cli, const struct order_report *report)
{
    printf("水闸销售报告 Sluice: the sale so far\n\n订单 orders %lld\n",
           (long long)report->orders);
    report_list(cli, "按渠道 by channel", report->channels, report->channel_count, false);
    report_gates(cli, report);
    report_promises(report);
    report_list(cli, "渠道超卖按店铺 oversold by shop", report->oversold, report->oversold_count,
                true);
    report_list(cli, "拦截原因 held, by check", report->holds, report->hold_count, false);
    report_list(cli, "停住的订单 stopped, by gate and reason", report->stops, report->stop_count,
                false);
    report_list(cli, "包裹按仓库 parcels by warehouse", report->warehouses,
                report->warehouse_count, true);
    report_speed(report);
    report_people(report);
    report_next(report);
}

static void report_json_list(struct json_out *out, const char *name,
                             const struct order_count_view *rows, size_t count)
{
    json_out_array(out, name);
    for (size_t i = 0; i < count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "name", rows[i].name);
        json_out_int(out, "orders", rows[i].orders);
        json_out_int(out, "units", rows[i].units);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_json_gates(struct json_out *out, const struct order_report *report)
{
    json_out_array(out, "gates");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "gate", str_of(gate_name(report->gates[i].gate)));
        json_out_int(out, "open", report->gates[i].open);
        json_out_int(out, "passed", report->gates[i].passed);
        json_out_int(out, "stopped", report->gates[i].stopped);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_print_json(struct cli *cli, const struct order_report *report)
{
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        { "orders", report->orders },
        { "promised_orders", report->promised_orders },
        { "promised_units", report->promised_units },
        { "short_orders", report->short_orders },
        { "short_units", report->short_units },
        { "planned_orders", report->planned_orders },
        { "parcels_planned", report->parcels_planned },
        { "parcels_left", report->parcels_left },
        { "promised_twice", report->promised_twice },
        { "oversold_orders", report->oversold_orders },
        { "oversold_units", report->oversold_units },
        { "shortfall_units", report->shortfall_units },
        { "packed_beyond", report->packed_beyond },
        { "planned_twice", report->planned_twice },
        { "dead_letters", report->dead_letters },
        { "parked", report->parked },
        { "alerts_raised", report->alerts_raised },
        { "alerts_delivered", report->alerts_delivered },
        { "alerts_given_up", report->alerts_given_up },
        { "plans_measured", report->plans_measured },
        { "plan_p50_ms", report->plan_p50_ms },
        { "plan_p99_ms", report->plan_p99_ms },
        { "plan_max_ms", report->plan_max_ms },
        { "first_entered_at", report->first_entered_at },
        { "last_planned_at", report->last_planned_at },
    };
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_object(&out, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        json_out_int(&out, numbers[i].name, numbers[i].value);
    report_json_list(&out, "channels", report->channels, report->channel_count);
    report_json_list(&out, "states", report->states, report->state_count);
    report_json_list(&out, "holds", report->holds, report->hold_count);
    report_json_list(&out, "stops", report->stops, report->stop_count);
    report_json_list(&out, "warehouses", report->warehouses, report->warehouse_count);
    report_json_list(&out, "oversold", report->oversold, report->oversold_count);
    report_json_gates(&out, report);
    json_out_text(&out, "sample_planned", report->sample_planned);
    json_out_text(&out, "sample_stopped", report->sample_stopped);
    json_out_object_end(&out);
    cli_print_json(&out);
}

int report_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "report",
        .usage = "[--json]",
        .help = "The sale so far: orders by channel and gate, promises, shortages, holds,\n"
                "parcels, the two oversolds, and how long an order takes from entry to plan.",
    };
    struct order_store *store = NULL;
    struct order_report report;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (order_store_open(&store, cli.pg_url, &err)
        && order_store_report(store, cli.arena, clock_now_ms(), REPORT_DUE_MS, &report, &err)) {
        if (cli.json)
            report_print_json(&cli, &report);
        else
            report_print(&cli, &report);
        code = CLI_DONE;
    } else {
        code = cli_fail(&err);
    }
    order_store_close(store);
    cli_close(&cli);
    return code;
}
