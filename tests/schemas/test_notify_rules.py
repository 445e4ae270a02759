"""The rule set `notify`: its schema takes what is shipped and what the cases use, and refuses slips
of the pen. That the program reads the same is in tests/unit/notify."""
import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "rules" / "notify.v1.json").read_text())
SHIPPED = json.loads((ROOT / "ops" / "rules" / "notify.json").read_text())
CASES = json.loads((ROOT / "tests" / "cases" / "notify" / "choices" / "rules.json").read_text())


def errors(document):
    return list(Draft202012Validator(SCHEMA).iter_errors(document))


def test_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("document", [SHIPPED, CASES], ids=["shipped", "cases"])
def test_it_takes_what_is_used(document):
    assert errors(document) == []


SLIPS = {
    "no_default": lambda d: d["settings"].pop("default_target"),
    "unknown_setting": lambda d: d["settings"].update(digest_afer=3),
    "unknown_kind": lambda d: d["tables"]["targets"][0].update(kind="fax"),
    "no_clock": lambda d: d["tables"]["quiet"][0].update(until="24:00"),
    "unknown_level": lambda d: d["rules"][0].update(level="loud"),
    "unknown_action": lambda d: d["rules"][0].update(action="drop"),
    "unknown_field": lambda d: d["rules"][0].update(when={"field": "alert.price", "is": "1"}),
    "two_operators": lambda d: d["rules"][0].update(
        when={"field": "alert.gate", "is": "1", "starts": "2"}),
    "no_sentence": lambda d: d["rules"][0].pop("explain"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_it_refuses_slips_of_the_pen(slip):
    document = copy.deepcopy(CASES)
    SLIPS[slip](document)
    assert errors(document)
