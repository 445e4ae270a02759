/* check_store against a real PostgreSQL: the first verdict on a scan stays. */
#include "pg_fixture.h"

#include "store/check_store.h"

static struct pg_fixture db;
static struct check_store *checks;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "checks");
    assert_ok(check_store_open(&checks, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    check_store_close(checks);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate shipment_checks");
    return 0;
}

static struct check_note note_of(const char *shipment, const char *fate, int64_t at,
                                 const char *verdict)
{
    return (struct check_note){ .shipment_id = str_of(shipment), .fate = str_of(fate), .at = at,
                                .verdict = str_of(verdict), .reason = str_of(verdict) };
}

static void the_first_verdict_stays(void **state)
{
    struct check_note first = note_of("s1", "packed", 5, "go");
    struct check_note again = note_of("s1", "packed", 5, "stop");

    (void)state;
    assert_ok(check_store_note(checks, db.arena, &first, 1, &fixture_err));
    assert_ok(check_store_note(checks, db.arena, &again, 1, &fixture_err));
    assert_true(str_is(again.verdict, "go"));
    assert_true(str_is(again.reason, "go"));
}

/* Another time or another fate of the same parcel is another scan. */
static void each_scan_has_its_own(void **state)
{
    struct check_note notes[] = {
        note_of("s1", "packed", 5, "go"),
        note_of("s1", "packed", 6, "stop"),
        note_of("s1", "left", 5, "wrong"),
        note_of("s2", "packed", 5, "go"),
    };

    (void)state;
    assert_ok(check_store_note(checks, db.arena, notes, 4, &fixture_err));
    assert_true(str_is(notes[0].verdict, "go"));
    assert_true(str_is(notes[1].verdict, "stop"));
    assert_true(str_is(notes[2].verdict, "wrong"));
    assert_true(str_is(notes[3].verdict, "go"));
}

/* A warehouse repeats itself within one batch. */
static void a_repeat_in_one_batch_gets_the_first(void **state)
{
    struct check_note notes[] = { note_of("s1", "left", 5, "go"), note_of("s1", "left", 5, "go") };

    (void)state;
    notes[0].reason = STR_NONE;
    assert_ok(check_store_note(checks, db.arena, notes, 2, &fixture_err));
    assert_true(str_eq(notes[0].verdict, notes[1].verdict));
    assert_true(str_eq(notes[0].reason, notes[1].reason));
}

static void nothing_is_fine(void **state)
{
    (void)state;
    assert_ok(check_store_note(checks, db.arena, NULL, 0, &fixture_err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_verdict_stays, wipe),
        cmocka_unit_test_setup(each_scan_has_its_own, wipe),
        cmocka_unit_test_setup(a_repeat_in_one_batch_gets_the_first, wipe),
        cmocka_unit_test_setup(nothing_is_fine, wipe),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
