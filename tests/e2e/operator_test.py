"""The operator's tool on a running fleet: topics, dead letters, replays."""
import json
import os
import subprocess
import time

import pytest
from confluent_kafka import Consumer

from harness import BUILD, ROOT, World, wait_for

WORDS = ("--orders", 60, "--skus", 10, "--seed", 11)


@pytest.fixture(scope="module")
def world():
    """Two replicas of ingest with 60 orders behind them: it needs no store."""
    with World("operator") as it:
        for index in range(2):
            it.worker("ingest", index).start()
        for worker in it.workers:
            worker.wait_ready(60)
        it.sluice("import", "--sale", "-", text=it.sale(*WORDS).encode(), check=False)
        it.settle(60)
        yield it


# ---- topics ----

def apply_with(world, folder, change):
    """`topics apply` with a changed topics.json: (exit code, results by topic)."""
    topics = json.loads((ROOT / "schemas" / "topics.json").read_text())
    for row in topics["topics"]:
        change(row)
    (folder / "topics.json").write_text(json.dumps(topics))
    done = subprocess.run([str(BUILD / "ops" / "cli" / "sluice"), "topics", "apply", "--json"],
                          env=world.env() | {"SLUICE_SCHEMAS": str(folder)}, capture_output=True,
                          timeout=60, check=False)
    return done.returncode, {row["topic"]: row for row in json.loads(done.stdout)}


def test_applying_twice_changes_nothing(world):
    rows = world.sluice_json("topics", "apply")
    assert len(rows) == len(json.loads((ROOT / "schemas" / "topics.json").read_text())["topics"])
    assert {row["result"] for row in rows} == {"same"}


def test_a_setting_is_changed_and_changed_back(world, tmp_path):
    def longer(row):
        if row["name"] == "alerts.sent":
            row["retention_ms"] += 1

    code, rows = apply_with(world, tmp_path, longer)
    assert code == 0
    assert rows["alerts.sent"]["result"] == "changed"
    assert "retention.ms 604800000 → 604800001" in rows["alerts.sent"]["note"]
    assert [r["result"] for r in rows.values()].count("same") == len(rows) - 1
    assert apply_with(world, tmp_path, longer)[1]["alerts.sent"]["result"] == "same"
    back = {row["topic"]: row["result"] for row in world.sluice_json("topics", "apply")}
    assert back["alerts.sent"] == "changed"


def test_the_spine_is_never_grown(world, tmp_path):
    def more(row):
        if row["name"] in ("orders.raw", "stock.feed"):
            row["partitions"] += 1

    code, rows = apply_with(world, tmp_path, more)
    assert code == 1
    for name in ("orders.raw", "stock.feed"):
        assert rows[name]["result"] == "refused"
        assert "generation" in rows[name]["note"]
    listed = {row["topic"]: row for row in world.sluice_json("topics", "list")}
    assert listed["orders.raw"]["partitions"] == rows["orders.changes"]["partitions"]


def test_the_list_tells_messages_and_lag(world):
    listed = {row["topic"]: row for row in world.sluice_json("topics", "list")}
    assert listed["orders.raw"]["messages"] > 0
    assert listed["orders.raw"]["lag"] == {"ingest": 0}
    assert listed["orders.changes"]["lag"]["reserve"] == listed["orders.changes"]["messages"]
    assert listed["rules"]["lag"] == {}
    assert "每个进程全读" in world.sluice("topics", "list")[1]


# ---- dead letters ----

POISON = '{"mobile":"13812345678","more":"' + "x" * 300 + '", \u0007 broken'


@pytest.fixture(scope="module")
def letter(world):
    """The dead letter of a payload that is no JSON."""
    key = "douyin:9000001:6999999999999999999"
    world.produce("orders.raw", key, POISON, [
        ("ce_specversion", "1.0"), ("ce_id", "poison-1"), ("ce_source", "/test"),
        ("ce_type", "cn.sluice.payload.received.v1"), ("ce_subject", key),
        ("ce_channel", "douyin"), ("ce_shop", "9000001")])
    return wait_for("the dead letter", 30, lambda: [
        row for row in world.sluice_json("dlq", "list", "ingest") if row["key"] == key])[0]


