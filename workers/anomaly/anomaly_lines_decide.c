/* anomaly_lines_decide — see anomaly_lines_decide.h. */
#include "anomaly/anomaly_lines_decide.h"

#include <stdlib.h>

#include "anomaly/anomaly_facts_decide.h"
#include "anomaly/anomaly_rules_decide.h"

/* A line that still wants goods. */
struct anomaly_line {
    const struct order_line *line;
    struct str sku;
    int64_t units; /* without what was agreed to be refunded */
    bool refund_open;
    size_t place; /* the row of `each` */
};

struct anomaly_lines {
    struct anomaly_line *living, *sorted;
    size_t count;
};

struct anomaly_lines *anomaly_lines_open(struct arena *arena, size_t line_max)
{
    struct anomaly_lines *lines = ARENA_NEW(arena, struct anomaly_lines);

    lines->living = ARENA_ARRAY(arena, struct anomaly_line, line_max);
    lines->sorted = ARENA_ARRAY(arena, struct anomaly_line, line_max);
    return lines;
}

struct str anomaly_facts_sku(const struct sku_map *map, const struct order *order,
                             const struct order_line *line)
{
    const struct sku_parts *parts = sku_map_find(map, order->channel, order->shop, line);

    if (parts && parts->count == 1 && parts->items[0].units == 1)
        return parts->items[0].sku;
    return sku_map_plain(line);
}

/* ---- which lines live ---- */

/* Does the record know this refund, as it is here or newer? */
static bool anomaly_lines_is_known(const struct anomaly_known *known,
                                   const struct order_refund *refund)
{
    for (size_t i = 0; i < known->refund_count; i++)
        if (str_eq(known->refunds[i].refund.id, refund->id)
            && known->refunds[i].refund.version >= refund->version)
            return true;
    return false;
}

/* One refund of a line: what it takes off, and whether it waits for an answer. */
static void anomaly_lines_refund(const struct order_refund *refund, struct anomaly_line *living)
{
    if (refund->state == REFUND_STATE_AGREED)
        living->units -= refund->quantity < living->units ? refund->quantity : living->units;
    living->refund_open |= refund->state == REFUND_STATE_OPEN;
}

static struct anomaly_line anomaly_lines_living(const struct sku_map *map,
                                                const struct order *order,
                                                const struct order_line *line,
                                                const struct anomaly_known *known)
{
    struct anomaly_line living = {
        .line = line,
        .sku = anomaly_facts_sku(map, order, line),
        .units = line->stage == ORDER_STAGE_CLOSED ? 0 : line->quantity,
    };

    for (size_t i = 0; i < line->refund_count; i++)
        if (!anomaly_lines_is_known(known, &line->refunds[i]))
            anomaly_lines_refund(&line->refunds[i], &living);
    for (size_t i = 0; i < known->refund_count; i++)
        if (str_eq(known->refunds[i].line_id, line->line_id))
            anomaly_lines_refund(&known->refunds[i].refund, &living);
    return living;
}

static void anomaly_lines_live(struct anomaly_lines *lines, const struct sku_map *map,
                               const struct order *order, const struct anomaly_known *known)
{
    lines->count = 0;
    for (size_t i = 0; i < order->line_count; i++) {
        struct anomaly_line living = anomaly_lines_living(map, order, &order->lines[i], known);

        if (living.units == 0)
            continue;
        living.place = lines->count;
        lines->living[lines->count++] = living;
    }
}

/* ---- sums over lines of one SKU, of one campaign ---- */

static int anomaly_lines_by_sku(const void *a, const void *b)
{
    return str_compare(((const struct anomaly_line *)a)->sku,
                       ((const struct anomaly_line *)b)->sku);
}

static int anomaly_lines_by_campaign(const void *a, const void *b)
{
    return str_compare(((const struct anomaly_line *)a)->line->campaign,
                       ((const struct anomaly_line *)b)->line->campaign);
}

