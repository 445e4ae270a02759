/* sale_report — see sale.h. Here: what goes with a sale, and what must come out of it. */
#include "cli/sale.h"
#include "codec/json_out.h"

/* Units of each SKU by how their orders end. */
struct sale_demand {
    int64_t paid, unpaid, cancelled, sent;
};

struct sale_count {
    int64_t channels[SALE_CHANNELS], ends[SALE_ENDS], odd[SALE_ODD_COUNT];
    int64_t paid_fen, presale;
    int64_t bundles, codes, gifts, giveaways, plain; /* lines, and receivers in plain */
    struct sale_demand *demand;                      /* by SKU */
};

static void sale_count_units(struct sale_demand *demand, enum sale_end end, int64_t units)
{
    switch (end) {
    case SALE_END_PAID:
        demand->paid += units;
        break;
    case SALE_END_UNPAID:
        demand->unpaid += units;
        break;
    case SALE_END_SENT:
        demand->sent += units;
        break;
    case SALE_END_LAPSED:
    case SALE_END_REFUNDED:
    case SALE_ENDS:
        demand->cancelled += units;
        break;
    }
}

static void sale_count_line(struct sale_count *count, int64_t skus, enum sale_end end,
                            const struct sale_line *line)
{
    struct sale_part parts[SALE_PARTS_MAX];
    size_t part_count = sale_line_parts(skus, line, parts);

    count->bundles += line->code == SALE_CODE_SET;
    count->codes += line->code == SALE_CODE_SHOP;
    count->giveaways += line->code == SALE_CODE_GIVEAWAY;
    count->gifts += line->gift;
    for (size_t i = 0; i < part_count; i++)
        sale_count_units(&count->demand[parts[i].sku], end, line->quantity * parts[i].units);
}

static void sale_count_order(struct sale_count *count, int64_t skus, const struct sale_order *order)
{
    count->channels[order->channel]++;
    count->ends[order->end]++;
    count->odd[order->odd]++;
    count->presale += order->presale;
    count->plain += order->plain;
    if (order->end == SALE_END_PAID)
        count->paid_fen += order->total_fen;
    for (size_t i = 0; i < order->line_count; i++)
        sale_count_line(count, skus, order->end, &order->lines[i]);
}

static struct sale_count sale_count_all(struct arena *arena, const struct sale *sale)
{
    const struct sale_options *options = sale_options(sale);
    struct sale_count count = {
        .demand = ARENA_ARRAY(arena, struct sale_demand, (size_t)options->skus),
    };

    for (int64_t i = 0; i < options->orders; i++) {
        struct sale_order order = sale_order(sale, i);

        sale_count_order(&count, options->skus, &order);
    }
    return count;
}

/* ---- prices and stock ---- */

struct str sale_prices(struct arena *arena, const struct sale *sale)
{
    struct json_out out;

    json_out_init(&out, arena, 16384);
    json_out_object(&out, NULL);
    for (int64_t i = 0; i < sale_options(sale)->skus; i++)
        json_out_int(&out, sale_sku(arena, i).data, sale_price_fen(i));
    json_out_object_end(&out);
    return json_out_str(&out);
}

/* Enough: twice what is wanted. Scarce: seven tenths of it for the tenth that sells best. */
static int64_t sale_stock_units(const struct sale_options *options, int64_t sku,
                                const struct sale_demand *demand)
{
    int64_t wanted = demand->paid + demand->unpaid + demand->cancelled + demand->sent;

    if (options->stock == SALE_STOCK_FIXED)
        return options->units;
    if (options->stock == SALE_STOCK_SCARCE && sku < (options->skus + 9) / 10)
        return wanted * 7 / 10;
    return 2 * wanted + 10;
}

static void sale_stock_line(struct arena *arena, struct buf *lines, int64_t sku,
                            const char *warehouse, int64_t quantity)
{
    struct json_out out;

    json_out_init(&out, arena, 128);
    json_out_object(&out, NULL);
    json_out_text(&out, "sku", sale_sku(arena, sku));
    json_out_text(&out, "warehouse", str_of(warehouse));
    json_out_int(&out, "quantity", quantity);
    json_out_object_end(&out);
    buf_put(lines, json_out_str(&out));
    buf_put_byte(lines, '\n');
}

/* Half in Hangzhou, three tenths in Guangzhou, the rest in Chengdu. */
struct str sale_stock(struct arena *arena, const struct sale *sale)
{
    const struct sale_options *options = sale_options(sale);
    struct sale_count count = sale_count_all(arena, sale);
    struct buf lines;

    buf_init(&lines, arena, (size_t)options->skus * 192);
    for (int64_t i = 0; i < options->skus; i++) {
        int64_t units = sale_stock_units(options, i, &count.demand[i]);
        int64_t hangzhou = units / 2, guangzhou = units * 3 / 10;

        sale_stock_line(arena, &lines, i, "HZ", hangzhou);
        sale_stock_line(arena, &lines, i, "GZ", guangzhou);
        sale_stock_line(arena, &lines, i, "CD", units - hangzhou - guangzhou);
    }
    return buf_str(&lines);
}

/* ---- the truth ---- */

