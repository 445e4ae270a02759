"""The parts that are measured. README.md says why these and why these ceilings."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from meter import Meter, Row, watch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from harness import BUILD, ROOT, Worker, World, wait_for  # noqa: E402
from servers import Kafka, Postgres, Redis  # noqa: E402

Worker.ports = iter(range(23000, 25000))  # not those of tests that may run beside

TOOLS = ROOT / "build" / "bench"
BATCH = 512  # the workers' own
RESERVE_ORDERS = 51200
ROUTE_ORDERS = 50000
ROUTE_MIXES = {"one": "每仓都有货", "plain": "多数仓有货", "split": "必须拆单", "decide": "整个决定"}
GENTLE_RATE = 1000
PATIENCE = 600
STAGES = {"ingest": "orders.raw", "reserve": "orders.changes", "anomaly": "orders.reserved",
          "route": "orders.screened"}
FREE = "librdkafka copies the same messages, running free"
CYCLE = f"the same in the workers' cycle: every {BATCH} flushed and committed"
COPY_PLAIN = "COPY of the same rows, one transaction, no index"
COPY_INDEXED = "COPY of the same rows, one transaction, the same indexes"
CHINESE = {"ingest": "归一 ingest", "reserve": "锁库存 reserve", "anomaly": "异常拦截 anomaly",
           "route": "分仓 route"}


class BenchWorld(World):
    """The stack goes away after the run, so a database that autovacuum is busy in may stay."""

    def close(self):
        try:
            super().close()
        except psycopg.errors.InsufficientPrivilege:
            pass


def generator(name, *words):
    """Runs a load generator; its lines as dicts."""
    done = subprocess.run([str(TOOLS / name), *map(str, words)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{name} {' '.join(map(str, words))}: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def rate_of(said):
    return said["count"] * 1e6 / said["took_us"]


def servers(meter):
    return (meter.add("kafka", Kafka().pid()).add("redis", Redis().pid())
            .add("postgres", Postgres().pid(), forks=True))


# ---- the stock script ----

def reserve_script(settings, say):
    """The real script in batches, against as many bare hash writes and against a trip a line."""
    for lines in (1, 2):
        say(f"reserve: the stock script, {lines} line(s) an order")
        row = Row("stock script", f"库存脚本，每单 {lines} 行，{BATCH} 单一批", "orders")
        row.notes.append("Redis takes the time; client is what packs and unpacks")
        for said in generator("bench_reserve", "--redis", settings.redis_url, "--lines", lines,
                              "--orders", RESERVE_ORDERS, "--batch", BATCH, "--runs",
                              settings.runs):
            if said["what"] == "script":
                row.add(rate_of(said), {"redis": said["server_us"] / said["count"],
                                        "client": said["client_us"] / said["count"]})
            elif said["what"] == "bulk":
                row.ceiling("as many writes in one bare script call a batch", rate_of(said))
            else:
                row.ceiling("one round trip an order line", rate_of(said))
        yield row


# ---- the solver of route ----

def route_solver(settings, say):
    """The solver on ordinary orders, against reading each of their numbers once."""
    for mix, chinese in ROUTE_MIXES.items():
        say(f"solver: route on {mix} orders")
        row = Row(f"route, {mix}", f"分仓，{chinese}", "orders")
        for said in generator("bench_route", "--mix", mix, "--orders", ROUTE_ORDERS, "--runs",
                              settings.runs):
            rate = 1e9 / said["median_ns"]
            if said["what"] == "solve":
                row.add(rate, {"solver": said["client_us"] / said["count"]})
                row.notes = [f"an order {said['median_ns']:,} ns in the median, {said['p99_ns']:,} "
                             f"ns at 99 %; {said['parcels'] / said['count']:.2f} parcels"]
            else:
                row.ceiling("every number of the order read once", rate)
        yield row


# ---- worker after worker, each alone on a topic that is full ----

def bring_stock(world, settings, reserve):
    """Stock is there before orders come, or they would all wait for it and be nudged."""
    world.sluice("stock", "set", "--file", settings.sale / "stock.jsonl", seconds=PATIENCE)
    held = held_by(world, ["stock.feed"])
    wait_for("reserve to take the stock in", PATIENCE,
             lambda: reserve.metric("sluice_events_in_total") >= held)


def bring_orders(world, settings, *words):
    """The sale's payloads, as fast as they go. Returns the CPU seconds of bringing."""
    before = os.times()
    world.sluice("import", "--sale", *words, settings.sale / "sale.jsonl", seconds=PATIENCE)
    after = os.times()
    return after.children_user + after.children_system \
        - before.children_user - before.children_system


