/*
 * stock_trace — what one call of the stock script leaves for the journal, and what a rebuild
 * gives back: texts that only the script (and the readers beside it) can read.
 */
#ifndef SLUICE_STORE_STOCK_TRACE_H
#define SLUICE_STORE_STOCK_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Text as the script returned it, for the journal: opaque to everybody but the script. */
struct stock_record_text {
    struct str order_id;
    int64_t seq;
    struct str text;
};
struct stock_scalar_text {
    struct str sku;
    int64_t srev;
    struct str text;
};
struct stock_movement_text {
    struct str sku, movement_id, text;
};

/* What one call leaves for the journal. */
struct stock_trace {
    int64_t epoch;
    struct stock_record_text *records;
    size_t record_count;
    struct stock_scalar_text *scalars;
    size_t scalar_count;
    struct stock_movement_text *movements;
    size_t movement_count;
};

#endif
