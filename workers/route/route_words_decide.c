/* route_words_decide — see route_words_decide.h. */
#include "route/route_words_decide.h"

#include "base/buf.h"
#include "base/clock.h"

#define ROUTE_NAMED_MAX 4  /* warehouses or parcels told one by one */
#define ROUTE_WISH_MAX  30 /* bytes of what the buyer wrote */

static const struct route_warehouse *route_words_warehouse(const struct route_draft *draft,
                                                           size_t site)
{
    return &draft->board->policy->warehouses[site];
}

static void route_words_money(struct buf *buf, int64_t fen)
{
    buf_put_format(buf, "%s%lld.%02lld 元", fen < 0 ? "-" : "",
                   (long long)((fen < 0 ? -fen : fen) / 100),
                   (long long)((fen < 0 ? -fen : fen) % 100));
}

static void route_words_day(struct buf *buf, const struct route_draft *draft, int64_t day)
{
    char text[CLOCK_TEXT_SIZE];
    struct str date;

    if (day == draft->board->today) {
        buf_put(buf, STR("今天"));
    } else if (day == draft->board->today + 1) {
        buf_put(buf, STR("明天"));
    } else {
        date = clock_china_text(day * ROUTE_DAY_MS - ROUTE_CHINA_MS, text);
        buf_put(buf, (struct str){ date.data + 5, 5 }); /* of "2026-12-03 00:00:00" */
    }
}

/* "杭州仓、广州仓" */
static void route_words_sites(struct buf *buf, const struct route_draft *draft,
                              const struct route_split *split)
{
    for (size_t i = 0; i < split->parcel_count && i < ROUTE_NAMED_MAX; i++) {
        buf_put(buf, i > 0 ? STR("、") : STR_NONE);
        buf_put(buf, route_words_warehouse(draft, split->parcels[i].site)->name);
    }
    if (split->parcel_count > ROUTE_NAMED_MAX)
        buf_put_format(buf, "等 %zu 仓", split->parcel_count);
}

/* ---- why this carrier ---- */

static void route_words_why_carrier(struct buf *buf, const struct route_draft *draft,
                                    const struct route_place *place,
                                    const struct route_option *option)
{
    if (option->is_wanted)
        buf_put(buf, STR("，买家指定"));
    else if (place->count == 1)
        buf_put(buf, STR("，只有它能到"));
    else if (option->rule && option->rule->attributes[ROUTE_ATTRIBUTE_EXTRA].number < 0)
        buf_put_format(buf, "，%.*s",
                       STR_ARG(rule_explain(draft->arena, route_rules_language(), option->rule,
                                            &draft->facts, option->row)));
    else
        buf_put(buf, STR("最便宜"));
}

/* "中通 4.50 元最便宜" */
static void route_words_carrier(struct buf *buf, const struct route_draft *draft,
                                const struct route_parcel *parcel)
{
    const struct route_place *place = &draft->places[parcel->site];
    const struct route_offer *offer = &place->offers[parcel->offer];
    struct str wanted = str_clip(draft->answer->order.carrier_wanted, ROUTE_WISH_MAX);

    buf_put(buf, draft->board->policy->carriers[offer->carrier].name);
    buf_put_byte(buf, ' ');
    route_words_money(buf, parcel->fen - place->fixed_fen - offer->extra_fen);
    route_words_why_carrier(buf, draft, place, &place->options[parcel->offer]);
    if (wanted.size == 0 || place->options[parcel->offer].is_wanted)
        return;
    buf_put_format(buf, "；买家想要 %.*s", STR_ARG(wanted));
    if (place->wish_why.size > 0)
        buf_put_format(buf, "，但%.*s", STR_ARG(place->wish_why));
    else
        buf_put(buf, STR("，没有这家"));
}

/* ---- why these warehouses ---- */

/* What the best has over the second, in the order of the objective. */
static void route_words_against(struct buf *buf, const struct route_draft *draft,
                                const struct route_solution *solution)
{
    const struct route_split *best = &solution->best, *second = &solution->second;

    if (second->parcel_count == 0 || second->parcel_count > best->parcel_count) {
        buf_put(buf, best->parcel_count == 1 ? STR("是唯一能整单发出的仓")
                                             : STR("是包裹最少的发法"));
        return;
    }
    buf_put(buf, STR("比"));
    route_words_sites(buf, draft, second);
    if (second->late > best->late) {
        buf_put_format(buf, "早 %lld 天", (long long)(second->late - best->late));
    } else if (second->fen > best->fen) {
        buf_put(buf, STR("省 "));
        route_words_money(buf, second->fen - best->fen);
    } else {
        buf_put(buf, second->pieces > best->pieces ? STR("拆得少") : STR("排在前"));
    }
}

