/*
 * json_text — what yajl lets pass in a text and we do not, and where a text begins.
 * Private to this room.
 */
#ifndef SLUICE_CODEC_JSON_TEXT_H
#define SLUICE_CODEC_JSON_TEXT_H

#include <stddef.h>

#include "base/str.h"

/* The source of the text that ends at byte `end` of the document, quotes included: back to the
 * quote that no backslash escapes. */
struct str json_text_back(struct str document, size_t end);

/* Does every \u escape of the source (grammar is known to be right) stand for a character, alone or
 * as one of a pair, and none for NUL? NULL when so, else what is wrong; static text. */
const char *json_text_problem(struct str source);

/* How many bytes stand before the first that is part of no UTF-8 character. */
size_t json_text_bad_byte(struct str text);

#endif
