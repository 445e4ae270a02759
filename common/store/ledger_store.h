/*
 * ledger_store — the write side of the record: one batch of rows, one transaction.
 *
 * Set-based: one statement per table and batch, whatever the batch's size. Every row knows which
 * statement about it is newest, so a batch written twice, or batches written in another order,
 * leave the same rows. The gates' rows are locked first, in the order of ids: two replicas that
 * write about the same orders take turns and do not deadlock.
 */
#ifndef SLUICE_STORE_LEDGER_STORE_H
#define SLUICE_STORE_LEDGER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/ledger.h"

struct ledger_store;

bool ledger_store_open(struct ledger_store **store_out, const char *pg_url,
                       struct err *err) MUST_CHECK;
void ledger_store_close(struct ledger_store *store);

/* All rows and the offsets they came from, committed together. */
bool ledger_store_write(struct ledger_store *store, struct arena *arena,
                        const struct ledger_rows *rows, struct err *err) MUST_CHECK;

/* stock_epoch.generation. */
bool ledger_store_generation(struct ledger_store *store, int64_t *generation_out,
                             struct err *err) MUST_CHECK;

/* ---- upkeep, between batches ---- */

/* Folds at most rows_max rows of the journal in one transaction; *folded_out 0 when there are none,
 * or when another folder is at work. Marks exactly the rows it read (STOCK.md 37). */
bool ledger_store_fold(struct ledger_store *store, size_t rows_max, size_t *folded_out,
                       struct err *err) MUST_CHECK;

/* Makes the partitions of the next days, drops days of the journal that are folded and older than
 * keep_days. Does nothing while another replica is at it. */
bool ledger_store_upkeep(struct ledger_store *store, int64_t now_ms, int64_t keep_days,
                         struct err *err) MUST_CHECK;

#endif
