/* str — see str.h. */
#include "base/str.h"

#include <stdint.h>
#include <string.h>

struct str str_of(const char *text)
{
    return text ? (struct str){ .data = text, .size = strlen(text) } : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
    /* memcmp() may not be given NULL, not even for no bytes. */
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool str_is(struct str s, const char *text)
{
    return str_eq(s, str_of(text));
}

int str_compare(struct str a, struct str b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.size >= prefix.size
        && (prefix.size == 0 || memcmp(s.data, prefix.data, prefix.size) == 0);
}

bool str_has(struct str s, char byte)
{
    return s.size > 0 && memchr(s.data, byte, s.size) != NULL;
}

static bool str_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.size > 0 && str_is_space(s.data[0])) {
        s.data++;
        s.size--;
    }
    while (s.size > 0 && str_is_space(s.data[s.size - 1]))
        s.size--;
    return s;
}

struct str str_cut(struct str *rest, char separator)
{
    struct str part = *rest;
    const char *at = part.size > 0 ? memchr(part.data, separator, part.size) : NULL;

    if (!at) {
        *rest = STR_NONE;
        return part;
    }
    part.size = (size_t)(at - part.data);
    rest->data = at + 1;
    rest->size -= part.size + 1;
    return part;
}

static bool str_is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Size of the UTF-8 character at the start of p, 0 when it is none (RFC 3629, table 3-7 of
 * Unicode: the range of the second byte depends on the first). */
static size_t str_utf8_size(const unsigned char *p, size_t size)
{
    unsigned char lead = p[0];

    if (lead < 0x80)
        return lead != 0 ? 1 : 0;
    if (lead < 0xc2 || size < 2)
        return 0;
    if (lead < 0xe0)
        return str_is_tail(p[1]) ? 2 : 0;
    if (lead < 0xf0) {
        unsigned char low = lead == 0xe0 ? 0xa0 : 0x80;
        unsigned char high = lead == 0xed ? 0x9f : 0xbf; /* no surrogates */
        return size >= 3 && p[1] >= low && p[1] <= high && str_is_tail(p[2]) ? 3 : 0;
    }
    if (lead < 0xf5) {
        unsigned char low = lead == 0xf0 ? 0x90 : 0x80;
        unsigned char high = lead == 0xf4 ? 0x8f : 0xbf; /* up to U+10FFFF */
        return size >= 4 && p[1] >= low && p[1] <= high && str_is_tail(p[2]) && str_is_tail(p[3])
            ? 4 : 0;
    }
    return 0;
}

bool str_is_utf8(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.data;

    for (size_t i = 0; i < s.size;) {
        size_t step = str_utf8_size(p + i, s.size - i);

        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

struct str str_clip(struct str s, size_t size_max)
{
    if (s.size <= size_max)
        return s;
    size_t size = size_max;

    /* The first byte left out must begin a character; a character has at most 3 more bytes. */
    for (int back = 0; back < 3 && size > 0 && str_is_tail((unsigned char)s.data[size]); back++)
        size--;
    if (str_is_tail((unsigned char)s.data[size]))
        size = size_max; /* not UTF-8: nothing to keep whole */
    return (struct str){ .data = s.data, .size = size };
}
