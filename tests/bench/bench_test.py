"""The instruments themselves: what they read from /proc, when a worker counts as done, medians."""
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from meter import Meter, Row, cpu_seconds, cpu_seconds_with_children, watch  # noqa: E402

BURN = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


class FakeWorker:
    """Reads as many events as the script says, one step a look."""

    name = "fake"

    def __init__(self, *events, dies=False):
        self.events, self.dies = list(events), dies

    def metric(self, _):
        return self.events.pop(0) if len(self.events) > 1 else self.events[0]

    def alive(self):
        return not (self.dies and len(self.events) == 1)

    def log_tail(self):
        return "its last words"


def test_cpu_of_a_process_grows_with_what_it_does():
    before = cpu_seconds(os.getpid())
    burn(0.2)
    assert 0.15 <= cpu_seconds(os.getpid()) - before <= 1


def test_cpu_of_nobody_is_zero():
    assert cpu_seconds(2 ** 22 + 1) == 0
    assert cpu_seconds_with_children(2 ** 22 + 1) == 0


def test_a_forking_server_is_counted_with_ended_and_living_children():
    me = os.getpid()
    before = cpu_seconds_with_children(me)
    subprocess.run([sys.executable, "-c", BURN], check=True)
    ended = cpu_seconds_with_children(me)
    assert ended - before >= 0.15
    living = subprocess.Popen([sys.executable, "-c", BURN + "input()"], stdin=subprocess.PIPE)
    try:
        time.sleep(1)
        assert cpu_seconds_with_children(me) - ended >= 0.15
    finally:
        living.communicate(b"\n")


def test_costs_are_microseconds_per_thing():
    cpu = Meter.per({"a": 1.0, "b": 2.0}, {"a": 1.5, "b": 2.0, "new": 0.1}, 1000)
    assert cpu == pytest.approx({"a": 500, "b": 0, "new": 100})


def test_watching_leaves_the_start_out_and_waits_for_quiet():
    first, last, end = watch([FakeWorker(0, 0, 512, 1024, 1500, 1500)], Meter(), 5, pause=0.01,
                             quiet=0.1)
    assert (first.events, last.events, end.events) == (512, 1500, 1500)
    assert first.at < last.at < end.at - 0.1


def test_watching_does_not_take_a_pause_for_the_end():
    events = [1] * 20 + [2]
    _, last, _ = watch([FakeWorker(*events)], Meter(), 5, pause=0.01, quiet=0.05, at_least=2)
    assert last.events == 2


def test_watching_names_what_died_and_what_never_came():
    with pytest.raises(AssertionError, match="its last words"):
        watch([FakeWorker(1, 2, dies=True)], Meter(), 5, pause=0.01)
    with pytest.raises(AssertionError, match="kafka"):
        watch([FakeWorker(1)], Meter().add("kafka", 2 ** 22 + 1), 5, pause=0.01)
    with pytest.raises(AssertionError, match="only 7 of 8 events"):
        watch([FakeWorker(7)], Meter(), 0.2, pause=0.01, at_least=8)


def test_a_row_gives_medians_ratios_and_its_best_ceiling():
    row = Row("ledger", "记账", "messages", per_order=2)
    for rate in (100, 300, 120):
        row.add(rate, {"ledger": rate / 10})
    row.ceiling("slow", 150)
    row.ceiling("fast", 600)
    result = row.json()
    assert (result["rate"], result["lowest"], result["highest"]) == (120, 100, 300)
    assert result["cpu_us"] == {"ledger": 12}
    assert [(c["what"], c["ratio"]) for c in result["ceilings"]] == [("slow", 0.8), ("fast", 0.2)]
    assert row.top == 300  # orders, not messages
    assert Row("gentle", "慢", "orders").top is None
