/*
 * sluice order cancel|approve|reject|rescreen|replan: a person decides about an order.
 *
 * The decision names what it judged (rev and digest as the ledger shows them), so that the store
 * can refuse it when the order has moved on meanwhile (STOCK.md 32).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/publish.h"
#include "store/order_store.h"

struct decide_input {
    const char *reason, *by;
};

static bool decide_look(struct cli *cli, struct str order_id, struct order_view *view,
                        struct err *err)
{
    struct order_store *store = NULL;
    bool found = false;

    if (!order_store_open(&store, cli->pg_url, err))
        return false;
    bool asked = order_store_show(store, cli->arena, order_id, view, &found, err);
    order_store_close(store);
    if (asked && !found)
        return err_set(err, ERR_RETRY, "no order %.*s in the ledger: is the id complete, as in "
                                       "douyin:9000001:6900000000000000001?",
                       STR_ARG(order_id));
    return asked;
}

/* The plan an operator wants made anew: the newest one. */
static int64_t decide_plan_number(const struct order_view *view)
{
    int64_t number = 0;

    for (size_t i = 0; i < view->parcel_count; i++) {
        if (view->parcels[i].plan_number > number)
            number = view->parcels[i].plan_number;
    }
    return number;
}

/* Is there what the decision is about? A fact that names nothing would be a dead letter. */
static bool decide_check(enum event_kind kind, const struct order_view *view, struct err *err)
{
    if (kind == EVENT_ORDER_REPLAN && decide_plan_number(view) == 0)
        return err_set(err, ERR_REJECT,
                       "order %.*s has no plan yet, so there is none to make anew: see `sluice "
                       "order show`",
                       STR_ARG(view->order_id));
    return true;
}

static struct event decide_event(struct cli *cli, enum event_kind kind,
                                 const struct decide_input *input, const struct order_view *view)
{
    struct str request_id = publish_request_id(cli);

    return (struct event){
        .kind = kind,
        .id = event_fact_id(cli->arena, view->order_id, kind, request_id),
        .source = STR("/sluice/cli"),
        .key = view->order_id,
        .time_ms = clock_now_ms(),
        .fact = {
            .order_id = view->order_id,
            .rev = view->rev,
            .digest = view->digest,
            .request_id = request_id,
            .by = str_of(input->by),
            .reason = str_of(input->reason),
            .plan_number = decide_plan_number(view),
        },
    };
}

static void decide_print(struct cli *cli, const struct event *event)
{
    struct json_out out;

    if (!cli->json) {
        printf("已提交 submitted: %s %.*s rev %lld, 请求号 request %.*s\n"
               "如果订单在此期间已变化，决定不会执行，并会发提醒。 "
               "If the order has changed meanwhile it is not applied, and an alert says so.\n",
               event_kind_name(event->kind), STR_ARG(event->key), (long long)event->fact.rev,
               STR_ARG(event->fact.request_id));
        return;
    }
    json_out_init(&out, cli->arena, 256);
    json_out_object(&out, NULL);
    json_out_text(&out, "kind", str_of(event_kind_name(event->kind)));
    json_out_text(&out, "order_id", event->key);
    json_out_int(&out, "rev", event->fact.rev);
    json_out_text(&out, "request_id", event->fact.request_id);
    json_out_object_end(&out);
    cli_print_json(&out);
}

static int decide_run(const char *name, const char *help, enum event_kind kind, int argc,
                      char **argv)
{
    const char *user = getenv("USER");
    struct decide_input input = { .reason = NULL, .by = user ? user : "operator" };
    const struct cli_option options[] = {
        { .name = "--reason", .value_name = "TEXT", .help = "why; kept with the order",
          .value = &input.reason },
        { .name = "--by", .value_name = "NAME", .help = "who decides; default: the login name",
          .value = &input.by },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = name, .usage = "ID --reason TEXT [--by NAME] [--json]", .help = help,
        .options = options, .words_min = 1, .words_max = 1,
    };
    struct order_view view;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!cli_check_reason(&command, input.reason, input.by, &code)) {
        ; /* it was said */
    } else if (!decide_look(&cli, str_of(cli.words[0]), &view, &err)
               || !decide_check(kind, &view, &err)) {
        code = cli_fail(&err);
    } else {
        struct event event = decide_event(&cli, kind, &input, &view);

        code = publish_events(&cli, &event, 1, &err) ? CLI_DONE : cli_fail(&err);
        if (code == CLI_DONE)
            decide_print(&cli, &event);
    }
    cli_close(&cli);
    return code;
}

int order_cancel_command(int argc, char **argv)
{
    return decide_run("order cancel",
                      "Cancels an order. Parcels that have not left are stopped first; the units "
                      "return\nwhen the warehouse says stopped.",
                      EVENT_ORDER_CANCELLED, argc, argv);
}

int order_approve_command(int argc, char **argv)
{
    return decide_run("order approve",
                      "Lets a held order pass. The rules it was held by stay cleared while the "
                      "order is\nthe same.",
                      EVENT_ORDER_APPROVED, argc, argv);
}

int order_reject_command(int argc, char **argv)
{
    return decide_run("order reject", "Rejects a held order; its stock returns.",
                      EVENT_ORDER_DECLINED, argc, argv);
}

int order_rescreen_command(int argc, char **argv)
{
    return decide_run("order rescreen", "Has an order without an open plan judged anew.",
                      EVENT_ORDER_RESCREEN, argc, argv);
}

int order_replan_command(int argc, char **argv)
{
    return decide_run("order replan",
                      "Stops the parcels of the open plan that have not left and plans anew.",
                      EVENT_ORDER_REPLAN, argc, argv);
}
