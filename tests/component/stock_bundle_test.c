/*
 * Bundles and mapped codes: one line is several SKUs, claimed, refunded, planned and rebuilt as
 * one; a waiter goes on when its code is mapped.
 */
#define FX_DB 3
#include "stock_fixture.h"

#include "store/stock_stranger.h"

/* SET is 2 A and 1 B. */
static void map_set(struct fx *f)
{
    fx_map(f, "SET", "A", 2);
    fx_map(f, "SET", "B", 1);
}

static struct event *snapshot(struct fx *f, const char *id, int64_t version, const char *digest)
{
    return fx_snapshot(f, id, ORDER_STAGE_PAID, version, digest, NULL, 0);
}

/* An order of so many sets, asked with the map of now. */
static struct stock_answer *order_sets(struct fx *f, const char *id, int64_t sets)
{
    fx_line(f, snapshot(f, id, 1, "d1"), "L1", "SET", sets);
    fx_demand(f);
    return fx_run(f);
}

static void count(struct fx *f, const char *sku, const char *warehouse, int64_t units)
{
    fx_count(f, sku, warehouse, units);
    fx_run(f);
}

static int64_t refund_version;

static struct stock_answer *refund(struct fx *f, const char *id, const char *refund_id,
                                   const char *line, int64_t quantity)
{
    struct fact_body *fact = fx_fact(f, EVENT_ORDER_REFUND_CHANGED, id);

    fact->line_id = fx_str(f, line);
    fact->refund = (struct order_refund){ .id = fx_str(f, refund_id), .version = ++refund_version,
                                          .state = REFUND_STATE_AGREED, .quantity = quantity };
    return fx_run(f);
}

static void assert_claimed(const struct stock_answer *a, const char *sku, int64_t units)
{
    for (size_t i = 0; i < a->claimed_count; i++)
        if (str_is(a->claimed[i].sku, sku)) {
            assert_int_equal(a->claimed[i].units, units);
            return;
        }
    assert_int_equal(units, 0);
}

/* ---- the claim ---- */

static void a_bundle_is_claimed_whole_or_not_at_all(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 10);
    count(f, "B", "HZ", 2);
    assert_said(order_sets(f, "o1", 2), 1, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 10, 4, 6);
    fx_assert_sku(f, "B", 2, 2, 0);
    struct stock_answer *a = order_sets(f, "o2", 1); /* A would do, B is gone */

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_str(a->reason, "short");
    assert_str(a->shorts[0].sku, "B");
    fx_assert_sku(f, "A", 10, 4, 6);
    assert_false(fx_sku(f, "SET").known); /* the code itself is no SKU */
}

/* Two sets and one A beside them are five A: four are one short. */
static void a_bundle_and_its_part_are_one_demand(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 4);
    count(f, "B", "HZ", 9);
    struct event *event = snapshot(f, "o1", 1, "d1");

    fx_line(f, event, "L1", "SET", 2);
    fx_line(f, event, "L2", "A", 1);
    fx_demand(f);
    struct stock_answer *a = fx_run(f);

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_int_equal(a->short_count, 1);
    assert_str(a->shorts[0].sku, "A");
    assert_int_equal(a->shorts[0].needed, 5);
    assert_int_equal(a->shorts[0].free, 4);
    fx_assert_sku(f, "B", 9, 0, 9);
}

/* ---- refunds ---- */

static void a_refund_of_two_of_three_sets_releases_their_parts(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 10);
    count(f, "B", "HZ", 10);
    assert_said(order_sets(f, "o1", 3), 1, STOCK_STATE_RESERVED);
    struct stock_answer *a = refund(f, "o1", "r1", "L1", 2);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_claimed(a, "A", 2);
    assert_claimed(a, "B", 1);
    fx_assert_sku(f, "A", 10, 2, 8);
    fx_assert_sku(f, "B", 10, 1, 9);
    assert_said(refund(f, "o1", "r2", "L1", 1), 3, STOCK_STATE_CANCELLED);
    fx_assert_sku(f, "A", 10, 0, 10);
    fx_assert_sku(f, "B", 10, 0, 10);
}

