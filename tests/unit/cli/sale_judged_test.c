/*
 * sale_judged_test — a whole sale judged by the shipped checks, without a server.
 *
 * Every payload is mapped by its channel's file and judged with the tables that go with the sale,
 * beside habits counted as anomaly counts them. Each planted order must be held by its rule and by
 * no other, hardly any other order may be, and of all orders at most 3 % are held.
 *
 * SLUICE_CHECK_SALE_ORDERS=100000 makes it large, SLUICE_CHECK_SALE_SEED another one; it prints
 * what it found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "anomaly/anomaly_decide.h"
#include "anomaly/anomaly_rules_decide.h"
#include "base/map.h"
#include "base/num.h"
#include "cli/sale.h"
#include "cli/sku_file.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"
#include "codec/rules_codec.h"

#define JUDGED_ORDERS    20000
#define JUDGED_WINDOW_MS INT64_C(86400000)
#define JUDGED_NAMED     20 /* messages about single orders */

/* One order of a receiver or a buyer. */
struct judged_other {
    struct str receiver;
    int64_t index, at;
    const struct judged_other *next;
};

struct judged {
    struct arena *arena, *scratch;
    struct mapping_set *channels;
    struct sale *sale;
    struct rule_set rules;
    struct anomaly_policy policy;
    struct map *receivers, *buyers; /* key → struct judged_other */
    int64_t orders, judged, held, unplanned, named;
    int64_t planted[SALE_ODD_COUNT], found[SALE_ODD_COUNT];
};

static int64_t judged_setting(const char *name, int64_t number, int64_t min)
{
    const char *text = getenv(name);

    if (text && (!num_parse(str_of(text), &number) || number < min))
        fail_msg("%s must be a number from %lld on", name, (long long)min);
    return number;
}

/* What the shops' codes are, as `sluice sku map --file` reads it. */
static const struct sku_map *judged_codes(struct judged *self)
{
    struct sku_file *file = sku_file_open(self->arena);
    struct str rest = sale_sku_map(self->arena, self->sale);
    struct sku_row *rows;
    size_t count;
    struct err err;

    while (rest.size > 0)
        if (!sku_file_line(file, str_cut(&rest, '\n'), &err))
            fail_msg("%s", err.text);
    rows = sku_file_rows(file, &count);
    for (size_t i = 0; i < count; i++) {
        rows[i].by = rows[i].reason = STR("test");
        if (!sku_row_check(&rows[i], &err))
            fail_msg("%s", err.text);
    }
    assert_true(count > 1000);
    return sku_map_build(self->arena, rows, count, 1);
}

static void judged_open(struct judged *self, uint64_t seed)
{
    struct sale_options options = sale_options_default();
    struct err err;

    *self = (struct judged){
        .orders = judged_setting("SLUICE_CHECK_SALE_ORDERS", JUDGED_ORDERS, 1000),
    };
    options.seed = seed;
    options.orders = self->orders;
    options.shares.presale = 300;
    options.shares.bundles = 400;
    options.shares.codes = 1000;
    options.shares.giveaways = 100;
    self->arena = arena_open((size_t)4 << 30);
    self->scratch = arena_open((size_t)64 << 20);
    self->sale = sale_open(&options);
    self->receivers = map_open(self->arena);
    self->buyers = map_open(self->arena);
    if (!mapping_set_open(&self->channels, SLUICE_SOURCE_DIR "/schemas", &err)
        || !rules_decode(self->arena, sale_rules(self->arena, self->sale), anomaly_rules_language(),
                         &self->rules, &err))
        fail_msg("%s", err.text);
    self->rules.version = STR("anomaly/1");
    self->policy = anomaly_facts_policy(self->arena, &self->rules);
    self->policy.map = judged_codes(self);
}

static void judged_close(struct judged *self)
{
    mapping_set_close(self->channels);
    sale_close(self->sale);
    arena_close(self->scratch);
    arena_close(self->arena);
}

/* ---- one order ---- */

