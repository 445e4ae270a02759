"""A stampede on one SKU, while reserve is killed three times and Redis once."""
import os
import random
import time

import payloads
from checker import History
from harness import World, wait_for
from servers import Redis

ORDERS = int(os.environ.get("SLUICE_CHECK_LOAD_ORDERS", "100000"))
UNITS = 1000


def bring(world):
    """All orders through one pipe, as fast as they go."""
    path = world.folder / "stampede.jsonl"
    at = int(time.time())
    with open(path, "wb") as out:
        one = payloads.douyin(6910000000000000000, sku="SKU-HOT", at=at)
        for n in range(ORDERS):
            number = str(6910000000000000000 + 10 * n).encode()
            child = str(6910000000000000000 + 10 * n + 1).encode()
            out.write(one.replace(b"6910000000000000000", number)
                      .replace(b"6910000000000000001", child)
                      .replace(b"INVopen0000", b"INVopen%d" % n)
                      .replace(b"INVaddr0000", b"INVaddr%d" % n) + b"\n")
    world.sluice("import", "douyin", "9000001", path, seconds=300)


def restart_redis_empty(world):
    """SIGKILL, and a fresh one on the same port: it knows nothing."""
    redis = Redis()
    redis.kill()
    time.sleep(1)
    redis.start()


def test_a_stampede_promises_exactly_what_is_there():
    dice = random.Random(20261111)
    with World("load") as world:
        world.fleet(reserve=2)
        world.stock(("SKU-HOT", "HZ", UNITS))
        world.settle()
        world.supervise()
        before = world.pg("select epoch from stock_epoch")[0][0]
        bring(world)
        answered = "select count(*) from orders where rev > 0"
        steps = sorted(dice.sample(range(5, 80), 3))
        redis_at = dice.randrange(20, 70)
        for percent in sorted(steps + [redis_at]):
            wait_for(f"{percent} % answered", 300, lambda p=percent:
                     world.pg(answered)[0][0] >= ORDERS * p // 100)
            if percent == redis_at:
                restart_redis_empty(world)
            else:
                world.find("reserve", dice.randrange(2)).kill()
        world.settle(600)

        history = History(world)
        report = history.check({"SKU-HOT": UNITS})
        assert report["promised_units"] == UNITS
        assert sum(history.promised().values()) == UNITS
        assert world.sluice_json("stock", "show", "SKU-HOT")[0]["promised"] == UNITS
        rows = dict(world.pg("select state, count(*) from orders group by state"))
        assert rows == {"RESERVED": UNITS, "WAIT": ORDERS - UNITS}, rows
        claims = world.pg("select coalesce(sum(r.units), 0) from reservations r join orders o"
                          " using (order_id) where o.state = 'RESERVED'")[0][0]
        assert claims == UNITS
        assert world.pg("select epoch from stock_epoch")[0][0] > before, "Redis was not rebuilt"
