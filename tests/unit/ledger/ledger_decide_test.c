/*
 * ledger_decide: what each event says, and that the order of events within a batch does not matter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "ledger/ledger_decide.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_open(1 << 24);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

#define EVENTS_MAX 16

static struct ledger_rows decide(const struct event *events, size_t count)
{
    const struct event *originals[EVENTS_MAX] = { NULL };

    assert_true(count <= EVENTS_MAX);
    return ledger_decide(arena, events, count, originals);
}

static const struct gate_mark *mark_of(const struct ledger_rows *rows, enum gate gate)
{
    for (size_t i = 0; i < rows->mark_count; i++) {
        if (rows->marks[i].gate == gate)
            return &rows->marks[i];
    }
    return NULL;
}

static void assert_gate(const struct ledger_rows *rows, enum gate gate, enum gate_state state,
                        const char *reason)
{
    const struct gate_mark *mark = mark_of(rows, gate);

    assert_non_null(mark);
    assert_int_equal(mark->state, state);
    if (!str_is(mark->reason, reason))
        fail_msg("gate %s: \"%.*s\", expected \"%s\"", gate_name(gate), STR_ARG(mark->reason),
                 reason);
}

static struct order_line line = { .line_id = STR("1"), .quantity = 2, .kind = LINE_KIND_SPOT };

static struct order order_of(enum order_stage stage, int64_t version)
{
    return (struct order){
        .order_id = STR("c:s:1"),
        .channel = STR("c"),
        .shop = STR("s"),
        .platform_id = STR("1"),
        .stage = stage,
        .version = version,
        .lines = &line,
        .line_count = 1,
        .json = STR("{}"),
    };
}

static struct event snapshot_of(enum order_stage stage, int64_t version, int64_t offset)
{
    return (struct event){
        .kind = EVENT_ORDER_SNAPSHOT_TAKEN,
        .id = STR("snap"),
        .time_ms = version,
        .entered_ms = 70 + version,
        .origin = { .topic = TOPIC_ORDERS_CHANGES, .partition = 1, .generation = 1,
                    .offset = offset },
        .snapshot = { .order = order_of(stage, version), .raw_offset = offset },
    };
}

static struct event answer_of(enum event_kind kind, int64_t rev, enum stock_state state)
{
    return (struct event){
        .kind = kind,
        .id = arena_format(arena, "%s-%lld", event_kind_name(kind), (long long)rev),
        .time_ms = 1000 + rev,
        .origin = { .topic = event_kind_topic(kind), .generation = 1, .offset = rev },
        .answer = { .order_id = STR("c:s:1"), .rev = rev, .state = state, .paid = true,
                    .digest = STR("d"), .order = order_of(ORDER_STAGE_PAID, rev) },
    };
}

/* ---- snapshots ---- */

static void a_snapshot_makes_an_order_of_rev_0(void **state)
{
    struct event event = snapshot_of(ORDER_STAGE_UNPAID, 10, 4);
    struct ledger_rows rows = decide(&event, 1);

    (void)state;
    assert_int_equal(rows.order_count, 1);
    assert_int_equal(rows.orders[0].rev, 0);
    assert_int_equal(rows.orders[0].state, STOCK_STATE_NONE);
    assert_int_equal(rows.orders[0].entered_at, 80);
    assert_false(rows.orders[0].paid);
    assert_gate(&rows, GATE_PAYMENT, GATE_STATE_OPEN, "");
    assert_int_equal(rows.trail_count, 0);
    assert_int_equal(rows.offset_count, 1);
    assert_int_equal(rows.offsets[0].next, 5);
}

static void of_two_snapshots_the_newer_stands_with_the_first_entry(void **state)
{
    struct event events[] = { snapshot_of(ORDER_STAGE_PAID, 10, 5),
                              snapshot_of(ORDER_STAGE_UNPAID, 10, 9),
                              snapshot_of(ORDER_STAGE_UNPAID, 8, 12) };
    struct ledger_rows rows = decide(events, 3);

    (void)state;
    assert_int_equal(rows.order_count, 1);
    assert_int_equal(rows.orders[0].order->stage, ORDER_STAGE_PAID);
    assert_int_equal(rows.orders[0].entered_at, 78);
    assert_int_equal(rows.offset_count, 1);
    assert_int_equal(rows.offsets[0].next, 13);
}

