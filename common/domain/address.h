/*
 * address — the judgement of a receiver's address: would a courier find the door?
 *
 * Three questions, in this order. Do province, city and district hold together, and does the
 * text name the same ones (region.h)? Is there anything at all? And does the text lead to a
 * door: a house, building or room number, a village, a named institution, a named pick-up
 * point; or only to a road, an estate, or a landmark ("加油站对面")?
 *
 * Digits alone prove nothing: distances (附近100米), names (7-11对面), telephone numbers and
 * postcodes are no house numbers. And no digits disprove nothing: in the country a village or
 * its group is an address, in town a school's dormitory or a firm's department is. When in
 * doubt an address is fine: holding a good one costs a sale, a bad one costs a call.
 *
 * The words it goes by are address_words.txt, which anybody may read and extend.
 *
 * What a platform hides is not judged; the names of province, city and district still are.
 */
#ifndef SLUICE_DOMAIN_ADDRESS_H
#define SLUICE_DOMAIN_ADDRESS_H

#include <stdbool.h>

#include "base/str.h"
#include "domain/order.h"

enum address_fault {
    ADDRESS_FAULT_NONE = 0,       /* fine */
    ADDRESS_FAULT_HIDDEN,         /* masked or ciphertext: the text is not judged */
    ADDRESS_FAULT_EMPTY,          /* no text at all */
    ADDRESS_FAULT_NO_NUMBER,      /* a place, but no number, building, village or department */
    ADDRESS_FAULT_LANDMARK,       /* only near something: "学校门口" */
    ADDRESS_FAULT_CONTRADICTION,  /* the fields against each other, or the text against them */
    ADDRESS_FAULT_REGION_MISSING, /* neither fields nor text say in which city it is */
};

struct address_judgement {
    enum address_fault fault;
    struct str evidence; /* contradiction: the name that lies elsewhere, borrowed from the
                            receiver; else empty. Names of regions only, never the street: it
                            is personal */
};

const char *address_fault_name(enum address_fault fault); /* "no_number"; "none" */
enum address_fault address_fault_of(struct str name);     /* NONE when unknown */
bool address_is_fault(enum address_fault fault);          /* anything but fine and hidden */

/* Pure, allocates nothing, 1-2 µs for an ordinary address. Any bytes will do. */
struct address_judgement address_judge(const struct order_receiver *receiver);

#endif
