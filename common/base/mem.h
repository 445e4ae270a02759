/*
 * mem — memory that lives as long as the process or a handle: the third lifetime beside a
 * batch's arena and the stack.
 *
 * For what open() makes and close() ends. Zeroed, and never NULL: out of memory aborts, since a
 * worker that replays from committed offsets is safest when it dies early.
 */
#ifndef SLUICE_BASE_MEM_H
#define SLUICE_BASE_MEM_H

#include <stddef.h>

#include "base/str.h"

/* Zeroed; ends with mem_free(). */
void *mem_alloc(size_t size);

/* As mem_alloc(size × count); aborts when the product overflows. */
void *mem_alloc_array(size_t size, size_t count);

/* Grows or shrinks what mem_alloc() gave (NULL: a new one); what was added is not zeroed. */
void *mem_resize(void *memory, size_t size);

/* A NUL-terminated copy; ends with mem_free(). */
char *mem_text(struct str s);

/* NULL is fine. */
void mem_free(void *memory);

#define MEM_NEW(type) ((type *)mem_alloc(sizeof(type)))
#define MEM_ARRAY(type, count) ((type *)mem_alloc_array(sizeof(type), (count)))

#endif
