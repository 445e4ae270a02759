/* sale_tmall — a trade of a Tmall shop: taobao.trade.fullinfo.get. */
#include "base/clock.h"
#include "cli/sale_formats.h"
#include "cli/sale_places.h"
#include "cli/sale_taste.h"

static const char *sale_tmall_status(const struct sale_writer *writer)
{
    switch (writer->step->state) {
    case SALE_STATE_UNPAID:
    case SALE_STATE_DEPOSIT:
        return "WAIT_BUYER_PAY";
    case SALE_STATE_HELD:
        return "PAID_FORBID_CONSIGN";
    case SALE_STATE_PAID:
        return "WAIT_SELLER_SEND_GOODS";
    case SALE_STATE_LAPSED:
        return "TRADE_CLOSED_BY_TAOBAO";
    case SALE_STATE_REFUNDED:
        return "TRADE_CLOSED";
    case SALE_STATE_SHIPPED:
        return "WAIT_BUYER_CONFIRM_GOODS";
    }
    return "";
}

/* "158.00" */
static void sale_tmall_put_yuan(struct sale_writer *writer, const char *name, int64_t fen)
{
    json_out_text(
        &writer->out, name,
        arena_format(writer->arena, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100)));
}

static void sale_tmall_put_time(struct sale_writer *writer, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    json_out_text(&writer->out, name, arena_copy(writer->arena, clock_china_text(ms, text)));
}

static void sale_tmall_put_step(struct sale_writer *writer)
{
    enum sale_state state = writer->step->state;

    if (!writer->order->presale)
        return;
    sale_writer_put(writer, "step_trade_status",
                    state == SALE_STATE_UNPAID || state == SALE_STATE_LAPSED
                        ? "FRONT_NOPAID_FINAL_NOPAID"
                    : state == SALE_STATE_DEPOSIT ? "FRONT_PAID_FINAL_NOPAID"
                                                  : "FRONT_PAID_FINAL_PAID");
    sale_tmall_put_yuan(writer, "step_paid_fee", writer->order->total_fen / 10);
}

static int64_t sale_tmall_pieces(const struct sale_order *order)
{
    int64_t pieces = 0;

    for (size_t i = 0; i < order->line_count; i++)
        pieces += order->lines[i].code == SALE_CODE_GIVEAWAY ? 0 : order->lines[i].quantity;
    return pieces;
}

static void sale_tmall_put_money(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;

    sale_tmall_put_yuan(writer, "payment", order->total_fen);
    sale_tmall_put_yuan(writer, "total_fee",
                        order->total_fen - order->freight_fen + order->discount_fen);
    sale_tmall_put_yuan(writer, "post_fee", order->freight_fen);
    sale_tmall_put_yuan(writer, "discount_fee", order->discount_fen);
    sale_tmall_put_yuan(writer, "adjust_fee", 0);
    sale_tmall_put_yuan(writer, "received_payment", 0);
    json_out_int(&writer->out, "num", sale_tmall_pieces(order));
}

static void sale_tmall_put_receiver(struct sale_writer *writer)
{
    const struct sale_order *order = writer->order;
    const struct sale_place *place = sale_place(order);

    sale_writer_put(writer, "receiver_name", sale_taste_name(order));
    json_out_text(&writer->out, "receiver_mobile", sale_taste_phone(writer->arena, order));
    sale_writer_put(writer, "receiver_state", place->province);
    sale_writer_put(writer, "receiver_city", place->city);
    sale_writer_put(writer, "receiver_district", place->district);
    sale_writer_put(writer, "receiver_town", place->street);
    json_out_text(&writer->out, "receiver_address", sale_taste_address(writer->arena, order));
    sale_writer_put(writer, "receiver_zip", "000000");
    json_out_text(&writer->out, "oaid",
                  arena_format(writer->arena, "%.*s==",
                               STR_ARG(sale_taste_hex(writer->arena, order->person, 40, 46))));
}

/* Lines of the trade: without gifts that are none. */
static size_t sale_tmall_lines(const struct sale_order *order)
{
    size_t count = 0;

    while (count < order->line_count && order->lines[count].code != SALE_CODE_GIVEAWAY)
        count++;
    return count;
}

static void sale_tmall_put_refund(struct sale_writer *writer, size_t i)
{
    bool refunded = writer->step->state == SALE_STATE_REFUNDED;
    bool asked = i == 0 && sale_writer_is_refund_asked(writer);

    sale_writer_put(writer, "refund_status",
                    refunded ? "SUCCESS"
                    : asked  ? "WAIT_SELLER_AGREE"
                             : "NO_REFUND");
    if (refunded || asked)
        sale_writer_put_id(writer, "refund_id", 20 + (int64_t)i);
}

