/*
 * SCREEN, LOOK, PLAN, parcels and what sends route again. Tests with a number in their name are
 * the traces of STOCK.md, section 2.
 */
#define FX_DB 10
#include "stock_fixture.h"

static void stock(struct fx *f, int64_t hz, int64_t gz)
{
    fx_count(f, "A", "HZ", hz);
    fx_count(f, "A", "GZ", gz);
    fx_run(f);
}

static void order(struct fx *f, const char *id, int64_t units)
{
    fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "d1", "A", units);
    fx_run(f);
}

static struct stock_answer *fate(struct fx *f, const char *id, enum event_kind kind,
                                 struct str shipment)
{
    fx_fact(f, kind, id)->shipment_id = shipment;
    return fx_run(f);
}

#define SHIPPED EVENT_ORDER_PARCEL_SHIPPED
#define STOPPED EVENT_ORDER_PARCEL_STOPPED

static struct stock_answer *new_address(struct fx *f, const char *id, int64_t version,
                                        const char *digest, int64_t units)
{
    fx_snapshot(f, id, ORDER_STAGE_PAID, version, digest, "A", units);
    return fx_run(f);
}

/* Two parcels of one unit each. */
static struct stock_plan_answer plan_split(struct fx *f, const char *id)
{
    struct stock_order_view view = fx_order(f, id);
    struct fx_plan p;

    fx_plan_init(f, &p, id, view.rev, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "GZ", "A", 1);
    return fx_plan_run(f, &p);
}

/* ---- SCREEN ---- */

static void test_the_first_verdict_for_a_rev_stays(void **state)
{
    struct fx *f = *state;

    stock(f, 5, 0);
    order(f, "o1", 1);
    struct stock_screen_answer a = fx_screen(f, "o1", 1, VERDICT_KIND_HELD, "price_floor");

    assert_int_equal(a.outcome, STOCK_SCREEN_NOTED);
    a = fx_screen(f, "o1", 1, VERDICT_KIND_REJECTED, "blacklist");
    assert_int_equal(a.verdict.kind, VERDICT_KIND_HELD);
    assert_str(a.verdict.rules_version, "r1");
    assert_int_equal(a.verdict.reason_count, 1);
    assert_str(a.verdict.reasons[0].rule, "price_floor");
    assert_str(a.verdict.reasons[0].text, "单价低于底价");
    assert_int_equal(fx_order(f, "o1").seq, 2); /* noted once; the rev stays */
    assert_int_equal(fx_order(f, "o1").rev, 1);
    assert_int_equal(fx_screen(f, "nobody", 1, VERDICT_KIND_CLEAR, NULL).outcome,
                     STOCK_SCREEN_SUPERSEDED);
}

static void test_36_a_verdict_is_not_lost(void **state)
{
    struct fx *f = *state;

    stock(f, 5, 0);
    order(f, "o1", 1);
    struct fx_row before = f->journal.records[0];

    fx_screen(f, "o1", 1, VERDICT_KIND_REJECTED, "blacklist");
    /* The older row is read last: the higher seq stays. */
    struct stock_record_text row = { .order_id = before.key, .seq = before.rank,
                                     .text = before.text };
    struct stock_trace old = { .records = &row, .record_count = 1 };

    fx_journal_put(&f->journal, &old);
    fx_forget(f);
    assert_int_equal(fx_screen(f, "o1", 1, VERDICT_KIND_CLEAR, NULL).verdict.kind,
                     VERDICT_KIND_REJECTED);
}

static void test_screen_is_superseded_by_a_new_rev(void **state)
{
    struct fx *f = *state;

    stock(f, 5, 0);
    order(f, "o1", 1);
    new_address(f, "o1", 2, "d2", 1);
    assert_int_equal(fx_screen(f, "o1", 1, VERDICT_KIND_CLEAR, NULL).outcome,
                     STOCK_SCREEN_SUPERSEDED);
    assert_int_equal(fx_screen(f, "o1", 2, VERDICT_KIND_CLEAR, NULL).outcome, STOCK_SCREEN_NOTED);
}

