"""ingest alone on a real broker: a whole sale in, exactly what the sale says comes out."""
import json
import subprocess
from collections import Counter

import pytest

import payloads
from harness import BUILD, World, wait_for

SALE = ("--orders", 1500, "--seed", 21, "--hostile", 3, "--duplicates", 5, "--late", 20,
        "--cancel", 8, "--presale", 3, "--minutes", 10)


@pytest.fixture(scope="module")
def world():
    with World("ingest") as it:
        it.lines = it.sale(*SALE)
        it.truth = json.loads(it.sluice("sale", *SALE, "--truth")[1])
        it.report = json.loads(it.sluice("import", "--sale", "-", "--json",
                                         text=it.lines.encode())[1])
        it.worker("ingest", 0).start().wait_ready()
        it.worker("ingest", 1).start().wait_ready()
        caught_up(it)
        it.changes = it.read("orders.changes")
        it.dead = it.read("dead.ingest", foreign=True)
        yield it


def caught_up(world):
    quiet = [0]

    def calm():
        quiet[0] = quiet[0] + 1 if world.lag() == 0 else 0
        return quiet[0] >= 2

    wait_for("ingest to have read everything", 60, calm)


def snapshots(messages):
    return [m for m in messages if m.kind == "order.snapshot_taken"]


def test_import_counts_what_it_sent(world):
    assert world.report["sent"] == world.truth["payloads"]
    assert world.report["refused"] == 0
    assert world.report["bytes"] == world.truth["bytes"]
    assert sum(world.report["by_channel"].values()) == world.truth["payloads"]


def test_every_payload_becomes_a_snapshot_or_a_dead_letter(world):
    assert len(snapshots(world.changes)) == world.truth["snapshots"]
    assert len(world.dead) == world.truth["hostile"]


def test_payloads_travel_byte_for_byte(world):
    sent = Counter()
    for line in world.lines.splitlines():
        row = json.loads(line)
        if "payload" in row:
            sent[line[line.index('"payload":') + 10:-1].encode()] += 1
        elif "payload_text" in row:
            sent[row["payload_text"].encode()] += 1
        else:
            sent[bytes.fromhex(row["payload_hex"])] += 1
    assert Counter(m.bytes for m in world.read("orders.raw")) == sent


def newest(world):
    """Order id → its newest snapshot."""
    orders = {}
    for message in snapshots(world.changes):
        order = message.body["order"]
        known = orders.get(message.key)
        if not known or (order["version"], order["stage"] == "closed") > (
                known["version"], known["stage"] == "closed"):
            orders[message.key] = order
    return orders


def test_orders_are_those_of_the_sale(world):
    orders = newest(world)
    assert len(orders) == world.truth["orders"]
    assert Counter(o["channel"] for o in orders.values()) == world.truth["orders_by_channel"]
    stages = Counter(o["stage"] for o in orders.values())
    assert stages["paid"] == world.truth["orders_by_end"]["paid"]
    assert stages["closed"] == world.truth["cancelled"]
    assert stages["unpaid"] == world.truth["orders_by_end"]["unpaid"]


def test_demand_is_that_of_the_sale(world):
    demand = Counter()
    for order in newest(world).values():
        for line in order["lines"]:
            if order["stage"] == "paid":
                demand[line["merchant_code"]] += line["quantity"]
    wanted = {sku: row["paid"] for sku, row in world.truth["demand"].items() if row["paid"]}
    assert demand == wanted
    fen = sum(o["total_fen"] for o in newest(world).values() if o["stage"] == "paid")
    assert fen == world.truth["paid_fen"]


def test_snapshots_carry_their_origin(world):
    raw = {(m.partition, m.offset): m for m in world.read("orders.raw")}
    for message in snapshots(world.changes):
        origin = raw[message.partition, int(message.headers["raw_offset"])]
        assert origin.key == message.key == message.body["order"]["order_id"]
        assert message.headers["raw_generation"] == b"1"
        assert message.headers["entered"] == origin.headers["entered"]
        assert message.headers["traceparent"] == origin.headers["traceparent"]


def test_after_sales_are_facts_of_their_own(world):
    said = Counter((m.key, m.body["refund"]["id"], m.body["refund"]["state"])
                   for m in world.changes if m.kind == "order.refund_changed")
    wanted = Counter((m.key, refund["id"], refund["state"])
                     for m in snapshots(world.changes) for line in m.body["order"]["lines"]
                     for refund in line.get("refunds", []))
    assert said == wanted
    assert len(said) > 20


