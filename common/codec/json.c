/*
 * json — see json.h.
 *
 * yajl calls back for each token; the tree is built from those calls. What yajl lets through and
 * we do not is refused here: too deep, too many, one name twice, ill-formed UTF-8, and escapes
 * that stand for no character (half a surrogate pair) or for NUL, which no store takes.
 */
#include "codec/json.h"

#include <stdio.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/map.h"
#include "codec/json_text.h"

/* Values in one document: 8 MiB of "0,0,0…" would otherwise become 300 MiB of tree. */
#define JSON_COUNT_MAX (1u << 19)
/* From so many members on, names are looked up in a map instead of one by one. */
#define JSON_NAMES_LINEAR_MAX 24

struct json_frame {
    struct json *value; /* the array or object being filled */
    struct json *last;
    uint64_t seen;     /* a bit for each name so far: no bit, no duplicate */
    struct map *names; /* NULL while there are few */
};

struct json_reader {
    struct arena *arena;
    struct str text;
    yajl_handle yajl;
    struct json *root;
    struct str name;     /* of the member that comes next */
    const char *problem; /* why a callback stopped the parser */
    size_t count, depth;
    struct json_frame frames[JSON_DEPTH_MAX];
};

static int json_refuse(struct json_reader *reader, const char *problem)
{
    reader->problem = problem;
    return 0;
}

/* ---- text ---- */

static bool json_is_inside(const struct json_reader *reader, const void *data)
{
    uintptr_t at = (uintptr_t)data;
    uintptr_t begin = (uintptr_t)reader->text.data;

    return at >= begin && at < begin + reader->text.size;
}

/* Borrows text that has no escapes; copies what yajl has unescaped. */
static bool json_take_text(struct json_reader *reader, const unsigned char *data, size_t size,
                           struct str *text_out, struct str *source_out)
{
    struct str text = { (const char *)data, size };

    if (json_is_inside(reader, data - 1)) {
        *source_out = (struct str){ text.data - 1, size + 2 };
    } else {
        *source_out = json_text_back(reader->text, yajl_get_bytes_consumed(reader->yajl));
        reader->problem = json_text_problem(*source_out);
        if (reader->problem)
            return false;
        text = arena_copy(reader->arena, text);
    }
    *text_out = text;
    return true;
}

/* ---- the tree ---- */

static struct json *json_add(struct json_reader *reader, enum json_kind kind)
{
    struct json *value;
    struct json_frame *frame;

    if (++reader->count > JSON_COUNT_MAX) {
        reader->problem = "too many values";
        return NULL;
    }
    value = ARENA_NEW(reader->arena, struct json);
    value->kind = kind;
    if (reader->depth == 0) {
        reader->root = value;
        return value;
    }
    frame = &reader->frames[reader->depth - 1];
    if (frame->value->kind == JSON_OBJECT)
        value->name = reader->name;
    if (frame->last)
        frame->last->next = value;
    else
        frame->value->child = value;
    frame->last = value;
    frame->value->count++;
    return value;
}

/* The token that ends where yajl stands. */
static struct str json_token(const struct json_reader *reader, size_t size)
{
    size_t end = yajl_get_bytes_consumed(reader->yajl);

    return (struct str){ reader->text.data + end - size, size };
}

static int json_on_null(void *context)
{
    struct json_reader *reader = context;
    struct json *value = json_add(reader, JSON_NULL);

    if (!value)
        return 0;
    value->text = value->source = json_token(reader, 4);
    return 1;
}

static int json_on_bool(void *context, int is_true)
{
    struct json_reader *reader = context;
    struct json *value = json_add(reader, JSON_BOOL);

    if (!value)
        return 0;
    value->text = value->source = json_token(reader, is_true ? 4 : 5);
    return 1;
}

static int json_on_number(void *context, const char *digits, size_t size)
{
    struct json_reader *reader = context;
    struct json *value = json_add(reader, JSON_NUMBER);

    if (!value)
        return 0;
    /* A number at the very end of the text comes from yajl's own buffer. */
    if (!json_is_inside(reader, digits))
        digits = reader->text.data + reader->text.size - size;
    value->text = value->source = (struct str){ digits, size };
    return 1;
}

static int json_on_string(void *context, const unsigned char *data, size_t size)
{
    struct json_reader *reader = context;
    struct json *value = json_add(reader, JSON_STRING);

    return value && json_take_text(reader, data, size, &value->text, &value->source);
}

static int json_open(struct json_reader *reader, enum json_kind kind)
{
    struct json *value = json_add(reader, kind);

    if (!value)
        return 0;
    if (reader->depth == JSON_DEPTH_MAX)
        return json_refuse(reader, "nested too deep");
    value->source = json_token(reader, 1);
    reader->frames[reader->depth++] = (struct json_frame){ .value = value };
    return 1;
}

static int json_close(struct json_reader *reader)
{
    size_t end = yajl_get_bytes_consumed(reader->yajl);
    struct json *value = reader->frames[--reader->depth].value;

    value->source.size = (size_t)(reader->text.data + end - value->source.data);
    value->text = value->source;
    return 1;
}

static int json_on_object(void *context)
{
    return json_open(context, JSON_OBJECT);
}

static int json_on_array(void *context)
{
    return json_open(context, JSON_ARRAY);
}

static int json_on_end(void *context)
{
    return json_close(context);
}

/* ---- names ---- */

