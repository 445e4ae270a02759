/*
 * num — exact integers from text. Never through double.
 *
 * Every number of ours fits ±(2^53 − 1), so that any JSON reader gives it back unharmed.
 */
#ifndef SLUICE_BASE_NUM_H
#define SLUICE_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define NUM_MAX INT64_C(9007199254740991) /* 2^53 − 1 */

/* Decimal digits with an optional '-': nothing else, within ±NUM_MAX. Out is set only on true. */
bool num_parse(struct str text, int64_t *out);

/* "12", "12.3", "12.30" yuan → fen; at most two decimals, no exponent, optional '-'. */
bool num_parse_yuan(struct str text, int64_t *fen_out);

/* a + b, a × b within ±NUM_MAX; false when the result would leave it. */
bool num_add(int64_t a, int64_t b, int64_t *out);
bool num_multiply(int64_t a, int64_t b, int64_t *out);

#endif