static void payment_follows_the_stage(void **state)
{
    static const struct {
        enum order_stage stage;
        enum gate_state gate;
        const char *reason;
    } cases[] = {
        { ORDER_STAGE_UNPAID, GATE_STATE_OPEN, "" },
        { ORDER_STAGE_DEPOSIT_PAID, GATE_STATE_OPEN, "deposit paid" },
        { ORDER_STAGE_RISK_HOLD, GATE_STATE_STOPPED, "risk hold by the platform" },
        { ORDER_STAGE_PAID, GATE_STATE_PASSED, "" },
        { ORDER_STAGE_SHIPPED, GATE_STATE_PASSED, "" },
        { ORDER_STAGE_FINISHED, GATE_STATE_PASSED, "" },
        { ORDER_STAGE_CLOSED, GATE_STATE_STOPPED, "closed by shop" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct event event = snapshot_of(cases[i].stage, 1, 1);
        struct ledger_rows rows = decide(&event, 1);

        assert_gate(&rows, GATE_PAYMENT, cases[i].gate, cases[i].reason);
    }
}

/* ---- reserved ---- */

static void stock_follows_the_state(void **state)
{
    static const struct {
        enum stock_state state;
        const char *word;
        enum gate_state gate;
        const char *reason;
        bool judged_anew;
    } cases[] = {
        { STOCK_STATE_RESERVED, "", GATE_STATE_PASSED, "", true },
        { STOCK_STATE_WAIT, "unknown_sku", GATE_STATE_STOPPED, "unknown_sku", true },
        { STOCK_STATE_WAIT, "", GATE_STATE_STOPPED, "short", true },
        { STOCK_STATE_PRESOLD, "", GATE_STATE_STOPPED, "presold", true },
        { STOCK_STATE_EXPIRED, "unpaid_expired", GATE_STATE_STOPPED, "unpaid_expired", true },
        { STOCK_STATE_CANCELLING, "by_person", GATE_STATE_STOPPED, "by_person", false },
        { STOCK_STATE_REPLANNING, "", GATE_STATE_PASSED, "", false },
        { STOCK_STATE_REFUSED, "", GATE_STATE_STOPPED, "refused", false },
        { STOCK_STATE_REJECTED, "rejected", GATE_STATE_STOPPED, "rejected", false },
        { STOCK_STATE_CANCELLED, "", GATE_STATE_STOPPED, "cancelled", false },
        { STOCK_STATE_SHIPPED, "", GATE_STATE_PASSED, "", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct event event = answer_of(EVENT_ORDER_RESERVED, 3, cases[i].state);
        struct ledger_rows rows;

        event.answer.reason = str_of(cases[i].word);
        rows = decide(&event, 1);
        assert_gate(&rows, GATE_STOCK, cases[i].gate, cases[i].reason);
        assert_gate(&rows, GATE_PAYMENT, GATE_STATE_PASSED, "");
        assert_int_equal(mark_of(&rows, GATE_ANOMALY) != NULL, cases[i].judged_anew);
        assert_int_equal(mark_of(&rows, GATE_WAREHOUSE) != NULL,
                         cases[i].state == STOCK_STATE_REPLANNING);
    }
}

static void a_short_order_names_what_is_missing(void **state)
{
    struct stock_short shorts[] = { { STR("A"), 3, 1 }, { STR("B"), 2, -5 }, { STR("C"), 1, 0 },
                                    { STR("D"), 1, 0 } };
    struct event event = answer_of(EVENT_ORDER_RESERVED, 1, STOCK_STATE_WAIT);
    struct ledger_rows rows;

    (void)state;
    event.answer.reason = STR("short");
    event.answer.shorts = shorts;
    event.answer.short_count = 4;
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_STOCK, GATE_STATE_STOPPED, "short: A 3/1, B 2/0, C 1/0, +1");
    assert_int_equal(rows.orders[0].short_units, 2 + 2 + 1 + 1);
}

static void a_shop_that_closes_an_unpaid_order_stops_payment(void **state)
{
    struct event event = answer_of(EVENT_ORDER_RESERVED, 2, STOCK_STATE_CANCELLED);
    struct ledger_rows rows;

    (void)state;
    event.answer.paid = false;
    event.answer.reason = STR("by_shop");
    event.answer.order.stage = ORDER_STAGE_UNPAID;
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_PAYMENT, GATE_STATE_STOPPED, "closed by shop");
    event.answer.reason = STR("by_person");
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_PAYMENT, GATE_STATE_OPEN, "");
}

