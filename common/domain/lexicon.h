/*
 * lexicon — a fixed set of Chinese words, and the longest of them that a text begins with.
 *
 * The tables are made when the program is built (embed_lexicon.py) and never change: words in
 * bytewise order, an index by the first two bytes, and from each word a link to the longest
 * other word that begins it. A look-up costs one short binary search and allocates nothing.
 * Only words that begin with a three-byte UTF-8 character can be in it: Chinese ones.
 */
#ifndef SLUICE_DOMAIN_LEXICON_H
#define SLUICE_DOMAIN_LEXICON_H

#include <stdint.h>

#include "base/str.h"

#define LEXICON_INDEX_COUNT 1025 /* 16 lead bytes × 64 second bytes, and the end */

struct lexicon_word {
    struct str text;
    uint16_t link;  /* 1 + place of the longest word that begins this one; 0: none does */
    uint16_t count; /* how many meanings */
    uint32_t value; /* the lexicon's own: the first meaning's place, or a set of bits */
};

struct lexicon {
    const struct lexicon_word *words;
    const uint16_t *index;
};

/* The longest word that `text` begins with; NULL when none does. Static, any text will do. */
const struct lexicon_word *lexicon_longest(const struct lexicon *lexicon, struct str text);

/* The word that is exactly `text`; NULL when there is none. Static. */
const struct lexicon_word *lexicon_exact(const struct lexicon *lexicon, struct str text);

#endif
