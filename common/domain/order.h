/*
 * order — the canonical order: what every channel's order becomes.
 *
 * DESIGN 3 has the words. Money is fen, time UTC epoch milliseconds (0: not yet or unknown),
 * ids are text. All text is borrowed from the arena of the batch.
 */
#ifndef SLUICE_DOMAIN_ORDER_H
#define SLUICE_DOMAIN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* In this order: a snapshot of the same platform version moves only forward. */
enum order_stage {
    ORDER_STAGE_NONE = 0,
    ORDER_STAGE_UNPAID,
    ORDER_STAGE_DEPOSIT_PAID,
    ORDER_STAGE_RISK_HOLD,
    ORDER_STAGE_PAID,
    ORDER_STAGE_SHIPPED,
    ORDER_STAGE_FINISHED,
    ORDER_STAGE_CLOSED,
};

enum line_kind {
    LINE_KIND_NONE = 0,
    LINE_KIND_SPOT,
    LINE_KIND_PRESALE,
    LINE_KIND_GIFT,
};

enum refund_state {
    REFUND_STATE_NONE = 0,
    REFUND_STATE_OPEN,    /* asked for, nobody agreed yet */
    REFUND_STATE_AGREED,  /* the money goes back */
    REFUND_STATE_REFUSED,
    REFUND_STATE_CLOSED,  /* withdrawn */
};

struct order_refund {
    struct str id;
    int64_t version; /* platform's modified time, or its state's rank where it has none */
    enum refund_state state;
    int64_t quantity, amount_fen;
};

struct order_line {
    struct str line_id, platform_sku, merchant_code, sku, title;
    int64_t quantity, price_fen, paid_fen;
    enum line_kind kind;
    enum order_stage stage;
    struct str campaign, parent;
    struct order_refund *refunds;
    size_t refund_count;
};

struct order_receiver {
    struct str key; /* the platform's own: open_address_id, OAID, hash code */
    struct str name, phone, province, city, district, street, address;
    struct str cipher; /* JSON text as the platform gave it, opaque */
    bool masked;
};

struct order {
    struct str order_id, channel, shop, platform_id;
    int64_t version;
    enum order_stage stage;
    int64_t placed_at, paid_at, due_at, pay_until;
    int64_t total_fen, paid_fen, freight_fen, discount_fen;
    struct str buyer_key, buyer_level;
    struct order_receiver receiver;
    struct str carrier_wanted, buyer_remark, seller_remark, gift_note;
    int64_t appointed_at;
    struct order_line *lines;
    size_t line_count;
    struct str digest; /* order_digest() of this; set by the codec */
    struct str json;   /* the canonical bytes, carried on unchanged from hop to hop */
};

const char *order_stage_name(enum order_stage stage); /* "paid" */
enum order_stage order_stage_of(struct str name);
const char *line_kind_name(enum line_kind kind);
enum line_kind line_kind_of(struct str name);
const char *refund_state_name(enum refund_state state);
enum refund_state refund_state_of(struct str name);

/* "<channel>:<shop>:<platform id>" */
struct str order_id_make(struct arena *arena, struct str channel, struct str shop,
                         struct str platform_id);

/* Hash of everything that makes it another order to a reviewer, a claim or a label. Left out:
 * version, stages, paid_at, paid_fen (of order and lines), pay_until, refunds, sku, level and
 * the ciphertexts (one phone has several: channels.md). Ids, quantities, prices, receiver,
 * wishes and remarks count. */
struct str order_digest(struct arena *arena, const struct order *order);

/* Checks what no mapping may produce: empty ids, no lines, a quantity outside 1..1,000,000,
 * negative or impossible money, a stage or kind that is none, two lines of one id, more than
 * ORDER_LINES_MAX lines. REJECT names the field. */
#define ORDER_LINES_MAX 500
#define ORDER_QUANTITY_MAX 1000000
#define ORDER_ID_SIZE_MAX 256 /* bytes of any id: ours, the platform's, a line's, a SKU's */
bool order_validate(const struct order *order, struct err *err) MUST_CHECK;

/* May a parcel leave on the strength of this stage? Only paid; shipped and later already did. */
bool order_stage_is_paid(enum order_stage stage);

#endif