static void claims_and_names_come_with_the_answer(void **state)
{
    struct stock_units claims[] = { { STR("A"), 2 } };
    struct event event = answer_of(EVENT_ORDER_RESERVED, 1, STOCK_STATE_RESERVED);
    struct message message = { .time_ms = 4444 };
    struct ledger_rows rows;

    (void)state;
    event.message = &message;
    event.answer.claimed = claims;
    event.answer.claimed_count = 1;
    event.answer.order.json = STR_NONE; /* without a body */
    rows = decide(&event, 1);
    assert_null(rows.orders[0].order);
    assert_true(str_is(rows.orders[0].channel, "c") && str_is(rows.orders[0].shop, "s")
                && str_is(rows.orders[0].platform_id, "1"));
    assert_int_equal(rows.orders[0].claim_count, 1);
    assert_int_equal(rows.orders[0].claims[0].granted_at, 4444);
    assert_false(rows.orders[0].claims[0].anew);
}

/* Whether two revs are read in one batch or in two, a claim was granted at the same time. */
static void a_claim_keeps_the_time_it_was_granted(void **state)
{
    struct stock_units two[] = { { STR("A"), 2 } }, three[] = { { STR("A"), 3 } };
    struct message messages[4] = { { .time_ms = 10 }, { .time_ms = 20 }, { .time_ms = 30 },
                                   { .time_ms = 40 } };
    struct event events[4];
    struct ledger_rows rows;

    (void)state;
    for (int i = 0; i < 4; i++) {
        events[i] = answer_of(EVENT_ORDER_RESERVED, i + 1, STOCK_STATE_RESERVED);
        events[i].message = &messages[i];
        events[i].answer.claimed = two;
        events[i].answer.claimed_count = 1;
    }
    rows = decide(events, 4);
    assert_int_equal(rows.orders[0].claims[0].granted_at, 10);
    assert_false(rows.orders[0].claims[0].anew);

    events[1].answer.claimed = three; /* grew, and shrank again */
    rows = decide(events, 4);
    assert_int_equal(rows.orders[0].claims[0].granted_at, 20);
    assert_true(rows.orders[0].claims[0].anew);

    events[2].answer.claimed_count = 0; /* was gone in between */
    rows = decide(events, 4);
    assert_int_equal(rows.orders[0].claims[0].granted_at, 40);
    assert_true(rows.orders[0].claims[0].anew);
}

/* ---- screened, routed ---- */

static void verdicts_set_the_anomaly_gate(void **state)
{
    struct verdict_reason reasons[] = { { STR("price_floor"), STR("单价过低") },
                                        { STR("quantity"), STR("件数过多") } };
    struct event event = answer_of(EVENT_ORDER_SCREENED, 4, STOCK_STATE_RESERVED);
    struct ledger_rows rows;

    (void)state;
    event.answer.verdict = (struct verdict){ .kind = VERDICT_KIND_CLEAR,
                                             .rules_version = STR("v7") };
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_ANOMALY, GATE_STATE_PASSED, "rules v7");
    assert_int_equal(rows.decision_count, 0);
    assert_int_equal(rows.order_count, 0);

    event.answer.verdict = (struct verdict){ .kind = VERDICT_KIND_HELD, .reasons = reasons,
                                             .reason_count = 2, .rules_version = STR("v7") };
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_ANOMALY, GATE_STATE_STOPPED, "held: price_floor, quantity");
    assert_int_equal(rows.decision_count, 1);
    assert_true(str_is(rows.decisions[0].kind, "verdict.held"));
    assert_true(str_is(rows.decisions[0].reason, "price_floor: 单价过低; quantity: 件数过多"));

    event.answer.verdict.kind = VERDICT_KIND_NONE; /* passed on unjudged */
    rows = decide(&event, 1);
    assert_int_equal(rows.mark_count + rows.trail_count + rows.decision_count, 0);
}