static void test_a_rejection_that_lost_a_cleared_rule_is_a_hold(void **state)
{
    struct fx *f = *state;
    struct verdict_reason reasons[] = { { STR("blacklist"), STR("黑名单") },
                                        { STR("quantity"), STR("数量异常") } };

    stock(f, 5, 0);
    order(f, "o1", 1);
    fx_screen(f, "o1", 1, VERDICT_KIND_REJECTED, "blacklist");
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_APPROVED, "o1");

    fact->digest = STR("d1");
    fx_run(f);
    struct stock_screen_ask ask = {
        .order_id = STR("o1"), .rev = 2,
        .verdict = { .kind = VERDICT_KIND_REJECTED, .rules_version = STR("r2"),
                     .reasons = reasons, .reason_count = 2 } };
    struct stock_screen_answer a;
    struct stock_trace trace;

    fx_assert(f, stock_store_screen(f->stock, f->arena, &ask, 1, &a, &trace, &f->err));
    assert_int_equal(a.verdict.kind, VERDICT_KIND_HELD);
    assert_int_equal(a.verdict.reason_count, 1);
    assert_str(a.verdict.reasons[0].rule, "quantity");
}

/* ---- LOOK and PLAN ---- */

static void test_look_shows_what_is_not_allocated(void **state)
{
    struct fx *f = *state;
    struct str skus[] = { STR("A"), STR("nothing") };
    struct stock_look *looks = NULL;
    size_t count = 0;

    stock(f, 5, 2);
    order(f, "o1", 3);
    fx_plan(f, "o1", "HZ", "A", 3);
    fx_assert(f, stock_store_look(f->stock, f->arena, skus, 2, NULL, 0, &looks, &count, NULL,
                                  &f->err));
    assert_int_equal(count, 2);
    assert_str(looks[0].warehouse, "GZ");
    assert_int_equal(looks[0].units, 2);
    assert_str(looks[1].warehouse, "HZ");
    assert_int_equal(looks[1].units, 2);
}

static void test_look_counts_the_parcels_of_a_day(void **state)
{
    struct fx *f = *state;
    struct stock_day days[] = { { STR("HZ"), FX_DAY }, { STR("HZ"), FX_DAY + 1 },
                                { STR("GZ"), FX_DAY }, { STR("nowhere"), FX_DAY } };
    struct stock_look *looks = NULL;
    int64_t used[4] = { 9, 9, 9, 9 };
    struct str sku = STR("A");
    size_t count = 0;
    struct fx_plan p;

    stock(f, 5, 5);
    order(f, "o1", 2);
    order(f, "o2", 1);
    fx_plan(f, "o2", "HZ", "A", 1);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "HZ", "A", 1);
    p.parcels[1].day = FX_DAY + 1; /* each parcel has a day of its own */
    struct stock_plan_answer a = fx_plan_run(f, &p);

    assert_int_equal(a.outcome, STOCK_PLAN_NOTED);
    assert_int_equal(a.plan.parcels[0].day, FX_DAY);
    assert_int_equal(a.plan.parcels[1].day, FX_DAY + 1);
    fx_forget(f);
    fx_assert(f, stock_store_look(f->stock, f->arena, &sku, 1, days, 4, &looks, &count, used,
                                  &f->err));
    assert_int_equal(used[0], 2);
    assert_int_equal(used[1], 1);
    assert_int_equal(used[2], 0);
    assert_int_equal(used[3], 0);
    assert_int_equal(count, 2);
    assert_str(looks[1].warehouse, "HZ");
    assert_int_equal(looks[1].units, 2);
    fx_assert(f, stock_store_look(f->stock, f->arena, NULL, 0, days, 1, &looks, &count, used,
                                  &f->err));
    assert_int_equal(used[0], 2);
    assert_int_equal(count, 0);
}

static void test_a_plan_is_noted_once(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 5, 0);
    order(f, "o1", 1);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    struct stock_plan_answer a = fx_plan_run(f, &p);

    assert_int_equal(a.outcome, STOCK_PLAN_NOTED);
    assert_int_equal(a.plan.number, 1);
    assert_int_equal(a.plan.noted_rev, 2);
    assert_int_equal(a.at, p.ask.at);
    assert_int_equal(a.plan.parcel_count, 1);
    assert_true(str_eq(a.plan.parcels[0].shipment_id,
                       stock_shipment_id(f->arena, STR("o1"), 1, 0)));
    assert_int_equal(fx_sku(f, "A").allocated, 1);

    p.parcels[0].warehouse = STR("GZ"); /* under other rules, later */
    p.ask.at += 1000;
    struct stock_plan_answer b = fx_plan_run(f, &p);

    assert_int_equal(b.outcome, STOCK_PLAN_SAME);
    assert_int_equal(b.at, a.at);
    assert_str(b.plan.parcels[0].warehouse, "HZ");
    assert_str(b.plan.reason, "最近的仓");
    assert_str(b.plan.runner_up, "广州仓，远 300 公里");
    assert_str(b.plan.rules_version, "p1");
    p.ask.rev = 2; /* from another rev than the plan's */
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_SUPERSEDED);
    p.ask.rev = 1;
    p.ask.digest = STR("d0");
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_SUPERSEDED);
}

