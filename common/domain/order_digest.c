/*
 * order_digest — the digest of order.h.
 *
 * The fields are hashed one behind the other in the fixed order below, numbers as decimal text,
 * lines sorted by their id, since a platform may list them in any order. Changing anything here
 * makes every known order look changed: add a field only together with a plan for that.
 */
#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "domain/order.h"

#define ORDER_DIGEST_FIELDS 25 /* of the order itself */
#define ORDER_DIGEST_LINE_FIELDS 9

struct order_digest {
    struct arena *arena;
    struct str *fields;
    size_t count, capacity;
};

static void order_digest_put(struct order_digest *digest, struct str field)
{
    CHECK(digest->count < digest->capacity);
    digest->fields[digest->count++] = field;
}

static void order_digest_put_int(struct order_digest *digest, int64_t value)
{
    order_digest_put(digest, arena_format(digest->arena, "%lld", (long long)value));
}

static void order_digest_put_head(struct order_digest *digest, const struct order *order)
{
    order_digest_put(digest, order->order_id);
    order_digest_put(digest, order->channel);
    order_digest_put(digest, order->shop);
    order_digest_put(digest, order->platform_id);
    order_digest_put_int(digest, order->placed_at);
    order_digest_put_int(digest, order->due_at);
    order_digest_put_int(digest, order->total_fen);
    order_digest_put_int(digest, order->freight_fen);
    order_digest_put_int(digest, order->discount_fen);
    order_digest_put(digest, order->buyer_key);
    order_digest_put(digest, order->carrier_wanted);
    order_digest_put_int(digest, order->appointed_at);
    order_digest_put(digest, order->buyer_remark);
    order_digest_put(digest, order->seller_remark);
    order_digest_put(digest, order->gift_note);
}

/* The ciphertexts are left out: one phone has several. */
static void order_digest_put_receiver(struct order_digest *digest,
                                      const struct order_receiver *receiver)
{
    order_digest_put(digest, receiver->key);
    order_digest_put(digest, receiver->name);
    order_digest_put(digest, receiver->phone);
    order_digest_put(digest, receiver->province);
    order_digest_put(digest, receiver->city);
    order_digest_put(digest, receiver->district);
    order_digest_put(digest, receiver->street);
    order_digest_put(digest, receiver->address);
    order_digest_put_int(digest, receiver->masked);
}

static void order_digest_put_line(struct order_digest *digest, const struct order_line *line)
{
    order_digest_put(digest, line->line_id);
    order_digest_put(digest, line->platform_sku);
    order_digest_put(digest, line->merchant_code);
    order_digest_put(digest, line->title);
    order_digest_put_int(digest, line->quantity);
    order_digest_put_int(digest, line->price_fen);
    order_digest_put(digest, str_of(line_kind_name(line->kind)));
    order_digest_put(digest, line->campaign);
    order_digest_put(digest, line->parent);
}

static int order_digest_compare(const void *a, const void *b)
{
    const struct order_line *const *left = a, *const *right = b;

    return str_compare((*left)->line_id, (*right)->line_id);
}

struct str order_digest(struct arena *arena, const struct order *order)
{
    CHECK(order->line_count <= ORDER_LINES_MAX);
    size_t capacity = ORDER_DIGEST_FIELDS + order->line_count * ORDER_DIGEST_LINE_FIELDS;
    struct order_digest digest = {
        .arena = arena,
        .fields = ARENA_ARRAY(arena, struct str, capacity),
        .capacity = capacity,
    };
    const struct order_line **lines = ARENA_ARRAY(arena, const struct order_line *,
                                                  order->line_count);

    for (size_t i = 0; i < order->line_count; i++)
        lines[i] = &order->lines[i];
    qsort(lines, order->line_count, sizeof(lines[0]), order_digest_compare);
    order_digest_put_head(&digest, order);
    order_digest_put_receiver(&digest, &order->receiver);
    order_digest_put_int(&digest, (int64_t)order->line_count);
    for (size_t i = 0; i < order->line_count; i++)
        order_digest_put_line(&digest, lines[i]);
    return hash_id(arena, digest.fields, digest.count);
}
