/*
 * address_number — which numbers in an address are a house's.
 *
 * Arabic digits, full-width too, with what joins them (5-2-301, 8#1203, 12B), and Chinese
 * numerals (十八号). Telephone numbers, postcodes, distances, times, numbers of bus lines and
 * those that belong to a name (301医院, 7-11对面) are not.
 */
#ifndef SLUICE_DOMAIN_ADDRESS_NUMBER_H
#define SLUICE_DOMAIN_ADDRESS_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct address_number {
    size_t size;  /* bytes of the text that it takes */
    size_t count; /* digits */
    bool is_house;
    bool is_telephone; /* or a postcode */
};

/* `text` begins with a digit. */
struct address_number address_number(struct str text);

/* Bytes of a Chinese numeral with the unit that makes it a house's: "十八号", "三组"; else 0. */
size_t address_numeral_size(struct str text);

#endif
