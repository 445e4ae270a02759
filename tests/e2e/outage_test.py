"""A store goes away for twenty seconds in the middle of a sale; the fleet goes on by itself."""
import time

import pytest

from checker import History, stock_of
from harness import World
from servers import Kafka, Postgres, Redis

OUTAGE_S = 20
ORDERS = 1200


@pytest.fixture(scope="module")
def world():
    with World("outage") as it:
        words = ("--skus", 60, "--seed", 3)
        stock = it.sale("--orders", 10, *words, "--stock")
        it.there = stock_of(stock)
        it.wecom().warehouse()
        it.fleet(replicas=1, reserve=2)
        it.sluice("stock", "set", "--file", "-", text=stock.encode())
        it.settle()
        it.supervise()
        it.seed = 100
        yield it


def sell(world):
    world.seed += 1
    sale = world.sale("--orders", ORDERS, "--skus", 60, "--seed", world.seed)
    world.sluice("import", "--sale", "-", text=sale.encode(), check=False)


def frozen_redis():
    redis = Redis()
    redis.freeze()
    time.sleep(OUTAGE_S)
    redis.thaw()


def emptied_redis():
    redis = Redis()
    redis.stop()
    redis.start()


def stopped_kafka():
    kafka = Kafka()
    kafka.stop()
    time.sleep(OUTAGE_S)
    kafka.start()


def stopped_postgres():
    postgres = Postgres()
    postgres.stop()
    time.sleep(OUTAGE_S)
    postgres.start()


@pytest.mark.parametrize("outage", [frozen_redis, emptied_redis, stopped_kafka, stopped_postgres])
def test_the_fleet_goes_on_by_itself(world, outage):
    sell(world)
    outage()
    if outage is not stopped_kafka:
        sell(world)
    world.settle(240)
    History(world).check(world.there)