static void test_the_same_plan_shows_no_parcel_states(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 1, 1);
    order(f, "o1", 2);
    struct stock_plan_answer a = plan_split(f, "o1");

    fate(f, "o1", SHIPPED, a.plan.parcels[0].shipment_id);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 2);
    struct stock_plan_answer b = fx_plan_run(f, &p);

    assert_int_equal(b.outcome, STOCK_PLAN_SAME);
    assert_int_equal(b.plan.parcel_count, 2);
    assert_int_equal(b.plan.parcels[0].state, PARCEL_STATE_PLANNED);
    assert_int_equal(b.plan.noted_rev, 2);
}

static void test_the_order_of_plans_tests(void **state)
{
    struct fx *f = *state;

    stock(f, 5, 0);
    fx_snapshot(f, "unpaid", ORDER_STAGE_UNPAID, 1, "d1", "A", 1);
    fx_snapshot(f, "waits", ORDER_STAGE_PAID, 1, "d1", "A", 9);
    fx_run(f);
    assert_int_equal(fx_plan(f, "unpaid", "HZ", "A", 1).outcome, STOCK_PLAN_UNPAID);
    assert_int_equal(fx_plan(f, "waits", "HZ", "A", 9).outcome, STOCK_PLAN_SUPERSEDED);
    assert_int_equal(fx_plan(f, "nobody", "HZ", "A", 1).outcome, STOCK_PLAN_SUPERSEDED);
    order(f, "o1", 1);
    struct fx_plan p;

    fx_plan_init(f, &p, "o1", 1, "d1");
    p.ask.unroutable = true; /* asks only what stands */
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL);
    assert_int_equal(fx_order(f, "o1").plan_number, 0);
}

static void test_45_look_is_not_a_reservation(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 5);
    order(f, "o1", 1);
    order(f, "o2", 1);
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 1).outcome, STOCK_PLAN_NOTED);
    assert_int_equal(fx_plan(f, "o2", "HZ", "A", 1).outcome, STOCK_PLAN_FULL);
    assert_int_equal(fx_plan(f, "o2", "GZ", "A", 1).outcome, STOCK_PLAN_NOTED);
}

static void test_two_parcels_of_one_warehouse_share_its_units(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 1, 5);
    order(f, "o1", 2);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "HZ", "A", 1);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL);
}

static void test_a_plan_takes_no_more_than_the_claim(void **state)
{
    struct fx *f = *state;

    stock(f, 9, 0);
    order(f, "o1", 2);
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 3).outcome, STOCK_PLAN_FULL);
    assert_int_equal(fx_plan(f, "o1", "HZ", "B", 1).outcome, STOCK_PLAN_FULL);
}

static void test_capacity_is_per_warehouse_and_day(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 9, 9);
    for (int i = 1; i <= 3; i++) {
        char id[32];

        (void)snprintf(id, sizeof(id), "o%d", i);
        order(f, id, 1);
        fx_plan_init(f, &p, id, 1, "d1");
        fx_plan_parcel(&p, "HZ", "A", 1);
        fx_plan_limit(&p, "HZ", 2);
        assert_int_equal(fx_plan_run(f, &p).outcome, i <= 2 ? STOCK_PLAN_NOTED : STOCK_PLAN_FULL);
    }
    fx_forget(f);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL); /* counted again */
    p.parcels[0].day++;
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_NOTED);
    order(f, "o4", 1);
    fx_plan_init(f, &p, "o4", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_limit(&p, "GZ", 0); /* of another warehouse */
    fx_plan_limit(&p, "HZ", 2);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    fate(f, "o1", STOPPED, stock_shipment_id(f->arena, STR("o1"), 1, 0));
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_NOTED); /* a stopped parcel's place */
}