static void an_answer_beats_the_opening_of_its_rev(void **state)
{
    struct event events[] = { answer_of(EVENT_ORDER_SCREENED, 4, STOCK_STATE_RESERVED),
                              answer_of(EVENT_ORDER_RESERVED, 4, STOCK_STATE_RESERVED) };
    struct ledger_rows rows;

    (void)state;
    events[0].answer.verdict.kind = VERDICT_KIND_CLEAR;
    rows = decide(events, 2);
    assert_gate(&rows, GATE_ANOMALY, GATE_STATE_PASSED, "");
    events[1] = answer_of(EVENT_ORDER_RESERVED, 5, STOCK_STATE_RESERVED);
    rows = decide(events, 2);
    assert_gate(&rows, GATE_ANOMALY, GATE_STATE_OPEN, "");
}

static struct stock_units parcel_items[] = { { STR("A"), 2 } };

static struct event routed_of(struct parcel *parcels, size_t count)
{
    struct event event = answer_of(EVENT_ORDER_ROUTED, 5, STOCK_STATE_RESERVED);

    event.entered_ms = 900;
    event.answer.plan = (struct plan){ .number = 1, .noted_rev = 5, .reason = STR("最近"),
                                       .parcels = parcels, .parcel_count = count };
    return event;
}

static void a_plan_passes_warehouse_and_carrier(void **state)
{
    struct parcel parcels[] = {
        { .shipment_id = STR("p2"), .warehouse = STR("SH"), .carrier = STR("SF"),
          .items = parcel_items, .item_count = 1 },
        { .shipment_id = STR("p1"), .warehouse = STR("GZ"), .carrier = STR("SF") },
    };
    struct event event = routed_of(parcels, 2);
    struct ledger_rows rows = decide(&event, 1);

    (void)state;
    assert_gate(&rows, GATE_WAREHOUSE, GATE_STATE_PASSED, "SH, GZ");
    assert_gate(&rows, GATE_CARRIER, GATE_STATE_PASSED, "SF");
    assert_int_equal(rows.plan_count, 1);
    assert_int_equal(rows.plans[0].entered_at, 900);
    assert_int_equal(rows.plans[0].parcel_count, 2);
    assert_int_equal(rows.parcel_count, 2);
    assert_true(str_is(rows.parcels[0].shipment_id, "p1")); /* sorted */
    assert_int_equal(rows.parcels[0].plan_number, 1);

    parcels[1].carrier = STR_NONE;
    rows = decide(&event, 1);
    assert_gate(&rows, GATE_CARRIER, GATE_STATE_OPEN, "SF");
}

static void no_warehouse_stops_the_gate(void **state)
{
    struct event event = {
        .kind = EVENT_ORDER_UNROUTABLE,
        .id = STR("u"),
        .fact = { .order_id = STR("c:s:1"), .rev = 4, .reason = STR("no_warehouse") },
    };
    struct ledger_rows rows = decide(&event, 1);

    (void)state;
    assert_gate(&rows, GATE_WAREHOUSE, GATE_STATE_STOPPED, "unroutable: no_warehouse");
    assert_int_equal(mark_of(&rows, GATE_WAREHOUSE)->rev, 4);
}

/* ---- parcels ---- */

static struct event scan_of(enum event_kind kind, int64_t at)
{
    return (struct event){
        .kind = kind,
        .id = STR("scan"),
        .scan = { .shipment_id = STR("p"), .order_id = STR("c:s:1"), .warehouse = STR("wrong"),
                  .waybill = STR("W1"), .at = at },
    };
}

static struct event planned_of(enum event_kind kind, int64_t rev)
{
    return (struct event){
        .kind = kind,
        .id = STR("plan"),
        .time_ms = 33,
        .shipment = { .shipment_id = STR("p"), .order_id = STR("c:s:1"), .warehouse = STR("SH"),
                      .carrier = STR("SF"), .rev = rev, .items = parcel_items, .item_count = 1 },
    };
}

static struct event check_of(const char *fate, enum check_kind verdict, int64_t at)
{
    return (struct event){
        .kind = EVENT_SHIPMENT_VERIFIED,
        .id = STR("check"),
        .time_ms = at,
        .check = { .shipment_id = STR("p"), .order_id = STR("c:s:1"), .fate = str_of(fate),
                   .verdict = verdict, .reason = STR("why"), .at = at },
    };
}

