"""Payloads of Taobao and Tmall (TOP): trade.fullinfo.get and rows of trades.sold.*."""

from payload_maker import REGIONS, china, hostile, line_facts, refused, yuan

STATES = {
    "TRADE_NO_CREATE_PAY": "unpaid", "WAIT_BUYER_PAY": "unpaid", "PAY_PENDING": "unpaid",
    "WAIT_PRE_AUTH_CONFIRM": "unpaid", "PAID_FORBID_CONSIGN": "risk_hold",
    "WAIT_SELLER_SEND_GOODS": "paid", "SELLER_CONSIGNED_PART": "paid", "WAIT_BUYER_CONFIRM_GOODS":
    "shipped", "TRADE_BUYER_SIGNED": "shipped", "TRADE_FINISHED": "finished", "TRADE_CLOSED":
    "closed", "TRADE_CLOSED_BY_TAOBAO": "closed"
}
UNPAID = [name for name, stage in STATES.items() if stage == "unpaid"]
STEPS = {
    "FRONT_NOPAID_FINAL_NOPAID": "unpaid", "FRONT_PAID_FINAL_NOPAID": "deposit_paid",
    "FRONT_PAID_FRONT_FORFEITED": "closed"
}
REFUNDS = {
    "WAIT_SELLER_AGREE": "open", "WAIT_BUYER_RETURN_GOODS": "open", "WAIT_SELLER_CONFIRM_GOODS":
    "open", "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS": "open",
    "EXCHANGE_TRANSFORM_TO_REFUND": "open", "WAIT_SELLER_CONSIGN_GOODS": "open",
    "SELLER_REFUSE_BUYER": "refused", "CLOSED": "closed", "SUCCESS": "agreed", "NO_REFUND": None,
    "": None
}


def money(maker, fen):
    """ "12.30", 12.3 or 12: never more than two decimals."""
    return yuan(fen) if maker.often(0.8) else maker.one([fen // 100, f"{fen // 100}"
                                                         ]) if fen % 100 == 0 else yuan(fen)


def line(maker, status, order_stage, kind):
    quantity = maker.one([1, 1, 2, 5, 1000000])
    oid = maker.id19(39 * 10**17)
    refund = maker.one(["NO_REFUND", "NO_REFUND", ""] + list(REFUNDS))
    row = {
        "oid": oid, "oid_str": str(oid), "num_iid": 600000000001 + maker.chance.randrange(10**6),
        "sku_id": maker.loose(4800000000001), "outer_sku_id": maker.one(["SKU-A", "", "码"]), "num":
        maker.loose(quantity), "price": money(maker,
                                              8900), "payment": money(maker,
                                                                      8900), "divide_order_fee":
        "79.00", "status": status, "refund_status": refund, "title": maker.word()
    }
    if refund not in ("", "NO_REFUND") and maker.often(0.8):
        row["refund_id"] = maker.loose(maker.id19(88 * 10**17))
    if kind == "gift":
        row["is_free_gift"] = maker.one([True, "true", 1])
    elif maker.often(0.2):
        row["is_free_gift"] = maker.one([False, "false", 0, None])
    ours = REFUNDS[refund]
    maker.absent(0.15, row, "oid_str", "title", "divide_order_fee")
    maker.noise(row)
    return maker.shuffled(row), {
        "id": str(oid), "quantity": quantity, "kind": kind, "refunds": [ours] if ours else [],
        "stage": line_facts(STATES[status], order_stage)
    }


def step(maker, row, facts):
    """A deposit pre-sale: the main status lags until the balance is in."""
    row["type"] = "step"
    row["step_trade_status"] = maker.one(list(STEPS) + ["FRONT_PAID_FINAL_PAID"] * 2)
    row["step_paid_fee"] = "20.00"
    if row["step_trade_status"] == "FRONT_PAID_FINAL_PAID":
        row["status"], facts["stage"] = "WAIT_SELLER_SEND_GOODS", "paid"
        return
    row["status"] = maker.one(["WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY"])
    facts["stage"] = STEPS[row["step_trade_status"]]


def gift_without_line(maker, row, facts):
    """promotion_details names a gift; where it has an order line too, that line is the gift."""
    gift, count = 710000000000 + maker.chance.randrange(10**6), maker.one([1, 2])
    details = [{"promotion_name": "满减", "discount_fee": "10.00"}, {
        "gift_item_id": maker.loose(gift), "gift_item_name": "帆布袋👜", "gift_item_num":
        maker.loose(count)
    }]
    row["promotion_details"] = details if maker.often(0.3) else {"promotion_detail": details}
    return {
        "id": f"{gift}-gift", "quantity": count, "kind": "gift", "refunds": [], "stage":
        facts["stage"]
    }


def place(maker, row, facts):
    province, city, district, town = maker.one(REGIONS)
    row.update(receiver_state=province,
               receiver_city=city,
               receiver_district=district,
               receiver_town=town)
    facts["city"], facts["district"] = city, district
    if district and maker.often(0.2):  # a county-level city
        row["receiver_city"] = maker.one(["", None])
        facts["city"], facts["district"] = district, ""


def due(maker, row, facts, made, paid):
    """The platform's own time; texts that are none say nothing; else 48 hours from the payment."""
    facts["due"] = (paid + 172800) * 1000 if paid else 0
    if maker.often(0.2):
        row["est_con_time"] = maker.one([china(made + 500000), "付款后3天内"])
        facts["due"] = (made + 500000) * 1000 if row["est_con_time"][0] == "2" else facts["due"]
    if maker.often(0.2):
        row["send_time"] = china(made + 400000)
        facts["due"] = (made + 400000) * 1000


