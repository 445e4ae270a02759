#include "route/route_map_decide.h"

#include <math.h>
#include <stddef.h>

struct route_place {
    const char *name;
    int16_t lat, lon; /* hundredths of a degree */
    bool remote;
};

static const struct route_place route_places[] = {
    { "北京", 3990, 11641, false },   { "天津", 3908, 11720, false },
    { "河北", 3804, 11451, false },   { "山西", 3787, 11255, false },
    { "内蒙古", 4084, 11175, false }, { "辽宁", 4180, 12343, false },
    { "吉林", 4382, 12532, false },   { "黑龙江", 4580, 12653, false },
    { "上海", 3123, 12147, false },   { "江苏", 3206, 11880, false },
    { "浙江", 3027, 12016, false },   { "安徽", 3182, 11723, false },
    { "福建", 2607, 11930, false },   { "江西", 2868, 11586, false },
    { "山东", 3665, 11712, false },   { "河南", 3475, 11362, false },
    { "湖北", 3059, 11431, false },   { "湖南", 2823, 11294, false },
    { "广东", 2313, 11326, false },   { "广西", 2282, 10832, false },
    { "海南", 2004, 11034, false },   { "重庆", 2956, 10655, false },
    { "四川", 3057, 10407, false },   { "贵州", 2665, 10663, false },
    { "云南", 2504, 10271, false },   { "西藏", 2965, 9114, true },
    { "陕西", 3434, 10894, false },   { "甘肃", 3606, 10383, false },
    { "青海", 3662, 10178, false },   { "宁夏", 3847, 10623, false },
    { "新疆", 4383, 8762, true },     { "香港", 2232, 11417, true },
    { "澳门", 2220, 11354, true },    { "台湾", 2503, 12156, true },
};

/* "浙江省", "广西壮族自治区" and "上海市" start with their short names. */
static const struct route_place *route_find_place(struct str province)
{
    for (size_t i = 0; i < sizeof route_places / sizeof route_places[0]; i++) {
        if (str_starts(province, str_of(route_places[i].name)))
            return &route_places[i];
    }
    return NULL;
}

static double route_radians(int16_t hundredths)
{
    return (double)hundredths / 100.0 * 3.14159265358979323846 / 180.0;
}

/* Haversine formula, mean Earth radius 6371 km. */
int64_t route_distance_km(struct str province_a, struct str province_b)
{
    const struct route_place *a = route_find_place(province_a);
    const struct route_place *b = route_find_place(province_b);

    if (!a || !b)
        return -1;
    double lat = sin((route_radians(b->lat) - route_radians(a->lat)) / 2);
    double lon = sin((route_radians(b->lon) - route_radians(a->lon)) / 2);
    double h = lat * lat + cos(route_radians(a->lat)) * cos(route_radians(b->lat)) * lon * lon;

    return (int64_t)(2 * 6371.0 * asin(sqrt(h)));
}

bool route_is_remote(struct str province)
{
    const struct route_place *place = route_find_place(province);

    return place && place->remote;
}
