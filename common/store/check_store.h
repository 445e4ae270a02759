/*
 * check_store — what was answered to a warehouse's scan, kept so that a replay says it again.
 *
 * A verdict on a scan depends on the order's record at that moment, so it is noted before it is
 * announced, and the first one stays (table shipment_checks; DESIGN 5).
 */
#ifndef SLUICE_STORE_CHECK_STORE_H
#define SLUICE_STORE_CHECK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct check_store;

bool check_store_open(struct check_store **store_out, const char *pg_url,
                      struct err *err) MUST_CHECK;
void check_store_close(struct check_store *store);

struct check_note {
    struct str shipment_id, fate; /* with `at` the key: one scan */
    int64_t at;                   /* the warehouse's time, ms */
    struct str verdict, reason;   /* in: as judged now; out: as first noted */
};

/* Notes those that were not noted yet, in one transaction; gives back the first of each, allocated
 * in the arena. */
bool check_store_note(struct check_store *store, struct arena *arena, struct check_note *notes,
                      size_t count, struct err *err) MUST_CHECK;

#endif
