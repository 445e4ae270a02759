"""The rule sets that are shipped, against the JSON Schema of their set; and the schemas against
the words of the programs, so that an editor completes what the program understands."""

import copy
import re

import pytest
from jsonschema import Draft202012Validator
from schema_files import ROOT, SCHEMAS, load

SETS = sorted(path.stem for path in (ROOT / "ops" / "rules").glob("*.json"))


def schema_of(name):
    return load(SCHEMAS / "rules" / f"{name}.v1.json")


def set_of(name):
    return load(ROOT / "ops" / "rules" / f"{name}.json")


def words_of(name):
    """The fields in a worker's table of words."""
    sources = list((ROOT / "workers").glob(f"*/{name}_rules_decide.c"))
    assert len(sources) == 1, sources
    return set(re.findall(r'"((?:order|receiver|line|candidate|parcel)\.\w+)"',
                          sources[0].read_text(encoding="utf-8")))


def fields_of(schema):
    """The fields that comparisons may name."""
    found = set()
    for part in schema["$defs"].values():
        found |= set(part.get("properties", {}).get("field", {}).get("enum", ()))
    return found


def test_a_set_is_shipped():
    assert "anomaly" in SETS


@pytest.mark.parametrize("name", SETS)
def test_the_schema_is_one(name):
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://sluice.cn/schemas/rules/{name}.v1.json"


@pytest.mark.parametrize("name", SETS)
def test_the_shipped_set_passes(name):
    errors = [f"{list(error.absolute_path)}: {error.message}"
              for error in Draft202012Validator(schema_of(name)).iter_errors(set_of(name))]
    assert errors == []
    assert set_of(name)["$schema"] == f"../../schemas/rules/{name}.v1.json"


def test_anomaly_knows_the_fields_of_the_program():
    assert fields_of(schema_of("anomaly")) == words_of("anomaly")


def breaks(change):
    rules = copy.deepcopy(set_of("anomaly"))
    change(rules)
    return not Draft202012Validator(schema_of("anomaly")).is_valid(rules)


@pytest.mark.parametrize("change", [
    lambda r: r["rules"][0].update({"wehn": r["rules"][0].pop("when")}),
    lambda r: r["rules"][0].pop("owner"),
    lambda r: r["rules"][0].update(action="stop"),
    lambda r: r["rules"][0].update(when={"field": "line.prise", "below": "3.00"}),
    lambda r: r["rules"][0].update(when={"field": "line.price", "has": "3.00"}),
    lambda r: r["rules"][0].update(when={"field": "line.price", "below": "three"}),
    lambda r: r["rules"][0].update(when={"field": "line.kind", "is": "sport"}),
    lambda r: r["rules"][0].update(when={"field": "order.open_refund", "is": "yes"}),
    lambda r: r["rules"][0].update(when={"field": "line.price", "below": {"field": "line.habit"}}),
    lambda r: r["rules"][0].update(minutes=0),
    lambda r: r.update(tables={"prices": [{"sku": "A"}]}),
    lambda r: r.update(tables={"price": []}),
    lambda r: r.update(settings={"receiver_hours": 200}),
    lambda r: r.update(set="route"),
], ids=str)
def test_what_the_program_refuses_the_schema_refuses(change):
    assert breaks(change)


def test_an_editor_may_leave_its_marks():
    assert not breaks(lambda r: r["rules"][0].update({"$comment": "x"}))
