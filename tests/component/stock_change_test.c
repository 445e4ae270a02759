/*
 * CHANGE: which facts still count and what they do. Tests with a number in their name are the
 * traces of STOCK.md, section 2.
 */
#define FX_DB 9
#include "stock_fixture.h"

/* One order of `units` of A, paid, digest d1, reserved from `stock` units in HZ. */
static void reserve(struct fx *f, const char *id, int64_t stock, int64_t units)
{
    if (stock >= 0)
        fx_count(f, "A", "HZ", stock);
    fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "d1", "A", units);
    fx_run(f);
}

static struct stock_answer *run_fact(struct fx *f, enum event_kind kind, const char *id)
{
    fx_fact(f, kind, id);
    return fx_run(f);
}

static struct stock_answer *run_snapshot(struct fx *f, const char *id, enum order_stage stage,
                                         int64_t version, const char *digest, int64_t units)
{
    fx_snapshot(f, id, stage, version, digest, "A", units);
    return fx_run(f);
}

/* ---- the claim ---- */

static void test_demand_is_all_or_nothing(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_count(f, "B", "HZ", 1);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", NULL, 0);

    fx_line(f, event, "L1", "A", 1);
    fx_line(f, event, "L2", "B", 1);
    fx_line(f, event, "L3", "B", 1);
    fx_demand(f);
    struct stock_answer *a = &fx_run(f)[2];

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_str(a->reason, "short");
    assert_int_equal(a->claimed_count, 0);
    assert_int_equal(a->short_count, 1);
    assert_str(a->shorts[0].sku, "B");
    assert_int_equal(a->shorts[0].needed, 2);
    assert_int_equal(a->shorts[0].free, 1);
    fx_assert_sku(f, "A", 5, 0, 5);
    fx_assert_sku(f, "B", 1, 0, 1);
}

static void test_an_unknown_sku_waits(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 0);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "X", 2);
    fx_snapshot(f, "o2", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    struct stock_answer *a = fx_run(f);

    assert_str(a[1].reason, "unknown_sku");
    assert_int_equal(a[1].shorts[0].free, 0);
    assert_str(a[2].reason, "short");
    assert_int_equal(a[2].state, STOCK_STATE_WAIT);
}

static void test_facts_of_a_batch_apply_in_order(void **state)
{
    struct fx *f = *state;

    fx_snapshot(f, "early", ORDER_STAGE_PAID, 1, "d", "A", 1);
    fx_count(f, "A", "HZ", 2);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d", "A", 2);
    fx_snapshot(f, "o2", ORDER_STAGE_PAID, 1, "d", "A", 1);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_snapshot(f, "o3", ORDER_STAGE_PAID, 1, "d", "A", 2);
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a[0].state, STOCK_STATE_WAIT);
    assert_int_equal(a[1].outcome, STOCK_OUTCOME_SILENT);
    assert_said(&a[2], 1, STOCK_STATE_RESERVED);
    assert_said(&a[3], 1, STOCK_STATE_WAIT);
    assert_said(&a[4], 2, STOCK_STATE_CANCELLED);
    assert_said(&a[5], 1, STOCK_STATE_RESERVED);
    assert_int_equal(f->answers.trace.record_count, 4); /* o1 once, as it was left */
    fx_assert_sku(f, "A", 2, 2, 0);
}

static void test_separators_in_names_do_no_harm(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A\x1e\x10\x1f" "x", "H\x1dZ", 5);
    fx_snapshot(f, "o\x1f" "1", ORDER_STAGE_PAID, 1, "d\x1c", "A\x1e\x10\x1f" "x", 9);
    struct stock_answer *a = &fx_run(f)[1];

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_str(a->digest, "d\x1c");
    assert_str(a->shorts[0].sku, "A\x1e\x10\x1f" "x");
    assert_str(f->answers.trace.records[0].order_id, "o\x1f" "1");
    fx_forget(f);
    assert_int_equal(fx_sku(f, "A\x1e\x10\x1f" "x").physical, 5);
    assert_str(fx_sku(f, "A\x1e\x10\x1f" "x").warehouses[0].warehouse, "H\x1dZ");
    assert_int_equal(fx_order(f, "o\x1f" "1").state, STOCK_STATE_WAIT);
}

