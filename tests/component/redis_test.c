/* One connection to a real Redis: commands, scripts, time-outs, losses, addresses. */
#define FX_DB 14
#include "stock_fixture.h"

static struct redis *open_at(const char *url, int64_t timeout_ms)
{
    struct redis *redis = NULL;
    struct err err = { 0 };

    if (!redis_open(&redis, url, timeout_ms, &err))
        fail_msg("%s", err.text);
    return redis;
}

static struct redisReply *ask(struct redis *redis, const char *a, const char *b, const char *c)
{
    struct str args[] = { str_of(a), str_of(b), str_of(c) };
    struct redisReply *reply = NULL;
    struct err err = { 0 };

    if (!redis_command(redis, args, c != NULL ? 3 : b != NULL ? 2 : 1, &reply, &err))
        fail_msg("%s: %s", a, err.text);
    return reply;
}

static void test_commands_carry_any_bytes(void **state)
{
    struct redis *redis = open_at(fx_url(), 5000);
    struct str value = { .data = "a\0b\r\n\xff", .size = 6 };
    struct str set[] = { STR("SET"), STR("redis_test"), value };
    struct redisReply *reply = NULL;
    struct err err = { 0 };

    (void)state;
    assert_true(redis_command(redis, set, 3, &reply, &err));
    redis_reply_free(reply);
    reply = ask(redis, "GET", "redis_test", NULL);
    assert_int_equal(reply->len, 6);
    assert_memory_equal(reply->str, value.data, 6);
    redis_reply_free(reply);
    redis_reply_free(ask(redis, "DEL", "redis_test", NULL));
    redis_close(redis);
}

static void test_the_database_of_the_url(void **state)
{
    struct redis *redis = open_at(fx_url(), 5000);
    struct redisReply *reply = ask(redis, "CLIENT", "INFO", NULL);

    (void)state;
    assert_non_null(strstr(reply->str, " db=14 "));
    redis_reply_free(reply);
    redis_close(redis);
}

static void test_an_error_reply_is_retry(void **state)
{
    struct redis *redis = open_at(fx_url(), 5000);
    struct str args[] = { STR("NO-SUCH-COMMAND") };
    struct redisReply *reply = NULL;
    struct err err = { 0 };

    (void)state;
    assert_false(redis_command(redis, args, 1, &reply, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_null(reply);
    redis_reply_free(ask(redis, "PING", NULL, NULL)); /* and goes on */
    redis_close(redis);
}

static void test_a_lost_connection_comes_back(void **state)
{
    struct redis *redis = open_at(fx_url(), 5000), *other = open_at(fx_url(), 5000);
    struct str ping[] = { STR("PING") };
    struct redisReply *reply = ask(redis, "CLIENT", "ID", NULL);
    struct err err = { 0 };
    char id[24];

    (void)state;
    (void)snprintf(id, sizeof(id), "%lld", reply->integer);
    redis_reply_free(reply);
    struct str kill[] = { STR("CLIENT"), STR("KILL"), STR("ID"), str_of(id) };

    assert_true(redis_command(other, kill, 4, &reply, &err));
    redis_reply_free(reply);
    assert_false(redis_command(redis, ping, 1, &reply, &err));
    assert_int_equal(err.class, ERR_RETRY);
    redis_reply_free(ask(redis, "PING", NULL, NULL));
    redis_close(redis);
    redis_close(other);
}

static void test_a_server_that_does_not_answer(void **state)
{
    struct redis *redis = open_at(fx_url(), 200);
    struct str wait[] = { STR("BLPOP"), STR("redis_test_nothing"), STR("5") };
    struct redisReply *reply = NULL;
    struct err err = { 0 };
    int64_t from = clock_monotonic_us();

    (void)state;
    assert_false(redis_command(redis, wait, 3, &reply, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_true(clock_monotonic_us() - from < 3000000);
    redis_close(redis);
}

static void test_a_script_is_loaded_when_it_is_not_there(void **state)
{
    struct redis *redis = open_at(fx_url(), 5000);
    struct str script = STR("return { ARGV[1], ARGV[2] }");
    struct str args[] = { STR("x"), STR("") };
    struct redisReply *reply = NULL;
    struct err err = { 0 };
    char sha[41] = "";

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(redis_script(redis, script, sha, args, 2, &reply, &err));
        assert_int_equal(strlen(sha), 40);
        assert_int_equal(reply->elements, 2);
        assert_string_equal(reply->element[0]->str, "x");
        redis_reply_free(reply);
        redis_reply_free(ask(redis, "SCRIPT", "FLUSH", NULL));
    }
    assert_false(redis_script(redis, STR("syntax error"), (char[41]){ 0 }, args, 2, &reply, &err));
    assert_int_equal(err.class, ERR_RETRY);
    redis_close(redis);
}

static void test_urls(void **state)
{
    static const char *const bad[] = { "", "localhost:6379", "http://h", "redis://",
                                       "redis://:6379", "redis://h:0", "redis://h:65536",
                                       "redis://h:x", "redis://h/-1", "redis://h:1/a" };
    static const char *const good[] = { "redis://h", "redis://h:1", "redis://h/3",
                                        "redis://:pass@h:1/2", "redis://user:p@ss@h:1" };
    struct redis *redis = NULL;
    struct err err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(redis_open(&redis, bad[i], 100, &err));
        assert_int_equal(err.class, ERR_FATAL);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        redis_close(open_at(good[i], 100));
}

/* The server has no password: it refuses ours, and our error does not show it. */
static void test_a_password_never_shows(void **state)
{
    struct str host = str_of(fx_url()), ping[] = { STR("PING") };
    struct redisReply *reply = NULL;
    struct err err = { 0 };
    char url[300];

    (void)state;
    (void)snprintf(url, sizeof(url), "redis://:hunter2@%s", host.data + strlen("redis://"));
    struct redis *redis = open_at(url, 1000);

    assert_false(redis_command(redis, ping, 1, &reply, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_null(strstr(err.text, "hunter2"));
    redis_close(redis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_carry_any_bytes),
        cmocka_unit_test(test_the_database_of_the_url),
        cmocka_unit_test(test_an_error_reply_is_retry),
        cmocka_unit_test(test_a_lost_connection_comes_back),
        cmocka_unit_test(test_a_server_that_does_not_answer),
        cmocka_unit_test(test_a_script_is_loaded_when_it_is_not_there),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_a_password_never_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
