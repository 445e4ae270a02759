/* sale_rules — see sale.h. Here: the rules a sale is judged by, and what its shops' codes are. */
#include "base/buf.h"
#include "base/check.h"
#include "base/clock.h"
#include "cli/sale_inner.h"
#include "cli/sale_places.h"
#include "codec/json.h"
#include "codec/json_out.h"
#include "codec/rules_codec.h"

/* ---- the tables of the checks ---- */

static void sale_rules_yuan(struct json_out *out, struct arena *arena, const char *name,
                            int64_t fen)
{
    json_out_text(
        out, name,
        arena_format(arena, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100)));
}

static void sale_rules_time(struct json_out *out, struct arena *arena, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    json_out_text(out, name, arena_copy(arena, clock_china_text(ms, text)));
}

/* A bundle has a price of its own. */
static void sale_rules_sets(struct json_out *out, struct arena *arena, int64_t skus)
{
    for (int64_t i = 0; i < sale_set_count(skus); i++) {
        struct sale_line line = { .sku = i, .code = SALE_CODE_SET };

        json_out_object(out, NULL);
        json_out_text(out, "sku", sale_line_code(arena, 'S', &line));
        sale_rules_yuan(out, arena, "reference", sale_set_price_fen(skus, i));
        json_out_object_end(out);
    }
}

