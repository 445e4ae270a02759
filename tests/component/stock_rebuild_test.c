/*
 * What a shard may be (EMPTY, CLOSED, STALE, SUSPECT), and the way back: stock_recover() over a
 * journal in memory that stands in for PostgreSQL's. Tests with a number in their name are the
 * traces of STOCK.md, section 2.
 *
 * A server that restarts or is promoted must be our own: private_server() starts one.
 */
#define FX_DB 13
#include "stock_fixture.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/stock_recover.h"

/* ---- journal_store, as stock_recover sees it ---- */

struct journal_store {
    struct fx *f;
    int64_t epoch;
    bool locked_by_another, down;
    int looked, raised, slices, cut_after; /* cut_after: fail at that slice */
    void (*between)(struct journal_store *journal); /* after the last slice */
};

bool journal_store_epoch(struct journal_store *store, int64_t *epoch_out, int64_t *generation_out,
                         struct err *err)
{
    store->looked++;
    if (store->down)
        return err_set(err, ERR_RETRY, "postgres is down");
    *epoch_out = store->epoch;
    *generation_out = 1;
    return true;
}

bool journal_store_lock_rebuild(struct journal_store *store, bool *got_out, struct err *err)
{
    if (store->down)
        return err_set(err, ERR_RETRY, "postgres is down");
    *got_out = !store->locked_by_another;
    return true;
}

void journal_store_unlock_rebuild(struct journal_store *store)
{
    (void)store;
}

bool journal_store_raise_epoch(struct journal_store *store, int64_t *epoch_out, struct err *err)
{
    (void)err;
    store->raised++;
    *epoch_out = ++store->epoch;
    return true;
}

bool journal_store_read(struct journal_store *store, size_t slice_max, journal_slice_fn slice,
                        void *context, struct err *err)
{
    size_t size = fx_journal_size(&store->f->journal);
    size_t step = slice_max < 2 ? slice_max : 2; /* many small slices */

    for (size_t from = 0; from < size; from += step) {
        struct stock_trace trace;
        size_t to = from + step < size ? from + step : size;

        if (store->cut_after > 0 && ++store->slices > store->cut_after)
            return err_set(err, ERR_RETRY, "postgres went away");
        fx_journal_slice(store->f, &trace, from, to);
        if (!slice(context, &trace, (int64_t)to, (int64_t)size, err))
            return false;
    }
    if (store->between != NULL)
        store->between(store);
    return true;
}

/* ---- what was there before ---- */