static void one_parcel_is_put_together_from_four_topics(void **state)
{
    struct event events[] = { scan_of(EVENT_SHIPMENT_LEFT, 60), scan_of(EVENT_SHIPMENT_LEFT, 55),
                              scan_of(EVENT_SHIPMENT_PACKED, 40),
                              planned_of(EVENT_SHIPMENT_PACK_REQUESTED, 5),
                              check_of("packed", CHECK_KIND_GO, 41),
                              planned_of(EVENT_SHIPMENT_STOP_REQUESTED, 7) };
    struct ledger_rows rows = decide(events, 6);
    const struct ledger_parcel *parcel = rows.parcels;

    (void)state;
    events[5].shipment.item_count = 0;
    assert_int_equal(rows.parcel_count, 1);
    assert_true(str_is(parcel->warehouse, "SH") && str_is(parcel->waybill, "W1"));
    assert_int_equal(parcel->rev, 7);
    assert_true(parcel->stop);
    assert_int_equal(parcel->planned_at, 33);
    assert_int_equal(parcel->packed_at, 40);
    assert_int_equal(parcel->left_at, 55);
    assert_int_equal(parcel->stopped_at, 0);
    assert_int_equal(parcel->check, CHECK_KIND_GO);
    assert_int_equal(parcel->item_count, 1);
    assert_int_equal(rows.mark_count, 0); /* the gate follows from the rows */
    assert_int_equal(rows.trail_count, 1);
    assert_int_equal(rows.trail[0].gate, GATE_SHIPMENT);
}

static void leaving_is_no_check_of_what_is_in_it(void **state)
{
    struct event events[] = { check_of("packed", CHECK_KIND_WRONG, 41),
                              check_of("left", CHECK_KIND_GO, 60) };
    struct ledger_rows rows = decide(events, 2);

    (void)state;
    assert_int_equal(rows.parcels[0].check, CHECK_KIND_WRONG);
    assert_true(str_is(rows.parcels[0].check_reason, "why"));
    rows = decide(&events[1], 1);
    assert_int_equal(rows.parcels[0].check, CHECK_KIND_GO);
}

static void a_scan_does_not_say_whose_parcel_it_is(void **state)
{
    struct event events[] = { scan_of(EVENT_SHIPMENT_LEFT, 60),
                              planned_of(EVENT_SHIPMENT_PACK_REQUESTED, 5) };
    struct ledger_rows rows;

    (void)state;
    events[0].scan.order_id = STR("z:z:9");
    rows = decide(events, 2);
    assert_true(str_is(rows.parcels[0].order_id, "c:s:1"));
}

/* ---- people ---- */

static void decisions_refunds_and_nudges(void **state)
{
    struct event events[] = {
        { .kind = EVENT_ORDER_APPROVED, .id = STR("a"), .time_ms = 9,
          .fact = { .order_id = STR("c:s:1"), .rev = 3, .by = STR("li"), .reason = STR("ok") } },
        { .kind = EVENT_ORDER_REFUND_CHANGED, .id = STR("r"), .time_ms = 10,
          .fact = { .order_id = STR("c:s:1"), .line_id = STR("1"),
                    .refund = { .id = STR("R9"), .version = 2, .state = REFUND_STATE_AGREED,
                                .quantity = 1 } } },
        { .kind = EVENT_ORDER_RETRY, .id = STR("n"), .fact = { .order_id = STR("c:s:1") } },
    };
    struct ledger_rows rows = decide(events, 3);

    (void)state;
    assert_int_equal(rows.decision_count, 1);
    assert_true(str_is(rows.decisions[0].kind, "order.approved"));
    assert_true(str_is(rows.decisions[0].by, "li"));
    assert_int_equal(rows.aftersale_count, 1);
    assert_gate(&rows, GATE_AFTERSALE, GATE_STATE_PASSED, "refund R9 agreed");
    assert_int_equal(rows.mark_count, 1);
    assert_int_equal(rows.order_count, 0);
}

