/* mapping_file — see mapping_file.h, and mapping_open() in mapping.h. */
#include "codec/mapping_file.h"

#define MAPPING_ARENA_SIZE (16u << 20)

#define ORDER(field, kind, member)                                                                 \
    {                                                                                              \
        .name = (field), .class = MAPPING_CLASS_##kind, .offset = offsetof(struct order, member)   \
    }
#define ORDER_REQUIRED(field, kind, member)                                                        \
    {                                                                                              \
        .name = (field), .class = MAPPING_CLASS_##kind, .offset = offsetof(struct order, member),  \
        .required = true                                                                           \
    }
#define LINE(field, kind, member)                                                                  \
    {                                                                                              \
        .name = (field), .class = MAPPING_CLASS_##kind,                                            \
        .offset = offsetof(struct order_line, member)                                              \
    }
#define LINE_REQUIRED(field, kind, member)                                                         \
    {                                                                                              \
        .name = (field), .class = MAPPING_CLASS_##kind,                                            \
        .offset = offsetof(struct order_line, member), .required = true                            \
    }
#define REFUND(field, kind, member)                                                                \
    {                                                                                              \
        .name = (field), .class = MAPPING_CLASS_##kind,                                            \
        .offset = offsetof(struct order_refund, member)                                            \
    }

const struct mapping_target mapping_file_order[MAPPING_ORDER_FIELDS + 1] = {
    [MAPPING_ORDER_PLATFORM_ID] = ORDER_REQUIRED("platform_id", ID, platform_id),
    ORDER_REQUIRED("version", TIME, version),
    ORDER_REQUIRED("stage", STAGE, stage),
    ORDER_REQUIRED("placed_at", TIME, placed_at),
    ORDER("paid_at", TIME, paid_at),
    ORDER("due_at", TIME, due_at),
    ORDER("pay_until", TIME, pay_until),
    ORDER_REQUIRED("total_fen", MONEY, total_fen),
    ORDER("paid_fen", MONEY, paid_fen),
    ORDER("freight_fen", MONEY, freight_fen),
    ORDER("discount_fen", MONEY, discount_fen),
    ORDER("buyer.key", CODE, buyer_key),
    ORDER("receiver.key", CODE, receiver.key),
    ORDER("receiver.name", TEXT, receiver.name),
    ORDER("receiver.phone", TEXT, receiver.phone),
    ORDER("receiver.province", TEXT, receiver.province),
    ORDER("receiver.city", TEXT, receiver.city),
    ORDER("receiver.district", TEXT, receiver.district),
    ORDER("receiver.street", TEXT, receiver.street),
    ORDER("receiver.address", TEXT, receiver.address),
    ORDER("receiver.cipher", JSON, receiver.cipher),
    ORDER("receiver.masked", FLAG, receiver.masked),
    ORDER("delivery.carrier_wanted", TEXT, carrier_wanted),
    ORDER("delivery.appointed_at", TIME, appointed_at),
    ORDER("delivery.buyer_remark", TEXT, buyer_remark),
    ORDER("delivery.seller_remark", TEXT, seller_remark),
    ORDER("delivery.gift_note", TEXT, gift_note),
    { .name = NULL },
};

const struct mapping_target mapping_file_line[MAPPING_LINE_FIELDS + 1] = {
    [MAPPING_LINE_LINE_ID] = LINE_REQUIRED("line_id", ID, line_id),
    [MAPPING_LINE_STAGE] = LINE("stage", STAGE, stage), /* else the order's */
    LINE("platform_sku", CODE, platform_sku),
    LINE("merchant_code", CODE, merchant_code),
    LINE("title", TEXT, title),
    LINE_REQUIRED("quantity", COUNT, quantity),
    LINE_REQUIRED("price_fen", MONEY, price_fen),
    LINE("paid_fen", MONEY, paid_fen),
    LINE_REQUIRED("kind", KIND, kind),
    LINE("campaign", CODE, campaign),
    LINE("parent", CODE, parent),
    LINE("sku", CODE, sku),
    { .name = NULL },
};

