"""The kcat command of schemas/README.md: what it sends must be what the fleet takes. Nothing runs
here; the words of the page are held against the schemas."""

import json
import re
import shlex

import pytest
from cloudevents.kafka import KafkaMessage, from_binary
from schema_files import SCHEMAS, kinds

README = (SCHEMAS / "README.md").read_text(encoding="utf-8")
SHELL = re.search(r"```sh\n(.*?)```", README, re.S)[1]


def payload():
    return re.search(r"<<'JSON'\n(.*?)JSON\n", SHELL, re.S)[1]


def command():
    return shlex.split(re.search(r"^kcat (?:.*\\\n)*.*$", SHELL, re.M)[0], comments=True)


def options(letter):
    words = command()
    return [words[at + 1] for at, word in enumerate(words) if word == f"-{letter}"]


def headers():
    return dict(text.split("=", 1) for text in options("H"))


def test_it_goes_to_its_topic_by_the_right_partitioner():
    assert options("t") == ["orders.raw"]
    assert options("X") == ["topic.partitioner=murmur2_random"]
    assert command()[-1] == "order.json"  # a file of its own is one message, as it is


def test_its_headers_are_those_that_are_asked_for():
    assert set(headers()) == {"ce_specversion", "ce_id", "ce_type", "ce_source", "ce_channel",
                              "ce_shop"}
    assert re.fullmatch(r"cn\.sluice\.(.+)\.v1", headers()["ce_type"])[1] in kinds()
    event = from_binary(KafkaMessage({name: text.encode() for name, text in headers().items()},
                                     options("k")[0], payload().encode()))
    assert event["channel"] == "douyin"


def test_its_key_is_the_order_in_the_payload():
    order = json.loads(payload())
    sent = headers()
    assert options("k") == [f"{sent['ce_channel']}:{sent['ce_shop']}:{order['order_id']}"]
    assert str(order["shop_id"]) == sent["ce_shop"]


@pytest.mark.parametrize("name", re.findall(r"`((?:events|examples|channels)/[\w.-]+)`", README))
def test_files_it_names_are_there(name):
    assert (SCHEMAS / name).exists()
