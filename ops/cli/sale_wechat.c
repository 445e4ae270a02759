/* sale_wechat — an order of a WeChat shop: /channels/ec/order/get. */
#include "cli/sale_formats.h"
#include "cli/sale_places.h"
#include "cli/sale_taste.h"

#define SALE_WECHAT_SHIP_MS INT64_C(172800000)

static int64_t sale_wechat_status(const struct sale_writer *writer)
{
    switch (writer->step->state) {
    case SALE_STATE_UNPAID:
    case SALE_STATE_DEPOSIT:
        return 10;
    case SALE_STATE_HELD:
        return 13;
    case SALE_STATE_PAID:
        return 20;
    case SALE_STATE_LAPSED:
        return 250;
    case SALE_STATE_REFUNDED:
        return 200;
    case SALE_STATE_SHIPPED:
        return 30;
    }
    return 10;
}

static void sale_wechat_put_line(struct sale_writer *writer, size_t i)
{
    const struct sale_line *line = &writer->order->lines[i];
    struct str code = sale_line_code(writer->arena, 'W', line);
    bool asked = i == 0 && sale_writer_is_refund_asked(writer);
    long long number = sale_line_number(line);
    const struct sale_order *order = writer->order;
    bool refunded = writer->step->state == SALE_STATE_REFUNDED;
    int64_t from = sale_writer_is_paid(writer) ? order->paid_ms : order->placed_ms;

    json_out_object(&writer->out, NULL);
    json_out_text(&writer->out, "product_id", arena_format(writer->arena, "1000000%07lld", number));
    json_out_text(&writer->out, "sku_id", arena_format(writer->arena, "20000%05lld", number));
    json_out_int(&writer->out, "sku_cnt", line->quantity);
    json_out_int(&writer->out, "on_aftersale_sku_cnt", asked ? line->quantity : 0);
    json_out_int(&writer->out, "finish_aftersale_sku_cnt", refunded ? line->quantity : 0);
    sale_writer_put(writer, "title", sale_taste_title(line));
    sale_writer_put(writer, "thumb_img", "https://img.invalid/inv.jpg");
    json_out_int(&writer->out, "sale_price", line->price_fen);
    json_out_int(&writer->out, "market_price", line->price_fen * 3 / 2);
    json_out_int(&writer->out, "real_price", line->paid_fen);
    json_out_text(&writer->out, "sku_code", code);
    sale_writer_put(writer, "out_product_id", "");
    json_out_text(&writer->out, "out_sku_id", code);
    json_out_object(&writer->out, "sku_deliver_info");
    json_out_int(&writer->out, "stock_type", 0);
    json_out_object_end(&writer->out);
    json_out_int(&writer->out, "delivery_deadline", (from + SALE_WECHAT_SHIP_MS) / 1000);
    json_out_int(&writer->out, "is_free_gift", line->gift ? 1 : 0);
    json_out_object_end(&writer->out);
}

static void sale_wechat_put_pay(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    json_out_object(&writer->out, "pay_info");
    json_out_text(&writer->out, "prepay_id",
                  arena_format(writer->arena, "up_%.*s",
                               STR_ARG(sale_taste_hex(writer->arena, order->taste, 70, 28))));
    json_out_int(&writer->out, "prepay_time", order->placed_ms / 1000);
    if (sale_writer_is_paid(writer)) {
        json_out_int(&writer->out, "pay_time", order->paid_ms / 1000);
        json_out_text(&writer->out, "transaction_id",
                      arena_format(writer->arena, "4200%.*s",
                                   STR_ARG(sale_taste_hex(writer->arena, order->taste, 71, 24))));
        json_out_int(&writer->out, "payment_method", 1);
    }
    json_out_object_end(&writer->out);
}

static void sale_wechat_put_price(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    json_out_object(&writer->out, "price_info");
    json_out_int(&writer->out, "product_price",
                 order->total_fen - order->freight_fen + order->discount_fen);
    json_out_int(&writer->out, "order_price", order->total_fen);
    json_out_int(&writer->out, "freight", order->freight_fen);
    json_out_int(&writer->out, "discounted_price", order->discount_fen);
    json_out_int(&writer->out, "merchant_receieve_price", order->total_fen);
    json_out_bool(&writer->out, "is_discounted", order->discount_fen > 0);
    json_out_object_end(&writer->out);
}

