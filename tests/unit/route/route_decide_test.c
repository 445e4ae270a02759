/* Walks tests/cases/route: which warehouse packs, on which day, which carrier takes it, and why.
 * A case is judged by the shipped rules, or by those of tests/cases/route/rules it names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/num.h"
#include "case_file.h"
#include "codec/rules_codec.h"
#include "route/route_decide.h"

#define FACTS_MAX 16
#define NOON      INT64_C(1794369600000) /* 2026-11-11 12:00:00 in China, a Wednesday */

static struct arena *scratch; /* of one decision */

struct route_case {
    struct arena *arena, *scratch;
    struct rule_set set;
    struct route_policy policy;
    struct str rules;
    int64_t now_ms;
    struct route_free rows[FACTS_MAX];
    size_t row_count;
    struct used {
        struct str warehouse;
        int64_t parcels, days;
    } used[FACTS_MAX];
    size_t used_count;
    struct stock_units wants[FACTS_MAX];
    struct order_line lines[FACTS_MAX];
    struct answer_body answer;
};

static struct str text_of_file(struct arena *arena, const char *path)
{
    char *data = arena_alloc(arena, 65536);
    FILE *file = fopen(path, "rb");

    if (!file)
        fail_msg("%s: cannot be opened", path);
    size_t size = fread(data, 1, 65536, file);

    (void)fclose(file);
    assert_true(size > 0 && size < 65536);
    return (struct str){ .data = data, .size = size };
}

static void load_rules(struct route_case *it)
{
    struct str text = rules_shipped(STR("route"));
    struct err err;

    if (it->rules.size > 0)
        text = text_of_file(it->arena,
                            arena_format(it->arena, "%s/tests/cases/route/rules/%.*s.json",
                                         SLUICE_SOURCE_DIR, STR_ARG(it->rules)).data);
    if (!rules_decode(it->arena, text, route_rules_language(), &it->set, &err)
        || !route_policy_make(it->arena, &it->set, &it->policy, &err))
        fail_msg("%.*s: %s", STR_ARG(it->rules), err.text);
    it->set.version = STR("route/7");
}

/* ---- given ---- */

static int64_t given_time(const struct case_file *file, const struct case_line *line)
{
    char text[40];
    int64_t ms;

    (void)snprintf(text, sizeof text, "%.*s %.*s", STR_ARG(case_word(line, 1)),
                   STR_ARG(case_word(line, 2)));
    if (!clock_parse(str_of(text), &ms))
        fail_msg("%s:%d: no time", file->path, line->number);
    return ms;
}

static void given_wants(const struct case_file *file, const struct case_line *line,
                        struct route_case *it)
{
    struct answer_body *answer = &it->answer;
    struct str sku = case_word(line, 1);
    int64_t units = case_number(file, line, 2);
    size_t at = 0;

    it->lines[answer->order.line_count++] = (struct order_line){
        .sku = sku, .merchant_code = sku, .quantity = units, .stage = ORDER_STAGE_PAID,
        .kind = str_is(case_word(line, 3), "presale") ? LINE_KIND_PRESALE : LINE_KIND_SPOT };
    while (at < answer->claimed_count && !str_eq(it->wants[at].sku, sku))
        at++;
    if (at == answer->claimed_count)
        answer->claimed_count++;
    it->wants[at].sku = sku;
    it->wants[at].units += units;
}

static void given(const struct case_file *file, const struct case_line *line,
                  struct route_case *it)
{
    struct order *order = &it->answer.order;
    struct str word = case_word(line, 0);

    if (str_is(word, "rules")) {
        it->rules = case_word(line, 1);
    } else if (str_is(word, "now")) {
        it->now_ms = given_time(file, line);
    } else if (str_is(word, "due")) {
        order->due_at = given_time(file, line);
    } else if (str_is(word, "stock")) {
        it->rows[it->row_count++] = (struct route_free){ .sku = case_word(line, 1),
                                                         .warehouse = case_word(line, 2),
                                                         .units = case_number(file, line, 3) };
    } else if (str_is(word, "used")) {
        it->used[it->used_count++] = (struct used){
            .warehouse = case_word(line, 1), .parcels = case_number(file, line, 2),
            .days = line->count > 3 ? case_number(file, line, 3) : 0 };
    } else if (str_is(word, "receiver")) {
        order->receiver.province = case_word(line, 1);
        order->receiver.city = case_word(line, 2);
        order->receiver.district = case_word(line, 3);
    } else if (str_is(word, "wants")) {
        given_wants(file, line, it);
    } else if (str_is(word, "carrier")) {
        order->carrier_wanted = case_word(line, 2);
    } else if (str_is(word, "shop")) {
        order->shop = case_word(line, 1);
    } else if (str_is(word, "remark")) {
        order->buyer_remark = case_word(line, 1);
    } else if (str_is(word, "total")) {
        assert_true(num_parse_yuan(case_word(line, 1), &order->total_fen));
    } else {
        fail_msg("%s:%d: unknown fact", file->path, line->number);
    }
}

