/* import_pack — see import_pack.h. */
#include "cli/import_pack.h"

#include "codec/json.h"

static int import_pack_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool import_pack_hex(struct arena *arena, struct str hex, struct str *bytes_out)
{
    char *bytes = arena_alloc(arena, hex.size / 2 + 1);

    for (size_t i = 0; i + 1 < hex.size; i += 2) {
        int high = import_pack_digit(hex.data[i]), low = import_pack_digit(hex.data[i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (char)(high * 16 + low);
    }
    *bytes_out = (struct str){ bytes, hex.size / 2 };
    return hex.size % 2 == 0;
}

/* The payload's bytes, in whichever of the three ways the line has them. */
static bool import_pack_bytes(struct arena *arena, const struct json *root, struct str *bytes_out,
                              struct err *err)
{
    const struct json *body = json_get(root, "payload");
    const struct json *text = json_get(root, "payload_text");
    const struct json *hex = json_get(root, "payload_hex");

    if (!json_is(body, JSON_NONE))
        *bytes_out = body->source;
    else if (json_is(text, JSON_STRING))
        *bytes_out = text->text;
    else if (!json_is(hex, JSON_STRING) || !import_pack_hex(arena, hex->text, bytes_out))
        return err_set(err, ERR_REJECT,
                       "payload, payload_text or payload_hex (lower case) is missing");
    return true;
}

bool import_pack_open(struct arena *arena, struct str line, struct import_payload *payload_out,
                      struct err *err)
{
    const struct json *root, *channel, *shop;
    struct str bytes;

    if (!json_parse(arena, line, &root, err))
        return false;
    channel = json_get(root, "channel");
    shop = json_get(root, "shop");
    if (!json_is(channel, JSON_STRING) || channel->text.size == 0 || !json_is(shop, JSON_STRING)
        || shop->text.size == 0)
        return err_set(err, ERR_REJECT, "channel and shop are missing: is this a sale's file?");
    if (!import_pack_bytes(arena, root, &bytes, err))
        return false;
    *payload_out =
        (struct import_payload){ .channel = channel->text, .shop = shop->text, .bytes = bytes };
    return true;
}
