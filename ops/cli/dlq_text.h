/*
 * dlq_text — bytes of a dead letter, fit for a terminal: cut, printable, phones masked.
 *
 * Pure. Payloads are foreign and may hold anything; what an operator looks at over somebody's
 * shoulder shows no phone number. Names and addresses may stand in the first bytes: whoever may
 * run `sluice dlq` may see them.
 */
#ifndef SLUICE_CLI_DLQ_TEXT_H
#define SLUICE_CLI_DLQ_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* At most `size_max` bytes of `bytes`; control characters and what is no UTF-8 become \xHH. */
struct str dlq_text_clean(struct arena *arena, struct str bytes, size_t size_max);

/* The same, and runs of 7 to 13 digits keep the first three and the last two: "138******78".
 * Longer ones are ids of orders. */
struct str dlq_text_mask(struct arena *arena, struct str bytes, size_t size_max);

/* The bytes as hexadecimal digits. */
struct str dlq_text_hex(struct arena *arena, struct str bytes);

#endif
