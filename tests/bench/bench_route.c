/*
 * bench_route — the decision of route on ordinary orders, and the ceiling it is measured against.
 *
 *   bench_route --mix one|plain|split|decide [--orders N] [--runs N]
 *
 * Orders have 1 to 4 SKUs of 1 to 3 units (most have one), 3 to 8 warehouses, 3 to 5 carriers in
 * each; tariffs are as carriers publish them, by the kilogram or the half.
 *   one    every warehouse has everything: the choice is by lateness and price alone
 *   plain  a warehouse has a SKU five times in six, and then enough of it three times in four
 *   split  no warehouse has everything
 *   decide the whole decision instead of the solver alone: facts, candidates, the shipped rules,
 *          the solver, the sentences; 300 SKUs, receivers all over the country
 * Two ways through the same orders, run by run in turn:
 *   solve  route_solve() or route_decide(), scratch and answer; the arena is reset for each order
 *   scan   every number of the order read once and added up: no one can decide without that
 * Each order is timed alone; the median and the 99th percentile are said in nanoseconds, and what
 * reading the clock costs is in them.
 */
#include <time.h>

#include "base/arena.h"
#include "bench_say.h"
#include "codec/rules_codec.h"
#include "route/route_decide.h"
#include "route/route_solve_decide.h"

#define BENCH_SITES  8
#define BENCH_WANTS  4
#define BENCH_OFFERS 5
#define BENCH_SKUS   300
#define BENCH_NOW    INT64_C(1794369600000) /* 2026-11-11 12:00:00 in China */

struct bench_order {
    struct route_problem problem;
    struct route_want wants[BENCH_WANTS];
    struct route_site sites[BENCH_SITES];
    int64_t free[BENCH_SITES][BENCH_WANTS];
    struct route_offer offers[BENCH_SITES][BENCH_OFFERS];
    struct answer_body answer; /* of the mix decide */
    struct stock_units claimed[BENCH_WANTS];
    size_t first_row[BENCH_WANTS];
};

struct bench {
    struct arena *arena, *scratch, *results; /* of the whole run; of one order */
    struct bench_order *orders;
    int64_t order_count;
    int64_t *took_ns;
    int64_t parcels, sum; /* so that nothing measured can be left out by the compiler */
    const char *mix;
    struct rule_set set; /* of the mix decide */
    struct route_policy policy;
    struct route_board board;
};

static int64_t bench_below(int64_t limit)
{
    static uint64_t state = 20261111;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((state >> 33) % (uint64_t)limit);
}

static int64_t bench_now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- orders ---- */

static struct route_offer bench_offer(size_t carrier)
{
    bool half = bench_below(3) == 0;

    return (struct route_offer){
        .carrier = carrier,
        .tariff = { .first_grams = 1000,
                    .first_fen = 280 + 10 * bench_below(120),
                    .step_grams = half ? 500 : 1000,
                    .step_fen = (half ? 40 : 80) + 10 * bench_below(60),
                    .grams_max = bench_below(2) ? 30000 : 50000 },
        .extra_fen = bench_below(10) == 0 ? -500 : 0,
    };
}

static int64_t bench_free(const struct bench *self, const struct bench_order *order, size_t want)
{
    int64_t units = order->wants[want].units;

    if (strcmp(self->mix, "one") == 0)
        return units + bench_below(1000);
    if (bench_below(6) == 0)
        return 0;
    return bench_below(4) == 0 ? bench_below(units + 1) : units + bench_below(1000);
}

static bool bench_has_all(const struct bench_order *order, size_t site)
{
    for (size_t k = 0; k < order->problem.want_count; k++) {
        if (order->free[site][k] < order->wants[k].units)
            return false;
    }
    return true;
}

static void bench_make_order(const struct bench *self, struct bench_order *order)
{
    bool split = strcmp(self->mix, "split") == 0;
    int64_t wants = split ? 2 + bench_below(3) : bench_below(3) ? 1 : 1 + bench_below(4);

    order->problem = (struct route_problem){
        .wants = order->wants,
        .want_count = (size_t)wants,
        .sites = order->sites,
        .site_count = (size_t)(3 + bench_below(6)),
        .effort = ROUTE_EFFORT_PLAIN,
    };
    for (size_t k = 0; k < order->problem.want_count; k++)
        order->wants[k] = (struct route_want){ .units = bench_below(3) ? 1 : 1 + bench_below(3),
                                               .grams = 50 + 10 * bench_below(150) };
    for (size_t i = 0; i < order->problem.site_count; i++) {
        for (size_t k = 0; k < order->problem.want_count; k++)
            order->free[i][k] = bench_free(self, order, k);
        if (split && bench_has_all(order, i))
            order->free[i][bench_below(wants)] = 0;
        order->sites[i] = (struct route_site){
            .free = order->free[i],
            .late = bench_below(5) == 0,
            .fixed_fen = 20 * bench_below(10),
            .offers = order->offers[i],
            .offer_count = (size_t)(3 + bench_below(3)),
        };
        for (size_t o = 0; o < order->sites[i].offer_count; o++)
            order->offers[i][o] = bench_offer(o);
    }
}

