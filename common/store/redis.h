/*
 * redis — one connection to one Redis, by argument vectors, with time-outs.
 *
 * On any error the connection is dropped and the outcome is unknown: the caller asks again by
 * order id. Reconnects at the next call. Only stock_store includes this beside the tests.
 */
#ifndef SLUICE_STORE_REDIS_H
#define SLUICE_STORE_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct redis;
struct redisReply;

/* url: redis://[:password@]host:port[/db]. Does not connect yet; FATAL for a malformed url. */
bool redis_open(struct redis **redis_out, const char *url, int64_t timeout_ms,
                struct err *err) MUST_CHECK;
void redis_close(struct redis *redis);

/* One command; RETRY on any failure of the connection or an error reply. The reply is the
 * caller's, to be freed with redis_reply_free(). */
bool redis_command(struct redis *redis, const struct str *args, size_t count,
                   struct redisReply **reply_out, struct err *err) MUST_CHECK;

/* EVALSHA without keys, loading the script when the server does not know it. `sha` is kept by
 * the caller: 40 hex characters. */
bool redis_script(struct redis *redis, struct str script, char sha[41], const struct str *args,
                  size_t count, struct redisReply **reply_out, struct err *err) MUST_CHECK;

void redis_reply_free(struct redisReply *reply);

#endif
