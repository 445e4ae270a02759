"""The channel files keep to their schema, and what the C reader refuses the schema refuses too."""

import json

import pytest
from jsonschema import Draft202012Validator

from schema_files import ROOT, SCHEMAS, load

CHANNELS = SCHEMAS / "channels"
GARDEN = ROOT / "tests/cases/ingest/payloads/garden.mapping.json"
MARKET = GARDEN.with_name("market.mapping.json")
FILES = sorted(p for p in CHANNELS.glob("*.json") if not p.name.endswith(".v1.json"))


@pytest.fixture(scope="module")
def schema():
    text = load(CHANNELS / "channel.v1.json")
    Draft202012Validator.check_schema(text)
    return Draft202012Validator(text)


@pytest.mark.parametrize("path", FILES + [GARDEN, MARKET], ids=lambda p: p.name)
def test_file_keeps_to_the_schema(schema, path):
    assert [error.message for error in schema.iter_errors(load(path))] == []


def test_the_three_channels_are_there():
    assert [p.stem for p in FILES] == ["douyin", "tmall", "wechat"]
    assert all(load(p)["channel"] == p.stem for p in FILES)


# The same rows as tests/unit/codec/mapping_test.c, test_bad_files.
@pytest.mark.parametrize("old, new", [
    ('"go": "paid"', '"go": "payed"'),
    ('"value": "spot"', '"value": "spotty"'),
    ('"version": "changed"', '"versions": "changed"'),
    ('"line_id": "row",', ''),
    ('"money": "yuan"', '"money": "dollar"'),
    ('unix_milliseconds', 'unix'),
    ('"plus_seconds": 3600', '"plus_second": 3600'),
    ('"plus_seconds": 3600', '"plus_seconds": "x"'),
    ('"join": ["to.a", "to.b"]', '"join": ["to.a"], "value": "x"'),
    ('"each": "rows"', '"each": 7'),
    ('"channel": "garden"', '"channel": "gar:den"'),
    ('"title"', '"titel"'),
    ('"paid_at": "paid"', '"paid_at": { "at": "paid", "as": "fen" }'),
    ('"when": { "at": "paid" }', '"when": { "is": ["1"] }'),
    ('"when": { "at": "paid" }', '"when": "paid"'),
])
def test_bad_file_is_refused(schema, old, new):
    text = GARDEN.read_text(encoding="utf-8")
    assert old in text
    assert not schema.is_valid(json.loads(text.replace(old, new)))


# Every canonical field that the schema of the order has can be mapped, but for what we make.
def test_every_field_of_the_order_has_a_place():
    order = load(SCHEMAS / "events/order.v1.json")["properties"]
    fields = load(CHANNELS / "channel.v1.json")["properties"]["order"]["properties"]
    ours = {"order_id", "channel", "shop", "buyer", "receiver", "delivery", "lines"}
    assert {name for name in fields if "." not in name} == set(order) - ours