static void a_refund_of_the_single_line_leaves_the_bundle(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 10);
    count(f, "B", "HZ", 10);
    struct event *event = snapshot(f, "o1", 1, "d1");

    fx_line(f, event, "L1", "SET", 1);
    fx_line(f, event, "L2", "A", 3);
    fx_demand(f);
    fx_run(f);
    struct stock_answer *a = refund(f, "o1", "r1", "L2", 1);

    assert_claimed(a, "A", 4);
    assert_claimed(a, "B", 1);
    a = refund(f, "o1", "r2", "L1", 1);
    assert_claimed(a, "A", 2);
    assert_claimed(a, "B", 0);
}

/* ---- plans ---- */

/* A from one warehouse, B from the other. */
static struct stock_plan_answer plan_apart(struct fx *f, const char *id, int64_t a, int64_t b)
{
    struct stock_order_view view = fx_order(f, id);
    struct fx_plan p;

    fx_plan_init(f, &p, id, view.rev, "");
    p.ask.digest = view.digest;
    fx_plan_parcel(&p, "HZ", "A", a);
    fx_plan_parcel(&p, "GZ", "B", b);
    return fx_plan_run(f, &p);
}

static struct stock_answer *leave(struct fx *f, const char *id, struct str shipment)
{
    fx_fact(f, EVENT_ORDER_PARCEL_SHIPPED, id)->shipment_id = shipment;
    return fx_run(f);
}

static void a_bundle_is_planned_over_two_warehouses(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 4);
    count(f, "B", "GZ", 2);
    order_sets(f, "o1", 2);
    struct stock_plan_answer plan = plan_apart(f, "o1", 4, 2);

    assert_int_equal(plan.outcome, STOCK_PLAN_NOTED);
    leave(f, "o1", plan.plan.parcels[0].shipment_id);
    fx_assert_sku(f, "A", 0, 0, 0);
    fx_assert_sku(f, "B", 2, 2, 0);
    fx_forget(f);
    struct stock_answer *a = leave(f, "o1", plan.plan.parcels[1].shipment_id);

    assert_int_equal(a->state, STOCK_STATE_SHIPPED);
    fx_assert_sku(f, "B", 0, 0, 0);
}

/* A part has left: the buyer has half a set, and it is not taken apart by a refund. */
static void a_bundle_that_has_partly_left_is_sent_whole(void **state)
{
    struct fx *f = *state;

    map_set(f);
    count(f, "A", "HZ", 2);
    count(f, "B", "GZ", 1);
    order_sets(f, "o1", 1);
    struct stock_plan_answer plan = plan_apart(f, "o1", 2, 1);

    leave(f, "o1", plan.plan.parcels[0].shipment_id);
    struct stock_answer *a = refund(f, "o1", "r1", "L1", 1);

    assert_int_equal(a->outcome, STOCK_OUTCOME_SILENT);
    fx_assert_sku(f, "B", 1, 1, 0);
    a = leave(f, "o1", plan.plan.parcels[1].shipment_id);
    assert_int_equal(a->state, STOCK_STATE_SHIPPED);
}

/* ---- a newer mapping ---- */

static void a_repeated_snapshot_keeps_the_mapping_it_was_claimed_by(void **state)
{
    struct fx *f = *state;

    count(f, "A", "HZ", 9);
    count(f, "B", "HZ", 9);
    count(f, "SET", "HZ", 9);
    assert_said(order_sets(f, "o1", 1), 1, STOCK_STATE_RESERVED); /* a SKU as it is */
    map_set(f);
    fx_line(f, snapshot(f, "o1", 2, "d1"), "L1", "SET", 1);
    fx_demand(f);
    assert_int_equal(fx_run(f)->outcome, STOCK_OUTCOME_SILENT);
    fx_assert_sku(f, "SET", 9, 1, 8);
    fx_line(f, snapshot(f, "o1", 3, "d2"), "L1", "SET", 1); /* another address */
    fx_demand(f);
    struct stock_answer *a = fx_run(f);

    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_claimed(a, "A", 2);
    assert_claimed(a, "SET", 0);
    fx_assert_sku(f, "SET", 9, 0, 9);
}

