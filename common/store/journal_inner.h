/*
 * journal_inner — what journal_store.c and journal_read.c share. Nobody else includes it.
 */
#ifndef SLUICE_STORE_JOURNAL_INNER_H
#define SLUICE_STORE_JOURNAL_INNER_H

#include "base/arena.h"
#include "store/pg.h"

struct journal_store {
    struct arena *home;
    struct pg *pg;
    const char *worker;
};

#endif
