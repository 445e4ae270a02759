/* mapping — see mapping.h. */
#include "codec/mapping.h"

#include "codec/mapping_fill.h"

/* ---- what is true for every channel ---- */

/* Money and time of payment only where the order is paid; a deposit is money, no payment. */
static void mapping_settle_payment(struct order *order)
{
    if (order->stage == ORDER_STAGE_UNPAID)
        order->paid_fen = 0;
    if (order->stage == ORDER_STAGE_UNPAID || order->stage == ORDER_STAGE_DEPOSIT_PAID)
        order->paid_at = 0;
    if (order->stage != ORDER_STAGE_UNPAID && order->stage != ORDER_STAGE_DEPOSIT_PAID)
        order->pay_until = 0;
}

/* A line has its own stage or the order's, is never further than an order that may not ship
 * yet, and does not outlive a closed one. */
static void mapping_settle_line(const struct order *order, struct order_line *line)
{
    bool locked = order->stage < ORDER_STAGE_PAID;

    if (line->stage == ORDER_STAGE_NONE)
        line->stage = order->stage;
    if (locked && line->stage <= ORDER_STAGE_PAID)
        line->stage = order->stage;
    if (order->stage == ORDER_STAGE_CLOSED && line->stage <= ORDER_STAGE_PAID)
        line->stage = ORDER_STAGE_CLOSED;
    if (order->paid_at == 0 && order->paid_fen == 0)
        line->paid_fen = 0;
}

static void mapping_settle(struct order *order)
{
    mapping_settle_payment(order);
    for (size_t i = 0; i < order->line_count; i++)
        mapping_settle_line(order, &order->lines[i]);
}

/* ---- the order in the payload ---- */

static bool mapping_is_error(const struct mapping *mapping, struct arena *arena,
                             const struct json *root)
{
    struct mapping_scope scope = { .arena = arena, .order = root, .here = root, .where = "" };

    return !mapping_check_tests(&scope, mapping->answers, mapping->answer_count);
}

static bool mapping_parse(const struct mapping *mapping, struct arena *arena, struct str payload,
                          const struct json **root_out, struct err *err)
{
    if (str_starts(payload, STR("\xef\xbb\xbf"))) /* a byte order mark says nothing */
        payload = (struct str){ payload.data + 3, payload.size - 3 };
    if (!json_parse(arena, payload, root_out, err))
        return err_set(err, ERR_REJECT,
                       "the payload of %.*s cannot be read: %s; fetch the order again from the "
                       "shop",
                       STR_ARG(mapping->channel), err->text);
    if (mapping_is_error(mapping, arena, *root_out))
        return err_set(err, ERR_REJECT,
                       "the payload is an error answer of %.*s and holds no order; fetch the "
                       "order again from the shop",
                       STR_ARG(mapping->channel));
    return true;
}

/* JSON that travels as a text: read as if it stood there. NULL: it is no such text. */
static const struct json *mapping_text(struct arena *arena, const struct json *value)
{
    struct str text = json_is(value, JSON_STRING) ? str_trim(value->text) : STR_NONE;
    const struct json *inside;
    struct err ignored;

    if (!str_starts(text, STR("{")) && !str_starts(text, STR("[")))
        return NULL;
    return json_parse(arena, text, &inside, &ignored) ? inside : NULL;
}

/* What the payload holds at the first of the channel's places: an order or a list of them. */
static const struct json *mapping_place(const struct mapping *mapping, struct arena *arena,
                                        const struct json *root)
{
    for (size_t i = 0; i < mapping->order_at_count; i++) {
        const struct json *value = json_at(root, mapping->order_at[i].data);

        if (json_is(value, JSON_STRING))
            value = mapping_text(arena, value);
        if (value && (json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY)))
            return value;
    }
    return NULL;
}

