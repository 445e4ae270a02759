/* mapping — see mapping.h. */
#include "codec/mapping.h"

#include "base/num.h"
#include "codec/mapping_file.h"
#include "codec/mapping_value.h"

/* Later states of one after-sale, where the platform gives its state and no time. */
static int64_t mapping_refund_rank(enum refund_state state)
{
    static const int64_t ranks[] = {
        [REFUND_STATE_NONE] = 0,   [REFUND_STATE_OPEN] = 1,   [REFUND_STATE_REFUSED] = 2,
        [REFUND_STATE_CLOSED] = 3, [REFUND_STATE_AGREED] = 4,
    };

    return ranks[state];
}

/* ---- one struct by its targets ---- */

static void mapping_put(void *base, const struct mapping_target *target,
                        const struct mapping_value *value)
{
    char *place = (char *)base + target->offset;

    switch (target->class) {
    case MAPPING_CLASS_MONEY:
    case MAPPING_CLASS_TIME:
    case MAPPING_CLASS_COUNT:
        *(int64_t *)(void *)place = value->number;
        return;
    case MAPPING_CLASS_STAGE:
        *(enum order_stage *)(void *)place = (enum order_stage)value->number;
        return;
    case MAPPING_CLASS_KIND:
        *(enum line_kind *)(void *)place = (enum line_kind)value->number;
        return;
    case MAPPING_CLASS_REFUND:
        *(enum refund_state *)(void *)place = (enum refund_state)value->number;
        return;
    case MAPPING_CLASS_FLAG:
        *(bool *)(void *)place = value->number != 0;
        return;
    case MAPPING_CLASS_TEXT:
    case MAPPING_CLASS_ID:
    case MAPPING_CLASS_CODE:
    case MAPPING_CLASS_JSON:
    case MAPPING_CLASS_NONE:
        *(struct str *)(void *)place = value->text;
        return;
    }
}

static bool mapping_missing(const struct mapping_scope *scope, const struct mapping_field *field,
                            const char *name, struct err *err)
{
    const struct mapping_rule *rule = &field->rules[0];
    const char *at = rule->path_count > 0 ? rule->paths[0].at : "the payload";

    return err_set(err, ERR_REJECT,
                   "%s%s is missing, and without it there is no %s; fetch the whole order from "
                   "the shop, and if it is the same, mend %s and replay",
                   scope->where, at, name, scope->file);
}

/* Fills every field of *base that has rules; requires what is required. */
static bool mapping_fill(const struct mapping_scope *scope, const struct mapping_target *targets,
                         const struct mapping_field *fields, void *base, struct err *err)
{
    for (size_t i = 0; targets[i].name; i++) {
        struct mapping_value value;

        if (fields[i].rule_count == 0)
            continue;
        if (!mapping_value_find(scope, &fields[i], targets[i].class, &value, err))
            return false;
        if (value.found)
            mapping_put(base, &targets[i], &value);
        else if (fields[i].required)
            return mapping_missing(scope, &fields[i], targets[i].name, err);
    }
    return true;
}

/* ---- lines ---- */

static bool mapping_refund(const struct mapping_scope *scope, const struct mapping_refunds *refunds,
                           struct order_line *line, struct err *err)
{
    struct order_refund refund = { .state = REFUND_STATE_NONE };

    if (!mapping_value_tests(scope, refunds->tests, refunds->test_count))
        return true;
    if (!mapping_fill(scope, mapping_file_refund, refunds->fields, &refund, err))
        return false;
    if (refund.state == REFUND_STATE_NONE)
        return true;
    if (refund.id.size == 0)
        refund.id = line->line_id;
    if (refund.version == 0)
        refund.version = mapping_refund_rank(refund.state);
    if (refund.quantity > line->quantity)
        return err_set(err, ERR_REJECT, "%s: an after-sale of %lld pieces on a line of %lld",
                       scope->where, (long long)refund.quantity, (long long)line->quantity);
    line->refunds[line->refund_count++] = refund;
    return true;
}

/* The same id on two lines, where the platform has no line ids: the second becomes "<id>-2". */
static void mapping_number_line(struct arena *arena, const struct order *order,
                                struct order_line *line)
{
    size_t repeats = 1;
    struct str id = line->line_id;

    for (size_t i = 0; i < order->line_count; i++) {
        if (!str_eq(order->lines[i].line_id, line->line_id))
            continue;
        line->line_id = arena_format(arena, "%.*s-%zu", STR_ARG(id), ++repeats);
        i = (size_t)-1; /* the new id may be taken too */
    }
}

static bool mapping_line(struct mapping_scope *scope, const struct mapping_lines *lines,
                         struct order *order, struct err *err)
{
    struct order_line *line = &order->lines[order->line_count];

    if (!mapping_fill(scope, mapping_file_line, lines->fields, line, err))
        return false;
    if (line->quantity < 1 || line->quantity > ORDER_QUANTITY_MAX)
        return err_set(err, ERR_REJECT,
                       "%squantity %lld is outside 1..%d; ask the shop what was bought",
                       scope->where, (long long)line->quantity, ORDER_QUANTITY_MAX);
    if (lines->number_repeats)
        mapping_number_line(scope->arena, order, line);
    scope->own_line_id = line->line_id;
    line->refunds = ARENA_ARRAY(scope->arena, struct order_refund, lines->refund_count);
    for (size_t i = 0; i < lines->refund_count; i++)
        if (!mapping_refund(scope, &lines->refunds[i], line, err))
            return false;
    order->line_count++;
    return true;
}

