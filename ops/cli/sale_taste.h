/*
 * sale_taste — the parts of an order that decide nothing: goods' names, people, places, wishes.
 *
 * All invented; phones are of a range nobody has.
 */
#ifndef SLUICE_CLI_SALE_TASTE_H
#define SLUICE_CLI_SALE_TASTE_H

#include "base/arena.h"
#include "base/str.h"
#include "cli/sale.h"

struct sale_place {
    const char *province, *city, *district, *street;
    int64_t code; /* of the district, six digits */
};

const struct sale_place *sale_taste_place(const struct sale_order *order);
const char *sale_taste_title(int64_t sku);
const char *sale_taste_colour(int64_t sku);
const char *sale_taste_buyer_remark(const struct sale_order *order); /* mostly "" */
const char *sale_taste_seller_remark(const struct sale_order *order);

/* An odd address is in plain text, for only such can be judged. */
bool sale_taste_is_plain(const struct sale_order *order);
const char *sale_taste_name(const struct sale_order *order);
const char *sale_taste_phone(const struct sale_order *order);
const char *sale_taste_address(const struct sale_order *order);

/* Hex and base64 look-alikes of a wanted size, for keys and ciphertexts. */
struct str sale_taste_hex(struct arena *arena, const struct sale_order *order, uint64_t salt,
                          size_t size);
struct str sale_taste_cipher(struct arena *arena, const struct sale_order *order, uint64_t salt,
                             size_t size);

#endif
