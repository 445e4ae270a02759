/*
 * notify_text_decide — text of ours and of shops, made safe to stand in a WeCom message.
 *
 * What a shop, a product or a rule says is data: it must not become a mention, a link, a colour or
 * a heading, and it must not carry a person's number. Markdown of WeCom knows no escapes, so its
 * signs are written as their full-width twins, which look the same to a reader.
 */
#ifndef SLUICE_NOTIFY_NOTIFY_TEXT_DECIDE_H
#define SLUICE_NOTIFY_NOTIFY_TEXT_DECIDE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* One line without markup: < > [ ] ` * # @ \ become full-width, :// is broken, control and
 * invisible characters go, white space is single. At most size_max bytes (at least 3), cut at a
 * character and ending in … when it was longer. In the arena. */
struct str notify_text_plain(struct arena *arena, struct str text, size_t size_max);

/* The same with the numbers of people masked as ***: mobile and fixed phones (11 digits in a row or
 * in groups, with +86, in full-width digits too) and identity numbers. Order ids and waybills
 * stay. For everything but ids. */
struct str notify_text_masked(struct arena *arena, struct str text, size_t size_max);

#endif
