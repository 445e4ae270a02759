/*
 * sale_test — a sale is repeatable, is what it says it is, and reads as its platforms' payloads do.
 *
 * The truth of a sale is checked against its very lines, read back with nothing but the mapping.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"
#include "cli/sale.h"
#include "codec/json.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"

static struct arena *arena;
static struct mapping_set *channels;

static int sale_test_open(void **state)
{
    struct err err;

    (void)state;
    arena = arena_open((size_t)1 << 30);
    if (!mapping_set_open(&channels, SLUICE_SOURCE_DIR "/schemas", &err))
        fail_msg("%s", err.text);
    return 0;
}

static int sale_test_close(void **state)
{
    (void)state;
    mapping_set_close(channels);
    arena_close(arena);
    return 0;
}

static int sale_test_reset(void **state)
{
    (void)state;
    arena_reset(arena);
    return 0;
}

static struct sale_options sale_test_options(uint64_t seed, int64_t orders)
{
    struct sale_options options = sale_options_default();

    options.seed = seed;
    options.orders = orders;
    options.skus = 50;
    options.shares = (struct sale_shares){ .unpaid = 800,
                                           .cancel = 1000,
                                           .held = 1000,
                                           .duplicates = 1000,
                                           .late = 5000,
                                           .hostile = 1000,
                                           .odd = 1000,
                                           .gifts = 500,
                                           .presale = 500,
                                           .giveaways = 300,
                                           .codes = 1000,
                                           .bundles = 500,
                                           .plain = 2000 };
    return options;
}

/* The whole sale as one hash. */
static struct str sale_test_hash(const struct sale_options *options)
{
    struct sale *sale = sale_open(options);
    struct sale_stream *stream = sale_stream_open(sale);
    struct buf all;
    struct sale_item item;

    buf_init(&all, arena, 1 << 20);
    while (sale_stream_next(stream, arena, &item)) {
        buf_put(&all, sale_item_line(arena, &item));
        buf_put_byte(&all, '\n');
    }
    buf_put(&all, sale_truth(arena, sale));
    buf_put(&all, sale_stock(arena, sale));
    buf_put(&all, sale_prices(arena, sale));
    buf_put(&all, sale_rules(arena, sale));
    buf_put(&all, sale_sku_map(arena, sale));
    sale_stream_close(stream);
    sale_close(sale);
    return hash_sha256(arena, buf_str(&all));
}

static void test_same_seed_same_bytes(void **state)
{
    struct sale_options options = sale_test_options(7, 300);
    struct str first = sale_test_hash(&options), again = sale_test_hash(&options);

    (void)state;
    assert_true(str_eq(first, again));
    options.seed = 8;
    assert_false(str_eq(first, sale_test_hash(&options)));
}

/* More noise around the orders leaves the orders as they are. */
static void test_noise_changes_no_order(void **state)
{
    struct sale_options quiet = sale_test_options(7, 200), loud = quiet;
    struct sale *a, *b;

    (void)state;
    quiet.shares.hostile = quiet.shares.duplicates = quiet.shares.late = 0;
    a = sale_open(&quiet);
    b = sale_open(&loud);
    for (int64_t i = 0; i < 200; i++) {
        struct sale_order left = sale_order(a, i), right = sale_order(b, i);

        for (size_t step = 0; step < left.step_count; step++)
            assert_true(
                str_eq(sale_payload(arena, &left, step), sale_payload(arena, &right, step)));
    }
    sale_close(a);
    sale_close(b);
}

/* ---- payloads read back ---- */

static enum order_stage sale_test_stage(enum sale_state state)
{
    switch (state) {
    case SALE_STATE_UNPAID:
        return ORDER_STAGE_UNPAID;
    case SALE_STATE_DEPOSIT:
        return ORDER_STAGE_DEPOSIT_PAID;
    case SALE_STATE_HELD:
        return ORDER_STAGE_RISK_HOLD;
    case SALE_STATE_PAID:
        return ORDER_STAGE_PAID;
    case SALE_STATE_LAPSED:
    case SALE_STATE_REFUNDED:
        return ORDER_STAGE_CLOSED;
    case SALE_STATE_SHIPPED:
        return ORDER_STAGE_SHIPPED;
    }
    return ORDER_STAGE_NONE;
}

static struct order sale_test_map(struct str channel, struct str shop, struct str payload)
{
    struct order order;
    struct err err;

    if (!mapping_order(mapping_set_get(channels, channel), arena, shop, payload, &order, &err))
        fail_msg("%s: %.*s", err.text, STR_ARG(payload));
    return order;
}

