"""One order of each channel through the whole fleet, and what may happen to it on the way."""
import gzip
import json
import time

import pytest

import payloads
from checker import History
from harness import World, wait_for

DOUYIN, TMALL, WECHAT = "6900000000000000001", "3900000000000000001", "3700000000000000001"


@pytest.fixture(scope="module")
def world():
    with World("flow") as it:
        it.wecom().warehouse()
        it.fleet()
        it.stock(("SKU-A", "HZ", 50), ("SKU-A", "GZ", 50), ("SKU-A", "CD", 50),
                 ("SKU-ONE", "HZ", 1), ("SKU-HOLD", "HZ", 20))
        it.settle()
        yield it


def bring(world, channel, shop, payload, name="one.json"):
    path = world.folder / name
    path.write_bytes(payload)
    return world.sluice("import", channel, shop, path)


def show(world, order_id):
    code, out, _ = world.sluice("order", "show", order_id, "--json", check=False)
    return json.loads(out) if code == 0 else None


def wait_state(world, order_id, state, seconds=30):
    def there():
        order = show(world, order_id)
        return order if order and order["state"] == state else None
    return wait_for(f"{order_id} to be {state}, is {show(world, order_id)}", seconds, there)


def gates(order):
    return {gate["gate"]: gate["state"] for gate in order["gates"]}


@pytest.mark.parametrize("channel,shop,platform_id,make,warehouse", [
    ("douyin", "9000001", DOUYIN, payloads.douyin, "HZ"),
    ("tmall", "INVENTED", TMALL, payloads.tmall, "GZ"),
    ("wechat", "wxshop", WECHAT, payloads.wechat, "CD"),
])
def test_an_order_passes_every_gate_and_leaves(world, channel, shop, platform_id, make, warehouse):
    bring(world, channel, shop, make(platform_id, quantity=2))
    order = wait_state(world, f"{channel}:{shop}:{platform_id}", "SHIPPED")
    passed = gates(order)
    for gate in ("payment", "stock", "anomaly", "warehouse", "carrier", "shipment"):
        assert passed[gate] == "passed", (gate, order["gates"])
    assert [parcel["warehouse"] for parcel in order["parcels"]] == [warehouse]
    assert order["parcels"][0]["units"] == 2


def test_an_unpaid_order_holds_and_goes_on_when_paid(world):
    order_id = "douyin:9000001:6900000000000000100"
    bring(world, "douyin", "9000001",
          payloads.douyin("6900000000000000100", status=1, at=time.time() - 20))
    order = wait_state(world, order_id, "RESERVED")
    assert gates(order)["payment"] == "open" and gates(order)["anomaly"] == "open"
    bring(world, "douyin", "9000001", payloads.douyin("6900000000000000100", status=2))
    wait_state(world, order_id, "SHIPPED")


def test_the_last_unit_goes_to_one_and_the_other_waits_until_stock_comes(world):
    for n in (200, 210):
        bring(world, "douyin", "9000001",
              payloads.douyin(f"6900000000000000{n}", sku="SKU-ONE"))
    first, second = (f"douyin:9000001:6900000000000000{n}" for n in (200, 210))
    wait_for("both to be answered", 30, lambda: all(show(world, o) and show(world, o)["state"]
                                                    for o in (first, second)))
    states = {o: show(world, o)["state"] for o in (first, second)}
    waiting = [o for o, state in states.items() if state == "WAIT"]
    assert len(waiting) == 1, states
    world.stock(("SKU-ONE", "GZ", 5))
    wait_state(world, waiting[0], "SHIPPED")


def test_an_unknown_sku_waits_with_that_reason(world):
    bring(world, "wechat", "wxshop", payloads.wechat("3700000000000000300", sku="SKU-NEW"))
    order = wait_state(world, "wechat:wxshop:3700000000000000300", "WAIT")
    assert order["reason"] == "unknown_sku"
    world.stock(("SKU-NEW", "CD", 3))
    wait_state(world, "wechat:wxshop:3700000000000000300", "SHIPPED")


def test_an_odd_order_is_held_told_once_and_goes_on_when_approved(world):
    order_id = "douyin:9000001:6900000000000000400"
    before = len(world.told())
    bring(world, "douyin", "9000001",
          payloads.douyin("6900000000000000400", sku="SKU-A", quantity=60))
    order = wait_for("the order to be held", 30, lambda: (
        lambda o: o if o and gates(o)["anomaly"] == "stopped" else None)(show(world, order_id)))
    told = wait_for("WeCom to be told", 20, lambda: world.told()[before:])
    assert len(told) == 1 and order_id in told[0]
    assert order["stands_at"] == "anomaly"
    world.sluice("order", "approve", order_id, "--reason", "大客户", "--by", "tester")
    wait_state(world, order_id, "SHIPPED")
    assert len(world.told()) == before + 1


