/*
 * field — see field.h: finding rows, and writing. Reading is field_read.c's.
 */
#include "codec/field.h"

#include <string.h>

#include "base/check.h"

size_t field_find(const struct field_table *table, struct str name, size_t from)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t at = from + i < table->count ? from + i : from + i - table->count;

        if (str_eq(table->rows[at].name, name))
            return at;
    }
    return table->count;
}

static const void *field_items(const struct field *row, const void *base, size_t *count_out)
{
    const void *items;

    memcpy(&items, (const char *)base + row->offset, sizeof(items));
    memcpy(count_out, (const char *)base + row->count_offset, sizeof(*count_out));
    return items;
}

static bool field_is_set(const struct field *row, const void *base);

static bool field_any_set(const struct field_table *table, const void *base)
{
    for (size_t i = 0; i < table->count; i++)
        if (field_is_set(&table->rows[i], base))
            return true;
    return false;
}

static bool field_is_set(const struct field *row, const void *base)
{
    const void *slot = (const char *)base + row->offset;
    size_t count;

    switch (row->type) {
    case FIELD_TEXT:
        return ((const struct str *)slot)->size > 0;
    case FIELD_INT:
        return *(const int64_t *)slot != 0;
    case FIELD_BOOL:
        return *(const bool *)slot;
    case FIELD_ENUM:
        return *(const unsigned *)slot != 0;
    case FIELD_OBJECT:
        return row->has_flag ? *(const bool *)((const char *)base + row->flag_offset)
                             : field_any_set(row->table, slot);
    case FIELD_ITEMS:
        field_items(row, base, &count);
        return count > 0;
    case FIELD_CUSTOM:
        return row->custom->is_set(slot);
    }
    return false;
}

static void field_write_items(const struct field *row, const void *base, struct json_out *out)
{
    size_t count;
    const char *items = field_items(row, base, &count);

    json_out_array(out, row->name.data);
    for (size_t i = 0; i < count; i++) {
        json_out_object(out, NULL);
        field_encode(row->table, items + i * row->item_size, out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void field_write_row(const struct field *row, const void *base, struct json_out *out)
{
    const void *slot = (const char *)base + row->offset;
    const char *name = row->name.data;

    switch (row->type) {
    case FIELD_TEXT:
        json_out_text(out, name, *(const struct str *)slot);
        return;
    case FIELD_INT:
        json_out_int(out, name, *(const int64_t *)slot);
        return;
    case FIELD_BOOL:
        json_out_bool(out, name, *(const bool *)slot);
        return;
    case FIELD_ENUM:
        json_out_text(out, name, str_of(row->word((int)*(const unsigned *)slot)));
        return;
    case FIELD_OBJECT:
        json_out_object(out, name);
        field_encode(row->table, slot, out);
        json_out_object_end(out);
        return;
    case FIELD_ITEMS:
        field_write_items(row, base, out);
        return;
    case FIELD_CUSTOM:
        row->custom->encode(slot, name, out);
        return;
    }
}

void field_encode(const struct field_table *table, const void *base, struct json_out *out)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *row = &table->rows[i];

        if (row->required || field_is_set(row, base))
            field_write_row(row, base, out);
    }
}

bool field_has(const struct field_table *table, const char *name, const void *base)
{
    size_t at = field_find(table, str_of(name), 0);

    CHECK(at < table->count);
    return field_is_set(&table->rows[at], base);
}
