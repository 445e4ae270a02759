#include "net/http_client.h"

#include <curl/curl.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/check.h"

#define HTTP_CLIENT_ARENA_MAX  (64u << 10)
#define HTTP_CLIENT_ANSWER_MAX ((size_t)1 << 20)
#define HTTP_CLIENT_FIRST_SIZE 1024

struct http_client {
    struct arena *arena; /* itself */
    CURL *curl;
    struct curl_slist *headers;
};

static pthread_once_t http_client_once = PTHREAD_ONCE_INIT;

static void http_client_init(void)
{
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

bool http_client_open(struct http_client **client_out, int64_t timeout_ms, struct err *err)
{
    struct arena *arena = arena_open(HTTP_CLIENT_ARENA_MAX);
    struct http_client *client = ARENA_NEW(arena, struct http_client);

    (void)pthread_once(&http_client_once, http_client_init);
    client->arena = arena;
    client->curl = curl_easy_init();
    client->headers = curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    if (client->curl == NULL || client->headers == NULL) {
        http_client_close(client);
        return err_set(err, ERR_FATAL, "libcurl does not start");
    }
    (void)curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    (void)curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    (void)curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    (void)curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    *client_out = client;
    return true;
}

void http_client_close(struct http_client *client)
{
    if (client == NULL)
        return;
    curl_slist_free_all(client->headers);
    curl_easy_cleanup(client->curl);
    arena_close(client->arena);
}

/* Taking less than was offered makes libcurl stop: the answer is too long. */
static size_t http_client_on_body(char *data, size_t size, size_t count, void *context)
{
    struct buf *body = context;

    if (body->size + size * count > HTTP_CLIENT_ANSWER_MAX)
        return 0;
    buf_put(body, (struct str){ .data = data, .size = size * count });
    return size * count;
}

/* No answer is nobody's fault that a person could mend by another event: all may come right. Only
 * an address that is none will not. The url is not repeated. */
static bool http_client_fail(CURLcode code, struct err *err)
{
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return err_set(err, ERR_FATAL, "the address of a web hook is no http(s) URL");
    if (code == CURLE_WRITE_ERROR)
        return err_set(err, ERR_RETRY, "a web hook's answer is longer than 1 MiB");
    return err_set(err, ERR_RETRY, "no answer from a web hook: %s", curl_easy_strerror(code));
}

bool http_client_post_json(struct http_client *client, struct arena *arena, const char *url,
                           struct str body, struct http_answer *answer_out, struct err *err)
{
    struct buf answer;
    long status = 0;

    buf_init(&answer, arena, HTTP_CLIENT_FIRST_SIZE);
    (void)curl_easy_setopt(client->curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(client->curl, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
    (void)curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body.size > 0 ? body.data : "");
    (void)curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, http_client_on_body);
    (void)curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &answer);
    CURLcode code = curl_easy_perform(client->curl);
    if (code != CURLE_OK)
        return http_client_fail(code, err);
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    *answer_out = (struct http_answer){ .status = (int)status, .body = buf_str(&answer) };
    return true;
}