/* The step at which it is judged; -1: it is never paid. */
static int judged_step(const struct sale_order *order)
{
    for (size_t i = 0; i < order->step_count; i++)
        if (order->steps[i].state == SALE_STATE_PAID || order->steps[i].state == SALE_STATE_SHIPPED)
            return (int)i;
    return -1;
}

/* As reserve answers: the goods are there. */
static struct answer_body judged_answer(struct judged *self, const struct sale_order *order,
                                        int step)
{
    struct str payload = sale_payload(self->scratch, order, (size_t)step);
    const struct mapping *mapping =
        mapping_set_get(self->channels, str_of(sale_channel_name(order->channel)));
    struct str shop = arena_format(self->scratch, "%lld", (long long)order->shop);
    struct answer_body answer = { .rev = 1, .paid = true, .state = STOCK_STATE_RESERVED };
    struct err err;

    if (!mapping_order(mapping, self->scratch, shop, payload, &answer.order, &err)
        || !order_validate(&answer.order, &err))
        fail_msg("%s: %.*s", err.text, STR_ARG(payload));
    answer.order_id = answer.order.order_id;
    answer.reason =
        order->steps[step].state == SALE_STATE_SHIPPED ? STR("sent_elsewhere") : STR("");
    return answer;
}

static void judged_keep(struct judged *self, struct map *map, struct str key,
                        const struct anomaly_keys *keys, int64_t index)
{
    struct judged_other *other;

    if (key.size == 0)
        return;
    other = ARENA_NEW(self->arena, struct judged_other);
    *other = (struct judged_other){
        .receiver = arena_copy(self->arena, keys->receiver),
        .index = index,
        .at = keys->at,
        .next = map_get(map, key),
    };
    map_put(map, arena_copy(self->arena, key), other);
}

/* Orders of the same key within a day before this one's time; of a buyer, other receivers. */
static int64_t judged_others(struct map *map, struct str key, const struct anomaly_keys *keys,
                             int64_t index, bool receivers)
{
    int64_t count = 0;

    for (const struct judged_other *other = map_get(map, key); other; other = other->next) {
        if (other->index == index || other->at > keys->at
            || other->at < keys->at - JUDGED_WINDOW_MS)
            continue;
        count += !receivers || !str_eq(other->receiver, keys->receiver);
    }
    return count;
}

static struct anomaly_known judged_habit(struct judged *self, const struct anomaly_keys *keys,
                                         int64_t index)
{
    struct anomaly_known habit = {
        .receiver_known = keys->receiver.size > 0,
        .buyer_known = keys->buyer.size > 0,
    };

    if (habit.receiver_known)
        habit.receiver_orders = judged_others(self->receivers, keys->receiver, keys, index, false);
    if (habit.buyer_known)
        habit.buyer_receivers = judged_others(self->buyers, keys->buyer, keys, index, true);
    return habit;
}

/* ---- the whole sale ---- */

static bool judged_has(const struct verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->reason_count; i++)
        if (str_is(verdict->reasons[i].rule, rule))
            return true;
    return false;
}

static void judged_name(struct judged *self, const struct sale_order *order,
                        const struct answer_body *answer, const struct verdict *verdict)
{
    if (self->named++ >= JUDGED_NAMED)
        return;
    printf("  %.*s planted %s:", STR_ARG(answer->order_id), sale_odd_rule(order->odd));
    for (size_t i = 0; i < verdict->reason_count; i++)
        printf(" %.*s", STR_ARG(verdict->reasons[i].rule));
    printf("  %.*s%.*s%.*s %.*s\n", STR_ARG(answer->order.receiver.city),
           STR_ARG(answer->order.receiver.district), STR_ARG(answer->order.receiver.street),
           STR_ARG(answer->order.receiver.address));
}

