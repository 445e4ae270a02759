/*
 * sluice report: the sale so far, for a manager. Every number comes from the ledger's rows.
 */
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/report.h"

#define REPORT_DUE_MS       (4 * 3600000)
#define REPORT_UNMAPPED_MAX 20

/* The figures, the codes that orders wait for, and one order that much happened to. */
static bool report_read(struct cli *cli, struct order_store *orders, struct sku_store *skus,
                        struct report *report, struct err *err)
{
    struct arena *arena = cli->arena;

    *report = (struct report){ .has_trail = false };
    if (!order_store_report(orders, arena, clock_now_ms(), REPORT_DUE_MS, &report->orders, err)
        || !sku_store_unmapped(skus, arena, REPORT_UNMAPPED_MAX, &report->unmapped,
                               &report->unmapped_count, err))
        return false;
    return report->orders.sample_trail.size == 0
           || order_store_show(orders, arena, report->orders.sample_trail, &report->trail,
                               &report->has_trail, err);
}

int report_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "report",
        .usage = "[--json]",
        .help =
            "The sale so far: orders by channel and gate, promises, shortages, holds by check,\n"
            "parcels by warehouse and carrier, the two oversolds, alerts, rules in force, how\n"
            "long an order takes from entry to plan, and one order's whole trail.",
    };
    struct order_store *orders = NULL;
    struct sku_store *skus = NULL;
    struct report report;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (order_store_open(&orders, cli.pg_url, &err) && sku_store_open(&skus, cli.pg_url, &err)
        && report_read(&cli, orders, skus, &report, &err)) {
        if (cli.json)
            report_print_json(&cli, &report);
        else
            report_print(&cli, &report);
        code = CLI_DONE;
    } else {
        code = cli_fail(&err);
    }
    sku_store_close(skus);
    order_store_close(orders);
    cli_close(&cli);
    return code;
}
