/*
 * The stock store under random facts, repeats, lost batches and a Redis that forgets, against an
 * oracle that sums the journaled records by itself. A seed makes a run; SLUICE_SEED picks one.
 *
 * After each batch and after each rebuild: every counter is what the records say; what is held
 * is there, unless a count or a loss took it away; one (order, rev) is said with one content.
 */
#define FX_DB 12
#include "base/map.h"
#include "stock_oracle.h"

#define ORDERS 12 /* alive at a time; others come as the run goes on */
#define SKUS 3
#define SHIPMENTS_MAX 4000

struct run {
    struct fx *f;
    struct oracle oracle;
    struct map *said; /* "order rev" → content */
    struct map *bodies; /* order → its last snapshot, whether it counted or not */
    struct sku_map *map; /* SET is A and C; in force now and then */
    struct str shipments[SHIPMENTS_MAX], owners[SHIPMENTS_MAX];
    size_t shipment_count;
    int64_t over[SKUS]; /* held beyond physical, before the batch */
    uint64_t seed;
    int64_t version;
    uint64_t batch;
    int64_t states[STOCK_STATE_SHIPPED + 1], outcomes[8], plans[8]; /* what came about */
};

static uint64_t run_random(struct run *r, uint64_t below)
{
    r->seed ^= r->seed << 13;
    r->seed ^= r->seed >> 7;
    r->seed ^= r->seed << 17;
    return r->seed % below;
}

static const char *run_sku(uint64_t i)
{
    static const char *const names[SKUS] = { "A", "B", "C" };

    return names[i % SKUS];
}

static const char *run_order(struct run *r)
{
    return arena_format(r->f->arena, "o%llu",
                        (unsigned long long)(r->batch / 6 + run_random(r, ORDERS))).data;
}

/* ---- facts ---- */

static void run_snapshot(struct run *r)
{
    static const enum order_stage stages[] = { ORDER_STAGE_UNPAID, ORDER_STAGE_PAID,
                                               ORDER_STAGE_PAID, ORDER_STAGE_PAID,
                                               ORDER_STAGE_RISK_HOLD, ORDER_STAGE_SHIPPED,
                                               ORDER_STAGE_CLOSED };
    struct fx *f = r->f;
    uint64_t dice = run_random(r, 40);
    enum order_stage stage = dice < 30 ? stages[run_random(r, 4)] : stages[run_random(r, 7)];
    int64_t units = (int64_t)run_random(r, 3) + 1;
    struct str digest = arena_format(f->arena, "d%lld", (long long)run_random(r, 3));
    struct event *event = fx_snapshot(f, run_order(r), stage,
                                      r->version + (int64_t)run_random(r, 4) - 2, digest.data,
                                      NULL, 0);

    r->version++;
    fx_line(f, event, "L1", run_sku(digest.data[1] == '0' ? 0 : 1), units);
    if (digest.data[1] == '2')
        fx_line(f, event, "L2", "SET", 1 + units % 2);
    fx_demand(f);
    map_put(r->bodies, event->snapshot.order.order_id, event);
    event->snapshot.order.digest =
        arena_format(f->arena, "%.*s-%lld", STR_ARG(digest), (long long)units);
    if (stage == ORDER_STAGE_UNPAID)
        fx_ask(f)->hold_until = f->now + 5000;
}

static void run_decision(struct run *r, enum event_kind kind)
{
    const char *id = run_order(r);
    struct stock_order_view view = fx_order(r->f, id);
    struct fact_body *fact = fx_fact(r->f, kind, id);

    fact->rev = view.rev;
    fact->digest = run_random(r, 4) == 0 ? STR("d9") : view.digest;
    fact->plan_number = view.plan_number;
    if (kind == EVENT_ORDER_ADDRESS_CORRECTED)
        fx_ask(r->f)->corrected = STR("corrected");
}

static void run_fate(struct run *r)
{
    if (r->shipment_count == 0)
        return;
    uint64_t recent = r->shipment_count < 12 ? r->shipment_count : 12;
    size_t i = r->shipment_count - 1 - (size_t)run_random(r, recent);
    struct fact_body *fact =
        fx_fact(r->f, run_random(r, 2) ? EVENT_ORDER_PARCEL_SHIPPED : EVENT_ORDER_PARCEL_STOPPED,
                r->owners[i].data);

    fact->shipment_id = r->shipments[i];
    fact->at = r->f->now - (int64_t)run_random(r, 8000);
}

