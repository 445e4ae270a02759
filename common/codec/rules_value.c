/* rules_value — values, cells, and the sentence of an error (rules_inner.h). */
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"
#include "codec/rules_inner.h"

#define RULES_TEXT_SIZE_MAX 2000
#define RULES_TEXTS_MAX     5000

bool rules_bad(const struct rules_reader *reader, const struct json *at, struct err *err,
               const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(err, ERR_REJECT, "line %zu: %s", json_line(reader->text, at->source.data), text);
}

struct str rules_names(struct arena *arena, const void *rows, size_t stride)
{
    struct buf buf;
    const char *at = rows;

    buf_init(&buf, arena, 256);
    for (; at && *(const char *const *)(const void *)at; at += stride) {
        if (buf.size > 0)
            buf_put(&buf, STR(", "));
        buf_put(&buf, str_of(*(const char *const *)(const void *)at));
    }
    return buf_str(&buf);
}

/* ---- numbers ---- */

/* "12.30", or a number of whole yuan: never a fraction that a double would bend. */
static bool rules_read_money(const struct json *json, int64_t *out)
{
    if (json_is(json, JSON_STRING))
        return num_parse_yuan(json->text, out);
    return json_is(json, JSON_NUMBER) && num_parse_yuan(json->text, out);
}

static bool rules_read_clock(const struct json *json, int64_t *out)
{
    struct str minutes = json->text;
    struct str hours = str_cut(&minutes, ':');
    int64_t h, m;

    if (!json_is(json, JSON_STRING) || hours.size != 2 || minutes.size != 2 || !num_parse(hours, &h)
        || !num_parse(minutes, &m) || h < 0 || h > 24 || m < 0 || m > 59 || h * 60 + m > 24 * 60)
        return false;
    *out = h * 60 + m;
    return true;
}

static bool rules_read_number(enum rule_type type, const struct json *json, int64_t *out)
{
    switch (type) {
    case RULE_TYPE_INT:
        return json_is(json, JSON_NUMBER) && json_int(json, out);
    case RULE_TYPE_MONEY:
        return rules_read_money(json, out);
    case RULE_TYPE_FLAG:
        *out = str_is(json->text, "true");
        return json_is(json, JSON_BOOL);
    case RULE_TYPE_TIME:
        return json_is(json, JSON_STRING) && clock_parse(json->text, out);
    case RULE_TYPE_CLOCK:
        return rules_read_clock(json, out);
    case RULE_TYPE_NONE:
    case RULE_TYPE_TEXT:
    case RULE_TYPE_TEXTS:
        break;
    }
    return false;
}

static const char *rules_wanted(enum rule_type type)
{
    static const char *const wanted[] = {
        [RULE_TYPE_NONE] = "nothing",
        [RULE_TYPE_INT] = "a whole number",
        [RULE_TYPE_MONEY] = "yuan with at most two decimals, as in \"12.30\"",
        [RULE_TYPE_TEXT] = "a text",
        [RULE_TYPE_FLAG] = "true or false",
        [RULE_TYPE_TEXTS] = "a list of texts",
        [RULE_TYPE_TIME] = "a China time, as in \"2026-11-11 00:00:00\"",
        [RULE_TYPE_CLOCK] = "a time of day, as in \"16:30\"",
    };

    return wanted[type];
}

/* ---- texts ---- */

static bool rules_is_word(const char *const *words, struct str text)
{
    for (; *words; words++)
        if (str_is(text, *words))
            return true;
    return false;
}

static bool rules_read_text(const struct rules_reader *reader, const struct json *json,
                            const char *const *words, struct str *out, struct err *err)
{
    if (!json_is(json, JSON_STRING))
        return rules_bad(reader, json, err, "wants a text");
    if (json->text.size > RULES_TEXT_SIZE_MAX)
        return rules_bad(reader, json, err, "a text has at most %d bytes", RULES_TEXT_SIZE_MAX);
    if (words && !rules_is_word(words, json->text)) {
        struct str known = rules_names(reader->arena, words, sizeof *words);

        return rules_bad(reader, json, err, "\"%.*s\" is none of %.*s",
                         STR_ARG(str_clip(json->text, 60)), STR_ARG(str_clip(known, 200)));
    }
    *out = arena_copy(reader->arena, json->text);
    return true;
}