static void test_large_numbers_stay_whole(void **state)
{
    struct fx *f = *state;
    const int64_t most = INT64_C(9007199254740991);

    fx_count(f, "A", "HZ", most);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, most, "d1", "A", 1);
    fx_ask(f)->demand[0].units = most - 1;
    struct stock_answer *a = &fx_run(f)[1];

    assert_int_equal(a->claimed[0].units, most - 1);
    fx_assert_sku(f, "A", most, most - 1, 1);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, most - 1, "d2", "A", 1);
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
}

/* ---- repeats ---- */

static void test_a_repeat_says_again_only_what_still_stands(void **state)
{
    struct fx *f = *state;
    struct stock_ask first, second;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_UNPAID, 1, "d1", "A", 1);
    first = f->asks[0];
    struct stock_answer said = *fx_run(f);

    f->asks[f->count++] = first;
    struct stock_answer *a = fx_run(f);

    assert_said(a, 1, STOCK_STATE_RESERVED);
    assert_int_equal(a->at, said.at);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d1", "A", 1);
    second = f->asks[0];
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    f->asks[f->count++] = first;
    f->asks[f->count++] = second;
    a = fx_run(f);
    assert_int_equal(a[0].outcome, STOCK_OUTCOME_SILENT);
    assert_said(&a[1], 2, STOCK_STATE_RESERVED);
    assert_int_equal(f->answers.trace.record_count, 1); /* a repeat is journaled too */
    fx_assert_sku(f, "A", 5, 1, 4);
}

/* A fact without a body made the rev; it waits for the body of the snapshot before it. */
static void test_a_repeat_may_bring_the_body_another_waits_for(void **state)
{
    struct fx *f = *state;
    struct stock_ask first, other;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    first = f->asks[0];
    struct str body = stock_body_hash(f->arena, first.event->snapshot.order.json);

    assert_true(str_eq(fx_run(f)->body, body));
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1); /* the same of another poll */
    other = f->asks[0];
    fx_fact(f, EVENT_ORDER_RESCREEN, "o1")->rev = 1;
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a[0].outcome, STOCK_OUTCOME_SILENT);
    assert_said(&a[1], 2, STOCK_STATE_RESERVED);
    assert_true(str_eq(a[1].body, body)); /* the body that is announced with rev 2 */
    f->asks[f->count++] = first;
    f->asks[f->count++] = other;
    a = fx_run(f);
    assert_int_equal(a[0].outcome, STOCK_OUTCOME_BODY);
    assert_int_equal(a[1].outcome, STOCK_OUTCOME_SILENT);
}

/* A snapshot makes rev 2, a cancel without a body makes rev 3, and the worker dies before it says
 * either. Replayed, the snapshot is silent; but it alone has the body the cancel is said with. */
static void test_a_silent_repeat_brings_the_body_of_a_fact_without_one(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    struct event *moved = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", "A", 1);
    struct stock_ask snapshot = f->asks[0];
    struct str body = arena_copy(f->arena, stock_body_hash(f->arena, moved->snapshot.order.json));
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    struct stock_ask cancel = f->asks[1];
    struct stock_answer *a = fx_run(f);

    assert_said(&a[0], 2, STOCK_STATE_RESERVED);
    assert_said(&a[1], 3, STOCK_STATE_CANCELLED);
    f->asks[f->count++] = snapshot;
    f->asks[f->count++] = cancel;
    a = fx_run(f);
    assert_int_equal(a[0].outcome, STOCK_OUTCOME_BODY);
    assert_said(&a[1], 3, STOCK_STATE_CANCELLED);
    assert_true(str_eq(a[1].body, body));
}

/* The same offset with another body is not the event that was announced. */
static void test_another_body_at_the_makers_offset_says_nothing(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    struct stock_ask ask = f->asks[0];

    fx_run(f);
    event->snapshot.order.json = STR("{\"body\":\"another\"}");
    f->asks[f->count++] = ask;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
}

static void test_a_plan_ends_the_maker(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    struct stock_ask first = f->asks[0];

    fx_run(f);
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 1).outcome, STOCK_PLAN_NOTED);
    f->asks[f->count++] = first;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
}

static void test_shorts_stay_as_first_said(void **state)
{
    struct fx *f = *state;

    reserve(f, "o0", 3, 2);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    struct stock_ask ask = f->asks[0];

    fx_run(f);
    run_fact(f, EVENT_ORDER_CANCELLED, "o0");
    f->asks[f->count++] = ask;
    struct stock_answer *a = fx_run(f);

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_int_equal(a->shorts[0].free, 1);
}