static void sale_tmall_put_line(struct sale_writer *writer, size_t i)
{
    const struct sale_line *line = &writer->order->lines[i];
    int64_t sum = line->price_fen * line->quantity;
    int64_t own = sale_tmall_lines(writer->order) == 1 ? 0 : (int64_t)i + 1; /* one has tid */
    long long number = sale_line_number(line);

    json_out_object(&writer->out, NULL);
    sale_writer_put_number(writer, "oid", sale_writer_id(writer, own));
    sale_writer_put_id(writer, "oid_str", own);
    sale_writer_put_number(writer, "num_iid", arena_format(writer->arena, "6000%08lld", number));
    json_out_text(&writer->out, "sku_id", arena_format(writer->arena, "48000%08lld", number));
    json_out_text(&writer->out, "outer_sku_id", sale_line_code(writer->arena, 'T', line));
    sale_writer_put(writer, "title", sale_taste_title(line));
    json_out_text(&writer->out, "sku_properties_name",
                  arena_format(writer->arena, "颜色分类:%s", sale_taste_colour(line->sku)));
    json_out_int(&writer->out, "num", line->quantity);
    sale_tmall_put_yuan(writer, "price", line->price_fen);
    sale_tmall_put_yuan(writer, "total_fee", sum);
    sale_tmall_put_yuan(writer, "payment", line->paid_fen);
    sale_tmall_put_yuan(writer, "divide_order_fee", line->paid_fen);
    sale_tmall_put_yuan(writer, "part_mjz_discount", sum - line->paid_fen);
    sale_tmall_put_yuan(writer, "discount_fee", 0);
    sale_tmall_put_yuan(writer, "adjust_fee", 0);
    sale_writer_put(writer, "status", sale_tmall_status(writer));
    sale_tmall_put_refund(writer, i);
    if (line->gift)
        json_out_bool(&writer->out, "is_free_gift", true);
    json_out_object_end(&writer->out);
}

/* The list is wrapped twice, but not where the caller asked for simple answers. */
static void sale_tmall_put_lines(struct sale_writer *writer, bool simple)
{
    if (!simple)
        json_out_object(&writer->out, "orders");
    json_out_array(&writer->out, simple ? "orders" : "order");
    for (size_t i = 0; i < sale_tmall_lines(writer->order); i++)
        sale_tmall_put_line(writer, i);
    json_out_array_end(&writer->out);
    if (!simple)
        json_out_object_end(&writer->out);
}

static void sale_tmall_put_giveaway(struct sale_writer *writer, const struct sale_line *line)
{
    json_out_object(&writer->out, NULL);
    sale_writer_put_id(writer, "id", 0);
    sale_writer_put(writer, "promotion_name", "满额赠");
    sale_writer_put(writer, "discount_fee", "0.00");
    json_out_text(&writer->out, "gift_item_id", sale_giveaway_id(writer->arena, line->sku));
    sale_writer_put(writer, "gift_item_name", sale_taste_title(line));
    json_out_text(&writer->out, "gift_item_num",
                  arena_format(writer->arena, "%lld", (long long)line->quantity));
    json_out_object_end(&writer->out);
}

/* Gifts that are no line stand here and nowhere else. */
static void sale_tmall_put_promotions(struct sale_writer *writer, bool simple)
{
    const struct sale_order *order = writer->order;
    size_t first = sale_tmall_lines(order);

    if (first == order->line_count)
        return;
    if (!simple)
        json_out_object(&writer->out, "promotion_details");
    json_out_array(&writer->out, simple ? "promotion_details" : "promotion_detail");
    for (size_t i = first; i < order->line_count; i++)
        sale_tmall_put_giveaway(writer, &order->lines[i]);
    json_out_array_end(&writer->out);
    if (!simple)
        json_out_object_end(&writer->out);
}

static void sale_tmall_put_trade(struct sale_writer *writer, bool simple)
{
    const struct sale_order *order = writer->order;
    const char *remark = sale_taste_buyer_remark(order);

    sale_writer_put_number(writer, "tid", sale_writer_id(writer, 0));
    sale_writer_put_id(writer, "tid_str", 0);
    sale_writer_put(writer, "status", sale_tmall_status(writer));
    sale_writer_put(writer, "type", order->presale ? "step" : "fixed");
    sale_tmall_put_money(writer);
    sale_tmall_put_step(writer);
    sale_tmall_put_time(writer, "created", order->placed_ms);
    if (sale_writer_is_paid(writer))
        sale_tmall_put_time(writer, "pay_time", order->paid_ms);
    sale_tmall_put_time(writer, "modified", writer->step->at_ms);
    sale_writer_put(writer, "seller_nick", "INVENTED旗舰店");
    json_out_text(&writer->out, "buyer_open_uid",
                  arena_format(writer->arena, "AAH%.*s",
                               STR_ARG(sale_taste_hex(writer->arena, order->buyer, 50, 30))));
    sale_tmall_put_receiver(writer);
    sale_writer_put(writer, "shipping_type", "express");
    json_out_bool(&writer->out, "has_buyer_message", remark[0] != '\0');
    if (remark[0])
        sale_writer_put(writer, "buyer_message", remark);
    json_out_int(&writer->out, "seller_flag", 0);
    sale_writer_put(writer, "seller_memo", sale_taste_seller_remark(order));
    sale_tmall_put_promotions(writer, simple);
    sale_tmall_put_lines(writer, simple);
}

void sale_tmall_write(struct sale_writer *writer)
{
    int64_t shape = sale_pick(writer->order->taste, 60, 4);
    bool answer = shape == 0;

    json_out_object(&writer->out, NULL);
    if (answer) {
        json_out_object(&writer->out, "trade_fullinfo_get_response");
        json_out_object(&writer->out, "trade");
    }
    sale_tmall_put_trade(writer, shape == 1);
    if (answer) {
        json_out_object_end(&writer->out);
        sale_writer_put(writer, "request_id", "inv0001");
        json_out_object_end(&writer->out);
    }
    json_out_object_end(&writer->out);
}
