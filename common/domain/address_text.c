/* address_text — see address_text.h. */
#include "domain/address_text.h"

#include <stddef.h>
#include <stdint.h>

#include "domain/address_number.h"
#include "domain/address_word.h"

struct address_scan {
    struct str rest;
    struct address_setting setting;
    uint32_t seen;     /* classes of the words read so far */
    size_t name_count; /* characters since the last road, town, estate …: the name of what comes */
    size_t han_count, letter_count, number_count;
    bool found, near;
};

static bool address_scan_saw(const struct address_scan *scan, uint32_t classes)
{
    return (scan->seen & classes) != 0;
}

static void address_scan_skip(struct address_scan *scan, size_t size)
{
    scan->rest.data += size;
    scan->rest.size -= size;
}

/* Does a place end here, or does its name go on? 机械厂 ends, 厂 in 厂前路 does not. */
static bool address_scan_ends(struct str rest)
{
    enum address_kind kind = address_character(rest).kind;

    return kind != ADDRESS_KIND_HAN;
}

static bool address_scan_is_near(struct str rest)
{
    return (address_word_class(rest) & ADDRESS_WORD_RELATION) != 0;
}

/* A village, and what stands behind its name. */
static bool address_scan_village(const struct address_scan *scan, size_t word_count,
                                 struct str after)
{
    uint32_t next = address_word_class(after);
    bool rural = scan->setting.rural || address_scan_saw(scan, ADDRESS_WORD_TOWN);

    if (scan->name_count + scan->han_count + word_count < 2)
        return false; /* its name is missing */
    if (rural)
        return (next & (ADDRESS_WORD_ROAD | ADDRESS_WORD_TOWN)) == 0;
    /* in town a village's name is a quarter's: 中关村 */
    return word_count == 1 && address_character(after).kind == ADDRESS_KIND_HAN
           && (next & (ADDRESS_WORD_ROAD | ADDRESS_WORD_ESTATE | ADDRESS_WORD_RELATION)) == 0
           && address_character_count(after) >= 2;
}

#define ADDRESS_PLACES                                                                             \
    (ADDRESS_WORD_ROAD | ADDRESS_WORD_TOWN | ADDRESS_WORD_VILLAGE | ADDRESS_WORD_ESTATE            \
     | ADDRESS_WORD_ORG | ADDRESS_WORD_RELATION)

/* Is it a place where somebody takes a parcel in? `named`: characters of its own name. */
static bool address_scan_is_door(const struct address_scan *scan, uint32_t class, size_t named)
{
    if ((class & ADDRESS_WORD_ORG) != 0 && named >= 2)
        return true;
    if ((class & ADDRESS_WORD_INNER) != 0
        && (named >= 2 || address_scan_saw(scan, ADDRESS_WORD_ORG | ADDRESS_WORD_ESTATE)))
        return true;
    if ((class & ADDRESS_WORD_SHOP) != 0 && scan->name_count >= 2
        && address_scan_saw(scan, ADDRESS_PLACES))
        return true;
    return (class & ADDRESS_WORD_PICKUP) != 0
           && (scan->name_count >= 2
               || address_scan_saw(scan, ADDRESS_PLACES & ~ADDRESS_WORD_RELATION));
}

/* Its name ends with words that begin the next one's. Single characters are parts of names more
 * often than not, but for these. */
static bool address_scan_starts_name(uint32_t class, struct str word, size_t word_count)
{
    static const char *const single[] = { "路", "街", "道", "巷", "村", "屯", "镇", "乡" };

    if ((class & (ADDRESS_PLACES | ADDRESS_WORD_LANDMARK)) == 0)
        return false;
    for (size_t i = 0; word_count == 1 && i < sizeof single / sizeof single[0]; i++) {
        if (str_is(word, single[i]))
            return true;
    }
    return word_count > 1;
}

/* What a word of these classes adds to what is known, `after` it the text goes on. */
static void address_scan_learn(struct address_scan *scan, uint32_t class, size_t word_count,
                               struct str after)
{
    /* 人民医院 is half a name already */
    size_t named = scan->name_count + (word_count > 2 ? word_count - 2 : 0);
    bool ends = word_count > 1 || address_scan_ends(after);

    if ((class & ADDRESS_WORD_RELATION) != 0)
        scan->near = true;
    if (ends && !address_scan_is_near(after) && address_scan_is_door(scan, class, named))
        scan->found = true;
    else if (ends && (class & (ADDRESS_WORD_LANDMARK | ADDRESS_WORD_PICKUP)) != 0
             && scan->name_count < 2)
        scan->near = true;
    scan->seen |= class & ADDRESS_WORD_TOWN;
    if ((class & ADDRESS_WORD_VILLAGE) != 0 && address_scan_village(scan, word_count, after))
        scan->found = true;
    if ((class & ADDRESS_WORD_TOWN) != 0 && scan->setting.remote && named >= 1)
        scan->found = true;
    if ((class & ADDRESS_WORD_ORG) != 0 && named < 2)
        class &= ~ADDRESS_WORD_ORG; /* some school */
    scan->seen |= class;
}

