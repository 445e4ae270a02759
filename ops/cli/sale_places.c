/* sale_places — see sale_places.h. */
#include "cli/sale_places.h"

#define SALE_PLACES_COUNT(list)      ((int64_t)(sizeof(list) / sizeof((list)[0])))
#define SALE_PLACES_PICK(salt, list) (list)[sale_pick(seed, (salt), SALE_PLACES_COUNT(list))]

static const struct sale_place sale_places_towns[] = {
    { "浙江省", "杭州市", "余杭区", "五常街道", 330110 },
    { "浙江省", "宁波市", "鄞州区", "首南街道", 330212 },
    { "浙江省", "温州市", "鹿城区", "南汇街道", 330302 },
    { "上海市", "上海市", "浦东新区", "张江镇", 310115 },
    { "上海市", "上海市", "闵行区", "七宝镇", 310112 },
    { "江苏省", "南京市", "江宁区", "秣陵街道", 320115 },
    { "江苏省", "苏州市", "昆山市", "玉山镇", 320583 },
    { "江苏省", "无锡市", "滨湖区", "蠡园街道", 320211 },
    { "广东省", "广州市", "天河区", "石牌街道", 440106 },
    { "广东省", "深圳市", "南山区", "粤海街道", 440305 },
    { "广东省", "东莞市", "南城街道", "鸿福社区", 441900 },
    { "广东省", "佛山市", "顺德区", "大良街道", 440606 },
    { "福建省", "厦门市", "思明区", "莲前街道", 350203 },
    { "湖南省", "长沙市", "岳麓区", "梅溪湖街道", 430104 },
    { "湖北省", "武汉市", "洪山区", "关山街道", 420111 },
    { "河南省", "郑州市", "金水区", "经八路街道", 410105 },
    { "山东省", "青岛市", "市南区", "香港中路街道", 370202 },
    { "山东省", "济南市", "历下区", "泉城路街道", 370102 },
    { "北京市", "北京市", "朝阳区", "望京街道", 110105 },
    { "北京市", "北京市", "海淀区", "中关村街道", 110108 },
    { "四川省", "成都市", "武侯区", "桂溪街道", 510107 },
    { "四川省", "绵阳市", "涪城区", "城厢街道", 510703 },
    { "重庆市", "重庆市", "渝北区", "龙溪街道", 500112 },
    { "陕西省", "西安市", "雁塔区", "小寨路街道", 610113 },
    { "云南省", "昆明市", "五华区", "华山街道", 530102 },
    { "辽宁省", "沈阳市", "和平区", "南湖街道", 210102 },
    { "黑龙江省", "哈尔滨市", "南岗区", "荣市街道", 230103 },
    { "新疆维吾尔自治区", "乌鲁木齐市", "天山区", "解放北路街道", 650102 },
};

/* For a third of the receivers in plain. */
static const struct sale_place sale_places_country[] = {
    { "安徽省", "阜阳市", "颍上县", "慎城镇", 341226 },
    { "河南省", "商丘市", "虞城县", "利民镇", 411425 },
    { "河南省", "信阳市", "固始县", "往流镇", 411525 },
    { "山东省", "菏泽市", "曹县", "青堌集镇", 371721 },
    { "山东省", "临沂市", "沂水县", "马站镇", 371323 },
    { "河北省", "保定市", "定兴县", "固城镇", 130626 },
    { "河北省", "邯郸市", "魏县", "德政镇", 130434 },
    { "湖北省", "恩施土家族苗族自治州", "巴东县", "野三关镇", 422823 },
    { "湖南省", "邵阳市", "隆回县", "六都寨镇", 430524 },
    { "江西省", "赣州市", "于都县", "贡江镇", 360731 },
    { "广西壮族自治区", "玉林市", "博白县", "龙潭镇", 450923 },
    { "贵州省", "毕节市", "威宁彝族回族苗族自治县", "草海镇", 520526 },
    { "云南省", "昭通市", "镇雄县", "场坝镇", 530627 },
    { "四川省", "达州市", "宣汉县", "南坝镇", 511722 },
    { "陕西省", "渭南市", "富平县", "淡村镇", 610528 },
    { "甘肃省", "定西市", "临洮县", "辛店镇", 621124 },
    { "吉林省", "长春市", "农安县", "哈拉海镇", 220122 },
    { "广东省", "茂名市", "化州市", "同庆镇", 440982 },
};

