"""Payloads of Douyin shops: order.orderDetail, rows and answers of order.searchList."""

from payload_maker import REGIONS, hostile, line_facts, refused

# order_status → our stage, after the platform's table of states.
STATES = {
    1: "unpaid", 105: "risk_hold", 2: "paid", 101: "paid", 3: "shipped", 4: "closed", 5: "finished"
}
# main_status beyond them: part paid; refunded before shipping, after it, after receipt.
MAIN = {103: "deposit_paid", 21: "closed", 22: "closed", 39: "closed"}
AFTER_SALE = {
    6: "open", 7: "open", 8: "open", 11: "open", 13: "open", 12: "agreed", 53: "agreed", 27:
    "refused", 29: "refused", 28: "closed", 14: "closed", 51: None, 0: None
}


def region(maker):
    province, city, district, street = maker.one(REGIONS)
    return {
        "province": {"name": province, "id": "33"}, "city": {"name": city, "id": "330100"}, "town":
        {"name": district}, "street": {"name": street, "id": "330110005"}, "detail": "",
        "encrypt_detail": "##SU5WQUREUg==*SU5WMg==#1##"
    }


def after_sale(maker, row, facts):
    kind = maker.one([0, 1, 2, 4, 5, 6, 3, 7, 8])
    state = maker.one(list(AFTER_SALE))
    row["after_sale_info"] = {
        "after_sale_status": maker.loose(state), "after_sale_type": maker.loose(kind),
        "refund_status": maker.loose(maker.one([0, 1, 2, 3, 4]))
    }
    ours = AFTER_SALE[state]
    if ours and kind not in (3, 7, 8):
        facts["refunds"] = [ours]


def line(maker, status, main, order_stage, kinds):
    quantity = maker.one([1, 1, 2, 3, 12, 999999])
    row = {
        "order_id": str(maker.id19(69 * 10**17)), "order_level": 3, "trade_type": maker.loose(0),
        "order_status": maker.loose(status), "main_status": main, "product_id":
        maker.id19(35 * 10**17), "sku_id": maker.loose(1700000000000001), "code":
        maker.one(["SKU-A-RED", "", "码/1"]), "out_sku_id": maker.one([0, "", 7]), "item_num":
        maker.loose(quantity), "origin_amount": maker.loose(2990), "pay_amount": maker.loose(2990),
        "product_name": maker.word(), "given_product_type": ""
    }
    stage = MAIN.get(main) if main != 103 else order_stage
    facts = {
        "id": row["order_id"], "quantity": quantity, "kind": kinds, "stage":
        line_facts(stage or STATES[status], order_stage), "refunds": []
    }
    if kinds == "gift":
        row.update(maker.one([{"given_product_type": "FREE"}, {"trade_type": 102}]))
    if kinds == "presale":
        row.update(maker.one([{"trade_type": "2"}, {"trade_type": 3}, {"pre_sale_type": 1}]))
    if maker.often(0.3):
        after_sale(maker, row, facts)
    maker.absent(0.1, row, "product_name", "out_sku_id", "order_level",
                 "given_product_type" if kinds == "spot" else "x")
    maker.noise(row)
    return maker.shuffled(row), facts


def order(maker):
    status = maker.one([1, 105, 2, 2, 2, 101, 3, 4, 5])
    main = status if status != 4 else maker.one([4, 21, 22, 39])
    if status == 1 and maker.often(0.4):
        main = 103
    stage = MAIN.get(main, STATES[status])
    made, paid = maker.seconds(), 0
    if stage not in ("unpaid", "deposit_paid"):
        paid = made + 31
    due = made + maker.one([0, 172800, 86400]) if paid else 0
    amount = maker.one([0, 1, 5480, 999999999])
    row = {
        "order_id": str(maker.id19(69 * 10**17)), "order_level": 2, "order_status":
        maker.loose(status), "main_status": maker.loose(main), "create_time": maker.loose(made),
        "pay_time": maker.loose(paid), "update_time": maker.loose(made + 60), "exp_ship_time":
        maker.loose(due), "order_amount": maker.loose(amount + 500), "pay_amount":
        maker.loose(amount), "post_amount": 0, "promotion_amount": 500, "buyer_words":
        maker.word(), "seller_words": maker.word(), "open_address_id":
        maker.one(["INVaddr#$1", "", 0]), "post_tel": "", "post_receiver": "", "mask_post_tel":
        "1********00", "mask_post_receiver": "测**", "post_addr": region(maker), "encrypt_post_tel":
        "$$SU5WVEVM*SU5WMg==$1$$", "encrypt_post_receiver": "##SU5W*SU5WMg==#1##",
        "order_phase_list": [], "doudian_open_id": "INVopenid"
    }
    if stage == "deposit_paid":
        row["order_phase_list"] = [{
            "pay_success": maker.one([True, "true", 1]), "phase_pay_amount": maker.loose(1000)
        }, {"pay_success": False, "phase_pay_amount": 0}]
        if maker.often(0.3):
            row["main_status"] = 1
            main = 1
    facts = {
        "id": row["order_id"], "stage": stage, "version": (made + 60) * 1000, "due": due * 1000,
        "key": row["open_address_id"] or "", "total": amount if amount or paid else amount + 500,
        "lines": []
    }
    lines = []
    for index in range(maker.chance.randrange(1, 6)):
        own = maker.one([status, 2, 3, 105]) if status == 101 else status
        part, fact = line(maker, own, main if own == status else own, stage,
                          maker.one(["spot", "spot", "gift" if index else "spot", "presale"]))
        if len(lines) == 0 and maker.often(0.1):
            part["order_id"] = fact["id"] = facts["id"]
        lines.append(part)
        facts["lines"].append(fact)
    row["sku_order_list"] = lines
    if maker.often(0.05):
        row["order_id"] += "A"
    elif maker.often(0.1):
        row["order_id"] = int(row["order_id"])
    maker.absent(0.15, row, "post_amount", "promotion_amount", "buyer_words", "post_addr",
                 "order_level")
    maker.noise(row)
    return maker.shuffled(row), facts


