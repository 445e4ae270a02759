/* report_text — see report.h. Here: for people. */
#include <stdio.h>

#include "cli/check_name.h"
#include "cli/order_text.h"
#include "cli/report.h"
#include "codec/rules_codec.h"

static void report_list(struct cli *cli, const char *title, const struct order_count_view *rows,
                        size_t count, bool units)
{
    if (count == 0)
        return;
    printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        printf("  ");
        cli_cell(rows[i].name, 44);
        if (units) {
            cli_cell(arena_format(cli->arena, "%lld", (long long)rows[i].orders), 12);
            printf("%lld 件\n", (long long)rows[i].units);
        } else {
            printf("%lld\n", (long long)rows[i].orders);
        }
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
    printf("  提醒 alerts: 发起 raised %lld, 单独送达 delivered %lld, 汇总送达 digested %lld, "
           "放弃 given up %lld\n",
           (long long)report->alerts_raised,
           (long long)(report->alerts_delivered - report->alerts_digested),
           (long long)report->alerts_digested, (long long)report->alerts_given_up);
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

/* "2.31 %" of the orders that were judged. */
static struct str report_share(struct cli *cli, int64_t orders, int64_t judged)
{
    int64_t parts = judged > 0 ? (orders * 10000 + judged / 2) / judged : 0;

    return arena_format(cli->arena, "%lld.%02lld %%", (long long)(parts / 100),
                        (long long)(parts % 100));
}

static void report_holds(struct cli *cli, const struct order_report *report)
{
    printf(
        "\n异常拦截 held, by check\n  已判断 judged %lld 单 orders, 曾拦下 ever held %lld 单, 占 "
        "%.*s\n",
        (long long)report->judged_orders, (long long)report->held_orders,
        STR_ARG(report_share(cli, report->held_orders, report->judged_orders)));
    for (size_t i = 0; i < report->hold_count; i++) {
        const struct order_hold_view *hold = &report->holds[i];
        const char *name = check_name(hold->name);

        printf("  ");
        cli_cell(arena_format(cli->arena, "%s%.*s", name, STR_ARG(hold->name)), 44);
        cli_cell(arena_format(cli->arena, "%lld", (long long)hold->orders), 8);
        printf("%.*s", STR_ARG(report_share(cli, hold->orders, report->judged_orders)));
        /* A rule somebody wrote has no name: what it says of one order stands for it. */
        printf("%s%.*s\n", name[0] ? "" : "  ", STR_ARG(name[0] ? STR_NONE : hold->sentence));
    }
}

/* What judges and routes now; a set that was never published is the one that came with us. */
static void report_rules(struct cli *cli, const struct order_report *report)
{
    static const char *const sets[] = { "anomaly", "route", "notify" };

    printf("\n生效规则 rules in force\n");
    for (size_t i = 0; i < report->rules_count; i++) {
        const struct order_rules_view *rules = &report->rules[i];

        printf("  ");
        cli_cell(
            arena_format(cli->arena, "%.*s/%lld", STR_ARG(rules->set), (long long)rules->version),
            16);
        printf("%.*s  %.*s: %.*s\n", STR_ARG(cli_time(cli->arena, rules->at)), STR_ARG(rules->by),
               STR_ARG(rules->reason));
    }
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        bool published = false;

        for (size_t j = 0; j < report->rules_count; j++)
            published |= str_is(report->rules[j].set, sets[i]);
        if (published || rules_shipped(str_of(sets[i])).size == 0)
            continue;
        printf("  ");
        cli_cell(arena_format(cli->arena, "%s/0", sets[i]), 16);
        printf("随程序 as shipped\n");
    }
}

static void report_unmapped(struct cli *cli, const struct report *report)
{
    if (report->unmapped_count == 0)
        return;
    printf("\n未映射的店铺编码 codes that lead to no SKU of ours (sluice sku unmapped)\n");
    for (size_t i = 0; i < report->unmapped_count; i++) {
        const struct sku_unmapped_view *row = &report->unmapped[i];
        struct str code = row->merchant_code.size > 0 ? row->merchant_code : row->platform_sku;

        printf("  ");
        cli_cell(arena_format(cli->arena, "%.*s:%.*s %.*s", STR_ARG(row->channel),
                              STR_ARG(row->shop), STR_ARG(code)),
                 44);
        printf("%lld 单 orders\n", (long long)row->orders);
    }
}

static void report_trail(struct cli *cli, const struct report *report)
{
    if (!report->has_trail)
        return;
    printf("\n一单的全过程 one order from end to end\n\n");
    order_text_print(cli, &report->trail);
}

void report_print(struct cli *cli, const struct report *all)
{
    const struct order_report *report = &all->orders;

    printf("水闸销售报告 Sluice: the sale so far\n\n订单 orders %lld\n", (long long)report->orders);
    report_list(cli, "按渠道 by channel", report->channels, report->channel_count, false);
    report_gates(cli, report);
    report_promises(report);
    report_list(cli, "渠道超卖按店铺 oversold by shop", report->oversold, report->oversold_count,
                true);
    report_holds(cli, report);
    report_list(cli, "停住的订单 stopped, by gate and reason", report->stops, report->stop_count,
                false);
    report_list(cli, "无法分仓 unroutable, by reason", report->unroutable, report->unroutable_count,
                true);
    report_unmapped(cli, all);
    report_list(cli, "包裹按仓库和快递 parcels by warehouse and carrier", report->carriers,
                report->carrier_count, true);
    report_speed(report);
    report_people(report);
    report_rules(cli, report);
    report_trail(cli, all);
    report_next(report);
}
