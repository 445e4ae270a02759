/*
 * Counts, movements, earmarks, sweeps, shortfalls, dirty levels. Tests with a number in their
 * name are the traces of STOCK.md, section 2.
 */
#define FX_DB 11
#include "stock_fixture.h"

static void order(struct fx *f, const char *id, int64_t units)
{
    fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "d1", "A", units);
    fx_run(f);
}

static struct str planned(struct fx *f, const char *id, int64_t units)
{
    return fx_plan(f, id, "HZ", "A", units).plan.parcels[0].shipment_id;
}

static void ship(struct fx *f, const char *id, struct str shipment, int64_t at)
{
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_PARCEL_SHIPPED, id);

    fact->shipment_id = shipment;
    fact->at = at;
}

/* ---- counts and movements ---- */

static void test_a_count_is_by_its_time(void **state)
{
    struct fx *f = *state;
    struct feed_body *late = fx_count(f, "A", "HZ", 7);

    fx_count(f, "A", "HZ", 5);
    late->at = f->now - 60000;
    fx_run(f);
    fx_assert_sku(f, "A", 5, 0, 5);
    fx_count(f, "A", "HZ", 9)->at = late->at; /* older than what is known */
    fx_count(f, "A", "GZ", 2);
    fx_run(f);
    fx_assert_sku(f, "A", 7, 0, 7);
    struct stock_sku_view view = fx_sku(f, "A");

    assert_int_equal(view.warehouse_count, 2);
    assert_str(view.warehouses[0].warehouse, "GZ");
    assert_int_equal(view.warehouses[0].units, 2);
    assert_int_equal(view.warehouses[1].units, 5);
}

/* Every order of arrival gives the same number. */
static void test_arrival_order_does_not_matter(void **state)
{
    struct fx *f = *state;
    int64_t t = f->now;

    for (int order_of = 0; order_of < 24; order_of++) {
        char sku[16];
        int left[4] = { 0, 1, 2, 3 }, n = order_of;

        (void)snprintf(sku, sizeof(sku), "S%d", order_of);
        for (int k = 4; k > 0; k--) {
            int which = left[n % k];

            left[n % k] = left[k - 1];
            n /= k;
            if (which == 0)
                fx_count(f, sku, "HZ", 10)->at = t + 10;
            if (which == 1)
                fx_move(f, sku, "HZ", "before", -3)->at = t + 5; /* the count has it */
            if (which == 2)
                fx_move(f, sku, "HZ", "after", -1)->at = t + 20;
            if (which == 3)
                fx_move(f, sku, "HZ", "in", 4)->at = t + 15;
            fx_run(f);
        }
        fx_assert_sku(f, sku, 13, 0, 13);
    }
}

static void test_a_movement_counts_once(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_move(f, "A", "HZ", "m1", -2);
    fx_move(f, "A", "HZ", "m1", -2);
    fx_run(f);
    fx_assert_sku(f, "A", 3, 0, 3);
    fx_move(f, "A", "HZ", "m1", -2);
    fx_run(f);
    fx_assert_sku(f, "A", 3, 0, 3);
    fx_count(f, "A", "HZ", 3);
    fx_run(f);
    fx_move(f, "A", "HZ", "m1", -2)->at = f->now - 3000; /* forgotten, and still not applied */
    fx_run(f);
    fx_assert_sku(f, "A", 3, 0, 3);
}

/* Shelf 2; the parcel leaves; a count of what is left then; whichever comes first. */
static void test_20_a_count_against_a_parcel_in_flight(void **state)
{
    struct fx *f = *state;

    for (int count_first = 0; count_first < 2; count_first++) {
        const char *id = count_first ? "o1" : "o2";

        fx_count(f, "A", "HZ", 2);
        order(f, id, 1);
        struct str shipment = planned(f, id, 1);
        int64_t left = f->now + 1000;

        f->now += 5000;
        if (count_first)
            fx_count(f, "A", "HZ", 1)->at = left + 1000;
        ship(f, id, shipment, left);
        if (!count_first)
            fx_count(f, "A", "HZ", 1)->at = left + 1000;
        fx_run(f);
        fx_assert_sku(f, "A", 1, 0, 1);
    }
}

static void test_20_a_count_taken_before_the_parcel_left(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 2);
    order(f, "o1", 1);
    struct str shipment = planned(f, "o1", 1);

    f->now += 5000;
    ship(f, "o1", shipment, f->now);
    fx_count(f, "A", "HZ", 2)->at = f->now - 3000; /* it still lay there, and arrives later */
    fx_run(f);
    fx_assert_sku(f, "A", 1, 0, 1);
}

