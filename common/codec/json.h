/*
 * json — a strict reader of JSON that keeps the bytes.
 *
 * A document becomes a tree in the batch's arena. Every value knows its exact text in the
 * source, so that numbers keep all their digits (ids have 19, no double has), and a part of a
 * document can be carried on unchanged. Built on yajl for grammar and UTF-8; depth, size and
 * count are bounded here. Duplicate names in an object are refused.
 *
 * Not for writing: json_out.h.
 */
#ifndef SLUICE_CODEC_JSON_H
#define SLUICE_CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 64
#define JSON_SIZE_MAX (8u << 20) /* bytes */

enum json_kind {
    JSON_NONE = 0, /* no such value */
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json {
    enum json_kind kind;
    struct str name; /* in an object, unescaped */
    struct str text; /* string: unescaped UTF-8; number: its digits; bool: "true"/"false" */
    struct str source; /* the exact bytes of this value in the document */
    const struct json *child, *next;
    size_t count; /* of children */
};

/* The whole text must be one value (white space around it is fine). REJECT says what is wrong
 * and at which byte. `text` is borrowed and must live as long as the tree. */
bool json_parse(struct arena *arena, struct str text, const struct json **root_out,
                struct err *err) MUST_CHECK;

/* Member of an object. Never NULL: a value of kind JSON_NONE when there is none, so that
 * lookups can be chained. */
const struct json *json_get(const struct json *object, const char *name);

/* Dotted path, "a.b.0.c": names and array indexes. Never NULL, as json_get(). */
const struct json *json_at(const struct json *root, const char *path);

bool json_is(const struct json *value, enum json_kind kind);

/* The line, from 1 on, on which a byte of the document stands: of a value, `source.data`. */
size_t json_line(struct str document, const char *at);
const char *json_kind_name(enum json_kind kind);

/* A whole number within ±NUM_MAX, from a number or from a string of digits. */
bool json_int(const struct json *value, int64_t *out);

#endif
