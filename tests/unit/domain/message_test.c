/* message: headers by name, and no more than fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/message.h"

static void message_header_gives_the_first_of_a_name(void **state)
{
    (void)state;
    struct message message = { .topic = TOPIC_RULES };

    assert_int_equal(message_header(&message, "ce_id").size, 0);
    message_put_header(&message, STR("ce_id"), STR("1"));
    message_put_header(&message, STR("ce_type"), STR("t"));
    message_put_header(&message, STR("ce_id"), STR("2"));
    assert_true(str_is(message_header(&message, "ce_id"), "1"));
    assert_true(str_is(message_header(&message, "ce_type"), "t"));
    assert_int_equal(message_header(&message, "ce_").size, 0);
    assert_int_equal(message_header(&message, "CE_ID").size, 0);
    assert_int_equal(message.header_count, 3);
}

static void message_put_header_stops_at_the_maximum(void **state)
{
    (void)state;
    struct message message = { .topic = TOPIC_RULES };
    int status;

    for (int i = 0; i < MESSAGE_HEADERS_MAX; i++)
        message_put_header(&message, STR("h"), STR("v"));
    pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        message_put_header(&message, STR("h"), STR("v"));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_header_gives_the_first_of_a_name),
        cmocka_unit_test(message_put_header_stops_at_the_maximum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
