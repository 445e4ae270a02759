"""The JSON Schemas: against their meta-schema, against topics.json, and every example against
the schema of its kind. What only the decoder can see is marked in the example, and that the
schema does not see it is checked too, so that no mark goes stale."""

import re

import pytest
from jsonschema import Draft202012Validator
from schema_files import (EVENTS, PARTS, SCHEMAS, examples, kinds, load, schema_paths, topics,
                          validator)

MAX = 2**53 - 1


@pytest.mark.parametrize("path", schema_paths(), ids=lambda path: path.name)
def test_schema_is_one(path):
    schema = load(path)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://sluice.cn/schemas/events/{path.name}"
    assert schema["title"] and schema["description"]


def test_one_schema_for_each_kind():
    assert sorted(kinds()) == sorted(set(kinds()))
    names = {path.name.removesuffix(".v1.json") for path in schema_paths()}
    assert names == set(kinds()) | PARTS
    folders = {path.name for path in (SCHEMAS / "examples").iterdir()}
    assert folders == set(kinds())


def nodes(schema, at="#"):
    if isinstance(schema, dict):
        yield at, schema
        for name, part in schema.items():
            yield from nodes(part, f"{at}/{name}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from nodes(part, f"{at}/{index}")


@pytest.mark.parametrize("path", schema_paths(), ids=lambda path: path.name)
def test_every_node_is_bounded_and_told(path):
    """Integers have limits any reader can hold, lists an end, and every field a description."""
    for at, node in nodes(load(path)):
        if node.get("type") == "integer":
            assert -MAX <= node["minimum"] < node["maximum"] <= MAX, at
        if node.get("type") == "array":
            assert "maxItems" in node, at
        if re.fullmatch(r".*/properties/\w+", at) and "$ref" not in node and "/anyOf/" not in at:
            assert node.get("description"), at


@pytest.mark.parametrize("path", schema_paths(), ids=lambda path: path.name)
def test_bodies_are_additive(path):
    """A reader of today takes the body of tomorrow: nothing forbids an unknown field."""
    for at, node in nodes(load(path)):
        assert not {"additionalProperties", "unevaluatedProperties"} & set(node), at
        assert set(node.get("required", ())) <= set(node.get("properties", ())), at


@pytest.mark.parametrize("example", examples("good-"), ids=str)
def test_good_example(example):
    if example.kind != "payload.received":
        errors = [error.message for error in validator(example.kind).iter_errors(example.value())]
        assert errors == []
    assert set(example.file) == {"why", "message"}


@pytest.mark.parametrize("example", examples("bad-"), ids=str)
def test_bad_example(example):
    assert set(example.file) <= {"why", "message", "reason", "beyond_schema"}
    assert example.file["why"] and example.file["reason"]
    try:
        sees = not validator(example.kind).is_valid(example.value())
    except ValueError:  # no JSON at all
        sees = True
    assert sees == (not example.file.get("beyond_schema", False))


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_has_both(kind):
    names = [example.path.name for example in examples() if example.kind == kind]
    assert any(name.startswith("good-") for name in names)
    assert any(name.startswith("bad-") for name in names)
    assert all(name.startswith(("good-", "bad-")) for name in names)


@pytest.mark.parametrize("kind", kinds())
def test_each_required_field_is_missed(kind):
    """The schema itself misses what it requires: taken from a good example, it is no good."""
    schema = load(EVENTS / f"{kind}.v1.json")
    good = next(example for example in examples("good-") if example.kind == kind)
    for field in schema.get("required", ()):
        body = {name: value for name, value in good.value().items() if name != field}
        assert not validator(kind).is_valid(body), field


@pytest.mark.parametrize("example", examples(), ids=str)
def test_example_is_about_its_topic(example):
    topic = next(topic for topic in topics() if example.kind in topic["kinds"])
    if example.is_good:
        assert example.message["topic"] == topic["name"]
        assert example.message["headers"]["ce_type"] == f"cn.sluice.{example.kind}.v1"


# --- topics.json -------------------------------------------------------------------------------

@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic["name"])
def test_topic_row(topic):
    assert set(topic) - {"message_bytes_max"} == {
        "name", "holds", "key", "partitions", "retention_ms", "cleanup", "writers", "readers",
        "kinds"}
    assert topic["partitions"] >= 1 and topic["retention_ms"] > 0
    assert topic["cleanup"] in ("delete", "compact")


def test_topics_of_orders_are_alike():
    """A fact about an order stays on one partition number all the way down."""
    orders = [topic for topic in topics() if topic["name"].startswith("orders.")]
    assert len({(topic["partitions"], topic["key"]) for topic in orders}) == 1


def test_a_dead_letter_has_room_for_any_message():
    """The original bytes are kept, with headers beside them."""
    sizes = {topic["name"]: topic.get("message_bytes_max", 1 << 20) for topic in topics()}
    largest = max(size for name, size in sizes.items() if not name.startswith("dead."))
    for name, size in sizes.items():
        assert not name.startswith("dead.") or size >= largest + (1 << 20), name


def test_the_replay_source_outlives_what_is_made_of_it():
    days = {topic["name"]: topic["retention_ms"] / 86400000 for topic in topics()}
    for name, kept in days.items():
        if not name.startswith("dead."):
            assert kept <= days["orders.raw"]
    assert days["orders.raw"] == days["orders.changes"]
