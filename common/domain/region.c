/* region — see region.h. */
#include "domain/region.h"

#include <math.h>

#include "base/check.h"
#include "domain/lexicon.h"

/* One place that a word stands for. */
struct region_meaning {
    uint16_t region;
    bool full;
};

#include "regions_data.h"

#define REGION_COUNT     (sizeof region_table / sizeof region_table[0])
#define REGION_CHARACTER 3 /* bytes of a Chinese character */

/* --- places ---------------------------------------------------------------------------------- */

const struct region *region_parent(const struct region *region)
{
    return region && region->parent >= 0 ? &region_table[region->parent] : NULL;
}

const struct region *region_province(const struct region *region)
{
    while (region && region->level != REGION_LEVEL_PROVINCE)
        region = region_parent(region);
    return region;
}

bool region_within(const struct region *region, const struct region *outer)
{
    if (!outer)
        return false;
    while (region && region != outer)
        region = region_parent(region);
    return region != NULL;
}

const struct region *region_of_code(int32_t code)
{
    size_t low = 0, high = REGION_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (region_table[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < REGION_COUNT && region_table[low].code == code ? &region_table[low] : NULL;
}

/* The nearest region outwards whose point is known. */
static const struct region *region_with_point(const struct region *region)
{
    while (region && region->lat_e4 == 0)
        region = region_parent(region);
    return region;
}

static double region_radians(int32_t ten_thousandths)
{
    return (double)ten_thousandths / 10000.0 * 3.14159265358979323846 / 180.0;
}

int64_t region_distance_km(const struct region *a, const struct region *b)
{
    a = region_with_point(a);
    b = region_with_point(b);
    if (!a || !b)
        return -1;
    double lat = sin(region_radians(b->lat_e4 - a->lat_e4) / 2);
    double lon = sin(region_radians(b->lon_e4 - a->lon_e4) / 2);
    double h =
        lat * lat + cos(region_radians(a->lat_e4)) * cos(region_radians(b->lat_e4)) * lon * lon;

    return (int64_t)(2 * 6371.0 * asin(sqrt(h < 1 ? h : 1)));
}

/* --- names ----------------------------------------------------------------------------------- */

static struct region_mention region_mention_of(const struct lexicon_word *word, struct str text)
{
    if (!word)
        return (struct region_mention){ .text = STR_NONE };
    return (struct region_mention){
        .text = { .data = text.data, .size = word->text.size },
        .first = word->value,
        .count = word->count,
    };
}

struct region_mention region_mention(struct str text)
{
    return region_mention_of(lexicon_longest(&region_lexicon, text), text);
}

static struct region_mention region_mention_exact(struct str name)
{
    return region_mention_of(lexicon_exact(&region_lexicon, name), name);
}

const struct region *region_mention_place(struct region_mention mention, size_t i, bool *full_out)
{
    CHECK(i < mention.count);
    const struct region_meaning *meaning = &region_meanings[mention.first + i];

    if (full_out)
        *full_out = meaning->full;
    return &region_table[meaning->region];
}

static bool region_ends(struct str name, struct str end)
{
    return name.size > end.size
           && str_starts((struct str){ .data = name.data + name.size - end.size, .size = end.size },
                         end);
}

/* 临安县 → 临安: the suffix may be of another year. Empty when there is none to take off. */
static struct str region_stem(struct str name)
{
    const struct str ends[] = { STR("区"), STR("县"), STR("市"), STR("旗"), STR("省"), STR("盟") };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (region_ends(name, ends[i]) && name.size >= (size_t)3 * REGION_CHARACTER)
            return (struct str){ .data = name.data, .size = name.size - REGION_CHARACTER };
    }
    return STR_NONE;
}

bool region_is_generic(struct str name)
{
    static const char *const parts = "市中城东西南北新老旧郊矿前后上下河江区县旗";

    for (size_t i = 0; i < name.size; i += REGION_CHARACTER) {
        bool found = false;

        for (const char *part = parts; *part && !found; part += REGION_CHARACTER)
            found = name.size - i >= REGION_CHARACTER
                    && str_eq((struct str){ .data = name.data + i, .size = REGION_CHARACTER },
                              (struct str){ .data = part, .size = REGION_CHARACTER });
        if (!found)
            return false;
    }
    return true;
}

/* What platforms write where there is nothing: the level is skipped. */
static struct str region_said(struct str name)
{
    static const char *const nothing[] = { "市辖区", "县", "其它区", "其他区", "其它",
                                           "其他",   "-",  "无",     "null" };

    name = str_trim(name);
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        if (str_is(name, nothing[i]))
            return STR_NONE;
    }
    if (str_starts(name, STR("省直辖")) || str_starts(name, STR("自治区直辖")))
        return STR_NONE;
    return name;
}

/* --- the three names ------------------------------------------------------------------------- */

/* The one place of a level so called in `outer` (NULL: anywhere). Full names before short ones
 * and present ones before former ones, as the meanings are sorted; NULL when two are as good. */
