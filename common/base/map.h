/*
 * map — str → pointer, open addressing, in an arena or (arena NULL) on the heap.
 *
 * A heap map copies its keys and lives until map_close(); an arena map borrows them and dies
 * with the arena. Iteration goes in the order of insertion, so that results are repeatable.
 */
#ifndef SLUICE_BASE_MAP_H
#define SLUICE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct map;

struct map *map_open(struct arena *arena);
void map_close(struct map *map); /* heap maps only; NULL is fine */

/* Sets or replaces. `value` may not be NULL. */
void map_put(struct map *map, struct str key, void *value);
void *map_get(const struct map *map, struct str key); /* NULL: not there */
bool map_remove(struct map *map, struct str key);     /* true: it was there */
size_t map_count(const struct map *map);

/* i-th living entry in insertion order, 0 ≤ i < map_count(); returns its value. O(1) amortised
 * when i only grows. */
void *map_at(const struct map *map, size_t i, struct str *key);

#endif
