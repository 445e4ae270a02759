"""Each group of a running fleet is read again from the start by `sluice replay`, while the others
run on: nobody is stopped, and nothing changes."""
import pytest

from checker import History, stock_of
from harness import WORKERS, World
from replay_test import same, same_bytes, snapshot

WORDS = ("--orders", 200, "--skus", 20, "--seed", 7)


@pytest.fixture(scope="module")
def world():
    with World("live_replay") as it:
        it.prices(*WORDS)
        it.wecom().warehouse()
        it.fleet(replicas=2)
        stock = it.sale(*WORDS, "--stock")
        it.there = stock_of(stock)
        it.sluice("stock", "set", "--file", "-", text=stock.encode())
        it.settle()
        it.sluice("import", "--sale", "-", text=it.sale(*WORDS).encode(), check=False)
        it.settle(180)
        yield it


def test_every_group_is_moved_while_the_others_run(world):
    before = snapshot(world)
    pids = [worker.process.pid for worker in world.workers]
    for group in WORKERS:
        done = world.sluice_json("replay", group, "--to-start", "--execute")
        assert done["executed"] is True and done["again"] > 0, group
        for worker in world.workers:
            assert worker.alive(), f"{worker.name} while {group} was moved"
    world.settle(240)
    after = snapshot(world)
    same(before, after)
    same_bytes(after[3])
    assert [worker.process.pid for worker in world.workers] == pids
    for worker in world.workers:
        worker.wait_ready(30)
    History(world).check(world.there)
