/*
 * ledger_gates_decide — what each event says of the gates (ledger_build_decide.h).
 *
 * The shipment gate is not here: it follows from the parcels, and ledger_store computes it.
 */
#include "base/buf.h"
#include "ledger/ledger_build_decide.h"

#define LEDGER_SHORTS_NAMED 3

enum { LEDGER_STEP_OPENED = 0, LEDGER_STEP_ANSWERED = 1 };

static void ledger_gates_mark(struct ledger_build *build, const struct gate_mark *mark)
{
    *(struct gate_mark *)ledger_list_add(&build->marks) = *mark;
    if (mark->trail)
        *(struct gate_mark *)ledger_list_add(&build->trail) = *mark;
}

static struct gate_mark ledger_gates_of(const struct event *event, struct str order_id,
                                        int64_t rev, enum gate gate)
{
    return (struct gate_mark){
        .order_id = order_id,
        .gate = gate,
        .state = GATE_STATE_OPEN,
        .reason = STR(""),
        .rev = rev,
        .step = LEDGER_STEP_ANSWERED,
        .at = event->time_ms,
        .seen_at = ledger_seen_at(event),
        .event_id = event->id,
        .trail = true,
    };
}

/* ---- payment ---- */

static void ledger_gates_payment(struct gate_mark *mark, enum order_stage stage, bool paid,
                                 bool closed)
{
    if (paid) {
        mark->state = GATE_STATE_PASSED;
    } else if (closed) {
        mark->state = GATE_STATE_STOPPED;
        mark->reason = STR("closed by shop");
    } else if (stage == ORDER_STAGE_RISK_HOLD) {
        mark->state = GATE_STATE_STOPPED;
        mark->reason = STR("risk hold by the platform");
    } else if (stage == ORDER_STAGE_DEPOSIT_PAID) {
        mark->reason = STR("deposit paid");
    }
}

/* Until reserve answers; it is no statement for the trail yet. */
void ledger_gates_snapshot(struct ledger_build *build, const struct event *event)
{
    const struct order *order = &event->snapshot.order;
    struct gate_mark mark = ledger_gates_of(event, order->order_id, 0, GATE_PAYMENT);

    mark.at = order->version;
    mark.trail = false;
    ledger_gates_payment(&mark, order->stage, ledger_is_paid(order),
                         order->stage == ORDER_STAGE_CLOSED);
    ledger_gates_mark(build, &mark);
}

/* ---- stock ---- */

/* "short: SKU-1 2/0, SKU-2 1/0": what it needs and what was free. */
static struct str ledger_gates_shorts(struct arena *arena, const struct answer_body *answer)
{
    struct buf buf;

    buf_init(&buf, arena, 96);
    buf_put(&buf, answer->reason.size > 0 ? answer->reason : STR("short"));
    for (size_t i = 0; i < answer->short_count && i < LEDGER_SHORTS_NAMED; i++) {
        const struct stock_short *missing = &answer->shorts[i];

        buf_put_format(&buf, "%s %.*s %lld/%lld", i == 0 ? ":" : ",", STR_ARG(missing->sku),
                       (long long)missing->needed,
                       (long long)(missing->free > 0 ? missing->free : 0));
    }
    if (answer->short_count > LEDGER_SHORTS_NAMED)
        buf_put_format(&buf, ", +%zu", answer->short_count - LEDGER_SHORTS_NAMED);
    return buf_str(&buf);
}

static struct str ledger_gates_word(const struct answer_body *answer, const char *otherwise)
{
    return answer->reason.size > 0 ? answer->reason : str_of(otherwise);
}

static void ledger_gates_stock(struct arena *arena, struct gate_mark *mark,
                               const struct answer_body *answer)
{
    mark->state = GATE_STATE_STOPPED;
    switch (answer->state) {
    case STOCK_STATE_RESERVED:
    case STOCK_STATE_REPLANNING: /* the claim is kept */
    case STOCK_STATE_SHIPPED:
        mark->state = GATE_STATE_PASSED;
        mark->reason = answer->reason.data ? answer->reason : STR("");
        break;
    case STOCK_STATE_WAIT:
        mark->reason = ledger_gates_shorts(arena, answer);
        break;
    case STOCK_STATE_PRESOLD:
        mark->reason = ledger_gates_word(answer, "presold");
        break;
    case STOCK_STATE_EXPIRED:
        mark->reason = ledger_gates_word(answer, "expired");
        break;
    case STOCK_STATE_CANCELLING:
        mark->reason = ledger_gates_word(answer, "cancelling");
        break;
    case STOCK_STATE_REFUSED:
        mark->reason = answer->short_count > 0 ? ledger_gates_shorts(arena, answer)
                                               : ledger_gates_word(answer, "refused");
        break;
    case STOCK_STATE_REJECTED:
        mark->reason = ledger_gates_word(answer, "rejected");
        break;
    case STOCK_STATE_CANCELLED:
        mark->reason = ledger_gates_word(answer, "cancelled");
        break;
    case STOCK_STATE_NONE:
        mark->state = GATE_STATE_OPEN;
        mark->reason = STR("");
        break;
    }
}

