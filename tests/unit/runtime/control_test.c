/*
 * control_test — who steps aside, and until when: on a tail in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/event_codec.h"
#include "runtime/control.h"
#include "runtime/kafka_tail.h"

#define NOW INT64_C(1762790400000)

/* What the tail gives next; linked instead of kafka_tail.c. */
static struct {
    struct message messages[8];
    size_t count, next;
    bool is_current, opened;
    enum err_class fails;
} tail;

static struct arena *arena;
static struct control *control;

bool kafka_tail_open(struct kafka_tail **tail_out, struct kafka *kafka, enum topic topic,
                     struct err *err)
{
    (void)kafka;
    (void)err;
    assert_int_equal(topic, TOPIC_RULES);
    tail.opened = true;
    *tail_out = (struct kafka_tail *)(void *)&tail;
    return true;
}

void kafka_tail_close(struct kafka_tail *closed)
{
    assert_ptr_equal(closed, &tail);
    tail.opened = false;
}

bool kafka_tail_poll(struct kafka_tail *polled, int64_t wait_ms, struct arena *scratch,
                     struct message *message_out, bool *got_out, struct err *err)
{
    (void)polled;
    (void)scratch;
    assert_int_equal(wait_ms, 0); /* the cycle never waits for what an operator may say */
    *got_out = false;
    if (tail.fails != ERR_NONE)
        return err_set(err, tail.fails, "no broker");
    if (tail.next < tail.count) {
        *message_out = tail.messages[tail.next++];
        *got_out = true;
    }
    return true;
}

bool kafka_tail_is_current(const struct kafka_tail *asked)
{
    (void)asked;
    return tail.is_current;
}

static int control_test_open(void **state)
{
    struct err err;

    (void)state;
    tail.count = tail.next = 0;
    tail.fails = ERR_NONE;
    tail.is_current = true;
    arena = arena_open(1u << 20);
    assert_true(control_open(&control, NULL, "reserve", &err));
    return 0;
}

static int control_test_close(void **state)
{
    (void)state;
    control_close(control);
    assert_false(tail.opened);
    arena_close(arena);
    return 0;
}

static struct message said(enum event_kind kind, const char *worker, int64_t until_ms)
{
    struct str key = arena_format(arena, "pause/%s", worker);
    struct event event = {
        .kind = kind,
        .id = STR("1"),
        .source = STR("/sluice/cli"),
        .key = key,
        .time_ms = NOW,
        .fleet = { .worker = str_of(worker), .until_ms = until_ms },
    };
    struct message message;

    event_encode(arena, &event, &message);
    return message;
}

static void say(enum event_kind kind, const char *worker, int64_t until_ms)
{
    tail.messages[tail.count++] = said(kind, worker, until_ms);
}

static void poll_fine(void)
{
    struct err err;

    assert_true(control_poll(control, &err));
}

static void nobody_is_paused_at_first(void **state)
{
    (void)state;
    poll_fine();
    assert_false(control_is_paused(control, NOW));
    assert_int_equal(control_paused_until(control), 0);
}

static void a_pause_holds_until_its_end(void **state)
{
    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    poll_fine();
    assert_true(control_is_paused(control, NOW));
    assert_true(control_is_paused(control, NOW + 599999));
    assert_false(control_is_paused(control, NOW + 600000));
    assert_int_equal(control_paused_until(control), NOW + 600000);
}

static void a_pause_is_ended(void **state)
{
    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    poll_fine();
    assert_true(control_is_paused(control, NOW));
    say(EVENT_FLEET_RESUMED, "reserve", 0);
    poll_fine();
    assert_false(control_is_paused(control, NOW));
}

static void the_last_word_counts(void **state)
{
    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    say(EVENT_FLEET_RESUMED, "reserve", 0);
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 1000);
    poll_fine();
    assert_int_equal(control_paused_until(control), NOW + 1000);
}

