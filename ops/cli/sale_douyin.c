/* sale_douyin — an order of a Douyin shop: order.orderDetail. */
#include "cli/sale_formats.h"
#include "cli/sale_places.h"
#include "cli/sale_taste.h"

#define SALE_DOUYIN_SHIP_MS INT64_C(172800000)

struct sale_douyin_state {
    int64_t order_status, main_status;
    const char *text;
};

static struct sale_douyin_state sale_douyin_state(const struct sale_writer *writer)
{
    switch (writer->step->state) {
    case SALE_STATE_UNPAID:
        return (struct sale_douyin_state){ 1, 1, "待支付" };
    case SALE_STATE_DEPOSIT:
        return (struct sale_douyin_state){ 1, 103, "部分支付" };
    case SALE_STATE_HELD:
        return (struct sale_douyin_state){ 105, 105, "已支付" };
    case SALE_STATE_PAID:
        return (struct sale_douyin_state){ 2, 2, "备货中" };
    case SALE_STATE_LAPSED:
        return (struct sale_douyin_state){ 4, 4, "已关闭" };
    case SALE_STATE_REFUNDED:
        return (struct sale_douyin_state){ 4, 21, "发货前退款完结" };
    case SALE_STATE_SHIPPED:
        return (struct sale_douyin_state){ 3, 3, "已发货" };
    }
    return (struct sale_douyin_state){ 1, 1, "" };
}

static void sale_douyin_put_state(struct sale_writer *writer)
{
    struct sale_douyin_state state = sale_douyin_state(writer);

    json_out_int(&writer->out, "order_status", state.order_status);
    sale_writer_put(writer, "order_status_desc", state.text);
    json_out_int(&writer->out, "main_status", state.main_status);
    sale_writer_put(writer, "main_status_desc", state.text);
}

static void sale_douyin_put_times(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    bool paid = sale_writer_is_paid(writer);

    json_out_int(&writer->out, "create_time", order->placed_ms / 1000);
    json_out_int(&writer->out, "pay_time", paid ? order->paid_ms / 1000 : 0);
    json_out_int(&writer->out, "update_time", writer->step->at_ms / 1000);
    json_out_int(&writer->out, "finish_time", 0);
    json_out_int(&writer->out, "ship_time", 0);
    json_out_int(&writer->out, "exp_ship_time",
                 paid ? (order->paid_ms + SALE_DOUYIN_SHIP_MS) / 1000 : 0);
    json_out_int(&writer->out, "appointment_ship_time", 0);
    json_out_int(&writer->out, "order_expire_time", 1800);
}

static void sale_douyin_put_money(struct sale_writer *writer)
{
    static const char *const zeros[] = {
        "post_insurance_amount",
        "modify_amount",
        "modify_post_amount",
        "promotion_platform_amount",
        "promotion_talent_amount",
        "promotion_pay_amount",
        "platform_cost_amount",
        "author_cost_amount",
        "only_platform_cost_amount",
        "post_promotion_amount",
        "tax_amount",
    };
    const struct sale_order *order = writer->order;

    json_out_int(&writer->out, "order_amount", order->total_fen + order->discount_fen);
    json_out_int(&writer->out, "pay_amount", order->total_fen);
    json_out_int(&writer->out, "post_amount", order->freight_fen);
    json_out_int(&writer->out, "post_origin_amount", order->freight_fen);
    json_out_int(&writer->out, "promotion_amount", order->discount_fen);
    json_out_int(&writer->out, "promotion_shop_amount", order->discount_fen);
    json_out_int(&writer->out, "shop_cost_amount", order->discount_fen);
    json_out_int(&writer->out, "total_promotion_amount", order->discount_fen);
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
        json_out_int(&writer->out, zeros[i], 0);
}

static void sale_douyin_put_part(struct sale_writer *writer, const char *name, const char *text,
                                 int64_t code)
{
    json_out_object(&writer->out, name);
    sale_writer_put(writer, "name", text);
    json_out_text(&writer->out, "id", arena_format(writer->arena, "%lld", (long long)code));
    json_out_object_end(&writer->out);
}

static struct str sale_douyin_cipher(struct sale_writer *writer, uint64_t salt, char mark)
{
    return arena_format(
        writer->arena, "%c%c%.*s*%.*s%c1%c%c", mark, mark,
        STR_ARG(sale_taste_cipher(writer->arena, writer->order->person, salt, 64)),
        STR_ARG(sale_taste_cipher(writer->arena, writer->order->person, salt + 1, 44)), mark, mark,
        mark);
}

