/* alert_store against a real PostgreSQL: what stood before, and claimers side by side. */
#include "pg_fixture.h"

#include <pthread.h>

#include "store/alert_store.h"

static struct pg_fixture db;
static struct alert_store *alerts;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "alerts");
    assert_ok(alert_store_open(&alerts, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    alert_store_close(alerts);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate alert_sends");
    return 0;
}

static void finish(const char *id, enum alert_send_state how, int64_t at)
{
    struct alert_send done = { .alert_id = str_of(id), .state = how, .attempts = 3, .at = at,
                               .reason = STR("45009") };

    assert_ok(alert_store_finish(alerts, db.arena, &done, 1, &fixture_err));
}

static void a_claim_tells_what_stood_before(void **state)
{
    struct str ids[] = { STR("b"), STR("a"), STR("b") };
    struct alert_send before[3];

    (void)state;
    assert_ok(alert_store_claim(alerts, db.arena, ids, 3, 100, before, &fixture_err));
    for (int i = 0; i < 3; i++) {
        assert_true(str_eq(before[i].alert_id, ids[i]));
        assert_int_equal(before[i].state, ALERT_SEND_STATE_NONE);
    }
    assert_ok(alert_store_claim(alerts, db.arena, ids, 2, 200, before, &fixture_err));
    assert_int_equal(before[0].state, ALERT_SEND_STATE_SENDING);
    assert_int_equal(before[0].attempts, 1); /* twice in one claim is one claim */
    assert_int_equal(before[0].at, 100);

    finish("b", ALERT_SEND_STATE_SENT, 300);
    finish("a", ALERT_SEND_STATE_GIVEN_UP, 301);
    assert_ok(alert_store_claim(alerts, db.arena, ids, 2, 400, before, &fixture_err));
    assert_int_equal(before[0].state, ALERT_SEND_STATE_SENT);
    assert_int_equal(before[0].at, 300);
    assert_int_equal(before[1].state, ALERT_SEND_STATE_GIVEN_UP);
    assert_true(str_is(before[1].reason, "45009"));
    assert_int_equal(fixture_number(&db, "select count(*) from alert_sends where state ="
                                         " 'sending'"),
                     0);
}

static void what_is_finished_stays(void **state)
{
    struct str id = STR("a");
    struct alert_send before;

    (void)state;
    assert_ok(alert_store_claim(alerts, db.arena, &id, 1, 1, &before, &fixture_err));
    finish("a", ALERT_SEND_STATE_SENT, 10);
    finish("a", ALERT_SEND_STATE_GIVEN_UP, 20);
    finish("never claimed", ALERT_SEND_STATE_SENT, 20);
    assert_int_equal(fixture_number(&db, "select count(*) from alert_sends"), 1);
    assert_int_equal(fixture_number(&db, "select at from alert_sends where state = 'sent'"), 10);
}

static void nothing_is_claimed_for_nothing(void **state)
{
    (void)state;
    assert_ok(alert_store_claim(alerts, db.arena, NULL, 0, 1, NULL, &fixture_err));
    assert_ok(alert_store_finish(alerts, db.arena, NULL, 0, &fixture_err));
    assert_string_equal(alert_send_state_name(ALERT_SEND_STATE_GIVEN_UP), "given_up");
}

#define ALERTS 60

struct claimer {
    int fresh;
    bool broken;
};

static void *claimer_run(void *argument)
{
    struct claimer *claimer = argument;
    struct arena *arena = arena_open(1 << 20);
    struct alert_store *own;
    struct err err;

    if (!alert_store_open(&own, db.url, &err))
        return claimer->broken = true, NULL;
    for (int i = 0; i < ALERTS; i++) {
        struct str id = arena_format(arena, "alert-%d", i);
        struct alert_send before;

        if (!alert_store_claim(own, arena, &id, 1, 1, &before, &err))
            claimer->broken = true;
        else if (before.state == ALERT_SEND_STATE_NONE)
            claimer->fresh++;
    }
    alert_store_close(own);
    arena_close(arena);
    return NULL;
}

static void of_two_claimers_one_is_first(void **state)
{
    struct claimer claimers[3] = { { 0, false } };
    pthread_t threads[3];
    int fresh = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claimer_run, &claimers[i]), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(claimers[i].broken);
        fresh += claimers[i].fresh;
    }
    assert_int_equal(fresh, ALERTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_claim_tells_what_stood_before, wipe),
        cmocka_unit_test_setup(what_is_finished_stays, wipe),
        cmocka_unit_test_setup(nothing_is_claimed_for_nothing, wipe),
        cmocka_unit_test_setup(of_two_claimers_one_is_first, wipe),
    };

    return cmocka_run_group_tests_name("alert_store", tests, setup, teardown);
}
