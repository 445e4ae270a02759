/* address_number — see address_number.h. */
#include "domain/address_number.h"

#include <stdint.h>

#include "domain/address_word.h"

#define ADDRESS_POSTCODE_DIGITS  6
#define ADDRESS_HOUSE_DIGITS_MAX 6 /* a room like 120301 */
#define ADDRESS_CHARACTER        3 /* bytes of a Chinese character */

/* Digits in groups, and what joins them. */
struct address_digits {
    struct str rest; /* behind it */
    size_t size, count, group_count, longest;
    size_t groups[3]; /* sizes of the first three */
    bool has_letter;
};

static struct str address_after(struct str text, size_t size)
{
    return (struct str){ .data = text.data + size, .size = text.size - size };
}

/* "5-2-301", "8#1203", "12B1": a sign or one letter between digits goes on with the number. */
static bool address_digits_join(struct str text)
{
    struct address_character sign = address_character(text);
    struct address_character next = address_character(address_after(text, sign.size));
    bool joins = sign.kind == ADDRESS_KIND_LETTER || sign.ascii == '-' || sign.ascii == '#'
                 || sign.ascii == '/' || sign.ascii == '~' || sign.ascii == '_';

    return sign.size > 0 && joins && next.kind == ADDRESS_KIND_DIGIT;
}

static void address_digits_group(struct address_digits *digits)
{
    size_t count = 0;

    for (;;) {
        struct address_character character = address_character(digits->rest);

        if (character.kind != ADDRESS_KIND_DIGIT)
            break;
        digits->rest = address_after(digits->rest, character.size);
        count++;
    }
    if (digits->group_count < 3)
        digits->groups[digits->group_count] = count;
    digits->group_count++;
    digits->count += count;
    digits->longest = count > digits->longest ? count : digits->longest;
}

static struct address_digits address_digits(struct str text)
{
    struct address_digits digits = { .rest = text };

    address_digits_group(&digits);
    while (address_digits_join(digits.rest)) {
        struct address_character sign = address_character(digits.rest);

        digits.has_letter = digits.has_letter || sign.kind == ADDRESS_KIND_LETTER;
        digits.rest = address_after(digits.rest, sign.size);
        address_digits_group(&digits);
    }
    digits.size = text.size - digits.rest.size;
    return digits;
}

/* "139 0000 1234": three numbers that are one. Takes them all when it is so. */
static bool address_digits_spaced(struct str text, struct address_digits *digits)
{
    static const size_t sizes[] = { 3, 4, 4 };
    struct str rest = text;

    for (size_t i = 0; i < 3; i++) {
        if (i > 0 && !str_starts(rest, STR(" ")))
            return false;
        rest = i > 0 ? address_after(rest, 1) : rest;
        if (address_character(rest).kind != ADDRESS_KIND_DIGIT)
            return false;
        struct address_digits part = address_digits(rest);

        if (part.group_count != 1 || part.count != sizes[i])
            return false;
        rest = part.rest;
    }
    digits->rest = rest;
    digits->size = text.size - rest.size;
    return text.data[0] == '1' || text.data[0] == '4';
}

static bool address_digits_is_telephone(struct str text, struct address_digits *digits)
{
    if (digits->longest > ADDRESS_HOUSE_DIGITS_MAX || address_digits_spaced(text, digits))
        return true;
    if (digits->has_letter)
        return false;
    return digits->group_count == 3 && digits->groups[0] == 3 && digits->groups[1] >= 3
           && digits->count >= 10; /* 400-800-1234, 139-0000-1234 */
}

/* The letters behind it: "100m", "3km", "4S店"; one letter alone belongs to it: "12B". */
static bool address_digits_letters(struct str *rest)
{
    struct str word = *rest;
    char first = address_character(word).ascii;
    size_t count = 0;

    while (address_character(word).kind == ADDRESS_KIND_LETTER) {
        word = address_after(word, address_character(word).size);
        count++;
    }
    bool measures = (count == 1 && (first == 'm' || first == 'M'))
                    || (count == 2 && (first == 'k' || first == 'K'));
    if (count > 0)
        *rest = word;
    return measures;
}

struct address_number address_number(struct str text)
{
    struct address_digits digits = address_digits(text);
    struct address_number number = { .count = digits.count };
    const uint32_t names = ADDRESS_WORD_NOTUNIT | ADDRESS_WORD_ORG | ADDRESS_WORD_LANDMARK
                           | ADDRESS_WORD_RELATION | ADDRESS_WORD_SHOP | ADDRESS_WORD_ROAD;

    number.is_telephone = address_digits_is_telephone(text, &digits);
    number.size = digits.size;
    if (number.is_telephone)
        return number;
    bool measures = address_digits_letters(&digits.rest);
    number.size = text.size - digits.rest.size;
    while (str_starts(digits.rest, STR(" ")))
        digits.rest = address_after(digits.rest, 1);
    uint32_t class = address_word_class(digits.rest);
    bool is_alone = digits.rest.size == 0 && digits.group_count == 1;

    if (is_alone && digits.count == ADDRESS_POSTCODE_DIGITS)
        number.is_telephone = true;
    else if ((class & ADDRESS_WORD_UNIT) != 0 || digits.group_count >= 3)
        number.is_house = true;
    else
        number.is_house = !measures && (class & names) == 0;
    return number;
}

size_t address_numeral_size(struct str text)
{
    static const char *const numerals = "一二三四五六七八九十零〇百千两廿卅壹贰叁肆伍陆柒捌玖拾";
    size_t size = 0;
    bool counts = false; /* 千户 is many households, not one */

    while (text.size - size >= ADDRESS_CHARACTER) {
        struct str character = { .data = text.data + size, .size = ADDRESS_CHARACTER };
        const char *numeral = numerals;

        while (*numeral && !str_starts(str_of(numeral), character))
            numeral += ADDRESS_CHARACTER;
        if (!*numeral)
            break;
        counts = counts || (!str_is(character, "百") && !str_is(character, "千"));
        size += ADDRESS_CHARACTER;
    }
    const struct lexicon_word *word = counts ? address_word(address_after(text, size)) : NULL;

    return word && (word->value & ADDRESS_WORD_UNIT) != 0 ? size + word->text.size : 0;
}