static void test_a_new_generation_outranks_any_offset(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", "A", 1);

    event->origin = (struct origin){ .generation = 2, .offset = 1 };
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1"); /* generation 1, a higher offset */
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
}

/* ---- snapshots ---- */

static void test_15_a_cancel_before_the_order(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    struct stock_answer *a = run_fact(f, EVENT_ORDER_CANCELLED, "o1");

    assert_int_equal(a->outcome, STOCK_OUTCOME_UNKNOWN_ORDER);
    assert_int_equal(f->answers.trace.record_count, 1); /* the tombstone is journaled */
    fx_forget(f);
    a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", 1);
    assert_said(a, 2, STOCK_STATE_CANCELLED);
    assert_str(a->reason, "by_person");
    assert_str(a->digest, "d1");
    fx_assert_sku(f, "A", 5, 0, 5);
}

static void test_15_a_shops_cancel_before_the_order(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_CLOSED, 2, "d1", 1), 1, STOCK_STATE_CANCELLED);
    assert_int_equal(run_snapshot(f, "o1", ORDER_STAGE_PAID, 3, "d1", 1)->outcome,
                     STOCK_OUTCOME_SILENT); /* closed by the shop is final */
    fx_assert_sku(f, "A", 5, 0, 5);
}

static void test_16_a_persons_clock_outdates_no_snapshot(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    fx_screen(f, "o1", 1, VERDICT_KIND_HELD, "price_floor");
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_APPROVED, "o1");

    fact->rev = 1;
    fact->digest = STR("d1");
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED); /* at our clock, far above version 2 */
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_CLOSED, 2, "d1", 1), 3, STOCK_STATE_CANCELLED);
}

static void test_30_a_new_digest_is_a_new_rev(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", 1);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_str(a->digest, "d2");
    fx_assert_sku(f, "A", 5, 1, 4);
}

static void test_34_one_second_two_snapshots(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_PAID, 7, "d1", 1), 1, STOCK_STATE_RESERVED);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_UNPAID, 7, "d1", 1);

    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT);
    assert_true(a->paid);
    /* The raw topic once more: the same raw offsets at new offsets of orders.changes. */
    for (int i = 0; i < 2; i++) {
        struct event *event = fx_snapshot(f, "o1", i == 0 ? ORDER_STAGE_PAID : ORDER_STAGE_UNPAID,
                                          7, "d1", "A", 1);

        event->snapshot.raw_offset = 1 + i;
        assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    }
    assert_int_equal(fx_order(f, "o1").rev, 1);
}

static void test_35_one_second_two_addresses(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d2", 1), 2, STOCK_STATE_RESERVED);
    struct event *older = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);

    older->snapshot.raw_offset = 1; /* ingested again */
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    assert_str(fx_order(f, "o1").digest, "d2");
}

static void test_an_older_snapshot_is_refused(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    run_snapshot(f, "o1", ORDER_STAGE_PAID, 5, "d2", 1);
    assert_int_equal(run_snapshot(f, "o1", ORDER_STAGE_CLOSED, 4, "d1", 1)->outcome,
                     STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_order(f, "o1").state, STOCK_STATE_RESERVED);
}

static void test_a_repeat_moves_the_version(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    assert_int_equal(run_snapshot(f, "o1", ORDER_STAGE_PAID, 9, "d1", 1)->outcome,
                     STOCK_OUTCOME_SILENT);
    assert_int_equal(run_snapshot(f, "o1", ORDER_STAGE_PAID, 8, "d2", 1)->outcome,
                     STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_order(f, "o1").rev, 1);
}

static void test_changed_lines_release_and_claim_anew(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 2);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", 5), 2, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 5, 5, 0);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 3, "d3", 6);

    assert_said(a, 3, STOCK_STATE_WAIT);
    assert_int_equal(a->shorts[0].needed, 6);
    fx_assert_sku(f, "A", 5, 0, 5);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_PAID, 4, "d4", 1), 4, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 5, 1, 4);
}

static void test_fewer_lines_keep_their_claim_when_short(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 4);
    fx_count(f, "A", "HZ", 1); /* the phantom 800 */
    fx_run(f);
    assert_said(run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", 3), 2, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 1, 3, -2);
}

