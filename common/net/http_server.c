#include "net/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

#define HTTP_SERVER_ARENA_MAX   (64u << 10)
#define HTTP_SERVER_ANSWER_MAX  ((size_t)8 << 20)
#define HTTP_SERVER_BACKLOG     16
#define HTTP_SERVER_CONNECTIONS 32
#define HTTP_SERVER_TIMEOUT_S   10

struct http_server {
    struct arena *arena; /* itself */
    struct MHD_Daemon *daemon;
    http_handler_fn handler;
    void *context;
    uint16_t port;
};

static enum MHD_Result http_server_send(struct MHD_Connection *connection,
                                        const struct http_reply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.size, (void *)(uintptr_t)reply->body.data, MHD_RESPMEM_MUST_COPY);

    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Called by libmicrohttpd's thread; a body, if a client sends one, is read over. */
static enum MHD_Result http_server_on_request(void *context, struct MHD_Connection *connection,
                                              const char *url, const char *method,
                                              const char *version, const char *upload,
                                              size_t *upload_size, void **request)
{
    const struct http_server *server = context;
    struct http_reply reply = { .status = MHD_HTTP_METHOD_NOT_ALLOWED,
                                .content_type = "text/plain",
                                .body = STR("only GET\n") };

    (void)version;
    (void)upload;
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    (void)request;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return http_server_send(connection, &reply);

    struct arena *arena = arena_open(HTTP_SERVER_ANSWER_MAX);
    reply = (struct http_reply){ .status = MHD_HTTP_OK, .content_type = "text/plain" };
    server->handler(server->context, str_of(url), arena, &reply);
    enum MHD_Result result = http_server_send(connection, &reply);
    arena_close(arena);
    return result;
}

/* A socket of our own: libmicrohttpd would only say that it did not start, not why. */
static bool http_server_listen(const char *address, uint16_t port, int *socket_out,
                               struct err *err)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
    int one = 1;

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return err_set(err, ERR_FATAL, "\"%s\" is no IPv4 address to listen on", address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_FATAL, "no socket for port %u: %s", port, strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0
        || listen(fd, HTTP_SERVER_BACKLOG) != 0) {
        bool taken = errno == EADDRINUSE;
        (void)err_set(err, ERR_FATAL, "cannot listen on %s port %u: %s%s", address, port,
                      strerror(errno), taken ? "; choose another port" : "");
        (void)close(fd);
        return false;
    }
    *socket_out = fd;
    return true;
}

static uint16_t http_server_bound_port(int fd)
{
    struct sockaddr_in at;
    socklen_t size = sizeof(at);

    CHECK(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    return ntohs(at.sin_port);
}

bool http_server_open(struct http_server **server_out, const char *address, uint16_t port,
                      http_handler_fn handler, void *context, struct err *err)
{
    int fd = -1;

    if (!http_server_listen(address, port, &fd, err))
        return false;
    struct arena *arena = arena_open(HTTP_SERVER_ARENA_MAX);
    struct http_server *server = ARENA_NEW(arena, struct http_server);
    server->arena = arena;
    server->handler = handler;
    server->context = context;
    server->port = http_server_bound_port(fd);
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, http_server_on_request, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, HTTP_SERVER_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, HTTP_SERVER_TIMEOUT_S, MHD_OPTION_END);
    if (server->daemon == NULL) {
        (void)close(fd);
        arena_close(arena);
        return err_set(err, ERR_FATAL, "the HTTP server on port %u did not start", port);
    }
    *server_out = server;
    return true;
}

void http_server_close(struct http_server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon); /* waits for its thread; closes the socket */
    arena_close(server->arena);
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}