/* SET as its own SKU has left in part; by the new mapping it would be sent once more as A and B. */
static void what_has_begun_to_leave_keeps_its_mapping(void **state)
{
    struct fx *f = *state;

    count(f, "A", "HZ", 9);
    count(f, "B", "HZ", 9);
    count(f, "SET", "HZ", 9);
    order_sets(f, "o1", 2);
    struct stock_order_view view = fx_order(f, "o1");
    struct fx_plan p;

    fx_plan_init(f, &p, "o1", view.rev, "d1");
    fx_plan_parcel(&p, "HZ", "SET", 1);
    fx_plan_parcel(&p, "HZ", "SET", 1);
    struct stock_plan_answer plan = fx_plan_run(f, &p);

    assert_int_equal(plan.outcome, STOCK_PLAN_NOTED);
    leave(f, "o1", plan.plan.parcels[0].shipment_id);
    map_set(f);
    struct event *event = snapshot(f, "o1", 2, "d2");

    fx_line(f, event, "L1", "SET", 2);
    fx_line(f, event, "L2", "SET", 1); /* new, so by the new mapping */
    fx_demand(f);
    assert_int_equal(fx_run(f)->state, STOCK_STATE_REPLANNING);
    fx_fact(f, EVENT_ORDER_PARCEL_STOPPED, "o1")->shipment_id = plan.plan.parcels[1].shipment_id;
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a->state, STOCK_STATE_RESERVED);
    assert_claimed(a, "SET", 1);
    assert_claimed(a, "A", 2);
    assert_claimed(a, "B", 1);
}

/* ---- who waits for a code ---- */

static size_t strangers(struct fx *f, size_t page, struct stock_waiter *out)
{
    struct stock_waiter_cursor cursor = { .rank = 0 };
    size_t total = 0, pages = 0;

    do {
        struct stock_waiter *waiters = NULL;
        size_t some = 0;

        assert_true(++pages < 100);
        fx_assert(f, stock_store_strangers(f->stock, f->arena, page, &cursor, &waiters, &some,
                                           &f->err));
        assert_true(some <= page);
        for (size_t i = 0; i < some; i++)
            out[total++] = waiters[i];
    } while (cursor.sku.size > 0);
    return total;
}

