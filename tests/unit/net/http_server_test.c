/* http_server: GETs on loopback, answered from another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "loopback.h"
#include "net/http_server.h"

static struct http_server *server;
static struct err err;

static void answer(void *context, struct str path, struct arena *arena,
                   struct http_reply *reply_out)
{
    const char *word = context;

    reply_out->content_type = "text/x-test";
    if (str_is(path, "/large")) {
        char *bytes = arena_alloc(arena, 1 << 20);
        memset(bytes, 'x', 1 << 20);
        reply_out->body = (struct str){ bytes, 1 << 20 };
        return;
    }
    reply_out->status = str_is(path, "/teapot") ? 418 : 200;
    reply_out->body = arena_format(arena, "%s %.*s", word, STR_ARG(path));
}

static int server_setup(void **state)
{
    static char word[] = "hello";

    (void)state;
    return http_server_open(&server, "127.0.0.1", 0, answer, word, &err) ? 0 : -1;
}

static int server_teardown(void **state)
{
    (void)state;
    http_server_close(server);
    return 0;
}

static const char *ask(const char *request)
{
    static char text[1 << 21];

    (void)loopback_ask(http_server_port(server), request, text, sizeof(text));
    return text;
}

#define GET(path) ask("GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

static void http_server_answers_with_the_handlers_words(void **state)
{
    (void)state;
    const char *text = GET("/path?query=1");

    assert_non_null(strstr(text, "HTTP/1.1 200 "));
    assert_non_null(strstr(text, "Content-Type: text/x-test\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nhello /path"));
    assert_non_null(strstr(GET("/teapot"), "HTTP/1.1 418 "));
}

static void http_server_sends_large_bodies_whole(void **state)
{
    (void)state;
    const char *body = strstr(GET("/large"), "\r\n\r\n");

    assert_non_null(body);
    assert_int_equal(strlen(body + 4), 1 << 20);
}

static void http_server_takes_gets_alone(void **state)
{
    (void)state;
    assert_non_null(strstr(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                               "Connection: close\r\n\r\nhello"),
                           "HTTP/1.1 405 "));
    assert_non_null(strstr(ask("DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                           "HTTP/1.1 405 "));
    const char *head = ask("HEAD /path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(head, "HTTP/1.1 200 "));
    assert_null(strstr(head, "hello"));
}

static void http_server_survives_nonsense(void **state)
{
    (void)state;
    (void)ask("\r\n\r\nnonsense\r\n\r\n");
    assert_non_null(strstr(GET("/after"), "hello /after"));
}

static void http_server_names_a_taken_port(void **state)
{
    (void)state;
    struct http_server *second = NULL;
    char port[16];

    assert_false(http_server_open(&second, "127.0.0.1", http_server_port(server), answer, NULL,
                                  &err));
    (void)snprintf(port, sizeof(port), "%u", http_server_port(server));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, port));
    assert_non_null(strstr(err.text, "another port"));
    assert_null(second);
}

static void http_server_refuses_what_is_no_address(void **state)
{
    (void)state;
    struct http_server *second = NULL;

    assert_false(http_server_open(&second, "somewhere", 0, answer, NULL, &err));
    assert_non_null(strstr(err.text, "somewhere"));
    http_server_close(NULL);
}

static void *ask_many(void *unused)
{
    char text[4096];

    for (int i = 0; i < 50; i++) {
        (void)loopback_ask(http_server_port(server),
                           "GET /many HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", text,
                           sizeof(text));
        if (strstr(text, "hello /many") == NULL)
            return text[0] ? (void *)1 : (void *)2;
    }
    return unused;
}

static void http_server_serves_several_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, NULL), 0);
    for (int i = 0; i < 4; i++) {
        void *failed = NULL;
        (void)pthread_join(threads[i], &failed);
        assert_null(failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_server_answers_with_the_handlers_words),
        cmocka_unit_test(http_server_sends_large_bodies_whole),
        cmocka_unit_test(http_server_takes_gets_alone),
        cmocka_unit_test(http_server_survives_nonsense),
        cmocka_unit_test(http_server_names_a_taken_port),
        cmocka_unit_test(http_server_refuses_what_is_no_address),
        cmocka_unit_test(http_server_serves_several_at_once),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
