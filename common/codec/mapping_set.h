/*
 * mapping_set — the channels this process knows: every file of schemas/channels.
 *
 * A new channel is a new file and a restart. Loaded once, at open; never changed.
 */
#ifndef SLUICE_CODEC_MAPPING_SET_H
#define SLUICE_CODEC_MAPPING_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "codec/mapping.h"

struct mapping_set;

/* `schemas`: the folder that holds channels/; empty or NULL: where schema_file.h finds it. FATAL
 * names the folder or file and what to do. Files named *.v1.json are schemas, no channels. */
bool mapping_set_open(struct mapping_set **set_out, const char *schemas,
                      struct err *err) MUST_CHECK;
void mapping_set_close(struct mapping_set *set); /* NULL is fine */

/* NULL: no such channel. */
const struct mapping *mapping_set_get(const struct mapping_set *set, struct str channel);

size_t mapping_set_count(const struct mapping_set *set);

/* "douyin, tmall, wechat", for messages; lives as long as the set. */
struct str mapping_set_names(const struct mapping_set *set);

#endif
