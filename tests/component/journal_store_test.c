/*
 * journal_store against a real PostgreSQL: the fence, the bodies, and what a rebuild reads.
 */
#include "pg_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/map.h"
#include "store/journal_store.h"

static struct pg_fixture db;
static struct journal_store *journal;

static int setup(void **state)
{
    (void)state;
    fixture_open(&db, "journal");
    assert_ok(journal_store_open(&journal, db.url, "reserve", &fixture_err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    journal_store_close(journal);
    fixture_close(&db);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    fixture_run(&db, "truncate stock_journal, stock_records, stock_scalars, stock_movements,"
                     " order_bodies, orders");
    return 0;
}

static int64_t epoch_now(void)
{
    int64_t epoch, generation;

    assert_ok(journal_store_epoch(journal, &epoch, &generation, &fixture_err));
    return epoch;
}

static struct stock_trace trace_of(struct stock_record_text *record)
{
    return (struct stock_trace){ .epoch = epoch_now(), .records = record, .record_count = 1 };
}

static void put_record(const char *order_id, int64_t seq, const char *text)
{
    struct stock_record_text record = { str_of(order_id), seq, str_of(text) };
    struct stock_trace trace = trace_of(&record);

    assert_ok(journal_store_put(journal, db.arena, &trace, NULL, 0, &fixture_err));
}

static void puts_one_row_a_batch(void **state)
{
    struct stock_record_text records[] = { { STR("douyin:s:1"), 7, STR("a \"b\" \\ {c},\n") },
                                           { STR("douyin:s:2"), 1, STR("水闸") } };
    struct stock_scalar_text scalars[] = { { STR("SKU,1"), 4, STR("x=1") } };
    struct stock_movement_text moves[] = { { STR("SKU,1"), STR("m\"1"), STR("W1 5 -2") } };
    struct stock_trace trace = { .epoch = epoch_now(),
                                 .records = records,
                                 .record_count = 2,
                                 .scalars = scalars,
                                 .scalar_count = 1,
                                 .movements = moves,
                                 .movement_count = 1 };

    (void)state;
    assert_ok(journal_store_put(journal, db.arena, &trace, NULL, 0, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 1);
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal where worker ="
                                         " 'reserve' and not folded and seqs = '{7,1}'"
                                         " and records[1] = E'a \"b\" \\\\ {c},\\n'"
                                         " and records[2] = '水闸' and skus = '{\"SKU,1\"}'"
                                         " and move_ids = E'{\"m\\\\\"1\"}'"),
                     1);
}

static void a_batch_without_answers_is_fenced_too(void **state)
{
    struct stock_trace trace = { .epoch = epoch_now() };

    (void)state;
    assert_ok(journal_store_put(journal, db.arena, &trace, NULL, 0, &fixture_err));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 1);
    trace.epoch++;
    assert_false(journal_store_put(journal, db.arena, &trace, NULL, 0, &fixture_err));
}

static void an_old_epoch_is_refused_and_leaves_nothing(void **state)
{
    struct stock_record_text record = { STR("o"), 1, STR("r") };
    struct stock_trace trace = trace_of(&record);
    struct order_body body = { STR("o"), 1, STR("d"), STR("{}") };
    int64_t epoch;

    (void)state;
    assert_ok(journal_store_raise_epoch(journal, &epoch, &fixture_err));
    assert_int_equal(epoch, trace.epoch + 1);
    assert_false(journal_store_put(journal, db.arena, &trace, &body, 1, &fixture_err));
    assert_int_equal(fixture_err.class, ERR_RETRY);
    assert_non_null(strstr(fixture_err.text, "epoch"));
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), 0);
    assert_int_equal(fixture_number(&db, "select count(*) from order_bodies"), 0);
    trace.epoch = epoch;
    assert_ok(journal_store_put(journal, db.arena, &trace, &body, 1, &fixture_err));
}

static void the_epoch_never_goes_back(void **state)
{
    (void)state;
    assert_false(pg_script(db.pg, "update stock_epoch set epoch = epoch - 1", &fixture_err));
    assert_false(pg_script(db.pg, "delete from stock_epoch", &fixture_err));
    assert_false(pg_script(db.pg, "insert into stock_epoch values (true, 9, 1)", &fixture_err));
}