static const struct sale_place sale_places_closed = { "西藏自治区", "那曲市", "双湖县",
                                                      "措折罗玛镇", 540630 };
static const struct sale_place sale_places_impossible = { "浙江省", "广州市", "天河区", "石牌街道",
                                                          440106 };
static const struct sale_place sale_places_nowhere = { "浙江省", "", "", "", 0 };

const struct sale_place *sale_place_closed(void)
{
    return &sale_places_closed;
}

static bool sale_place_is_country(const struct sale_order *order)
{
    return order->plain && sale_pick(order->person, 6, 3) == 0;
}

const struct sale_place *sale_place(const struct sale_order *order)
{
    uint64_t seed = order->person;

    if (order->odd == SALE_ODD_AREA_CLOSED)
        return &sale_places_closed;
    if (order->odd == SALE_ODD_ADDRESS_CONTRADICTION && !order->plain)
        return &sale_places_impossible;
    if (order->odd == SALE_ODD_ADDRESS_REGION)
        return &sale_places_nowhere;
    if (sale_place_is_country(order))
        return &SALE_PLACES_PICK(7, sale_places_country);
    return &SALE_PLACES_PICK(1, sale_places_towns);
}

/* ---- the country ---- */

static const char *const sale_places_villages[] = {
    "李家庄", "王楼", "大刘庄", "张集",   "杨树沟", "石门", "东风", "新华",   "红星",   "柳树屯",
    "下湾",   "上坪", "大塘",   "赵家坝", "黄土岭", "双桥", "白沙", "龙泉",   "清水",   "马家寨",
    "小营",   "后杨", "前王",   "三合",   "五星",   "团结", "朝阳", "南山坪", "梨树坡", "青龙",
};

static struct str sale_place_in_country(struct arena *arena, uint64_t seed)
{
    const char *village = SALE_PLACES_PICK(20, sale_places_villages);
    int64_t house = 1 + sale_pick(seed, 21, 160), group = 1 + sale_pick(seed, 22, 12);
    static const char *const spoken[] = { "一", "二", "三", "四", "五", "六", "七", "八" };
    const char *word = SALE_PLACES_PICK(23, spoken);

    switch (sale_pick(seed, 24, 8)) {
    case 0:
        return arena_format(arena, "%s村%lld号", village, (long long)house);
    case 1:
        return arena_format(arena, "%s村%lld组", village, (long long)group);
    case 2:
        return arena_format(arena, "%s村%s组", village, word);
    case 3:
        return arena_format(arena, "%s村村委会", village);
    case 4:
        return arena_format(arena, "%s村", village);
    case 5:
        return arena_format(arena, "%s村%s队%lld号", village, word, (long long)house);
    case 6:
        return arena_format(arena, "%s小学", village);
    default:
        return arena_format(arena, "%s村卫生室旁%lld号", village, (long long)house);
    }
}

/* ---- the town ---- */

static const char *const sale_places_roads[] = {
    "文化路", "解放路",   "人民中路", "建设大道", "长江路", "中山南路", "新华街",   "学院路",
    "滨河路", "科技一路", "迎宾大道", "和平路",   "青年路", "工业北路", "湖滨东路", "创业路",
    "金融街", "体育西路", "民主路",   "幸福大街", "光明路", "友谊路",   "永安路",   "东环二路",
};
static const char *const sale_places_estates[] = {
    "锦绣花园", "阳光小区", "翠湖名苑", "万科城市花园", "紫金公寓", "春江花月",
    "金色家园", "书香苑",   "丽景华庭", "世纪新城",     "望湖小区", "银杏苑",
    "和谐家园", "东方明珠", "香榭丽舍", "学府壹号",
};
static const char *const sale_places_offices[] = {
    "创新大厦", "银泰中心", "科创园",     "国际商务中心", "软件园",
    "时代广场", "财富大厦", "数字产业园", "环球中心",     "信息大厦",
};
static const char *const sale_places_lanes[] = { "南塘巷", "梧桐里", "甜水胡同", "槐树巷",
                                                 "柳营弄", "桂花弄", "东条胡同", "石库里" };

