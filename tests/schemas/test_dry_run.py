"""`sluice ingest --dry-run` on tens of thousands of payloads made from a seed.

Each becomes the order it is, or is refused for a reason that names what is wrong.
"""

import gzip
import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import payload_douyin
import payload_tmall
import payload_wechat
from payload_maker import Maker
from schema_files import ROOT, registry
from jsonschema import Draft202012Validator

BUILD = Path(os.environ.get("SLUICE_BUILD", ROOT / "build" / "dev"))
SLUICE = BUILD / "ops/cli/sluice"
COUNT, SEED = 10000, 20261111
MAKERS = {"douyin": payload_douyin, "tmall": payload_tmall, "wechat": payload_wechat}
SAMPLE = 97  # every so manieth output is held against the schema


def run(channel, data, *options, code=0, **env):
    done = subprocess.run([SLUICE, "ingest", "--dry-run", channel, "9000001", *options],
                          input=data,
                          capture_output=True,
                          env=os.environ | env,
                          timeout=300)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout


def outputs(channel, payloads, **env):
    rows = run(channel, b"\n".join(payloads), "-", "--json", **env).split(b"\n")
    assert rows.pop() == b""
    return [json.loads(row) for row in rows]


def facts_of(order):
    return {
        "id":
        order["platform_id"], "stage":
        order["stage"], "version":
        order["version"], "total":
        order.get("total_fen", 0), "due":
        order.get("due_at", 0), "key":
        order.get("receiver", {}).get("key", ""), "lines": [{
            "id":
            line["line_id"], "quantity":
            line["quantity"], "kind":
            line["kind"], "stage":
            line["stage"], "refunds": [refund["state"] for refund in line.get("refunds", [])]
        } for line in order["lines"]]
    }


def problem(wanted, got):
    """None when what came out is what had to."""
    reason = got.get("refused")
    if "refused" in wanted or "refused_any" in wanted:
        if reason is None:
            return "not refused"
        ok = all(text in reason
                 for text in wanted.get("refused", [])) and ("refused_any" not in wanted or any(
                     text in reason for text in wanted["refused_any"]))
        return None if ok else f"refused for another reason: {reason}"
    if reason is not None:
        return f"refused: {reason}"
    facts = facts_of(got)
    wrong = {name: (facts[name], wanted[name]) for name in facts if facts[name] != wanted[name]}
    for name in ("city", "district"):
        if name in wanted and got["receiver"].get(name, "") != wanted[name]:
            wrong[name] = (got["receiver"].get(name), wanted[name])
    return f"differs (got, wanted): {wrong}" if wrong else None


@pytest.fixture(scope="module", params=MAKERS)
def made(request):
    maker = Maker(f"{SEED} {request.param}")
    pairs = [MAKERS[request.param].make(maker) for _ in range(COUNT)]
    return request.param, pairs, outputs(request.param, [payload for payload, _ in pairs])


def test_each_payload_becomes_what_it_is(made):
    channel, pairs, got = made
    assert len(got) == len(pairs)
    wrong = [(payload, problem(wanted, row)) for (payload, wanted), row in zip(pairs, got)
             if problem(wanted, row)]
    assert wrong == [], (f"{channel}: {len(wrong)} of {len(pairs)}; first: {wrong[0][1]}\n"
                         f"{wrong[0][0][:3000]!r}")


def test_orders_of_all_stages_and_refusals_are_among_them(made):
    seen = Counter("refused" if "refused" in row else row["stage"] for row in made[2])
    wanted = {"unpaid", "risk_hold", "paid", "shipped", "finished", "closed", "refused"}
    assert wanted <= set(seen) and ("deposit_paid" in seen) == (made[0] != "wechat")
    assert seen["refused"] < COUNT / 2


def test_outputs_keep_to_the_schema(made):
    known = registry()
    schema = known.get("https://sluice.cn/schemas/events/order.v1.json").contents
    validator = Draft202012Validator(schema, registry=known)
    orders = [row for row in made[2] if "refused" not in row][::SAMPLE]
    assert len(orders) > 50
    assert [error.message for order in orders for error in validator.iter_errors(order)] == []
    assert not any("sku" in line or "level" in row.get("buyer", {}) for row in orders
                   for line in row["lines"])


