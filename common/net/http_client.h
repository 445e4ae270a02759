/*
 * http_client — one call at a time, with time-outs and a bounded answer (libcurl).
 *
 * What a caller must know after a call that failed is whether the other side may have acted. So a
 * call never fails: its fate is part of the answer. No request is ever sent twice: each call has a
 * connection of its own (libcurl would repeat a request whose reused connection turned out dead),
 * redirects are answers, and the body goes out without asking first (no Expect: 100-continue).
 */
#ifndef SLUICE_NET_HTTP_CLIENT_H
#define SLUICE_NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct http_client;

/* timeout_ms: of a whole call. */
bool http_client_open(struct http_client **client_out, int64_t timeout_ms,
                      struct err *err) MUST_CHECK;
void http_client_close(struct http_client *client);

enum http_fate {
    HTTP_FATE_NONE = 0,
    HTTP_FATE_ANSWERED,   /* a whole answer came, of whatever status */
    HTTP_FATE_UNSENT,     /* not a byte of the request went out: nobody there, no such name */
    HTTP_FATE_UNKNOWN,    /* it went out, and no whole answer came */
    HTTP_FATE_NO_ADDRESS, /* the url is none: it will not be better next time */
};

struct http_answer {
    enum http_fate fate;
    int status;      /* HTTP status; 0 without an answer */
    struct str body; /* in the arena, at most 1 MiB */
    struct str why;  /* in words, of what was not answered; without the url, which may hold a key */
};

/* POST of a JSON body, or GET when body.data is NULL. */
struct http_answer http_client_call(struct http_client *client, struct arena *arena,
                                    const char *url, struct str body);

#endif