def test_dead_letters_say_why_and_keep_the_bytes(world):
    raw = {(m.partition, m.offset): m for m in world.read("orders.raw")}
    for message in world.dead:
        reason = message.headers["dead_reason"].decode()
        place = (int(message.headers["dead_partition"]), int(message.headers["dead_offset"]))
        assert raw[place].bytes == message.bytes
        assert raw[place].key == message.key
        assert len(reason) > 20
    reasons = " | ".join(sorted(m.headers["dead_reason"].decode() for m in world.dead))
    for part in ("not UTF-8", "nested too deep", "stands twice", "is negative", "is outside",
                 "unknown value", "error answer", "unknown channel pinduoduo", "is missing",
                 "beyond 2^53", "is an object"):
        assert part in reasons, part


def test_reasons_hold_nothing_of_a_buyer(world):
    for message in world.dead:
        reason = message.headers["dead_reason"].decode()
        assert "街道" not in reason and "测" not in reason and "INVENTED" not in reason
    for index in (0, 1):
        log = world.find("ingest", index).log()
        assert "街道" not in log and "测**" not in log and "openid" not in log


def test_metrics_add_up(world):
    both = [world.find("ingest", index) for index in (0, 1)]
    taken = sum(w.metric("sluice_ingest_snapshots_total") for w in both)
    refused = sum(w.metric("sluice_ingest_refused_total") for w in both)
    assert taken >= world.truth["snapshots"]
    assert refused >= world.truth["hostile"]


# From here on the world is changed: these run last, in this order.

def test_second_ingest_says_the_same_bytes(world):
    for index in (0, 1):
        assert world.find("ingest", index).stop() == 0
    world.sluice("replay", "ingest", "--to-start", "--execute")
    for index in (0, 1):
        world.find("ingest", index).start().wait_ready()
    caught_up(world)
    first = Counter((m.key, m.bytes, tuple(sorted(m.ce().items()))) for m in world.changes)
    again = Counter((m.key, m.bytes, tuple(sorted(m.ce().items())))
                    for m in world.read("orders.changes"))
    assert set(again) == set(first)
    assert all(again[row] >= 2 * first[row] for row in first)


def test_same_import_again_has_the_same_ids(world):
    before = {m.headers["ce_id"] for m in world.read("orders.raw")}
    world.sluice("import", "--sale", "-", text=world.lines.encode())
    assert {m.headers["ce_id"] for m in world.read("orders.raw")} == before
    caught_up(world)


def test_message_under_another_key_is_refused(world):
    payload = payloads.douyin("6900000000000000901")
    world.produce("orders.raw", "douyin:9000001:6900000000000000902", payload, [
        ("ce_specversion", b"1.0"), ("ce_id", b"wrong-key"), ("ce_source", b"/test"),
        ("ce_type", b"cn.sluice.payload.received.v1"), ("ce_channel", b"douyin"),
        ("ce_shop", b"9000001")])
    caught_up(world)
    dead = [m for m in world.read("dead.ingest", foreign=True)
            if m.key == "douyin:9000001:6900000000000000902"]
    assert len(dead) == 1
    assert "key is not the payload's order id" in dead[0].headers["dead_reason"].decode()


def test_foreign_message_without_headers_is_refused(world):
    world.produce("orders.raw", "somebody", b"hello")
    caught_up(world)
    dead = [m for m in world.read("dead.ingest", foreign=True) if m.key == "somebody"]
    assert len(dead) == 1 and dead[0].bytes == b"hello"


def test_only_our_shops_when_they_are_named(world):
    for index in (0, 1):
        assert world.find("ingest", index).stop() == 0
    path = world.folder / "shops.json"
    path.write_bytes(payloads.douyin("6900000000000000911"))
    world.sluice("import", "douyin", "9000001", path)
    world.sluice("import", "douyin", "9000002", path)
    guard = world.worker("ingest", 5, SLUICE_INGEST_SHOPS="douyin:9000001,tmall:1")
    guard.start().wait_ready()
    caught_up(world)
    keys = {m.key for m in snapshots(world.read("orders.changes"))}
    assert "douyin:9000001:6900000000000000911" in keys
    assert "douyin:9000002:6900000000000000911" not in keys
    reasons = [m.headers["dead_reason"].decode() for m in world.read("dead.ingest", foreign=True)
               if m.key == "douyin:9000002:6900000000000000911"]
    assert len(reasons) == 1 and "unknown shop douyin:9000002" in reasons[0]
    assert guard.stop() == 0