def test_a_reason_quotes_nobody(made):
    for row in made[2]:
        reason = row.get("refused", "")
        assert "张三" not in reason and "测" not in reason and "****" not in reason


# ---- how a file is divided ----

DOUYIN = (ROOT / "tests/cases/ingest/payloads/douyin.json").read_bytes()
LINE = json.dumps(json.loads(DOUYIN), ensure_ascii=False).encode()
ID = "6900000000000000001"


def kinds(data, channel="douyin"):
    rows = run(channel, data, "-", "--json").splitlines()
    return [
        "refused" if "refused" in json.loads(row) else json.loads(row)["platform_id"]
        for row in rows
    ]


@pytest.mark.parametrize("data, wanted", [
    (b"", []),
    (b"\n \r\n\t\n", []),
    (LINE, [ID]),
    (LINE + b"\r\n\r\n" + LINE + b"\r\n", [ID, ID]),
    (b"\xef\xbb\xbf" + LINE + b"\n" + LINE, [ID, ID]),
    (json.dumps(json.loads(DOUYIN), indent=2).encode(), [ID]),
    (b"\xef\xbb\xbf" + json.dumps(json.loads(DOUYIN), indent=2).encode(), [ID]),
    (json.dumps([json.loads(DOUYIN)] * 3, indent=1).encode(), [ID] * 3),
    (json.dumps(json.loads(DOUYIN), indent=2).encode()[:-20], ["refused"]),
    (LINE[:-9] + b"\n" + LINE, ["refused", ID]),
    (b"[" + LINE + b"," + LINE + b"]\n" + LINE, [ID] * 3),
    (b"[" + LINE + b"," + LINE + b"\n" + LINE, ["refused", ID]),
    (b"[]\n" + LINE, ["refused", ID]),
    (b"\x00\n" + LINE + b"\n\xff\xfe\n{\n" + LINE, ["refused", ID, "refused", "refused", ID]),
    (gzip.compress(LINE + b"\n" + LINE), [ID, ID]),
],
                         ids=range(15))
def test_how_a_file_is_divided(data, wanted):
    assert kinds(data) == wanted


def test_lines_that_were_all_cut_off_are_lines():
    rows = outputs("douyin", [LINE[:size] for size in (400, 20, 900)])
    assert len(rows) == 3 and all("premature EOF" in row["refused"] for row in rows)


def test_an_answer_with_many_orders_is_divided_as_import_does():
    rows = json.loads(DOUYIN)
    order = rows["data"]["shop_order_detail"] if "shop_order_detail" in rows.get("data",
                                                                                 {}) else None
    order = order or rows["data"]["shop_order_list"][0]
    answer = {"code": 10000, "data": {"shop_order_list": [order, {"order_id": "7"}, order]}}
    assert kinds(json.dumps(answer).encode()) == [ID, "refused", ID]


@pytest.mark.parametrize("size", [9 << 20, 20 << 20])
def test_a_huge_line_is_refused_and_the_next_is_read(size):
    huge = LINE[:-1] + b',"x":"' + b"x" * size + b'"}'
    assert kinds(huge + b"\n" + LINE) == ["refused", ID]
    assert kinds(b"x" * size + b"\n" + LINE) == ["refused", ID]


def test_a_table_for_people_is_chinese_first():
    text = run("douyin", LINE + b"\nnull", "-").decode()
    assert ID in text and "拒绝 refused" in text and "可入库 orders: 1，拒绝 refused: 1" in text


def test_usage():
    run("pinduoduo", b"", "-", code=2)
    run("douyin", b"", "/nowhere", code=1)
    done = subprocess.run([SLUICE, "ingest", "douyin", "1", "-"], input=b"", capture_output=True)
    assert done.returncode == 2 and b"--dry-run is missing" in done.stderr
