/* pg_rows — see pg_rows.h. */
#include "store/pg_rows.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static struct str pg_rows_text(const struct pg_field *field, const char *at)
{
    struct str text;
    int value;

    if (field->kind == PG_FIELD_NAME) {
        memcpy(&value, at, sizeof(value));
        return value == 0 ? STR("") : str_of(field->name(value));
    }
    memcpy(&text, at, sizeof(text));
    if (!text.data && field->kind == PG_FIELD_TEXT)
        return STR("");
    return text;
}

static int64_t pg_rows_int(const struct pg_field *field, const char *at)
{
    int64_t number;
    bool flag;

    if (field->kind == PG_FIELD_BOOL) {
        memcpy(&flag, at, sizeof(flag));
        return flag ? 1 : 0;
    }
    memcpy(&number, at, sizeof(number));
    return number;
}

static struct str pg_rows_column(struct arena *arena, const char *rows, size_t row_size,
                                 size_t row_count, const struct pg_field *field)
{
    if (field->kind == PG_FIELD_INT || field->kind == PG_FIELD_BOOL) {
        int64_t *numbers = ARENA_ARRAY(arena, int64_t, row_count + 1);

        for (size_t i = 0; i < row_count; i++)
            numbers[i] = pg_rows_int(field, rows + i * row_size + field->offset);
        return pg_int_array(arena, numbers, row_count);
    }
    struct str *texts = ARENA_ARRAY(arena, struct str, row_count + 1);

    for (size_t i = 0; i < row_count; i++)
        texts[i] = pg_rows_text(field, rows + i * row_size + field->offset);
    return pg_text_array(arena, texts, row_count);
}

void pg_rows_params(struct arena *arena, const void *rows, size_t row_size, size_t row_count,
                    const struct pg_field *fields, size_t field_count, struct str *params_out)
{
    for (size_t i = 0; i < field_count; i++)
        params_out[i] = pg_rows_column(arena, rows, row_size, row_count, &fields[i]);
}

static void pg_rows_get_field(struct arena *arena, const struct pg_result *result, size_t row,
                              int column, const struct pg_field *field, char *at)
{
    struct str text;
    int64_t number;
    bool flag;
    int value;

    switch (field->kind) {
    case PG_FIELD_TEXT:
    case PG_FIELD_NULLABLE:
        text = pg_is_null(result, row, column) ? STR_NONE
                                               : arena_copy(arena, pg_text(result, row, column));
        memcpy(at, &text, sizeof(text));
        break;
    case PG_FIELD_INT:
        number = pg_int(result, row, column);
        memcpy(at, &number, sizeof(number));
        break;
    case PG_FIELD_BOOL:
        flag = str_is(pg_text(result, row, column), "t");
        memcpy(at, &flag, sizeof(flag));
        break;
    case PG_FIELD_NAME:
        value = field->value(pg_text(result, row, column));
        memcpy(at, &value, sizeof(value));
        break;
    }
}

void pg_rows_get(struct arena *arena, const struct pg_result *result, size_t row,
                 const struct pg_field *fields, size_t field_count, void *out)
{
    for (size_t i = 0; i < field_count; i++)
        pg_rows_get_field(arena, result, row, (int)i, &fields[i],
                          (char *)out + fields[i].offset);
}

void *pg_rows_get_all(struct arena *arena, const struct pg_result *result, size_t row_size,
                      const struct pg_field *fields, size_t field_count)
{
    size_t count = pg_rows(result);
    char *rows = arena_alloc_array(arena, row_size, count + 1);

    for (size_t i = 0; i < count; i++)
        pg_rows_get(arena, result, i, fields, field_count, rows + i * row_size);
    return rows;
}
