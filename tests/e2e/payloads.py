"""Payloads as the three platforms write them, with invented values."""
import json
import time


def douyin(order_id, sku="SKU-A", quantity=1, price=9900, status=2, at=None, address="余杭区文一西路969号"):
    at = int(at or time.time())
    total = price * quantity
    return json.dumps({
        "order_id": str(order_id), "order_level": 2, "shop_id": 9000001, "shop_name": "INVENTED",
        "order_status": status, "main_status": status, "order_type": 0, "biz": 2, "b_type": 2,
        "pay_type": 1, "create_time": at - 60, "pay_time": at - 30 if status != 1 else 0,
        "update_time": at, "finish_time": 0, "ship_time": 0, "exp_ship_time": at + 172800,
        "order_expire_time": 1800, "order_amount": total,
        "pay_amount": total if status != 1 else 0, "post_amount": 0, "promotion_amount": 0,
        "buyer_words": "", "seller_words": "", "doudian_open_id": "INVopen" + str(order_id)[-4:],
        "open_address_id": "INVaddr" + str(order_id)[-4:],
        "mask_post_tel": "1********00", "mask_post_receiver": "测**", "mask_post_addr": address,
        "post_addr": {"province": {"name": "浙江省", "id": "330000"},
                      "city": {"name": "杭州市", "id": "330100"},
                      "town": {"name": "余杭区", "id": "330110"},
                      "street": {"name": "五常街道", "id": "330110005"}, "detail": ""},
        "logistics_info": [], "order_phase_list": [],
        "sku_order_list": [{
            "order_id": str(int(order_id) + 1), "parent_order_id": str(order_id), "order_level": 3,
            "trade_type": 0, "pre_sale_type": 0, "order_status": status, "main_status": status,
            "product_id": 3500000000000000001, "product_id_str": "3500000000000000001",
            "product_name": "INVENTED", "sku_id": 1700000000000001, "code": sku,
            "item_num": quantity, "origin_amount": price, "sum_amount": total,
            "order_amount": total, "pay_amount": total if status != 1 else 0, "goods_type": 0,
            "given_product_type": "", "inventory_list": [],
            "after_sale_info": {"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0},
        }],
    }, ensure_ascii=False).encode()


def china(at):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at + 8 * 3600))


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def tmall(order_id, sku="SKU-A", quantity=1, price=9900, status="WAIT_SELLER_SEND_GOODS", at=None):
    at = int(at or time.time())
    total = price * quantity
    trade = {
        "tid": int(order_id), "tid_str": str(order_id), "status": status, "type": "fixed",
        "payment": yuan(total), "total_fee": yuan(total), "post_fee": "0.00",
        "discount_fee": "0.00", "adjust_fee": "0.00", "num": quantity, "created": china(at - 60),
        "modified": china(at), "seller_nick": "INVENTED店", "buyer_open_uid": "AAHINVENTED",
        "receiver_name": "测**", "receiver_mobile": "*******0000", "receiver_state": "广东省",
        "receiver_city": "广州市", "receiver_district": "天河区", "receiver_address": "**路**号",
        "oaid": "INVENTEDoaid==",
        "orders": {"order": [{
            "oid": int(order_id), "oid_str": str(order_id), "num_iid": 600000000001,
            "sku_id": "4800000000001", "outer_sku_id": sku, "num": quantity, "price": yuan(price),
            "total_fee": yuan(total), "payment": yuan(total), "divide_order_fee": yuan(total),
            "discount_fee": "0.00", "adjust_fee": "0.00", "status": status,
            "refund_status": "NO_REFUND", "title": "INVENTED"}]},
    }
    if status != "WAIT_BUYER_PAY":
        trade["pay_time"] = china(at - 30)
    return json.dumps(trade, ensure_ascii=False).encode()


def wechat(order_id, sku="SKU-A", quantity=1, price=9900, status=20, at=None,
           address="****"):
    at = int(at or time.time())
    total = price * quantity
    return json.dumps({"errcode": 0, "errmsg": "ok", "order": {
        "order_id": str(order_id), "openid": "oINVENTED", "unionid": "", "status": status,
        "create_time": at - 60, "update_time": at, "order_detail": {
            "product_infos": [{
                "product_id": "10000000000001", "sku_id": "2000000001", "sku_cnt": quantity,
                "on_aftersale_sku_cnt": 0, "finish_aftersale_sku_cnt": 0, "title": "INVENTED",
                "sale_price": price, "market_price": price, "real_price": total, "sku_code": sku,
                "out_product_id": "", "out_sku_id": sku, "sku_deliver_info": {"stock_type": 0},
                "delivery_deadline": at + 172800, "is_free_gift": 0}],
            "pay_info": ({"prepay_id": "up_inv", "prepay_time": at - 40, "pay_time": at - 30,
                          "transaction_id": "4200000000INV" + str(order_id)[-6:],
                          "payment_method": 1} if status != 10 else {}),
            "price_info": {"product_price": total, "order_price": total, "freight": 0,
                           "discounted_price": 0, "is_discounted": False},
            "delivery_info": {"address_info": {
                "user_name": "测**", "province_name": "四川省", "city_name": "成都市",
                "county_name": "武侯区", "detail_info": address, "tel_number": "1**********0",
                "hash_code": "00000000000000000000000000000000"},
                "delivery_product_info": [], "deliver_method": 0},
            "ext_info": {"customer_notes": "", "merchant_notes": ""}},
        "aftersale_detail": {"on_aftersale_order_cnt": 0, "aftersale_order_list": []}}},
        ensure_ascii=False).encode()
