/*
 * sale_writer — one payload being written, and what all platforms write alike.
 */
#ifndef SLUICE_CLI_SALE_WRITER_H
#define SLUICE_CLI_SALE_WRITER_H

#include "cli/sale.h"
#include "codec/json_out.h"

struct sale_writer {
    struct arena *arena;
    struct json_out out;
    const struct sale_order *order;
    const struct sale_step *step;
};

/* Paid so far, by this step? */
bool sale_writer_is_paid(const struct sale_writer *writer);
/* Has its buyer asked for the first line's money back, and nobody answered? */
bool sale_writer_is_refund_asked(const struct sale_writer *writer);
/* An id of the order's own: 0 is the order, 1… its lines and so on. As text, for all digits. */
struct str sale_writer_id(const struct sale_writer *writer, int64_t offset);
void sale_writer_put_id(struct sale_writer *writer, const char *name, int64_t offset);
void sale_writer_put_number(struct sale_writer *writer, const char *name, struct str digits);
void sale_writer_put(struct sale_writer *writer, const char *name, const char *text);

#endif
