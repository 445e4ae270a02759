#include "notify/notify_text_decide.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

/* ---- no markup ---- */

/* The character at `*at`, which moves on; what is no UTF-8 is U+FFFD, a byte at a time. */
static uint32_t notify_text_next(struct str text, size_t *at)
{
    const unsigned char *data = (const unsigned char *)text.data + *at;
    size_t left = text.size - *at, size = 1;
    uint32_t c = data[0];

    if (c >= 0xF0 && left >= 4)
        size = 4;
    else if (c >= 0xE0 && c < 0xF0 && left >= 3)
        size = 3;
    else if (c >= 0xC2 && c < 0xE0 && left >= 2)
        size = 2;
    if (size > 1 && !str_is_utf8((struct str){ text.data + *at, size }))
        size = 1;
    *at += size;
    if (size == 1)
        return c < 0x80 ? c : 0xFFFD;
    c &= 0xFFu >> (size + 1);
    for (size_t i = 1; i < size; i++)
        c = c << 6 | (data[i] & 0x3F);
    return c;
}

static bool notify_text_is_space(uint32_t c)
{
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x3000;
}

/* Zero-width signs, marks that turn the direction of what follows, the byte order mark. */
static bool notify_text_is_hidden(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E)
           || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB);
}

/* Full-width twins of ASCII stand at U+FF01 and on, in its order. */
static bool notify_text_is_markup(uint32_t c)
{
    return c < 0x80 && c != 0 && strchr("<>[]`*#@\\", (int)c) != NULL;
}

static void notify_text_put(struct buf *buf, uint32_t c, struct str as_it_is)
{
    uint32_t twin = c - 0x21 + 0xFF01;

    if (c == 0xFFFD) {
        buf_put(buf, STR("\xEF\xBF\xBD"));
    } else if (notify_text_is_markup(c)) {
        buf_put_byte(buf, (char)(0xE0 | (twin >> 12)));
        buf_put_byte(buf, (char)(0x80 | ((twin >> 6) & 0x3F)));
        buf_put_byte(buf, (char)(0x80 | (twin & 0x3F)));
    } else {
        buf_put(buf, as_it_is);
    }
}

static struct str notify_text_line(struct arena *arena, struct str text)
{
    struct buf buf;
    bool space = false;

    buf_init(&buf, arena, text.size + 16);
    for (size_t at = 0; at < text.size;) {
        size_t from = at;
        uint32_t c = notify_text_next(text, &at);
        struct str rest = { .data = text.data + from, .size = text.size - from };

        if (notify_text_is_hidden(c))
            continue;
        if (notify_text_is_space(c)) {
            space = buf.size > 0;
            continue;
        }
        if (space)
            buf_put_byte(&buf, ' ');
        space = false;
        if (str_starts(rest, STR("://"))) /* no link of somebody else's */
            buf_put(&buf, STR("："));
        else
            notify_text_put(&buf, c, (struct str){ rest.data, at - from });
    }
    return buf_str(&buf);
}

static struct str notify_text_cut(struct arena *arena, struct str text, size_t size_max)
{
    if (text.size <= size_max)
        return text;
    return arena_format(arena, "%.*s…", STR_ARG(str_clip(text, size_max - 3)));
}

struct str notify_text_plain(struct arena *arena, struct str text, size_t size_max)
{
    return notify_text_cut(arena, notify_text_line(arena, text), size_max);
}

/* ---- no numbers of people ---- */

/* Digits in a row, ASCII or full-width, or several rows with one space or hyphen between. */
struct notify_number {
    char digits[24];
    size_t group_sizes[8];
    size_t group_count, digit_count;
    size_t ends[8]; /* byte after each group */
    bool joined;    /* stands behind a letter or a hyphen, as in a SKU: no fixed phone */
};

/* The digit at `at`, and how many bytes it has; -1: there is none. */
static int notify_text_digit(struct str text, size_t at, size_t *size_out)
{
    const unsigned char *data = (const unsigned char *)text.data + at;

    *size_out = 1;
    if (at < text.size && data[0] >= '0' && data[0] <= '9')
        return data[0] - '0';
    *size_out = 3;
    if (at + 3 <= text.size && data[0] == 0xEF && data[1] == 0xBC && data[2] >= 0x90
        && data[2] <= 0x99)
        return data[2] - 0x90;
    return -1;
}