/* ---- whole decisions ---- */

static void bench_make_board(struct bench *self)
{
    struct str text = rules_shipped(STR("route"));
    struct err err;

    bench_must(rules_decode(self->arena, text, route_rules_language(), &self->set, &err), &err);
    bench_must(route_policy_make(self->arena, &self->set, &self->policy, &err), &err);
    self->board = route_board_make(&self->policy, self->scratch, BENCH_NOW);
    self->board.rows = ARENA_ARRAY(self->arena, struct route_free,
                                   BENCH_SKUS * self->policy.warehouse_count);
    for (size_t k = 0; k < BENCH_SKUS; k++) {
        for (size_t w = 0; w < self->policy.warehouse_count; w++) {
            if (bench_below(8) > 0)
                self->board.rows[self->board.row_count++] = (struct route_free){
                    .sku = arena_format(self->arena, "SKU-%04zu", k),
                    .warehouse = self->policy.warehouses[w].id,
                    .units = INT64_C(1) << 40,
                };
        }
    }
    route_board_sort(&self->board);
}

static void bench_make_answer(struct bench *self, struct bench_order *order)
{
    static const char *const places[][3] = {
        { "浙江省", "杭州市", "西湖区" }, { "广东省", "深圳市", "南山区" },
        { "北京市", "北京市", "朝阳区" }, { "四川省", "成都市", "武侯区" },
        { "江苏省", "苏州市", "昆山市" }, { "新疆维吾尔自治区", "乌鲁木齐市", "天山区" },
        { "湖北省", "武汉市", "江汉区" }, { "辽宁省", "沈阳市", "和平区" },
    };
    const char *const *place = places[bench_below(8)];
    size_t count = (size_t)(bench_below(3) ? 1 : 1 + bench_below(BENCH_WANTS));
    int64_t sku = bench_below(BENCH_SKUS - BENCH_WANTS);

    order->answer = (struct answer_body){ .claimed = order->claimed, .claimed_count = count };
    order->answer.order.total_fen = 9900;
    order->answer.order.due_at = BENCH_NOW + 48 * INT64_C(3600000);
    order->answer.order.receiver.province = str_of(place[0]);
    order->answer.order.receiver.city = str_of(place[1]);
    order->answer.order.receiver.district = str_of(place[2]);
    for (size_t k = 0; k < count; k++) {
        size_t row_count;

        order->claimed[k] = (struct stock_units){
            .sku = arena_format(self->arena, "SKU-%04lld", (long long)sku + (long long)k),
            .units = 1 + bench_below(2) };
        order->first_row[k] = (size_t)(route_board_rows(&self->board, order->claimed[k].sku,
                                                        &row_count) - self->board.rows);
    }
}

static bool bench_decide_order(struct bench *self, const struct bench_order *order)
{
    struct plan plan;
    struct str why;

    arena_reset(self->results);
    if (!route_decide(self->results, &order->answer, &self->board, &plan, &why))
        return false;
    self->parcels += (int64_t)plan.parcel_count;
    return true;
}

/* Each tariff for each warehouse, and each row of its SKUs. */
static int64_t bench_scan_answer(const struct bench *self, const struct bench_order *order)
{
    int64_t sum = 0;

    for (size_t w = 0; w < self->policy.warehouse_count; w++) {
        for (size_t i = 0; i < self->policy.rate_count; i++) {
            const struct route_tariff *tariff = &self->policy.rates[i].tariff;

            sum += tariff->first_grams + tariff->first_fen + tariff->step_grams
                   + tariff->step_fen + tariff->grams_max;
        }
    }
    for (size_t k = 0; k < order->answer.claimed_count; k++) {
        for (size_t w = 0; w < self->policy.warehouse_count; w++)
            sum += self->board.rows[(order->first_row[k] + w) % self->board.row_count].units;
    }
    return sum;
}

/* ---- the solver alone ---- */

