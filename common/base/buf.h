/*
 * buf — a byte buffer that grows, for what is written piece by piece.
 *
 * Grows inside an arena; old copies stay there until the reset, so size the first guess well.
 * Aborts when it would pass the arena's maximum.
 */
#ifndef SLUICE_BASE_BUF_H
#define SLUICE_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct buf {
    struct arena *arena;
    char *data;
    size_t size, capacity;
};

/* capacity: first guess in bytes. */
void buf_init(struct buf *buf, struct arena *arena, size_t capacity);

void buf_put(struct buf *buf, struct str s);
void buf_put_byte(struct buf *buf, char byte);
void buf_put_int(struct buf *buf, int64_t value);
void buf_put_format(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was written so far; NUL-terminated beyond its size; valid until the next put. */
struct str buf_str(struct buf *buf);

#endif
