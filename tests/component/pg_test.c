/*
 * pg against a real PostgreSQL: parameters and arrays, transactions, classes of errors, and what a
 * lost connection costs.
 */
#include "pg_fixture.h"

#include "base/clock.h"
#include "store/migrations.h"

static struct pg_fixture db;
static struct pg *pg;

static int setup(void **state)
{
    (void)state;
    fixture_open_empty(&db, "pg");
    fixture_run(&db, "create table t (id bigint primary key, txt text, raw bytea,"
                     " check (id < 1000))");
    assert_ok(pg_open(&pg, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pg_close(pg);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    pg_rollback(pg);
    fixture_run(&db, "truncate t");
    return 0;
}

static const char insert_sql[] =
    "insert into t (id, txt) select * from unnest($1::bigint[], $2::text[])";

static bool insert_one(int64_t id, struct str text, struct err *err)
{
    struct str params[] = { pg_int_array(db.arena, &id, 1), pg_text_array(db.arena, &text, 1) };

    return pg_query(pg, insert_sql, params, 2, NULL, err);
}

static void a_malformed_url_is_fatal_and_not_quoted(void **state)
{
    struct pg *none = NULL;

    (void)state;
    assert_false(pg_open(&none, "postgresql://u:secret@host/db?nonsense=1", &fixture_err));
    assert_int_equal(fixture_err.class, ERR_FATAL);
    assert_null(strstr(fixture_err.text, "secret"));
    assert_null(none);
}

static void arrays_carry_any_text(void **state)
{
    struct str texts[] = { STR("plain"), STR("a,b{}\"q\"\\s"), STR(""), STR_NONE, STR("水闸"),
                           STR("NULL"), STR("line\nbreak\ttab"), STR("\x1c\x1d") };
    int64_t ids[] = { 0, 1, -2, 3, 4, 5, 6, INT64_C(7) };
    struct str params[] = { pg_int_array(db.arena, ids, 8), pg_text_array(db.arena, texts, 8) };
    struct pg_result *rows;

    (void)state;
    assert_ok(pg_query(pg, insert_sql, params, 2, &rows, &fixture_err));
    assert_int_equal(pg_affected(rows), 8);
    pg_result_free(rows);
    for (size_t i = 0; i < 8; i++) {
        struct str id = arena_format(db.arena, "%lld", (long long)ids[i]);

        assert_ok(pg_query(pg, "select txt, id from t where id = $1::bigint", &id, 1, &rows,
                           &fixture_err));
        assert_int_equal(pg_rows(rows), 1);
        assert_int_equal(pg_is_null(rows, 0, 0), texts[i].data == NULL);
        assert_true(str_eq(pg_text(rows, 0, 0), texts[i]));
        assert_int_equal(pg_int(rows, 0, 1), ids[i]);
        pg_result_free(rows);
    }
}

static void empty_arrays_are_empty(void **state)
{
    struct str params[] = { pg_int_array(db.arena, NULL, 0), pg_text_array(db.arena, NULL, 0) };
    struct pg_result *rows;

    (void)state;
    assert_true(str_is(params[0], "{}"));
    assert_ok(pg_query(pg, insert_sql, params, 2, &rows, &fixture_err));
    assert_int_equal(pg_affected(rows), 0);
    pg_result_free(rows);
}

static void a_null_parameter_is_null(void **state)
{
    struct str none = STR_NONE;
    struct pg_result *rows;

    (void)state;
    assert_ok(pg_query(pg, "select $1::text is null, $1::text", &none, 1, &rows, &fixture_err));
    assert_true(str_is(pg_text(rows, 0, 0), "t"));
    assert_true(pg_is_null(rows, 0, 1));
    pg_result_free(rows);
}

static void bytes_go_there_and_back(void **state)
{
    char all[256];
    struct str bytes = { .data = all, .size = sizeof(all) }, param, back;
    struct pg_result *rows;

    (void)state;
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    param = pg_bytes(db.arena, bytes);
    assert_ok(pg_query(pg, "select $1::bytea, ''::bytea", &param, 1, &rows, &fixture_err));
    back = pg_get_bytes(db.arena, rows, 0, 0);
    assert_int_equal(back.size, sizeof(all));
    assert_memory_equal(back.data, all, sizeof(all));
    assert_int_equal(pg_get_bytes(db.arena, rows, 0, 1).size, 0);
    pg_result_free(rows);
}

static void a_nul_byte_is_this_events_fault(void **state)
{
    (void)state;
    assert_false(insert_one(1, (struct str){ .data = "a\0b", .size = 3 }, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_REJECT);
    assert_ok(insert_one(1, STR("fine"), &fixture_err));
}

static void errors_have_their_class(void **state)
{
    static const struct {
        const char *sql;
        enum err_class class;
    } cases[] = {
        { "select nothing from nowhere", ERR_FATAL },
        { "selec", ERR_FATAL },
        { "insert into t values (1000)", ERR_REJECT },
        { "insert into t values (1), (1)", ERR_REJECT },
        { "insert into t (id) values (1), (1) on conflict (id) do update set txt = ''",
          ERR_REJECT },
        { "do $$ begin raise exception 'x' using errcode = '54000'; end $$", ERR_REJECT },
        { "select 1 / 0", ERR_REJECT },
        { "select 'private words'::bigint", ERR_REJECT },
        { "do $$ begin raise exception 'x' using errcode = '40001'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '40P01'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '55P03'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '53100'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '57014'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '58030'; end $$", ERR_RETRY },
        { "do $$ begin raise exception 'x' using errcode = '25006'; end $$", ERR_RETRY },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(pg_query(pg, cases[i].sql, NULL, 0, NULL, &fixture_err));
        if (fixture_err.class != cases[i].class)
            fail_msg("%s: %s", cases[i].sql, err_class_name(fixture_err.class));
        assert_null(strstr(fixture_err.text, "private words"));
    }
    assert_false(pg_query(pg, cases[0].sql, NULL, 0, NULL, &fixture_err));
    assert_non_null(strstr(fixture_err.text, "sluice db migrate"));
}

static void a_transaction_ends_whole_or_not_at_all(void **state)
{
    (void)state;
    assert_ok(pg_begin(pg, &fixture_err));
    assert_ok(insert_one(1, STR("a"), &fixture_err));
    pg_rollback(pg);
    assert_int_equal(fixture_number(&db, "select count(*) from t"), 0);

    assert_ok(pg_begin(pg, &fixture_err));
    assert_ok(insert_one(2, STR("a"), &fixture_err));
    assert_ok(pg_commit(pg, &fixture_err));
    pg_rollback(pg); /* nothing left to roll back */
    assert_int_equal(fixture_number(&db, "select count(*) from t"), 1);

    assert_ok(pg_begin(pg, &fixture_err));
    assert_ok(insert_one(3, STR("a"), &fixture_err));
    assert_false(insert_one(3, STR("again"), &fixture_err));
    assert_false(pg_commit(pg, &fixture_err)); /* it had failed: never a silent success */
    pg_rollback(pg);
    assert_int_equal(fixture_number(&db, "select count(*) from t"), 1);
    assert_ok(insert_one(4, STR("goes on"), &fixture_err));
}

/* Ends the connection of `pg` from another one, as a restart would. */
static void kill_connection(void)
{
    struct pg_result *rows;
    int64_t pid;

    assert_ok(pg_query(pg, "select pg_backend_pid()", NULL, 0, &rows, &fixture_err));
    pid = pg_int(rows, 0, 0);
    pg_result_free(rows);
    fixture_run(&db, arena_format(db.arena, "select pg_terminate_backend(%d)", (int)pid).data);
    for (int i = 0; i < 200; i++) {
        if (fixture_number(&db, "select count(*) from pg_stat_activity where pid = %d", (int)pid)
            == 0)
            return;
        clock_sleep_ms(10);
    }
    fail_msg("the connection is still there");
}

static void an_idle_connection_that_died_is_replaced(void **state)
{
    (void)state;
    assert_ok(insert_one(1, STR("a"), &fixture_err));
    kill_connection();
    assert_ok(insert_one(2, STR("prepared anew"), &fixture_err));
    kill_connection();
    assert_ok(pg_begin(pg, &fixture_err));
    assert_ok(insert_one(3, STR("c"), &fixture_err));
    assert_ok(pg_commit(pg, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from t"), 3);
}

static void a_connection_lost_in_a_transaction_is_retry(void **state)
{
    (void)state;
    assert_ok(pg_begin(pg, &fixture_err));
    assert_ok(insert_one(1, STR("a"), &fixture_err));
    kill_connection();
    assert_false(insert_one(2, STR("b"), &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    assert_false(insert_one(3, STR("never outside of it"), &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    assert_false(pg_commit(pg, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    pg_rollback(pg);
    assert_ok(insert_one(4, STR("d"), &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from t"), 1);
}

static void a_server_that_is_down_is_retry(void **state)
{
    struct pg *none;

    (void)state;
    assert_ok(pg_open(&none, "postgresql://nobody@127.0.0.1:1/none", &fixture_err));
    assert_false(pg_begin(none, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    assert_false(pg_query(none, "select 1", NULL, 0, NULL, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    pg_rollback(none);
    pg_close(none);
}

static void a_newer_database_is_refused(void **state)
{
    struct pg *late;

    (void)state;
    fixture_run(&db, "create table schema_version (version bigint)");
    fixture_run(&db, arena_format(db.arena, "insert into schema_version values (%d)",
                                  (int)migrations_newest() + 1)
                         .data);
    assert_false(pg_open(&late, db.url, &fixture_err)); /* before anything is begun */
    assert_int_equal(fixture_err.class, ERR_FATAL);
    assert_non_null(strstr(fixture_err.text, "start a newer sluice"));
    fixture_run(&db, "drop table schema_version");
    assert_ok(pg_open(&late, db.url, &fixture_err));
    assert_ok(pg_begin(late, &fixture_err));
    pg_rollback(late);
    pg_close(late);
}

/* Megabytes both ways: no dead-lock between a full socket and a full socket. */
static void large_batches_go_through(void **state)
{
    const size_t count = 20000;
    struct str *texts = ARENA_ARRAY(db.arena, struct str, count);
    int64_t *ids = ARENA_ARRAY(db.arena, int64_t, count);
    struct pg_result *rows;
    struct str params[2];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        ids[i] = -(int64_t)i;
        texts[i] = arena_format(db.arena, "%0500zu", i);
    }
    params[0] = pg_int_array(db.arena, ids, count);
    params[1] = pg_text_array(db.arena, texts, count);
    assert_ok(pg_query(pg, insert_sql, params, 2, NULL, &fixture_err));
    assert_ok(pg_query(pg, "select txt from t order by id desc", NULL, 0, &rows, &fixture_err));
    assert_int_equal(pg_rows(rows), count);
    assert_true(str_eq(pg_text(rows, count - 1, 0), texts[count - 1]));
    pg_result_free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_malformed_url_is_fatal_and_not_quoted, wipe),
        cmocka_unit_test_setup(arrays_carry_any_text, wipe),
        cmocka_unit_test_setup(empty_arrays_are_empty, wipe),
        cmocka_unit_test_setup(a_null_parameter_is_null, wipe),
        cmocka_unit_test_setup(bytes_go_there_and_back, wipe),
        cmocka_unit_test_setup(a_nul_byte_is_this_events_fault, wipe),
        cmocka_unit_test_setup(errors_have_their_class, wipe),
        cmocka_unit_test_setup(a_transaction_ends_whole_or_not_at_all, wipe),
        cmocka_unit_test_setup(an_idle_connection_that_died_is_replaced, wipe),
        cmocka_unit_test_setup(a_connection_lost_in_a_transaction_is_retry, wipe),
        cmocka_unit_test_setup(a_server_that_is_down_is_retry, wipe),
        cmocka_unit_test_setup(a_newer_database_is_refused, wipe),
        cmocka_unit_test_setup(large_batches_go_through, wipe),
    };

    return cmocka_run_group_tests_name("pg", tests, setup, teardown);
}
