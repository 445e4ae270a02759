/* What a fact asks of the stock and what its answer announces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reserve/reserve_decide.h"

static const struct reserve_policy policy = { .hold_ms = 1800000, .vip = { "vip", 3 } };

static int setup(void **state)
{
    *state = arena_open(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

static struct order_line lines[2] = {
    { .line_id = { "1", 1 }, .merchant_code = { "SKU-A", 5 }, .quantity = 2,
      .kind = LINE_KIND_SPOT, .stage = ORDER_STAGE_UNPAID },
    { .line_id = { "2", 1 }, .merchant_code = { "SKU-A", 5 }, .quantity = 3,
      .kind = LINE_KIND_SPOT, .stage = ORDER_STAGE_UNPAID },
};

static struct event snapshot_of(enum order_stage stage)
{
    return (struct event){
        .kind = EVENT_ORDER_SNAPSHOT_TAKEN,
        .key = STR("douyin:1:2"),
        .time_ms = 5000,
        .trace = STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        .entered_ms = 4000,
        .snapshot.order = {
            .order_id = STR("douyin:1:2"), .channel = STR("douyin"), .shop = STR("1"),
            .platform_id = STR("2"), .stage = stage, .placed_at = 1000,
            .lines = lines, .line_count = 2,
        },
    };
}

static struct reserve_claim claim_of(struct arena *arena, const struct event *event)
{
    struct reserve_claim claim;
    struct err err;

    assert_true(reserve_decide_claim(arena, event, &policy, &claim, &err));
    return claim;
}

/* Two lines of one SKU are one demand (STOCK.md, Counting). */
static void demand_is_summed_per_sku(void **state)
{
    struct event event = snapshot_of(ORDER_STAGE_PAID);
    struct reserve_claim claim = claim_of(*state, &event);

    assert_int_equal(claim.demand_count, 1);
    assert_true(str_is(claim.demand[0].sku, "SKU-A"));
    assert_int_equal(claim.demand[0].units, 5);
}

/* A code of the shop is what the map of now says. */
static void demand_is_of_the_mapped_skus(void **state)
{
    struct sku_part parts[] = { { STR("CUP"), 2 }, { STR("LID"), 1 } };
    struct sku_row row = { .channel = STR("douyin"), .code = STR("SKU-A"), .version = 1,
                           .parts = { .items = parts, .count = 2 } };
    struct reserve_policy mapped = policy;
    struct event event = snapshot_of(ORDER_STAGE_PAID);
    struct reserve_claim claim;
    struct err err;

    mapped.map = sku_map_build(*state, &row, 1, 1);
    assert_true(reserve_decide_claim(*state, &event, &mapped, &claim, &err));
    assert_int_equal(claim.demand_count, 2);
    assert_int_equal(claim.demand[0].units, 10);
    assert_int_equal(claim.demand[1].units, 5);
}

static void unpaid_holds_until_the_shop_says(void **state)
{
    struct event event = snapshot_of(ORDER_STAGE_UNPAID);

    event.snapshot.order.pay_until = 99000;
    assert_int_equal(claim_of(*state, &event).hold_until, 99000);
}

static void unpaid_without_an_end_holds_by_policy(void **state)
{
    struct event event = snapshot_of(ORDER_STAGE_UNPAID);

    assert_int_equal(claim_of(*state, &event).hold_until, 1000 + 1800000);
}

static void paid_and_risk_held_orders_have_no_end(void **state)
{
    struct event paid = snapshot_of(ORDER_STAGE_PAID);
    struct event risk = snapshot_of(ORDER_STAGE_RISK_HOLD);

    assert_int_equal(claim_of(*state, &paid).hold_until, 0);
    assert_int_equal(claim_of(*state, &risk).hold_until, 0);
}

static void vip_goes_first(void **state)
{
    struct event event = snapshot_of(ORDER_STAGE_PAID);

    assert_int_equal(claim_of(*state, &event).priority, 0);
    event.snapshot.order.buyer_level = STR("vip");
    assert_int_equal(claim_of(*state, &event).priority, 1);
}

static void a_fact_without_an_order_claims_nothing(void **state)
{
    struct event event = { .kind = EVENT_ORDER_CANCELLED, .fact = { .order_id = STR("a:b:c") } };
    struct reserve_claim claim = claim_of(*state, &event);

    assert_int_equal(claim.demand_count, 0);
    assert_int_equal(claim.hold_until, 0);
}

/* A walk of one page: did it take place, as a fresh one? */
static bool walks(struct reserve_walk *walk, int64_t version, int64_t now_ms, bool finds)
{
    bool is_fresh;

    if (!reserve_decide_walk(walk, version, now_ms, &is_fresh))
        return false;
    assert_true(is_fresh);
    walk->found = finds;
    walk->walking = false;
    return true;
}

static void a_new_map_is_walked_until_nothing_is_found(void **state)
{
    struct reserve_walk walk = { .walking = false };

    (void)state;
    assert_false(walks(&walk, 0, 1000, false)); /* nothing was ever mapped */
    assert_true(walks(&walk, 1, 1000, true));
    assert_true(walks(&walk, 1, 1500, true));
    assert_true(walks(&walk, 1, 2000, false));
    assert_false(walks(&walk, 1, 2500, false));
    assert_true(walks(&walk, 2, 3000, false)); /* another map */
    assert_false(walks(&walk, 2, 3500, false));
    assert_false(walks(&walk, 2, 3000 + RESERVE_WALK_EVERY_MS - 1, false));
    assert_true(walks(&walk, 2, 3000 + RESERVE_WALK_EVERY_MS, true)); /* who came meanwhile */
    assert_true(walks(&walk, 2, 3500 + RESERVE_WALK_EVERY_MS, false));
}

