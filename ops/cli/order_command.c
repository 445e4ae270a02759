/*
 * sluice order show: one order with its seven gates and its trail.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "store/order_store.h"

static const char *order_mark(enum gate_state state)
{
    switch (state) {
    case GATE_STATE_PASSED:
        return "通过 passed";
    case GATE_STATE_STOPPED:
        return "拦下 stopped";
    case GATE_STATE_OPEN:
    case GATE_STATE_NONE:
        return "未到 open";
    }
    return "";
}

static void order_print_money(const char *name, int64_t fen)
{
    printf("  %s %lld.%02lld 元", name, (long long)(fen / 100), (long long)(fen % 100));
}

static void order_print_head(struct cli *cli, const struct order_view *view)
{
    printf("订单 order  %.*s\n", STR_ARG(view->order_id));
    printf("  状态 state %.*s%s%.*s  rev %lld  店铺状态 shop says %.*s\n",
           STR_ARG(view->state.size ? view->state : STR("处理中 in flight")),
           view->reason.size ? ": " : "", STR_ARG(view->reason), (long long)view->rev,
           STR_ARG(view->stage));
    order_print_money("应付 total", view->total_fen);
    order_print_money("已付 paid", view->paid_fen);
    printf("\n  下单 placed %.*s  付款 paid %.*s  最晚发货 due %.*s\n",
           STR_ARG(cli_time(cli->arena, view->placed_at)),
           STR_ARG(cli_time(cli->arena, view->paid_at)),
           STR_ARG(cli_time(cli->arena, view->due_at)));
    if (view->standing != GATE_NONE)
        printf("  现在停在 stands at: %s (%s)\n", gate_chinese(view->standing),
               gate_name(view->standing));
}

static void order_print_gates(struct cli *cli, const struct order_view *view)
{
    printf("\n七道闸门 gates\n");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        const struct order_gate_view *gate = &view->gates[i];

        printf("  ");
        cli_cell(str_of(gate_chinese(gate->gate)), 12);
        cli_cell(str_of(order_mark(gate->state)), 16);
        cli_cell(cli_time(cli->arena, gate->at), 22);
        printf("%.*s\n", STR_ARG(gate->reason));
    }
}

static void order_print_parcels(struct cli *cli, const struct order_view *view)
{
    if (view->parcel_count > 0)
        printf("\n包裹 parcels\n");
    for (size_t i = 0; i < view->parcel_count; i++) {
        const struct order_parcel_view *parcel = &view->parcels[i];

        printf("  %.*s  %.*s → %.*s  %lld 件  %.*s  %.*s  %.*s\n", STR_ARG(parcel->shipment_id),
               STR_ARG(parcel->warehouse), STR_ARG(parcel->carrier), (long long)parcel->units,
               STR_ARG(parcel->state), STR_ARG(parcel->waybill),
               STR_ARG(cli_time(cli->arena, parcel->left_at)));
    }
    for (size_t i = 0; i < view->claim_count; i++)
        printf("%s  %.*s × %lld\n", i == 0 ? "\n占用 claims\n" : "", STR_ARG(view->claims[i].sku),
               (long long)view->claims[i].units);
}

static void order_print_people(struct cli *cli, const struct order_view *view)
{
    for (size_t i = 0; i < view->alert_count; i++)
        printf("%s  %.*s  %.*s  %.*s\n", i == 0 ? "\n提醒 alerts\n" : "",
               STR_ARG(cli_time(cli->arena, view->alerts[i].raised_at)),
               STR_ARG(view->alerts[i].title), STR_ARG(view->alerts[i].state));
    for (size_t i = 0; i < view->decision_count; i++)
        printf("%s  %.*s  %.*s  %.*s: %.*s\n", i == 0 ? "\n决定 decisions\n" : "",
               STR_ARG(cli_time(cli->arena, view->decisions[i].at)),
               STR_ARG(view->decisions[i].kind), STR_ARG(view->decisions[i].by),
               STR_ARG(view->decisions[i].reason));
}

static void order_print_trail(struct cli *cli, const struct order_view *view)
{
    printf("\n经过 trail\n");
    for (size_t i = 0; i < view->trail_count; i++) {
        const struct order_trail_view *step = &view->trail[i];

        printf("  %.*s  rev %-3lld ", STR_ARG(cli_time(cli->arena, step->at)),
               (long long)step->rev);
        cli_cell(str_of(gate_chinese(step->gate)), 12);
        cli_cell(str_of(order_mark(step->state)), 16);
        printf("%.*s\n", STR_ARG(step->reason));
    }
}

static void order_json_gates(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "gates");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "gate", str_of(gate_name(view->gates[i].gate)));
        json_out_text(out, "state", str_of(gate_state_name(view->gates[i].state)));
        json_out_text_if(out, "reason", view->gates[i].reason);
        json_out_int_if(out, "at", view->gates[i].at);
        json_out_int(out, "rev", view->gates[i].rev);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_json_parcels(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "parcels");
    for (size_t i = 0; i < view->parcel_count; i++) {
        const struct order_parcel_view *parcel = &view->parcels[i];

        json_out_object(out, NULL);
        json_out_text(out, "shipment_id", parcel->shipment_id);
        json_out_text(out, "warehouse", parcel->warehouse);
        json_out_text(out, "carrier", parcel->carrier);
        json_out_text_if(out, "waybill", parcel->waybill);
        json_out_text(out, "state", parcel->state);
        json_out_int(out, "plan_number", parcel->plan_number);
        json_out_int(out, "units", parcel->units);
        json_out_int_if(out, "left_at", parcel->left_at);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_json_trail(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "trail");
    for (size_t i = 0; i < view->trail_count; i++) {
        json_out_object(out, NULL);
        json_out_int(out, "at", view->trail[i].at);
        json_out_int(out, "rev", view->trail[i].rev);
        json_out_text(out, "gate", str_of(gate_name(view->trail[i].gate)));
        json_out_text(out, "state", str_of(gate_state_name(view->trail[i].state)));
        json_out_text_if(out, "reason", view->trail[i].reason);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_print_json(struct cli *cli, const struct order_view *view)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_object(&out, NULL);
    json_out_text(&out, "order_id", view->order_id);
    json_out_text(&out, "channel", view->channel);
    json_out_text(&out, "shop", view->shop);
    json_out_int(&out, "rev", view->rev);
    json_out_text(&out, "state", view->state);
    json_out_text_if(&out, "reason", view->reason);
    json_out_text(&out, "stage", view->stage);
    json_out_bool(&out, "paid", view->paid);
    json_out_int(&out, "total_fen", view->total_fen);
    json_out_int_if(&out, "due_at", view->due_at);
    json_out_text(&out, "stands_at",
                  str_of(view->standing == GATE_NONE ? "" : gate_name(view->standing)));
    order_json_gates(&out, view);
    order_json_parcels(&out, view);
    json_out_array(&out, "claims");
    for (size_t i = 0; i < view->claim_count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "sku", view->claims[i].sku);
        json_out_int(&out, "units", view->claims[i].units);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    order_json_trail(&out, view);
    json_out_object_end(&out);
    cli_print_json(&out);
}

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
        order_print_json(cli, &view);
        return CLI_DONE;
    }
    order_print_head(cli, &view);
    order_print_gates(cli, &view);
    order_print_parcels(cli, &view);
    order_print_people(cli, &view);
    order_print_trail(cli, &view);
    return CLI_DONE;
}

int order_show_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "order show",
        .usage = "ID [--json]",
        .help = "Shows an order: where it stands, its seven gates, parcels, claims, alerts,\n"
                "decisions, and everything that happened to it. No personal data is shown.",
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
