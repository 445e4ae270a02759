"""Servers, workers and topics as classes, for tests that drive the built binaries.

A World is a clean slate on the running stack: its own database, an empty Redis, fresh topics.
Nothing here sleeps for luck: every wait is for something that can be seen, with a time limit.
"""
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psycopg
import redis
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SLUICE_BUILD", ROOT / "build" / "dev"))
WORKERS = ["ingest", "reserve", "anomaly", "route", "verify", "notify", "ledger"]
OUT = ROOT / "build" / "e2e"
TICK = 0.05


def env_of(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set: run `ops/stack up` and `source build/stack/env`")
    return value


def free_port():
    """A port nobody has; the kernel does not give it out again soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    """In the child: the kernel kills it when the test run ends, however that ends."""
    ctypes.CDLL("libc.so.6", use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def wait_for(what, seconds, condition):
    """Waits until condition() is true and returns it; fails naming what was waited for."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(TICK)


class Worker:
    """One replica of one worker: started, killed, stopped, asked."""

    def __init__(self, world, name, index=0, **extra):
        self.world, self.name, self.index, self.extra = world, name, index, extra
        self.process, self.port = None, None
        self.supervised = False
        self.log_path = world.folder / f"{name}-{index}.log"

    def start(self, crash=None):
        self.port = free_port()
        env = self.world.env() | {"SLUICE_PROBE_PORT": str(self.port)}
        env |= {key: str(value) for key, value in self.extra.items()}
        if crash:
            env["SLUICE_CRASH"] = crash
        log = open(self.log_path, "ab")
        program = BUILD / "workers" / self.name / f"sluice-{self.name}"
        self.process = subprocess.Popen([str(program)], env=env, stdout=log, stderr=log,
                                        preexec_fn=die_with_parent)
        log.close()
        return self

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self):
        return self.alive() and self.get("/readyz")[0] == 200

    def wait_ready(self, seconds=30):
        wait_for(f"{self.name}-{self.index} ready\n{self.log_tail()}", seconds, self.ready)
        return self

    def metric(self, name):
        """The sum of a metric over its labels; 0 when it is not there."""
        total = 0.0
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " ") or line.startswith(name + "{"):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def signal(self, number):
        if self.alive():
            self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        if self.process:
            self.process.wait(10)

    def stop(self, seconds=30):
        """TERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds) if self.process else None

    def wait_death(self, seconds=60):
        return wait_for(f"{self.name}-{self.index} to die\n{self.log_tail()}", seconds,
                        lambda: not self.alive() and [self.process.returncode])[0]

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_tail(self, lines=8):
        return "\n".join(self.log().splitlines()[-lines:])


def shipped(name):
    """The rule set that is in force until one is published."""
    return json.loads((ROOT / "ops" / "rules" / f"{name}.json").read_text(encoding="utf-8"))


class World:
    """A clean slate: database, Redis, topics, and the fleet that runs on them."""

    def __init__(self, name):
        self.brokers = env_of("SLUICE_KAFKA_BROKERS")
        self.redis_url = env_of("SLUICE_REDIS_URL")
        self.admin_pg_url = env_of("SLUICE_PG_URL")
        self.name = f"e2e_{name}_{uuid.uuid4().hex[:8]}"
        self.folder = OUT / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*"):
            old.unlink()
        base, _, _ = self.admin_pg_url.rpartition("/")
        self.pg_url = f"{base}/{self.name}"
        self.workers, self.helpers = [], []
        self.wecom_port = None
        self.watching = None
        self.sending = False  # a warehouse runs that lets parcels leave
        # A killed member is missed after this long; the default would make each crash cost 10 s.
        self.settings = {"SLUICE_SESSION_TIMEOUT_MS": "2000"}
        self.fresh()

    # ---- stores ----

    def fresh(self):
        with psycopg.connect(self.admin_pg_url, autocommit=True) as pg:
            pg.execute(f'create database "{self.name}"')
        redis.Redis.from_url(self.redis_url).flushall()
        self.fresh_topics()
        self.sluice("db", "migrate")
        self.sluice("topics", "apply")

    def fresh_topics(self):
        admin = AdminClient({"bootstrap.servers": self.brokers})
        groups = [g.group_id for g in admin.list_consumer_groups().result().valid]
        if groups:
            for future in admin.delete_consumer_groups(groups).values():
                try:
                    future.result()
                except Exception:  # a group somebody still sits in has no offsets we need
                    pass
        ours = [name for name in admin.list_topics(timeout=20).topics if not name.startswith("__")]
        if ours:
            for future in admin.delete_topics(ours, operation_timeout=30).values():
                future.result()
        wait_for("topics deleted", 30, lambda: not [
            name for name in admin.list_topics(timeout=20).topics if not name.startswith("__")])

    def env(self):
        keep = {key: value for key, value in os.environ.items() if not key.startswith("SLUICE_")}
        keep |= {
            "SLUICE_KAFKA_BROKERS": self.brokers,
            "SLUICE_REDIS_URL": self.redis_url,
            "SLUICE_PG_URL": self.pg_url,
            "SLUICE_SCHEMAS": str(ROOT / "schemas"),
        }
        if self.wecom_port:
            keep["SLUICE_NOTIFY_WECOM_URL"] = \
                f"http://127.0.0.1:{self.wecom_port}/cgi-bin/webhook/send?key=demo"
            keep["SLUICE_NOTIFY_WECOM_API"] = f"http://127.0.0.1:{self.wecom_port}"
        return keep | self.settings

    def pg(self, sql, *params):
        with psycopg.connect(self.pg_url, autocommit=True) as pg:
            cursor = pg.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    def redis(self):
        return redis.Redis.from_url(self.redis_url)

    def sluice(self, *words, check=True, text=None, seconds=120):
        """Runs the operator's tool; returns (exit code, stdout, stderr)."""
        done = subprocess.run([str(BUILD / "ops" / "cli" / "sluice"), *map(str, words)],
                              env=self.env(), input=text, capture_output=True, timeout=seconds,
                              check=False)
        out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        if check and done.returncode != 0:
            raise AssertionError(f"sluice {' '.join(map(str, words))}: exit {done.returncode}\n"
                                 f"{out[-2000:]}\n{err[-2000:]}")
        return done.returncode, out, err

    def sluice_json(self, *words):
        return json.loads(self.sluice(*words, "--json")[1])

    # ---- processes ----

    def worker(self, name, index=0, **extra):
        worker = Worker(self, name, index, **extra)
        self.workers.append(worker)
        return worker

    def fleet(self, replicas=1, **counts):
        """Starts every worker and waits until all are ready."""
        for name in WORKERS:
            for index in range(counts.get(name, replicas)):
                self.worker(name, index).start()
        for worker in self.workers:
            worker.wait_ready(60)
        return self

    def find(self, name, index=0):
        return next(w for w in self.workers if w.name == name and w.index == index)

    def supervise(self):
        """Restarts every worker that exits, as ops/fleet and Kubernetes do."""
        for worker in self.workers:
            worker.supervised = True
        if not self.watching:
            self.watching = threading.Thread(target=self.watch, daemon=True)
            self.watching.start()
        return self

    def watch(self):
        while self.watching:
            for worker in list(self.workers):
                if worker.supervised and not worker.alive():
                    worker.start()
            time.sleep(0.2)

    def helper(self, script, *words):
        log = open(self.folder / f"{Path(script).stem}.log", "ab")
        process = subprocess.Popen([sys.executable, str(ROOT / "tests" / "fakes" / script),
                                    *map(str, words)], env=self.env(), stdout=log, stderr=log,
                                   preexec_fn=die_with_parent)
        log.close()
        self.helpers.append(process)
        return process

    def wecom(self, *words):
        self.wecom_port = free_port()
        self.helper("wecom.py", "--port", self.wecom_port, "--key", "demo", "--per-minute", 1000,
                    *words)
        wait_for("the WeCom fake", 15, lambda: self.told() is not None)
        return self

    def told(self):
        """The messages WeCom took, oldest first; None while it is not up."""
        try:
            url = f"http://127.0.0.1:{self.wecom_port}/messages"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return [row["message"]["markdown"]["content"] for row in json.load(answer)]
        except OSError:
            return None

    def wecom_calls(self):
        """Every call that reached WeCom, with what it answered."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.wecom_port}/calls",
                                    timeout=5) as answer:
            return json.load(answer)

    def wecom_control(self, **order):
        """How WeCom behaves from now on (tests/fakes/wecom.py)."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.wecom_port}/control",
                                         data=json.dumps(order).encode())
        urllib.request.urlopen(request, timeout=5).close()

    def warehouse(self, *words):
        self.sending = "--hold" not in words
        self.helper("warehouse.py", "--brokers", self.brokers, "--pack-ms", 20, "--leave-ms", 100,
                    *words)
        return self

    def close(self):
        self.watching = None
        for worker in self.workers:
            worker.supervised = False
        for worker in self.workers:
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGTERM)
        for process in self.helpers:
            process.terminate()
        for process in [w.process for w in self.workers if w.process] + self.helpers:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        wait_for(f"{self.name} to be dropped", 60, self.dropped)

    def dropped(self):
        """False while the server's own vacuum works in it, which only a superuser may end."""
        try:
            with psycopg.connect(self.admin_pg_url, autocommit=True) as pg:
                pg.execute(f'drop database if exists "{self.name}" with (force)')
            return True
        except psycopg.errors.InsufficientPrivilege:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- topics ----

    def produce(self, topic, key, value, headers=None):
        producer = Producer({"bootstrap.servers": self.brokers, "partitioner": "murmur2_random"})
        producer.produce(topic, key=key, value=value, headers=headers or [])
        assert producer.flush(20) == 0

    def read(self, topic, foreign=False):
        """Every message of a topic, per partition in order; what has no CloudEvents headers only
        when `foreign`."""
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": f"read-{uuid.uuid4()}",
                             "enable.auto.commit": False, "auto.offset.reset": "earliest"})
        try:
            partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
            ends, messages = {}, []
            for number in partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, number),
                                                           timeout=20)
                if high > low:
                    ends[number] = high
            consumer.assign([TopicPartition(topic, number, 0) for number in ends])
            while ends:
                for message in consumer.consume(5000, timeout=0.2):
                    assert not message.error(), message.error()
                    messages.append(Message(message))
                    if message.offset() + 1 >= ends.get(message.partition(), 0):
                        ends.pop(message.partition(), None)
            return sorted((m for m in messages if foreign or m.kind),
                          key=lambda m: (m.partition, m.offset))
        finally:
            consumer.close()

    def lag(self):
        """Messages not yet committed by the fleet's groups, over all topics they read."""
        rows = json.loads((ROOT / "schemas" / "topics.json").read_text())["topics"]
        rows = [row for row in rows if row["name"] != "rules"]  # read whole, outside the groups
        return sum(self.lag_of(group, [row["name"] for row in rows if group in row["readers"]])
                   for group in {w.name for w in self.workers})

    def lag_of(self, group, topics):
        """By a consumer that never joins: the admin client's own way crashes while a broker
        restarts."""
        asker = Consumer({"bootstrap.servers": self.brokers, "group.id": group})
        behind = 0
        try:
            known = asker.list_topics(timeout=20).topics
            wanted = [TopicPartition(topic, number) for topic in topics if topic in known
                      for number in known[topic].partitions]
            for part in asker.committed(wanted, timeout=20):
                low, high = asker.get_watermark_offsets(
                    TopicPartition(part.topic, part.partition), timeout=20)
                behind += high - max(part.offset, low)
        finally:
            asker.close()
        return behind

    def settle(self, seconds=120):
        """Waits until nothing is in flight: no lag, journal folded, every parcel left or stopped,
        every alert told or given up; twice in a row, so that what one worker has just said is read
        by the next."""
        quiet = [0]
        telling = any(worker.name == "notify" for worker in self.workers)

        def rests():
            return self.lag() == 0 and not self.pg(
                "select 1 from stock_journal where not folded limit 1") and not (
                telling and self.pg(
                    "select 1 from alert_sends where not announced limit 1")) and not (
                self.sending and self.pg(
                    "select 1 from shipments where state in ('planned', 'stopping') limit 1"))

        def calm():
            try:
                still = rests()
            except (KafkaException, psycopg.OperationalError):
                still = False  # a server is on its way back
            quiet[0] = quiet[0] + 1 if still else 0
            return quiet[0] >= 2

        wait_for("the fleet to come to rest", seconds, calm)
        return self

    # ---- rules ----

    def publish(self, body, name="anomaly"):
        """A set becomes the newest of its name and is announced; returns its version. The row is
        written as it is, so that a test can publish what `sluice rules` would refuse."""
        version = self.pg(
            "insert into rule_versions (set, version, body, \"by\", reason)"
            " select %s, coalesce(max(version), 0) + 1, %s, 'tester', 'a test'"
            " from rule_versions where set = %s returning version", name, body, name)[0][0]
        self.produce("rules", name, json.dumps({"set": name, "version": version, "by": "tester",
                                                "reason": "a test"}), [
            ("ce_specversion", "1.0"), ("ce_id", f"rules-{name}-{version}"),
            ("ce_source", "/test"), ("ce_type", "cn.sluice.rules.published.v1"),
            ("ce_subject", name), ("content-type", "application/json"),
            ("ce_time", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))])
        return version

    def prices(self, *words):
        """Publishes the shipped checks with the tables that go with a sale."""
        return self.publish(self.sale(*words, "--rules"))

    # ---- orders in ----

    def sale(self, *words):
        """JSON lines of a sale."""
        return self.sluice("sale", *words)[1]

    def stock(self, *rows):
        """(sku, warehouse, quantity) → stock.feed."""
        lines = "".join(json.dumps({"sku": s, "warehouse": w, "quantity": q}) + "\n"
                        for s, w, q in rows)
        self.sluice("stock", "set", "--file", "-", text=lines.encode())


class Message:
    def __init__(self, raw):
        self.partition, self.offset = raw.partition(), raw.offset()
        self.key = (raw.key() or b"").decode(errors="replace")
        self.bytes = raw.value() or b""
        self.headers = {name: value for name, value in raw.headers() or []}
        self.kind = self.headers.get("ce_type", b"").decode().removeprefix("cn.sluice.")
        self.kind = self.kind.removesuffix(".v1")

    @property
    def body(self):
        return json.loads(self.bytes)

    def ce(self):
        """The attributes that must be the same when it is announced again."""
        return {name: value for name, value in self.headers.items() if name.startswith("ce_")}