static const struct region *region_pick_in(struct region_mention mention, enum region_level level,
                                           const struct region *outer)
{
    const struct region *best = NULL;
    bool best_full = false;

    for (size_t i = 0; i < mention.count; i++) {
        bool full = false;
        const struct region *place = region_mention_place(mention, i, &full);

        if (place->level != level || place == outer || (outer && !region_within(place, outer)))
            continue;
        if (best && (full != best_full || place->former != best->former))
            return best;
        if (best)
            return NULL;
        best = place;
        best_full = full;
    }
    return best;
}

static const struct region *region_pick(struct str name, enum region_level level,
                                        const struct region *outer)
{
    const struct region *place = region_pick_in(region_mention_exact(name), level, outer);

    if (place)
        return place;
    return region_pick_in(region_mention_exact(region_stem(name)), level, outer);
}

/* The three names as far as they hold together. */
struct region_chain {
    struct str city_name, district_name;
    const struct region *province, *city, *district; /* NULL: not said, unknown or elsewhere */
};

/* In the city's place may stand a district of a municipality, a county-level city, or a county
 * right below its province. Then what follows is a town. */
static void region_chain_city(struct region_chain *chain)
{
    chain->city = region_pick(chain->city_name, REGION_LEVEL_CITY, chain->province);
    if (!chain->city)
        chain->district = region_pick(chain->city_name, REGION_LEVEL_DISTRICT, chain->province);
    if (!chain->province)
        chain->province = region_province(chain->city ? chain->city : chain->district);
}

static struct region_chain region_chain(struct str province, struct str city, struct str district)
{
    struct region_chain chain = {
        .city_name = region_said(city),
        .district_name = region_said(district),
        .province = region_pick(str_trim(province), REGION_LEVEL_PROVINCE, NULL),
    };

    if (!chain.province && str_trim(province).size > 0)
        return chain; /* abroad, or who knows where */
    if (str_trim(city).size == 0) {
        /* TOP: a county-level city stands in the district's place alone */
        chain.city_name = chain.district_name;
        chain.district_name = STR_NONE;
    }
    if (!chain.province)
        chain.province = region_pick(chain.city_name, REGION_LEVEL_PROVINCE, NULL);
    region_chain_city(&chain);
    if (!chain.district)
        chain.district = region_pick(chain.district_name, REGION_LEVEL_DISTRICT,
                                     chain.city ? chain.city : chain.province);
    if (!chain.province)
        chain.province = region_province(chain.district);
    return chain;
}

const struct region *region_find(struct str province, struct str city, struct str district)
{
    struct region_chain chain = region_chain(province, city, district);

    if (chain.district)
        return chain.district;
    return chain.city ? chain.city : chain.province;
}

/* Is every place so called at home elsewhere? A former one may have moved within its province.
 * A short name is proof only of a city or a province: districts share theirs with anybody. */
static const struct region *region_elsewhere(struct str name, const struct region *outer)
{
    struct region_mention mention = region_mention_exact(name);
    const struct region *known = NULL;

    for (size_t i = 0; i < mention.count; i++) {
        bool full = false;
        const struct region *place = region_mention_place(mention, i, &full);

        if (region_within(place, outer) || region_within(outer, place))
            return NULL;
        if (place->former && region_province(place) == region_province(outer))
            return NULL;
        if (!known && !place->former && (full || place->level != REGION_LEVEL_DISTRICT))
            known = place;
    }
    if (known && region_pick(name, REGION_LEVEL_DISTRICT, outer))
        return NULL; /* the suffix is of another year */
    return known;
}

struct region_clash region_clash(struct str province, struct str city, struct str district)
{
    struct region_chain chain = region_chain(province, city, district);
    struct region_clash clash = { .level = REGION_LEVEL_NONE };

    if (!chain.province || !chain.province->judged)
        return clash;
    if (!chain.city && !chain.district && !region_is_generic(chain.city_name))
        clash.known = region_elsewhere(chain.city_name, chain.province);
    if (clash.known) {
        clash.level = REGION_LEVEL_CITY;
        return clash;
    }
    const struct region *outer = chain.city ? chain.city : chain.province;
    bool is_city_known =
        chain.city || chain.city_name.size == 0
        || region_pick(chain.city_name, REGION_LEVEL_PROVINCE, NULL) == chain.province;
    if (chain.district || !is_city_known || !outer->judged
        || region_is_generic(chain.district_name))
        return clash;
    clash.known = region_elsewhere(chain.district_name, outer);
    if (clash.known && clash.known->level != REGION_LEVEL_DISTRICT)
        clash.known = NULL; /* 长春市 in the district's place is a habit, no district */
    if (clash.known)
        clash.level = REGION_LEVEL_DISTRICT;
    return clash;
}

bool region_is_in(const struct region *region, struct str name)
{
    struct str rest = str_trim(name);
    bool is_in = region && rest.size > 0;

    while (is_in && rest.size > 0) {
        struct region_mention mention = region_mention(rest);
        bool found = false;

        for (size_t i = 0; i < mention.count && !found; i++)
            found = region_within(region, region_mention_place(mention, i, NULL));
        is_in = found;
        rest.data += mention.text.size;
        rest.size -= mention.text.size;
        rest = str_trim(rest);
    }
    return is_in;
}