static char sale_test_letter(enum sale_channel channel)
{
    return channel == SALE_DOUYIN ? 'D' : channel == SALE_TMALL ? 'T' : 'W';
}

static void sale_test_same_line(const struct sale_order *order, size_t i, const struct order *read)
{
    const struct sale_line *wanted = &order->lines[i];
    const struct order_line *line = &read->lines[i];
    struct str code = sale_line_code(arena, sale_test_letter(order->channel), wanted);

    assert_true(str_eq(line->merchant_code, code));
    if (wanted->code == SALE_CODE_GIVEAWAY)
        assert_true(str_eq(line->platform_sku, sale_giveaway_id(arena, wanted->sku)));
    assert_int_equal(line->quantity, wanted->quantity);
    assert_int_equal(line->price_fen, wanted->price_fen);
    assert_int_equal(line->kind, wanted->gift     ? LINE_KIND_GIFT
                                 : order->presale ? LINE_KIND_PRESALE
                                                  : LINE_KIND_SPOT);
    if (order->channel != SALE_DOUYIN)
        return;
    assert_int_equal(line->campaign.size > 0, order->presale && read->stage != ORDER_STAGE_UNPAID
                                                  && order->end != SALE_END_LAPSED);
    assert_int_equal(line->parent.size > 0, wanted->parent != SALE_PARENT_NONE);
    if (wanted->parent == SALE_PARENT_FIRST)
        assert_true(str_eq(line->parent, read->lines[0].line_id));
}

/* Who gave away what is hidden, and who is not. */
static void sale_test_same_receiver(const struct sale_order *wanted, const struct order *order)
{
    const struct order_receiver *receiver = &order->receiver;
    bool hidden = receiver->masked || receiver->cipher.size > 0 || str_has(receiver->address, '*');

    assert_int_equal(hidden, !wanted->plain);
    if (wanted->plain && wanted->odd == SALE_ODD_NONE)
        assert_true(receiver->address.size > 6);
    assert_true(receiver->key.size > 0 && order->buyer_key.size > 0);
}

static void sale_test_same_order(const struct sale_order *wanted, const struct sale_step *step)
{
    size_t number = (size_t)(step - wanted->steps);
    struct order order = sale_test_map(str_of(sale_channel_name(wanted->channel)),
                                       arena_format(arena, "%lld", (long long)wanted->shop),
                                       sale_payload(arena, wanted, number));

    assert_true(str_eq(order.order_id, sale_order_id(arena, wanted)));
    assert_int_equal(order.stage, sale_test_stage(step->state));
    assert_int_equal(order.version, step->at_ms);
    assert_int_equal(order.placed_at, wanted->placed_ms);
    assert_int_equal(order.total_fen, wanted->total_fen);
    assert_int_equal(order.freight_fen, wanted->freight_fen);
    assert_int_equal(order.discount_fen, wanted->discount_fen);
    assert_int_equal(order.line_count, wanted->line_count);
    if (step->state == SALE_STATE_PAID) {
        assert_int_equal(order.paid_at, wanted->paid_ms);
        assert_true(order.due_at > wanted->paid_ms);
    }
    for (size_t i = 0; i < order.line_count; i++)
        sale_test_same_line(wanted, i, &order);
    sale_test_same_receiver(wanted, &order);
}

static void test_payloads_say_what_the_order_is(void **state)
{
    struct sale_options options = sale_test_options(3, 600);
    struct sale *sale = sale_open(&options);
    int64_t seen[SALE_CHANNELS] = { 0 };

    (void)state;
    for (int64_t i = 0; i < options.orders; i++) {
        struct sale_order order = sale_order(sale, i);

        seen[order.channel]++;
        assert_true(order.step_count >= 1);
        for (size_t step = 0; step < order.step_count; step++)
            sale_test_same_order(&order, &order.steps[step]);
    }
    for (int i = 0; i < SALE_CHANNELS; i++)
        assert_true(seen[i] > 50);
    sale_close(sale);
}

/* An order's states follow one another in time. */
static void test_lives_go_forward(void **state)
{
    struct sale_options options = sale_test_options(5, 400);
    struct sale *sale = sale_open(&options);

    (void)state;
    for (int64_t i = 0; i < options.orders; i++) {
        struct sale_order order = sale_order(sale, i);

        for (size_t step = 1; step < order.step_count; step++)
            assert_true(order.steps[step].at_ms > order.steps[step - 1].at_ms);
        assert_true(order.placed_ms >= options.start_ms);
        assert_true(order.placed_ms < options.start_ms + options.span_ms);
        assert_true(order.id > INT64_C(1000000000000000000)); /* 19 digits */
    }
    sale_close(sale);
}