def test_a_dead_letter_is_listed_with_its_reason(world, letter):
    assert letter["worker"] == "ingest" and letter["dead_topic"] == "orders.raw"
    assert letter["dead_reason"] and letter["bytes"] == len(POISON.encode())
    text = world.sluice("dlq", "list", "--count", 1)[1]
    assert letter["key"] in text and "原因 reason" in text
    assert world.sluice_json("dlq", "list", "notify") == []
    assert "没有死信" in world.sluice("dlq", "list", "notify")[1]


def test_a_dead_letter_is_shown_without_its_phone(world, letter):
    text = world.sluice("dlq", "show", "ingest", letter["partition"], letter["offset"])[1]
    assert letter["dead_reason"] in text
    assert "138******78" in text and "13812345678" not in text
    assert "x" * 100 in text and "x" * 200 not in text
    assert (f"sluice replay ingest --topic orders.raw --partition {letter['dead_partition']} "
            f"--to-offset {letter['dead_offset']} --execute") in text


def test_the_original_bytes_are_there(world, letter):
    place = ("dlq", "show", "ingest", letter["partition"], letter["offset"])
    assert world.sluice(*place, "--raw")[1] == POISON
    assert world.sluice_json(*place, "--raw")["value"] == POISON
    assert "13812345678" not in world.sluice(*place, "--json")[1]


def test_what_is_not_there_is_told(world, letter):
    code, _, err = world.sluice("dlq", "show", "ingest", letter["partition"], 10 ** 9, check=False)
    assert code == 1 and "nothing at offset" in err
    code, _, err = world.sluice("dlq", "show", "nobody", 0, 0, check=False)
    assert code == 2 and "no worker" in err
    code, _, err = world.sluice("dlq", "show", "ingest", "x", 0, check=False)
    assert code == 2 and "whole numbers" in err


# ---- replays ----

def places(world, *words):
    return {(row["topic"], row["partition"]): row
            for row in world.sluice_json("replay", "ingest", *words)["partitions"]}


def announced(world):
    return [(m.key, m.bytes, m.ce()) for m in world.read("orders.changes")]


def test_a_dry_run_moves_nothing(world, letter):
    plan = world.sluice_json("replay", "ingest", "--to-start")
    assert plan["executed"] is False and plan["again"] > 0
    assert world.sluice_json("replay", "ingest", "--to-start") == plan
    assert world.lag() == 0
    assert "预演" in world.sluice("replay", "ingest", "--to-start")[1]


def test_a_running_group_is_moved_and_says_the_same_again(world, letter):
    pids = [worker.process.pid for worker in world.workers]
    before = announced(world)
    code, out, err = world.sluice("replay", "ingest", "--to-start", "--execute", "--json",
                                  seconds=120)
    plan = json.loads(out)
    assert code == 0 and plan["executed"] is True
    assert plan["again"] == sum(row["from"] - row["to"] for row in plan["partitions"]) > 0
    assert "已暂停" in err and "已恢复" in err
    world.settle(60)
    after = announced(world)
    assert len(after) == 2 * len(before)
    assert {json.dumps([k, b.decode(), sorted((n, v.decode()) for n, v in c.items())])
            for k, b, c in after} == {
        json.dumps([k, b.decode(), sorted((n, v.decode()) for n, v in c.items())])
        for k, b, c in before}
    assert [worker.process.pid for worker in world.workers] == pids
    assert all(worker.alive() for worker in world.workers)
    for worker in world.workers:
        worker.wait_ready(30)


def test_one_partition_goes_back_to_an_offset(world, letter):
    """What `dlq show` advises: the poison is judged again, and only its partition is read again."""
    before = len(world.sluice_json("dlq", "list", "ingest", "--count", 1000))
    words = ("--topic", "orders.raw", "--partition", letter["dead_partition"], "--to-offset",
             letter["dead_offset"])
    plan = world.sluice_json("replay", "ingest", *words)
    assert len(plan["partitions"]) == 1 and plan["again"] == 1
    world.sluice("replay", "ingest", *words, "--execute")
    world.settle(60)
    after = world.sluice_json("dlq", "list", "ingest", "--count", 1000)
    assert len(after) == before + 1
    assert {row["dead_ce_id"] for row in after if row["key"] == letter["key"]} == {"poison-1"}


