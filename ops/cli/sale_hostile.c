/* sale_hostile — see sale.h. Here: payloads that are no orders, each broken in one known way. */
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "cli/sale.h"

#define SALE_HOSTILE_NESTING 20000

/* How the platforms name what we break. */
struct sale_hostile_names {
    const char *quantity, *amount, *status, *other_status;
    const char *amount_value, *status_value, *error;
};

static const struct sale_hostile_names *sale_hostile_names(enum sale_channel channel)
{
    static const struct sale_hostile_names names[SALE_CHANNELS] = {
        [SALE_DOUYIN] = {
            .quantity = "item_num", .amount = "pay_amount", .status = "order_status",
            .other_status = "main_status",
            .amount_value = "9007199254740993", .status_value = "777",
            .error = "{\"code\":40004,\"msg\":\"invalid\",\"sub_code\":"
                     "\"isv.parameter-invalid:20014\",\"log_id\":\"INVENTED\"}",
        },
        [SALE_TMALL] = {
            .quantity = "num", .amount = "payment", .status = "status", .other_status = "status",
            .amount_value = "\"99999999999999999.00\"",
            .status_value = "\"WAIT_FOR_THE_MOON\"",
            .error = "{\"error_response\":{\"code\":15,\"msg\":\"Remote service error\","
                     "\"sub_code\":\"isv.trade-not-exist\"}}",
        },
        [SALE_WECHAT] = {
            .quantity = "sku_cnt", .amount = "order_price", .status = "status",
            .other_status = "status",
            .amount_value = "9007199254740993", .status_value = "777",
            .error = "{\"errcode\":100002,\"errmsg\":\"order not exist\"}",
        },
    };

    return &names[channel];
}

/* Where a JSON value without nesting ends. */
static size_t sale_hostile_value_end(struct str text, size_t at)
{
    if (text.data[at] == '"') {
        at++;
        while (at < text.size && text.data[at] != '"')
            at++;
        return at + 1;
    }
    while (at < text.size && !strchr(",}]", text.data[at]))
        at++;
    return at;
}

/* Gives every member of that name another value. */
static struct str sale_hostile_set(struct arena *arena, struct str text, const char *name,
                                   const char *value)
{
    struct str wanted = arena_format(arena, "\"%s\":", name);
    struct buf out;

    buf_init(&out, arena, text.size + 64);
    for (size_t at = 0; at < text.size;) {
        if (!str_starts((struct str){ text.data + at, text.size - at }, wanted)) {
            buf_put_byte(&out, text.data[at++]);
            continue;
        }
        buf_put(&out, wanted);
        buf_put(&out, str_of(value));
        at = sale_hostile_value_end(text, at + wanted.size);
    }
    return buf_str(&out);
}

static struct str sale_hostile_nest(struct arena *arena)
{
    struct buf out;

    buf_init(&out, arena, SALE_HOSTILE_NESTING + 1);
    for (int i = 0; i < SALE_HOSTILE_NESTING; i++)
        buf_put_byte(&out, '[');
    return buf_str(&out);
}

/* A name's member a second time, at the end of the object. */
static struct str sale_hostile_twice(struct arena *arena, struct str text)
{
    struct str head = { text.data, text.size - 1 };
    struct str first = { text.data + 1, 0 };

    while (first.data[first.size] != ':')
        first.size++;
    return arena_format(arena, "%.*s,%.*s:0}", STR_ARG(head), STR_ARG(first));
}

static const struct sale_hostile_kind {
    const char *name;
    bool is_json, is_utf8;
} sale_hostile_kinds[SALE_HOSTILE_KINDS] = {
    { "truncated", false, true },      { "nested", false, true },
    { "quantity_object", true, true }, { "quantity_negative", true, true },
    { "quantity_absurd", true, true }, { "not_utf8", false, false },
    { "amount_beyond", true, true },   { "status_unknown", true, true },
    { "empty_object", true, true },    { "not_json", false, true },
    { "no_lines", true, true },        { "channel_unknown", true, true },
    { "name_twice", false, true },     { "error_answer", true, true },
};

const char *sale_hostile_name(int64_t kind)
{
    CHECK(kind >= 0 && kind < SALE_HOSTILE_KINDS);
    return sale_hostile_kinds[kind].name;
}

static struct str sale_hostile_break(struct arena *arena, const struct sale_order *order,
                                     struct str whole, int64_t kind)
{
    const struct sale_hostile_names *names = sale_hostile_names(order->channel);

    switch (kind) {
    case 0:
        return (struct str){ whole.data, str_clip(whole, whole.size * 2 / 3).size };
    case 1:
        return sale_hostile_nest(arena);
    case 2:
        return sale_hostile_set(arena, whole, names->quantity, "{\"count\":1}");
    case 3:
        return sale_hostile_set(arena, whole, names->quantity, "-3");
    case 4:
        return sale_hostile_set(arena, whole, names->quantity, "99999999999");
    case 5:
        return arena_format(arena, "{\"order_id\":\"%lld\",\"title\":\"\xff\xfe\xc0\x80\"}",
                            (long long)order->id);
    case 6:
        return sale_hostile_set(arena, whole, names->amount, names->amount_value);
    case 7:
        return sale_hostile_set(arena,
                                sale_hostile_set(arena, whole, names->status, names->status_value),
                                names->other_status, names->status_value);
    case 8:
        return STR("{}");
    case 9:
        return STR("<html><body>502 Bad Gateway</body></html>");
    case 10:
        return arena_format(arena, "{\"order_id\":\"%lld\",\"tid\":%lld}", (long long)order->id,
                            (long long)order->id);
    case 12:
        return sale_hostile_twice(arena, whole);
    case 13:
        return str_of(names->error);
    default: /* 11: a whole order of a channel that nobody knows */
        return whole;
    }
}

struct sale_item sale_hostile(struct arena *arena, const struct sale_order *order, int64_t kind)
{
    struct str whole = sale_payload(arena, order, order->step_count - 1);
    const struct sale_hostile_kind *row = &sale_hostile_kinds[kind];

    CHECK(kind >= 0 && kind < SALE_HOSTILE_KINDS);
    return (struct sale_item){
        .channel = str_is(str_of(row->name), "channel_unknown")
                       ? STR("pinduoduo")
                       : str_of(sale_channel_name(order->channel)),
        .shop = arena_format(arena, "%lld", (long long)order->shop),
        .payload = sale_hostile_break(arena, order, whole, kind),
        .is_json = row->is_json,
        .is_utf8 = row->is_utf8,
        .hostile = true,
    };
}
