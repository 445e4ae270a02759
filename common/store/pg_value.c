/* pg_value — results, array literals and bytes (pg.h). */
#include "store/pg.h"

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/num.h"

/* ---- results ---- */

static const PGresult *pg_inner(const struct pg_result *result)
{
    return (const PGresult *)result;
}

size_t pg_rows(const struct pg_result *result)
{
    return (size_t)PQntuples(pg_inner(result));
}

bool pg_is_null(const struct pg_result *result, size_t row, int column)
{
    return PQgetisnull(pg_inner(result), (int)row, column) != 0;
}

struct str pg_text(const struct pg_result *result, size_t row, int column)
{
    return (struct str){
        .data = PQgetvalue(pg_inner(result), (int)row, column),
        .size = (size_t)PQgetlength(pg_inner(result), (int)row, column),
    };
}

int64_t pg_int(const struct pg_result *result, size_t row, int column)
{
    int64_t number = 0;

    (void)num_parse(pg_text(result, row, column), &number);
    return number;
}

size_t pg_affected(const struct pg_result *result)
{
    int64_t number = 0;

    (void)num_parse(str_of(PQcmdTuples((PGresult *)(uintptr_t)result)), &number);
    return (size_t)number;
}

void pg_result_free(struct pg_result *result)
{
    PQclear((PGresult *)result);
}

/* ---- arrays ---- */

static void pg_put_quoted(struct buf *buf, struct str text)
{
    size_t start = 0;

    buf_put_byte(buf, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '"' && text.data[i] != '\\')
            continue;
        buf_put(buf, (struct str){ .data = text.data + start, .size = i - start });
        buf_put_byte(buf, '\\');
        start = i;
    }
    if (text.size > start)
        buf_put(buf, (struct str){ .data = text.data + start, .size = text.size - start });
    buf_put_byte(buf, '"');
}

struct str pg_text_array(struct arena *arena, const struct str *items, size_t count)
{
    struct buf buf;
    size_t size = 2;

    for (size_t i = 0; i < count; i++)
        size += items[i].size + items[i].size / 8 + 5; /* JSON is full of quotes */
    buf_init(&buf, arena, size);
    buf_put_byte(&buf, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put_byte(&buf, ',');
        if (items[i].data)
            pg_put_quoted(&buf, items[i]);
        else
            buf_put(&buf, STR("NULL"));
    }
    buf_put_byte(&buf, '}');
    return buf_str(&buf);
}

struct str pg_int_array(struct arena *arena, const int64_t *items, size_t count)
{
    struct buf buf;

    buf_init(&buf, arena, count * 8 + 2);
    buf_put_byte(&buf, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put_byte(&buf, ',');
        buf_put_int(&buf, items[i]);
    }
    buf_put_byte(&buf, '}');
    return buf_str(&buf);
}

/* ---- bytes ---- */

struct str pg_bytes(struct arena *arena, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *out = arena_alloc(arena, bytes.size * 2 + 3);

    out[0] = '\\';
    out[1] = 'x';
    for (size_t i = 0; i < bytes.size; i++) {
        out[2 + 2 * i] = digits[(unsigned char)bytes.data[i] >> 4];
        out[3 + 2 * i] = digits[(unsigned char)bytes.data[i] & 15];
    }
    return (struct str){ .data = out, .size = bytes.size * 2 + 2 };
}

static unsigned pg_digit(char digit)
{
    return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a' + 10);
}

struct str pg_get_bytes(struct arena *arena, const struct pg_result *result, size_t row,
                        int column)
{
    struct str hex = pg_text(result, row, column);
    size_t size = hex.size < 2 ? 0 : hex.size / 2 - 1;
    char *out = arena_alloc(arena, size + 1);

    for (size_t i = 0; i < size; i++)
        out[i] = (char)(pg_digit(hex.data[2 + 2 * i]) << 4 | pg_digit(hex.data[3 + 2 * i]));
    return (struct str){ .data = out, .size = size };
}