def test_a_time_is_china_time(world):
    def text(seconds):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600 + seconds))

    assert world.sluice_json("replay", "ingest", "--to-time", text(-3600))["again"] > 0
    assert world.sluice_json("replay", "ingest", "--to-time", text(3600))["again"] == 0
    whole = world.sluice_json("replay", "ingest", "--to-start")
    assert world.sluice_json("replay", "ingest", "--to-time", "2020-01-01T00:00:00Z") == whole


def test_a_replay_never_goes_forward(world):
    rows = places(world, "--topic", "orders.raw", "--to-offset", 10 ** 12)
    assert all(row["from"] == row["to"] for row in rows.values())


@pytest.mark.parametrize("words, code, told", [
    (("ingest",), 2, "--to-start"),
    (("ingest", "--to-start", "--to-offset", "3"), 2, "one of"),
    (("ingest", "--to-offset", "3"), 2, "--topic"),
    (("ingest", "--to-offset", "-3", "--topic", "orders.raw"), 2, "whole number"),
    (("ingest", "--to-time", "yesterday"), 2, "China"),
    (("ingest", "--to-start", "--wait", "0"), 2, "--wait"),
    (("ingest", "--to-start", "--partition", "x"), 2, "--partition"),
    (("ingest", "--to-start", "--topic", "orders.routed"), 1, "no such partition"),
    (("nobody", "--to-start"), 1, "no such partition"),
    ((), 2, "usage"),
])
def test_misuse_is_told(world, words, code, told):
    got, out, err = world.sluice("replay", *words, check=False)
    assert (got, out) == (code, "") and told in err


def test_a_group_that_is_not_ours_must_be_stopped_first(world):
    """Nobody there hears a pause."""
    consumer = Consumer({"bootstrap.servers": world.brokers, "group.id": "their-reports",
                         "auto.offset.reset": "earliest", "enable.auto.commit": False})
    try:
        consumer.subscribe(["orders.changes"])
        message = wait_for("a message", 30, lambda: consumer.poll(1))
        consumer.commit(message, asynchronous=False)
        code, _, err = world.sluice("replay", "their-reports", "--to-start", "--execute", "--wait",
                                    1, check=False)
        assert code == 1 and "still in group their-reports" in err
    finally:
        consumer.close()
    assert world.sluice_json("replay", "their-reports", "--to-start", "--execute")["executed"]


# ---- pauses ----

def pause(world, seconds):
    """As `sluice replay` says it, and then dies."""
    key, until = "pause/ingest", int((time.time() + seconds) * 1000)
    world.produce("rules", key, json.dumps({"worker": "ingest", "until_ms": until}), [
        ("ce_specversion", "1.0"), ("ce_id", f"pause-{until}"), ("ce_source", "/sluice/cli"),
        ("ce_type", "cn.sluice.fleet.paused.v1"), ("ce_subject", key),
        ("ce_time", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())),
        ("content-type", "application/json")])


def test_a_pause_nobody_ends_is_over_in_time(world):
    pause(world, 4)
    for worker in world.workers:
        wait_for(f"{worker.name} to step aside", 10, lambda w=worker: w.get("/readyz")[0] == 503)
        assert "paused" in worker.get("/readyz")[1]
        assert worker.get("/healthz")[0] == 200
    for worker in world.workers:
        worker.wait_ready(20)
    world.settle(60)


def test_a_paused_worker_started_anew_stays_away(world):
    """It knows of the pause before it joins."""
    pause(world, 8)
    late = world.worker("ingest", 2).start()
    wait_for("the new one to be told", 10, lambda: "paused" in late.get("/readyz")[1])
    assert late.get("/healthz")[0] == 200
    for worker in world.workers:
        worker.wait_ready(30)
    assert late.stop() == 0


def test_a_replay_that_is_killed_leaves_the_fleet_running(world):
    """Killed while the group steps aside: the next replay ends what it began."""
    world.sluice("replay", "ingest", "--to-start")
    process = subprocess.Popen([str(BUILD / "ops" / "cli" / "sluice"), "replay", "ingest",
                                "--to-start", "--execute"], env=world.env(),
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    os.set_blocking(process.stderr.fileno(), True)
    assert "已暂停" in process.stderr.readline().decode()
    process.kill()
    process.wait(10)
    process.stderr.close()
    world.sluice("replay", "ingest", "--to-start", "--execute")
    for worker in world.workers:
        if worker.alive():
            worker.wait_ready(30)
    world.settle(60)