static void sale_rules_prices(struct json_out *out, struct arena *arena, int64_t skus)
{
    json_out_array(out, "prices");
    sale_rules_sets(out, arena, skus);
    for (int64_t i = 0; i < skus; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "sku", sale_sku(arena, i));
        sale_rules_yuan(out, arena, "reference", sale_price_fen(i));
        if (sale_floor_fen(i) > 0)
            sale_rules_yuan(out, arena, "floor", sale_floor_fen(i));
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void sale_rules_habits(struct json_out *out, struct arena *arena, int64_t skus)
{
    json_out_array(out, "habits");
    for (int64_t i = 0; i < skus; i++) {
        if (sale_habit(i) == 0)
            continue;
        json_out_object(out, NULL);
        json_out_text(out, "sku", sale_sku(arena, i));
        json_out_int(out, "units", sale_habit(i));
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void sale_rules_disabled(struct json_out *out, struct arena *arena, int64_t skus)
{
    json_out_array(out, "disabled");
    for (int64_t i = skus - sale_disabled_count(skus); i < skus; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "sku", sale_sku(arena, i));
        json_out_text(out, "reason", STR("质检未通过，停售"));
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

/* A day around the sale, for two of them; the third ended a day before it. */
static void sale_rules_campaigns(struct json_out *out, struct arena *arena,
                                 const struct sale_options *options)
{
    int64_t day = 24 * 60 * SALE_MINUTE_MS;

    json_out_array(out, "campaigns");
    for (enum sale_campaign i = SALE_CAMPAIGN_OPEN; i < SALE_CAMPAIGNS; i++) {
        bool over = i == SALE_CAMPAIGN_OVER;

        json_out_object(out, NULL);
        json_out_text(out, "id", str_of(sale_campaign_id(i)));
        sale_rules_time(out, arena, "from", options->start_ms - (over ? 30 : 1) * day);
        sale_rules_time(out, arena, "until",
                        over ? options->start_ms - day
                             : options->start_ms + options->span_ms + day);
        if (i == SALE_CAMPAIGN_LIMITED)
            json_out_int(out, "limit", SALE_CAMPAIGN_UNITS);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void sale_rules_areas(struct json_out *out)
{
    const struct sale_place *closed = sale_place_closed();

    json_out_array(out, "areas_closed");
    json_out_object(out, NULL);
    json_out_text(out, "province", str_of(closed->province));
    json_out_text(out, "city", str_of(closed->city));
    json_out_text(out, "district", str_of(closed->district));
    json_out_text(out, "reason", STR("大雪封路，快递停收"));
    json_out_object_end(out);
    json_out_array_end(out);
}

/* Settings and rules as they are shipped, with this sale's tables. */
struct str sale_rules(struct arena *arena, const struct sale *sale)
{
    const struct sale_options *options = sale_options(sale);
    const struct json *shipped;
    struct json_out out;
    struct err err;
    bool read = json_parse(arena, rules_shipped(STR("anomaly")), &shipped, &err);

    CHECK(read); /* it is compiled in, and the unit tests read it */
    json_out_init(&out, arena, 65536);
    json_out_object(&out, NULL);
    json_out_text(&out, "set", STR("anomaly"));
    json_out_text(&out, "note", STR("The shipped checks with the tables of one sale."));
    json_out_raw(&out, "settings", json_get(shipped, "settings")->source);
    json_out_object(&out, "tables");
    sale_rules_prices(&out, arena, options->skus);
    sale_rules_habits(&out, arena, options->skus);
    sale_rules_disabled(&out, arena, options->skus);
    sale_rules_campaigns(&out, arena, options);
    sale_rules_areas(&out);
    json_out_object_end(&out);
    json_out_raw(&out, "rules", json_get(shipped, "rules")->source);
    json_out_object_end(&out);
    return json_out_str(&out);
}

/* ---- codes ---- */

/* One line a part; several of one code are a bundle. */
static void sale_map_put(struct buf *lines, struct arena *arena, struct str place,
                         const struct sale_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_put(lines,
                arena_format(arena, "%.*s,%.*s,%lld\n", STR_ARG(place),
                             STR_ARG(sale_sku(arena, parts[i].sku)), (long long)parts[i].units));
}

/* Every SKU under each shop's own code. */
static void sale_map_shop(struct buf *lines, struct arena *arena, int64_t skus,
                          enum sale_channel channel, int64_t shop)
{
    static const char letters[SALE_CHANNELS] = { 'D', 'T', 'W' };

    for (int64_t i = 0; i < skus; i++) {
        struct sale_line line = { .sku = i, .code = SALE_CODE_SHOP };
        struct sale_part part = { i, 1 };
        struct str code = sale_line_code(arena, letters[channel], &line);

        sale_map_put(lines, arena,
                     arena_format(arena, "%s,%lld,%.*s", sale_channel_name(channel),
                                  (long long)shop, STR_ARG(code)),
                     &part, 1);
    }
}

/* Bundles are the same in all shops of a channel. */
static void sale_map_sets(struct buf *lines, struct arena *arena, int64_t skus,
                          enum sale_channel channel)
{
    for (int64_t i = 0; i < sale_set_count(skus); i++) {
        struct sale_line line = { .sku = i, .code = SALE_CODE_SET };
        struct sale_part parts[SALE_PARTS_MAX];
        size_t count = sale_set_parts(skus, i, parts);

        sale_map_put(lines, arena,
                     arena_format(arena, "%s,all,%.*s", sale_channel_name(channel),
                                  STR_ARG(sale_line_code(arena, 'S', &line))),
                     parts, count);
    }
}

struct str sale_sku_map(struct arena *arena, const struct sale *sale)
{
    const struct sale_options *options = sale_options(sale);
    struct buf lines;

    buf_init(&lines, arena, 65536);
    buf_put(&lines, STR("channel,shop,code,sku,units\n"));
    for (enum sale_channel i = SALE_DOUYIN; i < SALE_CHANNELS; i++) {
        for (int64_t j = 0; j < options->shops && j < SALE_CODE_SHOPS; j++)
            sale_map_shop(&lines, arena, options->skus, i, sale_first_shop(i) + j);
        sale_map_sets(&lines, arena, options->skus, i);
    }
    for (int64_t i = 0; i < options->skus; i++) {
        struct sale_part part = { i, 1 };

        sale_map_put(&lines, arena,
                     arena_format(arena, "tmall,all,%.*s", STR_ARG(sale_giveaway_id(arena, i))),
                     &part, 1);
    }
    return buf_str(&lines);
}
