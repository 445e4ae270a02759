/*
 * sale — a sale from a seed: the same options, the same bytes.
 *
 * For demos, rehearsals and tests. Orders of three shops in their own formats, a few hundred
 * SKUs of which few sell most, and what a real sale brings: orders that are never paid, orders
 * the shop cancels, the same payload twice, updates that come late and behind newer ones, bytes
 * that are no order, and a few orders that a person must look at. Everything is invented.
 *
 * The model is sale.c (which orders there are), sale_goods.c (what is sold, and under which code)
 * and sale_odd.c (orders for a person to look at). sale_stream.c puts their payloads into the order
 * in which they arrive; sale_formats.c writes them as each platform does; sale_taste.c and
 * sale_places.c know people and places; sale_hostile.c breaks some. sale_report.c and
 * sale_rules.c write what goes with a sale, and what must come out, so that a test can check
 * without asking us.
 */
#ifndef SLUICE_CLI_SALE_H
#define SLUICE_CLI_SALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "cli/sale_goods.h"
#include "cli/sale_odd.h"

/* Parts of 10,000. The first row is of all orders, or of payloads; giveaways are of Tmall's orders,
 * codes and bundles of lines, plain of receivers. */
struct sale_shares {
    int64_t unpaid, cancel, held, duplicates, late, hostile, odd, gifts, presale;
    int64_t giveaways; /* gifts that are no line: TOP's promotion_details */
    int64_t codes;     /* sold under the shop's own code: sku_map.csv says what it is */
    int64_t bundles;   /* one code for several SKUs: likewise */
    int64_t plain;     /* name, phone and address in plain, as some platforms still give them */
};

enum sale_stock { SALE_STOCK_ENOUGH = 1, SALE_STOCK_SCARCE, SALE_STOCK_FIXED };

struct sale_options {
    uint64_t seed;
    int64_t orders, skus, shops; /* shops of each channel */
    int64_t start_ms, span_ms;   /* when the first is placed, and how long it goes on */
    enum sale_stock stock;
    int64_t units; /* of each SKU, with SALE_STOCK_FIXED */
    struct sale_shares shares;
};

/* What every command line begins with. */
struct sale_options sale_options_default(void);

enum sale_channel { SALE_DOUYIN = 0, SALE_TMALL, SALE_WECHAT, SALE_CHANNELS };

/* How an order's life ends in this sale. */
enum sale_end {
    SALE_END_PAID = 1,
    SALE_END_UNPAID,
    SALE_END_LAPSED,   /* cancelled without having been paid */
    SALE_END_REFUNDED, /* paid, then cancelled */
    SALE_END_SENT,     /* the shop sent it without us */
    SALE_ENDS,
};

#define SALE_LINES_MAX 6
#define SALE_STEPS_MAX 4

enum sale_state {
    SALE_STATE_UNPAID = 1,
    SALE_STATE_DEPOSIT,
    SALE_STATE_HELD, /* paid, but the platform holds it */
    SALE_STATE_PAID,
    SALE_STATE_LAPSED,
    SALE_STATE_REFUNDED,
    SALE_STATE_SHIPPED, /* by the shop's word */
};

/* What the platform says of an order at one moment. */
struct sale_step {
    enum sale_state state;
    int64_t at_ms; /* the platform's modified time */
};

struct sale_order {
    int64_t index;
    enum sale_channel channel;
    int64_t shop, id; /* 9000001; 19 digits */
    enum sale_odd odd;
    enum sale_end end;
    bool presale;
    enum sale_campaign campaign; /* of a pre-sale; only Douyin names it */
    int64_t placed_ms, paid_ms;  /* paid_ms 0: never */
    int64_t total_fen, freight_fen, discount_fen;
    struct sale_line lines[SALE_LINES_MAX];
    size_t line_count;
    struct sale_step steps[SALE_STEPS_MAX];
    size_t step_count;
    bool plain;      /* the receiver is not hidden */
    uint64_t taste;  /* for what does not matter: remarks, shapes of the answer */
    uint64_t person; /* for the receiver: of an order of its own, or of several */
    uint64_t buyer;
};

struct sale;

struct sale *sale_open(const struct sale_options *options);
void sale_close(struct sale *sale); /* NULL is fine */

/* index < orders: one of the sale; from there on: the ones that hostile payloads are made of. */
struct sale_order sale_order(const struct sale *sale, int64_t index);

const struct sale_options *sale_options(const struct sale *sale);
int64_t sale_hostile_count(const struct sale *sale);

const char *sale_channel_name(enum sale_channel channel); /* "douyin" */
int64_t sale_first_shop(enum sale_channel channel);       /* the others follow it */
#define SALE_CODE_SHOPS 20 /* of each channel, the first: only these have codes of their own */
struct str sale_order_id(struct arena *arena, const struct sale_order *order);

/* A repeatable number below `below`, by any two numbers that name what it is for. */
uint64_t sale_mix(uint64_t a, uint64_t b);
int64_t sale_pick(uint64_t a, uint64_t b, int64_t below);

/* ---- the stream ---- */

/* One line of the container that `sluice import --sale` reads. */
struct sale_item {
    struct str channel, shop;
    struct str payload;    /* bytes */
    bool is_json, is_utf8; /* how the container holds them */
    bool hostile, duplicate, late;
};

struct sale_stream;

struct sale_stream *sale_stream_open(const struct sale *sale);
void sale_stream_close(struct sale_stream *stream);
/* In the order of arrival; false at the end. The item lives until the arena's reset. */
bool sale_stream_next(struct sale_stream *stream, struct arena *arena, struct sale_item *item_out);
/* {"channel":…,"shop":…,"payload":{…}}, or payload_text, or payload_hex. */
struct str sale_item_line(struct arena *arena, const struct sale_item *item);

/* The payload of an order at one of its steps, as its platform writes it. */
struct str sale_payload(struct arena *arena, const struct sale_order *order, size_t step);

/* Breaks a payload in one of SALE_HOSTILE_KINDS ways. */
#define SALE_HOSTILE_KINDS 14
struct sale_item sale_hostile(struct arena *arena, const struct sale_order *order, int64_t kind);
const char *sale_hostile_name(int64_t kind);

/* ---- what goes with a sale ---- */

struct str sale_prices(struct arena *arena, const struct sale *sale);
/* JSON lines {"sku":…,"warehouse":…,"quantity":…}, three warehouses a SKU. */
struct str sale_stock(struct arena *arena, const struct sale *sale);
struct str sale_truth(struct arena *arena, const struct sale *sale);

/* The shipped checks with this sale's tables, for `sluice rules publish` (sale_rules.c). */
struct str sale_rules(struct arena *arena, const struct sale *sale);
/* The shops' codes, for `sluice sku map --file`: channel,shop,code,sku,units. */
struct str sale_sku_map(struct arena *arena, const struct sale *sale);

/* `sluice sale …`: see --help. */
int sale_command(int argc, char **argv);

#endif
