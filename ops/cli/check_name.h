/*
 * check_name — what the shipped checks are called in Chinese.
 *
 * A rule somebody wrote has no name but its id; what it says of an order is its sentence.
 */
#ifndef SLUICE_CLI_CHECK_NAME_H
#define SLUICE_CLI_CHECK_NAME_H

#include "base/str.h"

/* "单价远低于参考价 " with a space behind it, to stand in front of the id; "" for any other rule.
 * Static. */
const char *check_name(struct str rule);

#endif