static void test_42_one_issue_two_reports(void **state)
{
    struct fx *f = *state;

    for (int feed_first = 0; feed_first < 2; feed_first++) {
        const char *id = feed_first ? "o1" : "o2";

        fx_count(f, "A", "HZ", 5);
        order(f, id, 2);
        struct str shipment = planned(f, id, 2);
        struct str movement = arena_format(f->arena, "%.*s:A", STR_ARG(shipment));

        f->now += 1000;
        if (!feed_first)
            ship(f, id, shipment, f->now);
        fx_move(f, "A", "HZ", movement.data, -2);
        if (feed_first)
            ship(f, id, shipment, f->now);
        fx_run(f);
        fx_assert_sku(f, "A", 3, 0, 3);
        fx_forget(f);
        fx_assert_sku(f, "A", 3, 0, 3);
    }
}

static void test_38_the_movement_of_anothers_call(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_move(f, "A", "HZ", "m1", -2);
    struct stock_ask ask = f->asks[0];

    fx_call(f); /* Z, which dies before its journal */
    f->asks[f->count++] = ask;
    fx_run(f); /* W repeats it: known, and named in its row all the same */
    assert_int_equal(f->answers.trace.movement_count, 1);
    assert_str(f->answers.trace.movements[0].movement_id, "m1");
    fx_forget(f);
    fx_assert_sku(f, "A", 3, 0, 3);
}

static void test_39_no_guard_without_its_work(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    order(f, "o1", 1);
    struct str shipment = planned(f, "o1", 1);

    fx_move(f, "A", "HZ", "m1", 2);
    struct stock_ask ask = f->asks[0];

    fx_call(f); /* Z applies it and dies */
    ship(f, "o1", shipment, f->now);
    fx_run(f); /* V's row carries the scalars of A */
    fx_forget(f);
    f->asks[f->count++] = ask;
    fx_run(f); /* W repeats it */
    fx_assert_sku(f, "A", 6, 0, 6);
    fx_forget(f);
    fx_assert_sku(f, "A", 6, 0, 6);
}

static void test_40_a_parcels_movement_follows_from_its_record(void **state)
{
    struct fx *f = *state;
    struct fx_plan p;

    fx_count(f, "A", "HZ", 1);
    fx_count(f, "A", "GZ", 1);
    order(f, "o1", 2);
    fx_plan_init(f, &p, "o1", 1, "d1");
    fx_plan_parcel(&p, "HZ", "A", 1);
    fx_plan_parcel(&p, "GZ", "A", 1);
    struct stock_plan_answer plan = fx_plan_run(f, &p);

    ship(f, "o1", plan.plan.parcels[0].shipment_id, f->now + 1);
    struct stock_ask ask = f->asks[0];

    fx_call(f); /* Z books it and sleeps before the journal */
    assert_int_equal(fx_plan_run(f, &p).outcome, STOCK_PLAN_SAME); /* journals the record */
    fx_forget(f);
    f->asks[f->count++] = ask;
    fx_run(f);
    fx_assert_sku(f, "A", 1, 1, 0);
}

static void test_a_warehouse_nobody_counted(void **state)
{
    struct fx *f = *state;

    fx_move(f, "A", "XA", "m1", 3);
    fx_run(f);
    fx_assert_sku(f, "A", 3, 0, 3);
    order(f, "o1", 2);
    assert_int_equal(fx_order(f, "o1").state, STOCK_STATE_RESERVED);
    fx_forget(f);
    fx_assert_sku(f, "A", 3, 2, 1);
}

/* ---- who waits ---- */

static void test_freed_units_are_earmarked_by_priority_then_age(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 2);
    order(f, "o1", 2);
    order(f, "first", 1);
    order(f, "second", 1);
    fx_snapshot(f, "vip", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_ask(f)->priority = 1;
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 2);
    assert_int_equal(fx_sku(f, "A").earmarked, 2);
    fx_assert_sku(f, "A", 2, 0, 0);
    order(f, "newcomer", 1); /* can not take what is set aside */
    assert_int_equal(fx_order(f, "newcomer").state, STOCK_STATE_WAIT);
    fx_fact(f, EVENT_ORDER_RETRY, "vip");
    fx_fact(f, EVENT_ORDER_RETRY, "first");
    fx_fact(f, EVENT_ORDER_RETRY, "second");
    struct stock_answer *a = fx_run(f);

    assert_said(&a[0], 2, STOCK_STATE_RESERVED);
    assert_said(&a[1], 2, STOCK_STATE_RESERVED);
    assert_int_equal(a[2].outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_sku(f, "A").earmarked, 0);
    fx_assert_sku(f, "A", 2, 2, 0);
    assert_int_equal(fx_sweep(f, &nudges), 0);
}

