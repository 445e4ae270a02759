/*
 * import_pack — the container of `sluice sale`: a JSON line that says where a payload comes from.
 *
 *   {"channel":"douyin","shop":"9000001","payload":{…}}
 *   … "payload_text":"…"    for what is no JSON
 *   … "payload_hex":"…"     for what is no text
 */
#ifndef SLUICE_CLI_IMPORT_PACK_H
#define SLUICE_CLI_IMPORT_PACK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/import_send.h"

/* Channel, shop and bytes, borrowed from the line or the arena. */
bool import_pack_open(struct arena *arena, struct str line, struct import_payload *payload_out,
                      struct err *err) MUST_CHECK;

#endif
