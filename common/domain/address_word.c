/* address_word — see address_word.h. */
#include "domain/address_word.h"

#include "address_words.h"

const struct lexicon_word *address_word(struct str text)
{
    return lexicon_longest(&address_lexicon, text);
}

uint32_t address_word_class(struct str text)
{
    const struct lexicon_word *word = address_word(text);

    return word ? word->value : 0;
}

static enum address_kind address_kind_of(char ascii)
{
    if (ascii >= '0' && ascii <= '9')
        return ADDRESS_KIND_DIGIT;
    if ((ascii >= 'a' && ascii <= 'z') || (ascii >= 'A' && ascii <= 'Z'))
        return ADDRESS_KIND_LETTER;
    return ADDRESS_KIND_SEPARATOR;
}

/* A character of three bytes: full-width forms and punctuation are told from Chinese. */
static struct address_character address_character_of(const unsigned char *p)
{
    uint32_t code = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    struct address_character character = { .size = 3, .kind = ADDRESS_KIND_HAN };

    if (code > 0xff00 && code < 0xff5f)
        character.ascii = (char)(code - 0xfee0);
    else if (code >= 0x2010 && code <= 0x2015)
        character.ascii = '-';
    else if ((code >= 0x2000 && code < 0x2070) || (code >= 0x3000 && code < 0x3007)
             || (code >= 0x3008 && code < 0x3021))
        character.kind = ADDRESS_KIND_SEPARATOR;
    if (character.ascii)
        character.kind = address_kind_of(character.ascii);
    return character;
}

struct address_character address_character(struct str text)
{
    if (text.size == 0)
        return (struct address_character){ .kind = ADDRESS_KIND_NONE };
    const unsigned char *p = (const unsigned char *)text.data;

    if (p[0] < 0x80)
        return (struct address_character){ .size = 1,
                                           .ascii = text.data[0],
                                           .kind = address_kind_of(text.data[0]) };
    if ((p[0] & 0xf0) == 0xe0 && text.size >= 3)
        return address_character_of(p);
    if ((p[0] & 0xf8) == 0xf0 && text.size >= 4)
        return (struct address_character){ .size = 4, .kind = ADDRESS_KIND_HAN };
    if ((p[0] & 0xe0) == 0xc0 && text.size >= 2)
        return (struct address_character){ .size = 2, .kind = ADDRESS_KIND_HAN };
    return (struct address_character){ .size = 1, .kind = ADDRESS_KIND_SEPARATOR };
}

size_t address_character_count(struct str text)
{
    size_t count = 0;

    for (;;) {
        struct address_character character = address_character(text);

        if (character.kind == ADDRESS_KIND_NONE || character.kind == ADDRESS_KIND_SEPARATOR)
            return count;
        text.data += character.size;
        text.size -= character.size;
        count++;
    }
}
