/* mapping_shape — see mapping_shape.h. */
#include "codec/mapping_shape.h"

#include "base/num.h"
#include "codec/mapping_value.h"
#include "codec/mapping_walk.h"

static const struct json *mapping_shape_from(const struct mapping_scope *scope,
                                             const struct mapping_path *path)
{
    return path->from_order ? scope->order : scope->here;
}

/* Can the step lead on from here, or at least not be there? */
static bool mapping_shape_leads_on(const struct json *json, struct str step)
{
    int64_t index;

    if (json_is(json, JSON_OBJECT) || !mapping_check_is_set(json))
        return true;
    return json_is(json, JSON_ARRAY) && num_parse(step, &index);
}

/* "order.pay_info is a text, and order.pay_info.pay_time lies in it" */
static bool mapping_shape_in_the_way(const struct mapping_scope *scope, const char *at,
                                     size_t so_far, enum json_kind kind, struct err *err)
{
    struct str place = arena_format(scope->arena, "%s%.*s", scope->where, (int)so_far, at);

    if (place.size > 0 && place.data[place.size - 1] == '.')
        place.size--;
    return err_set(err, ERR_REJECT,
                   "%.*s is %s, and %s%s lies in it; fetch the order again from the shop, and if "
                   "it is the same, mend %s and replay",
                   STR_ARG(place), json_kind_name(kind), scope->where, at, scope->file);
}

bool mapping_shape_way(const struct mapping_scope *scope, const struct mapping_path *path,
                       struct err *err)
{
    const struct json *json = mapping_shape_from(scope, path);
    struct str rest = str_of(path->at);

    while (rest.size > 0) {
        size_t so_far = (size_t)(rest.data - path->at);
        struct str step = str_cut(&rest, '.');

        if (!mapping_shape_leads_on(json, step))
            return mapping_shape_in_the_way(scope, path->at, so_far, json->kind, err);
        json = json_at(json, arena_format(scope->arena, "%.*s", STR_ARG(step)).data);
    }
    return true;
}

bool mapping_shape_tests(const struct mapping_scope *scope, const struct mapping_test *tests,
                         size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!mapping_check_tests(scope, &tests[i], 1))
            return !tests[i].path.at || mapping_shape_way(scope, &tests[i].path, err);
    return true;
}

bool mapping_shape_field(const struct mapping_scope *scope, const struct mapping_field *field,
                         enum mapping_class class, struct err *err)
{
    if (class == MAPPING_CLASS_JSON)
        return true;
    for (size_t i = 0; i < field->rule_count; i++) {
        const struct mapping_rule *rule = &field->rules[i];

        if (rule->lenient || rule->each.outer.at
            || !mapping_check_tests(scope, rule->tests, rule->test_count))
            continue;
        for (size_t j = 0; j < rule->path_count; j++)
            if (!mapping_shape_way(scope, &rule->paths[j], err))
                return false;
    }
    return true;
}

/* ---- lists ---- */

static bool mapping_shape_is_list(const struct json *json, bool object_may_be)
{
    return json_is(json, JSON_ARRAY) || !mapping_check_is_set(json)
           || (object_may_be && json_is(json, JSON_OBJECT));
}

static bool mapping_shape_no_list(const struct mapping_scope *scope, const struct json *json,
                                  const char *at, struct err *err)
{
    return err_set(err, ERR_REJECT,
                   "%s%s is %s, no list; fetch the order again from the shop, and if it is the "
                   "same, mend %s and replay",
                   scope->where, at, json_kind_name(json->kind), scope->file);
}

bool mapping_shape_list(const struct mapping_scope *scope, const struct mapping_list *list,
                        bool object_may_be, struct err *err)
{
    const struct json *outer = json_at(mapping_shape_from(scope, &list->outer), list->outer.at);
    const struct json *inner;
    size_t index = 0;

    if (!mapping_shape_is_list(outer, object_may_be))
        return mapping_shape_no_list(scope, outer, list->outer.at, err);
    if (!list->inner || !json_is(outer, JSON_ARRAY))
        return true;
    for (const struct json *item = outer->child; item; item = item->next, index++) {
        inner = json_at(item, list->inner);
        if (!mapping_shape_is_list(inner, false))
            return mapping_shape_no_list(
                scope, inner,
                arena_format(scope->arena, "%s.%zu.%s", list->outer.at, index, list->inner).data,
                err);
    }
    return true;
}

bool mapping_shape_lines(const struct mapping_scope *scope, const struct mapping_lines *lines,
                         struct err *err)
{
    for (size_t i = 0; i < lines->each_count; i++)
        if (!mapping_shape_list(scope, &lines->each[i], i > 0, err))
            return false;
    for (size_t i = 0; i < lines->each_count; i++) {
        if (json_is(json_at(scope->order, lines->each[i].outer.at), JSON_ARRAY))
            return true;
    }
    for (size_t i = 0; i < lines->each_count; i++)
        if (!mapping_shape_way(scope, &lines->each[i].outer, err))
            return false;
    return true;
}

/* ---- after-sales that name their line ---- */

/* Does an element of the list, also one that makes no line, have this id? */
static bool mapping_shape_has_line(const struct mapping_scope *scope,
                                   const struct mapping_lines *lines, struct str id)
{
    struct mapping_scope element = *scope;
    struct mapping_walk walk;

    for (size_t i = 0; i < lines->each_count; i++) {
        if (!mapping_walk_begin(&walk, scope->order, &lines->each[i]))
            continue;
        for (; walk.item; mapping_walk_next(&walk)) {
            struct mapping_value value;
            struct err why;

            element.here = walk.item;
            if (mapping_value_find(&element, &lines->fields[MAPPING_LINE_LINE_ID], MAPPING_CLASS_ID,
                                   &value, &why)
                && str_eq(value.text, id))
                return true;
        }
        return false;
    }
    return false;
}

static bool mapping_shape_names_a_line(const struct mapping *mapping,
                                       const struct mapping_scope *scope, struct str id)
{
    for (size_t i = 0; id.size > 0 && i < mapping->lines_count; i++)
        if (mapping_shape_has_line(scope, &mapping->lines[i], id))
            return true;
    return false;
}

static bool mapping_shape_refunds(const struct mapping *mapping, const struct mapping_scope *scope,
                                  const struct mapping_refunds *refunds, struct err *err)
{
    struct mapping_scope element = *scope;
    struct mapping_walk walk;
    size_t index = 0;

    if (!refunds->line || !refunds->each.outer.from_order
        || !mapping_walk_begin(&walk, scope->order, &refunds->each))
        return true;
    for (; walk.item; mapping_walk_next(&walk), index++) {
        struct str id = str_trim(mapping_check_text(json_at(walk.item, refunds->line)));

        element.here = walk.item;
        if (mapping_check_tests(&element, refunds->tests, refunds->test_count)
            && !mapping_shape_names_a_line(mapping, scope, id))
            return err_set(err, ERR_REJECT,
                           "%s.%zu.%s is that of no line of the order; fetch the whole order from "
                           "the shop, and if it is the same, mend %s and replay",
                           refunds->each.outer.at, index, refunds->line, scope->file);
    }
    return true;
}

bool mapping_shape_after_sales(const struct mapping *mapping, const struct mapping_scope *scope,
                               struct err *err)
{
    for (size_t i = 0; i < mapping->lines_count; i++)
        for (size_t j = 0; j < mapping->lines[i].refund_count; j++)
            if (!mapping_shape_refunds(mapping, scope, &mapping->lines[i].refunds[j], err))
                return false;
    return true;
}