static bool mapping_one(const struct mapping *mapping, struct arena *arena, const struct json *root,
                        const struct json **order_out, struct err *err)
{
    const struct json *place = mapping_place(mapping, arena, root);

    if (place && json_is(place, JSON_ARRAY)) {
        if (place->count == 0)
            return err_set(err, ERR_REJECT, "the payload holds no order: its list is empty");
        if (place->count != 1)
            return err_set(err, ERR_REJECT,
                           "the payload holds %zu orders; one message carries one: put the file "
                           "in with `sluice import`, which divides it",
                           place->count);
        place = place->child;
    }
    if (!place || !json_is(place, JSON_OBJECT))
        return err_set(err, ERR_REJECT,
                       "the payload is %s, no order of %.*s; fetch the order from the shop",
                       json_kind_name(place ? place->kind : root->kind), STR_ARG(mapping->channel));
    *order_out = place;
    return true;
}

static bool mapping_read(const struct mapping *mapping, struct mapping_scope *scope,
                         struct order *order, struct err *err)
{
    if (!mapping_fill(scope, mapping_file_order, mapping->fields, order, err))
        return false;
    order->order_id = order_id_make(scope->arena, order->channel, order->shop, order->platform_id);
    scope->own_version = order->version;
    if (!mapping_lines_read(mapping, scope, order, err))
        return false;
    mapping_settle(order);
    return order_validate(order, err);
}

/* Why it is no order: what else it is, where the channel's file knows it, else `err` as it is. */
static bool mapping_explain(const struct mapping *mapping, struct arena *arena,
                            const struct json *root, struct err *err)
{
    struct mapping_scope scope = { .arena = arena, .order = root, .here = root, .where = "" };

    for (size_t i = 0; i < mapping->other_count; i++) {
        const struct mapping_other *other = &mapping->others[i];

        if (mapping_check_tests(&scope, other->tests, other->test_count))
            return err_set(err, ERR_REJECT, "%.*s", STR_ARG(other->refuse));
    }
    return false;
}

static bool mapping_root(const struct mapping *mapping, struct arena *arena,
                         const struct json *root, struct order *order, struct err *err)
{
    struct mapping_scope scope = { .arena = arena, .file = mapping->name, .where = "" };

    if (!mapping_one(mapping, arena, root, &scope.order, err))
        return false;
    scope.here = scope.order;
    return mapping_read(mapping, &scope, order, err)
           || err_in(err, "%.*s:%.*s:%.*s", STR_ARG(order->channel), STR_ARG(order->shop),
                     STR_ARG(order->platform_id));
}

bool mapping_order(const struct mapping *mapping, struct arena *arena, struct str shop,
                   struct str payload, struct order *order_out, struct err *err)
{
    struct order order = { .channel = mapping->channel, .shop = shop };
    const struct json *root;

    if (!mapping_parse(mapping, arena, payload, &root, err))
        return false;
    if (!mapping_root(mapping, arena, root, &order, err))
        return mapping_explain(mapping, arena, root, err);
    *order_out = order;
    return true;
}

/* ---- many orders ---- */

static struct str mapping_id(const struct mapping *mapping, struct arena *arena,
                             const struct json *order)
{
    struct mapping_scope scope = {
        .arena = arena, .file = mapping->name, .order = order, .here = order, .where = ""
    };
    struct mapping_value value;
    struct err ignored = { .class = ERR_NONE };

    if (!mapping_value_find(&scope, &mapping->fields[MAPPING_ORDER_PLATFORM_ID], MAPPING_CLASS_ID,
                            &value, &ignored)
        || !value.found)
        return STR_NONE;
    return value.text;
}

bool mapping_split(const struct mapping *mapping, struct arena *arena, struct str payload,
                   struct mapping_part **parts_out, size_t *count_out, struct err *err)
{
    const struct json *root, *place, *item;
    struct mapping_part *parts;
    size_t count;

    if (!mapping_parse(mapping, arena, payload, &root, err))
        return false;
    place = mapping_place(mapping, arena, root);
    if (!place || (json_is(place, JSON_ARRAY) && place->count == 0))
        return err_set(err, ERR_REJECT, "the payload holds no order");
    item = json_is(place, JSON_ARRAY) ? place->child : place;
    count = json_is(place, JSON_ARRAY) ? place->count : 1;
    parts = ARENA_ARRAY(arena, struct mapping_part, count);
    for (size_t i = 0; i < count; i++, item = item->next) {
        parts[i].platform_id = mapping_id(mapping, arena, item);
        parts[i].bytes = count == 1 ? payload : item->source;
    }
    *parts_out = parts;
    *count_out = count;
    return true;
}
