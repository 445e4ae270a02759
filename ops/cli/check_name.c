/* check_name — see check_name.h. */
#include "cli/check_name.h"

#include <stddef.h>

static const struct {
    const char *rule, *name;
} check_names[] = {
    { "sent_elsewhere", "店铺已另行发货 " },
    { "price_below_floor", "单价低于底价 " },
    { "price_floor", "单价远低于参考价 " },
    { "price_high", "单价远高于参考价 " },
    { "sku_disabled", "商品已停用 " },
    { "area_closed", "地区停发 " },
    { "address_contradiction", "地址自相矛盾 " },
    { "address_vague", "地址不清 " },
    { "address_region", "地址没有城市 " },
    { "phone_malformed", "电话无效 " },
    { "phone_virtual", "虚拟号大单 " },
    { "refund_open", "退款待处理 " },
    { "remark_change", "留言要求变更 " },
    { "keyword", "留言关注词 " },
    { "keyword_address", "地址关注词 " },
    { "gift_without_parent", "赠品缺主商品 " },
    { "only_gifts", "只有赠品 " },
    { "presale_beyond_campaign", "预售超出活动 " },
    { "high_value", "高金额 " },
    { "receiver_many", "同一收件人多单 " },
    { "buyer_many_receivers", "同一买家多收件人 " },
    { "quantity_habit", "件数远超平常 " },
    { "quantity_high", "件数过多 " },
    { "bulk_with_remark", "大单有留言 " },
};

const char *check_name(struct str rule)
{
    for (size_t i = 0; i < sizeof check_names / sizeof check_names[0]; i++)
        if (str_is(rule, check_names[i].rule))
            return check_names[i].name;
    return "";
}
