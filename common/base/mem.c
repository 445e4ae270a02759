/* mem — see mem.h. The only file that calls the C library's allocator. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

void *mem_alloc(size_t size)
{
    return mem_alloc_array(1, size);
}

void *mem_alloc_array(size_t size, size_t count)
{
    /* calloc(0) may give NULL, which our callers would have to tell from failure. */
    void *memory = size > 0 && count > 0 ? calloc(count, size) : calloc(1, 1);

    CHECK(memory != NULL);
    return memory;
}

void *mem_resize(void *memory, size_t size)
{
    void *resized = realloc(memory, size > 0 ? size : 1);

    CHECK(resized != NULL);
    return resized;
}

char *mem_text(struct str s)
{
    CHECK(s.size < SIZE_MAX);
    char *text = mem_alloc(s.size + 1);

    if (s.size > 0)
        memcpy(text, s.data, s.size);
    return text;
}

void mem_free(void *memory)
{
    free(memory);
}