static void bodies_keep_the_newest_rev(void **state)
{
    struct order_body bodies[] = { { STR("b"), 3, STR("d3"), STR("{\"v\":3}") },
                                   { STR("a"), 1, STR("d1"), STR("{\"a\":\"中\"}") },
                                   { STR("b"), 2, STR("d2"), STR("{\"v\":2}") } };
    struct order_body older = { STR("b"), 1, STR("d1"), STR("{\"v\":1}") };
    struct str ids[] = { STR("b"), STR("none"), STR("a"), STR("b") };
    struct order_body found[4];
    struct stock_trace trace = { .epoch = epoch_now() };

    (void)state;
    assert_ok(journal_store_put(journal, db.arena, &trace, bodies, 3, &fixture_err));
    assert_ok(journal_store_put(journal, db.arena, &trace, &older, 1, &fixture_err));
    assert_ok(journal_store_bodies(journal, db.arena, ids, 4, found, &fixture_err));
    assert_int_equal(found[0].rev, 3);
    assert_true(str_is(found[0].digest, "d3"));
    assert_true(str_is(found[0].json, "{\"v\":3}"));
    assert_int_equal(found[1].json.size, 0);
    assert_true(str_is(found[2].json, "{\"a\":\"中\"}"));
    assert_true(str_is(found[3].json, "{\"v\":3}"));
}

static void bodies_of_planned_orders_come_from_the_ledger(void **state)
{
    struct order_body old = { STR("a"), 1, STR("d1"), STR("{\"v\":1}") };
    struct str ids[] = { STR("a"), STR("p") };
    struct order_body found[2];
    struct stock_trace trace = { .epoch = epoch_now() };

    (void)state;
    assert_ok(journal_store_put(journal, db.arena, &trace, &old, 1, &fixture_err));
    fixture_run(&db, "insert into orders select id, 'c', 's', id, 4, 1, 1, 1, 'RESERVED', 'paid',"
                     " '', true, 'd4', 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 'k', 'p', 'c', 1, 0,"
                     " '{\"v\":4}' from unnest('{a,p}'::text[]) as u(id)");
    assert_ok(journal_store_bodies(journal, db.arena, ids, 2, found, &fixture_err));
    assert_int_equal(found[0].rev, 4);
    assert_true(str_is(found[0].digest, "d4"));
    assert_true(str_is(found[1].json, "{\"v\":4}"));
}

/* ---- what a rebuild reads ---- */

struct reading {
    struct arena *arena;
    struct map *records; /* order → the text */
    struct map *scalars, *movements;
    size_t count, slice_biggest, duplicates;
    int64_t done, total;
    bool records_begun, order_wrong;
};

static void read_one(struct reading *reading, struct map *map, struct str key, struct str text)
{
    if (map_get(map, key))
        reading->duplicates++;
    map_put(map, arena_copy(reading->arena, key),
            (void *)(uintptr_t)arena_format(reading->arena, "%.*s", STR_ARG(text)).data);
    reading->count++;
}

static bool read_slice(void *context, const struct stock_trace *slice, int64_t done,
                       int64_t total, struct err *err)
{
    struct reading *reading = context;
    size_t size = slice->record_count + slice->scalar_count + slice->movement_count;

    (void)err;
    if (reading->records_begun && slice->record_count == 0)
        reading->order_wrong = true;
    for (size_t i = 0; i < slice->record_count; i++)
        read_one(reading, reading->records, slice->records[i].order_id, slice->records[i].text);
    for (size_t i = 0; i < slice->scalar_count; i++)
        read_one(reading, reading->scalars, slice->scalars[i].sku, slice->scalars[i].text);
    for (size_t i = 0; i < slice->movement_count; i++)
        read_one(reading, reading->movements, slice->movements[i].movement_id,
                 slice->movements[i].text);
    reading->records_begun |= slice->record_count > 0;
    if (size > reading->slice_biggest)
        reading->slice_biggest = size;
    reading->done = done;
    reading->total = total;
    return true;
}