def test_a_rejected_order_returns_its_stock(world):
    order_id = "douyin:9000001:6900000000000000500"
    bring(world, "douyin", "9000001",
          payloads.douyin("6900000000000000500", sku="SKU-A", quantity=55))
    wait_for("the order to be held", 30, lambda: (
        lambda o: o and gates(o)["anomaly"] == "stopped")(show(world, order_id)))
    held = world.sluice_json("stock", "show", "SKU-A")[0]["promised"]
    world.sluice("order", "reject", order_id, "--reason", "刷单")
    wait_state(world, order_id, "REJECTED")
    assert world.sluice_json("stock", "show", "SKU-A")[0]["promised"] == held - 55


def test_a_shop_cancels_before_anything_happened(world):
    order_id = "tmall:INVENTED:3900000000000000600"
    bring(world, "tmall", "INVENTED",
          payloads.tmall("3900000000000000600", status="WAIT_BUYER_PAY",
                         at=time.time() - 20))
    wait_state(world, order_id, "RESERVED")
    bring(world, "tmall", "INVENTED",
          payloads.tmall("3900000000000000600", status="TRADE_CLOSED_BY_TAOBAO"))
    wait_state(world, order_id, "CANCELLED")


def test_gzip_arrays_and_lines_come_in(world):
    ids = [f"69000000000000007{n:02d}" for n in range(0, 30, 2)]
    array = b"[" + b",".join(payloads.douyin(i) for i in ids[:5]) + b"]"
    lines = b"\n".join(payloads.douyin(i) for i in ids[5:10]) + b"\n"
    bring(world, "douyin", "9000001", array, "array.json")
    bring(world, "douyin", "9000001", lines, "lines.jsonl")
    bring(world, "douyin", "9000001", gzip.compress(
        b"\n".join(payloads.douyin(i) for i in ids[10:])), "more.jsonl.gz")
    for platform_id in ids:
        wait_state(world, f"douyin:9000001:{platform_id}", "SHIPPED", 60)


@pytest.mark.parametrize("name,payload,word", [
    ("truncated", b'{"order_id":"6900000000000000801","order_status":2', "JSON"),
    ("nested", b"[" * 200000 + b"]" * 200000, ""),
    ("not_utf8", b'{"order_id":"6900000000000000803","buyer_words":"\xff\xfe"}', "UTF-8"),
    ("negative", payloads.douyin("6900000000000000804", quantity=1).replace(
        b'"item_num": 1', b'"item_num": -1'), "item_num"),
    ("absurd", payloads.douyin("6900000000000000805", quantity=1).replace(
        b'"item_num": 1', b'"item_num": 99999999999999999999'), "item_num"),
    ("unknown_state", payloads.douyin("6900000000000000806", status=777), "777"),
], ids=["truncated", "nested", "not_utf8", "negative", "absurd", "unknown_state"])
def test_bad_payloads_become_dead_letters_with_their_bytes(world, name, payload, word):
    key = f"douyin:9000001:bad-{name}"
    world.produce("orders.raw", key, payload, [
        ("ce_specversion", "1.0"), ("ce_id", name), ("ce_type", "cn.sluice.payload.received.v1"),
        ("ce_source", "/test"), ("ce_channel", "douyin"), ("ce_shop", "9000001")])
    dead = wait_for("the dead letter", 30,
                    lambda: [m for m in world.read("dead.ingest", foreign=True) if m.key == key])
    assert dead[0].bytes == payload
    reason = dead[0].headers["dead_reason"].decode()
    assert word in reason and len(reason) > 10, reason


def test_a_foreign_message_without_headers_is_refused_and_the_partition_moves_on(world):
    for topic, worker in (("orders.raw", "ingest"), ("orders.changes", "reserve"),
                          ("orders.reserved", "anomaly"), ("orders.screened", "route"),
                          ("shipments.scanned", "verify"), ("alerts.raised", "notify")):
        world.produce(topic, "foreign", b"hello")
        dead = wait_for(f"dead.{worker}", 30, lambda w=worker: [
            m for m in world.read(f"dead.{w}", foreign=True) if m.key == "foreign"])
        assert dead[0].bytes == b"hello"
        assert b"ce_type" in dead[0].headers["dead_reason"] or \
            b"header" in dead[0].headers["dead_reason"]
    assert all(worker.ready() for worker in world.workers)


def test_the_books_balance_at_the_end(world):
    world.settle()
    history = History(world)
    history.check({"SKU-A": 150, "SKU-ONE": 6, "SKU-NEW": 3, "SKU-HOLD": 20})
