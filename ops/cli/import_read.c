/* import_read — see import_read.h. */
#include "cli/import_read.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#define IMPORT_READ_CHUNK ((size_t)256 << 10)

struct import_reader {
    gzFile file;
    const char *path;
    char *data; /* unread: data[begin..end) */
    size_t begin, end, capacity;
    bool at_end;
};

bool import_reader_open(struct import_reader **reader_out, const char *path, struct err *err)
{
    bool is_pipe = strcmp(path, "-") == 0;
    gzFile file = is_pipe ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
    struct import_reader *reader;

    if (!file)
        return err_set(err, ERR_RETRY, "%s: %s", path, strerror(errno));
    (void)gzbuffer(file, (unsigned)IMPORT_READ_CHUNK);
    reader = MEM_NEW(struct import_reader);
    reader->file = file;
    reader->path = path;
    *reader_out = reader;
    return true;
}

void import_reader_close(struct import_reader *reader)
{
    if (!reader)
        return;
    (void)gzclose(reader->file);
    mem_free(reader->data);
    mem_free(reader);
}

/* Moves what is unread to the front and makes room for one more chunk. */
static void import_reader_room(struct import_reader *reader)
{
    size_t unread = reader->end - reader->begin;

    if (reader->begin > 0)
        memmove(reader->data, reader->data + reader->begin, unread);
    reader->begin = 0;
    reader->end = unread;
    if (reader->capacity - reader->end >= IMPORT_READ_CHUNK)
        return;
    reader->capacity = reader->capacity * 2 + IMPORT_READ_CHUNK;
    reader->data = mem_resize(reader->data, reader->capacity);
}

/* zlib tells a gzip that stops too early only here, and not by what gzread() returns. */
static bool import_reader_check(struct import_reader *reader, int size, struct err *err)
{
    int code;
    const char *what = gzerror(reader->file, &code);

    if (size >= 0 && (code == Z_OK || code == Z_STREAM_END))
        return true;
    return err_set(err, ERR_RETRY, "%s: %s", reader->path,
                   code == Z_ERRNO ? strerror(errno) : what);
}

static bool import_reader_fill(struct import_reader *reader, size_t size_max, struct err *err)
{
    int size;

    if (reader->end - reader->begin > size_max)
        return err_set(err, ERR_REJECT, "%s: a line or document of more than %zu MB", reader->path,
                       size_max >> 20);
    import_reader_room(reader);
    size = gzread(reader->file, reader->data + reader->end, (unsigned)IMPORT_READ_CHUNK);
    if (!import_reader_check(reader, size, err))
        return false;
    reader->end += (size_t)size;
    reader->at_end = size == 0;
    return true;
}

/* Size of the line at the front, its end not counted; more is read as needed. */
static bool import_reader_find(struct import_reader *reader, size_t *size_out, struct err *err)
{
    size_t looked = 0;

    for (;;) {
        size_t unread = reader->end - reader->begin;
        const char *start = reader->data + reader->begin;
        const char *newline =
            unread > looked ? memchr(start + looked, '\n', unread - looked) : NULL;

        if (newline || reader->at_end) {
            *size_out = newline ? (size_t)(newline - start) : unread;
            return true;
        }
        looked = unread;
        if (!import_reader_fill(reader, IMPORT_READ_LINE_MAX, err))
            return false;
    }
}

bool import_reader_line(struct import_reader *reader, struct str *line_out, bool *got_out,
                        struct err *err)
{
    size_t size;

    if (!import_reader_find(reader, &size, err))
        return false;
    *got_out = reader->begin < reader->end;
    if (!*got_out)
        return true;
    *line_out = (struct str){ reader->data + reader->begin, size };
    reader->begin += size;
    if (reader->begin < reader->end)
        reader->begin++; /* the newline */
    return true;
}

bool import_reader_peek(struct import_reader *reader, struct str *line_out, struct err *err)
{
    size_t size;

    struct str line;

    if (!import_reader_find(reader, &size, err))
        return false;
    line = (struct str){ reader->data + reader->begin, size };
    if (str_starts(line, STR("\xef\xbb\xbf"))) {
        line = (struct str){ line.data + 3, line.size - 3 };
        reader->begin += 3;
    }
    *line_out = line;
    return true;
}

bool import_reader_look(struct import_reader *reader, size_t size_max, struct str *text_out,
                        bool *whole_out, struct err *err)
{
    while (!reader->at_end && reader->end - reader->begin < size_max)
        if (!import_reader_fill(reader, size_max, err))
            return false;
    *text_out = (struct str){ reader->data + reader->begin, reader->end - reader->begin };
    *whole_out = reader->at_end;
    return true;
}

bool import_reader_rest(struct import_reader *reader, struct str *rest_out, struct err *err)
{
    while (!reader->at_end)
        if (!import_reader_fill(reader, IMPORT_READ_WHOLE_MAX, err))
            return false;
    *rest_out = (struct str){ reader->data + reader->begin, reader->end - reader->begin };
    reader->begin = reader->end;
    return true;
}

/* ---- values ---- */

static bool import_read_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the closing quote; 0 when there is none. */
static size_t import_read_string(struct str text, size_t at)
{
    for (at++; at < text.size; at++) {
        if (text.data[at] == '\\')
            at++;
        else if (text.data[at] == '"')
            return at + 1;
    }
    return 0;
}

/* Behind the bracket that closes the one at `at`; 0 when there is none. */
static size_t import_read_brackets(struct str text, size_t at)
{
    size_t depth = 0;

    while (at < text.size) {
        char c = text.data[at];

        if (c == '"') {
            at = import_read_string(text, at);
            if (at == 0)
                return 0;
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return 0;
}

static size_t import_read_end(struct str text, size_t at)
{
    char c = text.data[at];

    if (c == '{' || c == '[')
        return import_read_brackets(text, at);
    if (c == '"')
        return import_read_string(text, at);
    while (at < text.size && !import_read_is_space(text.data[at]) && text.data[at] != ','
           && text.data[at] != ']')
        at++;
    return at;
}

bool import_read_value(struct str *rest, struct str *value_out)
{
    size_t at = 0, end;
    bool comma = false;

    while (at < rest->size
           && (import_read_is_space(rest->data[at]) || (!comma && rest->data[at] == ','))) {
        comma = comma || rest->data[at] == ',';
        at++;
    }
    if (at == rest->size || rest->data[at] == ']')
        return false;
    end = import_read_end(*rest, at);
    if (end == 0 || end == at)
        return false;
    *value_out = (struct str){ rest->data + at, end - at };
    *rest = (struct str){ rest->data + end, rest->size - end };
    return true;
}