def held_by(world, topics):
    """Messages in these topics."""
    probe = Consumer({"bootstrap.servers": world.brokers, "group.id": "bench-probe"})
    try:
        known = probe.list_topics(timeout=20).topics
        return sum(high - low for topic in topics for number in known[topic].partitions
                   for low, high in [probe.get_watermark_offsets(TopicPartition(topic, number),
                                                                 timeout=20)])
    finally:
        probe.close()


def read_by(worker):
    """The topics a worker reads, of those that hold orders' events."""
    rows = json.loads((ROOT / "schemas" / "topics.json").read_text())["topics"]
    return [row["name"] for row in rows if worker in row["readers"] and row["name"] != "rules"]


def raw_loop(world, settings, topic, count, row):
    """The same messages copied by librdkafka: running free, and in the workers' cycle."""
    out = f"bench.{topic}"
    admin = AdminClient({"bootstrap.servers": world.brokers})
    admin.create_topics([NewTopic(out, 12, 1)])[out].result()
    for what, batch in ((FREE, 0), (CYCLE, BATCH)):
        for said in generator("bench_loop", "--brokers", world.brokers, "--in", topic, "--out", out,
                              "--count", count, "--batch", batch, "--runs", settings.runs):
            row.ceiling(what, rate_of(said))
    admin.delete_topics([out])[out].result()


def steps_of(worker):
    """Where a worker's time went, by its own counters."""
    took = {step: worker.metric(f"sluice_{step}_seconds_total")
            for step in ("fill", "handle", "publish", "commit")}
    return ", ".join(f"{step} {value:.2f} s" for step, value in took.items())


def drain(world, name, topics):
    """One worker alone, until it has read all that these topics hold. Returns events a second,
    CPU per event, the worker, and how many there were."""
    held = held_by(world, topics)
    worker = world.worker(name).start()
    meter = servers(Meter().add(name, worker.process.pid))
    first, last, end = watch([worker], meter, PATIENCE, at_least=held)
    events = last.events - first.events
    return events / (last.at - first.at), Meter.per(first.cpu, end.cpu, events), worker, held


def stages(settings, say):
    """ingest, reserve, anomaly, route and ledger, one after the other."""
    rows = {name: Row(name, CHINESE[name], "messages") for name in STAGES}
    rows["ledger"] = Row("ledger", "记账 ledger", "orders")
    warm_up(settings, say)
    for run in range(settings.runs):
        with BenchWorld("bench") as world:
            say(f"stages, run {run + 1} of {settings.runs}: {settings.orders} orders")
            keeper = world.worker("reserve").start()
            bring_stock(world, settings, keeper)
            keeper.stop()
            bring_orders(world, settings)
            for name, topic in STAGES.items():
                say(f"stages: {name} drains {topic}")
                rate, cpu, worker, held = drain(world, name, [topic])
                rows[name].add(rate, cpu)
                say(f"stages: {name} {rate:,.0f} messages/s")
                rows[name].per_order = held / settings.orders
                rows[name].notes = [f"{held} messages; {steps_of(worker)}"]
                worker.stop()
                if run == 0:
                    say(f"stages: the raw loop over {topic}")
                    raw_loop(world, settings, topic, held_by(world, [topic]), rows[name])
            ledger(world, say, rows["ledger"])
    yield from rows.values()


# ---- the ledger ----

def table_counts(world):
    """Rows by table; a partitioned one counts as one."""
    names = world.pg("select relname from pg_class where relnamespace = 'public'::regnamespace"
                     " and relkind in ('r', 'p') and not relispartition")
    return {name: world.pg(f'select count(*) from "{name}"')[0][0] for (name,) in names}


def columns_of(pg, name):
    """Those that are written: a generated one is nobody's to give."""
    return pg.execute("select string_agg(quote_ident(attname), ', ' order by attnum)"
                      " from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
                      " and attgenerated = '' and not attisdropped", [name]).fetchone()[0]


def copy_out(pg, name):
    """A table's rows as COPY gives them: what to write them into, and the bytes."""
    columns = columns_of(pg, name)
    query = f'copy (select {columns} from "{name}") to stdout (format binary)'
    with pg.cursor().copy(query) as copy:
        return f'"bench_{name}" ({columns})', b"".join(bytes(part) for part in copy)


