#include "domain/lexicon.h"

#include <stddef.h>

/* The last word of text's bucket that sorts not after it, or NULL. Every word that begins
 * `text` sorts there or before, and is reached by links: what lies between begins with it too. */
static const struct lexicon_word *lexicon_floor(const struct lexicon *lexicon, struct str text)
{
    if (text.size < 3 || (unsigned char)text.data[0] < 0xe0)
        return NULL;
    size_t bucket =
        ((size_t)((unsigned char)text.data[0] & 0x0f) << 6) | ((unsigned char)text.data[1] & 0x3f);
    size_t first = lexicon->index[bucket], low = first, high = lexicon->index[bucket + 1];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(lexicon->words[middle].text, text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > first ? &lexicon->words[low - 1] : NULL;
}

const struct lexicon_word *lexicon_longest(const struct lexicon *lexicon, struct str text)
{
    const struct lexicon_word *word = lexicon_floor(lexicon, text);

    while (word && !str_starts(text, word->text))
        word = word->link > 0 ? &lexicon->words[word->link - 1] : NULL;
    return word;
}

const struct lexicon_word *lexicon_exact(const struct lexicon *lexicon, struct str text)
{
    const struct lexicon_word *word = lexicon_floor(lexicon, text);

    return word && str_eq(word->text, text) ? word : NULL;
}
