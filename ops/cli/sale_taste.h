/*
 * sale_taste — goods' names, people and their wishes, most of which decide nothing.
 *
 * All invented; phones too: 199 0000 or 170 0000 and four digits.
 */
#ifndef SLUICE_CLI_SALE_TASTE_H
#define SLUICE_CLI_SALE_TASTE_H

#include "base/arena.h"
#include "base/str.h"
#include "cli/sale.h"

const char *sale_taste_title(const struct sale_line *line);
const char *sale_taste_colour(int64_t sku);
/* Mostly none; what they ask for, or seem to ask for at first sight, harms nobody. */
const char *sale_taste_buyer_remark(const struct sale_order *order);
const char *sale_taste_seller_remark(const struct sale_order *order);

/* In plain, or as the platforms mask it. */
const char *sale_taste_name(const struct sale_order *order);
struct str sale_taste_phone(struct arena *arena, const struct sale_order *order);
struct str sale_taste_address(struct arena *arena, const struct sale_order *order);

/* Hex and base64 look-alikes of a wanted size, for keys and ciphertexts. */
struct str sale_taste_hex(struct arena *arena, uint64_t seed, uint64_t salt, size_t size);
struct str sale_taste_cipher(struct arena *arena, uint64_t seed, uint64_t salt, size_t size);

#endif
