"""`sluice rules`: a set is checked, tried against past orders, published, taken back."""
import collections
import json
import os

import pytest

import payloads
from flow_test import bring
from harness import World, shipped, wait_for

SHOP = "9000001"
QUANTITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


@pytest.fixture(scope="module")
def world():
    with World("rules") as it:
        it.wecom()
        it.fleet(anomaly=2, route=2)
        it.stock(("SKU-A", "HZ", 3000), ("SKU-A", "CD", 3000))
        it.settle()
        yield it


@pytest.fixture
def file(tmp_path):
    def write(body):
        path = tmp_path / "set.json"
        path.write_text(body if isinstance(body, str)
                        else json.dumps(body, ensure_ascii=False, indent=2), encoding="utf-8")
        return path
    return write


def publish(world, path, reason="试一试"):
    return world.sluice_json("rules", "publish", path, "--reason", reason, "--by", "li")["version"]


def wait_version(world, name, version):
    for worker in [w for w in world.workers if w.name == name]:
        wait_for(f"{name}-{worker.index} to take version {version}", 30, lambda w=worker: (
            w.metric(f"sluice_{name}_rules_version") == version))


def versions(world):
    return world.pg("select set, version, repeats from rule_versions order by set, version")


def buy(world, first):
    """Ten orders, one to ten pieces; returns their ids."""
    ids = []
    for n, quantity in enumerate(QUANTITIES):
        number = str(first + 10 * n)
        bring(world, "douyin", SHOP, payloads.douyin(number, quantity=quantity))
        ids.append(f"douyin:{SHOP}:{number}")
    return ids


def last_of(world, topic, ids):
    found = {}
    for message in world.read(topic):
        if message.key in ids:
            found[message.key] = message.body
    return found


def judged(world, ids):
    return wait_for("all to be judged", 60, lambda: (
        lambda found: found if len(found) == len(ids) else None)(
            last_of(world, "orders.screened", ids)))


def kinds(world, ids):
    return collections.Counter(b["verdict"]["kind"] for b in judged(world, ids).values())


def stricter():
    """More than six of one SKU are held, not fifty."""
    rules = shipped("anomaly")
    rule = next(r for r in rules["rules"] if r["id"] == "quantity_high")
    rule["when"] = {"field": "line.sku_units", "above": 6}
    return rules


# ---- without a server ----

def test_an_error_names_line_place_and_reason_and_publishes_nothing(world, file):
    rules = stricter()
    next(r for r in rules["rules"] if r["id"] == "quantity_high")["when"]["field"] = "line.sku_unit"
    body = json.dumps(rules, ensure_ascii=False, indent=2)
    line = next(n for n, text in enumerate(body.splitlines(), 1) if '"line.sku_unit"' in text)
    before = versions(world)
    for words in (["check"], ["publish", "--reason", "试"]):
        code, out, err = world.sluice("rules", words[0], file(body), *words[1:], check=False)
        assert code == 1 and out == ""
        assert f"line {line}: field line.sku_unit is unknown" in err and "quantity_high" in err
    assert versions(world) == before


def test_a_set_whose_rows_contradict_each_other_is_refused(world, file):
    rules = shipped("route")
    rules["tables"]["tariffs"][0]["carrier"] = "NOBODY"
    code, _, err = world.sluice("rules", "check", file(rules), check=False)
    assert code == 1 and "NOBODY" in err


def test_no_reason_no_version(world, file):
    code, _, err = world.sluice("rules", "publish", file(stricter()), check=False)
    assert code == 2 and "--reason" in err


BAD_REASONS = {"blank": " \n", "long": "大" * 40000, "not_utf8": os.fsdecode(b"\xff\xfe")}
BAD_NAMES = {"blank": " ", "two_lines": "a\nb", "long": "名" * 100, "not_utf8": os.fsdecode(b"\xff")}


@pytest.mark.parametrize("words", [
    ("rules", "publish", "FILE"), ("rules", "rollback", "anomaly", 0),
    ("order", "cancel", "douyin:9000001:1"), ("sku", "map", "douyin", "-", "CODE", "SKU-A"),
    ("sku", "unmap", "douyin", "-", "CODE")], ids=lambda words: " ".join(map(str, words[:2])))
def test_what_is_kept_with_a_decision_can_be_kept(world, file, words):
    """65 KB of reason would be a dead letter at every reader, long after the operator left."""
    words = [file(stricter()) if word == "FILE" else word for word in words]
    before = versions(world)
    for option, bad in (("--reason", BAD_REASONS), ("--by", BAD_NAMES)):
        other = ("--by", "li") if option == "--reason" else ("--reason", "试")
        for text in bad.values():
            code, out, err = world.sluice(*words, option, text, *other, check=False)
            assert code == 2 and out == "" and option in err, (option, text[:20], err)
            assert len(err) < 400
    assert versions(world) == before


def test_a_reason_of_two_lines_is_one_row_of_the_table(world, file):
    publish(world, file(shipped("notify")), "第一行\n**第二行**")
    (row,) = [line for line in world.sluice("rules", "show")[1].splitlines() if "第一行" in line]
    assert row.startswith("notify") and "**第二行**" in row


def test_an_editors_byte_order_mark_is_no_part_of_the_set(world, file):
    text = json.dumps(shipped("anomaly"), ensure_ascii=False, indent=1).replace("\n", "\r\n")
    assert world.sluice("rules", "check", file("\ufeff" + text))[0] == 0
    code, _, err = world.sluice("rules", "check", file("\ufeff\ufeff" + text), check=False)
    assert code == 1 and "byte 1" in err


