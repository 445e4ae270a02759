/* order — see order.h. */
#include "domain/order.h"

#include "base/num.h"
#include "domain/names.h"

static const char *const order_stage_texts[] = {
    [ORDER_STAGE_UNPAID] = "unpaid",
    [ORDER_STAGE_DEPOSIT_PAID] = "deposit_paid",
    [ORDER_STAGE_RISK_HOLD] = "risk_hold",
    [ORDER_STAGE_PAID] = "paid",
    [ORDER_STAGE_SHIPPED] = "shipped",
    [ORDER_STAGE_FINISHED] = "finished",
    [ORDER_STAGE_CLOSED] = "closed",
};
static const struct names order_stage_names = NAMES(order_stage_texts);

static const char *const line_kind_texts[] = {
    [LINE_KIND_SPOT] = "spot",
    [LINE_KIND_PRESALE] = "presale",
    [LINE_KIND_GIFT] = "gift",
};
static const struct names line_kind_names = NAMES(line_kind_texts);

static const char *const refund_state_texts[] = {
    [REFUND_STATE_OPEN] = "open",
    [REFUND_STATE_AGREED] = "agreed",
    [REFUND_STATE_REFUSED] = "refused",
    [REFUND_STATE_CLOSED] = "closed",
};
static const struct names refund_state_names = NAMES(refund_state_texts);

const char *order_stage_name(enum order_stage stage)
{
    return names_get(&order_stage_names, (size_t)stage);
}

enum order_stage order_stage_of(struct str name)
{
    return (enum order_stage)names_find(&order_stage_names, name);
}

const char *line_kind_name(enum line_kind kind)
{
    return names_get(&line_kind_names, (size_t)kind);
}

enum line_kind line_kind_of(struct str name)
{
    return (enum line_kind)names_find(&line_kind_names, name);
}

const char *refund_state_name(enum refund_state state)
{
    return names_get(&refund_state_names, (size_t)state);
}

enum refund_state refund_state_of(struct str name)
{
    return (enum refund_state)names_find(&refund_state_names, name);
}

bool order_stage_is_paid(enum order_stage stage)
{
    return stage == ORDER_STAGE_PAID;
}

struct str order_id_make(struct arena *arena, struct str channel, struct str shop,
                         struct str platform_id)
{
    return arena_format(arena, "%.*s:%.*s:%.*s", STR_ARG(channel), STR_ARG(shop),
                        STR_ARG(platform_id));
}

static bool order_check_id(const char *field, struct str id, struct err *err)
{
    if (id.size == 0)
        return err_set(err, ERR_REJECT, "%s: is empty", field);
    if (id.size > ORDER_ID_SIZE_MAX)
        return err_set(err, ERR_REJECT, "%s: is longer than %d bytes", field, ORDER_ID_SIZE_MAX);
    return true;
}

static bool order_check_range(const char *field, int64_t value, int64_t min, int64_t max,
                              struct err *err)
{
    if (value >= min && value <= max)
        return true;
    return err_set(err, ERR_REJECT, "%s: %lld is outside %lld..%lld", field, (long long)value,
                   (long long)min, (long long)max);
}

/* The three parts make the id, in one way only: a colon may stand in the last part alone. */
static bool order_check_ids(const struct order *order, struct err *err)
{
    struct str rest = order->order_id;

    if (!order_check_id("order_id", order->order_id, err)
        || !order_check_id("channel", order->channel, err)
        || !order_check_id("shop", order->shop, err)
        || !order_check_id("platform_id", order->platform_id, err))
        return false;
    if (str_has(order->channel, ':') || str_has(order->shop, ':'))
        return err_set(err, ERR_REJECT, "shop: neither channel nor shop may hold a colon");
    if (!str_eq(str_cut(&rest, ':'), order->channel) || !str_eq(str_cut(&rest, ':'), order->shop)
        || !str_eq(rest, order->platform_id))
        return err_set(err, ERR_REJECT, "order_id: is not channel:shop:platform_id");
    return true;
}

