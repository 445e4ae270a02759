/* alert_store against a real PostgreSQL: the queue, two takers side by side, leases, windows. */
#include "pg_fixture.h"

#include <pthread.h>

#include "store/alert_store.h"

#define MINUTE_MAX 18
#define NOW        INT64_C(1000000)

static struct pg_fixture db;
static struct alert_store *alerts, *other;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "alerts");
    assert_ok(alert_store_open(&alerts, db.url, &fixture_err));
    assert_ok(alert_store_open(&other, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    alert_store_close(alerts);
    alert_store_close(other);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate alert_sends, alert_messages, alert_channels");
    return 0;
}

static size_t put(const char *id, const char *level, int64_t stored_at, int64_t not_before)
{
    const struct alert_entry entry = {
        .alert_id = str_of(id), .body = STR("{}"),      .target = STR("t"),
        .level = str_of(level), .trace = STR("00-1"),   .entered_ms = 7,
        .stored_at = stored_at, .not_before = not_before,
    };
    size_t stored;

    assert_ok(alert_store_put(alerts, db.arena, &entry, 1, &stored, &fixture_err));
    return stored;
}

static struct alert_take take(struct alert_store *store, int64_t now_ms)
{
    const struct alert_ask ask = { .target = STR("t"), .channel = STR("robot:1"),
                                   .minute_max = MINUTE_MAX, .count_max = 100, .now_ms = now_ms };
    struct alert_take out;

    assert_ok(alert_store_take(store, db.arena, &ask, &out, &fixture_err));
    return out;
}

static void send(struct alert_store *store, const char *message_id, const struct alert_take *taken,
                 size_t count, bool again, int64_t now_ms)
{
    struct str *ids = ARENA_ARRAY(db.arena, struct str, count);
    const struct alert_message message = {
        .message_id = str_of(message_id), .channel = STR("robot:1"), .target = STR("t"),
        .content = STR("text"), .again = again, .alert_ids = ids, .count = count,
        .now_ms = now_ms, .lease_ms = 1000,
    };

    for (size_t i = 0; i < count; i++)
        ids[i] = taken->entries[i].alert_id;
    assert_ok(alert_store_send(store, db.arena, &message, &fixture_err));
}

static void finish(const char *message_id, const char *id, enum alert_state state, int64_t now_ms)
{
    const struct alert_end end = { .alert_id = str_of(id), .state = state, .target = STR("t"),
                                   .reason = STR("why"), .busy = 2, .hops = 1, .cut = true };
    const struct alert_finish done = { .message_id = str_of(message_id),
                                       .channel = STR("robot:1"), .ends = &end, .count = 1,
                                       .now_ms = now_ms };

    assert_ok(alert_store_finish(alerts, db.arena, &done, &fixture_err));
}

static const char *states(void)
{
    return fixture_text(&db, "select alert_id, state from alert_sends order by alert_id");
}

static void each_is_stored_once(void **state)
{
    const struct alert_entry twice[] = {
        { .alert_id = STR("b"), .body = STR("{}"), .target = STR("t"), .level = STR("warn") },
        { .alert_id = STR("a"), .body = STR("{}"), .target = STR("t"), .level = STR("warn") },
        { .alert_id = STR("b"), .body = STR("{}"), .target = STR("t"), .level = STR("warn") },
    };
    size_t stored = 9;

    (void)state;
    assert_ok(alert_store_put(alerts, db.arena, twice, 3, &stored, &fixture_err));
    assert_int_equal(stored, 2);
    assert_ok(alert_store_put(alerts, db.arena, twice, 3, &stored, &fixture_err));
    assert_int_equal(stored, 0);
    assert_ok(alert_store_put(alerts, db.arena, NULL, 0, &stored, &fixture_err));
    assert_string_equal(states(), "a|waiting;b|waiting");
}

static void the_urgent_and_the_oldest_come_first(void **state)
{
    struct alert_take out;

    (void)state;
    put("old", "info", 1, 0);
    put("new", "warn", 5, 0);
    put("now", "urgent", 9, 0);
    put("later", "urgent", 0, NOW + 1);
    out = take(alerts, NOW);
    alert_store_leave(alerts);
    assert_int_equal(out.count, 3);
    assert_true(str_is(out.entries[0].alert_id, "now"));
    assert_true(str_is(out.entries[1].alert_id, "old"));
    assert_true(str_is(out.entries[2].alert_id, "new"));
    assert_true(str_is(out.entries[1].level, "info") && str_is(out.entries[1].trace, "00-1"));
    assert_int_equal(out.entries[1].entered_ms, 7);
    out = take(alerts, NOW + 1);
    alert_store_leave(alerts);
    assert_int_equal(out.count, 4);
}

static void a_message_goes_its_whole_way(void **state)
{
    struct alert_outcome *outcomes;
    struct str id = STR("a");
    struct alert_take out;
    size_t count;

    (void)state;
    put("a", "warn", 1, 0);
    out = take(alerts, NOW);
    send(alerts, "m", &out, 1, false, NOW);
    assert_string_equal(states(), "a|sending");
    assert_int_equal(take(alerts, NOW).count, 0);
    alert_store_leave(alerts);
    finish("m", "a", ALERT_STATE_WAITING, NOW + 5);
    out = take(alerts, NOW + 6);
    assert_int_equal(out.count, 1);
    assert_int_equal(out.entries[0].attempts, 1);
    assert_int_equal(out.entries[0].busy, 2);
    assert_int_equal(out.entries[0].hops, 1);
    assert_true(out.entries[0].cut);
    assert_int_equal(out.channel.sent_count, 1);
    send(alerts, "m2", &out, 1, false, NOW + 6);
    finish("m", "a", ALERT_STATE_GIVEN_UP, NOW + 7); /* of the message before: too late */
    assert_string_equal(states(), "a|sending");
    finish("m2", "a", ALERT_STATE_DELIVERED, NOW + 8);
    finish("m2", "a", ALERT_STATE_GIVEN_UP, NOW + 9);
    assert_string_equal(states(), "a|delivered");

    assert_ok(alert_store_unsaid(alerts, db.arena, 10, &outcomes, &count, &fixture_err));
    assert_int_equal(count, 1);
    assert_int_equal(outcomes[0].state, ALERT_STATE_DELIVERED);
    assert_int_equal(outcomes[0].attempts, 2);
    assert_int_equal(outcomes[0].at, NOW + 8);
    assert_true(str_is(outcomes[0].trace, "00-1"));
    assert_ok(alert_store_said(alerts, db.arena, &id, 1, &fixture_err));
    assert_ok(alert_store_unsaid(alerts, db.arena, 10, &outcomes, &count, &fixture_err));
    assert_int_equal(count, 0);
    assert_int_equal(put("a", "warn", 1, 0), 0); /* a replay stores nothing, sends nothing */
    assert_string_equal(states(), "a|delivered");
    assert_ok(alert_store_unsaid(alerts, db.arena, 10, &outcomes, &count, &fixture_err));
    assert_int_equal(count, 0);
}

static void a_dead_process_leaves_a_doubt(void **state)
{
    struct alert_take out;
    size_t given_up;

    (void)state;
    put("a", "warn", 1, 0);
    put("b", "warn", 2, 0);
    out = take(alerts, NOW);
    send(alerts, "m", &out, 1, false, NOW);
    assert_ok(alert_store_doubt(other, db.arena, NOW + 1000, 3, 0, STR("doubt"), &given_up,
                                &fixture_err));
    assert_int_equal(given_up, 0);
    assert_ok(alert_store_doubt(other, db.arena, NOW + 1001, 3, 0, STR("doubt"), &given_up,
                                &fixture_err));
    assert_int_equal(given_up, 1);
    finish("m", "a", ALERT_STATE_DELIVERED, NOW + 1002); /* it was only slow */
    assert_string_equal(states(), "a|given_up;b|waiting");
    assert_int_equal(fixture_number(&db, "select count(*) from alert_sends where reason = 'doubt'"),
                     1);
}

static void what_may_be_sent_again_is(void **state)
{
    struct alert_take out;
    size_t given_up;

    (void)state;
    put("a", "warn", 1, 0);
    put("b", "warn", 2, 0);
    out = take(alerts, NOW);
    send(alerts, "m", &out, 2, true, NOW);
    assert_ok(alert_store_take_again(other, db.arena, NOW + 999, &out, &fixture_err));
    alert_store_leave(other);
    assert_int_equal(out.count, 0);
    for (int64_t tries = 1; tries <= 2; tries++) {
        int64_t now = NOW + tries * 2000;

        assert_ok(alert_store_doubt(other, db.arena, now, 3, 0, STR("doubt"), &given_up,
                                    &fixture_err));
        assert_int_equal(given_up, 0);
        assert_ok(alert_store_take_again(other, db.arena, now, &out, &fixture_err));
        assert_int_equal(out.count, 2);
        assert_int_equal(out.tries, tries);
        assert_true(str_is(out.content, "text") && str_is(out.message_id, "m"));
        assert_int_equal(out.channel.sent_count, tries);
        send(other, "m", &out, 2, true, now);
    }
    assert_ok(alert_store_doubt(other, db.arena, NOW + 9000, 3, 0, STR("doubt"), &given_up,
                                &fixture_err));
    assert_int_equal(given_up, 2);
    assert_ok(alert_store_take_again(other, db.arena, NOW + 9000, &out, &fixture_err));
    alert_store_leave(other);
    assert_int_equal(out.count, 0);
}

static void a_minute_is_everybodys(void **state)
{
    char id[16];

    (void)state;
    for (int i = 0; i < MINUTE_MAX + 2; i++) {
        (void)snprintf(id, sizeof(id), "%03d", i);
        put(id, "warn", i, 0);
    }
    for (int i = 0; i < MINUTE_MAX; i++) {
        struct alert_store *store = i % 2 ? alerts : other;
        struct alert_take out = take(store, NOW + i);

        assert_int_equal(out.channel.sent_count, i);
        (void)snprintf(id, sizeof(id), "m%d", i);
        send(store, id, &out, 1, false, NOW + i);
    }
    assert_int_equal(take(alerts, NOW + 60000).count, 0);
    alert_store_leave(alerts);
    struct alert_take out = take(other, NOW + ALERT_WINDOW_MS);
    alert_store_leave(other);
    assert_int_equal(out.count, 2); /* the first has left the window */
    assert_int_equal(out.channel.sent_count, MINUTE_MAX - 1);
    assert_int_equal(out.channel.sent_first, NOW + 1);
}

static void a_pause_is_everybodys(void **state)
{
    const struct alert_end end = { .alert_id = STR("a"), .state = ALERT_STATE_WAITING,
                                   .target = STR("t") };
    struct alert_finish done = { .message_id = STR("m"), .channel = STR("robot:1"), .ends = &end,
                                 .count = 1, .now_ms = NOW, .paused_until = NOW + 60000,
                                 .strikes = 3, .doubt = true };
    struct alert_take out;

    (void)state;
    put("a", "warn", 1, 0);
    out = take(alerts, NOW);
    send(alerts, "m", &out, 1, false, NOW);
    assert_ok(alert_store_finish(alerts, db.arena, &done, &fixture_err));
    out = take(other, NOW + 59999);
    alert_store_leave(other);
    assert_int_equal(out.count, 0);
    assert_int_equal(out.channel.strikes, 3);
    assert_true(out.channel.doubt);
    done.paused_until = NOW; /* another's success does not shorten it */
    done.strikes = 0;
    done.doubt = false;
    assert_ok(alert_store_finish(alerts, db.arena, &done, &fixture_err));
    assert_int_equal(take(other, NOW + 59999).count, 0);
    alert_store_leave(other);
    assert_int_equal(take(other, NOW + 60000).count, 1);
    alert_store_leave(other);
    assert_ok(alert_store_pause(other, db.arena, STR("robot:1"), NOW + 70000, 4, &fixture_err));
    assert_int_equal(take(alerts, NOW + 60000).count, 0);
    alert_store_leave(alerts);
}

static void targets_backlog_and_what_nobody_can_be_told(void **state)
{
    struct str *targets, id = STR("a");
    int64_t waiting, oldest;
    struct alert_take out;
    size_t count;

    (void)state;
    assert_ok(alert_store_backlog(alerts, &waiting, &oldest, &fixture_err));
    assert_int_equal(waiting + oldest, 0);
    put("a", "warn", 5, 0);
    put("b", "warn", 6, NOW + 50);
    assert_ok(alert_store_targets(alerts, db.arena, NOW, &targets, &count, &fixture_err));
    assert_int_equal(count, 1);
    assert_true(str_is(targets[0], "t"));
    assert_ok(alert_store_backlog(alerts, &waiting, &oldest, &fixture_err));
    assert_int_equal(waiting, 2);
    assert_int_equal(oldest, 5);
    out = take(alerts, NOW);
    assert_int_equal(out.count, 1);
    assert_ok(alert_store_give_up(alerts, db.arena, &id, 1, STR("nobody"), NOW, &fixture_err));
    assert_string_equal(states(), "a|given_up;b|waiting");
    assert_ok(alert_store_targets(alerts, db.arena, NOW, &targets, &count, &fixture_err));
    assert_int_equal(count, 0);
    assert_string_equal(alert_state_name(ALERT_STATE_GIVEN_UP), "given_up");
}

static void what_was_said_is_forgotten(void **state)
{
    struct alert_take out;

    (void)state;
    put("a", "warn", 1, 0);
    put("b", "warn", 2, 0);
    out = take(alerts, NOW);
    send(alerts, "m1", &out, 1, false, NOW);
    out = take(alerts, NOW);
    send(alerts, "m2", &out, 1, false, NOW);
    finish("m1", "a", ALERT_STATE_DELIVERED, NOW);
    assert_ok(alert_store_forget(alerts, db.arena, NOW, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from alert_messages"), 2);
    assert_ok(alert_store_forget(alerts, db.arena, NOW + 1, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from alert_messages"), 1);
}

/* What an older notify left: finished rows without a body say nothing until they are read again. */
static void a_row_of_before_the_queue_is_announced_when_read_again(void **state)
{
    struct alert_outcome *outcomes;
    size_t count;

    (void)state;
    fixture_run(&db, "insert into alert_sends (alert_id, state, attempts, at, reason)"
                     " values ('a', 'delivered', 1, 5, '')");
    assert_ok(alert_store_unsaid(alerts, db.arena, 10, &outcomes, &count, &fixture_err));
    assert_int_equal(count, 0);
    put("a", "warn", 1, 0);
    assert_string_equal(states(), "a|delivered");
    assert_ok(alert_store_unsaid(alerts, db.arena, 10, &outcomes, &count, &fixture_err));
    assert_int_equal(count, 1);
    assert_int_equal(outcomes[0].at, 5);
}

#define ALERTS 60

struct sender {
    pthread_t thread;
    int sent;
    bool broken;
    int number;
};

/* As a replica does: take, send one, finish, until nothing is left. */
static void *sender_run(void *argument)
{
    struct sender *sender = argument;
    struct arena *arena = arena_open(64 << 20);
    struct alert_store *own;
    struct err err;

    sender->broken = !alert_store_open(&own, db.url, &err);
    for (int i = 0; !sender->broken; i++) {
        const struct alert_ask ask = { .target = STR("t"), .channel = STR("robot:9"),
                                       .minute_max = ALERTS * 2, .count_max = 5, .now_ms = NOW };
        struct alert_take out;

        sender->broken = !alert_store_take(own, arena, &ask, &out, &err);
        if (sender->broken || out.count == 0)
            break;
        struct str message_id = arena_format(arena, "%d-%d", sender->number, i);
        const struct alert_message message = {
            .message_id = message_id, .channel = STR("robot:9"), .target = STR("t"),
            .content = STR("x"), .alert_ids = &out.entries[0].alert_id, .count = 1,
            .now_ms = NOW, .lease_ms = 1000,
        };
        const struct alert_end end = { .alert_id = out.entries[0].alert_id,
                                       .state = ALERT_STATE_DELIVERED, .target = STR("t") };
        const struct alert_finish done = { .message_id = message_id, .channel = STR("robot:9"),
                                           .ends = &end, .count = 1, .now_ms = NOW };
        sender->broken = !alert_store_send(own, arena, &message, &err)
            || !alert_store_finish(own, arena, &done, &err);
        sender->sent++;
    }
    if (sender->broken)
        fprintf(stderr, "%s\n", err.text);
    alert_store_close(own);
    arena_close(arena);
    return NULL;
}

static void of_three_senders_one_sends_each(void **state)
{
    struct sender senders[3];
    int sent = 0;

    (void)state;
    for (int i = 0; i < ALERTS; i++) {
        char id[16];

        (void)snprintf(id, sizeof(id), "%03d", i);
        put(id, "warn", i, 0);
    }
    for (int i = 0; i < 3; i++) {
        senders[i] = (struct sender){ .number = i };
        assert_int_equal(pthread_create(&senders[i].thread, NULL, sender_run, &senders[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(senders[i].thread, NULL), 0);
        assert_false(senders[i].broken);
        sent += senders[i].sent;
    }
    assert_int_equal(sent, ALERTS);
    assert_int_equal(fixture_number(&db, "select count(*) from alert_sends where state ="
                                         " 'delivered' and attempts = 1"),
                     ALERTS);
    assert_int_equal(fixture_number(&db, "select cardinality(sent) from alert_channels"), ALERTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_is_stored_once, wipe),
        cmocka_unit_test_setup(the_urgent_and_the_oldest_come_first, wipe),
        cmocka_unit_test_setup(a_message_goes_its_whole_way, wipe),
        cmocka_unit_test_setup(a_dead_process_leaves_a_doubt, wipe),
        cmocka_unit_test_setup(what_may_be_sent_again_is, wipe),
        cmocka_unit_test_setup(a_minute_is_everybodys, wipe),
        cmocka_unit_test_setup(a_pause_is_everybodys, wipe),
        cmocka_unit_test_setup(targets_backlog_and_what_nobody_can_be_told, wipe),
        cmocka_unit_test_setup(what_was_said_is_forgotten, wipe),
        cmocka_unit_test_setup(a_row_of_before_the_queue_is_announced_when_read_again, wipe),
        cmocka_unit_test_setup(of_three_senders_one_sends_each, wipe),
    };

    return cmocka_run_group_tests_name("alert_store", tests, setup, teardown);
}