@pytest.mark.parametrize("name,value,part", [
    ("SLUICE_INGEST_SHOPS", "douyin", "SLUICE_INGEST_SHOPS=douyin:9000001"),
    ("SLUICE_SCHEMAS", "/nowhere", "SLUICE_SCHEMAS"),
    ("SLUICE_INGEST_SCHEMAS", "/nowhere", "/nowhere/channels"),
    ("SLUICE_INGEST_SHOP", "x", "SLUICE_INGEST_SHOP"),
])
def test_broken_configuration_is_one_sentence(world, name, value, part):
    done = subprocess.run([str(BUILD / "workers" / "ingest" / "sluice-ingest")],
                          env=world.env() | {name: value}, capture_output=True, timeout=20,
                          check=False)
    text = (done.stderr + done.stdout).decode()
    assert done.returncode == 2, text
    assert part in text


def test_broken_channel_file_is_one_sentence(world):
    folder = world.folder / "channels"
    folder.mkdir(exist_ok=True)
    (folder / "broken.json").write_text('{"channel": "broken", "units": {}}')
    done = subprocess.run([str(BUILD / "workers" / "ingest" / "sluice-ingest")],
                          env=world.env() | {"SLUICE_SCHEMAS": str(world.folder)},
                          capture_output=True, timeout=20, check=False)
    assert done.returncode == 2
    assert b"broken.json: units.money must be fen or yuan" in done.stderr + done.stdout
    (folder / "broken.json").unlink()
    folder.rmdir()


# ---- sluice import ----

def test_import_reads_every_shape(world):
    rows = [payloads.douyin(str(6900000000000000930 + i)) for i in range(6)]
    files = {
        "list.json": b"[" + b",\n".join(rows) + b"]",
        "lines.jsonl": b"\n".join(rows) + b"\n\n",
        "answer.json": b'{"code":10000,"data":{"total":6,"shop_order_list":[' + b",".join(rows)
                       + b"]}}",
        "pretty.json": json.dumps([json.loads(r) for r in rows], indent=2).encode(),
    }
    for name, content in files.items():
        path = world.folder / name
        path.write_bytes(content)
        report = world.sluice_json("import", "douyin", "9000001", path)
        assert report["sent"] == 6 and report["without_id"] == 0, name
    piped = world.sluice("import", "douyin", "9000001", "-", "--json", text=files["lines.jsonl"])
    assert json.loads(piped[1])["sent"] == 6


def test_import_names_bad_lines_and_sends_them(world):
    path = world.folder / "bad.jsonl"
    path.write_bytes(payloads.wechat("3700000000000000941") + b"\n{broken\n\n"
                     + payloads.wechat("3700000000000000942") + b"\n{}\n")
    code, out, _ = world.sluice("import", "wechat", "7000001", path, "--json", check=False)
    report = json.loads(out)
    assert code == 1
    assert report["sent"] == 4 and report["without_id"] == 2 and report["refused"] == 0
    assert [row["line"] for row in report["bad"]] == [2, 5]


@pytest.mark.parametrize("words", [
    ("import",), ("import", "douyin"), ("import", "douyin", "9000001"),
    ("import", "nosuch", "1", "file"), ("import", "douyin", "a:b", "file"),
    ("import", "douyin", "1", "file", "--rate", "fast"), ("import", "--nosuch"),
])
def test_import_misuse_is_exit_2(world, words):
    code, _, err = world.sluice(*words, check=False)
    assert code == 2 and "--help" in err


def test_import_of_a_missing_file_is_exit_1(world):
    code, _, err = world.sluice("import", "douyin", "1", "/nowhere/at/all", check=False)
    assert code == 1 and "/nowhere/at/all" in err


def test_sale_is_the_same_twice(world):
    assert world.sale(*SALE) == world.lines
    assert world.sale("--seed", 22, "--orders", 10) != world.sale("--seed", 23, "--orders", 10)


@pytest.mark.parametrize("words", [
    ("--orders", "many"), ("--unpaid", "200"), ("--enough", "--scarce"), ("--start", "tomorrow"),
    ("--stock", "--truth"), ("--nosuch",), ("word",),
])
def test_sale_misuse_is_exit_2(world, words):
    code, _, err = world.sluice("sale", *words, check=False)
    assert code == 2 and err
