/* mapping_convert — see mapping_convert.h. */
#include "codec/mapping_convert.h"

#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "domain/order.h"

#define MAPPING_ID_SIZE_MAX   64
#define MAPPING_CODE_SIZE_MAX 128
#define MAPPING_TEXT_SIZE_MAX 8192
#define MAPPING_JSON_SIZE_MAX 32768
#define MAPPING_SECONDS_MAX   INT64_C(253402300799) /* the year 9999 */

static bool mapping_convert_is_id(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
    }
    return text.size > 0 && text.size <= MAPPING_ID_SIZE_MAX;
}

bool mapping_convert_bad(const struct mapping_convert *reading, const char *what, struct err *err)
{
    return err_set(err, ERR_REJECT,
                   "%s%s %s; fetch the order again from the shop, and if it is the same, "
                   "mend %s and replay",
                   reading->where, reading->at, what, reading->file);
}

static bool mapping_convert_is_digits(struct str text)
{
    for (size_t i = text.size > 0 && text.data[0] == '-'; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.size > 0;
}

bool mapping_convert_count(const struct mapping_convert *reading, int64_t *out, struct err *err)
{
    if (!num_parse(reading->text, out))
        return mapping_convert_bad(reading,
                                   mapping_convert_is_digits(reading->text)
                                       ? "is a number beyond 2^53"
                                       : "is not a whole number",
                                   err);
    if (*out < 0)
        return mapping_convert_bad(reading, "is negative", err);
    return true;
}

static bool mapping_convert_yuan(const struct mapping_convert *reading, int64_t *out,
                                 struct err *err)
{
    if (!num_parse_yuan(reading->text, out))
        return mapping_convert_bad(reading, "is not an amount in yuan with at most two decimals",
                                   err);
    if (*out < 0)
        return mapping_convert_bad(reading, "is negative", err);
    return true;
}

/* "2026/11/11 00:00:00", "2026-11-11T00:00:00", "2026-11-11 00:00:00.123": China time too. */
static bool mapping_convert_china(struct str text, int64_t *out)
{
    char plain[CLOCK_TEXT_SIZE];
    size_t size = sizeof("2026-11-11 00:00:00") - 1;
    int64_t ms = 0, scale = 100;

    if (clock_parse(text, out))
        return true;
    if (text.size < size || text.size > sizeof(plain)
        || (text.size > size && text.data[size] != '.'))
        return false;
    memcpy(plain, text.data, size);
    if (plain[4] == '/' && plain[7] == '/')
        plain[4] = plain[7] = '-';
    if (plain[10] == 'T')
        plain[10] = ' ';
    for (size_t i = size + 1; i < text.size; i++, scale /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        ms += (text.data[i] - '0') * scale;
    }
    if (!clock_parse((struct str){ plain, size }, out))
        return false;
    *out += ms;
    return true;
}

static bool mapping_convert_time(const struct mapping_convert *reading, int64_t *out,
                                 struct err *err)
{
    int64_t scale = reading->rule->unit == MAPPING_UNIT_SECONDS ? 1000 : 1;

    if (reading->rule->unit == MAPPING_UNIT_CHINA_TIME)
        return mapping_convert_china(reading->text, out)
               || mapping_convert_bad(reading, "is not a time like 2026-11-11 00:00:00", err);
    if (reading->rule->unit == MAPPING_UNIT_RFC3339)
        return (str_has(reading->text, 'T') && clock_parse(reading->text, out))
               || mapping_convert_bad(reading, "is not a time like 2026-11-11T00:00:00+08:00", err);
    if (!mapping_convert_count(reading, out, err))
        return false;
    if (*out > MAPPING_SECONDS_MAX * 1000 / scale)
        return mapping_convert_bad(reading, "is a time after the year 9999: is its unit right?",
                                   err);
    *out *= scale;
    return true;
}

/* Without the ending the rule names, where it has it and something is left. */
static struct str mapping_convert_drop(const struct mapping_convert *reading)
{
    struct str text = str_trim(reading->text);
    struct str drop = reading->rule->drop_suffix;

    if (drop.size > 0 && text.size > drop.size
        && str_eq((struct str){ text.data + text.size - drop.size, drop.size }, drop))
        text.size -= drop.size;
    return text;
}

static bool mapping_convert_id(const struct mapping_convert *reading, struct str *out,
                               struct err *err)
{
    struct str text = mapping_convert_drop(reading);

    if (!mapping_convert_is_id(text))
        return mapping_convert_bad(reading, "is no id (letters and digits, at most 64)", err);
    if (reading->rule->digits && (text.data[0] == '-' || !mapping_convert_is_digits(text)))
        return mapping_convert_bad(reading, "is no id of this platform (digits only)", err);
    *out = text;
    return true;
}

static bool mapping_convert_code(const struct mapping_convert *reading, struct str *out,
                                 struct err *err)
{
    *out = mapping_convert_drop(reading);
    return out->size <= MAPPING_CODE_SIZE_MAX
           || mapping_convert_bad(reading, "is longer than 128 bytes", err);
}

static bool mapping_convert_word(const struct mapping_convert *reading, int64_t word, int64_t *out,
                                 struct err *err)
{
    if (word == 0)
        return mapping_convert_bad(reading, "is no word of ours", err);
    *out = word;
    return true;
}

static bool mapping_convert_flag(const struct mapping_convert *reading, int64_t *out,
                                 struct err *err)
{
    *out = str_is(reading->text, "true") || str_is(reading->text, "1");
    return *out || str_is(reading->text, "false") || str_is(reading->text, "0")
           || mapping_convert_bad(reading, "is neither true nor false", err);
}

static bool mapping_convert_text(const struct mapping_convert *reading, enum mapping_class class,
                                 struct mapping_value *value, struct err *err)
{
    switch (class) {
    case MAPPING_CLASS_ID:
        return mapping_convert_id(reading, &value->text, err);
    case MAPPING_CLASS_CODE:
        return mapping_convert_code(reading, &value->text, err);
    case MAPPING_CLASS_MONEY:
        return reading->rule->unit == MAPPING_UNIT_YUAN
                   ? mapping_convert_yuan(reading, &value->number, err)
                   : mapping_convert_count(reading, &value->number, err);
    case MAPPING_CLASS_TIME:
        return mapping_convert_time(reading, &value->number, err);
    case MAPPING_CLASS_COUNT:
        return mapping_convert_count(reading, &value->number, err);
    case MAPPING_CLASS_STAGE:
        return mapping_convert_word(reading, (int64_t)order_stage_of(reading->text), &value->number,
                                    err);
    case MAPPING_CLASS_KIND:
        return mapping_convert_word(reading, (int64_t)line_kind_of(reading->text), &value->number,
                                    err);
    case MAPPING_CLASS_REFUND:
        return mapping_convert_word(reading, (int64_t)refund_state_of(reading->text),
                                    &value->number, err);
    case MAPPING_CLASS_FLAG:
        return mapping_convert_flag(reading, &value->number, err);
    case MAPPING_CLASS_TEXT:
    case MAPPING_CLASS_JSON:
    case MAPPING_CLASS_NONE:
        value->text = str_trim(reading->text);
        return value->text.size <= MAPPING_TEXT_SIZE_MAX
               || mapping_convert_bad(reading, "is longer than 8192 bytes", err);
    }
    return true;
}

bool mapping_convert_json_fits(const struct mapping_convert *reading, struct str text,
                               struct err *err)
{
    return text.size <= MAPPING_JSON_SIZE_MAX
           || mapping_convert_bad(reading, "and its like are longer than 32768 bytes", err);
}

/* Is the platform's word fit to be quoted in a message? States are; free text and what could be
 * somebody's number never. */
static struct str mapping_convert_quote(struct str word)
{
    size_t size_max = mapping_convert_is_digits(word) ? 10 : 48;

    return mapping_convert_is_id(word) && word.size <= size_max ? word : STR("(no plain word)");
}

static bool mapping_convert_unknown(const struct mapping_convert *reading, struct err *err)
{
    return err_set(err, ERR_REJECT,
                   "%s%s has the unknown value %.*s; ask the platform what it means, add it to "
                   "%s and replay",
                   reading->where, reading->at, STR_ARG(mapping_convert_quote(reading->text)),
                   reading->file);
}

bool mapping_convert_read(struct mapping_convert *reading, enum mapping_class class,
                          struct mapping_value *value, struct err *err)
{
    struct mapping_value read = { .found = true };

    if (reading->rule->table) {
        const struct str *word = map_get(reading->rule->table, reading->text);

        if (!word)
            return reading->rule->lenient || mapping_convert_unknown(reading, err);
        if (word->size == 0)
            return true; /* says nothing */
        reading->text = *word;
    }
    if (!mapping_convert_text(reading, class, &read, err))
        return reading->rule->lenient;
    if (class == MAPPING_CLASS_TIME && read.number == 0)
        return true; /* 1970-01-01 08:00:00: not yet */
    *value = read;
    return true;
}
