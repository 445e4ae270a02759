/*
 * sluice order show: one order with its seven gates and its trail.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/order_text.h"
#include "store/order_store.h"

static int order_show(struct cli *cli)
{
    struct order_store *store = NULL;
    struct order_view view;
    bool found = false;
    struct err err;

    if (!order_store_open(&store, cli->pg_url, &err))
        return cli_fail(&err);
    bool asked = order_store_show(store, cli->arena, str_of(cli->words[0]), &view, &found, &err);
    order_store_close(store);
    if (!asked)
        return cli_fail(&err);
    if (!found) {
        (void)fprintf(stderr,
                      "sluice: no order %s in the ledger: is the id complete, as in "
                      "douyin:9000001:6900000000000000001? `sluice where` lists some\n",
                      cli->words[0]);
        return CLI_FAILED;
    }
    if (cli->json) {
        struct json_out out;

        json_out_init(&out, cli->arena, 4096);
        order_text_json(&out, NULL, &view);
        cli_print_json(&out);
    } else {
        order_text_print(cli, &view);
    }
    return CLI_DONE;
}

int order_show_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "order show",
        .usage = "ID [--json]",
        .help =
            "Shows an order: where it stands, its seven gates, why it was held, its plan with\n"
            "what came second, parcels, claims, alerts, decisions, and everything that happened\n"
            "to it. No personal data is shown.",
        .words_min = 1,
        .words_max = 1,
    };
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    code = order_show(&cli);
    cli_close(&cli);
    return code;
}