static void some_orders(struct fx *f)
{
    fx_count(f, "A", "HZ", 10);
    fx_move(f, "A", "HZ", "m1", -1);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    fx_snapshot(f, "o2", ORDER_STAGE_UNPAID, 1, "d1", "A", 3);
    fx_ask(f)->hold_until = f->now + 1;
    fx_snapshot(f, "o3", ORDER_STAGE_PAID, 1, "d1", "A", 9);
    fx_snapshot(f, "o4", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_run(f);
    struct stock_plan_answer plan = fx_plan(f, "o1", "HZ", "A", 2);

    fx_fact(f, EVENT_ORDER_PARCEL_SHIPPED, "o1")->shipment_id = plan.plan.parcels[0].shipment_id;
    fx_run(f);
    fx_plan(f, "o4", "HZ", "A", 1);
}

static void check_orders(struct fx *f)
{
    struct stock_nudge *nudges = NULL;

    fx_assert_sku(f, "A", 7, 4, 3);
    assert_int_equal(fx_sku(f, "A").allocated, 1);
    assert_int_equal(fx_order(f, "o1").state, STOCK_STATE_SHIPPED);
    assert_int_equal(fx_order(f, "o3").state, STOCK_STATE_WAIT);
    assert_int_equal(fx_order(f, "o4").plan_number, 1);
    f->now += 10;
    assert_int_equal(fx_sweep(f, &nudges), 1);
    assert_int_equal(nudges[0].kind, EVENT_ORDER_HOLD_DUE);
    assert_str(nudges[0].order_id, "o2");
}

static struct journal_store journal_of(struct fx *f)
{
    return (struct journal_store){ .f = f, .epoch = f->epoch };
}

/* A call that must be refused, in this condition, with nothing touched. */
static void assert_refused(struct fx *f, enum stock_condition condition)
{
    struct str none = STR("-");
    struct stock_order_view view;

    memset(&f->err, 0, sizeof(f->err));
    fx_snapshot(f, "stranger", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    assert_false(stock_store_change(f->stock, f->arena, f->asks, f->count, f->now, &f->answers,
                                    &f->err));
    f->count = 0;
    assert_int_equal(f->err.class, ERR_RETRY);
    assert_int_equal(stock_store_condition(f->stock), condition);
    assert_non_null(strstr(f->err.text, stock_condition_name(condition)));
    assert_false(stock_store_orders(f->stock, f->arena, &none, 1, &view, &f->err));
    assert_int_equal(stock_store_condition(f->stock), condition);
}

static void assert_no_stranger(struct fx *f)
{
    assert_false(fx_order(f, "stranger").known);
}

/* ---- the prelude ---- */

static void test_an_empty_shard(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;
    bool rebuilt = false;

    some_orders(f);
    journal = journal_of(f);
    fx_redis_do(f, "FLUSHDB", NULL, NULL, NULL);
    assert_refused(f, STOCK_CONDITION_EMPTY);
    assert_non_null(strstr(f->err.text, "EMPTY: it will be rebuilt"));
    assert_false(stock_recover(f->stock, &journal, false, &rebuilt, &f->err));
    assert_false(rebuilt);
    assert_int_equal(journal.raised, 0); /* not this one's business */
    fx_assert(f, stock_recover(f->stock, &journal, true, &rebuilt, &f->err));
    assert_true(rebuilt);
    assert_int_equal(stock_store_epoch(f->stock), journal.epoch);
    assert_int_equal(stock_store_condition(f->stock), STOCK_CONDITION_OPEN);
    assert_no_stranger(f);
    check_orders(f);
    rebuilt = false;
    journal.looked = 0;
    fx_assert(f, stock_recover(f->stock, &journal, true, &rebuilt, &f->err));
    assert_false(rebuilt);
    assert_int_equal(journal.looked, 0); /* open: it asks nobody */
}

static void test_a_closed_shard(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;

    some_orders(f);
    fx_assert(f, stock_store_begin(f->stock, ++f->epoch, &f->err));
    assert_refused(f, STOCK_CONDITION_CLOSED);
    journal = journal_of(f);
    journal.locked_by_another = true; /* who is at it */
    assert_false(stock_recover(f->stock, &journal, true, NULL, &f->err));
    assert_int_equal(journal.raised, 0);
    journal.locked_by_another = false; /* and was killed */
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
    check_orders(f);
}

static void test_3_a_stale_epoch(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;

    some_orders(f);
    stock_store_set_epoch(f->stock, f->epoch - 1);
    assert_refused(f, STOCK_CONDITION_STALE);
    journal = journal_of(f);
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
    assert_int_equal(journal.raised, 0); /* another had rebuilt it */
    assert_no_stranger(f);
    check_orders(f);
}

static void test_an_epoch_raised_by_one_that_died(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;
    bool rebuilt = false;

    some_orders(f);
    journal = journal_of(f);
    journal.epoch++; /* PostgreSQL is ahead; nobody holds the lock */
    stock_store_set_epoch(f->stock, journal.epoch);
    assert_refused(f, STOCK_CONDITION_STALE);
    assert_false(stock_recover(f->stock, &journal, false, NULL, &f->err));
    fx_assert(f, stock_recover(f->stock, &journal, true, &rebuilt, &f->err));
    assert_true(rebuilt);
    check_orders(f);
}

static void test_1_another_server(void **state)
{
    static const char *const fields[] = { "run", "repl" };
    struct fx *f = *state;

    some_orders(f);
    for (int i = 0; i < 2; i++) {
        struct journal_store journal = journal_of(f);

        fx_redis_do(f, "HSET", "{0}:meta", fields[i], "0123456789012345678901234567890123456789");
        assert_refused(f, STOCK_CONDITION_SUSPECT);
        assert_false(stock_recover(f->stock, &journal, false, NULL, &f->err));
        fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
        assert_no_stranger(f);
        f->epoch = journal.epoch;
    }
    check_orders(f);
}

/* ---- BEGIN, LOAD, OPEN ---- */

static void test_4_begin_wants_a_higher_epoch(void **state)
{
    struct fx *f = *state;

    some_orders(f);
    assert_false(stock_store_begin(f->stock, f->epoch, &f->err));
    assert_false(stock_store_begin(f->stock, f->epoch - 1, &f->err));
    assert_int_equal(f->err.class, ERR_RETRY);
    check_orders(f); /* nothing was wiped */
}

static void test_4_two_rebuilders(void **state)
{
    struct fx *f = *state;
    struct stock_store *other = NULL;
    struct stock_trace trace;

    some_orders(f);
    fx_assert(f, stock_store_open(&other, fx_url(), &f->err));
    fx_assert(f, stock_store_begin(other, ++f->epoch, &f->err)); /* R1 pauses half way */
    fx_rebuild(f, 3);                                            /* R2 runs through */
    fx_journal_slice(f, &trace, 0, 1);
    assert_false(stock_store_load(other, f->arena, &trace, &f->err));
    assert_false(stock_store_finish(other, &f->err));
    stock_store_close(other);
    check_orders(f);
}

static void test_4_another_server_between_load_and_open(void **state)
{
    struct fx *f = *state;
    struct stock_trace trace;

    some_orders(f);
    fx_assert(f, stock_store_begin(f->stock, ++f->epoch, &f->err));
    fx_journal_slice(f, &trace, 0, fx_journal_size(&f->journal));
    fx_assert(f, stock_store_load(f->stock, f->arena, &trace, &f->err));
    fx_redis_do(f, "HSET", "{0}:meta", "repl", "another");
    assert_false(stock_store_load(f->stock, f->arena, &trace, &f->err));
    assert_false(stock_store_finish(f->stock, &f->err));
    assert_refused(f, STOCK_CONDITION_CLOSED);
    fx_forget(f);
    check_orders(f);
}

static void flush_between(struct journal_store *journal)
{
    fx_redis_do(journal->f, "FLUSHDB", NULL, NULL, NULL);
    journal->between = NULL;
}

static void test_redis_forgets_during_the_rebuild(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;

    some_orders(f);
    journal = journal_of(f);
    journal.between = flush_between;
    fx_redis_do(f, "FLUSHDB", NULL, NULL, NULL);
    assert_refused(f, STOCK_CONDITION_EMPTY);
    assert_false(stock_recover(f->stock, &journal, true, NULL, &f->err));
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err)); /* again, from 1 */
    assert_int_equal(journal.raised, 2);
    check_orders(f);
}