static void others_are_not_ours(void **state)
{
    (void)state;
    say(EVENT_FLEET_PAUSED, "route", NOW + 600000);
    say(EVENT_FLEET_PAUSED, "reserves", NOW + 600000);
    say(EVENT_FLEET_PAUSED, "reserv", NOW + 600000);
    poll_fine();
    assert_false(control_is_paused(control, NOW));
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    say(EVENT_FLEET_RESUMED, "route", 0);
    poll_fine();
    assert_true(control_is_paused(control, NOW));
}

static void no_pause_is_longer_than_an_hour_after_it_was_said(void **state)
{
    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 1000 * CONTROL_PAUSE_MS_MAX);
    poll_fine();
    assert_int_equal(control_paused_until(control), NOW + CONTROL_PAUSE_MS_MAX);
}

static void what_cannot_be_read_changes_nothing(void **state)
{
    struct message broken = said(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    struct message foreign = { .topic = TOPIC_RULES, .key = STR("anomaly"), .value = STR("{}") };

    (void)state;
    broken.value = STR("{\"worker\":\"reserve\"");
    tail.messages[tail.count++] = broken;
    tail.messages[tail.count++] = foreign;
    poll_fine();
    assert_int_equal(tail.next, 2);
    assert_false(control_is_paused(control, NOW));
}

static void a_deleted_pause_is_none(void **state)
{
    struct message deleted = { .topic = TOPIC_RULES, .key = STR("pause/reserve") };

    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    tail.messages[tail.count++] = deleted;
    poll_fine();
    assert_false(control_is_paused(control, NOW));
}

/* Which set it was does not matter, nor whether its body can be read: the store is asked. */
static void an_announced_rule_set_is_counted(void **state)
{
    struct message published = { .topic = TOPIC_RULES, .key = STR("anomaly"), .value = STR("{}") };

    (void)state;
    assert_int_equal(control_rules(control), 0);
    tail.messages[tail.count++] = published;
    say(EVENT_FLEET_PAUSED, "route", NOW + 600000);
    poll_fine();
    assert_int_equal(control_rules(control), 1);
    tail.messages[tail.count++] = published;
    poll_fine();
    assert_int_equal(control_rules(control), 2);
    assert_int_equal(control_rules(NULL), 0);
}

static void ready_when_all_that_was_said_is_known(void **state)
{
    (void)state;
    tail.is_current = false;
    assert_false(control_is_ready(control));
    tail.is_current = true;
    assert_true(control_is_ready(control));
}

static void a_broker_that_is_away_stops_nobody(void **state)
{
    struct err err = { 0 };

    (void)state;
    say(EVENT_FLEET_PAUSED, "reserve", NOW + 600000);
    poll_fine();
    tail.fails = ERR_RETRY;
    assert_true(control_poll(control, &err));
    assert_true(control_is_paused(control, NOW));
    tail.fails = ERR_FATAL;
    assert_false(control_poll(control, &err));
    assert_int_equal(err.class, ERR_FATAL);
}

static void a_worker_without_a_group_is_told_nothing(void **state)
{
    struct err err;

    (void)state;
    assert_true(control_poll(NULL, &err));
    assert_true(control_is_ready(NULL));
    assert_false(control_is_paused(NULL, NOW));
    assert_int_equal(control_paused_until(NULL), 0);
    control_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, control_test_open, control_test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_paused_at_first),
        TEST(a_pause_holds_until_its_end),
        TEST(a_pause_is_ended),
        TEST(the_last_word_counts),
        TEST(others_are_not_ours),
        TEST(no_pause_is_longer_than_an_hour_after_it_was_said),
        TEST(what_cannot_be_read_changes_nothing),
        TEST(a_deleted_pause_is_none),
        TEST(an_announced_rule_set_is_counted),
        TEST(ready_when_all_that_was_said_is_known),
        TEST(a_broker_that_is_away_stops_nobody),
        TEST(a_worker_without_a_group_is_told_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
