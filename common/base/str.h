/*
 * str — a borrowed slice of text or bytes: {pointer, size}, not NUL-terminated.
 *
 * A str lives as long as what it points into, mostly the batch's arena; a header says so
 * whenever a function keeps one. The empty str is {NULL, 0} or any pointer with size 0.
 */
#ifndef SLUICE_BASE_STR_H
#define SLUICE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
    const char *data;
    size_t size;
};

#define STR(literal) ((struct str){ .data = (literal), .size = sizeof(literal) - 1 })
#define STR_NONE ((struct str){ .data = NULL, .size = 0 })

/* For "%.*s". */
#define STR_ARG(s) (int)(s).size, ((s).data ? (s).data : "")

/* Borrows a NUL-terminated text; NULL gives the empty str. */
struct str str_of(const char *text);

bool str_eq(struct str a, struct str b);
bool str_is(struct str s, const char *text);

/* Bytewise order, a shorter prefix first: <0, 0, >0, fit for qsort. */
int str_compare(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_has(struct str s, char byte);

/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);

/* Cuts up to the first `separator`: returns the part before it, leaves the rest in *rest
 * (empty when there was none). */
struct str str_cut(struct str *rest, char separator);

/* True when every byte sequence is well-formed UTF-8 (RFC 3629: no surrogates, no overlong
 * forms) and none is NUL. */
bool str_is_utf8(struct str s);

/* The longest prefix of at most `size_max` bytes that does not cut a UTF-8 character. */
struct str str_clip(struct str s, size_t size_max);

#endif
