/*
 * field — one table per body: name, type, place in the struct, limits.
 *
 * Reading and writing come from the same table, so that what one side writes the other reads.
 * Required fields are always written and must be there; the others are left out when empty,
 * 0, false or none. Unknown fields are ignored: bodies are additive.
 *
 * Errors name the path and what is asked, never a value but a small number:
 * `order.lines[2].quantity is -3: must be 1 to 1000000`. Private to this room.
 */
#ifndef SLUICE_CODEC_FIELD_H
#define SLUICE_CODEC_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "codec/json.h"
#include "codec/json_out.h"

#define FIELD_TEXT_SIZE_MAX 65536
#define FIELD_ITEMS_MAX     10000 /* of a list whose row names no other limit */

enum field_type {
    FIELD_TEXT = 1, /* struct str */
    FIELD_INT,      /* int64_t */
    FIELD_BOOL,     /* bool */
    FIELD_ENUM,     /* an enum, by name */
    FIELD_OBJECT,   /* a struct within the struct, or some of its members under one name */
    FIELD_ITEMS,    /* pointer and count of structs */
    FIELD_CUSTOM,   /* what has a codec of its own */
};

struct field_table;

struct field_custom {
    bool (*decode)(struct arena *arena, const struct json *value, void *slot, struct err *err);
    void (*encode)(const void *slot, const char *name, struct json_out *out);
    bool (*is_set)(const void *slot);
};

struct field {
    struct str name;
    enum field_type type;
    bool required;
    size_t offset;
    int64_t min, max;                /* INT: both 0 stand for 0 to NUM_MAX; ENUM: max is its last
                                        value; ITEMS: max is the most items */
    const char *(*word)(int value);  /* ENUM: the name of a value */
    const char *const *words;        /* TEXT: if set, one of these; NULL-ended */
    const struct field_table *table; /* OBJECT, ITEMS */
    size_t count_offset, item_size;  /* ITEMS */
    bool has_flag;                   /* OBJECT: a bool beside it says whether it is there */
    size_t flag_offset;
    const struct field_custom *custom;
};

struct field_table {
    const struct field *rows;
    size_t count;
};

/* FIELD(TEXT, struct scan_body, waybill, .required = true) */
#define FIELD(kind, owner, member, ...) FIELD_AS(kind, #member, owner, member, __VA_ARGS__)

/* The same under another name on the wire. */
#define FIELD_AS(kind, wire, owner, member, ...)                                                   \
    {                                                                                              \
        .name = { wire, sizeof(wire) - 1 }, .type = FIELD_##kind,                                  \
        .offset = offsetof(owner, member), __VA_ARGS__                                             \
    }

/* Members of the same struct under one name on the wire. */
#define FIELD_GROUP(wire, ...)                                                                     \
    {                                                                                              \
        .name = { wire, sizeof(wire) - 1 }, .type = FIELD_OBJECT, __VA_ARGS__                      \
    }

#define FIELD_LIST(owner, member, counter, item, ...)                                              \
    {                                                                                              \
        .name = { #member, sizeof(#member) - 1 }, .type = FIELD_ITEMS,                             \
        .offset = offsetof(owner, member), .count_offset = offsetof(owner, counter),               \
        .item_size = sizeof(item), __VA_ARGS__                                                     \
    }

#define FIELD_TABLE(rows_)                                                                         \
    {                                                                                              \
        .rows = (rows_), .count = sizeof(rows_) / sizeof((rows_)[0])                               \
    }

/* Fills the struct at `base`, whose members must be zero. `root` is the path errors begin with;
 * empty for a whole body. Text is borrowed from the document. */
bool field_decode(struct arena *arena, const struct field_table *table, const struct json *object,
                  struct str root, void *base, struct err *err) MUST_CHECK;

/* Writes the rows as members of the object that is open in `out`. */
void field_encode(const struct field_table *table, const void *base, struct json_out *out);

/* The row of that name, searched from row `from` on and around: members mostly come in the order of
 * the rows. The table's count when there is none. */
size_t field_find(const struct field_table *table, struct str name, size_t from);

/* Is the field of that name other than empty? Aborts when the table has no such row. */
bool field_has(const struct field_table *table, const char *name, const void *base);

#endif