static void route_words_parcel(struct buf *buf, const struct route_draft *draft,
                               const struct route_parcel *parcel)
{
    const struct route_place *place = &draft->places[parcel->site];

    route_words_day(buf, draft, place->day);
    buf_put(buf, STR("发出"));
    if (place->late > 0)
        buf_put_format(buf, "（晚 %lld 天）", (long long)place->late);
    buf_put(buf, STR("，"));
    route_words_carrier(buf, draft, parcel);
}

static void route_words_whole(struct buf *buf, const struct route_draft *draft,
                              const struct route_solution *solution)
{
    const struct route_parcel *parcel = &solution->best.parcels[0];
    int64_t km = draft->places[parcel->site].km;

    buf_put(buf, route_words_warehouse(draft, parcel->site)->name);
    if (km >= 0)
        buf_put_format(buf, "（约 %lld 公里）", (long long)km);
    route_words_against(buf, draft, solution);
    buf_put(buf, STR("，"));
    route_words_parcel(buf, draft, parcel);
}

static void route_words_split(struct buf *buf, const struct route_draft *draft,
                              const struct route_solution *solution)
{
    const struct route_split *best = &solution->best;

    buf_put_format(buf, "没有一个仓能整单发出，最少 %zu 个包裹：", best->parcel_count);
    route_words_sites(buf, draft, best);
    route_words_against(buf, draft, solution);
    for (size_t i = 0; i < best->parcel_count && i < ROUTE_NAMED_MAX; i++) {
        const struct route_parcel *parcel = &best->parcels[i];
        int64_t units = 0;

        for (size_t k = 0; k < draft->answer->claimed_count; k++)
            units += parcel->units[k];
        buf_put_format(buf, "；%.*s %lld 件",
                       STR_ARG(route_words_warehouse(draft, parcel->site)->name),
                       (long long)units);
        route_words_parcel(buf, draft, parcel);
    }
}

struct str route_words_reason(const struct route_draft *draft,
                              const struct route_solution *solution)
{
    struct buf buf;

    buf_init(&buf, draft->arena, 256);
    if (solution->best.parcel_count == 1)
        route_words_whole(&buf, draft, solution);
    else
        route_words_split(&buf, draft, solution);
    if (!solution->proven)
        buf_put(&buf, STR("（组合太多，没有全部比较）"));
    return buf_str(&buf);
}

/* The same warehouse with the next carrier, when no other warehouse could send it. */
static struct str route_words_next_carrier(const struct route_draft *draft,
                                           const struct route_parcel *parcel)
{
    const struct route_place *place = &draft->places[parcel->site];
    size_t next = place->count, ignored;
    int64_t fen, next_fen = 0;
    struct buf buf;

    for (size_t i = 0; i < place->count; i++) {
        if (i == parcel->offer || !route_price(&place->offers[i], 1, parcel->grams, &ignored, &fen)
            || (next < place->count && fen >= next_fen))
            continue;
        next = i;
        next_fen = fen;
    }
    if (next == place->count)
        return STR("没有第二种发法");
    buf_init(&buf, draft->arena, 64);
    buf_put_format(&buf, "同仓换%.*s：",
                   STR_ARG(draft->board->policy->carriers[place->offers[next].carrier].name));
    route_words_money(&buf, next_fen - place->offers[next].extra_fen);
    return buf_str(&buf);
}

struct str route_words_second(const struct route_draft *draft,
                              const struct route_solution *solution)
{
    const struct route_split *best = &solution->best, *second = &solution->second;
    struct buf buf;

    if (second->parcel_count == 0 && best->parcel_count == 1)
        return route_words_next_carrier(draft, &best->parcels[0]);
    if (second->parcel_count == 0) /* with more parcels there may be one: nobody looked */
        return STR("没有别的仓能以同样少的包裹发出");
    buf_init(&buf, draft->arena, 128);
    route_words_sites(&buf, draft, second);
    buf_put(&buf, STR("："));
    if (second->parcel_count > best->parcel_count) {
        buf_put_format(&buf, "多 %zu 个包裹", second->parcel_count - best->parcel_count);
    } else if (second->late > best->late) {
        buf_put_format(&buf, "晚 %lld 天", (long long)(second->late - best->late));
    } else if (second->fen > best->fen) {
        buf_put(&buf, STR("多 "));
        route_words_money(&buf, second->fen - best->fen);
    } else {
        buf_put(&buf, second->pieces > best->pieces ? STR("拆得更碎")
                                                    : STR("一样好，但更远或排在后"));
    }
    return buf_str(&buf);
}

