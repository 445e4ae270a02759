/*
 * address_word — the words of address_words.txt, and characters one at a time.
 *
 * Full-width digits and letters are digits and letters. Bytes that are no UTF-8 are separators:
 * every text is read to its end.
 */
#ifndef SLUICE_DOMAIN_ADDRESS_WORD_H
#define SLUICE_DOMAIN_ADDRESS_WORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "domain/lexicon.h"

/* Classes: address_words.txt says what each is. */
#define ADDRESS_WORD_UNIT     UINT32_C(1)
#define ADDRESS_WORD_NOTUNIT  UINT32_C(2)
#define ADDRESS_WORD_RELATION UINT32_C(4)
#define ADDRESS_WORD_LANDMARK UINT32_C(8)
#define ADDRESS_WORD_ORG      UINT32_C(16)
#define ADDRESS_WORD_SHOP     UINT32_C(32)
#define ADDRESS_WORD_PICKUP   UINT32_C(64)
#define ADDRESS_WORD_INNER    UINT32_C(128)
#define ADDRESS_WORD_VILLAGE  UINT32_C(256)
#define ADDRESS_WORD_TOWN     UINT32_C(512)
#define ADDRESS_WORD_ROAD     UINT32_C(1024)
#define ADDRESS_WORD_ESTATE   UINT32_C(2048)

enum address_kind {
    ADDRESS_KIND_NONE = 0, /* the end of the text */
    ADDRESS_KIND_SEPARATOR,
    ADDRESS_KIND_DIGIT,
    ADDRESS_KIND_LETTER,
    ADDRESS_KIND_HAN, /* Chinese, and every other script */
};

struct address_character {
    enum address_kind kind;
    char ascii;  /* full-width folded, dashes of all widths '-'; 0 for other characters */
    size_t size; /* bytes; 0 at the end only */
};

struct address_character address_character(struct str text); /* the first one */

/* How many characters up to the next separator. */
size_t address_character_count(struct str text);

/* The longest word that `text` begins with, its value being its classes; NULL when none. */
const struct lexicon_word *address_word(struct str text);
uint32_t address_word_class(struct str text); /* 0 when none */

#endif