/* ---- hostile ---- */

static void test_hostile_payloads_are_refused(void **state)
{
    struct sale_options options = sale_test_options(9, 90);
    struct sale *sale = sale_open(&options);

    (void)state;
    for (int64_t i = 0; i < options.orders; i++) {
        for (int64_t kind = 0; kind < SALE_HOSTILE_KINDS; kind++) {
            struct sale_order order = sale_order(sale, i);
            struct sale_item item = sale_hostile(arena, &order, kind);
            const struct mapping *mapping = mapping_set_get(channels, item.channel);
            struct order read;
            struct err err;

            assert_true(item.hostile);
            if (strcmp(sale_hostile_name(kind), "channel_unknown") == 0) {
                assert_null(mapping);
                continue;
            }
            assert_non_null(mapping);
            if (mapping_order(mapping, arena, item.shop, item.payload, &read, &err))
                fail_msg("%s was accepted: %.*s", sale_hostile_name(kind), STR_ARG(item.payload));
            assert_int_equal(err.class, ERR_REJECT);
        }
        arena_reset(arena);
    }
    sale_close(sale);
}

static void test_hostile_count(void **state)
{
    struct sale_options options = sale_test_options(1, 1000);
    struct sale *sale = sale_open(&options);

    (void)state;
    assert_int_equal(sale_hostile_count(sale), 100);
    sale_close(sale);
    options.orders = 3;
    sale = sale_open(&options);
    assert_int_equal(sale_hostile_count(sale), 1);
    sale_close(sale);
    options.shares.hostile = 0;
    sale = sale_open(&options);
    assert_int_equal(sale_hostile_count(sale), 0);
    sale_close(sale);
}

/* ---- the container ---- */

static struct str sale_test_unhex(struct str hex)
{
    char *bytes = arena_alloc(arena, hex.size / 2 + 1);

    for (size_t i = 0; i + 1 < hex.size; i += 2) {
        unsigned value;

        assert_int_equal(sscanf(hex.data + i, "%2x", &value), 1);
        bytes[i / 2] = (char)value;
    }
    return (struct str){ bytes, hex.size / 2 };
}

/* Each line is one JSON object, and gives back the payload's bytes exactly. */
static void test_lines_keep_the_bytes(void **state)
{
    struct sale_options options = sale_test_options(11, 200);
    struct sale *sale = sale_open(&options);
    struct sale_stream *stream = sale_stream_open(sale);
    struct sale_item item;

    (void)state;
    while (sale_stream_next(stream, arena, &item)) {
        const struct json *line, *payload;
        struct err err;

        if (!json_parse(arena, sale_item_line(arena, &item), &line, &err))
            fail_msg("%s", err.text);
        assert_true(str_eq(json_get(line, "channel")->text, item.channel));
        assert_true(str_eq(json_get(line, "shop")->text, item.shop));
        payload = json_get(line, "payload");
        if (json_is(payload, JSON_OBJECT))
            assert_true(str_eq(payload->source, item.payload));
        else if (json_is(json_get(line, "payload_text"), JSON_STRING))
            assert_true(str_eq(json_get(line, "payload_text")->text, item.payload));
        else
            assert_true(str_eq(sale_test_unhex(json_get(line, "payload_hex")->text), item.payload));
    }
    sale_stream_close(stream);
    sale_close(sale);
}

/* ---- the truth ---- */

struct sale_test_count {
    int64_t payloads, hostile, repeats, backwards;
};

static struct sale_test_count sale_test_walk(const struct sale *sale, struct map *newest)
{
    struct sale_stream *stream = sale_stream_open(sale);
    struct map *seen = map_open(arena);
    struct sale_test_count count = { 0 };
    struct sale_item item;

    while (sale_stream_next(stream, arena, &item)) {
        struct str hash = hash_sha256(arena, item.payload);
        struct order *order, *known;

        count.payloads++;
        if (item.hostile) {
            count.hostile++;
            continue;
        }
        order = ARENA_NEW(arena, struct order);
        *order = sale_test_map(item.channel, item.shop, item.payload);
        known = map_get(newest, order->order_id);
        if (map_get(seen, hash))
            count.repeats++;
        else if (known && known->version > order->version)
            count.backwards++;
        map_put(seen, hash, order);
        if (!known || known->version < order->version)
            map_put(newest, order->order_id, order);
    }
    sale_stream_close(stream);
    return count;
}

