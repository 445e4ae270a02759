"""A shop's code that nobody knows: the order waits, somebody maps the code, the order goes on."""
import json

import pytest

import payloads
from checker import History
from harness import World, wait_for

SHOP = "9000001"


@pytest.fixture(scope="module")
def world():
    with World("sku") as it:
        it.wecom().warehouse()
        it.fleet(reserve=2)
        it.stock(("CUP", "HZ", 40), ("LID", "HZ", 20), ("LID", "GZ", 20), ("FILM", "GZ", 9))
        it.settle()
        yield it


def bring(world, platform_id, shop=SHOP, **more):
    path = world.folder / "one.json"
    path.write_bytes(payloads.douyin(platform_id, **more))
    world.sluice("import", "douyin", shop, path)
    return f"douyin:{shop}:{platform_id}"


def show(world, order_id):
    code, out, _ = world.sluice("order", "show", order_id, "--json", check=False)
    return json.loads(out) if code == 0 else None


def wait_state(world, order_id, state, seconds=40):
    def there():
        order = show(world, order_id)
        return order if order and order["state"] == state else None
    return wait_for(f"{order_id} to be {state}, is {show(world, order_id)}", seconds, there)


def unmapped(world):
    return {row["merchant_code"]: row for row in world.sluice_json("sku", "unmapped")}


def change(world, *words):
    """A mapping that every reserve has taken."""
    version = world.sluice_json("sku", *words)["version"]
    wait_for(f"reserve to take version {version}", 20, lambda: all(
        f"version={version}" in w.log() for w in world.workers if w.name == "reserve"))


def promised(world, sku):
    return world.sluice_json("stock", "show", sku)[0]["promised"]


def units_packed(world, order_id):
    return dict(world.pg("select sku, sum(units)::bigint from shipment_items join shipments"
                         " using (shipment_id) where order_id = %s group by sku", order_id))


def test_an_unknown_code_waits_and_goes_on_when_it_is_mapped_to_a_bundle(world):
    order_id = bring(world, "6900000000000001000", sku="TEA-SET", quantity=2)
    order = wait_state(world, order_id, "WAIT")
    assert order["reason"] == "unknown_sku"
    row = wait_for("TEA-SET to be listed", 20, lambda: unmapped(world).get("TEA-SET"))
    assert (row["channel"], row["shop"], row["orders"], row["units"]) == ("douyin", SHOP, 1, 2)
    assert row["platform_sku"] == "1700000000000001" and row["mapped"] == ""
    done = world.sluice_json("sku", "map", "douyin", SHOP, "TEA-SET", "CUP=4", "LID",
                             "--reason", "茶具套装", "--by", "tester")
    assert done["unknown_skus"] == []
    wait_state(world, order_id, "SHIPPED")
    assert units_packed(world, order_id) == {"CUP": 8, "LID": 2}
    assert "TEA-SET" not in unmapped(world)
    assert promised(world, "CUP") == 0


def test_a_new_order_is_asked_by_the_map_and_another_shop_is_not(world):
    mine = bring(world, "6900000000000001100", sku="TEA-SET")
    wait_state(world, mine, "SHIPPED")
    assert units_packed(world, mine) == {"CUP": 4, "LID": 1}
    other = bring(world, "6900000000000001200", shop="OTHER", sku="TEA-SET")
    assert wait_state(world, other, "WAIT")["reason"] == "unknown_sku"
    rev = show(world, other)["rev"]
    change(world, "map", "douyin", "-", "ELSE", "CUP", "--reason", "别的编码")
    world.settle()
    retries = [m for m in world.read("orders.changes")
               if m.kind == "order.retry" and m.key == other]
    assert retries == [] and show(world, other)["rev"] == rev
    world.sluice("sku", "map", "douyin", "all", "TEA-SET", "FILM=3", "--reason", "全渠道")
    wait_state(world, other, "SHIPPED")
    assert units_packed(world, other) == {"FILM": 3}


def test_the_platforms_sku_goes_before_the_merchant_code(world):
    order_id = bring(world, "6900000000000001300", sku="NO-SUCH")
    wait_state(world, order_id, "WAIT")
    world.sluice("sku", "map", "douyin", "OTHER", "1700000000000001", "LID", "--reason", "别家店")
    world.sluice("sku", "map", "douyin", SHOP, "1700000000000001", "LID=2", "--reason", "平台编码")
    wait_state(world, order_id, "SHIPPED")
    assert units_packed(world, order_id) == {"LID": 2}
    change(world, "unmap", "douyin", SHOP, "1700000000000001", "--reason", "测试完")


def test_a_mapping_to_a_sku_nobody_counted_waits_for_the_count(world):
    order_id = bring(world, "6900000000000001400", sku="LATE")
    wait_state(world, order_id, "WAIT")
    done = world.sluice_json("sku", "map", "douyin", SHOP, "LATE", "NEW-SKU=2", "--reason", "新品")
    assert done["unknown_skus"] == ["NEW-SKU"]
    wait_for("it to wait for the mapped SKU", 30, lambda: show(world, order_id)["rev"] > 1)
    assert unmapped(world)["LATE"]["mapped"] == "NEW-SKU"
    world.stock(("NEW-SKU", "HZ", 2))
    wait_state(world, order_id, "SHIPPED")
    assert units_packed(world, order_id) == {"NEW-SKU": 2}


def test_the_orders_of_a_queue_longer_than_a_page_all_go_on(world):
    ids = [f"69000000000001{n:05d}" for n in range(0, 80, 2)]
    path = world.folder / "queue.jsonl"
    path.write_bytes(b"\n".join(payloads.douyin(i, sku="QUEUE") for i in ids) + b"\n")
    world.sluice("import", "douyin", SHOP, path)
    wait_for("all to wait", 40, lambda: unmapped(world).get("QUEUE", {}).get("orders") == 40)
    for worker in [w for w in world.workers if w.name == "reserve"]:
        worker.stop()
        worker.extra["SLUICE_RESERVE_SWEEP_COUNT_MAX"] = 7
        worker.start().wait_ready()
    world.stock(("QUEUED", "CD", 40))
    world.sluice("sku", "map", "douyin", SHOP, "QUEUE", "QUEUED", "--reason", "排队")
    wait_for("all to leave", 60, lambda: world.pg(
        "select count(*) from orders where state = 'SHIPPED' and order_id like %s",
        "%:69000000000001_____")[0][0] == 40)


def test_reading_all_again_changes_nothing(world):
    world.settle()
    before = world.pg("select order_id, rev, state from orders order by 1")
    world.sluice("sku", "map", "douyin", SHOP, "TEA-SET", "FILM", "--reason", "换了")
    world.sluice("replay", "reserve", "--topic", "orders.changes", "--to-start", "--execute",
                 seconds=180)
    world.settle()
    assert world.pg("select order_id, rev, state from orders order by 1") == before
    History(world).check({"CUP": 40, "LID": 40, "FILM": 9, "NEW-SKU": 2, "QUEUED": 40})
    world.sluice("stock", "rebuild")
    world.sluice("stock", "verify")
    assert world.pg("select order_id, rev, state from orders order by 1") == before