static struct route_board board_of(struct route_case *it)
{
    struct route_board board = route_board_make(&it->policy, it->scratch, it->now_ms);

    board.rows = it->rows;
    board.row_count = it->row_count;
    route_board_sort(&board);
    for (size_t i = 0; i < it->used_count; i++) {
        for (size_t w = 0; w < it->policy.warehouse_count; w++) {
            if (str_eq(it->policy.warehouses[w].id, it->used[i].warehouse))
                board.used[w][it->used[i].days] += it->used[i].parcels;
        }
    }
    return board;
}

/* ---- then ---- */

static void then_has(const struct case_file *file, const struct case_line *line, struct str text,
                     size_t from)
{
    char wanted[400] = "";

    for (size_t i = from; i < line->count; i++)
        (void)snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "%s%.*s",
                       i > from ? " " : "", STR_ARG(case_word(line, i)));
    if (!memmem(text.data, text.size, wanted, strlen(wanted)))
        fail_msg("%s:%d: it says: %.*s", file->path, line->number, STR_ARG(text));
}

static void then_parcel(const struct case_file *file, const struct case_line *line,
                        const struct plan *plan, size_t index)
{
    const struct parcel *parcel = &plan->parcels[index];

    if (index >= plan->parcel_count || !str_eq(parcel->warehouse, case_word(line, 1)))
        fail_msg("%s:%d: there are %zu parcels; %.*s", file->path, line->number,
                 plan->parcel_count, STR_ARG(plan->reason));
    assert_int_equal(parcel->item_count, (line->count - 2) / 2);
    for (size_t i = 0; i < parcel->item_count; i++) {
        assert_true(str_eq(parcel->items[i].sku, case_word(line, 2 + 2 * i)));
        assert_int_equal(parcel->items[i].units, case_number(file, line, 3 + 2 * i));
    }
}

/* Of the parcel named last; of each when none was. */
static void then_of_parcel(const struct case_file *file, const struct case_line *line,
                           const struct plan *plan, size_t named)
{
    size_t first = named > 0 ? named - 1 : 0, end = named > 0 ? named : plan->parcel_count;
    char text[CLOCK_TEXT_SIZE];

    for (size_t i = first; i < end; i++) {
        const struct parcel *parcel = &plan->parcels[i];
        struct str day = clock_china_text(parcel->day * ROUTE_DAY_MS - ROUTE_CHINA_MS, text);

        if (str_is(case_word(line, 0), "carrier")) {
            if (!str_eq(parcel->carrier, case_word(line, 1)))
                fail_msg("%s:%d: %.*s takes it", file->path, line->number,
                         STR_ARG(parcel->carrier));
        } else if (!str_starts(day, case_word(line, 1))) {
            fail_msg("%s:%d: it leaves on %.*s", file->path, line->number, STR_ARG(day));
        }
    }
}

static void check(const struct case_file *file, const struct plan *plan, bool found,
                  struct str why)
{
    size_t parcels = 0;

    for (size_t i = 0; i < file->count; i++) {
        const struct case_line *line = &file->lines[i];
        struct str word = case_word(line, 0);

        if (!line->then)
            continue;
        if (str_is(word, "unroutable")) {
            if (found)
                fail_msg("%s:%d: %.*s", file->path, line->number, STR_ARG(plan->reason));
            assert_true(why.size > 0);
            if (line->count > 2)
                then_has(file, line, why, 2);
            return;
        }
        if (!found)
            fail_msg("%s: unroutable: %.*s", file->path, STR_ARG(why));
        if (str_is(word, "parcel"))
            then_parcel(file, line, plan, parcels++);
        else if (str_is(word, "parcels"))
            parcels = (size_t)case_number(file, line, 1);
        else if (str_is(word, "why"))
            then_has(file, line, plan->reason, 2);
        else if (str_is(word, "second"))
            then_has(file, line, plan->runner_up, 2);
        else
            then_of_parcel(file, line, plan, parcels);
    }
    assert_true(str_eq(plan->rules_version, STR("route/7")));
    assert_true(plan->reason.size > 0 && plan->runner_up.size > 0);
    assert_true(str_is_utf8(plan->reason) && str_is_utf8(plan->runner_up));
    if (parcels > 0)
        assert_int_equal(parcels, plan->parcel_count);
}

