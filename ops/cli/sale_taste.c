/* sale_taste — see sale_taste.h. */
#include "cli/sale_taste.h"

#define SALE_TASTE_COUNT(list) ((int64_t)(sizeof(list) / sizeof((list)[0])))

static const struct sale_place sale_taste_places[] = {
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

const struct sale_place *sale_taste_place(const struct sale_order *order)
{
    return &sale_taste_places[sale_pick(order->taste, 1, SALE_TASTE_COUNT(sale_taste_places))];
}

const char *sale_taste_title(int64_t sku)
{
    static const char *const titles[] = {
        "纯棉圆领短袖T恤男女同款", "加绒连帽卫衣宽松休闲",  "高腰直筒牛仔裤显瘦百搭",
        "轻薄羽绒服立领短款",      "羊毛混纺针织开衫",      "防滑保暖雪地靴",
        "304不锈钢保温杯500ml",    "真无线蓝牙耳机降噪",    "全棉四件套床上用品",
        "空气炸锅家用大容量",      "氨基酸洗面奶温和洁面",  "补水保湿面膜10片装",
        "每日坚果混合装30包",      "婴儿纸尿裤L码超薄透气", "儿童益智拼装积木",
    };

    return titles[sku % SALE_TASTE_COUNT(titles)];
}

const char *sale_taste_colour(int64_t sku)
{
    static const char *const colours[] = { "黑色", "白色", "藏青色", "雾霾蓝", "燕麦色", "枣红色" };

    return colours[sku / 7 % SALE_TASTE_COUNT(colours)];
}

const char *sale_taste_buyer_remark(const struct sale_order *order)
{
    static const char *const remarks[] = { "请尽快发货", "送人的，请不要放价格单", "工作日送货",
                                           "放快递柜即可，谢谢" };
    int64_t at = sale_pick(order->taste, 2, 40);

    return at < SALE_TASTE_COUNT(remarks) ? remarks[at] : "";
}

const char *sale_taste_seller_remark(const struct sale_order *order)
{
    return sale_pick(order->taste, 3, 50) == 0 ? "老客户，包装仔细" : "";
}

bool sale_taste_is_plain(const struct sale_order *order)
{
    return order->odd == SALE_ODD_ADDRESS;
}

const char *sale_taste_name(const struct sale_order *order)
{
    static const char *const masked[] = { "测**", "样**", "例*", "试**" };

    return sale_taste_is_plain(order) ? "测试收件人" : masked[sale_pick(order->taste, 4, 4)];
}

const char *sale_taste_phone(const struct sale_order *order)
{
    return sale_taste_is_plain(order) ? "10000000000" : "1**********";
}

const char *sale_taste_address(const struct sale_order *order)
{
    static const char *const vague[] = { "学校门口", "菜市场附近", "加油站对面", "小卖部旁边" };

    return sale_taste_is_plain(order) ? vague[sale_pick(order->taste, 5, 4)] : "**路**号**室";
}

static struct str sale_taste_letters(struct arena *arena, const struct sale_order *order,
                                     uint64_t salt, size_t size, const char *letters)
{
    char *text = arena_alloc(arena, size + 1);

    for (size_t i = 0; i < size; i++)
        text[i] = letters[sale_mix(order->taste + salt, i) % 16];
    return (struct str){ text, size };
}

struct str sale_taste_hex(struct arena *arena, const struct sale_order *order, uint64_t salt,
                          size_t size)
{
    return sale_taste_letters(arena, order, salt, size, "0123456789abcdef");
}

struct str sale_taste_cipher(struct arena *arena, const struct sale_order *order, uint64_t salt,
                             size_t size)
{
    return sale_taste_letters(arena, order, salt, size, "INVENTEDcipher+/");
}
