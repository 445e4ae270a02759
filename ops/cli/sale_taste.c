/* sale_taste — see sale_taste.h. */
#include "cli/sale_taste.h"

#include "cli/sale_places.h"

#define SALE_TASTE_COUNT(list) ((int64_t)(sizeof(list) / sizeof((list)[0])))

const char *sale_taste_title(const struct sale_line *line)
{
    static const char *const titles[] = {
        "纯棉圆领短袖T恤男女同款", "加绒连帽卫衣宽松休闲",  "高腰直筒牛仔裤显瘦百搭",
        "轻薄羽绒服立领短款",      "羊毛混纺针织开衫",      "防滑保暖雪地靴",
        "304不锈钢保温杯500ml",    "真无线蓝牙耳机降噪",    "全棉四件套床上用品",
        "空气炸锅家用大容量",      "氨基酸洗面奶温和洁面",  "补水保湿面膜10片装",
        "每日坚果混合装30包",      "婴儿纸尿裤L码超薄透气", "儿童益智拼装积木",
    };

    if (line->code == SALE_CODE_SET)
        return "超值组合套装";
    return titles[line->sku % SALE_TASTE_COUNT(titles)];
}

const char *sale_taste_colour(int64_t sku)
{
    static const char *const colours[] = { "黑色", "白色", "藏青色", "雾霾蓝", "燕麦色", "枣红色" };

    return colours[sku / 7 % SALE_TASTE_COUNT(colours)];
}

/* Near misses among them: words of a wish to change something, in a remark that has none. */
static const char *const sale_taste_remarks[] = {
    "请尽快发货",
    "送人的，请不要放价格单",
    "工作日送货",
    "放快递柜即可，谢谢",
    "不用改地址，就按这个发",
    "请勿取消，等着用",
    "别发货太慢，孩子等着用",
    "包装盒子不要了，环保一点",
    "发票不要了",
    "不要退款，补发就好",
    "不用换货，颜色随机也行",
    "地址没错，放门口就行",
    "不要分开，一起放驿站",
    "麻烦送货上门，老人不方便下楼",
    "到了请打电话",
    "放门卫室，姓陈",
    "周末在家，周末送",
    "易碎，轻拿轻放",
    "帮忙选新日期的，谢谢",
    "第二次买了，很好用",
    "要发顺丰最好，发别的也行",
    "不着急，慢慢来",
    "生日礼物，能写张贺卡吗",
    "包装结实一点",
    "请检查好再发，辛苦了",
    "默认",
};

const char *sale_taste_buyer_remark(const struct sale_order *order)
{
    static const char *const changes[] = {
        "麻烦帮我改地址，发到公司",
        "地址写错了，请联系我改一下",
        "拍错了，帮我取消",
        "不想要了，申请退款",
        "黑色换成白色",
        "先别发，等通知",
        "两件分开寄，另一个地址私聊",
        "重复下单了，只要一单",
        "尺码拍大了，换小一码",
    };
    static const char *const watched[] = {
        "不发就去12315投诉",
        "假一赔十，职业打假看着办",
        "好评返现还没给我",
        "这是刷单的，发空包",
    };
    int64_t at = sale_pick(order->taste, 2, 100);

    if (order->odd == SALE_ODD_REMARK_CHANGE)
        return changes[at % SALE_TASTE_COUNT(changes)];
    if (order->odd == SALE_ODD_KEYWORD)
        return watched[at % SALE_TASTE_COUNT(watched)];
    if (order->odd == SALE_ODD_BULK_WITH_REMARK)
        return sale_taste_remarks[at % 4];
    if (order->odd != SALE_ODD_NONE)
        return ""; /* one thing is odd about each */
    return at < SALE_TASTE_COUNT(sale_taste_remarks) ? sale_taste_remarks[at] : "";
}

const char *sale_taste_seller_remark(const struct sale_order *order)
{
    if (order->odd != SALE_ODD_NONE)
        return "";
    return sale_pick(order->taste, 3, 50) == 0 ? "老客户，包装仔细" : "";
}

const char *sale_taste_name(const struct sale_order *order)
{
    static const char *const masked[] = { "测**", "样**", "例*", "试**" };
    static const char *const plain[] = { "测试收件人", "样例", "李样", "王测", "陈例例", "试用户" };

    return order->plain ? plain[sale_pick(order->person, 4, SALE_TASTE_COUNT(plain))]
                        : masked[sale_pick(order->person, 4, SALE_TASTE_COUNT(masked))];
}

struct str sale_taste_phone(struct arena *arena, const struct sale_order *order)
{
    static const char *const malformed[] = { "1990000", "见备注", "000", "1990000123456", "" };
    long long digits = 1 + sale_pick(order->person, 8, 9999);
    bool ordinary = order->odd == SALE_ODD_NONE;

    if (!order->plain)
        return STR("1**********");
    if (order->odd == SALE_ODD_PHONE_MALFORMED)
        return str_of(malformed[sale_pick(order->person, 9, SALE_TASTE_COUNT(malformed))]);
    /* Privacy numbers are ordinary by themselves. */
    if (order->odd == SALE_ODD_PHONE_VIRTUAL || (ordinary && sale_pick(order->person, 10, 20) == 0))
        return arena_format(arena, "1700000%04lld", digits);
    if (ordinary && sale_pick(order->person, 11, 20) == 0)
        return arena_format(arena, "1990000%04lld-%04lld", digits, 10000 - digits);
    return arena_format(arena, "1990000%04lld", digits);
}

struct str sale_taste_address(struct arena *arena, const struct sale_order *order)
{
    return order->plain ? sale_place_address(arena, order) : STR("**路**号**室");
}

static struct str sale_taste_letters(struct arena *arena, uint64_t seed, size_t size,
                                     const char *letters)
{
    char *text = arena_alloc(arena, size + 1);

    for (size_t i = 0; i < size; i++)
        text[i] = letters[sale_mix(seed, i) % 16];
    return (struct str){ text, size };
}

struct str sale_taste_hex(struct arena *arena, uint64_t seed, uint64_t salt, size_t size)
{
    return sale_taste_letters(arena, seed + salt, size, "0123456789abcdef");
}

struct str sale_taste_cipher(struct arena *arena, uint64_t seed, uint64_t salt, size_t size)
{
    return sale_taste_letters(arena, seed + salt, size, "INVENTEDcipher+/");
}