static int64_t sale_test_number(const struct json *truth, const char *path)
{
    int64_t number = -1;

    if (!json_int(json_at(truth, path), &number))
        fail_msg("no %s in the truth", path);
    return number;
}

/* What the lines say against the truth; which rule must hold an odd order is sale_judged_test. */
static void sale_test_check_orders(const struct json *truth, struct map *newest)
{
    int64_t by_stage[ORDER_STAGE_CLOSED + 1] = { 0 };
    const struct json *odd = json_get(truth, "odd_orders");

    for (size_t i = 0; i < map_count(newest); i++) {
        struct str id;
        const struct order *order = map_at(newest, i, &id);

        by_stage[order->stage]++;
    }
    assert_true(odd->count > 0);
    for (const struct json *said = odd->child; said; said = said->next) {
        const struct order *order = map_get(newest, said->name);

        assert_non_null(order);
        assert_int_equal(order->stage, str_is(said->text, "sent_elsewhere") ? ORDER_STAGE_SHIPPED
                                                                            : ORDER_STAGE_PAID);
    }
    assert_int_equal(by_stage[ORDER_STAGE_PAID], sale_test_number(truth, "orders_by_end.paid"));
    assert_int_equal(by_stage[ORDER_STAGE_UNPAID], sale_test_number(truth, "orders_by_end.unpaid"));
    assert_int_equal(by_stage[ORDER_STAGE_SHIPPED], sale_test_number(truth, "orders_by_end.sent"));
    assert_int_equal(by_stage[ORDER_STAGE_CLOSED], sale_test_number(truth, "cancelled"));
}

/* The rows of sku_map.csv: what a channel's code is. */
struct sale_test_code {
    struct str skus[SALE_PARTS_MAX];
    int64_t units[SALE_PARTS_MAX];
    size_t count;
};

static struct map *sale_test_codes(const struct sale *sale)
{
    struct str rest = sale_sku_map(arena, sale), line = str_cut(&rest, '\n');
    struct map *codes = map_open(arena);

    assert_true(str_is(line, "channel,shop,code,sku,units"));
    while (rest.size > 0) {
        struct sale_test_code *code;
        struct str channel, name;

        line = str_cut(&rest, '\n');
        channel = str_cut(&line, ',');
        (void)str_cut(&line, ',');
        name = str_cut(&line, ',');
        name = arena_format(arena, "%.*s,%.*s", STR_ARG(channel), STR_ARG(name));
        code = map_get(codes, name);
        if (!code)
            code = ARENA_NEW(arena, struct sale_test_code);
        assert_true(code->count < SALE_PARTS_MAX);
        code->skus[code->count] = str_cut(&line, ',');
        assert_true(num_parse(line, &code->units[code->count]));
        code->count++;
        map_put(codes, name, code);
    }
    return codes;
}

/* Units of one SKU in a line, by the map or by its own name. */
static int64_t sale_test_units(struct map *codes, struct str channel, const struct order_line *line,
                               struct str sku)
{
    struct str name = line->merchant_code.size > 0 ? line->merchant_code : line->platform_sku;
    const struct sale_test_code *code =
        map_get(codes, arena_format(arena, "%.*s,%.*s", STR_ARG(channel), STR_ARG(name)));
    int64_t units = 0;

    if (!code)
        return str_eq(name, sku) ? line->quantity : 0;
    for (size_t i = 0; i < code->count; i++)
        units += str_eq(code->skus[i], sku) ? code->units[i] * line->quantity : 0;
    return units;
}

static void sale_test_check_demand(const struct json *truth, struct map *newest, struct map *codes)
{
    for (const struct json *sku = json_get(truth, "demand")->child; sku; sku = sku->next) {
        int64_t paid = 0, cancelled = 0, sent = 0;

        for (size_t i = 0; i < map_count(newest); i++) {
            struct str id;
            const struct order *order = map_at(newest, i, &id);

            for (size_t j = 0; j < order->line_count; j++) {
                int64_t units = sale_test_units(codes, order->channel, &order->lines[j], sku->name);

                paid += order->stage == ORDER_STAGE_PAID ? units : 0;
                sent += order->stage == ORDER_STAGE_SHIPPED ? units : 0;
                cancelled += order->stage == ORDER_STAGE_CLOSED ? units : 0;
            }
        }
        assert_int_equal(paid, sale_test_number(sku, "paid"));
        assert_int_equal(sent, sale_test_number(sku, "sent"));
        assert_int_equal(cancelled, sale_test_number(sku, "cancelled"));
    }
}

