/*
 * json_out — writes JSON straight into a buffer, in the order it is told, without white space.
 *
 * The same calls give the same bytes, always: what is announced twice is byte-identical.
 * Text that is not UTF-8 is a bug of ours here (the decoders refuse it) and aborts.
 */
#ifndef SLUICE_CODEC_JSON_OUT_H
#define SLUICE_CODEC_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct json_out {
    struct buf buf;
    bool comma; /* the next value needs one */
};

void json_out_init(struct json_out *out, struct arena *arena, size_t capacity);

/* `name` NULL inside arrays and at the top. */
void json_out_object(struct json_out *out, const char *name);
void json_out_object_end(struct json_out *out);
void json_out_array(struct json_out *out, const char *name);
void json_out_array_end(struct json_out *out);
void json_out_text(struct json_out *out, const char *name, struct str value);
void json_out_int(struct json_out *out, const char *name, int64_t value);
void json_out_bool(struct json_out *out, const char *name, bool value);
void json_out_raw(struct json_out *out, const char *name, struct str json); /* one value, as is */

/* Nothing is written for an empty text, a 0, a false: the short form of optional fields. */
void json_out_text_if(struct json_out *out, const char *name, struct str value);
void json_out_int_if(struct json_out *out, const char *name, int64_t value);
void json_out_bool_if(struct json_out *out, const char *name, bool value);

/* Borrowed from the arena; valid until the next call. */
struct str json_out_str(struct json_out *out);

#endif
