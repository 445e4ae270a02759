"""Replays change nothing: all groups set back, then orders.raw ingested again."""
import json

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from checker import History, one_content, stock_of
from harness import WORKERS, World

TABLES = {
    "orders": "order_id, rev, state, reason, stage, digest, total_fen, paid",
    "order_lines": "order_id, line_id",
    "order_gates": "order_id, gate, state, reason, rev",
    "gate_trail": "order_id, gate, state, reason, rev, event_id",
    "shipments": "shipment_id, order_id, warehouse, carrier, state, left_at",
    "reservations": "order_id, sku, units",
    "alerts": "alert_id, state",
}


def rows(world):
    return {table: world.pg(f"select {columns} from {table} order by {columns}")
            for table, columns in TABLES.items()}


def counters(world):
    views = world.sluice_json("stock", "show")
    return {v["sku"]: (v["physical"], v["promised"], v["allocated"], v["free"]) for v in views}


def rewind(world, groups):
    """Stops the groups' workers, sets every offset to the first message, starts them again."""
    admin = AdminClient({"bootstrap.servers": world.brokers})
    for worker in world.workers:
        if worker.name in groups:
            worker.stop()
    for group in groups:
        answer = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
        parts = answer[group].result().topic_partitions
        back = [TopicPartition(p.topic, p.partition, 0) for p in parts]
        admin.alter_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, back)])[group].result()
    for worker in world.workers:
        if worker.name in groups:
            worker.start()
    for worker in world.workers:
        worker.wait_ready(60)


@pytest.fixture(scope="module")
def world():
    with World("replay") as it:
        it.words = words = ("--orders", 1500, "--skus", 60, "--seed", 7)
        it.prices(*words)
        it.wecom().warehouse()
        it.fleet()
        stock = it.sale(*words, "--stock")
        it.there = stock_of(stock)
        it.sluice("stock", "set", "--file", "-", text=stock.encode())
        it.settle()
        it.sluice("import", "--sale", "-", text=it.sale(*words).encode(), check=False)
        it.settle(180)
        yield it


def snapshot(world):
    return rows(world), counters(world), len(world.told()), History(world)


def same(before, after):
    for table in TABLES:
        assert before[0][table] == after[0][table], f"{table} changed"
    assert before[1] == after[1], "counters changed"
    assert before[2] == after[2], "alerts were told again"


def same_bytes(history):
    """What was announced again has the bytes and the ce_ headers of the first."""
    history.contents()
    one_content(history.world.read("orders.changes"), lambda m: m.ce()["ce_id"])
    one_content(history.world.read("shipments.verified"), lambda m: m.ce()["ce_id"])


def test_the_sale_is_sound_before(world):
    History(world).check(world.there)


def test_the_odd_orders_are_held_and_hardly_another(world):
    truth = json.loads(world.sale(*world.words, "--truth"))
    odd = set(truth["odd_orders"])
    held = {row[0] for row in world.pg(
        "select order_id from order_gates where gate = 'anomaly' and state = 'stopped'")}
    assert odd and odd <= held, sorted(odd - held)[:5]
    assert len(held - odd) <= truth["orders"] // 100, (len(held), len(odd))


def test_all_groups_set_back_change_nothing(world):
    before = snapshot(world)
    rewind(world, WORKERS)
    world.settle(240)
    after = snapshot(world)
    same(before, after)
    same_bytes(after[3])


def test_raw_ingested_again_changes_nothing(world):
    before = snapshot(world)
    rewind(world, ["ingest"])
    world.settle(240)
    after = snapshot(world)
    same(before, after)
    same_bytes(after[3])
    History(world).check(world.there)