/* Puts the units of all lines that compare equal into `field` of each of their rows. */
static void anomaly_lines_sum(struct anomaly_lines *lines, size_t field,
                              int (*compare)(const void *, const void *), struct rule_value *each)
{
    struct anomaly_line *sorted = lines->sorted;

    for (size_t i = 0; i < lines->count; i++)
        sorted[i] = lines->living[i];
    if (lines->count > 1)
        qsort(sorted, lines->count, sizeof *sorted, compare);
    for (size_t first = 0, next; first < lines->count; first = next) {
        int64_t units = 0;

        for (next = first; next < lines->count && compare(&sorted[first], &sorted[next]) == 0;
             next++)
            units += sorted[next].units;
        for (size_t i = first; i < next; i++)
            each[sorted[i].place * ANOMALY_FIELD_COUNT + field] = rule_int(units);
    }
}

/* ---- one line against the tables ---- */

/* A cell of 0 is one that was not set. */
static struct rule_value anomaly_lines_cell(const struct rule_value *row, size_t column)
{
    return row && row[column].number > 0 ? rule_int(row[column].number) : rule_unknown();
}

static void anomaly_lines_price(const struct order_line *line, const struct rule_value *price,
                                struct rule_value *row)
{
    struct rule_value reference = anomaly_lines_cell(price, 1);

    row[ANOMALY_FIELD_PRICE] = rule_int(line->price_fen);
    row[ANOMALY_FIELD_PAID_PRICE] =
        line->paid_fen > 0 ? rule_int(line->paid_fen / line->quantity) : rule_unknown();
    row[ANOMALY_FIELD_REFERENCE_PRICE] = reference;
    row[ANOMALY_FIELD_FLOOR_PRICE] = anomaly_lines_cell(price, 2);
    row[ANOMALY_FIELD_PRICE_PERCENT] =
        reference.known ? rule_int(line->price_fen * 100 / reference.number) : rule_unknown();
}

static void anomaly_lines_habit(const struct rule_value *habit, struct rule_value *row)
{
    struct rule_value usual = anomaly_lines_cell(habit, 1);

    row[ANOMALY_FIELD_HABIT] = usual;
    row[ANOMALY_FIELD_TIMES_HABIT] =
        usual.known ? rule_int(row[ANOMALY_FIELD_SKU_UNITS].number / usual.number) : rule_unknown();
}

static void anomaly_lines_disabled(const struct rule_value *disabled, struct rule_value *row)
{
    row[ANOMALY_FIELD_DISABLED] = rule_flag(disabled != NULL);
    row[ANOMALY_FIELD_DISABLED_REASON] =
        disabled && disabled[1].text.size > 0 ? rule_text(disabled[1].text) : rule_unknown();
}

static const char *anomaly_lines_campaign_state(const struct rule_value *campaign, int64_t at)
{
    if (campaign[1].number > at)
        return "early";
    return campaign[2].number > 0 && campaign[2].number <= at ? "over" : "open";
}

static void anomaly_lines_campaign(const struct order *order, const struct order_line *line,
                                   const struct rule_value *campaign, struct rule_value *row)
{
    struct rule_value limit = anomaly_lines_cell(campaign, 3);
    int64_t units = row[ANOMALY_FIELD_CAMPAIGN_UNITS].number;

    row[ANOMALY_FIELD_CAMPAIGN] = rule_text(line->campaign);
    row[ANOMALY_FIELD_CAMPAIGN_LIMIT] = limit;
    row[ANOMALY_FIELD_OVER_CAMPAIGN] = limit.known ? rule_flag(units > limit.number)
                                                   : (campaign ? rule_flag(false) : rule_unknown());
    if (line->campaign.size == 0)
        row[ANOMALY_FIELD_CAMPAIGN_STATE] = rule_text(STR("none"));
    else if (!campaign)
        row[ANOMALY_FIELD_CAMPAIGN_STATE] = rule_text(STR("unknown"));
    else if (order->placed_at <= 0)
        row[ANOMALY_FIELD_CAMPAIGN_STATE] = rule_unknown();
    else
        row[ANOMALY_FIELD_CAMPAIGN_STATE] =
            rule_text(str_of(anomaly_lines_campaign_state(campaign, order->placed_at)));
}

/* ---- gifts ---- */

