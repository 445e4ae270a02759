"""Payloads of WeChat shops: /channels/ec/order/get."""

from payload_maker import REGIONS, hostile, line_facts, refused

STATES = {
    10: "unpaid", 12: "risk_hold", 13: "risk_hold", 20: "paid", 21: "paid", 30: "shipped", 100:
    "finished", 190: "closed", 200: "closed", 250: "closed"
}


def line(maker, order_stage, sku, made):
    quantity = maker.one([1, 2, 3, 50])
    under_way = maker.chance.randrange(quantity + 1) if maker.often(0.2) else 0
    done = maker.chance.randrange(quantity + 1) if maker.often(0.2) else 0
    kind = maker.one(["spot", "spot", "presale", "gift"])
    due = made + maker.one([172800, 86400, 0])
    row = {
        "product_id": str(10**13 + 1), "sku_id": maker.loose(sku), "sku_cnt":
        maker.loose(quantity), "on_aftersale_sku_cnt": maker.loose(under_way),
        "finish_aftersale_sku_cnt": maker.loose(done), "title": maker.word(), "sale_price":
        maker.loose(2990), "real_price": 5480, "sku_code": "SKU-A", "out_sku_id": "",
        "sku_deliver_info": {"stock_type": 1 if kind == "presale" else 0
                             }, "delivery_deadline": maker.loose(due if due > made else 0),
        "is_free_gift": maker.one([1, True, "1"]) if kind == "gift" else maker.one([0, False])
    }
    refunds = (["agreed"] if done else []) + (["open"] if under_way else [])
    facts = {
        "id": str(sku), "quantity": quantity, "kind": kind, "stage":
        line_facts(order_stage, order_stage), "refunds": refunds, "due": due if due > made else 0
    }
    if maker.often(0.2):
        row["product_unique_id"] = facts["id"] = f"u{sku}-{maker.chance.randrange(10 ** 9)}"
    maker.absent(0.1, row, "title", "out_sku_id", "product_id")
    if kind == "spot":
        maker.absent(0.1, row, "sku_deliver_info", "is_free_gift")
    maker.noise(row)
    return maker.shuffled(row), facts


def address(maker):
    province, city, district, _ = maker.one(REGIONS)
    return {
        "user_name": "测**", "province_name": province, "city_name": city, "county_name": district,
        "detail_info": "****", "tel_number": "1**********0", "house_number":
        maker.one(["", "3-2"]), "hash_code": maker.one(["0" * 32, "", None, "f" * 32])
    }


def order(maker):
    status, made, fen = maker.one(list(STATES) + [20] * 5), maker.seconds(), maker.one(
        [0, 1, 5480, 10**9])
    stage, after_sales = STATES[status], []
    paid = made + 31 if status not in (10, 250, 190) or (status == 10 and maker.often(0.2)) else 0
    lines, facts_lines = [], []
    for sku in maker.chance.sample(range(2000000001, 2000000400), maker.chance.randrange(1, 5)):
        part, fact = line(maker, stage, sku, made)
        lines.append(part)
        facts_lines.append(fact)
    if any(fact["refunds"] for fact in facts_lines):
        after_sales = [{"aftersale_order_id": maker.loose(10**15), "status": 13}]
        for fact in facts_lines:  # no piece is in after-sale, yet the order has one: it has ended
            if "open" not in fact["refunds"]:
                fact["refunds"].append("closed")
    delivery = {"address_info": address(maker), "delivery_product_info": [], "deliver_method": 0}
    if maker.often(0.1):
        delivery["address_under_review"] = maker.one([True, 1, False, 0])
        if delivery["address_under_review"] and status in (20, 21):
            stage = "risk_hold"
            for fact in facts_lines:
                fact["stage"] = stage
    number = maker.id19(37 * 10**17)
    row = {
        "order_id": str(number) if maker.often(0.6) else number, "openid": "oINV", "unionid": "",
        "status": maker.loose(status), "create_time": maker.loose(made), "update_time":
        maker.loose(made + 60), "order_detail": {
            "product_infos": lines, "pay_info":
            {"pay_time": paid} if maker.often(0.9) or paid else {}, "price_info": {
                "product_price": 5980, "order_price": maker.loose(fen), "freight": maker.loose(0),
                "discounted_price": 500
            }, "delivery_info": delivery, "ext_info":
            {"customer_notes": maker.word(), "merchant_notes": maker.word()}
        }, "aftersale_detail": {"on_aftersale_order_cnt": 0, "aftersale_order_list": after_sales}
    }
    if not after_sales and maker.often(0.2):
        row["aftersale_detail"] = None
    dues = [fact.pop("due") for fact in facts_lines]
    facts = {
        "id": str(number), "stage": stage, "version": (made + 60) * 1000, "total": fen, "lines":
        facts_lines, "due": min([due for due in dues if due] or [0]) * 1000, "key":
        delivery["address_info"]["hash_code"] or ""
    }
    maker.absent(0.1, row["order_detail"], "ext_info")
    maker.noise(row)
    return maker.shuffled(row), facts


