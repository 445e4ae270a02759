/* outbox: what may be published, and what is dropped again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/outbox.h"

static const enum topic outbox_test_writes[] = { TOPIC_ALERTS_SENT, TOPIC_END };
static struct arena *arena;
static struct outbox *outbox;

static int outbox_test_setup(void **state)
{
    (void)state;
    arena = arena_open((size_t)64 << 20);
    outbox = outbox_open(arena, "notify", outbox_test_writes);
    outbox_reset(outbox, arena);
    return 0;
}

static int outbox_test_teardown(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static struct event outbox_test_sent(int64_t n)
{
    struct str id = arena_format(arena, "alert-%lld", (long long)n);

    return (struct event){
        .kind = EVENT_ALERT_SENT, .id = id, .source = STR("/sluice/notify"), .key = id,
        .time_ms = 1794326400000,
        .sent = { .alert_id = id, .outcome = STR("delivered"), .at = 1794326400000 },
    };
}

static bool outbox_test_aborts(enum topic topic)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct message message = { .topic = topic };
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        outbox_put_message(outbox, &message);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void outbox_refuses_what_the_worker_does_not_write(void **state)
{
    (void)state;
    assert_true(outbox_test_aborts(TOPIC_ORDERS_CHANGES));
    assert_true(outbox_test_aborts(TOPIC_DEAD_RESERVE));
    assert_true(outbox_test_aborts(TOPIC_END));
    assert_false(outbox_test_aborts(TOPIC_ALERTS_SENT));
    assert_false(outbox_test_aborts(TOPIC_DEAD_NOTIFY)); /* implied */
}

static void outbox_keeps_order_while_it_grows(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 1000; i++) {
        struct event event = outbox_test_sent(i);
        outbox_put(outbox, &event);
    }
    assert_int_equal(outbox_count(outbox), 1000);
    assert_true(str_is(outbox_messages(outbox)[0].key, "alert-0"));
    assert_true(str_is(outbox_messages(outbox)[999].key, "alert-999"));
    assert_int_equal(outbox_messages(outbox)[999].topic, TOPIC_ALERTS_SENT);
    assert_true(outbox_messages(outbox)[999].value.size > 0);
}

static void outbox_cuts_back_and_begins_anew(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 5; i++) {
        struct event event = outbox_test_sent(i);
        outbox_put(outbox, &event);
    }
    outbox_cut(outbox, 2);
    assert_int_equal(outbox_count(outbox), 2);
    outbox_reset(outbox, arena);
    assert_int_equal(outbox_count(outbox), 0);
}

#define OUTBOX_TEST(name) \
    cmocka_unit_test_setup_teardown(name, outbox_test_setup, outbox_test_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OUTBOX_TEST(outbox_refuses_what_the_worker_does_not_write),
        OUTBOX_TEST(outbox_keeps_order_while_it_grows),
        OUTBOX_TEST(outbox_cuts_back_and_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