/* A gate that opens anew with this rev, until its own worker answers for it. */
static void ledger_gates_reopen(struct ledger_build *build, const struct event *event,
                                enum gate gate, struct str reason)
{
    const struct answer_body *answer = &event->answer;
    struct gate_mark mark = ledger_gates_of(event, answer->order_id, answer->rev, gate);

    mark.step = LEDGER_STEP_OPENED;
    mark.reason = reason;
    mark.trail = reason.size > 0;
    ledger_gates_mark(build, &mark);
}

/* Final states, and parcels being stopped, leave the later gates as they are. */
static bool ledger_gates_is_judged_anew(enum stock_state state)
{
    return state == STOCK_STATE_RESERVED || state == STOCK_STATE_WAIT
        || state == STOCK_STATE_PRESOLD || state == STOCK_STATE_EXPIRED;
}

void ledger_gates_reserved(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    struct gate_mark mark = ledger_gates_of(event, answer->order_id, answer->rev, GATE_PAYMENT);

    ledger_gates_payment(&mark, answer->order.stage, answer->paid,
                         answer->state == STOCK_STATE_CANCELLED
                             && str_is(answer->reason, "by_shop"));
    ledger_gates_mark(build, &mark);

    mark = ledger_gates_of(event, answer->order_id, answer->rev, GATE_STOCK);
    ledger_gates_stock(build->arena, &mark, answer);
    ledger_gates_mark(build, &mark);

    if (ledger_gates_is_judged_anew(answer->state))
        ledger_gates_reopen(build, event, GATE_ANOMALY, STR(""));
    if (answer->state == STOCK_STATE_REPLANNING) {
        ledger_gates_reopen(build, event, GATE_WAREHOUSE, STR("replanning"));
        ledger_gates_reopen(build, event, GATE_CARRIER, STR("replanning"));
    }
}

/* ---- anomaly ---- */

/* "price_floor, quantity": the rules it hit; what they say in words is in `decisions`. */
static struct str ledger_gates_rules(struct arena *arena, const struct verdict *verdict)
{
    struct buf buf;

    buf_init(&buf, arena, 64);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (i > 0)
            buf_put(&buf, STR(", "));
        buf_put(&buf, verdict->reasons[i].rule);
    }
    return buf_str(&buf);
}

void ledger_gates_screened(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    struct gate_mark mark = ledger_gates_of(event, answer->order_id, answer->rev, GATE_ANOMALY);

    switch (answer->verdict.kind) {
    case VERDICT_KIND_NONE:
        return; /* passed on unjudged */
    case VERDICT_KIND_CLEAR:
        mark.state = GATE_STATE_PASSED;
        if (answer->verdict.rules_version.size > 0)
            mark.reason = arena_format(build->arena, "rules %.*s",
                                       STR_ARG(answer->verdict.rules_version));
        break;
    case VERDICT_KIND_HELD:
    case VERDICT_KIND_REJECTED:
        mark.state = GATE_STATE_STOPPED;
        mark.reason = arena_format(build->arena, "%s: %.*s",
                                   verdict_kind_name(answer->verdict.kind),
                                   STR_ARG(ledger_gates_rules(build->arena, &answer->verdict)));
        break;
    }
    ledger_gates_mark(build, &mark);
}

/* ---- warehouse and carrier ---- */

/* The parcels' warehouses or carriers, each once: "SH-1, GZ-2". */
static struct str ledger_gates_places(struct arena *arena, const struct plan *plan, bool carriers)
{
    struct buf buf;

    buf_init(&buf, arena, 64);
    for (size_t i = 0; i < plan->parcel_count; i++) {
        struct str place = carriers ? plan->parcels[i].carrier : plan->parcels[i].warehouse;
        bool named = false;

        for (size_t j = 0; j < i && !named; j++)
            named = str_eq(place, carriers ? plan->parcels[j].carrier
                                           : plan->parcels[j].warehouse);
        if (named || place.size == 0)
            continue;
        if (buf_str(&buf).size > 0)
            buf_put(&buf, STR(", "));
        buf_put(&buf, place);
    }
    return buf_str(&buf);
}