def wrap(maker, row):
    return maker.one([
        lambda: row,
        lambda: [row],
        lambda: {"shop_order_detail": row},
        lambda: {
            "code": maker.one([10000, "10000", 10001]), "msg": "success", "data":
            {"shop_order_detail": row}
        },
        lambda:
        {"err_no": 0, "message": "", "data": {"page": 0, "total": "1", "shop_order_list": [row]}},
        lambda: {"code": 10000, "data": {"shop_order_list": [row]}},
    ])()


# Good rows made bad: what must be said of them.
def spoil(maker, row):
    first = row["sku_order_list"][0]
    at, name, value, text = maker.one([
        (row, "order_status", maker.one([6, 777, "-1", "新状态", 2.5]), "order_status"),
        (row, "main_status", maker.one([104, "x"]), "main_status"),
        (first, "main_status", maker.one([1000, "1 "]), "main_status"),
        (first, "item_num", maker.one([0, -1, 1000001, "两", 1.5, "1e3", None, [],
                                       True]), "item_num quantity"),
        (first, "origin_amount", maker.one([-1, 29.9, "29.90", "1e3", 1e22, "1,234",
                                            {}]), "origin_amount"),
        (row, "pay_amount", maker.one([-1, 54.8, "54.80", 10**17, "--1", []]), "pay_amount"),
        (row, "order_id", maker.one([6.9e18, "6.9E18", -5, True, {}, "张三", "69 00",
                                     "x" * 65]), "order_id"),
        (row, "create_time", maker.one(["2026-01-01 12:00:00", -1, 10**13,
                                        "soon"]), "create_time"),
        (row, "update_time", maker.one([1.5, [1], False, "x"]), "update_time"),
        (first, "trade_type", maker.one([99, "new"]), "trade_type given_product_type"),
        (first, "given_product_type", "SURPRISE", "given_product_type"),
        (first, "after_sale_info", {"after_sale_status": 99, "after_sale_type":
                                    maker.one([0, 3])}, "after_sale_status"),
        (first, "after_sale_info", {"after_sale_status": 6, "after_sale_type":
                                    9}, "after_sale_type"),
        (first, "after_sale_info", {"after_sale_status": 6, "refund_status": 5}, "refund_status"),
        (row, "sku_order_list", maker.one([[], None, {}, "x"]), "sku_order_list"),
    ])
    at[name] = value
    if name == "main_status" and at is first:
        row["sku_order_list"] = [first]
    return text.split()


def other(maker):
    """Answers and messages that are no order."""
    sale = {
        "aftersale_info": {"aftersale_id": 1, "aftersale_status": 6}, "order_info":
        {"shop_order_id": 69}
    }
    return maker.one([
        ({"code": 40004, "msg": "x", "data": None}, "error answer"),
        ({"code": 10000, "data": {"shop_order_list": [], "total": 0}}, "list is empty"),
        (sale, "afterSale.List"),
        ({"code": 10000, "data": {"items": [sale]}}, "afterSale.List"),
        ({"code": 10000, "data": {"process_info": {"after_sale_info": {}}, "order_info":
                                  {}}}, "afterSale.Detail"),
        ([{"tag": "101", "msg_id": "1", "data": "{\"p_id\":1}"}], "push message"),
        ({"p_id": 69, "s_ids": [69], "order_status": 2}, "push message"),
    ])


def make(maker):
    row, facts = order(maker)
    dice = maker.chance.random()
    if dice < 0.10:
        return hostile(maker, maker.bytes_of(row))
    if dice < 0.25:
        texts = spoil(maker, row)
        return maker.bytes_of(wrap(maker, row)), {"refused_any": texts}
    if dice < 0.28:
        payload, text = other(maker)
        return maker.bytes_of(payload), refused(text)
    return maker.bytes_of(wrap(maker, row)), facts