static void test_a_rebuild_that_is_cut_off(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;

    some_orders(f);
    journal = journal_of(f);
    journal.cut_after = 1;
    assert_false(stock_rebuild(f->stock, &journal, NULL, NULL, &f->err));
    assert_refused(f, STOCK_CONDITION_CLOSED);
    journal.cut_after = 0;
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
    check_orders(f);
}

static void count_progress(void *context, int64_t done, int64_t total)
{
    int64_t *seen = context;

    assert_true(done > *seen && done <= total);
    *seen = done;
}

static void test_an_operator_rebuilds_an_open_shard(void **state)
{
    struct fx *f = *state;
    struct journal_store journal;
    int64_t seen = 0;

    some_orders(f);
    journal = journal_of(f);
    journal.locked_by_another = true;
    assert_false(stock_rebuild(f->stock, &journal, count_progress, &seen, &f->err));
    journal.locked_by_another = false;
    fx_assert(f, stock_rebuild(f->stock, &journal, count_progress, &seen, &f->err));
    assert_int_equal(seen, (int64_t)fx_journal_size(&f->journal));
    check_orders(f);
}

static void test_postgresql_is_down(void **state)
{
    struct fx *f = *state;
    struct journal_store journal = journal_of(f);
    struct stock_store *fresh = NULL;

    journal.down = true;
    fx_assert(f, stock_store_open(&fresh, fx_url(), &f->err));
    assert_int_equal(stock_store_condition(fresh), STOCK_CONDITION_UNKNOWN);
    assert_false(stock_recover(fresh, &journal, true, NULL, &f->err));
    assert_int_equal(f->err.class, ERR_RETRY);
    journal.down = false;
    fx_assert(f, stock_recover(fresh, &journal, true, NULL, &f->err));
    stock_store_close(fresh);
}