static void sale_douyin_put_address(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    const struct sale_place *place = sale_place(order);
    bool plain = order->plain;

    json_out_object(&writer->out, "post_addr");
    sale_douyin_put_part(writer, "province", place->province, place->code / 10000 * 10000);
    sale_douyin_put_part(writer, "city", place->city, place->code / 100 * 100);
    sale_douyin_put_part(writer, "town", place->district, place->code);
    sale_douyin_put_part(writer, "street", place->street, place->code * 1000 + 5);
    json_out_text(&writer->out, "detail",
                  plain ? sale_taste_address(writer->arena, order) : STR(""));
    json_out_text(&writer->out, "encrypt_detail",
                  plain ? STR_NONE : sale_douyin_cipher(writer, 30, '#'));
    json_out_object_end(&writer->out);
}

static void sale_douyin_put_receiver(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    bool plain = order->plain;

    json_out_text(&writer->out, "post_tel",
                  plain ? sale_taste_phone(writer->arena, order) : STR(""));
    sale_writer_put(writer, "post_receiver", plain ? sale_taste_name(order) : "");
    if (!plain) {
        json_out_text(&writer->out, "mask_post_tel", sale_taste_phone(writer->arena, order));
        sale_writer_put(writer, "mask_post_receiver", sale_taste_name(order));
        json_out_text(&writer->out, "encrypt_post_tel", sale_douyin_cipher(writer, 10, '$'));
        json_out_text(&writer->out, "encrypt_post_receiver", sale_douyin_cipher(writer, 20, '#'));
    }
    json_out_text(&writer->out, "open_address_id",
                  sale_taste_hex(writer->arena, order->person, 40, 32));
    sale_douyin_put_address(writer);
}

static void sale_douyin_put_goods(struct sale_writer *writer, const struct sale_line *line)
{
    long long number = sale_line_number(line);
    struct str product = arena_format(writer->arena, "35000000000%08lld", number);

    sale_writer_put_number(writer, "product_id", product);
    json_out_text(&writer->out, "product_id_str", product);
    sale_writer_put(writer, "product_name", sale_taste_title(line));
    sale_writer_put_number(writer, "sku_id", arena_format(writer->arena, "1700000%09lld", number));
    json_out_text(&writer->out, "code", sale_line_code(writer->arena, 'D', line));
    json_out_int(&writer->out, "out_sku_id", 0);
    sale_writer_put(writer, "out_product_id", "0");
    json_out_array(&writer->out, "spec");
    json_out_object(&writer->out, NULL);
    sale_writer_put(writer, "name", "颜色");
    sale_writer_put(writer, "value", sale_taste_colour(line->sku));
    json_out_object_end(&writer->out);
    json_out_array_end(&writer->out);
}

/* The lines that a gift came with; one of them may be none of this order. */
static void sale_douyin_put_gift(struct sale_writer *writer, const struct sale_line *line)
{
    sale_writer_put(writer, "given_product_type", line->gift ? "FREE" : "");
    if (!line->gift || line->parent == SALE_PARENT_NONE)
        return;
    json_out_array(&writer->out, "master_sku_order_id_list");
    json_out_text(&writer->out, NULL,
                  sale_writer_id(writer, line->parent == SALE_PARENT_FIRST ? 1 : 63));
    json_out_array_end(&writer->out);
}

/* Cancelled before it was sent; or asked for, and nobody has answered. */
static void sale_douyin_put_aftersale(struct sale_writer *writer, size_t line)
{
    bool refunded = writer->step->state == SALE_STATE_REFUNDED;
    bool asked = line == 0 && sale_writer_is_refund_asked(writer);

    json_out_object(&writer->out, "after_sale_info");
    json_out_int(&writer->out, "after_sale_status", refunded ? 12 : asked ? 6 : 0);
    json_out_int(&writer->out, "after_sale_type", refunded || asked ? 2 : 0);
    json_out_int(&writer->out, "refund_status", refunded ? 3 : asked ? 1 : 0);
    json_out_object_end(&writer->out);
}

static void sale_douyin_put_line_money(struct sale_writer *writer, const struct sale_line *line)
{
    json_out_int(&writer->out, "item_num", line->quantity);
    json_out_int(&writer->out, "origin_amount", line->price_fen);
    json_out_int(&writer->out, "sum_amount", line->price_fen * line->quantity);
    json_out_int(&writer->out, "order_amount", line->price_fen * line->quantity);
    json_out_int(&writer->out, "pay_amount", line->paid_fen);
    json_out_int(&writer->out, "promotion_amount",
                 line->price_fen * line->quantity - line->paid_fen);
}

