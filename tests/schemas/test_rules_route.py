"""The rule sets of route against their JSON Schema, and the schema against the program's words."""

import copy
import re

import pytest
from jsonschema import Draft202012Validator
from schema_files import ROOT, SCHEMAS, load

SCHEMA = load(SCHEMAS / "rules" / "route.v1.json")
HOUSE = ROOT / "tests" / "cases" / "route" / "rules" / "house.json"
WORDS = (ROOT / "workers" / "route" / "route_rules_decide.c").read_text(encoding="utf-8")


def errors(rules):
    return [f"{list(error.absolute_path)}: {error.message}"
            for error in Draft202012Validator(SCHEMA).iter_errors(rules)]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [ROOT / "ops" / "rules" / "route.json", HOUSE], ids=str)
def test_what_the_program_takes_passes(path):
    assert errors(load(path)) == []


def test_it_names_the_fields_and_columns_of_the_program():
    fields = {name for part in SCHEMA["$defs"].values()
              for name in part.get("properties", {}).get("field", {}).get("enum", ())}
    assert fields == set(re.findall(r'"((?:order|receiver|site|carrier)\.\w+)"', WORDS))
    rows = SCHEMA["properties"]["tables"]["properties"].values()
    columns = {name for row in rows for name in row["items"]["properties"]}
    settings = set(SCHEMA["properties"]["settings"]["properties"])
    tables = set(SCHEMA["properties"]["tables"]["properties"])
    assert columns | settings | tables | {"extra"} == set(re.findall(r'\.name = "(\w+)"', WORDS))


@pytest.mark.parametrize("change", [
    lambda r: r.pop("tables"),
    lambda r: r["tables"].pop("carriers"),
    lambda r: r["tables"]["warehouses"][0].pop("province"),
    lambda r: r["tables"]["warehouses"][0].update(cut_off="25:00"),
    lambda r: r["tables"]["warehouses"][0].update(closed_on=["Sunday"]),
    lambda r: r["tables"]["warehouses"][0].update(capacity=-1),
    lambda r: r["tables"]["tariffs"][0].pop("first"),
    lambda r: r["tables"]["tariffs"][0].update(first="-1.00"),
    lambda r: r["tables"]["stops"][0].pop("reason"),
    lambda r: r["tables"].update(roads=[]),
    lambda r: r["settings"].update(horizon_days=15),
    lambda r: r["rules"][0].update(action="prefer"),
    lambda r: r["rules"][0].update(extra="little"),
    lambda r: r["rules"][0].update(when={"field": "site.kilometres", "below": 3}),
    lambda r: r["rules"][0].update(when={"field": "carrier.is_wanted", "is": "yes"}),
    lambda r: r.update(set="anomaly"),
], ids=str)
def test_what_the_program_refuses_the_schema_refuses(change):
    rules = copy.deepcopy(load(HOUSE))
    change(rules)
    assert errors(rules)
