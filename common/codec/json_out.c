/*
 * json_out — see json_out.h.
 */
#include "codec/json_out.h"

#include "base/check.h"
#include "base/num.h"

void json_out_init(struct json_out *out, struct arena *arena, size_t capacity)
{
    buf_init(&out->buf, arena, capacity);
    out->comma = false;
}

/* What stands before a value: the comma its predecessor owes, and its name. Names are ours,
 * plain ASCII: nothing in them needs an escape. */
static void json_out_lead(struct json_out *out, const char *name)
{
    if (out->comma)
        buf_put_byte(&out->buf, ',');
    out->comma = true;
    if (!name)
        return;
    buf_put_byte(&out->buf, '"');
    buf_put(&out->buf, str_of(name));
    buf_put(&out->buf, STR("\":"));
}

static void json_out_open(struct json_out *out, const char *name, char bracket)
{
    json_out_lead(out, name);
    buf_put_byte(&out->buf, bracket);
    out->comma = false;
}

static void json_out_close(struct json_out *out, char bracket)
{
    buf_put_byte(&out->buf, bracket);
    out->comma = true;
}

void json_out_object(struct json_out *out, const char *name)
{
    json_out_open(out, name, '{');
}

void json_out_object_end(struct json_out *out)
{
    json_out_close(out, '}');
}

void json_out_array(struct json_out *out, const char *name)
{
    json_out_open(out, name, '[');
}

void json_out_array_end(struct json_out *out)
{
    json_out_close(out, ']');
}

static void json_out_escape(struct json_out *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char shorts[] = "btn?fr"; /* 0x08 … 0x0d; 0x0b has none */

    buf_put_byte(&out->buf, '\\');
    if (byte == '"' || byte == '\\') {
        buf_put_byte(&out->buf, (char)byte);
    } else if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b) {
        buf_put_byte(&out->buf, shorts[byte - 0x08]);
    } else {
        buf_put(&out->buf, STR("u00"));
        buf_put_byte(&out->buf, hex[byte >> 4]);
        buf_put_byte(&out->buf, hex[byte & 15]);
    }
}

static bool json_out_is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

void json_out_text(struct json_out *out, const char *name, struct str value)
{
    size_t from = 0;

    CHECK(str_is_utf8(value));
    json_out_lead(out, name);
    buf_put_byte(&out->buf, '"');
    for (size_t at = 0; at < value.size; at++) {
        if (json_out_is_plain((unsigned char)value.data[at]))
            continue;
        buf_put(&out->buf, (struct str){ value.data + from, at - from });
        json_out_escape(out, (unsigned char)value.data[at]);
        from = at + 1;
    }
    if (from < value.size)
        buf_put(&out->buf, (struct str){ value.data + from, value.size - from });
    buf_put_byte(&out->buf, '"');
}

void json_out_int(struct json_out *out, const char *name, int64_t value)
{
    CHECK(value >= -NUM_MAX && value <= NUM_MAX);
    json_out_lead(out, name);
    buf_put_int(&out->buf, value);
}

void json_out_bool(struct json_out *out, const char *name, bool value)
{
    json_out_lead(out, name);
    buf_put(&out->buf, value ? STR("true") : STR("false"));
}

void json_out_raw(struct json_out *out, const char *name, struct str json)
{
    CHECK(json.size > 0);
    json_out_lead(out, name);
    buf_put(&out->buf, json);
}

void json_out_text_if(struct json_out *out, const char *name, struct str value)
{
    if (value.size > 0)
        json_out_text(out, name, value);
}

void json_out_int_if(struct json_out *out, const char *name, int64_t value)
{
    if (value != 0)
        json_out_int(out, name, value);
}

void json_out_bool_if(struct json_out *out, const char *name, bool value)
{
    if (value)
        json_out_bool(out, name, value);
}

struct str json_out_str(struct json_out *out)
{
    return buf_str(&out->buf);
}
