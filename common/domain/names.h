/*
 * names — enums and the words that stand for them on the wire.
 *
 * A table is an array of text indexed by the enum; its place 0 is "none" and is never found, so
 * that an unknown word and no word both give the enum's NONE.
 */
#ifndef SLUICE_DOMAIN_NAMES_H
#define SLUICE_DOMAIN_NAMES_H

#include <stddef.h>

#include "base/str.h"

struct names {
    const char *const *texts;
    size_t count;
};

#define NAMES(array) { .texts = (array), .count = sizeof(array) / sizeof((array)[0]) }

/* Static text; "none" for 0 and for what is outside the table. */
const char *names_get(const struct names *names, size_t index);

/* Its index; 0 when the word is unknown. */
size_t names_find(const struct names *names, struct str text);

#endif