static bool bench_solve_order(struct bench *self, const struct bench_order *order)
{
    struct route_solution solution;
    struct route_lack lack;

    arena_reset(self->scratch);
    if (!route_solve(self->scratch, &order->problem, &solution, &lack))
        return false;
    self->parcels += (int64_t)solution.best.parcel_count;
    return true;
}

static bool bench_is_decide(const struct bench *self)
{
    return strcmp(self->mix, "decide") == 0;
}

static void bench_make(struct bench *self)
{
    self->orders = ARENA_ARRAY(self->arena, struct bench_order, (size_t)self->order_count);
    self->took_ns = ARENA_ARRAY(self->arena, int64_t, (size_t)self->order_count);
    if (bench_is_decide(self))
        bench_make_board(self);
    for (int64_t i = 0; i < self->order_count; i++) {
        bool done;

        do {
            if (bench_is_decide(self))
                bench_make_answer(self, &self->orders[i]);
            else
                bench_make_order(self, &self->orders[i]);
            done = bench_is_decide(self) ? bench_decide_order(self, &self->orders[i])
                                         : bench_solve_order(self, &self->orders[i]);
        } while (!done);
    }
}

/* ---- the two ways ---- */

static void bench_solve(struct bench *self, const struct bench_order *order)
{
    bool done = bench_is_decide(self) ? bench_decide_order(self, order)
                                      : bench_solve_order(self, order);

    if (!done)
        bench_die("solve", "an order that was solved before is not");
}

static void bench_scan(struct bench *self, const struct bench_order *order)
{
    const struct route_problem *problem = &order->problem;
    int64_t sum = 0;

    if (bench_is_decide(self)) {
        self->sum += bench_scan_answer(self, order);
        return;
    }
    for (size_t k = 0; k < problem->want_count; k++)
        sum += problem->wants[k].units + problem->wants[k].grams;
    for (size_t i = 0; i < problem->site_count; i++) {
        const struct route_site *site = &problem->sites[i];

        sum += site->late + site->fixed_fen;
        for (size_t k = 0; k < problem->want_count; k++)
            sum += site->free[k];
        for (size_t o = 0; o < site->offer_count; o++) {
            const struct route_tariff *tariff = &site->offers[o].tariff;

            sum += tariff->first_grams + tariff->first_fen + tariff->step_grams + tariff->step_fen
                   + tariff->grams_max + site->offers[o].extra_fen;
        }
    }
    self->sum += sum;
}

static int bench_compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void bench_run(struct bench *self, const char *what,
                      void (*one)(struct bench *self, const struct bench_order *order))
{
    size_t count = (size_t)self->order_count;
    int64_t own_us, before = bench_now_ns(), all = before;

    self->parcels = 0;
    own_us = bench_own_cpu_us();
    for (size_t i = 0; i < count; i++) {
        one(self, &self->orders[i]);
        int64_t now = bench_now_ns();

        self->took_ns[i] = now - before;
        before = now;
    }
    own_us = bench_own_cpu_us() - own_us;
    qsort(self->took_ns, count, sizeof *self->took_ns, bench_compare);
    printf("{\"what\": \"%s\", \"count\": %zu, \"took_us\": %lld, \"client_us\": %lld, "
           "\"median_ns\": %lld, \"p99_ns\": %lld, \"parcels\": %lld}\n",
           what, count, (long long)((before - all) / 1000), (long long)own_us,
           (long long)self->took_ns[count / 2], (long long)self->took_ns[count * 99 / 100],
           (long long)self->parcels);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    struct bench self = {
        .mix = bench_word(argc, argv, "--mix", NULL),
        .order_count = bench_number(argc, argv, "--orders", "50000"),
    };
    int64_t runs = bench_number(argc, argv, "--runs", "3");

    if (self.order_count < 1
        || (strcmp(self.mix, "one") != 0 && strcmp(self.mix, "plain") != 0
            && strcmp(self.mix, "split") != 0 && !bench_is_decide(&self)))
        bench_die("arguments", "a mix of one, plain, split, decide, and at least one order");
    self.arena = arena_open((size_t)4 << 30);
    self.scratch = arena_open((size_t)256 << 20);
    self.results = arena_open((size_t)256 << 20);
    bench_make(&self);
    for (int64_t i = 0; i < runs; i++) {
        bench_run(&self, "solve", bench_solve);
        bench_run(&self, "scan", bench_scan);
    }
    arena_close(self.results);
    arena_close(self.scratch);
    arena_close(self.arena);
    return self.sum == 1 ? 1 : 0;
}