void ledger_gates_routed(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    struct gate_mark mark = ledger_gates_of(event, answer->order_id, answer->rev, GATE_WAREHOUSE);

    if (answer->plan.parcel_count == 0)
        return;
    mark.state = GATE_STATE_PASSED;
    mark.reason = ledger_gates_places(build->arena, &answer->plan, false);
    ledger_gates_mark(build, &mark);

    mark.gate = GATE_CARRIER;
    mark.reason = ledger_gates_places(build->arena, &answer->plan, true);
    for (size_t i = 0; i < answer->plan.parcel_count; i++) {
        if (answer->plan.parcels[i].carrier.size == 0)
            mark.state = GATE_STATE_OPEN;
    }
    ledger_gates_mark(build, &mark);
}

void ledger_gates_unroutable(struct ledger_build *build, const struct event *event)
{
    const struct fact_body *fact = &event->fact;
    struct gate_mark mark = ledger_gates_of(event, fact->order_id, fact->rev, GATE_WAREHOUSE);

    mark.state = GATE_STATE_STOPPED;
    mark.reason = arena_format(build->arena, "unroutable: %.*s", STR_ARG(fact->reason));
    ledger_gates_mark(build, &mark);
}

/* ---- shipment ---- */

/* For the trail alone: the gate itself follows from all parcels of the order. */
void ledger_gates_verified(struct ledger_build *build, const struct event *event)
{
    const struct check_body *check = &event->check;
    struct gate_mark mark = ledger_gates_of(event, check->order_id, 0, GATE_SHIPMENT);

    if (check->order_id.size == 0)
        return;
    mark.state = check->verdict == CHECK_KIND_GO ? GATE_STATE_PASSED : GATE_STATE_STOPPED;
    mark.reason = arena_format(build->arena, "parcel %.*s %.*s%s%.*s", STR_ARG(check->shipment_id),
                               STR_ARG(check->fate), check->reason.size > 0 ? ": " : "",
                               STR_ARG(check->reason));
    *(struct gate_mark *)ledger_list_add(&build->trail) = mark;
}

/* ---- after-sale ---- */

void ledger_gates_refund(struct ledger_build *build, const struct event *event)
{
    const struct fact_body *fact = &event->fact;
    struct gate_mark mark = ledger_gates_of(event, fact->order_id, 0, GATE_AFTERSALE);

    mark.state = GATE_STATE_PASSED;
    mark.reason = arena_format(build->arena, "refund %.*s %s", STR_ARG(fact->refund.id),
                               refund_state_name(fact->refund.state));
    ledger_gates_mark(build, &mark);
}

/* ---- one per gate, in the order that SQL uses ---- */

static int ledger_gates_compare(const void *a, const void *b)
{
    const struct gate_mark *x = a, *y = b;
    int order = str_compare(x->order_id, y->order_id);

    if (order == 0)
        order = ledger_compare_int((int64_t)x->gate, (int64_t)y->gate);
    if (order == 0)
        order = ledger_compare_int(x->rev, y->rev);
    if (order == 0)
        order = ledger_compare_int(x->step, y->step);
    if (order == 0)
        order = ledger_compare_int(x->at, y->at);
    if (order == 0)
        order = ledger_compare_int((int64_t)x->state, (int64_t)y->state);
    return order == 0 ? str_compare(x->reason, y->reason) : order;
}

static bool ledger_gates_same(const void *a, const void *b)
{
    const struct gate_mark *x = a, *y = b;

    return x->gate == y->gate && str_eq(x->order_id, y->order_id);
}

static int ledger_gates_compare_trail(const void *a, const void *b)
{
    const struct gate_mark *x = a, *y = b;
    int order = str_compare(x->order_id, y->order_id);

    if (order == 0)
        order = str_compare(x->event_id, y->event_id);
    if (order == 0)
        order = ledger_compare_int((int64_t)x->gate, (int64_t)y->gate);
    return order == 0 ? ledger_compare_int(x->at, y->at) : order;
}

/* Of one statement said again the first message stays, as in SQL. */
static int ledger_gates_compare_said(const void *a, const void *b)
{
    const struct gate_mark *x = a, *y = b;
    int order = ledger_gates_compare_trail(a, b);

    return order == 0 ? ledger_compare_int(y->seen_at, x->seen_at) : order;
}

static bool ledger_gates_same_trail(const void *a, const void *b)
{
    return ledger_gates_compare_trail(a, b) == 0;
}

void ledger_gates_reduce(struct ledger_build *build)
{
    ledger_list_reduce(&build->marks, ledger_gates_compare, ledger_gates_same, NULL);
    ledger_list_reduce(&build->trail, ledger_gates_compare_said, ledger_gates_same_trail, NULL);
}