static void of_one_refund_the_newest_version_stands(void **state)
{
    struct event events[3];
    struct ledger_rows rows;

    (void)state;
    for (int i = 0; i < 3; i++)
        events[i] = (struct event){
            .kind = EVENT_ORDER_REFUND_CHANGED,
            .time_ms = 100 + i,
            .fact = { .order_id = STR("c:s:1"),
                      .refund = { .id = STR("R"), .version = i == 2 ? 5 : 7,
                                  .state = i == 2 ? REFUND_STATE_OPEN : REFUND_STATE_AGREED } },
        };
    rows = decide(events, 3);
    assert_int_equal(rows.aftersale_count, 1);
    assert_int_equal(rows.aftersales[0].version, 7);
    assert_int_equal(rows.aftersales[0].at, 100); /* first said */
}

static void an_alert_and_its_outcome_are_one_row(void **state)
{
    struct verdict_reason reason = { STR("shortfall"), STR("缺 800 件") };
    struct event events[] = {
        { .kind = EVENT_ALERT_SENT,
          .sent = { .alert_id = STR("x"), .outcome = STR("delivered"), .attempts = 2, .at = 50 } },
        { .kind = EVENT_ALERT_RAISED, .time_ms = 40,
          .alert = { .alert_id = STR("x"), .subject = STR("SKU"), .gate = STR("stock"), .rev = 7,
                     .title = STR("盘点"), .reasons = &reason, .reason_count = 1 } },
    };
    struct ledger_rows rows = decide(events, 2);

    (void)state;
    assert_int_equal(rows.alert_count, 1);
    assert_true(str_is(rows.alerts[0].title, "盘点"));
    assert_true(str_is(rows.alerts[0].outcome, "delivered"));
    assert_true(str_is(rows.alerts[0].reasons, "shortfall: 缺 800 件"));
    assert_int_equal(rows.alerts[0].raised_at, 40);
    assert_int_equal(rows.alerts[0].sent_at, 50);
}

/* ---- dead letters ---- */

static struct message letter_of(const char *key)
{
    struct message letter = { .topic = TOPIC_DEAD_ANOMALY, .key = str_of(key), .time_ms = 77 };

    message_put_header(&letter, STR("ce_id"), STR("deadid"));
    message_put_header(&letter, STR("dead_topic"), STR("orders.reserved"));
    message_put_header(&letter, STR("dead_generation"), STR("3"));
    message_put_header(&letter, STR("dead_partition"), STR("2"));
    message_put_header(&letter, STR("dead_offset"), STR("41"));
    message_put_header(&letter, STR("dead_reason"), STR("lines[0].quantity: -1"));
    message_put_header(&letter, STR("dead_time"), STR("2026-11-11T00:00:00.000Z"));
    return letter;
}

static struct ledger_rows decide_dead(struct message *letter, enum topic topic,
                                      const struct event *original)
{
    struct event *event = ARENA_NEW(arena, struct event);

    *event = (struct event){ .kind = EVENT_NONE, .id = message_header(letter, "ce_id"),
                             .key = letter->key, .message = letter,
                             .origin = { .topic = topic, .partition = 1, .generation = 1,
                                         .offset = 8 } };
    return ledger_decide(arena, event, 1, &original);
}

static void a_dead_letter_names_its_place_and_its_gate(void **state)
{
    struct event original = answer_of(EVENT_ORDER_RESERVED, 6, STOCK_STATE_RESERVED);
    struct message letter = letter_of("c:s:1");
    struct ledger_rows rows = decide_dead(&letter, TOPIC_DEAD_ANOMALY, &original);
    const struct ledger_dead *dead = rows.dead;

    (void)state;
    assert_int_equal(rows.dead_count, 1);
    assert_true(str_is(dead->worker, "anomaly") && str_is(dead->topic, "orders.reserved"));
    assert_int_equal(dead->generation, 3);
    assert_int_equal(dead->partition, 2);
    assert_int_equal(dead->offset, 41);
    assert_int_equal(dead->gate, GATE_ANOMALY);
    assert_int_equal(dead->rev, 6);
    assert_true(str_is(dead->order_id, "c:s:1"));
    assert_int_equal(dead->at, INT64_C(1794355200000));
    assert_int_equal(rows.offsets[0].next, 9);
    assert_int_equal(rows.mark_count, 0);
}