static const struct json *mapping_list(const struct mapping_scope *scope,
                                       const struct mapping_lines *lines, const char **path_out)
{
    for (size_t i = 0; i < lines->each_count; i++) {
        const struct json *list = json_at(scope->order, lines->each[i].data);

        *path_out = lines->each[i].data;
        if (json_is(list, JSON_ARRAY))
            return list;
    }
    return NULL;
}

/* Is this element already a line of an earlier list? (A gift that has an order line too.) */
static bool mapping_is_listed(const struct mapping *mapping, const struct mapping_scope *scope,
                              const struct mapping_lines *lines)
{
    struct str wanted;

    if (!lines->unless_at)
        return false;
    wanted = json_at(scope->here, lines->unless_at)->text;
    for (const struct mapping_lines *earlier = mapping->lines; earlier < lines; earlier++) {
        const char *path;
        const struct json *list = mapping_list(scope, earlier, &path);

        for (const struct json *item = list ? list->child : NULL; item; item = item->next)
            if (str_eq(json_at(item, lines->unless_listed)->text, wanted))
                return true;
    }
    return false;
}

static bool mapping_lines_from(const struct mapping *mapping, struct mapping_scope *scope,
                               const struct mapping_lines *lines, struct order *order,
                               struct err *err)
{
    const char *path = "";
    const struct json *list = mapping_list(scope, lines, &path);
    size_t index = 0;

    for (scope->here = list ? list->child : NULL; scope->here; scope->here = scope->here->next) {
        scope->where = arena_format(scope->arena, "%s.%zu.", path, index++).data;
        if (!mapping_value_tests(scope, lines->tests, lines->test_count)
            || mapping_is_listed(mapping, scope, lines))
            continue;
        if (!mapping_line(scope, lines, order, err))
            return false;
    }
    return true;
}

static size_t mapping_lines_count(const struct mapping *mapping, const struct mapping_scope *scope)
{
    size_t count = 0;

    for (size_t i = 0; i < mapping->lines_count; i++) {
        const char *path;
        const struct json *list = mapping_list(scope, &mapping->lines[i], &path);

        count += list ? list->count : 0;
    }
    return count;
}

static bool mapping_lines(const struct mapping *mapping, struct mapping_scope *scope,
                          struct order *order, struct err *err)
{
    size_t count = mapping_lines_count(mapping, scope);

    if (count > ORDER_LINES_MAX)
        return err_set(err, ERR_REJECT, "%s: %zu lines; an order has at most %d",
                       mapping->lines[0].each[0].data, count, ORDER_LINES_MAX);
    order->lines = ARENA_ARRAY(scope->arena, struct order_line, count);
    for (size_t i = 0; i < mapping->lines_count; i++)
        if (!mapping_lines_from(mapping, scope, &mapping->lines[i], order, err))
            return false;
    if (order->line_count == 0)
        return err_set(err, ERR_REJECT, "%s has no line; fetch the whole order from the shop",
                       mapping->lines[0].each[0].data);
    return true;
}

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

    return !mapping_value_tests(&scope, mapping->answers, mapping->answer_count);
}

static bool mapping_parse(const struct mapping *mapping, struct arena *arena, struct str payload,
                          const struct json **root_out, struct err *err)
{
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

/* What the payload holds at the first of the channel's places: an order or a list of them. */
static const struct json *mapping_place(const struct mapping *mapping, const struct json *root)
{
    for (size_t i = 0; i < mapping->order_at_count; i++) {
        const struct json *value = json_at(root, mapping->order_at[i].data);

        if (json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY))
            return value;
    }
    return NULL;
}

static bool mapping_one(const struct mapping *mapping, const struct json *root,
                        const struct json **order_out, struct err *err)
{
    const struct json *place = mapping_place(mapping, root);

    if (place && json_is(place, JSON_ARRAY)) {
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
                       json_kind_name(root->kind), STR_ARG(mapping->channel));
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
    if (!mapping_lines(mapping, scope, order, err))
        return false;
    mapping_settle(order);
    return order_validate(order, err);
}

bool mapping_order(const struct mapping *mapping, struct arena *arena, struct str shop,
                   struct str payload, struct order *order_out, struct err *err)
{
    struct order order = { .channel = mapping->channel, .shop = shop };
    struct mapping_scope scope = { .arena = arena, .file = mapping->name, .where = "" };
    const struct json *root;

    if (!mapping_parse(mapping, arena, payload, &root, err)
        || !mapping_one(mapping, root, &scope.order, err))
        return false;
    scope.here = scope.order;
    if (!mapping_read(mapping, &scope, &order, err))
        return err_in(err, "%.*s:%.*s:%.*s", STR_ARG(order.channel), STR_ARG(shop),
                      STR_ARG(order.platform_id));
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
    place = mapping_place(mapping, root);
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
