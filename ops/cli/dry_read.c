/* dry_read — see dry_read.h. */
#include "cli/dry_read.h"

#include "base/arena.h"
#include "cli/import_read.h"
#include "codec/json.h"

#define DRY_READ_SCRATCH ((size_t)256 << 20) /* the tree of the largest document json.h takes */

struct dry_read {
    struct import_reader *reader;
    dry_read_take take;
    void *context;
    int64_t number;
};

enum dry_read_shape { DRY_READ_LINES, DRY_READ_DOCUMENTS, DRY_READ_ONE };

/* ---- one line, or one document ---- */

/* Is the text an object or a list, with nothing behind it? Brackets and quotes only. */
static bool dry_read_is_whole(struct str text)
{
    struct str value;

    text = str_trim(text);
    return text.size > 0 && (text.data[0] == '{' || text.data[0] == '[')
           && import_read_value(&text, &value) && text.size == 0;
}

static void dry_read_list(struct dry_read *self, struct str list)
{
    struct str rest = { list.data + 1, list.size - 1 };
    struct str item;

    if (!dry_read_is_whole(list) || !import_read_value(&rest, &item)) { /* cut off, or empty */
        self->take(self->context, self->number, list);
        return;
    }
    do
        self->take(self->context, self->number, item);
    while (import_read_value(&rest, &item));
    rest = str_trim(rest);
    if (!str_is(rest, "]")) /* what is no value does not vanish */
        self->take(self->context, self->number, rest);
}

static void dry_read_value(struct dry_read *self, struct str value)
{
    self->number++;
    value = str_trim(value);
    if (value.size == 0)
        return;
    if (value.data[0] == '[')
        dry_read_list(self, value);
    else
        self->take(self->context, self->number, value);
}

/* ---- one file ---- */

static bool dry_read_lines(struct dry_read *self, struct err *err)
{
    bool got = true;

    while (got) {
        struct str line;

        if (!import_reader_line(self->reader, &line, &got, err))
            return false;
        if (got)
            dry_read_value(self, line);
    }
    return true;
}

static bool dry_read_documents(struct dry_read *self, struct err *err)
{
    struct str rest, value;

    if (!import_reader_rest(self->reader, &rest, err))
        return false;
    while (import_read_value(&rest, &value))
        dry_read_value(self, value);
    return true;
}

static bool dry_read_one(struct dry_read *self, struct err *err)
{
    struct str rest;

    if (!import_reader_rest(self->reader, &rest, err))
        return false;
    dry_read_value(self, rest);
    return true;
}

/* Are all values of the text documents that can be read, or too large to be? */
static bool dry_read_is_documents(struct str text)
{
    struct arena *arena = arena_open(DRY_READ_SCRATCH);
    struct str value;
    bool ok = true;

    while (ok && import_read_value(&text, &value)) {
        const struct json *root;
        struct err why;

        arena_reset(arena);
        ok = (value.data[0] == '{' || value.data[0] == '[')
             && (value.size > JSON_SIZE_MAX || json_parse(arena, value, &root, &why));
    }
    arena_close(arena);
    return ok && str_trim(text).size == 0;
}

static bool dry_read_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Does any line hold a value that begins at its margin, or do two begin an object there (lines
 * that were cut off)? A document over many lines has none, and begins once. */
static bool dry_read_has_line(struct str text)
{
    size_t begun = 0;

    while (text.size > 0) {
        struct str line = str_cut(&text, '\n');

        if (line.size > 0 && !dry_read_is_space(line.data[0]) && dry_read_is_whole(line))
            return true;
        begun += str_starts(line, STR("{\""));
    }
    return begun > 1;
}

static bool dry_read_shape(struct dry_read *self, enum dry_read_shape *shape_out, struct err *err)
{
    struct str text;
    bool whole;

    if (!import_reader_peek(self->reader, &text, err))
        return false;
    *shape_out = DRY_READ_LINES;
    if (dry_read_is_whole(text))
        return true;
    if (!import_reader_look(self->reader, DRY_READ_WHOLE_MAX, &text, &whole, err))
        return false;
    if (!whole || !str_has(str_trim(text), '\n'))
        return true;
    if (dry_read_is_documents(text))
        *shape_out = DRY_READ_DOCUMENTS;
    else if ((text.data[0] == '{' || text.data[0] == '[') && !dry_read_has_line(text))
        *shape_out = DRY_READ_ONE;
    return true;
}

bool dry_read_file(const char *path, dry_read_take take, void *context, struct err *err)
{
    static bool (*const readers[])(struct dry_read * self, struct err * err) = {
        [DRY_READ_LINES] = dry_read_lines,
        [DRY_READ_DOCUMENTS] = dry_read_documents,
        [DRY_READ_ONE] = dry_read_one,
    };
    struct dry_read self = { .take = take, .context = context };
    enum dry_read_shape shape;
    bool ok;

    if (!import_reader_open(&self.reader, path, err))
        return false;
    ok = dry_read_shape(&self, &shape, err) && readers[shape](&self, err);
    import_reader_close(self.reader);
    return ok;
}
