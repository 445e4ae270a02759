#include "cli/sku_file.h"

#include <string.h>

#include "base/map.h"
#include "base/num.h"

enum {
    SKU_FILE_CHANNEL,
    SKU_FILE_SHOP,
    SKU_FILE_CODE,
    SKU_FILE_SKU,
    SKU_FILE_UNITS,
    SKU_FILE_TITLE,
    SKU_FILE_COLUMNS
};

/* A code and how many parts there is room for. */
struct sku_file_code {
    size_t index; /* of its row */
    size_t capacity;
};

struct sku_file {
    struct arena *arena;
    struct map *codes; /* "channel US shop US code" → struct sku_file_code */
    struct sku_row *rows;
    size_t row_count, row_max, line_count;
};

struct sku_file *sku_file_open(struct arena *arena)
{
    struct sku_file *file = ARENA_NEW(arena, struct sku_file);

    file->arena = arena;
    file->codes = map_open(arena);
    return file;
}

struct str sku_file_shop(struct str shop)
{
    return str_is(shop, "-") || str_is(shop, "all") ? STR_NONE : shop;
}

/* ---- fields ---- */

/* Behind the opening quote: up to the closing one; *rest then begins behind it. */
static bool sku_file_quoted(struct arena *arena, struct str *rest, struct str *field_out,
                            struct err *err)
{
    char *text = arena_alloc(arena, rest->size + 1);
    size_t size = 0, i = 0;

    for (; i < rest->size; i++) {
        if (rest->data[i] == '"' && (i + 1 == rest->size || rest->data[i + 1] != '"'))
            break;
        i += rest->data[i] == '"';
        text[size++] = rest->data[i];
    }
    if (i == rest->size)
        return err_set(err, ERR_REJECT, "a quoted field does not end in its line");
    *field_out = (struct str){ .data = text, .size = size };
    *rest = (struct str){ .data = rest->data + i + 1, .size = rest->size - i - 1 };
    return true;
}

static bool sku_file_field(struct arena *arena, struct str *rest, struct str *field_out,
                           struct err *err)
{
    struct str behind;

    if (rest->size == 0 || rest->data[0] != '"') {
        *field_out = str_trim(str_cut(rest, ','));
        return true;
    }
    *rest = (struct str){ .data = rest->data + 1, .size = rest->size - 1 };
    if (!sku_file_quoted(arena, rest, field_out, err))
        return false;
    behind = str_trim(str_cut(rest, ','));
    if (behind.size > 0)
        return err_set(err, ERR_REJECT,
                       "text stands behind a quoted field: double a quote "
                       "within it");
    return true;
}

/* Five fields, or six with the title. */
static bool sku_file_fields(struct arena *arena, struct str line,
                            struct str fields_out[SKU_FILE_COLUMNS], struct err *err)
{
    size_t count = 0;
    bool more = true;

    fields_out[SKU_FILE_TITLE] = STR_NONE;
    for (; more && count < SKU_FILE_COLUMNS; count++) {
        const char *from = line.data;
        size_t size = line.size;

        if (!sku_file_field(arena, &line, &fields_out[count], err))
            return false;
        /* A comma was cut when something is left, or when the text before ended with one. */
        more = line.size > 0 || (size > 0 && from[size - 1] == ',');
    }
    if (more || count < SKU_FILE_UNITS + 1)
        return err_set(err, ERR_REJECT,
                       "%zu%s columns; a line is channel,shop,code,sku,units and, if you like, "
                       "title",
                       count, more ? " or more" : "");
    return true;
}

/* ---- rows ---- */

static struct sku_row *sku_file_row(struct sku_file *file, const struct sku_row *key,
                                    struct sku_file_code **code_out)
{
    struct str name = arena_format(file->arena, "%.*s\x1f%.*s\x1f%.*s", STR_ARG(key->channel),
                                   STR_ARG(key->shop), STR_ARG(key->code));
    struct sku_file_code *code = map_get(file->codes, name);

    if (!code) {
        if (file->row_count == file->row_max) {
            file->row_max = file->row_max * 2 + 64;
            struct sku_row *rows = ARENA_ARRAY(file->arena, struct sku_row, file->row_max);

            if (file->row_count > 0)
                memcpy(rows, file->rows, file->row_count * sizeof(*rows));
            file->rows = rows;
        }
        code = ARENA_NEW(file->arena, struct sku_file_code);
        code->index = file->row_count;
        map_put(file->codes, name, code);
        file->rows[file->row_count++] =
            (struct sku_row){ .channel = key->channel, .shop = key->shop, .code = key->code };
    }
    *code_out = code;
    return &file->rows[code->index];
}

/* With one part more; false, and as it was, when that may not be. */
static bool sku_file_part(struct sku_file *file, struct sku_row *row, struct sku_file_code *code,
                          const struct sku_part *part, struct err *err)
{
    struct sku_parts *parts = &row->parts;

    if (parts->count == code->capacity) {
        struct sku_part *items = ARENA_ARRAY(file->arena, struct sku_part, code->capacity * 2 + 1);

        if (parts->count > 0)
            memcpy(items, parts->items, parts->count * sizeof(*items));
        parts->items = items;
        code->capacity = code->capacity * 2 + 1;
    }
    parts->items[parts->count++] = *part;
    if (sku_row_check(row, err))
        return true;
    parts->count--;
    return false;
}

static bool sku_file_is_head(const struct str fields[SKU_FILE_COLUMNS])
{
    return str_is(fields[SKU_FILE_CHANNEL], "channel") && str_is(fields[SKU_FILE_SHOP], "shop")
           && str_is(fields[SKU_FILE_CODE], "code") && str_is(fields[SKU_FILE_SKU], "sku");
}

static bool sku_file_take(struct sku_file *file, const struct str fields[SKU_FILE_COLUMNS],
                          struct err *err)
{
    struct sku_part part = { .sku = fields[SKU_FILE_SKU] };
    struct sku_row only = {
        .channel = fields[SKU_FILE_CHANNEL],
        .shop = sku_file_shop(fields[SKU_FILE_SHOP]),
        .code = fields[SKU_FILE_CODE],
        .parts = { .items = &part, .count = 1 },
    };
    struct sku_file_code *code;

    if (!num_parse(fields[SKU_FILE_UNITS], &part.units))
        return err_set(err, ERR_REJECT, "units: \"%.*s\" is no whole number",
                       STR_ARG(str_clip(fields[SKU_FILE_UNITS], 40)));
    if (!sku_row_check(&only, err)) /* by itself first: a bad line makes no code */
        return false;
    struct sku_row *row = sku_file_row(file, &only, &code);

    if (!sku_file_part(file, row, code, &part, err))
        return false;
    if (fields[SKU_FILE_TITLE].size > 0)
        row->title = fields[SKU_FILE_TITLE];
    return true;
}

bool sku_file_line(struct sku_file *file, struct str line, struct err *err)
{
    struct str fields[SKU_FILE_COLUMNS];
    bool is_first = file->line_count++ == 0;

    if (is_first && str_starts(line, STR("\xef\xbb\xbf"))) /* a spreadsheet's mark */
        line = (struct str){ .data = line.data + 3, .size = line.size - 3 };
    line = str_trim(line);
    if (line.size == 0)
        return true;
    if (!sku_file_fields(file->arena, arena_copy(file->arena, line), fields, err))
        return false;
    if (is_first && sku_file_is_head(fields))
        return true;
    return sku_file_take(file, fields, err);
}

struct sku_row *sku_file_rows(struct sku_file *file, size_t *count_out)
{
    *count_out = file->row_count;
    return file->rows;
}
