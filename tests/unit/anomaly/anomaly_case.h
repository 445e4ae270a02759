/*
 * anomaly_case — an order as a case file tells it, and the shipped rules with the case's tables.
 *
 *   line SKU quantity N price YUAN [gift|presale] [id ID] [parent ID] [campaign ID]
 *        [refund open|agreed] [closed]
 *   price SKU YUAN [floor YUAN]       habit SKU UNITS           disabled SKU [REASON]
 *   campaign ID [from DAY] [until DAY] [limit UNITS]            placed DAY
 *   closed PROVINCE [CITY [DISTRICT]]
 *   address TEXT|-   region PROVINCE [CITY [DISTRICT]]   phone TEXT|-   masked
 *   remark TEXT      note TEXT        total YUAN         stock says WORD
 *   receiver has N other orders       buyer has N other receivers        receiver is hidden
 *   later LINE refund open|agreed|closed    (what the order's record knows, newer than its body)
 */
#ifndef SLUICE_TESTS_ANOMALY_CASE_H
#define SLUICE_TESTS_ANOMALY_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "anomaly/anomaly_decide.h"
#include "anomaly/anomaly_rules_decide.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"
#include "case_file.h"
#include "codec/rules_codec.h"

struct anomaly_case {
    struct arena *arena;
    struct order_line lines[8];
    struct order_refund refunds[8];
    struct stock_refund later[8];
    struct answer_body answer;
    struct anomaly_known known;
    struct buf tables[5]; /* JSON rows, by enum anomaly_table */
};

static const struct case_file *case_at; /* for messages */

static inline int64_t case_yuan(struct str text)
{
    int64_t fen = 0;

    if (!num_parse_yuan(text, &fen))
        fail_msg("%s: %.*s is no money", case_at->path, STR_ARG(text));
    return fen;
}

/* The word behind `name`, or the empty str. */
static inline struct str case_after(const struct case_line *line, const char *name)
{
    for (size_t i = 0; i + 1 < line->count; i++)
        if (str_is(line->words[i], name))
            return line->words[i + 1];
    return STR_NONE;
}

static inline bool case_says(const struct case_line *line, const char *word)
{
    for (size_t i = 0; i < line->count; i++)
        if (str_is(line->words[i], word))
            return true;
    return false;
}

static inline void case_put_row(struct anomaly_case *it, enum anomaly_table table, struct str row)
{
    struct buf *buf = &it->tables[table];

    if (buf->size > 0)
        buf_put(buf, STR(","));
    buf_put(buf, row);
}

/* `,"name":"word"` of the word behind `name`, with `more` after it; nothing without one. */
static inline struct str case_member(struct anomaly_case *it, const struct case_line *line,
                                     const char *name, const char *more)
{
    struct str word = case_after(line, name);
    bool number = str_is(str_of(name), "limit");

    if (word.size == 0)
        return STR("");
    return arena_format(it->arena, number ? ",\"%s\":%.*s%s" : ",\"%s\":\"%.*s%s\"", name,
                        STR_ARG(word), more);
}

static inline void case_given_table(struct anomaly_case *it, const struct case_line *line)
{
    struct str word = case_word(line, 0), key = case_word(line, 1), more = case_word(line, 2);

    if (str_is(word, "price")) {
        struct str floor = case_member(it, line, "floor", "");

        case_put_row(it, ANOMALY_TABLE_PRICES,
                     arena_format(it->arena, "{\"sku\":\"%.*s\",\"reference\":\"%.*s\"%.*s}",
                                  STR_ARG(key), STR_ARG(more), STR_ARG(floor)));
    } else if (str_is(word, "habit")) {
        case_put_row(it, ANOMALY_TABLE_HABITS,
                     arena_format(it->arena, "{\"sku\":\"%.*s\",\"units\":%.*s}", STR_ARG(key),
                                  STR_ARG(more)));
    } else if (str_is(word, "disabled")) {
        case_put_row(it, ANOMALY_TABLE_DISABLED,
                     arena_format(it->arena, "{\"sku\":\"%.*s\",\"reason\":\"%.*s\"}", STR_ARG(key),
                                  STR_ARG(more)));
    } else if (str_is(word, "campaign")) {
        struct str from = case_member(it, line, "from", " 00:00:00");
        struct str until = case_member(it, line, "until", " 00:00:00");
        struct str limit = case_member(it, line, "limit", "");

        case_put_row(it, ANOMALY_TABLE_CAMPAIGNS,
                     arena_format(it->arena, "{\"id\":\"%.*s\"%.*s%.*s%.*s}", STR_ARG(key),
                                  STR_ARG(from), STR_ARG(until), STR_ARG(limit)));
    } else if (str_is(word, "closed")) {
        case_put_row(it, ANOMALY_TABLE_AREAS,
                     arena_format(it->arena,
                                  "{\"province\":\"%.*s\",\"city\":\"%.*s\",\"district\":\"%.*s\","
                                  "\"reason\":\"大雪封路\"}",
                                  STR_ARG(key), STR_ARG(more), STR_ARG(case_word(line, 3))));
    } else {
        fail_msg("%s:%d: unknown fact", case_at->path, line->number);
    }
}

