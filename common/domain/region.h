/*
 * region — the provinces, cities and districts of China: names, hierarchy, coordinates.
 *
 * Names and codes are those of the Ministry of Civil Affairs as of 2025-12-31 (GB/T 2260),
 * coordinates and former names those of older editions; regions.txt has the packages and their
 * licences, embed_regions.py makes the tables when the program is built. Everything here is
 * static and constant: nothing is allocated, nothing changes, a look-up takes some 100 ns.
 *
 * People write one place in many ways, and platforms do too. Understood are short and long names
 * (新疆, 新疆维吾尔自治区; 恩施州), municipalities as (北京市, 北京市, 朝阳区),
 * (北京, 市辖区, 朝阳区) and (北京市, 朝阳区, ""), county-level cities in the city's place and
 * counties right below a province (仙桃市), and former names (临安市). What is not known is
 * *unknown*, never wrong: development zones, towns of 东莞, all below 香港, 澳门 and 台湾.
 *
 * An unknown region is NULL. Regions are compared by their pointers.
 */
#ifndef SLUICE_DOMAIN_REGION_H
#define SLUICE_DOMAIN_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum region_level {
    REGION_LEVEL_NONE = 0,
    REGION_LEVEL_PROVINCE,
    REGION_LEVEL_CITY,
    REGION_LEVEL_DISTRICT, /* district, county, banner, county-level city */
};

struct region {
    struct str name; /* the full one: "浙江省", "延边朝鲜族自治州" */
    int32_t code;    /* GB/T 2260, six digits */
    int32_t parent;  /* index of the region it lies in, -1 for a province: region_parent() */
    enum region_level level;
    int32_t lat_e4, lon_e4; /* ten-thousandths of a degree; 0, 0: unknown */
    bool former;            /* a name or place of an older edition, gone today */
    bool recent;            /* cut out of its neighbours in recent years: their names still run */
    bool judged;            /* its districts are known, so that a name can be missing in it */
};

/* The most exact region the three names agree on: a known city that lies in another province,
 * and what is below it, counts as not said. Any name may be empty; without a province the city
 * and then the district say where, if only one place has that name. NULL when not even the
 * province is known. */
const struct region *region_find(struct str province, struct str city, struct str district);

/* Which of the three names is known to lie elsewhere than in the one before it. */
struct region_clash {
    enum region_level level;    /* CITY: not in that province; DISTRICT: not in that city */
    const struct region *known; /* a place of that name, where it really is; NULL without clash */
};

/* Judges the three against each other. A name that several places bear clashes only when none of
 * them lies where it is said; a former name only when its province is another; a name that could
 * be anybody's (东区, 市中区) and an unknown one never. */
struct region_clash region_clash(struct str province, struct str city, struct str district);

/* The region of a six-digit code, the present one before a former one; NULL when unknown. */
const struct region *region_of_code(int32_t code);

/* What it lies in: the city of a district, the province of a city. NULL for provinces and NULL. */
const struct region *region_parent(const struct region *region);

/* Its province, itself for a province; NULL for NULL. */
const struct region *region_province(const struct region *region);

/* Is it `outer` or in it? False when either is NULL. */
bool region_within(const struct region *region, const struct region *outer);

/* Does it lie in what `name` says? One or several names, long or short, outer ones first:
 * "新疆", "广东省深圳市", "深圳". False for what is unknown. */
bool region_is_in(const struct region *region, struct str name);

/* Kilometres over the ground between the most exact points known, rounded down; -1 when either
 * region is NULL or no point is known. Great circle by haversine, Earth radius 6371 km. */
int64_t region_distance_km(const struct region *a, const struct region *b);

/* A region's name at the start of a text. */
struct region_mention {
    struct str text; /* what of the text it is; empty when the text begins with none */
    size_t first;    /* its places are region_mention_place(mention, 0 … count - 1) */
    size_t count;
};

/* The longest name that `text` begins with, long or short. Borrows from `text`. */
struct region_mention region_mention(struct str text);

/* The i-th place so called, those of which it is the full name first, then present ones first.
 * `full_out` may be NULL. */
const struct region *region_mention_place(struct region_mention mention, size_t i, bool *full_out);

/* Is it a name of a district that could be anybody's: 东区, 市中区, 郊区? */
bool region_is_generic(struct str name);

#endif
