/*
 * notify_wecom — the ways to WeCom: group robots by their keys, and one application with its token.
 *
 * Keys, secrets and tokens stay in here: what is shared, logged or stored of an address is a hash.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_WECOM_H
#define SLUICE_NOTIFY_NOTIFY_WECOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "net/http_client.h"
#include "notify/notify_outcome_decide.h"
#include "notify/notify_policy_decide.h"
#include "runtime/config.h"

#define NOTIFY_ROBOTS_MAX 100

struct notify_robot {
    struct str name;    /* "" is the robot of wecom_url */
    struct str url;     /* NUL-terminated; holds the key */
    struct str channel; /* what replicas share of it: a hash */
};

struct notify_wecom {
    struct http_client *http;
    struct arena *home; /* as long as the process */
    struct notify_robot robots[NOTIFY_ROBOTS_MAX];
    size_t robot_count;
    const char *api, *corpid, *secret;
    int64_t agentid; /* 0: there is no application */
    char token[1024];
    int64_t token_until_ms;
    struct notify_answer refused; /* the last answer to asking for a token, while it says no */
    int64_t refused_until_ms;
};

/* Config rows wecom_url, wecom_robots, wecom_api, wecom_corpid, wecom_secret, wecom_agentid and
 * timeout_ms. FATAL names the row, never what it holds. */
bool notify_wecom_open(struct notify_wecom *wecom, const struct config *config,
                       struct err *err) MUST_CHECK;
void notify_wecom_close(struct notify_wecom *wecom); /* half-opened is fine */

/* The way to a target. */
struct notify_way {
    bool usable; /* false: nothing is configured for it, `why` says what */
    struct str channel;
    struct str url;  /* of a robot */
    size_t size_max; /* bytes of a message */
    struct str why;
};

struct notify_way notify_wecom_way(const struct notify_wecom *wecom, struct arena *arena,
                                   const struct notify_target *target);

/* One message, over a usable way. An application's token is asked for when there is none, and once
 * more when WeCom says that it is not valid: the message has then not been taken. */
struct notify_answer notify_wecom_post(struct notify_wecom *wecom, struct arena *arena,
                                       const struct notify_target *target,
                                       const struct notify_way *way, struct str content);

#endif