static void test_17_a_lost_nudge_is_repeated(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 1);
    order(f, "o1", 1);
    order(f, "o2", 1);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_call(f); /* the worker dies, Redis forgets: an earmark is computed again */
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    fx_forget(f);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fx_sweep(f, &nudges), 1);
        assert_int_equal(nudges[0].kind, EVENT_ORDER_RETRY);
        assert_str(nudges[0].order_id, "o2");
    }
    fx_fact(f, EVENT_ORDER_RETRY, "o2");
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
}

static void test_an_earmark_dies_with_its_units(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 1);
    order(f, "o1", 1);
    order(f, "o2", 1);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    assert_int_equal(fx_sku(f, "A").earmarked, 1);
    fx_count(f, "A", "HZ", 0);
    fx_fact(f, EVENT_ORDER_RETRY, "o2");
    struct stock_answer *a = fx_run(f);

    assert_int_equal(f->answers.shortfall_count, 0); /* an earmark is no promise */
    assert_int_equal(a[1].outcome, STOCK_OUTCOME_SILENT);
    assert_int_equal(fx_sku(f, "A").earmarked, 0);
}

static void test_an_earmark_goes_when_its_order_ends(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 1);
    order(f, "o1", 1);
    order(f, "o2", 1);
    order(f, "o3", 1);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o1");
    fx_run(f);
    fx_fact(f, EVENT_ORDER_CANCELLED, "o2");
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_str(nudges[0].order_id, "o3");
    assert_int_equal(fx_sku(f, "A").earmarked, 1);
}

/* An order that is too big does not stand in the way of the next. */
static void test_a_big_order_hides_nobody(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 0);
    for (int i = 0; i < 600; i++) {
        char id[32];

        (void)snprintf(id, sizeof(id), "big%d", i);
        fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "d1", "A", 100);
    }
    fx_snapshot(f, "small", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    fx_count(f, "A", "HZ", 2);
    fx_run(f);
    for (int i = 0; i < 3 && fx_sweep(f, &nudges) == 0; i++)
        continue;
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_str(nudges[0].order_id, "small");
}

static void test_an_order_of_two_skus_waits_for_both(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;

    fx_count(f, "A", "HZ", 0);
    fx_count(f, "B", "HZ", 0);
    struct event *event = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", NULL, 0);

    fx_line(f, event, "L1", "A", 1);
    fx_line(f, event, "L2", "B", 1);
    fx_demand(f);
    fx_run(f);
    fx_count(f, "A", "HZ", 1);
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 0);
    fx_count(f, "B", "HZ", 1);
    fx_run(f);
    assert_int_equal(fx_sweep(f, &nudges), 1);
    fx_fact(f, EVENT_ORDER_RETRY, "o1");
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 1, 1, 0);
    fx_assert_sku(f, "B", 1, 1, 0);
}

/* The whole of it is in stock_bundle_test. */
static void test_an_unknown_sku_goes_on_when_it_is_mapped(void **state)
{
    struct fx *f = *state;
    struct event *body = NULL;

    fx_count(f, "A", "HZ", 1);
    body = fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "typo", 1);
    fx_run(f);
    fx_map(f, "typo", "A", 1);
    fx_fact(f, EVENT_ORDER_RETRY, "o1");
    struct stock_ask *ask = fx_ask(f);

    ask->order = &body->snapshot.order;
    ask->map = f->map;
    fx_assert(f, stock_demand(f->arena, f->map, ask->order, &ask->demand, &ask->demand_count,
                              &f->err));
    struct stock_answer *a = fx_run(f);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_str(a->claimed[0].sku, "A");
}