const struct mapping_target mapping_file_refund[MAPPING_REFUND_FIELDS + 1] = {
    [MAPPING_REFUND_ID] = REFUND("id", CODE, id),                /* else the line's id */
    [MAPPING_REFUND_VERSION] = REFUND("version", TIME, version), /* else its state's rank */
    [MAPPING_REFUND_STATE] = REFUND("state", REFUND, state),     /* none: no refund */
    REFUND("quantity", COUNT, quantity),
    REFUND("amount_fen", MONEY, amount_fen),
    { .name = NULL },
};

/* ---- reading ---- */

static bool mapping_file_bad(const char *what, struct err *err)
{
    return err_set(err, ERR_FATAL, "%s", what);
}

static const struct mapping_target *mapping_file_target(const struct mapping_target *targets,
                                                        struct str name)
{
    for (; targets->name; targets++)
        if (str_is(name, targets->name))
            return targets;
    return NULL;
}

/* {"total_fen": rule, …} by the table of targets. Every name must be one of ours. */
static bool mapping_file_fields(const struct mapping_reader *reader, const struct json *json,
                                const struct mapping_target *targets, struct mapping_field *fields,
                                struct err *err)
{
    if (!json_is(json, JSON_OBJECT))
        return mapping_file_bad("fields must be an object", err);
    for (const struct json *row = json->child; row; row = row->next) {
        const struct mapping_target *target = mapping_file_target(targets, row->name);

        if (!target)
            return err_set(err, ERR_FATAL, "there is no canonical field \"%.*s\"",
                           STR_ARG(str_clip(row->name, 80)));
        if (!mapping_rule_field(reader, row, target->class, &fields[target - targets], err))
            return false;
    }
    for (size_t i = 0; targets[i].name; i++) {
        fields[i].required = targets[i].required;
        if (targets[i].required && fields[i].rule_count == 0)
            return err_set(err, ERR_FATAL, "no rule for %s, which every channel needs",
                           targets[i].name);
    }
    return true;
}

/* What this channel's payloads must have beside what every channel's must. */
static bool mapping_file_required(const struct json *json, const struct mapping_target *targets,
                                  struct mapping_field *fields, struct err *err)
{
    for (const struct json *name = json->child; name; name = name->next) {
        const struct mapping_target *target = mapping_file_target(targets, name->text);

        if (!target || fields[target - targets].rule_count == 0)
            return err_set(err, ERR_FATAL, "\"%.*s\" is required but has no rule",
                           STR_ARG(str_clip(name->text, 80)));
        fields[target - targets].required = true;
    }
    return true;
}

/* "each" and "line": where after-sales stand in a list of their own. */
static bool mapping_file_refund_list(const struct mapping_reader *reader, const struct json *json,
                                     struct mapping_refunds *refunds, struct err *err)
{
    const struct json *each = json_get(json, "each"), *line = json_get(json, "line");
    struct mapping_path path = { .at = NULL };

    if (!json_is(each, JSON_NONE) && !mapping_term_list(reader, each, &refunds->each, err))
        return err_in(err, "each");
    if (json_is(line, JSON_NONE))
        return true;
    if (json_is(each, JSON_NONE))
        return mapping_file_bad("\"line\" goes with \"each\"", err);
    if (!mapping_term_path(reader, line, &path, err))
        return err_in(err, "line");
    if (path.from_order)
        return mapping_file_bad("\"line\" lies in the element, not in the order", err);
    refunds->line = path.at;
    return true;
}

static bool mapping_file_refund_one(const struct mapping_reader *reader, const struct json *json,
                                    struct mapping_refunds *refunds, struct err *err)
{
    static const char *const names[] = { "each", "line", "when", "fields", NULL };

    if (!mapping_term_members(json, names, err)
        || !mapping_file_refund_list(reader, json, refunds, err)
        || !mapping_term_tests(reader, json_get(json, "when"), &refunds->tests,
                               &refunds->test_count, err)
        || !mapping_file_fields(reader, json_get(json, "fields"), mapping_file_refund,
                                refunds->fields, err))
        return false;
    return refunds->fields[MAPPING_REFUND_STATE].rule_count > 0
           || mapping_file_bad("a refund needs a rule for its state", err);
}

