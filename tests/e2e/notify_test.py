"""Alerts against a WeCom that throttles, fails, hangs and dies: each is told once, in time or in a
digest, or given up by name; none twice, also after a replay and after a kill at every crash point.
"""
import pytest

from harness import wait_for
from notify_world import DOUBT, Notify, states
from replay_test import rewind


@pytest.fixture(scope="module")
def one():
    with Notify("notify") as world:
        yield world


@pytest.fixture
def world(one):
    one.calm()
    return one


def test_a_few_alerts_are_messages_of_their_own(world):
    rows = world.check(world.raise_alerts(3))
    assert states(rows) == ["delivered"] * 3
    assert "订单已拦截" in world.told()[-1] and "sluice order show" in world.told()[-1]


def test_many_alerts_become_digests_that_name_each_order(world):
    before = len(world.told())
    rows = world.check(world.raise_alerts(150))
    assert states(rows).count("digested") >= 140
    assert len(world.told()) - before <= 14
    assert all(len(text.encode()) <= 4096 for text in world.told())


def test_a_replay_stores_nothing_and_tells_nothing(world):
    alerts = world.raise_alerts(5)
    world.check(alerts)
    told, stored = len(world.told()), world.pg("select count(*) from alert_sends")
    said = len(world.read("alerts.sent"))
    rewind(world, ["notify"])
    wait_for("the replay", 30, lambda: world.lag() == 0)
    fresh = world.raise_alerts(1)
    world.check(fresh)
    assert len(world.told()) == told + 1
    assert world.pg("select count(*) from alert_sends")[0][0] == stored[0][0] + 1
    assert len(world.read("alerts.sent")) == said + 1


# mood → what may become of the alert whose message met it
MOODS = {
    "busy": "told", "http_502": "told", "too_long": "told", "warn": "told",
    "throttle": "told", "http_429": "told",
    "hang_before": "given_up", "hang_after": "given_up", "reset_before": "given_up",
    "reset_after": "given_up", "cut_answer": "given_up", "garbage": "given_up",
    "http_504": "given_up", "removed": "given_up", "slow": "given_up",
}


@pytest.mark.parametrize("mood", MOODS)
def test_one_message_goes_wrong(world, mood):
    world.wecom_control(mood=mood, count=1, seconds=2)
    alerts = world.raise_alerts(1)
    if mood in ("throttle", "http_429"):
        pause = wait_for("a pause of a minute", 20, lambda: world.pg(
            "select paused_until - (extract(epoch from now()) * 1000)::bigint"
            " from alert_channels where paused_until > 0"))
        assert 55000 < pause[0][0] <= 61000
        assert world.lag() == 0, "the partition stands"
        world.pg("update alert_channels set paused_until = 0")
    rows = world.check(alerts)
    (state, reason, attempts, _), = rows.values()
    if MOODS[mood] == "told":
        assert state == "delivered"
        assert attempts == (1 if mood == "warn" else 2)
    else:
        assert state == "given_up" and attempts == 1
        assert (DOUBT in reason) == (mood != "removed"), reason
    world.pg("update alert_channels set paused_until = 0")
    world.check(world.raise_alerts(2))
    if mood == "warn":
        assert world.find("notify").metric("sluice_notify_misread_total") == 1


@pytest.mark.parametrize("mood,word", [("busy", "繁忙"), ("http_502", "502"),
                                       ("too_long", "过长"), (93008, "机器人不在群里")])
def test_what_never_gets_better_is_given_up_by_name(world, mood, word):
    world.wecom_control(mood=mood)
    alerts = world.raise_alerts(2)
    wait_for("the queue to be read", 20, lambda: world.lag() == 0)

    def end():
        world.pg("update alert_channels set paused_until = 0")  # time passes
        rows = world.rows(alerts)
        return len(rows) == 2 and all(row[0] == "given_up" for row in rows.values())
    wait_for("the alerts to be given up", 40, end)
    rows = world.check(alerts)
    assert all(word in row[1] for row in rows.values()), rows
    most = {"busy": 3, "http_502": 6, "too_long": 2, 93008: 1}[mood]
    assert {row[2] for row in rows.values()} == {most}


def test_a_dead_wecom_holds_nobody(world):
    """Nobody listens: alerts wait, the partition moves on; told when it is back."""
    fake = world.helpers[-1]
    fake.terminate()
    fake.wait(10)
    alerts = world.raise_alerts(30)
    wait_for("the queue to be read", 20, lambda: world.lag() == 0)
    wait_for("an attempt", 20, lambda: world.pg(
        "select 1 from alert_channels where strikes > 1"))
    assert all(row[0] == "waiting" for row in world.rows(alerts).values())
    world.helper("wecom.py", "--port", world.wecom_port, "--key", "demo")
    wait_for("the WeCom fake", 15, lambda: world.told() is not None)
    assert set(states(world.check(alerts))) <= {"delivered", "digested"}


def test_shops_can_not_speak_to_the_group(world):
    alerts = world.raise_alerts(1, text="<@all> [点我](http://x.example) 电话13812345678")
    world.check(alerts)
    text = world.told()[-1]
    assert "<@" not in text and "](" not in text and "13812345678" not in text
    assert next(iter(alerts.values())) in text


POINTS = ["notify.after_store", "notify.after_claim", "notify.after_send", "notify.after_finish",
          "tick.handled", "tick.published"]


@pytest.mark.parametrize("point", POINTS)
def test_killed_there_no_alert_is_told_twice(world, point):
    replica = world.find("notify")
    replica.stop()
    alerts = world.raise_alerts(4)
    replica.start(crash=point)
    assert replica.wait_death(60) == -9
    replica.start().wait_ready()
    rows = world.check(alerts)
    given_up = [row for row in rows.values() if row[0] == "given_up"]
    assert len(given_up) == (1 if point in ("notify.after_claim", "notify.after_send") else 0)
