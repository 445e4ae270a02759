"""Two replicas of notify: one queue, one minute, and either may be killed."""
import time

from harness import wait_for
from notify_world import Notify, states


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
        rows = world.finish(late, 90)
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