static void test_redis_is_down(void **state)
{
    struct fx *f = *state;
    struct journal_store journal = journal_of(f);
    struct stock_store *lost = NULL;

    fx_assert(f, stock_store_open(&lost, "redis://127.0.0.1:1", &f->err));
    assert_false(stock_recover(lost, &journal, true, NULL, &f->err));
    assert_int_equal(f->err.class, ERR_RETRY);
    assert_int_equal(stock_store_condition(lost), STOCK_CONDITION_UNKNOWN);
    assert_int_equal(journal.raised, 0); /* what does not answer is not rebuilt */
    stock_store_close(lost);
    assert_false(stock_store_open(&lost, "http://x", &f->err));
    assert_int_equal(f->err.class, ERR_FATAL);
    assert_false(stock_store_open(&lost, "redis://h:99999", &f->err));
    assert_false(stock_store_open(&lost, "redis://h:6379/x", &f->err));
}

/* ---- a server of our own ---- */

struct private_server {
    pid_t pid;
    char port[8], dir[64], url[64];
};

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void server_start(struct private_server *server)
{
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0) { /* it dies with the test, whatever ends that */
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(127);
        execlp("redis-server", "redis-server", "--port", server->port, "--dir", server->dir,
               "--save", "", "--appendonly", "no", "--logfile", "redis.log", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 100; i++) {
        struct redis *redis = NULL;
        struct redisReply *reply = NULL;
        struct str ping = STR("PING");
        struct err err;

        assert_true(redis_open(&redis, server->url, 1000, &err));
        bool up = redis_command(redis, &ping, 1, &reply, &err);

        redis_reply_free(reply);
        redis_close(redis);
        if (up)
            return;
        clock_sleep_ms(50);
    }
    fail_msg("redis-server did not start: is it installed?");
}

static void server_kill(struct private_server *server)
{
    assert_int_equal(kill(server->pid, SIGKILL), 0);
    assert_int_equal(waitpid(server->pid, NULL, 0), server->pid);
}

static struct private_server server_open(void)
{
    struct private_server server = { .dir = "/tmp/sluice-redis-XXXXXX" };

    assert_non_null(mkdtemp(server.dir));
    (void)snprintf(server.port, sizeof(server.port), "%d", free_port());
    (void)snprintf(server.url, sizeof(server.url), "redis://127.0.0.1:%s", server.port);
    server_start(&server);
    return server;
}

static void server_close(struct private_server *server)
{
    char path[96];

    server_kill(server);
    (void)snprintf(path, sizeof(path), "%s/dump.rdb", server->dir);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/redis.log", server->dir);
    (void)unlink(path);
    (void)rmdir(server->dir);
}

static void test_1_a_server_that_restarts_with_its_data(void **state)
{
    struct private_server server = server_open();
    struct fx *f = fx_open_at(server.url);
    void *fixture = f;
    struct journal_store journal;

    (void)state;
    some_orders(f);
    fx_redis_do(f, "SAVE", NULL, NULL, NULL);
    server_kill(&server);
    fx_count(f, "A", "HZ", 99);
    assert_false(stock_store_change(f->stock, f->arena, f->asks, f->count, f->now, &f->answers,
                                    &f->err));
    f->count = 0;
    assert_int_equal(f->err.class, ERR_RETRY);
    assert_int_equal(stock_store_condition(f->stock), STOCK_CONDITION_UNKNOWN);
    server_start(&server);
    assert_refused(f, STOCK_CONDITION_SUSPECT); /* all there, and yet it may be old */
    journal = journal_of(f);
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
    assert_no_stranger(f);
    check_orders(f);
    fx_teardown(&fixture);
    server_close(&server);
}

static void test_1_a_server_that_was_demoted_and_promoted(void **state)
{
    struct private_server server = server_open();
    struct fx *f = fx_open_at(server.url);
    void *fixture = f;
    struct journal_store journal;

    (void)state;
    some_orders(f);
    fx_redis_do(f, "REPLICAOF", "127.0.0.1", "1", NULL);
    fx_redis_do(f, "REPLICAOF", "NO", "ONE", NULL); /* the same process, another history */
    assert_refused(f, STOCK_CONDITION_SUSPECT);
    journal = journal_of(f);
    fx_assert(f, stock_recover(f->stock, &journal, true, NULL, &f->err));
    check_orders(f);
    fx_teardown(&fixture);
    server_close(&server);
}

