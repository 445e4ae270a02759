/* region: names of every kind find their place, and only what is known elsewhere clashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "domain/region.h"

static const struct region *find(const char *province, const char *city, const char *district)
{
    return region_find(str_of(province), str_of(city), str_of(district));
}

static void three_names_find_their_place(void **state)
{
    static const struct {
        const char *province, *city, *district;
        int32_t code;
    } rows[] = {
        { "浙江省", "杭州市", "西湖区", 330106 },
        { "浙江", "杭州", "西湖", 330106 },
        { " 浙江省 ", "杭州市 ", " 西湖区", 330106 },
        { "浙江省", "杭州市", "临平区", 330113 }, /* of 2021 */
        { "浙江省", "杭州市", "临安区", 330112 },
        { "浙江省", "杭州市", "临安县", 330112 }, /* of 1996 */
        { "江苏省", "南京市", "鼓楼区", 320106 },
        { "福建省", "福州市", "鼓楼区", 350102 },
        { "河南省", "开封市", "鼓楼区", 410204 },
        { "江苏省", "徐州市", "鼓楼区", 320302 },
        /* municipalities, written in every way */
        { "北京市", "北京市", "朝阳区", 110105 },
        { "北京", "市辖区", "朝阳区", 110105 },
        { "北京市", "朝阳区", "", 110105 },
        { "北京", "朝阳区", "三环以内", 110105 },
        { "北京市", "", "朝阳区", 110105 },
        { "上海", "上海市", "浦东新区", 310115 },
        { "上海", "上海", "浦东", 310115 },
        { "重庆市", "县", "奉节县", 500236 },
        { "重庆市", "重庆郊县", "奉节县", 500236 },
        { "天津市", "天津市", "滨海新区", 120116 },
        /* county-level cities and counties */
        { "江苏省", "苏州市", "昆山市", 320583 },
        { "江苏省", "昆山市", "", 320583 },
        { "江苏省", "", "昆山市", 320583 },
        { "吉林省", "吉林市", "船营区", 220204 },
        { "吉林", "延边朝鲜族自治州", "延吉市", 222401 },
        { "吉林", "延边州", "延吉", 222401 },
        { "辽宁省", "朝阳市", "朝阳县", 211321 },
        { "浙江省", "丽水市", "景宁畲族自治县", 331127 },
        { "浙江省", "丽水市", "景宁县", 331127 },
        { "湖北省", "恩施土家族苗族自治州", "恩施市", 422801 },
        /* right below the province */
        { "湖北省", "仙桃市", "", 429004 },
        { "湖北省", "省直辖县级行政区划", "仙桃市", 429004 },
        { "湖北省", "仙桃市", "沙嘴街道", 429004 },
        { "湖北省", "神农架林区", "松柏镇", 429021 },
        { "河南省", "济源市", "济源市", 419001 },
        { "海南省", "琼海市", "嘉积镇", 469002 },
        { "海南省", "省直辖县级行政区划", "陵水黎族自治县", 469028 },
        { "新疆维吾尔自治区", "自治区直辖县级行政区划", "石河子市", 659001 },
        { "新疆", "石河子市", "", 659001 },
        { "新疆", "白杨市", "", 659012 },
        /* cities without districts */
        { "广东省", "东莞市", "长安镇", 441900 },
        { "广东省", "东莞市", "东城区", 441900 },
        { "广东省", "中山市", "东区", 442000 },
        { "海南省", "儋州市", "那大镇", 460400 },
        { "甘肃省", "嘉峪关市", "", 620200 },
        /* autonomous regions, leagues and banners */
        { "内蒙古自治区", "锡林郭勒盟", "锡林浩特市", 152502 },
        { "内蒙古", "鄂尔多斯市", "伊金霍洛旗", 150627 },
        { "内蒙古", "呼伦贝尔市", "鄂温克族自治旗", 150724 },
        { "广西壮族自治区", "桂林市", "龙胜各族自治县", 450328 },
        { "广西", "百色市", "隆林县", 451031 },
        { "西藏自治区", "那曲市", "双湖县", 540630 },
        { "西藏", "那曲地区", "那曲县", 542421 },
        { "新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市", 654002 },
        { "宁夏回族自治区", "银川市", "兴庆区", 640104 },
        { "青海省", "海南藏族自治州", "共和县", 632521 },
        { "香港特别行政区", "九龙", "油尖旺区", 810000 },
        { "澳门", "", "", 820000 },
        { "台湾省", "台北市", "大安区", 710000 },
        /* former ones */
        { "浙江省", "杭州市", "江干区", 330104 },
        { "重庆市", "重庆市", "渝北区", 500112 },
        { "山东省", "莱芜市", "莱城区", 371202 },
        { "安徽省", "巢湖市", "庐江县", 341421 },
        /* as far as they agree */
        { "浙江省", "南京市", "鼓楼区", 330000 },
        { "浙江省", "杭州市", "鼓楼区", 330100 },
        { "浙江省", "杭州市", "钱江世纪城", 330100 },
        { "浙江省", "", "", 330000 },
        /* without a province, where there is only one place it can be */
        { "", "杭州市", "西湖区", 330106 },
        { "", "北京市", "海淀区", 110108 },
        { "", "", "昆山市", 320583 },
        { "", "昆山市", "", 320583 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct region *found = find(rows[i].province, rows[i].city, rows[i].district);

        if (!found || found->code != rows[i].code)
            fail_msg("%s %s %s: %d", rows[i].province, rows[i].city, rows[i].district,
                     found ? (int)found->code : 0);
    }
    assert_null(find("", "", ""));
    assert_null(find("加利福尼亚", "杭州市", "西湖区"));
    assert_null(find("", "", "鼓楼区")); /* four of them */
    assert_null(region_find(STR_NONE, STR_NONE, STR_NONE));
}

