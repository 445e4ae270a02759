"""The headers of the examples, read and written by the official CloudEvents SDK: its Kafka binding
in binary mode must understand what we send, and we what it sends (the C tests hold the codec
to the very same headers)."""

from datetime import datetime, timezone

import pytest
from cloudevents.exceptions import MissingRequiredFields
from cloudevents.kafka import KafkaMessage, from_binary, to_binary
from schema_files import examples


def as_kafka(example):
    return KafkaMessage(headers=example.headers(), key=example.message["key"],
                        value=example.value_bytes())


def read(example):
    """A payload is any bytes, and so no JSON for the SDK to read."""
    is_json = example.kind != "payload.received"
    return from_binary(as_kafka(example),
                       data_unmarshaller=None if is_json else (lambda value: value))


@pytest.mark.parametrize("example", examples("good-"), ids=str)
def test_the_sdk_reads_ours(example):
    event = read(example)
    headers = example.message["headers"]
    assert event["specversion"] == "1.0"
    assert event["id"] == headers["ce_id"]
    assert event["type"] == f"cn.sluice.{example.kind}.v1"
    assert event["source"].startswith("/")
    assert event["partitionkey"] == example.message["key"]
    if "ce_subject" in headers:
        assert event["subject"] == example.message["key"]
    if example.kind == "payload.received":
        assert example.message["key"].startswith(f"{event['channel']}:{event['shop']}:")
    else:
        assert event.data == example.value()


def timed(found):
    """Those with a time: into the others the SDK puts its own."""
    return [example for example in found if "ce_time" in example.headers()]


@pytest.mark.parametrize("example", timed(examples("good-")), ids=str)
def test_the_sdk_writes_the_same(example):
    """Through the SDK and back nothing of the envelope is lost or renamed."""
    ours = example.headers()
    ours.setdefault("content-type", b"application/json")
    event = from_binary(KafkaMessage(headers=ours, key=example.message["key"],
                                     value=example.value_bytes()),
                        data_unmarshaller=lambda value: value)
    written = to_binary(event, data_marshaller=lambda value: value)
    attributes = {name: value for name, value in ours.items()
                  if name.startswith("ce_") or name == "content-type"}
    assert written.headers == attributes
    assert written.key == example.message["key"]
    assert written.value == example.value_bytes()


@pytest.mark.parametrize("example", examples("good-"), ids=str)
def test_time_is_rfc_3339(example):
    text = example.message["headers"].get("ce_time")
    if text is None:
        assert example.kind == "payload.received"
        return
    moment = datetime.fromisoformat(text)
    assert moment.astimezone(timezone.utc).isoformat(timespec="milliseconds") \
        == "2025-11-10T16:00:03.007+00:00"


@pytest.mark.parametrize("name", ["ce_source", "ce_type"])
def test_the_sdk_asks_for_what_we_ask_for(name):
    """An id it would make up; ours is no accident, so the decoder asks for it as well."""
    example = next(iter(examples("good-")))
    headers = example.headers()
    del headers[name]
    with pytest.raises(MissingRequiredFields):
        from_binary(KafkaMessage(headers=headers, key="k", value=example.value_bytes()))
