/*
 * ledger_list_decide — rows of one kind, collected, then sorted and made one per key.
 *
 * A batch may say several things of one key, and one statement of SQL may touch a row once. The
 * sort also gives every replica the same order of locks.
 */
#ifndef SLUICE_LEDGER_LEDGER_LIST_DECIDE_H
#define SLUICE_LEDGER_LEDGER_LIST_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct ledger_list {
    struct arena *arena;
    size_t size; /* of one item */
    char *items;
    size_t count, capacity;
};

void ledger_list_init(struct ledger_list *list, struct arena *arena, size_t item_size);

/* A zeroed item at the end; valid until the next add. */
void *ledger_list_add(struct ledger_list *list);

/* By key, then older before newer. */
typedef int (*ledger_compare_fn)(const void *a, const void *b);
typedef bool (*ledger_same_fn)(const void *a, const void *b);

/* Carries what `older` knew into `newer`, the item that stays. May be NULL. */
typedef void (*ledger_fold_fn)(void *newer, const void *older);

void ledger_list_reduce(struct ledger_list *list, ledger_compare_fn compare, ledger_same_fn same,
                        ledger_fold_fn fold);

#endif