static void address_scan_word(struct address_scan *scan, struct str word, uint32_t class)
{
    size_t word_count = word.size / 3;
    struct str after = { .data = scan->rest.data + word.size, .size = scan->rest.size - word.size };

    address_scan_learn(scan, class, word_count, after);
    /* a town's or a county's bare 卫生院 is that of the place */
    if ((class & ADDRESS_WORD_TOWN) != 0)
        scan->name_count = 2;
    else if (address_scan_starts_name(class, word, word_count))
        scan->name_count = 0;
    else
        scan->name_count += word_count;
    scan->han_count += word_count;
    address_scan_skip(scan, word.size);
}

static void address_scan_number(struct address_scan *scan)
{
    struct address_number number = address_number(scan->rest);

    if (number.is_house)
        scan->found = true;
    scan->number_count += number.is_telephone ? 0 : 1;
    scan->name_count += number.count;
    address_scan_skip(scan, number.size);
}

static void address_scan_han(struct address_scan *scan)
{
    size_t numeral = address_numeral_size(scan->rest);
    const struct lexicon_word *word = address_word(scan->rest);

    if (numeral > 0) {
        scan->found = true;
        scan->name_count += 2;
        address_scan_skip(scan, numeral);
        return;
    }
    /* units mean something behind a number only */
    if (word && (word->value & ~(ADDRESS_WORD_UNIT | ADDRESS_WORD_NOTUNIT)) != 0) {
        address_scan_word(scan, (struct str){ .data = scan->rest.data, .size = word->text.size },
                          word->value);
        return;
    }
    bool is_name = !str_starts(scan->rest, STR("的"));

    scan->name_count += is_name;
    scan->han_count += is_name;
    address_scan_skip(scan, address_character(scan->rest).size);
}

/* "A座", "B栋3层". Other letters are words of another language. */
static void address_scan_letters(struct address_scan *scan)
{
    size_t count = 0;

    while (address_character(scan->rest).kind == ADDRESS_KIND_LETTER) {
        count++;
        address_scan_skip(scan, address_character(scan->rest).size);
    }
    if (count <= 2 && (address_word_class(scan->rest) & ADDRESS_WORD_UNIT) != 0)
        scan->found = true;
    scan->letter_count += count;
    scan->name_count += count > 1 ? 2 : 1; /* "SOHO" is a name */
}

static enum address_door address_scan_verdict(const struct address_scan *scan)
{
    bool is_place = scan->han_count >= 2 || scan->letter_count >= 4 || scan->setting.placed;

    if (scan->found && is_place)
        return ADDRESS_DOOR_FOUND;
    /* Room 501, Building 3: in a foreign language every number is one, we know no more of it */
    if (scan->letter_count >= 8 && scan->letter_count > 2 * scan->han_count)
        return scan->number_count > 0 ? ADDRESS_DOOR_FOUND : ADDRESS_DOOR_NONE;
    if (scan->near)
        return ADDRESS_DOOR_NEAR;
    return scan->han_count + scan->letter_count + scan->number_count > 0 ? ADDRESS_DOOR_NONE
                                                                         : ADDRESS_DOOR_EMPTY;
}

enum address_door address_text_door(struct str text, struct address_setting setting)
{
    struct address_scan scan = {
        .rest = text,
        .setting = setting,
        .name_count = setting.named ? 2 : 0,
    };

    while (scan.rest.size > 0) {
        struct address_character character = address_character(scan.rest);

        switch (character.kind) {
        case ADDRESS_KIND_DIGIT:
            address_scan_number(&scan);
            break;
        case ADDRESS_KIND_LETTER:
            address_scan_letters(&scan);
            break;
        case ADDRESS_KIND_HAN:
            address_scan_han(&scan);
            break;
        case ADDRESS_KIND_NONE:
        case ADDRESS_KIND_SEPARATOR:
            scan.name_count = 0;
            address_scan_skip(&scan, character.size);
            break;
        }
    }
    return address_scan_verdict(&scan);
}

struct str address_text_trim(struct str text)
{
    while (text.size > 0 && address_character(text).kind == ADDRESS_KIND_SEPARATOR) {
        size_t size = address_character(text).size;

        text.data += size;
        text.size -= size;
    }
    return text;
}
