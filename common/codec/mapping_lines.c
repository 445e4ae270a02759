/* mapping_lines — see mapping_fill.h. */
#include "codec/mapping_fill.h"

#include "codec/mapping_shape.h"
#include "codec/mapping_walk.h"

#define MAPPING_LINES_REFUNDS_MAX 1000 /* of one line */

/* Later states of one after-sale, where the platform gives its state and no time. */
static int64_t mapping_lines_rank(enum refund_state state)
{
    static const int64_t ranks[] = {
        [REFUND_STATE_NONE] = 0,   [REFUND_STATE_OPEN] = 1,   [REFUND_STATE_REFUSED] = 2,
        [REFUND_STATE_CLOSED] = 3, [REFUND_STATE_AGREED] = 4,
    };

    return ranks[state];
}

static bool mapping_lines_refund(const struct mapping_scope *scope,
                                 const struct mapping_refunds *refunds, struct order_line *line,
                                 struct err *err)
{
    struct order_refund refund = { .state = REFUND_STATE_NONE };

    if (!mapping_check_tests(scope, refunds->tests, refunds->test_count))
        return mapping_shape_tests(scope, refunds->tests, refunds->test_count, err);
    if (!mapping_fill(scope, mapping_file_refund, refunds->fields, &refund, err))
        return false;
    if (refund.state == REFUND_STATE_NONE)
        return true;
    if (refund.id.size == 0)
        refund.id = line->line_id;
    if (refund.version == 0)
        refund.version = mapping_lines_rank(refund.state);
    if (refund.quantity > line->quantity)
        return err_set(err, ERR_REJECT,
                       "%squantity: an after-sale of %lld pieces on a line of %lld", scope->where,
                       (long long)refund.quantity, (long long)line->quantity);
    line->refunds[line->refund_count++] = refund;
    return true;
}

/* The after-sales that stand in a list: of the line, or of the order with the line's id in each. */
static bool mapping_lines_refund_list(const struct mapping_scope *scope,
                                      const struct mapping_refunds *refunds,
                                      struct order_line *line, struct err *err)
{
    const struct json *from = refunds->each.outer.from_order ? scope->order : scope->here;
    struct mapping_scope element = *scope;
    struct mapping_walk walk;
    size_t index = 0;

    if (!mapping_shape_list(scope, &refunds->each, false, err))
        return false;
    if (!mapping_walk_begin(&walk, from, &refunds->each))
        return true;
    for (; walk.item; mapping_walk_next(&walk), index++) {
        element.here = walk.item;
        if (refunds->line
            && !str_eq(str_trim(mapping_check_text(json_at(walk.item, refunds->line))),
                       line->line_id))
            continue;
        element.where = arena_format(scope->arena, "%s%s.%zu.",
                                     refunds->each.outer.from_order ? "" : scope->where,
                                     refunds->each.outer.at, index)
                            .data;
        if (!mapping_lines_refund(&element, refunds, line, err))
            return false;
    }
    return true;
}

/* How many after-sales a line may have at most: room for all elements of all lists. */
static size_t mapping_lines_refunds_max(const struct mapping_scope *scope,
                                        const struct mapping_lines *lines)
{
    size_t count = 0;

    for (size_t i = 0; i < lines->refund_count; i++) {
        const struct mapping_list *each = &lines->refunds[i].each;
        const struct json *from = each->outer.from_order ? scope->order : scope->here;
        struct mapping_walk walk;

        count += each->outer.at == NULL;
        if (!each->outer.at || !mapping_walk_begin(&walk, from, each))
            continue;
        for (; walk.item; mapping_walk_next(&walk))
            count++;
    }
    return count;
}

static bool mapping_lines_refunds(const struct mapping_scope *scope,
                                  const struct mapping_lines *lines, struct order_line *line,
                                  struct err *err)
{
    size_t count_max = mapping_lines_refunds_max(scope, lines);

    if (count_max > MAPPING_LINES_REFUNDS_MAX)
        return err_set(err, ERR_REJECT, "%s%zu after-sales; a line has at most %d", scope->where,
                       count_max, MAPPING_LINES_REFUNDS_MAX);
    line->refunds = ARENA_ARRAY(scope->arena, struct order_refund, count_max);
    for (size_t i = 0; i < lines->refund_count; i++) {
        const struct mapping_refunds *refunds = &lines->refunds[i];

        if (!(refunds->each.outer.at ? mapping_lines_refund_list(scope, refunds, line, err)
                                     : mapping_lines_refund(scope, refunds, line, err)))
            return false;
    }
    return true;
}

