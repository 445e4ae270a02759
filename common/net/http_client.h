/*
 * http_client — one POST at a time, with time-outs and a bounded answer (libcurl).
 */
#ifndef SLUICE_NET_HTTP_CLIENT_H
#define SLUICE_NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct http_client;

bool http_client_open(struct http_client **client_out, int64_t timeout_ms,
                      struct err *err) MUST_CHECK;
void http_client_close(struct http_client *client);

struct http_answer {
    int status;      /* HTTP status */
    struct str body; /* in the arena, at most 1 MiB */
};

/* POST of a JSON body. RETRY when no answer came (time-out, refused, cut): whether the other
 * side has acted is then unknown. The url may hold a secret key: errors never repeat it. */
bool http_client_post_json(struct http_client *client, struct arena *arena, const char *url,
                           struct str body, struct http_answer *answer_out,
                           struct err *err) MUST_CHECK;

#endif
