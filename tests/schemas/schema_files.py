"""The files under schemas/ as the tests of this folder read them."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
EVENTS = SCHEMAS / "events"
PARTS = {"order", "parts"}  # schemas that other schemas refer to, no events of their own


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def schema_paths():
    return sorted(EVENTS.glob("*.json"))


def topics():
    return load(SCHEMAS / "topics.json")["topics"]


def kinds():
    return [kind for topic in topics() for kind in topic["kinds"]]


def registry():
    schemas = [load(path) for path in schema_paths()]
    return Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas)


def validator(kind, known=registry()):
    schema = known.get(f"https://sluice.cn/schemas/events/{kind}.v1.json").contents
    return Draft202012Validator(schema, registry=known)


class Example:
    """One file of schemas/examples: a message, and for a bad one the reason of its refusal."""

    def __init__(self, path):
        self.path = path
        self.kind = path.parent.name
        self.is_good = path.name.startswith("good-")
        self.file = load(path)
        self.message = self.file["message"]

    def value_bytes(self):
        if "value_text" in self.message:
            return self.message["value_text"].encode("utf-8", "surrogatepass")
        if "value_hex" in self.message:
            return bytes.fromhex(self.message["value_hex"])
        return json.dumps(self.message["value"], ensure_ascii=False).encode()

    def value(self):
        """The body as JSON; ValueError when it is none."""
        if "value" in self.message:
            return self.message["value"]
        return json.loads(self.value_bytes().decode("utf-8"))

    def headers(self):
        return {name: text.encode() for name, text in self.message["headers"].items()}

    def __str__(self):
        return f"{self.kind}/{self.path.stem}"


def examples(prefix=""):
    return [Example(path) for path in sorted(SCHEMAS.glob(f"examples/*/{prefix}*.json"))]