def copy_in(pg, bodies, like):
    """All rows into new tables, in one transaction; returns its seconds."""
    began = time.monotonic()
    with pg.transaction():
        for name, (target, body) in bodies.items():
            pg.execute(f'create table "bench_{name}" (like "{name}" {like})')
            with pg.cursor().copy(f"copy {target} from stdin (format binary)") as copy:
                copy.write(body)
    took = time.monotonic() - began
    for name in bodies:
        pg.execute(f'drop table "bench_{name}"')
    return took


def copy_ceiling(world, names, orders, row):
    """The very rows that the ledger wrote, brought in by COPY."""
    with psycopg.connect(world.pg_url, autocommit=True) as pg:
        bodies = {name: copy_out(pg, name) for name in names}
        for what, like in ((COPY_PLAIN, "including generated"), (COPY_INDEXED, "including all")):
            row.ceiling(what, orders / copy_in(pg, bodies, like))


def ledger(world, say, row):
    say("stages: ledger drains what all have written")
    before = table_counts(world)
    rate, cpu, worker, held = drain(world, "ledger", read_by("ledger"))
    after = table_counts(world)
    orders, grown = after["orders"], [name for name in after if after[name] > before[name]]
    rows = sum(after[name] - before[name] for name in grown)
    row.add(rate * orders / held, {name: value * held / orders for name, value in cpu.items()})
    row.notes = [f"{held} messages, {held / orders:.1f} an order, at {rate:,.0f} a second; "
                 f"{rows} rows in {len(grown)} tables; {steps_of(worker)}"]
    worker.stop()
    say("stages: COPY of the same rows")
    copy_ceiling(world, grown, orders, row)


# ---- end to end ----

def warm_up(settings, say):
    """The broker compiles its code while it runs for the first time; nobody measures that."""
    if not settings.warm:
        say("warming up: the sale once through the fleet, not measured")
        sale_through(settings, say, "bench")
        settings.warm = True


def sale_through(settings, say, name, *words):
    """A sale through one replica of each worker. Returns the report and CPU per order."""
    with BenchWorld(name) as world:
        world.wecom()
        world.fleet()
        meter = servers(Meter())
        for worker in world.workers:
            meter.add(worker.name, worker.process.pid)
        bring_stock(world, settings, world.find("reserve"))
        before = meter.read()
        bringing = bring_orders(world, settings, *words)
        watch(world.workers, meter, PATIENCE, pause=0.5, quiet=3)
        after = meter.read()
        report = world.sluice_json("report") | {"batches": batches_of(world.workers)}
        cpu = Meter.per(before | {"import": 0.0}, after | {"import": bringing}, report["orders"])
    assert report["promised_twice"] == 0 and report["planned_orders"] > 0, report
    say(f"end to end: {report['planned_orders']} of {report['orders']} orders planned")
    return report, cpu


def latency(report):
    return (f"entry to plan p50 {report['plan_p50_ms']} ms, p99 {report['plan_p99_ms']} ms, "
            f"slowest {report['plan_max_ms']} ms; {report['batches']}")


def batches_of(workers):
    """Small batches are what makes a broker's share of the CPU large."""
    sizes = {worker.name: worker.metric("sluice_events_in_total")
             / max(worker.metric("sluice_batches_total"), 1) for worker in workers}
    return "messages a batch: " + ", ".join(
        f"{name} {size:.0f}" for name, size in sizes.items() if size)


def end_to_end(settings, say, ceilings):
    """From the first payload in orders.raw to the last plan, at full load and at a gentle rate.
    `ceilings`: of the parts, in orders a second."""
    warm_up(settings, say)
    full = Row("end to end", "全程：从进入到分仓", "orders")
    gentle = Row("gentle", f"全程，每秒 {GENTLE_RATE} 单", "orders")
    for run in range(settings.runs):
        say(f"end to end, run {run + 1} of {settings.runs}: {settings.orders} orders, full load")
        report, cpu = sale_through(settings, say, "bench")
        full.add(rate_planned(report), cpu)
        full.notes.append(latency(report))
    say(f"end to end at {GENTLE_RATE} payloads a second")
    report, cpu = sale_through(settings, say, "bench", "--rate", str(GENTLE_RATE))
    gentle.add(rate_planned(report), cpu)
    gentle.notes = [latency(report)]
    if ceilings:
        full.ceiling("slowest ceiling of a part", min(ceilings))
        full.ceiling("all parts' ceilings on the same cores, one after the other",
                     1 / sum(1 / rate for rate in ceilings))
    yield from (full, gentle)


def rate_planned(report):
    return report["orders"] * 1000 / (report["last_planned_at"] - report["first_entered_at"])
