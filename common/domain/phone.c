/* phone — see phone.h. */
#include "domain/phone.h"

#include <stddef.h>

#include "domain/names.h"

#define PHONE_DIGITS_MAX    32
#define PHONE_MOBILE_DIGITS 11

static const char *const phone_fault_texts[] = {
    [PHONE_FAULT_HIDDEN] = "hidden",
    [PHONE_FAULT_EMPTY] = "empty",
    [PHONE_FAULT_MALFORMED] = "malformed",
    [PHONE_FAULT_VIRTUAL] = "virtual",
};

static const struct names phone_fault_names = NAMES(phone_fault_texts);

const char *phone_fault_name(enum phone_fault fault)
{
    return names_get(&phone_fault_names, (size_t)fault);
}

enum phone_fault phone_fault_of(struct str name)
{
    return (enum phone_fault)names_find(&phone_fault_names, name);
}

/* A number as its digits, and where its parts begin. */
struct phone_number {
    char digits[PHONE_DIGITS_MAX];
    size_t count;
    size_t last_part;    /* digits before the last hyphen or space */
    size_t extension_at; /* digits before "转", a comma or an x; 0: no such sign */
    bool international;  /* written with + */
    bool from_abroad;    /* with 86 before it: the area code has lost its 0 */
    bool is_text;        /* letters or too many digits: this is no number */
};

/* One character as ASCII: full-width forms fold, dashes are '-', 转 is ',', 、 is '/'; any other
 * Chinese character is a space. */
static char phone_next(struct str *rest)
{
    const unsigned char *p = (const unsigned char *)rest->data;
    size_t step = p[0] >= 0xe0 && rest->size >= 3 ? 3 : 1;
    struct str character = { .data = rest->data, .size = step };
    char c = p[0] < 0x80 ? (char)p[0] : ' ';

    if (step == 3 && p[0] == 0xef && (p[1] == 0xbc || p[1] == 0xbd)) {
        unsigned code = 0xf000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);

        c = code > 0xff00u && code < 0xff5fu ? (char)(code - 0xfee0u) : ' ';
    }
    if (step == 3 && p[0] == 0xe2 && p[1] == 0x80)
        c = '-';
    if (str_is(character, "转") || str_is(character, "，"))
        c = ',';
    if (str_is(character, "、") || str_is(character, "；"))
        c = '/';
    rest->data += step;
    rest->size -= step;
    return c;
}

/* "ext", "x" and 转 announce an extension; another letter makes it no number. */
static void phone_put_sign(struct phone_number *number, char c)
{
    if (c == '-' || c == ' ' || c == '(' || c == ')' || c == '.')
        number->last_part = number->count;
    else if (c == ',' || c == '#' || c == 'x' || c == 'X' || c == 'e' || c == 't')
        number->extension_at = number->extension_at > 0 ? number->extension_at : number->count;
    else if (c == '+' && number->count == 0)
        number->international = true;
    else
        number->is_text = true;
}

/* Of several numbers the first. */
static struct phone_number phone_read(struct str text)
{
    struct phone_number number = { .count = 0 };

    while (text.size > 0) {
        char c = phone_next(&text);

        if ((c == '/' || c == ';') && number.count >= 7)
            break;
        if (c < '0' || c > '9')
            phone_put_sign(&number, c);
        else if (number.count < PHONE_DIGITS_MAX)
            number.digits[number.count++] = c;
        else
            number.is_text = true;
    }
    return number;
}

static void phone_drop(struct phone_number *number, size_t count)
{
    number->count -= count;
    for (size_t i = 0; i < number->count; i++)
        number->digits[i] = number->digits[i + count];
    number->last_part = number->last_part > count ? number->last_part - count : 0;
    number->extension_at = number->extension_at > count ? number->extension_at - count : 0;
}

static bool phone_starts(const struct phone_number *number, const char *digits)
{
    return str_starts((struct str){ .data = number->digits, .size = number->count },
                      str_of(digits));
}