static void run_refund(struct run *r)
{
    struct fact_body *fact = fx_fact(r->f, EVENT_ORDER_REFUND_CHANGED, run_order(r));

    fact->line_id = run_random(r, 2) ? STR("L1") : STR("L2");
    fact->refund = (struct order_refund){
        .id = arena_format(r->f->arena, "r%llu", (unsigned long long)run_random(r, 3)),
        .version = (int64_t)run_random(r, 5),
        .state = run_random(r, 2) ? REFUND_STATE_AGREED : REFUND_STATE_OPEN,
        .quantity = (int64_t)run_random(r, 3),
    };
}

static void run_payment(struct run *r)
{
    fx_fact(r->f, EVENT_ORDER_PAYMENT_MADE, run_order(r))->transaction_id =
        arena_format(r->f->arena, "t%llu", (unsigned long long)run_random(r, 3));
}

static void run_feed(struct run *r)
{
    struct fx *f = r->f;
    const char *warehouse = oracle_warehouses[run_random(r, ORACLE_WAREHOUSES)];
    const char *sku = run_sku(run_random(r, SKUS));

    if (run_random(r, 3) == 0) {
        fx_count(f, sku, warehouse, (int64_t)run_random(r, 9))->at =
            f->now - (int64_t)run_random(r, 6000) * 2;
    } else if (run_random(r, 3) == 0 && r->shipment_count > 0) {
        return; /* a parcel's own movement is tested by name: its units are in its record */
    } else {
        struct str id = arena_format(f->arena, "m%llu", (unsigned long long)run_random(r, 400));
        int64_t delta = (int64_t)(id.data[1] - '0') % 4 - 1;

        /* An id has one content for ever. */
        fx_move(f, run_sku((uint64_t)id.size), oracle_warehouses[id.data[1] % 2], id.data,
                delta)->at = INT64_C(1790000000000) + (int64_t)id.data[id.size - 1] * 20000;
    }
}

/* A nudge that brings the body's demand by the map of now, be the body the record's or not. */
static void run_mapped(struct run *r)
{
    const char *id = run_order(r);
    struct event *body = map_get(r->bodies, str_of(id));

    fx_fact(r->f, EVENT_ORDER_RETRY, id);
    if (!body)
        return;
    struct stock_ask *ask = fx_ask(r->f);

    ask->order = &body->snapshot.order;
    ask->map = r->f->map;
    fx_assert(r->f, stock_demand(r->f->arena, ask->map, ask->order, &ask->demand,
                                 &ask->demand_count, &r->f->err));
}

static void run_nudges(struct run *r)
{
    struct stock_nudge *nudges = NULL;
    size_t count = fx_sweep(r->f, &nudges);

    for (size_t i = 0; i < count && i < 3; i++)
        fx_fact(r->f, nudges[i].kind, nudges[i].order_id.data)->rev = nudges[i].rev;
}

static void run_fact(struct run *r)
{
    static const enum event_kind decisions[] = {
        EVENT_ORDER_APPROVED, EVENT_ORDER_DECLINED,   EVENT_ORDER_REJECTED,
        EVENT_ORDER_RESCREEN, EVENT_ORDER_UNROUTABLE, EVENT_ORDER_REROUTE,
        EVENT_ORDER_REPLAN,   EVENT_ORDER_ADDRESS_CORRECTED,
    };
    uint64_t dice = run_random(r, 100);

    if (dice < 45)
        run_snapshot(r);
    else if (dice < 50)
        fx_fact(r->f, EVENT_ORDER_CANCELLED, run_order(r));
    else if (dice < 58)
        run_decision(r, decisions[run_random(r, 8)]);
    else if (dice < 75)
        run_fate(r);
    else if (dice < 80)
        run_refund(r);
    else if (dice < 83)
        run_payment(r);
    else if (dice < 91)
        run_feed(r);
    else if (dice < 95)
        run_mapped(r);
    else
        run_nudges(r);
}

/* ---- anomaly and route ---- */

static void run_screen(struct run *r)
{
    const char *id = run_order(r);
    enum verdict_kind kind = (enum verdict_kind)(1 + run_random(r, 3));

    fx_screen(r->f, id, fx_order(r->f, id).rev, kind, kind == VERDICT_KIND_CLEAR ? NULL : "rule");
}

