"""What must hold after any history, read from the topics, PostgreSQL and Redis.

Shares no code with the fleet: bodies are read as plain JSON, counters as plain sums.
"""
import json
from collections import defaultdict

FINAL = {"REFUSED", "REJECTED", "CANCELLED", "SHIPPED"}


def one_content(messages, identity):
    """One (order, rev) has one content for ever: the same id, the same bytes, the same headers."""
    seen = {}
    for message in messages:
        key = identity(message)
        first = seen.setdefault(key, message)
        assert message.bytes == first.bytes, f"{key}: two contents\n{first.bytes}\n{message.bytes}"
        assert message.ce() == first.ce(), f"{key}: two headers\n{first.ce()}\n{message.ce()}"
    return seen


def latest(messages):
    """The newest answer of each order."""
    newest = {}
    for message in messages:
        body = message.body
        if body["rev"] >= newest.get(body["order_id"], {"rev": 0})["rev"]:
            newest[body["order_id"]] = body
    return newest


class History:
    """One reading of everything."""

    def __init__(self, world):
        self.world = world
        self.reserved = world.read("orders.reserved")
        self.screened = world.read("orders.screened")
        self.routed = world.read("orders.routed")
        self.planned = world.read("shipments.planned")
        self.alerts = world.read("alerts.raised")
        self.sent = world.read("alerts.sent")
        self.left = self.parcels_left()

    def parcels_left(self):
        """shipment id → items, of parcels that left the building."""
        return {m.body["shipment_id"]: m.body.get("items", [])
                for m in self.world.read("shipments.scanned") if m.kind == "shipment.left"}

    def contents(self):
        for messages, kind in ((self.reserved, "reserved"), (self.screened, "screened"),
                               (self.routed, "routed")):
            one_content(messages, lambda m, k=kind: (k, m.body["order_id"], m.body["rev"]))
        one_content(self.planned, lambda m: (m.body["shipment_id"], m.body["rev"], m.kind))
        one_content(self.alerts, lambda m: m.body["alert_id"])
        one_content(self.sent, lambda m: m.body["alert_id"])

    def orders(self):
        """order id → the newest thing said of it: stock's answer or the plan behind it."""
        return latest(self.reserved + self.routed)

    def promised(self):
        """SKU → units promised and not left, from the newest answers alone."""
        units = defaultdict(int)
        for body in self.orders().values():
            if body["state"] in FINAL:
                continue
            for item in body.get("claimed", []):
                units[item["sku"]] += item["units"]
        return units

    def plans(self):
        """Every promised, cleared and paid order has exactly one open plan; no order two."""
        open_parcels = defaultdict(dict)
        for message in self.planned:
            body = message.body
            held = open_parcels[body["order_id"]].get(body["shipment_id"], {"rev": 0})
            if body["rev"] >= held["rev"]:
                open_parcels[body["order_id"]][body["shipment_id"]] = {
                    "rev": body["rev"], "stop": "stop_requested" in message.kind,
                    "units": sum(i["units"] for i in body.get("items", []))}
        routed = latest(self.routed)
        verdicts = {(m.body["order_id"], m.body["rev"]): m.body.get("verdict", {}).get("kind")
                    for m in self.screened}
        for order_id, body in latest(self.reserved).items():
            parcels = [p for p in open_parcels[order_id].values() if not p["stop"]]
            revs = {p["rev"] for p in parcels}
            assert len(revs) <= 1, f"{order_id}: parcels of plans {revs} are open together"
            clear = verdicts.get((order_id, body["rev"])) == "clear"
            if body["state"] == "RESERVED" and body.get("paid") and clear:
                unroutable = order_id not in routed and order_id in self.unroutable()
                assert parcels or unroutable, f"{order_id}: promised, clear, paid, and no plan"
        return open_parcels

    def unroutable(self):
        return {m.key for m in self.world.read("orders.changes") if m.kind == "order.unroutable"}

    def ledger(self):
        """PostgreSQL has one row per order, and it says what the topics say last."""
        rows = dict(self.world.pg("select order_id, rev from orders where rev > 0"))
        newest = {order_id: body["rev"] for order_id, body in latest(self.reserved).items()}
        assert set(rows) == set(newest), (
            f"orders in PostgreSQL and in the topics differ: "
            f"{list(set(rows) ^ set(newest))[:5]}")
        states = dict(self.world.pg("select order_id, state from orders where rev > 0"))
        for order_id, body in latest(self.reserved).items():
            assert rows[order_id] >= body["rev"], f"{order_id}: row at {rows[order_id]}"
            assert states[order_id] == body["state"], (
                f"{order_id}: row {states[order_id]}, topic {body['state']}")

    def stock(self, there):
        """there: SKU → units that lay in the warehouses. Nothing promised twice."""
        promised = self.promised()
        gone = defaultdict(int)
        for items in self.left.values():
            for item in items:
                gone[item["sku"]] += item["units"]
        for sku in set(promised) | set(gone):
            assert promised[sku] + gone[sku] <= there.get(sku, 0), (
                f"{sku}: {promised[sku]} promised and {gone[sku]} left of {there.get(sku, 0)}")
        return promised, gone

    def counters(self):
        """The hot counters say what the ledger says."""
        code, out, err = self.world.sluice("stock", "verify", "--settle", 20, "--json", check=False)
        assert code == 0, f"stock verify: {out[-1500:]}{err[-500:]}"

    def report(self):
        report = self.world.sluice_json("report")
        for name in ("promised_twice", "packed_beyond", "planned_twice"):
            assert report[name] == 0, f"{name} is {report[name]}"
        return report

    def told_once(self):
        """Each alert raised was told once, by itself or in a digest, or given up by name; and what
        is said of it is what stands in the queue."""
        raised = {m.body["alert_id"] for m in self.alerts}
        sent = {m.body["alert_id"]: m.body for m in self.sent}
        assert raised == set(sent), f"{len(raised - set(sent))} of {len(raised)} were never told"
        states = dict(self.world.pg("select alert_id, state from alert_sends"))
        for alert_id, body in sent.items():
            assert body["outcome"] in ("delivered", "digested", "given_up"), body
            assert body["outcome"] == states[alert_id], body
            assert body["outcome"] != "given_up" or body["reason"], body

    def check(self, there):
        self.contents()
        self.ledger()
        self.plans()
        self.stock(there)
        self.counters()
        self.told_once()
        return self.report()


def stock_of(lines):
    """SKU → units over all warehouses, from `sluice sale --stock` lines."""
    units = defaultdict(int)
    for line in lines.splitlines():
        row = json.loads(line)
        units[row["sku"]] += row["quantity"]
    return units