static void only_waiters_for_unknown_skus_are_strangers(void **state)
{
    struct fx *f = *state;
    struct stock_waiter found[64];

    count(f, "A", "HZ", 0);
    for (int i = 0; i < 7; i++) {
        char id[16];

        (void)snprintf(id, sizeof(id), "x%d", i);
        fx_line(f, snapshot(f, id, 1, "d1"), "L1", i < 4 ? "X" : "Y", 1);
        fx_demand(f);
    }
    fx_snapshot(f, "short", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    for (size_t page = 1; page < 9; page++)
        assert_int_equal(strangers(f, page, found), 7);
    assert_str(found[0].digest, "d1");
    struct order *order = &snapshot(f, "x0", 1, "d1")->snapshot.order;

    f->count = 0;
    order->lines = &(struct order_line){ .line_id = STR("L1"), .merchant_code = STR("X"),
                                         .quantity = 1 };
    order->line_count = 1;
    assert_true(str_eq(found[0].lines, stock_lines_text(f->arena, NULL, order)));
    fx_map(f, "X", "A", 1);
    assert_false(str_eq(found[0].lines, stock_lines_text(f->arena, f->map, order)));
    count(f, "X", "HZ", 0); /* a count makes it known */
    assert_int_equal(strangers(f, 2, found), 3);
}

/* A retry that brings the body's demand by the map of now. */
static struct stock_answer *retry_mapped(struct fx *f, struct event *body)
{
    struct stock_ask *ask;

    fx_fact(f, EVENT_ORDER_RETRY, body->snapshot.order.order_id.data);
    ask = fx_ask(f);
    ask->order = &body->snapshot.order;
    ask->map = f->map;
    fx_assert(f, stock_demand(f->arena, f->map, ask->order, &ask->demand, &ask->demand_count,
                              &f->err));
    return fx_run(f);
}

static void a_waiter_goes_on_when_its_code_is_mapped(void **state)
{
    struct fx *f = *state;
    struct event *body = snapshot(f, "o1", 1, "d1");

    fx_line(f, body, "L1", "SET", 2);
    fx_demand(f);
    struct stock_answer *a = fx_run(f);

    assert_said(a, 1, STOCK_STATE_WAIT);
    assert_str(a->reason, "unknown_sku");
    count(f, "A", "HZ", 4);
    count(f, "B", "HZ", 2);
    map_set(f);
    a = retry_mapped(f, body);
    assert_said(a, 2, STOCK_STATE_RESERVED);
    assert_claimed(a, "A", 4);
    assert_claimed(a, "B", 2);
    struct stock_ask again = { .event = f->events[0] };

    fx_forget(f);
    fx_assert_sku(f, "A", 4, 4, 0);
    f->asks[f->count++] = again; /* the retry once more: what it said */
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    a = refund(f, "o1", "r1", "L1", 1); /* its lines are the mapped ones */
    assert_claimed(a, "A", 2);
    assert_claimed(a, "B", 1);
}

/* One line's code was unknown, the other's SKU is short: mapped, it waits for units alone. */
static void a_mapped_waiter_may_still_be_short(void **state)
{
    struct fx *f = *state;

    count(f, "A", "HZ", 4);
    count(f, "C", "HZ", 0);
    struct event *body = snapshot(f, "o1", 1, "d1");

    fx_line(f, body, "L1", "NEW", 2);
    fx_line(f, body, "L2", "C", 1);
    fx_demand(f);
    assert_str(fx_run(f)->reason, "unknown_sku");
    fx_map(f, "NEW", "A", 2);
    struct stock_answer *a = retry_mapped(f, body);

    assert_said(a, 2, STOCK_STATE_WAIT);
    assert_str(a->reason, "short");
    assert_int_equal(a->short_count, 1);
    assert_str(a->shorts[0].sku, "C");
    struct stock_nudge *nudges = NULL;

    count(f, "C", "HZ", 1);
    assert_int_equal(fx_sweep(f, &nudges), 1);
    fx_fact(f, EVENT_ORDER_RETRY, "o1");
    a = fx_run(f);
    assert_said(a, 3, STOCK_STATE_RESERVED);
    assert_claimed(a, "A", 4);
}

/* A body that is not the record's any more says nothing of it. */
static void a_stale_body_maps_nothing(void **state)
{
    struct fx *f = *state;
    struct event *body = snapshot(f, "o1", 1, "d1");

    fx_line(f, body, "L1", "NEW", 2);
    fx_demand(f);
    fx_line(f, snapshot(f, "o1", 2, "d2"), "L1", "OTHER", 1);
    fx_demand(f);
    fx_run(f);
    count(f, "A", "HZ", 4);
    fx_map(f, "NEW", "A", 2);
    assert_int_equal(retry_mapped(f, body)->outcome, STOCK_OUTCOME_SILENT);
    fx_assert_sku(f, "A", 4, 0, 4);
}

/* An order that has been claimed is not mapped anew by a late nudge. */
static void a_late_nudge_changes_no_claim(void **state)
{
    struct fx *f = *state;
    struct event *body = snapshot(f, "o1", 1, "d1");

    fx_line(f, body, "L1", "SET", 1);
    fx_demand(f);
    fx_run(f);
    count(f, "SET", "HZ", 1);
    count(f, "A", "HZ", 4);
    count(f, "B", "HZ", 4);
    fx_fact(f, EVENT_ORDER_RETRY, "o1");
    assert_said(fx_run(f), 2, STOCK_STATE_RESERVED);
    map_set(f);
    assert_int_equal(retry_mapped(f, body)->outcome, STOCK_OUTCOME_SILENT);
    fx_assert_sku(f, "SET", 1, 1, 0);
    fx_assert_sku(f, "A", 4, 0, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bundle_is_claimed_whole_or_not_at_all, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_bundle_and_its_part_are_one_demand, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_refund_of_two_of_three_sets_releases_their_parts,
                                        fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refund_of_the_single_line_leaves_the_bundle, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_bundle_is_planned_over_two_warehouses, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_bundle_that_has_partly_left_is_sent_whole, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_repeated_snapshot_keeps_the_mapping_it_was_claimed_by,
                                        fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_has_begun_to_leave_keeps_its_mapping, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(only_waiters_for_unknown_skus_are_strangers, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_waiter_goes_on_when_its_code_is_mapped, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_mapped_waiter_may_still_be_short, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_stale_body_maps_nothing, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_late_nudge_changes_no_claim, fx_setup, fx_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