static void run_plan(struct run *r)
{
    const char *id = run_order(r);
    struct stock_order_view view = fx_order(r->f, id);
    const char *sku = view.digest.size > 1 && view.digest.data[1] == '0' ? "A" : "B";
    struct fx_plan p;

    fx_plan_init(r->f, &p, id, view.rev, "");
    p.ask.digest = view.digest;
    fx_plan_parcel(&p, oracle_warehouses[run_random(r, 2)], sku, (int64_t)run_random(r, 2) + 1);
    if (run_random(r, 2))
        fx_plan_parcel(&p, oracle_warehouses[run_random(r, 2)], run_random(r, 2) ? "C" : "A", 1);
    struct stock_plan_answer a = fx_plan_run(r->f, &p);

    if (a.outcome == STOCK_PLAN_NOTED && run_random(r, 2)) { /* route's batch again */
        struct stock_plan_answer b = fx_plan_run(r->f, &p);

        assert_int_equal(b.outcome, STOCK_PLAN_SAME);
        assert_int_equal(b.plan.parcel_count, a.plan.parcel_count);
        assert_int_equal(b.plan.noted_rev, a.plan.noted_rev);
        r->plans[b.outcome]++;
    }
    r->plans[a.outcome]++;
    for (size_t i = 0; a.outcome == STOCK_PLAN_NOTED && i < a.plan.parcel_count; i++) {
        CHECK(r->shipment_count < SHIPMENTS_MAX);
        r->owners[r->shipment_count] = fx_str(r->f, id);
        r->shipments[r->shipment_count++] = a.plan.parcels[i].shipment_id;
    }
}

/* ---- checks ---- */

static struct str run_content(struct run *r, const struct stock_answer *a)
{
    struct str text = arena_format(
        r->f->arena, "%lld|%.*s|%d|%d|%.*s|%d|%lld|%lld", (long long)a->at, STR_ARG(a->digest),
        a->state, a->stage, STR_ARG(a->reason), a->paid, (long long)a->hold_until,
        (long long)a->plan_number);

    for (size_t i = 0; i < a->claimed_count; i++)
        text = arena_format(r->f->arena, "%.*s|%.*s %lld", STR_ARG(text),
                            STR_ARG(a->claimed[i].sku), (long long)a->claimed[i].units);
    for (size_t i = 0; i < a->short_count; i++)
        text = arena_format(r->f->arena, "%.*s|%.*s %lld %lld", STR_ARG(text),
                            STR_ARG(a->shorts[i].sku), (long long)a->shorts[i].needed,
                            (long long)a->shorts[i].free);
    for (size_t i = 0; i < a->stopping_count; i++)
        text = arena_format(r->f->arena, "%.*s|%.*s", STR_ARG(text),
                            STR_ARG(a->stopping[i].shipment_id));
    return text;
}

/* One (order, rev), one content, whoever says it and whenever. */
static void run_check_said(struct run *r, const struct stock_ask *asks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct stock_answer *a = &r->f->answers.items[i];
        const struct event *event = asks[i].event;

        r->outcomes[a->outcome]++;
        r->states[a->state] += a->outcome == STOCK_OUTCOME_SAID;
        if (a->outcome != STOCK_OUTCOME_SAID)
            continue;
        struct str id = event->kind == EVENT_ORDER_SNAPSHOT_TAKEN
            ? event->snapshot.order.order_id : event->fact.order_id;
        struct str key = arena_format(r->f->arena, "%.*s %lld", STR_ARG(id), (long long)a->rev);
        struct str *content = ARENA_NEW(r->f->arena, struct str), *before;

        *content = run_content(r, a);
        before = map_get(r->said, key);
        if (before != NULL && !str_eq(*before, *content))
            fail_msg("%s was said as %s and is now %s", key.data, before->data, content->data);
        map_put(r->said, key, content);
    }
}

static void run_check_counters(struct run *r, const char *when, bool had_feed)
{
    for (uint64_t k = 0; k < SKUS; k++) {
        oracle_compare(&r->oracle, r->f, run_sku(k), when);
        struct stock_sku_view view = fx_sku(r->f, run_sku(k));
        int64_t over = view.held - view.physical;

        if (!had_feed && over > 0 && over > r->over[k])
            fail_msg("%s: %s is promised %lld units beyond what is there", when, run_sku(k),
                     (long long)over);
        r->over[k] = over;
    }
}

