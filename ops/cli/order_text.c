/* order_text — see order_text.h. Here: for people. */
#include "cli/order_text.h"

#include <stdio.h>

#include "cli/check_name.h"

static const char *order_text_mark(enum gate_state state)
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

/* ---- words ---- */

/* "已送达 " for "delivered"; "" for a word nobody has named. */
static const char *order_text_word(struct str word, const char *const (*rows)[2])
{
    for (; (*rows)[0]; rows++)
        if (str_is(word, (*rows)[0]))
            return (*rows)[1];
    return "";
}

static const char *order_text_alert_state(struct str state)
{
    static const char *const rows[][2] = {
        { "raised", "待发 " },
        { "delivered", "已送达 " },
        { "digested", "已并入汇总 " },
        { "given_up", "放弃 " },
        { NULL, NULL },
    };

    return order_text_word(state, rows);
}

static const char *order_text_decision(struct str kind)
{
    static const char *const rows[][2] = {
        { "order.approved", "放行 " },
        { "order.declined", "驳回 " },
        { "order.cancelled", "取消 " },
        { "order.rescreen", "重审 " },
        { "order.replan", "重新分仓 " },
        { "order.rejected", "自动拒绝 " },
        { NULL, NULL },
    };

    return order_text_word(kind, rows);
}

static void order_text_money(const char *name, int64_t fen)
{
    printf("  %s %lld.%02lld 元", name, (long long)(fen / 100), (long long)(fen % 100));
}

static void order_text_head(struct cli *cli, const struct order_view *view)
{
    printf("订单 order  %.*s\n", STR_ARG(view->order_id));
    printf("  状态 state %.*s%s%.*s  rev %lld  店铺状态 shop says %.*s\n",
           STR_ARG(view->state.size ? view->state : STR("处理中 in flight")),
           view->reason.size ? ": " : "", STR_ARG(view->reason), (long long)view->rev,
           STR_ARG(view->stage));
    order_text_money("应付 total", view->total_fen);
    order_text_money("已付 paid", view->paid_fen);
    printf("\n  下单 placed %.*s  付款 paid %.*s  最晚发货 due %.*s\n",
           STR_ARG(cli_time(cli->arena, view->placed_at)),
           STR_ARG(cli_time(cli->arena, view->paid_at)),
           STR_ARG(cli_time(cli->arena, view->due_at)));
    if (view->standing != GATE_NONE)
        printf("  现在停在 stands at: %s (%s)\n", gate_chinese(view->standing),
               gate_name(view->standing));
}

static void order_text_gates(struct cli *cli, const struct order_view *view)
{
    printf("\n七道闸门 gates\n");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        const struct order_gate_view *gate = &view->gates[i];

        printf("  ");
        cli_cell(str_of(gate_chinese(gate->gate)), 12);
        cli_cell(str_of(order_text_mark(gate->state)), 16);
        cli_cell(cli_time(cli->arena, gate->at), 22);
        printf("%.*s\n", STR_ARG(gate->reason));
    }
}

static void order_text_parcels(struct cli *cli, const struct order_view *view)
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

/* ---- verdicts, plans, people ---- */

static size_t order_text_find(struct str text, const char *what)
{
    struct str wanted = str_of(what);

    for (size_t i = 0; i + wanted.size <= text.size; i++)
        if (str_eq((struct str){ text.data + i, wanted.size }, wanted))
            return i;
    return text.size;
}

/* "rule: sentence; rule: sentence", a line each, the rule by its Chinese name. */
static void order_text_reasons(struct str reasons)
{
    while (reasons.size > 0) {
        size_t end = order_text_find(reasons, "; ");
        struct str reason = { reasons.data, end };
        struct str rule = { reasons.data, order_text_find(reason, ": ") };
        size_t skip = rule.size < reason.size ? rule.size + 2 : reason.size;

        printf("      %s%.*s%s  %.*s\n", check_name(rule), STR_ARG(rule),
               skip < reason.size ? ":" : "", (int)(reason.size - skip), reason.data + skip);
        end = end + 2 < reasons.size ? end + 2 : reasons.size;
        reasons = (struct str){ reasons.data + end, reasons.size - end };
    }
}

