"""What processes cost, from /proc, and what workers say of themselves while they drain topics."""
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """(parent, own CPU seconds, CPU seconds of children that have ended); None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    rest = text.rpartition(")")[2].split()  # the name before it may hold anything
    user, system, child_user, child_system = (int(value) for value in rest[11:15])
    return int(rest[1]), (user + system) / TICKS, (child_user + child_system) / TICKS


def cpu_seconds(pid):
    """User and system time of one process, all threads."""
    found = _stat(pid)
    return found[1] if found else 0.0


def cpu_seconds_with_children(pid):
    """A server that forks: itself, what its ended children cost, and its living ones."""
    found = _stat(pid)
    if not found:
        return 0.0
    total = found[1] + found[2]
    for name in os.listdir("/proc"):
        child = _stat(name) if name.isdigit() else None
        if child and child[0] == pid:
            total += child[1]
    return total


class Meter:
    """Named processes; read() gives each one's CPU seconds so far."""

    def __init__(self):
        self.reads = {}

    def add(self, name, pid, forks=False):
        self.reads[name] = (cpu_seconds_with_children if forks else cpu_seconds, pid)
        return self

    def read(self):
        return {name: fn(pid) for name, (fn, pid) in self.reads.items()}

    def gone(self):
        return [name for name, (_, pid) in self.reads.items() if not _stat(pid)]

    @staticmethod
    def per(before, after, count):
        """Microseconds of each process per thing done."""
        return {name: (after[name] - before.get(name, 0.0)) * 1e6 / max(count, 1)
                for name in after}


@dataclass
class Sample:
    at: float
    events: float
    cpu: dict


def watch(workers, meter, seconds, pause=0.05, quiet=1.5, at_least=1):
    """Follows workers until they have read at least so many events and then none for `quiet`
    seconds. Returns three samples: the first with events, the last that brought some, the end.
    Rates are taken between the first two, so that starting and joining the group are not in
    them; CPU between first and end, so that what is put off (folding) is."""
    end, first, last = time.monotonic() + seconds, None, None
    while True:
        events = sum(worker.metric("sluice_events_in_total") for worker in workers)
        now = Sample(time.monotonic(), events, meter.read())
        if events and not first:
            first = now
        if first and (not last or events > last.events):
            last = now
        if last and events >= at_least and now.at - last.at > quiet:
            return first, last, now
        dead = [worker.name for worker in workers if not worker.alive()]
        assert not dead, f"{dead} ended: {workers[0].log_tail()}"
        assert not meter.gone(), f"{meter.gone()} ended: see build/bench/server-logs"
        assert now.at < end, f"after {seconds} s only {events:.0f} of {at_least} events were read"
        time.sleep(pause)


@dataclass
class Row:
    """One line of the result: a part, its rate, what it cost, and its ceilings."""

    part: str
    chinese: str
    unit: str                                      # of what the rate counts: "orders"
    rates: list = field(default_factory=list)      # one of each run
    cpu: dict = field(default_factory=dict)        # process → µs per unit, one of each run
    ceilings: dict = field(default_factory=dict)   # what → list of rates, one of each run
    notes: list = field(default_factory=list)
    per_order: float = 1.0                         # units of this part that one order makes

    def add(self, rate, cpu):
        self.rates.append(rate)
        for name, value in cpu.items():
            self.cpu.setdefault(name, []).append(value)

    def ceiling(self, what, rate):
        self.ceilings.setdefault(what, []).append(rate)

    @property
    def rate(self):
        return statistics.median(self.rates)

    @property
    def top(self):
        """The best ceiling, in orders a second; None without one."""
        return max((statistics.median(rates) / self.per_order
                    for rates in self.ceilings.values()), default=None)

    def json(self):
        return {
            "part": self.part, "unit": self.unit,
            "rate": round(self.rate), "lowest": round(min(self.rates)),
            "highest": round(max(self.rates)),
            "cpu_us": {name: round(statistics.median(values), 1)
                       for name, values in self.cpu.items()},
            "ceilings": [{"what": what, "rate": round(statistics.median(rates)),
                          "lowest": round(min(rates)), "highest": round(max(rates)),
                          "ratio": round(self.rate / statistics.median(rates), 3)}
                         for what, rates in self.ceilings.items()],
            "notes": self.notes,
        }
