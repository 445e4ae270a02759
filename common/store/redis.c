/* redis — see redis.h. */
#include "store/redis.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "base/mem.h"
#include "base/num.h"

#define REDIS_HOST_MAX 255

struct redis {
    char host[REDIS_HOST_MAX + 1];
    char *password; /* NULL: none */
    int port;
    int64_t db, timeout_ms;
    redisContext *context; /* NULL: not connected */
};

/* ---- url ---- */

/* host:port */
static bool redis_parse_host(struct redis *redis, struct str host)
{
    struct str rest = host;
    struct str name = str_cut(&rest, ':');
    int64_t port = 6379;

    if (name.size == 0 || name.size > REDIS_HOST_MAX)
        return false;
    if (rest.size > 0 && (!num_parse(rest, &port) || port < 1 || port > 65535))
        return false;
    memcpy(redis->host, name.data, name.size);
    redis->port = (int)port;
    return true;
}

/* [user:password@]host:port[/db], after the scheme. */
static bool redis_parse(struct redis *redis, struct str url)
{
    struct str rest = url, login = STR_NONE;

    for (size_t i = url.size; i > 0; i--) {
        if (url.data[i - 1] == '@') {
            login = (struct str){ .data = url.data, .size = i - 1 };
            rest = (struct str){ .data = url.data + i, .size = url.size - i };
            break;
        }
    }
    if (login.size > 0) {
        (void)str_cut(&login, ':'); /* a user name is not used */
        redis->password = mem_text(login);
    }
    struct str host = str_cut(&rest, '/');

    if (rest.size > 0 && (!num_parse(rest, &redis->db) || redis->db < 0))
        return false;
    return redis_parse_host(redis, host);
}

bool redis_open(struct redis **redis_out, const char *url, int64_t timeout_ms, struct err *err)
{
    struct str text = str_of(url), scheme = STR("redis://");
    struct redis *redis = MEM_NEW(struct redis);

    redis->timeout_ms = timeout_ms;
    if (!str_starts(text, scheme)
        || !redis_parse(redis, (struct str){ .data = text.data + scheme.size,
                                             .size = text.size - scheme.size })) {
        redis_close(redis);
        return err_set(err, ERR_FATAL,
                       "redis url: expected redis://[:password@]host:port[/db]");
    }
    *redis_out = redis;
    return true;
}

static void redis_drop(struct redis *redis)
{
    if (redis->context != NULL)
        redisFree(redis->context);
    redis->context = NULL;
}

void redis_close(struct redis *redis)
{
    if (redis == NULL)
        return;
    redis_drop(redis);
    mem_free(redis->password);
    mem_free(redis);
}

/* ---- connection ---- */

static bool redis_lost(struct redis *redis, const char *doing, struct err *err)
{
    err_set(err, ERR_RETRY, "redis %s:%d: %s: %s", redis->host, redis->port, doing,
            redis->context != NULL && redis->context->err != 0 ? redis->context->errstr
                                                               : "no answer");
    redis_drop(redis);
    return false;
}

/* AUTH and SELECT; the password never gets into an error. */
static bool redis_greet(struct redis *redis, const char *command, const char *value,
                        struct err *err)
{
    redisReply *reply = redisCommand(redis->context, "%s %s", command, value);
    bool ok = reply != NULL && reply->type != REDIS_REPLY_ERROR;

    freeReplyObject(reply);
    return ok || redis_lost(redis, command, err);
}

static bool redis_connect(struct redis *redis, struct err *err)
{
    struct timeval timeout = { .tv_sec = redis->timeout_ms / 1000,
                               .tv_usec = redis->timeout_ms % 1000 * 1000 };
    char db[24];

    if (redis->context != NULL)
        return true;
    redis->context = redisConnectWithTimeout(redis->host, redis->port, timeout);
    if (redis->context == NULL || redis->context->err != 0)
        return redis_lost(redis, "connect", err);
    if (redisSetTimeout(redis->context, timeout) != REDIS_OK)
        return redis_lost(redis, "time-out", err);
    if (redis->password != NULL && !redis_greet(redis, "AUTH", redis->password, err))
        return false;
    (void)snprintf(db, sizeof(db), "%lld", (long long)redis->db);
    return redis->db == 0 || redis_greet(redis, "SELECT", db, err);
}

/* ---- commands ---- */

static redisReply *redis_send(struct redis *redis, const struct str *args, size_t count)
{
    const char **data = MEM_ARRAY(const char *, count);
    size_t *sizes = MEM_ARRAY(size_t, count);
    redisReply *reply;

    for (size_t i = 0; i < count; i++) {
        data[i] = args[i].size > 0 ? args[i].data : "";
        sizes[i] = args[i].size;
    }
    reply = redisCommandArgv(redis->context, (int)count, data, sizes);
    mem_free(data);
    mem_free(sizes);
    return reply;
}

/* A reply of any kind but an error; sets *noscript_out instead when the server has no script. */
static bool redis_ask(struct redis *redis, const struct str *args, size_t count,
                      struct redisReply **reply_out, bool *noscript_out, struct err *err)
{
    redisReply *reply;

    if (!redis_connect(redis, err))
        return false;
    reply = redis_send(redis, args, count);
    if (reply == NULL)
        return redis_lost(redis, "call", err);
    if (reply->type != REDIS_REPLY_ERROR) {
        *reply_out = reply;
        return true;
    }
    struct str text = { .data = reply->str, .size = reply->len };

    *noscript_out = str_starts(text, STR("NOSCRIPT"));
    err_set(err, ERR_RETRY, "redis %s:%d: %.*s", redis->host, redis->port,
            STR_ARG(str_clip(text, 300)));
    freeReplyObject(reply);
    if (!*noscript_out)
        redis_drop(redis);
    return false;
}

bool redis_command(struct redis *redis, const struct str *args, size_t count,
                   struct redisReply **reply_out, struct err *err)
{
    bool noscript = false;

    return redis_ask(redis, args, count, reply_out, &noscript, err);
}

static bool redis_load(struct redis *redis, struct str script, char sha[41], struct err *err)
{
    struct str args[] = { STR("SCRIPT"), STR("LOAD"), script };
    struct redisReply *reply = NULL;

    if (!redis_command(redis, args, 3, &reply, err))
        return false;
    bool ok = reply->type == REDIS_REPLY_STRING && reply->len == 40;

    if (ok) {
        memcpy(sha, reply->str, 40);
        sha[40] = '\0';
    }
    freeReplyObject(reply);
    return ok || redis_lost(redis, "SCRIPT LOAD", err);
}

bool redis_script(struct redis *redis, struct str script, char sha[41], const struct str *args,
                  size_t count, struct redisReply **reply_out, struct err *err)
{
    struct str *all = MEM_ARRAY(struct str, count + 3);
    bool ok = false, noscript = false;

    if (sha[0] == '\0' && !redis_load(redis, script, sha, err))
        goto out;
    all[0] = STR("EVALSHA");
    all[1] = (struct str){ .data = sha, .size = 40 };
    all[2] = STR("0");
    memcpy(all + 3, args, count * sizeof(*args));
    ok = redis_ask(redis, all, count + 3, reply_out, &noscript, err);
    if (!ok && noscript && redis_load(redis, script, sha, err))
        ok = redis_ask(redis, all, count + 3, reply_out, &noscript, err);
out:
    mem_free(all);
    return ok;
}

void redis_reply_free(struct redisReply *reply)
{
    if (reply != NULL)
        freeReplyObject(reply);
}
