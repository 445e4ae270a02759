/*
 * rules_codec — rule data from JSON files.
 */
#ifndef SLUICE_CODEC_RULES_CODEC_H
#define SLUICE_CODEC_RULES_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct rules_price {
    struct str sku;
    int64_t price_fen;
};

/* Reads {"sku": fen, …} from the file, sorted by SKU. An empty path gives none. FATAL names the
 * file, the SKU and what is wrong with it. */
bool rules_load_prices(struct arena *arena, const char *path, struct rules_price **prices_out,
                       size_t *count_out, struct err *err) MUST_CHECK;

#endif