/* The same id on two lines, where the platform has no line ids: the second becomes "<id>-2". */
static void mapping_lines_number(struct arena *arena, const struct order *order,
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

static bool mapping_lines_one(struct mapping_scope *scope, const struct mapping_lines *lines,
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
        mapping_lines_number(scope->arena, order, line);
    scope->own_line_id = line->line_id;
    if (!mapping_lines_refunds(scope, lines, line, err))
        return false;
    order->line_count++;
    return true;
}

/* ---- the lists that lines come from ---- */

/* At the first element of the first place that is a list; false: none is. */
static bool mapping_lines_walk(const struct mapping_scope *scope, const struct mapping_lines *lines,
                               struct mapping_walk *walk, struct str *path_out)
{
    for (size_t i = 0; i < lines->each_count; i++) {
        *path_out = lines->each_texts[i];
        if (mapping_walk_begin(walk, scope->order, &lines->each[i]))
            return true;
    }
    return false;
}

/* Is there an element of the list with this value, for which the tests of `unless` hold? */
static bool mapping_lines_has(const struct mapping_scope *scope, const struct mapping_lines *lines,
                              const struct mapping_unless *unless, struct str wanted)
{
    struct mapping_scope element = *scope;
    struct mapping_walk walk;
    struct str path;

    if (!mapping_lines_walk(scope, lines, &walk, &path))
        return false;
    for (; walk.item; mapping_walk_next(&walk)) {
        element.here = walk.item;
        if (str_eq(json_at(walk.item, unless->listed)->text, wanted)
            && mapping_check_tests(&element, unless->tests, unless->test_count))
            return true;
    }
    return false;
}

/* Is this element already a line of an earlier list? (A gift that has an order line too.) */
static bool mapping_lines_is_listed(const struct mapping *mapping,
                                    const struct mapping_scope *scope,
                                    const struct mapping_lines *lines)
{
    for (size_t i = 0; i < lines->unless_count; i++) {
        struct str wanted = json_at(scope->here, lines->unless[i].at)->text;

        for (const struct mapping_lines *earlier = mapping->lines; earlier < lines; earlier++)
            if (mapping_lines_has(scope, earlier, &lines->unless[i], wanted))
                return true;
    }
    return false;
}

static bool mapping_lines_from(const struct mapping *mapping, struct mapping_scope *scope,
                               const struct mapping_lines *lines, struct order *order,
                               struct err *err)
{
    struct mapping_walk walk;
    struct str path;
    size_t index = 0;

    scope->here = scope->order;
    scope->where = "";
    if (!mapping_shape_lines(scope, lines, err))
        return false;
    if (!mapping_lines_walk(scope, lines, &walk, &path))
        return true;
    for (; walk.item; mapping_walk_next(&walk)) {
        scope->here = walk.item;
        scope->where = arena_format(scope->arena, "%.*s.%zu.", STR_ARG(path), index++).data;
        if (!mapping_check_tests(scope, lines->tests, lines->test_count)
            || mapping_lines_is_listed(mapping, scope, lines))
            continue;
        if (!mapping_lines_one(scope, lines, order, err))
            return false;
    }
    return true;
}

static size_t mapping_lines_count(const struct mapping *mapping, const struct mapping_scope *scope)
{
    size_t count = 0;

    for (size_t i = 0; i < mapping->lines_count; i++) {
        struct mapping_walk walk;
        struct str path;

        if (!mapping_lines_walk(scope, &mapping->lines[i], &walk, &path))
            continue;
        for (; walk.item; mapping_walk_next(&walk))
            count++;
    }
    return count;
}

static bool mapping_lines_none(const struct mapping_lines *lines, struct err *err)
{
    return err_set(err, ERR_REJECT, "%.*s has no line; fetch the whole order from the shop",
                   STR_ARG(lines->each_texts[0]));
}

bool mapping_lines_read(const struct mapping *mapping, struct mapping_scope *scope,
                        struct order *order, struct err *err)
{
    size_t count = mapping_lines_count(mapping, scope);

    if (count > ORDER_LINES_MAX)
        return err_set(err, ERR_REJECT, "%s: %zu lines; an order has at most %d",
                       mapping->lines[0].each_texts[0].data, count, ORDER_LINES_MAX);
    order->lines = ARENA_ARRAY(scope->arena, struct order_line, count);
    for (size_t i = 0; i < mapping->lines_count; i++) {
        size_t before = order->line_count;

        if (!mapping_lines_from(mapping, scope, &mapping->lines[i], order, err))
            return false;
        if (order->line_count == before && mapping->lines[i].needed)
            return mapping_lines_none(&mapping->lines[i], err);
    }
    if (order->line_count == 0)
        return mapping_lines_none(&mapping->lines[0], err);
    return mapping_shape_after_sales(mapping, scope, err);
}
