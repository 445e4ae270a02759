/*
 * arena — memory that dies all at once.
 *
 * One arena lives as long as one batch. Everything decoded, decided or copied from a library
 * for that batch is allocated here and never freed one by one; arena_reset() ends it all. So a
 * pointer into an arena is valid until the next reset, and keeping one longer is a bug.
 *
 * Not for state that outlives a batch. Not shared between threads.
 */
#ifndef SLUICE_BASE_ARENA_H
#define SLUICE_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena;

/* size_max: the most bytes one batch may need; passing it aborts. Never returns NULL. */
struct arena *arena_open(size_t size_max);
void arena_close(struct arena *arena);

/* Zeroed, aligned for any type. Never returns NULL: passing size_max aborts. */
void *arena_alloc(struct arena *arena, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) \
    ((type *)arena_alloc_array((arena), sizeof(type), (count)))

/* As arena_alloc(size × count); aborts when the product overflows. */
void *arena_alloc_array(struct arena *arena, size_t size, size_t count);

/* Copies; the copy is NUL-terminated beyond its size, so .data is a C string too. */
struct str arena_copy(struct arena *arena, struct str s);

/* printf into the arena; NUL-terminated like arena_copy(). */
struct str arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forgets everything at once; keeps the first blocks for the next batch. */
void arena_reset(struct arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