static void test_capacity_of_two_parcels_and_two_days(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 9, 9);
    order(f, "o1", 2);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_limit(&p, "HZ", 1);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL);
    p.parcels[1].day++;
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_NOTED);
    order(f, "o2", 1);
    fx_plan_init(f, &p, "o2", 1, "d1");
    fx_plan_parcel(&p, "GZ", "A", 1);
    fx_plan_limit(&p, "GZ", 0); /* sends nothing */
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_FULL);
    p.capacity_count = 0; /* not listed: any number */
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_NOTED);
}

static void test_many_orders_in_one_call(void **state)
{
    struct fx *f = *state;
    struct stock_plan_ask asks[3];
    struct stock_plan_answer answers[3];
    struct stock_trace trace;
    struct fx_plan p[3];

    stock(f, 9, 0);
    order(f, "o1", 1);
    order(f, "o2", 1);
    struct stock_plan_answer first = fx_plan(f, "o2", "HZ", "A", 1);

    fx_fact(f, EVENT_ORDER_REPLAN, "o2")->plan_number = 1;
    fx_run(f);
    fate(f, "o2", STOPPED, first.plan.parcels[0].shipment_id); /* o2 needs its plan 2 now */
    order(f, "o3", 1);
    for (int i = 0; i < 3; i++) {
        char id[32];

        (void)snprintf(id, sizeof(id), "o%d", i + 1);
        fx_plan_init(f, &p[i], id, fx_order(f, id).rev, "d1");
        fx_plan_parcel(&p[i], "HZ", "A", 1);
        asks[i] = p[i].ask;
    }
    fx_assert(f, stock_store_plan(f->stock, f->arena, asks, 3, NULL, 0, answers, &trace, &f->err));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(answers[i].outcome, STOCK_PLAN_NOTED);
        assert_int_equal(answers[i].plan.number, i == 1 ? 2 : 1);
        assert_true(str_eq(answers[i].plan.parcels[0].shipment_id,
                           stock_shipment_id(f->arena, asks[i].order_id, i == 1 ? 2 : 1, 0)));
    }
    assert_int_equal(trace.record_count, 3);
}

/* ---- parcels ---- */

static void test_shipped_releases_and_books(void **state)
{
    struct fx *f = *state;

    stock(f, 5, 0);
    order(f, "o1", 2);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 2);
    struct stock_answer *a = fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id);

    assert_said(a, 3, STOCK_STATE_SHIPPED);
    assert_int_equal(a->claimed_count, 0);
    fx_assert_sku(f, "A", 3, 0, 3);
    assert_int_equal(fx_sku(f, "A").allocated, 0);
    a = fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id);
    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT); /* the adapter repeats itself */
    a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_int_equal(a->outcome, STOCK_OUTCOME_MOVED_ON);
    fx_assert_sku(f, "A", 3, 0, 3);
}

static void test_41_one_parcel_closes_no_order(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 1);
    order(f, "o1", 2);
    struct stock_plan_answer plan = plan_split(f, "o1");
    struct stock_answer *a = fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id);

    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed[0].units, 1);
    assert_int_equal(a->plan_number, 1);
    fx_assert_sku(f, "A", 1, 1, 0);
    fx_snapshot(f, "o2", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    assert_int_equal(fx_run(f)->state, STOCK_STATE_WAIT);
    a = fate(f, "o1", SHIPPED, plan.plan.parcels[1].shipment_id);
    assert_said(a, 4, STOCK_STATE_SHIPPED);
    fx_assert_sku(f, "A", 0, 0, 0);
}

static void test_13_a_cancel_after_the_plan_keeps_the_claim(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 0);
    order(f, "o1", 1);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);

    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_snapshot(f, "o2", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    struct stock_answer *a = fx_run(f);

    assert_said(&a[0], 3, STOCK_STATE_CANCELLING);
    assert_int_equal(a[0].stopping_count, 1);
    assert_true(str_eq(a[0].stopping[0].shipment_id, plan.plan.parcels[0].shipment_id));
    assert_int_equal(a[1].state, STOCK_STATE_WAIT);
    a = fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id); /* it left all the same */
    assert_said(a, 4, STOCK_STATE_SHIPPED);
    fx_assert_sku(f, "A", 0, 0, 0);
}