/* A short list has some of each kind: none keeps another waiting. */
static void test_no_nudge_keeps_another_waiting(void **state)
{
    struct fx *f = *state;
    struct stock_nudge *nudges = NULL;
    size_t count = 0;

    fx_count(f, "A", "HZ", 8);
    for (int i = 0; i < 6; i++) {
        char id[32];

        (void)snprintf(id, sizeof(id), "unpaid%d", i);
        fx_snapshot(f, id, ORDER_STAGE_UNPAID, 1, "d1", "A", 1);
        fx_ask(f)->hold_until = f->now;
    }
    fx_snapshot(f, "stuck", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    fx_run(f);
    fx_fact(f, EVENT_ORDER_UNROUTABLE, "stuck")->rev = 1;
    order(f, "waits", 1);
    fx_count(f, "A", "HZ", 9);
    fx_run(f);
    fx_assert(f, stock_store_sweep(f->stock, f->arena, f->now, 4, &nudges, &count, &f->err));
    assert_int_equal(count, 4);
    assert_int_equal(nudges[0].kind, EVENT_ORDER_HOLD_DUE);
    assert_int_equal(nudges[1].kind, EVENT_ORDER_REROUTE);
    assert_str(nudges[1].order_id, "stuck");
    assert_int_equal(nudges[2].kind, EVENT_ORDER_RETRY);
    assert_str(nudges[2].order_id, "waits");
    assert_int_equal(nudges[3].kind, EVENT_ORDER_HOLD_DUE);
}

/* ---- shortfalls ---- */

static void test_a_count_below_what_is_promised(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 800);
    fx_run(f);
    fx_snapshot(f, "vip", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    fx_ask(f)->priority = 1;
    fx_run(f);
    order(f, "old", 2);
    order(f, "new", 2);
    fx_count(f, "A", "HZ", 3);
    struct stock_ask ask = f->asks[0];

    fx_run(f);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(f->answers.shortfall_count, 1);
        assert_str(f->answers.shortfalls[0].sku, "A");
        assert_int_equal(f->answers.shortfalls[0].missing, 3);
        assert_int_equal(f->answers.shortfalls[0].as_of, f->now);
        assert_int_equal(f->answers.shortfalls[0].order_count, 2);
        assert_str(f->answers.shortfalls[0].orders[0], "new");
        assert_str(f->answers.shortfalls[0].orders[1], "old");
        f->asks[f->count++] = ask; /* the batch again: said again, with the same as-of */
        fx_run(f);
    }
    order(f, "late", 1);
    assert_int_equal(f->answers.shortfall_count, 0);
    assert_int_equal(fx_order(f, "late").state, STOCK_STATE_WAIT); /* below zero is zero */
}

/* What is missing later has other causes, and a count that found nothing missing never did. */
static void test_a_repeated_count_tells_what_it_told(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "GZ", 3);
    struct stock_ask harmless = f->asks[0];

    fx_count(f, "A", "HZ", 5);
    order(f, "old", 2);
    order(f, "new", 6);
    fx_count(f, "A", "HZ", 1);
    struct stock_ask guilty = f->asks[0];

    fx_run(f);
    assert_int_equal(f->answers.shortfall_count, 1);
    assert_int_equal(f->answers.shortfalls[0].missing, 4);
    fx_fact(f, EVENT_ORDER_CANCELLED, "new");
    fx_run(f);
    f->asks[f->count++] = harmless;
    fx_run(f);
    assert_int_equal(f->answers.shortfall_count, 0);
    f->asks[f->count++] = guilty;
    fx_run(f);
    assert_int_equal(f->answers.shortfall_count, 1);
    assert_int_equal(f->answers.shortfalls[0].missing, 4);
    assert_int_equal(f->answers.shortfalls[0].order_count, 1);
    assert_int_equal(f->answers.shortfalls[0].named_count, 1);
    assert_str(f->answers.shortfalls[0].orders[0], "new");
}

static void test_a_parcels_own_movement_makes_no_shortfall(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 1);
    order(f, "o1", 1);
    struct str shipment = planned(f, "o1", 1);
    struct str movement = arena_format(f->arena, "%.*s:A", STR_ARG(shipment));

    fx_move(f, "A", "HZ", movement.data, -1); /* the warehouse's feed is faster */
    fx_run(f);
    assert_int_equal(f->answers.shortfall_count, 0);
    fx_assert_sku(f, "A", 0, 1, -1);
    ship(f, "o1", shipment, f->now);
    fx_run(f);
    fx_assert_sku(f, "A", 0, 0, 0);
}

