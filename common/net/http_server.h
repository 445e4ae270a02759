/*
 * http_server — answers GETs from one thread of its own (libmicrohttpd): probes and metrics.
 */
#ifndef SLUICE_NET_HTTP_SERVER_H
#define SLUICE_NET_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct http_server;

/* Called on the server's thread: may read atomics only. Fills status, content type (static text)
 * and the body (allocated in `arena`, which lives until the answer is sent). */
struct http_reply {
    int status;
    const char *content_type;
    struct str body;
};
typedef void (*http_handler_fn)(void *context, struct str path, struct arena *arena,
                                struct http_reply *reply_out);

/* address: "127.0.0.1" or "0.0.0.0"; port 0 takes a free one. FATAL names a taken port. */
bool http_server_open(struct http_server **server_out, const char *address, uint16_t port,
                      http_handler_fn handler, void *context, struct err *err) MUST_CHECK;
void http_server_close(struct http_server *server);
uint16_t http_server_port(const struct http_server *server);

#endif
