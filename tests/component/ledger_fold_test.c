/* Folding the journal and its partitions, against a real PostgreSQL (ledger_store.h, upkeep). */
#include "pg_fixture.h"

#include "base/clock.h"
#include "store/ledger_store.h"

static struct pg_fixture db;
static struct ledger_store *ledger;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "fold");
    assert_ok(ledger_store_open(&ledger, db.url, &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ledger_store_close(ledger);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate stock_journal, stock_records, stock_scalars, stock_movements");
    return 0;
}

/* ---- folding ---- */

static size_t fold(size_t rows_max)
{
    size_t folded = 99;

    assert_ok(ledger_store_fold(ledger, rows_max, &folded, &fixture_err));
    return folded;
}

static const char *journal_insert =
    "insert into stock_journal (epoch, worker, order_ids, seqs, records, skus, srevs, scalars,"
    " move_skus, move_ids, moves) values ";

static void journal(const char *values)
{
    fixture_run(&db, arena_format(db.arena, "%s%s", journal_insert, values).data);
}

static const char *folded_state(void)
{
    return arena_format(db.arena, "%s # %s # %s",
                        fixture_text(&db, "select order_id, seq, record from stock_records"
                                          " order by 1"),
                        fixture_text(&db, "select sku, epoch, srev, scalars from stock_scalars"
                                          " order by 1"),
                        fixture_text(&db, "select sku, movement_id, movement from stock_movements"
                                          " order by 1, 2"))
        .data;
}

static void folding_keeps_the_highest_of_each(void **state)
{
    (void)state;
    journal("(1,'w','{a,b,a}','{1,5,2}','{a1,b5,a2}','{S}','{9}','{s1.9}','{S}','{m1}','{x}'),"
            "(2,'w','{b,c}','{4,1}','{b4,c1}','{S,T}','{1,3}','{s2.1,t3}','{S,S}','{m1,m2}',"
            "'{x,y}')");
    assert_int_equal(fold(10), 2);
    assert_string_equal(folded_state(), "a|2|a2;b|5|b5;c|1|c1 # S|2|1|s2.1;T|2|3|t3"
                                        " # S|m1|x;S|m2|y");
    journal("(1,'w','{a}','{9}','{a9}','{S,T}','{99,99}','{old,old}','{}','{}','{}')");
    assert_int_equal(fold(10), 1);
    assert_string_equal(folded_state(), "a|9|a9;b|5|b5;c|1|c1 # S|2|1|s2.1;T|2|3|t3"
                                        " # S|m1|x;S|m2|y");
    assert_int_equal(fold(10), 0);
}

static void folding_in_bits_is_folding_at_once(void **state)
{
    const char *whole;

    (void)state;
    for (int round = 0; round < 2; round++) {
        wipe(NULL);
        for (int i = 0; i < 12; i++)
            journal(arena_format(db.arena,
                                 "(1,'w','{o%d,o%d}','{%d,%d}','{r%d,q%d}','{S}','{%d}','{s%d}',"
                                 "'{S}','{m%d}','{v}')",
                                 i % 3, 3 + i % 4, i, 20 - i, i, i, i, i, i)
                        .data);
        if (round == 0) {
            assert_int_equal(fold(100), 12);
            whole = folded_state();
        }
        while (round == 1 && fold(1) > 0)
            ;
    }
    assert_string_equal(folded_state(), whole);
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal where not folded"),
                     0);
}

/* STOCK.md 37: row 7 is drawn, row 8 is drawn and commits, the folder works, row 7 commits. */
static void a_row_that_commits_late_is_not_skipped(void **state)
{
    struct pg *slow;

    (void)state;
    assert_ok(pg_open(&slow, db.url, &fixture_err));
    assert_ok(pg_begin(slow, &fixture_err));
    assert_ok(pg_script(slow,
                        arena_format(db.arena,
                                     "%s(1,'w','{late}','{1}','{l1}','{}','{}','{}','{}','{}',"
                                     "'{}')",
                                     journal_insert)
                            .data,
                        &fixture_err));
    journal("(1,'w','{early}','{1}','{e1}','{}','{}','{}','{}','{}','{}')");
    assert_int_equal(fold(10), 1);
    assert_ok(pg_commit(slow, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal a, stock_journal b"
                                         " where not a.folded and b.folded and a.id < b.id"),
                     1);
    assert_int_equal(fold(10), 1);
    assert_string_equal(folded_state(), "early|1|e1;late|1|l1 #  # ");
    pg_close(slow);
}

static void one_folder_at_a_time(void **state)
{
    struct pg *other;

    (void)state;
    journal("(1,'w','{a}','{1}','{a1}','{}','{}','{}','{}','{}','{}')");
    assert_ok(pg_open(&other, db.url, &fixture_err));
    assert_ok(pg_begin(other, &fixture_err));
    assert_ok(pg_query(other, "select pg_advisory_xact_lock(7303, hashtext(current_schema()))",
                       NULL, 0, NULL, &fixture_err));
    assert_int_equal(fold(10), 0);
    pg_rollback(other);
    assert_int_equal(fold(10), 1);
    pg_close(other);
}

/* ---- partitions ---- */

#define DAY_MS INT64_C(86400000)

static void partitions_are_made_ahead_and_dropped_when_folded(void **state)
{
    int64_t now = clock_now_ms(), old = (now / DAY_MS - 5) * DAY_MS;

    (void)state;
    assert_ok(ledger_store_upkeep(ledger, now, 2, &fixture_err));
    assert_ok(ledger_store_upkeep(ledger, now, 2, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from partition_days('stock_journal')"),
                     3);
    assert_int_equal(fixture_number(&db, "select count(*) from partition_days('gate_trail')"), 3);
    journal("(1,'w','{a}','{1}','{a1}','{}','{}','{}','{}','{}','{}')");
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal_rest"), 0);

    /* A day whose partition was missed: its rows are in the net, and move when it is made. */
    fixture_run(&db, arena_format(db.arena, "update stock_journal set at = %lld", (long long)old)
                         .data);
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal_rest"), 1);
    assert_ok(ledger_store_upkeep(ledger, old, 99, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal_rest"), 0);
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 1);

    assert_ok(ledger_store_upkeep(ledger, now, 2, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 1);
    assert_int_equal(fold(10), 1);
    assert_ok(ledger_store_upkeep(ledger, now, 2, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 0);
    assert_string_equal(folded_state(), "a|1|a1 #  # ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(folding_keeps_the_highest_of_each, wipe),
        cmocka_unit_test_setup(folding_in_bits_is_folding_at_once, wipe),
        cmocka_unit_test_setup(a_row_that_commits_late_is_not_skipped, wipe),
        cmocka_unit_test_setup(one_folder_at_a_time, wipe),
        cmocka_unit_test_setup(partitions_are_made_ahead_and_dropped_when_folded, wipe),
    };

    return cmocka_run_group_tests_name("ledger_fold", tests, setup, teardown);
}
