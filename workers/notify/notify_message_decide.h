/*
 * notify_message_decide — the words: one alert as a message, many as a digest.
 *
 * Pure. Markdown as WeCom takes it, Chinese first. A message is built piece by piece within its
 * bytes, so nothing is ever cut within a character or a tag; what shops and rules wrote is made
 * plain and masked first (notify_text_decide.h).
 */
#ifndef SLUICE_NOTIFY_NOTIFY_MESSAGE_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_MESSAGE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"
#include "notify/notify_rules_decide.h"

#define NOTIFY_SIZE_MIN 768 /* bytes: less is no message */

/* An alert to be told. */
struct notify_item {
    const struct alert_body *alert;
    enum notify_level level;
    struct str mention; /* user ids, separated by '|' */
    bool digest_only;
    bool cut;            /* refused once as too long: half the size from now on */
    int64_t waits_since; /* ms */
};

/* The alert as it is kept while it waits: the first reasons, the number of the others as one more,
 * long texts cut, so that thousands of them fit into memory whatever was raised. In the arena. */
struct alert_body notify_message_trim(struct arena *arena, const struct alert_body *alert);

/* size_max: bytes, at least NOTIFY_SIZE_MIN. mentions: does the way there know <@userid>? */
struct str notify_message_single(struct arena *arena, const struct notify_item *item,
                                 size_t size_max, bool mentions);

/* A digest of the items, which are sorted by level and gate so that a group stands together. It
 * names as many as it has room for, first with their reasons, else by id alone; with `all` it
 * counts the rest, else it leaves them. Returns how many of the first items it tells; at least
 * one. */
size_t notify_message_digest(struct arena *arena, const struct notify_item *const *items,
                             size_t count, size_t size_max, bool mentions, bool all,
                             struct str *content_out);

/* Order for qsort over struct notify_item pointers: urgent first, then by gate, then the oldest. */
int notify_message_compare(const void *a, const void *b);

#endif