static void test_13_stopped_returns_the_units(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 0);
    order(f, "o1", 1);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);

    fx_snapshot(f, "o1", ORDER_STAGE_CLOSED, 2, "d1", "A", 1);
    struct stock_answer *a = fx_run(f);

    assert_said(a, 3, STOCK_STATE_CANCELLING);
    assert_str(a->reason, "by_shop");
    a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_said(a, 4, STOCK_STATE_CANCELLED);
    assert_str(a->reason, "by_shop");
    fx_assert_sku(f, "A", 1, 0, 1);
}

static void test_a_cancel_releases_what_is_in_no_parcel(void **state)
{
    struct fx *f = *state;

    stock(f, 3, 0);
    order(f, "o1", 3);
    fx_plan(f, "o1", "HZ", "A", 1); /* a part of it */
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a->state, STOCK_STATE_CANCELLING);
    assert_int_equal(a->claimed[0].units, 1);
    fx_assert_sku(f, "A", 3, 1, 2);
}

static void test_29_the_state_is_asked_before_the_plan(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 1, 0);
    order(f, "o1", 1);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    struct stock_plan_answer plan = fx_plan_run(f, &p); /* and route dies */

    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_SUPERSEDED);
    fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_SUPERSEDED);
}

static void test_43_replanning_waits_for_every_answer(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 1);
    order(f, "o1", 2);
    struct stock_plan_answer plan = plan_split(f, "o1");
    struct stock_answer *a = new_address(f, "o1", 2, "d2", 2);

    assert_said(a, 3, STOCK_STATE_REPLANNING);
    assert_int_equal(a->stopping_count, 2);
    assert_int_equal(a->claimed[0].units, 2);
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 1).outcome, STOCK_PLAN_SUPERSEDED);
    a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_said(a, 4, STOCK_STATE_REPLANNING);
    assert_int_equal(a->stopping_count, 1);
    fx_assert_sku(f, "A", 2, 2, 0); /* the claim is kept */
    a = fate(f, "o1", SHIPPED, plan.plan.parcels[1].shipment_id);
    assert_said(a, 5, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed[0].units, 1); /* what has not left */
    assert_int_equal(a->plan_number, 0);
    struct stock_plan_answer again = fx_plan(f, "o1", "HZ", "A", 1);

    assert_int_equal(again.outcome, STOCK_PLAN_NOTED);
    assert_int_equal(again.plan.number, 2);
    assert_int_equal(again.plan.parcel_count, 1);
}

static void test_33_44_a_late_stopped(void **state)
{
    struct fx *f = *state;

    stock(f, 2, 0);
    order(f, "o1", 1);
    struct stock_plan_answer one = fx_plan(f, "o1", "HZ", "A", 1);

    new_address(f, "o1", 2, "d2", 1);
    fate(f, "o1", STOPPED, one.plan.parcels[0].shipment_id);
    struct stock_plan_answer two = fx_plan(f, "o1", "HZ", "A", 1);

    assert_false(str_eq(one.plan.parcels[0].shipment_id, two.plan.parcels[0].shipment_id));
    new_address(f, "o1", 3, "d3", 1);
    struct stock_answer *a = fate(f, "o1", STOPPED, one.plan.parcels[0].shipment_id);

    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(a->state, STOCK_STATE_REPLANNING); /* parcel 2 may still leave */
    a = fate(f, "o1", SHIPPED, two.plan.parcels[0].shipment_id);
    assert_int_equal(a->state, STOCK_STATE_SHIPPED);
    fx_assert_sku(f, "A", 1, 0, 1);
    a = fate(f, "o1", SHIPPED, one.plan.parcels[0].shipment_id);
    assert_int_equal(a->outcome, STOCK_OUTCOME_MOVED_ON);
    a = fate(f, "o1", SHIPPED, STR("no-such-parcel"));
    assert_int_equal(a->outcome, STOCK_OUTCOME_MOVED_ON);
}

static void test_a_cancel_turns_replanning_into_cancelling(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 0);
    order(f, "o1", 1);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);

    new_address(f, "o1", 2, "d2", 1);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    struct stock_answer *a = fx_run(f);

    assert_said(a, 4, STOCK_STATE_CANCELLING);
    a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_said(a, 5, STOCK_STATE_CANCELLED);
    fx_assert_sku(f, "A", 1, 0, 1);
}