static bool mapping_file_refunds(const struct mapping_reader *reader, const struct json *json,
                                 struct mapping_lines *lines, struct err *err)
{
    lines->refunds = ARENA_ARRAY(reader->arena, struct mapping_refunds, json->count);
    for (const struct json *row = json->child; row; row = row->next)
        if (!mapping_file_refund_one(reader, row, &lines->refunds[lines->refund_count++], err))
            return err_in(err, "refunds");
    return true;
}

static bool mapping_file_unless_one(const struct mapping_reader *reader, const struct json *json,
                                    struct mapping_unless *unless, struct err *err)
{
    static const char *const names[] = { "at", "is_listed_at", "when", NULL };
    struct mapping_path at, listed;

    if (!json_is(json, JSON_OBJECT))
        return mapping_file_bad("\"unless\" is {\"at\": …, \"is_listed_at\": …}", err);
    if (!mapping_term_members(json, names, err)
        || !mapping_term_path(reader, json_get(json, "at"), &at, err)
        || !mapping_term_path(reader, json_get(json, "is_listed_at"), &listed, err)
        || !mapping_term_tests(reader, json_get(json, "when"), &unless->tests, &unless->test_count,
                               err))
        return err_in(err, "unless");
    unless->at = at.at;
    unless->listed = listed.at;
    return true;
}

static bool mapping_file_unless(const struct mapping_reader *reader, const struct json *json,
                                struct mapping_lines *lines, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;
    size_t count = json_is(json, JSON_NONE) ? 0 : is_list ? json->count : 1;

    lines->unless = ARENA_ARRAY(reader->arena, struct mapping_unless, count);
    lines->unless_count = count;
    for (size_t i = 0; i < count; i++, item = item->next)
        if (!mapping_file_unless_one(reader, item, &lines->unless[i], err))
            return false;
    return true;
}

/* One place or several. */
static bool mapping_file_each(const struct mapping_reader *reader, const struct json *json,
                              struct mapping_lines *lines, struct err *err)
{
    bool is_list = json_is(json, JSON_ARRAY);
    const struct json *item = is_list ? json->child : json;

    if (!mapping_term_texts(reader, json, &lines->each_texts, &lines->each_count, err))
        return err_in(err, "each");
    lines->each = ARENA_ARRAY(reader->arena, struct mapping_list, lines->each_count);
    for (size_t i = 0; i < lines->each_count; i++, item = item->next)
        if (!mapping_term_list(reader, item, &lines->each[i], err))
            return err_in(err, "each");
    return lines->each_count > 0 || mapping_file_bad("each: no list is named", err);
}

/* A member that is true or false; absent: false. */
static bool mapping_file_switch(const struct json *json, const char *name, bool *out,
                                struct err *err)
{
    const struct json *member = json_get(json, name);

    *out = str_is(member->text, "true");
    return json_is(member, JSON_NONE) || json_is(member, JSON_BOOL)
           || err_set(err, ERR_FATAL, "\"%s\" is true or false", name);
}

static bool mapping_file_line_source(const struct mapping_reader *reader, const struct json *json,
                                     struct mapping_lines *lines, struct err *err)
{
    static const char *const names[] = { "each",           "when",    "unless",
                                         "number_repeats", "needed",  "fields",
                                         "required",       "refunds", NULL };

    if (!mapping_file_switch(json, "number_repeats", &lines->number_repeats, err)
        || !mapping_file_switch(json, "needed", &lines->needed, err))
        return false;
    return mapping_term_members(json, names, err)
           && mapping_file_each(reader, json_get(json, "each"), lines, err)
           && mapping_term_tests(reader, json_get(json, "when"), &lines->tests, &lines->test_count,
                                 err)
           && mapping_file_unless(reader, json_get(json, "unless"), lines, err)
           && mapping_file_fields(reader, json_get(json, "fields"), mapping_file_line,
                                  lines->fields, err)
           && mapping_file_required(json_get(json, "required"), mapping_file_line, lines->fields,
                                    err)
           && mapping_file_refunds(reader, json_get(json, "refunds"), lines, err);
}

static bool mapping_file_lines(struct mapping *mapping, const struct mapping_reader *reader,
                               const struct json *json, struct err *err)
{
    if (!json_is(json, JSON_ARRAY) || json->count == 0)
        return mapping_file_bad("\"lines\" must be a list of line sources", err);
    mapping->lines = ARENA_ARRAY(reader->arena, struct mapping_lines, json->count);
    for (const struct json *row = json->child; row; row = row->next)
        if (!mapping_file_line_source(reader, row, &mapping->lines[mapping->lines_count++], err))
            return err_in(err, "lines");
    return true;
}

