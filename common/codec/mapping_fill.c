/* mapping_fill — see mapping_fill.h. */
#include "codec/mapping_fill.h"

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
    const char *at = NULL;

    for (size_t i = 0; i < field->rule_count && !at; i++)
        at = field->rules[i].path_count > 0 ? field->rules[i].paths[0].at : NULL;
    at = at ? at : "its field";

    return err_set(err, ERR_REJECT,
                   "%s%s is missing, and without it there is no %s; fetch the whole order from "
                   "the shop, and if it is the same, mend %s and replay",
                   scope->where, at, name, scope->file);
}

/* Fills every field of *base that has rules; requires what is required. */
bool mapping_fill(const struct mapping_scope *scope, const struct mapping_target *targets,
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