static void test_an_operator_plans_again(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 0);
    order(f, "o1", 1);
    fx_plan(f, "o1", "HZ", "A", 1);
    fx_fact(f, EVENT_ORDER_REPLAN, "o1")->plan_number = 7;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_MOVED_ON);
    fx_fact(f, EVENT_ORDER_REPLAN, "o1")->plan_number = 1;
    assert_said(fx_run(f), 3, STOCK_STATE_REPLANNING);
}

static void test_a_warehouse_refuses(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 1);
    order(f, "o1", 2);
    struct stock_plan_answer plan = plan_split(f, "o1");
    struct stock_answer *a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);

    assert_said(a, 3, STOCK_STATE_REPLANNING); /* nobody had asked it to stop */
    assert_int_equal(a->stopping_count, 1);
    a = fate(f, "o1", STOPPED, plan.plan.parcels[1].shipment_id);
    assert_said(a, 4, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed[0].units, 2);
}

static void test_a_refund_of_a_planned_line(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    stock(f, 2, 0);
    fx_count(f, "B", "HZ", 1);
    fx_run(f);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", NULL, 0);

    fx_line(f, event, "L1", "A", 1);
    fx_line(f, event, "L2", "B", 1);
    fx_demand(f);
    fx_run(f);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "HZ", "B", 1);
    struct stock_plan_answer plan = fx_plan_run(f, &p);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_REFUND_CHANGED, "o1");

    fact->line_id = STR("L2");
    fact->refund = (struct order_refund){ .id = STR("r1"), .version = 1,
                                          .state = REFUND_STATE_AGREED, .quantity = 1 };
    struct stock_answer *a = fx_run(f);

    assert_said(a, 3, STOCK_STATE_REPLANNING);
    assert_int_equal(a->stopping_count, 2);
    fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    a = fate(f, "o1", STOPPED, plan.plan.parcels[1].shipment_id);
    assert_int_equal(a->state, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed_count, 1);
    assert_str(a->claimed[0].sku, "A");
    fx_assert_sku(f, "B", 1, 0, 1);
}

static void test_changed_lines_of_a_planned_order(void **state)
{
    struct fx *f = *state;

    stock(f, 3, 0);
    order(f, "o1", 1);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);
    struct stock_answer *a = new_address(f, "o1", 2, "d2", 3);

    assert_said(a, 3, STOCK_STATE_REPLANNING);
    assert_int_equal(a->claimed[0].units, 1);
    a = fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_said(a, 4, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed[0].units, 3);
    fx_assert_sku(f, "A", 3, 3, 0);
}

static void test_what_a_partial_plan_left_is_planned_next(void **state)
{
    struct fx *f = *state;

    stock(f, 1, 2);
    order(f, "o1", 3);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);
    struct stock_answer *a = fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id);

    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_int_equal(a->plan_number, 0);
    assert_int_equal(a->claimed[0].units, 2);
    plan = fx_plan(f, "o1", "GZ", "A", 2);
    assert_int_equal(plan.plan.number, 2);
    assert_said(fate(f, "o1", SHIPPED, plan.plan.parcels[0].shipment_id), 5,
                STOCK_STATE_SHIPPED);
}

/* ---- route's dead end ---- */

static void test_46_an_unroutable_order_is_nudged_when_it_fits(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    stock(f, 2, 0);
    order(f, "o1", 1);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 1;
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(a->rev, 1);
    assert_int_equal(fx_sweep(f, &nudges), 0); /* nothing has changed since */
    order(f, "o2", 1);
    assert_int_equal(fx_sweep(f, &nudges), 0); /* a claim brings no units */
    fx_move(f, "A", "GZ", "m1", 5);
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_int_equal(nudges[0].kind, EVENT_ORDER_REROUTE);
    assert_str(nudges[0].order_id, "o1");
    assert_int_equal(nudges[0].rev, 1);
    assert_int_equal(fx_sweep(f, &nudges), 1); /* until the owner acts */
    fx_fact(f, EVENT_ORDER_REROUTE, "o1")->rev = 1;
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    fx_fact(f, EVENT_ORDER_REROUTE, "o1")->rev = 1;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_sweep(f, &nudges), 0);
}

