/*
 * sale_formats — an order as its platform would write it, one file a platform.
 *
 * The shapes are those of the platforms' documents: the fields a platform sends, also those
 * nobody reads.
 */
#ifndef SLUICE_CLI_SALE_FORMATS_H
#define SLUICE_CLI_SALE_FORMATS_H

#include "cli/sale_writer.h"

void sale_douyin_write(struct sale_writer *writer);
void sale_tmall_write(struct sale_writer *writer);
void sale_wechat_write(struct sale_writer *writer);

#endif