static void what_lies_elsewhere_clashes(void **state)
{
    static const struct {
        const char *province, *city, *district;
        enum region_level level;
        int32_t code;
    } rows[] = {
        { "江苏省", "杭州市", "西湖区", REGION_LEVEL_CITY, 330100 },
        { "江苏", "杭州", "", REGION_LEVEL_CITY, 330100 },
        { "北京市", "上海市", "", REGION_LEVEL_CITY, 310000 },
        { "四川省", "义乌市", "", REGION_LEVEL_CITY, 330782 },
        { "江苏省", "", "杭州市", REGION_LEVEL_CITY, 330100 },
        { "浙江省", "杭州市", "海淀区", REGION_LEVEL_DISTRICT, 110108 },
        { "上海市", "上海市", "海淀区", REGION_LEVEL_DISTRICT, 110108 },
        { "上海", "市辖区", "鼓楼区", REGION_LEVEL_DISTRICT, 320106 },
        { "浙江省", "杭州市", "鼓楼区", REGION_LEVEL_DISTRICT, 320106 },
        { "浙江省", "杭州市", "义乌市", REGION_LEVEL_DISTRICT, 330782 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct region_clash clash =
            region_clash(str_of(rows[i].province), str_of(rows[i].city), str_of(rows[i].district));

        if (clash.level != rows[i].level || clash.known->code != rows[i].code)
            fail_msg("%s %s %s: %d %d", rows[i].province, rows[i].city, rows[i].district,
                     clash.level, clash.known ? (int)clash.known->code : 0);
    }
}

static void what_may_be_right_does_not(void **state)
{
    static const char *const rows[][3] = {
        { "吉林省", "长春市", "朝阳区" },
        { "北京市", "北京市", "朝阳区" },
        { "北京", "朝阳区", "三环以内" },
        { "广东省", "东莞市", "东城区" }, /* a town of 东莞, not Beijing's */
        { "广东省", "中山市", "东区" },
        { "山东省", "济宁市", "市中区" }, /* until 2013 */
        { "江苏省", "淮安市", "清河区" }, /* until 2016; another one is in 铁岭 */
        { "河北省", "保定市", "新市区" },
        { "河北省", "邢台市", "桥东区" }, /* renamed in 2020 */
        { "安徽省", "六安市", "寿县" },   /* moved to 淮南 in 2015 */
        { "吉林省", "四平市", "公主岭市" },
        { "浙江省", "杭州市", "下沙开发区" },
        { "浙江省", "杭州市", "余杭县" },
        { "江苏省", "苏州市", "工业园区" },
        { "河北省", "雄安新区", "容城县" },
        { "香港特别行政区", "香港岛", "东区" },
        { "台湾省", "台北市", "大安区" },
        { "台湾省", "基隆市", "中山区" },
        { "上海市", "上海市", "" },
        { "重庆市", "重庆市", "江北区" },
        { "重庆市", "重庆郊县", "巫山县" },
        { "青海省", "海南州", "共和县" },
        { "海南省", "三沙市", "南沙区" },
        { "浙江省", "杭州市", "杭州市" },
        { "湖北省", "省直辖县级行政区划", "潜江市" },
        { "湖北省", "仙桃市", "仙桃市" },
        { "海外", "美国", "纽约" },
        { "浙江省", "某某市", "海淀区" },
        { "", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct region_clash clash =
            region_clash(str_of(rows[i][0]), str_of(rows[i][1]), str_of(rows[i][2]));

        if (clash.level != REGION_LEVEL_NONE || clash.known)
            fail_msg("%s %s %s: %.*s", rows[i][0], rows[i][1], rows[i][2],
                     STR_ARG(clash.known->name));
    }
}

static void areas_of_carriers(void **state)
{
    const struct region *futian = find("广东省", "深圳市", "福田区");
    const struct region *bole = find("新疆", "博州", "博乐市");

    (void)state;
    assert_true(region_is_in(futian, STR("广东省深圳市")));
    assert_true(region_is_in(futian, STR("广东")));
    assert_true(region_is_in(futian, STR("深圳")));
    assert_true(region_is_in(futian, STR("广东省 深圳市 福田区")));
    assert_true(region_is_in(bole, STR("新疆")));
    assert_true(region_is_in(bole, STR("新疆维吾尔自治区")));
    assert_false(region_is_in(futian, STR("广东省广州市")));
    assert_false(region_is_in(futian, STR("浙江省深圳市")));
    assert_false(region_is_in(futian, STR("广东省某地")));
    assert_false(region_is_in(region_province(futian), STR("深圳市")));
    assert_false(region_is_in(futian, STR("")));
    assert_false(region_is_in(NULL, STR("广东")));
}

static void distances(void **state)
{
    const struct region *beijing = find("北京", "", ""), *shanghai = find("上海", "", "");
    const struct region *linping = find("浙江", "杭州", "临平区");
    int64_t km = region_distance_km(beijing, shanghai);

    (void)state;
    assert_in_range(km, 1040, 1090);
    assert_int_equal(region_distance_km(shanghai, beijing), km);
    assert_int_equal(region_distance_km(beijing, beijing), 0);
    /* a district without a point stands where its city stands */
    assert_int_equal(linping->lat_e4, 0);
    assert_int_equal(region_distance_km(linping, find("浙江", "杭州", "")), 0);
    assert_in_range(
        region_distance_km(find("浙江", "杭州", "西湖区"), find("浙江", "杭州", "桐庐县")), 50, 90);
    assert_int_equal(region_distance_km(NULL, beijing), -1);
    assert_in_range(region_distance_km(find("香港", "", ""), find("澳门", "", "")), 60, 70);
}

/* Every region is found again by its code and by its own three names, and has its parents. */
static void the_table_holds_together(void **state)
{
    size_t count = 0, provinces = 0, points = 0;

    (void)state;
    for (int32_t code = 110000; code < 830000; code++) {
        const struct region *region = region_of_code(code);
        const struct region *city;

        if (!region)
            continue;
        count++;
        points += region->lat_e4 != 0;
        assert_int_equal(region->code, code);
        if (region->level == REGION_LEVEL_PROVINCE) {
            provinces++;
            assert_null(region_parent(region));
            continue;
        }
        assert_non_null(region_parent(region));
        assert_int_equal(region_province(region)->level, REGION_LEVEL_PROVINCE);
        city = region->level == REGION_LEVEL_CITY ? region : region_parent(region);
        if (region->former || city->former)
            continue;
        struct region_clash clash =
            region_clash(region_province(region)->name, city->name, region->name);
        const struct region *found =
            region_find(region_province(region)->name, city->name,
                        region->level == REGION_LEVEL_DISTRICT ? region->name : STR_NONE);

        assert_int_equal(clash.level, REGION_LEVEL_NONE);
        if (found != region)
            fail_msg("%d %.*s", (int)code, STR_ARG(region->name));
    }
    assert_int_equal(provinces, 34);
    assert_in_range(count, 3200, 4500);
    assert_in_range(points, 3150, count);
    assert_null(region_of_code(0));
    assert_null(region_of_code(-1));
    assert_null(region_of_code(INT32_MAX));
}

static void names_at_the_start_of_a_text(void **state)
{
    bool full = false;
    struct region_mention mention = region_mention(STR("广西壮族自治区南宁市"));

    (void)state;
    assert_true(str_is(mention.text, "广西壮族自治区"));
    assert_int_equal(region_mention_place(mention, 0, &full)->code, 450000);
    assert_true(full);
    mention = region_mention(STR("北京路18号"));
    assert_true(str_is(mention.text, "北京"));
    assert_int_equal(region_mention_place(mention, 0, &full)->code, 110000);
    assert_false(full);
    assert_int_equal(region_mention(STR("文三路")).text.size, 0);
    assert_int_equal(region_mention(STR("")).text.size, 0);
    assert_int_equal(region_mention(STR("abc")).text.size, 0);
    assert_int_equal(region_mention(STR("\xe6")).text.size, 0);
    assert_int_equal(region_mention(STR("\xff\xff\xff\xff")).text.size, 0);
    assert_true(region_is_generic(STR("市中区")));
    assert_false(region_is_generic(STR("海淀区")));
    assert_false(region_is_generic(STR("东\xe5")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_names_find_their_place),
        cmocka_unit_test(what_lies_elsewhere_clashes),
        cmocka_unit_test(what_may_be_right_does_not),
        cmocka_unit_test(areas_of_carriers),
        cmocka_unit_test(distances),
        cmocka_unit_test(the_table_holds_together),
        cmocka_unit_test(names_at_the_start_of_a_text),
    };

    return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