def order(maker):
    status = maker.one(list(STATES) + ["WAIT_SELLER_SEND_GOODS"] * 4)
    made, fen = maker.seconds(), maker.one([0, 1, 1230, 15800, 99999999])
    tid = maker.id19(39 * 10**17)
    row = {
        "tid": tid, "tid_str": str(tid), "status": status, "type": "fixed", "payment":
        money(maker, fen), "total_fee": "178.00", "post_fee": "0.00", "discount_fee": "20.00",
        "num": 7, "created": china(made), "modified": china(made + 60), "oaid":
        maker.one(["INVENTEDoaid==", "", None]), "receiver_name": "测**", "receiver_mobile":
        "*******0000", "receiver_address": "五常街道**路**号", "buyer_message": maker.word(),
        "buyer_open_uid": "AAHINV", "seller_flag": 0
    }
    facts = {
        "id": str(tid), "stage": STATES[status], "version": (made + 60) * 1000, "total": fen,
        "key": row["oaid"] or "", "lines": []
    }
    stepped = maker.often(0.15)
    if stepped:
        step(maker, row, facts)
    paid = made + 31 if STATES[
        row["status"]] != "unpaid" and row["status"] != "TRADE_CLOSED_BY_TAOBAO" else 0
    if paid:
        row["pay_time"] = china(paid)
    lines = []
    for index in range(maker.chance.randrange(1, 6)):
        own = row["status"]
        if own in ("SELLER_CONSIGNED_PART", "WAIT_SELLER_SEND_GOODS"):
            own = maker.one(
                [own, "WAIT_BUYER_CONFIRM_GOODS", "TRADE_CLOSED", "WAIT_SELLER_SEND_GOODS"])
        part, fact = line(
            maker, own, facts["stage"],
            "gift" if index and maker.often(0.2) else "presale" if stepped else "spot")
        lines.append(part)
        facts["lines"].append(fact)
    if len(lines) == 1 and maker.often(0.8):
        lines[0]["oid"], lines[0]["oid_str"] = tid, str(tid)
        facts["lines"][0]["id"] = str(tid)
    if maker.often(0.1):
        facts["lines"].append(gift_without_line(maker, row, facts))
    place(maker, row, facts)
    due(maker, row, facts, made, paid)
    row["orders"] = lines if maker.often(0.3) else {"order": lines}
    if maker.often(0.2):
        row["tid"] = str(tid)
    maker.absent(0.15, row, "tid_str", "post_fee", "discount_fee", "buyer_message", "num",
                 "total_fee")
    maker.noise(row)
    return maker.shuffled(row), facts


def wrap(maker, row):
    return maker.one([
        lambda: row,
        lambda: [row],
        lambda: {"trade": row},
        lambda: {"trades": [row], "total_results": 1},
        lambda: {"trade_fullinfo_get_response": {"trade": row, "request_id": "x"}},
        lambda:
        {"trades_sold_increment_get_response": {"has_next": False, "trades": {"trade": [row]}}},
        lambda: {"trades_sold_get_response": {"total_results": 1, "trades": {"trade": [row]}}},
    ])()


def spoil(maker, row):
    lines = row["orders"]["order"] if isinstance(row["orders"], dict) else row["orders"]
    first = lines[0]
    bad_money = [
        "12.345", "-1.00", "1e3", 1e22, "1,234.00", "¥12", "", True, [], "12.", ".5",
        "99999999999999999"
    ]
    at, name, value, text = maker.one([
        (row, "status", maker.one(["WAIT_FOR_THE_MOON", 5, "paid", ""]), "status"),
        (row, "step_trade_status", "FRONT_HALF", "step_trade_status"),
        (first, "status", maker.one(["NEW", "wait_buyer_pay"]), "status"),
        (first, "refund_status", maker.one(["REFUNDING", "no_refund"]), "refund_status"),
        (row, "payment", maker.one(bad_money), "payment"),
        (first, "price", maker.one(bad_money), "price"),
        (first, "num", maker.one([0, "0", -2, 1.5, "", None, 1000001]), "num quantity"),
        (row, "created",
         maker.one(["2026-02-30 00:00:00", "yesterday", "2026-13-01 00:00:00", "",
                    1767240000]), "created"),
        (row, "tid_str", maker.one(["3.9e18", "abc", "39 00", "-7"]), "tid_str"),
        (first, "oid_str", "x y", "oid_str"),
        (row, "orders", maker.one([[], {}, None, {"order": []}, "x"]), "orders"),
        (row, "promotion_details", [{"gift_item_id": "9"}], "gift_item_num"),
    ])
    if name == "status" and at is row:
        row.pop("step_trade_status", None)
    at[name] = value
    return text.split()


def other(maker):
    refund = {
        "refund_id": "1", "tid": 39, "oid": 39, "status": "SUCCESS", "created":
        "2026-01-01 00:00:00"
    }
    return maker.one([
        ({"error_response": {"code": 15, "sub_code": "isv.x"}}, "error answer"),
        ({"trades_sold_increment_get_response": {"total_results": 0, "request_id":
                                                 "x"}}, "holds no trade"),
        (refund, "refund"),
        ({"refund_get_response": {"refund": refund}}, "taobao.refund.get"),
        ({"refunds_receive_get_response": {"refunds": {"refund":
                                                       [refund]}}}, "taobao.refunds.receive.get"),
        ({"topic": "taobao_trade_TradeBuyerPay", "content": "{}", "id": 1}, "TMC"),
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