static void judged_count(struct judged *self, const struct sale_order *order,
                         const struct answer_body *answer, const struct verdict *verdict)
{
    bool expected = order->odd != SALE_ODD_NONE && judged_has(verdict, sale_odd_rule(order->odd));
    /* Gifts alone have no parent either (sale_odd.h). */
    size_t alone = order->odd == SALE_ODD_ONLY_GIFTS ? 2 : 1;

    self->judged++;
    self->held += verdict->kind != VERDICT_KIND_CLEAR;
    self->planted[order->odd]++;
    self->found[order->odd] += expected && verdict->reason_count == alone;
    self->unplanned += order->odd == SALE_ODD_NONE && verdict->kind != VERDICT_KIND_CLEAR;
    if (verdict->reason_count > 0 && !(expected && verdict->reason_count == alone))
        judged_name(self, order, answer, verdict);
    if (order->odd != SALE_ODD_NONE && verdict->reason_count == 0)
        judged_name(self, order, answer, verdict);
}

static void judged_order(struct judged *self, int64_t index, bool judge)
{
    struct sale_order order = sale_order(self->sale, index);
    int step = judged_step(&order);
    struct anomaly_keys keys;

    if (step < 0)
        return;
    struct answer_body answer = judged_answer(self, &order, step);

    keys = anomaly_facts_keys(self->scratch, &answer.order, order.placed_ms);
    if (!judge) {
        judged_keep(self, self->receivers, keys.receiver, &keys, index);
        judged_keep(self, self->buyers, keys.buyer, &keys, index);
        return;
    }
    struct anomaly_known habit = judged_habit(self, &keys, index);
    struct anomaly_facts *facts = anomaly_facts_open(self->scratch, answer.order.line_count);
    size_t not_judged;
    struct verdict verdict = anomaly_decide(
        self->scratch, &self->policy,
        anomaly_facts_of(facts, self->scratch, &answer, &self->policy, &habit), &not_judged);

    judged_count(self, &order, &answer, &verdict);
}

static void judged_run(struct judged *self)
{
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < self->orders; i++) {
            judged_order(self, i, pass == 1);
            arena_reset(self->scratch);
        }
}

static void judged_print(const struct judged *self)
{
    int64_t planted = 0;

    for (enum sale_odd i = 1; i < SALE_ODD_COUNT; i++) {
        printf("  %-24s planted %5lld, held by it alone %5lld\n", sale_odd_rule(i),
               (long long)self->planted[i], (long long)self->found[i]);
        planted += self->planted[i];
    }
    printf("  of %lld orders %lld judged, %lld planted, %lld held (%.2f %%), %lld of them not "
           "planted\n",
           (long long)self->orders, (long long)self->judged, (long long)planted,
           (long long)self->held, 100.0 * (double)self->held / (double)self->judged,
           (long long)self->unplanned);
}

static void test_planted_orders_are_held_and_hardly_any_other(void **state)
{
    struct judged self;

    (void)state;
    judged_open(&self, (uint64_t)judged_setting("SLUICE_CHECK_SALE_SEED", 11, 0));
    judged_run(&self);
    judged_print(&self);
    for (enum sale_odd i = 1; i < SALE_ODD_COUNT; i++) {
        if (self.planted[i] == 0)
            fail_msg("%s was never planted", sale_odd_rule(i));
        assert_int_equal(self.found[i], self.planted[i]);
    }
    assert_true(self.held * 100 <= self.judged * 3);
    assert_true(self.unplanned * 1000 <= self.judged);
    judged_close(&self);
}

/* Without odd orders hardly any is held: the price of the checks themselves. */
static void test_nothing_planted_nothing_held(void **state)
{
    struct judged self;
    struct sale_options options;

    (void)state;
    judged_open(&self, 12);
    options = *sale_options(self.sale);
    options.shares.odd = 0;
    sale_close(self.sale);
    self.sale = sale_open(&options);
    judged_run(&self);
    printf("  nothing planted: %lld of %lld held\n", (long long)self.held, (long long)self.judged);
    assert_true(self.judged > self.orders * 8 / 10);
    assert_int_equal(self.planted[SALE_ODD_NONE], self.judged);
    assert_true(self.held * 1000 <= self.judged);
    judged_close(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_orders_are_held_and_hardly_any_other),
        cmocka_unit_test(test_nothing_planted_nothing_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
