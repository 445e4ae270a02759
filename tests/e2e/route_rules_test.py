"""Rules of route while the fleet runs: a broken set changes nothing, a good one is taken by every
replica between two batches, and orders that had no warehouse are looked at again."""
import json

import pytest

import payloads
from flow_test import bring, show, wait_state
from harness import ROOT, World, wait_for

SHIPPED = json.loads((ROOT / "ops" / "rules" / "route.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world():
    with World("route_rules") as it:
        it.wecom().warehouse()
        it.fleet(route=2)
        it.stock(("SKU-FAR", "NJ", 5), ("SKU-A", "HZ", 50))
        it.settle()
        yield it


def publish(world, body):
    return world.publish(body, "route")


def replicas(world):
    return [worker for worker in world.workers if worker.name == "route"]


def all_have(world, name, value):
    wait_for(f"{name} {value} on both replicas", 30, lambda: all(
        worker.metric(f"sluice_route_{name}") == value for worker in replicas(world)))


def plans(world, order_id):
    return [m.body for m in world.read("orders.routed") if m.key == order_id]


def order(world, number, sku):
    bring(world, "douyin", "9000001", payloads.douyin(number, sku=sku))
    return f"douyin:9000001:{number}"


def dead_ends(world, order_id):
    return [m.body["reason"] for m in world.read("orders.changes")
            if m.kind == "order.unroutable" and m.key == order_id]


def test_an_order_without_a_warehouse_leaves_once_the_rules_name_one(world):
    far = order(world, "6900000000000007000", "SKU-FAR")
    wait_for("a dead end", 30, lambda: dead_ends(world, far))
    assert "NJ 有 5 件，规则里没有这个仓" in dead_ends(world, far)[0]
    world.settle()

    publish(world, json.dumps(SHIPPED | {"tables": SHIPPED["tables"] | {
        "tariffs": [{"carrier": "NOBODY", "first": 1}]}}))
    all_have(world, "rules_broken", 1)
    all_have(world, "rules_version", 0)
    near = order(world, "6900000000000007010", "SKU-A")
    wait_state(world, near, "SHIPPED")
    assert plans(world, near)[-1]["plan"]["rules_version"] == "route/0"

    tables = SHIPPED["tables"]
    nanjing = {"id": "NJ", "name": "南京仓", "province": "江苏省", "city": "南京市"}
    version = publish(world, json.dumps(SHIPPED | {"tables": tables | {
        "warehouses": tables["warehouses"] + [nanjing]}}))
    all_have(world, "rules_version", version)
    shipped = wait_state(world, far, "SHIPPED", seconds=60)
    plan = plans(world, far)[-1]["plan"]
    assert [parcel["warehouse"] for parcel in shipped["parcels"]] == ["NJ"]
    assert plan["rules_version"] == f"route/{version}"
    assert "南京仓" in plan["reason"] and plan["runner_up"]


def test_what_was_planned_stays_as_it_was_planned(world):
    early = order(world, "6900000000000007020", "SKU-A")
    wait_state(world, early, "SHIPPED")
    before = plans(world, early)
    version = publish(world, json.dumps(SHIPPED | {"tables": SHIPPED["tables"] | {
        "warehouses": [row | {"open": row["id"] != "HZ"}
                       for row in SHIPPED["tables"]["warehouses"]]}}))
    all_have(world, "rules_version", version)
    world.sluice("replay", "route", "--to-start", "--execute")
    world.settle()
    after = plans(world, early)
    assert {json.dumps(body, sort_keys=True) for body in after} \
        == {json.dumps(body, sort_keys=True) for body in before}
    assert show(world, early)["parcels"][0]["warehouse"] == "HZ"
    late = order(world, "6900000000000007030", "SKU-A")
    wait_for("a dead end", 30, lambda: dead_ends(world, late))
    assert "停发" in dead_ends(world, late)[0]
