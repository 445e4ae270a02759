/* buf — see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

#define BUF_CAPACITY_MIN 64

void buf_init(struct buf *buf, struct arena *arena, size_t capacity)
{
    if (capacity < BUF_CAPACITY_MIN)
        capacity = BUF_CAPACITY_MIN;
    *buf = (struct buf){ .arena = arena,
                         .data = arena_alloc(arena, capacity),
                         .capacity = capacity };
}

/* Room for `more` bytes and the NUL behind them. */
static void buf_reserve(struct buf *buf, size_t more)
{
    size_t need = buf->size + more + 1;

    CHECK(need > more); /* no wrap */
    if (need <= buf->capacity)
        return;
    size_t capacity = buf->capacity * 2 > need ? buf->capacity * 2 : need;
    char *data = arena_alloc(buf->arena, capacity);

    memcpy(data, buf->data, buf->size);
    buf->data = data;
    buf->capacity = capacity;
}

void buf_put(struct buf *buf, struct str s)
{
    if (s.size == 0)
        return;
    buf_reserve(buf, s.size);
    memcpy(buf->data + buf->size, s.data, s.size);
    buf->size += s.size;
}

void buf_put_byte(struct buf *buf, char byte)
{
    buf_reserve(buf, 1);
    buf->data[buf->size++] = byte;
}

void buf_put_int(struct buf *buf, int64_t value)
{
    char digits[20]; /* "-9223372036854775808" */
    size_t start = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--start] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--start] = '-';
    buf_put(buf, (struct str){ .data = digits + start, .size = sizeof(digits) - start });
}

void buf_put_format(struct buf *buf, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(size >= 0);
    buf_reserve(buf, (size_t)size);
    vsnprintf(buf->data + buf->size, (size_t)size + 1, format, again);
    va_end(again);
    buf->size += (size_t)size;
}

struct str buf_str(struct buf *buf)
{
    buf_reserve(buf, 0);
    buf->data[buf->size] = '\0';
    return (struct str){ .data = buf->data, .size = buf->size };
}
