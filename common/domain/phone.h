/*
 * phone — the judgement of a receiver's telephone number.
 *
 * Good are mainland mobiles, landlines with or without area code and extension, 400 and 800
 * lines, and numbers of 香港, 澳门, 台湾 and abroad with their country code; written with
 * +86, spaces, hyphens or full-width digits. Number ranges: MIIT's numbering plan.
 */
#ifndef SLUICE_DOMAIN_PHONE_H
#define SLUICE_DOMAIN_PHONE_H

#include <stdbool.h>

#include "base/str.h"

enum phone_fault {
    PHONE_FAULT_NONE = 0,
    PHONE_FAULT_HIDDEN, /* masked or ciphertext: not judged */
    PHONE_FAULT_EMPTY,
    PHONE_FAULT_MALFORMED, /* nobody can be reached by it: too short, all one digit, counted up */
    PHONE_FAULT_VIRTUAL,   /* a platform's privacy number or a virtual operator's: works, but for
                              how long; says something only together with other signs */
};

const char *phone_fault_name(enum phone_fault fault); /* "malformed"; "none" */
enum phone_fault phone_fault_of(struct str name);     /* NONE when unknown */

/* `masked`: the platform says that it hides the receiver. Pure, allocates nothing. */
enum phone_fault phone_judge(struct str phone, bool masked);

#endif
