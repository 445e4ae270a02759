"""schemas/asyncapi.yaml, checked by AsyncAPI's own parser (asyncapi_check.mjs), which must also
see what is wrong with a document that is."""

import subprocess

import pytest
from schema_files import ROOT, SCHEMAS

CHECK = ROOT / "tests/schemas/asyncapi_check.mjs"


def check(*arguments):
    return subprocess.run(["node", CHECK, *arguments], capture_output=True, text=True, timeout=120,
                          check=False)


def test_document_is_valid_and_agrees():
    result = check()
    assert result.returncode == 0, result.stderr
    assert "topics agree" in result.stdout


@pytest.mark.parametrize("old, new, breach", [
    ("asyncapi: 3.0.0\n", "asyncapi: 3.0.0\nsurprise: true\n", "surprise"),
    ("address: orders.raw\n", "address: orders.rawer\n", "channels: orders.raw is missing"),
    ("partitions: 12\n", "partitions: 13\n", "partitions is 13, topics.json has 12"),
    ("$ref: events/alert.sent.v1.json", "$ref: events/nothing.v1.json", "nothing.v1.json"),
    ("$ref: events/alert.sent.v1.json", "$ref: events/alert.raised.v1.json",
     "its payload is not events/alert.sent.v1.json"),
    ("  ingestReceivesOrdersRaw:", "  notifyReceivesOrdersRaw:",
     "operations: ingest receive orders.raw is missing"),
    ("action: send", "action: shout", "action"),
    ("required: [ce_specversion", "required: [ce_id, ce_specversion", "duplicate"),
    ("operations:\n", "operations: [\n", ""),
])
def test_a_wrong_document_is_seen(tmp_path, old, new, breach):
    text = (SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "events").symlink_to(SCHEMAS / "events")
    (tmp_path / "asyncapi.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    result = check(tmp_path / "asyncapi.yaml")
    assert result.returncode == 1, result.stdout
    assert breach in result.stderr
