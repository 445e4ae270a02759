/*
 * address_text — does the text of an address lead to a door?
 *
 * What address.c asks once the names of regions are taken off. Reads the text once from left to
 * right by the words of address_words.txt; holds on to nothing.
 *
 * A door is
 * - a number that counts something of a house (18号, 三组, A座), or stands by itself (5-2-301);
 * - in the country a village, elsewhere a village and a name in it;
 * - an institution with a name, or what lies inside one (宿舍, 财务部, 家属院);
 * - a shop or a pick-up point with a name, or in a named place;
 * unless all it says is that it is near: 人民医院对面. A number that measures (100米), names
 * (7-11, 301医院) or telephones is none.
 */
#ifndef SLUICE_DOMAIN_ADDRESS_TEXT_H
#define SLUICE_DOMAIN_ADDRESS_TEXT_H

#include <stdbool.h>

#include "base/str.h"

enum address_door {
    ADDRESS_DOOR_NONE = 0, /* a place, and no door in it */
    ADDRESS_DOOR_NEAR,     /* only near something */
    ADDRESS_DOOR_FOUND,
    ADDRESS_DOOR_EMPTY, /* not one character that says anything */
};

struct address_setting {
    bool rural;  /* in a county, a banner, a town: villages are addresses */
    bool remote; /* where the township's post keeps parcels for its herdsmen */
    bool placed; /* the fields or what was taken off name a street: digits alone may be enough */
    bool named;  /* right behind a region's name: "宁海县" + "政府" */
};

/* Pure, allocates nothing; any bytes will do. */
enum address_door address_text_door(struct str text, struct address_setting setting);

/* Without separators (spaces, commas, hyphens, brackets; full-width ones too) at its start. */
struct str address_text_trim(struct str text);

#endif
