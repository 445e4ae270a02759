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

static bool mapping_file_bad(const struct mapping_reader *reader, const char *what, struct err *err)
{
    return err_set(err, ERR_FATAL, "%s: %s", reader->name, what);
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
        return mapping_file_bad(reader, "fields must be an object", err);
    for (const struct json *row = json->child; row; row = row->next) {
        const struct mapping_target *target = mapping_file_target(targets, row->name);

        if (!target)
            return err_set(err, ERR_FATAL, "%s: there is no canonical field \"%.*s\"", reader->name,
                           STR_ARG(row->name));
        if (!mapping_rule_field(reader, row, target->class, &fields[target - targets], err))
            return false;
    }
    for (size_t i = 0; targets[i].name; i++) {
        fields[i].required = targets[i].required;
        if (targets[i].required && fields[i].rule_count == 0)
            return err_set(err, ERR_FATAL, "%s: no rule for %s, which every channel needs",
                           reader->name, targets[i].name);
    }
    return true;
}

/* What this channel's payloads must have beside what every channel's must. */
static bool mapping_file_required(const struct mapping_reader *reader, const struct json *json,
                                  const struct mapping_target *targets,
                                  struct mapping_field *fields, struct err *err)
{
    for (const struct json *name = json->child; name; name = name->next) {
        const struct mapping_target *target = mapping_file_target(targets, name->text);

        if (!target || fields[target - targets].rule_count == 0)
            return err_set(err, ERR_FATAL, "%s: \"%.*s\" is required but has no rule", reader->name,
                           STR_ARG(name->text));
        fields[target - targets].required = true;
    }
    return true;
}

static bool mapping_file_refunds(const struct mapping_reader *reader, const struct json *json,
                                 struct mapping_lines *lines, struct err *err)
{
    const struct json *row = json->child;

    lines->refunds = ARENA_ARRAY(reader->arena, struct mapping_refunds, json->count);
    for (; row; row = row->next) {
        struct mapping_refunds *refunds = &lines->refunds[lines->refund_count++];

        if (!mapping_rule_tests(reader, json_get(row, "when"), &refunds->tests,
                                &refunds->test_count, err)
            || !mapping_file_fields(reader, json_get(row, "fields"), mapping_file_refund,
                                    refunds->fields, err))
            return false;
        if (refunds->fields[MAPPING_REFUND_STATE].rule_count == 0)
            return mapping_file_bad(reader, "a refund needs a rule for its state", err);
    }
    return true;
}

static bool mapping_file_unless(const struct mapping_reader *reader, const struct json *json,
                                struct mapping_lines *lines, struct err *err)
{
    const struct json *at = json_get(json, "at");
    const struct json *listed = json_get(json, "is_listed_at");

    if (json_is(json, JSON_NONE))
        return true;
    if (!json_is(at, JSON_STRING) || !json_is(listed, JSON_STRING))
        return mapping_file_bad(reader, "\"unless\" is {\"at\": …, \"is_listed_at\": …}", err);
    lines->unless_at = arena_copy(reader->arena, at->text).data;
    lines->unless_listed = arena_copy(reader->arena, listed->text).data;
    return true;
}

static bool mapping_file_line_source(const struct mapping_reader *reader, const struct json *json,
                                     struct mapping_lines *lines, struct err *err)
{
    lines->number_repeats = str_is(json_get(json, "number_repeats")->text, "true");
    return mapping_rule_texts(reader, json_get(json, "each"), &lines->each, &lines->each_count, err)
           && mapping_rule_tests(reader, json_get(json, "when"), &lines->tests, &lines->test_count,
                                 err)
           && mapping_file_unless(reader, json_get(json, "unless"), lines, err)
           && mapping_file_fields(reader, json_get(json, "fields"), mapping_file_line,
                                  lines->fields, err)
           && mapping_file_required(reader, json_get(json, "required"), mapping_file_line,
                                    lines->fields, err)
           && mapping_file_refunds(reader, json_get(json, "refunds"), lines, err);
}

static bool mapping_file_lines(struct mapping *mapping, const struct mapping_reader *reader,
                               const struct json *json, struct err *err)
{
    if (!json_is(json, JSON_ARRAY) || json->count == 0)
        return mapping_file_bad(reader, "\"lines\" must be a list of line sources", err);
    mapping->lines = ARENA_ARRAY(reader->arena, struct mapping_lines, json->count);
    for (const struct json *row = json->child; row; row = row->next)
        if (!mapping_file_line_source(reader, row, &mapping->lines[mapping->lines_count++], err))
            return err_in(err, "lines");
    return true;
}

/* A misspelt member would silently do nothing: refuse it. */
static bool mapping_file_members(const struct mapping_reader *reader, const struct json *json,
                                 struct err *err)
{
    static const char *const known[] = { "$schema", "channel",  "title", "notes", "units",
                                         "answers", "order_at", "order", "lines", "required" };

    for (const struct json *row = json->child; row; row = row->next) {
        bool found = false;

        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
            found = found || str_is(row->name, known[i]);
        if (!found)
            return err_set(err, ERR_FATAL, "%s: unknown member \"%.*s\"", reader->name,
                           STR_ARG(row->name));
    }
    return json_is(json, JSON_OBJECT) || mapping_file_bad(reader, "is no object", err);
}

static bool mapping_file_read(struct mapping *mapping, const struct json *json, struct err *err)
{
    struct mapping_reader reader = { .arena = mapping->arena, .name = mapping->name };
    const struct json *channel = json_get(json, "channel");

    if (!mapping_file_members(&reader, json, err))
        return false;
    if (!json_is(channel, JSON_STRING) || channel->text.size == 0 || str_has(channel->text, ':'))
        return mapping_file_bad(&reader, "\"channel\" must be a name without colon", err);
    mapping->channel = arena_copy(mapping->arena, channel->text);
    return mapping_rule_units(&reader, json_get(json, "units"), err)
           && mapping_rule_tests(&reader, json_get(json, "answers"), &mapping->answers,
                                 &mapping->answer_count, err)
           && mapping_rule_texts(&reader, json_get(json, "order_at"), &mapping->order_at,
                                 &mapping->order_at_count, err)
           && mapping_file_fields(&reader, json_get(json, "order"), mapping_file_order,
                                  mapping->fields, err)
           && mapping_file_required(&reader, json_get(json, "required"), mapping_file_order,
                                    mapping->fields, err)
           && mapping_file_lines(mapping, &reader, json_get(json, "lines"), err);
}

bool mapping_open(struct mapping **mapping_out, const char *name, struct str text, struct err *err)
{
    struct arena *arena = arena_open(MAPPING_ARENA_SIZE);
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    const struct json *root;

    mapping->arena = arena;
    mapping->name = arena_copy(arena, str_of(name)).data;
    if (!json_parse(arena, text, &root, err)) {
        err_set(err, ERR_FATAL, "%s: %s", name, err->text);
        goto fail;
    }
    if (!mapping_file_read(mapping, root, err))
        goto fail;
    *mapping_out = mapping;
    return true;
fail:
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
