/*
 * events — an order, a snapshot, an answer and a payload to work with, and how they must fare.
 */
#ifndef SLUICE_TESTS_EVENTS_H
#define SLUICE_TESTS_EVENTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/event_codec.h"
#include "codec/order_codec.h"

static struct arena *arena;

static inline int events_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    return 0;
}

static inline int events_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static inline void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static inline struct event decode(const struct message *message)
{
    struct event event;
    struct err err = { 0 };

    if (!event_decode(arena, message, &event, &err))
        fail_msg("%s\n%.*s", err.text, STR_ARG(message->value));
    return event;
}

static inline void assert_refused(const struct message *message, const char *reason)
{
    struct event event = { .time_ms = 77 };
    struct err err = { 0 };

    if (event_decode(arena, message, &event, &err))
        fail_msg("taken, not refused for \"%s\"", reason);
    if (!strstr(err.text, reason))
        fail_msg("the reason is \"%s\", not \"%s\"", err.text, reason);
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(event.time_ms, 77);
}

/* ---- events to work with ---- */

static inline struct order make_order(void)
{
    struct order order = {
        .order_id = STR("douyin:9000001:6900000000000000001"),
        .channel = STR("douyin"),
        .shop = STR("9000001"),
        .platform_id = STR("6900000000000000001"),
        .version = 1762790403000,
        .stage = ORDER_STAGE_PAID,
        .total_fen = 5980,
        .receiver = { .name = STR("测**"), .province = STR("浙江省"), .masked = true },
        .lines = ARENA_ARRAY(arena, struct order_line, 1),
        .line_count = 1,
    };

    order.lines[0] = (struct order_line){
        .line_id = STR("1"),
        .merchant_code = STR("SKU-A"),
        .quantity = 2,
        .kind = LINE_KIND_SPOT,
        .stage = ORDER_STAGE_PAID,
    };
    order_encode(arena, &order);
    return order;
}

static inline struct event make_event(enum event_kind kind, struct str key)
{
    return (struct event){
        .kind = kind,
        .id = STR("0123456789abcdef0123456789abcdef"),
        .source = STR("/sluice/test"),
        .key = key,
        .time_ms = 1762790403007,
        .entered_ms = 1762790403999,
        .trace = STR("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    };
}

static inline struct event make_snapshot(void)
{
    struct order order = make_order();
    struct event event = make_event(EVENT_ORDER_SNAPSHOT_TAKEN, order.order_id);

    event.snapshot.order = order;
    event.snapshot.raw_generation = 1;
    event.snapshot.raw_offset = 4711;
    return event;
}

static inline struct event make_answer(enum event_kind kind)
{
    struct order order = make_order();
    struct event event = make_event(kind, order.order_id);
    struct stock_units *units = ARENA_NEW(arena, struct stock_units);
    struct parcel *parcel = ARENA_NEW(arena, struct parcel);
    struct verdict_reason *reason = ARENA_NEW(arena, struct verdict_reason);
    struct stock_short *missing = ARENA_NEW(arena, struct stock_short);

    *units = (struct stock_units){ STR("SKU-A"), 2 };
    *parcel = (struct parcel){ STR("ship-1"), STR("hz"), STR("SF"), units, 1,
                               PARCEL_STATE_PLANNED, 0 };
    *reason = (struct verdict_reason){ STR("price_floor"), STR("单价低于底价") };
    *missing = (struct stock_short){ STR("SKU-A"), 2, -1 };
    event.answer = (struct answer_body){
        .order_id = order.order_id,
        .rev = 3,
        .digest = order.digest,
        .state = STOCK_STATE_RESERVED,
        .reason = STR("r"),
        .paid = true,
        .hold_until = 1762790999000,
        .claimed = units,
        .claimed_count = 1,
        .shorts = missing,
        .short_count = 1,
        .stopping = parcel,
        .stopping_count = 1,
        .verdict = { VERDICT_KIND_HELD, STR("v7"), reason, 1 },
        .plan = { .number = 1, .noted_rev = 3, .rules_version = STR("v2"), .reason = STR("近"),
                  .runner_up = STR("上海"), .parcels = parcel, .parcel_count = 1 },
        .order = order,
    };
    return event;
}

static inline struct message encode(const struct event *event)
{
    struct message message;

    event_encode(arena, event, &message);
    return message;
}

static inline struct header *header_of(struct message *message, const char *name)
{
    for (size_t i = 0; i < message->header_count; i++)
        if (str_is(message->headers[i].name, name))
            return &message->headers[i];
    fail_msg("no header %s", name);
    return NULL;
}

static inline struct message make_payload(void)
{
    struct message message = {
        .topic = TOPIC_ORDERS_RAW,
        .key = STR("tmall:t1:123"),
        .value = STR("\xff\x00 any bytes at all {"),
        .time_ms = 1762790403555,
    };

    message_put_header(&message, STR("ce_specversion"), STR("1.0"));
    message_put_header(&message, STR("ce_id"), STR("by-hand-1"));
    message_put_header(&message, STR("ce_type"), STR("cn.sluice.payload.received.v1"));
    message_put_header(&message, STR("ce_source"), STR("/kcat"));
    message_put_header(&message, STR("ce_channel"), STR("tmall"));
    message_put_header(&message, STR("ce_shop"), STR("t1"));
    return message;
}

#endif
