"""Two replicas of notify: one queue, one minute, and either may be killed."""
import random
import time
from collections import Counter

from harness import wait_for
from notify_world import RULES, Notify, states


def test_two_replicas_keep_one_minute_and_tell_each_alert_once():
    with Notify("notify_two", replicas=2, SLUICE_NOTIFY_PER_MINUTE=15) as world:
        alerts = {}
        for _ in range(15):
            alerts |= world.raise_alerts(1, level="urgent")
            world.finish(alerts)
        late = world.raise_alerts(40)
        wait_for("the queue to be read", 20, lambda: world.lag() == 0)
        time.sleep(3)
        assert len(world.wecom_calls()) == 15, "more than the minute allows"
        assert {row[0] for row in world.rows(late).values()} == {"waiting"}
        world.minute_passes()
        rows = world.finish(late)
        assert set(states(rows)) <= {"delivered", "digested"}
        world.check(alerts | late)
        assert not [call for call in world.wecom_calls() if call["answer"] == 45009]


def test_two_replicas_one_killed_in_a_slow_wecom():
    with Notify("notify_kill", replicas=2, SLUICE_NOTIFY_TIMEOUT_MS=3000) as world:
        world.wecom_control(mood="slow", seconds=0.5)
        alerts = {}
        for round_ in range(4):
            alerts |= world.raise_alerts(4, level="urgent")
            victim = world.find("notify", round_ % 2)
            before = len(world.wecom_calls())
            wait_for("a message under way", 20,
                     lambda seen=before: len(world.wecom_calls()) > seen)
            victim.kill()
            victim.start().wait_ready()
        rows = world.finish(alerts, 90)
        world.check(alerts)
        assert states(rows).count("given_up") <= 4


STORM_ROUNDS = 120
STORM = ["busy", "http_502", "http_504", "too_long", "hang_before", "hang_after", "reset_before",
         "reset_after", "cut_answer", "garbage", "warn", "throttle", "removed", "slow", None, None]


def test_a_storm_of_everything_at_once():
    """Moods change several times a second, alerts come in bursts, replicas are killed; minutes pass
    quickly (pauses are lifted). Whatever came of each alert, it was told once or given up."""
    dice = random.Random(20261111)
    rules = RULES | {"settings": RULES["settings"] | {"digest_names": 100000}}
    with Notify("notify_storm", replicas=2, rules=rules, SLUICE_NOTIFY_TIMEOUT_MS=300,
                SLUICE_NOTIFY_ATTEMPTS_MAX=1000) as world:
        alerts = {}
        for _ in range(STORM_ROUNDS):
            world.wecom_control(mood=dice.choice(STORM), count=dice.randint(0, 3), seconds=0.4,
                                per_minute=10000)
            alerts |= world.raise_alerts(dice.choice([0, 1, 1, 5, 10]),
                                         level=dice.choice(["info", "warn", "urgent"]))
            world.minute_passes()
            time.sleep(0.15)
            if dice.random() < 0.04:
                victim = dice.choice(world.workers)
                victim.kill()
                victim.start()
        world.wecom_control(mood=None, per_minute=10000)
        rows = world.finish(alerts, 90, meanwhile=world.minute_passes)
        world.check(alerts)
        told = [row for row in rows.values() if row[0] != "given_up"]
        assert len(alerts) > 200 and len(told) > 50, Counter(states(rows))


def test_a_flood_is_told_in_a_few_digests():
    with Notify("notify_flood", replicas=2) as world:
        began = time.monotonic()
        alerts = world.raise_alerts(5000)
        rows = world.finish(alerts, 120)
        assert set(states(rows)) <= {"delivered", "digested"}
        assert len(world.told()) <= 20 and time.monotonic() - began < 100
        text = "\n".join(world.told())
        assert "另有" in text and "sluice where --gate anomaly" in text
        assert not [call for call in world.wecom_calls() if call["answer"] != 0]