/* What is left is what was there less what the plan takes; all of it when there is no plan. */
static void check_board(const struct route_case *it, const struct route_board *before,
                        const struct route_board *after, const struct plan *plan, bool found)
{
    for (size_t i = 0; i < after->row_count; i++) {
        const struct route_free *row = &after->rows[i];
        int64_t taken = 0;

        for (size_t p = 0; found && p < plan->parcel_count; p++) {
            for (size_t k = 0; k < plan->parcels[p].item_count; k++) {
                if (str_eq(plan->parcels[p].warehouse, row->warehouse)
                    && str_eq(plan->parcels[p].items[k].sku, row->sku))
                    taken += plan->parcels[p].items[k].units;
            }
        }
        assert_int_equal(row->units, before->rows[i].units - taken);
    }
    for (size_t w = 0; w < it->policy.warehouse_count; w++) {
        for (size_t d = 0; d < ROUTE_DAYS_MAX; d++) {
            int64_t more = 0;

            for (size_t p = 0; found && p < plan->parcel_count; p++)
                more += plan->parcels[p].day == after->today + (int64_t)d
                     && str_eq(plan->parcels[p].warehouse, it->policy.warehouses[w].id);
            assert_int_equal(after->used[w][d], before->used[w][d] + more);
        }
    }
}

static void route_decide_test_cases(void **state)
{
    struct arena *arena = *state;
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/route", &files);

    assert_true(count > 30);
    for (size_t i = 0; i < count; i++) {
        struct route_case it = { .arena = arena, .scratch = scratch, .now_ms = NOON };
        struct route_free rows[FACTS_MAX];
        struct str why = STR_NONE;
        struct plan plan;

        it.answer.claimed = it.wants;
        it.answer.order.lines = it.lines;
        for (size_t l = 0; l < files[i].count; l++) {
            if (!files[i].lines[l].then)
                given(&files[i], &files[i].lines[l], &it);
        }
        load_rules(&it);
        struct route_board board = board_of(&it), before = board;

        memcpy(rows, it.rows, sizeof rows);
        before.rows = rows;
        bool found = route_decide(arena, &it.answer, &board, &plan, &why);

        check(&files[i], &plan, found, why);
        check_board(&it, &before, &board, &plan, found);
    }
    print_message("%zu cases\n", count);
}

static void route_decide_test_ways(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_RESERVED, .paid = true,
                                  .verdict = { .kind = VERDICT_KIND_CLEAR }, .claimed_count = 1 };

    (void)state;
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_PLAN);
    answer.verdict.kind = VERDICT_KIND_HELD;
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_NONE);
    answer.stopping_count = 1;
    assert_int_equal(route_decide_way(&answer), ROUTE_WAY_STOP);
}

/* Two orders of one batch see the same last unit: the second must look elsewhere. */
static void route_decide_test_a_batch_competes(void **state)
{
    struct arena *arena = *state;
    struct route_case it = { .arena = arena, .scratch = scratch, .now_ms = NOON, .row_count = 2,
                             .rows = { { .sku = STR("A"), .warehouse = STR("HZ"), .units = 1 },
                                       { .sku = STR("A"), .warehouse = STR("GZ"), .units = 1 } } };
    struct stock_units want = { STR("A"), 1 };
    struct answer_body answer = { .claimed = &want, .claimed_count = 1 };
    struct plan first, second, third;
    struct str why;

    load_rules(&it);
    struct route_board board = board_of(&it);

    answer.order.receiver.province = STR("浙江省");
    assert_true(route_decide(arena, &answer, &board, &first, &why));
    assert_true(route_decide(arena, &answer, &board, &second, &why));
    assert_false(route_decide(arena, &answer, &board, &third, &why));
    assert_true(str_is(first.parcels[0].warehouse, "HZ"));
    assert_true(str_is(second.parcels[0].warehouse, "GZ"));
}

static void route_decide_test_what_the_label_needs(void **state)
{
    struct arena *arena = *state;
    struct stock_units item = { STR("A"), 2 };
    struct parcel parcel = { .shipment_id = STR("s1"), .warehouse = STR("HZ"),
                             .carrier = STR("ZTO"), .items = &item, .item_count = 1 };
    struct plan plan = { .number = 1, .noted_rev = 4, .parcels = &parcel, .parcel_count = 1 };
    struct event cause = { .kind = EVENT_ORDER_SCREENED, .time_ms = 9,
                           .answer = { .order_id = STR("a:b:c"), .rev = 3 } };

    cause.answer.order.order_id = STR("a:b:c");
    cause.answer.order.due_at = 77;
    struct event pack = route_conclude_pack(arena, &cause, &plan, 0, 9);
    struct event routed = route_conclude(arena, &cause, &plan, 9);
    struct event stop = route_conclude_stop(arena, &cause, &parcel);

    assert_int_equal(pack.shipment.rev, 4);
    assert_int_equal(pack.shipment.due_at, 77);
    assert_true(str_is(pack.key, "s1"));
    assert_int_equal(routed.answer.rev, 4);
    assert_int_equal(stop.shipment.item_count, 0);
    assert_false(str_eq(pack.id, stop.id));
}

static int setup(void **state)
{
    *state = arena_open((size_t)256 << 20);
    scratch = arena_open((size_t)64 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    arena_close(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_decide_test_cases),
        cmocka_unit_test(route_decide_test_ways),
        cmocka_unit_test(route_decide_test_a_batch_competes),
        cmocka_unit_test(route_decide_test_what_the_label_needs),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
