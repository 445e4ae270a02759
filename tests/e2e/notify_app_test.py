"""Application messages, fallbacks and quiet hours of notify: targets as the rules name them."""
import time

import pytest

from harness import wait_for
from notify_world import RULES, Notify, states

APP = RULES | {"tables": {
    "targets": [{"name": "default", "kind": "robot"},
                {"name": "kefu", "kind": "robot", "robot": "kefu", "fallback": "default"},
                {"name": "boss", "kind": "app", "touser": "Zhang|gone", "fallback": "default"},
                {"name": "nobody", "kind": "app", "touser": "gone"},
                {"name": "ghost", "kind": "robot", "robot": "ghost", "fallback": "default"},
                {"name": "void", "kind": "robot", "robot": "void"}],
    "owners": [{"owner": name, "target": name}
               for name in ("boss", "nobody", "kefu", "ghost", "void")],
    "quiet": [{"from": "00:00", "until": "23:59", "levels": ["info"]}]}}


@pytest.fixture(scope="module")
def app_world():
    with Notify("notify_app", rules=APP, SLUICE_NOTIFY_WECOM_CORPID="ww-demo",
                SLUICE_NOTIFY_WECOM_SECRET="app-secret",
                SLUICE_NOTIFY_WECOM_AGENTID="1000002",
                SLUICE_NOTIFY_WECOM_ROBOTS="kefu=key-of-kefu") as world:
        yield world


@pytest.fixture
def app(app_world):
    app_world.calm()
    return app_world


def test_an_application_message_names_whom_it_did_not_reach(app):
    rows = app.check(app.raise_alerts(2, owner="boss"))
    assert states(rows) == ["delivered"] * 2
    assert all("gone" in row[1] for row in rows.values())
    assert sum("gettoken" in call["path"] for call in app.wecom_calls()) == 1


def test_a_token_that_ended_early_is_renewed_once(app):
    tokens = sum("gettoken" in call["path"] for call in app.wecom_calls())
    app.wecom_control(mood=None, forget_token=True)
    rows = app.check(app.raise_alerts(1, owner="boss"))
    assert states(rows) == ["delivered"] and {row[2] for row in rows.values()} == {1}
    assert sum("gettoken" in call["path"] for call in app.wecom_calls()) == tokens + 1


@pytest.mark.parametrize("mood", ["hang_after", "hang_before", "reset_after", "garbage"])
def test_without_an_answer_an_application_message_is_sent_again_and_told_once(app, mood):
    app.wecom_control(mood=mood, count=1, seconds=2)
    alerts = app.raise_alerts(1, owner="boss")
    wait_for("a doubt", 20, lambda: app.pg("select 1 from alert_channels where doubt"))
    app.pg("update alert_channels set paused_until = 0")
    rows = app.check(alerts)
    assert states(rows) == ["delivered"] and {row[2] for row in rows.values()} == {2}


def test_receivers_that_do_not_exist_are_given_up_by_name(app):
    (state, reason, _, _), = app.check(app.raise_alerts(1, owner="nobody")).values()
    assert state == "given_up" and "81013" in reason


def test_a_robot_that_was_removed_hands_over_to_its_fallback(app):
    rows = app.check(app.raise_alerts(2, owner="kefu"))
    assert states(rows) == ["delivered"] * 2 and {row[2] for row in rows.values()} == {2}


def test_quiet_hours_wait_and_hold_nobody_else(app):
    quiet = app.raise_alerts(2, level="info")
    app.check(app.raise_alerts(2))
    rows = app.pg("select state, not_before - stored_at from alert_sends"
                  " where alert_id = any (%s)", list(quiet))
    if time.gmtime(time.time() + 8 * 3600)[3:5] != (23, 59):
        assert [row[0] for row in rows] == ["waiting"] * 2
        assert all(0 < row[1] <= 24 * 3600000 for row in rows)


def test_a_robot_nobody_configured_is_its_fallback_or_given_up_by_name(app):
    rows = app.check(app.raise_alerts(1, owner="ghost"))
    assert states(rows) == ["delivered"] and {row[2] for row in rows.values()} == {1}
    (state, reason, attempts, _), = app.check(app.raise_alerts(1, owner="void")).values()
    assert (state, attempts) == ("given_up", 0) and "SLUICE_NOTIFY_WECOM_ROBOTS" in reason


def test_a_broken_rule_set_changes_nothing(app):
    """A set that names a target nobody defined: the one before it stays, also over a restart."""
    app.publish(APP | {"settings": {"default_target": "somebody"}})
    replica = app.find("notify")
    replica.stop()
    replica.start().wait_ready()
    wait_for("the broken set to be named", 20, lambda: "rules cannot be used" in replica.log())
    assert 'there is no target \\"somebody\\"' in replica.log()
    rows = app.check(app.raise_alerts(1, owner="ghost"))
    assert states(rows) == ["delivered"]
    owners = [{"owner": "ghost", "target": "void"}]
    app.publish(APP | {"tables": APP["tables"] | {"owners": owners}})
    replica.stop()
    replica.start().wait_ready()
    rows = app.check(app.raise_alerts(1, owner="ghost"))
    assert states(rows) == ["given_up"]
