"""A shortfall is told once, as it was found: later replays neither reword nor add one."""
import time

import pytest

import payloads
from checker import History
from flow_test import bring, wait_state
from harness import World, wait_for


@pytest.fixture(scope="module")
def world():
    with World("shortfall") as it:
        it.settings["SLUICE_BATCH_COUNT_MAX"] = "1"
        it.wecom()
        it.fleet()
        yield it


def order(world, number, sku, status=2, at=0):
    payload = payloads.douyin(number, sku=sku, quantity=5, status=status,
                              at=time.time() - 600 + at)
    bring(world, "douyin", "9000001", payload)
    return f"douyin:9000001:{number}"


def told_of(world, sku):
    return [text for text in world.told() if sku in text]


def test_replays_tell_no_other_shortfall(world):
    world.stock(("SKU-SF", "HZ", 10))
    world.stock(("SKU-SF", "GZ", 10))
    world.settle()
    numbers = [f"69000000000000090{n:02d}" for n in range(0, 8, 2)]
    ids = [order(world, number, "SKU-SF") for number in numbers]
    for order_id in ids:
        wait_state(world, order_id, "RESERVED")
    world.stock(("SKU-SF", "GZ", 2))
    wait_for("the shortfall", 20, lambda: told_of(world, "SKU-SF"))
    world.sluice("order", "cancel", ids[0], "--reason", "缺货", "--by", "tester")
    wait_for("an end", 20, lambda: world.pg(
        "select 1 from orders where order_id = %s and state <> 'RESERVED'", ids[0]))
    world.settle()
    world.sluice("replay", "reserve", "--to-start", "--execute")
    world.settle()
    assert len(told_of(world, "SKU-SF")) == 1
    History(world).contents()
