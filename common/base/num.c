/* num — see num.h. */
#include "base/num.h"

/* Adds the digits of text to *value: value × 10^size + digits. False on anything else than
 * digits, and as soon as it passes NUM_MAX. */
static bool num_digits(struct str text, int64_t *value)
{
    int64_t sum = *value;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        sum = sum * 10 + (text.data[i] - '0'); /* NUM_MAX × 10 is far within int64 */
        if (sum > NUM_MAX)
            return false;
    }
    *value = sum;
    return true;
}

static bool num_sign(struct str *text)
{
    if (text->size == 0 || text->data[0] != '-')
        return false;
    text->data++;
    text->size--;
    return true;
}

bool num_parse(struct str text, int64_t *out)
{
    bool negative = num_sign(&text);
    int64_t value = 0;

    if (text.size == 0 || !num_digits(text, &value))
        return false;
    *out = negative ? -value : value;
    return true;
}

bool num_parse_yuan(struct str text, int64_t *fen_out)
{
    bool negative = num_sign(&text);
    bool has_point = str_has(text, '.');
    struct str decimals = text;
    struct str yuan = str_cut(&decimals, '.');
    int64_t fen = 0;

    if (yuan.size == 0 || (has_point && (decimals.size == 0 || decimals.size > 2)))
        return false;
    if (!num_digits(yuan, &fen) || !num_digits(decimals, &fen))
        return false;
    for (size_t i = decimals.size; i < 2; i++) {
        if (!num_digits(STR("0"), &fen))
            return false;
    }
    *fen_out = negative ? -fen : fen;
    return true;
}

static bool num_fits(int64_t value)
{
    return value >= -NUM_MAX && value <= NUM_MAX;
}

bool num_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum) || !num_fits(sum))
        return false;
    *out = sum;
    return true;
}

bool num_multiply(int64_t a, int64_t b, int64_t *out)
{
    int64_t product;

    if (__builtin_mul_overflow(a, b, &product) || !num_fits(product))
        return false;
    *out = product;
    return true;
}
