/*
 * ledger_decide — events → rows of the record.
 *
 * Pure, and the same whatever is in the database: what an event says does not depend on what was
 * said before it. Which of two statements stands is decided by their own versions, in SQL.
 */
#ifndef SLUICE_LEDGER_LEDGER_DECIDE_H
#define SLUICE_LEDGER_LEDGER_DECIDE_H

#include <stddef.h>

#include "base/arena.h"
#include "domain/event.h"
#include "domain/ledger.h"

/* originals[i]: of a dead letter, the event it was when it could be read; else NULL. The rows
 * borrow from the events and live in the arena. */
struct ledger_rows ledger_decide(struct arena *arena, const struct event *events, size_t count,
                                 const struct event *const *originals);

#endif
