/* ledger_list_decide — see ledger_list_decide.h. */
#include "ledger/ledger_list_decide.h"

#include <stdlib.h>
#include <string.h>

void ledger_list_init(struct ledger_list *list, struct arena *arena, size_t item_size)
{
    *list = (struct ledger_list){ .arena = arena, .size = item_size };
}

void *ledger_list_add(struct ledger_list *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 64;
        char *items = arena_alloc_array(list->arena, list->size, capacity);

        if (list->count > 0)
            memcpy(items, list->items, list->count * list->size);
        list->items = items;
        list->capacity = capacity;
    }
    return list->items + list->count++ * list->size;
}

void ledger_list_reduce(struct ledger_list *list, ledger_compare_fn compare, ledger_same_fn same,
                        ledger_fold_fn fold)
{
    char *kept = list->items;

    if (list->count == 0)
        return;
    qsort(list->items, list->count, list->size, compare);
    for (size_t i = 1; i < list->count; i++) {
        char *next = list->items + i * list->size;

        if (!same(kept, next))
            kept += list->size;
        else if (fold)
            fold(next, kept);
        if (kept != next)
            memcpy(kept, next, list->size);
    }
    list->count = (size_t)(kept - list->items) / list->size + 1;
}
