/*
 * notify_outcome_decide — what an answer of WeCom means, and what becomes of the alerts it was
 * about.
 *
 * Pure. The rule above all others: what may have been told is never sent again, unless WeCom itself
 * would know it again (application messages); what was not told is tried again or given up by name.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_OUTCOME_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_OUTCOME_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* What came back of one message. */
struct notify_answer {
    bool no_address; /* the address is no URL */
    bool sent;       /* at least a byte of the message went out */
    bool answered;   /* a whole HTTP answer came */
    int status;      /* HTTP */
    bool understood; /* JSON with an errcode */
    int64_t errcode;
    bool warned; /* errcode 0, and WeCom did not understand all of it: our bug */
    bool token;  /* it is the answer to asking for a token: the message never went out */
    bool app;
    struct str why;     /* of what was not answered, in words */
    struct str unheard; /* receivers an application message did not reach */
};

enum notify_outcome {
    NOTIFY_OUTCOME_NONE = 0,
    NOTIFY_OUTCOME_DELIVERED,
    NOTIFY_OUTCOME_THROTTLED, /* not told: leave this address alone for a minute */
    NOTIFY_OUTCOME_BUSY,      /* not told: three tries at most, says the document */
    NOTIFY_OUTCOME_DOWN,      /* not told: try again with growing delay */
    NOTIFY_OUTCOME_TOKEN,     /* not told: the token was not valid any more */
    NOTIFY_OUTCOME_TOO_LONG,  /* not told: once more, shorter */
    NOTIFY_OUTCOME_NO_TARGET, /* not told: this target takes nothing any more */
    NOTIFY_OUTCOME_REFUSED,   /* not told: this message is never taken */
    NOTIFY_OUTCOME_UNKNOWN,   /* it may have been told */
};

enum notify_outcome notify_outcome_of(const struct notify_answer *answer);

/* One sentence for people, Chinese first; empty for a plain success. In the arena. */
struct str notify_outcome_reason(struct arena *arena, const struct notify_answer *answer);

extern const char notify_outcome_doubt[]; /* "没有回音，可能已送达 …": nobody knows */

/* ---- what becomes of the address ---- */

struct notify_pause {
    int64_t until_ms; /* 0: none */
    int64_t strikes;
    bool doubt; /* the next message is one alert: the least to lose */
};

/* strikes: failures in a row before this one. */
struct notify_pause notify_outcome_pause(enum notify_outcome outcome, int64_t strikes,
                                         int64_t now_ms);

/* ---- what becomes of one alert ---- */

enum notify_end {
    NOTIFY_END_NONE = 0,
    NOTIFY_END_TOLD,
    NOTIFY_END_AGAIN,    /* wait */
    NOTIFY_END_FALLBACK, /* wait, for the fallback target */
    NOTIFY_END_GIVEN_UP,
};

#define NOTIFY_BUSY_MAX 3 /* tries, of answers that allow no more */
#define NOTIFY_HOPS_MAX 3 /* fallbacks of fallbacks */

struct notify_past {
    int64_t attempts; /* with this one */
    int64_t attempts_max;
    int64_t busy, hops; /* before this one */
    bool cut;           /* it was sent at half the size already */
    bool fallback;      /* its target has one */
};

/* UNKNOWN gives up: whoever may send again does not ask. */
enum notify_end notify_outcome_end(enum notify_outcome outcome, const struct notify_past *past);

#endif