static bool rules_read_texts(const struct rules_reader *reader, const struct json *json,
                             const char *const *words, struct rule_value *value_out,
                             struct err *err)
{
    struct str *texts = ARENA_ARRAY(reader->arena, struct str, json->count + 1);
    size_t count = 0;

    if (!json_is(json, JSON_ARRAY) || json->count > RULES_TEXTS_MAX)
        return rules_bad(reader, json, err, "wants a list of at most %d texts", RULES_TEXTS_MAX);
    for (const struct json *item = json->child; item; item = item->next)
        if (!rules_read_text(reader, item, words, &texts[count++], err))
            return false;
    *value_out = rule_texts(texts, count);
    return true;
}

bool rules_read_value(const struct rules_reader *reader, const struct json *json,
                      enum rule_type type, const char *const *words, struct rule_value *value_out,
                      struct err *err)
{
    struct rule_value value = { .known = true };

    if (type == RULE_TYPE_TEXTS)
        return rules_read_texts(reader, json, words, value_out, err);
    if (type == RULE_TYPE_TEXT) {
        if (!rules_read_text(reader, json, words, &value.text, err))
            return false;
    } else if (!rules_read_number(type, json, &value.number)) {
        return rules_bad(reader, json, err, "wants %s", rules_wanted(type));
    }
    *value_out = value;
    return true;
}

/* ---- cells ---- */

static bool rules_check_range(const struct rules_reader *reader, const struct json *json,
                              const struct rule_column *column, int64_t number, struct err *err)
{
    bool bounded = column->min != 0 || column->max != 0;
    int64_t min = bounded ? column->min : 0, max = bounded ? column->max : NUM_MAX;

    if (column->type != RULE_TYPE_INT && column->type != RULE_TYPE_MONEY)
        return true;
    if (number >= min && number <= max)
        return true;
    return rules_bad(reader, json, err, "%s must be %lld to %lld%s", column->name, (long long)min,
                     (long long)max, column->type == RULE_TYPE_MONEY ? " fen" : "");
}

static bool rules_read_cell(const struct rules_reader *reader, const struct json *object,
                            const struct rule_column *column, struct rule_value *value_out,
                            struct err *err)
{
    const struct json *json = json_get(object, column->name);

    if (json_is(json, JSON_NONE)) {
        if (column->required)
            return rules_bad(reader, object, err, "%s is missing: %s", column->name, column->help);
        *value_out = rule_int(column->fallback);
        return true;
    }
    if (!rules_read_value(reader, json, column->type, column->words, value_out, err)
        || !rules_check_range(reader, json, column, value_out->number, err))
        return err_in(err, "%s", column->name);
    if (column->required && column->type == RULE_TYPE_TEXT && value_out->text.size == 0)
        return rules_bad(reader, json, err, "%s is empty: %s", column->name, column->help);
    return true;
}

static bool rules_is_column(const struct rule_column *columns, const char *const *others,
                            struct str name)
{
    if (str_starts(name, STR("$")))
        return true;
    for (; others && *others; others++)
        if (str_is(name, *others))
            return true;
    for (; columns && columns->name; columns++)
        if (str_is(name, columns->name))
            return true;
    return false;
}

bool rules_read_cells(const struct rules_reader *reader, const struct json *object,
                      const struct rule_column *columns, const char *const *others,
                      struct rule_value *values_out, struct err *err)
{
    if (!json_is(object, JSON_OBJECT))
        return rules_bad(reader, object, err, "wants an object");
    for (const struct json *cell = object->child; cell; cell = cell->next) {
        if (rules_is_column(columns, others, cell->name))
            continue;
        struct str names = rules_names(reader->arena, others, sizeof *others);
        struct str known = rules_names(reader->arena, columns, sizeof *columns);

        return rules_bad(reader, cell, err, "\"%.*s\" is unknown here; known are %.*s%s%.*s",
                         STR_ARG(str_clip(cell->name, 60)), STR_ARG(names),
                         names.size > 0 && known.size > 0 ? ", " : "",
                         STR_ARG(str_clip(known, 240)));
    }
    for (size_t i = 0; columns && columns[i].name; i++)
        if (!rules_read_cell(reader, object, &columns[i], &values_out[i], err))
            return false;
    return true;
}
