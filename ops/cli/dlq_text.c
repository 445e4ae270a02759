#include "cli/dlq_text.h"

#include "base/buf.h"

#define DLQ_TEXT_DIGITS_MIN 7
#define DLQ_TEXT_DIGITS_MAX 13
#define DLQ_TEXT_HEAD       3
#define DLQ_TEXT_TAIL       2

static bool dlq_text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t dlq_text_digits(struct str bytes, size_t at)
{
    size_t end = at;

    while (end < bytes.size && dlq_text_is_digit(bytes.data[end]))
        end++;
    return end - at;
}

static void dlq_text_put_digits(struct buf *buf, const char *digits, size_t count)
{
    bool mask = count >= DLQ_TEXT_DIGITS_MIN && count <= DLQ_TEXT_DIGITS_MAX;

    for (size_t i = 0; i < count; i++) {
        bool shown = !mask || i < DLQ_TEXT_HEAD || i + DLQ_TEXT_TAIL >= count;

        buf_put_byte(buf, shown ? digits[i] : '*');
    }
}

/* Bytes of the character at `at`, when it is a well-formed one; else 0. */
static size_t dlq_text_character(struct str bytes, size_t at)
{
    unsigned char first = (unsigned char)bytes.data[at];
    size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

    if (size > bytes.size - at || first < 0x20 || first == 0x7f)
        return 0;
    return str_is_utf8((struct str){ .data = bytes.data + at, .size = size }) ? size : 0;
}

/* C1 controls are well-formed UTF-8 and steer terminals too. */
static bool dlq_text_is_c1(struct str bytes, size_t at)
{
    return at + 1 < bytes.size && (unsigned char)bytes.data[at] == 0xc2
           && (unsigned char)bytes.data[at + 1] < 0xa0;
}

static size_t dlq_text_put_other(struct buf *buf, struct str bytes, size_t at)
{
    size_t size = dlq_text_is_c1(bytes, at) ? 0 : dlq_text_character(bytes, at);

    if (size > 0) {
        buf_put(buf, (struct str){ .data = bytes.data + at, .size = size });
        return size;
    }
    buf_put_format(buf, "\\x%02x", (unsigned char)bytes.data[at]);
    return 1;
}

static struct str dlq_text_show(struct arena *arena, struct str bytes, size_t size_max, bool mask)
{
    size_t end = bytes.size < size_max ? bytes.size : size_max, at = 0;
    struct buf buf;

    buf_init(&buf, arena, end + 64);
    while (at < end) {
        /* counted over the cut, so that half a phone is masked like a whole one */
        size_t digits = mask ? dlq_text_digits(bytes, at) : 0;

        if (digits > 0)
            dlq_text_put_digits(&buf, bytes.data + at, digits);
        at += digits > 0 ? digits : dlq_text_put_other(&buf, bytes, at);
    }
    return buf_str(&buf);
}

struct str dlq_text_clean(struct arena *arena, struct str bytes, size_t size_max)
{
    return dlq_text_show(arena, bytes, size_max, false);
}

struct str dlq_text_mask(struct arena *arena, struct str bytes, size_t size_max)
{
    return dlq_text_show(arena, bytes, size_max, true);
}

struct str dlq_text_hex(struct arena *arena, struct str bytes)
{
    struct buf buf;

    buf_init(&buf, arena, bytes.size * 2 + 1);
    for (size_t i = 0; i < bytes.size; i++)
        buf_put_format(&buf, "%02x", (unsigned char)bytes.data[i]);
    return buf_str(&buf);
}
