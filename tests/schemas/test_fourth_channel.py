"""A channel nobody compiled in: with its file beside the others `sluice` reads its orders."""

import json
import os
import shutil
import subprocess

import pytest

from schema_files import ROOT, SCHEMAS
from test_dry_run import SLUICE, facts_of, run

PAYLOADS = ROOT / "tests/cases/ingest/payloads"
ORDER = json.loads((PAYLOADS / "market.json").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    """A folder `schemas` with the three channels and the fourth one."""
    shutil.copytree(SCHEMAS / "channels", tmp_path / "channels")
    shutil.copy(PAYLOADS / "market.mapping.json", tmp_path / "channels/market.json")
    return tmp_path


def market(folder, *payloads):
    data = "\n".join(json.dumps(payload, ensure_ascii=False) for payload in payloads).encode()
    return [
        json.loads(row)
        for row in run("market", data, "-", "--json", SLUICE_SCHEMAS=str(folder)).splitlines()
    ]


def test_its_orders_come_out(folder):
    bare = ORDER["result"]["orderInfo"]
    rows = market(folder, ORDER, bare, {"success": True, "result": {"list": [bare, bare]}},
                  bare | {"state": "ODD"})
    assert [row.get("platform_id") for row in rows] == ["M2026010112000000001"] * 4 + [None]
    assert rows[0] == rows[1] == rows[2] == rows[3]
    assert facts_of(rows[0])["lines"][1] == {
        "id": "5002", "quantity": 3, "kind": "presale", "stage": "shipped", "refunds": ["open"]
    }
    assert rows[0]["total_fen"] == 15850 and rows[0][
        "order_id"] == "market:9000001:M2026010112000000001"
    assert "state has the unknown value ODD" in rows[4]["refused"] and "market.json" in rows[4][
        "refused"]


def test_the_others_are_still_there(folder):
    data = (PAYLOADS / "douyin.json").read_bytes()
    assert run("douyin", data, "-", "--json", "--schemas",
               str(folder)) == run("douyin", data, "-", "--json")


def test_without_its_file_it_is_unknown():
    run("market", b"{}", "-", code=2)


@pytest.mark.parametrize("old, new, reason", [
    ('"WAIT_SHIP": "paid"', '"WAIT_SHIP": "payed"',
     'order: stage: a table\'s value is no word of ours'),
    ('"-couponFee"', '"-"', "order: total_fen"),
    ('"quantity": "refund.count"', '"count": "refund.count"',
     'lines: refunds: there is no canonical field "count"'),
    ('"fold": "min"', '"fold": "least"', "order: due_at: \"fold\" is sum, min or max"),
    ('"needed": true', '"need": true', 'lines: unknown member "need"'),
    ('"packages.*.items"', '"packages.*.items.*.parts"', "lines: each:"),
    ('"refuse": "这是推送', '"reason": "这是推送', 'no_orders: unknown member "reason"'),
])
def test_a_broken_file_is_refused_with_its_name_and_rule(folder, old, new, reason):
    path = folder / "channels/market.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = subprocess.run([SLUICE, "ingest", "--dry-run", "market", "1", "-"],
                          input=b"{}",
                          capture_output=True,
                          env=os.environ | {"SLUICE_SCHEMAS": str(folder)})
    said = done.stderr.decode()
    assert done.returncode == 2 and "schemas/channels/market.json: " + reason in said, said
