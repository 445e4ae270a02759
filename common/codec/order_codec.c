/*
 * order_codec — see order_codec.h. The tables say what schemas/events/order.v1.json says.
 */
#include "codec/order_codec.h"

#include "codec/field.h"
#include "codec/order_fields.h"

#define ORDER_CODEC_CAPACITY 2048

static const char *order_codec_stage(int value)
{
    return order_stage_name((enum order_stage)value);
}

static const char *order_codec_line_kind(int value)
{
    return line_kind_name((enum line_kind)value);
}

static const char *order_codec_refund_state(int value)
{
    return refund_state_name((enum refund_state)value);
}

/* ---- tables ---- */

static const struct field order_codec_refund_rows[] = {
    FIELD(TEXT, struct order_refund, id, .required = true),
    FIELD(INT, struct order_refund, version),
    FIELD(ENUM, struct order_refund, state, .required = true, .max = REFUND_STATE_CLOSED,
          .word = order_codec_refund_state),
    FIELD(INT, struct order_refund, quantity, .max = ORDER_QUANTITY_MAX),
    FIELD(INT, struct order_refund, amount_fen),
};
const struct field_table order_fields_refund = FIELD_TABLE(order_codec_refund_rows);

static const struct field order_codec_line_rows[] = {
    FIELD(TEXT, struct order_line, line_id, .required = true),
    FIELD(TEXT, struct order_line, platform_sku),
    FIELD(TEXT, struct order_line, merchant_code),
    FIELD(TEXT, struct order_line, sku),
    FIELD(TEXT, struct order_line, title),
    FIELD(INT, struct order_line, quantity, .required = true, .min = 1, .max = ORDER_QUANTITY_MAX),
    FIELD(INT, struct order_line, price_fen),
    FIELD(INT, struct order_line, paid_fen),
    FIELD(ENUM, struct order_line, kind, .required = true, .max = LINE_KIND_GIFT,
          .word = order_codec_line_kind),
    FIELD(ENUM, struct order_line, stage, .required = true, .max = ORDER_STAGE_CLOSED,
          .word = order_codec_stage),
    FIELD(TEXT, struct order_line, campaign),
    FIELD(TEXT, struct order_line, parent),
    FIELD_LIST(struct order_line, refunds, refund_count, struct order_refund,
               .table = &order_fields_refund),
};
static const struct field_table order_codec_line = FIELD_TABLE(order_codec_line_rows);

static const struct field order_codec_buyer_rows[] = {
    FIELD_AS(TEXT, "key", struct order, buyer_key),
    FIELD_AS(TEXT, "level", struct order, buyer_level),
};
static const struct field_table order_codec_buyer = FIELD_TABLE(order_codec_buyer_rows);

static const struct field order_codec_receiver_rows[] = {
    FIELD(TEXT, struct order_receiver, key),    FIELD(TEXT, struct order_receiver, name),
    FIELD(TEXT, struct order_receiver, phone),  FIELD(TEXT, struct order_receiver, province),
    FIELD(TEXT, struct order_receiver, city),   FIELD(TEXT, struct order_receiver, district),
    FIELD(TEXT, struct order_receiver, street), FIELD(TEXT, struct order_receiver, address),
    FIELD(TEXT, struct order_receiver, cipher), FIELD(BOOL, struct order_receiver, masked),
};
const struct field_table order_fields_receiver = FIELD_TABLE(order_codec_receiver_rows);

static const struct field order_codec_delivery_rows[] = {
    FIELD(TEXT, struct order, carrier_wanted), FIELD(INT, struct order, appointed_at),
    FIELD(TEXT, struct order, buyer_remark),   FIELD(TEXT, struct order, seller_remark),
    FIELD(TEXT, struct order, gift_note),
};
static const struct field_table order_codec_delivery = FIELD_TABLE(order_codec_delivery_rows);

static const struct field order_codec_rows[] = {
    FIELD(TEXT, struct order, order_id, .required = true),
    FIELD(TEXT, struct order, channel, .required = true),
    FIELD(TEXT, struct order, shop, .required = true),
    FIELD(TEXT, struct order, platform_id, .required = true),
    FIELD(INT, struct order, version),
    FIELD(ENUM, struct order, stage, .required = true, .max = ORDER_STAGE_CLOSED,
          .word = order_codec_stage),
    FIELD(INT, struct order, placed_at),
    FIELD(INT, struct order, paid_at),
    FIELD(INT, struct order, due_at),
    FIELD(INT, struct order, pay_until),
    FIELD(INT, struct order, total_fen),
    FIELD(INT, struct order, paid_fen),
    FIELD(INT, struct order, freight_fen),
    FIELD(INT, struct order, discount_fen),
    FIELD_GROUP("buyer", .table = &order_codec_buyer),
    FIELD(OBJECT, struct order, receiver, .table = &order_fields_receiver),
    FIELD_GROUP("delivery", .table = &order_codec_delivery),
    FIELD_LIST(struct order, lines, line_count, struct order_line, .required = true,
               .max = ORDER_LINES_MAX, .table = &order_codec_line),
};
static const struct field_table order_codec_order = FIELD_TABLE(order_codec_rows);

/* ---- the codec ---- */

void order_encode(struct arena *arena, struct order *order)
{
    struct json_out out;

    json_out_init(&out, arena, ORDER_CODEC_CAPACITY);
    json_out_object(&out, NULL);
    field_encode(&order_codec_order, order, &out);
    json_out_object_end(&out);
    order->json = json_out_str(&out);
    order->digest = order_digest(arena, order);
}

/* "lines[2].quantity: …" → "order.lines[2].quantity: …" */
static bool order_codec_validate(const struct order *order, struct err *err)
{
    struct err why;

    if (order_validate(order, &why))
        return true;
    return err_set(err, why.class, "order.%s", why.text);
}

bool order_decode(struct arena *arena, const struct json *value, struct order *order_out,
                  struct err *err)
{
    struct order order = { 0 };

    if (!field_decode(arena, &order_codec_order, value, STR("order"), &order, err)
        || !order_codec_validate(&order, err))
        return false;
    order.json = value->source;
    order.digest = order_digest(arena, &order);
    *order_out = order;
    return true;
}

bool order_decode_text(struct arena *arena, struct str text, struct order *order_out,
                       struct err *err)
{
    const struct json *root;

    return json_parse(arena, text, &root, err) && order_decode(arena, root, order_out, err);
}