/* A group of digits into the number; false when there is none or the number is too long for any. */
static bool notify_text_group(struct str text, size_t *at, struct notify_number *number)
{
    size_t before = number->digit_count, size;
    int digit;

    while ((digit = notify_text_digit(text, *at, &size)) >= 0) {
        if (number->digit_count < sizeof(number->digits))
            number->digits[number->digit_count] = (char)('0' + digit);
        number->digit_count++;
        *at += size;
    }
    if (number->digit_count == before || number->digit_count > sizeof(number->digits))
        return false;
    number->group_sizes[number->group_count] = number->digit_count - before;
    number->ends[number->group_count++] = *at;
    return true;
}

static bool notify_text_is_mobile(const char *digits, size_t count)
{
    return count == 11 && digits[0] == '1' && digits[1] >= '3';
}

/* GB 11643: place, date of birth, serial, check sign. */
static bool notify_text_is_identity(const char *digits, size_t count, char last)
{
    static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0, month = (digits[10] - '0') * 10 + digits[11] - '0';

    if (count != 17 || (memcmp(digits + 6, "19", 2) != 0 && memcmp(digits + 6, "20", 2) != 0)
        || month < 1 || month > 12)
        return false;
    for (size_t i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weights[i];
    return "10X98765432"[sum % 11] == (last == 'x' ? 'X' : last);
}

/* How many bytes from `from` on are a person's number; 0: none. */
static size_t notify_text_alone(struct str text, size_t from, const struct notify_number *number)
{
    const char *digits = number->digits;
    size_t count = number->group_sizes[0], end = number->ends[0];
    bool sign = end < text.size && (text.data[end] == 'X' || text.data[end] == 'x');

    if (notify_text_is_mobile(digits, count)
        || (count == 13 && memcmp(digits, "86", 2) == 0 && notify_text_is_mobile(digits + 2, 11))
        || (count == 15 && memcmp(digits, "0086", 4) == 0 && notify_text_is_mobile(digits + 4, 11))
        || (!number->joined && count >= 10 && count <= 12 && digits[0] == '0' && digits[1] != '0'))
        return end - from;
    if (count == 18 && notify_text_is_identity(digits, 17, digits[17]))
        return end - from;
    return sign && notify_text_is_identity(digits, count, 'X') ? end + 1 - from : 0;
}

/* 138 1234 5678, 138-1234-5678, 0571-88123456; `groups` of the number from the first on. */
static size_t notify_text_grouped(size_t from, const struct notify_number *number)
{
    const size_t *sizes = number->group_sizes;
    bool fixed = !number->joined && number->digits[0] == '0' && (sizes[0] == 3 || sizes[0] == 4);

    if (number->group_count >= 3 && sizes[0] == 3 && sizes[1] + sizes[2] == 8
        && notify_text_is_mobile(number->digits, 11))
        return number->ends[2] - from;
    if (number->group_count >= 2 && sizes[0] + sizes[1] == 11 && sizes[0] >= 3
        && notify_text_is_mobile(number->digits, 11))
        return number->ends[1] - from;
    if (number->group_count >= 2 && fixed && (sizes[1] == 7 || sizes[1] == 8))
        return number->ends[1] - from;
    return number->group_count >= 3 && fixed && sizes[1] + sizes[2] >= 7 && sizes[1] + sizes[2] <= 8
               ? number->ends[2] - from
               : 0;
}

static size_t notify_text_person(struct str text, size_t from, size_t *skip_out)
{
    char before = from > 0 ? text.data[from - 1] : ' ';
    struct notify_number number = {
        .joined = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z')
                  || before == '-' || before == '_',
    };
    size_t at = from, found = 0;

    if (!notify_text_group(text, &at, &number)) {
        *skip_out = at - from;
        return 0;
    }
    *skip_out = at - from;
    found = notify_text_alone(text, from, &number);
    while (found == 0 && number.group_count < 3 && at < text.size
           && (text.data[at] == ' ' || text.data[at] == '-')) {
        at++;
        if (!notify_text_group(text, &at, &number))
            break;
    }
    return found > 0 ? found : notify_text_grouped(from, &number);
}

struct str notify_text_masked(struct arena *arena, struct str text, size_t size_max)
{
    struct str line = notify_text_line(arena, text);
    struct buf buf;
    size_t size;

    buf_init(&buf, arena, line.size + 16);
    for (size_t at = 0; at < line.size;) {
        size_t skip = 1;

        if (notify_text_digit(line, at, &size) < 0) {
            buf_put_byte(&buf, line.data[at++]);
            continue;
        }
        size_t person = notify_text_person(line, at, &skip);
        if (person > 0)
            buf_put(&buf, STR("***"));
        else
            buf_put(&buf, (struct str){ .data = line.data + at, .size = skip });
        at += person > 0 ? person : skip;
    }
    return notify_text_cut(arena, buf_str(&buf), size_max);
}
