/* rules_prices — reference prices from a file of their own (rules_codec.h). */
#include "codec/rules_codec.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "codec/json.h"

#define RULES_FILE_MAX JSON_SIZE_MAX

static bool rules_read(struct arena *arena, const char *path, struct str *text_out, struct err *err)
{
    FILE *file = fopen(path, "rb");

    if (!file)
        return err_set(err, ERR_FATAL, "%s: cannot be read: check the path", path);
    char *data = arena_alloc(arena, RULES_FILE_MAX + 1);
    size_t size = fread(data, 1, RULES_FILE_MAX + 1, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed)
        return err_set(err, ERR_FATAL, "%s: reading it failed", path);
    if (size > RULES_FILE_MAX)
        return err_set(err, ERR_FATAL, "%s: larger than %u bytes", path, RULES_FILE_MAX);
    *text_out = (struct str){ .data = data, .size = size };
    return true;
}

static int rules_compare_price(const void *a, const void *b)
{
    return str_compare(((const struct rules_price *)a)->sku, ((const struct rules_price *)b)->sku);
}

static bool rules_decode_prices(struct arena *arena, const char *path, const struct json *root,
                                struct rules_price **prices_out, size_t *count_out, struct err *err)
{
    struct rules_price *prices = ARENA_ARRAY(arena, struct rules_price, root->count);
    size_t count = 0;

    if (!json_is(root, JSON_OBJECT))
        return err_set(err, ERR_FATAL, "%s: must be an object {\"sku\": fen}", path);
    for (const struct json *entry = root->child; entry; entry = entry->next) {
        if (!json_int(entry, &prices[count].price_fen) || prices[count].price_fen <= 0)
            return err_set(err, ERR_FATAL, "%s: the price of %.*s must be a whole number of fen",
                           path, STR_ARG(entry->name));
        prices[count++].sku = entry->name;
    }
    if (count > 0)
        qsort(prices, count, sizeof *prices, rules_compare_price);
    *prices_out = prices;
    *count_out = count;
    return true;
}

bool rules_load_prices(struct arena *arena, const char *path, struct rules_price **prices_out,
                       size_t *count_out, struct err *err)
{
    const struct json *root;
    struct str text;

    *prices_out = NULL;
    *count_out = 0;
    if (path[0] == '\0')
        return true;
    if (!rules_read(arena, path, &text, err))
        return false;
    if (!json_parse(arena, text, &root, err)) {
        err->class = ERR_FATAL;
        return err_in(err, "%s", path);
    }
    return rules_decode_prices(arena, path, root, prices_out, count_out, err);
}