static bool order_text_is_verdict(const struct order_decision_view *decision)
{
    return str_starts(decision->kind, STR("verdict."));
}

/* What the checks found, and who must decide until when. */
static void order_text_verdicts(struct cli *cli, const struct order_view *view)
{
    bool first = true;

    for (size_t i = 0; i < view->decision_count; i++) {
        const struct order_decision_view *verdict = &view->decisions[i];

        if (!order_text_is_verdict(verdict))
            continue;
        printf("%s  %.*s  rev %lld  %s  规则 rules %.*s\n", first ? "\n判断 verdicts\n" : "",
               STR_ARG(cli_time(cli->arena, verdict->at)), (long long)verdict->rev,
               str_is(verdict->kind, "verdict.rejected") ? "拒绝 rejected" : "拦截 held",
               STR_ARG(verdict->rules_version));
        order_text_reasons(verdict->reason);
        first = false;
    }
    if (view->hold_owner.size > 0)
        printf("  等待 %.*s 组决定，最晚 %.*s，到时 %.*s (owner, due, then)\n",
               STR_ARG(view->hold_owner), STR_ARG(cli_time(cli->arena, view->hold_due_at)),
               STR_ARG(view->hold_ends));
}

static void order_text_plans(struct cli *cli, const struct order_view *view)
{
    for (size_t i = 0; i < view->plan_count; i++) {
        const struct order_plan_view *plan = &view->plans[i];

        printf("%s  %.*s  方案 plan %lld  %lld 个包裹 parcels  %.*s\n",
               i == 0 ? "\n分仓 plans\n" : "", STR_ARG(cli_time(cli->arena, plan->made_at)),
               (long long)plan->number, (long long)plan->parcels, STR_ARG(plan->rules_version));
        printf("      理由 why: %.*s\n", STR_ARG(plan->reason));
        if (plan->runner_up.size > 0)
            printf("      次选 second: %.*s\n", STR_ARG(plan->runner_up));
    }
}

static void order_text_people(struct cli *cli, const struct order_view *view)
{
    bool first = true;

    for (size_t i = 0; i < view->alert_count; i++) {
        const struct order_alert_view *alert = &view->alerts[i];

        printf("%s  %.*s  %.*s  %s%.*s", i == 0 ? "\n提醒 alerts\n" : "",
               STR_ARG(cli_time(cli->arena, alert->raised_at)), STR_ARG(alert->title),
               order_text_alert_state(alert->state), STR_ARG(alert->state));
        if (alert->sent_at > 0)
            printf(" %.*s", STR_ARG(cli_time(cli->arena, alert->sent_at)));
        printf("%s%.*s\n", alert->send_reason.size > 0 ? "  " : "", STR_ARG(alert->send_reason));
    }
    for (size_t i = 0; i < view->decision_count; i++) {
        const struct order_decision_view *decision = &view->decisions[i];

        if (order_text_is_verdict(decision))
            continue;
        printf("%s  %.*s  %s%.*s  %.*s: %.*s\n", first ? "\n决定 decisions\n" : "",
               STR_ARG(cli_time(cli->arena, decision->at)), order_text_decision(decision->kind),
               STR_ARG(decision->kind), STR_ARG(decision->by), STR_ARG(decision->reason));
        first = false;
    }
}

static void order_text_trail(struct cli *cli, const struct order_view *view)
{
    printf("\n经过 trail\n");
    for (size_t i = 0; i < view->trail_count; i++) {
        const struct order_trail_view *step = &view->trail[i];

        printf("  %.*s  rev %-3lld ", STR_ARG(cli_time(cli->arena, step->at)),
               (long long)step->rev);
        cli_cell(str_of(gate_chinese(step->gate)), 12);
        cli_cell(str_of(order_text_mark(step->state)), 16);
        printf("%.*s\n", STR_ARG(step->reason));
    }
}

void order_text_print(struct cli *cli, const struct order_view *view)
{
    order_text_head(cli, view);
    order_text_gates(cli, view);
    order_text_verdicts(cli, view);
    order_text_plans(cli, view);
    order_text_parcels(cli, view);
    order_text_people(cli, view);
    order_text_trail(cli, view);
}
