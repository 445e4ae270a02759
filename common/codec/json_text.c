/*
 * json_text — see json_text.h.
 */
#include "codec/json_text.h"

struct str json_text_back(struct str document, size_t end)
{
    const char *text = document.data;
    size_t at = end - 1;

    for (;;) {
        size_t slashes = 0;

        at--;
        if (text[at] != '"')
            continue;
        while (slashes < at && text[at - slashes - 1] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return (struct str){ text + at, end - at };
    }
}

/* Four hex digits, which yajl has already seen to be such. */
static unsigned json_text_hex(const char *digits)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)digits[i];

        value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20u) - 'a' + 10u);
    }
    return value;
}

const char *json_text_problem(struct str source)
{
    const char *end = source.data + source.size;

    for (const char *at = source.data; at < end; at++) {
        unsigned unit;

        if (*at != '\\')
            continue;
        if (*++at != 'u')
            continue;
        unit = json_text_hex(at + 1);
        at += 4;
        if (unit == 0)
            return "\\u0000 in a text: no store can keep it";
        if (unit < 0xD800 || unit > 0xDFFF)
            continue;
        if (unit > 0xDBFF || end - at < 7 || at[1] != '\\' || at[2] != 'u'
            || json_text_hex(at + 3) < 0xDC00 || json_text_hex(at + 3) > 0xDFFF)
            return "half a surrogate pair in a text: it stands for no character";
        at += 6;
    }
    return NULL;
}

size_t json_text_bad_byte(struct str text)
{
    size_t at = 0;

    while (at < text.size) {
        size_t size = 1;

        while (size <= 4 && at + size <= text.size
               && !str_is_utf8((struct str){ text.data + at, size }))
            size++;
        if (size > 4 || at + size > text.size)
            break;
        at += size;
    }
    return at;
}