static void what_reserve_parks_the_table_parked_says(void **state)
{
    struct message letter = letter_of("c:s:1");
    struct ledger_rows rows = decide_dead(&letter, TOPIC_DEAD_RESERVE, NULL);

    (void)state;
    assert_int_equal(rows.dead[0].gate, GATE_NONE);
    assert_true(str_is(rows.dead[0].order_id, "c:s:1"));
    assert_int_equal(rows.dead[0].rev, -1);
}

static void a_stray_key_makes_no_order(void **state)
{
    static const char *const keys[] = { "", "one", "a:b", ":b:c", "a::c", "a:b:", "a b:c:d",
                                        "a:b:?77ab",
                                        "\xff:b:c" };

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct message letter = letter_of(keys[i]);
        struct ledger_rows rows = decide_dead(&letter, TOPIC_DEAD_INGEST, NULL);

        assert_int_equal(rows.dead_count, 1);
        assert_int_equal(rows.dead[0].order_id.size, 0);
        assert_int_equal(rows.dead[0].gate, GATE_NONE);
        assert_true(str_is_utf8(rows.dead[0].key));
    }
}

static void a_letter_without_headers_is_listed_by_its_own_place(void **state)
{
    struct message letter = { .topic = TOPIC_DEAD_INGEST, .key = STR("k"), .time_ms = 77 };
    struct ledger_rows rows = decide_dead(&letter, TOPIC_DEAD_INGEST, NULL);

    (void)state;
    assert_true(str_is(rows.dead[0].topic, "dead.ingest"));
    assert_int_equal(rows.dead[0].offset, 8);
    assert_int_equal(rows.dead[0].at, 77);
}

static void a_scan_that_cannot_be_judged_stops_its_parcel(void **state)
{
    struct event original = scan_of(EVENT_SHIPMENT_PACKED, 40);
    struct message letter = letter_of("p");
    struct ledger_rows rows = decide_dead(&letter, TOPIC_DEAD_VERIFY, &original);

    (void)state;
    assert_int_equal(rows.parcel_count, 1);
    assert_int_equal(rows.parcels[0].check, CHECK_KIND_WRONG);
    assert_true(str_is(rows.parcels[0].check_reason, "parked: lines[0].quantity: -1"));
}

/* ---- stock ---- */

static void stock_rows_keep_the_newest_level_and_every_fact(void **state)
{
    struct event events[] = {
        { .kind = EVENT_STOCK_LEVEL_SET, .level = { .sku = STR("A"), .epoch = 2, .srev = 1 } },
        { .kind = EVENT_STOCK_LEVEL_SET, .level = { .sku = STR("A"), .epoch = 1, .srev = 9 } },
        { .kind = EVENT_STOCK_COUNTED, .id = STR("f1"),
          .feed = { .sku = STR("A"), .warehouse = STR("W"), .quantity = 5, .at = 3 } },
        { .kind = EVENT_STOCK_MOVED, .id = STR("f2"),
          .feed = { .sku = STR("A"), .warehouse = STR("W"), .quantity = -1, .at = 4,
                    .movement_id = STR("m") } },
        { .kind = EVENT_STOCK_COUNTED, .id = STR("f1"),
          .feed = { .sku = STR("A"), .warehouse = STR("W"), .quantity = 5, .at = 3 } },
    };
    struct ledger_rows rows = decide(events, 5);

    (void)state;
    assert_int_equal(rows.level_count, 1);
    assert_int_equal(rows.levels[0].epoch, 2);
    assert_int_equal(rows.feed_count, 2);
    assert_true(rows.feed[0].counted);
    assert_false(rows.feed[1].counted);
}

/* ---- any order ---- */

static void assert_same_rows(const struct ledger_rows *a, const struct ledger_rows *b)
{
    assert_int_equal(a->mark_count, b->mark_count);
    for (size_t i = 0; i < a->mark_count; i++) {
        assert_int_equal(a->marks[i].gate, b->marks[i].gate);
        assert_int_equal(a->marks[i].state, b->marks[i].state);
        assert_int_equal(a->marks[i].rev, b->marks[i].rev);
        assert_true(str_eq(a->marks[i].reason, b->marks[i].reason));
    }
    assert_int_equal(a->trail_count, b->trail_count);
    for (size_t i = 0; i < a->trail_count; i++)
        assert_true(str_eq(a->trail[i].event_id, b->trail[i].event_id));
    assert_int_equal(a->order_count, b->order_count);
    assert_int_equal(a->orders[0].rev, b->orders[0].rev);
    assert_int_equal(a->orders[0].entered_at, b->orders[0].entered_at);
    assert_int_equal(a->parcels[0].left_at, b->parcels[0].left_at);
    assert_int_equal(a->parcels[0].check, b->parcels[0].check);
    assert_int_equal(a->parcels[0].rev, b->parcels[0].rev);
    assert_int_equal(a->plans[0].made_at, b->plans[0].made_at);
}