static void sale_douyin_put_line(struct sale_writer *writer, size_t i)
{
    const struct sale_line *line = &writer->order->lines[i];

    json_out_object(&writer->out, NULL);
    sale_writer_put_id(writer, "order_id", (int64_t)i + 1);
    sale_writer_put_id(writer, "parent_order_id", 0);
    json_out_int(&writer->out, "order_level", 3);
    json_out_int(&writer->out, "trade_type", writer->order->presale ? 2 : 0);
    json_out_int(&writer->out, "pre_sale_type", 0);
    sale_douyin_put_state(writer);
    sale_douyin_put_goods(writer, line);
    sale_douyin_put_line_money(writer, line);
    json_out_int(&writer->out, "goods_type", 0);
    json_out_int(&writer->out, "reduce_stock_type", 1);
    sale_douyin_put_gift(writer, line);
    json_out_array(&writer->out, "inventory_list");
    json_out_array_end(&writer->out);
    sale_douyin_put_aftersale(writer, i);
    json_out_object_end(&writer->out);
}

/* A pre-sale is paid in two phases: the deposit, then the balance. */
static void sale_douyin_put_phases(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    bool paid = sale_writer_is_paid(writer);
    int64_t deposit = order->total_fen / 10;

    for (int64_t phase = 1; phase <= 2; phase++) {
        json_out_object(&writer->out, NULL);
        sale_writer_put_id(writer, "phase_order_id", 39 + phase);
        sale_writer_put(writer, "campaign_id", sale_campaign_id(order->campaign));
        json_out_int(&writer->out, "total_phase", 2);
        json_out_int(&writer->out, "current_phase", phase);
        json_out_bool(&writer->out, "pay_success", phase == 1 || paid);
        json_out_int(&writer->out, "phase_pay_amount",
                     phase == 1 ? deposit : order->total_fen - deposit);
        json_out_object_end(&writer->out);
    }
}

static void sale_douyin_put_lists(struct sale_writer *writer)
{
    enum sale_state state = writer->step->state;

    json_out_array(&writer->out, "logistics_info");
    json_out_array_end(&writer->out);
    json_out_array(&writer->out, "order_phase_list");
    if (writer->order->presale && state != SALE_STATE_UNPAID && state != SALE_STATE_LAPSED)
        sale_douyin_put_phases(writer);
    json_out_array_end(&writer->out);
    json_out_array(&writer->out, "shop_order_tag_ui");
    json_out_array_end(&writer->out);
    json_out_array(&writer->out, "sku_order_list");
    for (size_t i = 0; i < writer->order->line_count; i++)
        sale_douyin_put_line(writer, i);
    json_out_array_end(&writer->out);
}

static void sale_douyin_put_order(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    sale_writer_put_id(writer, "order_id", 0);
    json_out_int(&writer->out, "order_level", 2);
    json_out_int(&writer->out, "shop_id", order->shop);
    sale_writer_put(writer, "shop_name", "INVENTED官方旗舰店");
    json_out_text(&writer->out, "doudian_open_id",
                  sale_taste_hex(writer->arena, order->buyer, 50, 40));
    sale_douyin_put_state(writer);
    json_out_int(&writer->out, "order_type", 0);
    json_out_int(&writer->out, "biz", 2);
    json_out_int(&writer->out, "b_type", 2);
    json_out_int(&writer->out, "pay_type", sale_writer_is_paid(writer) ? 1 : 7);
    sale_douyin_put_times(writer);
    sale_douyin_put_money(writer);
    sale_douyin_put_receiver(writer);
    sale_writer_put(writer, "buyer_words", sale_taste_buyer_remark(order));
    sale_writer_put(writer, "seller_words", sale_taste_seller_remark(order));
    json_out_int(&writer->out, "seller_remark_stars", 0);
    sale_douyin_put_lists(writer);
}

/* One in four as the answer of order.orderDetail, the others as a row of the list. */
void sale_douyin_write(struct sale_writer *writer)
{
    bool answer = sale_pick(writer->order->taste, 60, 4) == 0;

    json_out_object(&writer->out, NULL);
    if (answer) {
        json_out_int(&writer->out, "code", 10000);
        sale_writer_put(writer, "msg", "success");
        json_out_object(&writer->out, "data");
        json_out_object(&writer->out, "shop_order_detail");
    }
    sale_douyin_put_order(writer);
    if (answer) {
        json_out_object_end(&writer->out);
        json_out_object_end(&writer->out);
    }
    json_out_object_end(&writer->out);
}