/* What a nudge does not move is not nudged for ever. */
static void a_walk_that_always_finds_slows_down(void **state)
{
    struct reserve_walk walk = { .walking = false };
    int64_t now_ms = 1000;
    size_t count = 0;

    (void)state;
    while (walks(&walk, 7, now_ms, true)) {
        now_ms += 500;
        assert_true(++count <= RESERVE_WALKS_AT_ONCE);
    }
    assert_int_equal(count, RESERVE_WALKS_AT_ONCE);
    assert_true(walks(&walk, 7, now_ms + RESERVE_WALK_EVERY_MS, true));
    assert_false(walks(&walk, 7, now_ms + RESERVE_WALK_EVERY_MS + 500, true));
}

static void a_walk_under_way_goes_on_page_by_page(void **state)
{
    struct reserve_walk walk = { .walking = false };
    bool is_fresh;

    (void)state;
    assert_true(reserve_decide_walk(&walk, 1, 1000, &is_fresh) && is_fresh);
    assert_true(reserve_decide_walk(&walk, 1, 1500, &is_fresh) && !is_fresh);
    assert_true(reserve_decide_walk(&walk, 2, 2000, &is_fresh) && is_fresh); /* from the start */
    assert_int_equal(walk.walks, 1);
}

static void who_waits_or_is_unpaid_stops_here(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_RESERVED, .paid = true };

    (void)state;
    assert_false(reserve_decide_stops(&answer));
    answer.paid = false;
    assert_true(reserve_decide_stops(&answer));
    answer = (struct answer_body){ .state = STOCK_STATE_WAIT, .paid = true };
    assert_true(reserve_decide_stops(&answer));
    answer.state = STOCK_STATE_CANCELLED;
    assert_false(reserve_decide_stops(&answer));
    answer = (struct answer_body){ .state = STOCK_STATE_RESERVED, .paid = true,
                                   .reason = STR("sent_elsewhere") };
    assert_true(reserve_decide_stops(&answer));
}

static void an_answer_has_the_id_of_its_rev(void **state)
{
    struct event cause = snapshot_of(ORDER_STAGE_PAID);
    struct answer_body said = { .order_id = STR("douyin:1:2"), .rev = 3,
                                .state = STOCK_STATE_RESERVED };
    struct event first = reserve_conclude(*state, &cause, &said, 5000);
    struct event again = reserve_conclude(*state, &cause, &said, 5000);

    assert_true(str_eq(first.id, again.id));
    assert_int_equal(first.time_ms, 5000);
    assert_int_equal(first.entered_ms, 4000);
    assert_true(str_eq(first.trace, cause.trace));
    said.rev = 4;
    assert_false(str_eq(first.id, reserve_conclude(*state, &cause, &said, 5000).id));
}

static void a_person_is_told_when_the_order_moved_on(void **state)
{
    struct event cause = { .kind = EVENT_ORDER_APPROVED, .time_ms = 7,
                           .fact = { .order_id = STR("a:b:c"), .rev = 2,
                                     .request_id = STR("req-1") } };
    struct event alert;

    assert_true(reserve_conclude_moved_on(*state, &cause, &alert));
    assert_int_equal(alert.kind, EVENT_ALERT_RAISED);
    assert_true(str_is(alert.alert.subject, "req-1"));
    assert_true(str_is(alert.alert.order_id, "a:b:c"));
    assert_int_equal(alert.alert.reason_count, 1);
}

static void a_nudge_that_came_too_late_tells_nobody(void **state)
{
    struct event cause = { .kind = EVENT_ORDER_RETRY, .fact = { .order_id = STR("a:b:c") } };
    struct event alert;

    assert_false(reserve_conclude_moved_on(*state, &cause, &alert));
}

static void a_shortfall_names_the_first_and_counts_the_rest(void **state)
{
    struct str orders[25];
    for (size_t i = 0; i < 25; i++)
        orders[i] = arena_format(*state, "o-%zu", i);
    struct event alert = reserve_conclude_shortfall(*state, STR("SKU-A"), 800, 9000, orders, 25);

    assert_int_equal(alert.alert.reason_count, 21);
    assert_true(str_is(alert.alert.reasons[0].text, "o-0"));
    assert_true(str_has(alert.alert.reasons[20].text, '5'));
    assert_true(str_is(alert.alert.subject, "SKU-A"));
    assert_int_equal(alert.time_ms, 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demand_is_summed_per_sku),
        cmocka_unit_test(demand_is_of_the_mapped_skus),
        cmocka_unit_test(a_new_map_is_walked_until_nothing_is_found),
        cmocka_unit_test(a_walk_that_always_finds_slows_down),
        cmocka_unit_test(a_walk_under_way_goes_on_page_by_page),
        cmocka_unit_test(unpaid_holds_until_the_shop_says),
        cmocka_unit_test(unpaid_without_an_end_holds_by_policy),
        cmocka_unit_test(paid_and_risk_held_orders_have_no_end),
        cmocka_unit_test(vip_goes_first),
        cmocka_unit_test(a_fact_without_an_order_claims_nothing),
        cmocka_unit_test(who_waits_or_is_unpaid_stops_here),
        cmocka_unit_test(an_answer_has_the_id_of_its_rev),
        cmocka_unit_test(a_person_is_told_when_the_order_moved_on),
        cmocka_unit_test(a_nudge_that_came_too_late_tells_nobody),
        cmocka_unit_test(a_shortfall_names_the_first_and_counts_the_rest),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
