/*
 * field_read — reading by a table (field.h): one pass over the members, rows found in turn.
 */
#include "codec/field.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"

#define FIELD_NO_INDEX  SIZE_MAX
#define FIELD_PATH_SIZE 160
/* A number of more digits could be a phone: errors do not repeat it. */
#define FIELD_SMALL 1000000000

/* Where we are: a chain on the stack, made text only when something is wrong. */
struct field_path {
    const struct field_path *parent;
    struct str name;
    size_t index;
};

struct field_reader {
    struct arena *arena;
    struct err *err;
};

static bool field_read(const struct field_reader *reader, const struct field_table *table,
                       const struct json *object, const struct field_path *path, void *base);

/* ---- errors ---- */

static size_t field_path_put(const struct field_path *path, char *out, size_t used)
{
    int n = 0;

    if (!path)
        return used;
    used = field_path_put(path->parent, out, used);
    if (path->index != FIELD_NO_INDEX)
        n = snprintf(out + used, FIELD_PATH_SIZE - used, "[%zu]", path->index);
    else if (path->name.size > 0)
        n = snprintf(out + used, FIELD_PATH_SIZE - used, "%s%.*s", used > 0 ? "." : "",
                     STR_ARG(path->name));
    used += (size_t)n;
    return used < FIELD_PATH_SIZE ? used : FIELD_PATH_SIZE - 1;
}

static bool field_fail(const struct field_reader *reader, const struct field_path *path,
                       const char *what)
{
    char text[FIELD_PATH_SIZE] = "";
    size_t size = field_path_put(path, text, 0);

    return err_set(reader->err, ERR_REJECT, "%s %s", size > 0 ? text : "body", what);
}

static bool field_fail_kind(const struct field_reader *reader, const struct field_path *path,
                            const struct json *value, enum json_kind wanted)
{
    char what[80];

    snprintf(what, sizeof(what), "is %s: must be %s", json_kind_name(value->kind),
             json_kind_name(wanted));
    return field_fail(reader, path, what);
}

/* ---- reading ---- */

static void field_limits(const struct field *row, int64_t *min_out, int64_t *max_out)
{
    bool is_named = row->min != 0 || row->max != 0;

    *min_out = row->min;
    *max_out = is_named ? row->max : NUM_MAX;
}

static bool field_fail_int(const struct field_reader *reader, const struct field_path *path,
                           const struct field *row, const int64_t *value)
{
    char what[120], is[32] = "is no such number";
    int64_t min, max;

    field_limits(row, &min, &max);
    if (value && *value > -FIELD_SMALL && *value < FIELD_SMALL)
        snprintf(is, sizeof(is), "is %lld", (long long)*value);
    else if (value)
        snprintf(is, sizeof(is), "is out of range");
    snprintf(what, sizeof(what), "%s: must be %s%lld to %lld", is, value ? "" : "a whole number, ",
             (long long)min, (long long)max);
    return field_fail(reader, path, what);
}

static bool field_read_int(const struct field_reader *reader, const struct field *row,
                           const struct json *value, const struct field_path *path, void *slot)
{
    int64_t number, min, max;

    if (value->kind != JSON_NUMBER)
        return field_fail_kind(reader, path, value, JSON_NUMBER);
    if (!json_int(value, &number))
        return field_fail_int(reader, path, row, NULL);
    field_limits(row, &min, &max);
    if (number < min || number > max)
        return field_fail_int(reader, path, row, &number);
    *(int64_t *)slot = number;
    return true;
}

static bool field_is_word(const char *const *words, struct str text)
{
    for (; *words; words++)
        if (str_is(text, *words))
            return true;
    return false;
}

static bool field_read_text(const struct field_reader *reader, const struct field *row,
                            const struct json *value, const struct field_path *path, void *slot)
{
    if (value->kind != JSON_STRING)
        return field_fail_kind(reader, path, value, JSON_STRING);
    if (row->required && value->text.size == 0)
        return field_fail(reader, path, "is empty: must be a text");
    if (value->text.size > FIELD_TEXT_SIZE_MAX)
        return field_fail(reader, path, "is too long: at most 65536 bytes");
    if (row->words && !field_is_word(row->words, value->text))
        return field_fail(reader, path, "is none of the words its schema names");
    *(struct str *)slot = value->text;
    return true;
}

