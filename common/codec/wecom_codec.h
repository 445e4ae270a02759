/*
 * wecom_codec — what WeCom reads and answers: group robots (document 99110, "message push") and
 * application messages (90236), with the token they need (91039).
 */
#ifndef SLUICE_CODEC_WECOM_CODEC_H
#define SLUICE_CODEC_WECOM_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The most bytes of markdown content. Longer is answered with 40058 by a robot. */
#define WECOM_MARKDOWN_MAX     4096
#define WECOM_APP_MARKDOWN_MAX 2048

/* For how long WeCom knows the content of an application message again (4 hours, the most it
 * takes): a second one of the same content is then not delivered. */
#define WECOM_SAME_S 14400

/* {"msgtype":"markdown","markdown":{"content":…}}; content must be UTF-8 and fit. */
struct str wecom_encode_markdown(struct arena *arena, struct str content);

/* Receivers are lists separated by '|'; empty ones are left out. */
struct wecom_app_message {
    struct str touser, toparty, totag;
    int64_t agentid;
    struct str content; /* markdown, UTF-8, at most WECOM_APP_MARKDOWN_MAX bytes */
};

/* With enable_duplicate_check: the same message sent twice is delivered once. */
struct str wecom_encode_app(struct arena *arena, const struct wecom_app_message *message);

struct wecom_answer {
    int64_t errcode;
    bool warned;        /* errcode 0, but the JSON was only partly understood: our bug */
    struct str unheard; /* receivers it did not reach, "user a|b, party 3"; empty: none */
    struct str token;   /* of gettoken */
    int64_t expires_in_s;
};

/* False when the body is no JSON object with an integer errcode. Texts live in the arena. */
bool wecom_decode_answer(struct arena *arena, struct str body, struct wecom_answer *answer_out);

#endif