def test_words_are_those_of_the_shipped_sets(world):
    for name in ("anomaly", "route", "notify"):
        words = world.sluice_json("rules", "words", name)
        assert words["set"] == name
        known = {field["name"] for field in words["fields"]}
        used = {part.split("}")[0] for rule in shipped(name).get("rules", ())
                for part in rule["explain"].split("{")[1:]}
        assert used <= known and all(field["label"] for field in words["fields"])


# ---- try, publish, rollback ----

def test_try_agrees_with_what_then_happens(world, file):
    before = buy(world, 6900000000000600000)
    assert kinds(world, before) == {"clear": 10}
    world.settle()

    draft = file(stricter())
    tried = world.sluice_json("rules", "try", draft, "--hours", 1, "--examples", 50)
    assert tried["orders"] == 10 and tried["unchanged"] == 6
    assert {row["name"]: (row["now"], row["draft"]) for row in tried["outcomes"]} == {
        "clear": (10, 6), "held": (0, 4)}
    assert {row["name"]: row["draft"] for row in tried["rules"]} == {"quantity_high": 4}
    (change,) = tried["changes"]
    assert (change["was"], change["would"], change["orders"]) == ("clear", "held", 4)
    assert {e["order_id"] for e in change["examples"]} == set(before[6:])
    assert all("件" in e["why"] for e in change["examples"])
    text = world.sluice("rules", "try", draft, "--hours", 1)[1]
    assert "clear → held: 4 单" in text and before[6] in text
    assert kinds(world, before) == {"clear": 10}  # nothing was changed by trying

    version = publish(world, draft, "零点加严")
    wait_version(world, "anomaly", version)
    after = buy(world, 6900000000000610000)
    assert kinds(world, after) == {"clear": 6, "held": 4}
    assert {b["verdict"]["rules_version"] for b in judged(world, after).values()} == {
        f"anomaly/{version}"}
    assert {b["verdict"]["rules_version"] for b in judged(world, before).values()} == {"anomaly/0"}

    # The other way round: from the strict set back to the shipped one would release them.
    tried = world.sluice_json("rules", "try", file(shipped("anomaly")), "--hours", 1)
    assert [(c["was"], c["would"], c["orders"]) for c in tried["changes"]] == [
        ("held", "clear", 8)]


def test_a_rollback_is_a_new_version_with_the_old_words(world):
    rolled = world.sluice_json("rules", "rollback", "anomaly", 0, "--reason", "拦得太多")["version"]
    wait_version(world, "anomaly", rolled)
    ids = buy(world, 6900000000000620000)
    assert kinds(world, ids) == {"clear": 10}
    assert json.loads(world.sluice("rules", "show", "anomaly", "--json")[1]) == shipped("anomaly")
    strict = json.loads(world.sluice("rules", "show", "anomaly", rolled - 1, "--json")[1])
    assert strict == stricter()
    shown = world.sluice("rules", "show", "anomaly")[1]
    assert "拦得太多" in shown and "零点加严" in shown and "quantity_high" in shown
    code, _, err = world.sluice("rules", "rollback", "anomaly", 99, "--reason", "x", check=False)
    assert code == 1 and "no version 99" in err


def test_a_route_is_tried_and_then_taken(world, file):
    """No carrier but EMS from then on."""
    ids = buy(world, 6900000000000630000)
    judged(world, ids)
    world.settle()
    rules = shipped("route")
    rules["rules"].append({
        "id": "only_ems", "priority": 900, "action": "forbid", "explain": "只走 EMS",
        "when": {"field": "carrier.id", "is_not": "EMS"}})
    draft = file(rules)
    tried = world.sluice_json("rules", "try", draft, "--hours", 1, "--examples", 100)
    assert tried["orders"] >= 10 and tried["unchanged"] == 0
    assert all(change["would"].split("/")[1] == "EMS" for change in tried["changes"])

    version = publish(world, draft)
    wait_version(world, "route", version)
    after = buy(world, 6900000000000640000)
    plans = wait_for("all to be planned", 60, lambda: (
        lambda found: found if len(found) == 10 else None)(last_of(world, "orders.routed", after)))
    took = collections.Counter(
        f"{p['warehouse']}/{p['carrier']}" for b in plans.values() for p in b["plan"]["parcels"])
    assert set(took) == {change["would"] for change in tried["changes"]}
    assert {b["plan"]["rules_version"] for b in plans.values()} == {f"route/{version}"}


def test_what_tells_nobody_anything_about_orders_cannot_be_tried(world, file):
    code, _, err = world.sluice("rules", "try", file(shipped("notify")), check=False)
    assert code == 2 and "notify" in err


def test_an_empty_window_says_so(world, file):
    out = world.sluice("rules", "try", file(shipped("anomaly")), "--from", "2020-01-01 00:00:00",
                       "--to", "2020-01-02 00:00:00")[1]
    assert "换一个窗口" in out


def test_a_stored_version_that_nobody_can_use_stands_in_nobodys_way(world, file):
    """Written past the tool: the workers keep what they have, and the tool says which that is."""
    before = {row["set"]: row["version"] for row in world.sluice_json("rules", "show")}
    broken = world.publish('{"set": "anomaly", "rulez": []}')
    shown = world.sluice("rules", "show")[1]
    assert f"{broken} 有错" in shown
    assert {row["set"]: row["version"] for row in world.sluice_json("rules", "show")} == before
    assert "quantity_high" in world.sluice("rules", "show", "anomaly")[1]
    tried = world.sluice_json("rules", "try", file(shipped("anomaly")), "--hours", 1)
    assert tried["version_in_force"] == before["anomaly"]
    wait_version(world, "anomaly", before["anomaly"])
