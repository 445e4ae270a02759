/* http_client: what a web hook may do to us. The other side is a child that plays one answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "loopback.h"
#include "net/http_client.h"

#define SECRET "secret-key-of-the-robot"

static struct http_client *client;
static struct arena *arena;
static struct err err;
static struct http_answer answer;

/* Answers one request with `text` (NULL: never), sends what it got back through the pipe. */
static pid_t play(const char *text, size_t padding, uint16_t *port_out, int *got_out)
{
    int pipes[2], listener = loopback_listen(port_out);
    pid_t child;

    assert_int_equal(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        char request[8192];
        int fd = accept(listener, NULL, NULL);
        ssize_t size = recv(fd, request, sizeof(request), 0);
        ssize_t written = write(pipes[1], request, size > 0 ? (size_t)size : 0);
        if (text == NULL)
            for (;;)
                (void)pause();
        written = send(fd, text, strlen(text), MSG_NOSIGNAL);
        for (size_t i = 0; i < padding && written > 0; i++)
            written = send(fd, "0123456789abcdef", 16, MSG_NOSIGNAL);
        (void)close(fd);
        _exit(0);
    }
    (void)close(listener);
    (void)close(pipes[1]);
    *got_out = pipes[0];
    return child;
}

static bool post(const char *text, size_t padding, char *request, size_t size)
{
    char url[128];
    uint16_t port;
    int got;
    pid_t child = play(text, padding, &port, &got);

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/hook?key=" SECRET, port);
    answer = http_client_call(client, arena, url, STR("{\"a\":1}"));
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    ssize_t used = read(got, request, size - 1);
    request[used > 0 ? used : 0] = '\0';
    (void)close(got);
    return answer.fate == HTTP_FATE_ANSWERED;
}

static int client_setup(void **state)
{
    (void)state;
    arena = arena_open((size_t)16 << 20);
    err = (struct err){ 0 };
    return http_client_open(&client, 700, &err) ? 0 : -1;
}

static int client_teardown(void **state)
{
    (void)state;
    http_client_close(client);
    arena_close(arena);
    return 0;
}

static void http_client_posts_json_and_reads_the_answer(void **state)
{
    (void)state;
    char request[8192];

    assert_true(post("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"code\": 0}", 0, request,
                     sizeof(request)));
    assert_int_equal(answer.status, 200);
    assert_true(str_is(answer.body, "{\"code\": 0}"));
    assert_non_null(strstr(request, "POST /hook?key=" SECRET " HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "Content-Type: application/json; charset=utf-8\r\n"));
    assert_non_null(strstr(request, "{\"a\":1}"));
}

static void http_client_gives_every_status_back(void **state)
{
    (void)state;
    char request[8192];

    assert_true(post("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 0, request,
                     sizeof(request)));
    assert_int_equal(answer.status, 503);
    assert_int_equal(answer.body.size, 0);
}

static bool tells_no_secret(void)
{
    return answer.why.size > 0
        && memmem(answer.why.data, answer.why.size, SECRET, strlen(SECRET)) == NULL;
}

/* Whether the other side has acted is unknown; the key in the url stays a secret. */
static void http_client_does_not_know_without_an_answer(void **state)
{
    (void)state;
    static const char *const halves[] = {
        NULL, "", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort" };
    char request[8192];

    for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
        assert_false(post(halves[i], 0, request, sizeof(request)));
        assert_int_equal(answer.fate, HTTP_FATE_UNKNOWN);
        assert_non_null(strstr(request, "POST /hook"));
        assert_true(tells_no_secret());
    }
}

static void http_client_knows_that_nobody_listened(void **state)
{
    (void)state;
    char url[128];
    uint16_t port;
    int listener = loopback_listen(&port);

    (void)close(listener);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/" SECRET, port);
    answer = http_client_call(client, arena, url, STR("{}"));
    assert_int_equal(answer.fate, HTTP_FATE_UNSENT);
    assert_true(tells_no_secret());
    answer = http_client_call(client, arena, "http://no-such-host.invalid/" SECRET, STR("{}"));
    assert_int_equal(answer.fate, HTTP_FATE_UNSENT);
    assert_true(tells_no_secret());
}

/* A long body must not wait for a go-ahead that a web hook may never give. */
static void http_client_sends_a_long_body_at_once(void **state)
{
    (void)state;
    char request[8192], url[128];
    uint16_t port;
    int got;
    pid_t child = play("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 0, &port, &got);
    struct str body = arena_format(arena, "\"%6000s\"", "x");

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    answer = http_client_call(client, arena, url, body);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    ssize_t used = read(got, request, sizeof(request) - 1);
    request[used > 0 ? used : 0] = '\0';
    (void)close(got);
    assert_null(strstr(request, "Expect:"));
}

/* The second call has a connection of its own: libcurl never repeats a request by itself. */
static void http_client_keeps_no_connection(void **state)
{
    (void)state;
    char request[8192], url[128];
    uint16_t port;
    int got;
    pid_t child = play("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 0, &port, &got);

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    answer = http_client_call(client, arena, url, STR_NONE);
    assert_int_equal(answer.fate, HTTP_FATE_ANSWERED);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    ssize_t used = read(got, request, sizeof(request) - 1);
    request[used > 0 ? used : 0] = '\0';
    (void)close(got);
    assert_non_null(strstr(request, "GET / HTTP/1.1\r\n"));
    answer = http_client_call(client, arena, url, STR("{}"));
    assert_int_equal(answer.fate, HTTP_FATE_UNSENT);
}

static void http_client_stops_reading_an_endless_answer(void **state)
{
    (void)state;
    char request[8192];

    assert_false(post("HTTP/1.1 200 OK\r\n\r\n", 100000, request, sizeof(request)));
    assert_int_equal(answer.fate, HTTP_FATE_UNKNOWN);
    assert_non_null(strstr(answer.why.data, "longer than 1 MiB"));
    assert_true(arena_used(arena) < (4u << 20));
}

static void http_client_refuses_what_is_no_url(void **state)
{
    (void)state;
    answer = http_client_call(client, arena, "file:///etc/" SECRET, STR("{}"));
    assert_int_equal(answer.fate, HTTP_FATE_NO_ADDRESS);
    assert_true(tells_no_secret());
    assert_int_equal(http_client_call(client, arena, "", STR("{}")).fate, HTTP_FATE_NO_ADDRESS);
    http_client_close(NULL);
}

#define CLIENT_TEST(name) cmocka_unit_test_setup_teardown(name, client_setup, client_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(http_client_posts_json_and_reads_the_answer),
        CLIENT_TEST(http_client_gives_every_status_back),
        CLIENT_TEST(http_client_does_not_know_without_an_answer),
        CLIENT_TEST(http_client_knows_that_nobody_listened),
        CLIENT_TEST(http_client_sends_a_long_body_at_once),
        CLIENT_TEST(http_client_keeps_no_connection),
        CLIENT_TEST(http_client_stops_reading_an_endless_answer),
        CLIENT_TEST(http_client_refuses_what_is_no_url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