/* Is the line that a gift came with gone? A gift that names none came with the order. */
static bool anomaly_lines_parent_missing(const struct anomaly_lines *lines,
                                         const struct order_line *gift, bool only_gifts)
{
    if (gift->kind != LINE_KIND_GIFT)
        return false;
    if (gift->parent.size == 0)
        return only_gifts;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->living[i].line != gift && str_eq(lines->living[i].line->line_id, gift->parent))
            return false;
    return true;
}

/* ---- all of it ---- */

/* A bundle is not sold when one of its parts is not. */
static const struct rule_value *anomaly_lines_find_disabled(const struct anomaly_policy *policy,
                                                            const struct order *order,
                                                            const struct anomaly_line *living)
{
    const struct rule_rows *rows = &policy->rules->tables[ANOMALY_TABLE_DISABLED];
    const struct sku_parts *parts =
        sku_map_find(policy->map, order->channel, order->shop, living->line);
    const struct rule_value *disabled = rule_find(rows, living->sku);

    for (size_t i = 0; parts && i < parts->count && !disabled; i++)
        disabled = rule_find(rows, parts->items[i].sku);
    return disabled;
}

static void anomaly_lines_row(const struct anomaly_lines *lines, const struct order *order,
                              const struct anomaly_line *living,
                              const struct anomaly_policy *policy, bool only_gifts,
                              struct rule_value *row)
{
    const struct order_line *line = living->line;
    const struct rule_rows *tables = policy->rules->tables;

    row[ANOMALY_FIELD_SKU] = rule_text(living->sku);
    row[ANOMALY_FIELD_TITLE] = rule_text(line->title);
    row[ANOMALY_FIELD_KIND] = rule_text(str_of(line_kind_name(line->kind)));
    row[ANOMALY_FIELD_QUANTITY] = rule_int(living->units);
    row[ANOMALY_FIELD_REFUND_OPEN] = rule_flag(living->refund_open);
    row[ANOMALY_FIELD_PARENT_MISSING] =
        rule_flag(anomaly_lines_parent_missing(lines, line, only_gifts));
    anomaly_lines_price(line, rule_find(&tables[ANOMALY_TABLE_PRICES], living->sku), row);
    anomaly_lines_habit(rule_find(&tables[ANOMALY_TABLE_HABITS], living->sku), row);
    anomaly_lines_disabled(anomaly_lines_find_disabled(policy, order, living), row);
    anomaly_lines_campaign(order, line, rule_find(&tables[ANOMALY_TABLE_CAMPAIGNS], line->campaign),
                           row);
}

size_t anomaly_lines_facts(struct anomaly_lines *lines, struct arena *arena,
                           const struct order *order, const struct anomaly_known *known,
                           const struct anomaly_policy *policy, struct rule_value *whole,
                           struct rule_value *each)
{
    struct str *skus = ARENA_ARRAY(arena, struct str, order->line_count);
    bool only_gifts = true, refund_open = false;
    int64_t units = 0;

    anomaly_lines_live(lines, policy->map, order, known);
    for (size_t i = 0; i < lines->count; i++) {
        skus[i] = lines->living[i].sku;
        units += lines->living[i].units;
        only_gifts &= lines->living[i].line->kind == LINE_KIND_GIFT;
        refund_open |= lines->living[i].refund_open;
    }
    only_gifts &= lines->count > 0;
    whole[ANOMALY_FIELD_UNITS] = rule_int(units);
    whole[ANOMALY_FIELD_LINES] = rule_int((int64_t)lines->count);
    whole[ANOMALY_FIELD_SKUS] = rule_texts(skus, lines->count);
    whole[ANOMALY_FIELD_ONLY_GIFTS] = rule_flag(only_gifts);
    whole[ANOMALY_FIELD_OPEN_REFUND] = rule_flag(refund_open);

    anomaly_lines_sum(lines, ANOMALY_FIELD_SKU_UNITS, anomaly_lines_by_sku, each);
    anomaly_lines_sum(lines, ANOMALY_FIELD_CAMPAIGN_UNITS, anomaly_lines_by_campaign, each);
    for (size_t i = 0; i < lines->count; i++)
        anomaly_lines_row(lines, order, &lines->living[i], policy, only_gifts,
                          &each[i * ANOMALY_FIELD_COUNT]);
    return lines->count;
}
