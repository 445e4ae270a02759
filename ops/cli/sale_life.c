/* sale_life — see sale.h. Here: what a platform shows of an order, from one moment to the next. */
#include "base/check.h"
#include "cli/sale_inner.h"

/* One of several of one person: they are paid at once, so that they come in their order. */
static bool sale_is_of_many(const struct sale_order *order)
{
    return order->person != order->taste || order->buyer != order->taste;
}

static void sale_add_step(struct sale_order *order, enum sale_state state, int64_t at_ms)
{
    CHECK(order->step_count < SALE_STEPS_MAX);
    order->steps[order->step_count++] = (struct sale_step){ state, at_ms };
}

/* Seconds from the order to its payment; of a pre-sale to the balance. */
static int64_t sale_draw_paid_after(const struct sale_order *order, uint64_t key)
{
    int64_t seconds = 5 + sale_pick(key, SALE_DRAW_PAID_AFTER, 240);

    if (sale_is_of_many(order))
        return 5;
    return order->presale ? seconds + 300 + sale_pick(key, SALE_DRAW_BALANCE, 900) : seconds;
}

/* Paid, perhaps held by the platform for a while, sometimes closed again. */
static void sale_make_paid_life(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    bool held = order->odd == SALE_ODD_NONE && !sale_is_of_many(order)
                && sale_happens(key, SALE_DRAW_HELD, sale->options.shares.held);
    int64_t at = order->placed_ms + 1000 * sale_draw_paid_after(order, key);

    order->paid_ms = at;
    if (held)
        sale_add_step(order, SALE_STATE_HELD, at);
    at += held ? 10 * SALE_MINUTE_MS : 1000;
    sale_add_step(order, SALE_STATE_PAID, at);
    at += SALE_MINUTE_MS * (1 + sale_pick(key, SALE_DRAW_CLOSED_AFTER, 30));
    if (order->end == SALE_END_REFUNDED)
        sale_add_step(order, SALE_STATE_REFUNDED, at);
}

/* Unpaid, held, paid, cancelled: what a platform shows of this order, one after the other. */
void sale_make_life(const struct sale *sale, struct sale_order *order, uint64_t key)
{
    bool paid = order->end == SALE_END_PAID || order->end == SALE_END_REFUNDED;
    bool sent = order->end == SALE_END_SENT;
    /* One the shop sends is never seen unpaid: its claim could run out before. */
    bool seen_unpaid =
        !sent && (!paid || order->presale || sale_pick(key, SALE_DRAW_SEEN_UNPAID, 100) < 45);
    int64_t at = order->placed_ms + 1000 * sale_draw_paid_after(order, key);

    if (seen_unpaid)
        sale_add_step(order, order->presale && paid ? SALE_STATE_DEPOSIT : SALE_STATE_UNPAID,
                      order->placed_ms);
    if (paid) {
        sale_make_paid_life(sale, order, key);
    } else if (sent) { /* the platform held it; once it does not, the shop is faster than we */
        order->paid_ms = at;
        sale_add_step(order, SALE_STATE_HELD, at);
        sale_add_step(order, SALE_STATE_SHIPPED, at + 10 * SALE_MINUTE_MS);
    } else if (order->end == SALE_END_LAPSED) {
        at += SALE_MINUTE_MS * (1 + sale_pick(key, SALE_DRAW_CLOSED_AFTER, 30));
        sale_add_step(order, SALE_STATE_LAPSED, at);
    }
}