def wrap(maker, row):
    return maker.one([
        lambda: row,
        lambda: [row],
        lambda: {"errcode": maker.one([0, "0"]), "errmsg": "ok", "order": row},
        lambda: {"order": row},
        lambda: {"errcode": 0, "orders": [row]},
    ])()


def spoil(maker, row):
    detail = row["order_detail"]
    first = detail["product_infos"][0]
    at, name, value, text = maker.one([
        (row, "status", maker.one([11, 300, "x", 20.0, None]), "status"),
        (row, "order_id", maker.one(["COOP-1", 3.7e18, "", None, 0, -1]), "order_id"),
        (first, "sku_cnt", maker.one([0, -1, "1.0", None,
                                      1000001]), "sku_cnt quantity after-sale"),
        (first, "sale_price", maker.one([29.9, "29.90", -1, None]), "sale_price"),
        (detail["price_info"], "order_price", maker.one([54.8, "1e3", -1, None,
                                                         "5,480"]), "order_price"),
        (first, "on_aftersale_sku_cnt", 51, "after-sale"),
        (first, "delivery_deadline", "soon", "delivery_deadline"),
        (detail, "product_infos", maker.one([[], None, {}]), "product_infos"),
        (row, "create_time", maker.one(["2026-01-01 00:00:00", None, 0, {}]), "create_time"),
    ])
    at[name] = value
    return text.split()


def contradiction(row):
    """Closed as never paid, and yet paid, without an after-sale that explains it."""
    row["status"] = 250
    row["order_detail"]["pay_info"] = {"pay_time": 1767240031}
    row["aftersale_detail"] = {"aftersale_order_list": []}


def other(maker):
    return maker.one([
        ({"errcode": 40001, "errmsg": "invalid credential"}, "error answer"),
        ({"errcode": 0, "order_id_list": ["37"], "has_more": True}, "ids of orders"),
        ({
            "errcode": 0, "after_sale_order":
            {"after_sale_order_id": "1", "order_id": "37", "status": "USER_CANCELD"}
        }, "getaftersaleorder"),
        ({
            "after_sale_order_id": "1", "order_id": "37", "status": "MERCHANT_PROCESSING",
            "create_time": 1767240000, "update_time": 1767240000
        }, "after-sale"),
        ({"errcode": 0, "after_sale_order_id_list": ["1"]}, "ids of after-sales"),
        ({
            "ToUserName": "gh", "MsgType": "event", "Event": "channels_ec_order_pay", "order_info":
            {"order_id": 37}
        }, "push message"),
        ({"id": "x", "resource": {"ciphertext": "x", "nonce": "y"}}, "WeChat Pay"),
    ])


def make(maker):
    row, facts = order(maker)
    dice = maker.chance.random()
    if dice < 0.10:
        return hostile(maker, maker.bytes_of(row))
    if dice < 0.22:
        texts = spoil(maker, row)
        return maker.bytes_of(wrap(maker, row)), {"refused_any": texts}
    if dice < 0.25:
        contradiction(row)
        return maker.bytes_of(wrap(maker, row)), refused("status 250")
    if dice < 0.28:
        payload, text = other(maker)
        return maker.bytes_of(payload), refused(text)
    return maker.bytes_of(wrap(maker, row)), facts