static void test_sent_elsewhere_stops_for_a_person(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_SHIPPED, 2, "d1", 1);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_str(a->reason, "sent_elsewhere");
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 1).outcome, STOCK_PLAN_SUPERSEDED);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_APPROVED, "o1");

    fact->rev = 2;
    fact->digest = STR("d1");
    a = fx_run(f);
    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_str(a->reason, "");
    assert_int_equal(fx_plan(f, "o1", "HZ", "A", 1).outcome, STOCK_PLAN_NOTED);
}

static void test_an_order_first_seen_as_sent_claims_nothing(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_FINISHED, 2, "d1", 1);

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_str(a->reason, "sent_elsewhere");
    fx_assert_sku(f, "A", 5, 0, 5);
    struct stock_nudge *nudges = NULL;

    assert_int_equal(fx_sweep(f, &nudges), 0); /* it waits for a person, not for units */
    assert_said(run_fact(f, EVENT_ORDER_CANCELLED, "o1"), 2, STOCK_STATE_CANCELLED);
}

static void test_a_write_back_before_goods_issue_stops_nothing(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    fx_plan(f, "o1", "HZ", "A", 1);
    struct stock_answer *a = run_snapshot(f, "o1", ORDER_STAGE_SHIPPED, 2, "d1", 1);

    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_str(a->reason, "");
    assert_int_equal(a->claimed_count, 1);
}

/* ---- money ---- */

static void test_paid_is_content(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    assert_false(run_snapshot(f, "o1", ORDER_STAGE_UNPAID, 1, "d1", 1)->paid);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_PAYMENT_MADE, "o1");

    fact->transaction_id = STR("t1");
    struct stock_answer *a = fx_run(f);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_true(a->paid);
    fact = fx_fact(f, EVENT_ORDER_PAYMENT_MADE, "o1");
    fact->transaction_id = STR("t1");
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d1", 1);
    assert_said(a, 3, STOCK_STATE_RESERVED); /* the stage is content too */
    a = run_snapshot(f, "o1", ORDER_STAGE_RISK_HOLD, 3, "d1", 1);
    assert_said(a, 4, STOCK_STATE_RESERVED);
    assert_false(a->paid); /* no parcel may leave on it */
}

static void test_a_hold_ends_and_a_payment_claims_again(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 1);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_UNPAID, 1, "d1", "A", 1);
    fx_ask(f)->hold_until = f->now + 5000;
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a->hold_until, f->now + 5000);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    assert_int_equal(run_fact(f, EVENT_ORDER_HOLD_DUE, "o1")->outcome, STOCK_OUTCOME_SILENT);
    f->now += 5000;
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_int_equal(nudges[0].kind, EVENT_ORDER_HOLD_DUE);
    assert_int_equal(nudges[0].rev, 1);
    a = run_fact(f, EVENT_ORDER_HOLD_DUE, "o1");
    assert_said(a, 2, STOCK_STATE_EXPIRED);
    assert_str(a->reason, "unpaid_expired");
    fx_assert_sku(f, "A", 1, 0, 1);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d1", 1);
    assert_said(a, 3, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 1, 1, 0);
}

static void test_a_payment_after_expiry_may_come_up_short(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 1);
    fx_snapshot(f, "o1", ORDER_STAGE_UNPAID, 1, "d1", "A", 1);
    fx_ask(f)->hold_until = f->now;
    fx_fact(f, EVENT_ORDER_HOLD_DUE, "o1");
    fx_snapshot(f, "o2", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_PAYMENT_MADE, "o1");

    fact->transaction_id = STR("t1");
    struct stock_answer *a = fx_run(f);

    assert_said(a, 3, STOCK_STATE_WAIT);
    assert_str(a->reason, "short");
    assert_true(a->paid);
}

static struct stock_answer *refund(struct fx *f, const char *id, const char *line,
                                   const char *refund_id, int64_t version,
                                   enum refund_state state, int64_t quantity)
{
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_REFUND_CHANGED, id);

    fact->line_id = fx_str(f, line);
    fact->refund = (struct order_refund){ .id = fx_str(f, refund_id), .version = version,
                                          .state = state, .quantity = quantity };
    return fx_run(f);
}

