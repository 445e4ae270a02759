"""Every crash point of every worker is hit, and nothing is lost or doubled.

One fleet, one growing sale. For each point a worker is started that dies there by SIGKILL, a
slice of orders goes in, the worker is seen to die, and a sound one takes its place. After each
worker's points the whole history is checked.
"""
import json
import subprocess

import pytest

import payloads
from checker import History
from harness import BUILD, WORKERS, World, wait_for

SLICE = 12  # orders per crash point
SKUS = [f"SKU-{n}" for n in range(8)]


def points_of(worker):
    done = subprocess.run([str(BUILD / "workers" / worker / f"sluice-{worker}"), "--crash-points"],
                          capture_output=True, text=True, check=True)
    return done.stdout.split()


POINTS = [(worker, point) for worker in WORKERS for point in points_of(worker)]


@pytest.fixture(scope="module")
def world():
    with World("crash") as it:
        it.wecom().warehouse()
        it.fleet()
        # Enough for every odd order of every point: one that waits raises no alert.
        it.there = {sku: 40000 for sku in SKUS}
        it.stock(*[(sku, warehouse, 20000) for sku in SKUS for warehouse in ("HZ", "CD")])
        it.settle()
        it.next = 0
        yield it


def bring_slice(world):
    """Orders of all kinds: most plain, some odd (held, so that alerts flow)."""
    lines = []
    for n in range(SLICE):
        world.next += 1
        number = 6900000000001000000 + 10 * world.next
        odd = n % 4 == 0
        lines.append(payloads.douyin(number, sku=SKUS[world.next % len(SKUS)],
                                     quantity=60 if odd else 1))
    path = world.folder / "slice.jsonl"
    path.write_bytes(b"\n".join(lines))
    world.sluice("import", "douyin", "9000001", path)


def test_every_worker_has_crash_points():
    assert {worker for worker, _ in POINTS} == set(WORKERS)
    assert len(POINTS) >= 4 * len(WORKERS)


@pytest.mark.parametrize("worker,point", POINTS, ids=[f"{w}-{p}" for w, p in POINTS])
def test_killed_there_nothing_is_lost(world, worker, point):
    replica = world.find(worker)
    replica.stop()
    if point.startswith("rebuild."):
        world.redis().flushall()  # Redis forgets: whoever starts must rebuild it
    replica.start(crash=point)
    bring_slice(world)
    assert replica.wait_death(60) == -9, f"{worker} did not die at {point}"
    replica.start().wait_ready(60)
    if (worker, point) == [p for p in POINTS if p[0] == worker][-1]:
        world.settle(120)
        History(world).check(world.there)


def test_every_order_came_through(world):
    world.settle(120)
    states = dict(world.pg("select state, count(*) from orders group by state"))
    assert sum(states.values()) == world.next, states
    assert set(states) <= {"SHIPPED", "RESERVED"}, states
    held = world.pg("select count(*) from order_gates where gate = 'anomaly' and state = 'stopped'")
    assert held[0][0] == world.next // 4
    report = wait_for("every parcel to leave", 60, lambda: (
        lambda r: r if r["parcels_left"] == r["parcels_planned"] else None)(
            json.loads(world.sluice("report", "--json")[1])))
    assert report["promised_twice"] == 0