/* ---- what is no order ---- */

static bool mapping_file_other(const struct mapping_reader *reader, const struct json *json,
                               struct mapping_other *other, struct err *err)
{
    static const char *const names[] = { "when", "refuse", NULL };
    const struct json *refuse = json_get(json, "refuse");

    if (!mapping_term_members(json, names, err)
        || !mapping_term_tests(reader, json_get(json, "when"), &other->tests, &other->test_count,
                               err))
        return false;
    if (other->test_count == 0 || !json_is(refuse, JSON_STRING) || refuse->text.size == 0)
        return mapping_file_bad("an entry is {\"when\": conditions, \"refuse\": reason}", err);
    other->refuse = mapping_term_keep(reader, refuse->text);
    return true;
}

static bool mapping_file_others(struct mapping *mapping, const struct mapping_reader *reader,
                                const struct json *json, struct err *err)
{
    if (!json_is(json, JSON_NONE) && !json_is(json, JSON_ARRAY))
        return mapping_file_bad("\"no_orders\" is a list", err);
    mapping->others = ARENA_ARRAY(reader->arena, struct mapping_other, json->count);
    for (const struct json *row = json->child; row; row = row->next)
        if (!mapping_file_other(reader, row, &mapping->others[mapping->other_count++], err))
            return err_in(err, "no_orders");
    return true;
}

/* ---- the file ---- */

static bool mapping_file_parts(struct mapping *mapping, struct mapping_reader *reader,
                               const struct json *json, struct err *err)
{
    if (!mapping_term_units(reader, json_get(json, "units"), err))
        return false;
    if (!mapping_term_tests(reader, json_get(json, "answers"), &mapping->answers,
                            &mapping->answer_count, err))
        return err_in(err, "answers");
    if (!mapping_term_texts(reader, json_get(json, "order_at"), &mapping->order_at,
                            &mapping->order_at_count, err))
        return err_in(err, "order_at");
    if (!mapping_file_fields(reader, json_get(json, "order"), mapping_file_order, mapping->fields,
                             err)
        || !mapping_file_required(json_get(json, "required"), mapping_file_order, mapping->fields,
                                  err))
        return err_in(err, "order");
    return mapping_file_others(mapping, reader, json_get(json, "no_orders"), err)
           && mapping_file_lines(mapping, reader, json_get(json, "lines"), err);
}

static bool mapping_file_read(struct mapping *mapping, const struct json *json, struct err *err)
{
    static const char *const names[] = { "$schema", "channel", "title",     "notes",
                                         "units",   "answers", "no_orders", "order_at",
                                         "order",   "lines",   "required",  NULL };
    struct mapping_reader reader = { .arena = mapping->arena };
    const struct json *channel = json_get(json, "channel");

    if (!json_is(json, JSON_OBJECT))
        return mapping_file_bad("is no object", err);
    if (!mapping_term_members(json, names, err))
        return false;
    if (!json_is(channel, JSON_STRING) || channel->text.size == 0 || str_has(channel->text, ':'))
        return mapping_file_bad("\"channel\" must be a name without colon", err);
    mapping->channel = arena_copy(mapping->arena, channel->text);
    return mapping_file_parts(mapping, &reader, json, err);
}

bool mapping_open(struct mapping **mapping_out, const char *name, struct str text, struct err *err)
{
    struct arena *arena = arena_open(MAPPING_ARENA_SIZE);
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    const struct json *root;

    mapping->arena = arena;
    mapping->name = arena_copy(arena, str_of(name)).data;
    if (!json_parse(arena, text, &root, err)) {
        err_set(err, ERR_FATAL, "%s", err->text);
        goto fail;
    }
    if (!mapping_file_read(mapping, root, err))
        goto fail;
    *mapping_out = mapping;
    return true;
fail:
    err_in(err, "%s", name);
    arena_close(arena);
    return false;
}

void mapping_close(struct mapping *mapping)
{
    if (mapping)
        arena_close(mapping->arena);
}

struct str mapping_channel(const struct mapping *mapping)
{
    return mapping->channel;
}
