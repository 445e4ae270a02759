/*
 * stock_recover — the way back after EMPTY, CLOSED, STALE or SUSPECT.
 *
 * One path for a failover, a restart, an empty Redis and `sluice stock rebuild`: raise the epoch,
 * read what PostgreSQL holds, BEGIN, LOAD, OPEN (STOCK.md, Rebuild). Two rebuilders are safe;
 * the advisory lock only saves work.
 */
#ifndef SLUICE_STORE_STOCK_RECOVER_H
#define SLUICE_STORE_STOCK_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/journal_store.h"
#include "store/stock_store.h"

/* Called before a batch: does nothing while the last call found the shard OPEN. Else reads the
 * epoch in force; and, where `may_rebuild` and the shard is EMPTY or SUSPECT, rebuilds. So too
 * where it is CLOSED or STALE while nobody holds the lock: a rebuilder died there. RETRY while
 * it is not open. *rebuilt_out (may be NULL) is set true when this call rebuilt it. */
bool stock_recover(struct stock_store *stock, struct journal_store *journal, bool may_rebuild,
                   bool *rebuilt_out, struct err *err) MUST_CHECK;

/* Progress of a rebuild, in items; may be NULL. */
typedef void (*stock_progress_fn)(void *context, int64_t done, int64_t total);

/* Rebuilds whatever its condition (`sluice stock rebuild`). */
bool stock_rebuild(struct stock_store *stock, struct journal_store *journal,
                   stock_progress_fn progress, void *context, struct err *err) MUST_CHECK;

#endif