static bool order_check_numbers(const struct order *order, struct err *err)
{
    const struct {
        const char *field;
        int64_t value;
    } rows[] = {
        { "version", order->version },           { "placed_at", order->placed_at },
        { "paid_at", order->paid_at },           { "due_at", order->due_at },
        { "pay_until", order->pay_until },       { "delivery.appointed_at", order->appointed_at },
        { "total_fen", order->total_fen },       { "paid_fen", order->paid_fen },
        { "freight_fen", order->freight_fen },   { "discount_fen", order->discount_fen },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!order_check_range(rows[i].field, rows[i].value, 0, NUM_MAX, err))
            return false;
    }
    return true;
}

static bool order_check_refund(const struct order_refund *refund, struct err *err)
{
    if (refund->state == REFUND_STATE_NONE)
        return err_set(err, ERR_REJECT, "state: is none of ours");
    return order_check_id("id", refund->id, err)
        && order_check_range("version", refund->version, 0, NUM_MAX, err)
        && order_check_range("quantity", refund->quantity, 0, ORDER_QUANTITY_MAX, err)
        && order_check_range("amount_fen", refund->amount_fen, 0, NUM_MAX, err);
}

static bool order_check_line(const struct order_line *line, struct err *err)
{
    int64_t price_fen;

    if (!order_check_id("line_id", line->line_id, err)
        || !order_check_range("quantity", line->quantity, 1, ORDER_QUANTITY_MAX, err)
        || !order_check_range("price_fen", line->price_fen, 0, NUM_MAX, err)
        || !order_check_range("paid_fen", line->paid_fen, 0, NUM_MAX, err))
        return false;
    if (line->merchant_code.size == 0 && line->platform_sku.size == 0)
        return err_set(err, ERR_REJECT, "platform_sku: is empty, and so is merchant_code");
    if (line->merchant_code.size > ORDER_ID_SIZE_MAX || line->platform_sku.size > ORDER_ID_SIZE_MAX)
        return err_set(err, ERR_REJECT, "platform_sku: it or merchant_code is longer than %d bytes",
                       ORDER_ID_SIZE_MAX);
    if (!num_multiply(line->price_fen, line->quantity, &price_fen))
        return err_set(err, ERR_REJECT, "price_fen: times quantity it is beyond 2^53");
    if (line->kind == LINE_KIND_NONE)
        return err_set(err, ERR_REJECT, "kind: is none of spot, presale, gift");
    if (line->stage == ORDER_STAGE_NONE)
        return err_set(err, ERR_REJECT, "stage: is none of ours");
    for (size_t i = 0; i < line->refund_count; i++) {
        if (!order_check_refund(&line->refunds[i], err))
            return err_set(err, ERR_REJECT, "refunds[%zu].%s", i, err->text);
    }
    return true;
}

/* Up to ORDER_LINES_MAX lines: comparing all pairs is cheaper than a table for the usual few. */
static bool order_check_line_ids(const struct order *order, struct err *err)
{
    for (size_t i = 1; i < order->line_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (str_eq(order->lines[i].line_id, order->lines[j].line_id))
                return err_set(err, ERR_REJECT, "lines[%zu].line_id: is that of lines[%zu]", i, j);
        }
    }
    return true;
}

bool order_validate(const struct order *order, struct err *err)
{
    if (!order_check_ids(order, err) || !order_check_numbers(order, err))
        return false;
    if (order->stage == ORDER_STAGE_NONE)
        return err_set(err, ERR_REJECT, "stage: is none of ours");
    if (order->line_count == 0)
        return err_set(err, ERR_REJECT, "lines: there are none");
    if (order->line_count > ORDER_LINES_MAX)
        return err_set(err, ERR_REJECT, "lines: %zu are more than %d", order->line_count,
                       ORDER_LINES_MAX);
    for (size_t i = 0; i < order->line_count; i++) {
        if (!order_check_line(&order->lines[i], err)) /* "lines[2].quantity: …" */
            return err_set(err, ERR_REJECT, "lines[%zu].%s", i, err->text);
    }
    return order_check_line_ids(order, err);
}