static void sale_truth_counts(struct json_out *out, const struct sale_count *count)
{
    static const char *const ends[] = {
        [SALE_END_PAID] = "paid",     [SALE_END_UNPAID] = "unpaid",
        [SALE_END_LAPSED] = "lapsed", [SALE_END_REFUNDED] = "refunded",
        [SALE_END_SENT] = "sent",
    };

    json_out_object(out, "orders_by_channel");
    for (enum sale_channel i = SALE_DOUYIN; i < SALE_CHANNELS; i++)
        json_out_int(out, sale_channel_name(i), count->channels[i]);
    json_out_object_end(out);
    json_out_object(out, "orders_by_end");
    for (enum sale_end i = SALE_END_PAID; i < SALE_ENDS; i++)
        json_out_int(out, ends[i], count->ends[i]);
    json_out_object_end(out);
    json_out_int(out, "cancelled", count->ends[SALE_END_LAPSED] + count->ends[SALE_END_REFUNDED]);
    json_out_int(out, "presale", count->presale);
    json_out_int(out, "plain", count->plain);
    json_out_int(out, "bundle_lines", count->bundles);
    json_out_int(out, "shop_code_lines", count->codes);
    json_out_int(out, "gift_lines", count->gifts);
    json_out_int(out, "giveaways", count->giveaways);
    json_out_int(out, "paid_fen", count->paid_fen);
    json_out_object(out, "odd");
    for (enum sale_odd i = 1; i < SALE_ODD_COUNT; i++)
        json_out_int(out, sale_odd_rule(i), count->odd[i]);
    json_out_object_end(out);
}

/* Each planted order, and the rule that must hold it. */
static void sale_truth_odd_orders(struct arena *arena, struct json_out *out,
                                  const struct sale *sale)
{
    json_out_object(out, "odd_orders");
    for (int64_t i = 0; i < sale_options(sale)->orders; i++) {
        struct sale_order order = sale_order(sale, i);

        if (order.odd != SALE_ODD_NONE)
            json_out_text(out, sale_order_id(arena, &order).data, str_of(sale_odd_rule(order.odd)));
    }
    json_out_object_end(out);
}

/* What arrives: by walking the very stream, once. */
static void sale_truth_stream(struct json_out *out, const struct sale *sale)
{
    struct sale_stream *stream = sale_stream_open(sale);
    struct arena *scratch = arena_open((size_t)64 << 20);
    int64_t payloads = 0, hostile = 0, duplicates = 0, late = 0, bytes = 0;
    struct sale_item item;

    while (sale_stream_next(stream, scratch, &item)) {
        payloads++;
        hostile += item.hostile;
        duplicates += item.duplicate;
        late += item.late;
        bytes += (int64_t)item.payload.size;
        arena_reset(scratch);
    }
    arena_close(scratch);
    sale_stream_close(stream);
    json_out_int(out, "payloads", payloads);
    json_out_int(out, "snapshots", payloads - hostile);
    json_out_int(out, "hostile", hostile);
    json_out_int(out, "duplicates", duplicates);
    json_out_int(out, "late", late);
    json_out_int(out, "bytes", bytes);
}

static void sale_truth_shops(struct arena *arena, struct json_out *out, const struct sale *sale)
{
    json_out_array(out, "shops");
    for (enum sale_channel i = SALE_DOUYIN; i < SALE_CHANNELS; i++)
        for (int64_t j = 0; j < sale_options(sale)->shops; j++)
            json_out_text(out, NULL,
                          arena_format(arena, "%s:%lld", sale_channel_name(i),
                                       (long long)(sale_first_shop(i) + j)));
    json_out_array_end(out);
}

static void sale_truth_demand(struct arena *arena, struct json_out *out, const struct sale *sale,
                              const struct sale_count *count)
{
    json_out_object(out, "demand");
    for (int64_t i = 0; i < sale_options(sale)->skus; i++) {
        const struct sale_demand *demand = &count->demand[i];

        json_out_object(out, sale_sku(arena, i).data);
        json_out_int(out, "paid", demand->paid);
        json_out_int(out, "unpaid", demand->unpaid);
        json_out_int(out, "cancelled", demand->cancelled);
        json_out_int(out, "sent", demand->sent);
        json_out_int(out, "stock", sale_stock_units(sale_options(sale), i, demand));
        json_out_object_end(out);
    }
    json_out_object_end(out);
}

struct str sale_truth(struct arena *arena, const struct sale *sale)
{
    const struct sale_options *options = sale_options(sale);
    struct sale_count count = sale_count_all(arena, sale);
    struct json_out out;

    json_out_init(&out, arena, 65536);
    json_out_object(&out, NULL);
    json_out_int(&out, "seed", (int64_t)(options->seed & 0x1fffffffffffff));
    json_out_int(&out, "orders", options->orders);
    json_out_int(&out, "skus", options->skus);
    sale_truth_shops(arena, &out, sale);
    sale_truth_stream(&out, sale);
    sale_truth_counts(&out, &count);
    sale_truth_demand(arena, &out, sale, &count);
    sale_truth_odd_orders(arena, &out, sale);
    json_out_object_end(&out);
    return json_out_str(&out);
}