static void test_a_server_that_lost_the_script(void **state)
{
    struct fx *f = *state;

    some_orders(f);
    fx_redis_do(f, "SCRIPT", "FLUSH", NULL, NULL);
    check_orders(f);
}

/* ---- nothing lives by Redis alone ---- */

/* A slice that is read twice, or an older text of a record, changes nothing. */
static void test_36_the_highest_seq_stays(void **state)
{
    struct fx *f = *state;
    struct fx_row older;
    struct stock_trace trace;

    fx_count(f, "A", "HZ", 5);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 2);
    fx_run(f);
    older = f->journal.records[0];
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 2, "d2", "A", 3);
    fx_run(f);
    fx_assert(f, stock_store_begin(f->stock, ++f->epoch, &f->err));
    fx_journal_slice(f, &trace, 0, fx_journal_size(&f->journal));
    fx_assert(f, stock_store_load(f->stock, f->arena, &trace, &f->err));
    fx_assert(f, stock_store_load(f->stock, f->arena, &trace, &f->err));
    trace.records[0] = (struct stock_record_text){ .order_id = older.key, .seq = older.rank,
                                                   .text = older.text };
    fx_assert(f, stock_store_load(f->stock, f->arena, &trace, &f->err));
    fx_assert(f, stock_store_finish(f->stock, &f->err));
    fx_assert_sku(f, "A", 5, 3, 2);
    assert_str(fx_order(f, "o1").digest, "d2");
}

static void test_slices_of_any_size_give_the_same(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 100 };
    struct fx *f = *state;

    some_orders(f);
    for (size_t i = 0; i < 4; i++) {
        fx_redis_do(f, "DEL", "{0}:meta", NULL, NULL);
        fx_rebuild(f, sizes[i]);
        fx_assert_sku(f, "A", 7, 4, 3);
    }
    check_orders(f);
}

static void test_what_was_not_journaled_comes_back_by_itself(void **state)
{
    struct fx *f = *state;
    struct stock_ask asks[2];

    fx_count(f, "A", "HZ", 5);
    fx_run(f);
    fx_snapshot(f, "o1", ORDER_STAGE_PAID, 1, "d1", "A", 1);
    fx_count(f, "A", "HZ", 3);
    memcpy(asks, f->asks, sizeof(asks));
    fx_call(f);
    fx_forget(f);
    fx_assert_sku(f, "A", 5, 0, 5);
    memcpy(f->asks, asks, sizeof(asks));
    f->count = 2;
    assert_said(fx_run(f), 1, STOCK_STATE_RESERVED);
    fx_assert_sku(f, "A", 3, 1, 2);
}

static void test_an_empty_batch_is_fenced_too(void **state)
{
    struct fx *f = *state;

    fx_run(f);
    assert_int_equal(f->answers.count, 0);
    assert_int_equal(f->answers.trace.epoch, f->epoch);
    assert_int_equal(f->answers.trace.record_count, 0);
    stock_store_set_epoch(f->stock, f->epoch + 1);
    assert_false(stock_store_change(f->stock, f->arena, NULL, 0, f->now, &f->answers, &f->err));
    assert_int_equal(stock_store_condition(f->stock), STOCK_CONDITION_STALE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_empty_shard),
        TEST(test_a_closed_shard),
        TEST(test_3_a_stale_epoch),
        TEST(test_an_epoch_raised_by_one_that_died),
        TEST(test_1_another_server),
        TEST(test_4_begin_wants_a_higher_epoch),
        TEST(test_4_two_rebuilders),
        TEST(test_4_another_server_between_load_and_open),
        TEST(test_redis_forgets_during_the_rebuild),
        TEST(test_a_rebuild_that_is_cut_off),
        TEST(test_an_operator_rebuilds_an_open_shard),
        TEST(test_postgresql_is_down),
        TEST(test_redis_is_down),
        cmocka_unit_test(test_1_a_server_that_restarts_with_its_data),
        cmocka_unit_test(test_1_a_server_that_was_demoted_and_promoted),
        TEST(test_a_server_that_lost_the_script),
        TEST(test_36_the_highest_seq_stays),
        TEST(test_slices_of_any_size_give_the_same),
        TEST(test_what_was_not_journaled_comes_back_by_itself),
        TEST(test_an_empty_batch_is_fenced_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