static void test_truth_is_what_the_lines_say(void **state)
{
    struct sale_options options = sale_test_options(13, 800);
    struct sale *sale = sale_open(&options);
    struct map *newest = map_open(arena);
    struct sale_test_count count = sale_test_walk(sale, newest);
    const struct json *truth;
    struct err err;

    (void)state;
    if (!json_parse(arena, sale_truth(arena, sale), &truth, &err))
        fail_msg("%s", err.text);
    assert_int_equal(count.payloads, sale_test_number(truth, "payloads"));
    assert_int_equal(count.hostile, sale_test_number(truth, "hostile"));
    assert_int_equal(count.hostile, 80);
    assert_int_equal(count.repeats, sale_test_number(truth, "duplicates"));
    assert_int_equal(count.payloads - count.hostile, sale_test_number(truth, "snapshots"));
    assert_true(count.repeats > 40);
    assert_true(count.backwards > 0);
    assert_true(sale_test_number(truth, "late") >= count.backwards);
    assert_int_equal((int64_t)map_count(newest), options.orders);
    assert_int_equal(sale_test_number(truth, "orders"), options.orders);
    sale_test_check_orders(truth, newest);
    sale_test_check_demand(truth, newest, sale_test_codes(sale));
    assert_true(sale_test_number(truth, "bundle_lines") > 10);
    assert_true(sale_test_number(truth, "shop_code_lines") > 20);
    assert_true(sale_test_number(truth, "giveaways") > 0);
    sale_close(sale);
}

static void test_seeds_do_not_share_orders(void **state)
{
    struct sale_options left = sale_test_options(1, 50), right = sale_test_options(2, 50);
    struct sale *a = sale_open(&left), *b = sale_open(&right);
    struct map *ids = map_open(arena);

    (void)state;
    for (int64_t i = 0; i < 50; i++) {
        struct sale_order order = sale_order(a, i);

        map_put(ids, sale_order_id(arena, &order), ids);
    }
    assert_int_equal(map_count(ids), 50);
    for (int64_t i = 0; i < 50; i++) {
        struct sale_order order = sale_order(b, i);

        assert_null(map_get(ids, sale_order_id(arena, &order)));
    }
    sale_close(a);
    sale_close(b);
}

/* ---- stock and prices ---- */

static int64_t sale_test_stock_of(struct str lines, const char *sku, int *warehouses)
{
    int64_t sum = 0;

    *warehouses = 0;
    while (lines.size > 0) {
        struct str text = str_cut(&lines, '\n');
        const struct json *line;
        struct err err;

        if (text.size == 0)
            continue;
        if (!json_parse(arena, text, &line, &err))
            fail_msg("%s", err.text);
        if (!str_is(json_get(line, "sku")->text, sku))
            continue;
        sum += sale_test_number(line, "quantity");
        (*warehouses)++;
    }
    return sum;
}

static void test_stock(void **state)
{
    struct sale_options options = sale_test_options(1, 2000);
    struct sale *sale;
    int64_t enough, scarce;
    int warehouses;

    (void)state;
    sale = sale_open(&options);
    enough = sale_test_stock_of(sale_stock(arena, sale), "SKU-0001", &warehouses);
    assert_int_equal(warehouses, 3);
    sale_close(sale);
    options.stock = SALE_STOCK_SCARCE;
    sale = sale_open(&options);
    scarce = sale_test_stock_of(sale_stock(arena, sale), "SKU-0001", &warehouses);
    sale_close(sale);
    assert_true(scarce > 0 && scarce * 2 < enough); /* 0.7 of what is wanted against twice it */
    options.stock = SALE_STOCK_FIXED;
    options.units = 1000;
    sale = sale_open(&options);
    assert_int_equal(sale_test_stock_of(sale_stock(arena, sale), "SKU-0001", &warehouses), 1000);
    assert_int_equal(sale_test_stock_of(sale_stock(arena, sale), "SKU-0050", &warehouses), 1000);
    sale_close(sale);
}

static void test_prices(void **state)
{
    struct sale_options options = sale_test_options(1, 10);
    struct sale *sale = sale_open(&options);
    const struct json *prices;
    struct err err;

    (void)state;
    assert_true(json_parse(arena, sale_prices(arena, sale), &prices, &err));
    assert_int_equal(prices->count, 50);
    assert_int_equal(sale_test_number(prices, "SKU-0001"), sale_price_fen(0));
    for (int64_t i = 0; i < 50; i++)
        assert_true(sale_price_fen(i) >= 990 && sale_price_fen(i) <= 30890);
    sale_close(sale);
}