static void test_a_loss_makes_a_shortfall(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 2);
    order(f, "o1", 2);
    fx_move(f, "A", "HZ", "broken", -1);
    fx_run(f);
    assert_int_equal(f->answers.shortfall_count, 1);
    assert_int_equal(f->answers.shortfalls[0].missing, 1);
    assert_str(f->answers.shortfalls[0].orders[0], "o1");
}

/* ---- levels ---- */

/* Reads the levels of what is dirty in one partition of some, as reserve does before it tells. */
static size_t fx_levels(struct fx *f, int32_t partition, int32_t partitions, size_t count_max,
                        struct stock_sku_view **views_out)
{
    struct str *skus = NULL;
    size_t count = 0;

    fx_assert(f, stock_store_dirty(f->stock, f->arena, partition, partitions, count_max, &skus,
                                   &count, &f->err));
    *views_out = ARENA_ARRAY(f->arena, struct stock_sku_view, count + 1);
    fx_assert(f, stock_store_skus(f->stock, f->arena, skus, count, *views_out, &f->err));
    return count;
}

static void test_dirty_skus_by_partition(void **state)
{
    struct fx *f = *state;
    struct stock_sku_view *views;
    size_t count, all = 0;

    for (int i = 0; i < 40; i++) {
        char sku[16];

        (void)snprintf(sku, sizeof(sku), "S%d", i);
        fx_count(f, sku, "HZ", 5);
    }
    fx_run(f);
    for (int32_t p = 0; p < 3; p++) {
        count = fx_levels(f, p, 3, 1000, &views);
        assert_true(count > 0);
        all += count;
        fx_assert(f, stock_store_clean(f->stock, f->arena, views, count, &f->err));
        assert_int_equal(fx_levels(f, p, 3, 1000, &views), 0);
    }
    assert_int_equal(all, 40);
    fx_forget(f);
    assert_int_equal(fx_levels(f, 0, 1, 15, &views), 15); /* after a rebuild all, in parts */
}

/* A level that was read but never told stays dirty; so does one that changed while it was told. */
static void test_dirty_until_it_was_told(void **state)
{
    struct fx *f = *state;
    struct stock_sku_view *views;

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    assert_int_equal(fx_levels(f, 0, 1, 10, &views), 1);
    assert_int_equal(fx_levels(f, 0, 1, 10, &views), 1);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    fx_assert(f, stock_store_clean(f->stock, f->arena, views, 1, &f->err));
    assert_int_equal(fx_levels(f, 0, 1, 10, &views), 1);
    assert_int_equal(views[0].free, 4);
    fx_assert(f, stock_store_clean(f->stock, f->arena, views, 1, &f->err));
    assert_int_equal(fx_levels(f, 0, 1, 10, &views), 0);
}

static void test_the_store_lists_its_skus(void **state)
{
    struct fx *f = *state;
    struct str *skus = NULL;
    size_t count = 0;

    fx_count(f, "B", "HZ", 5);
    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_assert(f, stock_store_list(f->stock, f->arena, &skus, &count, &f->err));
    assert_int_equal(count, 2);
    assert_str(skus[0], "A");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_count_is_by_its_time),
        TEST(test_arrival_order_does_not_matter),
        TEST(test_a_movement_counts_once),
        TEST(test_20_a_count_against_a_parcel_in_flight),
        TEST(test_20_a_count_taken_before_the_parcel_left),
        TEST(test_42_one_issue_two_reports),
        TEST(test_38_the_movement_of_anothers_call),
        TEST(test_39_no_guard_without_its_work),
        TEST(test_40_a_parcels_movement_follows_from_its_record),
        TEST(test_a_warehouse_nobody_counted),
        TEST(test_freed_units_are_earmarked_by_priority_then_age),
        TEST(test_17_a_lost_nudge_is_repeated),
        TEST(test_an_earmark_dies_with_its_units),
        TEST(test_an_earmark_goes_when_its_order_ends),
        TEST(test_a_big_order_hides_nobody),
        TEST(test_an_order_of_two_skus_waits_for_both),
        TEST(test_an_unknown_sku_goes_on_when_it_is_mapped),
        TEST(test_no_nudge_keeps_another_waiting),
        TEST(test_a_count_below_what_is_promised),
        TEST(test_a_repeated_count_tells_what_it_told),
        TEST(test_a_parcels_own_movement_makes_no_shortfall),
        TEST(test_a_loss_makes_a_shortfall),
        TEST(test_dirty_skus_by_partition),
        TEST(test_dirty_until_it_was_told),
        TEST(test_the_store_lists_its_skus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
