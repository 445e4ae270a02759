/*
 * loopback — sockets of 127.0.0.1 for the tests of net: one request out, one answer back.
 */
#ifndef SLUICE_TESTS_LOOPBACK_H
#define SLUICE_TESTS_LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static inline struct sockaddr_in loopback_at(uint16_t port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Listens on a free port. */
static inline int loopback_listen(uint16_t *port_out)
{
    struct sockaddr_in at = loopback_at(0);
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port_out = ntohs(at.sin_port);
    return fd;
}

/* Sends the request, reads until the other side closes; the answer is NUL-terminated. */
static inline size_t loopback_ask(uint16_t port, const char *request, char *out, size_t size)
{
    struct sockaddr_in at = loopback_at(port);
    struct timeval limit = { .tv_sec = 5 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t used = 0;

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    for (ssize_t got = 1; got > 0 && used < size - 1; used += got > 0 ? (size_t)got : 0)
        got = recv(fd, out + used, size - 1 - used, 0);
    out[used] = '\0';
    (void)close(fd);
    return used;
}

#endif