/* Few SKUs sell most. */
static void test_skew(void **state)
{
    struct sale_options options = sale_test_options(1, 4000);
    struct sale *sale = sale_open(&options);
    int64_t units[50] = { 0 }, all = 0;

    (void)state;
    for (int64_t i = 0; i < options.orders; i++) {
        struct sale_order order = sale_order(sale, i);

        units[order.lines[0].sku]++;
        all++;
    }
    assert_true(units[0] * 100 / all >= 18 && units[0] * 100 / all <= 27); /* 1/H(50) = 22 % */
    assert_true(units[0] > units[4] && units[4] > units[40]);
    sale_close(sale);
}

/* Hundreds of ways to write where one lives, in town and country, and telephones that could be. */
static void test_plain_receivers_vary(void **state)
{
    struct sale_options options = sale_test_options(2, 4000);
    struct sale *sale = sale_open(&options);
    struct map *addresses = map_open(arena), *phones = map_open(arena);
    int64_t villages = 0, plain = 0;

    (void)state;
    for (int64_t i = 0; i < options.orders; i++) {
        struct sale_order order = sale_order(sale, i);
        struct order read;

        if (!order.plain || order.odd != SALE_ODD_NONE)
            continue;
        read = sale_test_map(str_of(sale_channel_name(order.channel)), STR("1"),
                             sale_payload(arena, &order, order.step_count - 1));
        map_put(addresses, read.receiver.address, sale);
        map_put(phones, read.receiver.phone, sale);
        assert_true(read.receiver.phone.size == 11 || read.receiver.phone.size == 16);
        assert_true(str_starts(read.receiver.phone, STR("1990000"))
                    || str_starts(read.receiver.phone, STR("1700000")));
        villages += strstr(arena_copy(arena, read.receiver.address).data, "村") != NULL;
        plain++;
    }
    assert_true(plain > 600 && villages > 100);
    assert_true(map_count(addresses) > 500 && map_count(phones) > 500);
    sale_close(sale);
}

/* Many shops and SKUs make no endless map: only the first shops have codes of their own. */
static void test_few_shops_have_codes_of_their_own(void **state)
{
    struct sale_options options = sale_test_options(2, 3000);
    struct sale *sale;
    int64_t own = 0;

    (void)state;
    options.shops = 50;
    sale = sale_open(&options);
    for (int64_t i = 0; i < options.orders; i++) {
        struct sale_order order = sale_order(sale, i);

        for (size_t j = 0; j < order.line_count; j++) {
            if (order.lines[j].code != SALE_CODE_SHOP)
                continue;
            assert_true(order.shop < sale_first_shop(order.channel) + SALE_CODE_SHOPS);
            own++;
        }
    }
    assert_true(own > 50);
    assert_null(strstr(sale_sku_map(arena, sale).data, "9000021"));
    assert_non_null(strstr(sale_sku_map(arena, sale).data, "9000020"));
    sale_close(sale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_same_seed_same_bytes, sale_test_reset),
        cmocka_unit_test_teardown(test_noise_changes_no_order, sale_test_reset),
        cmocka_unit_test_teardown(test_payloads_say_what_the_order_is, sale_test_reset),
        cmocka_unit_test_teardown(test_lives_go_forward, sale_test_reset),
        cmocka_unit_test_teardown(test_hostile_payloads_are_refused, sale_test_reset),
        cmocka_unit_test_teardown(test_hostile_count, sale_test_reset),
        cmocka_unit_test_teardown(test_lines_keep_the_bytes, sale_test_reset),
        cmocka_unit_test_teardown(test_truth_is_what_the_lines_say, sale_test_reset),
        cmocka_unit_test_teardown(test_seeds_do_not_share_orders, sale_test_reset),
        cmocka_unit_test_teardown(test_stock, sale_test_reset),
        cmocka_unit_test_teardown(test_prices, sale_test_reset),
        cmocka_unit_test_teardown(test_skew, sale_test_reset),
        cmocka_unit_test_teardown(test_plain_receivers_vary, sale_test_reset),
        cmocka_unit_test_teardown(test_few_shops_have_codes_of_their_own, sale_test_reset),
    };

    return cmocka_run_group_tests(tests, sale_test_open, sale_test_close);
}
