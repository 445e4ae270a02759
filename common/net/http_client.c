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
    client->headers = curl_slist_append(client->headers, "Expect:");
    if (client->curl == NULL || client->headers == NULL) {
        http_client_close(client);
        return err_set(err, ERR_FATAL, "libcurl does not start");
    }
    (void)curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    (void)curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    (void)curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    (void)curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(client->curl, CURLOPT_FRESH_CONNECT, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_FORBID_REUSE, 1L);
    (void)curl_easy_setopt(client->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
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

static enum http_fate http_client_fate(struct http_client *client, CURLcode code)
{
    long sent = 0;

    if (code == CURLE_OK)
        return HTTP_FATE_ANSWERED;
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return HTTP_FATE_NO_ADDRESS;
    (void)curl_easy_getinfo(client->curl, CURLINFO_REQUEST_SIZE, &sent);
    return sent == 0 ? HTTP_FATE_UNSENT : HTTP_FATE_UNKNOWN;
}

static const char *http_client_why(CURLcode code)
{
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return "the address is no http(s) URL";
    if (code == CURLE_WRITE_ERROR)
        return "the answer is longer than 1 MiB";
    return curl_easy_strerror(code);
}

static void http_client_prepare(struct http_client *client, const char *url, struct str body,
                                struct buf *answer)
{
    (void)curl_easy_setopt(client->curl, CURLOPT_URL, url);
    if (body.data == NULL) {
        (void)curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
    } else {
        (void)curl_easy_setopt(client->curl, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
        (void)curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body.data);
    }
    (void)curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, http_client_on_body);
    (void)curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, answer);
}

struct http_answer http_client_call(struct http_client *client, struct arena *arena,
                                    const char *url, struct str body)
{
    struct buf answer;
    long status = 0;

    buf_init(&answer, arena, HTTP_CLIENT_FIRST_SIZE);
    http_client_prepare(client, url, body, &answer);
    CURLcode code = curl_easy_perform(client->curl);
    enum http_fate fate = http_client_fate(client, code);
    if (fate != HTTP_FATE_ANSWERED)
        return (struct http_answer){ .fate = fate, .why = str_of(http_client_why(code)) };
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    return (struct http_answer){ .fate = fate, .status = (int)status, .body = buf_str(&answer) };
}
