/* The stock store against a real Redis: connection, prelude, reads, and how fast it is. */
#define FX_DB 8
#include <sys/resource.h>

#include "stock_fixture.h"

static void test_an_order_is_reserved(void **state)
{
    struct fx *f = *state;

    fx_count(f, "A", "HZ", 10);
    fx_run(f);
    fx_snapshot(f, "douyin:s1:1", ORDER_STAGE_PAID, 1, "d1", "A", 3);
    struct stock_answer *a = fx_run(f);

    assert_int_equal(a->outcome, STOCK_OUTCOME_SAID);
    assert_int_equal(a->state, STOCK_STATE_RESERVED);
    assert_int_equal(a->rev, 1);
    assert_int_equal(a->at, f->now);
    assert_true(a->paid);
    assert_int_equal(a->stage, ORDER_STAGE_PAID);
    assert_str(a->digest, "d1");
    assert_int_equal(a->claimed_count, 1);
    assert_str(a->claimed[0].sku, "A");
    assert_int_equal(a->claimed[0].units, 3);
    assert_int_equal(f->answers.trace.record_count, 1);
    assert_str(f->answers.trace.records[0].order_id, "douyin:s1:1");
    assert_int_equal(f->answers.trace.records[0].seq, 1);
    assert_int_equal(f->answers.trace.scalar_count, 1);
    assert_int_equal(f->answers.trace.epoch, f->epoch);
    fx_assert_sku(f, "A", 10, 3, 7);
}

/* ---- speed: printed, not asserted ---- */

/* CPU time in microseconds: of the server, from INFO cpu; of this process. */
static int64_t cpu_of_server(struct fx *f)
{
    struct redisReply *reply = fx_redis(f, "INFO", "cpu", NULL, NULL);
    const char *user = strstr(reply->str, "used_cpu_user:");
    const char *kernel = strstr(reply->str, "used_cpu_sys:");
    double seconds = atof(user + strlen("used_cpu_user:")) + atof(kernel + strlen("used_cpu_sys:"));

    redis_reply_free(reply);
    return (int64_t)(seconds * 1e6);
}

static int64_t cpu_of_client(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000)
        + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void speed_of(struct fx *f, size_t batches, size_t size, const char *what)
{
    char sku[16], id[48];
    int64_t spent = 0, server = cpu_of_server(f), client = 0;
    double orders = (double)(batches * size);

    for (size_t b = 0; b < batches; b++) {
        for (size_t i = 0; i < size; i++) {
            (void)snprintf(sku, sizeof(sku), "SKU-%03zu", (b * 131 + i * i) % 300);
            (void)snprintf(id, sizeof(id), "tmall:shop:%09zu", b * size + i);
            fx_snapshot(f, id, ORDER_STAGE_PAID, 1, "0123456789abcdef0123456789abcdef", sku, 1);
        }
        int64_t from = clock_monotonic_us(), cpu = cpu_of_client();

        fx_call(f);
        spent += clock_monotonic_us() - from;
        client += cpu_of_client() - cpu;
    }
    server = cpu_of_server(f) - server;
    print_message("%s: %.0f orders/s; CPU an order: Redis %.1f us, client %.1f us\n", what,
                  orders * 1e6 / (double)(spent > 0 ? spent : 1), (double)server / orders,
                  (double)client / orders);
}

static void test_speed(void **state)
{
    struct fx *f = *state;
    char sku[16];

    for (int i = 0; i < 300; i++) {
        (void)snprintf(sku, sizeof(sku), "SKU-%03d", i);
        fx_count(f, sku, "HZ", 1000000);
    }
    fx_run(f);
    int64_t offset = f->offset, raw_offset = f->raw_offset;

    speed_of(f, 40, 512, "batches of 512 one-line orders");
    assert_int_equal(f->answers.items[511].state, STOCK_STATE_RESERVED);
    f->offset = offset;
    f->raw_offset = raw_offset;
    speed_of(f, 40, 512, "the same once more, repeats   ");
    assert_int_equal(f->answers.items[511].outcome, STOCK_OUTCOME_SAID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_speed, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(test_an_order_is_reserved, fx_setup, fx_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