/* There is no field for the street or town: people write it in front. */
static struct str sale_wechat_detail(struct sale_writer *writer, const struct sale_place *place)
{
    struct str address = sale_taste_address(writer->arena, writer->order);

    if (!writer->order->plain || writer->order->odd != SALE_ODD_NONE)
        return address;
    return arena_format(writer->arena, "%s%.*s", place->street, STR_ARG(address));
}

static void sale_wechat_put_address(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    const struct sale_place *place = sale_place(order);

    json_out_object(&writer->out, "delivery_info");
    json_out_object(&writer->out, "address_info");
    sale_writer_put(writer, "user_name", sale_taste_name(order));
    sale_writer_put(writer, "province_name", place->province);
    sale_writer_put(writer, "city_name", place->city);
    sale_writer_put(writer, "county_name", place->district);
    json_out_text(&writer->out, "detail_info", sale_wechat_detail(writer, place));
    sale_writer_put(writer, "national_code", "");
    json_out_text(&writer->out, "tel_number", sale_taste_phone(writer->arena, order));
    json_out_text(&writer->out, "hash_code", sale_taste_hex(writer->arena, order->person, 40, 32));
    json_out_object_end(&writer->out);
    json_out_array(&writer->out, "delivery_product_info");
    json_out_array_end(&writer->out);
    json_out_int(&writer->out, "deliver_method", 0);
    json_out_object_end(&writer->out);
}

static void sale_wechat_put_detail(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    json_out_object(&writer->out, "order_detail");
    json_out_array(&writer->out, "product_infos");
    for (size_t i = 0; i < order->line_count; i++)
        sale_wechat_put_line(writer, i);
    json_out_array_end(&writer->out);
    sale_wechat_put_pay(writer);
    sale_wechat_put_price(writer);
    sale_wechat_put_address(writer);
    json_out_object(&writer->out, "ext_info");
    sale_writer_put(writer, "customer_notes", sale_taste_buyer_remark(order));
    sale_writer_put(writer, "merchant_notes", sale_taste_seller_remark(order));
    json_out_object_end(&writer->out);
    json_out_object_end(&writer->out);
}

static void sale_wechat_put_aftersale(struct sale_writer *writer)
{
    bool asked = sale_writer_is_refund_asked(writer);

    json_out_object(&writer->out, "aftersale_detail");
    json_out_int(&writer->out, "on_aftersale_order_cnt", asked);
    json_out_array(&writer->out, "aftersale_order_list");
    if (asked || writer->step->state == SALE_STATE_REFUNDED) {
        json_out_object(&writer->out, NULL);
        sale_writer_put_id(writer, "aftersale_order_id", 20);
        json_out_int(&writer->out, "status", asked ? 1 : 8);
        json_out_object_end(&writer->out);
    }
    json_out_array_end(&writer->out);
    json_out_object_end(&writer->out);
}

static void sale_wechat_put_order(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    sale_writer_put_id(writer, "order_id", 0);
    json_out_text(&writer->out, "openid",
                  arena_format(writer->arena, "o%.*s",
                               STR_ARG(sale_taste_hex(writer->arena, order->buyer, 50, 27))));
    sale_writer_put(writer, "unionid", "");
    json_out_int(&writer->out, "status", sale_wechat_status(writer));
    json_out_int(&writer->out, "create_time", order->placed_ms / 1000);
    json_out_int(&writer->out, "update_time", writer->step->at_ms / 1000);
    sale_wechat_put_detail(writer);
    sale_wechat_put_aftersale(writer);
}

/* The answer of order/get; one in four the order alone. */
void sale_wechat_write(struct sale_writer *writer)
{
    bool answer = sale_pick(writer->order->taste, 60, 4) != 0;

    json_out_object(&writer->out, NULL);
    if (answer) {
        json_out_int(&writer->out, "errcode", 0);
        sale_writer_put(writer, "errmsg", "ok");
        json_out_object(&writer->out, "order");
    }
    sale_wechat_put_order(writer);
    if (answer)
        json_out_object_end(&writer->out);
    json_out_object_end(&writer->out);
}