static inline void case_given_line(struct anomaly_case *it, const struct case_line *line)
{
    struct order *order = &it->answer.order;
    size_t place = order->line_count++;
    struct str id = case_after(line, "id"), refund = case_after(line, "refund");

    it->lines[place] = (struct order_line){
        .line_id = id.size > 0 ? id : arena_format(it->arena, "L%zu", place + 1),
        .merchant_code = case_word(line, 1),
        .quantity = case_number(case_at, line, 3),
        .price_fen = case_yuan(case_after(line, "price")),
        .kind = case_says(line, "gift")      ? LINE_KIND_GIFT
                : case_says(line, "presale") ? LINE_KIND_PRESALE
                                             : LINE_KIND_SPOT,
        .stage = case_says(line, "closed") ? ORDER_STAGE_CLOSED : ORDER_STAGE_PAID,
        .parent = case_after(line, "parent"),
        .campaign = case_after(line, "campaign"),
        .refunds = &it->refunds[place],
        .refund_count = refund.size > 0,
    };
    it->refunds[place] = (struct order_refund){
        .id = STR("R1"),
        .state = refund_state_of(refund),
        .quantity = it->lines[place].quantity,
    };
    order->total_fen += it->lines[place].price_fen * it->lines[place].quantity;
}

static inline struct str case_text(struct str word)
{
    return str_is(word, "-") ? STR_NONE : word;
}

static inline void case_given_receiver(struct anomaly_case *it, const struct case_line *line)
{
    struct order_receiver *receiver = &it->answer.order.receiver;
    struct str word = case_word(line, 0), value = case_word(line, 1);

    if (str_is(word, "address")) {
        receiver->address = case_text(value);
    } else if (str_is(word, "phone")) {
        receiver->phone = case_text(value);
    } else if (str_is(word, "masked")) {
        receiver->masked = true;
    } else if (str_is(word, "region")) {
        receiver->province = case_text(value);
        receiver->city = case_word(line, 2);
        receiver->district = case_word(line, 3);
    } else if (str_is(value, "is")) {
        it->known.receiver_known = it->known.buyer_known = false;
    } else {
        it->known.receiver_orders = case_number(case_at, line, 2);
    }
}

static inline void case_given_later(struct anomaly_case *it, const struct case_line *line)
{
    it->later[it->known.refund_count++] = (struct stock_refund){
        .line_id = case_word(line, 1),
        .refund = { .id = STR("R1"),
                    .version = 1,
                    .quantity = 1,
                    .state = refund_state_of(case_after(line, "refund")) },
    };
    it->known.refunds = it->later;
}

static inline int64_t case_day(struct str day)
{
    char text[64];
    int64_t ms = 0;

    (void)snprintf(text, sizeof text, "%.*s 12:00:00", STR_ARG(day));
    if (!clock_parse(str_of(text), &ms))
        fail_msg("%s: %s is no time", case_at->path, text);
    return ms;
}

static inline void case_given(struct anomaly_case *it, const struct case_line *line)
{
    static const char *const of_receiver[] = { "address", "phone", "masked", "region", "receiver" };
    struct order *order = &it->answer.order;
    struct str word = case_word(line, 0), value = case_word(line, 1);

    for (size_t i = 0; i < sizeof of_receiver / sizeof of_receiver[0]; i++)
        if (str_is(word, of_receiver[i])) {
            case_given_receiver(it, line);
            return;
        }
    if (str_is(word, "line"))
        case_given_line(it, line);
    else if (str_is(word, "remark"))
        order->buyer_remark = value;
    else if (str_is(word, "note"))
        order->seller_remark = value;
    else if (str_is(word, "total"))
        order->total_fen = case_yuan(value);
    else if (str_is(word, "placed"))
        order->placed_at = case_day(value);
    else if (str_is(word, "stock"))
        it->answer.reason = case_word(line, 2);
    else if (str_is(word, "later"))
        case_given_later(it, line);
    else if (str_is(word, "buyer"))
        it->known.buyer_receivers = case_number(case_at, line, 2);
    else
        case_given_table(it, line);
}

/* An ordinary order in plain, without lines. */
static inline void case_begin(struct anomaly_case *it, struct arena *arena)
{
    *it = (struct anomaly_case){
        .arena = arena,
        .known = { .receiver_known = true, .buyer_known = true },
        .answer = {
            .order_id = STR("douyin:1:2"), .rev = 3, .digest = STR("d"), .paid = true,
            .state = STOCK_STATE_RESERVED,
            .order = {
                .receiver = {
                    .name = STR("测试"), .phone = STR("13857124096"), .province = STR("浙江省"),
                    .city = STR("杭州市"), .district = STR("余杭区"),
                    .address = STR("文一西路969号"),
                },
            },
        },
    };
    it->answer.order.placed_at = INT64_C(1793678400000);
    it->answer.order.lines = it->lines;
    for (size_t i = 0; i < 5; i++)
        buf_init(&it->tables[i], arena, 256);
}

static inline void case_decode(struct arena *arena, struct str text, struct rule_set *set)
{
    struct err err;

    if (!rules_decode(arena, text, anomaly_rules_language(), set, &err))
        fail_msg("%s", err.text);
}

/* The shipped rules, with the tables of the case. */
static inline struct rule_set case_rules(struct anomaly_case *it)
{
    struct rule_set shipped, tables;
    struct str rows[5];

    for (size_t i = 0; i < 5; i++)
        rows[i] = buf_str(&it->tables[i]);
    case_decode(it->arena, rules_shipped(STR("anomaly")), &shipped);
    case_decode(it->arena,
                arena_format(it->arena,
                             "{\"set\":\"anomaly\",\"tables\":{\"prices\":[%.*s],\"habits\":[%.*s],"
                             "\"disabled\":[%.*s],\"campaigns\":[%.*s],\"areas_closed\":[%.*s]}}",
                             STR_ARG(rows[0]), STR_ARG(rows[1]), STR_ARG(rows[2]), STR_ARG(rows[3]),
                             STR_ARG(rows[4])),
                &tables);
    shipped.tables = tables.tables;
    shipped.version = STR("anomaly/0");
    return shipped;
}

#endif
