/* db_store against a real PostgreSQL: forward, once, side by side, and never over a newer one. */
#include "pg_fixture.h"

#include <pthread.h>

#include "store/migrations.h"

static struct pg_fixture db;

static int setup(void **state)
{
    (void)state;
    fixture_open_empty(&db, "db");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_close(&db);
    fixture_open_empty(&db, "db");
    return 0;
}

static void count_one(void *context, int64_t version, const char *name)
{
    int64_t *last = context;

    assert_int_equal(version, *last + 1); /* in their order, none twice */
    assert_non_null(name);
    *last = version;
}

static void an_empty_database_is_at_zero(void **state)
{
    struct db_status status;

    (void)state;
    assert_ok(db_store_status(db.url, &status, &fixture_err));
    assert_int_equal(status.current, 0);
    assert_int_equal(status.newest, migrations_newest());
    assert_true(status.newest >= 3);
}

static void migrations_are_applied_once_in_their_order(void **state)
{
    struct db_status status;
    int64_t last = 0;

    (void)state;
    assert_ok(db_store_migrate(db.url, count_one, &last, &status, &fixture_err));
    assert_int_equal(last, status.newest);
    assert_int_equal(status.current, status.newest);
    assert_int_equal(fixture_number(&db, "select count(*) from schema_version"), status.newest);
    assert_int_equal(fixture_number(&db, "select epoch from stock_epoch"), 1);

    last = 99; /* nothing is told, because nothing is applied */
    assert_ok(db_store_migrate(db.url, count_one, &last, &status, &fixture_err));
    assert_int_equal(last, 99);
}

static void names_are_numbered_without_a_gap(void **state)
{
    int64_t version = 0;
    size_t i = 0;

    (void)state;
    for (; db_store_name(i, &version); i++) {
        char prefix[8];

        assert_int_equal(version, i + 1);
        (void)snprintf(prefix, sizeof(prefix), "%04d_", (int)version);
        assert_int_equal(strncmp(db_store_name(i, &version), prefix, 5), 0);
    }
    assert_int_equal(i, migrations_newest());
}

static void a_newer_database_is_refused_with_one_sentence(void **state)
{
    struct db_status status;

    (void)state;
    assert_ok(db_store_migrate(db.url, NULL, NULL, &status, &fixture_err));
    fixture_run(&db, "insert into schema_version (version, name) values (9999, 'later')");
    assert_false(db_store_migrate(db.url, NULL, NULL, &status, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_FATAL);
    assert_non_null(strstr(fixture_err.text, "9999"));
    assert_false(db_store_status(db.url, &status, &fixture_err));
}

static void a_migration_that_fails_leaves_nothing_of_itself(void **state)
{
    struct db_status status;

    (void)state;
    fixture_run(&db, "create table orders (mine int)"); /* in the way of the second */
    assert_false(db_store_migrate(db.url, NULL, NULL, &status, &fixture_err));
    assert_non_null(strstr(fixture_err.text, "0002"));
    assert_ok(db_store_status(db.url, &status, &fixture_err));
    assert_int_equal(status.current, 1);
    assert_int_equal(fixture_number(&db, "select count(*) from pg_class where relname = 'gates'"
                                         " and relnamespace = current_schema()::regnamespace"),
                     0);
    fixture_run(&db, "drop table orders");
    assert_ok(db_store_migrate(db.url, NULL, NULL, &status, &fixture_err));
    assert_int_equal(status.current, status.newest);
}

static void *migrate_run(void *argument)
{
    struct db_status status;
    struct err err;
    bool *ok = argument;

    *ok = db_store_migrate(db.url, NULL, NULL, &status, &err) && status.current == status.newest;
    return NULL;
}

static void two_at_once_take_turns(void **state)
{
    pthread_t threads[3];
    bool ok[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_run, &ok[i]), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(ok[i]);
    }
    assert_int_equal(fixture_number(&db, "select count(*) from schema_version"),
                     migrations_newest());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_database_is_at_zero, wipe),
        cmocka_unit_test_setup(migrations_are_applied_once_in_their_order, wipe),
        cmocka_unit_test_setup(names_are_numbered_without_a_gap, wipe),
        cmocka_unit_test_setup(a_newer_database_is_refused_with_one_sentence, wipe),
        cmocka_unit_test_setup(a_migration_that_fails_leaves_nothing_of_itself, wipe),
        cmocka_unit_test_setup(two_at_once_take_turns, wipe),
    };

    return cmocka_run_group_tests_name("db_store", tests, setup, teardown);
}