struct sale_door {
    const char *road, *estate, *office, *lane;
    long long house, block, unit, floor, room;
};

static struct sale_door sale_place_door(uint64_t seed)
{
    return (struct sale_door){
        .road = SALE_PLACES_PICK(30, sale_places_roads),
        .estate = SALE_PLACES_PICK(31, sale_places_estates),
        .office = SALE_PLACES_PICK(32, sale_places_offices),
        .lane = SALE_PLACES_PICK(33, sale_places_lanes),
        .house = 1 + sale_pick(seed, 34, 900),
        .block = 1 + sale_pick(seed, 35, 36),
        .unit = 1 + sale_pick(seed, 36, 4),
        .floor = 1 + sale_pick(seed, 37, 28),
        .room = 1 + sale_pick(seed, 38, 8),
    };
}

static struct str sale_place_in_town(struct arena *arena, uint64_t seed)
{
    struct sale_door at = sale_place_door(seed);

    switch (sale_pick(seed, 39, 12)) {
    case 0:
        return arena_format(arena, "%s%lld号", at.road, at.house);
    case 1:
        return arena_format(arena, "%s%lld号%s%lld栋%lld单元%lld%02lld室", at.road, at.house,
                            at.estate, at.block, at.unit, at.floor, at.room);
    case 2:
        return arena_format(arena, "%s%lld幢%lld%02lld", at.estate, at.block, at.floor, at.room);
    case 3:
        return arena_format(arena, "%s%lld-%lld-%lld%02lld", at.estate, at.block, at.unit, at.floor,
                            at.room);
    case 4:
        return arena_format(arena, "%s%lld弄%lld号%lld%02lld室", at.road, at.house, at.block,
                            at.floor, at.room);
    case 5:
        return arena_format(arena, "%s%lld号院%lld号楼%lld层", at.road, at.house, at.block,
                            at.floor);
    case 6:
        return arena_format(arena, "%s%lld号", at.lane, at.block);
    case 7:
        return arena_format(arena, "%s%s%c座%lld%02lld", at.road, at.office, (char)('A' + at.unit),
                            at.floor, at.room);
    case 8:
        return arena_format(arena, "%s与%s交叉口%s%lld号楼", at.road, at.lane, at.estate, at.block);
    case 9:
        return arena_format(arena, "%s%lld号%s%lld楼前台", at.road, at.house, at.office, at.floor);
    case 10:
        return arena_format(arena, "%s%lld号楼菜鸟驿站", at.estate, at.block);
    default:
        return arena_format(arena, "%s%s%lld栋%lld室", at.road, at.estate, at.block, at.room);
    }
}

/* ---- odd ones ---- */

static struct str sale_place_vague(uint64_t seed)
{
    static const char *const vague[] = { "学校门口", "菜市场附近", "加油站对面",    "小卖部旁边",
                                         "",         "中山路",     "火车站广场旁边" };

    return str_of(SALE_PLACES_PICK(5, vague));
}

struct str sale_place_address(struct arena *arena, const struct sale_order *order)
{
    uint64_t seed = order->person;

    if (order->odd == SALE_ODD_ADDRESS_VAGUE)
        return sale_place_vague(seed);
    if (order->odd == SALE_ODD_ADDRESS_CONTRADICTION)
        return arena_format(arena, "海南省三亚市吉阳区%s18号",
                            SALE_PLACES_PICK(30, sale_places_roads));
    if (order->odd == SALE_ODD_KEYWORD_ADDRESS)
        return arena_format(arena, "%.*s（测试订单，请勿发货）",
                            STR_ARG(sale_place_in_town(arena, seed)));
    /* Without a city no village either: some are called as a city is. */
    if (order->odd != SALE_ODD_ADDRESS_REGION && sale_place_is_country(order))
        return sale_place_in_country(arena, seed);
    return sale_place_in_town(arena, seed);
}
