"""A sale of every kind through the whole fleet: who is held, who leaves, what the report tells.

The sale names every odd order and the rule that must hold it (`sluice sale --truth`); here the
fleet judges it with the rules that the sale brings, and its own words are compared.
"""
import csv
import json
import os
from collections import Counter

import pytest

from checker import History, stock_of
from harness import World

ORDERS = int(os.environ.get("SLUICE_CHECK_SALE_ORDERS", "3000"))
# With this seed there is one of every kind even in the smallest sale.
SALE = ("--orders", ORDERS, "--skus", 200, "--seed", 37, "--bundles", 4, "--codes", 10,
        "--giveaways", 2, "--presale", 3, "--gifts", 3)


@pytest.fixture(scope="module")
def world():
    with World("sale") as it:
        folder = it.folder
        it.sluice("sale", *SALE, "--out", folder, seconds=600)
        it.truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        it.sluice("sku", "map", "--file", folder / "sku_map.csv", "--reason", "the shops' codes")
        it.sluice("rules", "publish", folder / "anomaly.json", "--reason", "this sale's tables")
        it.wecom().warehouse()
        it.fleet(reserve=2, anomaly=2)
        stock = (folder / "stock.jsonl").read_text(encoding="utf-8")
        it.there = stock_of(stock)
        it.sluice("stock", "set", "--file", "-", text=stock.encode())
        it.settle()
        # An hour within seconds, but not within one: who judges an order has counted those before.
        it.sluice("import", "--sale", folder / "sale.jsonl", "--rate", max(1000, ORDERS // 10),
                  check=False, seconds=600)
        it.settle(900)
        it.history = History(it)
        it.report = it.sluice_json("report")
        yield it


def verdicts(world):
    """Order id → the rules of its newest verdict that stops it, and all that have one."""
    stopped, judged = {}, set()
    for message in world.history.screened:
        verdict = message.body.get("verdict")
        if not verdict:  # passed on unjudged: parcels to stop
            continue
        judged.add(message.body["order_id"])
        if verdict["kind"] != "clear":
            stopped[message.body["order_id"]] = [r["rule"] for r in verdict["reasons"]]
    return stopped, judged


def test_the_sale_has_odd_orders_of_every_kind(world):
    assert len(world.truth["odd"]) == 24
    assert all(count > 0 for count in world.truth["odd"].values()), world.truth["odd"]
    assert Counter(world.truth["odd_orders"].values()) == world.truth["odd"]


def test_every_planted_order_is_held_by_its_rule(world):
    stopped, judged = verdicts(world)
    missed = {order: rule for order, rule in world.truth["odd_orders"].items()
              if rule not in stopped.get(order, [])}
    assert not missed, f"{len(missed)} of {len(world.truth['odd_orders'])} not held; judged: " \
                       f"{[(o, r, o in judged) for o, r in missed.items()][:5]}"


def test_hardly_any_other_order_is_held(world):
    stopped, judged = verdicts(world)
    others = {order: rules for order, rules in stopped.items()
              if order not in world.truth["odd_orders"]}
    assert len(judged) > ORDERS * 8 // 10
    assert len(stopped) <= len(judged) * 3 // 100
    assert len(others) <= len(judged) // 1000, others


def test_what_is_not_held_leaves(world):
    """Bundles as their parts, shops' codes as our SKUs, gifts beside the goods."""
    stopped, judged = verdicts(world)
    states = dict(world.pg("select order_id, state from orders"))
    stuck = {order: states[order] for order in judged
             if order not in stopped and states[order] not in ("SHIPPED", "CANCELLED")}
    assert not stuck, list(stuck.items())[:5]
    assert world.report["unmapped"] == []


def test_parcels_hold_the_parts_of_what_was_sold(world):
    parts = {}
    with open(world.folder / "sku_map.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            parts.setdefault((row["channel"], row["shop"], row["code"]), []).append(
                (row["sku"], int(row["units"])))
    wanted, sent = Counter(), Counter()
    shipped = [row[0] for row in world.pg("select order_id from orders where state = 'SHIPPED'")]
    of_order = {order: order.split(":") for order in shipped}
    for order, platform_sku, code, units in world.pg(
            "select order_id, platform_sku, merchant_code, quantity from order_lines"):
        if order not in of_order:
            continue
        channel, shop, _ = of_order[order]
        name = code or platform_sku
        for sku, each in parts.get((channel, shop, name)) or parts.get(
                (channel, "all", name)) or [(name, 1)]:
            wanted[order, sku] += units * each
    for order, sku, units in world.pg(
            "select s.order_id, i.sku, i.units from shipments s join shipment_items i"
            " using (shipment_id) where s.left_at > 0"):
        sent[order, sku] += units
    assert {key: wanted[key] for key in sent} == dict(sent)
    assert len(shipped) > ORDERS * 7 // 10
    sets = [key for key in parts if key[2].startswith("SET-")]
    assert len(sets) > 20 and world.truth["bundle_lines"] > ORDERS // 50


def test_the_report_tells_it(world):
    stopped, judged = verdicts(world)
    held = Counter(rules[0] for rules in stopped.values())
    assert {row["name"]: row["orders"] for row in world.report["holds"]} == held
    assert world.report["judged_orders"] == len(judged)
    assert world.report["held_orders"] == len(stopped)
    assert sum(row["orders"] for row in world.report["carriers"]) == sum(
        row["orders"] for row in world.report["warehouses"]) > ORDERS // 2
    assert {row["set"]: row["version"] for row in world.report["rules"]} == {"anomaly": 1, "sku": 1}
    assert world.report["promised_twice"] == world.report["packed_beyond"] == 0


def test_the_report_ends_with_one_order_from_end_to_end(world):
    stopped, _ = verdicts(world)
    order = next(order for order, rules in stopped.items() if rules == ["high_value"])
    world.sluice("order", "approve", order, "--reason", "电话核实过", "--by", "tester")
    world.settle(120)
    trail = world.sluice_json("report")["trail"]
    assert trail["order_id"] == order and trail["state"] == "SHIPPED"
    assert [row["kind"] for row in trail["decisions"]] == ["verdict.held", "order.approved"]
    assert "high_value: " in trail["decisions"][0]["reason"]
    assert trail["plans"][0]["reason"] and trail["parcels"] and trail["alerts"]
    text = world.sluice("report")[1]
    for words in ("一单的全过程", order, "高金额 high_value", "电话核实过", trail["plans"][0]["reason"],
                  "占", "生效规则"):
        assert words in text, words
    shown = world.sluice("order", "show", order)[1]
    assert shown in text


def test_nothing_is_promised_or_packed_twice(world):
    History(world).check(world.there)
