/*
 * map — see map.h.
 *
 * Entries stand in one array in the order they came; a table of slots, a power of two, holds
 * 1 + the entry's index (0: free, MAP_GONE: removed). Removing leaves a hole in the array;
 * growing closes the holes.
 */
#include "base/map.h"

#include <stdint.h>

#include "base/check.h"
#include "base/mem.h"

#define MAP_CAPACITY_MIN 16
#define MAP_GONE UINT32_MAX

struct map_entry {
    struct str key;
    void *value; /* NULL: a hole */
    uint64_t hash;
};

/* Where map_at() stood last: `living` entries live in front of entries[index]. */
struct map_cursor {
    size_t living, index;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* room for half as many as there are slots */
    uint32_t *slots;
    size_t slot_count, entry_count, living;
    struct map_cursor *cursor; /* apart, so that reading a const map may move it */
};

/* FNV-1a, then mixed, since its low bits alone would cluster. */
static uint64_t map_hash(struct str key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static void *map_alloc(struct map *map, size_t size, size_t count)
{
    return map->arena ? arena_alloc_array(map->arena, size, count)
                      : mem_alloc_array(size, count);
}

static void map_free(struct map *map, void *memory)
{
    if (!map->arena)
        mem_free(memory);
}

struct map *map_open(struct arena *arena)
{
    struct map *map = arena ? ARENA_NEW(arena, struct map) : MEM_NEW(struct map);

    map->arena = arena;
    map->slot_count = MAP_CAPACITY_MIN;
    map->slots = map_alloc(map, sizeof(uint32_t), map->slot_count);
    map->entries = map_alloc(map, sizeof(struct map_entry), map->slot_count / 2);
    map->cursor = map_alloc(map, sizeof(struct map_cursor), 1);
    return map;
}

void map_close(struct map *map)
{
    if (!map)
        return;
    CHECK(!map->arena);
    for (size_t i = 0; i < map->entry_count; i++) {
        if (map->entries[i].value)
            mem_free((char *)(uintptr_t)map->entries[i].key.data);
    }
    mem_free(map->entries);
    mem_free(map->slots);
    mem_free(map->cursor);
    mem_free(map);
}

/* The slot that holds the key, or the free one where its search ends. */
static uint32_t *map_slot(const struct map *map, struct str key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &map->slots[i];

        if (*slot == 0)
            return slot;
        if (*slot == MAP_GONE)
            continue;
        const struct map_entry *entry = &map->entries[*slot - 1];
        if (entry->hash == hash && str_eq(entry->key, key))
            return slot;
    }
}

/* New tables, twice as big unless holes were what filled them. */
static void map_rebuild(struct map *map)
{
    struct map_entry *entries = map->entries;
    uint32_t *slots = map->slots;
    size_t entry_count = map->entry_count;

    if (map->living * 4 > map->slot_count)
        map->slot_count *= 2;
    CHECK(map->slot_count < MAP_GONE / 2);
    map->slots = map_alloc(map, sizeof(uint32_t), map->slot_count);
    map->entries = map_alloc(map, sizeof(struct map_entry), map->slot_count / 2);
    map->entry_count = 0;
    *map->cursor = (struct map_cursor){ 0 };
    for (size_t i = 0; i < entry_count; i++) {
        if (!entries[i].value)
            continue;
        uint32_t *slot = map_slot(map, entries[i].key, entries[i].hash);

        map->entries[map->entry_count++] = entries[i];
        *slot = (uint32_t)map->entry_count;
    }
    map_free(map, slots);
    map_free(map, entries);
}

void map_put(struct map *map, struct str key, void *value)
{
    CHECK(value != NULL);
    uint64_t hash = map_hash(key);
    uint32_t *slot = map_slot(map, key, hash);

    if (*slot != 0) {
        map->entries[*slot - 1].value = value;
        return;
    }
    if (map->entry_count == map->slot_count / 2) {
        map_rebuild(map);
        slot = map_slot(map, key, hash);
    }
    if (!map->arena)
        key.data = mem_text(key);
    map->entries[map->entry_count++] =
        (struct map_entry){ .key = key, .value = value, .hash = hash };
    *slot = (uint32_t)map->entry_count;
    map->living++;
}

void *map_get(const struct map *map, struct str key)
{
    uint32_t slot = *map_slot(map, key, map_hash(key));

    return slot != 0 ? map->entries[slot - 1].value : NULL;
}

bool map_remove(struct map *map, struct str key)
{
    uint32_t *slot = map_slot(map, key, map_hash(key));

    if (*slot == 0)
        return false;
    size_t index = *slot - 1;
    struct map_entry *entry = &map->entries[index];

    *slot = MAP_GONE;
    if (!map->arena)
        mem_free((char *)(uintptr_t)entry->key.data);
    *entry = (struct map_entry){ 0 };
    map->living--;
    if (index < map->cursor->index)
        map->cursor->living--;
    return true;
}

size_t map_count(const struct map *map)
{
    return map->living;
}

void *map_at(const struct map *map, size_t i, struct str *key)
{
    struct map_cursor *cursor = map->cursor;

    CHECK(i < map->living);
    if (i < cursor->living)
        *cursor = (struct map_cursor){ 0 };
    for (;; cursor->index++) {
        const struct map_entry *entry = &map->entries[cursor->index];

        if (!entry->value)
            continue;
        if (cursor->living == i) {
            *key = entry->key;
            return entry->value;
        }
        cursor->living++;
    }
}
