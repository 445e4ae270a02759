#!/usr/bin/env python3
"""Small warehouses that pack, send and stop parcels.

Reads shipments.planned, writes shipments.scanned, as a warehouse system would: a parcel is packed,
then leaves after --minutes of warehouse time (seconds here); a stop that comes before it left
stops it, one that comes after is too late. Like real ones it repeats itself: --repeat P per cent
of its reports are sent twice. A request with a lower rev than one already seen is ignored.

    warehouse.py --brokers 127.0.0.1:19092 --pack-ms 50 --leave-ms 500 [--hold] [--idle-exit S]

--hold packs but lets nothing leave (tests that stop parcels); --seed makes it repeatable.
"""
import argparse
import hashlib
import heapq
import json
import random
import signal
import struct
import sys
import time
from datetime import datetime, timezone

from confluent_kafka import Consumer, Producer

WAYBILLS = {"ZTO": "7{:013d}", "EMS": "10{:011d}", "SF": "SF{:013d}"}


def hash_id(*fields):
    """The project's id: 16 bytes of SHA-256 over length-prefixed fields, in hex."""
    digest = hashlib.sha256()
    for field in fields:
        raw = str(field).encode()
        digest.update(struct.pack(">Q", len(raw)) + raw)
    return digest.hexdigest()[:32]


def rfc3339(ms):
    moment = datetime.fromtimestamp(ms / 1000, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


class Warehouse:
    """Every parcel's life, by shipment id."""

    def __init__(self, args, send):
        self.args, self.send = args, send
        self.parcels = {}  # shipment id -> {"rev", "state", "plan"}
        self.due = []      # (when, tie, shipment id, step)
        self.ties = 0
        self.dice = random.Random(args.seed)
        self.count = {"packed": 0, "left": 0, "stopped": 0}

    def later(self, ms, shipment_id, step):
        self.ties += 1
        heapq.heappush(self.due, (time.time() * 1000 + ms, self.ties, shipment_id, step))

    def request(self, kind, plan):
        parcel = self.parcels.setdefault(plan["shipment_id"],
                                         {"rev": 0, "state": "new", "plan": plan})
        if plan["rev"] <= parcel["rev"]:
            return  # a repeat, or older than what we know
        parcel["rev"] = plan["rev"]
        if kind == "pack" and parcel["state"] == "new":
            parcel["plan"] = plan
            self.later(self.args.pack_ms, plan["shipment_id"], "packed")
        if kind == "stop":
            self.stop(parcel, plan)

    def stop(self, parcel, plan):
        if parcel["state"] == "left":
            self.report(parcel, "left", parcel["at"])  # too late: say again that it left
            return
        parcel["state"] = "stopped"
        parcel["at"] = int(time.time() * 1000)
        self.report(parcel, "stopped", parcel["at"], plan)

    def step(self):
        """Does what is due; returns how many steps remain."""
        now = time.time() * 1000
        while self.due and self.due[0][0] <= now:
            _, _, shipment_id, step = heapq.heappop(self.due)
            parcel = self.parcels[shipment_id]
            if parcel["state"] == "stopped":
                continue
            parcel["state"] = step
            parcel["at"] = int(now)
            self.report(parcel, step, parcel["at"])
            if step == "packed" and not self.args.hold:
                self.later(self.args.leave_ms, shipment_id, "left")
        return len(self.due)

    def report(self, parcel, fate, at, plan=None):
        plan = plan or parcel["plan"]
        body = {
            "shipment_id": plan["shipment_id"],
            "order_id": plan["order_id"],
            "warehouse": plan["warehouse"],
            "carrier": plan.get("carrier", ""),
            "at": at,
        }
        if fate != "stopped":
            number = int(plan["shipment_id"][:10], 16) % 10**10
            body["waybill"] = WAYBILLS.get(body["carrier"], "{:012d}").format(number)
            body["items"] = parcel["plan"].get("items", [])
        self.count[fate] += 1
        for _ in range(2 if self.dice.random() * 100 < self.args.repeat else 1):
            self.send(fate, body)


def sender(producer):
    def send(fate, body):
        event_id = hash_id(body["shipment_id"], fate, body["at"])
        producer.produce(
            "shipments.scanned",
            key=body["shipment_id"],
            value=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            headers=[
                ("ce_specversion", "1.0"),
                ("ce_id", event_id),
                ("ce_type", f"cn.sluice.shipment.{fate}.v1"),
                ("ce_source", f"/warehouse/{body['warehouse']}"),
                ("ce_time", rfc3339(body["at"])),
                ("ce_subject", body["shipment_id"]),
                ("content-type", "application/json"),
            ],
        )
        producer.poll(0)

    return send


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brokers", default="127.0.0.1:19092")
    parser.add_argument("--group", default="warehouse")
    parser.add_argument("--pack-ms", type=int, default=50)
    parser.add_argument("--leave-ms", type=int, default=500)
    parser.add_argument("--repeat", type=float, default=2.0, help="per cent of reports sent twice")
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--idle-exit", type=float, default=0, help="seconds; 0: never")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    consumer = Consumer({
        "bootstrap.servers": args.brokers,
        "group.id": args.group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": True,
        "partition.assignment.strategy": "range",
    })
    producer = Producer({
        "bootstrap.servers": args.brokers,
        "partitioner": "murmur2_random",
        "enable.idempotence": True,
        "linger.ms": 5,
    })
    warehouse = Warehouse(args, sender(producer))
    running = [True]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.clear())
    consumer.subscribe(["shipments.planned"])
    idle_since = time.time()
    while running:
        messages = consumer.consume(500, timeout=0.02)
        for message in messages:
            if message.error() or message.value() is None:
                continue
            headers = dict(message.headers() or [])
            kind = "stop" if b"stop_requested" in headers.get("ce_type", b"") else "pack"
            warehouse.request(kind, json.loads(message.value()))
        if messages or warehouse.step():
            idle_since = time.time()
        if args.idle_exit and time.time() - idle_since > args.idle_exit:
            break
    producer.flush(10)
    consumer.close()
    print(json.dumps(warehouse.count), file=sys.stderr)


if __name__ == "__main__":
    main()