static void two_lines(struct fx *f, const char *id)
{
    struct event *event = fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "d1", NULL, 0);

    fx_line(f, event, "L1", "A", 2);
    fx_line(f, event, "L2", "B", 1);
    fx_demand(f);
    fx_run(f);
}

static void test_an_agreed_refund_releases_its_line(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_count(f, "B", "HZ", 5);
    fx_run(f);
    two_lines(f, "o1");
    assert_int_equal(refund(f, "o1", "L1", "r1", 1, REFUND_STATE_OPEN, 2)->outcome,
                     STOCK_OUTCOME_SILENT);
    struct stock_answer *a = refund(f, "o1", "L1", "r1", 2, REFUND_STATE_AGREED, 2);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed_count, 1);
    assert_str(a->claimed[0].sku, "B");
    assert_int_equal(refund(f, "o1", "L1", "r1", 2, REFUND_STATE_AGREED, 2)->outcome,
                     STOCK_OUTCOME_SILENT);
    assert_int_equal(refund(f, "o1", "L1", "r0", 9, REFUND_STATE_AGREED, 0)->outcome,
                     STOCK_OUTCOME_SILENT); /* money only */
    a = refund(f, "o1", "L2", "r2", 1, REFUND_STATE_AGREED, 1);
    assert_said(a, 3, STOCK_STATE_CANCELLED);
    assert_str(a->reason, "refunded");
    fx_assert_sku(f, "A", 5, 0, 5);
    fx_assert_sku(f, "B", 5, 0, 5);
}

/* What anomaly judges by: an open refund raises no rev, and is in the record alone. */
static void test_the_record_tells_its_refunds(void **state)
{
    struct fx *f = *state;
    struct stock_order_view view;

    fx_count(f, "A", "HZ", 5);
    fx_count(f, "B", "HZ", 5);
    fx_run(f);
    two_lines(f, "o1");
    assert_int_equal(fx_order(f, "o1").refund_count, 0);
    refund(f, "o1", "L1", "r1", 1, REFUND_STATE_OPEN, 2);
    refund(f, "o1", "L2", "r2", 5, REFUND_STATE_OPEN, 1);
    refund(f, "o1", "L2", "r2", 6, REFUND_STATE_CLOSED, 1);
    view = fx_order(f, "o1");
    assert_int_equal(view.refund_count, 2);
    assert_str(view.refunds[0].refund.id, "r1");
    assert_str(view.refunds[0].line_id, "L1");
    assert_int_equal(view.refunds[0].refund.state, REFUND_STATE_OPEN);
    assert_int_equal(view.refunds[0].refund.quantity, 2);
    assert_int_equal(view.refunds[1].refund.version, 6);
    assert_int_equal(view.refunds[1].refund.state, REFUND_STATE_CLOSED);
}

static void test_a_refund_the_first_snapshot_knew_of_takes_nothing_more(void **state)
{
    struct fx *f = *state;
    struct order_refund known = { .id = STR("r1"), .version = 1, .state = REFUND_STATE_AGREED,
                                  .quantity = 1 };

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", NULL, 0);

    fx_line(f, event, "L1", "A", 3);
    event->snapshot.order.lines[0].refunds = &known;
    event->snapshot.order.lines[0].refund_count = 1;
    fx_demand(f);
    assert_int_equal(fx_run(f)->claimed[0].units, 2);
    assert_int_equal(refund(f, "o1", "L1", "r1", 1, REFUND_STATE_AGREED, 1)->outcome,
                     STOCK_OUTCOME_SILENT);
    struct stock_answer *a = refund(f, "o1", "L1", "r2", 1, REFUND_STATE_AGREED, 1);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed[0].units, 1);
}

static void test_a_later_snapshot_brings_no_refunded_line_back(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_count(f, "B", "HZ", 5);
    fx_run(f);
    two_lines(f, "o1");
    refund(f, "o1", "L1", "r1", 1, REFUND_STATE_AGREED, 2);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", NULL, 0);

    fx_line(f, event, "L1", "A", 2);
    fx_line(f, event, "L2", "B", 1);
    fx_demand(f);
    struct stock_answer *a = fx_run(f);

    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_int_equal(a->claimed_count, 1);
    assert_str(a->claimed[0].sku, "B");
}

/* ---- people ---- */

