/* rules_store against a real PostgreSQL: versions are only added, the highest is in force. */
#include "pg_fixture.h"

#include "store/rules_store.h"

static struct pg_fixture db;
static struct rules_store *rules;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "rules");
    assert_ok(rules_store_open(&rules, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rules_store_close(rules);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate rule_versions");
    return 0;
}

static int64_t put(const char *set, const char *body, int64_t repeats)
{
    struct rules_version_view version = { .set = str_of(set), .body = str_of(body),
                                          .by = STR("li"), .reason = STR("零点加严"),
                                          .repeats = repeats };
    int64_t number = 0;

    assert_ok(rules_store_put(rules, db.arena, &version, &number, &fixture_err));
    return number;
}

static struct rules_version_view newest(const char *set, int64_t above)
{
    struct rules_version_view view;

    assert_ok(rules_store_newest(rules, db.arena, str_of(set), above, &view, &fixture_err));
    return view;
}

static void numbers_count_per_set(void **state)
{
    (void)state;
    assert_int_equal(newest("anomaly", 0).version, 0);
    assert_int_equal(put("anomaly", "{1}", 0), 1);
    assert_int_equal(put("anomaly", "{2}", 0), 2);
    assert_int_equal(put("route", "{r}", 0), 1);
    assert_true(str_is(newest("anomaly", 0).body, "{2}"));
    assert_true(str_is(newest("route", 0).body, "{r}"));
}

/* Who holds the newest is told nothing, not even its text. */
static void only_what_is_newer_is_read(void **state)
{
    (void)state;
    put("anomaly", "{1}", 0);
    assert_int_equal(newest("anomaly", 1).version, 0);
    assert_int_equal(newest("anomaly", 1).body.size, 0);
    put("anomaly", "{2}", 0);
    assert_int_equal(newest("anomaly", 1).version, 2);
}

static void a_rollback_repeats_an_old_version(void **state)
{
    struct rules_version_view *rows, one;
    size_t count;
    bool found;

    (void)state;
    put("anomaly", "{1}", 0);
    put("anomaly", "{2}", 0);
    assert_int_equal(put("anomaly", "{1}", 1), 3);
    assert_ok(rules_store_list(rules, db.arena, STR("anomaly"), 2, &rows, &count, &fixture_err));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].version, 3);
    assert_int_equal(rows[0].repeats, 1);
    assert_int_equal(rows[0].body.size, 0);
    assert_true(str_is(rows[0].by, "li"));
    assert_true(rows[0].at > 0);
    assert_ok(rules_store_get(rules, db.arena, STR("anomaly"), 2, &one, &found, &fixture_err));
    assert_true(found && str_is(one.body, "{2}"));
    assert_ok(rules_store_get(rules, db.arena, STR("anomaly"), 9, &one, &found, &fixture_err));
    assert_false(found);
}

/* As rules_keeper asks: the newest above, the newest below. */
static void a_source_gives_newer_and_older_ones(void **state)
{
    struct rule_source source = rules_store_source(rules);
    struct rule_text text;

    (void)state;
    put("anomaly", "{1}", 0);
    put("anomaly", "{2}", 0);
    put("route", "{r}", 0);
    assert_ok(source.newest(source.store, db.arena, STR("anomaly"), 1, &text, &fixture_err));
    assert_true(text.version == 2 && str_is(text.body, "{2}") && str_is(text.by, "li"));
    assert_ok(source.newest(source.store, db.arena, STR("anomaly"), 2, &text, &fixture_err));
    assert_int_equal(text.version, 0);
    assert_ok(source.older(source.store, db.arena, STR("anomaly"), 2, &text, &fixture_err));
    assert_true(text.version == 1 && str_is(text.body, "{1}"));
    assert_ok(source.older(source.store, db.arena, STR("anomaly"), 1, &text, &fixture_err));
    assert_int_equal(text.version, 0);
}

/* Nothing in the program can change what was published. */
static void a_rollback_cannot_repeat_what_is_not_there(void **state)
{
    struct rules_version_view version = { .set = STR("anomaly"), .body = STR("{}"),
                                          .by = STR("li"), .reason = STR("x"), .repeats = 1 };
    int64_t number = 0;
    struct err err = { 0 };

    (void)state;
    assert_false(rules_store_put(rules, db.arena, &version, &number, &err));
    assert_int_equal(err.class, ERR_REJECT);
    assert_int_equal(newest("anomaly", 0).version, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_count_per_set, wipe),
        cmocka_unit_test_setup(only_what_is_newer_is_read, wipe),
        cmocka_unit_test_setup(a_rollback_repeats_an_old_version, wipe),
        cmocka_unit_test_setup(a_source_gives_newer_and_older_ones, wipe),
        cmocka_unit_test_setup(a_rollback_cannot_repeat_what_is_not_there, wipe),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
