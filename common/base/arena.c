/*
 * arena — see arena.h.
 *
 * A chain of blocks. Allocation moves a mark within the current block and goes to the next one
 * when it is full; reset goes back to the first. Under AddressSanitizer what is not handed out
 * is poisoned, so that a pointer kept beyond the reset, or a write past an allocation, is caught.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

#ifdef __has_feature /* clang's way to say it; gcc defines the name itself */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define ARENA_GAP 16
#define ARENA_POISON(data, size) ASAN_POISON_MEMORY_REGION((data), (size))
#define ARENA_UNPOISON(data, size) ASAN_UNPOISON_MEMORY_REGION((data), (size))
#else
#define ARENA_GAP 0
#define ARENA_POISON(data, size) ((void)(data), (void)(size))
#define ARENA_UNPOISON(data, size) ((void)(data), (void)(size))
#endif

#define ARENA_ALIGN 16
#define ARENA_BLOCK_SIZE ((size_t)64 << 10)      /* the first block; each next is twice as big */
#define ARENA_BLOCK_SIZE_MAX ((size_t)4 << 20)   /* up to this, unless one allocation needs more */
#define ARENA_KEEP_SIZE ((size_t)8 << 20)        /* blocks beyond this are given back on reset */

_Static_assert(_Alignof(max_align_t) <= ARENA_ALIGN, "an arena must fit any type");

struct arena_block {
    struct arena_block *next;
    size_t size, used; /* of bytes */
    _Alignas(ARENA_ALIGN) char bytes[];
};

struct arena {
    struct arena_block *first, *current;
    size_t used, size_max;
};

static struct arena_block *arena_block_open(size_t size)
{
    CHECK(size <= SIZE_MAX - sizeof(struct arena_block));
    struct arena_block *block = mem_resize(NULL, sizeof(struct arena_block) + size);

    *block = (struct arena_block){ .size = size };
    ARENA_POISON(block->bytes, size);
    return block;
}

static void arena_block_close(struct arena_block *block)
{
    ARENA_UNPOISON(block->bytes, block->size);
    mem_free(block);
}

struct arena *arena_open(size_t size_max)
{
    struct arena *arena = MEM_NEW(struct arena);

    arena->size_max = size_max;
    arena->first = arena_block_open(ARENA_BLOCK_SIZE);
    arena->current = arena->first;
    return arena;
}

void arena_close(struct arena *arena)
{
    if (!arena)
        return;
    for (struct arena_block *block = arena->first, *next; block; block = next) {
        next = block->next;
        arena_block_close(block);
    }
    mem_free(arena);
}

/* A block with room for size: the current, the next one kept from before, or a new one. */
static struct arena_block *arena_room(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->current;

    if (size <= block->size - block->used)
        return block;
    if (!block->next || block->next->size < size) {
        size_t wanted = block->size < ARENA_BLOCK_SIZE_MAX / 2 ? block->size * 2
                                                               : ARENA_BLOCK_SIZE_MAX;
        struct arena_block *added = arena_block_open(size > wanted ? size : wanted);

        added->next = block->next;
        block->next = added;
    }
    arena->current = block->next;
    return arena->current;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    CHECK(size <= arena->size_max - arena->used);
    size_t taken = (size + ARENA_GAP + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    struct arena_block *block = arena_room(arena, taken);
    char *memory = block->bytes + block->used;

    block->used += taken;
    arena->used += size;
    ARENA_UNPOISON(memory, size);
    return memset(memory, 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t size, size_t count)
{
    CHECK(size == 0 || count <= SIZE_MAX / size);
    return arena_alloc(arena, size * count);
}

struct str arena_copy(struct arena *arena, struct str s)
{
    CHECK(s.size < SIZE_MAX);
    char *copy = arena_alloc(arena, s.size + 1);

    if (s.size > 0)
        memcpy(copy, s.data, s.size);
    return (struct str){ .data = copy, .size = s.size };
}

struct str arena_format(struct arena *arena, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(size >= 0);
    char *text = arena_alloc(arena, (size_t)size + 1);

    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return (struct str){ .data = text, .size = (size_t)size };
}

void arena_reset(struct arena *arena)
{
    size_t kept = 0;

    /* The first block always stays; one batch of unusual size must not keep its memory. */
    for (struct arena_block **link = &arena->first; *link;) {
        struct arena_block *block = *link;

        kept += block->size;
        if (block != arena->first && kept > ARENA_KEEP_SIZE) {
            *link = block->next;
            kept -= block->size;
            arena_block_close(block);
            continue;
        }
        block->used = 0;
        ARENA_POISON(block->bytes, block->size);
        link = &block->next;
    }
    arena->current = arena->first;
    arena->used = 0;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