static bool field_read_bool(const struct field_reader *reader, const struct json *value,
                            const struct field_path *path, void *slot)
{
    if (value->kind != JSON_BOOL)
        return field_fail_kind(reader, path, value, JSON_BOOL);
    *(bool *)slot = str_is(value->text, "true");
    return true;
}

static bool field_read_enum(const struct field_reader *reader, const struct field *row,
                            const struct json *value, const struct field_path *path, void *slot)
{
    if (value->kind != JSON_STRING)
        return field_fail_kind(reader, path, value, JSON_STRING);
    for (int word = 1; word <= row->max; word++) {
        if (str_is(value->text, row->word(word))) {
            *(unsigned *)slot = (unsigned)word;
            return true;
        }
    }
    return field_fail(reader, path, "is none of the words its schema names");
}

static bool field_read_items(const struct field_reader *reader, const struct field *row,
                             const struct json *value, const struct field_path *path, void *base)
{
    size_t most = row->max > 0 ? (size_t)row->max : FIELD_ITEMS_MAX;
    struct field_path item = { .parent = path };
    const struct json *child;
    char *items;

    if (value->kind != JSON_ARRAY)
        return field_fail_kind(reader, path, value, JSON_ARRAY);
    if (value->count > most)
        return field_fail(reader, path, "has too many items");
    if (row->required && value->count == 0)
        return field_fail(reader, path, "is empty: must have items");
    items = arena_alloc_array(reader->arena, row->item_size, value->count);
    for (child = value->child; child; child = child->next, item.index++)
        if (!field_read(reader, row->table, child, &item, items + item.index * row->item_size))
            return false;
    memcpy((char *)base + row->offset, &items, sizeof(items));
    memcpy((char *)base + row->count_offset, &value->count, sizeof(value->count));
    return true;
}

static bool field_read_object(const struct field_reader *reader, const struct field *row,
                              const struct json *value, const struct field_path *path, void *base)
{
    if (!field_read(reader, row->table, value, path, (char *)base + row->offset))
        return false;
    if (row->has_flag)
        *(bool *)((char *)base + row->flag_offset) = true;
    return true;
}

static bool field_read_row(const struct field_reader *reader, const struct field *row,
                           const struct json *value, const struct field_path *parent, void *base)
{
    struct field_path path = { parent, row->name, FIELD_NO_INDEX };
    void *slot = (char *)base + row->offset;

    switch (row->type) {
    case FIELD_TEXT:
        return field_read_text(reader, row, value, &path, slot);
    case FIELD_INT:
        return field_read_int(reader, row, value, &path, slot);
    case FIELD_BOOL:
        return field_read_bool(reader, value, &path, slot);
    case FIELD_ENUM:
        return field_read_enum(reader, row, value, &path, slot);
    case FIELD_OBJECT:
        return field_read_object(reader, row, value, &path, base);
    case FIELD_ITEMS:
        return field_read_items(reader, row, value, &path, base);
    case FIELD_CUSTOM:
        return row->custom->decode(reader->arena, value, slot, reader->err);
    }
    return false;
}

static bool field_check_required(const struct field_reader *reader, const struct field_table *table,
                                 uint64_t seen, const struct field_path *path)
{
    for (size_t i = 0; i < table->count; i++) {
        struct field_path missing = { path, table->rows[i].name, FIELD_NO_INDEX };

        if (table->rows[i].required && !(seen >> i & 1))
            return field_fail(reader, &missing, "is missing");
    }
    return true;
}

static bool field_read(const struct field_reader *reader, const struct field_table *table,
                       const struct json *object, const struct field_path *path, void *base)
{
    size_t next = 0;
    uint64_t seen = 0;

    CHECK(table->count <= 64);
    if (object->kind != JSON_OBJECT)
        return field_fail_kind(reader, path, object, JSON_OBJECT);
    for (const struct json *member = object->child; member; member = member->next) {
        size_t at = field_find(table, member->name, next);

        if (at == table->count)
            continue;
        if (!field_read_row(reader, &table->rows[at], member, path, base))
            return false;
        seen |= UINT64_C(1) << at;
        next = at + 1;
    }
    return field_check_required(reader, table, seen, path);
}

bool field_decode(struct arena *arena, const struct field_table *table, const struct json *object,
                  struct str root, void *base, struct err *err)
{
    struct field_reader reader = { arena, err };
    struct field_path path = { NULL, root, FIELD_NO_INDEX };

    return field_read(&reader, table, object, &path, base);
}