static void test_46_a_stopped_parcel_and_a_new_day_nudge_too(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    stock(f, 2, 0);
    order(f, "o1", 1);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 1);

    order(f, "o2", 1);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o2")->rev = 1;
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    fate(f, "o1", STOPPED, plan.plan.parcels[0].shipment_id);
    assert_int_equal(fx_sweep(f, &nudges), 1);
    fx_fact(f, EVENT_ORDER_REROUTE, "o2")->rev = 1;
    fx_run(f);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o2")->rev = 2;
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    f->now += 86400000; /* tomorrow's capacity */
    assert_int_equal(fx_sweep(f, &nudges), 1);
}

static void test_other_rules_nudge_too(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    stock(f, 2, 0);
    order(f, "o1", 1);
    order(f, "o2", 1);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 1;
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/1"), false, &f->err));
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_str(nudges[0].order_id, "o1");
    fx_fact(f, EVENT_ORDER_REROUTE, "o1")->rev = 1;
    fx_run(f);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 2; /* they have no warehouse for it either */
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    /* Another replica takes the same rules, one is started anew. */
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/1"), false, &f->err));
    assert_int_equal(fx_sweep(f, &nudges), 0);
    /* This dead end was noted after the rules came: by the old ones, for all we know. */
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/1"), true, &f->err));
    assert_int_equal(fx_sweep(f, &nudges), 1);
    fx_fact(f, EVENT_ORDER_REROUTE, "o1")->rev = 2;
    fx_run(f);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 3;
    fx_run(f);
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/1"), false, &f->err));
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/1"), true, &f->err));
    assert_int_equal(fx_sweep(f, &nudges), 0);
    fx_assert(f, stock_store_stir(f->stock, f->arena, STR("route/2"), false, &f->err));
    assert_int_equal(fx_sweep(f, &nudges), 1);
}

static void test_46_a_plan_that_is_noted_ends_the_dead_end(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    stock(f, 2, 0);
    order(f, "o1", 1);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 1;
    fx_run(f);
    fx_plan(f, "o1", "HZ", "A", 1);
    fx_move(f, "A", "HZ", "m1", 5);
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "o1")->rev = 1; /* of a rev that is gone */
    fx_run(f);
    fx_move(f, "A", "HZ", "m2", 5);
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_first_verdict_for_a_rev_stays),
        TEST(test_36_a_verdict_is_not_lost),
        TEST(test_screen_is_superseded_by_a_new_rev),
        TEST(test_a_rejection_that_lost_a_cleared_rule_is_a_hold),
        TEST(test_look_shows_what_is_not_allocated),
        TEST(test_look_counts_the_parcels_of_a_day),
        TEST(test_a_plan_is_noted_once),
        TEST(test_the_same_plan_shows_no_parcel_states),
        TEST(test_the_order_of_plans_tests),
        TEST(test_45_look_is_not_a_reservation),
        TEST(test_two_parcels_of_one_warehouse_share_its_units),
        TEST(test_a_plan_takes_no_more_than_the_claim),
        TEST(test_capacity_is_per_warehouse_and_day),
        TEST(test_capacity_of_two_parcels_and_two_days),
        TEST(test_many_orders_in_one_call),
        TEST(test_shipped_releases_and_books),
        TEST(test_41_one_parcel_closes_no_order),
        TEST(test_13_a_cancel_after_the_plan_keeps_the_claim),
        TEST(test_13_stopped_returns_the_units),
        TEST(test_a_cancel_releases_what_is_in_no_parcel),
        TEST(test_29_the_state_is_asked_before_the_plan),
        TEST(test_43_replanning_waits_for_every_answer),
        TEST(test_33_44_a_late_stopped),
        TEST(test_a_cancel_turns_replanning_into_cancelling),
        TEST(test_an_operator_plans_again),
        TEST(test_a_warehouse_refuses),
        TEST(test_a_refund_of_a_planned_line),
        TEST(test_changed_lines_of_a_planned_order),
        TEST(test_what_a_partial_plan_left_is_planned_next),
        TEST(test_46_an_unroutable_order_is_nudged_when_it_fits),
        TEST(test_46_a_stopped_parcel_and_a_new_day_nudge_too),
        TEST(test_46_a_plan_that_is_noted_ends_the_dead_end),
        TEST(test_other_rules_nudge_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