static struct stock_answer *decision(struct fx *f, enum event_kind kind, const char *id,
                                     int64_t rev, const char *digest)
{
    struct fact_body *fact = fx_fact(f, kind, id);

    fact->rev = rev;
    fact->digest = fx_str(f, digest);
    fact->request_id = STR("q1");
    return fx_run(f);
}

static void test_31_what_a_person_let_pass_stays_cleared(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    assert_int_equal(fx_screen(f, "o1", 1, VERDICT_KIND_HELD, "price_floor").verdict.kind,
                     VERDICT_KIND_HELD);
    assert_said(decision(f, EVENT_ORDER_APPROVED, "o1", 1, "d1"), 2, STOCK_STATE_RESERVED);
    struct stock_screen_answer a = fx_screen(f, "o1", 2, VERDICT_KIND_HELD, "price_floor");

    assert_int_equal(a.verdict.kind, VERDICT_KIND_CLEAR);
    assert_int_equal(a.verdict.reason_count, 0);
    assert_int_equal(decision(f, EVENT_ORDER_APPROVED, "o1", 1, "d1")->outcome,
                     STOCK_OUTCOME_SILENT); /* said twice */
    run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", 1);
    a = fx_screen(f, "o1", 3, VERDICT_KIND_HELD, "price_floor");
    assert_int_equal(a.verdict.kind, VERDICT_KIND_HELD); /* another digest */
}

static void test_32_a_yes_to_something_else(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    fx_screen(f, "o1", 1, VERDICT_KIND_HELD, "price_floor");
    run_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", 1);
    struct stock_answer *a = decision(f, EVENT_ORDER_APPROVED, "o1", 1, "d1");

    assert_int_equal(a->outcome, STOCK_OUTCOME_MOVED_ON);
    assert_int_equal(a->rev, 2);
    assert_int_equal(fx_screen(f, "o1", 2, VERDICT_KIND_HELD, "price_floor").verdict.kind,
                     VERDICT_KIND_HELD);
    assert_int_equal(decision(f, EVENT_ORDER_DECLINED, "o1", 1, "d1")->outcome,
                     STOCK_OUTCOME_MOVED_ON);
    a = decision(f, EVENT_ORDER_DECLINED, "o1", 2, "d2");
    assert_said(a, 3, STOCK_STATE_REJECTED);
    assert_str(a->reason, "declined");
    fx_assert_sku(f, "A", 5, 0, 5);
}

static void test_32_an_override_outlives_a_replayed_rejection(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    fx_screen(f, "o1", 1, VERDICT_KIND_REJECTED, "blacklist");
    decision(f, EVENT_ORDER_APPROVED, "o1", 1, "d1");
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_REJECTED, "o1"); /* anomaly's batch again */

    fact->rev = 1;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_order(f, "o1").state, STOCK_STATE_RESERVED);
}

static void test_19_anomalys_rejection_returns_the_units(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_REJECTED, "o1");

    fact->rev = 1;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT); /* no such verdict */
    fx_screen(f, "o1", 1, VERDICT_KIND_REJECTED, "blacklist");
    fact = fx_fact(f, EVENT_ORDER_REJECTED, "o1");
    fact->rev = 1;
    struct stock_answer *a = fx_run(f);

    assert_said(a, 2, STOCK_STATE_REJECTED);
    assert_str(a->reason, "rejected");
    fx_assert_sku(f, "A", 5, 0, 5);
    assert_int_equal(run_fact(f, EVENT_ORDER_CANCELLED, "o1")->outcome, STOCK_OUTCOME_MOVED_ON);
}

static void test_rescreen_makes_a_new_rev(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_RESCREEN, "o1");

    fact->rev = 1;
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    fact = fx_fact(f, EVENT_ORDER_RESCREEN, "o1");
    fact->rev = 1;
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_MOVED_ON);
}

static void test_a_corrected_address_outlives_the_platforms_own(void **state)
{
    struct fx *f = *state;

    reserve(f, "o1", 5, 1);
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_ADDRESS_CORRECTED, "o1");

    fact->digest = STR("d1");
    fx_ask(f)->corrected = STR("c1");
    struct stock_answer *a = fx_run(f);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_str(a->digest, "c1");
    /* The platform still has the old address: its snapshots change nothing of it. */
    a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 5, "d1", 1);
    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT);
    assert_str(a->digest, "c1");
    a = run_snapshot(f, "o1", ORDER_STAGE_PAID, 6, "d9", 1);
    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_str(a->digest, "d9");
    fact = fx_fact(f, EVENT_ORDER_ADDRESS_CORRECTED, "o1");
    fact->digest = STR("d1");
    fx_ask(f)->corrected = STR("c2");
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_MOVED_ON);
}