/* ---- batches ---- */

static void run_batch(struct run *r)
{
    struct fx *f = r->f;
    struct stock_ask asks[16];
    size_t facts = 1 + (size_t)run_random(r, 8), count;
    bool had_feed = false;

    f->map = run_random(r, 3) ? r->map : NULL; /* the SET nobody mapped is an unknown SKU */
    while (f->count < facts)
        run_fact(r);
    count = f->count < 16 ? f->count : 16;
    f->count = count;
    memcpy(asks, f->asks, count * sizeof(asks[0]));
    if (run_random(r, 8) == 0) { /* applied, not journaled, forgotten, repeated */
        fx_call(f);
        if (run_random(r, 2))
            fx_forget(f);
        memcpy(f->asks, asks, count * sizeof(asks[0]));
        f->count = count;
    }
    fx_run(f);
    for (size_t i = 0; i < count; i++) {
        oracle_feed(&r->oracle, asks[i].event);
        had_feed = had_feed || asks[i].event->kind == EVENT_STOCK_COUNTED
            || asks[i].event->kind == EVENT_STOCK_MOVED
            || asks[i].event->kind == EVENT_ORDER_PARCEL_SHIPPED; /* booked at its own time */
    }
    run_check_said(r, asks, count);
    run_check_counters(r, "after a batch", had_feed);
    if (run_random(r, 4) == 0) { /* the batch again */
        memcpy(f->asks, asks, count * sizeof(asks[0]));
        f->count = count;
        fx_run(f);
        run_check_said(r, asks, count);
        run_check_counters(r, "after a repeat", false);
    }
}

static void run_seed(struct fx *f, uint64_t seed, size_t batches)
{
    struct run *r = calloc(1, sizeof(*r));

    CHECK(r != NULL);
    r->f = f;
    r->seed = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    r->said = map_open(NULL);
    r->bodies = map_open(NULL);
    fx_map(f, "SET", "A", 1);
    fx_map(f, "SET", "C", 1);
    r->map = f->map;
    r->version = 1000;
    for (size_t i = 0; i < batches; i++) {
        r->batch = i;
        run_batch(r);
        run_screen(r);
        for (int k = 0; k < 4; k++)
            run_plan(r);
        run_check_counters(r, "after a plan", false);
        if (run_random(r, 30) == 0) {
            fx_forget(f);
            run_check_counters(r, "after a rebuild", false);
        }
    }
    for (int i = STOCK_STATE_RESERVED; i <= STOCK_STATE_SHIPPED; i++)
        print_message("%s %lld  ", stock_state_name((enum stock_state)i),
                      (long long)r->states[i]);
    print_message("\n  said %lld, silent %lld, moved on %lld; plans noted %lld, same %lld, "
                  "superseded %lld, full %lld\n",
                  (long long)r->outcomes[STOCK_OUTCOME_SAID],
                  (long long)r->outcomes[STOCK_OUTCOME_SILENT],
                  (long long)r->outcomes[STOCK_OUTCOME_MOVED_ON],
                  (long long)r->plans[STOCK_PLAN_NOTED], (long long)r->plans[STOCK_PLAN_SAME],
                  (long long)r->plans[STOCK_PLAN_SUPERSEDED], (long long)r->plans[STOCK_PLAN_FULL]);
    assert_true(r->states[STOCK_STATE_SHIPPED] > 0 && r->states[STOCK_STATE_REPLANNING] > 0
                && r->states[STOCK_STATE_CANCELLING] > 0 && r->states[STOCK_STATE_WAIT] > 0);
    map_close(r->bodies);
    map_close(r->said);
    free(r);
}

static void test_random(void **state)
{
    const char *picked = getenv("SLUICE_SEED");
    uint64_t first = picked != NULL ? strtoull(picked, NULL, 10) : 1;
    uint64_t last = picked != NULL ? first : 6;

    (void)state;
    for (uint64_t seed = first; seed <= last; seed++) {
        struct fx *f = fx_open();
        void *fixture = f;

        print_message("seed %llu\n", (unsigned long long)seed);
        run_seed(f, seed, 300);
        fx_teardown(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