static struct reading read_all(size_t slice_max)
{
    struct reading reading = { .arena = db.arena };

    reading.records = map_open(db.arena);
    reading.scalars = map_open(db.arena);
    reading.movements = map_open(db.arena);
    assert_ok(journal_store_read(journal, slice_max, read_slice, &reading, &fixture_err));
    assert_false(reading.order_wrong);
    assert_int_equal(reading.duplicates, 0);
    return reading;
}

static const char *record_of(struct reading *reading, const char *order_id)
{
    const char *text = map_get(reading->records, str_of(order_id));

    return text ? text : "none";
}

static void reads_folded_and_unfolded_as_one(void **state)
{
    struct reading reading;

    (void)state;
    fixture_run(&db, "insert into stock_records values ('old', 5, 'folded'), ('stale', 2, 'stale'),"
                     " ('ahead', 9, 'ahead')");
    fixture_run(&db, "insert into stock_scalars values ('S1', 1, 9, 's1'), ('S2', 2, 1, 's2')");
    fixture_run(&db, "insert into stock_movements values ('S1', 'm1', 'w 1')");
    put_record("stale", 3, "newer");
    put_record("stale", 4, "newest");
    put_record("ahead", 8, "behind");
    put_record("fresh", 1, "first");
    fixture_run(&db, "insert into stock_journal (epoch, worker, order_ids, seqs, records, skus,"
                     " srevs, scalars, move_skus, move_ids, moves) values"
                     " (2, 'w', '{}', '{}', '{}', '{S1,S3}', '{1,7}', '{s1-epoch-2,s3}',"
                     "  '{S1,S1}', '{m1,m2}', '{w 1,w 2}'),"
                     " (1, 'w', '{}', '{}', '{}', '{S2,S3}', '{99,99}', '{old-epoch,old}',"
                     "  '{}', '{}', '{}')");
    reading = read_all(2);
    assert_int_equal(map_count(reading.records), 4);
    assert_string_equal(record_of(&reading, "old"), "folded");
    assert_string_equal(record_of(&reading, "stale"), "newest");
    assert_string_equal(record_of(&reading, "ahead"), "ahead");
    assert_string_equal(record_of(&reading, "fresh"), "first");
    assert_string_equal(map_get(reading.scalars, STR("S1")), "s1-epoch-2");
    assert_string_equal(map_get(reading.scalars, STR("S2")), "s2");
    assert_string_equal(map_get(reading.scalars, STR("S3")), "s3");
    assert_int_equal(map_count(reading.movements), 2);
    assert_int_equal(reading.slice_biggest, 2);
    assert_int_equal(reading.done, reading.count);
    assert_true(reading.total >= reading.done);
}

static bool refuse_slice(void *context, const struct stock_trace *slice, int64_t done,
                         int64_t total, struct err *err)
{
    (void)context, (void)slice, (void)done, (void)total;
    return err_set(err, ERR_RETRY, "the shard has gone");
}

static void a_refused_slice_ends_the_reading_cleanly(void **state)
{
    (void)state;
    put_record("x", 1, "r");
    assert_false(journal_store_read(journal, 10, refuse_slice, NULL, &fixture_err));
    assert_string_equal(fixture_err.text, "the shard has gone");
    assert_int_equal(read_all(10).count, 1);
}

static void reads_many_in_slices(void **state)
{
    struct reading reading;

    (void)state;
    fixture_run(&db, "insert into stock_records select 'o' || i, 1, 'record ' || i"
                     " from generate_series(1, 30000) i");
    reading = read_all(4000);
    assert_int_equal(map_count(reading.records), 30000);
    assert_int_equal(reading.slice_biggest, 4000);
    assert_string_equal(record_of(&reading, "o29999"), "record 29999");
}

/* ---- the fence under concurrency ---- */

struct zombie {
    const _Atomic bool *stop;
    int64_t put, refused;
    bool broken;
};

