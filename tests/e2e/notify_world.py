"""A world in which only notify runs, and what must hold of every alert in it."""
import json
import uuid
from collections import Counter

from confluent_kafka import Producer

from harness import World, wait_for

RULES = {
    "set": "notify",
    "settings": {"default_target": "default", "digest_after": 1, "singles_per_minute": 6},
    "tables": {"targets": [{"name": "default", "kind": "robot"}]},
    "rules": [],
}
SETTINGS = {"SLUICE_NOTIFY_TIMEOUT_MS": 700, "SLUICE_TICK_MS": 100, "SLUICE_NOTIFY_ATTEMPTS_MAX": 6}
FINISHED = ("delivered", "digested", "given_up")
DOUBT = "可能已送达"


class Notify(World):
    """Only notify runs; alerts are put into the topic as the other workers would."""

    def __init__(self, name, replicas=1, rules=None, **settings):
        super().__init__(name)
        self.settings |= {key: str(value) for key, value in (SETTINGS | settings).items()}
        self.version = 0
        self.publish(rules or RULES)
        self.wecom("--per-minute", 20)
        for index in range(replicas):
            self.worker("notify", index).start()
        for worker in self.workers:
            worker.wait_ready()

    def publish(self, rules):
        self.version += 1
        self.pg('insert into rule_versions (set, version, body, "by", reason)'
                " values ('notify', %s, %s, 'tester', 'test')", self.version, json.dumps(rules))

    def raise_alerts(self, count, gate="anomaly", text="单价 3.00 元，低于底价", **more):
        """Alerts of `count` orders; returns alert id → order id."""
        alerts = {}
        producer = Producer({"bootstrap.servers": self.brokers, "partitioner": "murmur2_random"})
        for _ in range(count):
            alert_id = uuid.uuid4().hex
            order_id = f"douyin:9000001:69{uuid.uuid4().int % 10**17:017d}"
            body = {"alert_id": alert_id, "subject": order_id, "gate": gate, "rev": 1,
                    "title": "订单已拦截，等待审核 Order held for review",
                    "reasons": [{"rule": "price_floor", "text": text}],
                    "order_id": order_id} | more
            producer.produce("alerts.raised", key=alert_id, value=json.dumps(body), headers=[
                ("ce_specversion", b"1.0"), ("ce_id", alert_id.encode()),
                ("ce_type", b"cn.sluice.alert.raised.v1"), ("ce_source", b"/sluice/anomaly"),
                ("ce_subject", alert_id.encode()), ("ce_time", b"2026-11-10T16:00:03.007Z"),
                ("content-type", b"application/json"),
                ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")])
            alerts[alert_id] = order_id
        assert producer.flush(20) == 0
        return alerts

    def rows(self, alerts):
        return {row[0]: row[1:] for row in self.pg(
            "select alert_id, state, reason, attempts, announced from alert_sends"
            " where alert_id = any (%s)", list(alerts))}

    def finish(self, alerts, seconds=40, meanwhile=None):
        """Waits until all are told or given up, and announced; the rows."""
        def done():
            if meanwhile:
                meanwhile()
            rows = self.rows(alerts)
            whole = len(rows) == len(alerts) and all(
                row[0] in FINISHED and row[3] for row in rows.values())
            return rows if whole else None
        try:
            return wait_for("the alerts to be told", seconds, done)
        except AssertionError as late:
            counts = Counter(row[0:2] for row in self.rows(alerts).values())
            raise AssertionError(f"{late}\n{counts}\n"
                                 f"{self.pg('select * from alert_channels')}\n"
                                 f"{self.workers[0].log_tail(20)}") from late

    def minute_passes(self):
        """Pauses are over, and the minute is a new one."""
        self.pg("update alert_channels set paused_until = 0, sent = '{}'")

    def times_told(self, order_id):
        return sum(order_id in text for text in self.told())

    def check(self, alerts):
        """Told ones stand in exactly one message; nobody stands in two; each is announced once."""
        rows = self.finish(alerts)
        said = {}
        for message in self.read("alerts.sent"):
            if message.key in alerts:
                first = said.setdefault(message.key, message)
                assert (first.bytes, first.ce()) == (message.bytes, message.ce())
        assert set(said) == set(alerts)
        for alert_id, order_id in alerts.items():
            state, reason, _, _ = rows[alert_id]
            told = self.times_told(order_id)
            assert said[alert_id].body["outcome"] == state
            assert told <= 1, f"{order_id} was told {told} times"
            if state == "given_up":
                assert reason and (told == 0 or DOUBT in reason), (reason, told)
            else:
                assert told == 1, f"{order_id} is {state} and was told {told} times"
        return rows

    def calm(self):
        """Between tests: WeCom behaves, and nobody remembers the last minute."""
        self.wecom_control(mood=None, per_minute=1000)
        self.pg("delete from alert_channels")


def states(rows):
    return sorted(row[0] for row in rows.values())