static void test_facts_about_an_unknown_order(void **state)
{
    static const enum event_kind kinds[] = {
        EVENT_ORDER_APPROVED,       EVENT_ORDER_REJECTED,       EVENT_ORDER_UNROUTABLE,
        EVENT_ORDER_PARCEL_SHIPPED, EVENT_ORDER_REFUND_CHANGED, EVENT_ORDER_PAYMENT_MADE,
        EVENT_ORDER_RESCREEN,       EVENT_ORDER_REPLAN,         EVENT_ORDER_RETRY,
        EVENT_ORDER_HOLD_DUE,       EVENT_ORDER_REROUTE,
    };
    struct fx *f = *state;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        fx_fact(f, kinds[i], "nobody");
    struct stock_answer *a = fx_run(f);

    for (size_t i = 0; i < f->answers.count; i++)
        assert_int_equal(a[i].outcome, STOCK_OUTCOME_UNKNOWN_ORDER);
    assert_int_equal(f->answers.trace.record_count, 0);
    assert_false(fx_order(f, "nobody").known);
}

static void test_an_event_that_is_no_fact_is_rejected(void **state)
{
    struct fx *f = *state;

    fx_fact(f, EVENT_ORDER_SCREENED, "o1");
    assert_false(stock_store_change(f->stock, f->arena, f->asks, 1, f->now, &f->answers,
                                    &f->err));
    assert_int_equal(f->err.class, ERR_REJECT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_demand_is_all_or_nothing),
        TEST(test_an_unknown_sku_waits),
        TEST(test_facts_of_a_batch_apply_in_order),
        TEST(test_separators_in_names_do_no_harm),
        TEST(test_large_numbers_stay_whole),
        TEST(test_a_repeat_says_again_only_what_still_stands),
        TEST(test_a_repeat_may_bring_the_body_another_waits_for),
        TEST(test_a_silent_repeat_brings_the_body_of_a_fact_without_one),
        TEST(test_another_body_at_the_makers_offset_says_nothing),
        TEST(test_a_plan_ends_the_maker),
        TEST(test_shorts_stay_as_first_said),
        TEST(test_a_new_generation_outranks_any_offset),
        TEST(test_15_a_cancel_before_the_order),
        TEST(test_15_a_shops_cancel_before_the_order),
        TEST(test_16_a_persons_clock_outdates_no_snapshot),
        TEST(test_30_a_new_digest_is_a_new_rev),
        TEST(test_34_one_second_two_snapshots),
        TEST(test_35_one_second_two_addresses),
        TEST(test_an_older_snapshot_is_refused),
        TEST(test_a_repeat_moves_the_version),
        TEST(test_changed_lines_release_and_claim_anew),
        TEST(test_fewer_lines_keep_their_claim_when_short),
        TEST(test_sent_elsewhere_stops_for_a_person),
        TEST(test_an_order_first_seen_as_sent_claims_nothing),
        TEST(test_a_write_back_before_goods_issue_stops_nothing),
        TEST(test_paid_is_content),
        TEST(test_a_hold_ends_and_a_payment_claims_again),
        TEST(test_a_payment_after_expiry_may_come_up_short),
        TEST(test_an_agreed_refund_releases_its_line),
        TEST(test_the_record_tells_its_refunds),
        TEST(test_a_refund_the_first_snapshot_knew_of_takes_nothing_more),
        TEST(test_a_later_snapshot_brings_no_refunded_line_back),
        TEST(test_31_what_a_person_let_pass_stays_cleared),
        TEST(test_32_a_yes_to_something_else),
        TEST(test_32_an_override_outlives_a_replayed_rejection),
        TEST(test_19_anomalys_rejection_returns_the_units),
        TEST(test_rescreen_makes_a_new_rev),
        TEST(test_a_corrected_address_outlives_the_platforms_own),
        TEST(test_facts_about_an_unknown_order),
        TEST(test_an_event_that_is_no_fact_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