/* Writes under the epoch it believes in and learns a new one only from a refusal, as workers do. */
static void *zombie_run(void *argument)
{
    struct zombie *zombie = argument;
    struct stock_record_text record = { STR("o"), 1, STR("r") };
    struct arena *arena = arena_open(1 << 20);
    struct journal_store *own;
    int64_t epoch, generation;
    struct err err;

    if (!journal_store_open(&own, db.url, "zombie", &err)
        || !journal_store_epoch(own, &epoch, &generation, &err)) {
        zombie->broken = true;
        return NULL;
    }
    while (!atomic_load(zombie->stop)) {
        struct stock_trace trace = { .epoch = epoch, .records = &record, .record_count = 1 };

        arena_reset(arena);
        if (journal_store_put(own, arena, &trace, NULL, 0, &err))
            zombie->put++;
        else if (err.class != ERR_RETRY || !journal_store_epoch(own, &epoch, &generation, &err))
            zombie->broken = true;
        else
            zombie->refused++;
    }
    journal_store_close(own);
    arena_close(arena);
    return NULL;
}

/* What stands under old epochs when a raise returns must be all there will ever be of them. */
static void no_row_of_an_old_epoch_after_its_change(void **state)
{
    _Atomic bool stop = false;
    struct zombie zombies[4] = { { .stop = &stop }, { .stop = &stop }, { .stop = &stop },
                                 { .stop = &stop } };
    int64_t seen[40], epochs[40], refused = 0, put = 0;
    pthread_t threads[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, zombie_run, &zombies[i]), 0);
    for (int i = 0; i < 40; i++) {
        assert_ok(journal_store_raise_epoch(journal, &epochs[i], &fixture_err));
        seen[i] = fixture_number(&db, "select count(*) from stock_journal where epoch < %lld",
                                 (long long)epochs[i]);
        usleep(5000);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(zombies[i].broken);
        refused += zombies[i].refused;
        put += zombies[i].put;
    }
    for (int i = 0; i < 40; i++)
        assert_int_equal(fixture_number(&db,
                                        "select count(*) from stock_journal where epoch < %lld",
                                        (long long)epochs[i]),
                         seen[i]);
    assert_int_equal(fixture_number(&db, "select count(*) from stock_journal"), put);
    assert_true(refused > 0 && put > 40);
}

static void one_rebuilder_at_a_time(void **state)
{
    struct journal_store *other;
    bool got;

    (void)state;
    assert_ok(journal_store_open(&other, db.url, "reserve", &fixture_err));
    assert_ok(journal_store_lock_rebuild(journal, &got, &fixture_err));
    assert_true(got);
    assert_ok(journal_store_lock_rebuild(other, &got, &fixture_err));
    assert_false(got);
    journal_store_unlock_rebuild(journal);
    assert_ok(journal_store_lock_rebuild(other, &got, &fixture_err));
    assert_true(got);
    journal_store_close(other); /* a lost session unlocks */
    usleep(100000);
    assert_ok(journal_store_lock_rebuild(journal, &got, &fixture_err));
    assert_true(got);
    journal_store_unlock_rebuild(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(puts_one_row_a_batch, wipe),
        cmocka_unit_test_setup(a_batch_without_answers_is_fenced_too, wipe),
        cmocka_unit_test_setup(an_old_epoch_is_refused_and_leaves_nothing, wipe),
        cmocka_unit_test_setup(the_epoch_never_goes_back, wipe),
        cmocka_unit_test_setup(bodies_keep_the_newest_rev, wipe),
        cmocka_unit_test_setup(bodies_of_planned_orders_come_from_the_ledger, wipe),
        cmocka_unit_test_setup(reads_folded_and_unfolded_as_one, wipe),
        cmocka_unit_test_setup(a_refused_slice_ends_the_reading_cleanly, wipe),
        cmocka_unit_test_setup(reads_many_in_slices, wipe),
        cmocka_unit_test_setup(no_row_of_an_old_epoch_after_its_change, wipe),
        cmocka_unit_test_setup(one_rebuilder_at_a_time, wipe),
    };

    return cmocka_run_group_tests_name("journal_store", tests, setup, teardown);
}