/* ---- why not at all ---- */

static int64_t route_words_free(const struct route_draft *draft, struct str sku, size_t site)
{
    size_t count;
    const struct route_free *rows = route_board_rows(draft->board, sku, &count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].index == site && rows[i].units > 0)
            return rows[i].units;
    }
    return 0;
}

static void route_words_bar(struct buf *buf, const struct route_draft *draft, size_t site)
{
    const struct route_place *place = &draft->places[site];
    int64_t last = draft->board->today + draft->board->policy->horizon_days;

    switch (place->bar) {
    case ROUTE_BAR_NONE:
        return;
    case ROUTE_BAR_CLOSED:
        buf_put(buf, STR("停发"));
        return;
    case ROUTE_BAR_FULL:
        buf_put(buf, STR("产能到"));
        route_words_day(buf, draft, last);
        buf_put(buf, STR("都满了"));
        return;
    case ROUTE_BAR_CARRIER:
        buf_put(buf, STR("没有快递能到"));
        if (place->why.size > 0)
            buf_put_format(buf, "：%.*s", STR_ARG(place->why));
        return;
    case ROUTE_BAR_RULE:
        buf_put_format(buf, "规则不许：%.*s", STR_ARG(place->why));
        return;
    }
}

/* Every warehouse that has some of it, and what keeps it from sending. */
static void route_words_where(struct buf *buf, const struct route_draft *draft, struct str sku)
{
    size_t count, told = 0;
    const struct route_free *rows = route_board_rows(draft->board, sku, &count);

    for (size_t i = 0; i < count && told < ROUTE_NAMED_MAX; i++) {
        if (rows[i].units <= 0)
            continue;
        buf_put(buf, told++ > 0 ? STR("；") : STR("："));
        buf_put_format(buf, "%.*s 有 %lld 件", STR_ARG(rows[i].warehouse),
                       (long long)rows[i].units);
        if (rows[i].index == ROUTE_ANY) {
            buf_put(buf, STR("，规则里没有这个仓"));
        } else if (draft->places[rows[i].index].bar != ROUTE_BAR_NONE) {
            buf_put(buf, STR("，"));
            route_words_bar(buf, draft, rows[i].index);
        }
    }
    if (told == 0)
        buf_put(buf, STR("：哪个仓都没有"));
}

/* Which of the SKUs no warehouse together has, were they all open. */
static bool route_words_is_short(const struct route_draft *draft, const int64_t *units, size_t k)
{
    int64_t all = 0;

    for (size_t i = 0; i < draft->board->policy->warehouse_count; i++)
        all += route_words_free(draft, draft->answer->claimed[k].sku, i);
    return all < units[k];
}

struct str route_words_lack(const struct route_draft *draft, const int64_t *units,
                            const struct route_lack *lack)
{
    const struct answer_body *answer = draft->answer;
    size_t which = lack->want;
    int64_t grams = 0;
    struct buf buf;

    buf_init(&buf, draft->arena, 256);
    if (lack->kind == ROUTE_LACK_CARRIER) {
        for (size_t k = 0; k < answer->claimed_count; k++)
            grams += units[k] * route_policy_grams(draft->board->policy, answer->claimed[k].sku);
        buf_put_format(&buf, "太重，没有快递收：共 %lld.%lld 公斤 (no carrier takes the weight)",
                       (long long)(grams / 1000), (long long)(grams % 1000 / 100));
        return buf_str(&buf);
    }
    bool is_short = route_words_is_short(draft, units, which);
    struct str sku = str_clip(answer->claimed[which].sku, 60);

    buf_put_format(&buf, "%s：%.*s 要 %lld 件",
                   is_short ? "各仓合计不够" : "有货的仓发不了",
                   STR_ARG(sku), (long long)units[which]);
    route_words_where(&buf, draft, answer->claimed[which].sku);
    buf_put(&buf, is_short ? STR(" (no warehouse has the units)")
                           : STR(" (the warehouses that have them cannot send)"));
    return buf_str(&buf);
}