static void the_order_of_events_does_not_matter(void **state)
{
    struct parcel parcels[] = { { .shipment_id = STR("p"), .warehouse = STR("SH"),
                                  .carrier = STR("SF") } };
    struct event events[] = { snapshot_of(ORDER_STAGE_PAID, 10, 4),
                              answer_of(EVENT_ORDER_RESERVED, 1, STOCK_STATE_WAIT),
                              answer_of(EVENT_ORDER_RESERVED, 2, STOCK_STATE_RESERVED),
                              answer_of(EVENT_ORDER_SCREENED, 2, STOCK_STATE_RESERVED),
                              routed_of(parcels, 1),
                              planned_of(EVENT_SHIPMENT_PACK_REQUESTED, 5),
                              check_of("packed", CHECK_KIND_GO, 41),
                              scan_of(EVENT_SHIPMENT_LEFT, 60) };
    size_t count = sizeof(events) / sizeof(events[0]);
    struct ledger_rows first, again;

    (void)state;
    events[3].answer.verdict.kind = VERDICT_KIND_CLEAR;
    first = decide(events, count);
    for (size_t round = 0; round < 50; round++) {
        struct event swap = events[round % count];
        size_t other = (round * 5 + 3) % count;

        events[round % count] = events[other];
        events[other] = swap;
        again = decide(events, count);
        assert_same_rows(&first, &again);
    }
}

static void nothing_gives_nothing(void **state)
{
    struct ledger_rows rows = decide(NULL, 0);

    (void)state;
    assert_int_equal(rows.mark_count + rows.order_count + rows.offset_count + rows.dead_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_makes_an_order_of_rev_0),
        cmocka_unit_test(of_two_snapshots_the_newer_stands_with_the_first_entry),
        cmocka_unit_test(payment_follows_the_stage),
        cmocka_unit_test(stock_follows_the_state),
        cmocka_unit_test(a_short_order_names_what_is_missing),
        cmocka_unit_test(a_shop_that_closes_an_unpaid_order_stops_payment),
        cmocka_unit_test(claims_and_names_come_with_the_answer),
        cmocka_unit_test(a_claim_keeps_the_time_it_was_granted),
        cmocka_unit_test(verdicts_set_the_anomaly_gate),
        cmocka_unit_test(an_answer_beats_the_opening_of_its_rev),
        cmocka_unit_test(a_plan_passes_warehouse_and_carrier),
        cmocka_unit_test(no_warehouse_stops_the_gate),
        cmocka_unit_test(one_parcel_is_put_together_from_four_topics),
        cmocka_unit_test(leaving_is_no_check_of_what_is_in_it),
        cmocka_unit_test(a_scan_does_not_say_whose_parcel_it_is),
        cmocka_unit_test(decisions_refunds_and_nudges),
        cmocka_unit_test(of_one_refund_the_newest_version_stands),
        cmocka_unit_test(an_alert_and_its_outcome_are_one_row),
        cmocka_unit_test(a_dead_letter_names_its_place_and_its_gate),
        cmocka_unit_test(what_reserve_parks_the_table_parked_says),
        cmocka_unit_test(a_stray_key_makes_no_order),
        cmocka_unit_test(a_letter_without_headers_is_listed_by_its_own_place),
        cmocka_unit_test(a_scan_that_cannot_be_judged_stops_its_parcel),
        cmocka_unit_test(stock_rows_keep_the_newest_level_and_every_fact),
        cmocka_unit_test(the_order_of_events_does_not_matter),
        cmocka_unit_test(nothing_gives_nothing),
    };

    return cmocka_run_group_tests_name("ledger_decide", tests, setup, teardown);
}