static uint64_t json_name_bit(struct str name)
{
    unsigned mix = (unsigned)name.size * 7;

    if (name.size > 0)
        mix += (unsigned char)name.data[0] * 3u + (unsigned char)name.data[name.size - 1] * 5u
               + (unsigned char)name.data[name.size / 2];
    return UINT64_C(1) << (mix % 64);
}

/* An object of many members gets a map: a hostile one would else cost their square. */
static void json_map_names(struct json_reader *reader, struct json_frame *frame)
{
    frame->names = map_open(reader->arena);
    for (const struct json *member = frame->value->child; member; member = member->next)
        map_put(frame->names, member->name, frame);
}

static bool json_name_is_new(struct json_reader *reader, struct json_frame *frame, struct str name)
{
    uint64_t bit = json_name_bit(name);
    bool may_be_known = (frame->seen & bit) != 0;

    frame->seen |= bit;
    if (!frame->names && frame->value->count >= JSON_NAMES_LINEAR_MAX)
        json_map_names(reader, frame);
    if (frame->names) {
        if (map_get(frame->names, name))
            return false;
        map_put(frame->names, name, frame);
        return true;
    }
    if (!may_be_known)
        return true;
    for (const struct json *member = frame->value->child; member; member = member->next)
        if (str_eq(member->name, name))
            return false;
    return true;
}

static int json_on_name(void *context, const unsigned char *data, size_t size)
{
    struct json_reader *reader = context;
    struct str source;

    if (!json_take_text(reader, data, size, &reader->name, &source))
        return 0;
    if (!json_name_is_new(reader, &reader->frames[reader->depth - 1], reader->name))
        return json_refuse(reader, "a name stands twice in one object");
    return 1;
}

static const yajl_callbacks json_callbacks = {
    .yajl_null = json_on_null,
    .yajl_boolean = json_on_bool,
    .yajl_number = json_on_number,
    .yajl_string = json_on_string,
    .yajl_start_map = json_on_object,
    .yajl_map_key = json_on_name,
    .yajl_end_map = json_on_end,
    .yajl_start_array = json_on_array,
    .yajl_end_array = json_on_end,
};

/* ---- yajl's own memory comes from the arena: nothing to free, on no path ---- */

union json_block {
    size_t size;
    max_align_t align;
};

static void *json_yajl_alloc(void *arena, size_t size)
{
    union json_block *block = arena_alloc(arena, sizeof(*block) + size);

    block->size = size;
    return block + 1;
}

static void *json_yajl_realloc(void *arena, void *old, size_t size)
{
    union json_block *block = old;
    void *fresh = json_yajl_alloc(arena, size);

    if (old)
        memcpy(fresh, old, block[-1].size < size ? block[-1].size : size);
    return fresh;
}

static void json_yajl_free(void *arena, void *old)
{
    (void)arena;
    (void)old;
}

/* ---- reading ---- */

size_t json_line(struct str document, const char *at)
{
    size_t line = 1;

    for (const char *byte = document.data; byte < at && byte < document.data + document.size;
         byte++)
        line += *byte == '\n';
    return line;
}

/* A person's file has lines, a message has one. */
static bool json_fail(struct json_reader *reader, size_t at, struct err *err)
{
    size_t number = json_line(reader->text, reader->text.data + at);
    char line[32] = "";
    unsigned char *text;

    if (number > 1)
        (void)snprintf(line, sizeof line, " (line %zu)", number);

    if (reader->problem)
        return err_set(err, ERR_REJECT, "JSON, byte %zu%s: %s", at, line, reader->problem);
    text = yajl_get_error(reader->yajl, 0, NULL, 0);
    return err_set(err, ERR_REJECT, "JSON, byte %zu%s: %.*s", at, line,
                   STR_ARG(str_trim(str_of((const char *)text))));
}

static bool json_run(struct json_reader *reader, struct err *err)
{
    yajl_alloc_funcs memory = {
        .malloc = json_yajl_alloc,
        .realloc = json_yajl_realloc,
        .free = json_yajl_free,
        .ctx = reader->arena,
    };

    reader->yajl = yajl_alloc(&json_callbacks, &memory, reader);
    yajl_config(reader->yajl, yajl_dont_validate_strings, 1); /* done, and more strictly */
    if (yajl_parse(reader->yajl, (const unsigned char *)reader->text.data, reader->text.size)
        != yajl_status_ok)
        return json_fail(reader, yajl_get_bytes_consumed(reader->yajl), err);
    if (yajl_complete_parse(reader->yajl) != yajl_status_ok)
        return json_fail(reader, reader->text.size, err);
    return true;
}

bool json_parse(struct arena *arena, struct str text, const struct json **root_out, struct err *err)
{
    struct json_reader reader;

    if (text.size == 0)
        return err_set(err, ERR_REJECT, "JSON: the text is empty");
    if (text.size > JSON_SIZE_MAX)
        return err_set(err, ERR_REJECT, "JSON of %zu bytes: at most %u are read", text.size,
                       JSON_SIZE_MAX);
    if (!str_is_utf8(text))
        return err_set(err, ERR_REJECT, "JSON, byte %zu: not UTF-8", json_text_bad_byte(text) + 1);
    reader.arena = arena;
    reader.text = text;
    reader.root = NULL;
    reader.name = STR_NONE;
    reader.problem = NULL;
    reader.count = reader.depth = 0;
    if (!json_run(&reader, err))
        return false;
    *root_out = reader.root;
    return true;
}