/* +86, 0086 and 86 fall away; what has another country code is international. */
static void phone_normalise(struct phone_number *number)
{
    if (phone_starts(number, "00")) {
        phone_drop(number, 2);
        number->international = true;
    }
    if (phone_starts(number, "86") && (number->international || number->count >= 13)) {
        phone_drop(number, 2);
        number->international = false;
        number->from_abroad = true;
    }
    if (phone_starts(number, "01") && number->count >= 12 && number->digits[2] >= '3')
        phone_drop(number, 1); /* 0138…: how one once dialled a mobile of another city */
}

static bool phone_is_one_digit(const char *digits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (digits[i] != digits[0])
            return false;
    }
    return true;
}

static bool phone_is_mobile(const struct phone_number *number, size_t count)
{
    return count == PHONE_MOBILE_DIGITS && number->digits[0] == '1' && number->digits[1] >= '3';
}

/* 010 and 02x have three digits and eight behind them, other area codes four and seven or eight.
 * Without area code seven or eight: a landline, 香港, 澳门, 台湾. 09… is a mobile of 台湾. */
static bool phone_is_landline(const struct phone_number *number, size_t count)
{
    const char *digits = number->digits;

    if (phone_starts(number, "400") || phone_starts(number, "800"))
        return count == 10;
    if (phone_starts(number, "010") || phone_starts(number, "02"))
        return count == 10 || count == 11;
    if (phone_starts(number, "09") && count == 10)
        return true;
    if (digits[0] == '0')
        return count == 11 || count == 12;
    if (number->from_abroad && digits[0] != '1')
        return count == 10 || count == 11;
    if (phone_starts(number, "852") || phone_starts(number, "853"))
        return count == 11 || count == 8 || count == 7;
    if (phone_starts(number, "886") && count >= 11)
        return count == 11 || count == 12;
    return digits[0] != '1' && (count == 7 || count == 8) && !phone_is_one_digit(digits, count);
}

static bool phone_is_whole(const struct phone_number *number, size_t count)
{
    if (number->international)
        return count >= 7 && count <= 15 && !phone_is_one_digit(number->digits, count);
    return phone_is_mobile(number, count) || phone_is_landline(number, count);
}

static enum phone_fault phone_judge_mobile(const struct phone_number *number, bool has_extension)
{
    static const char *const virtual_ranges[] = { "162", "165", "167", "170", "171" };

    if (phone_is_one_digit(number->digits + 3, 8) && number->digits[3] == '0')
        return PHONE_FAULT_MALFORMED; /* 138 0000 0000 */
    if (has_extension)
        return PHONE_FAULT_VIRTUAL;
    for (size_t i = 0; i < sizeof virtual_ranges / sizeof virtual_ranges[0]; i++) {
        if (phone_starts(number, virtual_ranges[i]))
            return PHONE_FAULT_VIRTUAL;
    }
    return PHONE_FAULT_NONE;
}

enum phone_fault phone_judge(struct str phone, bool masked)
{
    phone = str_trim(phone);
    if (masked || str_has(phone, '*') || str_has(phone, '$'))
        return PHONE_FAULT_HIDDEN;
    if (phone.size == 0)
        return PHONE_FAULT_EMPTY;
    struct phone_number number = phone_read(phone);

    if (number.is_text || number.count < 7)
        return PHONE_FAULT_MALFORMED;
    phone_normalise(&number);
    size_t count = number.extension_at > 0 ? number.extension_at : number.count;
    if (!phone_is_whole(&number, count) && number.last_part > 0)
        count = number.last_part; /* a hyphen too may announce an extension */
    if (!phone_is_whole(&number, count) || number.count - count > 6)
        return PHONE_FAULT_MALFORMED;
    if (!number.international && phone_is_mobile(&number, count))
        return phone_judge_mobile(&number, number.count > count);
    return PHONE_FAULT_NONE;
}
