/*
 * sale_formats — an order as its platform would write it, one file a platform.
 *
 * The shapes are those of facts/channels: the fields a platform sends, also those nobody reads.
 */
#ifndef SLUICE_CLI_SALE_FORMATS_H
#define SLUICE_CLI_SALE_FORMATS_H

#include "cli/sale.h"
#include "codec/json_out.h"

/* One payload being written. */
struct sale_writer {
    struct arena *arena;
    struct json_out out;
    const struct sale_order *order;
    const struct sale_step *step;
};

void sale_douyin_write(struct sale_writer *writer);
void sale_tmall_write(struct sale_writer *writer);
void sale_wechat_write(struct sale_writer *writer);

/* Paid so far, by this step? */
bool sale_writer_is_paid(const struct sale_writer *writer);
/* An id of the order's own: 0 is the order, 1… its lines and so on. As text, for all digits. */
struct str sale_writer_id(const struct sale_writer *writer, int64_t offset);
void sale_writer_put_id(struct sale_writer *writer, const char *name, int64_t offset);
void sale_writer_put_number(struct sale_writer *writer, const char *name, struct str digits);
void sale_writer_put(struct sale_writer *writer, const char *name, const char *text);

#endif
